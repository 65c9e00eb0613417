package records

import (
	"errors"
	"slices"
	"testing"
	"time"

	"fairlead/programme"
)

func TestOpenStagePlansTheWholeLadderOnce(t *testing.T) {
	onBoth(t, func(t *testing.T, b *bundle) {
		ref := b.invite(t, 1, 1)[0]
		now := b.goTo("2026-09-07 06:00")
		plan := b.openStage(t, ref, "selection")
		if !plan.Due.Equal(london("2026-09-21 17:00")) || !plan.Limit.Equal(plan.Due) || !plan.Grace.IsZero() {
			t.Errorf("due %v, grace %v, limit %v", plan.Due, plan.Grace, plan.Limit)
		}
		if len(plan.Mails) != 4 || plan.State != programme.AskOpen || plan.Owner != programme.OwnerParticipant || !plan.Since.Equal(now) {
			t.Errorf("plan %+v", plan)
		}
		if !slices.IsSortedFunc(plan.Mails, func(a, b programme.PlannedMail) int { return a.At.Compare(b.At) }) {
			t.Error("mails are not in order")
		}
		b.goTo("2026-09-08 12:00")
		again := b.openStage(t, ref, "selection")
		if again.Ask != plan.Ask || !again.Due.Equal(plan.Due) || len(again.Mails) != 4 || !again.Since.Equal(now) {
			t.Errorf("a repeat gives %+v", again)
		}
		if n := len(b.ledger(t, ref)); n != 4 {
			t.Errorf("%d lines after a repeat", n)
		}
		stage := b.stageOf(t, ref, "selection")
		if stage.State != programme.StageOpen || stage.Round != 1 || stage.WaitingOn != programme.OwnerParticipant ||
			!stage.Due.Equal(plan.Due) || !stage.Limit.Equal(plan.Limit) || !stage.Since.Equal(now) || !stage.OpensAt.Equal(now) {
			t.Errorf("stage %+v", stage)
		}
		moves, _, err := b.Moves(b.ctx, ref, 0, 10)
		must(t, err)
		last := moves[len(moves)-1]
		if last.Stage != "selection" || last.From != "not_open" || last.To != "open" || last.Actor != "programme" || !last.At.Equal(now) {
			t.Errorf("move %+v", last)
		}
		if _, err := b.OpenStage(b.ctx, "2028-spring", ref, "selection", now); !errors.Is(err, programme.ErrNotFound) {
			t.Errorf("in another cohort: %v", err)
		}
		if _, err := b.OpenStage(b.ctx, spring, ref, "coaching-1", now); !errors.Is(err, programme.ErrNotFound) {
			t.Errorf("unknown stage: %v", err)
		}
	})
}

func TestOpenStageLateKeepsTheMinimumNoticeAndDropsWhatComesTooClose(t *testing.T) {
	onBoth(t, func(t *testing.T, b *bundle) {
		ref := b.enrol(t, 1)[0]
		b.goTo("2026-12-11 15:00") // a Friday; planned due is Thursday 17 December
		plan := b.openStage(t, ref, "onboarding")
		if !plan.Due.Equal(london("2026-12-18 17:00")) || !plan.Grace.Equal(plan.Due.Add(programme.Grace)) {
			t.Errorf("due %v, grace %v", plan.Due, plan.Grace)
		}
		states := map[string]int{}
		for _, m := range b.lines(t, ref, programme.MsgOnboardingReminder) {
			states[string(m.State)+" "+m.Reason]++
		}
		if states["not_sent too_close"] != 2 || states["planned "] != 1 { // seven and three days before fall on or before the day after the request
			t.Errorf("reminders %v: %q", states, b.ledger(t, ref))
		}
		if day := programme.DateOf(plan.Mails[0].At).String(); day != "2026-12-14" {
			t.Errorf("the request goes on %s", day)
		}
	})
}

func TestOpenStageOfWhatHasEndedOrIsHeld(t *testing.T) {
	onBoth(t, func(t *testing.T, b *bundle) {
		refs := b.enrol(t, 4)
		b.goTo("2026-11-23 06:00")
		b.ordered(t, programme.Command{Name: programme.CmdWithdraw, Ref: refs[0]})
		if plan := b.openStage(t, refs[0], "onboarding"); plan.State != programme.AskCancelled || len(plan.Mails) > 0 {
			t.Errorf("withdrawn: %+v", plan)
		}
		b.ordered(t, programme.Command{Name: programme.CmdSkip, Ref: refs[1], Stage: "onboarding"})
		if plan := b.openStage(t, refs[1], "onboarding"); plan.State != programme.AskCancelled {
			t.Errorf("skipped: %+v", plan)
		}
		b.submit(t, b.openStage(t, refs[2], "onboarding").Ask, onboarding())
		if plan := b.openStage(t, refs[2], "onboarding"); plan.State != programme.AskAnswered || len(plan.Mails) > 0 || plan.Round != 1 {
			t.Errorf("answered: %+v", plan)
		}
		b.ordered(t, programme.Command{Name: programme.CmdHold, Ref: refs[3]})
		plan := b.openStage(t, refs[3], "onboarding")
		if !plan.Held || len(plan.Mails) > 0 || plan.State != programme.AskOpen {
			t.Errorf("held: %+v", plan)
		}
		for _, m := range b.lines(t, refs[3], programme.MsgOnboarding) {
			if m.State != programme.MessageNotSent || m.Reason != programme.NotSentHeld {
				t.Errorf("held: %s %s", m.State, m.Reason)
			}
		}
	})
}

func TestOverdueHandsOverOnce(t *testing.T) {
	onBoth(t, func(t *testing.T, b *bundle) {
		refs := b.enrol(t, 3)
		b.goTo("2026-11-23 06:00")
		plan := b.openStage(t, refs[0], "onboarding")
		overdue := func(ask string, number int, at time.Time) programme.AskPlan {
			b.clock.set(at)
			result, err := b.Overdue(b.ctx, ask, number, at)
			must(t, err)
			return result
		}
		if early := overdue(plan.Ask, 1, plan.Due); early.Owner != programme.OwnerParticipant || !early.Grace.Equal(plan.Grace) {
			t.Errorf("within the grace: %+v", early)
		}
		if other := overdue(plan.Ask, 2, plan.Grace); other.Owner != programme.OwnerParticipant {
			t.Errorf("another plan: %+v", other)
		}
		for range 2 {
			late := overdue(plan.Ask, 1, plan.Grace)
			if late.Owner != programme.OwnerStaff || !late.Grace.IsZero() || !late.Since.Equal(plan.Grace) {
				t.Errorf("after the grace: %+v", late)
			}
		}
		stage := b.stageOf(t, refs[0], "onboarding")
		if !stage.Overdue || stage.WaitingOn != programme.OwnerStaff || !stage.Since.Equal(plan.Grace) || stage.State != programme.StageOpen {
			t.Errorf("stage %+v", stage)
		}
		if tasks := b.openTasks(t, refs[0]); !slices.Equal(tasks, []string{"onboarding overdue"}) {
			t.Errorf("tasks %v", tasks)
		}
		// A late answer is welcome, and ends the task.
		b.submit(t, plan.Ask, onboarding())
		if tasks := b.openTasks(t, refs[0]); len(tasks) > 0 || b.stageOf(t, refs[0], "onboarding").Overdue {
			t.Errorf("after the answer: tasks %v", tasks)
		}
		b.goTo("2026-11-23 06:00")
		answered, held := b.openStage(t, refs[1], "onboarding"), b.openStage(t, refs[2], "onboarding")
		b.submit(t, answered.Ask, onboarding())
		b.ordered(t, programme.Command{Name: programme.CmdHold, Ref: refs[2]})
		if late := overdue(answered.Ask, 1, answered.Grace); late.State != programme.AskAnswered || late.Owner != programme.OwnerParticipant {
			t.Errorf("answered: %+v", late)
		}
		if late := overdue(held.Ask, 1, held.Grace); late.Owner != programme.OwnerParticipant || !late.Held {
			t.Errorf("held: %+v", late)
		}
		if _, err := b.Overdue(b.ctx, "P-XXXXXX/onboarding/1", 1, held.Grace); !errors.Is(err, programme.ErrNotFound) {
			t.Errorf("unknown ask: %v", err)
		}
	})
}

func TestLapseOfAnInvitationFreesThePlace(t *testing.T) {
	onBoth(t, func(t *testing.T, b *bundle) {
		refs := b.invite(t, 1, 2)
		b.goTo("2026-09-07 06:00")
		plan := b.openStage(t, refs[0], "selection")
		b.clock.set(plan.Limit)
		for range 2 {
			end, lapsed, err := b.Lapse(b.ctx, plan.Ask, 1, plan.Limit)
			must(t, err)
			if !lapsed || end.State != programme.StageLapsed || end.Journey != programme.Lapsed || len(end.Openings)+len(end.Mails) > 0 {
				t.Errorf("lapsed %t: %+v", lapsed, end)
			}
		}
		if n := len(b.outboxOf(t, programme.CohortID(spring), "place-freed")); n != 1 {
			t.Errorf("%d promises of a freed place", n)
		}
		for _, m := range b.lines(t, refs[0], programme.MsgInvitationReminder) {
			if m.State != programme.MessageNotSent || m.Reason != programme.NotSentLapsed {
				t.Errorf("%s %s", m.State, m.Reason)
			}
		}
		if _, n, err := b.FillPlaces(b.ctx, spring, plan.Limit); err != nil || n != 1 {
			t.Errorf("filled %d, %v", n, err)
		}
		b.nothingToCome(t, refs[0])
		b.sound(t)
	})
}

func TestLapseOfOnboardingRefusesConsentsAndOfASurveyIsSilent(t *testing.T) {
	onBoth(t, func(t *testing.T, b *bundle) {
		ref := b.enrol(t, 1)[0]
		b.goTo("2026-11-23 06:00")
		lapse := func(plan programme.AskPlan) programme.StageEnd {
			b.clock.set(plan.Limit)
			end, lapsed, err := b.Lapse(b.ctx, plan.Ask, plan.Plan, plan.Limit)
			must(t, err)
			if !lapsed {
				t.Fatalf("%s did not lapse", plan.Stage)
			}
			return end
		}
		plan := b.openStage(t, ref, "onboarding")
		b.clock.set(plan.Grace)
		_, err := b.Overdue(b.ctx, plan.Ask, 1, plan.Grace)
		must(t, err)
		if end := lapse(plan); end.Journey != programme.Enrolled || end.Outcome != "lapsed" {
			t.Errorf("onboarding: %+v", end)
		}
		if tasks := b.openTasks(t, ref); !slices.Equal(tasks, []string{"onboarding lapsed"}) {
			t.Errorf("tasks %v", tasks)
		}
		if n := b.count(t, "SELECT COUNT(*) FROM consents WHERE ref = ? AND NOT given AND source = 'limit'", ref); n != 2 {
			t.Errorf("%d refused consents", n)
		}
		b.goTo("2027-10-25 06:00")
		if end := lapse(b.openStage(t, ref, "closing-survey")); end.Journey != programme.Enrolled {
			t.Errorf("survey: %+v", end)
		}
		if tasks := b.openTasks(t, ref); len(tasks) != 1 {
			t.Errorf("a lapsed survey raises %v", tasks)
		}
		b.goTo("2027-11-29 06:00")
		if end := lapse(b.openStage(t, ref, "alumni")); end.Journey != programme.Completed {
			t.Errorf("every stage has ended: %+v", end)
		}
		b.sound(t)
	})
}

func TestLapseLeavesAloneWhatWasAnsweredHeldOrExtended(t *testing.T) {
	onBoth(t, func(t *testing.T, b *bundle) {
		refs := b.enrol(t, 3)
		b.goTo("2026-11-23 06:00")
		plans := make([]programme.AskPlan, 3)
		for i, ref := range refs {
			plans[i] = b.openStage(t, ref, "onboarding")
		}
		b.submit(t, plans[0].Ask, onboarding())
		b.ordered(t, programme.Command{Name: programme.CmdHold, Ref: refs[1]})
		b.ordered(t, programme.Command{Name: programme.CmdExtend, Ref: refs[2], Stage: "onboarding",
			Until: programme.Date{Year: 2027, Month: 2, Day: 1}})
		for i, plan := range plans {
			b.clock.set(plan.Limit)
			if _, lapsed, err := b.Lapse(b.ctx, plan.Ask, 1, plan.Limit); err != nil || lapsed {
				t.Errorf("%d: lapsed %t, %v", i, lapsed, err)
			}
		}
		// The new plan's number alone is not enough: it is not the limit yet.
		if _, lapsed, err := b.Lapse(b.ctx, plans[2].Ask, 2, b.clock.Now()); err != nil || lapsed {
			t.Errorf("before the limit: lapsed %t, %v", lapsed, err)
		}
	})
}

func TestCloseStageOfAnAcceptedInvitationOpensTheYear(t *testing.T) {
	onBoth(t, func(t *testing.T, b *bundle) {
		ref := b.invite(t, 1, 1)[0]
		b.goTo("2026-09-07 06:00")
		plan := b.openStage(t, ref, "selection")
		if end := b.closed(t, ref, "selection"); end.State != programme.StageOpen || end.Journey != programme.Invited {
			t.Errorf("unanswered: %+v", end)
		}
		b.goTo("2026-09-08 21:30")
		b.submit(t, plan.Ask, accept())
		var ends []programme.StageEnd
		for range 2 {
			ends = append(ends, b.closed(t, ref, "selection"))
		}
		for _, end := range ends {
			if end.State != programme.StageDone || end.Outcome != "accepted" || end.Journey != programme.Enrolled || len(end.Openings) != 3 {
				t.Errorf("end %+v", end)
			}
			if len(end.Mails) != 2 || end.Mails[0].Key == end.Mails[1].Key {
				t.Errorf("mails %+v", end.Mails)
			}
		}
		dates := b.lines(t, ref, programme.MsgYearDates)
		if len(dates) != 1 || dates[0].Rule != programme.RuleReply || !dates[0].At.Equal(london("2026-09-08 21:30")) {
			t.Errorf("year's dates %+v", dates)
		}
		reply := b.lines(t, ref, programme.MsgInvitationAccepted)
		if len(reply) != 1 || reply[0].Rule != programme.RuleReply || !reply[0].At.Equal(london("2026-09-08 21:30")) {
			t.Errorf("reply %+v", reply)
		}
		// The mail about the year lists its dates and brings the feed.
		item := b.send(t, ends[0].Mails[1]).Items[0]
		if len(item.Dates) != 3 || item.Feed.IsZero() || item.Link.IsZero() {
			t.Errorf("year's dates say %+v", item)
		}
		b.sound(t)
	})
}

func TestCloseStageOpensAtOnceWhatHasPassed(t *testing.T) {
	onBoth(t, func(t *testing.T, b *bundle) {
		ref := b.invite(t, 1, 1)[0]
		now := b.goTo("2026-12-14 11:00")
		end := b.answered(t, ref, "selection", accept())
		if end.Openings[0].Stage != "onboarding" || !end.Openings[0].At.Equal(now) || !end.Openings[0].Due.After(now) {
			t.Errorf("a late joiner: %+v", end.Openings)
		}
		if end.Openings[1].Stage != "closing-survey" || !end.Openings[1].At.After(now) {
			t.Errorf("a late joiner: %+v", end.Openings)
		}
	})
}

func TestCloseStageOfADeclinedInvitation(t *testing.T) {
	onBoth(t, func(t *testing.T, b *bundle) {
		ref := b.invite(t, 1, 2)[0]
		b.goTo("2026-09-08 12:00")
		end := b.answered(t, ref, "selection", decline())
		if end.Journey != programme.Declined || end.Outcome != "declined" || len(end.Openings) > 0 || len(end.Mails) != 1 {
			t.Errorf("end %+v", end)
		}
		if n := len(b.outboxOf(t, programme.CohortID(spring), "place-freed")); n != 1 {
			t.Errorf("%d promises of a freed place", n)
		}
		if claim := b.claim(t, end.Mails[0]); claim.Outcome != programme.ClaimSend || claim.Job.Rule != programme.RuleReply {
			t.Errorf("the reply after the end: %+v", claim)
		}
		b.nothingToCome(t, ref)
		b.sound(t)
	})
}

// nothingToCome checks that no stage of a journey that has ended still waits to open.
func (b *bundle) nothingToCome(t *testing.T, ref string) {
	t.Helper()
	for _, stage := range b.journeyOf(t, ref).Stages {
		if !stage.State.Closed() {
			t.Errorf("%s is %s after the journey's end", stage.Name, stage.State)
		}
	}
}

func TestAJourneyIsCompletedWhenItsLastStageHasEnded(t *testing.T) {
	onBoth(t, func(t *testing.T, b *bundle) {
		ref := b.enrol(t, 1)[0]
		b.goTo("2026-11-23 06:00")
		end := b.answered(t, ref, "onboarding", onboarding())
		if end.Journey != programme.Enrolled || len(end.Mails) != 2 {
			t.Errorf("onboarding: %+v", end)
		}
		welcome := b.lines(t, ref, programme.MsgAssistantWelcome)
		if len(welcome) != 1 || welcome[0].To != "assistant" || welcome[0].Rule != programme.RuleScheduled {
			t.Errorf("welcome %+v", welcome)
		}
		b.goTo("2027-11-15 06:00")
		survey1 := b.openStage(t, ref, "closing-survey")
		if end := b.answered(t, ref, "alumni", alumni()); end.Journey != programme.Enrolled {
			t.Errorf("the survey is still open: %+v", end)
		}
		b.submit(t, survey1.Ask, survey("5"))
		if end := b.closed(t, ref, "closing-survey"); end.Journey != programme.Completed || len(end.Mails) != 1 {
			t.Errorf("the end: %+v", end)
		}
		if j := b.journeyOf(t, ref); j.State != programme.Completed {
			t.Errorf("journey %s", j.State)
		}
		b.sound(t)
	})
}

// sound has the records check themselves.
func (b *bundle) sound(t *testing.T) {
	t.Helper()
	findings, err := b.Doctor(b.ctx)
	must(t, err)
	for _, finding := range findings {
		t.Error(finding)
	}
}
