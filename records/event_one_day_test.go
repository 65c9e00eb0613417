package records

import (
	"errors"
	"slices"
	"strings"
	"testing"

	"fairlead/programme"
)

// crossing are two residentials of which group B's second falls on the days of group A's third.
func crossing() map[string][]programme.Sitting {
	return map[string][]programme.Sitting{
		"residential-2": {date("a", "A", "2027-07-05 08:00", "2027-07-07 16:00", 4), date("b", "B", "2027-09-13 08:00", "2027-09-15 16:00", 4)},
		"residential-3": {date("a", "A", "2027-09-15 08:00", "2027-09-17 16:00", 4), date("b", "B", "2027-10-11 08:00", "2027-10-13 16:00", 4)}}
}

// Nobody can be at two events on one day, whoever gives them another date.
func TestNobodyIsAtTwoEventsOnOneDay(t *testing.T) {
	onBoth(t, func(t *testing.T, b *bundle) {
		ref := b.atEvents(t, 4, 2, crossing())[0] // of group A
		b.goTo("2027-05-10 06:00")
		ask := b.openStage(t, ref, "residential-2").Ask
		if room, err := b.SittingsWithRoom(b.ctx, ref, "residential-2"); err != nil || len(room) != 0 {
			t.Errorf("offered %+v, %v", room, err)
		}
		another := programme.Submission{Ask: ask, Answers: programme.Answers{"place": {programme.PlaceAnother}, "sitting": {"b"}}, At: b.Now(b.ctx)}
		var invalid *programme.Invalid
		if _, err := b.Submit(b.ctx, another); !errors.As(err, &invalid) || invalid.Faults[0].Field != "sitting" || !strings.Contains(err.Error(), "Residential 3") {
			t.Errorf("taken: %v", err)
		}
		change := programme.Command{Name: programme.CmdChangeSitting, Ref: ref, Stage: "residential-2", Sitting: "b"}
		var illegal *programme.Illegal
		if _, err := b.order(change); !errors.As(err, &illegal) || !strings.Contains(illegal.State, "Residential 3") {
			t.Errorf("given: %v", err)
		}
		if place := b.placeAt(t, ref, "residential-2"); place.Sitting.Name != "a" || place.State != programme.PlaceHeld || b.taken(t, "residential-2", "b") != 1 {
			t.Errorf("her place is %+v", place)
		}
		// Once she goes to the other date of residential 3, nothing is in the way.
		b.ordered(t, programme.Command{Name: programme.CmdChangeSitting, Ref: ref, Stage: "residential-3", Sitting: "b"})
		if room, err := b.SittingsWithRoom(b.ctx, ref, "residential-2"); err != nil || len(room) != 1 {
			t.Errorf("offered %+v, %v", room, err)
		}
		b.ordered(t, change)
		b.sound(t)
	})
}

// Whoever has no group gets places that can be had together.
func TestPlacesOnEnrolmentCanBeHadTogether(t *testing.T) {
	onBoth(t, func(t *testing.T, b *bundle) {
		dates := crossing()
		for _, list := range dates {
			for i := range list {
				list[i].Group = ""
			}
		}
		dates["residential-2"][1].Capacity = 8 // the roomier of the two is chosen first
		dates["residential-3"][0].Capacity = 8
		ref := b.atEvents(t, 4, 1, dates)[0]
		second, third := b.placeAt(t, ref, "residential-2").Sitting, b.placeAt(t, ref, "residential-3").Sitting
		if second.Name != "b" || third.Name != "b" || second.Meets(third) {
			t.Errorf("places at %s from %s and at %s from %s", second.Name, second.Starts, third.Name, third.Starts)
		}
		b.sound(t)
	})
}

// An event that moves onto another of a leader's takes the place with it: the dry run says so, the leader hears that neither
// date is hers, and staff find another.
func TestAnEventMovesOntoAnotherOfALeaders(t *testing.T) {
	onBoth(t, func(t *testing.T, b *bundle) {
		refs := b.atEvents(t, 4, 2, map[string][]programme.Sitting{
			"residential-2": {date("a", "A", "2027-07-05 08:00", "2027-07-07 16:00", 4), date("b", "B", "2027-07-12 08:00", "2027-07-14 16:00", 4)},
			"residential-3": {date("a", "A", "2027-09-13 08:00", "2027-09-15 16:00", 4), date("b", "B", "2027-10-11 08:00", "2027-10-13 16:00", 4)}})
		stays, crosses := refs[0], refs[1] // of groups A and B
		b.ordered(t, programme.Command{Name: programme.CmdChangeSitting, Ref: crosses, Stage: "residential-2", Sitting: "a"})
		b.goTo("2027-05-10 06:00")
		b.openStage(t, crosses, "residential-2")
		b.goTo("2027-05-10 11:00")
		move := programme.Reschedule{Cohort: spring, Stage: "residential-2", Sitting: "a", Starts: london("2027-10-11 08:00"), Reason: "programme_change"}
		lines, err := b.RescheduleEffects(b.ctx, move)
		must(t, err)
		for _, line := range lines {
			lost := line.Ref == crosses
			if line.Task != lost || line.Confirm == lost || lost != (line.Entry == "cancelled") || !line.Mail {
				t.Errorf("the dry run says %+v", line)
			}
		}
		effects := b.reschedules(t, move)
		if place := b.placeAt(t, crosses, "residential-2"); place.State != programme.PlaceReleased || place.Entry {
			t.Errorf("her place is %+v", place)
		}
		if place := b.placeAt(t, stays, "residential-2"); place.State != programme.PlaceHeld || b.taken(t, "residential-2", "a") != 1 {
			t.Errorf("the other's place is %+v", place)
		}
		if tasks := b.openTasks(t, crosses); !slices.Equal(tasks, []string{"residential-2 event_cancelled"}) {
			t.Errorf("tasks %v", tasks)
		}
		if len(effects[crosses].Mails) != 1 || len(b.lines(t, crosses, programme.MsgEventMoved)) > 0 {
			t.Fatalf("she is told %+v", effects[crosses])
		}
		if item := b.send(t, effects[crosses].Mails[0]).Items[0]; item.Message != programme.MsgEventCancelled || !item.Event.Moved || item.Event.Method != programme.MethodCancel {
			t.Errorf("the mail says %+v", item.Event)
		}
		if plan := b.openStage(t, crosses, "residential-2"); plan.Owner != programme.OwnerStaff || len(plan.Mails) > 0 {
			t.Errorf("then %+v", plan)
		}
		b.sound(t)
	})
}

// Where no time is left to ask, the dry run of a move does not say that the place is to be confirmed again.
func TestADryRunAtShortNoticeSaysWhatIsDone(t *testing.T) {
	onBoth(t, func(t *testing.T, b *bundle) {
		for i, c := range []struct{ now, to string }{{"2027-06-01 10:00", "2027-07-19 08:00"}, {"2027-07-02 10:00", "2027-07-20 08:00"},
			{"2027-07-14 10:00", "2027-07-22 10:00"}, {"2027-07-20 17:30", "2027-07-23 08:00"}, {"2027-07-22 20:00", "2027-07-23 14:00"}} {
			if i == 0 {
				b.confirmsSecond(t, b.atEvents(t, 4, 1, nil)[0])
			}
			b.goTo(c.now)
			move := programme.Reschedule{Cohort: spring, Stage: "residential-2", Starts: london(c.to), Reason: "programme_change"}
			lines, err := b.RescheduleEffects(b.ctx, move)
			must(t, err)
			effects := b.reschedules(t, move)
			for _, line := range lines {
				plan := effects[line.Ref].Plans[0]
				if asked := plan.Part == ""; len(lines) != 1 || line.Confirm != asked || asked != (i < 4) {
					t.Errorf("from %s to %s: the dry run says %+v, what is done is %+v", c.now, c.to, line, plan)
				}
			}
		}
		b.sound(t)
	})
}
