package records

import (
	"errors"
	"fmt"
	"slices"
	"testing"

	"fairlead/programme"
)

// costsOf are the costs as the journey, the register of the cohort and its figures have them.
func (b *bundle) costsOf(t *testing.T, ref string) string {
	t.Helper()
	lines, _, err := b.AttendanceRegister(b.ctx, spring, "", 10)
	must(t, err)
	i := slices.IndexFunc(lines, func(l programme.AttendanceLine) bool { return l.Ref == ref })
	figures, err := b.Figures(b.ctx, spring)
	must(t, err)
	place := b.placeAt(t, ref, "residential-2")
	if lines[i].Costs["residential-2"] != place.Costs {
		t.Errorf("the register says %v, the journey %q", lines[i].Costs, place.Costs)
	}
	recovered := 0
	for _, event := range figures.Events {
		recovered += event.Recovered
	}
	if (recovered == 1) != (place.Costs == programme.CostsRecovered) {
		t.Errorf("the figures say %d, the journey %q", recovered, place.Costs)
	}
	return string(place.Costs)
}

// What becomes of the costs is recorded with the decision how to catch up, can be decided later and changed, and is in the
// history with who said it.
func TestCostsOfAMissedEvent(t *testing.T) {
	attendance := func(status programme.Attendance, costs programme.Costs) programme.Command {
		return programme.Command{Name: programme.CmdRecordAttendance, Status: string(status), Costs: costs}
	}
	type step struct {
		order   programme.Command
		changed bool
		costs   programme.Costs
	}
	for name, steps := range map[string][]step{
		"with the absence, then excused, then paid": {{attendance(programme.Absent, ""), true, ""}, {attendance(programme.Absent, programme.CostsWaived), true, programme.CostsWaived},
			{attendance(programme.Absent, programme.CostsWaived), false, programme.CostsWaived}, {attendance(programme.Excused, programme.CostsRecovered), true, programme.CostsRecovered},
			{attendance(programme.Excused, ""), false, programme.CostsRecovered}, {attendance(programme.Excused, programme.CostsWaived), true, programme.CostsWaived}},
		"another sitting": {{attendance(programme.Absent, ""), true, ""}, {programme.Command{Name: programme.CmdChangeSitting, Sitting: "b", Costs: programme.CostsRecovered}, true, programme.CostsRecovered},
			{programme.Command{Name: programme.CmdChangeSitting, Sitting: "b", Costs: programme.CostsWaived}, true, programme.CostsWaived},
			{programme.Command{Name: programme.CmdChangeSitting, Sitting: "b"}, false, programme.CostsWaived}},
		"skipped":           {{attendance(programme.Absent, ""), true, ""}, {programme.Command{Name: programme.CmdSkip, Costs: programme.CostsRecovered}, true, programme.CostsRecovered}},
		"marked by mistake": {{attendance(programme.Absent, programme.CostsRecovered), true, programme.CostsRecovered}, {attendance(programme.Attended, ""), true, ""}},
	} {
		t.Run(name, func(t *testing.T) {
			onBoth(t, func(t *testing.T, b *bundle) {
				dates := map[string][]programme.Sitting{"residential-2": {date("a", "", "2027-07-05 08:00", "2027-07-07 16:00", 3), date("b", "", "2027-07-19 08:00", "2027-07-21 16:00", 1)}}
				ref := b.atEvents(t, 4, 1, dates)[0]
				b.goTo("2027-05-10 06:00")
				b.confirmsSecond(t, ref)
				b.goTo("2027-07-07 18:00")
				marks := 0
				for i, step := range steps {
					step.order.Ref, step.order.Stage = ref, "residential-2"
					before := b.placeAt(t, ref, "residential-2").Costs
					effect := b.ordered(t, step.order)
					if got := b.costsOf(t, ref); effect.Changed != step.changed || got != string(step.costs) {
						t.Errorf("step %d: changed %v, costs %q", i, effect.Changed, got)
					}
					if step.costs != "" && step.costs != before {
						marks++
					}
				}
				if n := b.count(t, "SELECT COUNT(*) FROM moves WHERE ref = ? AND what IN ('costs-recovered', 'costs-waived') AND actor = 'staff:kim'", ref); n != marks {
					t.Errorf("%d lines in the history, want %d", n, marks)
				}
				b.sound(t)
			})
		})
	}
}

// Nobody pays for what was not missed, and a refusal changes nothing.
func TestNoCostsOfWhatWasNotMissed(t *testing.T) {
	onBoth(t, func(t *testing.T, b *bundle) {
		ref := b.atEvents(t, 4, 1, nil)[0]
		b.goTo("2027-05-10 06:00")
		b.confirmsSecond(t, ref)
		refuses := func(order programme.Command) {
			t.Helper()
			order.Ref, order.Stage, order.Costs = ref, "residential-2", programme.CostsRecovered
			_, err := b.order(order)
			var illegal *programme.Illegal
			if !errors.As(err, &illegal) || illegal.State != "residential-2 was not missed" {
				t.Errorf("%s %s: %v", order.Name, order.Status, err)
			}
		}
		refuses(programme.Command{Name: programme.CmdSkip})
		b.goTo("2027-07-07 18:00")
		refuses(programme.Command{Name: programme.CmdRecordAttendance, Status: "attended"})
		if place, stage := b.placeAt(t, ref, "residential-2"), b.stageOf(t, ref, "residential-2"); place.State != programme.PlaceConfirmed || stage.State != programme.StageOpen {
			t.Errorf("place %+v, stage %+v", place, stage)
		}
		b.attends(t, ref, programme.Attended)
		refuses(programme.Command{Name: programme.CmdRecordAttendance, Status: "attended"})
		if _, err := b.order(programme.Command{Name: programme.CmdRecordAttendance, Ref: ref, Stage: "residential-2", Status: "absent", Costs: "shared"}); !isInvalid(err) {
			t.Errorf("other words: %v", err)
		}
		if got := b.costsOf(t, ref); got != "" {
			t.Errorf("costs %s", fmt.Sprint(got))
		}
	})
}
