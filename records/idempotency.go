package records

import (
	"context"
	"fmt"
	"time"

	"fairlead/programme"

	"gorm.io/gorm"
	"gorm.io/gorm/clause"
)

type idempotencyRow struct {
	Caller      string `gorm:"primaryKey"`
	Route       string `gorm:"primaryKey"`
	Key         string `gorm:"primaryKey"`
	BodyHash    string
	Status      int // 0: in flight
	ContentType string
	Body        []byte
	Location    string
	CreatedReal time.Time
}

func (idempotencyRow) TableName() string { return "idempotency" }

// How long answers are kept, and how long a request may be in flight before its process is taken to have died. Both are
// real time.
const (
	idempotencyKept   = 48 * time.Hour
	idempotencyFlight = 30 * time.Second
)

// BeginIdempotent begins a request under an Idempotency-Key, which counts for its caller and route alone. saved is the
// answer where the same request was executed before; nil means that the caller now executes it and then calls
// FinishIdempotent or, where nothing is to be kept, DropIdempotent. ErrConflict says that it is in flight; *Invalid that
// the key was used for another body.
func (s *Store) BeginIdempotent(ctx context.Context, caller, route, key, bodyHash string) (saved *programme.SavedResponse, err error) {
	now := s.realNow()
	err = s.tx(ctx, func(tx *gorm.DB) error {
		saved = nil
		stale := tx.Where("created_real < ? OR (status = 0 AND created_real < ? AND caller = ? AND route = ? AND key = ?)",
			now.Add(-idempotencyKept), now.Add(-idempotencyFlight), caller, route, key).Delete(&idempotencyRow{})
		if stale.Error != nil {
			return stale.Error
		}
		begun := tx.Clauses(clause.OnConflict{DoNothing: true}).Create(&idempotencyRow{Caller: caller, Route: route, Key: key,
			BodyHash: bodyHash, CreatedReal: now})
		if begun.Error != nil || begun.RowsAffected == 1 {
			return begun.Error
		}
		var row idempotencyRow
		if err := tx.Take(&row, "caller = ? AND route = ? AND key = ?", caller, route, key).Error; err != nil {
			return err
		}
		switch {
		case row.BodyHash != bodyHash:
			return programme.Refuse("Idempotency-Key", "This key was used for another request. Use a new key for a new request.")
		case row.Status == 0:
			return fmt.Errorf("%w: the same request is being executed", programme.ErrConflict)
		}
		saved = &programme.SavedResponse{Status: row.Status, ContentType: row.ContentType, Location: row.Location, Body: row.Body}
		return nil
	})
	return saved, err
}

// FinishIdempotent keeps the answer of a request that was executed.
func (s *Store) FinishIdempotent(ctx context.Context, caller, route, key string, answer programme.SavedResponse) error {
	return s.tx(ctx, func(tx *gorm.DB) error {
		return tx.Model(&idempotencyRow{}).Where("caller = ? AND route = ? AND key = ? AND status = 0", caller, route, key).
			Updates(map[string]any{"status": answer.Status, "content_type": answer.ContentType, "location": answer.Location,
				"body": answer.Body}).Error
	})
}

// DropIdempotent forgets a request that was not executed (it was invalid, or something was not to be reached), so that
// the key can be used again.
func (s *Store) DropIdempotent(ctx context.Context, caller, route, key string) error {
	return s.tx(ctx, func(tx *gorm.DB) error {
		return tx.Where("caller = ? AND route = ? AND key = ? AND status = 0", caller, route, key).Delete(&idempotencyRow{}).Error
	})
}
