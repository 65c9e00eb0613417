package records

import (
	"errors"
	"slices"
	"strings"
	"testing"
	"time"

	"fairlead/programme"
)

// What a process that was killed leaves behind.

// An ask that ends decides what a worker had claimed and not marked, for its workflow sends no more.
func TestAnAskThatEndsDecidesWhatWasClaimedAndNotMarked(t *testing.T) {
	onBoth(t, func(t *testing.T, b *bundle) {
		refs := b.invite(t, 4, 4)
		b.goTo("2026-09-07 06:00")
		for i, c := range []struct {
			begun  bool // the worker was killed inside the attempt, not before it
			lapses bool // the limit ends the ask, not a withdrawal
			state  programme.MessageState
			reason string
		}{
			{false, true, programme.MessageNotSent, programme.NotSentLapsed},
			{true, true, programme.MessagePerhapsSent, programme.NotSentLapsed},
			{false, false, programme.MessageNotSent, programme.NotSentWithdrawn},
			{true, false, programme.MessagePerhapsSent, programme.NotSentWithdrawn},
		} {
			plan := b.openStage(t, refs[i], "selection")
			request := plan.Mails[0]
			b.clock.set(request.At)
			if c.begun {
				b.begin(t, request)
			} else if claim := b.claim(t, request); claim.Outcome != programme.ClaimSend {
				t.Fatalf("claim %+v", claim)
			}
			if c.lapses {
				b.lapsed(t, plan)
			} else {
				b.ordered(t, programme.Command{Name: programme.CmdWithdraw, Ref: refs[i]})
			}
			if m := b.message(t, request.Key); m.State != c.state || m.Reason != c.reason {
				t.Errorf("%+v: the line is %s %s", c, m.State, m.Reason)
			}
			if !c.begun || c.lapses {
				continue
			}
			// It was not killed after all: what it sent is marked.
			b.finish(t, request.Key, programme.MailSent, false)
			if m := b.message(t, request.Key); m.State != programme.MessageSent {
				t.Errorf("the line is %s", m.State)
			}
		}
		b.sound(t)
	})
}

// The lead of a merged mail may end while nobody knows whether the mail went: what it carries must not be lost with it.
func TestAMergedMailIsTriedAgainForWhatItCarries(t *testing.T) {
	onBoth(t, func(t *testing.T, b *bundle) {
		ref, closing, network := b.twoAsks(t)
		job := b.begin(t, closing.Mails[0]) // and killed inside the attempt
		b.submit(t, closing.Ask, survey("4"))
		b.closed(t, ref, "closing-survey")
		mails := b.outboxOf(t, programme.JourneyID(spring, ref), signalMail)
		if len(mails) != 1 || !strings.Contains(string(mails[0].Body), job.Key) {
			t.Fatalf("promised to the journey: %+v", mails)
		}
		b.crash()
		again := b.claim(t, closing.Mails[0])
		if again.Outcome != programme.ClaimSend || again.Job.MessageID != job.MessageID || !slices.Equal(again.Job.Keys, job.Keys) {
			t.Fatalf("again: %+v", again)
		}
		must(t, b.BeginAttempt(b.ctx, job.Key, *again.Job.Prepared))
		b.finish(t, job.Key, programme.MailSent, false)
		if m := b.message(t, network.Mails[0].Key); m.State != programme.MessageMerged || m.Sent.IsZero() {
			t.Errorf("carried: %+v", m)
		}
		b.sound(t)
	})
}

// An order whose api was killed before it sent it on is still carried out, unless staff have ordered something since.
func TestAnOrderThatWasOvertakenIsGivenUp(t *testing.T) {
	onBoth(t, func(t *testing.T, b *bundle) {
		ref := b.enrol(t, 1)[0]
		b.goTo("2026-11-23 12:00")
		must(t, b.RecordCommand(b.ctx, programme.Command{ID: "left", Name: programme.CmdHold, Ref: ref, Reason: "illness"}))
		b.clock.set(b.clock.Now().Add(time.Second))
		pending := func() int {
			list, err := b.PendingCommands(b.ctx, b.clock.Now(), 10)
			must(t, err)
			return len(list)
		}
		if n := pending(); n != 1 {
			t.Errorf("%d orders wait for the relay", n)
		}
		b.ordered(t, programme.Command{Name: programme.CmdHold, Ref: ref}) // nothing was answered: ordered again
		b.ordered(t, programme.Command{Name: programme.CmdResume, Ref: ref})
		if n := pending(); n != 0 {
			t.Errorf("%d orders wait for the relay", n)
		}
		left, err := b.Command(b.ctx, "left")
		must(t, err)
		var illegal *programme.Illegal
		_, err = b.Apply(b.ctx, ref, "left", b.clock.Now(), programme.Order{ID: "left", Name: programme.CmdHold})
		if left.State != programme.CommandAbandoned || !errors.As(err, &illegal) {
			t.Errorf("the order is %s; applied: %v", left.State, err)
		}
		if j := b.journeyOf(t, ref); j.State != programme.Enrolled {
			t.Errorf("the journey is %s", j.State)
		}
	})
}

// The workflow of an answered stage may be late, with its worker killed: what staff order meanwhile comes after the answer.
func TestAnAnswerNobodyHasNoticedYetComesBeforeAnOrder(t *testing.T) {
	onBoth(t, func(t *testing.T, b *bundle) {
		ref := b.enrol(t, 1)[0]
		b.goTo("2026-11-23 06:00")
		plan := b.openStage(t, ref, "onboarding")
		b.submit(t, plan.Ask, onboarding())
		var illegal *programme.Illegal
		if _, err := b.order(programme.Command{Name: programme.CmdSkip, Ref: ref, Stage: "onboarding"}); !errors.As(err, &illegal) {
			t.Errorf("skipped after the answer: %v", err)
		}
		effect := b.ordered(t, programme.Command{Name: programme.CmdWithdraw, Ref: ref})
		if s := b.stageOf(t, ref, "onboarding"); s.State != programme.StageDone || s.Outcome != "answered" || s.AnsweredAt.IsZero() {
			t.Errorf("the stage is %+v", s)
		}
		replies := 0
		for _, end := range effect.Ends {
			for _, mail := range end.Mails {
				if claim := b.claim(t, mail); claim.Outcome != programme.ClaimSend {
					t.Errorf("%s: %+v", mail.Key, claim)
				}
				replies++
			}
		}
		if replies != 1 {
			t.Errorf("%d confirmations go", replies)
		}
		b.sound(t)
	})
}

func TestWhoHasJustDeclinedCannotLeave(t *testing.T) {
	onBoth(t, func(t *testing.T, b *bundle) {
		ref := b.invite(t, 1, 1)[0]
		b.goTo("2026-09-07 06:00")
		b.submit(t, b.openStage(t, ref, "selection").Ask, decline())
		var illegal *programme.Illegal
		if _, err := b.order(programme.Command{Name: programme.CmdWithdraw, Ref: ref}); !errors.As(err, &illegal) {
			t.Errorf("withdrawn after declining: %v", err)
		}
		if end := b.closed(t, ref, "selection"); end.Journey != programme.Declined {
			t.Errorf("end %+v", end)
		}
	})
}
