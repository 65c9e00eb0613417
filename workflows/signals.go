package workflows

import (
	"context"
	"encoding/json"
	"strings"

	commonpb "go.temporal.io/api/common/v1"
	enumspb "go.temporal.io/api/enums/v1"
	"go.temporal.io/api/workflowservice/v1"
	"go.temporal.io/sdk/client"
	"go.temporal.io/sdk/converter"

	"fairlead/programme"
)

// signalRunning signals a workflow that should be running, with the outbox row's id as the request id.
func (c *Client) signalRunning(ctx context.Context, row programme.OutboxRow, body *commonpb.Payloads) error {
	_, err := c.Temporal.WorkflowService().SignalWorkflowExecution(ctx, &workflowservice.SignalWorkflowExecutionRequest{
		Namespace:         c.Namespace,
		WorkflowExecution: &commonpb.WorkflowExecution{WorkflowId: row.WorkflowID},
		SignalName:        row.Signal,
		Input:             body,
		Identity:          "fairlead",
		RequestId:         row.ID,
	})
	return err
}

// signalCohort signals a cohort's workflow, and starts it where it does not run. All its signals can be repeated.
func (c *Client) signalCohort(ctx context.Context, row programme.OutboxRow) (bool, error) {
	cohort := strings.TrimPrefix(row.WorkflowID, "cohort/")
	_, err := c.Temporal.SignalWithStartWorkflow(ctx, row.WorkflowID, row.Signal, row.Body, client.StartWorkflowOptions{
		TaskQueue:             Queue,
		WorkflowIDReusePolicy: enumspb.WORKFLOW_ID_REUSE_POLICY_ALLOW_DUPLICATE,
		TypedSearchAttributes: cohortAttributes(cohort),
		StaticSummary:         "Cohort " + cohort,
		StaticDetails:         "A cohort's life: launches, freed places, what waits on staff too long. Its journeys have its name in their ids.",
	}, TypeCohort, CohortInput{Cohort: cohort})
	return err == nil, err
}

// jsonPayload is a body as the data converter would write it.
func jsonPayload(body json.RawMessage) *commonpb.Payload {
	return &commonpb.Payload{Metadata: map[string][]byte{converter.MetadataEncoding: []byte(converter.MetadataEncodingJSON)}, Data: body}
}

// cohortOfJourney is the cohort in the id of a journey's or stage's workflow.
func cohortOfJourney(id string) (string, bool) {
	parts := strings.Split(id, "/")
	if len(parts) < 3 || parts[0] != "journey" {
		return "", false
	}
	return parts[1], true
}

// Replanned tells a running journey what a change of its cohort's dates did to it. One that runs no more needs no news. A
// change that gave nothing but a new plan to one stage goes to that stage, and only what is to be sent about it to the journey.
func (c *Client) Replanned(ctx context.Context, cohort, ref, id string, effect programme.Effect) error {
	if len(effect.Plans) == 1 && len(effect.Ends)+len(effect.Openings)+len(effect.Freed) == 0 && effect.Answered == "" {
		plan := effect.Plans[0]
		told, err := c.tell(ctx, id, programme.StageID(cohort, ref, plan.Stage), SignalChanged, stageChange{Plan: &plan})
		for _, mail := range effect.Mails {
			if told && err == nil {
				_, err = c.tell(ctx, id+"/"+mail.Key, programme.JourneyID(cohort, ref), SignalMail, mail)
			}
		}
		if told || err != nil {
			return err
		}
	}
	body, err := json.Marshal(effect)
	if err != nil {
		return err
	}
	_, err = c.Signal(ctx, programme.OutboxRow{ID: id, WorkflowID: programme.JourneyID(cohort, ref), Signal: SignalReplanned, Body: body})
	return err
}

// tell signals a workflow, and reports whether it runs.
func (c *Client) tell(ctx context.Context, id, workflowID, signal string, news any) (bool, error) {
	body, err := json.Marshal(news)
	if err != nil {
		return false, err
	}
	return c.Signal(ctx, programme.OutboxRow{ID: id, WorkflowID: workflowID, Signal: signal, Body: body})
}
