package records

import (
	"context"
	"encoding/json"
	"fmt"
	"time"

	"fairlead/programme"

	"gorm.io/gorm"
)

// The acts on an assignment, as histories name them.
const (
	movedConflict = "conflict-declared"
	movedScored   = "scored"
	movedReopened = "scores-reopened"
)

// onAssignment runs work in a turn on an application that is under review, for the selector with that name and their
// assignment. ErrNotFound where it is none of theirs, was taken back or is not under review.
func (s *Store) onAssignment(ctx context.Context, name, ref string, at time.Time, work func(t *turn, row assignmentRow) error) error {
	return s.onJourney(ctx, ref, at, func(t *turn) error {
		selector, err := selectorNamed(t.tx, name)
		if err != nil {
			return err
		}
		row, err := t.assignment(selector.ID)
		if err != nil {
			return err
		}
		if t.state() != programme.UnderReview || row.State == string(programme.AssignmentEnded) {
			return programme.ErrNotFound
		}
		t.actor = programme.StaffActor(selector.EmailFolded)
		return work(t, row)
	})
}

func (t *turn) assignment(selector string) (assignmentRow, error) {
	var row assignmentRow
	return row, t.tx.Take(&row, "ref = ? AND selector = ?", t.j.Ref, selector).Error
}

// changeAssignment changes an assignment that still is as it was read.
func (t *turn) changeAssignment(row assignmentRow, values map[string]any) error {
	values["version"] = row.Version + 1
	return once(t.tx.Model(&assignmentRow{}).Where("id = ? AND version = ? AND state = ?", row.ID, row.Version, row.State).Updates(values))
}

// SaveScores puts scores aside that are not in yet, cleaned, and returns the version of what is kept now. version is the one
// the selector saw: ErrConflict where something else was saved meanwhile, in another tab. What is kept already changes
// nothing. ErrFormClosed where the scores are in; *Invalid for points there are not, and for too long a note.
func (s *Store) SaveScores(ctx context.Context, name, ref string, scores programme.Answers, version int64, at time.Time) (kept int64, err error) {
	form := programme.ScoringForm()
	scores = form.Clean(scores, "")
	if faults := form.CheckDraft(scores, ""); len(faults) > 0 {
		return 0, &programme.Invalid{Faults: faults}
	}
	text, err := json.Marshal(scores)
	if err != nil {
		return 0, err
	}
	err = s.onAssignment(ctx, name, ref, at, func(t *turn, row assignmentRow) error {
		if row.State != string(programme.AssignmentOpen) {
			return fmt.Errorf("scores: %w", programme.ErrFormClosed)
		}
		before, err := s.decryptIfKept(ctx, t.leader.ID, row.ScoresEnc)
		if err != nil {
			return err
		}
		if kept = row.Version; string(before) == string(text) {
			return nil
		}
		if row.Version != version {
			return fmt.Errorf("scores: %w", programme.ErrConflict)
		}
		box, err := s.encrypt(ctx, t.leader.ID, text)
		if err != nil {
			return err
		}
		kept++
		return t.changeAssignment(row, map[string]any{"scores_enc": box})
	})
	return kept, err
}

// SubmitScores makes the scores that were saved final. A repeat changes nothing. ErrConflict where version is not that of
// what the selector checked; *Invalid while a criterion has no points; ErrFormClosed where a conflict was declared.
func (s *Store) SubmitScores(ctx context.Context, name, ref string, version int64, at time.Time) error {
	return s.onAssignment(ctx, name, ref, at, func(t *turn, row assignmentRow) error {
		switch {
		case row.State == string(programme.AssignmentScored):
			return nil
		case row.State != string(programme.AssignmentOpen):
			return fmt.Errorf("scores: %w", programme.ErrFormClosed)
		case row.Version != version:
			return fmt.Errorf("scores: %w", programme.ErrConflict)
		}
		scores, err := s.scoresIn(ctx, t.leader.ID, row)
		if err != nil {
			return err
		}
		if faults := programme.ScoringForm().Check(scores, ""); len(faults) > 0 {
			return &programme.Invalid{Faults: faults}
		}
		if err := t.changeAssignment(row, map[string]any{"state": string(programme.AssignmentScored), "done_at": t.now}); err != nil {
			return err
		}
		return t.assignmentMoved(movedScored)
	})
}

// DeclareConflict takes an application away from a selector who must not score it, and gives it to another where there is
// one; else staff get a task. A repeat changes nothing. ErrFormClosed where the scores are in.
func (s *Store) DeclareConflict(ctx context.Context, name, ref, note string, at time.Time) error {
	if err := programme.CheckConflictNote(note); err != nil {
		return err
	}
	return s.onAssignment(ctx, name, ref, at, func(t *turn, row assignmentRow) error {
		switch programme.AssignmentState(row.State) {
		case programme.AssignmentConflict:
			return nil
		case programme.AssignmentScored:
			return fmt.Errorf("conflict: %w", programme.ErrFormClosed)
		}
		box, err := s.encrypt(ctx, t.leader.ID, []byte(note))
		if err != nil {
			return err
		}
		err = t.changeAssignment(row, map[string]any{"state": string(programme.AssignmentConflict), "done_at": t.now, "scores_enc": nil, "note_enc": box})
		if err != nil {
			return err
		}
		selecting, _ := t.year.Selecting()
		if err := t.replace(selecting.Name); err != nil {
			return err
		}
		return t.assignmentMoved(movedConflict)
	})
}

// ReopenScores lets a selector change scores that are in, for a reason: staff's doing. Scores that are open already stay as
// they are. ErrNotFound where the selector has no scores there; *Illegal where the application is not under review.
func (s *Store) ReopenScores(ctx context.Context, ref, selector, reason, note, actor string, at time.Time) error {
	if err := programme.CheckScoresReason(reason, note); err != nil {
		return err
	}
	return s.onJourney(ctx, ref, at, func(t *turn) error {
		row, err := t.assignment(selector)
		switch {
		case err != nil:
			return err
		case row.State == string(programme.AssignmentOpen):
			return nil
		case row.State != string(programme.AssignmentScored):
			return programme.ErrNotFound
		case t.state() != programme.UnderReview:
			return &programme.Illegal{What: movedReopened, State: t.j.State, Why: "Scores change nothing once the application is not under review any more."}
		}
		t.actor, t.reason, t.note = actor, reason, note
		dates, err := s.applicationDates(t.tx, t.j.Cohort)
		if err != nil {
			return err
		}
		due := dates.ScoresDue(t.cal(), t.now, s.opts.MinimumNotice)
		err = t.changeAssignment(row, map[string]any{"state": string(programme.AssignmentOpen), "done_at": nil, "due": due})
		if err != nil {
			return err
		}
		if err := s.tellSelector(t.tx, t.j.Cohort, selector, due, t.now); err != nil {
			return err
		}
		return t.assignmentMoved(movedReopened)
	})
}

// assignmentMoved writes what became of an assignment into the history, and says whom the review waits on now.
func (t *turn) assignmentMoved(what string) error {
	selecting, _ := t.year.Selecting()
	if err := t.move(selecting.Name, string(programme.StageOpen), string(programme.StageOpen), what); err != nil {
		return err
	}
	said := map[string]programme.AuditAction{movedScored: programme.AuditScored, movedConflict: programme.AuditConflict, movedReopened: programme.AuditScoresOpened}
	if err := t.s.audit(t.tx, programme.AuditEntry{Actor: t.actor, Action: said[what], Subject: t.j.Ref, Reason: t.reason}); err != nil {
		return err
	}
	return t.settled()
}

// scoresIn are the scores kept with an assignment; none where the applicant's key was destroyed.
func (s *Store) scoresIn(ctx context.Context, person string, row assignmentRow) (programme.Answers, error) {
	scores := programme.Answers{}
	text, err := s.decryptIfKept(ctx, person, row.ScoresEnc)
	if err != nil || len(text) == 0 {
		return scores, err
	}
	return scores, json.Unmarshal(text, &scores)
}

// scoresMissing are the assignments of an application that have no scores yet.
func scoresMissing(tx *gorm.DB, ref string) (rows []assignmentRow, err error) {
	return rows, tx.Where("ref = ? AND state = ?", ref, string(programme.AssignmentOpen)).Order("due").Find(&rows).Error
}
