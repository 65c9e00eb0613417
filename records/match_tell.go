package records

import (
	"strconv"
	"time"

	"fairlead/programme"

	"gorm.io/gorm"
)

// tellMatch plans the mails about a match: to the coach, and to a leader who had another coach before.
func (t *turn) tellMatch(match matchRow) error {
	_, coach, err := coachIn(t.tx, match.Cohort, match.Coach)
	if err != nil {
		return err
	}
	if err := t.tellCoach(match, coach); err != nil {
		return err
	}
	var before int64
	if err := t.tx.Model(&matchRow{}).Where("ref = ? AND id <> ?", t.j.Ref, match.ID).Count(&before).Error; err != nil || before == 0 {
		return err
	}
	row := t.toldByActor(programme.MsgCoachChanged, t.leader.ID)
	row.Key, row.Params = t.matchKey(row.Message, match), params{Session: &sessionParams{Coach: match.Coach}}.text()
	if err := t.write(row); err != nil {
		return err
	}
	_, err = t.s.promiseMail(t.tx, t.j, row)
	return err
}

// tellCoach plans the mail that tells a coach of a leader they have now. It is a scheduled one: the leaders of one day go in
// one mail. A journey that has not begun sends it when it does.
func (t *turn) tellCoach(match matchRow, coach personRow) error {
	row := t.planned(programme.MsgCoachLeaders, programme.RuleScheduled, t.cal().NextPersonal(t.now, programme.Minute(coach.ID), nil))
	row.Key, row.Params = t.matchKey(row.Message, match), params{Session: &sessionParams{Coach: match.Coach}}.text()
	row.PersonID, row.Recipient = coach.ID, toCoach
	if err := t.write(row); err != nil || !t.j.Started {
		return err
	}
	_, err := t.s.promiseMail(t.tx, t.j, row)
	return err
}

func (t *turn) matchKey(message string, match matchRow) string {
	return programme.ReplyKey(t.j.Cohort, t.j.Ref, "", message, strconv.FormatInt(match.ID, 10))
}

// toldByActor plans a mail about coaching to a person: at once where the leader, the assistant or the coach acted; what staff
// or the programme did keeps to staff's hours, unless it is about a moment within two days, or it would come after that.
func (t *turn) toldByActor(message, person string, about ...time.Time) messageRow {
	switch t.actor {
	case actorParticipant, actorAssistant, toCoach:
		return t.planned(message, programme.RuleReply, t.now)
	}
	row := t.planned(message, programme.RuleStaff, t.cal().StaffMoment(t.now, programme.Minute(person)))
	for _, moment := range about {
		if near(moment, t.now) || moment.After(t.now) && !row.At.Before(moment) {
			t.hurry(&row)
		}
	}
	return row
}

// stillCoaches reports whether the match that a mail tells of is still the leader's.
func stillCoaches(tx *gorm.DB, row messageRow) (bool, error) {
	match, found, err := currentMatch(tx, row.Ref)
	about := row.params().Session
	return found && about != nil && match.Coach == about.Coach, err
}

// awaitsCoach is why nobody can be asked to book a session: there is no coach; empty where there is one.
func awaitsCoach(tx *gorm.DB, row messageRow) (string, error) {
	_, found, err := currentMatch(tx, row.Ref)
	if err != nil || found {
		return "", err
	}
	return programme.WaitsForCoach, nil
}
