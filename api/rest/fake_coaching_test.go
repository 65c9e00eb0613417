package rest

import (
	"context"
	"fmt"
	"slices"
	"time"

	"fairlead/programme"
)

func (s *fakeStore) ImportCoaches(_ context.Context, _ string, rows []programme.Coach, dryRun bool, actor string) (programme.ImportReport, error) {
	s.by = append(s.by, "coaches "+actor)
	if s.importErr != nil {
		return programme.ImportReport{}, s.importErr
	}
	report := programme.ImportReport{New: len(rows)}
	for _, row := range rows {
		report.Rows = append(report.Rows, programme.ImportRow{Row: row.Row, Result: "new"})
	}
	if !dryRun {
		s.coaches = append(s.coaches, rows...)
	}
	return report, nil
}

func (s *fakeStore) MatchCohort(_ context.Context, cohort string, dryRun bool, actor string) (programme.MatchReport, error) {
	if _, known := s.cohorts[cohort]; !known {
		return programme.MatchReport{}, programme.ErrNotFound
	}
	s.matched = fmt.Sprintf("%s %t %s", cohort, dryRun, actor)
	return s.match, nil
}

func (s *fakeStore) Matches(context.Context, string) ([]programme.Pair, error) {
	return s.match.Pairs, nil
}

func (s *fakeStore) PublishSlots(ctx context.Context, cohort, coach string, series programme.SlotSeries, actor string, at time.Time) ([]programme.Slot, error) {
	s.by = append(s.by, "publish "+actor)
	if faults := series.Check(at); len(faults) > 0 {
		return nil, &programme.Invalid{Faults: faults}
	}
	s.slots = nil
	for i, starts := range series.Starts() {
		s.slots = append(s.slots, programme.Slot{ID: fmt.Sprint(i), Starts: starts, Minutes: series.Minutes, Online: series.Online, State: programme.SlotFree})
	}
	return s.Slots(ctx, cohort, coach, at)
}

func (s *fakeStore) Slots(_ context.Context, _, coach string, _ time.Time) ([]programme.Slot, error) {
	if coach != "C-222222" {
		return nil, programme.ErrNotFound
	}
	return s.slots, nil
}

func (s *fakeStore) RemoveSlot(ctx context.Context, cohort, coach, slot, actor string, at time.Time) ([]programme.Slot, error) {
	s.by = append(s.by, "remove "+actor)
	for i, known := range s.slots {
		if known.ID == slot && known.State == programme.SlotBooked {
			return nil, &programme.Illegal{What: "remove", State: "booked", Why: "Somebody has booked this time."}
		}
		if known.ID == slot {
			s.slots = slices.Delete(s.slots, i, i+1)
			break
		}
	}
	return s.Slots(ctx, cohort, coach, at)
}

func (s *fakeStore) CoachLeaves(_ context.Context, cohort, coach, reason, note, actor string) (programme.MatchReport, error) {
	if coach != "C-222222" {
		return programme.MatchReport{}, programme.ErrNotFound
	}
	s.matched = fmt.Sprintf("%s %s left %s %q %s", cohort, coach, reason, note, actor)
	return s.match, nil
}
