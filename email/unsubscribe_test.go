package email

import (
	"strings"
	"testing"

	"fairlead/programme"
)

// Every mail says in its footer either how to turn it off or why that cannot be done.
func TestEveryMailSaysWhetherItCanBeTurnedOff(t *testing.T) {
	jobs := map[string]programme.MailJob{merged: sampleMerged()}
	for _, message := range Messages() {
		jobs[message] = Sample(message)
	}
	for name, job := range jobs {
		mail, err := Compose(job, publicURL)
		if err != nil {
			t.Fatal(err)
		}
		for _, body := range []string{mail.Text, mail.HTML} {
			text := strings.Join(strings.Fields(body), " ")
			if !strings.Contains(text, "cannot be turned off") && !strings.Contains(text, "nothing to turn off") || strings.Contains(body, unsubscribePlaceholder) {
				t.Errorf("%s does not say why it cannot be turned off:\n%s", name, text)
			}
		}
		if e := NewEnvelope(job, mail, publicURL); e.Unsubscribe != "" {
			t.Errorf("%s has the button that turns it off", name)
		}
	}
}

func TestOptionalMailCanBeTurnedOff(t *testing.T) {
	const exit = publicURL + "/unsubscribe/secret-exit"
	both, mixed := sampleOptional(programme.MsgSurvey), sampleOptional(programme.MsgSurvey)
	both.Items = append(both.Items, sampleOptional(programme.MsgSurveyReminder).Items...)
	mixed.Items = append(mixed.Items, sampleItem(programme.MsgAlumniReminder))
	for name, c := range map[string]struct {
		job    programme.MailJob
		header string // only what can be turned off as a whole has the button
	}{
		"request": {sampleOptional(programme.MsgSurvey), exit}, "reminder": {sampleOptional(programme.MsgSurveyReminder), exit},
		"two of them": {both, exit}, "with other mail": {mixed, ""},
	} {
		mail, err := Compose(c.job, publicURL)
		if err != nil {
			t.Fatal(err)
		}
		checkMail(t, mail)
		if strings.Contains(mail.Text+mail.HTML, "secret-") || strings.Contains(Mask(mail).Text, "{{") || !strings.Contains(Mask(mail).Text, "…/unsubscribe/••••") {
			t.Errorf("%s: the written mail holds a token, or is not masked", name)
		}
		e := NewEnvelope(c.job, mail, publicURL+"/")
		if e.Unsubscribe != c.header {
			t.Errorf("%s: the button leads to %q", name, e.Unsubscribe)
		}
		if !strings.Contains(e.Text, "\n"+exit+"\n") || !strings.Contains(e.HTML, `href="`+exit+`"`) {
			t.Errorf("%s: the footer does not lead there:\n%s", name, e.Text)
		}
		if off := strings.Contains(strings.Join(strings.Fields(e.Text), " "), "cannot be turned off"); off != (c.header == "") {
			t.Errorf("%s: it says that it cannot be turned off: %v", name, off)
		}
	}
	answered := sampleOptional(programme.MsgSurveyDone)
	answered.Items[0].Unsubscribe = programme.Token{} // the records give none
	mail, err := Compose(answered, publicURL)
	if err != nil || !strings.Contains(strings.Join(strings.Fields(mail.Text), " "), "so it cannot be turned off") {
		t.Errorf("a confirmation: %v\n%s", err, mail.Text)
	}
}
