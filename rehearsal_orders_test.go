package main

import (
	"context"
	"encoding/json"
	"log/slog"

	"go.temporal.io/sdk/client"
	"go.temporal.io/sdk/testsuite"

	"fairlead/worker"
	"fairlead/workflows"
)

// bulkSweep gives what staff ordered of many, as the worker does every second.
func (r *rehearsal) bulkSweep(ctx context.Context) error {
	orders := &workflows.Client{Temporal: rehearsalServer{r: r}}
	return (&worker.Bulk{Records: r.records, Order: orders.Order, Log: slog.New(slog.DiscardHandler)}).Sweep(ctx)
}

// UpdateWorkflow gives an order to a journey, and waits until it is accepted.
func (s rehearsalServer) UpdateWorkflow(ctx context.Context, options client.UpdateWorkflowOptions) (client.WorkflowUpdateHandle, error) {
	u := &rehearsedUpdate{accepted: make(chan error, 1), done: make(chan struct{})}
	told := &testsuite.TestUpdateCallback{
		OnAccept:   func() { u.accepted <- nil },
		OnReject:   func(err error) { u.accepted <- err },
		OnComplete: func(result any, err error) { u.result, u.err = result, err; close(u.done) },
	}
	if err := s.r.inLoop(func() error {
		return s.r.env.UpdateWorkflowByID(options.WorkflowID, options.UpdateName, options.UpdateID, told, options.Args...)
	}); err != nil {
		return nil, err
	}
	select {
	case err := <-u.accepted:
		return u, err
	case <-ctx.Done():
		return nil, ctx.Err()
	}
}

// rehearsedUpdate is an order that was accepted.
type rehearsedUpdate struct {
	client.WorkflowUpdateHandle
	accepted chan error
	done     chan struct{}
	result   any
	err      error
}

func (u *rehearsedUpdate) Get(ctx context.Context, into any) error {
	select {
	case <-ctx.Done():
		return ctx.Err()
	case <-u.done:
	}
	if u.err != nil {
		return u.err
	}
	text, err := json.Marshal(u.result)
	if err != nil {
		return err
	}
	return json.Unmarshal(text, into)
}
