package records

import (
	"time"

	"fairlead/programme"
)

// partHeld is the part of a coaching session that waits for it to be held and logged; the first asks the leader to book.
const partHeld programme.Part = "held"

// Where the mails about a session go besides the leader.
const toCoach = "coach"

// How long a session waits for its log, in working days: the coach is asked so many after it, again so many after that,
// then staff; and then there is a limit.
const (
	logAskedAfter  = 2
	logAskedAgain  = 5
	logStaffAfter  = 2
	logClosedAfter = 10
)

// replanSession gives the wait for a session a new plan.
func (t *turn) replanSession(ask *askRow, slot slotRow) error {
	due, limit := t.heldDates(slot)
	owner := string(programme.OwnerCalendar)
	err := once(t.tx.Model(&askRow{}).Where("id = ? AND state = ? AND plan = ?", ask.ID, string(programme.AskOpen), ask.Plan).
		Updates(map[string]any{"plan": ask.Plan + 1, "due": due, "limit_at": limit, "held": t.state() == programme.OnHold,
			"owner": owner, "since": t.now}))
	if err != nil {
		return err
	}
	if err := t.stopAsk(ask.ID, programme.NotSentReplanned); err != nil {
		return err
	}
	ask.Plan, ask.Due, ask.LimitAt, ask.Owner, ask.Since, ask.Held = ask.Plan+1, due, limit, owner, t.now, t.state() == programme.OnHold
	if err := t.setDates(*ask); err != nil {
		return err
	}
	return t.planSession(*ask, slot)
}

// heldDates are the moment a session ends and the limit of the wait for its log.
func (t *turn) heldDates(slot slotRow) (due, limit time.Time) {
	staff := t.logDay(slot, logAskedAfter+logAskedAgain+logStaffAfter)
	return slot.EndsAt.UTC(), t.cal().Add(staff, logClosedAfter, nil).At(deadlineHour, 0)
}

// logDay is the n-th working day after a session.
func (t *turn) logDay(slot slotRow, n int) programme.Date {
	return t.cal().Add(programme.DateOf(slot.EndsAt), n, nil)
}

// reminderOf is the moment of a session's reminder to the leader: the working day before.
func (t *turn) reminderOf(slot slotRow) time.Time {
	before := t.cal().Back(programme.DateOf(slot.StartsAt).AddDays(-1), t.away)
	return programme.PersonalMoment(before, programme.Minute(t.leader.ID))
}

// planSession plans the mails of a booked session: to the leader the day before, unless the time was confirmed within a working
// day of that, to the coach the requests to log it.
func (t *turn) planSession(ask askRow, slot slotRow) error {
	_, coach, err := coachIn(t.tx, slot.Cohort, slot.Coach)
	if err != nil {
		return err
	}
	tomorrow := programme.Rung{Number: 1, At: t.reminderOf(slot)}
	if near := t.cal().Add(programme.DateOf(t.now), 1, t.away); !near.Before(programme.DateOf(tomorrow.At)) {
		tomorrow.Dropped = programme.NotSentTooClose
	}
	rows := []messageRow{t.rungMail(ask, programme.MsgCoachingTomorrow, tomorrow, programme.RuleScheduled)}
	for i, days := range []int{logAskedAfter, logAskedAfter + logAskedAgain} {
		rung := programme.Rung{Number: i + 1, At: programme.PersonalMoment(t.logDay(slot, days), programme.Minute(coach.ID))}
		row := t.rungMail(ask, programme.MsgCoachingLog, rung, programme.RuleScheduled)
		row.PersonID, row.Recipient = coach.ID, toCoach
		rows = append(rows, row)
	}
	return t.write(rows...)
}

// bookAgain asks the leader to book a session anew, in the next round of its stage; its window stays as it is. Where that
// has no day left the stage ends as at its limit, and lapsed is what the records then say. Where the news of it asks already,
// told, no request follows; else the request is that news, and keeps to staff's hours. On hold nobody is asked before the
// leader is back.
func (t *turn) bookAgain(held askRow, row *stageRow, told bool) error {
	first, err := t.ask(programme.AskID(row.Ref, row.Name, row.Round))
	if err != nil {
		return err
	}
	if !t.now.Add(programme.MoveNotice).Before(first.LimitAt) && t.state() != programme.OnHold {
		return t.lapse(held, row)
	}
	err = once(t.tx.Model(&askRow{}).Where("id = ? AND state = ?", held.ID, string(programme.AskOpen)).
		Updates(map[string]any{"state": string(programme.AskCancelled), "held": false}))
	if err != nil {
		return err
	}
	if err := t.settleSends(held, programme.NotSentReplanned); err != nil {
		return err
	}
	if err := t.finishTasks(row.Name, "to be booked again", taskOverdue); err != nil {
		return err
	}
	stage, err := t.year.StageIn(t.cohort, row.Name)
	if err != nil {
		return err
	}
	terms, err := t.year.OpenedAt(t.cohort, row.Name, t.cal(), t.now, t.s.opts.MinimumNotice, t.away)
	if err != nil {
		return err
	}
	next := first
	next.Round, next.Plan, next.State, next.Owner = row.Round+1, 1, string(programme.AskOpen), string(programme.OwnerParticipant)
	next.ID = programme.AskID(row.Ref, row.Name, next.Round)
	next.OpenedAt, next.Since, next.AnsweredAt, next.Held = t.now, t.now, nil, t.state() == programme.OnHold
	next.RequestAt = t.cal().StaffMoment(t.now, programme.Minute(t.leader.ID))
	if t.away != nil && t.away(programme.DateOf(next.RequestAt)) {
		next.RequestAt = t.nextMinute(t.leader.ID)
	}
	if next.Due = terms.Due; first.LimitAt.Before(next.Due) {
		next.Due = first.LimitAt
	}
	if err := t.tx.Create(&next).Error; err != nil {
		return err
	}
	err = t.setStage(*row, map[string]any{"round": next.Round, "part": "", "waiting_on": next.Owner, "since": t.now, "due": next.Due,
		"limit_at": next.LimitAt, "overdue": false, "attention": ""})
	if err != nil {
		return err
	}
	row.Round, row.Part = next.Round, ""
	return t.planLadder(next, stage.Ladder, ladderPlan{unsent: true, replaced: told && !next.Held, rule: programme.RuleStaff, request: next.RequestAt})
}
