package records

import (
	"errors"
	"fmt"
	"time"

	"fairlead/programme"

	"gorm.io/gorm"
)

// recordAttendance notes what the register says of a leader. Who came, or is excused, is done with the event; an absence
// goes to the stage's owner at once and waits on staff until another sitting was attended, or it was decided upon.
func (a *applying) recordAttendance() error {
	row, err := a.stage(a.cmd.Stage)
	if err != nil {
		return err
	}
	place, has, err := a.place(row.Name)
	if err != nil {
		return err
	}
	status, sitting := programme.Attendance(a.cmd.Status), a.cohort.Sittings[row.Name]
	switch {
	case !has || place.state() == programme.PlaceReleased:
		return &programme.Illegal{What: string(a.cmd.Name), State: "the leader has no place at " + row.Name, Why: "Give a place first: change-sitting."}
	case place.State == string(status):
		return a.onlyCosts(place)
	case status != programme.Excused && a.now.Before(sitting.Starts):
		return &programme.Illegal{What: string(a.cmd.Name), State: row.Name + " has not begun", Why: "Who comes is known only when the event has begun."}
	case place.givenUp() && status == programme.Absent:
		return &programme.Illegal{What: string(a.cmd.Name), State: "the leader was excused before " + row.Name,
			Why: "Who was excused before the event was not expected and cannot be absent. To ask for the day after all, reopen the stage and give another date: change-sitting."}
	}
	if place.givenUp() && status == programme.Attended {
		if err := a.takeBack(&place, sitting); err != nil {
			return err
		}
	}
	place.State, place.RecordedAt, place.RecordedBy = string(status), &a.now, a.cmd.Actor
	if place.NoteEnc, err = a.s.encrypt(a.ctx, a.leader.ID, []byte(a.cmd.Note)); err != nil {
		return err
	}
	if err := a.decideCosts(&place); err != nil {
		return err
	}
	if a.now.Before(sitting.Starts) { // somebody else can have the place
		if err := a.uncount(&place); err != nil {
			return err
		}
		if err := a.dropEntry(&place, sitting.Starts); err != nil {
			return err
		}
	}
	if err := a.setPlace(place); err != nil {
		return err
	}
	switch {
	case row.State == string(programme.StageDone) && status == programme.Absent:
		return a.missedAfterAll(row, place)
	case row.State == string(programme.StageDone):
		if err := a.setStage(row, map[string]any{"outcome": string(status)}); err != nil {
			return err
		}
		return a.move(row.Name, row.State, row.State, string(a.cmd.Name))
	case status == programme.Absent:
		return a.missed(row, place)
	}
	return a.endEvent(row, string(status))
}

// takeBack gives a place to a leader who was excused before the event and came all the same, where the sitting still has one.
func (a *applying) takeBack(place *placeRow, sitting programme.Sitting) error {
	err := takeSittings(a.tx, sitting, 1)
	if errors.Is(err, programme.ErrFull) {
		return &programme.Illegal{What: string(a.cmd.Name), State: "the leader was excused before " + place.Stage + " and no place is left",
			Why: "The leader was excused before the event, and the place is somebody else’s now. If the leader came all the same, give this date one more place first: its capacity."}
	}
	place.Counted = err == nil
	return err
}

// endEvent ends an event for a leader who came or is excused.
func (a *applying) endEvent(row stageRow, outcome string) error {
	asks, err := a.openAsks()
	if err != nil {
		return err
	}
	for _, ask := range asks {
		switch {
		case ask.Stage != row.Name:
			continue
		case !ofAttendance(ask): // nobody has said whether the place is taken
			if err := a.cancelAsk(ask, programme.NotSentAnswered); err != nil {
				return err
			}
			continue
		}
		err := once(a.tx.Model(&askRow{}).Where("id = ? AND state = ?", ask.ID, string(programme.AskOpen)).
			Updates(map[string]any{"state": string(programme.AskAnswered), "answered_at": a.now, "held": false}))
		if err != nil {
			return err
		}
		if err := a.settleSends(ask, programme.NotSentAnswered); err != nil {
			return err
		}
	}
	if err := a.finishTasks(row.Name, string(a.cmd.Name), settling...); err != nil {
		return err
	}
	if err := a.closeStage(&row, programme.StageDone, outcome, string(a.cmd.Name)); err != nil {
		return err
	}
	skipped, err := a.skipFollowing(row)
	if err != nil {
		return err
	}
	if err := a.completeIfDone(); err != nil {
		return err
	}
	end, err := a.stageEnd(row)
	if err != nil {
		return err
	}
	a.effect.Ends, a.effect.Openings = append([]programme.StageEnd{end}, skipped...), end.Openings
	return nil
}

// missed deals with an absence: the owner of the stage hears at once, and staff find a way to catch up.
func (a *applying) missed(row stageRow, place placeRow) error {
	ask, err := a.intoAttendance(&row)
	if err != nil {
		return err
	}
	if err := a.finishTasks(row.Name, string(a.cmd.Name), settling...); err != nil {
		return err
	}
	if err := a.replanAttendance(&ask, place); err != nil {
		return err
	}
	if err := a.move(row.Name, row.State, row.State, "absent"); err != nil {
		return err
	}
	if err := a.raise(row.Name, taskCatchUp, fmt.Sprintf("%s/%d/%s", ask.ID, ask.Plan, taskCatchUp)); err != nil {
		return err
	}
	owner, _ := ownersOf(a.cohort, row.Name)
	person, err := personByEmail(a.tx, owner)
	if isMissing(err) {
		person, err = upsertPerson(a.tx, programme.Person{Name: "Programme team", Email: owner}, a.now)
	}
	if err != nil {
		return err
	}
	alert := a.planned(programme.MsgAbsenceAlert, programme.RuleAlert, a.now)
	alert.Stage, alert.Key = row.Name, programme.ReplyKey(a.j.Cohort, a.j.Ref, row.Name, programme.MsgAbsenceAlert, a.cmd.ID)
	alert.PersonID, alert.Recipient = person.ID, toStaff
	if err := a.tell(alert); err != nil {
		return err
	}
	return a.addPlan(ask)
}

// tell plans a mail that the journey has to send.
func (a *applying) tell(mail messageRow) error {
	a.effect.Mails = append(a.effect.Mails, programme.PlannedMail{Key: mail.Key, At: mail.At.UTC()})
	return a.write(mail)
}

// dropEntry takes a place out of the leader's calendar, as long as its event has not begun. Who is told nothing else hears
// of it by this mail.
func (a *applying) dropEntry(place *placeRow, starts time.Time) error {
	if !a.now.Before(starts) {
		place.Entry = false
		return nil
	}
	mail, cancels := a.cancelEntry(place, a.news(place.Stage, programme.MsgEventCancelled, a.cmd.ID, starts))
	if !cancels {
		return nil
	}
	return a.tell(mail)
}

// release gives a place up.
func (a *applying) release(place placeRow) error {
	if err := a.dropEntry(&place, a.cohort.Sittings[place.Stage].Starts); err != nil {
		return err
	}
	if err := a.uncount(&place); err != nil {
		return err
	}
	place.State, place.Cannot, place.ConfirmedAt = string(programme.PlaceReleased), false, nil
	return a.setPlace(place)
}

// leaveEvent gives up the place at an event that the leader will not come to.
func (a *applying) leaveEvent(stage string) error {
	place, has, err := a.place(stage)
	if err != nil || !has || !place.state().Live() {
		return err
	}
	return a.release(place)
}

// livePlaces are the leader's places at events to come, in the order of their stages' names.
func (a *applying) livePlaces() ([]placeRow, error) {
	var rows []placeRow
	return rows, a.tx.Where("ref = ? AND state IN ?", a.j.Ref, []string{string(programme.PlaceHeld), string(programme.PlaceConfirmed)}).
		Order("stage").Find(&rows).Error
}

// releasePlaces gives up all places of a leader who leaves.
func (a *applying) releasePlaces() error {
	places, err := a.livePlaces()
	for _, place := range places {
		if err == nil {
			err = a.release(place)
		}
	}
	return err
}

// releaseHeld gives up the places at events that fell into a hold: each is a task, for another date, a catch-up or a
// deferral.
func (a *applying) releaseHeld(from time.Time) error {
	places, err := a.livePlaces()
	if err != nil {
		return err
	}
	for _, place := range places {
		starts := a.cohort.Sittings[place.Stage].Starts
		if starts.Before(from) || starts.After(a.now) {
			continue
		}
		if place.Entry { // it has begun, but nobody was there: the calendar is put right nevertheless
			mail, _ := a.cancelEntry(&place, a.news(place.Stage, programme.MsgEventCancelled, a.cmd.ID))
			if err := a.tell(mail); err != nil {
				return err
			}
		}
		if err := a.release(place); err != nil {
			return err
		}
		if err := a.waitForStaff(place.Stage, taskInHold, a.cmd.ID); err != nil {
			return err
		}
	}
	return nil
}

// waitForStaff raises a task for a leader who has lost a place; the stage, if it is open, waits on staff.
func (a *applying) waitForStaff(stage, code, cause string) error {
	if err := a.raise(stage, code, cause+"/"+a.j.Ref+"/"+stage+"/"+code); err != nil {
		return err
	}
	row, err := a.stage(stage)
	if err != nil || row.State != string(programme.StageOpen) {
		return err
	}
	place, _, err := a.place(stage)
	if err != nil {
		return err
	}
	ask, err := a.intoAttendance(&row)
	if err != nil {
		return err
	}
	if err := a.replanAttendance(&ask, place); err != nil {
		return err
	}
	return a.addPlan(ask)
}

// moveEntries lets every live calendar entry follow to a leader's new address, and takes it away at the old one unless that
// refuses mail. One of an event that has begun stays where it is: the new address never has it, so nothing is ever taken away
// there.
func (a *applying) moveEntries(old string, bounced bool) error {
	if leftEarly(a.state()) {
		return nil
	}
	places, err := a.livePlaces()
	if err != nil {
		return err
	}
	for _, place := range places {
		if !place.Entry {
			continue
		}
		if !a.cohort.Sittings[place.Stage].Starts.After(a.now) {
			place.Entry = false
			if err := a.setPlace(place); err != nil {
				return err
			}
			continue
		}
		message := programme.MsgEventMoved
		if place.state() == programme.PlaceConfirmed {
			message = programme.MsgEventConfirmed
		}
		if err := a.tell(a.staffMail(place.Stage, message, a.cmd.ID)); err != nil {
			return err
		}
		if bounced {
			continue
		}
		away := a.staffMail(place.Stage, programme.MsgEventCancelled, a.cmd.ID)
		away.Params = params{Sitting: place.Sitting, Sequence: place.Sequence}.text()
		if away.AddressEnc, err = a.s.encrypt(a.ctx, a.leader.ID, []byte(old)); err != nil {
			return err
		}
		if err := a.tell(away); err != nil {
			return err
		}
	}
	return nil
}

// stillHolds narrows a query of places to those that are still expected at a sitting.
func stillHolds(tx *gorm.DB, cohort, stage, sitting string) *gorm.DB {
	return tx.Model(&placeRow{}).Where("cohort = ? AND stage = ? AND sitting = ? AND state IN ?", cohort, stage, sitting,
		[]string{string(programme.PlaceHeld), string(programme.PlaceConfirmed)})
}
