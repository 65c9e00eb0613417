package records

import (
	"testing"

	"fairlead/programme"
)

// A published time that a session leaves for an agreed one nearby is not offered again where the two run into each other: the
// coach is with this leader then.
func TestATimeLeftForOneThatRunsIntoIt(t *testing.T) {
	onBoth(t, func(t *testing.T, b *bundle) {
		refs, coach, slots := b.bookable(t, 2)
		must(t, ignore(b.BookSession(b.ctx, b.orderOf(refs[0], slots[1].ID)))) // 2 February, 10:00
		must(t, ignore(b.BookSession(b.ctx, b.agreed(refs[0], "2027-02-02 10:30", "participant"))))
		session, err := b.CoachingSession(b.ctx, refs[1], "coaching-1")
		must(t, err)
		if len(session.Free) != 4 {
			t.Errorf("%d times are offered: %+v", len(session.Free), session.Free)
		}
		if _, err := b.BookSession(b.ctx, b.orderOf(refs[1], slots[1].ID)); !isInvalid(err) {
			t.Errorf("two leaders at once: %v", err)
		}
		// Once it has gone elsewhere, the time can be published anew.
		must(t, ignore(b.BookSession(b.ctx, b.agreed(refs[0], "2027-02-03 14:00", "participant"))))
		series := programme.SlotSeries{First: slots[1].Starts, Count: 1, Minutes: 60, Online: true}
		if _, err := b.PublishSlots(b.ctx, spring, coach, series, "staff:ada", b.clock.Now()); err != nil {
			t.Error(err)
		}
	})
}
