package rest

import (
	"context"
	"net/http"
	"time"

	"fairlead/programme"

	"github.com/danielgtaylor/huma/v2"
)

type importCoachesInput struct {
	CohortPath
	DryRun  bool   `query:"dry_run" doc:"Report what would happen and change nothing"`
	RawBody []byte `contentType:"text/csv"`
}

type matchInput struct {
	CohortPath
	DryRun bool `query:"dry_run" doc:"Show the pairs and their reasons and change nothing"`
}

// CoachPath names one coach in an address.
type CoachPath struct {
	CohortPath
	Coach string `path:"coach" doc:"Reference of the coach" example:"C-7F3K2Q"`
}

// coachPair is one leader with the coach they have, or would have.
type coachPair struct {
	Ref     string   `json:"ref"`
	Coach   string   `json:"coach"`
	Reasons []string `json:"reasons" doc:"Why, in words"`
}

type coachless struct {
	Ref string `json:"ref"`
	Why string `json:"why" doc:"Why no coach is possible, in words; there is a task for it"`
}

type matchOutput struct {
	Body struct {
		DryRun    bool        `json:"dry_run"`
		Pairs     []coachPair `json:"pairs"`
		Unmatched []coachless `json:"unmatched"`
	}
}

func (a *API) coachingCalls(calls huma.API) {
	serve(a, calls, huma.Operation{OperationID: "import-coaches", Method: http.MethodPost, Path: "/cohorts/{cohort}/coaches",
		Tags: []string{"Coaching"}, Summary: "Import coaches, all rows or none",
		Description: "As text/csv with the columns of the coaches' spreadsheet. A row is its coach by ref, else by mail address; the same file again " +
			"changes nothing. Every fault is named with its row and column; row 1 is the column names.",
		MaxBodyBytes: maxSpreadsheet + 1, BodyReadTimeout: time.Minute,
		Errors: []int{http.StatusNotFound, http.StatusRequestEntityTooLarge, http.StatusUnsupportedMediaType},
	}, a.importCoaches)
	serve(a, calls, huma.Operation{OperationID: "match-coaches", Method: http.MethodPost, Path: "/cohorts/{cohort}/match",
		Tags: []string{"Coaching"}, Summary: "Find coaches for all leaders with a place who have none",
		Description: "Never a coach of the leader's own organisation, never beyond a capacity; then the load is balanced, then wishes are followed. " +
			"Who has a coach keeps them: the command change-coach gives one leader another.",
		Errors: []int{http.StatusNotFound}}, a.matchCoaches)
	serve(a, calls, huma.Operation{OperationID: "coach-leaves", Method: http.MethodPost, Path: "/cohorts/{cohort}/coaches/{coach}/leave",
		Tags: []string{"Coaching"}, Summary: "Take a coach out of a cohort",
		Description: "Each of their leaders gets the next best coach, or becomes a task. A repeat goes on where the first stopped.",
		Errors:      []int{http.StatusNotFound}}, a.coachLeaves)
}

func (a *API) importCoaches(ctx context.Context, in *importCoachesInput) (*importOutput, error) {
	if _, err := a.o.Store.Cohort(ctx, in.Cohort); err != nil {
		return nil, err
	}
	rows, faults := programme.ReadCoaches(in.RawBody)
	if len(faults) > 0 {
		return nil, &programme.Invalid{Faults: faults}
	}
	report, err := a.o.Store.ImportCoaches(ctx, in.Cohort, rows, in.DryRun, callerOf(ctx).actor())
	if err != nil {
		return nil, err
	}
	out := &importOutput{}
	out.Body.DryRun, out.Body.ImportReport = in.DryRun, report
	return out, nil
}

func (a *API) matchCoaches(ctx context.Context, in *matchInput) (*matchOutput, error) {
	report, err := a.o.Store.MatchCohort(ctx, in.Cohort, in.DryRun, callerOf(ctx).actor())
	if err != nil {
		return nil, err
	}
	return matchAnswer(report, in.DryRun), nil
}

func (a *API) coachLeaves(ctx context.Context, in *CoachPath) (*matchOutput, error) {
	report, err := a.o.Store.CoachLeaves(ctx, in.Cohort, in.Coach, callerOf(ctx).actor())
	if err != nil {
		return nil, err
	}
	return matchAnswer(report, false), nil
}

func matchAnswer(report programme.MatchReport, dryRun bool) *matchOutput {
	out := &matchOutput{}
	out.Body.DryRun, out.Body.Pairs, out.Body.Unmatched = dryRun, []coachPair{}, []coachless{}
	for _, p := range report.Pairs {
		pair := coachPair{Ref: p.Ref, Coach: p.Coach, Reasons: []string{}}
		for _, code := range p.Reasons {
			pair.Reasons = append(pair.Reasons, programme.ReasonWords(code))
		}
		out.Body.Pairs = append(out.Body.Pairs, pair)
	}
	for _, u := range report.Unmatched {
		out.Body.Unmatched = append(out.Body.Unmatched, coachless{Ref: u.Ref, Why: programme.ReasonWords(u.Why)})
	}
	return out
}
