package verdict

import "time"

// What is judged of a cohort to which people apply.

// byApplication is the route of such a cohort.
const byApplication = "application"

// The names of what applicants and staff do about an application, in the cast's log.
const (
	actApply    = "apply"                // an application was sent
	actTakeBack = "withdraw-application" // and taken back
	actRelease  = "release"              // decisions were told
	actRecord   = "record-decision"
)

// tellings are the messages that tell of a decision.
var tellings = map[string]bool{"offer": true, "application-waitlisted": true, "application-rejected": true}

// quiet: nobody hears of a decision before it was released, and nobody of two.
func (j *judge) quiet() {
	var released time.Time
	for _, a := range j.in.Acts {
		if a.Act == actRelease && (released.IsZero() || a.Sent.Before(released)) {
			released = a.Sent
		}
	}
	for ref, all := range j.byRef {
		said := map[string]bool{}
		for _, c := range all {
			if !tellings[c.key.Message] {
				continue
			}
			said[c.key.Message] = true
			if released.IsZero() || c.mail.Received.Before(released) {
				j.fault(c.key.Text, "The message %s went before any decision was released.", c.key.Message)
			}
		}
		if said["application-rejected"] && (said["offer"] || said["application-waitlisted"]) {
			j.fault(ref, "Somebody was told no and something else as well.")
		}
	}
}

// applications: what was sent is confirmed and chased no more, what was taken back is confirmed, and everybody who was
// decided on was told what was decided.
func (j *judge) applications() {
	for _, a := range j.confirmed("", actApply) {
		if j.firstSent(a.Ref, a.Stage, "application-received", j.begun(a)) == nil {
			j.fault(a.Ref, "An application was confirmed, the mail application-received never came.")
		}
		for _, c := range j.byRef[a.Ref] {
			if c.key.Message == "application-reminder" && c.mail.Date.After(a.Done) && c.mail.Received.After(a.Answered) {
				j.fault(c.key.Text, "Somebody was reminded of an application that had arrived.")
			}
		}
		if journey := j.journeys[a.Ref]; journey != nil && journey.State == "lapsed" && !j.anySent(a.Ref, "offer") {
			j.fault(a.Ref, "An application was confirmed, and the records say that it lapsed.")
		}
	}
	for _, a := range j.confirmed("", actTakeBack) {
		if j.firstSent(a.Ref, "", "application-withdrawn", j.begun(a)) == nil {
			j.fault(a.Ref, "An application was taken back, the mail application-withdrawn never came.")
		}
	}
	if j.in.Expected.Route != byApplication {
		return
	}
	for _, p := range j.in.Expected.People {
		journey := j.journeys[p.Ref]
		if journey == nil {
			continue // said by the check of ends
		}
		for state, message := range map[string]string{"rejected": "application-rejected", "not_needed": "application-not-needed", "completed": "offer",
			"declined": "offer"} {
			if journey.State == state && !j.anySent(p.Ref, message) {
				j.fault(p.Ref, "The journey is %s, and the mail %s never came.", state, message)
			}
		}
		if len(j.confirmed(p.Ref, actApply)) == 0 {
			for _, c := range j.byRef[p.Ref] {
				if tellings[c.key.Message] {
					j.fault(c.key.Text, "The message %s went to somebody who had sent no application.", c.key.Message)
				}
			}
		}
	}
}

// passedOn counts the places that went to the waiting list only because the machine kept somebody from sending an
// application or from taking an offer in time.
func (j *judge) passedOn() (n int) {
	if j.in.Expected.Route != byApplication {
		return 0
	}
	for _, p := range j.in.Expected.People {
		journey := j.journeys[p.Ref]
		// Whoever declines, lapses or is deferred as called for frees a place that was reckoned with.
		keeps := p.End == "completed" || p.End == "withdrawn"
		if keeps && journey != nil && journey.State == "lapsed" && j.excused[p.Ref+"/selection"] {
			n++
		}
	}
	return n
}

// offered: at no moment more people hold an offer or a place than there are places. A place is held from the mail that
// offers it until it is declined, or the offer's limit has passed.
func (j *judge) offered() {
	type change struct {
		at time.Time
		n  int
	}
	var changes []change
	for _, p := range j.in.Expected.People {
		journey := j.journeys[p.Ref]
		offer := j.firstSent(p.Ref, "", "offer", Act{})
		if journey == nil || offer == nil {
			continue
		}
		changes = append(changes, change{offer.Date, 1})
		if at := j.freedAt(p.Ref, journey); !at.IsZero() {
			changes = append(changes, change{at, -1})
		}
	}
	for _, c := range changes {
		held := 0
		for _, other := range changes { // a place that came free at this very moment may be held again
			if other.at.Before(c.at) || other.at.Equal(c.at) {
				held += other.n
			}
		}
		if held > j.in.Expected.Places {
			j.fault(j.in.Expected.Cohort, "%d places were offered or taken on %s, of %d.", held, stamp(c.at), j.in.Expected.Places)
			return
		}
	}
}
