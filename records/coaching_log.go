package records

import (
	"context"
	"fmt"
	"time"

	"fairlead/programme"
)

// LogSession takes what a coach says became of a session: held, or not and why; never what was said. Held ends the stage;
// otherwise the leader is asked to book again. The same log again changes nothing. *Illegal before the session, or where
// it was logged otherwise.
func (s *Store) LogSession(ctx context.Context, order programme.SessionOrder, became programme.SlotState) (result programme.SubmitResult, err error) {
	if !programme.ValidLog(became) {
		return result, programme.Refuse("log", "Choose what became of the session.")
	}
	err = s.onJourney(ctx, order.Ref, order.At, func(t *turn) error {
		t.actor = order.By
		result, err = t.logSession(order.Stage, order.Slot, became)
		return err
	})
	return result, err
}

func (t *turn) logSession(stage, id string, became programme.SlotState) (programme.SubmitResult, error) {
	none := programme.SubmitResult{}
	row, err := t.stage(stage)
	if err != nil {
		return none, err
	}
	slot, found, err := booked(t.tx, t.j.Ref, stage)
	if err != nil {
		return none, err
	}
	if !found || id != "" && slot.ID != id {
		return t.loggedBefore(stage, id, became)
	}
	if slot.StartsAt.After(t.now) {
		return none, &programme.Illegal{What: "log", State: "not held yet", Why: "A session can be logged once it has begun."}
	}
	ask, err := t.ask(slot.Ask)
	if err != nil {
		return none, err
	}
	err = once(t.tx.Model(&slotRow{}).Where("id = ? AND state = ?", slot.ID, string(programme.SlotBooked)).Update("state", string(became)))
	if err != nil {
		return none, err
	}
	if err := t.move(stage, row.State, row.State, "session-"+string(became)); err != nil {
		return none, err
	}
	if became == programme.SlotHeld {
		err = t.heldSession(ask, row)
	} else if err = t.bookAgain(ask, &row, false); err == nil && row.State == string(programme.StageLapsed) {
		err = t.sessionOver(slot)
	}
	if err != nil {
		return none, err
	}
	out, err := t.look(stage)
	return programme.SubmitResult{ID: slot.ID, Outbox: []string{out}}, err
}

// loggedBefore tells a repeat from a contradiction.
func (t *turn) loggedBefore(stage, id string, became programme.SlotState) (programme.SubmitResult, error) {
	var slot slotRow
	query := t.tx.Where("ref = ? AND stage = ? AND state IN ?", t.j.Ref, stage, programme.Logged())
	if id != "" {
		query = query.Where("id = ?", id)
	}
	err := query.Order("starts_at DESC").Take(&slot).Error
	switch {
	case isMissing(err):
		return programme.SubmitResult{}, &programme.Illegal{What: "log", State: "no session is booked", Why: "There is nothing to log."}
	case err != nil:
		return programme.SubmitResult{}, err
	case slot.State == string(became):
		return programme.SubmitResult{ID: slot.ID, Already: true}, nil
	}
	return programme.SubmitResult{}, &programme.Illegal{What: "log", State: slot.State, Why: "This session was logged already. Write to us if that was a mistake."}
}

// heldSession ends the wait for a session that was held.
func (t *turn) heldSession(ask askRow, row stageRow) error {
	err := once(t.tx.Model(&askRow{}).Where("id = ? AND state = ?", ask.ID, string(programme.AskOpen)).
		Updates(map[string]any{"state": string(programme.AskAnswered), "answered_at": t.now, "held": false}))
	if err != nil {
		return err
	}
	if err := t.stopAsk(ask.ID, programme.NotSentAnswered); err != nil {
		return err
	}
	if err := t.finishTasks(row.Name, "logged", taskOverdue); err != nil {
		return err
	}
	return t.setStage(row, map[string]any{"overdue": false, "attention": "", "outcome": string(programme.SlotHeld)})
}

// toTheCoach hands a session that is over to its coach, who is to log it; after that staff.
func (t *turn) toTheCoach(ask *askRow) error {
	slot, found, err := booked(t.tx, t.j.Ref, ask.Stage)
	if err != nil {
		return err
	}
	if !found {
		return fmt.Errorf("the session of %s: %w", ask.ID, programme.ErrConflict)
	}
	coach := string(programme.OwnerCoach)
	due := t.logDay(slot, logAskedAfter+logAskedAgain+logStaffAfter).At(deadlineHour, 0)
	err = once(t.tx.Model(&askRow{}).Where("id = ? AND state = ? AND held = ? AND plan = ? AND owner = ?", ask.ID, string(programme.AskOpen), false,
		ask.Plan, string(programme.OwnerCalendar)).Updates(map[string]any{"owner": coach, "since": t.now, "due": due}))
	if err != nil {
		return err
	}
	ask.Owner, ask.Since, ask.Due = coach, t.now, due
	return t.setDates(*ask)
}

// answerSession puts into effect what staff took down of a session: a time that was agreed, or what became of it.
func (a *applying) answerSession() error {
	given := a.cmd.Answers
	if became := programme.SlotState(given.Get("session")); programme.ValidLog(became) {
		result, err := a.logSession(a.cmd.Stage, "", became)
		a.effect.Changed = !result.Already
		return err
	}
	starts, ok := programme.AgreedTime(given.Get("starts"))
	if !ok {
		return programme.Refuse("/answers/starts", "Enter the date and time, as 2027-03-09 10:00.")
	}
	b := &booking{turn: a.turn, order: programme.SessionOrder{Ref: a.j.Ref, Stage: a.cmd.Stage, Starts: starts,
		Online: given.Get("where") == "online", By: a.cmd.Actor, At: a.now}}
	if err := b.load(); err != nil {
		return err
	}
	if err := b.book(); err != nil {
		return err
	}
	if b.result.Already {
		a.effect.Changed = false
		return nil
	}
	return a.move(a.cmd.Stage, string(programme.StageOpen), string(programme.StageOpen), string(programme.CmdAnswerFor))
}

// resumeSession goes on with a session after a hold. Its time never moves: one that fell into the hold nevertheless, see
// giveUpSessions, did not take place and becomes a task, and the leader is asked to book again.
func (a *applying) resumeSession(ask askRow, from time.Time) error {
	slot, found, err := booked(a.tx, a.j.Ref, ask.Stage)
	if err != nil {
		return err
	}
	if !found {
		return fmt.Errorf("the session of %s: %w", ask.ID, programme.ErrConflict)
	}
	if slot.StartsAt.Before(a.now) && !slot.StartsAt.Before(from) {
		row, err := a.stage(ask.Stage)
		if err != nil {
			return err
		}
		if err := a.freeSlot(slot); err != nil {
			return err
		}
		if err := a.tellCancelled(slot, programme.GivenUpHeld); err != nil {
			return err
		}
		if err := a.tx.Model(&askRow{}).Where("id = ?", ask.ID).Update("held", false).Error; err != nil {
			return err
		}
		ask.Held = false
		if err := a.raise(ask.Stage, taskSessionInHold, ask.ID+"/"+slot.ID+"/"+taskSessionInHold); err != nil {
			return err
		}
		if err := a.bookAgain(ask, &row, true); err != nil {
			return err
		}
		_, err = a.look(ask.Stage)
		return err
	}
	if err := a.replanSession(&ask, slot); err != nil {
		return err
	}
	return a.addPlan(ask)
}
