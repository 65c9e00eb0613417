package rest

import (
	"context"
	"fmt"
	"net/http"
	"slices"
	"strings"
	"testing"
	"time"

	"fairlead/api"
	"fairlead/programme"
)

func TestScoring(t *testing.T) {
	t.Parallel()
	b := byApplication(t)
	answer := b.as(coordinator, "GET", "/cohorts/2027-spring/scoring", "").want(http.StatusOK)
	const want = `{"each":2,"applications":[{"ref":"P-7F3K2Q","selectors":2,"scored":1,"conflicts":1,"due":"2026-08-26T16:00:00Z","late":true}],` +
		`"selectors":[{"email":"jo@centre.example","organisations":["The Centre"],"assigned":3,"scored":1,"conflicts":1},{"email":"new@centre.example","organisations":[],"assigned":0,"scored":0,"conflicts":0}]}`
	if got := strings.TrimSpace(answer.body); got != want {
		t.Errorf("%s", got)
	}
	b.as(coordinator, "GET", "/cohorts/1999-autumn/scoring", "").want(http.StatusNotFound)
}

func TestAssign(t *testing.T) {
	t.Parallel()
	const path = "/cohorts/2027-spring/assign"
	b := byApplication(t)
	b.as(coordinator, "POST", path, `{"each":9}`).want(http.StatusUnprocessableEntity).pointsAt("#/each")
	b.as(coordinator, "POST", "/cohorts/1999-autumn/assign", `{"each":2}`).want(http.StatusNotFound).kind(api.NotFound)
	const would = `{"dry_run":true,"assigned":2,"taken_back":1,"short":[{"ref":"P-7F3K2Q","has":1,"wanted":2,"why":"1 of the applicant’s organisation; there are no more selectors"}]}`
	if got := strings.TrimSpace(b.as(coordinator, "POST", path+"?dry_run=true", `{"each":2}`).want(http.StatusOK).body); got != would {
		t.Error(got)
	}
	for range 2 {
		b.as(coordinator, "POST", path, `{"each":2}`, idempotencyHeader, "once").want(http.StatusOK)
	}
	if !slices.Equal(b.store.assigned, []string{"2027-spring 2 staff:desk-coordinator true", "2027-spring 2 staff:desk-coordinator false"}) {
		t.Errorf("%q", b.store.assigned)
	}
}

// The scoring of the fake store.

func (s *fakeStore) Scoring(_ context.Context, cohort string) (programme.Scoring, error) {
	if s.cohorts[cohort].Route != programme.RouteApplication {
		return programme.Scoring{}, programme.ErrNotFound
	}
	return programme.Scoring{Each: 2, Applications: []programme.ScoredApplication{{Ref: "P-7F3K2Q", Name: "Zq", Assigned: 2, Scored: 1, Declared: 1, Late: true,
		Due: time.Date(2026, 8, 26, 16, 0, 0, 0, time.UTC)}},
		Selectors: []programme.Selector{{Email: "jo@centre.example", Organisations: []string{"The Centre"}, Assigned: 3, Scored: 1, Declared: 1}, {Email: "new@centre.example"}}}, nil
}

func (s *fakeStore) Assign(ctx context.Context, cohort string, each int, actor string, dryRun bool, _ time.Time) (programme.Assignments, error) {
	if _, err := s.Scoring(ctx, cohort); err != nil {
		return programme.Assignments{}, err
	}
	s.assigned = append(s.assigned, fmt.Sprintf("%s %d %s %t", cohort, each, actor, dryRun))
	var done programme.Assignments
	done.Add, done.End = make([]programme.Assigned, 2), make([]programme.Assigned, 1)
	done.Short = []programme.TooFewSelectors{{Ref: "P-7F3K2Q", Has: 1, Wanted: 2, Own: 1}}
	return done, nil
}
