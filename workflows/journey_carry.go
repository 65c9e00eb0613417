package workflows

import (
	"go.temporal.io/sdk/workflow"

	"fairlead/activities"
	"fairlead/programme"
)

// A stage that is open when its journey goes on in a fresh run is carried: it runs on, and tells the journey how it ends by a
// signal. What ended while the runs changed, or was ended by hand, is found by looking after what is carried.

// carried reports whether an earlier run opened the stage.
func (r *running) carried() bool { return r.future == nil }

// mayLeaveStages reports whether the open stages can do without this run: each has begun, none is ending by an order or was opened
// again before it was over, and what it was told has arrived.
func (j *journey) mayLeaveStages() bool {
	if !j.start.Style.brief() {
		return len(j.running) == 0
	}
	for _, r := range j.running {
		if r.again != nil || !r.carried() && (r.ending || !r.future.GetChildWorkflowExecution().IsReady()) {
			return false
		}
	}
	return len(j.telling) == 0
}

// carry takes over the stages that were open in the run before.
func (j *journey) carry(stages []string) {
	for _, stage := range stages {
		j.running = append(j.running, &running{opening: programme.Opening{Stage: stage, Kind: j.view.Stages[stage].Kind}})
	}
	j.look = len(stages) > 0
}

// runningStage is an open stage, nil where there is none of that name.
func (j *journey) runningStage(stage string) *running {
	for _, r := range j.running {
		if r.opening.Stage == stage {
			return r
		}
	}
	return nil
}

// carriedStage is a stage that is carried, nil where there is none of that name.
func (j *journey) carriedStage(stage string) *running {
	if r := j.runningStage(stage); r != nil && r.carried() {
		return r
	}
	return nil
}

// drop takes a stage off the list of those that run.
func (j *journey) drop(ended *running) {
	for i, r := range j.running {
		if r == ended {
			j.running = append(j.running[:i:i], j.running[i+1:]...)
			return
		}
	}
}

// lookAfter finds out what became of the stages that are carried: when the run begins, and when the journey is poked, by staff or
// because something could not be told to a stage.
func (j *journey) lookAfter(ctx workflow.Context) {
	if !j.look || ctx.Err() != nil {
		return
	}
	call := activities.CarriedCall{Cohort: j.start.Cohort, Ref: j.start.Ref}
	for _, r := range j.running {
		if r.carried() {
			call.Stages = append(call.Stages, r.opening.Stage)
		}
	}
	j.look = false
	if len(call.Stages) == 0 {
		return
	}
	var carried activities.Carried
	if err := j.start.Style.write(ctx, "look after the open stages", a.LookAfter, call, &carried); err != nil {
		j.look = true // at the next step
		return
	}
	for _, end := range carried.Ends {
		j.carriedEnded(ctx, end)
	}
	for _, stage := range carried.Lost {
		j.carriedEnded(ctx, programme.StageEnd{Stage: stage})
	}
}

// carriedEnded takes note of how a carried stage ended. It may be told twice, and of a stage that this run opened, which the
// server tells as well.
func (j *journey) carriedEnded(ctx workflow.Context, end programme.StageEnd) {
	ended := j.carriedStage(end.Stage)
	if ended == nil {
		return
	}
	j.drop(ended)
	if end.State == "" {
		// The records wait for it, and no workflow runs: it was ended by hand, or staff opened it again before its end was told.
		switch {
		case ended.again != nil && workflow.GetVersion(ctx, "opened-again-untold", workflow.DefaultVersion, 1) == 1:
			j.plan(*ended.again)
		case !j.view.State.Ended():
			j.lost(ctx, ended.opening)
		}
		return
	}
	j.last = end.Stage + " ended: " + string(end.State)
	j.follow(ctx, end)
	j.openAgain(ended, end)
}

// say signals an open stage.
func (j *journey) say(ctx workflow.Context, r *running, signal string, body any) {
	var arrived workflow.Future
	if r.carried() {
		arrived = workflow.SignalExternalWorkflow(ctx, programme.StageID(j.start.Cohort, j.start.Ref, r.opening.Stage), "", signal, body)
	} else {
		arrived = r.future.SignalChildWorkflow(ctx, signal, body)
	}
	if j.start.Style.brief() {
		j.telling = append(j.telling, arrived)
	}
}

// listenToTold adds the words to stages that have not arrived yet to a selector. One that never does was to a stage that has
// ended.
func (j *journey) listenToTold(ctx workflow.Context, selector workflow.Selector) {
	for _, arrived := range j.telling {
		selector.AddFuture(arrived, func(workflow.Future) {
			for i, one := range j.telling {
				if one == arrived {
					j.telling = append(j.telling[:i:i], j.telling[i+1:]...)
					return
				}
			}
		})
	}
}
