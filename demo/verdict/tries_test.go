package verdict

import (
	"slices"
	"testing"
	"time"
)

// A try may get through although its answer is lost: the reply to it comes before the try that was answered.
func TestAReplyToATryWhoseAnswerWasLostIsNotMissing(t *testing.T) {
	t.Parallel()
	for reply, want := range map[time.Duration]bool{time.Millisecond: true, -time.Minute: false} { // after the first try
		b := good()
		survey := slices.IndexFunc(b.in.Acts, func(a Act) bool { return a.Ref == "P-1" && a.Stage == "closing-survey" })
		done := slices.IndexFunc(b.in.Mails, func(m Mail) bool { return m.Keys[0] == "c/P-1/closing-survey/survey-done/srowP-1" })
		first := &b.in.Acts[survey]
		again := *first
		first.Confirmed, first.Status = false, 0
		again.Sent, again.Answered = again.Sent.Add(time.Second), again.Answered.Add(time.Second)
		again.At, again.Done = again.At.Add(24*time.Hour), again.Done.Add(24*time.Hour)
		b.in.Mails[done].Received = first.Sent.Add(reply)
		b.in.Acts = append(b.in.Acts, again)
		missing := slices.ContainsFunc(Judge(b.in).Faults, func(f Fault) bool { return f.Check == "missing-reply" && f.Key == "P-1" })
		if missing == want {
			t.Errorf("a reply %s after the first try is missing: %t", reply, missing)
		}
	}
}

// Whoever answers everything at once ends the year before the assistant's next working morning.
func TestAnAssistantIsNotWelcomedToAYearThatIsOver(t *testing.T) {
	t.Parallel()
	for days, want := range map[int]bool{1: true, 30: false} {
		b := good()
		b.in.Expected.People[0].AssistantWelcome = true
		b.of("P-1").Stages = append(b.of("P-1").Stages, Stage{Name: "onboarding", Kind: "onboarding", State: "skipped", Answered: kept("done")})
		b.act(1, ActAnswer, "onboarding", 0, "", at("2027-10-26", "09:00").AddDate(0, 0, -days))
		excused := !slices.ContainsFunc(Judge(b.in).Faults, func(f Fault) bool { return f.Check == "missing-mail" && f.Key == "P-1" })
		if excused != want {
			t.Errorf("onboarded %d days before the last answer: excused %t", days, excused)
		}
	}
}
