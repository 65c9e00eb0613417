package records

import (
	"testing"
	"time"

	"fairlead/programme"
)

// A stage that was answered goes on to its next part: the workflow reads it as a newer plan, a late signal of the first
// part changes nothing, and reopening begins with the first part again.
func TestPartsOfAStage(t *testing.T) {
	onBoth(t, func(t *testing.T, b *bundle) {
		ref := b.playOnboarding(t, 1)[0]
		first := b.openStage(t, ref, "onboarding")
		b.submit(t, first.Ask, onboarding())
		due := b.clock.Now().Add(48 * time.Hour)
		must(t, b.onJourney(b.ctx, ref, b.clock.Now(), func(t *turn) error {
			row, err := t.stage("onboarding")
			if err != nil {
				return err
			}
			before, err := t.ask(first.Ask)
			if err != nil {
				return err
			}
			_, err = t.beginPart(&row, before, askRow{Part: "checked", PersonID: before.PersonID, Owner: string(programme.OwnerCalendar),
				Due: due, LimitAt: due})
			return err
		}))
		if end := b.closed(t, ref, "onboarding"); end.State != programme.StageOpen {
			t.Fatalf("a late signal of the first part ended the stage: %+v", end)
		}
		second := b.openStage(t, ref, "onboarding")
		if second.Ask != first.Ask+"/checked" || second.State != programme.AskOpen || second.Round != first.Round ||
			second.Plan <= first.Plan || second.Owner != programme.OwnerCalendar || !second.Due.Equal(due) || len(second.Mails) > 0 {
			t.Errorf("the second part is %+v after %+v", second, first)
		}
		if stage := b.stageOf(t, ref, "onboarding"); stage.Part != "checked" || stage.WaitingOn != programme.OwnerCalendar || !stage.Due.Equal(due) {
			t.Errorf("the stage is %+v", stage)
		}
		b.ordered(t, programme.Command{Name: programme.CmdSkip, Ref: ref, Stage: "onboarding"})
		b.ordered(t, programme.Command{Name: programme.CmdReopen, Ref: ref, Stage: "onboarding"})
		if again := b.openStage(t, ref, "onboarding"); again.Ask != programme.AskID(ref, "onboarding", 2) || again.State != programme.AskOpen {
			t.Errorf("reopened, it is %+v", again)
		}
	})
}
