package records

import (
	"errors"
	"strings"
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
		for by, said := range map[string]string{"participant": "Your coach meets somebody else", toCoach: "You meet another leader"} {
			if _, err := b.BookSession(b.ctx, b.agreed(refs[1], "2027-02-02 11:00", by)); !isInvalid(err) || !strings.Contains(err.Error(), said) {
				t.Errorf("%s hears %v", by, err)
			}
		}
		// Once it has gone elsewhere, the time can be published anew.
		must(t, ignore(b.BookSession(b.ctx, b.agreed(refs[0], "2027-02-03 14:00", "participant"))))
		series := programme.SlotSeries{First: slots[1].Starts, Count: 1, Minutes: 60, Online: true}
		if _, err := b.PublishSlots(b.ctx, spring, coach, series, "staff:ada", b.clock.Now()); err != nil {
			t.Error(err)
		}
	})
}

// Who meets online and not in person keeps the time, and both are told: the entry in the diary says where.
func TestASessionThatMeetsElsewhereAtItsTime(t *testing.T) {
	onBoth(t, func(t *testing.T, b *bundle) {
		refs, _, slots := b.bookable(t, 1)
		ref := refs[0]
		must(t, ignore(b.BookSession(b.ctx, b.orderOf(ref, slots[3].ID)))) // online
		order := b.agreed(ref, "2027-02-04 10:00", "participant")
		for i := range 2 {
			if result, err := b.BookSession(b.ctx, order); err != nil || result.Already != (i > 0) || result.Changed != (i == 0) {
				t.Errorf("%d: %+v, %v", i, result, err)
			}
		}
		session, err := b.CoachingSession(b.ctx, ref, "coaching-1")
		must(t, err)
		if session.Booked == nil || session.Booked.Online || session.Booked.ID != slots[3].ID || len(session.Free) != 4 {
			t.Errorf("%+v", session)
		}
		moved := b.lines(t, ref, programme.MsgCoachingMoved)
		if len(moved) != 1 || len(b.lines(t, ref, programme.MsgCoachBooking)) != 2 {
			t.Fatalf("told %v", b.ledger(t, ref))
		}
		about := b.send(t, programme.PlannedMail{Key: moved[0].Key, At: moved[0].At}).Items[0].Session
		if about.What != programme.SessionPlaced || about.Online || about.Sequence != 1 || !about.Starts.Equal(slots[3].Starts) {
			t.Errorf("the mail says %+v", about)
		}
		b.goTo("2027-02-03 11:00") // 23 hours before
		order.At, order.Online = b.clock.Now(), true
		var illegal *programme.Illegal
		if _, err := b.BookSession(b.ctx, order); !errors.As(err, &illegal) {
			t.Errorf("too late: %v", err)
		}
		order.By = toCoach
		must(t, ignore(b.BookSession(b.ctx, order)))
	})
}
