package records

import (
	"testing"
	"time"

	"fairlead/programme"
)

// changeDates changes a launched cohort and returns the operation that carries the change to its journeys.
func (b *bundle) changeDates(t *testing.T, overrides map[string]programme.StageOverride) (op string) {
	t.Helper()
	c, err := b.Cohort(b.ctx, spring)
	must(t, err)
	c.Overrides = overrides
	must(t, b.UpdateCohort(b.ctx, c, c.Version))
	b.read(b.ctx).Raw(`SELECT COALESCE((SELECT id FROM operations WHERE kind = 'replan' AND state = 'running'), '')`).Scan(&op)
	return op
}

// carried carries it to one stage of a journey.
func (b *bundle) carried(t *testing.T, op, ref, stage string) programme.Effect {
	t.Helper()
	id, err := b.RecordReplan(b.ctx, op, spring, ref, stage)
	must(t, err)
	effect, err := b.Apply(b.ctx, ref, id, time.Time{}, programme.Order{ID: id, Name: programme.CmdReplan, Stage: stage, Reason: "programme_change"})
	must(t, err)
	return effect
}

func TestChangedDatesReachOpenStages(t *testing.T) {
	onBoth(t, func(t *testing.T, b *bundle) {
		ref := b.playOnboarding(t, 1)[0]
		week := -9
		op := b.changeDates(t, map[string]programme.StageOverride{"onboarding": {DueWeek: &week}})
		if len(b.outboxOf(t, programme.CohortID(spring), signalReplan)) != 1 || op == "" {
			t.Fatal("the cohort's workflow is not told")
		}
		effect := b.carried(t, op, ref, "onboarding")
		if len(effect.Plans) != 1 {
			t.Fatalf("effect %+v", effect)
		}
		plan := effect.Plans[0]
		if plan.Plan != 2 || !plan.Due.Equal(london("2027-01-04 17:00")) {
			t.Errorf("plan %+v", plan)
		}
		if news := b.lines(t, ref, programme.MsgDateChanged); len(news) != 1 {
			t.Errorf("%d mails say the new date", len(news))
		}
		before := b.count(t, `SELECT COUNT(*) FROM messages`)
		again := b.carried(t, op, ref, "onboarding")
		if after := b.count(t, `SELECT COUNT(*) FROM messages`); after != before || again.Plans[0].Plan != 2 {
			t.Error("carried twice, it took effect twice")
		}
		b.sound(t)
	})
}

// TestRemindersThatAreTurnedOffStop: also those of whoever has the stage open, and turned on again they are planned again. The
// leader is told of no new date.
func TestRemindersThatAreTurnedOffStop(t *testing.T) {
	onBoth(t, func(t *testing.T, b *bundle) {
		ref := b.playOnboarding(t, 1)[0]
		planned := func() (n int) {
			for _, m := range b.lines(t, ref, programme.MsgOnboardingReminder) {
				if m.State == programme.MessagePlanned {
					n++
				}
			}
			return n
		}
		if planned() != 3 {
			t.Fatalf("%d reminders are planned", planned())
		}
		due := b.stageOf(t, ref, "onboarding").Due
		c, err := b.Cohort(b.ctx, spring)
		must(t, err)
		c.Overrides = map[string]programme.StageOverride{"onboarding": {NoReminders: true}}
		said, _, err := b.ChangeEffects(b.ctx, c, "onboarding", 0, 10)
		must(t, err)
		if len(said) != 1 || len(said[0].Preview.Mails) != 3 || !said[0].Preview.Mails[0].Stops {
			t.Errorf("before it is done staff see %+v", said)
		}
		for _, step := range []struct {
			own  map[string]programme.StageOverride
			want int
		}{{map[string]programme.StageOverride{"onboarding": {NoReminders: true}}, 0}, {nil, 3}} {
			op := b.changeDates(t, step.own)
			if op == "" {
				t.Fatal("the cohort's workflow is not told")
			}
			effect := b.carried(t, op, ref, "onboarding")
			if len(effect.Plans) != 1 || planned() != step.want {
				t.Errorf("%+v: %d reminders are planned, effect %+v", step.own, planned(), effect)
			}
			must(t, b.AdvanceOperation(b.ctx, op, 1, true))
		}
		if stage := b.stageOf(t, ref, "onboarding"); !stage.Due.Equal(due) || len(b.lines(t, ref, programme.MsgDateChanged)) != 0 {
			t.Errorf("its due date moved: %+v", stage)
		}
		b.sound(t)
	})
}

func TestChangedDatesReachStagesToCome(t *testing.T) {
	onBoth(t, func(t *testing.T, b *bundle) {
		ref := b.playOnboarding(t, 1)[0]
		opens, due := 33, 35
		op := b.changeDates(t, map[string]programme.StageOverride{"closing-survey": {OpensWeek: &opens, DueWeek: &due}})
		effect := b.carried(t, op, ref, "closing-survey")
		if len(effect.Openings) != 1 || !effect.Openings[0].At.Equal(london("2027-10-18 06:00")) {
			t.Errorf("effect %+v", effect)
		}
		if stage := b.stageOf(t, ref, "closing-survey"); !stage.Due.Equal(london("2027-11-04 17:00")) {
			t.Errorf("stage %+v", stage)
		}
	})
}

func TestAnUnchangedCohortOrdersNoReplan(t *testing.T) {
	onBoth(t, func(t *testing.T, b *bundle) {
		b.playOnboarding(t, 1)
		if op := b.changeDates(t, nil); op != "" {
			t.Error("nothing changed and journeys are replanned")
		}
	})
}
