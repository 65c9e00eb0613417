package records

import (
	"context"
	"time"

	"fairlead/programme"

	"gorm.io/gorm"
)

// What is parked, as the codes of a stage's or journey's attention. The workflows use the same.
const (
	attentionRefused     = "mail_refused"     // the address refuses mail for good
	attentionUndelivered = "mail_undelivered" // a mail never got through
	attentionUnfit       = "mail_unfit"       // a mail cannot be written
)

// parkMail shows that a line waits for staff: at its stage while that is open, else at its journey.
func (s *Store) parkMail(tx *gorm.DB, row messageRow, attention string) error {
	if row.Ref == "" {
		return nil
	}
	marked := tx.Model(&stageRow{}).Where("ref = ? AND name = ? AND state = ?", row.Ref, row.Stage, string(programme.StageOpen)).
		Update("attention", attention)
	if marked.Error != nil || marked.RowsAffected > 0 {
		return marked.Error
	}
	return tx.Model(&journeyRow{}).Where("ref = ?", row.Ref).Update("attention", attention).Error
}

// SetAttention marks what of a stage (empty: of the journey itself) is parked, or takes the mark away where code is empty.
// A stage that has ended is not marked.
//
// What a mail has parked the records mark and free themselves, in the transaction in which it happens. The news of it
// reaches this call later, perhaps after a retry was refused again: so it neither sets such a mark nor takes one away.
func (s *Store) SetAttention(ctx context.Context, ref, stage, code string, at time.Time) error {
	if ofMail(code) {
		return nil
	}
	return s.onJourney(ctx, ref, at, func(t *turn) error {
		if stage == "" {
			if t.j.Attention == code || ofMail(t.j.Attention) {
				return nil
			}
			if err := t.tx.Model(&journeyRow{}).Where("ref = ?", ref).Update("attention", code).Error; err != nil {
				return err
			}
			return t.move("", t.j.State, t.j.State, attentionWord(code))
		}
		row, err := t.stage(stage)
		if err != nil || row.Attention == code || ofMail(row.Attention) || code != "" && row.State != string(programme.StageOpen) {
			return err
		}
		if err := t.setStage(row, map[string]any{"attention": code}); err != nil {
			return err
		}
		return t.move(stage, row.State, row.State, attentionWord(code))
	})
}

// ofMail reports whether a mail parks under this code.
func ofMail(code string) bool {
	return code == attentionRefused || code == attentionUndelivered || code == attentionUnfit
}

func attentionWord(code string) string {
	if code == "" {
		return "freed"
	}
	return "parked: " + code
}
