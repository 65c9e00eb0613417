package workflows

import (
	"go.temporal.io/sdk/workflow"

	"fairlead/activities"
	"fairlead/programme"
)

// What is parked of a journey, and what ops end by hand in the Temporal UI.

// lost parks a stage whose workflow was ended by hand, terminated or cancelled, while the records still wait for it.
func (j *journey) lost(ctx workflow.Context, opening programme.Opening) {
	opening.At = j.start.Clock.Programme(workflow.Now(ctx))
	view := j.view.Stages[opening.Stage]
	view.Parked, view.Lost = true, true
	j.view.Stages[opening.Stage] = view
	j.mark(ctx, opening.Stage, ParkedStageLost)
}

// mark writes a mark of something parked into the records, or takes it away. It is done on the side, so that it holds up
// nothing, and one after the other, so that the last one counts.
func (j *journey) mark(ctx workflow.Context, stage, code string) {
	if stage == "" {
		j.attention = code
	}
	j.last = stage + " parked: " + code
	if code == "" {
		j.last = stage + " freed"
	}
	j.marks = append(j.marks, activities.Attention{Ref: j.start.Ref, Stage: stage, Code: code})
	j.markNext(ctx)
	j.upsert(ctx)
}

// markNext begins the mark that is next, unless another is being written.
func (j *journey) markNext(ctx workflow.Context) {
	if j.marking != nil || len(j.marks) == 0 {
		return
	}
	mark := j.marks[0]
	j.marks = j.marks[1:]
	j.marking = workflow.ExecuteActivity(recordsOptions(ctx, markSummary(mark.Code)), a.MarkAttention, mark)
}

// markSummary is what the Temporal UI says of a mark.
func markSummary(code string) string {
	if code == "" {
		return "take the mark for staff away"
	}
	return "mark for staff: " + code
}

// listenToMarks adds the mark that is being written to a selector.
func (j *journey) listenToMarks(ctx workflow.Context, selector workflow.Selector) {
	if j.marking == nil {
		return
	}
	selector.AddFuture(j.marking, func(f workflow.Future) {
		_ = f.Get(ctx, nil) // one that failed is lost: the records mark what mails have parked themselves
		j.marking = nil
		j.markNext(ctx)
	})
}

// cancelled ends a journey that was cancelled by hand in the Temporal UI: the records follow, as for a withdrawal, and
// whoever was written to is told.
func (j *journey) cancelled(ctx workflow.Context) (programme.JourneyState, error) {
	last, _ := workflow.NewDisconnectedContext(ctx)
	j.start.Style.stopBeforeEnd(&j.timer)
	j.mail.settle(ctx)
	var carried []*running // told of their end by what the records say of it
	for _, r := range j.running {
		if r.carried() {
			carried = append(carried, r)
			continue
		}
		_ = r.future.Get(last, nil) // it was cancelled with the journey
	}
	j.running = carried
	if !j.view.State.Ended() {
		order := programme.Order{Name: programme.CmdWithdraw, Reason: "technical"}
		call := activities.CommandCall{Ref: j.start.Ref, Command: workflow.GetInfo(ctx).WorkflowExecution.RunID, Order: order,
			At: j.start.Clock.Programme(workflow.Now(ctx))}
		var effect programme.Effect
		if err := workflow.ExecuteActivity(recordsOptions(last, "withdraw: cancelled by hand"), a.ApplyCommand, call).Get(last, &effect); err != nil {
			return "", err
		}
		j.take(last, effect)
	}
	for !j.over() {
		j.sendWhatIsDue(last)
		j.step(last)
	}
	if err := j.letHandlersEnd(last); err != nil {
		return "", err
	}
	j.startLater(last)
	j.showEnd(last)
	return "", ctx.Err()
}
