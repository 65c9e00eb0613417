package rest

import (
	"context"
	"net/http"
	"time"

	"fairlead/programme"

	"github.com/danielgtaylor/huma/v2"
)

// Selecting is who scores a cohort's applications. A cohort to which nobody applies is ErrNotFound.
type Selecting interface {
	Scoring(ctx context.Context, cohort string) (programme.Scoring, error)
	// Assign says with dryRun what it would do; *programme.Invalid for a number that no application can have. A repeat changes
	// nothing.
	Assign(ctx context.Context, cohort string, each int, actor string, dryRun bool, at time.Time) (programme.Assignments, error)
}

type selectorLoad struct {
	Email         string   `json:"email"`
	Organisations []string `json:"organisations" doc:"Empty: not known, so nothing is assigned"`
	Assigned      int      `json:"assigned" doc:"Applications of the cohort"`
	Scored        int      `json:"scored"`
	Conflicts     int      `json:"conflicts" doc:"Declared"`
}

type scoredApplication struct {
	Ref       string     `json:"ref"`
	Selectors int        `json:"selectors" doc:"Who have it"`
	Scored    int        `json:"scored"`
	Conflicts int        `json:"conflicts" doc:"Declared"`
	Due       *time.Time `json:"due" doc:"Until when scores are missing; null: none are"`
	Late      bool       `json:"late"`
}

type scoringOutput struct {
	Body struct {
		Each         int                 `json:"each" doc:"Selectors for each application; 0: nothing was assigned yet"`
		Applications []scoredApplication `json:"applications" doc:"Those under review, by reference"`
		Selectors    []selectorLoad      `json:"selectors"`
	}
}

type assignInput struct {
	CohortPath
	DryRun bool `query:"dry_run" doc:"Say what it would do, and change nothing"`
	Body   struct {
		Each int `json:"each" minimum:"1" maximum:"5" doc:"Selectors for each application" example:"2"`
	}
}

type tooFew struct {
	Ref    string `json:"ref"`
	Has    int    `json:"has"`
	Wanted int    `json:"wanted"`
	Why    string `json:"why"`
}

type assignOutput struct {
	Body struct {
		DryRun    bool     `json:"dry_run"`
		Assigned  int      `json:"assigned" doc:"How many assignments are new"`
		TakenBack int      `json:"taken_back"`
		Short     []tooFew `json:"short" doc:"Applications that cannot have as many"`
	}
}

func (a *API) scoringCalls(calls huma.API) {
	missing := []int{http.StatusNotFound, http.StatusUnprocessableEntity}
	serve(a, calls, huma.Operation{OperationID: "get-scoring", Method: http.MethodGet, Path: "/cohorts/{cohort}/scoring", Tags: []string{"Applications"},
		Summary: "See who scores a cohort's applications, and what is left", Errors: missing}, a.getScoring)
	serve(a, calls, huma.Operation{OperationID: "assign-applications", Method: http.MethodPost, Path: "/cohorts/{cohort}/assign", Tags: []string{"Applications"},
		Summary:     "Give every application under review to selectors",
		Description: "Evenly, and to nobody of the applicant's organisation. What is assigned stays: called again it adds what lacks.", Errors: missing}, a.assign)
}

func (a *API) getScoring(ctx context.Context, in *CohortPath) (*scoringOutput, error) {
	scoring, err := a.o.Store.Scoring(ctx, in.Cohort)
	if err != nil {
		return nil, err
	}
	out := &scoringOutput{}
	out.Body.Each, out.Body.Applications, out.Body.Selectors = scoring.Each, []scoredApplication{}, []selectorLoad{}
	for _, one := range scoring.Applications {
		out.Body.Applications = append(out.Body.Applications, scoredApplication{Ref: one.Ref, Selectors: one.Assigned, Scored: one.Scored, Conflicts: one.Declared,
			Due: moment(one.Due), Late: one.Late})
	}
	for _, one := range scoring.Selectors {
		out.Body.Selectors = append(out.Body.Selectors, selectorLoad{Email: one.Email, Organisations: append([]string{}, one.Organisations...), Assigned: one.Assigned,
			Scored: one.Scored, Conflicts: one.Declared})
	}
	return out, nil
}

func (a *API) assign(ctx context.Context, in *assignInput) (*assignOutput, error) {
	done, err := a.o.Store.Assign(ctx, in.Cohort, in.Body.Each, callerOf(ctx).actor(), in.DryRun, a.o.Store.Now(ctx))
	if err != nil {
		return nil, err
	}
	out := &assignOutput{}
	out.Body.DryRun, out.Body.Assigned, out.Body.TakenBack, out.Body.Short = in.DryRun, len(done.Add), len(done.End), []tooFew{}
	for _, few := range done.Short {
		out.Body.Short = append(out.Body.Short, tooFew{few.Ref, few.Has, few.Wanted, few.Words()})
	}
	return out, nil
}
