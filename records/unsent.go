package records

import (
	"time"

	"fairlead/programme"

	"gorm.io/gorm"
)

// endUnsent ends a line that was being sent otherwise than by having been sent. What it carried and nobody can have got is
// planned again and promised to its journeys or cohorts; the person's day is free for another mail.
func (s *Store) endUnsent(tx *gorm.DB, now time.Time, row messageRow, state programme.MessageState, reason string) error {
	ended := tx.Model(&messageRow{}).Where("key = ? AND state = ?", row.Key, string(programme.MessageSending)).
		Updates(map[string]any{"state": string(state), "reason": reason, "token_enc": nil})
	if ended.Error != nil || ended.RowsAffected == 0 {
		return ended.Error
	}
	if state == programme.MessagePerhapsSent || row.MayRepeat {
		// The mail may have arrived, with all it carried: its lines keep its Message-ID, its links stay good.
		return nil
	}
	if err := tx.Where("person_id = ? AND lead_key = ?", row.PersonID, row.Key).Delete(&mailDayRow{}).Error; err != nil {
		return err
	}
	var carried []messageRow
	err := tx.Where("lead_key = ? AND state = ? AND key <> ?", row.Key, string(programme.MessageMerged), row.Key).Find(&carried).Error
	if err != nil {
		return err
	}
	for _, line := range carried {
		if err := s.planAgain(tx, now, line); err != nil {
			return err
		}
	}
	return nil
}

// planAgain returns a carried line to the ledger's planned ones, if it may still go.
func (s *Store) planAgain(tx *gorm.DB, now time.Time, line messageRow) error {
	if err := restoreDue(tx, line); err != nil {
		return err
	}
	reason, waits, err := s.refusal(tx, line)
	if err != nil {
		return err
	}
	values := map[string]any{"state": string(programme.MessagePlanned), "reason": "", "lead_key": "", "token_enc": nil}
	if reason != "" && !waits {
		values["state"], values["reason"] = string(programme.MessageNotSent), reason
		return tx.Model(&messageRow{}).Where("key = ?", line.Key).Updates(values).Error
	}
	var person personRow
	if err := tx.Take(&person, "id = ?", line.PersonID).Error; err != nil {
		return err
	}
	line.At = s.opts.Calendar.NextPersonal(now, programme.Minute(person.ID), nil)
	values["at"] = line.At
	if err := tx.Model(&messageRow{}).Where("key = ?", line.Key).Updates(values).Error; err != nil {
		return err
	}
	box, err := s.mailboxOf(tx, line, person)
	if err != nil {
		return err
	}
	if box.suppressed != "" {
		return s.parkMail(tx, line, attentionRefused)
	}
	if waits {
		return nil
	}
	if line.Ref == "" { // it is the cohort's
		_, err := s.promise(tx, programme.CohortID(line.Cohort), signalMail, programme.PlannedMail{Key: line.Key, At: line.At.UTC()}, "cohort")
		return err
	}
	var j journeyRow
	if err := tx.Take(&j, "ref = ?", line.Ref).Error; err != nil {
		return err
	}
	_, err = s.promiseMail(tx, j, line)
	return err
}
