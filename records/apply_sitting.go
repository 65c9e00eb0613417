package records

import (
	"fmt"
	"time"

	"fairlead/programme"
)

// followSitting lets one journey follow a sitting that was moved, cancelled or put online. However often it was changed
// meanwhile, the journey takes over how it stands now; one that has followed already changes nothing.
func (a *applying) followSitting() error {
	place, has, err := a.place(a.cmd.Stage)
	if err != nil {
		return err
	}
	sitting := a.cohort.Sittings[a.cmd.Stage]
	if !has || !place.state().Live() || place.Sitting != a.cmd.Sitting || place.Followed >= sitting.Sequence {
		a.effect.Changed = false
		return nil
	}
	row, err := a.stage(a.cmd.Stage)
	if err != nil {
		return err
	}
	if programme.StageState(row.State).Closed() {
		a.effect.Changed = false
		return nil
	}
	var kept sittingRow
	if err := a.tx.Take(&kept, "cohort = ? AND stage = ? AND name = ?", sitting.Cohort, sitting.Stage, sitting.Name).Error; err != nil {
		return err
	}
	moved := kept.Moved > place.Followed
	place.Followed = sitting.Sequence
	if err := a.move(row.Name, row.State, row.State, string(a.cmd.Name)); err != nil {
		return err
	}
	if sitting.State == programme.SittingCancelled {
		return a.sittingLost(place, sitting, false)
	}
	if meetsAnew(sitting, moved) {
		other, err := a.meeting(sitting)
		if err != nil {
			return err
		}
		if other != "" {
			return a.sittingLost(place, sitting, true)
		}
	}
	var anew []programme.Sitting
	if moved {
		anew = append(anew, sitting)
	}
	if err := a.leaveAway(anew...); err != nil {
		return err
	}
	if place.Entry {
		place.Sequence++
	}
	if moved && a.stillTime(row.Name) {
		return a.confirmAgain(row, place, sitting)
	}
	if err := a.setPlace(place); err != nil {
		return err
	}
	return a.movedOnly(row, place, sitting, moved)
}

// meetsAnew reports whether a changed sitting can fall on days of another event on which it did not before: its times have
// changed, or the night before may belong to it since.
func meetsAnew(s programme.Sitting, moved bool) bool { return moved || s.Night }

// stillTime reports whether a leader can still be asked to confirm a place before the event begins.
func (a *applying) stillTime(stage string) bool {
	return a.s.timeToAsk(a.year, a.cohort, stage, a.now)
}

// timeToAsk is stillTime for a leader who lives the year so.
func (s *Store) timeToAsk(year programme.Blueprint, lived programme.Cohort, stage string, now time.Time) bool {
	terms, err := year.OpenedAt(lived, stage, s.opts.Calendar, now, s.opts.MinimumNotice, residentialDays(year, lived))
	return err == nil && terms.Due.Before(lived.Sittings[stage].Starts)
}

// movedMail tells of the change, with the calendar entry where the leader has one.
func (a *applying) movedMail(stage string, moved bool, starts time.Time) messageRow {
	mail := a.news(stage, programme.MsgEventMoved, a.cmd.ID, starts)
	mail.Params = params{Moved: moved}.text()
	if a.cmd.Urgent { // the date that is off was near
		a.hurry(&mail)
	}
	return mail
}

// movedOnly tells of a change that leaves the place as it is; reminders follow it.
func (a *applying) movedOnly(row stageRow, place placeRow, sitting programme.Sitting, moved bool) error {
	if err := a.tell(a.movedMail(row.Name, moved, sitting.Starts)); err != nil {
		return err
	}
	if row.State != string(programme.StageOpen) {
		return a.replanOpening(row.Name)
	}
	ask, err := a.ask(askOfStage(row))
	if isMissing(err) {
		return nil // it is being opened, and reads all this
	}
	if err != nil {
		return err
	}
	if moved && !ofAttendance(ask) { // there is no time left to ask: the place is kept
		if ask, err = a.intoAttendance(&row); err != nil {
			return err
		}
	}
	if !ofAttendance(ask) {
		return nil
	}
	if err := a.replanAttendance(&ask, place); err != nil {
		return err
	}
	return a.addPlan(ask)
}

// confirmAgain makes a confirmation void, because the times have changed, and asks again: needs are kept, reminders planned
// anew. What tells of the change is the request.
func (a *applying) confirmAgain(row stageRow, place placeRow, sitting programme.Sitting) error {
	place.State, place.Cannot, place.ConfirmedAt = string(programme.PlaceHeld), false, nil
	if err := a.setPlace(place); err != nil {
		return err
	}
	if err := a.finishTasks(row.Name, string(a.cmd.Name), taskCannot, taskPlaceKept, taskOverdue); err != nil {
		return err
	}
	mail := a.movedMail(row.Name, true, sitting.Starts)
	if row.State != string(programme.StageOpen) {
		if err := a.tell(mail); err != nil {
			return err
		}
		return a.replanOpening(row.Name)
	}
	ask, err := a.ask(askOfStage(row))
	if isMissing(err) {
		return a.tell(mail)
	}
	if err != nil {
		return err
	}
	if ask, err = a.askAfresh(row, ask, mail.At); err != nil {
		return err
	}
	quiet, err := a.quiet(ask)
	if err != nil {
		return err
	}
	if quiet { // another form asks; this only tells
		if err := a.tell(mail); err != nil {
			return err
		}
		return a.addPlan(ask)
	}
	mail.Ask, mail.Round, mail.Plan = ask.ID, ask.Round, ask.Plan
	if ask.Held { // the news goes nevertheless, and what it asks for waits
		mail.Ask = ""
		if err := a.tell(mail); err != nil {
			return err
		}
		return a.addPlan(ask)
	}
	if err := a.write(mail); err != nil {
		return err
	}
	return a.addPlan(ask)
}

// askAfresh asks for the place by the event's new date: an ask that is open gets new dates, one that was answered a
// further round.
func (a *applying) askAfresh(row stageRow, ask askRow, request time.Time) (askRow, error) {
	terms, err := a.year.OpenedAt(a.cohort, row.Name, a.cal(), a.now, a.s.opts.MinimumNotice, a.away)
	if err != nil {
		return ask, err
	}
	ladder := ladderPlan{request: request, from: a.now, edited: true}
	if ask.State == string(programme.AskOpen) && !ofAttendance(ask) {
		held := ask.Held
		if ask.Owner == string(programme.OwnerStaff) {
			ask.Owner, ask.Since = string(programme.OwnerParticipant), a.now
		}
		if err := a.moveDates(&ask, terms.Due, terms.Limit, ladder); err != nil || !held {
			return ask, err
		}
		ask.Held = true
		if err := a.stopAsk(ask.ID, programme.NotSentHeld); err != nil {
			return ask, err
		}
		return ask, a.tx.Model(&askRow{}).Where("id = ?", ask.ID).Update("held", true).Error
	}
	if ask.State == string(programme.AskOpen) {
		if err := a.cancelAsk(ask, programme.NotSentReplanned); err != nil {
			return ask, err
		}
	}
	stage, err := a.year.StageIn(a.cohort, row.Name)
	if err != nil {
		return ask, err
	}
	next := askRow{ID: programme.AskID(a.j.Ref, row.Name, row.Round+1), Cohort: a.j.Cohort, Ref: a.j.Ref, Stage: row.Name, Kind: row.Kind,
		Round: row.Round + 1, Plan: 1, Form: a.year.FormOf(stage), PersonID: a.leader.ID, State: string(programme.AskOpen),
		Owner: string(programme.OwnerParticipant), OpenedAt: a.now, RequestAt: request, Due: terms.Due, LimitAt: terms.Limit, Since: a.now,
		Held: a.state() == programme.OnHold}
	if err := a.tx.Create(&next).Error; err != nil {
		return next, err
	}
	err = a.setStage(row, map[string]any{"round": next.Round, "part": "", "waiting_on": next.Owner, "since": a.now, "due": next.Due,
		"limit_at": next.LimitAt, "overdue": false})
	if err != nil {
		return next, err
	}
	return next, a.planLadder(next, stage.Ladder, ladder)
}

// sittingLost takes a place away because its sitting is off or, moved, falls on days of another event of the leader's; staff
// find another.
func (a *applying) sittingLost(place placeRow, sitting programme.Sitting, moved bool) error {
	mail, cancels := a.cancelEntry(&place, a.news(place.Stage, programme.MsgEventCancelled, a.cmd.ID, sitting.Starts))
	// Without an entry to take away the leader knows the date all the same.
	mail.Params = params{Sitting: place.Sitting, Sequence: place.Sequence, NoEntry: !cancels, Moved: moved}.text()
	if a.cmd.Urgent { // the date that is off was near
		a.hurry(&mail)
	}
	if err := a.tell(mail); err != nil {
		return err
	}
	if err := a.uncount(&place); err != nil {
		return err
	}
	place.State, place.Cannot, place.ConfirmedAt = string(programme.PlaceReleased), false, nil
	if err := a.setPlace(place); err != nil {
		return err
	}
	if err := a.finishTasks(place.Stage, string(a.cmd.Name), taskCannot); err != nil { // it was about the date that is off
		return err
	}
	return a.waitForStaff(place.Stage, taskEventCancelled, fmt.Sprintf("%s/%d", sitting.Name, sitting.Sequence))
}
