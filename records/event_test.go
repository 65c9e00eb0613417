package records

import (
	"errors"
	"slices"
	"strings"
	"testing"
	"time"

	"fairlead/programme"
)

// withEvents is a cohort of the year with an opening event, three residentials and a closing event.
func withEvents(places int) programme.Cohort {
	c := testCohort(spring, programme.RouteConfirmed, places)
	c.Blueprint = "residentials"
	return c
}

// atEvents are n leaders enrolled in such a cohort, of groups A, B and A again.
func (b *bundle) atEvents(t *testing.T, places, n int, sittings map[string][]programme.Sitting) []string {
	t.Helper()
	must(t, b.CreateCohort(b.ctx, withEvents(places)))
	rows := people(n)
	for i := range rows {
		rows[i].Group = []string{"A", "B", "A"}[i%3]
	}
	report, err := b.ImportParticipants(b.ctx, spring, rows, false, "staff:test")
	must(t, err)
	if sittings != nil {
		must(t, b.setDates(t, sittings))
	}
	_, err = b.Launch(b.ctx, spring, "staff:test", b.Now(b.ctx))
	must(t, err)
	b.takesPlace(t, "", "Elm House", "https://meet.example.org/here")
	var refs []string
	for _, row := range report.Rows {
		refs = append(refs, row.Ref)
	}
	return refs
}

// setDates sets the dates of events.
func (b *bundle) setDates(t *testing.T, sittings map[string][]programme.Sitting) error {
	t.Helper()
	c, err := b.Cohort(b.ctx, spring)
	must(t, err)
	return b.ChangeCohort(b.ctx, c, sittings, c.Version)
}

// date is one date of an event, in days and times of London.
func date(name, group, starts, ends string, capacity int) programme.Sitting {
	return programme.Sitting{Name: name, Group: group, Starts: london(starts), Ends: london(ends), Venue: "Elm House", Capacity: capacity}
}

// twoDates are the sittings of residential 1: group A on the cohort's date, group B three weeks later.
func twoDates(a, b int) map[string][]programme.Sitting {
	return map[string][]programme.Sitting{"residential-1": {date("a", "A", "2027-02-28 16:00", "2027-03-05 13:00", a),
		date("b", "B", "2027-03-21 16:00", "2027-03-26 13:00", b)}}
}

func (b *bundle) placeAt(t *testing.T, ref, stage string) programme.Place {
	t.Helper()
	list, err := b.Places(b.ctx, ref)
	must(t, err)
	for _, place := range list {
		if place.Stage == stage {
			return place
		}
	}
	t.Fatalf("%s has no place at %s", ref, stage)
	return programme.Place{}
}

func (b *bundle) taken(t *testing.T, stage, name string) int {
	t.Helper()
	return b.count(t, "SELECT taken FROM sittings WHERE stage = ? AND name = ?", stage, name)
}

// confirmed answers the onboarding form with the places in it.
func withPlaces(places string) programme.Answers {
	answers := onboarding()
	answers["places"] = []string{places}
	return answers
}

func TestAPlaceAtEveryEventIsTakenOnEnrolment(t *testing.T) {
	onBoth(t, func(t *testing.T, b *bundle) {
		refs := b.atEvents(t, 6, 5, twoDates(4, 3))
		for i, ref := range refs {
			places, err := b.Places(b.ctx, ref)
			must(t, err)
			if len(places) != 5 {
				t.Fatalf("%d places", len(places))
			}
			place := b.placeAt(t, ref, "residential-1")
			want := "a"
			if i%3 == 1 {
				want = "b"
			}
			if place.Sitting.Name != want || place.State != programme.PlaceHeld || place.UID == "" || strings.Contains(place.UID, ref) {
				t.Errorf("leader %d: %+v", i, place)
			}
			dates, err := b.Dates(b.ctx, ref)
			must(t, err)
			for _, line := range dates {
				if line.Stage == "residential-1" && (!line.From.Equal(place.Sitting.Starts) || line.UID != place.UID || line.Where != "Elm House") {
					t.Errorf("the year shows %+v", line)
				}
			}
			// Everything else follows the leader's own date: opening, confirm-by and the days on which nothing is asked.
			stage := b.stageOf(t, ref, "residential-1")
			if opens := map[string]string{"a": "2027-01-04", "b": "2027-01-25"}[want]; programme.DateOf(stage.OpensAt).String() != opens {
				t.Errorf("%s opens on %s, want %s", want, programme.DateOf(stage.OpensAt), opens)
			}
		}
		if a, c := b.taken(t, "residential-1", "a"), b.taken(t, "residential-1", "b"); a != 3 || c != 2 {
			t.Errorf("taken: %d and %d", a, c)
		}
		page, err := b.LaunchPage(b.ctx, b.lastOperation(t), 10)
		must(t, err)
		openings := map[string]int{}
		for _, start := range page {
			for _, opening := range start.Openings {
				if opening.Stage == "residential-1" {
					openings[programme.DateOf(opening.At).String()]++
				}
				if opening.Stage == "residential-1-survey" || opening.Stage == "alumni" {
					t.Errorf("%s opens before what it waits for", opening.Stage)
				}
			}
		}
		if openings["2027-01-04"] != 3 || openings["2027-01-25"] != 2 {
			t.Errorf("openings %v", openings)
		}
		b.sound(t)
	})
}

func (b *bundle) lastOperation(t *testing.T) string {
	t.Helper()
	var id string
	must(t, b.db.Raw("SELECT id FROM operations ORDER BY created_real DESC, id DESC LIMIT 1").Scan(&id).Error)
	return id
}

func TestSittingsThatCannotBe(t *testing.T) {
	onBoth(t, func(t *testing.T, b *bundle) {
		must(t, b.CreateCohort(b.ctx, withEvents(6)))
		var invalid *programme.Invalid
		if err := b.setDates(t, twoDates(2, 3)); !errors.As(err, &invalid) || !strings.Contains(err.Error(), "room for 5") {
			t.Errorf("too little room: %v", err)
		}
		must(t, b.setDates(t, twoDates(4, 3)))
		list, err := b.Sittings(b.ctx, spring)
		must(t, err)
		if len(list) != 6 || list[1].Name != "a" || list[0].Name != programme.MainSitting || list[0].Capacity != 6 {
			t.Errorf("sittings %+v", list)
		}
		b.imports(t, spring, people(3))
		_, err = b.Launch(b.ctx, spring, "staff:test", b.Now(b.ctx))
		must(t, err)
		// Leaders hold places now: names stay, dates move by a reschedule alone, capacity keeps to what is taken.
		gone := twoDates(6, 3)
		gone["residential-1"] = gone["residential-1"][:1]
		later := twoDates(4, 3)
		later["residential-1"][0].Starts = later["residential-1"][0].Starts.Add(time.Hour)
		fewer := twoDates(1, 6)
		for name, wrong := range map[string]map[string][]programme.Sitting{"is missing": gone, "by a reschedule": later} {
			if err := b.setDates(t, wrong); !errors.As(err, &invalid) || !strings.Contains(err.Error(), name) {
				t.Errorf("%s: %v", name, err)
			}
		}
		if taken := b.taken(t, "residential-1", "a"); taken > 1 {
			if err := b.setDates(t, fewer); !errors.As(err, &invalid) || !strings.Contains(err.Error(), "taken already") {
				t.Errorf("fewer: %v", err)
			}
		}
		more := twoDates(8, 3)
		more["residential-1"][0].Sessions = []programme.Session{{Starts: london("2027-03-01 09:00"), Title: "Robots in public service", Speaker: "Prof. Ada Field"}}
		more["residential-1"] = append(more["residential-1"], date("c", "", "2027-04-11 16:00", "2027-04-16 13:00", 5))
		must(t, b.setDates(t, more))
		if sitting, _, err := b.Sitting(b.ctx, spring, "residential-1", "a"); err != nil || sitting.Capacity != 8 || len(sitting.Sessions) != 1 || sitting.Taken == 0 {
			t.Errorf("%+v, %v", sitting, err)
		}
		// Nobody knows of c: it moves, also to another kind of night, and goes. What leaders of a know changes by no other way, and is never dropped.
		c := &more["residential-1"][2]
		c.Starts, c.Ends, c.Night = london("2027-04-18 16:00"), london("2027-04-23 13:00"), true
		must(t, b.setDates(t, more))
		if sitting, _, err := b.Sitting(b.ctx, spring, "residential-1", "c"); err != nil || !sitting.Starts.Equal(c.Starts) || !sitting.Ends.Equal(c.Ends) || !sitting.Night {
			t.Errorf("%+v, %v", sitting, err)
		}
		more["residential-1"][0].Night = true
		if err := b.setDates(t, more); !errors.As(err, &invalid) || invalid.Faults[0].Field != "/sittings/residential-1/0/night_before" {
			t.Errorf("another night before: %v", err)
		}
		more["residential-1"][0].Night = false
		taken := b.taken(t, "residential-1", "a")
		more["residential-1"] = more["residential-1"][:2]
		must(t, b.setDates(t, more))
		if n := b.count(t, "SELECT COUNT(*) FROM sittings WHERE stage = 'residential-1'"); n != 2 || b.taken(t, "residential-1", "a") != taken {
			t.Errorf("%d sittings, %d taken", n, b.taken(t, "residential-1", "a"))
		}
		b.sound(t)
	})
}

// A sitting at which somebody had a place stays, so that it can be told what it was.
func TestASittingThatSomebodyGaveUpStays(t *testing.T) {
	onBoth(t, func(t *testing.T, b *bundle) {
		dates := twoDates(4, 4)
		refs := b.atEvents(t, 4, 2, dates)
		b.ordered(t, programme.Command{Name: programme.CmdWithdraw, Ref: refs[1]})
		if n := b.taken(t, "residential-1", "b"); n != 0 {
			t.Fatalf("%d places are taken", n)
		}
		dates["residential-1"] = dates["residential-1"][:1]
		var invalid *programme.Invalid
		if err := b.setDates(t, dates); !errors.As(err, &invalid) || !strings.Contains(err.Error(), "Leaders were told of this date") {
			t.Errorf("it goes: %v", err)
		}
		list, err := b.Sittings(b.ctx, spring)
		must(t, err)
		for _, one := range list {
			if one.Stage == "residential-1" && !one.Known {
				t.Errorf("nobody is said to know of %+v", one)
			}
		}
		b.ordered(t, programme.Command{Name: programme.CmdWithdraw, Ref: refs[0]}) // now nobody has a place at the event any more
		if err := b.setDates(t, dates); !errors.As(err, &invalid) || !strings.Contains(err.Error(), "Leaders were told of this date") {
			t.Errorf("it goes with the last leader: %v", err)
		}
	})
}

// The ordinary course: onboarding confirms the first two places, the joining instructions and the mail of the day before
// follow, the register is taken, and the survey looks back.
func TestTheCourseOfAResidential(t *testing.T) {
	onBoth(t, func(t *testing.T, b *bundle) {
		ref := b.atEvents(t, 4, 2, nil)[0]
		b.goTo("2026-11-23 06:00")
		b.submit(t, b.openStage(t, ref, "onboarding").Ask, withPlaces(programme.PlaceConfirm))
		b.closed(t, ref, "onboarding")
		confirmed := b.lines(t, ref, programme.MsgEventConfirmed)
		if len(confirmed) != 2 || confirmed[0].Rule != programme.RuleReply {
			t.Fatalf("confirmations %+v", confirmed)
		}
		item := b.send(t, programme.PlannedMail{Key: confirmed[1].Key, At: confirmed[1].At}).Items[0]
		place := b.placeAt(t, ref, confirmed[1].Stage)
		if item.Event == nil || item.Event.Method != programme.MethodRequest || item.Event.UID != place.UID || item.Event.Sequence != 0 ||
			!item.Event.Starts.Equal(place.Sitting.Starts) || !item.Event.Confirmed || item.Link.IsZero() {
			t.Errorf("the mail says %+v", item.Event)
		}
		b.goTo("2027-01-04 06:00")
		plan := b.openStage(t, ref, "residential-1")
		if plan.Part != programme.PartAttendance || plan.Owner != programme.OwnerCalendar || !plan.Grace.Equal(london("2027-03-05 13:00")) ||
			daysOf(plan.Mails) != "2027-02-15 2027-02-26" {
			t.Fatalf("the place is known, but %+v", plan)
		}
		if lines := b.lines(t, ref, programme.MsgEventPlace); len(lines) > 0 {
			t.Error("it asks although the place is confirmed")
		}
		joining := b.send(t, plan.Mails[0]).Items[0]
		if joining.Message != programme.MsgEventJoining || joining.Event.Method != "" || !joining.Event.Freeze.Equal(london("2027-02-08 17:00")) {
			t.Errorf("joining %+v", joining)
		}
		b.goTo("2027-03-01 10:00")
		if _, err := b.order(programme.Command{Name: programme.CmdRecordAttendance, Ref: ref, Stage: "residential-2", Status: "attended"}); err == nil {
			t.Error("attendance of an event that is not open")
		}
		b.clock.set(plan.Grace)
		over, err := b.Overdue(b.ctx, plan.Ask, plan.Plan, plan.Grace)
		must(t, err)
		if over.Owner != programme.OwnerStaff || !over.Grace.IsZero() || !over.Limit.Equal(london("2027-03-19 17:00")) {
			t.Errorf("after the event %+v", over)
		}
		if tasks := b.openTasks(t, ""); !slices.Equal(tasks, []string{"residential-1 register"}) { // one for the whole date
			t.Errorf("tasks %v", tasks)
		}
		effect := b.ordered(t, programme.Command{Name: programme.CmdRecordAttendance, Ref: ref, Stage: "residential-1", Status: "attended"})
		if len(effect.Ends) != 1 || effect.Ends[0].State != programme.StageDone || effect.Ends[0].Outcome != "attended" ||
			len(effect.Openings) != 1 || effect.Openings[0].Stage != "residential-1-survey" || !effect.Openings[0].At.Equal(london("2027-03-09 06:00")) {
			t.Errorf("effect %+v", effect)
		}
		if tasks := b.openTasks(t, ref); len(tasks) > 0 {
			t.Errorf("tasks %v", tasks)
		}
		if again := b.ordered(t, programme.Command{Name: programme.CmdRecordAttendance, Ref: ref, Stage: "residential-1", Status: "attended"}); again.Changed {
			t.Error("a repeat changes something")
		}
		b.sound(t)
	})
}

func (b *bundle) kept(t *testing.T, ref, stage string) programme.AskPlan {
	t.Helper()
	plan := b.openStage(t, ref, stage)
	b.clock.set(plan.Limit)
	_, lapsed, err := b.Lapse(b.ctx, plan.Ask, plan.Plan, plan.Limit)
	must(t, err)
	if lapsed {
		t.Fatalf("%s lapsed", stage)
	}
	return b.openStage(t, ref, stage)
}

func TestAPlaceThatNobodyConfirmsIsKept(t *testing.T) {
	onBoth(t, func(t *testing.T, b *bundle) {
		ref := b.atEvents(t, 4, 1, nil)[0]
		b.goTo("2027-05-10 06:00")
		plan := b.openStage(t, ref, "residential-2")
		if plan.Part != "" || plan.Owner != programme.OwnerParticipant || daysOf(plan.Mails) != "2027-05-10 2027-05-28 2027-06-04" {
			t.Errorf("plan %+v", plan)
		}
		request := b.send(t, plan.Mails[0])
		if item := request.Items[0]; item.Message != programme.MsgEventPlace || !item.Event.Asks || item.Link.IsZero() || !item.Due.Equal(london("2027-06-07 17:00")) {
			t.Errorf("it says %+v", item)
		}
		next := b.kept(t, ref, "residential-2")
		if next.Part != programme.PartAttendance || next.Plan <= plan.Plan || daysOf(next.Mails) != "2027-06-22 2027-07-02" {
			t.Errorf("then %+v", next)
		}
		if place := b.placeAt(t, ref, "residential-2"); place.State != programme.PlaceHeld || b.taken(t, "residential-2", "main") != 1 {
			t.Errorf("place %+v", place)
		}
		if tasks := b.openTasks(t, ref); !slices.Equal(tasks, []string{"residential-2 place_kept"}) {
			t.Errorf("tasks %v", tasks)
		}
		// A register that nobody takes is a task, and goes on waiting on staff.
		b.clock.set(next.Grace)
		_, err := b.Overdue(b.ctx, next.Ask, next.Plan, next.Grace)
		must(t, err)
		waits := b.kept(t, ref, "residential-2")
		if waits.State != programme.AskOpen || waits.Owner != programme.OwnerStaff || !waits.Limit.After(next.Limit) {
			t.Errorf("still %+v", waits)
		}
		if tasks := b.openTasks(t, ""); !slices.Contains(tasks, "residential-2 register_missing") {
			t.Errorf("tasks %v", tasks)
		}
		b.sound(t)
	})
}

func TestAnotherDateIsGivenWhileThereIsRoom(t *testing.T) {
	onBoth(t, func(t *testing.T, b *bundle) {
		two := map[string][]programme.Sitting{"residential-2": {date("a", "A", "2027-07-05 08:00", "2027-07-07 16:00", 4),
			date("b", "B", "2027-07-19 08:00", "2027-07-21 16:00", 2)}}
		refs := b.atEvents(t, 4, 3, two) // two in a, one in b
		b.goTo("2027-05-10 06:00")
		first, last := refs[0], refs[2]
		room, err := b.SittingsWithRoom(b.ctx, first, "residential-2")
		must(t, err)
		if len(room) != 1 || room[0].Name != "b" {
			t.Fatalf("room %+v", room)
		}
		other := programme.Answers{"place": {programme.PlaceAnother}, "sitting": {"b"}}
		b.submit(t, b.openStage(t, first, "residential-2").Ask, other)
		if end := b.closed(t, first, "residential-2"); end.State != programme.StageOpen {
			t.Errorf("end %+v", end)
		}
		plan := b.openStage(t, first, "residential-2")
		if plan.Part != programme.PartAttendance || !plan.Grace.Equal(london("2027-07-21 16:00")) {
			t.Errorf("plan %+v", plan)
		}
		ask := b.openStage(t, last, "residential-2").Ask
		_, err = b.Submit(b.ctx, programme.Submission{Ask: ask, Answers: other, At: b.Now(b.ctx)})
		var invalid *programme.Invalid
		if !errors.As(err, &invalid) || invalid.Faults[0].Field != "sitting" || !strings.Contains(err.Error(), "just been taken") {
			t.Errorf("a full date: %v", err)
		}
		if place := b.placeAt(t, last, "residential-2"); place.Sitting.Name != "a" || place.State != programme.PlaceHeld {
			t.Errorf("the place was lost: %+v", place)
		}
		if a, c := b.taken(t, "residential-2", "a"), b.taken(t, "residential-2", "b"); a != 1 || c != 2 {
			t.Errorf("taken: %d and %d", a, c)
		}
		// She changes her mind before the freeze, and cannot after it.
		change := programme.Submission{Ask: programme.AskID(first, "residential-2", 1), Change: true, At: b.Now(b.ctx),
			Answers: programme.Answers{"place": {programme.PlaceAnother}, "sitting": {"a"}}}
		result, err := b.Submit(b.ctx, change)
		must(t, err)
		place := b.placeAt(t, first, "residential-2")
		if !result.Changed || place.Sitting.Name != "a" || place.State != programme.PlaceConfirmed || place.Sequence != 1 {
			t.Errorf("changed %+v: %+v", result, place)
		}
		if plan := b.openStage(t, first, "residential-2"); !plan.Grace.Equal(london("2027-07-07 16:00")) {
			t.Errorf("plan %+v", plan)
		}
		change.At = b.goTo("2027-06-14 17:00")
		change.Answers = programme.Answers{"place": {programme.PlaceCannot}}
		if _, err := b.Submit(b.ctx, change); !errors.Is(err, programme.ErrFormClosed) {
			t.Errorf("after the freeze: %v", err)
		}
		b.sound(t)
	})
}
