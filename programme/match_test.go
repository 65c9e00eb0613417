package programme

import (
	"fmt"
	"reflect"
	"slices"
	"testing"

	"pgregory.net/rapid"
)

func TestConflicts(t *testing.T) {
	t.Parallel()
	leader := Coachee{Ref: "P-1", Organisation: "Kent  Police", Email: "chief@kent.police.example"}
	for name, c := range map[string]struct {
		coach Coach
		want  bool
	}{
		"nothing in common":       {Coach{Email: "a@coaches.example", Organisations: []string{"Kent"}}, false},
		"organisation by name":    {Coach{Email: "a@coaches.example", Organisations: []string{"Uni", "kent police "}}, true},
		"the same mail domain":    {Coach{Email: "a@KENT.police.example"}, true},
		"a part of the domain":    {Coach{Email: "a@police.example"}, false},
		"the very same person":    {Coach{Email: "Chief@kent.police.example"}, true},
		"no organisations at all": {Coach{}, false},
	} {
		if got := Conflicts(leader, c.coach); got != c.want {
			t.Errorf("%s: %t", name, got)
		}
	}
	if !Conflicts(Coachee{Email: "same@gmail.com"}, Coach{Email: "Same@gmail.com"}) {
		t.Error("somebody would coach themselves")
	}
}

// Which mail domains tell of one organisation: the very same, unless many organisations share it. The name always tells.
func TestConflictsByMailDomain(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		leader, coach string
		want          bool
	}{
		{"a@kent.police.uk", "b@kent.police.uk", true},
		{"a@kent.police.uk", "b@essex.police.uk", false},
		{"a@police.uk", "b@police.uk", false},
		{"a@mail.kent.police.uk", "b@kent.police.uk", false},
		{"a@leeds.gov.uk", "b@Leeds.GOV.uk", true},
		{"a@leeds.gov.uk", "b@leeds.gov.uk.", true},
		{"a@leeds.gov.uk", "b@york.gov.uk", false},
		{"a@gov.uk", "b@gov.uk", false},
		{"a@gov.scot", "b@gov.scot", true},
		{"a@barts.nhs.uk", "b@barts.nhs.uk", true},
		{"a@nhs.uk", "b@nhs.uk", false},
		{"a@nhs.net", "b@nhs.net", false},
		{"a@wales.nhs.uk", "b@wales.nhs.uk", false},
		{"a@ox.ac.uk", "b@ox.ac.uk", true},
		{"a@med.ox.ac.uk", "b@ox.ac.uk", false},
		{"a@ac.uk", "b@ac.uk", false},
		{"a@gmail.com", "b@gmail.com", false},
		{"a@outlook.com", "b@outlook.com", false},
		{"a@hotmail.co.uk", "b@hotmail.co.uk", false},
		{"a@notgmail.com", "b@notgmail.com", true},
		{"\"a@b\"@trust.example", "b@trust.example", true},
		{"", "", true}, // nobody knows them apart
		{"", "b@trust.example", false},
	} {
		leader, coach := Coachee{Organisation: "The Trust", Email: c.leader}, Coach{Email: c.coach}
		if got := Conflicts(leader, coach); got != c.want {
			t.Errorf("%s with %s: %t", c.leader, c.coach, got)
		}
		pairs, unmatched := Match([]Coachee{leader}, []Coach{{Ref: "C-1", Email: c.coach, Capacity: 1}})
		if (len(pairs) == 0) != c.want || c.want && unmatched[0].Why != CoachConflict {
			t.Errorf("%s with %s: %v, %v", c.leader, c.coach, pairs, unmatched)
		}
		if coach.Organisations = []string{"the  trust"}; !Conflicts(leader, coach) {
			t.Errorf("%s with %s: the organisation's name tells nothing", c.leader, c.coach)
		}
	}
}

func TestMatchFollowsWishes(t *testing.T) {
	t.Parallel()
	coach := func(ref, sector, region string, online bool) Coach {
		return Coach{Ref: ref, Email: ref + "@coaches.example", Background: sector, Region: region, Capacity: 4, OffersOnline: online}
	}
	leader := Coachee{Ref: "P-1", Email: "l@uni.example", Sector: "Education", Region: "Wales"}
	for name, c := range map[string]struct {
		wish    CoachWish
		coaches []Coach
		want    string
		reason  string
	}{
		"another sector": {CoachWish{"another_sector", "either"},
			[]Coach{coach("C-A", "Education", "Wales", true), coach("C-B", "Healthcare", "London", false)}, "C-B", ReasonWishedBackground},
		"the same sector": {CoachWish{"same_sector", "either"},
			[]Coach{coach("C-A", "Healthcare", "Wales", true), coach("C-B", "Education", "London", false)}, "C-B", ReasonWishedBackground},
		"the same region": {CoachWish{"either", "same_region"},
			[]Coach{coach("C-A", "Healthcare", "London", true), coach("C-B", "Education", "Wales", false)}, "C-B", ReasonWishedWhere},
		"online": {CoachWish{"either", "online"},
			[]Coach{coach("C-A", "Healthcare", "Wales", false), coach("C-B", "Education", "London", true)}, "C-B", ReasonWishedWhere},
		"no wish: another background": {CoachWish{"either", "either"},
			[]Coach{coach("C-A", "Education", "Wales", true), coach("C-B", "Healthcare", "London", false)}, "C-B", ReasonAnotherBackground},
		"no wish: then near": {CoachWish{},
			[]Coach{coach("C-A", "Healthcare", "London", false), coach("C-B", "Police Service", "Wales", false)}, "C-B", ReasonSameRegion},
	} {
		l := leader
		l.Wish = c.wish
		pairs, unmatched := Match([]Coachee{l}, c.coaches)
		if len(unmatched) > 0 || len(pairs) != 1 || pairs[0].Coach != c.want || !slices.Contains(pairs[0].Reasons, c.reason) {
			t.Errorf("%s: %+v, %+v", name, pairs, unmatched)
		}
	}
}

// The load counts before the wishes, and its reason says how many of a coach's places are taken then.
func TestMatchBalancesTheLoad(t *testing.T) {
	t.Parallel()
	pairs, _ := Match([]Coachee{{Ref: "P-1", Email: "l@uni.example", Sector: "Education", Wish: CoachWish{Background: "same_sector"}}}, []Coach{
		{Ref: "C-A", Background: "Education", Capacity: 4, Load: 1}, {Ref: "C-B", Background: "Healthcare", Capacity: 8, Load: 1}})
	if len(pairs) != 1 || pairs[0].Coach != "C-B" || !slices.Contains(pairs[0].Reasons, "load_2_of_8") {
		t.Errorf("%+v", pairs)
	}
	if words := ReasonWords("load_2_of_8"); words != "then 2 of 8 places taken" {
		t.Error(words)
	}
}

func TestUnmatchedSaysWhy(t *testing.T) {
	t.Parallel()
	leader := []Coachee{{Ref: "P-1", Organisation: "Uni", Email: "l@uni.example"}}
	for want, coaches := range map[string][]Coach{
		NoCoaches:     {{Ref: "C-A", Capacity: 3, Left: true}, {Ref: "C-B"}},
		CoachesFull:   {{Ref: "C-A", Capacity: 3, Load: 3}, {Ref: "C-B", Capacity: 3, Organisations: []string{"UNI"}}},
		CoachConflict: {{Ref: "C-B", Capacity: 3, Organisations: []string{"UNI"}}},
	} {
		pairs, unmatched := Match(leader, coaches)
		if len(pairs) > 0 || len(unmatched) != 1 || unmatched[0].Why != want {
			t.Errorf("%s: %+v, %+v", want, pairs, unmatched)
		}
	}
}

func drawnMatch(t *rapid.T) ([]Coachee, []Coach) {
	organisation := rapid.SampledFrom([]string{"Uni", "Trust", "Force", "Council"})
	domain := rapid.SampledFrom([]string{"uni.example", "trust.example", "gmail.com"})
	sector, region := rapid.SampledFrom(Sectors()[:3]), rapid.SampledFrom(Regions()[:3])
	leaders := make([]Coachee, rapid.IntRange(0, 20).Draw(t, "leaders"))
	for i := range leaders {
		leaders[i] = Coachee{Ref: fmt.Sprintf("P-%02d", i), Organisation: organisation.Draw(t, "organisation"),
			Email: fmt.Sprintf("l%d@%s", i, domain.Draw(t, "domain")), Sector: sector.Draw(t, "sector"), Region: region.Draw(t, "region"),
			Wish: CoachWish{rapid.SampledFrom([]string{"", "another_sector", "same_sector", "either"}).Draw(t, "background"),
				rapid.SampledFrom([]string{"", "same_region", "online", "either"}).Draw(t, "where")}}
	}
	coaches := make([]Coach, rapid.IntRange(0, 8).Draw(t, "coaches"))
	for i := range coaches {
		capacity := rapid.IntRange(0, 5).Draw(t, "capacity")
		coaches[i] = Coach{Ref: fmt.Sprintf("C-%02d", i), Email: fmt.Sprintf("c%d@%s", i, domain.Draw(t, "domain")),
			Region: region.Draw(t, "region"), Background: sector.Draw(t, "sector"), Capacity: capacity,
			Load: rapid.IntRange(0, capacity).Draw(t, "load"), OffersOnline: rapid.Bool().Draw(t, "online"),
			Organisations: rapid.SliceOfN(organisation, 0, 3).Draw(t, "organisations"), Left: rapid.IntRange(0, 9).Draw(t, "left") == 0}
	}
	return leaders, coaches
}

// Whoever asks for what: no capacity is exceeded, nobody is matched against a conflict, everybody is either matched once
// or told why not, and the order of the input changes nothing.
func TestMatchKeepsItsPromises(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		leaders, coaches := drawnMatch(t)
		pairs, unmatched := Match(leaders, coaches)
		load, seen := map[string]int{}, map[string]bool{}
		for _, p := range pairs {
			c := coaches[slices.IndexFunc(coaches, func(c Coach) bool { return c.Ref == p.Coach })]
			l := leaders[slices.IndexFunc(leaders, func(l Coachee) bool { return l.Ref == p.Ref })]
			load[c.Ref]++
			if Conflicts(l, c) || c.Left || load[c.Ref]+c.Load > c.Capacity || seen[p.Ref] {
				t.Fatalf("%+v with %+v", l, c)
			}
			seen[p.Ref] = true
		}
		for _, u := range unmatched {
			if seen[u.Ref] {
				t.Fatalf("%s has a coach and has none", u.Ref)
			}
			seen[u.Ref] = true
		}
		if len(seen) != len(leaders) {
			t.Fatalf("%d leaders, %d dealt with", len(leaders), len(seen))
		}
		again, without := Match(rapid.Permutation(leaders).Draw(t, "other leaders"), rapid.Permutation(coaches).Draw(t, "other coaches"))
		if !reflect.DeepEqual(again, pairs) || !reflect.DeepEqual(without, unmatched) {
			t.Fatalf("the order changes the match: %v and %v", pairs, again)
		}
	})
}

func TestOneMoreCoachTakesNobodysAway(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		leaders, coaches := drawnMatch(t)
		if len(coaches) == 0 {
			return
		}
		before, _ := Match(leaders, coaches[:len(coaches)-1])
		after, _ := Match(leaders, coaches)
		for _, p := range before {
			if !slices.ContainsFunc(after, func(q Pair) bool { return q.Ref == p.Ref }) {
				t.Fatalf("%s loses their coach because one is added", p.Ref)
			}
		}
	})
}

// Where nothing constrains, the loads of equal coaches differ by one at most.
func TestLoadsAreEven(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		n, capacity := rapid.IntRange(1, 8).Draw(t, "coaches"), rapid.IntRange(1, 8).Draw(t, "capacity")
		coaches := make([]Coach, n)
		for i := range coaches {
			coaches[i] = Coach{Ref: fmt.Sprintf("C-%02d", i), Email: "c@coaches.example", Capacity: capacity,
				Background: rapid.SampledFrom(Sectors()).Draw(t, "sector")}
		}
		leaders := make([]Coachee, rapid.IntRange(0, n*capacity).Draw(t, "leaders"))
		for i := range leaders {
			leaders[i] = Coachee{Ref: fmt.Sprintf("P-%02d", i), Email: "l@uni.example", Sector: rapid.SampledFrom(Sectors()).Draw(t, "own sector")}
		}
		pairs, _ := Match(leaders, coaches)
		load := make([]int, n)
		for _, p := range pairs {
			load[slices.IndexFunc(coaches, func(c Coach) bool { return c.Ref == p.Coach })]++
		}
		if len(pairs) != len(leaders) || slices.Max(load)-slices.Min(load) > 1 {
			t.Fatalf("%d leaders: %v", len(leaders), load)
		}
	})
}
