package records

import (
	"context"
	"time"

	"fairlead/programme"
)

// NoteAttendance puts an order into effect that notes what was seen at an event, and promises the workflows the news of it:
// whoever notes waits for the records alone.
func (s *Store) NoteAttendance(ctx context.Context, ref, commandID string, at time.Time, order programme.Order) (programme.Effect, error) {
	return s.apply(ctx, ref, commandID, at, order, true, nil)
}

// runs reports whether a stage is open with a workflow of its own, as far as the records know.
func (t *turn) runs(stage string) (bool, error) {
	row, err := t.stage(stage)
	if isMissing(err) {
		return false, nil
	}
	return row.State == string(programme.StageOpen) && row.Attention == "", err
}

// tellWorkflows promises the news of an effect. Where it concerns one stage that ran, that stage is told that something is
// there, asks the records, and tells its journey how it ended; everything else goes to the journey.
func (a *applying) tellWorkflows(ran bool) error {
	body, id, signal := any(a.effect), programme.JourneyID(a.j.Cohort, a.j.Ref), signalReplanned
	if ran && a.concernsOnly(a.cmd.Stage) {
		body, id, signal = map[string]string{}, programme.StageID(a.j.Cohort, a.j.Ref, a.cmd.Stage), signalFormSubmitted
	}
	_, err := a.s.promise(a.tx, id, signal, body, "")
	return err
}

// concernsOnly reports whether an effect is the end of one stage, or a new plan of it, and nothing else that its own workflow
// would not find in the records.
func (a *applying) concernsOnly(stage string) bool {
	e := a.effect
	if len(e.Ends)+len(e.Plans) != 1 || len(e.Mails)+len(e.Freed) > 0 || e.Answered != "" {
		return false
	}
	if len(e.Ends) == 1 {
		return e.Ends[0].Stage == stage && len(e.Openings) == len(e.Ends[0].Openings)
	}
	return e.Plans[0].Stage == stage && len(e.Openings) == 0
}
