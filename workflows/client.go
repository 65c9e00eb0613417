package workflows

import (
	"context"
	"errors"
	"time"

	commonpb "go.temporal.io/api/common/v1"
	enumspb "go.temporal.io/api/enums/v1"
	"go.temporal.io/api/serviceerror"
	workflowpb "go.temporal.io/api/workflow/v1"
	"go.temporal.io/sdk/client"
	"go.temporal.io/sdk/temporal"

	"fairlead/programme"
)

// acceptWithin is how long a command may wait for a worker to accept it. Until then it lives in memory only, so past it
// the caller is told to try again.
const acceptWithin = 5 * time.Second

// finishWithin is how much longer a caller waits for an accepted command before it gets an operation to watch.
const finishWithin = 5 * time.Second

// Client is how the rest of Fairlead talks to running workflows.
type Client struct {
	Temporal  client.Client
	Namespace string
}

// Order sends a command of staff to its journey and waits for the effect. The row's id is the update's, so that a
// repeat gets the first outcome. It returns *programme.Illegal or *programme.Invalid where the journey refuses,
// ErrNotFound where no such journey runs, ErrUnavailable where nobody accepted it in time (it will not take effect), and
// ErrPending where it was accepted and has not finished.
func (c *Client) Order(ctx context.Context, command programme.Command) (programme.Effect, error) {
	order := programme.Order{ID: command.ID, Name: command.Name, Stage: command.Stage, Reason: command.Reason,
		Until: command.Until, Missed: command.Missed, Into: command.Into, Message: command.Message, Coach: command.Coach,
		Sitting: command.Sitting, Status: command.Status, Costs: command.Costs, Decision: command.Decision}
	acceptCtx, cancel := context.WithTimeout(ctx, acceptWithin)
	defer cancel()
	handle, err := c.Temporal.UpdateWorkflow(acceptCtx, client.UpdateWorkflowOptions{
		UpdateID:     command.ID,
		WorkflowID:   programme.JourneyID(command.Cohort, command.Ref),
		UpdateName:   string(command.Name),
		Args:         []any{order},
		WaitForStage: client.WorkflowUpdateStageAccepted,
	})
	if err != nil {
		return programme.Effect{}, orderError(err)
	}
	finishCtx, cancel := context.WithTimeout(ctx, finishWithin)
	defer cancel()
	var effect programme.Effect
	if err := handle.Get(finishCtx, &effect); err != nil {
		if finishCtx.Err() != nil {
			return effect, programme.ErrPending
		}
		return effect, orderError(err)
	}
	return effect, nil
}

// orderError maps what the server says of an update.
func orderError(err error) error {
	var notFound *serviceerror.NotFound
	var timedOut *client.WorkflowUpdateServiceTimeoutOrCanceledError
	var failure *temporal.ApplicationError
	switch {
	case errors.As(err, &failure):
		return understood(err)
	case errors.As(err, &notFound):
		return programme.ErrNotFound
	case errors.As(err, &timedOut):
		return programme.ErrUnavailable
	}
	return programme.ErrUnavailable
}

// StartJourney starts the workflow of a journey. One that runs or ran already is no error: the records' key makes a
// second start impossible, and the server's refusal says the same. A journey that begins again is started once more.
func (c *Client) StartJourney(ctx context.Context, start programme.JourneyStart) error {
	reuse := enumspb.WORKFLOW_ID_REUSE_POLICY_REJECT_DUPLICATE
	if !start.Again.IsZero() {
		reuse = enumspb.WORKFLOW_ID_REUSE_POLICY_ALLOW_DUPLICATE
		if begun, err := c.runsSince(ctx, start); begun || err != nil {
			return err
		}
	}
	_, err := c.Temporal.ExecuteWorkflow(ctx, client.StartWorkflowOptions{
		ID:                                       programme.JourneyID(start.Cohort, start.Ref),
		TaskQueue:                                Queue,
		WorkflowTaskTimeout:                      stepWithin(start.Clock),
		WorkflowIDReusePolicy:                    reuse,
		WorkflowExecutionErrorWhenAlreadyStarted: true,
		TypedSearchAttributes:                    journeyAttributes(start),
		StaticSummary:                            start.Ref + " in " + start.Cohort,
		StaticDetails: "One participation, from the invitation to the alumni. Its stages are its children: see Relationships. " +
			"It goes on in a fresh run now and then: stages opened before are with the runs before it.",
	}, TypeJourney, JourneyInput{JourneyStart: start, Style: StyleNow, Room: roomNow})
	if temporal.IsWorkflowExecutionAlreadyStartedError(err) {
		return nil
	}
	return err
}

// runsSince reports whether the workflow of a journey that begins again was started since then, be it over already. One
// of before that is still coming to its end is ErrUnavailable: it has to be waited for.
func (c *Client) runsSince(ctx context.Context, start programme.JourneyStart) (bool, error) {
	known, err := c.Temporal.DescribeWorkflowExecution(ctx, programme.JourneyID(start.Cohort, start.Ref), "")
	var notFound *serviceerror.NotFound
	if errors.As(err, &notFound) {
		return false, nil // what ran before is not kept any more
	}
	if err != nil {
		return false, err
	}
	info := known.GetWorkflowExecutionInfo()
	first, err := c.firstRun(ctx, info)
	if err != nil {
		return false, err
	}
	switch {
	case !first.GetStartTime().AsTime().Before(start.Again):
		return true, nil
	case info.GetStatus() == enumspb.WORKFLOW_EXECUTION_STATUS_RUNNING:
		return false, programme.ErrUnavailable
	}
	return false, nil
}

// firstRun is the run with which a journey began that has gone on in others since.
func (c *Client) firstRun(ctx context.Context, last *workflowpb.WorkflowExecutionInfo) (*workflowpb.WorkflowExecutionInfo, error) {
	if last.GetFirstRunId() == "" || last.GetFirstRunId() == last.GetExecution().GetRunId() {
		return last, nil
	}
	first, err := c.Temporal.DescribeWorkflowExecution(ctx, last.GetExecution().GetWorkflowId(), last.GetFirstRunId())
	return first.GetWorkflowExecutionInfo(), err
}

// Signal delivers one row of the outbox. The row's id is the request id, so that a repeat changes nothing. It reports
// false where no such workflow runs: the records hold the fact, and the next stage reads it when it opens.
func (c *Client) Signal(ctx context.Context, row programme.OutboxRow) (delivered bool, err error) {
	body := &commonpb.Payloads{Payloads: []*commonpb.Payload{jsonPayload(row.Body)}}
	if row.Start == "cohort" {
		return c.signalCohort(ctx, row)
	}
	err = c.signalRunning(ctx, row, body)
	var notFound *serviceerror.NotFound
	if !errors.As(err, &notFound) {
		return err == nil, err
	}
	if row.Signal == SignalFormSubmitted { // nobody may have noticed that the stage is gone
		return false, c.pokeJourney(ctx, row)
	}
	if cohort, isJourney := cohortOfJourney(row.WorkflowID); isJourney && row.Signal == SignalMail {
		// The journey has ended: its cohort sends the reply.
		row.WorkflowID = programme.CohortID(cohort)
		return c.signalCohort(ctx, row)
	}
	return false, nil
}
