package records

import (
	"testing"

	"fairlead/programme"
)

// What leaders answer through the forms is what the outcomes compare; another cohort's answers are not among them.
func TestOutcomesOfACohort(t *testing.T) {
	onBoth(t, func(t *testing.T, b *bundle) {
		refs := b.enrol(t, 11)
		for i, ref := range refs {
			b.goTo("2026-11-23 06:00")
			given := onboarding() // 4 to every question
			if i == 10 {
				given["satisfied"] = []string{programme.SkipAnswer}
			}
			b.answered(t, ref, "onboarding", given)
		}
		before, err := b.Outcomes(b.ctx, spring)
		must(t, err)
		if before.Baseline != 11 || before.Closing != 0 || before.Measures[0].N != 0 {
			t.Errorf("before the year is over: %+v", before)
		}
		b.goTo("2027-11-15 06:00")
		for _, ref := range refs {
			b.submit(t, b.openStage(t, ref, "closing-survey").Ask, survey("5"))
		}
		// Nobody who looks now and again tomorrow learns what somebody has answered in between.
		for _, at := range []string{"2027-11-16 06:00", "2027-11-30 23:00"} {
			b.goTo(at)
			open, err := b.Outcomes(b.ctx, spring)
			must(t, err)
			if open.Closing != 11 || open.Measures[0].N != 0 {
				t.Errorf("on %s, in the month in which the survey closes: %+v", at, open)
			}
		}
		b.goTo("2027-12-01 00:30")
		after, err := b.Outcomes(b.ctx, spring)
		must(t, err)
		if after.Closing != 11 {
			t.Errorf("%d answered after the year", after.Closing)
		}
		for _, m := range after.Measures {
			people := 11
			if m.Name == "satisfied" {
				people = 10
			}
			if m.N != people || m.Before != (programme.Spread{Mean: 4}) || m.After != (programme.Spread{Mean: 5}) || m.Change != (programme.Spread{Mean: 1}) {
				t.Errorf("%+v", m)
			}
		}
		if none, err := b.Outcomes(b.ctx, autumn); err != nil || none.Baseline != 0 {
			t.Errorf("another cohort: %+v, %v", none, err)
		}
	})
}
