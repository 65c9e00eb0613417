package records

import (
	"context"
	"time"

	"fairlead/programme"
)

// taskSessionInHold: a booked session fell into a hold, and is to be booked again.
const taskSessionInHold = "session_in_hold"

// sessionsRound gives up the sessions of leaders on hold that are near. next is when another is, zero where none waits.
func (s *Store) sessionsRound(ctx context.Context, cohort string, at time.Time) (next time.Time, err error) {
	var refs []string
	err = s.read(ctx).Model(&slotRow{}).Distinct("ref").Where("cohort = ? AND state = ? AND starts_at > ? AND ref IN (?)", cohort,
		string(programme.SlotBooked), at, s.read(ctx).Model(&journeyRow{}).Select("ref").Where("cohort = ? AND state = ?", cohort, string(programme.OnHold))).
		Order("ref").Pluck("ref", &refs).Error
	if err != nil {
		return next, edge(err)
	}
	for _, ref := range refs {
		var later time.Time
		err := s.onJourney(ctx, ref, at, func(t *turn) (err error) {
			later, err = t.giveUpSessions()
			return err
		})
		if err != nil {
			return next, err
		}
		next = sooner(next, later)
	}
	return next, nil
}

// giveUpSessions cancels the sessions of a leader on hold whose reminder would go by now: until then the hold may end, and
// from then on the coach has to know. Each becomes a task, and is to be booked again. later is when the next one is near.
func (t *turn) giveUpSessions() (later time.Time, err error) {
	if t.state() != programme.OnHold {
		return later, nil
	}
	slots, err := sessionsToCome(t.tx, t.now, t.j.Ref)
	if err != nil {
		return later, err
	}
	for _, slot := range slots {
		reminder, booked := t.reminderOf(slot), orZero(slot.BookedAt)
		switch {
		case t.now.Before(reminder):
			later = sooner(later, reminder)
			continue
		case booked.After(reminder) && booked.After(orZero(t.j.HeldFrom)): // agreed in the hold, for the next day: they want it
			continue
		}
		if err := t.raise(slot.Stage, taskSessionInHold, slot.Ask+"/"+slot.ID+"/"+taskSessionInHold); err != nil {
			return later, err
		}
		if err := t.cancelSession(slot, programme.GivenUpHold); err != nil {
			return later, err
		}
	}
	return later, nil
}

// watchHold lets the cohort look again when a session of a leader on hold is near.
func (t *turn) watchHold() error {
	if t.state() != programme.OnHold {
		return nil
	}
	return t.s.signalCohort(t.tx, t.j.Cohort, signalPoke, nil, "cohort")
}
