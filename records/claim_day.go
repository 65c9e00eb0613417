package records

import (
	"slices"
	"time"

	"fairlead/faults"
	"fairlead/programme"

	"gorm.io/gorm/clause"
)

// mailDayRow is the claim on a person's London day: whoever writes it sends the day's one scheduled mail.
type mailDayRow struct {
	PersonID    string `gorm:"primaryKey"`
	Day         string `gorm:"primaryKey"`
	LeadKey     string
	ClaimedReal time.Time
}

func (mailDayRow) TableName() string { return "mail_days" }

// takeDay claims the person's day for the line and merges into it what else is due. lost is true where the day's mail is
// another's: then the line goes on the next working day.
func (c *claim) takeDay() (lost bool, result programme.Claim, err error) {
	if faults.Broken("two-a-day") {
		return false, programme.Claim{}, nil
	}
	day := programme.DateOf(c.now)
	tomorrow := c.s.opts.Calendar.NextPersonal(day.AddDays(1).At(0, 0), programme.Minute(c.person.ID), c.away)
	if first, err := c.usualFirst(); err != nil || first {
		if err != nil {
			return true, programme.Claim{}, err
		}
		return c.later(tomorrow)
	}
	mine := mailDayRow{PersonID: c.person.ID, Day: day.String(), LeadKey: c.row.Key, ClaimedReal: c.real}
	made := c.tx.Clauses(clause.OnConflict{DoNothing: true}).Create(&mine)
	if made.Error != nil {
		return true, programme.Claim{}, made.Error
	}
	if made.RowsAffected == 0 {
		var taken mailDayRow
		if err := c.tx.Take(&taken, "person_id = ? AND day = ?", mine.PersonID, mine.Day).Error; err != nil {
			return true, programme.Claim{}, err
		}
		if taken.LeadKey != c.row.Key {
			return c.later(tomorrow)
		}
	}
	dropped, err := c.merge()
	if err != nil || !dropped {
		return false, programme.Claim{}, err
	}
	return true, notSent(programme.NotSentSameDay), nil
}

// usualFirst reports whether a mail to the private address has to wait for a day because one to the usual address is due on
// this: the two are never one mail, and a person gets one a day. What is due at a fixed day, the eve of an event say, goes
// to the usual address.
func (c *claim) usualFirst() (bool, error) {
	if !c.to.private || c.person.Suppressed != "" {
		return false, nil
	}
	rows, err := c.otherLines()
	if err != nil {
		return false, err
	}
	for _, row := range rows {
		if programme.DateOf(row.At) != programme.DateOf(c.now) { // nobody has sent it on its day
			continue
		}
		private, err := isPrivate(c.tx, row)
		if err != nil {
			return false, err
		}
		reason, _, err := c.refusal(row)
		if err == nil && reason == "" {
			reason, err = c.tooLate(row)
		}
		if err == nil && reason == "" {
			reason, _, err = c.lacksWhere(row)
		}
		if err != nil || !private && reason == "" {
			return err == nil, err
		}
	}
	return false, nil
}

// otherLines are the person's other scheduled lines whose moment has come, in order.
func (c *claim) otherLines() (rows []messageRow, err error) {
	return rows, c.tx.Where("person_id = ? AND state = ? AND rule = ? AND at <= ? AND key <> ?", c.person.ID, string(programme.MessagePlanned),
		string(programme.RuleScheduled), c.now, c.row.Key).Order("at, id").Find(&rows).Error
}

// merge takes the person's other scheduled lines that are due at the same address into this mail. Of one ask's lines only one goes: the
// request where it is among them, else the latest reminder. dropped is true where the line itself makes way: then the
// day is given back, and the line it makes way for claims it.
func (c *claim) merge() (dropped bool, err error) {
	rows, err := c.otherLines()
	if err != nil {
		return false, err
	}
	var allowed []messageRow
	for _, row := range rows {
		box, err := c.s.mailboxOf(c.tx, row, c.person)
		if err != nil {
			return false, err
		}
		if box.private != c.to.private {
			continue
		}
		reason, waits, err := c.refusal(row)
		if err != nil {
			return false, err
		}
		if reason == "" {
			if reason, err = c.tooLate(row); err != nil {
				return false, err
			}
		}
		lacks, _, err := c.lacksWhere(row)
		if err != nil {
			return false, err
		}
		switch {
		case waits, lacks != "":
		case reason != "":
			if err := c.drop(row, reason); err != nil {
				return false, err
			}
		default:
			allowed = append(allowed, row)
		}
	}
	all := append([]messageRow{c.row}, allowed...)
	for i, row := range all {
		if !slices.ContainsFunc(all, func(other messageRow) bool { return outdoes(other, row) }) {
			continue
		}
		if err := c.drop(row, programme.NotSentSameDay); err != nil {
			return false, err
		}
		if i == 0 {
			return true, c.tx.Where("person_id = ? AND lead_key = ?", c.person.ID, c.row.Key).Delete(&mailDayRow{}).Error
		}
		all[i].State = string(programme.MessageNotSent)
	}
	for _, row := range all[1:] {
		if row.State != string(programme.MessagePlanned) {
			continue
		}
		err := c.tx.Model(&messageRow{}).Where("key = ? AND state = ?", row.Key, string(programme.MessagePlanned)).
			Updates(map[string]any{"state": string(programme.MessageMerged), "reason": "", "lead_key": c.row.Key}).Error
		if err != nil {
			return false, err
		}
	}
	return false, nil
}

// outdoes reports whether of two lines of one ask the first makes the second needless.
func outdoes(one, other messageRow) bool {
	if one.Recipient == toSelector && other.Message == programme.MsgSelectorReminder && one.Cohort == other.Cohort {
		// Each says what is left: the request does, else the later reminder, whose key ends in its day.
		return one.Message == programme.MsgSelectorAssigned || one.Key > other.Key
	}
	if one.Ask == "" || one.Ask != other.Ask || one.Key == other.Key {
		return false
	}
	if one.Message == programme.MsgEventTomorrow && other.Message == programme.MsgEventJoining {
		return true // it has waited until the last day
	}
	if !isReminder(other) {
		return false
	}
	return !isReminder(one) || one.Rung > other.Rung
}
