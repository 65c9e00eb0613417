package records

import (
	"context"
	"fmt"
	"time"

	"fairlead/programme"
)

// The codes of the tasks that asks raise.
const (
	taskOverdue = "overdue" // the due date passed unanswered
	taskLapsed  = "lapsed"  // the limit passed unanswered
)

// Overdue hands an unanswered ask to staff once its due date and grace have passed, with a task (a session that is over to
// its coach first), and returns the plan as
// it then stands. An ask that was answered, is held, has another plan or is not due yet stays as it is.
func (s *Store) Overdue(ctx context.Context, ask string, plan int, at time.Time) (result programme.AskPlan, err error) {
	err = s.onAsk(ctx, ask, at, func(t *turn, ask askRow) (err error) {
		if grace := t.graceOf(ask); grace.IsZero() || ask.Held || ask.Plan != plan || t.now.Before(grace) {
			result, err = t.planOf(ask)
			return err
		}
		goOn := t.handOver
		if isReview(ask) {
			goOn = t.reviewGoesOn
		}
		if err := goOn(&ask); err != nil {
			return err
		}
		result, err = t.planOf(ask)
		return err
	})
	return result, err
}

func (t *turn) handOver(ask *askRow) error {
	if ask.Owner == string(programme.OwnerCalendar) && !ofAttendance(*ask) {
		return t.toTheCoach(ask)
	}
	staff, before := string(programme.OwnerStaff), ask.Owner
	err := once(t.tx.Model(&askRow{}).Where("id = ? AND state = ? AND held = ? AND plan = ? AND owner = ?", ask.ID,
		string(programme.AskOpen), false, ask.Plan, before).Updates(map[string]any{"owner": staff, "since": t.now}))
	if err != nil {
		return err
	}
	ask.Owner, ask.Since = staff, t.now
	row, err := t.stage(ask.Stage)
	if err != nil {
		return err
	}
	if err := t.setStage(row, map[string]any{"overdue": !ofAttendance(*ask), "waiting_on": staff, "since": t.now}); err != nil {
		return err
	}
	if ofAttendance(*ask) {
		if err := t.move(ask.Stage, string(programme.StageOpen), string(programme.StageOpen), "event-over"); err != nil {
			return err
		}
		return t.raiseRegister(*ask)
	}
	if err := t.move(ask.Stage, string(programme.StageOpen), string(programme.StageOpen), "due"); err != nil {
		return err
	}
	return t.raise(ask.Stage, taskOverdue, fmt.Sprintf("%s/%d/%s", ask.ID, ask.Plan, taskOverdue))
}

// raise opens a task of the journey for whoever owns the stage.
func (t *turn) raise(stage, code, dedupe string) error {
	return t.s.openTask(t.tx, programme.Task{Cohort: t.j.Cohort, Ref: t.j.Ref, Stage: stage, Code: code, Opened: t.now}, dedupe)
}
