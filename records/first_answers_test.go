package records

import (
	"maps"
	"sync"
	"testing"

	"fairlead/programme"
)

// TestOfTwoFirstAnswersOneIsTold: of two answers that come in one instant one stands, and who sent the other learns whether
// it says anything else. What is kept apart from the person and was asked once is not compared.
func TestOfTwoFirstAnswersOneIsTold(t *testing.T) {
	onBoth(t, func(t *testing.T, b *bundle) {
		refs := b.enrol(t, 5)
		b.goTo("2026-11-23 12:00")
		but := func(name, value string) programme.Answers {
			answers := maps.Clone(onboarding())
			answers[name] = []string{value}
			return answers
		}
		for i, c := range []struct {
			stage         string
			first, second programme.Answers
			differ        bool
		}{
			{"onboarding", onboarding(), but("phone", "0151 496 0999"), true},
			{"onboarding", onboarding(), but("happy", "9"), true},
			{"onboarding", onboarding(), but("age_band", "35_44"), false},
			{"onboarding", onboarding(), onboarding(), false},
			{"closing-survey", survey("4"), survey("5"), true},
		} {
			if c.stage != "onboarding" {
				b.goTo("2027-10-25 12:00")
			}
			plan := b.openStage(t, refs[i], c.stage)
			results := make([]programme.SubmitResult, 2)
			var wait sync.WaitGroup
			for n, answers := range []programme.Answers{c.first, c.second} {
				wait.Go(func() {
					var err error
					if results[n], err = b.Submit(b.ctx, programme.Submission{Ask: plan.Ask, Answers: answers, At: b.clock.Now()}); err != nil {
						t.Error(err)
					}
				})
			}
			wait.Wait()
			if results[0].Already {
				results[0], results[1] = results[1], results[0]
			}
			won, lost := results[0], results[1]
			if won.Already || won.Differs || !lost.Already || lost.Differs != c.differ || lost.ID != won.ID || len(lost.Outbox) > 0 {
				t.Errorf("%d: first %+v, second %+v", i, won, lost)
			}
		}
		b.sound(t)
	})
}
