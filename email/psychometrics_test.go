package email

import (
	"strings"
	"testing"

	"fairlead/programme"
)

// A questionnaire that a supplier holds is reached at the supplier's address, and by no private link of ours.
func TestASuppliersQuestionnaire(t *testing.T) {
	for _, name := range []string{programme.MsgPsychometrics, programme.MsgPsychometricsReminder} {
		job := Sample(name)
		job.Items[0].Supplier = "https://tests.example/leaders?centre=1&form=2"
		got, err := Compose(job, publicURL)
		if err != nil {
			t.Fatal(err)
		}
		checkMail(t, got)
		if !strings.Contains(got.Text, job.Items[0].Supplier) || !strings.Contains(got.HTML, `href="https://tests.example/leaders?centre=1&amp;form=2"`) ||
			strings.Contains(got.Text, "{{link") || strings.Contains(got.Text, "five pages") {
			t.Errorf("%s says\n%s", name, got.Text)
		}
	}
}
