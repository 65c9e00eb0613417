package records

import (
	"errors"
	"fmt"
	"slices"
	"strings"
	"sync"
	"testing"

	"fairlead/programme"
)

// coaches are n coaches of the spreadsheet, each with room for so many leaders.
func coaches(n, capacity int) []programme.Coach {
	rows := make([]programme.Coach, n)
	for i := range rows {
		rows[i] = programme.Coach{Row: i + 2, Name: fmt.Sprintf("Coach %d", i), Email: fmt.Sprintf("coach%d@coaches.example", i), Region: "London",
			Background: "Education", Capacity: capacity, OffersOnline: true}
	}
	return rows
}

// coached is a cohort with coaching whose n people have a place, and its coaches' references.
func (b *bundle) coached(t *testing.T, n int, rows []programme.Coach) (refs, coachRefs []string) {
	t.Helper()
	c := testCohort(spring, programme.RouteConfirmed, n+2)
	c.Blueprint = "coached"
	refs = b.launchCohort(t, c, people(n))
	return refs, b.importCoaches(t, rows)
}

func (b *bundle) importCoaches(t *testing.T, rows []programme.Coach) []string {
	t.Helper()
	report, err := b.ImportCoaches(b.ctx, spring, rows, false, "staff:ada")
	must(t, err)
	var refs []string
	for _, row := range report.Rows {
		refs = append(refs, row.Ref)
	}
	return refs
}

// loads are the coaches' leaders; it checks that what the coaches count as their leaders are their leaders.
func (b *bundle) loads(t *testing.T) map[string]int {
	t.Helper()
	list, err := b.Coaches(b.ctx, spring)
	must(t, err)
	pairs, err := b.Matches(b.ctx, spring)
	must(t, err)
	loads := map[string]int{}
	for _, p := range pairs {
		loads[p.Coach]++
	}
	for _, c := range list {
		if loads[c.Ref] != c.Load || c.Load > c.Capacity {
			t.Errorf("%s counts %d of %d leaders and has %d", c.Ref, c.Load, c.Capacity, loads[c.Ref])
		}
	}
	return loads
}

func TestCoachesAreImportedWholeAndAgain(t *testing.T) {
	onBoth(t, func(t *testing.T, b *bundle) {
		must(t, b.CreateCohort(b.ctx, testCohort(spring, programme.RouteConfirmed, 5)))
		rows := coaches(3, 4)
		rows[1].Organisations = []string{"Trust", "Uni"}
		report, err := b.ImportCoaches(b.ctx, spring, rows, true, "staff:ada")
		must(t, err)
		if report.New != 3 || b.count(t, "SELECT COUNT(*) FROM coaches") != 0 {
			t.Fatalf("a dry run: %+v", report)
		}
		refs := b.importCoaches(t, rows)
		list, err := b.Coaches(b.ctx, spring)
		must(t, err)
		at := slices.IndexFunc(list, func(c programme.Coach) bool { return c.Ref == refs[1] })
		if len(list) != 3 || list[at].Name != "Coach 1" || !slices.Equal(list[at].Organisations, []string{"Trust", "Uni"}) || list[at].Capacity != 4 {
			t.Errorf("%+v", list)
		}
		again, err := b.ImportCoaches(b.ctx, spring, rows, false, "staff:ada")
		must(t, err)
		if again.Unchanged != 3 || again.Rows[2].Ref != refs[2] {
			t.Errorf("again: %+v", again)
		}
		rows[0].Capacity, rows[2].Ref, rows[2].Email, rows[2].Name = 6, refs[2], "new@coaches.example", "Coach Two"
		changed, err := b.ImportCoaches(b.ctx, spring, rows, false, "staff:ada")
		must(t, err)
		if changed.Changed != 2 || changed.Unchanged != 1 || b.count(t, "SELECT COUNT(*) FROM coaches") != 3 {
			t.Errorf("corrected: %+v", changed)
		}
		bad := coaches(5, 4)
		bad[3].Ref, bad[4].Ref, bad[4].Email = "C-222222", refs[0], "coach1@coaches.example"
		_, err = b.ImportCoaches(b.ctx, spring, bad, false, "staff:ada")
		var invalid *programme.Invalid
		if !errors.As(err, &invalid) || len(invalid.Faults) != 2 || invalid.Faults[0].Row != 5 || b.count(t, "SELECT COUNT(*) FROM coaches") != 3 {
			t.Errorf("%v", err)
		}
		if _, err := b.ImportCoaches(b.ctx, "nowhere", rows, false, "staff:ada"); !errors.Is(err, programme.ErrNotFound) {
			t.Error(err)
		}
	})
}

// Whoever ends onboarding gets a coach by their wishes; who cannot have one becomes a task.
func TestOnboardingEndsWithACoach(t *testing.T) {
	onBoth(t, func(t *testing.T, b *bundle) {
		rows := coaches(3, 1)
		rows[0].Background = "Police Service" // that of the leaders
		refs, _ := b.coached(t, 4, rows)
		b.goTo("2026-11-23 06:00")
		given := onboarding()
		given["coach_background"], given["coach_where"] = []string{"same_sector"}, []string{"either"}
		for i, ref := range refs {
			plan := b.openStage(t, ref, "onboarding")
			if i == 1 {
				b.lapsed(t, plan)
				b.goTo("2026-11-23 06:00")
				continue
			}
			b.answered(t, ref, "onboarding", given)
		}
		first, err := b.CoachOf(b.ctx, refs[0])
		must(t, err)
		if first.Name != "Coach 0" {
			t.Errorf("the wish for the same sector brought %+v", first)
		}
		if _, err := b.CoachOf(b.ctx, refs[3]); !errors.Is(err, programme.ErrNotFound) {
			t.Errorf("a fourth leader of three places: %v", err)
		}
		if tasks := b.openTasks(t, refs[3]); !slices.Contains(tasks, taskNoCoach) {
			t.Errorf("tasks %v", tasks)
		}
		b.loads(t)
	})
}

// Of a hundred who want the last place of a coach one gets it.
func TestOneGetsTheLastPlaceOfACoach(t *testing.T) {
	onBoth(t, func(t *testing.T, b *bundle) {
		refs, _ := b.coached(t, 100, coaches(1, 1))
		var wait sync.WaitGroup
		limit := make(chan bool, 20)
		for _, ref := range refs {
			wait.Go(func() {
				limit <- true
				defer func() { <-limit }()
				err := b.onJourney(b.ctx, ref, b.clock.Now(), func(t *turn) error {
					_, err := t.ensureCoach()
					return err
				})
				if err != nil {
					t.Error(err)
				}
			})
		}
		wait.Wait()
		if n := b.count(t, "SELECT COUNT(*) FROM coach_matches"); n != 1 {
			t.Errorf("%d matches", n)
		}
		if n := b.count(t, "SELECT COUNT(*) FROM tasks WHERE code = 'no_coach'"); n != 99 {
			t.Errorf("%d tasks", n)
		}
		b.loads(t)
	})
}

func TestMatchingACohort(t *testing.T) {
	onBoth(t, func(t *testing.T, b *bundle) {
		rows := coaches(3, 2)
		rows[0].Organisations = []string{"service 0"}
		refs, coachRefs := b.coached(t, 7, rows)
		plan, err := b.MatchCohort(b.ctx, spring, true, "staff:ada")
		must(t, err)
		if len(plan.Pairs) != 6 || len(plan.Unmatched) != 1 || b.count(t, "SELECT COUNT(*) FROM coach_matches") != 0 {
			t.Fatalf("a dry run: %+v", plan)
		}
		done, err := b.MatchCohort(b.ctx, spring, false, "staff:ada")
		must(t, err)
		if fmt.Sprint(done.Pairs) != fmt.Sprint(plan.Pairs) || len(done.Unmatched) != 1 || done.Unmatched[0].Why != programme.CoachesFull {
			t.Errorf("%+v, planned %+v", done, plan)
		}
		if coach, err := b.CoachOf(b.ctx, refs[0]); err == nil && coach.Ref == coachRefs[0] {
			t.Error("a coach has a leader of their own organisation")
		}
		again, err := b.MatchCohort(b.ctx, spring, false, "staff:ada")
		must(t, err)
		if len(again.Pairs) != 0 || len(again.Unmatched) != 1 {
			t.Errorf("again: %+v", again)
		}
		b.loads(t)
		if _, err := b.MatchCohort(b.ctx, "nowhere", false, "staff:ada"); !errors.Is(err, programme.ErrNotFound) {
			t.Error(err)
		}
	})
}

func TestChangeCoach(t *testing.T) {
	onBoth(t, func(t *testing.T, b *bundle) {
		rows := coaches(4, 1)
		rows[2].Organisations = []string{"Service 0", "Service 1"}
		refs, coachRefs := b.coached(t, 2, rows)
		ignore(b.MatchCohort(b.ctx, spring, false, "staff:ada"))
		must(t, b.onJourney(b.ctx, refs[0], b.clock.Now(), func(t *turn) error { return t.consent(programme.ConsentCoachReport, true) }))
		current := func(ref string) string {
			coach, err := b.CoachOf(b.ctx, ref)
			must(t, err)
			return coach.Ref
		}
		change := func(coach string) (programme.Effect, error) {
			return b.order(programme.Command{Name: programme.CmdChangeCoach, Ref: refs[0], Coach: coach})
		}
		before := current(refs[0])
		effect, err := change("")
		must(t, err)
		if !effect.Changed || current(refs[0]) == before {
			t.Errorf("%+v: still %s", effect, before)
		}
		if n := b.count(t, "SELECT COUNT(*) FROM consents WHERE purpose = 'coach_report' AND given = ?", true); n != 0 {
			t.Error("the former coach may still see the report")
		}
		var invalid *programme.Invalid
		if _, err := change(coachRefs[2]); !errors.As(err, &invalid) {
			t.Errorf("a coach of her own organisation: %v", err)
		}
		if _, err := change("C-222222"); !errors.As(err, &invalid) {
			t.Errorf("a coach nobody knows: %v", err)
		}
		var illegal *programme.Illegal
		if _, err := change(current(refs[1])); !errors.As(err, &illegal) {
			t.Errorf("a coach without a place: %v", err)
		}
		free := slices.DeleteFunc(slices.Clone(coachRefs), func(c string) bool {
			return c == coachRefs[2] || c == current(refs[0]) || c == current(refs[1])
		})[0]
		must(t, ignore(change(free)))
		same, err := change(free)
		must(t, err)
		pairs, err := b.Matches(b.ctx, spring)
		must(t, err)
		pair := pairs[slices.IndexFunc(pairs, func(p programme.Pair) bool { return p.Ref == refs[0] })]
		if same.Changed || pair.Coach != free || pair.Reasons[0] != programme.ReasonChosen {
			t.Errorf("%+v, %+v", same, pair)
		}
		b.loads(t)
	})
}

// A leader may ask for another coach once; where there is no other the coach stays.
func TestALeaderAsksForAnotherCoachOnce(t *testing.T) {
	onBoth(t, func(t *testing.T, b *bundle) {
		refs, _ := b.coached(t, 1, coaches(1, 1))
		ignore(b.MatchCohort(b.ctx, spring, false, "staff:ada"))
		var illegal *programme.Illegal
		if err := b.AskForAnotherCoach(b.ctx, refs[0], b.clock.Now()); !errors.As(err, &illegal) {
			t.Fatalf("with one coach: %v", err)
		}
		first, err := b.CoachOf(b.ctx, refs[0])
		must(t, err)
		b.importCoaches(t, coaches(3, 1))
		if may, err := b.MayAskForAnotherCoach(b.ctx, refs[0]); err != nil || !may {
			t.Errorf("before she asked: %v, %v", may, err)
		}
		must(t, b.AskForAnotherCoach(b.ctx, refs[0], b.clock.Now()))
		if may, err := b.MayAskForAnotherCoach(b.ctx, refs[0]); err != nil || may {
			t.Errorf("after she asked: %v, %v", may, err)
		}
		second, err := b.CoachOf(b.ctx, refs[0])
		must(t, err)
		if second.Ref == first.Ref {
			t.Error("she has the same coach")
		}
		if err := b.AskForAnotherCoach(b.ctx, refs[0], b.clock.Now()); !errors.As(err, &illegal) || illegal.State != "changed once" {
			t.Errorf("a second time: %v", err)
		}
		b.loads(t)
	})
}

// A coach who leaves with eight leaders: each has another coach or is a task, and nobody is matched with who has left.
func TestACoachLeavesWithEightLeaders(t *testing.T) {
	onBoth(t, func(t *testing.T, b *bundle) {
		refs, coachRefs := b.coached(t, 8, coaches(1, 8))
		ignore(b.MatchCohort(b.ctx, spring, false, "staff:ada"))
		rows := coaches(3, 3)
		rows[0].Capacity = 8
		b.importCoaches(t, rows)
		var invalid *programme.Invalid
		for _, reason := range []string{"", "because"} {
			if _, err := b.CoachLeaves(b.ctx, spring, coachRefs[0], reason, "", "staff:ada"); !errors.As(err, &invalid) || invalid.Faults[0].Field != "reason" || b.loads(t)[coachRefs[0]] != 8 {
				t.Errorf("with the reason %q: %v, %v", reason, err, b.loads(t))
			}
		}
		report, err := b.CoachLeaves(b.ctx, spring, coachRefs[0], "illness", "until the spring", "staff:ada")
		must(t, err)
		for _, ref := range refs {
			moves, _, err := b.Moves(b.ctx, ref, 0, 200)
			must(t, err)
			var said []string
			for _, m := range moves {
				if m.Reason == "illness" && m.Note == "until the spring" && m.Actor == "staff:ada" {
					said = append(said, m.What)
				}
			}
			want := []string{"coach-left", "coach-matched"}
			if slices.ContainsFunc(report.Unmatched, func(u programme.Unmatched) bool { return u.Ref == ref }) {
				want = want[:1]
			}
			if !slices.Equal(said, want) {
				t.Errorf("%s: the reason stands at %v, not %v", ref, said, want)
			}
		}
		if len(report.Pairs) != 6 || len(report.Unmatched) != 2 {
			t.Errorf("%+v", report)
		}
		tasks := 0
		for _, ref := range refs {
			tasks += strings.Count(strings.Join(b.openTasks(t, ref), " "), taskNoCoach)
		}
		if tasks != 2 || b.loads(t)[coachRefs[0]] != 0 {
			t.Errorf("%d tasks, %v", tasks, b.loads(t))
		}
		again, err := b.CoachLeaves(b.ctx, spring, coachRefs[0], "other", "", "staff:ada")
		must(t, err)
		if len(again.Pairs)+len(again.Unmatched) != 0 {
			t.Errorf("again: %+v", again)
		}
		if _, err := b.CoachLeaves(b.ctx, spring, "C-222222", "other", "", "staff:ada"); !errors.Is(err, programme.ErrNotFound) {
			t.Error(err)
		}
	})
}

// Who changes to the organisation of their coach, or whose coach turns out to belong to it, becomes a task, once.
func TestAConflictBecomesATask(t *testing.T) {
	onBoth(t, func(t *testing.T, b *bundle) {
		rows := coaches(1, 2)
		rows[0].Organisations = []string{"The Coach’s Trust"}
		refs, _ := b.coached(t, 2, rows)
		ignore(b.MatchCohort(b.ctx, spring, false, "staff:ada"))
		organisation := "the coach’s  trust"
		b.ordered(t, programme.Command{Name: programme.CmdChangeDetails, Ref: refs[0], Details: programme.Details{Organisation: &organisation}})
		if tasks := b.openTasks(t, refs[0]); !slices.Contains(tasks, taskCoachConflict) {
			t.Errorf("changed details: %v", tasks)
		}
		rows[0].Organisations = append(rows[0].Organisations, "Service 1")
		b.importCoaches(t, rows)
		if tasks := b.openTasks(t, refs[1]); !slices.Contains(tasks, taskCoachConflict) {
			t.Errorf("a corrected list of coaches: %v", tasks)
		}
		rows = append(rows, coaches(2, 2)[1])
		b.importCoaches(t, rows)
		b.ordered(t, programme.Command{Name: programme.CmdChangeCoach, Ref: refs[0]})
		if tasks := b.openTasks(t, refs[0]); slices.Contains(tasks, taskCoachConflict) {
			t.Errorf("with another coach: %v", tasks)
		}
	})
}

func TestWhoLeavesFreesTheCoach(t *testing.T) {
	onBoth(t, func(t *testing.T, b *bundle) {
		refs, _ := b.coached(t, 1, coaches(1, 1))
		ignore(b.MatchCohort(b.ctx, spring, false, "staff:ada"))
		b.ordered(t, programme.Command{Name: programme.CmdWithdraw, Ref: refs[0]})
		if n := len(b.loads(t)); n != 0 {
			t.Errorf("%d coaches still have a leader", n)
		}
	})
}
