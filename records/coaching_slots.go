package records

import (
	"context"
	"fmt"
	"time"

	"fairlead/programme"

	"gorm.io/gorm"
)

// slotRow is one time of a coach. Who moves it from free to booked has it.
type slotRow struct {
	ID        string `gorm:"primaryKey"`
	Cohort    string
	Coach     string
	StartsAt  time.Time
	EndsAt    time.Time
	Online    bool
	Published bool
	State     string
	Ref       string
	Stage     string
	Ask       string
	ByWhom    string
	BookedAt  *time.Time
	CreatedAt time.Time
}

func (slotRow) TableName() string { return "coach_slots" }

// slotOff is a booked time that came to nothing: the session fell into a hold, or nobody logged it.
const slotOff = "off"

func slotFromRow(r slotRow) programme.Slot {
	return programme.Slot{ID: r.ID, Coach: r.Coach, Starts: r.StartsAt.UTC(), Minutes: int(r.EndsAt.Sub(r.StartsAt) / time.Minute), Online: r.Online,
		State: programme.SlotState(r.State), Ref: r.Ref, Stage: r.Stage}
}

func newSlot(coach coachRow, starts time.Time, minutes int, online, published bool, at time.Time) slotRow {
	return slotRow{ID: randomHex(8), Cohort: coach.Cohort, Coach: coach.Ref, StartsAt: starts.UTC(),
		EndsAt: starts.UTC().Add(time.Duration(minutes) * time.Minute), Online: online, Published: published, State: string(programme.SlotFree), CreatedAt: at}
}

// lockCoach reads a coach of a cohort and keeps others from changing their times until the transaction ends.
func lockCoach(tx *gorm.DB, cohort, ref string) (coachRow, error) {
	if err := tx.Exec(`UPDATE coaches SET load = load WHERE ref = ?`, ref).Error; err != nil {
		return coachRow{}, err
	}
	row, _, err := coachIn(tx, cohort, ref)
	return row, err
}

// PublishSlots adds a series to a coach's times, all of it or none, and lists the coach's times to come. The same series
// again changes nothing. *Invalid where a time has passed or would run into another of the coach.
func (s *Store) PublishSlots(ctx context.Context, cohort, coach string, series programme.SlotSeries, actor string, at time.Time) ([]programme.Slot, error) {
	if faults := series.Check(at); len(faults) > 0 {
		return nil, &programme.Invalid{Faults: faults}
	}
	err := s.tx(ctx, func(tx *gorm.DB) error {
		row, err := lockCoach(tx, cohort, coach)
		switch {
		case err != nil:
			return fmt.Errorf("coach of this cohort: %w", err)
		case row.LeftAt != nil:
			return &programme.Illegal{What: "publish", State: "the coach has left", Why: "A coach who has left has no times."}
		}
		known, err := timesFrom(tx, coach, at)
		if err != nil {
			return err
		}
		var fresh []slotRow
		for _, starts := range series.Starts() {
			slot := newSlot(row, starts, series.Minutes, series.Online, true, at)
			there, clashes := clash(known, slot)
			if clashes {
				return programme.Refuse("first", "The time on %s runs into another of this coach.", programme.DateOf(starts).At(12, 0).Format("Monday 2 January 2006"))
			}
			if !there {
				fresh = append(fresh, slot)
			}
		}
		if err := insertMany(tx, fresh); err != nil || len(fresh) == 0 || actor == toCoach {
			return err
		}
		return s.audit(tx, programme.AuditEntry{Actor: actor, Action: programme.AuditTimesAdded, Subject: cohort, Detail: fmt.Sprintf("%s, %d times", coach, len(fresh))})
	})
	if err != nil {
		return nil, err
	}
	return s.Slots(ctx, cohort, coach, at)
}

// RemoveSlot takes a free time of a coach back, and lists the coach's times to come. One that is gone already changes nothing.
// *Illegal where somebody has booked it; ErrNotFound where the cohort has no such coach.
func (s *Store) RemoveSlot(ctx context.Context, cohort, coach, slot, actor string, at time.Time) ([]programme.Slot, error) {
	err := s.tx(ctx, func(tx *gorm.DB) error {
		if _, err := lockCoach(tx, cohort, coach); err != nil {
			return fmt.Errorf("coach of this cohort: %w", err)
		}
		removed := tx.Where("id = ? AND coach = ? AND state = ?", slot, coach, string(programme.SlotFree)).Delete(&slotRow{})
		if removed.Error != nil || removed.RowsAffected == 1 && actor == toCoach {
			return removed.Error
		}
		if removed.RowsAffected == 1 {
			return s.audit(tx, programme.AuditEntry{Actor: actor, Action: programme.AuditTimeRemoved, Subject: cohort, Detail: coach})
		}
		var taken slotRow
		found := tx.Where("id = ? AND coach = ?", slot, coach).Limit(1).Find(&taken)
		if found.Error == nil && found.RowsAffected == 1 {
			return &programme.Illegal{What: "remove", State: taken.State, Why: "Somebody has booked this time. Cancel the session instead."}
		}
		return found.Error
	})
	if err != nil {
		return nil, err
	}
	return s.Slots(ctx, cohort, coach, at)
}

// timesFrom are a coach's times that are free or booked and have not ended at a moment.
func timesFrom(tx *gorm.DB, coach string, at time.Time) (rows []slotRow, err error) {
	return rows, tx.Where("coach = ? AND ends_at > ? AND state IN ?", coach, at,
		[]string{string(programme.SlotFree), string(programme.SlotBooked)}).Order("starts_at").Find(&rows).Error
}

// clash reports whether the very same time is there already, or another that a time would run into.
func clash(known []slotRow, slot slotRow) (there, clashes bool) {
	for _, other := range known {
		switch {
		case other.StartsAt.Equal(slot.StartsAt) && other.EndsAt.Equal(slot.EndsAt):
			return true, false
		case slotFromRow(other).Overlaps(slotFromRow(slot)):
			clashes = true
		}
	}
	return false, clashes
}

// Slots are a coach's times to come, free and booked, in order; ErrNotFound where the cohort has no such coach.
func (s *Store) Slots(ctx context.Context, cohort, coach string, at time.Time) ([]programme.Slot, error) {
	if _, _, err := coachIn(s.read(ctx), cohort, coach); err != nil {
		return nil, edge(err)
	}
	rows, err := timesFrom(s.read(ctx), coach, at)
	list := make([]programme.Slot, len(rows))
	for i, row := range rows {
		list[i] = slotFromRow(row)
	}
	return list, edge(err)
}

// booked is the time of a session, found false where none is booked.
func booked(tx *gorm.DB, ref, stage string) (row slotRow, found bool, err error) {
	query := tx.Where("ref = ? AND stage = ? AND state = ?", ref, stage, string(programme.SlotBooked)).Limit(1).Find(&row)
	return row, query.RowsAffected == 1, query.Error
}

// sessionsToCome are the booked times of some leaders that have not begun, in order.
func sessionsToCome(tx *gorm.DB, now time.Time, refs ...string) (rows []slotRow, err error) {
	return rows, tx.Where("ref IN ? AND state = ? AND starts_at > ?", refs, string(programme.SlotBooked), now).Order("starts_at, id").Find(&rows).Error
}

// takeSlot gives a free time to a session: of many who want it one gets it.
func (t *turn) takeSlot(slot *slotRow, stage, ask, by string) error {
	slot.State, slot.Ref, slot.Stage, slot.Ask, slot.ByWhom, slot.BookedAt = string(programme.SlotBooked), t.j.Ref, stage, ask, by, &t.now
	return once(t.tx.Model(&slotRow{}).Where("id = ? AND state = ?", slot.ID, string(programme.SlotFree)).Updates(map[string]any{
		"state": slot.State, "ref": slot.Ref, "stage": slot.Stage, "ask": slot.Ask, "by_whom": slot.ByWhom, "booked_at": slot.BookedAt}))
}

// freeSlot gives a booked time back: one that was published can be had by others, one agreed elsewhere is gone. What has
// begun is not given to anybody any more.
func (t *turn) freeSlot(slot slotRow) error {
	query := t.tx.Model(&slotRow{}).Where("id = ? AND state = ?", slot.ID, string(programme.SlotBooked))
	switch {
	case !slot.StartsAt.After(t.now):
		return once(query.Update("state", slotOff))
	case !slot.Published:
		return once(query.Delete(&slotRow{}))
	}
	return once(query.Updates(map[string]any{"state": string(programme.SlotFree), "ref": "", "stage": "", "ask": "", "by_whom": "", "booked_at": nil}))
}

// sessionsOf are the times of a leader's sessions, booked or held, by stage.
func sessionsOf(tx *gorm.DB, ref string) (map[string]slotRow, error) {
	sessions, err := sessionsOfAll(tx, []string{ref})
	return sessions[ref], err
}

// sessionsOfAll are the times of the sessions of some leaders, by reference and stage.
func sessionsOfAll(tx *gorm.DB, refs []string) (map[string]map[string]slotRow, error) {
	var rows []slotRow
	err := tx.Where("ref IN ? AND state IN ?", refs, []string{string(programme.SlotBooked), string(programme.SlotHeld)}).Order("starts_at").Find(&rows).Error
	sessions := map[string]map[string]slotRow{}
	for _, row := range rows {
		if sessions[row.Ref] == nil {
			sessions[row.Ref] = map[string]slotRow{}
		}
		sessions[row.Ref][row.Stage] = row
	}
	return sessions, err
}
