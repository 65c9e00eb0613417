package records

import (
	"errors"
	"maps"
	"slices"
	"testing"

	"fairlead/programme"
)

// sweepBulk gives what is pending as the workflows would.
func (b *bundle) sweepBulk(t *testing.T) int {
	t.Helper()
	steps, err := b.PendingBulk(b.ctx)
	must(t, err)
	for _, step := range steps {
		c := step.Command
		if !step.Runs {
			t.Errorf("%s was started: its workflow takes orders", c.Ref)
		}
		_, err := b.Apply(b.ctx, c.Ref, c.ID, c.At, programme.Order{ID: c.ID, Name: c.Name})
		must(t, b.RefuseCommand(b.ctx, c.ID, err))
	}
	return len(steps)
}

// TestBulkOrder: one order of each journey's own, with a result each; a second click changes nothing.
func TestBulkOrder(t *testing.T) {
	onBoth(t, func(t *testing.T, b *bundle) {
		refs := b.playOnboarding(t, 3)
		if _, err := b.order(programme.Command{Name: programme.CmdHold, Ref: refs[0]}); err != nil {
			t.Fatal(err)
		}
		filter := programme.JourneyFilter{Cohort: spring}
		shown := slices.Sorted(slices.Values(refs))
		until, _ := programme.ParseDate("2027-01-20")
		order := programme.BulkOrder{ID: "00000000-0000-4000-8000-000000000001", Filter: filter, Shown: programme.SetOf(shown),
			Command: programme.Command{Name: programme.CmdExtend, Stage: "onboarding", Until: until, Reason: "programme_change", Note: "Venue", Actor: "staff:jo"}}
		stale := order
		stale.Shown = programme.SetOf(shown[1:])
		if _, err := b.OrderMany(b.ctx, stale); !errors.Is(err, programme.ErrConflict) {
			t.Errorf("of others than were shown: %v", err)
		}
		for range 2 {
			op, err := b.OrderMany(b.ctx, order)
			must(t, err)
			if op.State != "running" || op.Total != 3 || op.Kind != "bulk" {
				t.Errorf("%+v", op)
			}
		}
		if pending, err := b.PendingCommands(b.ctx, b.clock.Now().AddDate(1, 0, 0), 100); err != nil || len(pending) > 0 {
			t.Errorf("given twice: %+v, %v", pending, err)
		}
		if n := b.sweepBulk(t); n != 3 {
			t.Errorf("%d orders", n)
		}
		if n := b.sweepBulk(t); n != 0 {
			t.Errorf("%d orders again", n)
		}
		op, err := b.Operation(b.ctx, order.ID)
		must(t, err)
		if op.State != "done" || op.Done != 2 || op.Failed != 1 || op.Refused != 1 || op.Finished.IsZero() {
			t.Errorf("%+v", op)
		}
		lines, next, err := b.BulkLines(b.ctx, order.ID, "", 2)
		must(t, err)
		more, end, err := b.BulkLines(b.ctx, order.ID, next, 2)
		must(t, err)
		lines = append(lines, more...)
		if len(lines) != 3 || end != "" {
			t.Fatalf("%+v, then %q", lines, end)
		}
		for _, line := range lines {
			held := line.Ref == refs[0]
			if held != (line.State == programme.CommandRefused) || held == line.Changed || held != (line.Why == "Resume the journey first: dates move by the length of the hold.") || line.Name == "" {
				t.Errorf("%+v", line)
			}
			if held {
				continue
			}
			if due := b.stageOf(t, line.Ref, "onboarding").Due; !due.Equal(london("2027-01-20 17:00")) {
				t.Errorf("%s is due %s", line.Ref, due)
			}
			moves, _, err := b.Moves(b.ctx, line.Ref, 0, 100)
			must(t, err)
			if last := moves[len(moves)-1]; last.Actor != "staff:jo" || last.Reason != "programme_change" || last.Note != "Venue" {
				t.Errorf("%+v", last)
			}
		}
		for _, wrong := range []programme.BulkOrder{{ID: "a", Filter: programme.JourneyFilter{Cohort: "none"}, Command: order.Command}, {ID: "b", Filter: filter, Command: programme.Command{Name: programme.CmdHold}}} {
			if _, err := b.OrderMany(b.ctx, wrong); !isInvalid(err) {
				t.Errorf("%+v: %v", wrong, err)
			}
		}
	})
}

// TestRemind: without a message the latest by which a stage asked goes again.
func TestRemind(t *testing.T) {
	onBoth(t, func(t *testing.T, b *bundle) {
		ref := b.playOnboarding(t, 1)[0]
		effect, err := b.order(programme.Command{Name: programme.CmdResend, Ref: ref, Stage: "onboarding"})
		must(t, err)
		if len(effect.Plans) != 1 {
			t.Fatalf("%+v", effect)
		}
		if m := b.message(t, effect.Plans[0].Mails[0].Key); m.Message != programme.MsgOnboarding || m.To != toParticipant {
			t.Errorf("%+v", m)
		}
		for _, stage := range []string{"alumni", ""} {
			if _, err := b.order(programme.Command{Name: programme.CmdResend, Ref: ref, Stage: stage}); !isInvalid(err) {
				t.Errorf("of %q: %v", stage, err)
			}
		}
	})
}

// TestRemindable: a reminder can go to whom the request went, until they have answered or the time is over.
func TestRemindable(t *testing.T) {
	onBoth(t, func(t *testing.T, b *bundle) {
		refs := b.enrol(t, 3)
		b.goTo("2026-11-23 06:00")
		want := func(when string, want ...string) {
			t.Helper()
			for stage, want := range map[string][]string{"onboarding": want, "alumni": nil} {
				got, err := b.Remindable(b.ctx, spring, stage)
				must(t, err)
				if found := slices.Sorted(maps.Keys(got)); !slices.Equal(found, slices.Sorted(slices.Values(want))) {
					t.Errorf("%s, %s: %v, not %v", when, stage, found, want)
				}
				for _, ref := range refs {
					c := programme.Command{Name: programme.CmdResend, Ref: ref, Stage: stage, Reason: "no_answer", Actor: "staff:jo", At: b.clock.Now()}
					if _, err := b.Preview(b.ctx, c); (err == nil) != got[ref] || err != nil && !isInvalid(err) {
						t.Errorf("%s, %s of %s: remindable %t, yet %v", when, stage, ref, got[ref], err)
					}
				}
			}
		}
		var plans []programme.AskPlan
		for _, ref := range refs {
			plans = append(plans, b.openStage(t, ref, "onboarding"))
		}
		want("before the request went")
		for _, plan := range plans[:2] {
			b.goTo("2026-11-23 06:00")
			b.send(t, plan.Mails[0])
		}
		want("after two went", refs[:2]...)
		b.submit(t, plans[0].Ask, onboarding())
		want("after one answered", refs[1])
		b.clock.set(plans[1].Limit)
		want("at the limit")
	})
}
