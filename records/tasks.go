package records

import (
	"context"
	"fmt"
	"time"

	"fairlead/programme"

	"gorm.io/gorm"
	"gorm.io/gorm/clause"
)

// escalateAfter is how many working days a task may wait before the head of the centre is told.
const escalateAfter = 3

// openTask raises a task for staff, once for each dedupe (the ask and the code, say): a repeat changes nothing, also
// after the task was done. Owner and deputy are the stage's in the cohort's settings where t names nobody. t.Opened is
// a programme moment.
func (s *Store) openTask(tx *gorm.DB, t programme.Task, dedupe string) error {
	cohort, err := cohortByName(tx, t.Cohort)
	if err != nil {
		return err
	}
	if t.Owner == "" {
		t.Owner, t.Deputy = ownersOf(cohortFromRow(cohort), t.Stage)
	}
	row := taskRow{Cohort: t.Cohort, Ref: t.Ref, Stage: t.Stage, Code: t.Code, Dedupe: dedupe, Owner: t.Owner,
		Deputy: t.Deputy, OpenedAt: t.Opened, EscalateAt: s.escalation(t.Opened)}
	made := tx.Clauses(clause.OnConflict{Columns: []clause.Column{{Name: "dedupe"}}, DoNothing: true}).Create(&row)
	if made.Error != nil || made.RowsAffected == 0 {
		return made.Error
	}
	return s.announceTask(tx, row)
}

// escalation is the same hour of the third working day after a moment.
func (s *Store) escalation(opened time.Time) time.Time {
	clock := opened.In(programme.London)
	day := s.opts.Calendar.Add(programme.DateOf(opened), escalateAfter, nil)
	return day.At(clock.Hour(), clock.Minute())
}

// ownersOf names who among staff owns a stage of the cohort, and who stands in.
func ownersOf(c programme.Cohort, stage string) (owner, deputy string) {
	owner, deputy = c.Owner, c.Deputy
	if own := c.Overrides[stage]; own.Owner != "" {
		owner, deputy = own.Owner, own.Deputy
	}
	return owner, deputy
}

func taskFromRow(r taskRow) programme.Task {
	return programme.Task{ID: r.ID, Cohort: r.Cohort, Ref: r.Ref, Stage: r.Stage, Code: r.Code, Owner: r.Owner,
		Deputy: r.Deputy, Opened: r.OpenedAt.UTC(), Escalated: orZero(r.EscalatedAt), Done: orZero(r.DoneAt),
		DoneBy: r.DoneBy}
}

// announceTask tells the cohort's workflow of a task, unless it watches an older one already: tasks escalate in the order
// in which they were opened.
func (s *Store) announceTask(tx *gorm.DB, row taskRow) error {
	var others int64
	err := tx.Model(&taskRow{}).Where("cohort = ? AND id <> ? AND done_at IS NULL AND escalated_at IS NULL", row.Cohort, row.ID).
		Limit(1).Count(&others).Error
	if err != nil || others > 0 {
		return err
	}
	return s.signalCohort(tx, row.Cohort, signalTasksChanged, nil, "cohort")
}

// Tasks lists what waits on staff in the order it was opened, from the id after on, at most limit; next is 0 at the end.
func (s *Store) Tasks(ctx context.Context, f programme.TaskFilter, after int64, limit int) (list []programme.Task, next int64, err error) {
	q := s.read(ctx).Where("id > ?", after)
	if f.Cohort != "" {
		q = q.Where("cohort = ?", f.Cohort)
	}
	if f.Ref != "" {
		q = q.Where("ref = ?", f.Ref)
	}
	if f.Owner != "" {
		q = q.Where("LOWER(owner) = LOWER(?) OR LOWER(deputy) = LOWER(?)", f.Owner, f.Owner)
	}
	if f.Open {
		q = q.Where("done_at IS NULL")
	}
	var rows []taskRow
	if err := q.Order("id").Limit(limit + 1).Find(&rows).Error; err != nil {
		return nil, 0, edge(err)
	}
	if len(rows) > limit {
		rows = rows[:limit]
		next = rows[limit-1].ID
	}
	for _, row := range rows {
		task := taskFromRow(row)
		if task.Note, err = s.taskNote(ctx, row); err != nil {
			return nil, 0, err
		}
		list = append(list, task)
	}
	return list, next, nil
}

// noteKeeper is whose key the note of a task is kept under: the leader's, or, of a task that is about no journey, one of
// its own.
func noteKeeper(tx *gorm.DB, row taskRow) (string, error) {
	if row.Ref == "" {
		return fmt.Sprintf("task/%d", row.ID), nil
	}
	return leaderOf(tx, row.Ref)
}

// taskNote is what was written when a task was finished; empty where its key was destroyed.
func (s *Store) taskNote(ctx context.Context, row taskRow) (string, error) {
	if row.NoteEnc == nil {
		return "", nil
	}
	keeper, err := noteKeeper(s.read(ctx), row)
	if err != nil {
		return "", edge(err)
	}
	note, err := s.decryptIfKept(ctx, keeper, row.NoteEnc)
	return string(note), err
}

// FinishTask notes that a task is done, by whom and with what note. A task that is done stays as it is; ErrNotFound where
// there is none.
func (s *Store) FinishTask(ctx context.Context, id int64, by, note string, at time.Time) error {
	return s.tx(ctx, func(tx *gorm.DB) error {
		var row taskRow
		if err := tx.Take(&row, "id = ?", id).Error; err != nil {
			return fmt.Errorf("task %d: %w", id, err)
		}
		keeper, err := noteKeeper(tx, row)
		if err != nil {
			return err
		}
		kept, err := s.encrypt(ctx, keeper, []byte(note))
		if err != nil {
			return err
		}
		return tx.Model(&taskRow{}).Where("id = ? AND done_at IS NULL", id).
			Updates(map[string]any{"done_at": at, "done_by": by, "note_enc": kept}).Error
	})
}
