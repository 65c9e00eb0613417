package programme

import (
	"reflect"
	"strings"
	"testing"
)

// Every criterion has a question, a scale whose every point means something, and a place for a note.
func TestScoringForm(t *testing.T) {
	t.Parallel()
	form := ScoringForm()
	if len(form.Sections) != len(Criteria()) {
		t.Fatalf("%d sections", len(form.Sections))
	}
	full := Answers{}
	for i, c := range Criteria() {
		points, note := form.Sections[i].Fields[0], form.Sections[i].Fields[1]
		if c.Asks == "" || len(c.Points) < 3 || len(points.Options) != len(c.Points) || points.Name != c.Name || !points.Required || note.Required {
			t.Errorf("%+v", form.Sections[i])
		}
		for n, meaning := range c.Points {
			if meaning == "" || !strings.HasSuffix(points.Options[n].Label, ": "+meaning) {
				t.Errorf("%s: point %d means %q", c.Name, n+1, points.Options[n].Label)
			}
		}
		full[c.Name] = []string{"2"}
	}
	if faults := form.Check(full, ""); len(faults) > 0 {
		t.Errorf("%+v", faults)
	}
	if faults := form.Check(Answers{"role": {"6"}, NoteOn("why"): {strings.Repeat("x", 1001)}}, ""); len(faults) != 4 {
		t.Errorf("%+v", faults)
	}
	if faults := form.CheckDraft(Answers{"role": {"1"}}, ""); len(faults) > 0 {
		t.Errorf("%+v", faults)
	}
}

func TestSpreads(t *testing.T) {
	t.Parallel()
	scored := func(state AssignmentState, role, why, challenge string) Assignment {
		return Assignment{State: state, Scores: Answers{"role": {role}, "why": {why}, "challenge": {challenge}}}
	}
	list := []Assignment{scored(AssignmentScored, "1", "4", "5"), scored(AssignmentScored, "4", "4", "3"), scored(AssignmentOpen, "5", "1", "1"), scored(AssignmentConflict, "", "", "")}
	want := []ScoreSpread{{"In all", 10, 11, "10.5", 15}, {"The role", 1, 4, "2.5", 5}, {"Why they apply", 4, 4, "4.0", 5}, {"The challenge", 3, 5, "4.0", 5}}
	if got := ScoreSpreads(list); !reflect.DeepEqual(got, want) {
		t.Errorf("%+v", got)
	}
	if got := ScoreSpreads(list[2:]); got != nil {
		t.Errorf("no scores are in: %+v", got)
	}
}

func TestReadOrganisations(t *testing.T) {
	t.Parallel()
	if list, err := ReadOrganisations(" Kent  Police;\nLeeds Council; kent police "); err != nil || !reflect.DeepEqual(list, []string{"Kent Police", "Leeds Council"}) {
		t.Errorf("%q %v", list, err)
	}
	for _, typed := range []string{"", " ; \n", strings.Repeat("x", 2001)} {
		if _, err := ReadOrganisations(typed); err == nil {
			t.Errorf("%.20q was taken", typed)
		}
	}
}
