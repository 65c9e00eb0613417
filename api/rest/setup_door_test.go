package rest

import (
	"context"
	"errors"
	"net/http"
	"reflect"
	"slices"
	"strings"
	"testing"

	"fairlead/programme"
)

// TestAnotherDoorOfStaff: what the console asks for is judged as the calls are.
func TestAnotherDoorOfStaff(t *testing.T) {
	t.Parallel()
	b := setup(t)
	a := New(b.options)
	wanted := programme.Cohort{Name: "2029-spring", Blueprint: "essentials", StartsOn: programme.Date{Year: 2029, Month: 3, Day: 5}, Route: programme.RouteInvitation,
		Places: 20, Owner: "owner@centre.example"}
	if err := a.NewCohort(t.Context(), wanted, true); err != nil {
		t.Fatal(err)
	}
	if _, made := b.store.cohorts["2029-spring"]; made {
		t.Fatal("a dry run created it")
	}
	for range 2 {
		if err := a.NewCohort(t.Context(), wanted, false); err != nil {
			t.Fatal(err)
		}
	}
	if err := a.NewCohort(t.Context(), wanted, true); !errors.Is(err, programme.ErrConflict) {
		t.Errorf("a name that is taken: %v", err)
	}
	long := programme.Cohort{Name: strings.Repeat("a", 61), Blueprint: "nothing", Owner: strings.Repeat("a", 255) + "@x.example", Signatory: strings.Repeat("é", 201)}
	var invalid *programme.Invalid
	if err := a.NewCohort(t.Context(), long, true); !errors.As(err, &invalid) {
		t.Fatal(err)
	}
	var fields []string
	for _, f := range invalid.Faults {
		fields = append(fields, f.Field)
	}
	if slices.Sort(fields); !slices.Equal(fields, []string{"blueprint", "name", "owner", "signatory", "starts_on"}) {
		t.Errorf("refused %v", fields)
	}
	if err := a.NewCohort(t.Context(), programme.Cohort{Name: "new", Blueprint: "essentials", StartsOn: wanted.StartsOn, Owner: "o@x.example"}, true); !errors.As(err, &invalid) || invalid.Faults[0].Field != "name" {
		t.Errorf("an address of the console: %v", err)
	}

	deputy := "sue@centre.example"
	if err := a.ChangeCohort(t.Context(), "2027-spring", programme.CohortChange{Deputy: &deputy}, 2); !errors.Is(err, programme.ErrConflict) {
		t.Errorf("an older version: %v", err)
	}
	if err := a.ChangeCohort(t.Context(), "2027-spring", programme.CohortChange{Deputy: &deputy}, 3); err != nil || b.store.cohorts["2027-spring"].Deputy != deputy {
		t.Errorf("%v, %+v", err, b.store.cohorts["2027-spring"])
	}
	places, before := 34, b.store.cohorts["2027-spring"]
	if got, err := a.CohortEffects(t.Context(), "2027-spring", programme.CohortChange{Places: &places}, 4); err != nil || got.Filled != 4 || !reflect.DeepEqual(b.store.cohorts["2027-spring"], before) {
		t.Errorf("it would do %+v, %v", got, err)
	}
	if _, err := a.CohortEffects(t.Context(), "2027-spring", programme.CohortChange{Owner: &long.Name}, 4); !errors.As(err, &invalid) {
		t.Errorf("what would be refused: %v", err)
	}
	if op, err := a.LaunchCohort(t.Context(), "2027-spring", "staff:jo"); err != nil || op.Kind != "launch" {
		t.Errorf("%+v, %v", op, err)
	}
	if _, err := a.LaunchCohort(t.Context(), "nowhere", "staff:jo"); !errors.Is(err, programme.ErrNotFound) {
		t.Error(err)
	}
	b.as(coordinator, "PATCH", "/cohorts/2028-spring", `{"overrides":{"closing-survey":{"limit_week":39}}}`, "If-Match", `"1"`).want(http.StatusOK)
	if own := b.store.cohorts["2028-spring"].Overrides["closing-survey"]; own.LimitWeek == nil || *own.LimitWeek != 39 {
		t.Errorf("%+v", own)
	}
}

func (s *fakeStore) CohortEffects(_ context.Context, c programme.Cohort, _ map[string][]programme.Sitting, _ int64) (programme.CohortEffects, error) {
	return programme.CohortEffects{Filled: c.Places - s.cohorts[c.Name].Places, Waiting: 9}, nil
}
