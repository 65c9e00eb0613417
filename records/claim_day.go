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
			return c.later(c.s.opts.Calendar.NextPersonal(day.AddDays(1).At(0, 0), programme.Minute(c.person.ID), c.away))
		}
	}
	dropped, err := c.merge()
	if err != nil || !dropped {
		return false, programme.Claim{}, err
	}
	return true, notSent(programme.NotSentSameDay), nil
}

// merge takes the person's other scheduled lines that are due into this mail. Of one ask's lines only one goes: the
// request where it is among them, else the latest reminder. dropped is true where the line itself makes way: then the
// day is given back, and the line it makes way for claims it.
func (c *claim) merge() (dropped bool, err error) {
	var rows []messageRow
	err = c.tx.Where("person_id = ? AND state = ? AND rule = ? AND at <= ? AND key <> ?", c.person.ID, string(programme.MessagePlanned),
		string(programme.RuleScheduled), c.now, c.row.Key).Order("at, id").Find(&rows).Error
	if err != nil {
		return false, err
	}
	var allowed []messageRow
	for _, row := range rows {
		reason, waits, err := c.refusal(row)
		if err != nil {
			return false, err
		}
		if reason == "" {
			if reason, err = c.tooLate(row); err != nil {
				return false, err
			}
		}
		switch {
		case waits:
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
			Updates(map[string]any{"state": string(programme.MessageMerged), "lead_key": c.row.Key}).Error
		if err != nil {
			return false, err
		}
	}
	return false, nil
}

// outdoes reports whether of two lines of one ask the first makes the second needless.
func outdoes(one, other messageRow) bool {
	if one.Ask == "" || one.Ask != other.Ask || one.Key == other.Key || !isReminder(other) {
		return false
	}
	return !isReminder(one) || one.Rung > other.Rung
}
