package records

import (
	"slices"
	"testing"

	"fairlead/programme"
)

// A deadline stands among the dates as long as something is to be done by it. Where somebody is met stays: it was so.
func TestDeadlinesOfWhatIsOverAreNoDates(t *testing.T) {
	onBoth(t, func(t *testing.T, b *bundle) {
		ref := b.enrol(t, 1)[0]
		dated := func(stage string) bool {
			t.Helper()
			lines, err := b.Dates(b.ctx, ref)
			must(t, err)
			return slices.ContainsFunc(lines, func(l programme.DateLine) bool { return l.Stage == stage })
		}
		b.goTo("2026-12-03 12:00")
		b.openStage(t, ref, "onboarding")
		if !dated("onboarding") {
			t.Error("an open form has no date")
		}
		b.answered(t, ref, "onboarding", onboarding())
		if dated("onboarding") || !dated("closing-survey") {
			t.Errorf("once answered: onboarding %v, what is to come %v", dated("onboarding"), dated("closing-survey"))
		}
		b.sound(t)
	})
}

func TestASessionThatWasHeldStaysAmongTheDates(t *testing.T) {
	onBoth(t, func(t *testing.T, b *bundle) {
		ref, slot := b.bookedSession(t)
		b.overdueAt(t, b.openStage(t, ref, "coaching-1"))
		must(t, ignore(b.LogSession(b.ctx, b.orderOf(ref, slot.ID), programme.SlotHeld)))
		b.closed(t, ref, "coaching-1")
		lines, err := b.Dates(b.ctx, ref)
		must(t, err)
		if !slices.ContainsFunc(lines, func(l programme.DateLine) bool { return l.Stage == "coaching-1" && l.From.Equal(slot.Starts) }) {
			t.Errorf("a session that was held is gone from %+v", lines)
		}
	})
}

func TestAnEventThatIsOverStaysAmongTheDates(t *testing.T) {
	onBoth(t, func(t *testing.T, b *bundle) {
		ref := b.needsOfTwo(t)[0]
		b.goTo("2027-01-04 06:00")
		b.openStage(t, ref, "residential-1")
		b.goTo("2027-03-01 10:00")
		b.mark(t, ref, programme.Attended)
		lines, err := b.Dates(b.ctx, ref)
		must(t, err)
		if state := b.stageOf(t, ref, "residential-1").State; state != programme.StageDone ||
			!slices.ContainsFunc(lines, func(l programme.DateLine) bool { return l.Stage == "residential-1" }) {
			t.Errorf("an event, %s, is gone from %+v", state, lines)
		}
	})
}
