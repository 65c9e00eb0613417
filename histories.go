package main

import (
	"context"

	"go.temporal.io/api/workflowservice/v1"
	"go.temporal.io/sdk/client"

	"fairlead/demo/verdict"
)

// workflowsOf lists every workflow of the namespace with how it ended and how large its history is.
func workflowsOf(ctx context.Context, c client.Client) ([]verdict.History, error) {
	var all []verdict.History
	var page []byte
	for {
		answer, err := c.ListWorkflow(ctx, &workflowservice.ListWorkflowExecutionsRequest{PageSize: 500, NextPageToken: page})
		if err != nil {
			return nil, err
		}
		for _, w := range answer.GetExecutions() {
			all = append(all, verdict.History{WorkflowID: w.GetExecution().GetWorkflowId(), Type: w.GetType().GetName(),
				Status: w.GetStatus().String(), Events: int(w.GetHistoryLength()), Bytes: int(w.GetHistorySizeBytes())})
		}
		if page = answer.GetNextPageToken(); len(page) == 0 {
			return all, nil
		}
	}
}

// quietLog keeps the Temporal client from talking to the terminal.
type quietLog struct{}

// Debug says nothing.
func (quietLog) Debug(string, ...any) {}

// Info says nothing.
func (quietLog) Info(string, ...any) {}

// Warn says nothing: what fails comes back as an error.
func (quietLog) Warn(string, ...any) {}

// Error says nothing: what fails comes back as an error.
func (quietLog) Error(string, ...any) {}
