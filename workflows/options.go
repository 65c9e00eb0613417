package workflows

import (
	"time"

	enumspb "go.temporal.io/api/enums/v1"
	"go.temporal.io/sdk/temporal"
	"go.temporal.io/sdk/workflow"

	"fairlead/programme"
)

// aliveWithin is how soon the server notices that the worker of an act was killed: every act but those in pages beats all
// the time it takes.
const aliveWithin = 5 * time.Second

// stepWithin is how long a worker may take over one step of a workflow: zero, as the server has it, or less on a fast
// clock, on which a killed worker must not cost weeks.
func stepWithin(clock programme.Clock) time.Duration {
	if clock.Fast() {
		return 3 * time.Second
	}
	return 0
}

// recordsOptions are for activities that read or write the records: short, and retried for ten minutes before the
// caller parks. summary is one line for the Temporal UI.
func recordsOptions(ctx workflow.Context, summary string) workflow.Context {
	return workflow.WithActivityOptions(ctx, workflow.ActivityOptions{
		StartToCloseTimeout:    30 * time.Second,
		ScheduleToCloseTimeout: 10 * time.Minute,
		HeartbeatTimeout:       aliveWithin,
		Summary:                summary,
		RetryPolicy: &temporal.RetryPolicy{
			InitialInterval: 500 * time.Millisecond, BackoffCoefficient: 2, MaximumInterval: 30 * time.Second,
			MaximumAttempts: 40,
		},
	})
}

// orderOptions are for a command of staff: somebody waits for the answer.
func orderOptions(ctx workflow.Context, summary string) workflow.Context {
	return workflow.WithActivityOptions(ctx, workflow.ActivityOptions{
		StartToCloseTimeout:    10 * time.Second,
		ScheduleToCloseTimeout: 2 * time.Minute,
		HeartbeatTimeout:       aliveWithin,
		Summary:                summary,
		RetryPolicy: &temporal.RetryPolicy{
			InitialInterval: 200 * time.Millisecond, BackoffCoefficient: 2, MaximumInterval: 10 * time.Second,
			MaximumAttempts: 20,
		},
	})
}

// launchOptions are for starting thousands of journeys in pages.
func launchOptions(ctx workflow.Context, summary string) workflow.Context {
	return workflow.WithActivityOptions(ctx, workflow.ActivityOptions{
		StartToCloseTimeout:    30 * time.Minute,
		ScheduleToCloseTimeout: 24 * time.Hour,
		HeartbeatTimeout:       30 * time.Second,
		Summary:                summary,
		RetryPolicy: &temporal.RetryPolicy{
			InitialInterval: time.Second, BackoffCoefficient: 2, MaximumInterval: time.Minute, MaximumAttempts: 1000,
		},
	})
}

// mailOptions are for one mail. The waits between attempts come from the activity, which gives up by itself after 72
// hours, and says itself which failure is final; the heartbeat notices a killed worker within seconds.
func mailOptions(ctx workflow.Context, summary string) workflow.Context {
	return workflow.WithActivityOptions(ctx, workflow.ActivityOptions{
		TaskQueue:              MailQueue,
		StartToCloseTimeout:    15 * time.Minute,
		ScheduleToCloseTimeout: 80 * time.Hour,
		HeartbeatTimeout:       aliveWithin,
		WaitForCancellation:    true,
		Summary:                summary,
		RetryPolicy: &temporal.RetryPolicy{
			InitialInterval: time.Second, BackoffCoefficient: 2, MaximumInterval: time.Minute, MaximumAttempts: 1000,
		},
	})
}

// stageOptions are for a stage as a child of its journey. A journey that is cancelled asks its stages to end and waits
// for them; children inherit neither search attributes nor summaries, so they are given. What its kind does stands in the
// details that it shows itself: here it would be written twice, into the journey's history and into its own.
//
// A journey may go on in a fresh run while the stage is open, so it does not end with the run that opened it.
func stageOptions(ctx workflow.Context, in StageInput, id string) workflow.Context {
	onClose := enumspb.PARENT_CLOSE_POLICY_REQUEST_CANCEL
	if in.Style.brief() {
		onClose = enumspb.PARENT_CLOSE_POLICY_ABANDON
	}
	return workflow.WithChildOptions(ctx, workflow.ChildWorkflowOptions{
		WorkflowID:            id,
		WorkflowTaskTimeout:   stepWithin(in.Clock),
		ParentClosePolicy:     onClose,
		WaitForCancellation:   true,
		TypedSearchAttributes: stageAttributes(in),
		StaticSummary:         in.Stage,
	})
}
