package verdict

import (
	"slices"
	"strings"
	"time"
)

// moment reads a moment of REST; what is none is the zero time.
func moment(text string) time.Time {
	t, _ := time.Parse(time.RFC3339, text)
	return t
}

// excuse finds the people whom the machine kept from answering: the form told them that it was closed, and it was past
// the limit. One closed before its limit excuses nobody.
func (j *judge) excuse() {
	for _, a := range j.in.Acts {
		journey := j.journeys[a.Ref]
		if a.Status != 410 || a.Act == ActOldLink || journey == nil {
			continue
		}
		if s := journey.stage(a.Stage); s != nil && s.State == "lapsed" {
			if limit := moment(s.Limit); !limit.IsZero() && !a.Done.Before(limit) {
				j.excused[a.Ref+"/"+a.Stage] = true
			}
		}
	}
}

// lostAnswers: what a person saw confirmed is in the records.
func (j *judge) lostAnswers() {
	for _, a := range j.confirmed("", ActAnswer, ActAnswerFor) {
		if a.Answer == "book" {
			continue // a session may come to nothing after all: see coaching
		}
		journey := j.journeys[a.Ref]
		if journey == nil {
			j.fault(a.Ref, "An answer was confirmed, and the records know no such journey.")
			continue
		}
		s := journey.stage(a.Stage)
		switch {
		case s == nil:
			j.fault(a.Ref, "An answer to %s was confirmed, and the records know no such stage.", a.Stage)
		case s.Round == a.Round && s.State != "done" && s.Kind != "event":
			j.fault(a.Ref, "An answer to %s was confirmed, and the records say that it is %s.", a.Stage, s.State)
		case s.Round == a.Round && s.Answered == "" && j.keptToday(a, journey):
			j.fault(a.Ref, "An answer to %s was confirmed, and the records keep none.", a.Stage)
		case a.Answer == "decline" && journey.State != "declined":
			j.fault(a.Ref, "A refusal was confirmed, and the records say that the journey is %s.", journey.State)
		case a.Answer == "accept" && (journey.State == "declined" || journey.State == "lapsed"):
			j.fault(a.Ref, "An acceptance was confirmed, and the records say that the journey is %s.", journey.State)
		}
	}
	for _, p := range j.in.Expected.People {
		if journey := j.journeys[p.Ref]; p.Phone != "" && journey != nil && digits(journey.Person.Phone) != digits(p.Phone) {
			j.fault(p.Ref, "The telephone number given in onboarding is not in the records.")
		}
	}
}

// keptToday reports whether an answer is to be kept still at the end of the evidence: those of a journey that came to nothing
// go two years after its end.
func (j *judge) keptToday(a Act, journey *Journey) bool {
	if journey.State == "completed" || !ended(journey.State) {
		return true
	}
	var last time.Time
	for _, act := range j.in.Acts {
		if act.Done.After(last) {
			last = act.Done
		}
	}
	return a.Done.AddDate(2, 0, 0).After(last)
}

func digits(phone string) string {
	return strings.Map(func(r rune) rune {
		if r < '0' || r > '9' {
			return -1
		}
		return r
	}, phone)
}

// ends: every journey ended as its character calls for. As many of those who wait in vain have a year after all as places
// went to the waiting list that nobody reckoned with.
func (j *judge) ends() {
	more := j.passedOn()
	for _, p := range j.in.Expected.People {
		journey := j.journeys[p.Ref]
		switch {
		case p.Ref == "":
			j.fault("", "Person %d of the cast never got a reference.", p.Number)
		case journey == nil:
			j.fault(p.Ref, "The records know no such journey.")
		case !ended(journey.State):
			j.fault(p.Ref, "The journey has not ended: it is %s.", journey.State)
		case journey.State == p.End, journey.State == "lapsed" && j.excused[p.Ref+"/selection"]:
		case more > 0 && p.End == "not_needed" && journey.State == "completed":
			more--
		default:
			j.fault(p.Ref, "The character %s calls for %s, the journey ended %s.", p.Character, p.End, journey.State)
		}
	}
}

// stageEnds: the stages of a completed journey ended as the character calls for, and none is left.
func (j *judge) stageEnds() {
	for _, p := range j.in.Expected.People {
		journey := j.journeys[p.Ref]
		if journey == nil || journey.State != "completed" {
			continue
		}
		for _, s := range journey.Stages {
			want := p.Stages[s.Name]
			switch {
			case s.State == "not_open" || s.State == "open":
				j.fault(p.Ref, "The journey is completed, and its stage %s is %s.", s.Name, s.State)
			case want != "" && s.State != want && !(s.State == "lapsed" && j.excused[p.Ref+"/"+s.Name]):
				j.fault(p.Ref, "The character %s calls for %s to be %s, it is %s.", p.Character, s.Name, want, s.State)
			}
		}
	}
}

// places: never more people than places, and no freed place left empty while somebody waits.
func (j *judge) places() {
	if j.in.Expected.Places == 0 {
		return
	}
	if j.in.Expected.Route == byApplication {
		j.offered()
		return
	}
	holders, invited, waited, freed := 0, 0, 0, 0
	// A place that came free shortly before the last joining day need not be filled: five days, or fifteen real seconds,
	// less where the year is judged by a shorter patience.
	margin := 5 * 24 * time.Hour
	if j.in.Clock.Day > 0 {
		real := min(15*time.Second, j.in.ReplyWithin)
		margin = max(margin, time.Duration(float64(real)/float64(j.in.Clock.Day)*float64(24*time.Hour)))
	}
	for _, p := range j.in.Expected.People {
		journey := j.journeys[p.Ref]
		if journey == nil {
			continue
		}
		switch journey.State {
		case "not_needed", "reserve":
			waited++
			continue
		case "completed", "enrolled", "invited", "on_hold":
			holders++
		}
		invited++
		if at := j.freedAt(p.Ref, journey); !at.IsZero() && at.Add(margin).Before(j.in.Expected.LastJoining) {
			freed++
		}
	}
	if holders > j.in.Expected.Places {
		j.fault(j.in.Expected.Cohort, "%d people hold %d places.", holders, j.in.Expected.Places)
	}
	if should := min(j.in.Expected.Places+freed, invited+waited); waited > 0 && invited < should {
		j.fault(j.in.Expected.Cohort, "%d people were invited; with %d places, of which %d came free in time, it should have been %d.",
			invited, j.in.Expected.Places, freed, should)
	}
}

// freedAt is the programme moment from which the place that a journey gave back may be another's, zero where it gave none: what
// gave it back was sent then, and took effect before its answer was there.
func (j *judge) freedAt(ref string, journey *Journey) time.Time {
	switch journey.State {
	case "declined":
		for _, a := range j.confirmed(ref, ActAnswer, ActAnswerFor) {
			if a.Answer == "decline" {
				return j.begun(a).At
			}
		}
	case "withdrawn", "deferred":
		if acts := j.confirmed(ref, "withdraw", "defer"); len(acts) > 0 {
			return j.begun(acts[0]).At
		}
	case "lapsed":
		if s := journey.stage("selection"); s != nil {
			return moment(s.Limit)
		}
	}
	return time.Time{}
}

// ledger: the records and the sink tell the same story, key by key.
func (j *judge) ledger() {
	lines := map[string]Message{}
	settled := func(text string) bool { // a journey that goes on may be sending this very moment
		key, ok := ParseKey(text)
		return ok && j.journeys[key.Ref] != nil && ended(j.journeys[key.Ref].State)
	}
	for _, line := range j.in.Records.Messages {
		lines[line.Key] = line
		if !settled(line.Key) {
			continue
		}
		mails := j.byKey[line.Key]
		switch {
		case (line.State == "sent" || line.State == "merged") && len(mails) == 0:
			j.fault(line.Key, "The records say that it was %s, and it never reached the sink.", line.State)
		case len(mails) > 0 && !slices.Contains([]string{"sent", "merged", "perhaps_sent"}, line.State):
			j.fault(line.Key, "It reached the sink, and the records say that it is %s.", line.State)
		case line.State == "sent" && line.MessageID != "" && strings.Trim(line.MessageID, "<>") != mails[0].MessageID:
			j.fault(line.Key, "The records hold another Message-ID than the sink.")
		}
	}
	for key := range j.byKey {
		if _, known := lines[key]; !known && settled(key) {
			j.fault(key, "It reached the sink, and the records do not know it.")
		}
	}
}

// unsettled: nothing is left to be sent for a journey that has ended.
func (j *judge) unsettled() {
	for _, line := range j.in.Records.Messages {
		key, ok := ParseKey(line.Key)
		if !ok || (line.State != "planned" && line.State != "sending") {
			continue
		}
		if journey := j.journeys[key.Ref]; journey != nil && ended(journey.State) {
			j.fault(line.Key, "The journey is %s, and the ledger still says %s.", journey.State, line.State)
		}
	}
}

func (j *judge) parked() {
	for _, journey := range j.in.Records.Journeys {
		if journey.parked() {
			j.fault(journey.Ref, "Something of the journey is still parked.")
		}
	}
}

// castProblems: nobody of the cast was refused what they may do, and no command of staff failed for good. Whom the machine
// kept from accepting a place has no year that anything could be done in.
func (j *judge) castProblems() {
	for _, a := range j.in.Acts {
		excused := j.excused[a.Ref+"/selection"] || (a.Status == 410 && j.excused[a.Ref+"/"+a.Stage])
		if a.Problem != "" && !excused {
			j.fault(a.Ref, "Person %d gave up on %s %s: %s", a.Person, a.Act, a.Stage, a.Problem)
		}
	}
}
