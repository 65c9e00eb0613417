package forms_test

import (
	"fmt"
	"net/url"
	"sync"
	"testing"

	"fairlead/programme"
)

// Fifty times the same form at once: one answer, one signal, and everybody sees that it arrived.
func TestFiftyParallelAnswersAreOne(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		path, done string
		form       url.Values
		who        func(b *bundle) *browser
	}{
		{residential, residential, placeAnswer("confirm"), func(b *bundle) *browser {
			b.open("residential-1")
			b.withPlace(programme.PlaceHeld)
			return b.leader()
		}},
		{questionnaire + "/check", questionnaire, fields(), func(b *bundle) *browser {
			b.asksQuestionnaire()
			for page := range 5 {
				b.leader().post(fmt.Sprintf("%s/page-%d", questionnaire, page+1), items(10*page+1, 10*page+10, "4"))
			}
			return b.leader()
		}},
		{selection + "/check", selection, fields(), func(b *bundle) *browser {
			b.opensDoor()
			b.applies()
			for _, section := range []string{"about", "role", "organisation", "why", "challenge"} {
				b.leader().post(selection+"/"+section, url.Values(application(section)))
			}
			return b.leader()
		}},
		{selection, selection, fields("answer", "accept"), func(b *bundle) *browser { b.open("selection"); return b.leader() }},
		{onboarding + "/check", onboarding, fields(), func(b *bundle) *browser {
			b.open("onboarding")
			b.leader().fillIn()
			return b.leader()
		}},
		{closing, closing, surveyAnswers(), func(b *bundle) *browser { b.open("closing-survey"); return b.leader() }},
		{alumni, alumni, alumniAnswers(), func(b *bundle) *browser { b.open("alumni"); return b.leader() }},
		{assistantPage, assistantPage, fields("confirm_dates", "yes"), func(b *bundle) *browser { return b.assistant(programme.AssistantDates) }},
	} {
		t.Run(c.path, func(t *testing.T) {
			t.Parallel()
			b := setup(t)
			who := c.who(b)
			var all sync.WaitGroup
			for range 50 {
				all.Go(func() { who.post(c.path, c.form).leads(c.done + "/done") })
			}
			all.Wait()
			if b.records.submits != 1 || len(b.workflows.delivered) != 1 {
				t.Errorf("%d answers, delivered %v", b.records.submits, b.workflows.delivered)
			}
			who.get(c.done+"/done").is(200, "Your reference 0001ABCD")
		})
	}
}
