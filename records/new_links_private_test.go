package records

import (
	"slices"
	"testing"
	"time"

	"fairlead/programme"
)

func TestNewLinksToTwoAddresses(t *testing.T) {
	onBoth(t, func(t *testing.T, b *bundle) {
		ref := b.withPrivate(t, "year", atHome)
		b.goTo("2027-11-19 12:00")
		b.openStage(t, ref, "closing-survey")
		b.openStage(t, ref, "alumni")
		for n := range newLinksAnHour + 1 {
			outbox, err := b.RequestNewLink(b.ctx, atWork, b.clock.Now())
			must(t, err)
			if want := 2; n < newLinksAnHour && len(outbox) != want || n == newLinksAnHour && len(outbox) != 0 {
				t.Errorf("%d: %d mails", n, len(outbox))
			}
		}
		sent := map[string]string{}
		for _, m := range b.lines(t, ref, programme.MsgNewLink)[:2] {
			job := b.send(t, programme.PlannedMail{Key: m.Key, At: m.At})
			for _, open := range job.Items[0].Open {
				sent[job.To.Email] += open.Stage + " "
			}
			if home := job.To.Email == atHome; home != job.Items[0].Link.IsZero() {
				t.Errorf("the page of the year: %+v", job)
			}
		}
		if len(sent) != 2 || sent[atWork] != "alumni " || sent[atHome] != "closing-survey " {
			t.Errorf("sent %v", sent)
		}
	})
}

// Whoever types the private address gets what goes there and nothing else, three times an hour whichever address is typed.
func TestNewLinksByThePrivateAddress(t *testing.T) {
	onBoth(t, func(t *testing.T, b *bundle) {
		ref := b.withPrivate(t, "year", " Helen@home.example ")
		asked := func(email string, want int) []programme.PlannedMail {
			t.Helper()
			before := b.lines(t, ref, programme.MsgNewLink)
			outbox, err := b.RequestNewLink(b.ctx, email, b.clock.Now())
			must(t, err)
			var mails []programme.PlannedMail
			for _, m := range b.lines(t, ref, programme.MsgNewLink) {
				if !slices.ContainsFunc(before, func(old programme.Message) bool { return old.Key == m.Key }) {
					mails = append(mails, programme.PlannedMail{Key: m.Key, At: m.At})
				}
			}
			if len(outbox) != want || len(mails) != want {
				t.Errorf("%s: %d mails, %d promised", email, len(mails), len(outbox))
			}
			return mails
		}
		b.goTo("2027-11-19 12:00")
		b.openStage(t, ref, "alumni")
		asked(atHome, 0) // nothing is open there
		survey1 := b.openStage(t, ref, "closing-survey")
		asked("somebody@home.example", 0)
		for _, mail := range asked("HELEN@home.example ", 1) {
			job := b.send(t, mail)
			if open := job.Items[0].Open; job.To.Email != "Helen@home.example" || len(open) != 1 || open[0].Stage != "closing-survey" || !job.Items[0].Link.IsZero() {
				t.Errorf("%+v", job)
			}
		}
		asked(atWork, 2)
		asked(atHome, 1)
		asked(atHome, 0) // the fourth to this address
		asked(atWork, 1) // the second to that one
		b.clock.set(b.clock.Now().Add(time.Hour + time.Second))
		must(t, b.writer.Exec("UPDATE private_addresses SET suppressed = 'refused'").Error)
		asked(atHome, 0)
		must(t, b.writer.Exec("UPDATE private_addresses SET suppressed = ''").Error)
		must(t, b.writer.Exec("UPDATE people SET suppressed = 'refused' WHERE email_folded = ?", atWork).Error)
		asked(atHome, 1)
		b.submit(t, survey1.Ask, survey("3"))
		asked(atHome, 0)
	})
}
