package programme

import (
	"strings"
	"testing"
)

// TestConcernsNameStagesByTitle: what the check of a cohort's year says is for coordinators, who know no codes.
func TestConcernsNameStagesByTitle(t *testing.T) {
	t.Parallel()
	week := func(n int) *int { return &n }
	for _, own := range []map[string]StageOverride{nil, {"onboarding": {OpensWeek: week(-30), DueWeek: week(-31)}}, {"closing-survey": {Ladder: []int{400}, LimitWeek: week(30)}},
		{"coaching-1": {OpensWeek: week(-26), DueWeek: week(6), Ladder: []int{-1}}}} {
		for _, route := range []Route{RouteInvitation, RouteApplication, RouteConfirmed} {
			b, c := flagshipCohort(t, route)
			c.StartsOn, c.Overrides = Date{2027, 9, 6}, own
			faults, warnings := Check(b, c, EnglandAndWales())
			if len(faults)+len(warnings) == 0 {
				t.Fatal("there is nothing to look at")
			}
			for _, f := range append(faults, warnings...) {
				for _, s := range b.Stages {
					if strings.Contains(f.Text, "“"+s.Name+"”") {
						t.Errorf("%s by its code: %s", s.Name, f.Text)
					}
				}
				if s, err := b.StageIn(c, f.Field); err != nil || !strings.Contains(f.Text, "“"+s.Title+"”") && !strings.HasPrefix(f.Text, s.Title) {
					t.Errorf("without its title: %s, %v", f.Text, err)
				}
			}
		}
	}
	b, c := flagshipCohort(t, RouteConfirmed)
	c.StartsOn = Date{2027, 9, 6}
	for i := range b.Stages {
		b.Stages[i].Title = "Something"
	}
	known := map[string]bool{}
	_, warnings := Check(b, c, EnglandAndWales())
	for _, w := range warnings {
		if known[w.Text] || !strings.Contains(w.Text, "“Something” ("+w.Field+")") {
			t.Errorf("one of several of a title: %s", w.Text)
		}
		known[w.Text] = true
	}
	_, faults := ParseBlueprint([]byte(strings.Replace(b.Source, "due: -11", "due: -15", 1)))
	if len(faults) != 1 || !strings.HasPrefix(faults[0].Text, "Stage “onboarding”: ") {
		t.Errorf("whoever writes the file reads its codes: %+v", faults)
	}
}

// TestASignatureOutlivesAnotherTitle: a warning stays signed off as long as it speaks of the same stage and date. Those of
// records made when warnings named stages by their codes do.
func TestASignatureOutlivesAnotherTitle(t *testing.T) {
	t.Parallel()
	b, c := flagshipCohort(t, RouteConfirmed)
	c.StartsOn = Date{2027, 9, 6}
	signed := []SignedWarning{
		{Key: "Stage “onboarding”: it opens on Tuesday 1 June 2027, moved from Monday 31 May 2027, in a holiday week."},
		{Key: "Stage “psychometrics”: it is due on Thursday 5 August 2027, in August."},
		{Key: "Stage “psychometrics”: it is due on Friday 6 August 2027, in August."}, // of a date that is no longer so
	}
	for _, title := range []string{"Getting ready", "Welcome"} {
		b.Stages[1].Title = title
		_, warnings := Check(b, c, EnglandAndWales())
		open := Unsigned(warnings, signed)
		if len(open) != len(warnings)-2 {
			t.Errorf("%d of %d are open: %+v", len(open), len(warnings), open)
		}
	}
	sitting := Fault{Field: "/sittings/residential-1/0/venue", Text: "Residential 1: no venue is set yet."}
	if open := Unsigned([]Fault{sitting}, []SignedWarning{{Key: sitting.Text}}); len(open) != 0 {
		t.Errorf("what has no other key is known by its words: %+v", open)
	}
}
