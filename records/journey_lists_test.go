package records

import (
	"slices"
	"strings"
	"testing"
	"time"

	"fairlead/programme"

	"gorm.io/gorm"
)

// TestJourneysInOrder: whatever the order, the pages together are all journeys, each once, and a page goes on where the
// last one ended.
func TestJourneysInOrder(t *testing.T) {
	onBoth(t, func(t *testing.T, b *bundle) {
		must(t, b.CreateCohort(b.ctx, testCohort("spring", programme.RouteInvitation, 5)))
		rows := people(7)
		for i := range rows {
			rows[i].FamilyName, rows[i].GivenName = []string{"obi", "Nguyen", "Obi", "O’Neill"}[i%4], []string{"Zoe", "Amara", "ben"}[i%3]
			rows[i].Role.Organisation = []string{"Zeta Trust", "Alpha Council", "Alpha Council", "Middle Police"}[i%4]
		}
		refs := b.imports(t, "spring", rows)
		_, err := b.Launch(b.ctx, "spring", "staff:ada", begins)
		must(t, err)
		for i, ref := range refs[:5] { // some have two stages open, some one, some none
			must(t, ignore(b.OpenStage(b.ctx, "spring", ref, []string{"onboarding", "selection"}[i%2], b.Now(b.ctx))))
			if i%2 == 0 {
				must(t, ignore(b.OpenStage(b.ctx, "spring", ref, "closing-survey", b.Now(b.ctx))))
			}
		}
		for sort, of := range map[programme.JourneySort]func(programme.Journey) string{
			programme.SortReference:    func(programme.Journey) string { return "" },
			programme.SortOrganisation: func(j programme.Journey) string { return j.Role.Organisation },
			programme.SortState:        func(j programme.Journey) string { return string(j.State) },
			programme.SortName: func(j programme.Journey) string {
				return strings.ToLower(j.Person.FamilyName) + "\x00" + strings.ToLower(j.Person.GivenName)
			},
			programme.SortDue: func(j programme.Journey) string {
				first := "none"
				for _, stage := range j.Stages {
					if due := stage.Due.Format(time.RFC3339); stage.State == programme.StageOpen && due < first {
						first = due
					}
				}
				return first
			},
		} {
			for _, limit := range []int{1, 2, 10} {
				found := b.found(t, programme.JourneyFilter{Cohort: "spring", Sort: sort}, limit)
				want := slices.Clone(refs)
				slices.SortFunc(want, func(x, y string) int {
					jx, err := b.Journey(b.ctx, x)
					must(t, err)
					jy, err := b.Journey(b.ctx, y)
					must(t, err)
					if n := strings.Compare(of(jx), of(jy)); n != 0 {
						return n
					}
					return strings.Compare(x, y)
				})
				if !slices.Equal(found, want) {
					t.Errorf("by %q, %d a page: %v, want %v", sort, limit, found, want)
				}
			}
		}
	})
}

// statements counts the statements that the store sends while work runs.
func (b *bundle) statements(t *testing.T, work func()) int {
	t.Helper()
	n := 0
	count := func(*gorm.DB) { n++ }
	for _, register := range []func(string, func(*gorm.DB)) error{b.db.Callback().Query().Replace, b.db.Callback().Row().Replace, b.db.Callback().Raw().Replace} {
		must(t, register("count", count))
	}
	work()
	return n
}

// TestListsCostTheSameForMany: a page of a list sends as many statements for fifty lines as for one.
func TestListsCostTheSameForMany(t *testing.T) {
	onBoth(t, func(t *testing.T, b *bundle) {
		refs := b.playOnboarding(t, 50)
		op, err := b.OrderMany(b.ctx, programme.BulkOrder{ID: "00000000-0000-4000-8000-000000000001", Filter: programme.JourneyFilter{Cohort: spring},
			Shown: programme.SetOf(slices.Sorted(slices.Values(refs))), Command: programme.Command{Name: programme.CmdHold, Reason: "other", Actor: "staff:jo"}})
		must(t, err)
		for name, list := range map[string]func(limit int) int{
			"journeys": func(limit int) int {
				found, _, err := b.Journeys(b.ctx, programme.JourneyFilter{Cohort: spring, State: programme.Enrolled, Query: "service"}, "", limit)
				must(t, err)
				return len(found)
			},
			"journeys by organisation": func(limit int) int {
				found, _, err := b.Journeys(b.ctx, programme.JourneyFilter{Cohort: spring, Sort: programme.SortOrganisation}, "", limit)
				must(t, err)
				return len(found)
			},
			"journeys by name": func(limit int) int {
				found, _, err := b.Journeys(b.ctx, programme.JourneyFilter{Cohort: spring, Sort: programme.SortName}, "", limit)
				must(t, err)
				return len(found)
			},
			"results": func(limit int) int {
				found, _, err := b.BulkLines(b.ctx, op.ID, "", limit)
				must(t, err)
				return len(found)
			},
		} {
			one := b.statements(t, func() {
				if n := list(1); n != 1 {
					t.Errorf("%s: %d lines", name, n)
				}
			})
			many := b.statements(t, func() {
				if n := list(50); n != 50 {
					t.Errorf("%s: %d lines", name, n)
				}
			})
			if one != many || one == 0 || one > 8 {
				t.Errorf("%s: %d statements for one line, %d for fifty", name, one, many)
			}
		}
	})
}
