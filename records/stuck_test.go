package records

import (
	"testing"
	"time"

	"fairlead/programme"

	"github.com/google/go-cmp/cmp"
)

func TestParkedByPage(t *testing.T) {
	onBoth(t, func(t *testing.T, b *bundle) {
		refs := b.playOnboarding(t, 3)
		now := b.Now(b.ctx)
		must(t, b.SetAttention(b.ctx, refs[1], "onboarding", "activity_failed", now))
		must(t, b.SetAttention(b.ctx, refs[1], "", "stage_lost", now))
		must(t, b.SetAttention(b.ctx, refs[2], "onboarding", "activity_failed", now))
		must(t, b.SetAttention(b.ctx, refs[0], "onboarding", "activity_failed", now))
		must(t, b.SetAttention(b.ctx, refs[0], "onboarding", "", now)) // freed
		want := map[string]programme.Parked{
			refs[1] + "/":           {Cohort: spring, Ref: refs[1], Code: "stage_lost"},
			refs[1] + "/onboarding": {Cohort: spring, Ref: refs[1], Stage: "onboarding", Code: "activity_failed", Since: london("2026-11-23 06:00")},
			refs[2] + "/onboarding": {Cohort: spring, Ref: refs[2], Stage: "onboarding", Code: "activity_failed", Since: london("2026-11-23 06:00")},
		}
		got, pages := map[string]programme.Parked{}, 0
		for after := ""; ; {
			page, next, err := b.Parked(b.ctx, after, 1)
			must(t, err)
			for _, p := range page {
				got[p.Ref+"/"+p.Stage] = p
			}
			pages++
			if after = next; after == "" {
				break
			}
		}
		if diff := cmp.Diff(want, got); diff != "" || pages != 3 {
			t.Errorf("%d pages (-want +got):\n%s", pages, diff)
		}
		if _, _, err := b.Parked(b.ctx, "x", 1); !isInvalid(err) {
			t.Errorf("no cursor: %v", err)
		}
	})
}

// Late tells what nobody carried out: here no workflow runs at all.
func TestLate(t *testing.T) {
	onBoth(t, func(t *testing.T, b *bundle) {
		refs := b.playOnboarding(t, 2)
		b.imports(t, spring, people(3)[2:])
		rows, err := b.PendingOutbox(b.ctx, b.Now(b.ctx).Add(time.Hour), 1000)
		must(t, err)
		for _, row := range rows {
			must(t, b.MarkOutbox(b.ctx, row.ID, "delivered"))
		}
		must(t, b.ConfirmStarts(b.ctx, b.lastOperation(t), refs))
		late := func() map[string]int {
			list, err := b.Late(b.ctx)
			must(t, err)
			counts := map[string]int{}
			for _, kind := range list {
				counts[kind.What] = kind.Count
			}
			return counts
		}
		if got := late(); len(got) > 0 {
			t.Errorf("in time: %v", got)
		}
		plan := b.openStage(t, refs[0], "onboarding")
		b.submit(t, plan.Ask, onboarding())
		b.clock.set(b.openStage(t, refs[1], "onboarding").Limit.Add(lateAfter - time.Second))
		if got := late(); got[programme.LateLimit] != 0 || got[programme.LateSignal] != 1 {
			t.Errorf("just before: %v", got)
		}
		b.clock.set(b.Now(b.ctx).Add(2 * time.Second))
		got := late()
		if got[programme.LateLimit] != 1 || got[programme.LateMail] != 2 || got[programme.LateSignal] != 1 || got[programme.LateOperation] != 0 {
			t.Errorf("after the limit: %v", got)
		}
		_, err = b.Launch(b.ctx, spring, "staff:ada", b.Now(b.ctx)) // newcomers whom nobody starts
		must(t, err)
		b.clock.set(b.Now(b.ctx).Add(lateOperation + time.Minute))
		if got := late(); got[programme.LateOperation] != 1 {
			t.Errorf("a launch that does not go on: %v", got)
		}
		b.ordered(t, programme.Command{Name: programme.CmdHold, Ref: refs[1], Reason: "illness"})
		if got := late(); got[programme.LateLimit] != 0 {
			t.Errorf("a journey on hold: %v", got)
		}
	})
}
