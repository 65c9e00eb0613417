package programme

import (
	"fmt"
	"slices"
	"strings"
	"testing"
)

// The table of programme.md, stage by stage.
func TestFlagship(t *testing.T) {
	t.Parallel()
	b := blueprint(t, "flagship")
	var rows []string
	for _, s := range b.Stages {
		row := fmt.Sprintf("%s %s", s.Name, s.Kind)
		if s.Event != nil {
			row += fmt.Sprintf(" week %d %s to %s days %s", s.Event.Week, s.Event.Starts, s.Event.Ends, s.Event.Days)
		} else {
			row += fmt.Sprintf(" opens %d", s.OpensWeek)
			if s.Follows != "" {
				row = fmt.Sprintf("%s %s follows %s", s.Name, s.Kind, s.Follows)
			}
			if s.Later() {
				row += fmt.Sprintf(" months %d", s.MonthsAfter)
			}
			switch {
			case s.DueWeek != nil:
				row += fmt.Sprintf(" due %d", *s.DueWeek)
			case s.DueAfter > 0:
				row += fmt.Sprintf(" due after %d", s.DueAfter)
			}
			if s.LimitWeek != nil {
				row += fmt.Sprintf(" until %d", *s.LimitWeek)
			}
		}
		if s.Compulsory {
			row += " compulsory"
		}
		rows = append(rows, row)
	}
	want := []string{
		"selection selection opens -25 due after 10",
		"onboarding onboarding opens -14 due -11",
		"psychometrics psychometrics opens -7 due -5 compulsory",
		"opening-event event week -4 tuesday 09:30 to tuesday 16:30 days 1 compulsory",
		"coaching-1 coaching opens -5 until 3 compulsory",
		"residential-1 event week 0 sunday-eve 16:00 to friday 13:00 days 5½ compulsory",
		"residential-1-survey survey follows residential-1 due after 10",
		"coaching-2 coaching opens 3 until 9",
		"coaching-3 coaching opens 9 until 15",
		"residential-2 event week 18 monday 08:00 to wednesday 16:00 days 3 compulsory",
		"residential-2-survey survey follows residential-2 due after 10",
		"coaching-4 coaching opens 19 until 26",
		"coaching-5 coaching opens 26 until 33",
		"residential-3 event week 28 monday 08:00 to wednesday 16:00 days 3 compulsory",
		"residential-3-survey survey follows residential-3 due after 10",
		"coaching-6 coaching opens 29 until 34 compulsory",
		"closing-survey survey opens 34 due 36",
		"closing-event event week 36 tuesday 09:30 to tuesday 16:30 days 1 compulsory",
		"alumni alumni opens 37 due 40",
		"survey-6-months survey follows closing-event months 6 due after 10",
		"survey-12-months survey follows closing-event months 12 due after 10",
	}
	if !slices.Equal(rows, want) {
		t.Errorf("the year is\n%s", strings.Join(rows, "\n"))
	}
	if b.CompulsoryDays() != 15 || b.JoinUntil != -5 {
		t.Errorf("%v compulsory days, joining until %d", b.CompulsoryDays(), b.JoinUntil)
	}
	if got := strings.Join(Unrunnable(b), " "); got != "" {
		t.Errorf("not to be run: %s", got)
	}
}

// The demo's year is the flagship's without its middle: the same weeks, ladders and ends.
func TestEssentialsFollowTheFlagship(t *testing.T) {
	t.Parallel()
	for _, name := range []string{"essentials", "residentials", "questionnaire"} {
		followsTheFlagship(t, blueprint(t, name))
	}
}

func followsTheFlagship(t *testing.T, essentials Blueprint) {
	t.Helper()
	flagship := blueprint(t, "flagship")
	if len(Unrunnable(essentials)) > 0 || essentials.JoinUntil != flagship.JoinUntil {
		t.Error("essentials cannot run, or closes another day")
	}
	if name := essentials.Name; name == "questionnaire" && len(essentials.Stages) != len(blueprint(t, "essentials").Stages)+1 {
		t.Error("the questionnaire's year is not the essentials with one stage more")
	}
	_, hasEvents := essentials.kind(KindEvent)
	for _, s := range essentials.Stages {
		whole, found := flagship.Stage(s.Name)
		if !found || s.Kind != whole.Kind || s.Title != whole.Title || s.OpensWeek != whole.OpensWeek || s.DueAfter != whole.DueAfter ||
			(s.DueWeek == nil) != (whole.DueWeek == nil) || s.DueWeek != nil && *s.DueWeek != *whole.DueWeek ||
			fmt.Sprint(s.Ladder) != fmt.Sprint(whole.Ladder) || s.AtLimit != whole.AtLimit || s.Survey != whole.Survey ||
			s.After != whole.After || s.Instrument != whole.Instrument ||
			s.Follows != whole.Follows || hasEvents && (s.Before != whole.Before || s.AfterDays != whole.AfterDays) || (s.Event == nil) != (whole.Event == nil) ||
			s.Event != nil && *s.Event != *whole.Event {
			t.Errorf("%s departs from the flagship", s.Name)
		}
	}
}
