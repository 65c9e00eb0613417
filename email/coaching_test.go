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

// The news that a session is given up says why, and asks for another time where one is to be chosen; else it names none.
func TestWhyASessionIsCancelled(t *testing.T) {
	for why, said := range givenUp {
		for _, asks := range []bool{true, false} {
			job := Sample(programme.MsgCoachingCancelled)
			job.Items[0].Session.Why = why
			if !asks {
				job.Items[0].Link, job.Items[0].Session.Next, job.Items[0].Session.Seeking = programme.Token{}, "", true
			}
			mail, err := Compose(job, publicURL)
			if err != nil {
				t.Fatal(err)
			}
			checkMail(t, mail)
			for _, body := range []string{mail.Text, mail.HTML} {
				body = strings.Join(strings.Fields(body), " ")
				if !strings.Contains(body, said+" The entry in your diary goes with this email.") {
					t.Errorf("%s is not said: %s", why, body)
				}
				if strings.Contains(body, "choose another time with Tom Baker, your coach.") != asks || strings.Contains(body, "Please book a time by") != asks ||
					strings.Contains(body, "We are looking for another coach") == asks {
					t.Errorf("%s, to choose another time %v: %s", why, asks, body)
				}
			}
		}
	}
}

// Every reason for which the records give a session up has its words.
func TestEveryReasonHasWords(t *testing.T) {
	for _, actor := range []string{"participant", "assistant", "coach", "staff:ada"} {
		if givenUp[programme.GivenUpBy(actor)] == "" {
			t.Errorf("%s: no word of who cancelled", actor)
		}
	}
}

// A request after a session that did not take place says so.
func TestARequestAfterAMissedSession(t *testing.T) {
	job := Sample(programme.MsgCoaching)
	job.Items[0].Session.Again, job.Items[0].Session.Why = true, programme.GivenUpMissed
	mail, err := Compose(job, publicURL)
	if err != nil {
		t.Fatal(err)
	}
	checkMail(t, mail)
	if said := strings.Join(strings.Fields(mail.Text), " "); !strings.Contains(said, "needs another time: we were told that it did not take place.") {
		t.Error(said)
	}
}

// A session that is cancelled when its time is over asks for no other time, and says what follows instead.
func TestASessionThatCannotBeBookedAgain(t *testing.T) {
	for _, message := range []string{programme.MsgCoachingCancelled, programme.MsgCoachingOver} {
		for _, needed := range []bool{true, false} {
			job := Sample(message)
			job.Items[0].Session.Over, job.Items[0].Session.Needed = true, needed
			mail, err := Compose(job, publicURL)
			if err != nil {
				t.Fatal(err)
			}
			checkMail(t, mail)
			said := strings.Join(strings.Fields(mail.Text+mail.HTML), " ")
			if strings.Contains(said, "choose another time for") || strings.Contains(strings.ToLower(said), "please choose another time") || strings.Contains(said, "Please book a time by") ||
				strings.Contains(said, "The programme team will be in touch about what happens next") != needed {
				t.Errorf("%s, needed %t: %s", message, needed, mail.Text)
			}
		}
	}
}

// A session that keeps its time is not said to move: where the two meet is what has changed.
func TestASessionThatMeetsElsewhere(t *testing.T) {
	for message, subject := range map[string]string{programme.MsgCoachingMoved: "Your coaching session on 9 February is now online [",
		programme.MsgCoachBooking: "A coaching session on 9 February is now online ["} {
		job := Sample(message)
		job.Items[0].Session.Starts, job.Items[0].Session.Online, job.Items[0].Session.What = london(2027, 2, 9, 10, 0), true, programme.SessionPlaced
		mail, err := Compose(job, publicURL)
		if err != nil {
			t.Fatal(err)
		}
		checkMail(t, mail)
		for _, text := range []string{mail.Subject, mail.Text, mail.HTML} {
			if text = strings.Join(strings.Fields(text), " "); !strings.Contains(text, "is now online") || strings.Contains(text, "new time") || strings.Contains(text, "moves") {
				t.Errorf("%s: %s", message, text)
			}
		}
		if !strings.HasPrefix(mail.Subject, subject) {
			t.Errorf("%s: %s", message, mail.Subject)
		}
	}
}

// A mail to a coach about several leaders has no reference to quote: one leader's would point staff at the wrong journey.
func TestAMailAboutSeveralLeadersHasNoReference(t *testing.T) {
	t.Parallel()
	job := Sample(programme.MsgCoachingLog)
	item := job.Items[0]
	for _, ref := range []string{job.Ref, "P-22222B"} {
		item.Key = programme.MessageKey(job.Cohort, ref, "coaching-1", item.Message, 1, 1, 0)
		job.Items = append(job.Items, item)
	}
	for count, want := range map[int]string{2: "[" + job.Ref + "]", 3: "[" + job.Cohort + "]"} {
		some := job
		some.Items = job.Items[:count]
		mail, err := Compose(some, "https://programme.example")
		if err != nil || !strings.HasSuffix(mail.Subject, want) || strings.Contains(mail.Text, "Your reference is "+job.Ref) != (count == 2) {
			t.Errorf("of %d: %q, %v\n%s", count, mail.Subject, err, mail.Text)
		}
	}
}
