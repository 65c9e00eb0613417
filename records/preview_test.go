package records

import (
	"errors"
	"reflect"
	"testing"

	"fairlead/programme"
)

// TestPreviewIsWhatHappens: what a preview shows comes true, to the row, and the preview itself leaves no trace.
func TestPreviewIsWhatHappens(t *testing.T) {
	onBoth(t, func(t *testing.T, b *bundle) {
		ref := b.playOnboarding(t, 1)[0]
		until, _ := programme.ParseDate("2027-01-20")
		for _, c := range []programme.Command{
			{Name: programme.CmdExtend, Stage: "onboarding", Until: until}, {Name: programme.CmdHold}, {Name: programme.CmdResume, Missed: "skip"},
			{Name: programme.CmdSkip, Stage: "closing-survey"}, {Name: programme.CmdReopen, Stage: "closing-survey"}, {Name: programme.CmdWithdraw},
		} {
			c.Ref, c.Reason, c.Actor, c.At = ref, "other", "staff:jo", b.Now(b.ctx)
			before := b.allOf(t, ref)
			preview, err := b.Preview(b.ctx, c)
			must(t, err)
			if !preview.Changed {
				t.Errorf("%s: nothing would change", c.Name)
			}
			if after := b.allOf(t, ref); !reflect.DeepEqual(before, after) {
				t.Fatalf("%s: the preview left a trace:\n%+v\n%+v", c.Name, before, after)
			}
			if _, err := b.order(c); err != nil {
				t.Fatalf("%s: %v", c.Name, err)
			}
			j, err := b.Journey(b.ctx, ref)
			must(t, err)
			if j.State != preview.To {
				t.Errorf("%s: became %s, not %s", c.Name, j.State, preview.To)
			}
			for _, change := range preview.Stages {
				if now := b.stageOf(t, ref, change.After.Name); now.State != change.After.State || !now.Due.Equal(change.After.Due) {
					t.Errorf("%s: stage %s is %s due %s, not %s due %s", c.Name, now.Name, now.State, now.Due, change.After.State, change.After.Due)
				}
			}
			planned, stopped := 0, 0
			for _, mail := range preview.Mails {
				if mail.Stops {
					stopped++
				} else {
					planned++
				}
			}
			if c.Name == programme.CmdExtend && (planned != 4 || stopped != 3) || c.Name == programme.CmdHold && (planned != 0 || stopped != 4) {
				t.Errorf("%s: %d mails go and %d stop: %+v", c.Name, planned, stopped, preview.Mails)
			}
		}
		_, err := b.Preview(b.ctx, programme.Command{Name: programme.CmdHold, Ref: ref, Reason: "other", At: b.Now(b.ctx)})
		if !errors.As(err, new(*programme.Illegal)) {
			t.Errorf("of a journey that has ended: %v", err)
		}
	})
}

// allOf is what the records hold of a journey, for comparing.
func (b *bundle) allOf(t *testing.T, ref string) []any {
	t.Helper()
	j, err := b.Journey(b.ctx, ref)
	must(t, err)
	mails, _, err := b.Messages(b.ctx, ref, "", 200)
	must(t, err)
	moves, _, err := b.Moves(b.ctx, ref, 0, 200)
	must(t, err)
	var commands, outbox int64
	must(t, b.db.Table("commands").Count(&commands).Error)
	must(t, b.db.Table("outbox").Count(&outbox).Error)
	return []any{j, mails, moves, commands, outbox}
}

// TestOrderFromAnOlderPage: of two staff who order from the same page the second is refused, also where the order itself
// would still be legal.
func TestOrderFromAnOlderPage(t *testing.T) {
	onBoth(t, func(t *testing.T, b *bundle) {
		ref := b.playOnboarding(t, 1)[0]
		j, err := b.Journey(b.ctx, ref)
		must(t, err)
		first, _ := programme.ParseDate("2027-01-20")
		second, _ := programme.ParseDate("2027-01-27")
		order := programme.Command{Name: programme.CmdExtend, Ref: ref, Stage: "onboarding", Until: first, IfVersion: j.Version}
		if effect, err := b.order(order); err != nil || !effect.Changed {
			t.Fatalf("the first: %+v, %v", effect, err)
		}
		order.Until = second
		var illegal *programme.Illegal
		if _, err := b.order(order); !errors.As(err, &illegal) || illegal.State != programme.StateChanged {
			t.Errorf("the second: %v", err)
		}
		if due := b.stageOf(t, ref, "onboarding").Due; !due.Equal(london("2027-01-20 17:00")) {
			t.Errorf("due %s", due)
		}
		order.Reason, order.At = "other", b.Now(b.ctx)
		if _, err := b.Preview(b.ctx, order); !errors.As(err, &illegal) {
			t.Errorf("the preview of the second: %v", err)
		}
		order.IfVersion = 0 // by no page: it is judged by the state alone
		if effect, err := b.order(order); err != nil || !effect.Changed {
			t.Errorf("without a version: %+v, %v", effect, err)
		}
	})
}
