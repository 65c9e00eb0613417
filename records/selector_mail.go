package records

import (
	"fmt"
	"time"

	"fairlead/programme"

	"gorm.io/gorm"
)

// toSelector is the recipient of mail to selectors, which belongs to a cohort and to no journey.
const toSelector = "selector"

// tellSelector plans the mails about applications that were assigned to a selector just now: one that asks for their scores,
// unless one is planned already, and the reminders before they are due. Each says what is left when it goes, and does not
// go where nothing is. The cohort's workflow sends them.
func (s *Store) tellSelector(tx *gorm.DB, cohort, selector string, due, now time.Time) error {
	var person personRow // held, so that two who assign plan one mail
	if err := locked(tx).Take(&person, "id = ?", selector).Error; err != nil {
		return err
	}
	line := func(message string, at time.Time, last string) messageRow {
		return messageRow{Key: programme.ReplyKey(cohort, "", "", message, last), Cohort: cohort, Message: message, PersonID: person.ID,
			Recipient: toSelector, Rule: string(programme.RuleScheduled), At: at, State: string(programme.MessagePlanned), CreatedAt: now}
	}
	var rows []messageRow
	var asked messageRow
	found := tx.Where("cohort = ? AND person_id = ? AND message = ? AND state = ?", cohort, person.ID, programme.MsgSelectorAssigned,
		string(programme.MessagePlanned)).Limit(1).Find(&asked)
	if found.Error != nil {
		return found.Error
	}
	minute := programme.Minute(person.ID)
	if found.RowsAffected == 0 {
		asked = line(programme.MsgSelectorAssigned, s.opts.Calendar.NextPersonal(now, minute, nil), randomHex(8))
		rows = append(rows, asked)
	}
	for i, at := range programme.SelectorReminders(s.opts.Calendar, minute, asked.At, due) {
		reminder := line(programme.MsgSelectorReminder, at, fmt.Sprintf("%s.%s.%d", person.ID, programme.DateOf(at), i+1))
		var planned int64
		if err := tx.Model(&messageRow{}).Where("key = ?", reminder.Key).Count(&planned).Error; err != nil {
			return err
		}
		if planned == 0 {
			rows = append(rows, reminder)
		}
	}
	if err := writeMessages(tx, rows...); err != nil {
		return err
	}
	for _, row := range rows {
		if _, err := s.promise(tx, programme.CohortID(cohort), signalMail, programme.PlannedMail{Key: row.Key, At: row.At.UTC()}, "cohort"); err != nil {
			return err
		}
	}
	return nil
}

// leftToScore is what a selector still has to score in a cohort: when each of it is due, the first first.
func leftToScore(tx *gorm.DB, cohort, selector string) (dues []time.Time, err error) {
	var rows []struct{ Due time.Time }
	err = tx.Table("assignments a").Select("a.due").Joins("JOIN journeys j ON j.ref = a.ref AND j.state = ?", string(programme.UnderReview)).
		Joins("JOIN people p ON p.id = a.selector").Joins("JOIN staff s ON s.email = p.email_folded AND s.role = ?", roleSelector).
		Where("a.cohort = ? AND a.selector = ? AND a.state = ?", cohort, selector, string(programme.AssignmentOpen)).Order("a.due").Scan(&rows).Error
	for _, row := range rows {
		dues = append(dues, row.Due.UTC())
	}
	return dues, err
}

// allScored reports whether a mail to a selector asks for nothing any more.
func allScored(tx *gorm.DB, row messageRow) (bool, error) {
	left, err := leftToScore(tx, row.Cohort, row.PersonID)
	return len(left) == 0, err
}

// scoresPastDue reports whether all that a reminder could remind of was due before a moment: then it is staff's.
func (c *claim) scoresPastDue(row messageRow, at time.Time) (bool, error) {
	left, err := leftToScore(c.tx, row.Cohort, row.PersonID)
	return len(left) > 0 && !at.Before(left[len(left)-1]), err
}

// selectorItem is what a mail says to a selector: how many applications are left, and until when.
func (c *claim) selectorItem(item *programme.MailItem, row messageRow) error {
	left, err := leftToScore(c.tx, row.Cohort, row.PersonID)
	if item.Count = len(left); item.Count > 0 {
		item.Due = left[0]
	}
	return err
}
