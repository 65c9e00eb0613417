package programme

import (
	"fmt"
	"regexp"
	"slices"
	"strings"
)

// faults is what is wrong with a blueprint whatever the cohort, in the order of its lines. Stages in which misread lies
// could not be read as they were meant: nothing more is said of them. titled names stages as a coordinator does.
func (b Blueprint) faults(misread []Fault, titled bool) []Fault {
	k := checker{b: b, titled: titled, unsound: map[int]bool{}}
	for _, f := range misread {
		for i, s := range b.Stages {
			if s.Line <= f.Line && (i+1 == len(b.Stages) || f.Line < b.Stages[i+1].Line) {
				k.unsound[i] = true
			}
		}
	}
	k.head()
	for i, s := range b.Stages {
		if k.unsound[i] {
			continue
		}
		k.stage(i, s)
		k.place(i, s)
		if s.Event != nil {
			k.event(s)
			continue
		}
		k.dates(s)
		k.ladder(s)
	}
	k.order()
	k.events()
	slices.SortStableFunc(k.faults, func(x, y Fault) int { return x.Line - y.Line })
	return k.faults
}

// checker gathers faults of one blueprint. Whoever writes the file reads the stages' codes, who sets up a cohort their titles.
type checker struct {
	b       Blueprint
	titled  bool
	unsound map[int]bool // stages, by their index, of which nothing can be said
	faults  []Fault
}

// addHead notes a fault on a setting of the blueprint itself.
func (k *checker) addHead(setting, format string, args ...any) {
	k.faults = append(k.faults, Fault{Line: k.b.lines[setting], Field: setting, Text: fmt.Sprintf(format, args...)})
}

// add notes a fault on a setting of a stage, at its line if the setting is there, else at the stage's.
func (k *checker) add(s BlueprintStage, setting, format string, args ...any) {
	line := s.Line
	if own, set := s.lines[setting]; set {
		line = own
	}
	said := ": " + fmt.Sprintf(format, args...)
	fault := Fault{Line: line, Field: s.Name, Text: "Stage " + k.called(s) + said}
	if k.titled {
		fault.Key = "Stage “" + s.Name + "”" + said
	}
	k.faults = append(k.faults, fault)
}

// called is a stage as the reader knows it; of several of one title each has its code besides.
func (k *checker) called(s BlueprintStage) string {
	if !k.titled || s.Title == "" {
		return "“" + s.Name + "”"
	}
	for _, other := range k.b.Stages {
		if other.Title == s.Title && other.Name != s.Name {
			return "“" + s.Title + "” (" + s.Name + ")"
		}
	}
	return "“" + s.Title + "”"
}

const (
	firstWeek = -60
	lastWeek  = 104
	maxRungs  = 10
)

var (
	namePattern   = regexp.MustCompile(`^[a-z][a-z0-9]*(-[a-z0-9]+)*$`)
	takenNames    = []string{"assistant", "certificate", "consents"} // addresses of "Your year"
	limitOutcomes = []string{AtLimitLapse, AtLimitTask, AtLimitKeep}
)

func (k *checker) head() {
	if !namePattern.MatchString(k.b.Name) || len(k.b.Name) > 40 {
		k.addHead("name", "Give the blueprint a name of lower-case letters, digits and hyphens, up to 40 characters.")
	}
	if strings.TrimSpace(k.b.Title) == "" {
		k.addHead("title", "Give the blueprint a title that people can read.")
	}
	if len(k.b.Stages) == 0 {
		k.addHead("stages", "The blueprint has no stages.")
	}
	if k.b.JoinUntil < firstWeek || k.b.JoinUntil > lastWeek {
		k.addHead("join_until", "join_until must be a week from %d to %d.", firstWeek, lastWeek)
	}
}

// stage judges what a stage says of itself.
func (k *checker) stage(i int, s BlueprintStage) {
	switch {
	case s.Name == "":
		k.add(s, "name", "it has no name. Give one of lower-case letters, digits and hyphens.")
	case !namePattern.MatchString(s.Name) || len(s.Name) > 40:
		k.add(s, "name", "the name must be lower-case letters, digits and hyphens, up to 40 characters.")
	case slices.Contains(takenNames, s.Name):
		k.add(s, "name", "Fairlead uses this name for a page of its own. Choose another.")
	}
	for _, earlier := range k.b.Stages[:i] {
		if s.Name != "" && earlier.Name == s.Name {
			k.add(s, "name", "there is another stage of this name%s. Give each its own.", inLine(earlier))
			break
		}
	}
	if strings.TrimSpace(s.Title) == "" || len(s.Title) > 80 {
		k.add(s, "title", "give it a title of up to 80 characters, as leaders will read it.")
	}
	switch {
	case s.Kind == "":
		k.add(s, "kind", "say of which kind it is: %s.", kindList())
	case s.Kind.Workflow() == "":
		k.add(s, "kind", "there is no kind “%s”. The kinds are %s.", s.Kind, kindList())
	}
	if (s.Kind == KindEvent) != (s.Event != nil) && s.Kind.Workflow() != "" {
		if s.Event == nil {
			k.add(s, "kind", "an event needs its dates: add “event:” with week, starts and ends.")
		} else {
			k.add(s, "event", "only stages of the kind event have “event:”.")
		}
	}
	if !slices.Contains(limitOutcomes, s.AtLimit) {
		k.add(s, "at_limit", "say what happens at its limit: at_limit is lapse, task or keep.")
	}
	if _, err := parseDays(s.Days); err != nil {
		k.add(s, "days", "%s.", err)
	}
	k.survey(s)
	k.psychometrics(s)
	if s.Application != nil {
		a := *s.Application
		if s.Kind != KindSelection {
			k.add(s, "application", "only a selection has application dates.")
		} else if !(a.Opens < a.Closes && a.Closes <= a.Decided && a.Decided <= a.Released) {
			k.add(s, "application", "applications open, then close, are decided and then released: put the weeks in that order.")
		}
	}
}

func (k *checker) survey(s BlueprintStage) {
	switch {
	case s.Kind == KindSurvey && s.Survey == "":
		k.add(s, "survey", "name the questionnaire it asks: %s.", questionnaireList())
	case s.Survey == "":
	case s.Kind != KindSurvey && s.Kind != KindOnboarding:
		k.add(s, "survey", "only a survey and the onboarding ask a questionnaire.")
	default:
		if _, err := QuestionnaireNamed(s.Survey); err != nil {
			k.add(s, "survey", "there is no questionnaire “%s”. Choose %s.", s.Survey, questionnaireList())
		}
	}
}

// place judges where a stage stands among the others and what it says of them.
func (k *checker) place(i int, s BlueprintStage) {
	once := map[Kind]string{KindSelection: "selection", KindOnboarding: "onboarding", KindPsychometrics: "questionnaire", KindAlumni: "alumni stage"}
	if word, single := once[s.Kind]; single {
		for _, earlier := range k.b.Stages[:i] {
			if earlier.Kind == s.Kind {
				k.add(s, "kind", "a year has one %s, and there is one already%s.", word, inLine(earlier))
			}
		}
	}
	if s.Kind == KindSelection && i > 0 {
		k.add(s, "kind", "selection comes first: nothing else opens before a place is accepted.")
	}
	if s.Kind == KindAlumni && slices.ContainsFunc(k.b.Stages[i+1:], func(e BlueprintStage) bool { return !e.Later() }) {
		k.add(s, "kind", "the alumni stage comes last: the year is over when it has ended.")
	}
	if s.After != "" && !slices.ContainsFunc(k.b.Stages[:i], func(e BlueprintStage) bool { return e.Name == s.After }) {
		k.add(s, "opens_after", "it waits for “%s”, but no earlier stage has that name.", s.After)
	}
	if s.Before != "" {
		if e, found := k.b.Stage(s.Before); !found || e.Event == nil {
			k.add(s, "before", "it must end before “%s”, but no event has that name.", s.Before)
		}
	}
	k.follows(i, s)
	k.later(s)
	k.last(i, s)
	if s.Event != nil && s.Event.PlaceWith != "" &&
		!slices.ContainsFunc(k.b.Stages[:i], func(e BlueprintStage) bool { return e.Name == s.Event.PlaceWith }) {
		k.add(s, "event.place_with", "its place is confirmed with “%s”, but no earlier stage has that name.", s.Event.PlaceWith)
	}
}

// follows judges a survey that looks back on an event.
func (k *checker) follows(i int, s BlueprintStage) {
	if s.Follows == "" {
		return
	}
	switch {
	case s.Kind != KindSurvey:
		k.add(s, "follows", "only a survey looks back on an event.")
	case !slices.ContainsFunc(k.b.Stages[:i], func(e BlueprintStage) bool { return e.Name == s.Follows && e.Event != nil }):
		k.add(s, "follows", "it looks back on “%s”, but no earlier event has that name.", s.Follows)
	}
	if s.After != "" || s.AfterDays {
		k.add(s, "follows", "it opens after its event: it cannot wait for another stage as well.")
	}
	if _, err := QuestionnaireNamed(s.Name); err == nil {
		k.add(s, "name", "its answers are kept under its name, and “%s” is a questionnaire's. Choose another.", s.Name)
	}
}

// order: stages stand in the order in which they begin. One that waits for another stage, or for dates of its own,
// begins when it does.
func (k *checker) order() {
	var last *BlueprintStage
	for i := range k.b.Stages {
		s := &k.b.Stages[i]
		if s.After != "" || s.Follows != "" || k.unsound[i] {
			continue
		}
		if last != nil && s.beginsInWeek() < last.beginsInWeek() {
			k.add(*s, "opens", "wrong order: it begins in week %d, before %s%s in week %d. List the stages as they begin.",
				s.beginsInWeek(), k.called(*last), inLine(*last), last.beginsInWeek())
		}
		last = s
	}
}

func (s BlueprintStage) beginsInWeek() int {
	if s.Event != nil {
		return s.Event.Week
	}
	return s.OpensWeek
}

func inLine(s BlueprintStage) string {
	if s.Line == 0 {
		return ""
	}
	return fmt.Sprintf(" (line %d)", s.Line)
}

func questionnaireList() string { return Baseline + ", " + Residential + " or " + Closing }

func kindList() string {
	return "selection, onboarding, psychometrics, event, coaching, survey and alumni"
}
