package records

import (
	"fairlead/programme"

	"gorm.io/gorm"
)

// session is the coaching session that a mail is about: as it was when the mail was planned, else the one that its ask
// waits for, else only with whom it is to be.
func (c *claim) session(row messageRow) (*programme.MailSession, error) {
	about := &programme.MailSession{Elsewhere: len(row.AddressEnc) > 0}
	coach := ""
	if p := row.params().Session; p != nil {
		coach = p.Coach
		about.Starts, about.Minutes, about.Online, about.Sequence, about.What = p.Starts, p.Minutes, p.Online, p.Sequence, p.What
		about.Why = programme.GivenUp(p.Why)
	} else {
		var slot slotRow
		found := c.tx.Where("ask = ? AND state = ?", row.Ask, string(programme.SlotBooked)).Limit(1).Find(&slot)
		if found.Error != nil {
			return nil, found.Error
		}
		if found.RowsAffected == 1 {
			coach = slot.Coach
			about.Starts, about.Minutes, about.Online = slot.StartsAt.UTC(), slotFromRow(slot).Minutes, slot.Online
		}
	}
	if row.Message == programme.MsgCoaching || row.Message == programme.MsgCoachingReminder {
		var told int64
		err := c.tx.Model(&messageRow{}).Where("ref = ? AND stage = ? AND message = ?", row.Ref, row.Stage, programme.MsgCoachingBooked).Count(&told).Error
		if err != nil {
			return nil, err
		}
		about.Again = told > 0
		if about.Why, err = c.missedBefore(row); err != nil {
			return nil, err
		}
	}
	if row.Message == programme.MsgCoachingCancelled && !about.Elsewhere {
		if err := c.asksAgain(row, about); err != nil {
			return nil, err
		}
	}
	if row.Message == programme.MsgCoachingCancelled || row.Message == programme.MsgCoachingOver {
		var lapsed int64
		err := c.tx.Model(&stageRow{}).Where("ref = ? AND name = ? AND state = ?", row.Ref, row.Stage, string(programme.StageLapsed)).Count(&lapsed).Error
		if err != nil {
			return nil, err
		}
		stage, _ := c.year.Stage(row.Stage)
		about.Over, about.Needed = lapsed > 0, stage.HasDays()
	}
	if coach == "" {
		match, found, err := currentMatch(c.tx, row.Ref)
		if err != nil || !found {
			return about, err
		}
		coach = match.Coach
	}
	if row.Message == programme.MsgCoachChanged {
		var ended int64
		err := c.tx.Model(&consentRow{}).Where("ref = ? AND purpose = ? AND given = ? AND source = ?", row.Ref, programme.ConsentCoachReport, false,
			consentCoachChanged).Where("at >= (SELECT MAX(ended_at) FROM coach_matches WHERE ref = ?)", row.Ref).Count(&ended).Error
		if err != nil {
			return nil, err
		}
		about.Consent = ended > 0
	}
	_, person, err := coachIn(c.tx, row.Cohort, coach)
	about.Coach, about.Email = person.Name, person.Email
	return about, err
}

// missedBefore is the reason why the session of the round before came to nothing, where its coach has said so.
func (c *claim) missedBefore(row messageRow) (programme.GivenUp, error) {
	var missed int64
	err := c.tx.Model(&slotRow{}).Where("ask = ? AND state IN ?", programme.PartAskID(row.Ref, row.Stage, row.Round-1, partHeld),
		[]string{string(programme.SlotDidNotAttend), string(programme.SlotLateNotice)}).Count(&missed).Error
	if err != nil || missed == 0 {
		return "", err
	}
	return programme.GivenUpMissed, nil
}

// asksAgain lets the news of a cancellation ask for another time, where the leader is to choose one now.
func (c *claim) asksAgain(row messageRow, about *programme.MailSession) error {
	var waiting int64
	err := c.tx.Model(&stageRow{}).Joins("JOIN journeys j ON j.ref = stages.ref").Where("stages.ref = ? AND stages.name = ?", row.Ref, row.Stage).
		Where("stages.state = ? AND stages.part = '' AND j.state <> ?", string(programme.StageOpen), string(programme.OnHold)).Count(&waiting).Error
	if err != nil || waiting == 0 {
		return err
	}
	match, found, err := currentMatch(c.tx, row.Ref)
	if err != nil || !found {
		about.Seeking = !found
		return err
	}
	_, person, err := coachIn(c.tx, row.Cohort, match.Coach)
	about.Next = person.Name
	return err
}

// overtaken reports whether a mail of staff's doing that brings a session's entry, or takes it away, has waited for staff's
// hours until the session was booked, moved or cancelled again: the diary would believe what it reads last.
func overtaken(tx *gorm.DB, row messageRow) (bool, error) {
	about := row.params().Session
	if about == nil || row.Rule != string(programme.RuleStaff) || row.Recipient != toParticipant || row.Stage == "" || len(row.AddressEnc) > 0 {
		return false, nil
	}
	told, err := sequences(tx, row.Ref)
	return about.Sequence < told[row.Stage], err
}

// coachLink is the link to a coach's page.
func (i *issuing) coachLink(item *programme.MailItem) error {
	var coach coachRow
	err := i.tx.Take(&coach, "cohort = ? AND person_id = ?", i.row.Cohort, i.row.PersonID).Error
	if isMissing(err) { // the coach's address was changed since: the mail goes without
		return nil
	}
	if err != nil {
		return err
	}
	item.Link, err = i.link(coach.Ref, linkRow{Purpose: string(programme.LinkCoach), Ref: coach.Ref, Cohort: coach.Cohort})
	return err
}

// sessionLink is the link of a mail that confirms something of a session: to its page, as long as that is of use.
func (i *issuing) sessionLink(item *programme.MailItem) error {
	var stage stageRow
	if err := i.tx.Take(&stage, "ref = ? AND name = ?", i.row.Ref, i.row.Stage).Error; err != nil {
		return err
	}
	if stage.State != string(programme.StageOpen) {
		return nil
	}
	var ask askRow
	found := i.tx.Where("id = ?", askOfStage(stage)).Limit(1).Find(&ask)
	if found.Error != nil || found.RowsAffected == 0 {
		return found.Error
	}
	var err error
	item.Link, err = i.link("", linkToAsk(ask))
	return err
}

// coachesAs reports whether a person is that coach. One who has left comes in too: to log what was held before.
func coachesAs(tx *gorm.DB, coach, person string) (bool, error) {
	var row coachRow
	found := tx.Where("ref = ? AND person_id = ?", coach, person).Limit(1).Find(&row)
	return found.RowsAffected == 1, found.Error
}

// coached lists the cohorts in which the person coaches.
func (i *issuing) coached(item *programme.MailItem) error {
	var coaches []coachRow
	if err := i.tx.Where("person_id = ? AND left_at IS NULL", i.row.PersonID).Order("ref").Find(&coaches).Error; err != nil {
		return err
	}
	for _, coach := range coaches {
		open := programme.MailItem{Key: i.row.Key + "/" + coach.Ref, Message: programme.MsgCoachBooking, Title: "Your leaders and times in " + coach.Cohort}
		var err error
		if open.Link, err = i.link(coach.Ref, linkRow{Purpose: string(programme.LinkCoach), Ref: coach.Ref, Cohort: coach.Cohort}); err != nil {
			return err
		}
		item.Open = append(item.Open, open)
	}
	return nil
}
