package records

import (
	"errors"
	"strings"
	"testing"

	"fairlead/programme"
)

func TestSkip(t *testing.T) {
	onBoth(t, func(t *testing.T, b *bundle) {
		ref := b.playOnboarding(t, 1)[0]
		plan := b.openStage(t, ref, "onboarding")
		must(t, b.SaveDraft(b.ctx, plan.Ask, "profile", programme.Answers{"given_name": {"Helen"}}, true, b.clock.Now()))
		effect := b.ordered(t, programme.Command{Name: programme.CmdSkip, Ref: ref, Stage: "onboarding"})
		if len(effect.Ends) != 1 || effect.Ends[0].State != programme.StageSkipped || effect.Ends[0].Journey != programme.Enrolled {
			t.Errorf("effect %+v", effect)
		}
		for _, m := range b.lines(t, ref, programme.MsgOnboardingReminder) {
			if m.State != programme.MessageNotSent || m.Reason != programme.NotSentSkipped {
				t.Errorf("%+v", m)
			}
		}
		if _, err := b.Submit(b.ctx, programme.Submission{Ask: plan.Ask, Answers: onboarding(), At: b.clock.Now()}); !errors.Is(err, programme.ErrFormClosed) {
			t.Errorf("an answer afterwards: %v", err)
		}
		// Stages to come can be skipped too; with the last the year is complete.
		b.ordered(t, programme.Command{Name: programme.CmdSkip, Ref: ref, Stage: "closing-survey"})
		effect = b.ordered(t, programme.Command{Name: programme.CmdSkip, Ref: ref, Stage: "alumni"})
		if effect.State != programme.Completed || effect.Ends[0].Journey != programme.Completed {
			t.Errorf("the last: %+v", effect)
		}
		b.sound(t)
	})
}

func TestReopenAsksAgainWithTheOldAnswers(t *testing.T) {
	onBoth(t, func(t *testing.T, b *bundle) {
		ref := b.playOnboarding(t, 1)[0]
		b.answered(t, ref, "onboarding", onboarding())
		now := b.goTo("2026-12-16 12:00")
		effect := b.ordered(t, programme.Command{Name: programme.CmdReopen, Ref: ref, Stage: "onboarding", Reason: "mistake"})
		if len(effect.Openings) != 1 {
			t.Fatalf("effect %+v", effect)
		}
		opening := effect.Openings[0]
		if opening.Stage != "onboarding" || opening.Round != 2 || !opening.At.Equal(now) || opening.Kind != programme.KindOnboarding {
			t.Errorf("opening %+v", opening)
		}
		stage := b.stageOf(t, ref, "onboarding")
		if stage.State != programme.StageOpen || stage.Round != 2 || stage.Outcome != "" || !stage.ClosedAt.IsZero() || !stage.Due.Equal(opening.Due) {
			t.Errorf("stage %+v", stage)
		}
		plan := b.openStage(t, ref, "onboarding")
		if plan.Round != 2 || plan.Ask != programme.AskID(ref, "onboarding", 2) || !plan.Mails[0].At.Equal(now) || !plan.Due.Equal(opening.Due) {
			t.Fatalf("plan %+v", plan)
		}
		request := b.message(t, plan.Mails[0].Key)
		if request.Rule != programme.RuleStaff || request.Message != programme.MsgOnboarding || !strings.HasSuffix(request.Key, "/2.1.0") {
			t.Errorf("request %+v", request)
		}
		drafts, err := b.Drafts(b.ctx, plan.Ask)
		must(t, err)
		if drafts["profile"].Answers.Get("family_name") != "Nguyen" || len(drafts) != 5 {
			t.Errorf("drafts %v", drafts)
		}
		if again := b.openStage(t, ref, "onboarding"); again.Round != 2 || len(again.Mails) != len(plan.Mails) {
			t.Errorf("opened again: %+v", again)
		}
		b.send(t, plan.Mails[0])
		// Asked once, equality questions are not asked again.
		b.submit(t, plan.Ask, onboarding())
		if n := b.count(t, "SELECT COALESCE(SUM(n), 0) FROM equality_counts"); n != 2 {
			t.Errorf("%d equality answers", n)
		}
		b.closed(t, ref, "onboarding")
		b.sound(t)
	})
}

func TestReopenOfALapsedStageKeepsWhatWasSaved(t *testing.T) {
	onBoth(t, func(t *testing.T, b *bundle) {
		ref := b.playOnboarding(t, 1)[0]
		plan := b.openStage(t, ref, "onboarding")
		must(t, b.SaveDraft(b.ctx, plan.Ask, "coaching", programme.Answers{"coach_where": {"online"}}, false, b.clock.Now()))
		b.lapsed(t, plan)
		b.goTo("2027-01-12 12:00")
		b.ordered(t, programme.Command{Name: programme.CmdReopen, Ref: ref, Stage: "onboarding"})
		if tasks := b.openTasks(t, ref); len(tasks) > 0 {
			t.Errorf("tasks %v", tasks)
		}
		drafts, err := b.Drafts(b.ctx, b.openStage(t, ref, "onboarding").Ask)
		if err != nil || drafts["coaching"].Answers.Get("coach_where") != "online" || drafts["coaching"].Complete {
			t.Errorf("drafts %v, %v", drafts, err)
		}
	})
}

func TestReopenOfASkippedStageThatNeverOpened(t *testing.T) {
	onBoth(t, func(t *testing.T, b *bundle) {
		ref := b.enrol(t, 1)[0]
		b.goTo("2026-11-02 12:00")
		b.ordered(t, programme.Command{Name: programme.CmdSkip, Ref: ref, Stage: "onboarding"})
		effect := b.ordered(t, programme.Command{Name: programme.CmdReopen, Ref: ref, Stage: "onboarding"})
		if effect.Openings[0].Round != 1 {
			t.Errorf("effect %+v", effect)
		}
		if plan := b.openStage(t, ref, "onboarding"); plan.Round != 1 || plan.State != programme.AskOpen {
			t.Errorf("plan %+v", plan)
		}
	})
}

// A workflow that has yet to hear of its stage's end asks to close it when the stage is open again: it is told to go on.
func TestClosingAStageThatWasOpenedAgain(t *testing.T) {
	onBoth(t, func(t *testing.T, b *bundle) {
		ref := b.playOnboarding(t, 1)[0]
		b.answered(t, ref, "onboarding", onboarding())
		b.goTo("2026-12-16 12:00")
		b.ordered(t, programme.Command{Name: programme.CmdReopen, Ref: ref, Stage: "onboarding", Reason: "mistake"})
		end, err := b.CloseStage(b.ctx, ref, "onboarding", b.clock.Now())
		if err != nil || end.State != programme.StageOpen || end.Plan != nil {
			t.Fatalf("%+v, %v", end, err)
		}
		if plan := b.openStage(t, ref, "onboarding"); plan.Round != 2 || plan.State != programme.AskOpen {
			t.Errorf("the second round is %+v", plan)
		}
	})
}
