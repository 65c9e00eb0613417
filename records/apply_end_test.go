package records

import (
	"errors"
	"strings"
	"testing"

	"fairlead/programme"
)

func TestWithdraw(t *testing.T) {
	onBoth(t, func(t *testing.T, b *bundle) {
		refs := b.invite(t, 2, 4)
		b.goTo("2026-09-07 06:00")
		link := b.send(t, b.openStage(t, refs[0], "selection").Mails[0]).Items[0].Link
		unwritten := b.openStage(t, refs[1], "selection")
		now := b.goTo("2026-09-08 19:00")
		effect := b.ordered(t, programme.Command{Name: programme.CmdWithdraw, Ref: refs[0], Reason: "role_change"})
		if effect.State != programme.Withdrawn || len(effect.Ends) != 4 || len(effect.Mails) != 1 || len(effect.Plans) > 0 {
			t.Fatalf("effect %+v", effect)
		}
		for _, end := range effect.Ends {
			if end.State != programme.StageCancelled || end.Journey != programme.Withdrawn {
				t.Errorf("end %+v", end)
			}
		}
		// It was evening: the mail goes at the leader's next minute, and a journey that has ended may send it.
		mail := b.message(t, effect.Mails[0].Key)
		if mail.Message != programme.MsgWithdrawn || mail.Rule != programme.RuleStaff || programme.DateOf(mail.At).String() != "2026-09-09" ||
			!strings.HasSuffix(mail.Key, "/-/withdrawn/"+b.lastCommand(t)) {
			t.Errorf("mail %+v", mail)
		}
		if _, err := b.Redeem(b.ctx, link, now); !errors.Is(err, programme.ErrLinkExpired) {
			t.Errorf("the link: %v", err)
		}
		for _, m := range b.lines(t, refs[0], programme.MsgInvitationReminder) {
			if m.State != programme.MessageNotSent || m.Reason != programme.NotSentWithdrawn {
				t.Errorf("%+v", m)
			}
		}
		if n := len(b.outboxOf(t, programme.CohortID(spring), "place-freed")); n != 1 {
			t.Errorf("%d promises of a freed place", n)
		}
		b.send(t, effect.Mails[0])
		// Somebody who never got a mail gets none now.
		effect = b.ordered(t, programme.Command{Name: programme.CmdWithdraw, Ref: refs[1]})
		if len(effect.Mails) > 0 || b.message(t, unwritten.Mails[0].Key).Reason != programme.NotSentWithdrawn {
			t.Errorf("unwritten: %+v", effect)
		}
		// Nor does the reserve, which holds no place.
		effect = b.ordered(t, programme.Command{Name: programme.CmdWithdraw, Ref: refs[3]})
		if len(effect.Mails) > 0 || effect.State != programme.Withdrawn || len(b.outboxOf(t, programme.CohortID(spring), "place-freed")) != 2 {
			t.Errorf("reserve: %+v", effect)
		}
		b.sound(t)
	})
}

func (b *bundle) lastCommand(t *testing.T) string {
	t.Helper()
	var row commandRow
	must(t, b.db.Order("created_real DESC").Take(&row).Error)
	return row.ID
}

func TestWithdrawEndsTasks(t *testing.T) {
	onBoth(t, func(t *testing.T, b *bundle) {
		ref := b.playOnboarding(t, 1)[0]
		plan := b.openStage(t, ref, "onboarding")
		b.clock.set(plan.Grace)
		_, err := b.Overdue(b.ctx, plan.Ask, 1, plan.Grace)
		must(t, err)
		b.ordered(t, programme.Command{Name: programme.CmdWithdraw, Ref: ref})
		if tasks := b.openTasks(t, ref); len(tasks) > 0 {
			t.Errorf("tasks %v", tasks)
		}
	})
}

func TestDeferIntoALaunchedCohort(t *testing.T) {
	onBoth(t, func(t *testing.T, b *bundle) {
		b.autumn(t, 1)
		_, err := b.Launch(b.ctx, autumn, "staff:test", b.Now(b.ctx))
		must(t, err)
		ref := b.playOnboarding(t, 1)[0]
		b.answered(t, ref, "onboarding", onboarding())
		b.goTo("2026-11-25 12:00")
		effect := b.ordered(t, programme.Command{Name: programme.CmdDefer, Ref: ref, Into: autumn, Reason: "leave"})
		if effect.State != programme.Deferred || effect.Into == "" || len(effect.Mails) != 1 || len(effect.Ends) != 2 {
			t.Fatalf("effect %+v", effect)
		}
		next := b.journeyOf(t, effect.Into)
		if next.State != programme.Enrolled || next.Continues != ref || next.Cohort != autumn || !next.Started ||
			next.Person.ID != b.journeyOf(t, ref).Person.ID || next.Role.JobTitle != "Chief Constable" || next.Assistant == nil ||
			next.AssistantMay != programme.AssistantNeeds || next.Stages[0].State != programme.StageSkipped {
			t.Errorf("the new journey %+v", next)
		}
		c, err := b.Cohort(b.ctx, autumn)
		must(t, err)
		if c.PlacesHeld != 1 {
			t.Errorf("%d places held there", c.PlacesHeld)
		}
		// The mail names the other cohort.
		if item := b.send(t, effect.Mails[0]).Items[0]; item.Cohort != autumn || item.Message != programme.MsgDeferred {
			t.Errorf("the mail says %+v", item)
		}
		// Its launch takes the new journey along, with all stages to come and the year's dates.
		rows := b.outboxOf(t, programme.CohortID(autumn), "launch")
		if len(rows) != 2 {
			t.Fatalf("outbox %+v", rows)
		}
		page, err := b.LaunchPage(b.ctx, strings.Split(string(rows[1].Body), `"`)[3], 10)
		must(t, err)
		if len(page) != 1 || page[0].Ref != effect.Into || len(page[0].Openings) != 3 || len(page[0].Mails) != 1 {
			t.Errorf("page %+v", page)
		}
		// Answers and consents came along; what is kept apart from the person did not.
		drafts, err := b.Drafts(b.ctx, programme.AskID(effect.Into, "onboarding", 1))
		must(t, err)
		if len(drafts) != 5 || drafts["needs"].Answers.Get("dietary") != "vegan" || !drafts["profile"].Complete || drafts["survey"].Answers != nil {
			t.Errorf("drafts %+v", drafts)
		}
		if n := b.count(t, "SELECT COUNT(*) FROM consents WHERE ref = ?", effect.Into); n != 2 {
			t.Errorf("%d consents", n)
		}
		b.sound(t)
	})
}

func TestDeferIntoACohortThatIsNotLaunched(t *testing.T) {
	onBoth(t, func(t *testing.T, b *bundle) {
		b.autumn(t, 1)
		ref := b.playOnboarding(t, 1)[0]
		effect := b.ordered(t, programme.Command{Name: programme.CmdDefer, Ref: ref, Into: autumn})
		if n := len(b.outboxOf(t, programme.CohortID(autumn), "launch")); n != 0 || b.journeyOf(t, effect.Into).Started {
			t.Errorf("%d launches", n)
		}
		op, err := b.Launch(b.ctx, autumn, "staff:test", b.Now(b.ctx))
		if err != nil || op.Total != 1 {
			t.Errorf("the launch takes %d along, %v", op.Total, err)
		}
	})
}

// Who was on hold when the cohort was launched is started when the journey resumes.
func TestDeferredAndOnHoldOverTheLaunch(t *testing.T) {
	onBoth(t, func(t *testing.T, b *bundle) {
		b.autumn(t, 1)
		ref := b.playOnboarding(t, 1)[0]
		into := b.ordered(t, programme.Command{Name: programme.CmdDefer, Ref: ref, Into: autumn}).Into
		b.ordered(t, programme.Command{Name: programme.CmdHold, Ref: into})
		op, err := b.Launch(b.ctx, autumn, "staff:test", b.Now(b.ctx))
		if err != nil || op.Total != 0 || b.journeyOf(t, into).Started {
			t.Errorf("the launch takes %d along, %v", op.Total, err)
		}
		launched := len(b.outboxOf(t, programme.CohortID(autumn), "launch"))
		if effect := b.ordered(t, programme.Command{Name: programme.CmdResume, Ref: into}); effect.State != programme.Enrolled {
			t.Errorf("resumed: %+v", effect)
		}
		if n := len(b.outboxOf(t, programme.CohortID(autumn), "launch")); n != launched+1 || !b.journeyOf(t, into).Started {
			t.Errorf("%d launches after %d, started %v", n, launched, b.journeyOf(t, into).Started)
		}
		b.sound(t)
	})
}

func TestDeferIsRefused(t *testing.T) {
	onBoth(t, func(t *testing.T, b *bundle) {
		b.autumn(t, 1)
		refs := b.playOnboarding(t, 3)
		try := func(ref, into string) error {
			_, err := b.order(programme.Command{Name: programme.CmdDefer, Ref: ref, Into: into})
			return err
		}
		var invalid *programme.Invalid
		for _, into := range []string{spring, "2099-spring", ""} {
			if err := try(refs[0], into); !errors.As(err, &invalid) {
				t.Errorf("into %q: %v", into, err)
			}
		}
		must(t, try(refs[0], autumn))
		var illegal *programme.Illegal
		before := b.wholeRecords(t)
		if err := try(refs[1], autumn); !errors.As(err, &illegal) || !strings.Contains(illegal.State, "full") {
			t.Errorf("into a full cohort: %v", err)
		}
		if diff := difference(before, b.wholeRecords(t)); diff != "" {
			t.Errorf("it left something behind: %s", diff)
		}
		c, err := b.Cohort(b.ctx, autumn)
		must(t, err)
		c.Places = 5
		must(t, b.UpdateCohort(b.ctx, c, c.Version))
		// Somebody who is there already, and a cohort nobody can join any more.
		person := b.journeyOf(t, refs[1]).Person
		_, err = b.ImportParticipants(b.ctx, autumn, []programme.Participant{{Row: 2, GivenName: person.GivenName, FamilyName: person.FamilyName,
			Email: person.Email, Role: people(1)[0].Role}}, false, "staff:test")
		must(t, err)
		if err := try(refs[1], autumn); !errors.As(err, &invalid) || !strings.Contains(err.Error(), "another reference") {
			t.Errorf("already there: %v", err)
		}
		b.goTo("2027-08-06 12:00")
		if err := try(refs[2], autumn); !errors.As(err, &invalid) || !strings.Contains(err.Error(), "joining day") {
			t.Errorf("too late: %v", err)
		}
		b.sound(t)
	})
}
