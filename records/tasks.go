package records

import (
	"context"
	"fmt"
	"strings"
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
	row := taskRow{Cohort: t.Cohort, Ref: t.Ref, Stage: t.Stage, Code: t.Code, Dedupe: dedupe, Sitting: t.Sitting, Owner: t.Owner,
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
		DoneBy: r.DoneBy, Sitting: r.Sitting}
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
	leaders, err := leadersOf(s.read(ctx), rows)
	if err != nil {
		return nil, 0, edge(err)
	}
	years := map[string]programme.Blueprint{}
	for _, row := range rows {
		task := taskFromRow(row)
		task.Leader = leaders[row.Ref]
		if task.Note, err = s.taskNote(ctx, row); err != nil {
			return nil, 0, err
		}
		switch {
		case task.IsRegister():
			if task.Expected, task.Left, err = onRegister(s.read(ctx), row); err != nil {
				return nil, 0, edge(err)
			}
		case row.Code == taskLapsed:
			if task.Decides, err = s.decides(ctx, years, row); err != nil {
				return nil, 0, err
			}
		}
		list = append(list, task)
	}
	return list, next, nil
}

// leadersOf are the names of the leaders whom some tasks are about, by reference.
func leadersOf(tx *gorm.DB, tasks []taskRow) (map[string]string, error) {
	refs := make([]string, len(tasks))
	for i, task := range tasks {
		refs[i] = task.Ref
	}
	var rows []struct{ Ref, Name, GivenName, FamilyName string }
	err := tx.Raw("SELECT j.ref, p.name, p.given_name, p.family_name FROM journeys j JOIN people p ON p.id = j.person_id WHERE j.ref IN ?", refs).Scan(&rows).Error
	names := map[string]string{}
	for _, row := range rows {
		if names[row.Ref] = row.Name; row.Name == "" {
			names[row.Ref] = strings.TrimSpace(row.GivenName + " " + row.FamilyName)
		}
	}
	return names, err
}

// decides reports whether the task of a lapsed stage is about compulsory days; years are the blueprints that are known, by cohort.
func (s *Store) decides(ctx context.Context, years map[string]programme.Blueprint, row taskRow) (bool, error) {
	year, known := years[row.Cohort]
	if !known {
		_, read, err := s.yearOf(s.read(ctx), row.Cohort)
		if err != nil {
			return false, edge(err)
		}
		year, years[row.Cohort] = read, read
	}
	stage, _ := year.Stage(row.Stage)
	return stage.HasDays(), nil
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
