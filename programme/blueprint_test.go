package programme

import (
	"errors"
	"fmt"
	"strings"
	"testing"
)

func TestShippedBlueprints(t *testing.T) {
	t.Parallel()
	var names []string
	for _, b := range Blueprints() {
		names = append(names, b.Name)
		if b.Source == "" || b.Summary == "" {
			t.Errorf("%s has no source or summary", b.Name)
		}
		if again, faults := ParseBlueprint([]byte(b.Source)); len(faults) > 0 || len(again.Stages) != len(b.Stages) {
			t.Errorf("%s: %v", b.Name, faults)
		}
	}
	if got := strings.Join(names, " "); got != "flagship residentials essentials questionnaire coached single-survey" {
		t.Errorf("the blueprints are %s", got)
	}
	if _, err := BlueprintNamed("nothing"); !errors.Is(err, ErrNotFound) {
		t.Errorf("an unknown blueprint: %v", err)
	}
	Blueprints()[0].Stages[0].Title = "changed"
	if blueprint(t, "flagship").Stages[0].Title == "changed" {
		t.Error("a caller can change the shipped blueprint")
	}
}

func TestBlueprintsThatAreRefused(t *testing.T) {
	t.Parallel()
	const valid = `name: year
title: A year
join_until: -5
stages:
  - name: selection
    kind: selection
    title: Invitation
    opens: -25
    due_after: 10
    ladder: {after: [3, 7], assistant: 2}
    at_limit: lapse
  - name: opening
    kind: event
    title: Opening
    at_limit: keep
    event:
      week: -4
      starts: tuesday 09:30
      ends: tuesday 16:30
      asked: 8
      confirm: 28
      freeze: 21
  - name: survey
    kind: survey
    title: Survey
    opens: 2
    due: 4
    ladder: {before: [7, 3]}
    at_limit: lapse
    survey: closing
`
	if _, faults := ParseBlueprint([]byte(valid)); len(faults) > 0 {
		t.Fatal(faults)
	}
	const ready = "  - {name: ready, kind: onboarding, title: Ready, opens: 5, due: 6, at_limit: task}\n"
	const questionnaire = ready + "\n\n" + `  - name: test
    kind: psychometrics
    title: Test
    opens: 6
    due: 8
    at_limit: task
    opens_after: ready
`
	type where struct {
		line int
		text string
	}
	for name, c := range map[string]struct {
		old, replacement string
		want             []where
	}{
		"unknown setting":            {"    opens: 2\n", "    opns: 2\n", []where{{26, "no setting called “opns”"}}},
		"no number":                  {"opens: 2", "opens: soon", []where{{26, "whole number"}}},
		"no list":                    {"{before: [7, 3]}", "{before: 7}", []where{{28, "list of whole numbers"}}},
		"no yes or no":               {"    opens: 2\n", "    opens: 2\n    compulsory: perhaps\n", []where{{27, "true or false"}}},
		"no settings":                {"event:\n      week: -4\n      starts: tuesday 09:30\n      ends: tuesday 16:30\n      asked: 8\n      confirm: 28\n      freeze: 21", "event: tuesday", []where{{16, "“name: value”"}}},
		"twice":                      {"    opens: 2\n", "    opens: 2\n    opens: 3\n", []where{{27, "set twice"}}},
		"indentation":                {"    opens: 2\n", "  opens: 2\n", []where{{4, "cannot be read as YAML"}}},
		"no title":                   {"title: A year\n", "", []where{{0, "Give the blueprint a title"}}},
		"bad name":                   {"name: year", "name: A Year", []where{{1, "lower-case"}}},
		"joining week":               {"join_until: -5", "join_until: 500", []where{{3, "join_until"}}},
		"stage without a name":       {"- name: survey\n    kind", "- kind", []where{{23, "no name"}}},
		"stage's bad name":           {"- name: survey", "- name: The Survey", []where{{23, "lower-case"}}},
		"taken name":                 {"- name: survey", "- name: certificate", []where{{23, "Choose another"}}},
		"duplicate name":             {"- name: survey", "- name: opening", []where{{23, "another stage of this name (line 12)"}}},
		"unknown kind":               {"kind: survey", "kind: quiz", []where{{24, "no kind “quiz”"}, {30, "questionnaire"}}},
		"no kind":                    {"    kind: survey\n", "", []where{{23, "of which kind"}, {29, "questionnaire"}}},
		"no title of a stage":        {"    title: Survey\n", "", []where{{23, "title"}}},
		"missing survey":             {"    survey: closing\n", "", []where{{23, "name the questionnaire"}}},
		"unknown survey":             {"survey: closing", "survey: mood", []where{{30, "no questionnaire “mood”"}}},
		"a survey that asks at all":  {"    due_after: 10\n", "    due_after: 10\n    survey: closing\n", []where{{10, "only a survey"}}},
		"nothing at the limit":       {"    at_limit: keep\n", "", []where{{12, "at its limit"}}},
		"unknown at the limit":       {"at_limit: keep", "at_limit: shout", []where{{15, "at its limit"}}},
		"no opening":                 {"    opens: 2\n", "", []where{{23, "in which week it opens"}}},
		"no due":                     {"    due: 4\n", "", []where{{23, "when it is due"}}},
		"due twice":                  {"    due: 4\n", "    due: 4\n    due_after: 5\n", []where{{27, "when it is due"}}},
		"due before it opens":        {"due: 4", "due: 1", []where{{27, "wrong order"}}},
		"due in a wild week":         {"due: 4", "due: 4000", []where{{27, "out of range"}}},
		"due after too many days":    {"due_after: 10", "due_after: 1000", []where{{9, "due_after"}}},
		"due after joining":          {"due_after: 10", "due_after: 120", []where{{9, "last joining day"}}},
		"limit before due":           {"    due: 4\n", "    due: 4\n    limit: 3\n", []where{{28, "wrong order"}}},
		"limit twice":                {"    due: 4\n", "    due: 4\n    limit: 8\n    limit_after: 3\n", []where{{28, "limit once"}}},
		"limit before itself":        {"    due: 4\n", "    due: 4\n    limit_after: -3\n", []where{{28, "limit_after"}}},
		"wrong order":                {"opens: 2", "opens: -9", []where{{26, "wrong order"}}},
		"reminder after deadline":    {"[7, 3]", "[7, -3]", []where{{28, "after its deadline"}}},
		"late reminder":              {"after: [3, 7]", "after: [3, 12]", []where{{10, "after its deadline"}}},
		"hasty reminder":             {"after: [3, 7]", "after: [1, 7]", []where{{10, "two working days"}}},
		"reminder twice":             {"[7, 3]", "[7, 7]", []where{{28, "twice"}}},
		"too many reminders":         {"[7, 3]", "[11, 10, 9, 8, 7, 6, 5, 4, 3, 2, 1]", []where{{28, "too many"}}},
		"assistant without a rung":   {"assistant: 2", "assistant: 3", []where{{10, "there are 2"}}},
		"assistant of a survey":      {"{before: [7, 3]}", "{before: [7, 3], assistant: 1}", []where{{28, "only an invitation"}}},
		"event without dates":        {"kind: survey", "kind: event", []where{{24, "an event needs its dates"}, {30, "questionnaire"}}},
		"event's bad start":          {"starts: tuesday 09:30", "starts: Tues 9.30", []where{{18, "weekday with a time"}}},
		"event ends first":           {"ends: tuesday 16:30", "ends: monday 16:30", []where{{19, "ends before it starts"}}},
		"event with a due week":      {"    event:\n", "    due: 3\n    event:\n", []where{{16, "take “due” out"}}},
		"asked too late":             {"asked: 8", "asked: 2", []where{{20, "wrong order"}}},
		"frozen too early":           {"freeze: 21", "freeze: 35", []where{{22, "wrong order"}}},
		"days of nothing":            {"freeze: 21", "freeze: 21\n      days: some", []where{{23, "no number of days"}}},
		"place with nobody":          {"freeze: 21", "freeze: 21\n      place_with: survey", []where{{23, "no earlier stage"}}},
		"looks back on nothing":      {"    opens: 2\n    due: 4\n", "    follows: closing\n    due_after: 5\n", []where{{26, "no earlier event"}}},
		"looks back in its own week": {"    due: 4\n", "    follows: opening\n    due_after: 5\n", []where{{27, "take “opens”"}}},
		"waits for a later one":      {"    due_after: 10\n", "    due_after: 10\n    opens_after: survey\n", []where{{10, "no earlier stage"}}},
		"before no event":            {"    due_after: 10\n", "    due_after: 10\n    before: survey\n", []where{{10, "no event has that name"}}},
		"due after its event":        {"    due: 4\n", "    due: 4\n    before: opening\n", []where{{28, "has begun"}}},
		"application order":          {"    due_after: 10\n", "    due_after: 10\n    application: {opens: -39, closes: -40, decided: -26, released: -25}\n", []where{{10, "in that order"}}},
		"selection twice":            {"kind: survey", "kind: selection", []where{{24, "one selection"}, {24, "comes first"}, {27, "last joining day"}, {30, "questionnaire"}}},
		"two events of one person on one day": {"  - name: survey\n", "  - {name: twin, kind: event, title: Twin, at_limit: keep, event: {week: -4, starts: monday 09:00, ends: wednesday 12:00}}\n  - name: survey\n",
			[]where{{23, "and at “opening” (line 12) on one day"}}},
		"all at once": {"opens: 2\n    due: 4\n    ladder: {before: [7, 3]}\n    at_limit: lapse", "opens: 4\n    due: 2\n    ladder: {before: [7, 7]}\n    at_limit: shout",
			[]where{{27, "wrong order"}, {28, "twice"}, {29, "at its limit"}}},
		"read and judged at once": {"  - name: survey\n    kind: survey\n    title: Survey\n    opens: 2", "  - name: survey\n    kind: survey\n    title: Survey\n    opens: soon",
			[]where{{26, "whole number"}}},
		"no instrument":      {"    survey: closing\n", "    survey: closing\n" + questionnaire, []where{{34, "name the instrument"}}},
		"unknown instrument": {"    survey: closing\n", "    survey: closing\n" + questionnaire + "    instrument: mood\n", []where{{41, "no instrument “mood”"}}},
		"instrument and supplier": {"    survey: closing\n", "    survey: closing\n" + questionnaire + "    instrument: ipip-50\n    supplier: https://tests.example\n",
			[]where{{42, "not both"}}},
		"supplier without https": {"    survey: closing\n", "    survey: closing\n" + questionnaire + "    supplier: http://tests.example\n", []where{{41, "as https://"}}},
		"questionnaire without consent": {"    survey: closing\n", "    survey: closing\n" + strings.Replace(questionnaire, "    opens_after: ready\n", "    instrument: ipip-50\n", 1),
			[]where{{34, "asks for consent"}}},
		"questionnaire twice": {"    survey: closing\n", "    survey: closing\n" + questionnaire + "    instrument: ipip-50\n" + strings.TrimPrefix(strings.Replace(questionnaire, "  - name: test", "  - name: again", 1), ready) + "    supplier: https://tests.example/a\n",
			[]where{{45, "one questionnaire"}}},
		"a survey with an instrument": {"    survey: closing\n", "    survey: closing\n    instrument: ipip-50\n    supplier: https://tests.example\n", []where{{31, "only a psychometrics"}, {32, "only a psychometrics"}}},
		"two documents":               {"    survey: closing\n", "    survey: closing\n---\nname: other\n", []where{{0, "more than one document"}}},
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
			for i, want := range c.want {
				if faults[i].Line != want.line || !strings.Contains(faults[i].Text, want.text) {
					t.Errorf("fault %+v, want %+v", faults[i], want)
				}
			}
		})
	}
	for text, want := range map[string]string{"": "empty", "- 1\n- 2\n": "Settings with their names", "stages: []": "no stages",
		strings.Repeat("#", maxBlueprintBytes+1): "64 KB", "name: \x00": "YAML"} {
		_, faults := ParseBlueprint([]byte(text))
		if len(faults) == 0 || !strings.Contains(fmt.Sprint(faults), want) {
			t.Errorf("%.20q: %v", text, faults)
		}
	}
}

func TestCheck(t *testing.T) {
	t.Parallel()
	week := func(n int) *int { return &n }
	texts := func(faults []Fault) string {
		var all []string
		for _, f := range faults {
			all = append(all, fmt.Sprintf("%d: %s", f.Line, f.Text))
		}
		return strings.Join(all, "\n")
	}
	cal := EnglandAndWales()

	faults, warnings := Check(blueprint(t, "essentials"), cohort2027(t), cal)
	if len(faults) > 0 || len(warnings) > 0 {
		t.Errorf("the year 2027 of essentials: %s %s", texts(faults), texts(warnings))
	}
	faults, warnings = Check(blueprint(t, "flagship"), cohort2027(t), cal)
	if len(faults) > 0 {
		t.Errorf("the year 2027 of the flagship: %s", texts(faults))
	}
	for _, want := range []string{
		"“Second coaching session”: it opens on Monday 22 March 2027, in a holiday week.",
		"“Third coaching session”: it opens on Tuesday 4 May 2027, moved from Monday 3 May 2027, in a holiday week.",
		"“Fourth coaching session”: it is due on Thursday 5 August 2027, in August.",
		"“Fifth coaching session”: it opens on Tuesday 31 August 2027, moved from Monday 30 August 2027, in August.",
		"“Residential 3”: its place is to be confirmed by Monday 16 August 2027, in August.",
	} {
		if !strings.Contains(texts(warnings), want) {
			t.Errorf("no warning %q in\n%s", want, texts(warnings))
		}
	}
	if len(warnings) != 5 {
		t.Errorf("warnings\n%s", texts(warnings))
	}

	confirmed := cohort2027(t)
	confirmed.Route = RouteConfirmed
	if faults, warnings := Check(blueprint(t, "single-survey"), confirmed, cal); len(faults)+len(warnings) > 0 {
		t.Errorf("single survey: %s %s", texts(faults), texts(warnings))
	}

	for name, c := range map[string]struct {
		blueprint string
		change    func(*Cohort)
		faults    []string
		warnings  []string
	}{
		"no Monday":                  {"essentials", func(c *Cohort) { c.StartsOn = c.StartsOn.AddDays(1) }, []string{"Monday"}, nil},
		"no start":                   {"essentials", func(c *Cohort) { c.StartsOn = Date{} }, []string{"Monday"}, nil},
		"no places":                  {"essentials", func(c *Cohort) { c.Places = 0 }, []string{"at least one place"}, nil},
		"no route":                   {"essentials", func(c *Cohort) { c.Route = "lottery" }, []string{"invitation, application or confirmed"}, nil},
		"applications without dates": {"single-survey", func(c *Cohort) { c.Route = RouteApplication }, []string{"no dates for applications"}, nil},
		"applications that close before they open": {"essentials", func(c *Cohort) {
			c.Route = RouteApplication
			c.Overrides = map[string]StageOverride{"selection": {DueWeek: week(-40)}}
		}, []string{"put the weeks in that order"}, nil},
		"applications over Christmas": {"essentials", func(c *Cohort) {
			c.Route, c.StartsOn = RouteApplication, Date{2027, 9, 27}
		}, nil, []string{"opens on"}},
		"nobody to ask":   {"single-survey", func(*Cohort) {}, []string{"no selection"}, nil},
		"stage not there": {"essentials", func(c *Cohort) { c.Overrides = map[string]StageOverride{"coaching-9": {}} }, []string{"“coaching-9”"}, nil},
		"own dates in the wrong order": {"essentials", func(c *Cohort) {
			c.Overrides = map[string]StageOverride{"onboarding": {DueWeek: week(-15)}}
		}, []string{"wrong order"}, nil},
		"own reminder after its deadline": {"essentials", func(c *Cohort) {
			c.Overrides = map[string]StageOverride{"selection": {Ladder: []int{20}}}
		}, []string{"after its deadline"}, nil},
		"short notice, and a reminder that will not go": {"essentials", func(c *Cohort) {
			c.Overrides = map[string]StageOverride{"onboarding": {OpensWeek: week(-13), DueWeek: week(-13), Ladder: []int{3}}}
		}, nil, []string{"short notice", "too close"}},
		"over Christmas": {"essentials", func(c *Cohort) {
			c.Overrides = map[string]StageOverride{"onboarding": {DueWeek: week(-10)}}
		}, nil, []string{"it is due on Monday 4 January 2027, moved from Thursday 24 December 2026, in a holiday week."}},
		"all at once": {"single-survey", func(c *Cohort) { c.Places, c.StartsOn = 0, c.StartsOn.AddDays(3) }, []string{"Monday", "place", "no selection"}, nil},
	} {
		cohort := cohort2027(t)
		c.change(&cohort)
		faults, warnings := Check(blueprint(t, c.blueprint), cohort, cal)
		if len(faults) != len(c.faults) {
			t.Errorf("%s: faults\n%s", name, texts(faults))
		}
		for _, want := range c.faults {
			if !strings.Contains(texts(faults), want) {
				t.Errorf("%s: no %q in\n%s", name, want, texts(faults))
			}
		}
		for _, want := range c.warnings {
			if !strings.Contains(texts(warnings), want) {
				t.Errorf("%s: no warning %q in\n%s", name, want, texts(warnings))
			}
		}
	}
	small := blueprint(t, "flagship")
	for i, s := range small.Stages {
		if s.Name == "residential-2" {
			event := *s.Event
			event.Capacity = 99
			small.Stages[i].Event = &event
		}
	}
	if faults, _ := Check(small, cohort2027(t), cal); len(faults) != 1 || !strings.Contains(faults[0].Text, "room for 99") || faults[0].Line == 0 {
		t.Errorf("places beyond capacity: %s", texts(faults))
	}
}

func FuzzParseBlueprint(f *testing.F) {
	for _, b := range Blueprints() {
		f.Add([]byte(b.Source))
	}
	f.Fuzz(func(t *testing.T, text []byte) {
		b, faults := ParseBlueprint(text)
		if len(faults) > 0 {
			return
		}
		d := day(t, "2027-03-01")
		for _, f := range faults {
			if f.Text == "" {
				t.Fatal("a fault without a word")
			}
		}
		Check(b, Cohort{StartsOn: d, Places: 3, Route: RouteConfirmed}, EnglandAndWales())
	})
}
