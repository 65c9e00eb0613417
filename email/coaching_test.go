package email

import (
	"strings"
	"testing"

	"fairlead/programme"
)

// A session that came to nothing is asked for as what it is, not as if it were time for the first time.
func TestAnotherTimeForASession(t *testing.T) {
	for _, message := range []string{programme.MsgCoaching, programme.MsgCoachingReminder} {
		job := Sample(message)
		job.Items[0].Title, job.Items[0].Session.Again, job.Items[0].Due = "Second coaching session", true, london(2027, 9, 30, 17, 0)
		mail, err := Compose(job, publicURL)
		if err != nil {
			t.Fatal(err)
		}
		checkMail(t, mail)
		said := strings.Join(strings.Fields(mail.Text+mail.HTML), " ")
		if !strings.Contains(said, "choose another time for your second coaching session") || strings.Contains(said, "It is time for") ||
			strings.Contains(said, "has no date yet") || !strings.HasPrefix(mail.Subject, "Choose another coaching time by 30 September [") {
			t.Errorf("%s: %s\n%s", message, mail.Subject, mail.Text)
		}
	}
}
