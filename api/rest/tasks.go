package rest

import (
	"context"
	"net/http"
	"time"

	"fairlead/programme"

	"github.com/danielgtaylor/huma/v2"
)

// task waits on a member of staff.
type task struct {
	ID        int64      `json:"id"`
	Cohort    string     `json:"cohort"`
	Ref       string     `json:"ref"`
	Stage     string     `json:"stage"`
	Sitting   string     `json:"sitting" doc:"Of a task about one date of an event: its name"`
	Code      string     `json:"code" example:"overdue"`
	Owner     string     `json:"owner"`
	Deputy    string     `json:"deputy"`
	Opened    *time.Time `json:"opened"`
	Escalated *time.Time `json:"escalated" doc:"When the head of the centre was told"`
	Done      *time.Time `json:"done"`
	DoneBy    string     `json:"done_by"`
	Note      string     `json:"note" doc:"Staff's own words; empty for ops"`
	Expected  int        `json:"expected" doc:"Of a register: how many leaders are on it"`
	Left      int        `json:"left" doc:"Of a register: how many are still to be noted. The task is done with the last"`
	Decides   bool       `json:"decides" doc:"Finishing it counts as the decision on compulsory days that have lapsed"`
}

type tasksInput struct {
	Paging
	Cohort string `query:"cohort" maxLength:"60"`
	Ref    string `query:"ref" maxLength:"20" doc:"Of one journey"`
	Open   string `query:"open" enum:"true,false" default:"true" doc:"false: those that are done as well"`
}

type finishInput struct {
	ID   int64 `path:"id" minimum:"1"`
	Body *struct {
		Note string `json:"note,omitempty" maxLength:"2000" doc:"What was done; what was decided and why, where the task decides: then it is required"`
	}
}

type finishOutput struct {
	Body struct {
		ID   int64 `json:"id"`
		Done bool  `json:"done"`
	}
}

func (a *API) taskCalls(calls huma.API) {
	serve(a, calls, huma.Operation{OperationID: "list-tasks", Method: http.MethodGet, Path: "/tasks", Tags: []string{"Tasks and operations"},
		Summary: "List what waits on staff", Errors: []int{http.StatusUnprocessableEntity}}, a.listTasks)
	serve(a, calls, huma.Operation{OperationID: "finish-task", Method: http.MethodPost, Path: "/tasks/{id}/done", Tags: []string{"Tasks and operations"},
		Summary: "Say that a task is done", Description: "One that is done already stays as it is. " +
			"Where the task decides, this counts as the decision on compulsory days that have lapsed: they stay so, and the network opens, or the journey " +
			"is completed, once nothing else is left. To ask the leader again instead, reopen the stage: that finishes the task too.",
		Errors: []int{http.StatusNotFound, http.StatusUnprocessableEntity}}, a.finishTask)
}

func (a *API) listTasks(ctx context.Context, in *tasksInput) (*listOutput[task], error) {
	after, err := in.afterNumber()
	if err != nil {
		return nil, err
	}
	found, next, err := a.o.Store.Tasks(ctx, programme.TaskFilter{Cohort: in.Cohort, Ref: in.Ref, Open: in.Open != "false"}, after, in.Limit)
	if err != nil {
		return nil, err
	}
	who := callerOf(ctx).role
	return pageOf(&in.Paging, found, numbered(next), func(t programme.Task) task {
		shown := task{ID: t.ID, Cohort: t.Cohort, Ref: t.Ref, Stage: t.Stage, Code: t.Code, Owner: t.Owner, Deputy: t.Deputy,
			Opened: moment(t.Opened), Escalated: moment(t.Escalated), Done: moment(t.Done), DoneBy: t.DoneBy,
			Sitting: t.Sitting, Expected: t.Expected, Left: t.Left, Decides: t.Decides}
		if who.personal() {
			shown.Note = t.Note
		}
		return shown
	}), nil
}

func (a *API) finishTask(ctx context.Context, in *finishInput) (*finishOutput, error) {
	note := ""
	if in.Body != nil {
		note = in.Body.Note
	}
	if err := a.o.Store.FinishTask(ctx, in.ID, callerOf(ctx).actor(), note, a.o.Store.Now(ctx)); err != nil {
		return nil, err
	}
	out := &finishOutput{}
	out.Body.ID, out.Body.Done = in.ID, true
	return out, nil
}
