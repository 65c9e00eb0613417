package records

import (
	"slices"
	"testing"

	"fairlead/programme"
)

// givenUp checks that the session was cancelled for both, that staff know, and that nobody is asked before the hold ends.
func (b *bundle) givenUp(t *testing.T, ref string) {
	t.Helper()
	plan := b.openStage(t, ref, "coaching-1")
	if plan.Round != 2 || plan.Owner != programme.OwnerParticipant || !plan.Held || len(plan.Mails) != 0 ||
		!slices.Contains(b.openTasks(t, ref), "coaching-1 "+taskSessionInHold) {
		t.Errorf("given up: %+v, %v", plan, b.openTasks(t, ref))
	}
	if n := b.count(t, "SELECT COUNT(*) FROM coach_slots WHERE state = 'free'"); n != 5 {
		t.Errorf("%d free times", n)
	}
	for _, message := range []string{programme.MsgCoachingCancelled, programme.MsgCoachBooking} {
		told := b.lines(t, ref, message)
		if last := told[len(told)-1]; last.Rule != programme.RuleUrgent || !last.At.Equal(b.clock.Now()) {
			t.Errorf("%s: %+v", message, last)
		}
	}
	if n := len(b.lines(t, ref, programme.MsgCoachBooking)); n != 2 {
		t.Errorf("the coach had %d mails", n)
	}
	b.sound(t)
}

// A session stays booked in a hold until its reminder would go: then coach and leader hear that it is off, once.
func TestASessionIsGivenUpInAHold(t *testing.T) {
	onBoth(t, func(t *testing.T, b *bundle) {
		ref, _ := b.bookedSession(t)
		reminder := b.openStage(t, ref, "coaching-1").Mails[0].At // Wednesday 3 February
		pokes := len(b.outboxOf(t, programme.CohortID(spring), signalPoke))
		b.ordered(t, programme.Command{Name: programme.CmdHold, Ref: ref})
		if n := len(b.outboxOf(t, programme.CohortID(spring), signalPoke)); n != pokes+1 {
			t.Errorf("%d pokes", n-pokes)
		}
		now := b.goTo("2027-02-02 12:00")
		round, err := b.CohortRound(b.ctx, spring, now)
		must(t, err)
		if !round.Next.Equal(reminder) || len(b.lines(t, ref, programme.MsgCoachBooking)) != 1 {
			t.Errorf("before the reminder %+v; %v", round, b.ledger(t, ref))
		}
		b.clock.set(reminder)
		for range 2 {
			must(t, ignore(b.CohortRound(b.ctx, spring, reminder)))
			b.givenUp(t, ref)
		}
		b.goTo("2027-02-10 12:00")
		b.ordered(t, programme.Command{Name: programme.CmdResume, Ref: ref})
		plan := b.openStage(t, ref, "coaching-1")
		if plan.Held || len(plan.Mails) == 0 || plan.Round != 2 || !plan.Limit.After(london("2027-03-25 17:00")) {
			t.Errorf("resumed: %+v", plan)
		}
	})
}

// Where the reminder has gone before the hold, the session is given up with it; one agreed in the hold for the next day stays.
func TestAHoldJustBeforeASession(t *testing.T) {
	onBoth(t, func(t *testing.T, b *bundle) {
		ref, _ := b.bookedSession(t)
		b.goTo("2027-02-03 12:00")
		b.ordered(t, programme.Command{Name: programme.CmdHold, Ref: ref})
		b.givenUp(t, ref)
		now := b.goTo("2027-02-03 13:00")
		must(t, ignore(b.BookSession(b.ctx, b.agreed(ref, "2027-02-04 11:00", "coach"))))
		must(t, ignore(b.CohortRound(b.ctx, spring, now)))
		b.goTo("2027-02-04 12:00")
		must(t, ignore(b.LogSession(b.ctx, b.orderOf(ref, ""), programme.SlotHeld)))
		b.sound(t)
	})
}
