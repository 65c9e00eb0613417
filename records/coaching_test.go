package records

import (
	"errors"
	"fmt"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"fairlead/programme"
)

// booking is a cohort whose first coaching session is open: its leaders, its coach, and the coach's free times.
func (b *bundle) bookable(t *testing.T, n int) (refs []string, coach string, slots []programme.Slot) {
	t.Helper()
	refs, coachRefs := b.coached(t, n, coaches(1, n))
	b.goTo("2027-01-25 12:00")
	for _, ref := range refs {
		b.openStage(t, ref, "coaching-1")
	}
	slots, err := b.PublishSlots(b.ctx, spring, coachRefs[0], programme.SlotSeries{First: london("2027-02-01 10:00"), EveryDays: 1, Count: 5, Minutes: 60,
		Online: true}, "staff:ada", b.clock.Now())
	must(t, err)
	return refs, coachRefs[0], slots
}

func (b *bundle) orderOf(ref, slot string) programme.SessionOrder {
	return programme.SessionOrder{Ref: ref, Stage: "coaching-1", Slot: slot, By: "participant", At: b.clock.Now()}
}

func (b *bundle) agreed(ref, at, by string) programme.SessionOrder {
	return programme.SessionOrder{Ref: ref, Stage: "coaching-1", Starts: london(at), By: by, At: b.clock.Now()}
}

func TestSlotsArePublishedOnce(t *testing.T) {
	onBoth(t, func(t *testing.T, b *bundle) {
		_, coachRefs := b.coached(t, 1, coaches(1, 1))
		now := b.clock.Now()
		series := programme.SlotSeries{First: london("2027-03-22 10:00"), EveryDays: 7, Count: 3, Minutes: 60}
		slots, err := b.PublishSlots(b.ctx, spring, coachRefs[0], series, "staff:ada", now)
		must(t, err)
		if len(slots) != 3 || !slots[2].Starts.Equal(london("2027-04-05 10:00")) || slots[1].Minutes != 60 {
			t.Errorf("over the change to summer time: %+v", slots)
		}
		if again, err := b.PublishSlots(b.ctx, spring, coachRefs[0], series, "staff:ada", now); err != nil || len(again) != 3 {
			t.Errorf("again: %d, %v", len(again), err)
		}
		series.First = series.First.Add(30 * time.Minute)
		if _, err := b.PublishSlots(b.ctx, spring, coachRefs[0], series, "staff:ada", now); !isInvalid(err) || b.count(t, "SELECT COUNT(*) FROM coach_slots") != 3 {
			t.Errorf("times that run into others: %v", err)
		}
		series.First = now
		if _, err := b.PublishSlots(b.ctx, spring, coachRefs[0], series, "staff:ada", now); !isInvalid(err) {
			t.Errorf("a time that has passed: %v", err)
		}
		if _, err := b.PublishSlots(b.ctx, spring, "C-222222", programme.SlotSeries{First: now.Add(time.Hour), Count: 1, Minutes: 60}, "staff:ada", now); !isNotFound(err) {
			t.Error(err)
		}
	})
}

// A hundred after one slot: one gets it, the rest are told so, and nothing of theirs has changed.
func TestAHundredAfterOneSlot(t *testing.T) {
	onBoth(t, func(t *testing.T, b *bundle) {
		refs, _, slots := b.bookable(t, 100)
		won := make([]bool, len(refs))
		limit := make(chan bool, 20)
		var wait sync.WaitGroup
		for i, ref := range refs {
			wait.Go(func() {
				limit <- true
				defer func() { <-limit }()
				_, err := b.BookSession(b.ctx, b.orderOf(ref, slots[0].ID))
				var invalid *programme.Invalid
				switch {
				case err == nil:
					won[i] = true
				case !errors.As(err, &invalid) || invalid.Faults[0].Field != "slot" || !strings.Contains(invalid.Faults[0].Text, "Somebody else"):
					t.Error(err)
				}
			})
		}
		wait.Wait()
		n := 0
		for _, w := range won {
			if w {
				n++
			}
		}
		if n != 1 || b.count(t, "SELECT COUNT(*) FROM coach_slots WHERE state = 'booked'") != 1 ||
			b.count(t, "SELECT COUNT(*) FROM asks WHERE part = 'held'") != 1 || b.count(t, "SELECT COUNT(*) FROM messages WHERE message = 'coaching-booked'") != 1 {
			t.Errorf("%d won", n)
		}
	})
}

// Booking answers the ask and plans what follows; moving plans it anew; cancelling asks again in the next round.
func TestBookingMovingCancelling(t *testing.T) {
	onBoth(t, func(t *testing.T, b *bundle) {
		refs, coach, slots := b.bookable(t, 1)
		ref := refs[0]
		asked := b.openStage(t, ref, "coaching-1")
		if asked.Owner != programme.OwnerParticipant || len(asked.Mails) != 3 || !asked.Limit.Equal(london("2027-03-25 17:00")) {
			t.Errorf("asked %+v", asked)
		}
		result, err := b.BookSession(b.ctx, b.orderOf(ref, slots[3].ID))
		must(t, err)
		held := b.openStage(t, ref, "coaching-1")
		if held.Ask != asked.Ask+"/held" || held.Owner != programme.OwnerCalendar || held.Plan <= asked.Plan || !held.Grace.Equal(slots[3].Ends()) || len(held.Mails) != 3 ||
			len(result.Outbox) != 1 || b.stageOf(t, ref, "coaching-1").WaitingOn != programme.OwnerCalendar {
			t.Errorf("held %+v, %+v", held, result)
		}
		if again, err := b.BookSession(b.ctx, b.orderOf(ref, slots[3].ID)); err != nil || !again.Already {
			t.Errorf("again: %+v, %v", again, err)
		}
		must(t, ignore(b.BookSession(b.ctx, b.orderOf(ref, slots[4].ID))))
		moved := b.openStage(t, ref, "coaching-1")
		if moved.Ask != held.Ask || moved.Plan != held.Plan+1 || !moved.Due.Equal(slots[4].Ends()) || len(moved.Mails) != 3 {
			t.Errorf("moved %+v", moved)
		}
		if free := b.count(t, "SELECT COUNT(*) FROM coach_slots WHERE state = 'free'"); free != 4 {
			t.Errorf("%d free times", free)
		}
		must(t, ignore(b.CancelSession(b.ctx, b.orderOf(ref, ""))))
		again := b.openStage(t, ref, "coaching-1")
		if again.Round != 2 || again.Ask != programme.AskID(ref, "coaching-1", 2) || again.Owner != programme.OwnerParticipant || len(again.Mails) == 0 ||
			!again.Limit.Equal(asked.Limit) {
			t.Errorf("to be booked again: %+v", again)
		}
		if nothing, err := b.CancelSession(b.ctx, b.orderOf(ref, "")); err != nil || !nothing.Already {
			t.Errorf("cancelled twice: %+v, %v", nothing, err)
		}
		var lines []string
		for _, message := range []string{programme.MsgCoachingBooked, programme.MsgCoachingMoved, programme.MsgCoachingCancelled, programme.MsgCoachBooking} {
			lines = append(lines, fmt.Sprint(len(b.lines(t, ref, message))))
		}
		if got := strings.Join(lines, " "); got != "1 1 1 3" {
			t.Errorf("mails %s", got)
		}
		if _, err := b.BookSession(b.ctx, b.orderOf(ref, slots[4].ID)); err != nil {
			t.Errorf("what was freed cannot be booked: %v", err)
		}
		page, err := b.CoachPage(b.ctx, coach)
		must(t, err)
		if len(page.Leaders) != 1 || page.Leaders[0].Sessions[0].Booked == nil || len(page.Slots) != 4 {
			t.Errorf("the coach's page: %+v", page)
		}
	})
}

// What forbids a time: it is past, too soon to be moved, after the window, another's, or the leader has no coach.
func TestTimesThatAreRefused(t *testing.T) {
	onBoth(t, func(t *testing.T, b *bundle) {
		refs, _, slots := b.bookable(t, 2)
		refused := func(name string, order programme.SessionOrder, field string) {
			t.Helper()
			var invalid *programme.Invalid
			if _, err := b.BookSession(b.ctx, order); !errors.As(err, &invalid) || invalid.Faults[0].Field != field {
				t.Errorf("%s: %v", name, err)
			}
		}
		refused("past", b.agreed(refs[0], "2027-01-20 10:00", "participant"), "starts")
		refused("after the window", b.agreed(refs[0], "2027-03-30 10:00", "coach"), "starts")
		refused("unknown", b.orderOf(refs[0], "nothing"), "slot")
		must(t, ignore(b.BookSession(b.ctx, b.orderOf(refs[0], slots[0].ID))))
		refused("somebody else's, agreed", b.agreed(refs[1], "2027-02-01 10:30", "coach"), "starts")
		refused("somebody else's", b.orderOf(refs[1], slots[0].ID), "slot")

		b.goTo("2027-01-31 11:00") // 23 hours before
		var illegal *programme.Illegal
		if _, err := b.BookSession(b.ctx, b.orderOf(refs[0], slots[2].ID)); !errors.As(err, &illegal) {
			t.Errorf("moved too late: %v", err)
		}
		if _, err := b.CancelSession(b.ctx, b.orderOf(refs[0], "")); !errors.As(err, &illegal) {
			t.Errorf("cancelled too late: %v", err)
		}
		refused("too soon to be booked", b.orderOf(refs[1], b.slotAt(t, "2027-02-01 09:00")), "slot")
		// The coach, whom she rang, may.
		must(t, ignore(b.BookSession(b.ctx, b.agreed(refs[0], "2027-02-01 14:00", "coach"))))

		b.ordered(t, programme.Command{Name: programme.CmdSkip, Ref: refs[1], Stage: "coaching-1"})
		if _, err := b.BookSession(b.ctx, b.orderOf(refs[1], slots[2].ID)); !errors.Is(err, programme.ErrFormClosed) {
			t.Errorf("skipped: %v", err)
		}
		if _, err := b.BookSession(b.ctx, programme.SessionOrder{Ref: refs[0], Stage: "coaching-2", By: "coach", At: b.clock.Now()}); !errors.Is(err, programme.ErrStageNotOpen) {
			t.Errorf("not open: %v", err)
		}
		if _, err := b.BookSession(b.ctx, programme.SessionOrder{Ref: refs[0], Stage: "onboarding", By: "coach", At: b.clock.Now()}); !isNotFound(err) {
			t.Errorf("no session: %v", err)
		}
	})
}

// slotAt publishes one more time and returns its id.
func (b *bundle) slotAt(t *testing.T, at string) string {
	t.Helper()
	list, err := b.Coaches(b.ctx, spring)
	must(t, err)
	slots, err := b.PublishSlots(b.ctx, spring, list[0].Ref, programme.SlotSeries{First: london(at), Count: 1, Minutes: 30}, "staff:ada", b.clock.Now())
	must(t, err)
	return slots[slices.IndexFunc(slots, func(s programme.Slot) bool { return s.Starts.Equal(london(at)) })].ID
}

// A time agreed elsewhere takes the place of the free times it runs into, and is gone when it is given up.
func TestATimeAgreedElsewhere(t *testing.T) {
	onBoth(t, func(t *testing.T, b *bundle) {
		refs, _, _ := b.bookable(t, 1)
		must(t, ignore(b.BookSession(b.ctx, b.agreed(refs[0], "2027-02-02 10:30", "assistant"))))
		if n := b.count(t, "SELECT COUNT(*) FROM coach_slots WHERE state = 'free'"); n != 4 {
			t.Errorf("%d free times", n)
		}
		longer := b.agreed(refs[0], "2027-02-02 10:30", "coach")
		longer.Minutes = 90
		must(t, ignore(b.BookSession(b.ctx, longer)))
		session, err := b.CoachingSession(b.ctx, refs[0], "coaching-1")
		must(t, err)
		if session.Booked == nil || session.Booked.Minutes != 90 || len(session.Free) != 4 || !session.HasCoach || !session.MayAskOnce {
			t.Errorf("%+v", session)
		}
		must(t, ignore(b.CancelSession(b.ctx, b.orderOf(refs[0], ""))))
		if n := b.count(t, "SELECT COUNT(*) FROM coach_slots"); n != 4 {
			t.Errorf("%d times", n)
		}
	})
}

// A coach who has lost the mail gets a new link to the page of their own, and nobody else's.
func TestACoachAsksForANewLink(t *testing.T) {
	onBoth(t, func(t *testing.T, b *bundle) {
		_, coachRefs := b.coached(t, 1, coaches(1, 1))
		if outbox, err := b.RequestNewLink(b.ctx, "coach0@coaches.example", b.clock.Now()); err != nil || len(outbox) != 0 {
			t.Errorf("without leaders: %v, %v", outbox, err)
		}
		report, err := b.MatchCohort(b.ctx, spring, false, "staff:ada")
		must(t, err)
		outbox, err := b.RequestNewLink(b.ctx, "Coach0@coaches.example", b.clock.Now())
		must(t, err)
		line := b.lines(t, report.Pairs[0].Ref, programme.MsgNewLink)[0]
		job := b.send(t, programme.PlannedMail{Key: line.Key, At: line.At})
		if len(outbox) != 1 || job.To.Name != "Coach 0" || len(job.Items[0].Open) != 1 || !job.Items[0].Link.IsZero() {
			t.Fatalf("%+v", job.Items[0])
		}
		link, err := b.Redeem(b.ctx, job.Items[0].Open[0].Link, b.clock.Now())
		must(t, err)
		if link.Purpose != programme.LinkCoach || link.Ref != coachRefs[0] {
			t.Errorf("%+v", link)
		}
	})
}

// A coach takes back a time that nobody has booked; a booked one is cancelled with its session, which both are told.
func TestACoachTakesTimesBack(t *testing.T) {
	onBoth(t, func(t *testing.T, b *bundle) {
		refs, coach, slots := b.bookable(t, 1)
		must(t, ignore(b.BookSession(b.ctx, b.orderOf(refs[0], slots[3].ID))))
		for range 2 {
			left, err := b.RemoveSlot(b.ctx, spring, coach, slots[0].ID, "staff:ada", b.clock.Now())
			must(t, err)
			if len(left) != 4 || left[0].ID != slots[1].ID {
				t.Errorf("left are %+v", left)
			}
		}
		var illegal *programme.Illegal
		if _, err := b.RemoveSlot(b.ctx, spring, coach, slots[3].ID, "staff:ada", b.clock.Now()); !errors.As(err, &illegal) {
			t.Errorf("a booked time: %v", err)
		}
		if _, err := b.RemoveSlot(b.ctx, spring, "C-222222", slots[1].ID, "staff:ada", b.clock.Now()); !isNotFound(err) {
			t.Errorf("another coach: %v", err)
		}
		if _, err := b.BookSession(b.ctx, b.orderOf(refs[0], slots[0].ID)); !isInvalid(err) {
			t.Errorf("a time that was taken back: %v", err)
		}
		b.goTo("2027-02-04 09:00") // an hour before
		order := b.orderOf(refs[0], slots[3].ID)
		order.By = toCoach
		stale := order
		stale.Slot = slots[2].ID
		if nothing, err := b.CancelSession(b.ctx, stale); err != nil || !nothing.Already {
			t.Errorf("a time that is not the session's: %+v, %v", nothing, err)
		}
		must(t, ignore(b.CancelSession(b.ctx, order)))
		if nothing, err := b.CancelSession(b.ctx, order); err != nil || !nothing.Already {
			t.Errorf("cancelled twice: %+v, %v", nothing, err)
		}
		for _, message := range []string{programme.MsgCoachingCancelled, programme.MsgCoachBooking} {
			told := b.lines(t, refs[0], message)
			if last := told[len(told)-1]; last.Rule != programme.RuleReply || !last.At.Equal(b.clock.Now()) {
				t.Errorf("told %+v", last)
			}
		}
		if plan := b.openStage(t, refs[0], "coaching-1"); plan.Round != 2 || plan.Owner != programme.OwnerParticipant {
			t.Errorf("%+v", plan)
		}
		must(t, ignore(b.BookSession(b.ctx, b.agreed(refs[0], "2027-02-04 10:00", "coach"))))
		b.goTo("2027-02-04 10:30")
		order.Slot = ""
		if _, err := b.CancelSession(b.ctx, order); !errors.As(err, &illegal) {
			t.Errorf("cancelled after it began: %v", err)
		}
	})
}
