package verdict

import "time"

// missingRequests: whoever should have been asked was asked. A stage that was open in a round needs the request of that
// round at the sink, unless staff had taken the answer before.
func (j *judge) missingRequests() {
	for _, p := range j.in.Expected.People {
		journey := j.journeys[p.Ref]
		if journey == nil {
			continue // said by the check of ends
		}
		applied := j.in.Expected.Route == byApplication
		if !applied && (journey.State == "not_needed" || journey.State == "reserve") {
			if len(j.byRef[p.Ref]) > 0 {
				j.fault(p.Ref, "Mail went to somebody for whom no place came.")
			}
			continue
		}
		for _, s := range journey.Stages {
			cancelled := j.askedByNews(place{p.Ref, s.Name})
			for round := 1; round <= s.Round; round++ {
				request := requestOf[s.Kind]
				if applied && s.Kind == "selection" {
					continue // whoever applies asks for the form: see the check of applications
				}
				if s.State == "cancelled" || request == "" || j.sent(p.Ref, s.Name, request, round) {
					continue
				}
				if round > 1 && cancelled > 0 {
					cancelled--
					continue // the news that a session was cancelled asked for another time
				}
				wanted := round < s.Round || s.State == "done" || s.State == "lapsed"
				if round > 1 && j.notSent(place{p.Ref, s.Name}, request, "lapsed") {
					continue // a session that was cancelled so late that no morning was left to ask for another
				}
				if optionalStages[s.Name] && len(j.confirmed(p.Ref, ActUnsubscribe)) > 0 && j.notSent(place{p.Ref, s.Name}, request, "unsubscribed") {
					continue // they want no such mail: see the check of it
				}
				if wanted && !j.answeredFor(p.Ref, s.Name, round) && !j.corrected(p.Ref, s.Name) {
					j.fault(p.Ref, "The request of %s, round %d, never reached the sink.", s.Name, round)
				}
			}
		}
		if first := journey.stage("selection"); !applied && first != nil && first.Round == 0 && len(j.confirmed(p.Ref, "withdraw", "defer")) == 0 {
			j.fault(p.Ref, "Somebody who got a place was never invited.")
		}
		if j.accepted(p.Ref) && !j.anySent(p.Ref, "year-dates") {
			j.fault(p.Ref, "The year's dates were never sent to somebody who accepted.")
		}
		if p.AssistantWelcome && !j.anySent(p.Ref, "assistant-welcome") && !j.overAtOnce(p.Ref) {
			j.fault(p.Ref, "The assistant was never welcomed.")
		}
	}
}

// overAtOnce reports whether somebody answered everything within four days: then the year may have been over before the
// next working morning, on which the assistant would have been welcomed.
func (j *judge) overAtOnce(ref string) bool {
	onboarded, last := time.Time{}, time.Time{}
	for _, a := range j.confirmed(ref, ActAnswer, ActAnswerFor) {
		if s := j.journeys[ref].stage(a.Stage); s != nil && s.Kind == "onboarding" {
			onboarded = a.Done
		}
		last = a.Done
	}
	return !onboarded.IsZero() && j.journeys[ref].State == "completed" && last.Sub(onboarded) < 4*24*time.Hour
}

// sent reports whether the message of a stage and round is at the sink.
func (j *judge) sent(ref, stage, message string, round int) bool {
	for _, c := range j.byRef[ref] {
		if c.key.Stage == stage && c.key.Message == message && c.key.Round == round {
			return true
		}
	}
	return false
}

func (j *judge) anySent(ref, message string) bool { return j.firstSent(ref, "", message, Act{}) != nil }

// firstSent is the first mail of a message about a journey (and stage, unless empty) that came after an act was sent.
func (j *judge) firstSent(ref, stage, message string, after Act) *Mail {
	for _, c := range j.byRef[ref] {
		if c.key.Message == message && (stage == "" || c.key.Stage == stage || c.key.Stage == "-") && !c.mail.Received.Before(after.Sent) {
			return c.mail
		}
	}
	return nil
}

func (j *judge) answeredFor(ref, stage string, round int) bool {
	for _, a := range j.confirmed(ref, ActAnswerFor) {
		if a.Stage == stage && a.Round == round {
			return true
		}
	}
	return false
}

// corrected reports whether an address that refused mail was put right while the stage waited: then one mail lists
// everything that is open, instead of the request.
func (j *judge) corrected(ref, stage string) bool {
	for _, a := range j.confirmed(ref, "correct") {
		if a.Stage == stage && j.firstSent(ref, "", "email-changed", a) != nil {
			return true
		}
	}
	return false
}

// accepted reports whether an invitation was seen to be accepted, by form or by telephone.
func (j *judge) accepted(ref string) bool {
	for _, a := range j.confirmed(ref, ActAnswer, ActAnswerFor) {
		if a.Answer == "accept" {
			return true
		}
	}
	return false
}

// commandMail is the mail that a command brings; the others bring none, or bring mail only where something is open.
var commandMail = map[string]string{"withdraw": "withdrawn", "defer": "deferred", "extend": "date-changed", "change-email": "email-changed",
	ActAnswerFor: "answer-recorded"}

// missingReplies: every confirmed answer is confirmed by mail, every command that concerns the leader tells the leader.
func (j *judge) missingReplies() {
	for _, a := range j.confirmed("", ActAnswer, ActChange) {
		if journey := j.journeys[a.Ref]; journey != nil && !ended(journey.State) && j.last.Sub(a.Answered) < j.in.ReplyWithin {
			continue // a journey that goes on, and the reply may be on its way
		}
		if want := j.replyOf(a); want != "" && j.firstSent(a.Ref, a.Stage, want, j.begun(a)) == nil && !j.bookedAnew(a) {
			j.fault(a.Ref, "An answer to %s was confirmed, the mail %s never came.", a.Stage, want)
		}
	}
	for command, want := range commandMail { // those of events are judged by the diary
		for _, a := range j.confirmed("", command) {
			first := j.begun(a)
			if j.firstSent(a.Ref, "", want, first) == nil && (a.Into == "" || j.firstSent(a.Into, "", want, first) == nil) {
				j.fault(a.Ref, "The %s was never told to the leader: no mail %s came.", command, want)
			}
		}
	}
}

// bookedAnew reports whether a session was booked that was booked already, by an older request say: then it has moved, and its
// mail says so.
func (j *judge) bookedAnew(a Act) bool {
	if a.Answer != "book" || j.firstSent(a.Ref, a.Stage, "coaching-moved", j.begun(a)) == nil {
		return false
	}
	for _, earlier := range j.confirmed(a.Ref, ActAnswer, ActAnswerFor) {
		if earlier.Stage == a.Stage && earlier.Answer == "book" && earlier.Sent.Before(a.Sent) {
			return true
		}
	}
	return false
}

// lateReplies: what a person just did is answered at once. A reply that comes much later was found by accident.
func (j *judge) lateReplies() {
	for _, a := range j.confirmed("", ActAnswer, ActChange) {
		m := j.firstSent(a.Ref, a.Stage, j.replyOf(a), j.begun(a))
		if m == nil {
			continue
		}
		if wait := m.Received.Sub(a.Answered); wait > j.in.ReplyWithin {
			j.fault(m.key(), "The reply to an answer of %s came %.0f seconds after it.", a.Stage, wait.Seconds())
		}
	}
}

// begun is the first try of an act: one may have got through although its answer was lost, and been repeated until one
// was answered.
func (j *judge) begun(a Act) Act {
	first := a
	for _, earlier := range j.in.Acts { // in the order in which they were sent
		switch {
		case !earlier.Sent.Before(a.Sent):
			return first
		case earlier.Ref != a.Ref || earlier.Act != a.Act || earlier.Stage != a.Stage || earlier.Round != a.Round:
		case earlier.Confirmed:
			first = a
		case earlier.Sent.Before(first.Sent):
			first = earlier
		}
	}
	return first
}

// replyOf is the message that confirms an act, or empty where its stage is not known.
func (j *judge) replyOf(a Act) string {
	if a.Act == ActChange {
		return "answer-changed"
	}
	journey := j.journeys[a.Ref]
	if journey == nil {
		return ""
	}
	if s := journey.stage(a.Stage); s != nil {
		return replyTo(s.Kind, a.Answer)
	}
	return ""
}
