package rest

import (
	"context"
	"net/http"
	"slices"
	"strings"
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
	Paging
	DryRun bool `query:"dry_run" doc:"Show the pairs and their reasons and change nothing"`
}

type leaveInput struct {
	CoachPath
	Paging
	Body struct{ Because }
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
	Link string `header:"Link" doc:"With dry_run: the next page, as rel=next"`
	Body matched
}

// matched is what a match did, or would do.
type matched struct {
	DryRun    bool        `json:"dry_run"`
	Matched   int         `json:"matched" doc:"How many leaders got a coach, on all pages"`
	Without   int         `json:"without" doc:"For how many there is none, on all pages"`
	Pairs     []coachPair `json:"pairs"`
	Unmatched []coachless `json:"unmatched"`
	Next      *string     `json:"next" doc:"With dry_run: the cursor of the next page. What a match did beyond its first page stands in list-matches, and each leader without a coach among the tasks"`
}

type matchesInput struct {
	CohortPath
	Paging
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
	serve(a, calls, huma.Operation{OperationID: "list-matches", Method: http.MethodGet, Path: "/cohorts/{cohort}/matches",
		Tags: []string{"Coaching"}, Summary: "List which leader has which coach, and why", Errors: []int{http.StatusNotFound, http.StatusUnprocessableEntity}}, a.listMatches)
	serve(a, calls, huma.Operation{OperationID: "coach-leaves", Method: http.MethodPost, Path: "/cohorts/{cohort}/coaches/{coach}/leave",
		Tags: []string{"Coaching"}, Summary: "Take a coach out of a cohort",
		Description: "Each of their leaders gets the next best coach, or becomes a task; reason and note stand in the history of each. A repeat goes on where the first stopped.",
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
	if err := in.onlyOf(in.DryRun); err != nil {
		return nil, err
	}
	report, err := a.o.Store.MatchCohort(ctx, in.Cohort, in.DryRun, callerOf(ctx).actor())
	if err != nil {
		return nil, err
	}
	return matchAnswer(&in.Paging, report, in.DryRun)
}

func (a *API) listMatches(ctx context.Context, in *matchesInput) (*listOutput[coachPair], error) {
	if _, err := a.o.Store.Cohort(ctx, in.Cohort); err != nil {
		return nil, err
	}
	pairs, err := a.o.Store.Matches(ctx, in.Cohort)
	if err != nil {
		return nil, err
	}
	return pageIn(&in.Paging, pairs, func(p programme.Pair) string { return p.Ref }, pairOf)
}

func (a *API) coachLeaves(ctx context.Context, in *leaveInput) (*matchOutput, error) {
	if err := in.onlyOf(false); err != nil {
		return nil, err
	}
	reason, note := in.Body.why()
	report, err := a.o.Store.CoachLeaves(ctx, in.Cohort, in.Coach, reason, note, callerOf(ctx).actor())
	if err != nil {
		return nil, err
	}
	return matchAnswer(&in.Paging, report, false)
}

func pairOf(p programme.Pair) coachPair {
	pair := coachPair{Ref: p.Ref, Coach: p.Coach, Reasons: []string{}}
	for _, code := range p.Reasons {
		pair.Reasons = append(pair.Reasons, programme.ReasonWords(code))
	}
	return pair
}

// matchAnswer is a page of what a match did, leader by leader. Asked again, a match that was made does nothing: it has no
// further pages.
func matchAnswer(p *Paging, report programme.MatchReport, dryRun bool) (*matchOutput, error) {
	out := &matchOutput{Body: matched{DryRun: dryRun, Matched: len(report.Pairs), Without: len(report.Unmatched), Pairs: []coachPair{}, Unmatched: []coachless{}}}
	why := map[string]string{}
	leaders := slices.Clone(report.Pairs)
	for _, u := range report.Unmatched {
		why[u.Ref] = programme.ReasonWords(u.Why)
		leaders = append(leaders, programme.Pair{Ref: u.Ref})
	}
	slices.SortFunc(leaders, func(a, b programme.Pair) int { return strings.Compare(a.Ref, b.Ref) })
	page, err := pageIn(p, leaders, func(l programme.Pair) string { return l.Ref }, func(l programme.Pair) programme.Pair { return l })
	if err != nil {
		return nil, err
	}
	for _, one := range page.Body.Items {
		if words, none := why[one.Ref]; none {
			out.Body.Unmatched = append(out.Body.Unmatched, coachless{Ref: one.Ref, Why: words})
		} else {
			out.Body.Pairs = append(out.Body.Pairs, pairOf(one))
		}
	}
	if dryRun {
		out.Link, out.Body.Next = page.Link, page.Body.Next
	}
	return out, nil
}
