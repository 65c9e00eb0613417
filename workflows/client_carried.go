package workflows

import (
	"context"
	"encoding/json"
	"errors"
	"strings"

	commonpb "go.temporal.io/api/common/v1"
	enumspb "go.temporal.io/api/enums/v1"
	"go.temporal.io/api/serviceerror"
	workflowpb "go.temporal.io/api/workflow/v1"

	"fairlead/programme"
)

// StageEnded tells a journey how a stage ended that an earlier run of it opened. A run hears of its own by the server; one
// that goes on in a fresh run after this has looked finds the end in the records when that begins.
func (c *Client) StageEnded(ctx context.Context, cohort, ref, opened string, end programme.StageEnd) error {
	id := programme.JourneyID(cohort, ref)
	info, err := c.describe(ctx, id)
	if err != nil || info.GetStatus() != enumspb.WORKFLOW_EXECUTION_STATUS_RUNNING || info.GetExecution().GetRunId() == opened {
		return err
	}
	body, err := json.Marshal(end)
	if err != nil {
		return err
	}
	err = c.signalRunning(ctx, programme.OutboxRow{WorkflowID: id, Signal: SignalStageEnded}, &commonpb.Payloads{Payloads: []*commonpb.Payload{jsonPayload(body)}})
	var notFound *serviceerror.NotFound
	if errors.As(err, &notFound) { // it has ended since
		return nil
	}
	return err
}

// StagesGone are those of a journey's stages whose workflow does not run.
func (c *Client) StagesGone(ctx context.Context, cohort, ref string, stages []string) (gone []string, err error) {
	for _, stage := range stages {
		info, err := c.describe(ctx, programme.StageID(cohort, ref, stage))
		if err != nil {
			return nil, err
		}
		if info.GetStatus() != enumspb.WORKFLOW_EXECUTION_STATUS_RUNNING {
			gone = append(gone, stage)
		}
	}
	return gone, nil
}

// describe is the last run of a workflow; nil where there never was one, or none is kept.
func (c *Client) describe(ctx context.Context, id string) (*workflowpb.WorkflowExecutionInfo, error) {
	known, err := c.Temporal.DescribeWorkflowExecution(ctx, id, "")
	var notFound *serviceerror.NotFound
	if errors.As(err, &notFound) {
		return nil, nil
	}
	return known.GetWorkflowExecutionInfo(), err
}

// pokeJourney has the journey of a stage look after its stages, where it runs.
func (c *Client) pokeJourney(ctx context.Context, row programme.OutboxRow) error {
	row.WorkflowID, row.Signal = row.WorkflowID[:strings.LastIndex(row.WorkflowID, "/")], SignalPoke
	err := c.signalRunning(ctx, row, &commonpb.Payloads{})
	var notFound *serviceerror.NotFound
	if errors.As(err, &notFound) {
		return nil
	}
	return err
}
