package rest

import (
	"context"
	"errors"
	"net/http"
	"net/url"
	"time"

	"fairlead/programme"

	"github.com/danielgtaylor/huma/v2"
)

// operation is work that goes on after the call that ordered it was answered.
type operation struct {
	ID       string     `json:"id"`
	Kind     string     `json:"kind" doc:"launch, fill, continue, apply, release, replan, bulk or command"`
	Cohort   string     `json:"cohort"`
	Ref      string     `json:"ref" doc:"For a command: the journey"`
	State    string     `json:"state" enum:"running,done,failed"`
	Total    int        `json:"total"`
	Done     int        `json:"done"`
	Failed   int        `json:"failed"`
	Created  *time.Time `json:"created" doc:"Real time"`
	Finished *time.Time `json:"finished" doc:"Real time"`
}

// The states of an operation.
const (
	operationRunning = "running"
	operationDone    = "done"
	operationFailed  = "failed"
)

type operationInput struct {
	ID string `path:"id" maxLength:"64"`
}

type operationOutput struct{ Body operation }

func (a *API) operationCalls(calls huma.API) {
	serve(a, calls, huma.Operation{OperationID: "get-operation", Method: http.MethodGet, Path: "/operations/{id}", Tags: []string{"Tasks and operations"},
		Summary: "Show how far a launch or a command has come", Errors: []int{http.StatusNotFound}}, a.getOperation)
}

// getOperation shows an operation. A command that was accepted and not finished in time has no row of its own: the
// command's says how it stands.
func (a *API) getOperation(ctx context.Context, in *operationInput) (*operationOutput, error) {
	op, err := a.o.Store.Operation(ctx, in.ID)
	if errors.Is(err, programme.ErrNotFound) {
		var command programme.Command
		if command, err = a.o.Store.Command(ctx, in.ID); err == nil {
			op = operationOfCommand(command)
		}
	}
	if err != nil {
		return nil, err
	}
	return &operationOutput{operationOf(op)}, nil
}

func operationOf(op programme.Operation) operation {
	return operation{ID: op.ID, Kind: op.Kind, Cohort: op.Cohort, Ref: op.Ref, State: op.State, Total: op.Total, Done: op.Done,
		Failed: op.Failed, Created: moment(op.Created), Finished: moment(op.Finished)}
}

func operationOfCommand(c programme.Command) programme.Operation {
	op := programme.Operation{ID: c.ID, Kind: "command", Cohort: c.Cohort, Ref: c.Ref, State: operationRunning, Total: 1}
	switch c.State {
	case programme.CommandApplied:
		op.State, op.Done = operationDone, 1
	case programme.CommandRefused, programme.CommandAbandoned:
		op.State, op.Failed = operationFailed, 1
	}
	return op
}

func operationPath(id string) string { return Base + "/operations/" + url.PathEscape(id) }
