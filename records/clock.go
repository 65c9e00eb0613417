package records

import (
	"context"
	"errors"
	"fmt"
	"time"

	"fairlead/programme"

	"gorm.io/gorm"
	"gorm.io/gorm/clause"
)

// Clock is the clock of this data folder: the real one until SetClock chose another.
func (s *Store) Clock(ctx context.Context) (programme.Clock, error) {
	s.clockMu.Lock()
	known := s.clock
	s.clockMu.Unlock()
	if known != nil {
		return *known, nil
	}
	var row clockRow
	err := s.read(ctx).Take(&row, "id = 1").Error
	if errors.Is(err, gorm.ErrRecordNotFound) {
		return programme.Clock{}, nil // not kept: it may be set at any moment, by another process too
	}
	if err != nil {
		return programme.Clock{}, fmt.Errorf("read the clock: %w", edge(err))
	}
	return s.keepClock(clockFromRow(row)), nil
}

// SetClock sets the clock once for all; the zero Clock chooses the real one. The same day and start again are fine, and
// the first beginning counts; anything else is ErrConflict.
func (s *Store) SetClock(ctx context.Context, c programme.Clock) error {
	var row clockRow
	err := s.tx(ctx, func(tx *gorm.DB) error {
		fresh := clockRow{ID: 1, DayNs: int64(c.Day), StartAt: maybe(c.Start), BeganReal: maybe(c.Began)}
		if err := tx.Clauses(clause.OnConflict{DoNothing: true}).Create(&fresh).Error; err != nil {
			return err
		}
		row = clockRow{}
		return tx.Take(&row, "id = 1").Error
	})
	if err != nil {
		return err
	}
	kept := s.keepClock(clockFromRow(row))
	if kept.Day != c.Day || !kept.Start.Equal(c.Start.Truncate(time.Millisecond)) {
		return fmt.Errorf("%w: this data folder has another clock", programme.ErrConflict)
	}
	return nil
}

// Now is programme time now; where the clock cannot be read, real time.
func (s *Store) Now(ctx context.Context) time.Time {
	now, _ := s.programmeNow(ctx)
	return now
}

func (s *Store) keepClock(c programme.Clock) programme.Clock {
	s.clockMu.Lock()
	defer s.clockMu.Unlock()
	if s.clock == nil {
		s.clock = &c
	}
	return *s.clock
}

func clockFromRow(r clockRow) programme.Clock {
	return programme.Clock{Day: time.Duration(r.DayNs), Start: orZero(r.StartAt), Began: orZero(r.BeganReal)}
}
