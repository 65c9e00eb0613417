package records

import (
	"slices"
	"strings"
	"time"

	"fairlead/faults"
	"fairlead/programme"

	"gorm.io/gorm"
)

// told writes what happened to a session into the history, plans the mails that say so, and promises its workflow the news,
// which sends what replies to it.
func (b *booking) told(what, message string, slot slotRow, why programme.GivenUp) error {
	if err := b.move(b.row.Name, b.row.State, b.row.State, what); err != nil {
		return err
	}
	if message == programme.MsgCoachingBooked || !faults.Broken("hushes-changes") {
		became := message
		if what == sessionPlaced {
			became = programme.SessionPlaced
		}
		rows, err := b.writeSession(message, became, slot, why, b.old.StartsAt)
		for _, row := range rows {
			if err == nil && row.Rule != string(programme.RuleReply) {
				_, err = b.s.promiseMail(b.tx, b.j, row)
			}
		}
		if err != nil {
			return err
		}
	}
	id, err := b.look(b.row.Name)
	b.result.Outbox = append(b.result.Outbox, id)
	return err
}

// look promises a stage's workflow that the records know more than it does.
func (t *turn) look(stage string) (string, error) {
	return t.s.promise(t.tx, programme.StageID(t.j.Cohort, t.j.Ref, stage), signalFormSubmitted, map[string]string{}, "")
}

// tellCancelled plans the mails that say why a session will not be, and promises them to the journey.
func (t *turn) tellCancelled(slot slotRow, why programme.GivenUp) error {
	rows, err := t.writeSession(programme.MsgCoachingCancelled, programme.MsgCoachingCancelled, slot, why)
	for _, row := range rows {
		if err == nil {
			_, err = t.s.promiseMail(t.tx, t.j, row)
		}
	}
	return err
}

// writeSession plans the mails about what happened to a session: to the leader with the entry for the diary, and to the
// coach, with the reason where it was given up and what became of it. What staff or the programme caused keeps to staff's hours, unless the session,
// or the time it had, is near.
func (t *turn) writeSession(message, became string, slot slotRow, why programme.GivenUp, had ...time.Time) ([]messageRow, error) {
	_, coach, err := coachIn(t.tx, slot.Cohort, slot.Coach)
	if err != nil {
		return nil, err
	}
	told, err := sequences(t.tx, t.j.Ref)
	if err != nil {
		return nil, err
	}
	sequence := 0
	if last, was := told[slot.Stage]; was {
		sequence = last + 1
	}
	about := sessionAs(slot, became, sequence, why)
	act := randomHex(8)
	moments := append(had, slot.StartsAt)
	rows := []messageRow{t.toldByActor(message, t.leader.ID, moments...), t.toldByActor(programme.MsgCoachBooking, coach.ID, moments...)}
	for i, row := range rows {
		rows[i].Stage, rows[i].Key, rows[i].Params = slot.Stage, programme.ReplyKey(t.j.Cohort, t.j.Ref, slot.Stage, row.Message, act), about
	}
	rows[1].PersonID, rows[1].Recipient = coach.ID, toCoach
	return rows, t.write(rows...)
}

// sessionOver plans the mail that tells a leader of a session that was not held that it is not asked for again.
func (t *turn) sessionOver(slot slotRow) error {
	told, err := sequences(t.tx, t.j.Ref)
	if err != nil {
		return err
	}
	row := t.toldByActor(programme.MsgCoachingOver, t.leader.ID)
	row.Stage, row.Key = slot.Stage, programme.ReplyKey(t.j.Cohort, t.j.Ref, slot.Stage, row.Message, slot.ID)
	row.Params = sessionAs(slot, row.Message, told[slot.Stage], programme.GivenUpMissed)
	if err := t.write(row); err != nil || row.Rule == string(programme.RuleReply) { // the stage sends it as it closes
		return err
	}
	_, err = t.s.promiseMail(t.tx, t.j, row)
	return err
}

// sessionAs are the params of a mail about a session as it now is.
func sessionAs(slot slotRow, became string, sequence int, why programme.GivenUp) string {
	return params{Session: &sessionParams{Coach: slot.Coach, Starts: slot.StartsAt.UTC(), Minutes: slotFromRow(slot).Minutes, Online: slot.Online,
		Sequence: sequence, What: strings.TrimPrefix(became, "coaching-"), Why: string(why)}}.text()
}

// sequences are the sequences of the diary's entries of a leader's sessions, by stage, as they were last told.
func sequences(tx *gorm.DB, ref string) (map[string]int, error) {
	var rows []messageRow
	err := tx.Select("stage", "params").Where("ref = ? AND message = ?", ref, programme.MsgCoachBooking).Find(&rows).Error
	told := map[string]int{}
	for _, row := range rows {
		if about := row.params().Session; about != nil {
			told[row.Stage] = max(told[row.Stage], about.Sequence)
		}
	}
	return told, err
}

// moveSessions lets the entry of every session to come follow to a leader's new address, and takes it away at the old one
// unless that refuses mail.
func (a *applying) moveSessions(old string, bounced bool) error {
	slots, err := sessionsToCome(a.tx, a.now, a.j.Ref)
	if err != nil {
		return err
	}
	told, err := sequences(a.tx, a.j.Ref)
	if err != nil {
		return err
	}
	for _, slot := range slots {
		for _, message := range []string{programme.MsgCoachingBooked, programme.MsgCoachingCancelled} {
			row := a.toldByActor(message, a.leader.ID, slot.StartsAt)
			row.Stage, row.Key = slot.Stage, programme.ReplyKey(a.j.Cohort, a.j.Ref, slot.Stage, message, a.cmd.ID)
			row.Params = sessionAs(slot, message, told[slot.Stage], "")
			if message == programme.MsgCoachingCancelled {
				if bounced {
					continue
				}
				if row.AddressEnc, err = a.s.encrypt(a.ctx, a.leader.ID, []byte(old)); err != nil {
					return err
				}
			}
			if err := a.tell(row); err != nil {
				return err
			}
		}
	}
	return nil
}

// leaveSession gives back the time of a session that will not be: its stage has ended, or is about to.
func (t *turn) leaveSession(stage string, why programme.GivenUp) error {
	slot, found, err := booked(t.tx, t.j.Ref, stage)
	if err != nil || !found {
		return err
	}
	if err := t.freeSlot(slot); err != nil || !slot.StartsAt.After(t.now) {
		return err
	}
	return t.tellCancelled(slot, why)
}

// leaveSessions cancels every session to come with the coach a leader has no more, and asks to book again with the next.
func (t *turn) leaveSessions(coach string, why programme.GivenUp) error {
	return t.cancelSessions(why, func(slot slotRow) bool { return slot.Coach == coach })
}

// leaveAway cancels every session to come that falls on a residential day since the leader's dates have changed, or into an
// event that has moved onto it, and asks to book it again.
func (t *turn) leaveAway(moved ...programme.Sitting) error {
	err := t.cancelSessions(programme.GivenUpResidential, func(slot slotRow) bool { return t.away != nil && t.away(programme.DateOf(slot.StartsAt)) })
	if err != nil || len(moved) == 0 {
		return err
	}
	return t.cancelSessions(programme.GivenUpEvent, func(slot slotRow) bool {
		return slices.ContainsFunc(moved, func(s programme.Sitting) bool { return s.During(slot.StartsAt, slot.EndsAt) })
	})
}

// cancelSessions cancels those of the leader's sessions to come that are meant.
func (t *turn) cancelSessions(why programme.GivenUp, meant func(slotRow) bool) error {
	slots, err := sessionsToCome(t.tx, t.now, t.j.Ref)
	if err != nil {
		return err
	}
	for _, slot := range slots {
		if !meant(slot) {
			continue
		}
		if err := t.cancelSession(slot, why); err != nil {
			return err
		}
	}
	return nil
}

// cancelSession cancels a booked session that nobody of the two has cancelled.
func (t *turn) cancelSession(slot slotRow, why programme.GivenUp) error {
	row, err := t.stage(slot.Stage)
	if err != nil {
		return err
	}
	ask, err := t.ask(slot.Ask)
	if err != nil {
		return err
	}
	b := &booking{turn: t, row: row, ask: ask, old: slot, had: true}
	return b.cancel(why)
}
