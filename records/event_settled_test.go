package records

import (
	"errors"
	"slices"
	"testing"
	"time"

	"fairlead/programme"
)

// changePlace changes the answer about a place at an event.
func (b *bundle) changePlace(ref, stage, place, diet string) (programme.SubmitResult, error) {
	return b.Submit(b.ctx, programme.Submission{Ask: programme.AskID(ref, stage, 1), Ref: ref, Form: programme.FormEventPlace, Change: true, At: b.Now(b.ctx),
		Answers: programme.Answers{"place": {place}, "dietary": {diet}, "arrival": {"train"}, "room_night_before": {"no"}}})
}

// A place that another form confirmed can be changed as any other, until the needs are frozen.
func TestAPlaceConfirmedElsewhereCanBeChanged(t *testing.T) {
	onBoth(t, func(t *testing.T, b *bundle) {
		ref := b.atEvents(t, 4, 1, nil)[0]
		b.goTo("2026-11-23 06:00")
		b.submit(t, b.openStage(t, ref, "onboarding").Ask, withPlaces(programme.PlaceConfirm))
		b.closed(t, ref, "onboarding")
		if _, err := b.changePlace(ref, "residential-1", programme.PlaceConfirm, "halal"); !errors.Is(err, programme.ErrStageNotOpen) {
			t.Errorf("before it opens: %v", err)
		}
		b.goTo("2027-01-04 06:00")
		plan := b.openStage(t, ref, "residential-1")
		if _, err := b.Submit(b.ctx, programme.Submission{Ask: plan.Ask, Ref: ref, Form: programme.FormEventPlace, Change: true, At: b.Now(b.ctx),
			Answers: programme.Answers{"place": {programme.PlaceConfirm}}}); !errors.Is(err, programme.ErrFormClosed) {
			t.Errorf("the second part was answered: %v", err)
		}
		first, err := b.changePlace(ref, "residential-1", programme.PlaceConfirm, "halal")
		must(t, err)
		again, err := b.changePlace(ref, "residential-1", programme.PlaceConfirm, "halal")
		must(t, err)
		if !first.Changed || !again.Already || again.ID != first.ID {
			t.Errorf("first %+v, again %+v", first, again)
		}
		needs, _, err := b.Needs(b.ctx, ref)
		must(t, err)
		answer, err := b.Answers(b.ctx, programme.AskID(ref, "residential-1", 1))
		must(t, err)
		if needs.Get("dietary") != "halal" || answer.Answers.Get("place") != programme.PlaceConfirm || b.placeAt(t, ref, "residential-1").State != programme.PlaceConfirmed {
			t.Errorf("needs %v, answer %+v", needs, answer)
		}
		if next := b.openStage(t, ref, "residential-1"); next.Part != programme.PartAttendance || next.Owner != programme.OwnerCalendar || len(next.Mails) != len(plan.Mails) {
			t.Errorf("it goes on as %+v", next)
		}
		_, err = b.changePlace(ref, "residential-1", programme.PlaceCannot, "halal")
		must(t, err)
		if place := b.placeAt(t, ref, "residential-1"); !place.Cannot || place.Entry || !slices.Contains(b.openTasks(t, ref), "residential-1 event_cannot") {
			t.Errorf("who cannot come has %+v and the tasks %v", place, b.openTasks(t, ref))
		}
		_, err = b.changePlace(ref, "residential-1", programme.PlaceConfirm, "halal")
		must(t, err)
		freeze := b.placeAt(t, ref, "residential-1").Freeze
		b.clock.set(freeze.Add(-time.Second))
		_, err = b.changePlace(ref, "residential-1", programme.PlaceConfirm, "vegan")
		must(t, err)
		b.clock.set(freeze)
		if _, err := b.changePlace(ref, "residential-1", programme.PlaceConfirm, "kosher"); !errors.Is(err, programme.ErrFormClosed) {
			t.Errorf("at the freeze: %v", err)
		}
		if needs, _, _ := b.Needs(b.ctx, ref); needs.Get("dietary") != "vegan" {
			t.Errorf("needs %v", needs)
		}
		b.sound(t)
	})
}

// A place that was kept at the limit can still be confirmed.
func TestAKeptPlaceCanBeConfirmed(t *testing.T) {
	onBoth(t, func(t *testing.T, b *bundle) {
		ref := b.atEvents(t, 4, 1, nil)[0]
		b.goTo("2027-05-10 06:00")
		b.kept(t, ref, "residential-2")
		freeze := b.placeAt(t, ref, "residential-2").Freeze
		if !b.Now(b.ctx).Before(freeze) {
			b.clock.set(freeze.Add(-time.Hour))
		}
		_, err := b.changePlace(ref, "residential-2", programme.PlaceConfirm, "vegan")
		must(t, err)
		if place := b.placeAt(t, ref, "residential-2"); place.State != programme.PlaceConfirmed || !place.Entry || len(b.lines(t, ref, programme.MsgEventConfirmed)) == 0 {
			t.Errorf("place %+v", place)
		}
		if tasks := b.openTasks(t, ref); len(tasks) > 0 {
			t.Errorf("tasks %v", tasks)
		}
		b.sound(t)
	})
}

// Whoever is excused, or came, before the place was answered has answered nothing: the request is off, and the records say so.
func TestAnEventThatIsSettledBeforeItsPlaceIsAnswered(t *testing.T) {
	onBoth(t, func(t *testing.T, b *bundle) {
		refs := b.atEvents(t, 4, 3, nil)
		excused, held, came := refs[0], refs[1], refs[2]
		b.goTo("2027-05-10 06:00")
		asks := map[string]string{}
		for _, ref := range refs {
			asks[ref] = b.openStage(t, ref, "residential-2").Ask
		}
		b.goTo("2027-05-20 10:00")
		b.ordered(t, programme.Command{Name: programme.CmdRecordAttendance, Ref: excused, Stage: "residential-2", Status: "excused"})
		b.ordered(t, programme.Command{Name: programme.CmdHold, Ref: held})
		b.sound(t)
		b.goTo("2027-07-06 10:00")
		results, err := b.RecordAttendances(b.ctx, spring, "residential-2", "main", []programme.AttendanceMark{{Ref: held, Status: programme.Attended},
			{Ref: came, Status: programme.Attended}}, "staff:kim")
		must(t, err)
		for _, result := range results {
			if !result.Changed {
				t.Errorf("the register says %+v", result)
			}
		}
		for _, ref := range refs {
			if _, err := b.Answers(b.ctx, asks[ref]); !isNotFound(err) || b.stageOf(t, ref, "residential-2").State != programme.StageDone {
				t.Errorf("%s: %v, %+v", ref, err, b.stageOf(t, ref, "residential-2"))
			}
			if n := b.count(t, "SELECT COUNT(*) FROM messages WHERE ref = ? AND stage = 'residential-2' AND state = 'planned'", ref); n > 0 {
				t.Errorf("%d mails are still to go to %s", n, ref)
			}
		}
		b.sound(t)
	})
}
