package verdict

import "strings"

// consent: whoever never agreed to the questionnaire gets no mail of it, and whoever withdraws the consent none that asks
// for it from then on.
func (j *judge) consent() {
	for _, p := range j.in.Expected.People {
		for _, c := range j.byRef[p.Ref] {
			if p.NoQuestionnaire && strings.HasPrefix(c.key.Message, "psychometrics") {
				j.fault(c.key.Text, "The message %s went to somebody who never agreed to the questionnaire.", c.key.Message)
			}
		}
	}
	for _, a := range j.confirmed("", ActWithdrawConsent) {
		for _, c := range j.byRef[a.Ref] {
			if c.key.Stage == a.Stage && messages[c.key.Message].chases && c.mail.Date.After(a.Done) && c.mail.Received.After(a.Answered) {
				j.fault(c.key.Text, "The message %s is dated %s; the consent was withdrawn on %s.", c.key.Message, stamp(c.mail.Date), stamp(a.Done))
			}
		}
	}
}
