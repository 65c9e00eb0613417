package workflows

import (
	"errors"
	"time"

	"go.temporal.io/sdk/temporal"
	"go.temporal.io/sdk/workflow"
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
)

// StyleNow is the one in which new runs begin.
const StyleNow = StyleShort

func (s Style) short() bool { return s >= StyleShort }

// atOnce is how long a write within a step may take before it is left to an activity. A step must be over within three
// seconds on a fast clock.
const atOnce = time.Second

// write lets the records do a short write that may be repeated: at once, and where that fails for any reason that may pass,
// as an activity, with its retries and in the sight of ops.
//
// Orders of staff are no such write: they are carried out only once their acceptance stands in the history, or a killed
// worker could leave one in effect of which the workflow knows nothing.
func (s Style) write(ctx workflow.Context, summary string, act, call, result any) error {
	if s.short() {
		err := workflow.ExecuteLocalActivity(workflow.WithLocalActivityOptions(ctx, workflow.LocalActivityOptions{
			ScheduleToCloseTimeout: atOnce,
			Summary:                summary,
			RetryPolicy:            &temporal.RetryPolicy{MaximumAttempts: 1},
		}), act, call).Get(ctx, result)
		var failure *temporal.ApplicationError
		if err == nil || isCancelled(err) || (errors.As(err, &failure) && failure.NonRetryable()) {
			return err
		}
	}
	return workflow.ExecuteActivity(recordsOptions(ctx, summary), act, call).Get(ctx, result)
}

// stopBeforeEnd stops a timer where the run may end next. The end itself does away with it, so that a short history does
// not tell.
func (s Style) stopBeforeEnd(timer *dueTimer) {
	if !s.short() {
		timer.stop()
	}
}
