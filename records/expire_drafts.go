package records

import (
	"context"
	"time"

	"fairlead/programme"

	"gorm.io/gorm"
)

// What the history and the audit log say of what was deleted because its time was over, without a word of what it was.
const moveDraftsDeleted = "drafts-deleted"

// deleteDrafts deletes the forms of a cohort that were begun and not sent, a while after each closed. next is when the next
// has its time, zero where nothing is kept.
func (s *Store) deleteDrafts(ctx context.Context, cohort string, at time.Time) (next time.Time, err error) {
	var closed []askRow
	err = s.read(ctx).Select("id, ref, limit_at").Where("cohort = ? AND NOT held AND id IN (SELECT ask FROM drafts)", cohort).
		Order("limit_at, id").Limit(needsPage + 1).Find(&closed).Error
	if err != nil {
		return next, edge(err)
	}
	for i, ask := range closed {
		until := ask.LimitAt.UTC().Add(programme.DraftsKept)
		if until.After(at) || i == needsPage {
			return until, nil
		}
		err := s.onAsk(ctx, ask.ID, at, func(t *turn, ask askRow) error {
			if ask.Held || ask.LimitAt.Add(programme.DraftsKept).After(t.now) { // extended meanwhile
				return nil
			}
			gone := t.tx.Where("ask = ?", ask.ID).Delete(&draftRow{})
			if gone.Error != nil || gone.RowsAffected == 0 {
				return gone.Error
			}
			return t.move(ask.Stage, t.j.State, t.j.State, moveDraftsDeleted)
		})
		if err != nil {
			return next, err
		}
	}
	return next, nil
}

// deleteCodeNotes deletes what staff wrote down with late codes that have long expired, and the keys it was kept under. next
// is when the next has its time.
func (s *Store) deleteCodeNotes(ctx context.Context, cohort string, at time.Time) (next time.Time, err error) {
	var ids []string
	err = s.tx(ctx, func(tx *gorm.DB) error {
		noted := func() *gorm.DB { return tx.Model(&lateCodeRow{}).Where("cohort = ? AND note_enc IS NOT NULL", cohort) }
		ids, next = nil, time.Time{}
		if err := noted().Where("expires_at <= ?", at.Add(-programme.CodeNotesKept)).Order("id").Pluck("id", &ids).Error; err != nil {
			return err
		}
		if len(ids) > 0 {
			if err := tx.Model(&lateCodeRow{}).Where("id IN ?", ids).Update("note_enc", nil).Error; err != nil {
				return err
			}
			if err := s.auditExpired(tx, cohort, programme.Expired{What: "late code notes", N: int64(len(ids))}); err != nil {
				return err
			}
		}
		var later []lateCodeRow
		err := noted().Order("expires_at").Limit(1).Find(&later).Error
		if len(later) == 1 {
			next = later[0].ExpiresAt.UTC().Add(programme.CodeNotesKept)
		}
		return err
	})
	for _, id := range ids {
		if err == nil {
			err = s.keys.destroy(ctx, noteKeeperOfCode(id))
		}
	}
	return next, err
}
