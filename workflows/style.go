package workflows

import (
	"errors"
	"time"

	"go.temporal.io/sdk/temporal"
	"go.temporal.io/sdk/workflow"

	"fairlead/activities"
	"fairlead/programme"
)

// Style is how a run goes about what its history must tell again when it is replayed. A run keeps the one that it began
// with: what was recorded is read as it was written.
type Style int

const (
	// StyleLong is that of the first years: every write is an activity of its own, every moment a timer's.
	StyleLong Style = iota
	// StyleShort leaves out of a history what nobody needs there: a short write of the records is done within the step
	// that calls for it, what is due already waits for no timer, and a journey goes on in a fresh run when it has nothing
	// open.
	StyleShort
	// StyleBrief does within the step also what takes a conversation with the relay, where that is over at once: a mail of
	// a stage, and the closing of an answered one.
	StyleBrief
)

// StyleNow is the one in which new runs begin.
const StyleNow = StyleBrief

func (s Style) short() bool { return s >= StyleShort }

func (s Style) brief() bool { return s >= StyleBrief }

// atOnce is how long a write within a step may take before it is left to an activity: longer than the records take under load, for
// an attempt that is given up leaves them the same work a second time. A step of three seconds, as on a fast clock, is
// prolonged by the SDK meanwhile.
const atOnce = 5 * time.Second

// talkWithin is how long a conversation with the relay within a step may take before nobody waits for it any more. It is
// longer than any: what is talked about has one sender at a time, so its end is waited for. A step that takes long is prolonged
// by the SDK, and hears of everything that comes meanwhile.
const talkWithin = 15 * time.Minute

// write lets the records do a short write that may be repeated: at once, and where that fails for any reason that may pass,
// as an activity, with its retries and in the sight of ops.
//
// Orders of staff are no such write: they are carried out only once their acceptance stands in the history, or a killed
// worker could leave one in effect of which the workflow knows nothing.
func (s Style) write(ctx workflow.Context, summary string, act, call, result any) error {
	if s.short() {
		err := workflow.ExecuteLocalActivity(withinStep(ctx, atOnce, summary), act, call).Get(ctx, result)
		if err == nil || !mayPass(err) {
			return err
		}
	}
	return workflow.ExecuteActivity(recordsOptions(ctx, summary), act, call).Get(ctx, result)
}

// close closes an answered stage: at once, with the one attempt to send its replies that belongs to it, and where that
// fails as an activity. An attempt that may have been broken off sent replies of which nobody knows: then none is sent here.
func (s Style) close(ctx workflow.Context, call *activities.StageCall, end *programme.StageEnd) error {
	const summary = "close the answered stage"
	if s.brief() {
		talk, _ := workflow.NewDisconnectedContext(ctx) // no cancel breaks it off
		err := workflow.ExecuteLocalActivity(withinStep(talk, talkWithin, summary), a.CloseStage, *call).Get(talk, end)
		if err == nil || !mayPass(err) {
			return err
		}
		call.Again = true
	}
	return workflow.ExecuteActivity(recordsOptions(ctx, summary), a.CloseStage, *call).Get(ctx, end)
}

// withinStep are the options of the one attempt that is made within a step.
func withinStep(ctx workflow.Context, within time.Duration, summary string) workflow.Context {
	return workflow.WithLocalActivityOptions(ctx, workflow.LocalActivityOptions{
		ScheduleToCloseTimeout: within,
		Summary:                summary,
		RetryPolicy:            &temporal.RetryPolicy{MaximumAttempts: 1},
	})
}

// mayPass reports whether a failure is none that stays, so that it is worth another attempt.
func mayPass(err error) bool {
	var failure *temporal.ApplicationError
	return !isCancelled(err) && (!errors.As(err, &failure) || !failure.NonRetryable())
}

// stopBeforeEnd stops a timer where the run may end next. The end itself does away with it, so that a short history does
// not tell.
func (s Style) stopBeforeEnd(timer *dueTimer) {
	if !s.short() {
		timer.stop()
	}
}
