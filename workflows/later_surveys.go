package workflows

import (
	"time"

	enumspb "go.temporal.io/api/enums/v1"
	"go.temporal.io/sdk/workflow"

	"fairlead/activities"
	"fairlead/programme"
)

// startLater starts the surveys that come after the year of a completed journey, and waits until the server has them:
// they run on when the journey's workflow has ended. One that runs already is left alone.
func (j *journey) startLater(ctx workflow.Context) {
	ctx, _ = workflow.NewDisconnectedContext(ctx)
	var started []workflow.ChildWorkflowFuture
	for _, opening := range j.later {
		in := StageInput{Cohort: j.start.Cohort, Ref: j.start.Ref, Stage: opening.Stage, Kind: opening.Kind, Clock: j.start.Clock,
			At: opening.At, Due: opening.Due, Since: j.start.Clock.Programme(workflow.Now(ctx)), Style: StyleNow}
		id := programme.StageID(j.start.Cohort, j.start.Ref, opening.Stage)
		started = append(started, workflow.ExecuteChildWorkflow(laterOptions(ctx, in, id), opening.Kind.Workflow(), in.short()))
	}
	j.later = nil
	for _, survey := range started {
		_ = survey.GetChildWorkflowExecution().Get(ctx, nil) // the one error is that it runs
	}
}

// laterOptions are for a survey after the year: it is a row beneath its journey in the Temporal UI, and outlives it.
func laterOptions(ctx workflow.Context, in StageInput, id string) workflow.Context {
	options := workflow.GetChildWorkflowOptions(stageOptions(ctx, in, id))
	options.ParentClosePolicy = enumspb.PARENT_CLOSE_POLICY_ABANDON
	return workflow.WithChildOptions(ctx, options)
}

// wait waits for the opening of a survey after the year; every other stage is started when it opens. It reports false
// where the survey ended before.
func (s *ask) wait(ctx workflow.Context) bool {
	if s.in.Since.IsZero() {
		return true
	}
	s.waits = true
	s.plan = programme.AskPlan{Stage: s.in.Stage, Owner: programme.OwnerCalendar, Since: s.in.Since, Due: s.in.Due, Limit: s.in.At}
	for s.waits && s.end == nil && ctx.Err() == nil {
		at, summary := s.nextMoment()
		s.timer.set(ctx, at, summary)
		s.show(ctx, at, summary)
		selector := workflow.NewSelector(ctx)
		s.timer.listen(ctx, selector, func(time.Time) { s.waits = false })
		s.listen(ctx, selector)
		selector.Select(ctx)
		s.endFromChanges()
	}
	s.retry = false // nothing was parked
	return s.end == nil && ctx.Err() == nil
}

// mark writes into the records what of a survey after the year is parked: there is no journey to do it. One mark follows
// the other, so that the last one counts.
func (s *ask) mark(ctx workflow.Context, code string) {
	if s.marking != nil {
		_ = s.marking.Get(ctx, nil) // one that failed is lost, as the journey's are
	}
	mark := activities.Attention{Ref: s.in.Ref, Stage: s.in.Stage, Code: code}
	s.marking = workflow.ExecuteActivity(recordsOptions(ctx, markSummary(code)), a.MarkAttention, mark)
}
