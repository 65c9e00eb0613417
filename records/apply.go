package records

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"time"

	"fairlead/programme"

	"gorm.io/gorm"
)

// applying is one order of staff taking effect in one turn.
type applying struct {
	*turn
	cmd    programme.Command
	effect programme.Effect
}

// applications are what the commands do. Each runs where programme.Legal allows it and its effect does not hold already.
var applications = map[programme.CommandName]func(*applying) error{
	programme.CmdDecide:        (*applying).decide,
	programme.CmdHold:          (*applying).hold,
	programme.CmdResume:        (*applying).resume,
	programme.CmdWithdraw:      (*applying).withdraw,
	programme.CmdDefer:         (*applying).deferTo,
	programme.CmdExtend:        (*applying).extend,
	programme.CmdSkip:          (*applying).skip,
	programme.CmdReopen:        (*applying).reopen,
	programme.CmdResend:        (*applying).resend,
	programme.CmdWrite:         (*applying).writeTo,
	programme.CmdAnswerFor:     (*applying).answerFor,
	programme.CmdChangeEmail:   (*applying).changeEmail,
	programme.CmdChangeDetails: (*applying).changeDetails,
	programme.CmdChangeCoach:   (*applying).changeCoach,
	programme.CmdRetry:         (*applying).retry,
	programme.CmdCorrect:       (*applying).correct,
	programme.CmdReplan:        (*applying).replan,

	programme.CmdRecordAttendance: (*applying).recordAttendance,
	programme.CmdChangeSitting:    (*applying).changeSitting,
	programme.CmdFollowSitting:    (*applying).followSitting,
}

// Apply puts an order of staff into effect, all of it in one transaction, and says what the workflows have to do. The row
// of the command decides: one that was applied before returns its first effect and does nothing, one that was refused its
// refusal, one that was abandoned is *Illegal. An order without a row comes from the Temporal UI and gets one, under
// commandID. The records judge legality themselves: *Illegal names the state, *Invalid what is wrong with the order.
func (s *Store) Apply(ctx context.Context, ref, commandID string, at time.Time, order programme.Order) (effect programme.Effect, err error) {
	return s.apply(ctx, ref, commandID, at, order, false, nil)
}

// apply is Apply; with tell it promises the workflows the effect, where no order of the journey's workflow brings it. A
// refusal by still, where it is given, refuses the order.
func (s *Store) apply(ctx context.Context, ref, commandID string, at time.Time, order programme.Order, tell bool, still func(*turn) error) (effect programme.Effect, err error) {
	if order.ID != "" {
		commandID = order.ID
	}
	err = s.onJourney(ctx, ref, at, func(t *turn) error {
		effect = programme.Effect{}
		row, cmd, err := t.command(commandID, order)
		if err != nil {
			return err
		}
		switch programme.CommandState(row.State) {
		case programme.CommandApplied:
			return json.Unmarshal([]byte(row.Outcome), &effect)
		case programme.CommandRefused:
			return refusedError(row.Outcome)
		case programme.CommandAbandoned:
			return &programme.Illegal{What: row.Name, State: "abandoned", Why: "The order was given up: nobody was there to take it. Give it again."}
		}
		if still != nil {
			if err := still(t); err != nil {
				return err
			}
		}
		a := &applying{turn: t, cmd: cmd}
		t.actor, t.reason, t.note = cmd.Actor, cmd.Reason, cmd.Note
		ran, err := a.runs(cmd.Stage)
		if err != nil {
			return err
		}
		if err := a.run(); err != nil {
			return err
		}
		if a.effect.Changed {
			if err := t.finishRegisters(); err != nil {
				return err
			}
		}
		effect = a.effect
		if tell && effect.Changed {
			if err := a.tellWorkflows(ran); err != nil {
				return err
			}
		}
		if err := a.auditOrder(row.Name); err != nil {
			return err
		}
		return a.applied(row)
	})
	if outcome, refused := refusedOutcome(err); refused {
		if failure := s.refuse(ctx, ref, commandID, order, outcome); failure != nil {
			return effect, errors.Join(err, failure)
		}
	}
	return effect, err
}

// command is the row of an order, made here for one that has none, and the order as recorded there.
func (t *turn) command(id string, order programme.Order) (commandRow, programme.Command, error) {
	var row commandRow
	err := t.tx.Take(&row, "id = ?", id).Error
	if errors.Is(err, gorm.ErrRecordNotFound) {
		if row, err = t.s.unrecorded(t.ctx, t.j, id, order, t.now); err == nil {
			err = t.tx.Create(&row).Error
		}
	}
	if err != nil {
		return row, programme.Command{}, err
	}
	if row.Ref != t.j.Ref {
		return row, programme.Command{}, fmt.Errorf("command of this journey: %w", programme.ErrNotFound)
	}
	cmd, err := t.s.commandFromRow(t.ctx, t.tx, row)
	return row, cmd, err
}

// unrecorded is the row of an order that ops gave in the Temporal UI.
func (s *Store) unrecorded(ctx context.Context, j journeyRow, id string, order programme.Order, now time.Time) (commandRow, error) {
	return s.rowFromCommand(ctx, programme.Command{ID: id, Name: order.Name, Cohort: j.Cohort, Ref: j.Ref, Stage: order.Stage,
		Reason: order.Reason, Actor: actorTemporalUI, Until: order.Until, Missed: order.Missed, Into: order.Into, Message: order.Message, Coach: order.Coach,
		Sitting: order.Sitting, Status: order.Status, Costs: order.Costs, Decision: order.Decision, At: now, State: programme.CommandRecorded}, j.PersonID)
}

// run judges the order and puts it into effect.
func (a *applying) run() error {
	order := programme.Order{ID: a.cmd.ID, Name: a.cmd.Name, Stage: a.cmd.Stage, Reason: a.cmd.Reason, Until: a.cmd.Until,
		Missed: a.cmd.Missed, Into: a.cmd.Into, Message: a.cmd.Message, Coach: a.cmd.Coach, Sitting: a.cmd.Sitting, Status: a.cmd.Status, Costs: a.cmd.Costs, Decision: a.cmd.Decision}
	view, err := a.view()
	if err != nil {
		return err
	}
	if err := programme.Legal(order, view); err != nil {
		return err
	}
	a.effect.State, a.effect.Version = a.state(), a.j.Version
	if view.Holds(order) {
		return nil
	}
	if seen := a.cmd.IfVersion; seen != 0 && seen != a.j.Version {
		return &programme.Illegal{What: string(order.Name), State: programme.StateChanged,
			Why: "The journey has moved on since this page was opened: look at what stands here now, then order it again."}
	}
	do, known := applications[order.Name]
	if !known {
		return programme.Refuse("command", "There is no command of that name.")
	}
	ended := a.state().Ended()
	a.effect.Changed = true
	if err := do(a); err != nil {
		return err
	}
	a.effect.State, a.effect.Version = a.state(), a.j.Version
	if ended {
		if err := a.tellLater(); err != nil {
			return err
		}
	}
	if ended || !a.j.Started {
		return a.throughCohort()
	}
	return nil
}

// throughCohort hands the mails of a journey that has no workflow to its cohort's.
func (a *applying) throughCohort() error {
	for _, mail := range a.effect.Mails {
		if _, err := a.s.promise(a.tx, programme.CohortID(a.j.Cohort), signalMail, mail, "cohort"); err != nil {
			return err
		}
	}
	a.effect.Mails = nil
	return nil
}

// view is what legality is judged by, as the records know it.
func (t *turn) view() (programme.JourneyView, error) {
	rows, err := t.stages()
	view := programme.JourneyView{State: t.state(), Parked: t.j.Attention != "", Stages: map[string]programme.StageView{}}
	for _, row := range rows {
		view.Stages[row.Name] = programme.StageView{State: programme.StageState(row.State), Kind: programme.Kind(row.Kind),
			Parked: row.Attention != "", Later: t.isLater(row.Name)}
		view.Coached = view.Coached || programme.Kind(row.Kind) == programme.KindCoaching
	}
	return view, err
}

func (a *applying) applied(row commandRow) error {
	outcome, err := json.Marshal(a.effect)
	if err != nil {
		return err
	}
	return once(a.tx.Model(&commandRow{}).Where("id = ? AND state = ?", row.ID, string(programme.CommandRecorded)).
		Updates(map[string]any{"state": string(programme.CommandApplied), "outcome": string(outcome), "done_real": a.s.realNow()}))
}

// refuse notes that an order was refused, so that a repeat gets the same answer.
func (s *Store) refuse(ctx context.Context, ref, id string, order programme.Order, outcome string) error {
	return s.tx(ctx, func(tx *gorm.DB) error {
		done := map[string]any{"state": string(programme.CommandRefused), "outcome": outcome, "done_real": s.realNow()}
		marked := tx.Model(&commandRow{}).Where("id = ? AND state = ?", id, string(programme.CommandRecorded)).Updates(done)
		if marked.Error != nil || marked.RowsAffected == 1 {
			return marked.Error
		}
		err := tx.Select("id").Take(&commandRow{}, "id = ?", id).Error
		if !errors.Is(err, gorm.ErrRecordNotFound) {
			return err // refused or abandoned before
		}
		var j journeyRow
		if err := tx.Take(&j, "ref = ?", ref).Error; err != nil {
			return err
		}
		now, err := s.programmeNow(ctx)
		if err != nil {
			return err
		}
		row, err := s.unrecorded(ctx, j, id, order, now)
		if err != nil {
			return err
		}
		row.State, row.Outcome, row.DoneReal = string(programme.CommandRefused), outcome, maybe(s.realNow())
		return tx.Create(&row).Error
	})
}
