package records

import (
	"strings"
	"testing"

	"fairlead/programme"
)

func TestHoldStopsWhatIsScheduledAndLeavesLinksGood(t *testing.T) {
	onBoth(t, func(t *testing.T, b *bundle) {
		ref := b.enrol(t, 1)[0]
		b.goTo("2026-11-23 06:00")
		plan := b.openStage(t, ref, "onboarding")
		link := b.send(t, plan.Mails[0]).Items[0].Link
		now := b.goTo("2026-12-01 12:00")
		effect := b.ordered(t, programme.Command{Name: programme.CmdHold, Ref: ref, Reason: "illness"})
		if effect.State != programme.OnHold || len(effect.Plans) != 1 || !effect.Plans[0].Held || len(effect.Plans[0].Mails) > 0 {
			t.Errorf("effect %+v", effect)
		}
		j := b.journeyOf(t, ref)
		if j.State != programme.OnHold || j.HeldState != programme.Enrolled || !j.HeldFrom.Equal(now) {
			t.Errorf("journey %+v", j)
		}
		for _, m := range b.lines(t, ref, programme.MsgOnboardingReminder) {
			if m.State != programme.MessageNotSent || m.Reason != programme.NotSentHeld {
				t.Errorf("%+v", m)
			}
		}
		if _, err := b.Redeem(b.ctx, link, now); err != nil {
			t.Errorf("the link: %v", err)
		}
		// An answer during a hold is welcome, and its confirmation goes.
		b.submit(t, plan.Ask, onboarding())
		end := b.closed(t, ref, "onboarding")
		if end.Journey != programme.OnHold || b.claim(t, end.Mails[0]).Outcome != programme.ClaimSend {
			t.Errorf("end %+v", end)
		}
		b.goTo("2027-01-12 12:00")
		if effect := b.ordered(t, programme.Command{Name: programme.CmdResume, Ref: ref}); len(effect.Plans) > 0 || effect.State != programme.Enrolled {
			t.Errorf("resumed: %+v", effect)
		}
	})
}

func TestAnInvitationAcceptedDuringAHold(t *testing.T) {
	onBoth(t, func(t *testing.T, b *bundle) {
		refs := b.invite(t, 2, 2)
		b.goTo("2026-09-07 12:00")
		for i, answers := range []programme.Answers{accept(), decline()} {
			plan := b.openStage(t, refs[i], "selection")
			b.ordered(t, programme.Command{Name: programme.CmdHold, Ref: refs[i]})
			b.submit(t, plan.Ask, answers)
		}
		if end := b.closed(t, refs[0], "selection"); end.Journey != programme.OnHold || b.journeyOf(t, refs[0]).HeldState != programme.Enrolled {
			t.Errorf("accepted: %+v", end)
		}
		if end := b.closed(t, refs[1], "selection"); end.Journey != programme.Declined {
			t.Errorf("declined: %+v", end)
		}
		effect := b.ordered(t, programme.Command{Name: programme.CmdResume, Ref: refs[0]})
		if effect.State != programme.Enrolled || len(effect.Openings) != 3 || len(effect.Mails) != 1 {
			t.Errorf("resumed: %+v", effect)
		}
		b.sound(t)
	})
}

// holdFor holds a journey for six weeks, from Tuesday 1 December to Tuesday 12 January.
func (b *bundle) holdFor(t *testing.T, ref, until, missed string) programme.Effect {
	t.Helper()
	b.goTo("2026-12-01 12:00")
	b.ordered(t, programme.Command{Name: programme.CmdHold, Ref: ref, Reason: "illness"})
	b.goTo(until)
	return b.ordered(t, programme.Command{Name: programme.CmdResume, Ref: ref, Missed: missed})
}

func TestResumeMovesDatesByTheLengthOfTheHold(t *testing.T) {
	onBoth(t, func(t *testing.T, b *bundle) {
		ref := b.playOnboarding(t, 1)[0]
		effect := b.holdFor(t, ref, "2027-01-12 12:00", "")
		if len(effect.Plans) != 1 || effect.State != programme.Enrolled {
			t.Fatalf("effect %+v", effect)
		}
		plan := effect.Plans[0]
		// 17 December and 42 days: 28 January. The limit, 11 January, becomes 22 February.
		if plan.Plan != 2 || !plan.Due.Equal(london("2027-01-28 17:00")) || !plan.Limit.Equal(london("2027-02-22 17:00")) || plan.Held {
			t.Errorf("plan %+v", plan)
		}
		if days := daysOf(plan.Mails); days != "2027-01-21 2027-01-25 2027-01-27" {
			t.Errorf("mails on %s", days)
		}
		stage := b.stageOf(t, ref, "onboarding")
		if !stage.Due.Equal(plan.Due) || !stage.Limit.Equal(plan.Limit) {
			t.Errorf("stage %+v", stage)
		}
		if n := b.count(t, "SELECT COUNT(*) FROM links WHERE purpose = 'ask' AND expires_at = ?", plan.Limit); n != 1 {
			t.Errorf("%d links live to the new limit", n)
		}
		if n := len(b.lines(t, ref, programme.MsgOnboarding)); n != 1 {
			t.Errorf("the request stands %d times in the ledger", n)
		}
	})
}

func daysOf(mails []programme.PlannedMail) string {
	var days []string
	for _, mail := range mails {
		days = append(days, programme.DateOf(mail.At).String())
	}
	return strings.Join(days, " ")
}

func TestResumeSendsTheLatestMissedReminderWhereAsked(t *testing.T) {
	onBoth(t, func(t *testing.T, b *bundle) {
		refs := b.playOnboarding(t, 2)
		effect := b.holdFor(t, refs[0], "2027-01-12 12:00", "send")
		now := b.clock.Now()
		first := effect.Plans[0].Mails[0]
		if len(effect.Plans[0].Mails) != 4 || !first.At.Equal(now) || !strings.HasSuffix(first.Key, "/onboarding-reminder/1.2.3.1") {
			t.Fatalf("mails %+v", effect.Plans[0].Mails)
		}
		if m := b.message(t, first.Key); m.Rule != programme.RuleStaff {
			t.Errorf("line %+v", m)
		}
		b.send(t, first)
		// In the evening it goes with what else is due in the morning.
		effect = b.holdFor(t, refs[1], "2027-01-12 20:00", "send")
		first = effect.Plans[0].Mails[0]
		if m := b.message(t, first.Key); m.Rule != programme.RuleScheduled || programme.DateOf(m.At).String() != "2027-01-13" {
			t.Errorf("in the evening: %+v", m)
		}
	})
}

func TestResumePlansARequestThatNeverWent(t *testing.T) {
	onBoth(t, func(t *testing.T, b *bundle) {
		ref := b.enrol(t, 1)[0]
		b.goTo("2026-11-23 06:00")
		b.openStage(t, ref, "onboarding")
		b.goTo("2026-11-23 08:00")
		b.ordered(t, programme.Command{Name: programme.CmdHold, Ref: ref})
		b.goTo("2026-12-01 12:00")
		effect := b.ordered(t, programme.Command{Name: programme.CmdResume, Ref: ref, Missed: "send"})
		plan := effect.Plans[0]
		if !strings.HasSuffix(plan.Mails[0].Key, "/onboarding/1.2.0") || programme.DateOf(plan.Mails[0].At).String() != "2026-12-02" {
			t.Fatalf("mails %+v", plan.Mails)
		}
		b.send(t, plan.Mails[0])
		// Nobody works from Christmas to New Year: due and reminders keep out of it.
		if days := daysOf(plan.Mails); days != "2026-12-02 2026-12-23" || !plan.Due.Equal(london("2027-01-04 17:00")) {
			t.Errorf("plan %+v", plan)
		}
	})
}

func TestResumeOpensAtOnceWhatPassedInTheHold(t *testing.T) {
	onBoth(t, func(t *testing.T, b *bundle) {
		ref := b.enrol(t, 1)[0]
		b.goTo("2026-11-20 12:00")
		b.ordered(t, programme.Command{Name: programme.CmdHold, Ref: ref})
		now := b.goTo("2026-12-15 12:00")
		effect := b.ordered(t, programme.Command{Name: programme.CmdResume, Ref: ref})
		if len(effect.Openings) != 3 || effect.Openings[0].Stage != "onboarding" || !effect.Openings[0].At.Equal(now) ||
			!effect.Openings[0].Due.After(now) || !effect.Openings[1].At.Equal(london("2027-10-25 06:00")) {
			t.Errorf("openings %+v", effect.Openings)
		}
		if len(effect.Mails) != 1 || programme.DateOf(effect.Mails[0].At).String() != "2026-12-16" {
			t.Errorf("the year's dates: %+v", effect.Mails)
		}
	})
}

func TestResumeOfAnAskThatWasOverdue(t *testing.T) {
	onBoth(t, func(t *testing.T, b *bundle) {
		ref := b.playOnboarding(t, 1)[0]
		plan := b.openStage(t, ref, "onboarding")
		b.clock.set(plan.Grace)
		_, err := b.Overdue(b.ctx, plan.Ask, 1, plan.Grace)
		must(t, err)
		b.goTo("2026-12-18 12:00")
		b.ordered(t, programme.Command{Name: programme.CmdHold, Ref: ref})
		b.goTo("2027-01-05 12:00")
		resumed := b.ordered(t, programme.Command{Name: programme.CmdResume, Ref: ref}).Plans[0]
		if resumed.Owner != programme.OwnerStaff || !resumed.Grace.IsZero() || len(resumed.Mails) > 0 || !resumed.Limit.After(b.clock.Now()) {
			t.Errorf("plan %+v", resumed)
		}
		if stage := b.stageOf(t, ref, "onboarding"); !stage.Overdue || stage.WaitingOn != programme.OwnerStaff {
			t.Errorf("stage %+v", stage)
		}
	})
}
