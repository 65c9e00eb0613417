package records

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"fairlead/programme"
)

// combination is one hold meeting the date of an event. Nine leaders live it: each booking with each deadline.
type combination struct{ hold, event string }

// The dates of a combination: the event is on 5 to 7 July, moved it is a week later.
var holdsUntil = map[string]string{"is over before": "2027-06-25 12:00", "begins before": "2027-07-06 12:00", "spans": "2027-07-15 12:00"}

// from is when the hold begins: while the event is still to open, or after it has.
func (c combination) from() time.Time {
	if c.event == "not open" {
		return london("2027-05-04 12:00")
	}
	return london("2027-06-01 12:00")
}

func (c combination) to() time.Time { return london(holdsUntil[c.hold]) }

// within reports whether the event, as it came to be, begins within the hold.
func (c combination) within() bool {
	starts := london("2027-07-05 08:00")
	if c.event == "moved" {
		starts = starts.AddDate(0, 0, 7)
	}
	return starts.Before(c.to())
}

var bookings, deadlines = []string{"none", "within", "after"}, []string{"request not gone", "due within", "limit within"}

// Every hold meets every event, booking and deadline, and nobody falls through.
func TestEveryHoldMeetsEveryEventBookingAndDeadline(t *testing.T) {
	t.Parallel()
	for hold := range holdsUntil {
		for _, event := range []string{"not open", "asked", "confirmed", "moved", "cancelled", "online"} {
			t.Run(hold+", "+event, func(t *testing.T) { onBoth(t, combination{hold, event}.play) })
		}
	}
}

func (c combination) play(t *testing.T, b *bundle) {
	refs := b.onFlagship(t, len(bookings)*len(deadlines))
	c.before(t, b, refs)
	d := b.diary()
	opens := func(stage string, at time.Time, meant func(i int) bool) {
		d.until(t, at)
		for i, ref := range refs {
			if meant(i) {
				b.openStage(t, ref, stage)
			}
		}
	}
	everybody := func(int) bool { return true }
	deadline := func(n int) func(int) bool { return func(i int) bool { return i%3 == n } }
	from := c.from()
	opens("residential-1-survey", from.AddDate(0, 0, -21), deadline(2))
	if c.event != "not open" {
		opens("residential-2", from.AddDate(0, 0, -20), everybody)
	}
	if c.event != "not open" && c.event != "asked" {
		for _, ref := range refs {
			b.submit(t, b.openStage(t, ref, "residential-2").Ask, programme.Answers{"place": {programme.PlaceConfirm}})
			b.closed(t, ref, "residential-2")
			b.openStage(t, ref, "residential-2")
		}
	}
	opens("residential-1-survey", from.AddDate(0, 0, -6), deadline(1))
	opens("coaching-4", from.AddDate(0, 0, -1), everybody)
	within, after := c.books(t, b, refs)
	opens("residential-1-survey", from.Add(-time.Hour), deadline(0))
	d.until(t, from)
	for i, ref := range refs {
		plan := b.openStage(t, ref, "residential-1-survey")
		gone := b.count(t, "SELECT COUNT(*) FROM messages WHERE ask = ? AND state IN ('sent', 'merged')", plan.Ask) > 0
		if i%3 == 0 && gone || i%3 == 1 && (!gone || !from.Before(plan.Due) || !plan.Due.Before(c.to())) ||
			i%3 == 2 && (!from.After(plan.Due) || !from.Before(plan.Limit) || !plan.Limit.Before(c.to())) {
			t.Errorf("%s: %+v", deadlines[i%3], plan)
		}
		b.ordered(t, programme.Command{Name: programme.CmdHold, Ref: ref})
	}
	d.until(t, from.AddDate(0, 0, 10))
	online := true
	switch c.event {
	case "moved":
		b.reschedules(t, programme.Reschedule{Stage: "residential-2", Sitting: "a", Starts: london("2027-07-12 08:00")})
	case "cancelled":
		b.reschedules(t, programme.Reschedule{Stage: "residential-2", Sitting: "a", Cancel: true})
	case "online":
		b.reschedules(t, programme.Reschedule{Stage: "residential-2", Sitting: "a", Online: &online})
	}
	d.until(t, c.to())
	c.resume(t, b, refs)
	for i, ref := range refs {
		c.judge(t, b, ref, bookings[i/3], deadlines[i%3])
	}
	for _, at := range within {
		if n := b.count(t, "SELECT COUNT(*) FROM coach_slots WHERE starts_at = ? AND state = 'free'", at); n != 1 {
			t.Errorf("the session at %s is not free again", at)
		}
	}
	for _, at := range after {
		if n := b.count(t, "SELECT COUNT(*) FROM coach_slots WHERE starts_at = ? AND state = 'booked'", at); n != 1 {
			t.Errorf("the session at %s is not booked any more", at)
		}
	}
	if n := b.count(t, "SELECT COUNT(*) FROM sittings WHERE taken > capacity"); n > 0 {
		t.Errorf("%d dates are overbooked", n)
	}
	b.loads(t)
	b.sound(t)
	c.again(t, b, refs)
	d.until(t, c.to().AddDate(0, 0, 4))
	d.agrees(t, refs)
	for _, ref := range refs {
		last, had := d.entries[in(d.addressOf(t, ref), b.placeAt(t, ref, "residential-2").UID)]
		if off := c.event == "cancelled" || c.within(); had == (c.event == "not open" || c.event == "asked") || had && off != (last.Method == programme.MethodCancel) {
			t.Errorf("%s: her diary has the event as %+v", ref, last)
		}
	}
	b.sound(t)
}

// before ends what came before in the year.
func (c combination) before(t *testing.T, b *bundle, refs []string) {
	t.Helper()
	b.clock.set(c.from().AddDate(0, 0, -22))
	for _, ref := range refs {
		for _, stage := range []string{"onboarding", "opening-event", "coaching-1", "coaching-2", "coaching-3"} {
			b.ordered(t, programme.Command{Name: programme.CmdSkip, Ref: ref, Stage: stage})
		}
		b.openStage(t, ref, "residential-1")
		b.ordered(t, programme.Command{Name: programme.CmdRecordAttendance, Ref: ref, Stage: "residential-1", Status: string(programme.Attended)})
	}
}

// books books the sessions: by published times, which the leaders' coach has an hour apart.
func (c combination) books(t *testing.T, b *bundle, refs []string) (within, after []time.Time) {
	t.Helper()
	list, err := b.Coaches(b.ctx, spring)
	must(t, err)
	times := map[string][]time.Time{}
	for booking, day := range map[string]time.Time{"within": c.from().AddDate(0, 0, 16), "after": london("2027-07-22 12:00")} {
		for i := range deadlines {
			at := day.Add(time.Duration(i) * time.Hour)
			times[booking] = append(times[booking], at)
			must(t, ignore(b.PublishSlots(b.ctx, spring, list[0].Ref, programme.SlotSeries{First: at, Count: 1, Minutes: 60, Online: true}, "staff:ada", b.clock.Now())))
		}
	}
	slots, err := b.CoachPage(b.ctx, list[0].Ref)
	must(t, err)
	for i, ref := range refs {
		for _, slot := range slots.Slots {
			if all := times[bookings[i/3]]; len(all) > 0 && slot.Starts.Equal(all[i%3]) {
				must(t, ignore(b.BookSession(b.ctx, programme.SessionOrder{Ref: ref, Stage: "coaching-4", Slot: slot.ID, By: "participant", At: b.clock.Now()})))
			}
		}
	}
	return times["within"], times["after"]
}

// resume ends the hold; what should have opened in it opens.
func (c combination) resume(t *testing.T, b *bundle, refs []string) {
	t.Helper()
	for _, ref := range refs {
		effect := b.ordered(t, programme.Command{Name: programme.CmdResume, Ref: ref})
		for _, opening := range effect.Openings {
			if !opening.At.After(b.clock.Now()) {
				b.openStage(t, ref, opening.Stage)
			}
		}
	}
}

// judge checks what one leader is left with.
func (c combination) judge(t *testing.T, b *bundle, ref, booking, deadline string) {
	t.Helper()
	now := b.clock.Now()
	about := fmt.Sprintf("booking %s, %s", booking, deadline)
	if n := b.count(t, "SELECT COUNT(*) FROM messages WHERE ref = ? AND state = 'planned' AND at < ?", ref, now); n > 0 {
		t.Errorf("%s: %d planned mails lie in the past: %v", about, n, b.ledger(t, ref))
	}
	tasks := b.openTasks(t, ref)
	for _, stage := range b.journeyOf(t, ref).Stages {
		task := slices.ContainsFunc(tasks, func(task string) bool { return strings.HasPrefix(task, stage.Name+" ") })
		if stage.State == programme.StageOpen && (stage.WaitingOn == "" || !stage.Limit.After(now) && !(task && stage.WaitingOn == programme.OwnerStaff)) {
			t.Errorf("%s: %s waits on %q until %s", about, stage.Name, stage.WaitingOn, stage.Limit)
		}
	}
	slices.Sort(tasks)
	if once := slices.Compact(slices.Clone(tasks)); len(once) != len(tasks) {
		t.Errorf("%s: the same task twice: %v", about, tasks)
	}
	place, code := b.placeAt(t, ref, "residential-2"), ""
	switch {
	case c.event == "cancelled":
		code = "residential-2 event_cancelled"
	case c.within():
		code = "residential-2 event_in_hold"
	}
	var want []string
	if code != "" {
		want = append(want, code)
		if place.Entry || place.State != programme.PlaceReleased {
			t.Errorf("%s: the event is off for her, but her place is %+v", about, place)
		}
	} else if place.State.Live() != true || place.Sitting.State == programme.SittingCancelled {
		t.Errorf("%s: her place is lost: %+v", about, place)
	}
	if booking == "within" {
		want = append(want, "coaching-4 session_in_hold")
	}
	if deadline == "limit within" { // it was due before the hold, and handed over
		want = append(want, "residential-1-survey overdue")
	}
	slices.Sort(want)
	if !slices.Equal(tasks, want) {
		t.Errorf("%s: tasks %v, want %v", about, tasks, want)
	}
}

// again checks that a second end of the hold changes nothing.
func (c combination) again(t *testing.T, b *bundle, refs []string) {
	t.Helper()
	whole := func() map[string]string {
		all := b.wholeRecords(t)
		for _, table := range []string{"sittings", "event_places", "coach_slots", "coaches"} {
			var rows []map[string]any
			must(t, b.db.Table(table).Order("1, 2, 3").Find(&rows).Error)
			all[table] = fmt.Sprint(rows)
		}
		return all
	}
	before := whole()
	for _, ref := range refs {
		if effect, err := b.order(programme.Command{Name: programme.CmdResume, Ref: ref}); b.race(err) != nil || err == nil && effect.Changed {
			t.Errorf("a second end of the hold: %+v, %v", effect, err)
		}
	}
	if diff := difference(before, whole()); diff != "" {
		t.Errorf("a second end of the hold changes %.500s", diff)
	}
}
