package records

import (
	"time"

	"fairlead/faults"
	"fairlead/programme"

	"gorm.io/gorm"
)

// hold stops everything that is scheduled for a journey. Links stay good: an answer during a hold is welcome.
func (a *applying) hold() error {
	from := a.j.State
	err := once(a.tx.Model(&journeyRow{}).Where("ref = ? AND state = ?", a.j.Ref, from).
		Updates(map[string]any{"held_state": from, "held_from": a.now}))
	if err != nil {
		return err
	}
	a.j.HeldState, a.j.HeldFrom = from, &a.now
	if err := a.setState(programme.OnHold, string(programme.CmdHold)); err != nil {
		return err
	}
	if faults.Broken("ignores-hold") {
		return nil
	}
	asks, err := a.openAsks()
	if err != nil {
		return err
	}
	for _, ask := range asks {
		err := once(a.tx.Model(&askRow{}).Where("id = ? AND state = ?", ask.ID, string(programme.AskOpen)).Update("held", true))
		if err != nil {
			return err
		}
		if err := a.stopAsk(ask.ID, programme.NotSentHeld); err != nil {
			return err
		}
		ask.Held = true
		if err := a.addPlan(ask); err != nil {
			return err
		}
	}
	later, err := a.giveUpSessions()
	if err != nil || later.IsZero() {
		return err
	}
	return a.watchHold()
}

// addPlan adds the plan of an open ask to the effect.
func (a *applying) addPlan(ask askRow) error {
	plan, err := a.planOf(ask)
	a.effect.Plans = append(a.effect.Plans, plan)
	return err
}

// resume goes on after a hold: dues and limits of the asks that were open move by its length, what lies ahead is planned
// anew, and stages whose opening fell into it open at once.
func (a *applying) resume() error {
	from := orZero(a.j.HeldFrom)
	to := programme.JourneyState(a.j.HeldState)
	if err := a.setState(to, string(programme.CmdResume)); err != nil {
		return err
	}
	if err := a.releaseHeld(from); err != nil {
		return err
	}
	asks, err := a.openAsks()
	if err != nil {
		return err
	}
	for _, ask := range asks {
		if err := a.resumeAsk(ask, from); err != nil {
			return err
		}
	}
	if err := a.resumeMails(); err != nil {
		return err
	}
	if !a.j.Started { // its cohort may have been launched meanwhile, without it
		return a.s.startContinuation(a.tx, a.cohort.Name, a.now)
	}
	a.effect.Openings, err = a.s.openings(a.tx, a.cohort, a.j.Ref, a.now, to == programme.Enrolled)
	return err
}

func (a *applying) resumeAsk(ask askRow, from time.Time) error {
	if from.Before(ask.OpenedAt) {
		from = ask.OpenedAt // it was opened during the hold
	}
	if ofAttendance(ask) { // an event does not move with a hold
		if err := a.moveDates(&ask, ask.Due, ask.LimitAt, ladderPlan{request: ask.RequestAt}); err != nil {
			return err
		}
		return a.addPlan(ask)
	}
	if programme.Part(ask.Part) == partHeld {
		return a.resumeSession(ask, from)
	}
	held := a.now.Sub(from)
	gone, err := a.requestIsGone(ask)
	if err != nil {
		return err
	}
	ladder := ladderPlan{request: ask.RequestAt.Add(held), from: a.now, edited: true}
	if !gone {
		ladder = ladderPlan{request: a.nextMinute(ask.PersonID), unsent: true, rule: programme.RuleScheduled, from: a.now, edited: true}
	}
	due, limit := a.afterHold(ask.Stage, ask.Due.Add(held)), a.afterHold(ask.Stage, ask.LimitAt.Add(held))
	if limit.Before(due) {
		limit = due
	}
	if isFixed(ask) {
		due, limit = ask.Due, ask.LimitAt
		ladder.request = ask.RequestAt
		if !isReview(ask) && !a.now.Before(limit) {
			if err := a.raise(ask.Stage, taskDeadline, ask.ID+"/"+taskDeadline); err != nil {
				return err
			}
		}
	}
	if err := a.moveDates(&ask, due, limit, ladder); err != nil {
		return err
	}
	if gone && a.cmd.Missed == "send" {
		if err := a.sendMissed(ask, from); err != nil {
			return err
		}
	}
	return a.addPlan(ask)
}

// afterHold is the deadline that a moment becomes: 17:00 of the first working day on which that is not earlier, never past
// the stage's event.
func (a *applying) afterHold(stage string, moment time.Time) time.Time {
	day := programme.DateOf(moment)
	if moment.After(day.At(deadlineHour, 0)) {
		day = day.AddDays(1)
	}
	deadline := a.cal().Forward(day, a.away).At(deadlineHour, 0)
	return noLater(a.year, a.cohort, stage, a.cal(), a.now, deadline)
}

// sendMissed plans the latest reminder that fell into the hold: at once in working hours, else with what else goes at the
// leader's next minute.
func (a *applying) sendMissed(ask askRow, from time.Time) error {
	var missed messageRow
	found := a.tx.Where("ask = ? AND person_id = ? AND message = ? AND state = ? AND reason = ? AND at >= ? AND at <= ?", ask.ID, ask.PersonID,
		mailsFor(ask).Reminder, string(programme.MessageNotSent), programme.NotSentHeld, from, a.now).
		Order("at DESC, id DESC").Limit(1).Find(&missed)
	if found.Error != nil || found.RowsAffected == 0 {
		return found.Error
	}
	at, rule := a.cal().StaffMoment(a.now, programme.Minute(ask.PersonID)), programme.RuleStaff
	if at.After(a.now) {
		rule = programme.RuleScheduled
	}
	row := a.rungMail(ask, missed.Message, programme.Rung{Number: missed.Rung, At: at}, rule)
	// Where the new ladder has this rung still ahead, this one is a further copy of it.
	key, n := row.Key, 0
	for {
		var same messageRow
		taken := a.tx.Where("key = ?", row.Key).Limit(1).Find(&same)
		if taken.Error != nil {
			return taken.Error
		}
		if taken.RowsAffected == 0 {
			return a.write(row)
		}
		n++
		row.Key = copyKey(key, n)
	}
}

// resumeMails returns the mails without an ask that the hold kept: those whose moment has passed go at the person's next.
func (a *applying) resumeMails() error {
	kept := func() *gorm.DB {
		return a.tx.Model(&messageRow{}).Where("ref = ? AND ask = '' AND state = ? AND rule = ?", a.j.Ref, string(programme.MessagePlanned),
			string(programme.RuleScheduled))
	}
	var rows []messageRow
	if err := kept().Where("at <= ?", a.now).Find(&rows).Error; err != nil {
		return err
	}
	for _, row := range rows {
		if err := a.tx.Model(&messageRow{}).Where("key = ?", row.Key).Update("at", a.nextMinute(row.PersonID)).Error; err != nil {
			return err
		}
	}
	mails, err := plannedMails(kept())
	a.effect.Mails = append(a.effect.Mails, mails...)
	return err
}
