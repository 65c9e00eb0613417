package records

import (
	"testing"

	"fairlead/programme"

	"github.com/google/go-cmp/cmp"
)

// What a change of dates is said to do to each leader is what it does, and saying it changes nothing.
func TestAChangeOfDatesIsShownForEachLeader(t *testing.T) {
	onBoth(t, func(t *testing.T, b *bundle) {
		refs := b.playOnboarding(t, 5)
		b.submit(t, programme.AskID(refs[0], "onboarding", 1), onboarding()) // is done with it
		b.closed(t, refs[0], "onboarding")
		b.ordered(t, programme.Command{Name: programme.CmdHold, Ref: refs[1]})
		c, err := b.Cohort(b.ctx, spring)
		must(t, err)
		late, later := -9, 35
		c.Overrides = map[string]programme.StageOverride{}
		for _, stage := range []string{"onboarding", "closing-survey"} {
			c.Overrides[stage] = map[string]programme.StageOverride{"onboarding": {DueWeek: &late}, "closing-survey": {OpensWeek: &later}}[stage]
			whole := b.wholeRecords(t)
			said := map[string]programme.Preview{}
			all := 0
			for skip := 0; skip == 0 || skip < all; skip += 2 {
				var lines []programme.ChangeLine
				lines, all, err = b.ChangeEffects(b.ctx, c, stage, skip, 2)
				must(t, err)
				if len(lines) > 2 {
					t.Errorf("%d lines on a page of two", len(lines))
				}
				for _, line := range lines {
					if _, twice := said[line.Ref]; twice || line.Name == "" || line.Stage.Name != stage {
						t.Errorf("%+v", line)
					}
					said[line.Ref] = line.Preview
				}
			}
			if want := map[string]int{"onboarding": 4, "closing-survey": 5}[stage]; all != want || len(said) != want {
				t.Errorf("%s: %d of %d leaders, want %d", stage, len(said), all, want)
			}
			if diff := difference(whole, b.wholeRecords(t)); diff != "" {
				t.Fatalf("%s: saying it changed %s", stage, diff)
			}
			before := map[string]stands{}
			for _, ref := range refs {
				before[ref] = b.standing(t, ref)
			}
			op := b.changeDates(t, c.Overrides)
			for _, ref := range refs {
				b.carried(t, op, ref, stage)
				did := compared(before[ref], b.standing(t, ref))
				if _, concerned := said[ref]; !concerned && len(did.Stages)+len(did.Mails) > 0 {
					t.Errorf("%s, %s was left out and has %+v", stage, ref, did)
				}
				if diff := cmp.Diff(did, said[ref]); diff != "" && before[ref].state == said[ref].From {
					t.Errorf("%s, %s: it did (-), and was said to do (+)\n%s", stage, ref, diff)
				}
				if len(said[ref].Stages) == 0 && said[ref].From != "" {
					t.Errorf("%s, %s: nothing would change", stage, ref)
				}
			}
		}
	})
}

// standing is a journey as previews compare it.
func (b *bundle) standing(t *testing.T, ref string) (st stands) {
	t.Helper()
	must(t, b.onJourney(b.ctx, ref, b.Now(b.ctx), func(t *turn) (err error) {
		st, err = t.nowStands()
		return err
	}))
	return st
}
