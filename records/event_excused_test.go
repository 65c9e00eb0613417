package records

import (
	"errors"
	"slices"
	"strings"
	"testing"

	"fairlead/programme"
)

// excused has leaders confirm and be excused from residential-2, before it begins, and goes to its first evening.
func (b *bundle) excused(t *testing.T, refs []string) {
	t.Helper()
	for _, ref := range refs {
		b.goTo("2027-05-10 06:00")
		b.confirmsSecond(t, ref)
		b.attends(t, ref, programme.Excused)
	}
	b.goTo("2027-07-07 18:00")
}

func (b *bundle) attends(t *testing.T, ref string, status programme.Attendance) {
	t.Helper()
	b.ordered(t, programme.Command{Name: programme.CmdRecordAttendance, Ref: ref, Stage: "residential-2", Status: string(status)})
}

// refused is why an attendance cannot be recorded.
func (b *bundle) refused(t *testing.T, ref string, status programme.Attendance) *programme.Illegal {
	t.Helper()
	_, err := b.order(programme.Command{Name: programme.CmdRecordAttendance, Ref: ref, Stage: "residential-2", Status: string(status)})
	var illegal *programme.Illegal
	if !errors.As(err, &illegal) {
		t.Fatalf("%s: %v", status, err)
	}
	return illegal
}

// Of two who gave up their places and came all the same, one finds a place still free; the other is refused until staff
// make room, and nothing of theirs has changed meanwhile.
func TestWhoWasExcusedAndCame(t *testing.T) {
	onBoth(t, func(t *testing.T, b *bundle) {
		dates := map[string][]programme.Sitting{"residential-2": {date("a", "", "2027-07-05 08:00", "2027-07-07 16:00", 3), date("b", "", "2027-07-19 08:00", "2027-07-21 16:00", 1)}}
		refs := b.atEvents(t, 4, 4, dates)
		refs = slices.DeleteFunc(refs, func(ref string) bool { return b.placeAt(t, ref, "residential-2").Sitting.Name != "a" })
		b.excused(t, refs[:2])
		// One of the two places was taken by somebody meanwhile.
		must(t, b.writer.Exec("UPDATE sittings SET taken = 2 WHERE stage = 'residential-2' AND name = 'a'").Error)
		b.attends(t, refs[0], programme.Attended)
		if place, stage := b.placeAt(t, refs[0], "residential-2"), b.stageOf(t, refs[0], "residential-2"); place.State != programme.PlaceAttended || stage.Outcome != "attended" || b.taken(t, "residential-2", "a") != 3 {
			t.Errorf("place %+v, stage %+v, taken %d", place, stage, b.taken(t, "residential-2", "a"))
		}
		b.attends(t, refs[0], programme.Attended) // again: nothing more is taken
		if illegal := b.refused(t, refs[1], programme.Attended); !strings.Contains(illegal.State, "no place is left") || !strings.Contains(illegal.Why, "one more place") {
			t.Errorf("%+v", illegal)
		}
		if place := b.placeAt(t, refs[1], "residential-2"); place.State != programme.PlaceExcused || b.taken(t, "residential-2", "a") != 3 || b.stageOf(t, refs[1], "residential-2").Outcome != "excused" {
			t.Errorf("after the refusal: %+v", place)
		}
		dates["residential-2"][0].Capacity = 4
		must(t, b.setDates(t, dates))
		b.attends(t, refs[1], programme.Attended)
		register, err := b.Register(b.ctx, spring, "residential-2", "a")
		must(t, err)
		if b.taken(t, "residential-2", "a") != 4 || len(register.Rows) != 3 {
			t.Errorf("taken %d, register %+v", b.taken(t, "residential-2", "a"), register.Rows)
		}
	})
}

// Who was excused before the event was not expected: never absent, and reopened the stage waits on staff, because there is
// no place that could be confirmed.
func TestWhoWasExcusedIsNotAbsent(t *testing.T) {
	onBoth(t, func(t *testing.T, b *bundle) {
		ref := b.atEvents(t, 4, 1, nil)[0]
		b.excused(t, []string{ref})
		if illegal := b.refused(t, ref, programme.Absent); !strings.Contains(illegal.Why, "was not expected") {
			t.Errorf("%+v", illegal)
		}
		b.ordered(t, programme.Command{Name: programme.CmdReopen, Ref: ref, Stage: "residential-2"})
		plan := b.openStage(t, ref, "residential-2")
		if place := b.placeAt(t, ref, "residential-2"); plan.Owner != programme.OwnerStaff || place.State != programme.PlaceExcused {
			t.Errorf("reopened: %+v, place %+v", plan, place)
		}
		if illegal := b.refused(t, ref, programme.Absent); !strings.Contains(illegal.State, "excused before") {
			t.Errorf("%+v", illegal)
		}
		if n := b.taken(t, "residential-2", "main"); n != 0 {
			t.Errorf("%d places taken", n)
		}
		b.attends(t, ref, programme.Attended)
		if stage := b.stageOf(t, ref, "residential-2"); stage.State != programme.StageDone || stage.Outcome != "attended" || b.taken(t, "residential-2", "main") != 1 {
			t.Errorf("stage %+v", stage)
		}
		b.sound(t)
	})
}
