package records

import (
	"fmt"

	"fairlead/programme"
)

// beginPart goes on to the next part of an open stage: next says what is asked there, of whom, who owns it and by when.
// Its plan follows on the plan of the ask before, so that a workflow that hears of both takes this one, and no key of the
// ledger comes twice. Mails are the caller's to plan.
func (t *turn) beginPart(row *stageRow, before, next askRow) (askRow, error) {
	next.Cohort, next.Ref, next.Stage, next.Kind = before.Cohort, before.Ref, before.Stage, before.Kind
	next.Round, next.Plan, next.State = before.Round, before.Plan+1, string(programme.AskOpen)
	next.ID = programme.PartAskID(next.Ref, next.Stage, next.Round, programme.Part(next.Part))
	next.OpenedAt, next.Since, next.Held = t.now, t.now, t.state() == programme.OnHold
	if next.RequestAt.IsZero() {
		next.RequestAt = t.now
	}
	if err := t.tx.Create(&next).Error; err != nil {
		return askRow{}, fmt.Errorf("part %q: %w", next.Part, err)
	}
	err := t.setStage(*row, map[string]any{"part": next.Part, "waiting_on": next.Owner, "since": t.now, "due": next.Due,
		"limit_at": next.LimitAt, "overdue": false})
	if err != nil {
		return askRow{}, err
	}
	row.Part, row.WaitingOn, row.Since, row.Due, row.LimitAt, row.Overdue = next.Part, next.Owner, &next.Since, &next.Due, &next.LimitAt, false
	return next, nil
}
