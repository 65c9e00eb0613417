package records

import (
	"errors"
	"slices"
	"strings"
	"testing"
	"time"

	"fairlead/programme"

	"gorm.io/gorm"
)

// sixMonthsOn are leaders who completed their year and were just asked six months later, with the mail of the first.
func (b *bundle) sixMonthsOn(t *testing.T, n int) (refs []string, plans []programme.AskPlan, job programme.MailJob) {
	t.Helper()
	refs = b.completed(t, n)
	b.goTo("2028-05-09 06:00")
	for _, ref := range refs {
		plans = append(plans, b.openStage(t, ref, sixMonths))
	}
	return refs, plans, b.send(t, plans[0].Mails[0])
}

// Who turns optional mail off gets none from then on, planned before or after; everything else comes, and the survey stays
// open by the link they have.
func TestOptionalMailEndsWithTheClaim(t *testing.T) {
	onBoth(t, func(t *testing.T, b *bundle) {
		refs, plans, job := b.sixMonthsOn(t, 2)
		token := job.Items[0].Unsubscribe
		if token.IsZero() {
			t.Fatal("optional mail has no link that turns it off")
		}
		for range 2 {
			must(t, b.Subscribe(b.ctx, token, false, b.clock.Now()))
			b.clock.set(b.clock.Now().Add(time.Minute))
		}
		if on, err := b.Subscribed(b.ctx, token); on || err != nil {
			t.Errorf("still on, %v", err)
		}
		off := b.journeyOf(t, refs[0]).Person.Unsubscribed
		if !off.Equal(b.clock.Now().Add(-2*time.Minute)) || !b.journeyOf(t, refs[1]).Person.Unsubscribed.IsZero() {
			t.Errorf("turned off at %v; the other: %v", off, b.journeyOf(t, refs[1]).Person.Unsubscribed)
		}
		if got := b.claim(t, plans[1].Mails[0]); got.Outcome == programme.ClaimNotSent {
			t.Errorf("somebody else's: %+v", got)
		}
		for _, mail := range plans[0].Mails[1:] {
			if got := b.claim(t, mail); got.Outcome != programme.ClaimNotSent || got.Reason != programme.NotSentUnsubscribed {
				t.Errorf("%s: %+v", mail.Key, got)
			}
		}
		for _, line := range b.lines(t, refs[0], programme.MsgSurveyReminder) {
			if line.Stage == sixMonths && (line.State != programme.MessageNotSent || line.Reason != programme.NotSentUnsubscribed) {
				t.Errorf("ledger %+v", line)
			}
		}
		// The survey is open by its link, and answering it is confirmed by a mail that cannot be turned off.
		if _, err := b.Redeem(b.ctx, job.Items[0].Link, b.clock.Now()); err != nil {
			t.Errorf("the survey: %v", err)
		}
		b.submit(t, plans[0].Ask, survey("4"))
		end := b.closed(t, refs[0], sixMonths)
		reply := slices.IndexFunc(end.Mails, func(m programme.PlannedMail) bool { return strings.Contains(m.Key, "/"+programme.MsgSurveyDone+"/") })
		if reply < 0 {
			t.Fatalf("no confirmation: %+v", end)
		}
		if done := b.send(t, end.Mails[reply]); !done.Items[0].Unsubscribe.IsZero() {
			t.Error("a confirmation can be turned off")
		}
		// The next survey opens without a mail, and lapses by itself.
		b.goTo("2028-11-09 06:00")
		next := b.openStage(t, refs[0], twelveMonths)
		if got := b.claim(t, next.Mails[0]); got.Reason != programme.NotSentUnsubscribed {
			t.Errorf("the request a year on: %+v", got)
		}
		// Turned on again, what has still to come comes.
		for range 2 {
			must(t, b.Subscribe(b.ctx, token, true, b.clock.Now()))
		}
		if again := b.send(t, next.Mails[1]); again.Items[0].Unsubscribe.IsZero() || again.Items[0].Link.IsZero() {
			t.Errorf("%+v", again.Items[0])
		}
		must(t, b.Subscribe(b.ctx, token, false, b.clock.Now()))
		b.clock.set(next.Limit)
		if _, lapsed, err := b.Lapse(b.ctx, next.Ask, next.Plan, next.Limit); !lapsed || err != nil {
			t.Errorf("lapsed %v, %v", lapsed, err)
		}
		b.sound(t)
	})
}

// Mail that waits for another attempt has not gone: it stays unsent too. A mail that may have gone is tried to its end.
func TestOptionalMailEndsBetweenTwoAttempts(t *testing.T) {
	onBoth(t, func(t *testing.T, b *bundle) {
		_, plans, job := b.sixMonthsOn(t, 1)
		reminder := plans[0].Mails[1]
		b.clock.set(reminder.At)
		tried := b.begin(t, reminder)
		b.finish(t, reminder.Key, programme.MailTemporary, false)
		must(t, b.Subscribe(b.ctx, job.Items[0].Unsubscribe, false, b.clock.Now()))
		if got := b.claim(t, reminder); got.Outcome != programme.ClaimNotSent || got.Reason != programme.NotSentUnsubscribed {
			t.Errorf("the second attempt: %+v", got)
		}
		if on, err := b.Subscribed(b.ctx, tried.Items[0].Unsubscribe); on || err != nil {
			t.Errorf("the link of a mail that never went: %v, %v", on, err)
		}
	})
}

// The surveys of the year itself are not optional.
func TestASurveyOfTheYearCannotBeTurnedOff(t *testing.T) {
	onBoth(t, func(t *testing.T, b *bundle) {
		ref := b.enrol(t, 1)[0]
		b.goTo("2027-10-25 06:00")
		plan := b.openStage(t, ref, "closing-survey")
		if job := b.send(t, plan.Mails[0]); !job.Items[0].Unsubscribe.IsZero() {
			t.Error("its request can be turned off")
		}
		must(t, b.tx(b.ctx, func(tx *gorm.DB) error {
			return tx.Exec("UPDATE people SET unsubscribed_at = ?", b.clock.Now()).Error
		}))
		if got := b.claim(t, plan.Mails[1]); got.Outcome != programme.ClaimSend {
			t.Errorf("its reminder: %+v", got)
		}
	})
}

func TestTokensThatTurnMailOff(t *testing.T) {
	onBoth(t, func(t *testing.T, b *bundle) {
		refs, plans, job := b.sixMonthsOn(t, 1)
		token := job.Items[0].Unsubscribe
		feed, err := b.FeedToken(b.ctx, refs[0])
		must(t, err)
		newer := b.send(t, plans[0].Mails[1]).Items[0].Unsubscribe
		for name, c := range map[string]struct {
			token programme.Token
			want  error
		}{
			"forged":            {programme.NewToken(), programme.ErrLinkUnknown},
			"empty":             {programme.Token{}, programme.ErrLinkUnknown},
			"its own hash":      {programme.TokenFrom(token.Hash()), programme.ErrLinkUnknown},
			"another writing":   {programme.TokenFrom("v2." + token.Reveal()), programme.ErrLinkUnknown},
			"cut short":         {programme.TokenFrom(token.Reveal()[:42]), programme.ErrLinkUnknown},
			"of the survey":     {job.Items[0].Link, programme.ErrLinkUnknown},
			"of the calendar":   {feed, programme.ErrLinkUnknown},
			"its own":           {token, nil},
			"once more":         {token, nil},
			"of the newer mail": {newer, nil},
		} {
			must(t, b.Subscribe(b.ctx, token, true, b.clock.Now()))
			if _, err := b.Subscribed(b.ctx, c.token); !errors.Is(err, c.want) {
				t.Errorf("%s looked at: %v", name, err)
			}
			if err := b.Subscribe(b.ctx, c.token, false, b.clock.Now()); !errors.Is(err, c.want) {
				t.Errorf("%s: %v", name, err)
			}
			if on, err := b.Subscribed(b.ctx, token); err != nil || on != (c.want != nil) {
				t.Errorf("after %s mail is on: %v, %v", name, on, err)
			}
		}
		// It opens nothing else.
		if _, err := b.Redeem(b.ctx, token, b.clock.Now()); !errors.Is(err, programme.ErrLinkUnknown) {
			t.Errorf("as a private link: %v", err)
		}
		if err := b.StartVisit(b.ctx, token, programme.NewToken(), b.clock.Now()); !errors.Is(err, programme.ErrLinkUnknown) {
			t.Errorf("as a visit: %v", err)
		}
		// Years later it still works; at an address that is the leader's no more it does not.
		b.clock.set(b.clock.Now().AddDate(3, 0, 0))
		must(t, b.Subscribe(b.ctx, token, true, b.clock.Now()))
		must(t, b.tx(b.ctx, func(tx *gorm.DB) error {
			return tx.Exec("UPDATE people SET link_epoch = link_epoch + 1").Error
		}))
		if err := b.Subscribe(b.ctx, token, false, b.clock.Now()); !errors.Is(err, programme.ErrLinkReplaced) {
			t.Errorf("at the old address: %v", err)
		}
	})
}
