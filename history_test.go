package main

import (
	"context"
	"fmt"
	"testing"

	enumspb "go.temporal.io/api/enums/v1"
	historypb "go.temporal.io/api/history/v1"
	"go.temporal.io/sdk/client"
)

// object is a JSON object.
type object = map[string]any

// dialTemporal connects to the system's Temporal server.
func (s *system) dialTemporal(t *testing.T) client.Client {
	t.Helper()
	run, err := s.run()
	if err != nil {
		t.Fatal(err)
	}
	c, err := client.Dial(client.Options{HostPort: run.Temporal.Address, Logger: quietLog{}})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(c.Close)
	return c
}

// historyOf reads the history of the latest run of a workflow.
func historyOf(ctx context.Context, c client.Client, id, run string) (*historypb.History, error) {
	history := &historypb.History{}
	events := c.GetWorkflowHistory(ctx, id, run, false, enumspb.HISTORY_EVENT_FILTER_TYPE_ALL_EVENT)
	for events.HasNext() {
		event, err := events.Next()
		if err != nil {
			return nil, fmt.Errorf("history of %s: %w", id, err)
		}
		history.Events = append(history.Events, event)
	}
	return history, nil
}
