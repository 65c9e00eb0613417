package records

import (
	"errors"
	"slices"
	"strings"
	"testing"
	"time"

	"fairlead/programme"
)

func (b *bundle) extendTo(ref, stage, until string) (programme.Effect, error) {
	day, _ := programme.ParseDate(until)
	return b.order(programme.Command{Name: programme.CmdExtend, Ref: ref, Stage: stage, Until: day})
}

func TestExtend(t *testing.T) {
	onBoth(t, func(t *testing.T, b *bundle) {
		ref := b.playOnboarding(t, 1)[0]
		plan := b.openStage(t, ref, "onboarding")
		b.clock.set(plan.Grace)
		_, err := b.Overdue(b.ctx, plan.Ask, 1, plan.Grace)
		must(t, err)
		now := b.goTo("2026-12-18 12:00")
		effect, err := b.extendTo(ref, "onboarding", "2027-01-20")
		must(t, err)
		extended := effect.Plans[0]
		if extended.Plan != 2 || !extended.Due.Equal(london("2027-01-20 17:00")) || !extended.Limit.Equal(london("2027-02-03 17:00")) ||
			extended.Owner != programme.OwnerParticipant || !extended.Grace.Equal(extended.Due.Add(programme.Grace)) {
			t.Errorf("plan %+v", extended)
		}
		if days := daysOf(extended.Mails); days != "2026-12-18 2027-01-13 2027-01-15 2027-01-19" {
			t.Errorf("mails on %s", days)
		}
		news := b.message(t, extended.Mails[0].Key)
		if news.Message != programme.MsgDateChanged || news.Rule != programme.RuleStaff || !news.At.Equal(now) {
			t.Errorf("news %+v", news)
		}
		if item := b.send(t, extended.Mails[0]).Items[0]; !item.Due.Equal(extended.Due) || item.Link.IsZero() {
			t.Errorf("it says %+v", item)
		}
		stage := b.stageOf(t, ref, "onboarding")
		if stage.Overdue || stage.WaitingOn != programme.OwnerParticipant || !stage.Due.Equal(extended.Due) || len(b.openTasks(t, ref)) > 0 {
			t.Errorf("stage %+v, tasks %v", stage, b.openTasks(t, ref))
		}
		// The due date may pass again: that is another task.
		b.clock.set(extended.Grace)
		if late, err := b.Overdue(b.ctx, plan.Ask, 2, extended.Grace); err != nil || late.Owner != programme.OwnerStaff {
			t.Errorf("overdue again: %+v, %v", late, err)
		}
		if tasks := b.openTasks(t, ref); !slices.Equal(tasks, []string{"onboarding overdue"}) {
			t.Errorf("tasks %v", tasks)
		}
	})
}

func TestExtendToADayThatWillNotDo(t *testing.T) {
	onBoth(t, func(t *testing.T, b *bundle) {
		ref := b.playOnboarding(t, 1)[0]
		for until, word := range map[string]string{"": "Give the day", "2026-11-24": "after today", "2026-11-20": "after today",
			"2026-12-19": "working day", "2026-12-25": "working day", "2026-12-16": "present due date"} {
			_, err := b.extendTo(ref, "onboarding", until)
			var invalid *programme.Invalid
			if !errors.As(err, &invalid) || invalid.Faults[0].Field != "until" || !strings.Contains(err.Error(), word) {
				t.Errorf("%s: %v", until, err)
			}
		}
		if effect, err := b.extendTo(ref, "onboarding", "2026-12-17"); err != nil || effect.Changed {
			t.Errorf("the present date: %+v, %v", effect, err)
		}
	})
}

func TestExtendBeforeTheRequestHasGone(t *testing.T) {
	onBoth(t, func(t *testing.T, b *bundle) {
		ref := b.enrol(t, 1)[0]
		b.goTo("2026-11-23 06:00")
		before := b.openStage(t, ref, "onboarding")
		b.goTo("2026-11-23 08:30")
		effect, err := b.extendTo(ref, "onboarding", "2026-12-22")
		must(t, err)
		mails := effect.Plans[0].Mails
		// The request brings the new date, and goes when it would have gone.
		if len(mails) != 4 || !strings.HasSuffix(mails[0].Key, "/onboarding/1.2.0") || !mails[0].At.Equal(before.Mails[0].At) {
			t.Errorf("mails %+v", mails)
		}
		if n := len(b.lines(t, ref, programme.MsgDateChanged)); n != 0 {
			t.Error("the leader hears of a new date before the old one")
		}
	})
}

func TestExtendOfAnInvitationPlansItsLadderFromTheNews(t *testing.T) {
	onBoth(t, func(t *testing.T, b *bundle) {
		ref := b.playInvited(t, 1)[0]
		b.goTo("2026-09-18 19:30")
		effect, err := b.extendTo(ref, "selection", "2026-10-05")
		must(t, err)
		plan := effect.Plans[0]
		// The news goes on Monday 21 September; three and seven working days later the reminders, with the second the assistant's.
		if days := daysOf(plan.Mails); days != "2026-09-21 2026-09-24 2026-09-30 2026-09-30" || !plan.Limit.Equal(plan.Due) {
			t.Errorf("mails on %s, plan %+v", days, plan)
		}
		if _, err := b.extendTo(ref, "selection", "2027-02-01"); err == nil {
			t.Error("past the last joining day")
		}
	})
}

func TestAReminderWaitsAnHourAfterAnEditOfStaff(t *testing.T) {
	onBoth(t, func(t *testing.T, b *bundle) {
		ref := b.playOnboarding(t, 1)[0]
		minute := programme.Minute(b.journeyOf(t, ref).Person.ID)
		// New due date: Monday 21 December, so the first reminder falls on Monday 14 December.
		moment := programme.PersonalMoment(programme.Date{Year: 2026, Month: 12, Day: 14}, minute)
		b.clock.set(moment.Add(-20 * time.Minute))
		effect, err := b.extendTo(ref, "onboarding", "2026-12-21")
		must(t, err)
		for _, mail := range effect.Plans[0].Mails {
			if strings.Contains(mail.Key, programme.MsgOnboardingReminder) && mail.At.Before(moment.Add(40*time.Minute)) {
				t.Errorf("%s goes at %v", mail.Key, mail.At)
			}
		}
		if m := b.message(t, programme.MessageKey(spring, ref, "onboarding", programme.MsgOnboardingReminder, 1, 2, 1)); !m.At.Equal(moment.Add(24 * time.Hour)) {
			t.Errorf("the reminder: %+v", m)
		}
	})
}
