package records

import (
	"errors"
	"slices"
	"strings"
	"testing"

	"fairlead/programme"
)

// cannotThird is a leader who has said that no date of residential 3 will do; date b of residential 2 lies on its days.
func (b *bundle) cannotThird(t *testing.T) (ref string) {
	t.Helper()
	ref = b.atEvents(t, 4, 1, crossing())[0] // of group A: residential 2 in July, residential 3 on 15 September
	b.goTo("2027-07-26 06:00")
	b.submit(t, b.openStage(t, ref, "residential-3").Ask, programme.Answers{"place": {programme.PlaceCannot}})
	b.closed(t, ref, "residential-3")
	return ref
}

// Who said that no date of an event will do may be given a date of another on its days; whoever then thinks better of it is at
// two events on one day, and is told so.
func TestThinkingBetterOfADateThatIsTaken(t *testing.T) {
	onBoth(t, func(t *testing.T, b *bundle) {
		ref := b.cannotThird(t)
		b.ordered(t, programme.Command{Name: programme.CmdChangeSitting, Ref: ref, Stage: "residential-2", Sitting: "b"})
		var invalid *programme.Invalid
		_, err := b.changePlace(ref, "residential-3", programme.PlaceConfirm, "none")
		if !errors.As(err, &invalid) || invalid.Faults[0].Field != "place" || !strings.Contains(err.Error(), "Residential 2") {
			t.Errorf("both on one day: %v", err)
		}
		if place := b.placeAt(t, ref, "residential-3"); !place.Cannot || place.State != programme.PlaceHeld {
			t.Errorf("her place is %+v", place)
		}
		b.sound(t)
	})
}

// An event of which a leader said that no date will do moves onto another of hers: nobody asks her to be at both.
func TestADateThatWillNotDoMovesOntoAnotherEvent(t *testing.T) {
	onBoth(t, func(t *testing.T, b *bundle) {
		ref := b.cannotThird(t)
		b.ordered(t, programme.Command{Name: programme.CmdChangeSitting, Ref: ref, Stage: "residential-2", Sitting: "b"})
		move := programme.Reschedule{Cohort: spring, Stage: "residential-3", Sitting: "a", Starts: london("2027-09-14 08:00"), Reason: "programme_change"}
		lines, err := b.RescheduleEffects(b.ctx, move)
		must(t, err)
		if len(lines) != 1 || !lines[0].Task || lines[0].Confirm {
			t.Errorf("the dry run says %+v", lines)
		}
		b.reschedules(t, move)
		if place := b.placeAt(t, ref, "residential-3"); place.State != programme.PlaceReleased {
			t.Errorf("her place is %+v", place)
		}
		if tasks := b.openTasks(t, ref); !slices.Equal(tasks, []string{"residential-3 event_cancelled"}) {
			t.Errorf("tasks %v", tasks)
		}
		b.sound(t)
	})
}

// What a leader has said no to, or is excused from, is no date of the year any more: the feed would bring back what a mail took
// out of the diary. Who changes that finds it there again.
func TestADateThatWillNotDoIsNoDateOfTheYear(t *testing.T) {
	onBoth(t, func(t *testing.T, b *bundle) {
		refs := b.atEvents(t, 4, 2, nil)
		dated := func(ref string) bool {
			lines, err := b.Dates(b.ctx, ref)
			must(t, err)
			return slices.ContainsFunc(lines, func(l programme.DateLine) bool { return l.Stage == "residential-2" })
		}
		b.goTo("2027-05-10 06:00")
		b.submit(t, b.openStage(t, refs[0], "residential-2").Ask, programme.Answers{"place": {programme.PlaceCannot}})
		b.openStage(t, refs[1], "residential-2")
		b.ordered(t, programme.Command{Name: programme.CmdRecordAttendance, Ref: refs[1], Stage: "residential-2", Status: "excused"})
		if dated(refs[0]) || dated(refs[1]) {
			t.Errorf("in the year of who cannot %v, of who is excused %v", dated(refs[0]), dated(refs[1]))
		}
		b.closed(t, refs[0], "residential-2")
		must(t, ignore(b.changePlace(refs[0], "residential-2", programme.PlaceConfirm, "none")))
		if !dated(refs[0]) {
			t.Error("who comes after all has no date")
		}
		b.sound(t)
	})
}
