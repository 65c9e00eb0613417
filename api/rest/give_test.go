package rest

import (
	"context"
	"errors"
	"testing"

	"fairlead/programme"
)

// TestGiveOnce: a page's second click finds the first.
func TestGiveOnce(t *testing.T) {
	t.Parallel()
	b := setup(t)
	a, ctx := New(b.options), context.Background()
	c := programme.Command{ID: a.NewOrder(), Name: programme.CmdHold, Ref: ref, Reason: "illness", Actor: "staff:jo", IfVersion: 4}
	b.journeys.effect = programme.Effect{Changed: true}
	first, err := a.GiveOnce(ctx, c)
	if err != nil || !first.Changed || b.store.commands[c.ID].IfVersion != 4 || b.store.commands[c.ID].Actor != "staff:jo" {
		t.Fatalf("%+v, %v, recorded %+v", first, err, b.store.commands)
	}
	if _, err := a.GiveOnce(ctx, c); err != nil && !errors.Is(err, programme.ErrPending) {
		t.Errorf("again: %v", err)
	}
	if len(b.journeys.ordered) != 1 {
		t.Errorf("sent %d times", len(b.journeys.ordered))
	}
	other := c
	other.Name = programme.CmdWithdraw
	for _, wrong := range []programme.Command{other, {ID: "x", Name: programme.CmdHold, Ref: ref, Reason: "illness"}} {
		if _, err := a.GiveOnce(ctx, wrong); !errors.As(err, new(*programme.Invalid)) {
			t.Errorf("%s under %q: %v", wrong.Name, wrong.ID, err)
		}
	}
}

// TestPreviewJudges: what a page shows before the deed is refused as the deed would be, and nothing is written.
func TestPreviewJudges(t *testing.T) {
	t.Parallel()
	b := setup(t)
	a, ctx := New(b.options), context.Background()
	long := "9/2026"
	for name, c := range map[string]programme.Command{
		"a day gone by":    {Name: programme.CmdExtend, Stage: "onboarding", Until: programme.Date{Year: 2026, Month: 11, Day: 1}},
		"no address":       {Name: programme.CmdChangeEmail, Email: "desk"},
		"nobody said so":   {Name: programme.CmdAnswerFor, Stage: "onboarding"},
		"nothing answered": {Name: programme.CmdAnswerFor, Stage: "onboarding", GivenBy: "She", How: "letter"},
		"nothing changed":  {Name: programme.CmdChangeDetails},
		"no such cohort":   {Name: programme.CmdDefer, Into: "1999-autumn"},
	} {
		c.Ref, c.Reason = ref, "other"
		if _, err := a.Preview(ctx, c); !errors.As(err, new(*programme.Invalid)) {
			t.Errorf("%s: %v", name, err)
		}
	}
	if _, err := a.Preview(ctx, programme.Command{Name: programme.CmdReopen, Ref: ref, Stage: "alumni", Reason: "other"}); !errors.As(err, new(*programme.Illegal)) {
		t.Errorf("illegal: %v", err)
	}
	if len(b.store.previewed)+len(b.store.commands) > 0 {
		t.Error("something refused reached the records")
	}
	preview, err := a.Preview(ctx, programme.Command{Name: programme.CmdChangeDetails, Ref: ref, Reason: "other", Details: programme.Details{RoleStarted: &long}})
	if err != nil || !preview.Changed || *b.store.previewed[0].Details.RoleStarted != "2026-09" || len(b.store.commands) > 0 {
		t.Errorf("%+v, %v, %v", preview, err, b.store.previewed)
	}
}

func (s *fakeStore) Preview(_ context.Context, c programme.Command) (programme.Preview, error) {
	s.previewed = append(s.previewed, c)
	return programme.Preview{Changed: true, From: programme.Enrolled, To: programme.OnHold}, nil
}
