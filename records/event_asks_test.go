package records

import (
	"slices"
	"testing"

	"fairlead/programme"
)

// An event whose place another form confirms is silent while that form is open, and asks for itself when it has not.
func TestAnEventAsksForItselfWhereTheOtherFormHasNot(t *testing.T) {
	onBoth(t, func(t *testing.T, b *bundle) {
		refs := b.atEvents(t, 4, 3, nil)
		confirms, cannot, silent := refs[0], refs[1], refs[2]
		asks := map[string]string{}
		for _, ref := range refs {
			b.goTo("2026-11-23 06:00")
			asks[ref] = b.openStage(t, ref, "onboarding").Ask
			b.goTo("2026-12-07 06:00")
			if plan := b.openStage(t, ref, "opening-event"); plan.Part != "" || len(plan.Mails) > 0 {
				t.Fatalf("it asks while onboarding does: %+v", plan)
			}
		}
		b.submit(t, asks[confirms], withPlaces(programme.PlaceConfirm))
		if plan := b.openStage(t, confirms, "opening-event"); plan.Part != programme.PartAttendance {
			t.Errorf("confirmed, it is at %+v", plan)
		}
		if n := len(b.outboxOf(t, programme.StageID(spring, confirms, "opening-event"), signalFormSubmitted)); n != 1 {
			t.Errorf("%d signals tell its workflow", n)
		}
		b.submit(t, asks[cannot], withPlaces(programme.PlacesNotAll))
		b.closed(t, cannot, "onboarding")
		if plan := b.openStage(t, cannot, "opening-event"); plan.Part != "" || len(plan.Mails) != 1 || plan.Plan != 2 {
			t.Errorf("not all, and it asks %+v", plan)
		}
		plan := b.openStage(t, silent, "onboarding")
		b.lapsed(t, plan)
		if plan := b.openStage(t, silent, "opening-event"); plan.Part != "" || len(plan.Mails) > 0 && plan.Owner == programme.OwnerStaff {
			t.Errorf("silence, and it asks %+v", plan)
		}
		// Residential 1 has not opened yet: it will ask those who have not confirmed.
		b.goTo("2027-01-12 06:00")
		for ref, part := range map[string]programme.Part{confirms: programme.PartAttendance, cannot: "", silent: ""} {
			plan := b.openStage(t, ref, "residential-1")
			if plan.Part != part || part == "" && len(plan.Mails) == 0 {
				t.Errorf("%s: %+v", ref, plan)
			}
		}
		b.sound(t)
	})
}

func TestAnAbsenceIsToldAtOnceAndCaughtUp(t *testing.T) {
	onBoth(t, func(t *testing.T, b *bundle) {
		ref := b.atEvents(t, 4, 1, twoDates(4, 3))[0]
		b.goTo("2027-01-04 06:00")
		b.kept(t, ref, "residential-1")
		now := b.goTo("2027-03-01 20:30")
		effect := b.ordered(t, programme.Command{Name: programme.CmdRecordAttendance, Ref: ref, Stage: "residential-1", Status: "absent", Note: "no word from her"})
		if len(effect.Mails) != 1 || len(effect.Ends) > 0 || effect.Plans[0].Owner != programme.OwnerStaff {
			t.Fatalf("effect %+v", effect)
		}
		alert := b.message(t, effect.Mails[0].Key)
		job := b.send(t, effect.Mails[0])
		if alert.Rule != programme.RuleAlert || !alert.At.Equal(now) || job.To.Email != "owner@centre.example" || job.Items[0].Leader == "" {
			t.Errorf("alert %+v to %s", alert, job.To.Email)
		}
		if tasks := b.openTasks(t, ref); !slices.Equal(tasks, []string{"residential-1 catch_up"}) {
			t.Errorf("tasks %v", tasks)
		}
		effect = b.ordered(t, programme.Command{Name: programme.CmdChangeSitting, Ref: ref, Stage: "residential-1", Sitting: "b"})
		plan := effect.Plans[0]
		place := b.placeAt(t, ref, "residential-1")
		if plan.Owner != programme.OwnerCalendar || !plan.Grace.Equal(london("2027-03-26 13:00")) || !place.CatchUp || place.State != programme.PlaceConfirmed ||
			place.Sitting.Name != "b" || b.taken(t, "residential-1", "a") != 0 || b.taken(t, "residential-1", "b") != 1 {
			t.Errorf("plan %+v, place %+v", plan, place)
		}
		if len(b.openTasks(t, ref)) > 0 {
			t.Errorf("tasks %v", b.openTasks(t, ref))
		}
		b.goTo("2027-03-22 10:00")
		effect = b.ordered(t, programme.Command{Name: programme.CmdRecordAttendance, Ref: ref, Stage: "residential-1", Status: "attended"})
		if len(effect.Openings) != 1 || !effect.Openings[0].At.Equal(london("2027-03-31 06:00")) {
			t.Errorf("the survey follows the date she came on: %+v", effect.Openings)
		}
		b.sound(t)
	})
}

// A hundred after the last place: as many get it as there are, the rest keep what they have.
func TestTheLastPlaceGoesToOne(t *testing.T) {
	onBoth(t, func(t *testing.T, b *bundle) {
		const leaders, room = 100, 1
		refs := b.atEvents(t, leaders, leaders, map[string][]programme.Sitting{"residential-2": {date("a", "", "2027-07-05 08:00", "2027-07-07 16:00", leaders),
			date("b", "X", "2027-07-19 08:00", "2027-07-21 16:00", room)}})
		b.goTo("2027-05-10 06:00")
		done := make(chan error, leaders)
		for _, ref := range refs {
			ask := b.openStage(t, ref, "residential-2").Ask
			go func() {
				_, err := b.Submit(b.ctx, programme.Submission{Ask: ask, At: b.Now(b.ctx),
					Answers: programme.Answers{"place": {programme.PlaceAnother}, "sitting": {"b"}}})
				done <- err
			}()
		}
		got, told := 0, 0
		for range refs {
			switch err := <-done; {
			case err == nil:
				got++
			case isInvalid(err):
				told++
			default:
				t.Error(err)
			}
		}
		if got != room || told != leaders-room || b.taken(t, "residential-2", "b") != room || b.taken(t, "residential-2", "a") != leaders-room {
			t.Errorf("%d got it, %d were told, taken %d and %d", got, told, b.taken(t, "residential-2", "b"), b.taken(t, "residential-2", "a"))
		}
		b.sound(t)
	})
}
