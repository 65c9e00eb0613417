package console

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"testing"

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

func (f *fakeStore) ImportCoaches(context.Context, string, []programme.Coach, bool, string) (programme.ImportReport, error) {
	return programme.ImportReport{}, f.ask()
}

func (f *fakeStore) Reschedule(context.Context, programme.Reschedule) (programme.Operation, error) {
	return programme.Operation{}, f.ask()
}

func (f *fakeStore) RescheduleEffects(context.Context, programme.Reschedule) ([]programme.RescheduleLine, error) {
	return nil, f.ask()
}

func (f *fakeStore) ChangeEffects(context.Context, programme.Cohort, string, int, int) ([]programme.ChangeLine, int, error) {
	return nil, 0, f.ask()
}

func (f *fakeStore) Operation(_ context.Context, id string) (programme.Operation, error) {
	if _, ordered := f.bulk[id]; ordered || id == f.operation.ID {
		return f.operation, f.ask()
	}
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

func (f *fakeStore) CohortEffects(context.Context, string, programme.CohortChange, int64) (programme.CohortEffects, error) {
	f.looked++
	return f.effects, f.ask()
}

func (f *fakeStore) LaunchCohort(context.Context, string, string) (programme.Operation, error) {
	return programme.Operation{}, f.ask()
}

const launchID = "op-0123456789abcdef01234567"

// TestCostOfSettingUp: a page asks the records equally often however many sittings, coaches and people there are.
func TestCostOfSettingUp(t *testing.T) {
	t.Parallel()
	few, many := setup(t), setup(t)
	for n := range 40 {
		one := many.store.events.sittings[0]
		one.Name, one.Group = fmt.Sprintf("s%d", n), fmt.Sprintf("g%d", n%5)
		many.store.events.sittings = append(many.store.events.sittings, one)
		many.store.coaches = append(many.store.coaches, programme.Coach{Ref: fmt.Sprintf("C-%06d", n), Capacity: 3})
	}
	at := setupPath(cohort)
	for address, most := range map[string]int{newCohortPath: 0, at: 7, at + "/dates": 4, at + "/dates/onboarding": 4, at + "/settings": 4, at + "/sittings": 3,
		at + "/sittings/residential-1": 3, at + "/sittings/residential-1/a": 3, at + "/sittings/residential-1/a/reschedule": 3, at + "/people": 1, at + "/coaches": 1,
		at + "/mails": 3, at + "/mails/preview?message=onboarding-done&stage=onboarding": 3, at + "/launch": 4, operationPath(cohort, launchID): 1} {
		few.store.asked, many.store.asked = 0, 0
		few.page(address, http.StatusOK)
		many.page(address, http.StatusOK)
		if few.store.asked != many.store.asked || few.store.asked > most {
			t.Errorf("%s asks %d times, and %d where there is more", address, few.store.asked, many.store.asked)
		}
	}
	few.store.broken = errors.New("secret detail")
	for _, address := range []string{at, at + "/dates", at + "/dates/onboarding", at + "/settings", at + "/sittings", at + "/people", at + "/coaches", at + "/mails", at + "/launch", operationPath(cohort, launchID)} {
		silent(t, address, few.page(address, http.StatusInternalServerError), "secret", mark)
	}
}
