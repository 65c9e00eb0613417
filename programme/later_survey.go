package programme

import "slices"

// Later reports whether a survey comes months after its event, when the year is over: it runs on its own and changes no
// journey. It opens for whoever completed the year, also for those who missed the event it counts from.
func (s BlueprintStage) Later() bool { return s.MonthsAfter > 0 }

// LaterSurveys are the surveys that come after the year, in order.
func (b Blueprint) LaterSurveys() []BlueprintStage {
	var surveys []BlueprintStage
	for _, s := range b.Stages {
		if s.Later() {
			surveys = append(surveys, s)
		}
	}
	return surveys
}

// HasWorkflow reports whether the workflow of a stage was started: when it opened, or for a survey after the year when the
// journey was completed.
func (j Journey) HasWorkflow(s Stage) bool {
	return s.Round > 0 || s.Later && j.State == Completed && s.State == StageNotOpen
}

// mostMonths is how long after its event a survey may come.
const mostMonths = 36

// later judges a survey that comes after the year.
func (k *checker) later(s BlueprintStage) {
	if _, set := s.lines["months_after"]; !set && s.MonthsAfter == 0 {
		return
	}
	if s.MonthsAfter < 1 || s.MonthsAfter > mostMonths {
		k.add(s, "months_after", "months_after is a number of months from 1 to %d.", mostMonths)
	}
	if s.Kind != KindSurvey {
		k.add(s, "months_after", "only a survey comes months after an event.")
	}
	if s.Follows == "" {
		k.add(s, "months_after", "say from which event its months count: add “follows”.")
	}
	if s.Compulsory {
		k.add(s, "compulsory", "it comes when the year is over, so nobody can be held to it: take “compulsory” out.")
	}
	if s.Before != "" {
		k.add(s, "before", "it comes when the year is over: take “before” out.")
	}
	if s.AtLimit != AtLimitLapse {
		k.add(s, "at_limit", "nobody waits for it when the year is over: at_limit is lapse.")
	}
}

// last: what belongs to the year stands before what comes after it, and waits for none of it.
func (k *checker) last(i int, s BlueprintStage) {
	if s.Later() {
		return
	}
	if j := slices.IndexFunc(k.b.Stages[:i], BlueprintStage.Later); j >= 0 {
		k.add(s, "name", "it belongs to the year, but “%s”%s comes after it: list that last.", k.b.Stages[j].Name, inLine(k.b.Stages[j]))
	}
	if e, found := k.b.Stage(s.After); found && e.Later() {
		k.add(s, "opens_after", "it waits for “%s”, which comes when the year is over.", e.Name)
	}
}
