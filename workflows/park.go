package workflows

import (
	"go.temporal.io/sdk/workflow"

	"fairlead/activities"
	"fairlead/programme"
)

// untilDone runs an activity until it succeeds. When its attempts are spent, the stage does not fail: it parks, says so,
// and tries again when staff ask for it. It reports false where the stage ended or was cancelled instead.
func (s *ask) untilDone(ctx workflow.Context, act func() error) bool {
	for {
		err := act()
		if err == nil {
			if s.attention == ParkedActivityFailed {
				s.free(ctx)
			}
			return true
		}
		if ctx.Err() != nil || isCancelled(err) {
			return false
		}
		s.park(ctx, "", parkedCode(err))
		for !s.retry && s.end == nil && ctx.Err() == nil {
			selector := workflow.NewSelector(ctx)
			s.listen(ctx, selector)
			selector.Select(ctx)
			s.endFromChanges()
		}
		if !s.retry {
			return false
		}
		s.retry = false
	}
}

// endFromChanges takes from the journey's changes only what ends or frees the stage; a parked stage reads its plan
// again anyway once it is freed.
func (s *ask) endFromChanges() {
	for _, change := range s.changed {
		if change.End != nil {
			s.end, s.told = change.End, change.told()
		}
		if change.Freed || change.Plan != nil {
			s.retry = true
		}
	}
	s.changed = nil
}

// park says that something waits for staff: in the search attribute, in the details, and to the journey, which marks it
// in the records.
func (s *ask) park(ctx workflow.Context, key, code string) {
	if s.attention == code {
		return
	}
	s.attention, s.parkedKey = code, key
	s.last = "parked: " + code
	s.upsert(ctx)
	s.tell(ctx, code)
}

// free takes the mark away.
func (s *ask) free(ctx workflow.Context) {
	if s.attention == "" {
		return
	}
	s.attention, s.parkedKey = "", ""
	s.last = "freed"
	s.upsert(ctx)
	s.tell(ctx, "")
}

// tell has what is parked marked in the records: by the journey or, for a survey after the year, by the survey itself.
func (s *ask) tell(ctx workflow.Context, code string) {
	if s.in.Since.IsZero() {
		s.tellJourney(ctx, code)
		return
	}
	s.mark(ctx, code)
}

// stageParked is what a stage tells its journey.
type stageParked struct {
	Stage string `json:"stage"`
	Code  string `json:"code"` // empty: no longer parked
}

func (s *ask) tellJourney(ctx workflow.Context, code string) {
	parent := workflow.GetInfo(ctx).ParentWorkflowExecution
	if parent == nil {
		return
	}
	message := stageParked{Stage: s.in.Stage, Code: code}
	// Not waited for: a journey that is gone needs no news.
	workflow.SignalExternalWorkflow(ctx, parent.ID, "", SignalStageParked, message)
}

// skip ends the stage by order of ops in the Temporal UI: the records put it into effect, as for any command.
func (s *ask) skip(ctx workflow.Context, order programme.Order) (programme.Effect, error) {
	order.Name, order.Stage = programme.CmdSkip, s.in.Stage
	var effect programme.Effect
	call := activities.CommandCall{Ref: s.in.Ref, Command: orderID(ctx, order), Order: order, At: s.now(ctx)}
	err := workflow.ExecuteActivity(orderOptions(ctx, "skip, by order of ops"), a.ApplyCommand, call).Get(ctx, &effect)
	if err != nil {
		return effect, passedOn(err)
	}
	end := programme.StageEnd{Stage: s.in.Stage, State: programme.StageSkipped, Journey: effect.State, Version: effect.Version, Mails: effect.Mails}
	for _, e := range effect.Ends {
		if e.Stage == s.in.Stage {
			end = e
		}
	}
	s.changed = append(s.changed, stageChange{End: &end, byHand: true})
	s.wake.SendAsync(true)
	return effect, nil
}
