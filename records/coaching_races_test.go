package records

import (
	"errors"
	"math/rand/v2"
	"sync"
	"testing"

	"fairlead/programme"
)

// Everything at once on the sessions of a few leaders: bookings, moves, cancels, logs, holds, changes of coach. Nothing is
// overbooked, no session has two times, and every open session is either to be booked or has a time.
func TestRacesOfSessions(t *testing.T) {
	onBoth(t, func(t *testing.T, b *bundle) {
		refs, _, slots := b.bookable(t, 4)
		b.importCoaches(t, coaches(3, 4))
		forgive := func(_ programme.SubmitResult, err error) error {
			if errors.Is(err, programme.ErrFormClosed) || errors.Is(err, programme.ErrStageNotOpen) {
				return nil
			}
			return b.race(err)
		}
		own := []string{"2027-02-08 09:00", "2027-02-08 09:30", "2027-02-09 09:00"}
		acts := []func(ref string) error{
			func(ref string) error {
				return forgive(b.BookSession(b.ctx, b.orderOf(ref, slots[rand.IntN(len(slots))].ID)))
			},
			func(ref string) error {
				return forgive(b.BookSession(b.ctx, b.orderOf(ref, slots[rand.IntN(len(slots))].ID)))
			},
			func(ref string) error {
				return forgive(b.BookSession(b.ctx, b.agreed(ref, own[rand.IntN(len(own))], "coach")))
			},
			func(ref string) error { return forgive(b.CancelSession(b.ctx, b.orderOf(ref, ""))) },
			func(ref string) error {
				return b.race(b.try(programme.Command{Name: programme.CmdHold, Ref: ref}))
			},
			func(ref string) error {
				return b.race(b.try(programme.Command{Name: programme.CmdResume, Ref: ref}))
			},
			func(ref string) error {
				return b.race(b.try(programme.Command{Name: programme.CmdChangeCoach, Ref: ref}))
			},
			func(ref string) error {
				_, err := b.MatchCohort(b.ctx, spring, false, "staff:ada")
				return b.race(err)
			},
		}
		var wait sync.WaitGroup
		for range 8 {
			wait.Go(func() {
				for range 12 {
					if err := acts[rand.IntN(len(acts))](refs[rand.IntN(len(refs))]); err != nil {
						t.Error(err)
					}
				}
			})
		}
		wait.Wait()
		b.sound(t)
		b.loads(t)
		for _, wrong := range []struct{ what, sql string }{
			{"sessions with two times", `SELECT COUNT(*) FROM (SELECT ref FROM coach_slots WHERE state = 'booked' GROUP BY ref, stage HAVING COUNT(*) > 1) twice`},
			{"times that overlap", `SELECT COUNT(*) FROM coach_slots a JOIN coach_slots b ON a.coach = b.coach AND a.id < b.id
				WHERE a.state = 'booked' AND b.state IN ('free', 'booked') AND a.starts_at < b.ends_at AND b.starts_at < a.ends_at`},
			{"open stages with no open ask, or with two", `SELECT COUNT(*) FROM stages s WHERE s.name = 'coaching-1' AND s.state = 'open' AND 1 <>
				(SELECT COUNT(*) FROM asks a WHERE a.ref = s.ref AND a.stage = s.name AND a.state = 'open' AND a.round = s.round AND a.part = s.part)`},
			{"planned mails of asks that are not open", `SELECT COUNT(*) FROM messages m JOIN asks a ON a.id = m.ask WHERE m.state = 'planned' AND (a.state <> 'open' OR a.plan <> m.plan)`},
		} {
			if n := b.count(t, wrong.sql); n > 0 {
				t.Errorf("%d %s", n, wrong.what)
			}
		}
	})
}
