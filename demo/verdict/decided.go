package verdict

import "time"

// daysOf are the stages besides the events that hold compulsory days of the year.
var daysOf = map[string]bool{"psychometrics": true, "coaching-1": true, "coaching-6": true}

// alumniEarly: nobody is asked into the network, and no year is completed, before every compulsory day was attended or decided
// upon.
func (j *judge) alumniEarly() {
	for _, p := range j.in.Expected.People {
		journey := j.journeys[p.Ref]
		if journey == nil {
			continue
		}
		asked := j.firstSent(p.Ref, "", "alumni", Act{})
		for _, s := range journey.Stages {
			switch {
			case s.Kind != "event" && !daysOf[s.Name]:
			case asked != nil && !j.decided(p.Ref, s, asked.Received):
				j.fault(asked.key(), "The network opened before %s was decided upon.", s.Name)
			case asked == nil && journey.State == "completed" && !j.decided(p.Ref, s, j.last):
				j.fault(p.Ref, "The journey is completed, and nobody decided upon %s.", s.Name)
			}
		}
	}
}

// decided reports whether a stage was attended or decided upon by a real moment, as the acts of the cast tell. Of one that is
// done without such an act, or was left out by a rule, they tell nothing.
func (j *judge) decided(ref string, s Stage, by time.Time) bool {
	kinds := []string{"record-attendance", "skip"}
	if s.Kind != "event" {
		kinds = []string{ActAnswer, ActAnswerFor, ActLog, ActDecide, "skip"}
	}
	told := false
	for _, a := range j.confirmed(ref, kinds...) {
		held := a.Act != ActLog || a.Answer == "held"
		if a.Stage != s.Name || a.Answer == "absent" || a.Answer == "book" || !held {
			continue
		}
		told = true
		if !j.begun(a).Sent.After(by) {
			return true
		}
	}
	return !told && s.Kind != "event" && s.State != "lapsed"
}
