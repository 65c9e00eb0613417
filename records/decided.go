package records

import (
	"context"
	"fmt"
	"strings"
	"time"

	"fairlead/programme"

	"gorm.io/gorm"
)

// undecided reports whether compulsory days of the year were neither attended nor decided upon, although their stage has
// ended: it has lapsed, and nobody has said since what becomes of them.
func undecided(stage programme.BlueprintStage, row stageRow) bool {
	return stage.HasDays() && row.State == string(programme.StageLapsed) && row.Outcome == outcomeLapsed
}

// FinishTask notes that a task is done, by whom and with what note. A task that is done stays as it is; ErrNotFound where
// there is none. Where compulsory days have lapsed, finishing the task is the decision on them: it needs a note, and the
// journey goes on with what waited for it.
func (s *Store) FinishTask(ctx context.Context, id int64, by, note string, at time.Time) error {
	var row taskRow
	if err := s.read(ctx).Take(&row, "id = ?", id).Error; err != nil {
		return fmt.Errorf("task %d: %w", id, edge(err))
	}
	if row.Ref == "" {
		return s.tx(ctx, func(tx *gorm.DB) error { return ignoreDone(s.finish(ctx, tx, row, by, note, at)) })
	}
	return s.onJourney(ctx, row.Ref, at, func(t *turn) error {
		done, err := s.finish(ctx, t.tx, row, by, note, at)
		if err != nil || !done || row.Code != taskLapsed {
			return err
		}
		t.actor, t.note = by, note
		return t.decide(row.Stage)
	})
}

// finish marks an open task as done, and reports whether it was open.
func (s *Store) finish(ctx context.Context, tx *gorm.DB, row taskRow, by, note string, at time.Time) (bool, error) {
	keeper, err := noteKeeper(tx, row)
	if err != nil {
		return false, err
	}
	kept, err := s.encrypt(ctx, keeper, []byte(note))
	if err != nil {
		return false, err
	}
	done := tx.Model(&taskRow{}).Where("id = ? AND done_at IS NULL", row.ID).
		Updates(map[string]any{"done_at": at, "done_by": by, "note_enc": kept})
	if done.Error != nil || done.RowsAffected == 0 {
		return false, done.Error
	}
	about := row.Cohort
	if row.Ref != "" {
		about = row.Ref
	}
	return true, s.audit(tx, programme.AuditEntry{Actor: by, Action: programme.AuditTaskDone, Subject: about, Detail: row.Code})
}

func ignoreDone(_ bool, err error) error { return err }

// decide records the decision of staff on compulsory days that have lapsed, and promises the journey what follows from it:
// the stages that waited for it, or its end.
func (t *turn) decide(stage string) error {
	row, err := t.stage(stage)
	if err != nil {
		return err
	}
	known, _ := t.year.Stage(stage)
	if t.state().Ended() || !undecided(known, row) {
		return nil
	}
	if strings.TrimSpace(t.note) == "" {
		return programme.Refuse("note", "Say in a few words what was decided, and why: it counts as the decision on %s.", known.Title)
	}
	if err := t.setStage(row, map[string]any{"outcome": outcomeDecided}); err != nil {
		return err
	}
	row.Outcome = outcomeDecided
	if err := t.move(stage, row.State, row.State, outcomeDecided); err != nil {
		return err
	}
	if err := t.completeIfDone(); err != nil {
		return err
	}
	end, err := t.stageEnd(row)
	if err != nil {
		return err
	}
	effect := programme.Effect{Openings: end.Openings}
	switch {
	case t.state() == programme.Completed:
		effect.Ends = []programme.StageEnd{end} // with what comes after the year
	case len(end.Openings) == 0:
		return nil // other days are still to come
	}
	_, err = t.tellJourney(effect)
	return err
}
