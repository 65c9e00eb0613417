package programme

import (
	"fmt"
	"maps"
	"reflect"
	"slices"
	"testing"
	"time"

	"pgregory.net/rapid"
)

// selection is a random cohort of applications with its selectors and what is assigned already.
type selection struct {
	applications []Coachee
	selectors    []Selector
	existing     []Assigned
	each         int
}

func drawSelection(t *rapid.T) selection {
	organisations := []string{"Kent Police", "Leeds Council", "NHS North", "Met University", "Elsewhere"}
	s := selection{each: rapid.IntRange(1, 4).Draw(t, "each")}
	for i := range rapid.IntRange(0, 12).Draw(t, "applications") {
		s.applications = append(s.applications, Coachee{Ref: fmt.Sprintf("P-%02d", i), Email: fmt.Sprintf("a%d@mail%d.example", i, rapid.IntRange(0, 3).Draw(t, "domain")),
			Organisation: rapid.SampledFrom(organisations).Draw(t, "organisation")})
	}
	for i := range rapid.IntRange(0, 6).Draw(t, "selectors") {
		one := Selector{ID: fmt.Sprintf("s%d", i), Email: fmt.Sprintf("s%d@mail%d.example", i, rapid.IntRange(2, 6).Draw(t, "own domain"))}
		if rapid.IntRange(0, 5).Draw(t, "known") > 0 {
			one.Organisations = []string{rapid.SampledFrom(organisations).Draw(t, "own")}
		}
		s.selectors = append(s.selectors, one)
	}
	for _, a := range s.applications {
		for i := range rapid.IntRange(0, 6).Draw(t, "past") {
			if rapid.IntRange(0, 4).Draw(t, "had") == 0 {
				state := rapid.SampledFrom([]AssignmentState{AssignmentOpen, AssignmentScored, AssignmentConflict, AssignmentEnded}).Draw(t, "state")
				s.existing = append(s.existing, Assigned{Ref: a.Ref, Selector: fmt.Sprintf("s%d", i), State: state})
			}
		}
	}
	return s
}

func (s selection) assign() AssignmentPlan {
	return Assign(s.applications, s.selectors, s.existing, s.each)
}

// after is what stands once a plan was carried out.
func (s selection) after(plan AssignmentPlan) selection {
	stands := map[[2]string]Assigned{}
	for _, list := range [][]Assigned{s.existing, plan.End, plan.Add} {
		for _, one := range list {
			stands[[2]string{one.Ref, one.Selector}] = one
		}
	}
	s.existing = slices.Collect(maps.Values(stands))
	return s
}

func (s selection) selector(id string) (Selector, bool) {
	at := slices.IndexFunc(s.selectors, func(one Selector) bool { return one.ID == id })
	if at < 0 {
		return Selector{}, false
	}
	return s.selectors[at], true
}

// Whatever is drawn: nobody gets what they must not have, what is assigned stays, each application gets as many as there
// can be and those that lack some are named, the order does not matter, and the same again changes nothing.
func TestAssign(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		s := drawSelection(t)
		plan := s.assign()
		had := map[[2]string]AssignmentState{}
		for _, e := range s.existing {
			had[[2]string{e.Ref, e.Selector}] = e.State
		}
		for _, one := range plan.Add {
			at := slices.IndexFunc(s.applications, func(a Coachee) bool { return a.Ref == one.Ref })
			selector, known := s.selector(one.Selector)
			if !known || len(selector.Organisations) == 0 || Conflicts(s.applications[at], Coach{Email: selector.Email, Organisations: selector.Organisations}) {
				t.Fatalf("%+v must not have %+v", selector, s.applications[at])
			}
			if state := had[[2]string{one.Ref, one.Selector}]; state != "" && state != AssignmentEnded {
				t.Fatalf("%+v was met before as %s", one, state)
			}
		}
		for _, one := range plan.End {
			at := slices.IndexFunc(s.applications, func(a Coachee) bool { return a.Ref == one.Ref })
			selector, known := s.selector(one.Selector)
			if had[[2]string{one.Ref, one.Selector}] != AssignmentOpen || known && !Conflicts(s.applications[at], Coach{Email: selector.Email, Organisations: selector.Organisations}) {
				t.Fatalf("%+v was taken back without need", one)
			}
		}
		after := s.after(plan)
		counts, load := map[string]int{}, map[string]int{}
		for _, e := range after.existing {
			if e.State == AssignmentOpen || e.State == AssignmentScored {
				counts[e.Ref]++
				load[e.Selector]++
			}
		}
		for _, a := range s.applications {
			free := 0
			for _, one := range s.selectors {
				state := had[[2]string{a.Ref, one.ID}]
				ended := slices.ContainsFunc(plan.End, func(e Assigned) bool { return e.Ref == a.Ref && e.Selector == one.ID })
				taken := state == AssignmentConflict || state == AssignmentScored || state == AssignmentOpen && !ended
				if !taken && len(one.Organisations) > 0 && !Conflicts(a, Coach{Email: one.Email, Organisations: one.Organisations}) {
					free++
				}
			}
			before := 0
			for _, e := range s.existing {
				if e.Ref == a.Ref && (e.State == AssignmentScored || e.State == AssignmentOpen && !slices.Contains(plan.End, Assigned{e.Ref, e.Selector, AssignmentEnded})) {
					before++
				}
			}
			if want := max(before, min(s.each, before+free)); counts[a.Ref] != want {
				t.Fatalf("%s has %d selectors, not %d", a.Ref, counts[a.Ref], want)
			}
			named := slices.ContainsFunc(plan.Short, func(f TooFewSelectors) bool { return f.Ref == a.Ref && f.Has == counts[a.Ref] })
			if named != (counts[a.Ref] < s.each) {
				t.Fatalf("%s has %d of %d; named: %+v", a.Ref, counts[a.Ref], s.each, plan.Short)
			}
		}
		for _, one := range s.selectors {
			if plan.Load[one.ID] != load[one.ID] {
				t.Fatalf("the load of %s is said to be %d and is %d", one.ID, plan.Load[one.ID], load[one.ID])
			}
		}
		if again := after.assign(); len(again.Add)+len(again.End) > 0 {
			t.Fatalf("again it would change %+v", again)
		}
		shuffled := selection{rapid.Permutation(s.applications).Draw(t, "a"), rapid.Permutation(s.selectors).Draw(t, "s"), rapid.Permutation(s.existing).Draw(t, "e"), s.each}
		if other := shuffled.assign(); !reflect.DeepEqual(other, plan) {
			t.Fatalf("in another order: %+v, not %+v", other, plan)
		}
	})
}

// Without conflicts and without anything assigned before, nobody has more than one application more than another.
func TestAssignBalances(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		s := drawSelection(t)
		s.existing = nil
		for i := range s.selectors {
			s.selectors[i].Email, s.selectors[i].Organisations = fmt.Sprintf("s%d@own.example", i), []string{"The Centre"}
		}
		load := slices.Sorted(maps.Values(s.assign().Load))
		if len(load) > 0 && load[len(load)-1]-load[0] > 1 {
			t.Fatalf("the loads are %v", load)
		}
	})
}

// Conflicts or not, no other choice of the same size is more even: tried against every choice there is.
func TestAssignIsAsEvenAsCanBe(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		s := drawSelection(t)
		s.applications = s.applications[:min(4, len(s.applications))]
		s.existing = slices.DeleteFunc(s.existing, func(e Assigned) bool {
			return !slices.ContainsFunc(s.applications, func(a Coachee) bool { return a.Ref == e.Ref })
		})
		plan := s.assign()
		lacks, load := map[string]int{}, maps.Clone(plan.Load)
		for _, one := range plan.Add {
			lacks[one.Ref]++
			load[one.Selector]--
		}
		best := -1
		var try func(applications []Coachee)
		try = func(applications []Coachee) {
			if len(applications) == 0 {
				if square := squares(load); best < 0 || square < best {
					best = square
				}
				return
			}
			a := applications[0]
			var choose func(from, n int)
			choose = func(from, n int) {
				if n == 0 {
					try(applications[1:])
					return
				}
				for i := from; i < len(s.selectors); i++ {
					one := s.selectors[i]
					if len(one.Organisations) == 0 || Conflicts(a, Coach{Email: one.Email, Organisations: one.Organisations}) ||
						slices.ContainsFunc(s.existing, func(e Assigned) bool {
							return e.Ref == a.Ref && e.Selector == one.ID && e.State != AssignmentEnded
						}) {
						continue
					}
					load[one.ID]++
					choose(i+1, n-1)
					load[one.ID]--
				}
			}
			choose(0, lacks[a.Ref])
		}
		try(s.applications)
		if got := squares(plan.Load); got != best {
			t.Fatalf("the loads are %v (%d), and could be more even (%d)", plan.Load, got, best)
		}
	})
}

func squares(load map[string]int) (sum int) {
	for _, n := range load {
		sum += n * n
	}
	return sum
}

func TestTooFewSelectors(t *testing.T) {
	t.Parallel()
	plan := Assign([]Coachee{{Ref: "P-1", Organisation: "Kent Police", Email: "a@kent.example"}}, []Selector{
		{ID: "own", Organisations: []string{"kent police"}}, {ID: "domain", Email: "b@kent.example", Organisations: []string{"Elsewhere"}},
		{ID: "declared", Organisations: []string{"Elsewhere"}}, {ID: "unknown"}, {ID: "free", Organisations: []string{"Elsewhere"}}},
		[]Assigned{{"P-1", "declared", AssignmentConflict}}, 2)
	if !reflect.DeepEqual(plan.Short, []TooFewSelectors{{"P-1", 1, 2, 2, 1, 1}}) ||
		plan.Short[0].Words() != "2 of the applicant’s organisation, 1 declared a conflict, 1 without a known organisation; there are no more selectors" ||
		!reflect.DeepEqual(plan.Add, []Assigned{{"P-1", "free", AssignmentOpen}}) {
		t.Errorf("%+v", plan)
	}
	if words := (TooFewSelectors{}).Words(); words != "there are no more selectors" {
		t.Error(words)
	}
	for each, right := range map[int]bool{0: false, 1: true, 5: true, 6: false} {
		if err := CheckSelectorsEach(each); (err == nil) != right {
			t.Errorf("%d: %v", each, err)
		}
	}
}

// Scores are due before staff have to decide; who gets something late has the minimum notice.
func TestScoresDue(t *testing.T) {
	t.Parallel()
	var cal Calendar
	day := func(text string) Date {
		d, err := ParseDate(text)
		if err != nil {
			t.Fatal(err)
		}
		return d
	}
	dates := ApplicationDates{Closes: day("2026-07-09").At(17, 0), Decided: day("2026-09-03").At(17, 0)}
	for assigned, want := range map[string]time.Time{"2026-07-13": day("2026-08-27").At(17, 0), "2026-08-21": day("2026-08-28").At(17, 0)} {
		if due := dates.ScoresDue(cal, day(assigned).At(10, 0), 5); !due.Equal(want) {
			t.Errorf("assigned on %s they are due %s", assigned, due)
		}
	}
	due := day("2026-08-27").At(17, 0)
	for request, want := range map[string][]time.Time{
		"2026-07-13": {day("2026-08-24").At(9, 7), day("2026-08-26").At(9, 7)},
		"2026-08-21": {day("2026-08-26").At(9, 7)}, // a working day before the first: too close
		"2026-08-26": nil,
	} {
		if moments := SelectorReminders(cal, 7, day(request).At(9, 7), due); !slices.Equal(moments, want) {
			t.Errorf("requested on %s: %v", request, moments)
		}
	}
}
