package records

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"time"

	"fairlead/programme"
)

// BookSession gives a session a time, or another time: a slot of the leader's coach, or a time agreed elsewhere. Of many
// who want one slot one gets it. The same order again changes nothing. *Invalid says what forbids the time, in words for
// whoever chose it; *Illegal that the session cannot be booked or moved any more; ErrFormClosed that it has ended.
func (s *Store) BookSession(ctx context.Context, order programme.SessionOrder) (result programme.SubmitResult, err error) {
	err = s.onSession(ctx, order, func(b *booking) error {
		if err := b.book(); err != nil {
			return err
		}
		result = b.result
		return nil
	})
	return result, err
}

// CancelSession gives the time of a session back; the news of it asks the leader to book again. Errors as BookSession; a session that
// has no time, or no more the one that the order names, changes nothing.
func (s *Store) CancelSession(ctx context.Context, order programme.SessionOrder) (result programme.SubmitResult, err error) {
	err = s.onSession(ctx, order, func(b *booking) error {
		if !b.had || order.Slot != "" && order.Slot != b.old.ID {
			result = programme.SubmitResult{Already: true}
			return nil
		}
		if !b.old.StartsAt.After(b.now) {
			return &programme.Illegal{What: "cancel", State: "begun", Why: "The session has begun: its coach says what became of it."}
		}
		if err := b.movable("cancel"); err != nil {
			return err
		}
		if err := b.cancel(programme.GivenUpBy(order.By)); err != nil {
			return err
		}
		result = b.result
		return nil
	})
	return result, err
}

// booking is one order about a session in one turn.
type booking struct {
	*turn
	order  programme.SessionOrder
	row    stageRow
	ask    askRow // the part the session is at
	first  askRow // the part that asks to book: its limit is the end of the window
	match  matchRow
	coach  coachRow
	old    slotRow
	had    bool
	result programme.SubmitResult
}

func (s *Store) onSession(ctx context.Context, order programme.SessionOrder, work func(b *booking) error) error {
	return s.onJourney(ctx, order.Ref, order.At, func(t *turn) error {
		b := &booking{turn: t, order: order}
		t.actor = order.By
		if err := b.load(); err != nil {
			return err
		}
		if err := work(b); err != nil {
			return err
		}
		return t.watchHold()
	})
}

func (b *booking) load() (err error) {
	if b.row, err = b.stage(b.order.Stage); err != nil {
		return err
	}
	if programme.Kind(b.row.Kind) != programme.KindCoaching {
		return fmt.Errorf("coaching session: %w", programme.ErrNotFound)
	}
	if b.row.State == string(programme.StageNotOpen) {
		return programme.ErrStageNotOpen
	}
	if b.row.State != string(programme.StageOpen) || b.turn.state().Ended() {
		return programme.ErrFormClosed
	}
	if b.ask, err = b.turn.ask(askOfStage(b.row)); err != nil {
		if isMissing(err) { // reopened, and its workflow has not asked yet
			return programme.ErrStageNotOpen
		}
		return err
	}
	if b.first, err = b.turn.ask(programme.AskID(b.row.Ref, b.row.Name, b.row.Round)); err != nil {
		return err
	}
	match, found, err := b.turn.match()
	switch {
	case err != nil:
		return err
	case !found:
		return &programme.Illegal{What: "Booking", State: "no coach", Why: "There is no coach yet. We are looking for one and will write."}
	}
	b.match = match
	if b.coach, err = lockCoach(b.tx, b.j.Cohort, match.Coach); err != nil {
		return err
	}
	b.old, b.had, err = booked(b.tx, b.row.Ref, b.row.Name)
	return err
}

// movable says whether a booked time can still be given up here.
func (b *booking) movable(what string) error {
	if b.had && b.order.By != toCoach && !strings.HasPrefix(b.order.By, "staff:") && b.old.StartsAt.Before(b.now.Add(programme.MoveNotice)) {
		return &programme.Illegal{What: what, State: "less than 24 hours before", Why: "The session is less than 24 hours away: please tell your coach yourself."}
	}
	return nil
}

func (b *booking) book() error {
	slot, err := b.wanted()
	if err != nil {
		return err
	}
	same := b.had && b.sameTime(slot)
	if same && b.old.Online == slot.Online {
		b.result = programme.SubmitResult{ID: b.old.ID, Already: true}
		return nil
	}
	if why := b.whyNot(slot, same); why != "" {
		return programme.Refuse(b.field(), "%s", why)
	}
	if err := b.movable("move"); err != nil {
		return err
	}
	if same {
		return b.placed(slot.Online)
	}
	if b.had && b.old.ID != "" {
		if err := b.freeSlot(b.old); err != nil {
			return err
		}
	}
	held := programme.PartAskID(b.row.Ref, b.row.Name, b.row.Round, partHeld)
	err = b.takeSlot(&slot, b.row.Name, held, b.order.By)
	if errors.Is(err, programme.ErrConflict) {
		return taken()
	}
	if err != nil {
		return err
	}
	b.result = programme.SubmitResult{ID: slot.ID, Changed: b.had}
	if b.had {
		return b.moved(slot)
	}
	return b.firstTime(slot)
}

// whyNot is what forbids the session a time, if anything; that it has already only that it has passed.
func (b *booking) whyNot(slot slotRow, same bool) string {
	if same {
		return programme.SlotFits(slot.StartsAt, b.now, time.Time{}, false, nil, "")
	}
	event := b.year.EventDuring(b.cohort, slot.StartsAt, slot.EndsAt)
	return programme.SlotFits(slot.StartsAt, b.now, b.first.LimitAt, slot.Published, b.away, event)
}

// sameTime reports whether a time is the one that the session has.
func (b *booking) sameTime(slot slotRow) bool {
	return b.old.StartsAt.Equal(slot.StartsAt) && b.old.EndsAt.Equal(slot.EndsAt)
}

// placed lets the two meet online, or not any more, at the time they have.
func (b *booking) placed(online bool) error {
	b.old.Online = online
	err := once(b.tx.Model(&slotRow{}).Where("id = ? AND state = ?", b.old.ID, string(programme.SlotBooked)).Update("online", online))
	if err != nil {
		return err
	}
	b.result = programme.SubmitResult{ID: b.old.ID, Changed: true}
	if err := b.replanSession(&b.ask, b.old); err != nil {
		return err
	}
	return b.told(sessionPlaced, programme.MsgCoachingMoved, b.old, "")
}

// sessionPlaced is what the history says of a session that meets elsewhere at its time.
const sessionPlaced = "session-placed"

// field is the field of the page that an order's time stands in.
func (b *booking) field() string {
	if b.order.Slot != "" {
		return "slot"
	}
	return "starts"
}

func taken() error {
	return programme.Refuse("slot", "Somebody else has just taken this time. Choose another.")
}

// wanted is the time that an order names; one that was agreed elsewhere is made here, and takes the place of free times
// of the coach that it runs into.
func (b *booking) wanted() (slotRow, error) {
	if b.order.Slot != "" {
		var slot slotRow
		err := b.tx.Take(&slot, "id = ? AND coach = ?", b.order.Slot, b.coach.Ref).Error
		switch {
		case isMissing(err), err == nil && slot.State != string(programme.SlotFree) && slot.ID != b.old.ID:
			return slot, taken()
		}
		return slot, err
	}
	minutes := b.order.Minutes
	if minutes == 0 {
		minutes = programme.SessionMinutes
	}
	series := programme.SlotSeries{First: b.order.Starts, Count: 1, Minutes: minutes}
	if faults := series.Check(b.now); len(faults) > 0 {
		return slotRow{}, programme.Refuse("starts", "%s", "Give a date and time that are still to come.")
	}
	slot := newSlot(b.coach, b.order.Starts, minutes, b.order.Online, false, b.now)
	if b.had && b.sameTime(slot) {
		return slot, nil
	}
	known, err := timesFrom(b.tx, b.coach.Ref, b.now)
	if err != nil {
		return slot, err
	}
	for _, other := range known {
		switch {
		case !slotFromRow(other).Overlaps(slotFromRow(slot)):
		case other.ID == b.old.ID: // nobody else can have it either, once this session has left it
			b.old.Published = false
		case other.State == string(programme.SlotBooked):
			return slot, programme.Refuse("starts", "%s", b.busy())
		default:
			if err := b.tx.Delete(&slotRow{}, "id = ? AND state = ?", other.ID, string(programme.SlotFree)).Error; err != nil {
				return slot, err
			}
		}
	}
	return slot, b.insertAgreed(slot)
}

// busy says that a coach has another session then, to whoever wants the time.
func (b *booking) busy() string {
	if b.order.By == toCoach {
		return "You meet another leader at that time. Choose another."
	}
	return "Your coach meets somebody else at that time. Choose another."
}

// insertAgreed writes an agreed time as free, to be taken at once; the old time must make way first where they meet.
func (b *booking) insertAgreed(slot slotRow) error {
	if b.had && b.old.StartsAt.Equal(slot.StartsAt) {
		if err := b.movable("move"); err != nil {
			return err
		}
		if err := b.freeSlot(b.old); err != nil {
			return err
		}
		b.old.ID = ""
	}
	return b.tx.Create(&slot).Error
}

// firstTime answers the ask to book and begins to wait for the session.
func (b *booking) firstTime(slot slotRow) error {
	err := once(b.tx.Model(&askRow{}).Where("id = ? AND state = ?", b.ask.ID, string(programme.AskOpen)).
		Updates(map[string]any{"state": string(programme.AskAnswered), "answered_at": b.now, "held": false}))
	if err != nil {
		return err
	}
	if err := b.settleSends(b.ask, programme.NotSentAnswered); err != nil {
		return err
	}
	if err := b.finishTasks(b.row.Name, "booked", taskOverdue); err != nil {
		return err
	}
	if err := b.setStage(b.row, map[string]any{"attention": ""}); err != nil {
		return err
	}
	due, limit := b.heldDates(slot)
	held, err := b.beginPart(&b.row, b.ask, askRow{Part: string(partHeld), Form: programme.FormCoaching, PersonID: b.leader.ID,
		Owner: string(programme.OwnerCalendar), Due: due, LimitAt: limit})
	if err != nil {
		return err
	}
	if err := b.planSession(held, slot); err != nil {
		return err
	}
	return b.told("session-booked", programme.MsgCoachingBooked, slot, "")
}

// moved lets the wait for a session follow its new time.
func (b *booking) moved(slot slotRow) error {
	if err := b.replanSession(&b.ask, slot); err != nil {
		return err
	}
	return b.told("session-moved", programme.MsgCoachingMoved, slot, "")
}

// cancel gives a session's time back, and tells both why. What tells the leader asks for another time too.
func (b *booking) cancel(why programme.GivenUp) error {
	if err := b.freeSlot(b.old); err != nil {
		return err
	}
	if err := b.told("session-cancelled", programme.MsgCoachingCancelled, b.old, why); err != nil {
		return err
	}
	return b.bookAgain(b.ask, &b.row, true)
}
