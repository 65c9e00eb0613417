package records

import (
	"testing"

	"fairlead/programme"
)

// Nobody is asked to book a session as long as there is no coach to book it with: the request waits for the match, reminders do
// not go, and nothing is said of a coach who is none.
func TestARequestWaitsForTheCoach(t *testing.T) {
	onBoth(t, func(t *testing.T, b *bundle) {
		ref := b.onboarded(t)
		b.goTo("2027-01-25 06:00")
		plan := b.openStage(t, ref, "coaching-1")
		mail := plan.Mails[0]
		for range 2 {
			b.clock.set(mail.At)
			claim := b.claim(t, mail)
			if line := b.message(t, mail.Key); claim.Outcome != programme.ClaimReplanned || line.State != programme.MessagePlanned || line.Reason != programme.WaitsForCoach ||
				!claim.At.Equal(mail.At.AddDate(0, 0, 1)) {
				t.Fatalf("%+v, and the ledger says %+v", claim, line)
			}
			mail.At = mail.At.AddDate(0, 0, 1)
		}
		b.importCoaches(t, coaches(1, 1))
		must(t, ignore(b.MatchCohort(b.ctx, spring, false, "staff:ada")))
		if item := b.send(t, mail).Items[0]; item.Message != programme.MsgCoaching || item.Session.Coach != "Coach 0" {
			t.Errorf("%+v", item.Session)
		}
		coach, err := b.CoachOf(b.ctx, ref)
		must(t, err)
		must(t, ignore(b.CoachLeaves(b.ctx, spring, coach.Ref, "other", "", "staff:ada")))
		reminder := plan.Mails[1]
		b.clock.set(reminder.At)
		if claim := b.claim(t, reminder); claim.Outcome != programme.ClaimNotSent || claim.Reason != programme.WaitsForCoach {
			t.Errorf("without a coach the reminder does %+v", claim)
		}
	})
}

// onboarded is a leader of a year with coaching whose onboarding has ended, in a cohort without coaches.
func (b *bundle) onboarded(t *testing.T) string {
	t.Helper()
	refs, _ := b.coached(t, 1, nil)
	return refs[0]
}
