package email

import (
	"strings"
	"testing"

	"fairlead/programme"
)

// Of two cohorts a selector gets one mail, which says why it came and nothing about taking part.
func TestMailsToASelectorMerge(t *testing.T) {
	job := Sample(programme.MsgSelectorAssigned)
	second := sampleItem(programme.MsgSelectorReminder)
	second.Count = 1
	job.Items, job.Keys = append(job.Items, second), append(job.Keys, second.Key)
	mail, err := Compose(job, publicURL)
	if err != nil {
		t.Fatal(err)
	}
	checkMail(t, mail)
	text := strings.Join(strings.Fields(mail.Text), " ")
	for _, want := range []string{"8 applications are yours to score", "1 application is left to score", "because you score applications", publicURL + "/console"} {
		if !strings.Contains(text, want) {
			t.Errorf("%q is missing in:\n%s", want, mail.Text)
		}
	}
	if strings.Contains(text, "take part in the leadership programme") {
		t.Errorf("it takes a selector for a leader:\n%s", mail.Text)
	}
}
