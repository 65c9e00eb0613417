package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"slices"
	"strings"
	"testing"
	"time"

	enumspb "go.temporal.io/api/enums/v1"
	historypb "go.temporal.io/api/history/v1"
	sdkpb "go.temporal.io/api/sdk/v1"
	"go.temporal.io/api/workflowservice/v1"
	"go.temporal.io/sdk/client"

	"fairlead/demo/sink"
	"fairlead/programme"
	"fairlead/workflows"
)

// ops looks at a system through its Temporal server, as the Temporal UI does, and acts there by hand.
type ops struct {
	s   *system
	c   client.Client
	box *sink.Sink
	ctx context.Context
}

// attributes are the search attributes of a workflow's latest run.
func (o *ops) attributes(id string) (map[string]any, error) {
	seen, err := o.c.DescribeWorkflowExecution(o.ctx, id, "")
	if err != nil {
		return nil, err
	}
	all := map[string]any{}
	for name, value := range seen.GetWorkflowExecutionInfo().GetSearchAttributes().GetIndexedFields() {
		var decoded any
		if err := json.Unmarshal(value.GetData(), &decoded); err != nil {
			return nil, err
		}
		if decoded != nil && workflows.SearchAttributes()[name] != enumspb.INDEXED_VALUE_TYPE_UNSPECIFIED { // the server adds its own
			all[name] = decoded
		}
	}
	return all, nil
}

// shows waits until a workflow's search attributes are these; nil stands for one that is not set.
func (o *ops) shows(id string, want object) error {
	var seen map[string]any
	err := until(fmt.Sprint(id, " shows ", want), patience, func() bool {
		var err error
		if seen, err = o.attributes(id); err != nil {
			return false
		}
		for name, value := range want {
			if seen[name] != value {
				return false
			}
		}
		return true
	})
	if err != nil {
		return fmt.Errorf("%w; it shows %v", err, seen)
	}
	return nil
}

// found are the ids of the workflows in a stock view.
func (o *ops) found(name string) ([]string, error) {
	views := workflows.Views()
	i := slices.IndexFunc(views, func(v workflows.View) bool { return v.Name == name })
	if i < 0 {
		return nil, fmt.Errorf("there is no view %q", name)
	}
	answer, err := o.c.ListWorkflow(o.ctx, &workflowservice.ListWorkflowExecutionsRequest{Query: views[i].Query})
	var ids []string
	for _, w := range answer.GetExecutions() {
		ids = append(ids, w.GetExecution().GetWorkflowId())
	}
	return ids, err
}

// inView waits until a workflow is in a stock view, or is not.
func (o *ops) inView(name, id string, wanted bool) error {
	return until(fmt.Sprintf("%s in view %q: %t", id, name, wanted), patience, func() bool {
		ids, err := o.found(name)
		return err == nil && slices.Contains(ids, id) == wanted
	})
}

// metadata is what a workflow tells the UI of itself: its handlers and its current details.
func (o *ops) metadata(id string) (*sdkpb.WorkflowMetadata, error) {
	value, err := o.c.QueryWorkflow(o.ctx, id, "", "__temporal_workflow_metadata")
	if err != nil {
		return nil, fmt.Errorf("metadata of %s: %w", id, err)
	}
	told := &sdkpb.WorkflowMetadata{}
	return told, value.Get(told)
}

// tells waits until a workflow's current details hold all of these.
func (o *ops) tells(id string, wanted ...string) error {
	details := ""
	err := until("details of "+id, patience, func() bool {
		told, err := o.metadata(id)
		if err != nil {
			return false
		}
		details = strings.NewReplacer(":\u00a0 |", " |", "\u00a0", " ").Replace(told.GetCurrentDetails())
		return !slices.ContainsFunc(wanted, func(part string) bool { return !strings.Contains(details, part) })
	})
	if err != nil {
		return fmt.Errorf("%w: want %q in\n%s", err, wanted, details)
	}
	return nil
}

// update sends an update as the UI does: with a body and no id.
func (o *ops) update(id, name string, body object) (programme.Effect, error) {
	ctx, cancel := context.WithTimeout(o.ctx, 30*time.Second)
	defer cancel()
	var effect programme.Effect
	handle, err := o.c.UpdateWorkflow(ctx, client.UpdateWorkflowOptions{WorkflowID: id, UpdateName: name, Args: []any{body},
		WaitForStage: client.WorkflowUpdateStageCompleted})
	if err == nil {
		err = handle.Get(ctx, &effect)
	}
	if err != nil {
		return effect, fmt.Errorf("update %s of %s: %w", name, id, err)
	}
	return effect, nil
}

// ordered waits until the history of a journey has an order of ops.
func (l *leader) ordered(command string) error {
	return until(command+" by ops in the history of "+l.ref, patience, func() bool {
		var history struct {
			Items []struct{ Actor, What string }
		}
		status, body, err := l.s.try(http.MethodGet, "/journeys/"+l.ref+"/history", nil)
		if err != nil || status != http.StatusOK || json.Unmarshal(body, &history) != nil {
			return false
		}
		return slices.ContainsFunc(history.Items, func(m struct{ Actor, What string }) bool {
			return m.Actor == "temporal-ui" && m.What == command
		})
	})
}

// got waits until a mail of this name has come to the leader.
func (l *leader) got(message string) error {
	return until(message+" comes to "+l.ref, patience, func() bool {
		mails, _ := sink.Index(l.box) // a line that is just being written shows the next time
		return slices.ContainsFunc(mails, func(m sink.Mail) bool {
			return strings.EqualFold(m.To, l.email) && slices.ContainsFunc(m.Keys, func(key string) bool {
				return strings.Contains(key, "/"+l.ref+"/") && strings.Contains(key, "/"+message+"/")
			})
		})
	})
}

// workflowIDs of one leader.
func (l *leader) workflow(cohort string) string { return programme.JourneyID(cohort, l.ref) }

func (l *leader) stage(cohort, stage string) string {
	return programme.StageID(cohort, l.ref, stage)
}

// unexplained are the events that ops would see without a word of what they are for.
func unexplained(history *historypb.History) []string {
	var found []string
	for _, event := range history.GetEvents() {
		if event.GetWorkflowExecutionStartedEventAttributes().GetContinuedExecutionRunId() != "" {
			continue // a fresh run cannot be given a summary
		}
		switch event.GetEventType() {
		case enumspb.EVENT_TYPE_WORKFLOW_EXECUTION_STARTED, enumspb.EVENT_TYPE_TIMER_STARTED, enumspb.EVENT_TYPE_ACTIVITY_TASK_SCHEDULED,
			enumspb.EVENT_TYPE_START_CHILD_WORKFLOW_EXECUTION_INITIATED, enumspb.EVENT_TYPE_MARKER_RECORDED:
			if len(event.GetUserMetadata().GetSummary().GetData()) <= 2 {
				found = append(found, fmt.Sprint(event.GetEventId(), " ", event.GetEventType()))
			}
		}
	}
	return found
}

// allWorkflows describes every run of every workflow of the namespace.
func (o *ops) allWorkflows(t *testing.T) []*workflowservice.DescribeWorkflowExecutionResponse {
	t.Helper()
	var all []*workflowservice.DescribeWorkflowExecutionResponse
	var page []byte
	for {
		listed, err := o.c.ListWorkflow(o.ctx, &workflowservice.ListWorkflowExecutionsRequest{PageSize: 500, NextPageToken: page})
		if err != nil {
			t.Fatal(err)
		}
		for _, one := range listed.GetExecutions() {
			run := one.GetExecution()
			seen, err := o.c.DescribeWorkflowExecution(o.ctx, run.GetWorkflowId(), run.GetRunId())
			if err != nil {
				t.Fatal(errors.Join(fmt.Errorf("describe %s", run.GetWorkflowId()), err))
			}
			all = append(all, seen)
		}
		if page = listed.GetNextPageToken(); len(page) == 0 {
			return all
		}
	}
}
