package workflows

import (
	"go.temporal.io/sdk/workflow"

	"fairlead/activities"
	"fairlead/programme"
)

// openedBy is the run of the journey that opened the stage, for whoever closes it: that run may have gone on in another since,
// which the server does not tell of the end. It is empty where no journey waits for the stage.
func (s *ask) openedBy(ctx workflow.Context) string {
	parent := workflow.GetInfo(ctx).ParentWorkflowExecution
	if !s.in.Style.brief() || parent == nil || !s.in.Since.IsZero() {
		return ""
	}
	return parent.RunID
}

// tellEnd tells the journey of an end that neither it nor the closing of the stage has told: by hand in the Temporal UI, or one
// that the records had before the stage opened.
func (s *ask) tellEnd(ctx workflow.Context) {
	opened := s.openedBy(ctx)
	if opened == "" || s.told {
		return
	}
	call := activities.EndCall{Cohort: s.in.Cohort, Ref: s.in.Ref, Opened: opened, End: programme.StageEnd{Stage: s.in.Stage}}
	if s.end != nil {
		call.End = *s.end
	}
	// One that fails for too long is found in the records, or missing, when the journey looks after its stages.
	_ = s.in.Style.write(ctx, "tell the journey of the end", a.TellEnd, call, nil)
}
