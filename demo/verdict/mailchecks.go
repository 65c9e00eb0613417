package verdict

import (
	"slices"
	"strings"
	"time"
)

// personOf names the person behind an address: a leader keeps the name whatever the address.
func (j *judge) personOf(to string) string {
	folded := strings.ToLower(strings.TrimSpace(to))
	if name, known := j.address[folded]; known {
		return name
	}
	return folded
}

func (j *judge) twoMessageIDs() {
	for key, mails := range j.byKey {
		if ids := messageIDs(mails); len(ids) > 1 {
			j.fault(key, "One message went under %d Message-IDs.", len(ids))
		}
	}
}

// afterAnswer: who has answered is not chased. A mail counts only where its own date and its receipt both come after the
// moment at which the answer was confirmed: it was claimed later than the answer was kept.
func (j *judge) afterAnswer() {
	for _, a := range j.confirmed("", ActAnswer, ActAnswerFor) {
		for _, c := range j.byRef[a.Ref] {
			if !messages[c.key.Message].chases || c.key.Stage != a.Stage || c.key.Round != a.Round {
				continue
			}
			if c.mail.Rule == staff && j.commanded(c.key, c.mail, sendsAgain) {
				continue // staff wanted it sent again
			}
			if c.mail.Date.After(a.Done) && c.mail.Received.After(a.Answered) {
				j.fault(c.key.Text, "The message %s is dated %s; the answer was confirmed on %s.", c.key.Message,
					stamp(c.mail.Date), stamp(a.Done))
			}
		}
	}
}

// whileHeld: nothing goes about a journey on hold.
func (j *judge) whileHeld() {
	for _, hold := range j.confirmed("", "hold") {
		until := time.Time{}
		for _, a := range j.in.Acts {
			if a.Ref == hold.Ref && a.Sent.After(hold.Answered) && (a.Act == "resume" || a.Act == "withdraw" || a.Act == "defer") {
				until = a.Sent
				break
			}
		}
		for _, c := range j.byRef[hold.Ref] {
			if slices.Contains([]string{"event-moved", "event-cancelled", "coaching-cancelled", "coach-changed"}, c.key.Message) || messages[c.key.Message].to == "coach" {
				continue // news of a date comes nevertheless, and a coach is not on hold
			}
			if c.mail.Date.After(hold.Done) && c.mail.Received.After(hold.Answered) && (until.IsZero() || c.mail.Received.Before(until)) {
				j.fault(c.key.Text, "The message %s went while the journey was on hold.", c.key.Message)
			}
		}
	}
}

// oldAddress: once an address was changed, the old one gets nothing.
func (j *judge) oldAddress() {
	for _, a := range j.confirmed("", "change-email", "correct") {
		p := j.people[a.Ref]
		if p == nil || len(p.Emails) < 2 {
			continue
		}
		for i := range j.in.Mails {
			m := &j.in.Mails[i]
			old := slices.ContainsFunc(p.Emails[:len(p.Emails)-1], func(e string) bool { return strings.EqualFold(e, m.To) })
			if m.Entry != nil && m.Entry.Method == "CANCEL" {
				continue // the diary there is put right
			}
			if old && m.Date.After(a.Done) && m.Received.After(a.Answered) {
				j.fault(m.key(), "A mail went to an address that had been changed.")
			}
		}
	}
}

// confidential are the messages that go to a leader's private address where there is one; some others are about what they
// ask for, or about other things as well.
var (
	confidential = map[string]bool{"psychometrics": true, "psychometrics-reminder": true, "psychometrics-done": true, "survey": true, "survey-reminder": true,
		"survey-done": true}
	sometimesConfidential = map[string]bool{"new-link": true, "email-changed": true, "date-changed": true, "answer-changed": true, "answer-recorded": true}
)

// wrongPerson: every mail about a journey goes to the leader of it, or to the assistant where it is the assistant's.
func (j *judge) wrongPerson() {
	for ref, all := range j.byRef {
		if ref == "-" {
			continue
		}
		p := j.people[ref]
		for _, c := range all {
			if p == nil {
				j.fault(c.key.Text, "A mail went about a journey that nobody of the cast has.")
				continue
			}
			to := p.Emails
			switch {
			case p.Private == "" || j.beforePrivate(ref, c.mail):
			case ref == p.Ref && confidential[c.key.Message]:
				to = []string{p.Private}
			case confidential[c.key.Message], sometimesConfidential[c.key.Message]:
				to = append(slices.Clone(to), p.Private)
			}
			switch messages[c.key.Message].to {
			case "assistant":
				to = p.Assistants
			case "staff":
				to = j.in.Expected.Staff
			}
			if messages[c.key.Message].to == "coach" {
				to = j.in.Expected.Coaches
			}
			if !slices.ContainsFunc(to, func(e string) bool { return strings.EqualFold(e, c.mail.To) }) {
				j.fault(c.key.Text, "The message %s went to somebody else's address.", c.key.Message)
			}
		}
	}
}

// beforePrivate reports whether a mail was begun before onboarding, in which the leader gave a private address, was answered.
func (j *judge) beforePrivate(ref string, m *Mail) bool {
	journey := j.journeys[ref]
	if journey == nil {
		return false
	}
	for _, a := range j.confirmed(ref, ActAnswer) {
		if s := journey.stage(a.Stage); s != nil && s.Kind == "onboarding" {
			return m.Date.Before(a.Done) || m.Received.Before(a.Answered)
		}
	}
	return false
}

// deadLinks: a link that a newer mail has replaced opens nothing. A mail that arrived while its sender was killed counts as
// sent only when it has been repeated; until then the older link is the one that is known to have arrived.
func (j *judge) deadLinks() {
	for _, a := range j.in.Acts {
		if a.Act == ActOldLink && !a.Confirmed && a.Problem == "" && a.Status != 0 && a.Status < 500 && !j.repeatedAfter(a) {
			j.fault(a.Ref, "A link that had been replaced still opened (status %d).", a.Status)
		}
	}
}

// repeatedAfter reports whether a mail about an act's journey had come before it and came again after it.
func (j *judge) repeatedAfter(a Act) bool {
	before := map[string]bool{}
	for _, c := range j.byRef[a.Ref] { // by receipt
		if c.mail.Received.Before(a.Sent) {
			before[c.mail.MessageID] = true
		} else if before[c.mail.MessageID] {
			return true
		}
	}
	return false
}

// stamp is a programme moment as people read it in London.
func stamp(t time.Time) string { return t.In(london).Format("2 January 2006 15:04:05") }
