package records

import (
	"fmt"
	"time"

	"fairlead/faults"
	"fairlead/programme"
)

// An event asks in two parts: first whether the leader takes the place, then, once that is settled, the calendar's: until
// the event is over and its register taken. It ends in one way alone, by what the register or staff say of the leader.

// The codes of the tasks that events raise.
const (
	taskNoPlace         = "no_place"         // an event has no room for somebody who is enrolled
	taskPlaceKept       = "place_kept"       // the place was not confirmed in time, and is kept
	taskCannot          = "event_cannot"     // the leader said that no date will do
	taskRegister        = "register"         // the event is over: say who came
	taskRegisterMissing = "register_missing" // ten working days later nobody has
	taskCatchUp         = "catch_up"         // somebody missed a compulsory event
	taskInHold          = "event_in_hold"    // the event fell into the hold
	taskEventCancelled  = "event_cancelled"  // the leader's date was cancelled, or moved onto another event
	taskTellVenue       = "tell_venue"       // needs changed that the venue has already
)

// settling are the tasks that are done when a leader's place, or absence, is settled.
var settling = []string{taskOverdue, taskNoPlace, taskPlaceKept, taskCannot, taskRegister, taskRegisterMissing, taskCatchUp, taskInHold,
	taskEventCancelled, taskTellVenue}

// outcomes of an event.
const (
	outcomeAttended = string(programme.Attended)
	outcomeExcused  = string(programme.Excused)
	outcomeMissed   = "not_attended" // of a survey that would look back on it
)

// ofAttendance reports whether an ask is the second part of an event.
func ofAttendance(ask askRow) bool { return ask.Part == string(programme.PartAttendance) }

// place is the leader's place at an event; has is false where there is none.
func (t *turn) place(stage string) (place placeRow, has bool, err error) {
	found := t.tx.Where("ref = ? AND stage = ?", t.j.Ref, stage).Limit(1).Find(&place)
	return place, found.RowsAffected == 1, found.Error
}

// setPlace writes what changed of a place.
func (t *turn) setPlace(place placeRow) error {
	return t.tx.Model(&placeRow{}).Where("ref = ? AND stage = ?", place.Ref, place.Stage).Updates(map[string]any{"sitting": place.Sitting,
		"state": place.State, "counted": place.Counted, "sequence": place.Sequence, "entry": place.Entry, "followed": place.Followed,
		"cannot": place.Cannot, "catch_up": place.CatchUp, "confirmed_at": place.ConfirmedAt, "recorded_at": place.RecordedAt,
		"recorded_by": place.RecordedBy, "note_enc": place.NoteEnc, "costs": place.Costs}).Error
}

// firstOfEvent writes what an event asks first in a round: whether the place is taken, unless that is settled already.
func (t *turn) firstOfEvent(row stageRow, round int, reopened bool) (askRow, error) {
	place, has, err := t.place(row.Name)
	if err != nil {
		return askRow{}, err
	}
	if !has || reopened && !place.Counted {
		if has, err = t.findPlace(row.Name, &place, has); err != nil {
			return askRow{}, err
		}
	}
	switch {
	case !has || place.state() == programme.PlaceReleased, place.givenUp():
		return t.attendanceAsk(row, round, place, false)
	case !place.state().Live(): // reopened after the register
		place.State = string(programme.PlaceConfirmed)
		if err := t.setPlace(place); err != nil {
			return askRow{}, err
		}
	}
	terms, err := t.year.OpenedAt(t.cohort, row.Name, t.cal(), t.now, t.s.opts.MinimumNotice, t.away)
	if err != nil {
		return askRow{}, err
	}
	if place.state() == programme.PlaceConfirmed || !terms.Due.Before(t.cohort.Sittings[row.Name].Starts) {
		return t.attendanceAsk(row, round, place, true)
	}
	return t.newAsk(row, round, reopened)
}

// findPlace takes a place at an event for a leader who has none, where there is room; else it is a task.
func (t *turn) findPlace(stage string, place *placeRow, had bool) (bool, error) {
	known, err := t.s.sittings(t.tx, t.cohort, t.year)
	if err != nil {
		return had, err
	}
	others, err := t.elsewhere(stage)
	if err != nil {
		return had, err
	}
	chosen, ok := programme.ChooseSitting(programme.Apart(upcoming(known[stage], t.now), others), t.j.Group)
	if !ok {
		return had, t.s.noRoom(t.tx, t.j, stage, t.now)
	}
	if !had {
		if err := t.s.keepSittings(t.tx, t.cohort, t.year); err != nil {
			return had, err
		}
	}
	if err := takeSittings(t.tx, chosen, 1); err != nil {
		return had, err
	}
	fresh := newPlace(t.j, chosen)
	if had {
		fresh.UID, fresh.Sequence = place.UID, place.Sequence
		err = t.setPlace(fresh)
	} else {
		err = t.tx.Create(&fresh).Error
	}
	if err != nil {
		return had, err
	}
	*place = fresh
	return true, t.relive()
}

// attendanceAsk writes the second part of an event as the first ask of a round. Without a place it waits on staff.
func (t *turn) attendanceAsk(row stageRow, round int, place placeRow, has bool) (askRow, error) {
	ask, err := t.attendance(row.Name, place, has)
	if err != nil {
		return ask, err
	}
	ask.ID = programme.PartAskID(t.j.Ref, row.Name, round, programme.PartAttendance)
	ask.Cohort, ask.Ref, ask.Stage, ask.Kind, ask.Round, ask.Plan = t.j.Cohort, t.j.Ref, row.Name, row.Kind, round, 1
	ask.State, ask.OpenedAt, ask.RequestAt, ask.Since = string(programme.AskOpen), t.now, t.now, t.now
	ask.Held = t.state() == programme.OnHold
	if err := t.tx.Create(&ask).Error; err != nil {
		return ask, err
	}
	return ask, t.planAttendance(ask)
}

// attendance is what the second part of an event waits for: the calendar until the event is over, or staff where the
// leader has no place to come to.
func (t *turn) attendance(stage string, place placeRow, has bool) (askRow, error) {
	ask := askRow{Part: string(programme.PartAttendance), Form: programme.FormEventPlace, PersonID: t.leader.ID,
		Owner: string(programme.OwnerCalendar)}
	terms, err := t.year.EventTerms(t.cohort, stage, t.cal(), t.away)
	if err != nil {
		return ask, err
	}
	ask.Due, ask.LimitAt = terms.Ends, terms.Limit
	if !has || !place.state().Live() || place.Cannot {
		ask.Owner, ask.Due, ask.LimitAt = string(programme.OwnerStaff), t.staffLimit(), t.staffLimit()
	}
	return ask, nil
}

// staffLimit is until when staff have to find a way: ten working days.
func (t *turn) staffLimit() time.Time {
	return t.cal().Add(programme.DateOf(t.now), 10, t.away).At(deadlineHour, 0)
}

// beginAttendance goes on to the second part of an event.
func (t *turn) beginAttendance(row *stageRow, before askRow) error {
	place, has, err := t.place(row.Name)
	if err != nil {
		return err
	}
	next, err := t.attendance(row.Name, place, has)
	if err != nil {
		return err
	}
	ask, err := t.beginPart(row, before, next)
	if err != nil {
		return err
	}
	if err := t.planAttendance(ask); err != nil {
		return err
	}
	return t.askThemselves(row.Name)
}

// planAttendance writes the mails of an event whose place is settled: the joining instructions and, on the last working day
// before, a reminder of tomorrow.
func (t *turn) planAttendance(ask askRow) error {
	if ask.Owner != string(programme.OwnerCalendar) {
		return nil
	}
	terms, err := t.year.EventTerms(t.cohort, ask.Stage, t.cal(), t.away)
	if err != nil {
		return err
	}
	minute := programme.Minute(ask.PersonID)
	if faults.Broken("wrong-eve") {
		terms.Eve = t.cal().Back(terms.Eve.AddDays(-1), t.away)
	}
	eve := programme.Rung{Number: 2, At: programme.PersonalMoment(terms.Eve, minute)}
	if !eve.At.After(t.now) {
		eve.Dropped = programme.NotSentTooClose
	}
	var rows []messageRow
	if !terms.Joining.IsZero() {
		joining := programme.Rung{Number: 1, At: programme.PersonalMoment(terms.Joining, minute)}
		if !joining.At.After(t.now) { // late, but not too late to be of use
			joining.At = t.nextMinute(ask.PersonID)
		}
		if !joining.At.Before(terms.Starts) {
			joining.Dropped = programme.NotSentTooClose
		} else if programme.DateOf(joining.At) == programme.DateOf(eve.At) {
			joining.Dropped = programme.NotSentSameDay
		}
		rows = append(rows, t.rungMail(ask, programme.MsgEventJoining, joining, programme.RuleScheduled))
	}
	return t.write(append(rows, t.rungMail(ask, programme.MsgEventTomorrow, eve, programme.RuleScheduled))...)
}

// quiet reports whether an event's place is being asked for by the form of another stage: then it sends nothing itself.
func (t *turn) quiet(ask askRow) (bool, error) {
	stage, _ := t.year.Stage(ask.Stage)
	if stage.Event == nil || stage.Event.PlaceWith == "" {
		return false, nil
	}
	with, err := t.stage(stage.Event.PlaceWith)
	if err != nil {
		return false, err
	}
	return !programme.StageState(with.State).Closed() && with.Part == "", nil
}

// askThemselves lets the events whose places the form of a stage would have confirmed ask for themselves, now that the
// form has not.
func (t *turn) askThemselves(stage string) error {
	for _, event := range t.year.PlacedWith(stage) {
		row, err := t.stage(event.Name)
		if err != nil {
			return err
		}
		if row.State != string(programme.StageOpen) || row.Part != "" {
			continue
		}
		ask, err := t.ask(askOfStage(row))
		if isMissing(err) {
			continue
		}
		if err != nil {
			return err
		}
		if ask.State != string(programme.AskOpen) || ask.Held || ask.Owner != string(programme.OwnerParticipant) {
			continue
		}
		if gone, err := t.requestIsGone(ask); err != nil || gone {
			return err
		}
		ladder := ladderPlan{request: t.nextMinute(ask.PersonID), unsent: true, rule: programme.RuleScheduled, from: t.now}
		if err := t.moveDates(&ask, ask.Due, ask.LimitAt, ladder); err != nil {
			return err
		}
		if err := t.nudge(event.Name); err != nil {
			return err
		}
	}
	return nil
}

// nudge promises a stage's workflow the signal upon which it reads its ask again.
func (t *turn) nudge(stage string) error {
	_, err := t.s.promise(t.tx, programme.StageID(t.j.Cohort, t.j.Ref, stage), signalFormSubmitted, map[string]string{}, "")
	return err
}

// eventLimit is what happens at the limits of an event: a place that nobody confirmed is kept, with a task; a register that
// nobody took, and whatever else waits on staff, is a task again every ten working days.
func (t *turn) eventLimit(ask askRow, row *stageRow) error {
	if ofAttendance(ask) {
		return t.stillWaits(ask)
	}
	err := once(t.tx.Model(&askRow{}).Where("id = ? AND state = ? AND held = ? AND plan = ?", ask.ID, string(programme.AskOpen), false,
		ask.Plan).Update("state", string(programme.AskLapsed)))
	if err != nil {
		return err
	}
	if err := t.settleSends(ask, programme.NotSentLapsed); err != nil {
		return err
	}
	if err := t.finishTasks(ask.Stage, actorProgramme, taskOverdue); err != nil {
		return err
	}
	if err := t.raise(ask.Stage, taskPlaceKept, ask.ID+"/"+taskPlaceKept); err != nil {
		return err
	}
	if err := t.move(ask.Stage, row.State, row.State, "place-kept"); err != nil {
		return err
	}
	return t.beginAttendance(row, ask)
}

// stillWaits raises the task anew of which an event has waited on staff too long, unless it is open, and sets the next limit.
func (t *turn) stillWaits(ask askRow) error {
	place, has, err := t.place(ask.Stage)
	if err != nil {
		return err
	}
	switch {
	case !has || place.state() == programme.PlaceReleased:
		err = t.raiseAgain(ask, taskNoPlace)
	case place.state() == programme.PlaceAbsent:
		err = t.raiseAgain(ask, taskCatchUp)
	case place.Cannot:
		err = t.raiseAgain(ask, taskCannot)
	default:
		err = t.registerStillMissing(place)
	}
	if err != nil {
		return err
	}
	ask.LimitAt = t.staffLimit()
	err = once(t.tx.Model(&askRow{}).Where("id = ? AND state = ? AND plan = ?", ask.ID, string(programme.AskOpen), ask.Plan).
		Update("limit_at", ask.LimitAt))
	if err != nil {
		return err
	}
	return t.setDates(ask)
}

// raiseAgain raises a task about an event anew unless it is open, or another that says why it waits.
func (t *turn) raiseAgain(ask askRow, code string) error {
	var open int64
	err := t.tx.Model(&taskRow{}).Where("ref = ? AND stage = ? AND code IN ? AND done_at IS NULL", t.j.Ref, ask.Stage,
		[]string{code, taskInHold, taskEventCancelled}).Count(&open).Error
	if err != nil || open > 0 {
		return err
	}
	return t.raise(ask.Stage, code, fmt.Sprintf("%s/%s/%s", ask.ID, programme.DateOf(t.now), code))
}

// intoAttendance brings an open event to its second part, whatever it was at, and returns that part's ask.
func (t *turn) intoAttendance(row *stageRow) (askRow, error) {
	ask, err := t.ask(askOfStage(*row))
	if err != nil || ofAttendance(ask) {
		return ask, err
	}
	if ask.State == string(programme.AskOpen) {
		if err := t.cancelAsk(ask, programme.NotSentReplaced); err != nil {
			return ask, err
		}
	}
	if err := t.beginAttendance(row, ask); err != nil {
		return ask, err
	}
	return t.ask(askOfStage(*row))
}

// replanAttendance gives the second part of an event the dates of the place as it now stands, in a new plan.
func (t *turn) replanAttendance(ask *askRow, place placeRow) error {
	next, err := t.attendance(ask.Stage, place, true)
	if err != nil {
		return err
	}
	if ask.Owner != next.Owner {
		ask.Owner, ask.Since = next.Owner, t.now
	}
	held := ask.Held
	if err := t.moveDates(ask, next.Due, next.LimitAt, ladderPlan{request: ask.RequestAt}); err != nil || !held {
		return err
	}
	// The journey is on hold: resuming plans the mails.
	ask.Held = true
	if err := t.stopAsk(ask.ID, programme.NotSentHeld); err != nil {
		return err
	}
	return t.tx.Model(&askRow{}).Where("id = ?", ask.ID).Update("held", true).Error
}
