package programme

import (
	"strings"
	"testing"
)

// A survey after the year opens so many calendar months after the leader's own closing event.
func TestWhenSurveysAfterTheYearOpen(t *testing.T) {
	t.Parallel()
	b, c := blueprint(t, "flagship"), cohort2027(t)
	for name, row := range map[string]struct{ ends, six, due, limit, twelve string }{
		"as the blueprint has it": {"", "Tue 9 May 2028 06:00", "Tue 23 May 2028 17:00", "Wed 7 Jun 2028 17:00", "Thu 9 Nov 2028 06:00"},
		"another date":            {"2027-11-16 16:30", "Tue 16 May 2028 06:00", "Wed 31 May 2028 17:00", "Wed 14 Jun 2028 17:00", "Thu 16 Nov 2028 06:00"},
		// No thirtieth of February: the last of the month; and the thirtieth of August 2028 is a Wednesday.
		"a day that month has not": {"2027-08-30 16:30", "Tue 29 Feb 2028 06:00", "Tue 14 Mar 2028 17:00", "Tue 28 Mar 2028 17:00", "Wed 30 Aug 2028 06:00"},
		// The fifteenth of April 2028 is the Saturday of Easter, the fifteenth of October a Sunday.
		"on no working day": {"2027-10-15 16:30", "Tue 18 Apr 2028 06:00", "Wed 3 May 2028 17:00", "Wed 17 May 2028 17:00", "Mon 16 Oct 2028 06:00"},
		// Half past eleven at night in summer: the London day counts.
		"late in the evening": {"2027-07-06 23:30", "Thu 6 Jan 2028 06:00", "Thu 20 Jan 2028 17:00", "Thu 3 Feb 2028 17:00", "Thu 6 Jul 2028 06:00"},
	} {
		own := c
		if row.ends != "" {
			ends := london(t, row.ends)
			own = c.With(map[string]Sitting{"closing-event": {Starts: ends.Add(-7 * 3600e9), Ends: ends}})
		}
		six, err := b.Terms(own, "survey-6-months", EnglandAndWales(), b.ResidentialDays(own))
		twelve, err2 := b.Terms(own, "survey-12-months", EnglandAndWales(), b.ResidentialDays(own))
		if err != nil || err2 != nil {
			t.Fatal(err, err2)
		}
		if got := spoken(six.Opens); got != row.six || spoken(six.Due) != row.due || spoken(six.Limit) != row.limit || spoken(twelve.Opens) != row.twelve {
			t.Errorf("%s: opens %s, due %s, limit %s; twelve months: opens %s", name, got, spoken(six.Due), spoken(six.Limit), spoken(twelve.Opens))
		}
	}
}

func TestMonthsLater(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		from   string
		months int
		want   string
	}{{"2027-11-09", 6, "2028-05-09"}, {"2027-08-31", 6, "2028-02-29"}, {"2026-08-31", 6, "2027-02-28"}, {"2027-12-31", 12, "2028-12-31"},
		{"2028-02-29", 12, "2029-02-28"}, {"2027-10-31", 1, "2027-11-30"}, {"2027-01-15", 36, "2030-01-15"}} {
		if got := day(t, c.from).AddMonths(c.months).String(); got != c.want {
			t.Errorf("%d months after %s: %s, want %s", c.months, c.from, got, c.want)
		}
	}
}

// What a blueprint cannot say of a survey after the year, in a coordinator's words.
func TestSurveysAfterTheYearThatAreRefused(t *testing.T) {
	t.Parallel()
	const valid = `name: year
title: A year
stages:
  - {name: opening, kind: event, title: Opening, at_limit: keep, event: {week: -4, starts: tuesday 09:30, ends: tuesday 16:30, asked: 8, confirm: 28, freeze: 21}}
  - {name: welcome, kind: survey, title: Welcome, opens: -3, due: -2, at_limit: lapse, survey: baseline}
  - {name: alumni, kind: alumni, title: Alumni, opens: 37, due: 40, at_limit: lapse}
  - {name: survey-6-months, kind: survey, title: Later, follows: opening, months_after: 6, due_after: 10, at_limit: lapse, survey: closing}
`
	b, faults := ParseBlueprint([]byte(valid))
	if len(faults) > 0 || len(b.LaterSurveys()) != 1 || b.LaterSurveys()[0].SurveyName() != "survey-6-months" {
		t.Fatal(faults, b.LaterSurveys())
	}
	for name, c := range map[string]struct {
		old, replacement string
		want             []string
	}{
		"no number":                 {"months_after: 6", "months_after: 0", []string{"6: the alumni stage comes last", "7: a number of months from 1 to 36"}},
		"too many":                  {"months_after: 6", "months_after: 60", []string{"7: a number of months from 1 to 36"}},
		"months of nothing":         {"follows: opening, months_after", "opens: 60, months_after", []string{"7: add “follows”"}},
		"an event that is not one":  {"follows: opening", "follows: welcome", []string{"7: no earlier event has that name"}},
		"no survey":                 {"title: Later, follows", "title: Later, instrument: ipip-50, follows", []string{"7: only a psychometrics"}},
		"another kind":              {"kind: survey, title: Later", "kind: onboarding, title: Later", []string{"7: only a survey looks back", "7: only a survey comes months after"}},
		"compulsory":                {"title: Later", "title: Later, compulsory: true", []string{"7: nobody can be held to it"}},
		"before an event":           {"title: Later", "title: Later, before: opening", []string{"7: take “before” out", "7: only after “opening” has begun"}},
		"a task at its limit":       {"due_after: 10, at_limit: lapse", "due_after: 10, at_limit: task", []string{"7: at_limit is lapse"}},
		"weeks of its own":          {"due_after: 10", "due: 60", []string{"7: it opens after its event"}},
		"a stage to wait for":       {"title: Later", "title: Later, opens_after: welcome", []string{"7: it cannot wait for another stage as well"}},
		"named as a questionnaire":  {"name: survey-6-months", "name: closing", []string{"7: is a questionnaire's"}},
		"in the middle of the year": {"  - {name: alumni", "  - {name: early, kind: survey, title: Early, follows: opening, months_after: 1, due_after: 10, at_limit: lapse, survey: closing}\n  - {name: alumni", []string{"7: “early” (line 6) comes after it"}},
		"waited for": {"survey: closing}\n", "survey: closing}\n  - {name: after, kind: survey, title: After, opens: 60, due: 61, opens_after: survey-6-months, at_limit: lapse, survey: closing}\n",
			[]string{"6: the alumni stage comes last", "8: belongs to the year", "8: comes when the year is over"}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			if strings.Count(valid, c.old) != 1 {
				t.Fatalf("%q stands %d times in the text", c.old, strings.Count(valid, c.old))
			}
			_, faults := ParseBlueprint([]byte(strings.Replace(valid, c.old, c.replacement, 1)))
			if len(faults) != len(c.want) {
				t.Fatalf("faults %+v", faults)
			}
			for _, want := range c.want {
				line, text, _ := strings.Cut(want, ": ")
				found := false
				for _, f := range faults {
					found = found || string(rune('0'+f.Line)) == line && strings.Contains(f.Text, text)
				}
				if !found {
					t.Errorf("no fault “%s” among %+v", want, faults)
				}
			}
		})
	}
}

// What staff can order of a survey after the year, while the year runs and when it is over.
func TestCommandsOnSurveysAfterTheYear(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		journey JourneyState
		stage   StageState
		command CommandName
		legal   bool
	}{
		{Enrolled, StageNotOpen, CmdSkip, true},
		{Enrolled, StageNotOpen, CmdExtend, false},
		{Enrolled, StageSkipped, CmdReopen, false},
		{Completed, StageNotOpen, CmdSkip, true},
		{Completed, StageOpen, CmdSkip, true},
		{Completed, StageOpen, CmdExtend, true},
		{Completed, StageNotOpen, CmdExtend, false},
		{Completed, StageDone, CmdSkip, false},
		{Completed, StageLapsed, CmdReopen, false},
		{Completed, StageOpen, CmdAnswerFor, false},
		{Completed, StageOpen, CmdWithdraw, false},
		{Withdrawn, StageCancelled, CmdSkip, false},
	} {
		view := JourneyView{State: c.journey, Stages: map[string]StageView{"survey-6-months": {State: c.stage, Kind: KindSurvey, Later: true},
			"closing-survey": {State: StageDone, Kind: KindSurvey}}}
		if err := Legal(Order{Name: c.command, Stage: "survey-6-months"}, view); (err == nil) != c.legal {
			t.Errorf("%s of one that is %s, of a journey that is %s: %v", c.command, c.stage, c.journey, err)
		}
		if err := Legal(Order{Name: c.command, Stage: "closing-survey"}, view); c.journey == Completed && err == nil {
			t.Errorf("%s of a stage of the year that is over", c.command)
		}
	}
}

func TestWhichStagesHaveAWorkflow(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		journey JourneyState
		stage   Stage
		has     bool
	}{
		{Enrolled, Stage{State: StageNotOpen}, false},
		{Enrolled, Stage{State: StageOpen, Round: 1}, true},
		{Completed, Stage{State: StageDone, Round: 1}, true},
		{Completed, Stage{State: StageSkipped}, false},
		{Enrolled, Stage{State: StageNotOpen, Later: true}, false},
		{Completed, Stage{State: StageNotOpen, Later: true}, true},
		{Withdrawn, Stage{State: StageCancelled, Later: true}, false},
	} {
		if got := (Journey{State: c.journey}).HasWorkflow(c.stage); got != c.has {
			t.Errorf("%s, %+v: %t", c.journey, c.stage, got)
		}
	}
}
