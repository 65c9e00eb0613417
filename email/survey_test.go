package email

import (
	"strings"
	"testing"

	"fairlead/programme"
)

// Months after the year nobody is told of a next step of it, or that they take part.
func TestASurveyAfterTheYear(t *testing.T) {
	for _, name := range []string{programme.MsgSurvey, programme.MsgSurveyReminder, programme.MsgSurveyDone} {
		job := sampleOptional(name)
		got, err := Compose(job, publicURL)
		if err != nil {
			t.Fatal(err)
		}
		checkMail(t, got)
		for _, body := range []string{got.Text, got.HTML} {
			text := strings.Join(strings.Fields(body), " ")
			if !strings.Contains(got.Subject, "survey six months on") || !strings.Contains(text, "because you took part") ||
				strings.Contains(text, "you take part") || strings.Contains(text, "next step of your year") {
				t.Errorf("%s says\n%s", name, text)
			}
		}
	}
}

// TestSurveySubjectsAreWhole: the longest titles of the programme's surveys and the longest dates fit.
func TestSurveySubjectsAreWhole(t *testing.T) {
	for _, title := range []string{"Survey on residential 1", "Survey twelve months on"} {
		for _, message := range []string{programme.MsgSurvey, programme.MsgSurveyReminder, programme.MsgSurveyDone} {
			job := Sample(message)
			job.Items[0].Title, job.Items[0].Due = title, london(2027, 9, 30, 17, 0)
			mail, err := Compose(job, publicURL)
			if err != nil {
				t.Fatal(err)
			}
			checkMail(t, mail)
			if !strings.Contains(mail.Subject, lowerFirst(title)+" [") {
				t.Errorf("%s: %q", message, mail.Subject)
			}
		}
	}
}

// TestASurveyThatLooksBack: a survey on a residential asks about it, in the time that its questions take. Its form has a way
// out for every question, but takes no blanks, and no survey's mail says otherwise.
func TestASurveyThatLooksBack(t *testing.T) {
	for _, name := range []string{programme.MsgSurvey, programme.MsgSurveyReminder} {
		for _, back := range []bool{false, true} {
			job := Sample(name)
			job.Items[0].LooksBack = back
			got, err := Compose(job, publicURL)
			if err != nil {
				t.Fatal(err)
			}
			checkMail(t, got)
			for _, body := range []string{got.Text, got.HTML} {
				text := strings.Join(strings.Fields(body), " ")
				if strings.Contains(text, "two minutes") != back || strings.Contains(text, "five minutes") == back ||
					strings.Contains(text, "your organisation now") && back || strings.Contains(text, "leave out") ||
					!strings.Contains(text, "“Prefer not to say” for any question") {
					t.Errorf("%s, looking back %v:\n%s", name, back, text)
				}
			}
		}
	}
}
