package records

import (
	"time"

	"fairlead/programme"
)

// replan lets one stage of a running journey follow its cohort's changed dates and cadence: a stage to come gets its new
// opening, an open one a new plan. It is ordered by a change of the cohort, never by hand, and changes nothing for
// whoever has ended or answered.
func (a *applying) replan() error {
	row, err := a.stage(a.cmd.Stage)
	if err != nil {
		return err
	}
	switch programme.StageState(row.State) {
	case programme.StageNotOpen:
		return a.replanOpening(row.Name)
	case programme.StageOpen:
		return a.replanAsk(row)
	}
	a.effect.Changed = false
	return nil
}

// replanOpening tells the journey when a stage to come now opens.
func (a *applying) replanOpening(stage string) error {
	place := !a.state().InSelection() && a.state() != programme.Reserve
	all, err := a.s.openings(a.tx, a.cohort, a.j.Ref, a.now, place)
	for _, opening := range all {
		if opening.Stage == stage {
			a.effect.Openings = append(a.effect.Openings, opening)
		}
	}
	return err
}

// replanAsk plans the ask of an open stage anew. A date that staff gave this leader alone is kept where it is later, and
// nobody is made overdue by the change: there is at least the next working day.
func (a *applying) replanAsk(row stageRow) error {
	var ask askRow
	found := a.tx.Where("id = ? AND state = ?", askOfStage(row), string(programme.AskOpen)).Limit(1).Find(&ask)
	if found.Error != nil || found.RowsAffected == 0 || ofAttendance(ask) {
		a.effect.Changed = false
		return found.Error
	}
	if programme.Part(ask.Part) == partHeld { // its dates are those of the session
		a.effect.Changed = false
		return nil
	}
	if ask.Part != "" {
		return a.replanPart(row, ask)
	}
	terms, err := a.year.OpenedAt(a.cohort, row.Name, a.cal(), ask.OpenedAt.UTC(), a.s.opts.MinimumNotice, a.away)
	if err != nil {
		return err
	}
	due := a.cal().Add(programme.DateOf(a.now), 1, a.away).At(deadlineHour, 0)
	if terms.Due.After(due) {
		due = terms.Due
	}
	if ask.Plan > 1 && ask.Due.After(due) {
		due = ask.Due.UTC()
	}
	limit, err := a.year.LimitIn(a.cohort, row.Name, due, a.cal(), a.away)
	if err != nil {
		return err
	}
	if ask.Held { // its ladder is planned when the journey is resumed
		return a.moveHeld(ask, due, limit)
	}
	gone, err := a.requestIsGone(ask)
	if err != nil {
		return err
	}
	ladder, err := a.extendedLadder(ask, gone)
	if err != nil {
		return err
	}
	moved := !due.Equal(ask.Due)
	if moved && ask.Owner == string(programme.OwnerStaff) {
		ask.Owner, ask.Since = string(programme.OwnerParticipant), a.now
		if err := a.finishTasks(ask.Stage, "the cohort's dates changed", taskOverdue); err != nil {
			return err
		}
	}
	if err := a.moveDates(&ask, due, limit, ladder); err != nil {
		return err
	}
	if err := a.move(ask.Stage, row.State, row.State, string(programme.CmdReplan)); err != nil {
		return err
	}
	if moved && gone {
		mail := a.staffMail(ask.Stage, programme.MsgDateChanged, a.cmd.ID)
		mail.Ask, mail.Round, mail.Plan = ask.ID, ask.Round, ask.Plan
		if err := a.write(mail); err != nil {
			return err
		}
	}
	return a.addPlan(ask)
}

// replanPart lets a later part of a stage follow the cohort's dates: an application that was sent stays its sender's
// until the deadline, wherever that has moved. What staff or an offer wait for has dates of its own.
func (a *applying) replanPart(row stageRow, ask askRow) error {
	a.effect.Changed = false
	if !isReview(ask) || a.beneath() != programme.Submitted {
		return nil
	}
	dates, err := a.s.applicationDates(a.tx, a.j.Cohort)
	if err != nil || dates.Closes.Equal(ask.Due) || !a.now.Before(dates.Closes) {
		return err
	}
	err = a.tx.Model(&askRow{}).Where("ref = ? AND stage = ? AND round = ? AND form = ?", ask.Ref, ask.Stage, ask.Round, programme.FormApplication).
		Updates(map[string]any{"due": dates.Closes, "limit_at": dates.Closes}).Error
	if err != nil {
		return err
	}
	ask.Due, ask.Plan = dates.Closes, ask.Plan+1
	err = once(a.tx.Model(&askRow{}).Where("id = ? AND state = ?", ask.ID, string(programme.AskOpen)).
		Updates(map[string]any{"due": ask.Due, "plan": ask.Plan}))
	if err != nil {
		return err
	}
	a.effect.Changed = true
	if err := a.setDates(ask); err != nil {
		return err
	}
	return a.addPlan(ask)
}

// moveHeld moves the dates of an ask on hold.
func (a *applying) moveHeld(ask askRow, due, limit time.Time) error {
	ask.Due, ask.LimitAt = due, limit
	err := once(a.tx.Model(&askRow{}).Where("id = ? AND state = ?", ask.ID, string(programme.AskOpen)).
		Updates(map[string]any{"due": due, "limit_at": limit}))
	if err != nil {
		return err
	}
	if err := a.setDates(ask); err != nil {
		return err
	}
	return a.addPlan(ask)
}
