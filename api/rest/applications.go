package rest

import (
	"context"
	"net/http"
	"slices"
	"time"

	"fairlead/programme"

	"github.com/danielgtaylor/huma/v2"
)

// Applications are what people who were not invited send, and what staff decide on it. Of a cohort to which nobody
// applies all are ErrNotFound.
type Applications interface {
	// Applicants are a cohort's applications by reference, without what they say; an empty state means all.
	Applicants(ctx context.Context, cohort string, state programme.JourneyState, after string, limit int) ([]programme.Applicant, string, error)
	// Release tells recorded decisions, or in a dry run says whom it would tell what: *programme.Illegal where there are
	// more offers than places, *programme.Invalid where one of those it names has nothing to tell.
	Release(ctx context.Context, cohort string, order programme.ReleaseOrder, at time.Time) (programme.Release, error)
	// IssueLateCode issues a code; *programme.Invalid where its day is none.
	IssueLateCode(ctx context.Context, cohort string, expires programme.Date, note, actor string, at time.Time) (programme.LateCode, error)
	LateCodes(ctx context.Context, cohort, after string, limit int) ([]programme.LateCode, string, error)
}

type application struct {
	Ref       string                 `json:"ref"`
	State     programme.JourneyState `json:"state"`
	Name      string                 `json:"name" doc:"Empty until the application is sent, and for ops"`
	Submitted *time.Time             `json:"submitted"`
	Deadline  *time.Time             `json:"deadline" doc:"Until when it can be sent or changed"`
	Decision  programme.Decision     `json:"decision" doc:"As recorded; empty: none"`
	Decided   *time.Time             `json:"decided"`
	Released  *time.Time             `json:"released" doc:"When the decision took effect; null: nobody was told"`
}

type applicationsInput struct {
	CohortPath
	Paging
	State programme.JourneyState `query:"state" maxLength:"20" doc:"Only journeys in this state"`
}

type decideOrder struct {
	Because
	Decision string `json:"decision" enum:"offer,waitlist,reject"`
}

func (o decideOrder) fill(c *programme.Command) error {
	c.Decision = programme.Decision(o.Decision)
	return nil
}

type releaseInput struct {
	CohortPath
	Paging
	DryRun bool `query:"dry_run" doc:"Say whom it would tell what, and change nothing"`
	Body   struct {
		Because
		Refs []string `json:"refs,omitempty" maxItems:"1000" doc:"Only these; left out: everybody with a decision that was not told yet"`
	}
}

type releaseOutput struct {
	Status   int
	Location string `header:"Location" doc:"With 202: the operation to watch"`
	Link     string `header:"Link" doc:"With dry_run: the next page, as rel=next"`
	Body     releaseResult
}

// releaseResult is what a release does, or would do.
type releaseResult struct {
	DryRun    bool                 `json:"dry_run"`
	Count     int                  `json:"count" doc:"How many decisions, on all pages"`
	Offers    int                  `json:"offers" doc:"How many of them are offers"`
	Free      int                  `json:"free" doc:"Places that were free before"`
	People    []programme.Released `json:"people" doc:"Who is told what; with dry_run a page at a time, and a release is of all pages"`
	Next      *string              `json:"next" doc:"With dry_run: the cursor of the next page, null on the last. What was released stands in list-applications"`
	Operation *operation           `json:"operation" doc:"Null for a dry run"`
}

type lateCode struct {
	ID       string     `json:"id"`
	Code     string     `json:"code,omitempty" doc:"Only in the answer to whoever issued it: it is not kept"`
	Expires  *time.Time `json:"expires"`
	Note     string     `json:"note"`
	IssuedBy string     `json:"issued_by"`
	Issued   *time.Time `json:"issued"`
	UsedBy   string     `json:"used_by" doc:"The address that used it, or empty"`
	Used     *time.Time `json:"used"`
	Ref      string     `json:"ref" doc:"The application it opened, or empty"`
}

type issueInput struct {
	CohortPath
	Body struct {
		ExpiresOn string `json:"expires_on" format:"date" doc:"It works until 17:00 London on this day" example:"2026-07-17"`
		Note      string `json:"note,omitempty" maxLength:"2000" doc:"For whom and why; stays in the records"`
	}
}

type issueOutput struct{ Body lateCode }

type lateCodesInput struct {
	CohortPath
	Paging
}

func (a *API) applicationCalls(calls huma.API) {
	command[decideOrder](a, calls, programme.CmdDecide, "Record what was decided on an application; nobody is told before it is released")
	missing := []int{http.StatusNotFound, http.StatusUnprocessableEntity}
	serve(a, calls, huma.Operation{OperationID: "list-applications", Method: http.MethodGet, Path: "/cohorts/{cohort}/applications", Tags: []string{"Applications"},
		Summary: "List a cohort's applications with what was decided", Errors: missing}, a.listApplications)
	serve(a, calls, huma.Operation{OperationID: "release-decisions", Method: http.MethodPost, Path: "/cohorts/{cohort}/release", Tags: []string{"Applications"},
		Summary: "Tell recorded decisions, all or some", DefaultStatus: http.StatusAccepted,
		Description: "Whole or not at all: 409 names how many places are free where there are more offers. A decision is told once, however often this is called.",
		Errors:      missing}, a.release)
	serve(a, calls, huma.Operation{OperationID: "issue-late-code", Method: http.MethodPost, Path: "/cohorts/{cohort}/late-codes", Tags: []string{"Applications"},
		Summary: "Issue a code that lets one person apply after the deadline", DefaultStatus: http.StatusCreated,
		Description: "The code stands in this answer alone. It works once.", Errors: missing}, a.issueLateCode)
	serve(a, calls, huma.Operation{OperationID: "list-late-codes", Method: http.MethodGet, Path: "/cohorts/{cohort}/late-codes", Tags: []string{"Applications"},
		Summary: "List late codes: who used each, and when", Errors: missing}, a.listLateCodes)
}

func (a *API) listApplications(ctx context.Context, in *applicationsInput) (*listOutput[application], error) {
	after, err := in.after()
	if err != nil {
		return nil, err
	}
	if in.State != "" && !slices.Contains(programme.JourneyStates(), in.State) {
		return nil, programme.Refuse("state", "There is no such state.")
	}
	found, next, err := a.o.Store.Applicants(ctx, in.Cohort, in.State, after, in.Limit)
	if err != nil {
		return nil, err
	}
	who := callerOf(ctx).role
	return pageOf(&in.Paging, found, next, func(p programme.Applicant) application {
		shown := application{Ref: p.Journey.Ref, State: p.Journey.State, Submitted: moment(p.Submitted), Deadline: moment(p.Deadline),
			Decision: p.Decision, Decided: moment(p.Decided), Released: moment(p.Released)}
		if who.personal() {
			shown.Name = p.Journey.Person.Name
		}
		return shown
	}), nil
}

func (a *API) release(ctx context.Context, in *releaseInput) (*releaseOutput, error) {
	if err := in.onlyOf(in.DryRun); err != nil {
		return nil, err
	}
	reason, note := in.Body.why()
	r, err := a.o.Store.Release(ctx, in.Cohort, programme.ReleaseOrder{Refs: in.Body.Refs, Reason: reason, Note: note, Actor: callerOf(ctx).actor(), DryRun: in.DryRun}, a.o.Store.Now(ctx))
	if err != nil {
		return nil, err
	}
	page, err := pageIn(&in.Paging, r.People, func(p programme.Released) string { return p.Ref }, func(p programme.Released) programme.Released { return p })
	if err != nil {
		return nil, err
	}
	out := &releaseOutput{Status: http.StatusOK, Body: releaseResult{DryRun: in.DryRun, Count: len(r.People), Offers: r.Offers(), Free: r.Free, People: page.Body.Items}}
	if in.DryRun {
		out.Link, out.Body.Next = page.Link, page.Body.Next
	} else {
		op := operationOf(r.Operation)
		out.Status, out.Location, out.Body.Operation = http.StatusAccepted, operationPath(op.ID), &op
	}
	return out, nil
}

func (a *API) issueLateCode(ctx context.Context, in *issueInput) (*issueOutput, error) {
	expires, err := programme.ParseDate(in.Body.ExpiresOn)
	if err != nil {
		return nil, programme.Refuse("expires_on", "Write a date like 2026-07-17.")
	}
	issued, err := a.o.Store.IssueLateCode(ctx, in.Cohort, expires, in.Body.Note, callerOf(ctx).actor(), a.o.Store.Now(ctx))
	if err != nil {
		return nil, err
	}
	return &issueOutput{lateCodeOf(issued)}, nil
}

func (a *API) listLateCodes(ctx context.Context, in *lateCodesInput) (*listOutput[lateCode], error) {
	after, err := in.after()
	if err != nil {
		return nil, err
	}
	found, next, err := a.o.Store.LateCodes(ctx, in.Cohort, after, in.Limit)
	if err != nil {
		return nil, err
	}
	return pageOf(&in.Paging, found, next, lateCodeOf), nil
}

func lateCodeOf(c programme.LateCode) lateCode {
	return lateCode{ID: c.ID, Code: c.Code, Expires: moment(c.Expires), Note: c.Note, IssuedBy: c.IssuedBy, Issued: moment(c.Issued),
		UsedBy: c.UsedBy, Used: moment(c.Used), Ref: c.Ref}
}
