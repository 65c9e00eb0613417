package records

import (
	"errors"
	"math/rand/v2"
	"sync"
	"testing"

	"fairlead/programme"
)

// Everything at once on one journey: whoever comes second is told so, and the records stay in themselves right.
func TestRacesLeaveTheRecordsSound(t *testing.T) {
	onBoth(t, func(t *testing.T, b *bundle) {
		ref, survey1, alumni1 := b.twoAsks(t)
		b.clock.set(survey1.Mails[0].At)
		day := programme.Date{Year: 2027, Month: 11, Day: 29}
		acts := []func() error{
			func() error { return b.race(b.claimAndSend(survey1.Mails[0])) },
			func() error { return b.race(b.claimAndSend(alumni1.Mails[0])) },
			func() error {
				_, err := b.Submit(b.ctx, programme.Submission{Ask: survey1.Ask, Answers: survey("4"), At: b.clock.Now()})
				return b.race(err)
			},
			func() error { return b.race(b.try(programme.Command{Name: programme.CmdHold, Ref: ref})) },
			func() error { return b.race(b.try(programme.Command{Name: programme.CmdResume, Ref: ref})) },
			func() error {
				return b.race(b.try(programme.Command{Name: programme.CmdExtend, Ref: ref, Stage: "alumni", Until: day}))
			},
			func() error {
				return b.race(b.try(programme.Command{Name: programme.CmdChangeEmail, Ref: ref, Email: "n" + randomHex(4) + "@service.example"}))
			},
			func() error {
				_, err := b.CloseStage(b.ctx, ref, "closing-survey", b.clock.Now())
				return b.race(err)
			},
			func() error {
				_, err := b.RequestNewLink(b.ctx, "leader0@service.example", b.clock.Now())
				return b.race(err)
			},
		}
		var wait sync.WaitGroup
		for range 12 {
			wait.Go(func() {
				for range 8 {
					if err := acts[rand.IntN(len(acts))](); err != nil {
						t.Error(err)
					}
				}
			})
		}
		wait.Wait()
		b.sound(t)
		if n := b.count(t, "SELECT COUNT(*) FROM submissions"); n > 1 {
			t.Errorf("%d submissions", n)
		}
		// One scheduled mail led that day at the most.
		if n := b.count(t, "SELECT COUNT(*) FROM mail_days"); n > 1 {
			t.Errorf("%d claims on one day", n)
		}
		if n := b.count(t, "SELECT COUNT(*) FROM messages WHERE state = 'merged' AND lead_key NOT IN (SELECT key FROM messages WHERE lead_key = key)"); n > 0 {
			t.Errorf("%d lines are merged into nothing", n)
		}
	})
}

// race forgives the refusals that races are for.
func (b *bundle) race(err error) error {
	var illegal *programme.Illegal
	var invalid *programme.Invalid
	if errors.As(err, &illegal) || errors.As(err, &invalid) || errors.Is(err, programme.ErrFormClosed) || errors.Is(err, programme.ErrConflict) {
		return nil
	}
	return err
}

func (b *bundle) try(c programme.Command) error {
	_, err := b.give(c)
	return err
}

func (b *bundle) claimAndSend(mail programme.PlannedMail) error {
	claim, err := b.Claim(b.ctx, mail.Key, mail.At, b.clock.Now())
	if err != nil || claim.Outcome != programme.ClaimSend {
		return err
	}
	if err := b.BeginAttempt(b.ctx, mail.Key, rendered(*claim.Job)); err != nil {
		return err
	}
	return b.FinishAttempt(b.ctx, mail.Key, programme.MailAttempt{Class: programme.MailSent, Code: 250})
}
