package records

import (
	"time"

	"fairlead/programme"
)

// extend gives an open stage a later due date: whoever had it overdue is asked again, the ladder is planned anew, and the
// leader is told.
func (a *applying) extend() error {
	ask, err := a.askOf(a.cmd.Stage)
	if err != nil {
		return err
	}
	if programme.Part(ask.Part) == partHeld {
		return &programme.Illegal{What: string(a.cmd.Name), State: "a session is booked", Why: "Its time moves with the booking: enter another time instead."}
	}
	due := a.cmd.Until.At(deadlineHour, 0)
	overdue := ask.Owner == string(programme.OwnerStaff)
	if due.Equal(ask.Due) && !overdue {
		a.effect.Changed = false
		return nil
	}
	if err := a.checkUntil(ask, due); err != nil {
		return err
	}
	limit, err := a.year.LimitIn(a.cohort, ask.Stage, due, a.cal(), a.away)
	if err != nil {
		return err
	}
	gone, err := a.requestIsGone(ask)
	if err != nil {
		return err
	}
	ladder, err := a.extendedLadder(ask, gone)
	if err != nil {
		return err
	}
	if overdue {
		ask.Owner, ask.Since = string(programme.OwnerParticipant), a.now
		if err := a.finishTasks(ask.Stage, "extended", taskOverdue); err != nil {
			return err
		}
	}
	if err := a.moveDates(&ask, due, limit, ladder); err != nil {
		return err
	}
	if err := a.move(ask.Stage, string(programme.StageOpen), string(programme.StageOpen), string(programme.CmdExtend)); err != nil {
		return err
	}
	if gone { // else the request brings the new date
		mail := a.staffMail(ask.Stage, programme.MsgDateChanged, a.cmd.ID)
		mail.Ask, mail.Round, mail.Plan = ask.ID, ask.Round, ask.Plan
		if err := a.write(mail); err != nil {
			return err
		}
	}
	return a.addPlan(ask)
}

// askOf is the open ask of an open stage; *Illegal where there is none just now.
func (a *applying) askOf(stage string) (askRow, error) {
	row, err := a.stage(stage)
	if err != nil {
		return askRow{}, err
	}
	var ask askRow
	found := a.tx.Where("id = ? AND state = ?", askOfStage(row), string(programme.AskOpen)).Limit(1).Find(&ask)
	if found.Error == nil && ofAttendance(ask) {
		return ask, &programme.Illegal{What: string(a.cmd.Name), State: "the place at " + stage + " is settled", Why: "Nothing is asked any more: an event moves by a reschedule, a leader by change-sitting."}
	}
	if found.Error == nil && found.RowsAffected == 0 {
		return ask, &programme.Illegal{What: string(a.cmd.Name), State: stage + " is being opened or closed", Why: "Nothing is asked there at this moment."}
	}
	return ask, found.Error
}

// checkUntil says what is wrong with a new due date, in a sentence for staff.
func (a *applying) checkUntil(ask askRow, due time.Time) error {
	until := a.cmd.Until
	switch {
	case until.IsZero():
		return programme.Refuse("until", "Give the day until which the leader has time.")
	case !programme.DateOf(a.now).Before(until):
		return programme.Refuse("until", "Choose a day after today.")
	case !a.cal().Working(until):
		return programme.Refuse("until", "Choose a working day: %s is none.", until.At(12, 0).In(programme.London).Format("Monday 2 January 2006"))
	case a.away(until):
		return programme.Refuse("until", "Choose a day on which the leader is not at a residential.")
	case !due.After(ask.Due):
		return programme.Refuse("until", "Choose a day after the present due date: %s.", ask.Due.In(programme.London).Format("Monday 2 January 2006"))
	}
	end, bounded := lastDeadline(a.year, a.cohort, ask.Stage, a.cal())
	if bounded && due.After(end) {
		return programme.Refuse("until", "That is too late for this stage: its last day is %s.", end.In(programme.London).Format("Monday 2 January 2006"))
	}
	return nil
}

// extendedLadder plans what lies ahead. A cadence that counts from the request counts from the news of the new date.
func (a *applying) extendedLadder(ask askRow, gone bool) (ladderPlan, error) {
	stage, err := a.year.StageIn(a.cohort, ask.Stage)
	if err != nil {
		return ladderPlan{}, err
	}
	ladder := ladderPlan{request: ask.RequestAt, from: a.now, edited: true}
	switch {
	case !gone:
		ladder.unsent, ladder.rule = true, programme.RuleScheduled
		if ladder.request.Before(a.now) {
			ladder.request = a.nextMinute(ask.PersonID)
		}
	case len(ladderOf(ask, stage).After) > 0:
		ladder.request = a.cal().StaffMoment(a.now, programme.Minute(ask.PersonID))
	}
	return ladder, nil
}
