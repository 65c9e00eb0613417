package console

import (
	"context"
	"fmt"
	"slices"
	"time"

	"fairlead/programme"
)

func (f *fakeStore) MatchCohort(ctx context.Context, cohort string, dryRun bool, actor string) (programme.MatchReport, error) {
	if _, err := f.Cohort(ctx, cohort); err != nil {
		return programme.MatchReport{}, err
	}
	f.asked--
	report := f.match
	if !dryRun {
		f.ordered = append(f.ordered, "match "+cohort+" "+actor)
		f.match.Pairs = nil
	}
	return report, f.ask()
}

func (f *fakeStore) CoachLeaves(_ context.Context, cohort, coach, reason, note, actor string) (programme.MatchReport, error) {
	f.ordered = append(f.ordered, "leave "+cohort+" "+coach+" "+reason+" "+note+" "+actor)
	return programme.MatchReport{}, f.ask()
}

func (f *fakeStore) Slots(context.Context, string, string, time.Time) ([]programme.Slot, error) {
	return f.slots, f.ask()
}

func (f *fakeStore) PublishSlots(_ context.Context, _, coach string, series programme.SlotSeries, _ string, at time.Time) ([]programme.Slot, error) {
	if faults := series.Check(at); len(faults) > 0 {
		return nil, &programme.Invalid{Faults: faults}
	}
	for _, starts := range series.Starts() {
		f.slots = append(f.slots, programme.Slot{ID: fmt.Sprint("s", len(f.slots)), Coach: coach, Starts: starts, Minutes: series.Minutes, Online: series.Online, State: programme.SlotFree})
	}
	return f.slots, f.ask()
}

func (f *fakeStore) RemoveSlot(_ context.Context, _, _, slot, _ string, _ time.Time) ([]programme.Slot, error) {
	for _, one := range f.slots {
		if one.ID == slot && one.Ref != "" {
			return nil, &programme.Illegal{State: "booked", Why: "Somebody has booked this time."}
		}
	}
	f.slots = slices.DeleteFunc(f.slots, func(one programme.Slot) bool { return one.ID == slot })
	return f.slots, f.ask()
}
