package records

import (
	"testing"

	"fairlead/programme"
)

// Two moves that are not yet carried out are no launches: a round that took them for one would call for the next at once, and
// the cohort would go round for ever instead of carrying them out.
func TestMovesThatAreOnTheirWay(t *testing.T) {
	onBoth(t, func(t *testing.T, b *bundle) {
		refs := b.atEvents(t, 4, 2, nil)
		for _, day := range []string{"2027-07-12 08:00", "2027-07-13 08:00"} {
			b.ordersMove(t, programme.Reschedule{Stage: "residential-2", Sitting: "main", Starts: london(day)})
		}
		now := b.Now(b.ctx)
		round, err := b.CohortRound(b.ctx, spring, now)
		must(t, err)
		if round.Launch != "" {
			must(t, b.ConfirmStarts(b.ctx, round.Launch, refs))
			round, err = b.CohortRound(b.ctx, spring, now)
			must(t, err)
		}
		if round.Launch != "" || !round.Next.After(now) || round.Over {
			t.Errorf("round %+v at %s", round, now)
		}
	})
}
