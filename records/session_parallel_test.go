package records

import (
	"sync"
	"sync/atomic"
	"testing"

	"fairlead/programme"
)

// Fifty times the same booking at once: one time, one signal, one mail to each, and everybody hears that it is booked.
func TestFiftyParallelBookingsAreOne(t *testing.T) {
	onBoth(t, func(t *testing.T, b *bundle) {
		refs, _, slots := b.bookable(t, 1)
		var all sync.WaitGroup
		var first atomic.Int32
		for range 50 {
			all.Go(func() {
				result, err := b.BookSession(b.ctx, b.orderOf(refs[0], slots[3].ID))
				if err != nil {
					t.Error(err)
				}
				if !result.Already {
					first.Add(1)
				}
			})
		}
		all.Wait()
		told := len(b.lines(t, refs[0], programme.MsgCoachingBooked))
		coach := b.count(t, "SELECT COUNT(*) FROM messages WHERE message = ?", programme.MsgCoachBooking)
		if booked := b.count(t, "SELECT COUNT(*) FROM coach_slots WHERE state = 'booked'"); first.Load() != 1 || booked != 1 || told != 1 || coach != 1 {
			t.Errorf("%d of fifty booked, %d times are booked, mails %d and %d", first.Load(), booked, told, coach)
		}
		if again := len(b.lines(t, refs[0], programme.MsgCoachingMoved)); again > 0 {
			t.Errorf("%d moves are told", again)
		}
		b.sound(t)
	})
}
