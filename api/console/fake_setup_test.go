package console

import (
	"context"

	"fairlead/programme"
)

// What the set-up pages ask for, in memory: enough to find out who is served, and how often the records are asked. What the
// pages do is tried with real records, see setup_pages_test.go.

func (f *fakeStore) SignWarnings(context.Context, string, []string, string, string) error {
	return f.ask()
}

func (f *fakeStore) SignedWarnings(context.Context, string) ([]programme.SignedWarning, error) {
	return nil, f.ask()
}

func (f *fakeStore) ImportParticipants(context.Context, string, []programme.Participant, bool, string) (programme.ImportReport, error) {
	return programme.ImportReport{}, f.ask()
}

func (f *fakeStore) ImportCoaches(context.Context, string, []programme.Coach, bool) (programme.ImportReport, error) {
	return programme.ImportReport{}, f.ask()
}

func (f *fakeStore) Reschedule(context.Context, programme.Reschedule) (programme.Operation, error) {
	return programme.Operation{}, f.ask()
}

func (f *fakeStore) RescheduleEffects(context.Context, programme.Reschedule) ([]programme.RescheduleLine, error) {
	return nil, f.ask()
}

func (f *fakeStore) Operation(_ context.Context, id string) (programme.Operation, error) {
	if id != launchID {
		f.asked++
		return programme.Operation{}, programme.ErrNotFound
	}
	return programme.Operation{ID: id, Kind: launchKind, Cohort: cohort, State: "running", Total: 100, Done: 40, Created: realNow()}, f.ask()
}

func (f *fakeStore) Operations(context.Context, string, string, int) ([]programme.Operation, error) {
	return nil, f.ask()
}

func (f *fakeStore) NewCohort(context.Context, programme.Cohort, bool) error {
	return programme.ErrConflict
}

func (f *fakeStore) ChangeCohort(context.Context, string, programme.CohortChange, int64) error {
	return f.ask()
}

func (f *fakeStore) LaunchCohort(context.Context, string, string) (programme.Operation, error) {
	return programme.Operation{}, f.ask()
}

const launchID = "op-0123456789abcdef01234567"
