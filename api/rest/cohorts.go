package rest

import (
	"context"
	"errors"
	"net/http"
	"strconv"
	"time"

	"fairlead/programme"

	"github.com/danielgtaylor/huma/v2"
)

type cohort struct {
	Name       string                             `json:"name"`
	Title      string                             `json:"title" doc:"The blueprint's title"`
	Blueprint  string                             `json:"blueprint"`
	StartsOn   string                             `json:"starts_on" format:"date" doc:"The Monday of residential 1's week"`
	Route      programme.Route                    `json:"route"`
	Places     int                                `json:"places"`
	PlacesHeld *int                               `json:"places_held" doc:"Null for a researcher"`
	Owner      string                             `json:"owner"`
	Deputy     string                             `json:"deputy"`
	Signatory  string                             `json:"signatory" doc:"Signs the mails"`
	Contact    string                             `json:"contact" doc:"Address printed in the mails, also Reply-To"`
	Openings   map[string]string                  `json:"openings" doc:"The cohort's own opening paragraphs, by message"`
	Overrides  map[string]programme.StageOverride `json:"overrides" doc:"The cohort's own dates and cadences, by stage"`
	State      string                             `json:"state" enum:"draft,launched"`
	Now        *time.Time                         `json:"now" doc:"Programme time"`
	Clock      *clock                             `json:"clock" doc:"Null on the real clock"`
	LaunchedAt *time.Time                         `json:"launched_at"`
	Counts     *counts                            `json:"counts,omitempty" doc:"Not in lists"`
	Faults     []blueprintFault                   `json:"faults,omitzero" doc:"What forbids a launch; not in lists"`
	Warnings   []blueprintFault                   `json:"warnings,omitzero" doc:"What to look at before a launch; not in lists"`
	Version    int64                              `json:"version"`
}

type clock struct {
	Day   string     `json:"day" doc:"How long a programme day takes" example:"1.5s"`
	Start *time.Time `json:"start" doc:"The programme moment at which it began"`
	Began *time.Time `json:"began" doc:"The real moment at which it began"`
}

// CohortPath names the cohort in an address.
type CohortPath struct {
	Cohort string `path:"cohort" doc:"Name of the cohort" example:"2027-spring"`
}

type cohortOutput struct {
	Status   int
	ETag     string `header:"ETag" doc:"Version of the cohort's settings, for If-Match"`
	Location string `header:"Location"`
	Body     cohort
}

func (a *API) cohortCalls(calls huma.API) {
	serve(a, calls, huma.Operation{OperationID: "list-cohorts", Method: http.MethodGet, Path: "/cohorts", Tags: []string{"Cohorts"},
		Summary: "List cohorts", Errors: []int{http.StatusUnprocessableEntity}}, a.listCohorts)
	serve(a, calls, huma.Operation{OperationID: "create-cohort", Method: http.MethodPost, Path: "/cohorts", Tags: []string{"Cohorts"},
		Summary: "Create a cohort", DefaultStatus: http.StatusCreated,
		Description: "The same body again answers 200 and changes nothing; the name of a different cohort is 409."}, a.createCohort)
	serve(a, calls, huma.Operation{OperationID: "get-cohort", Method: http.MethodGet, Path: "/cohorts/{cohort}", Tags: []string{"Cohorts"},
		Summary: "Show a cohort with its counts", Errors: []int{http.StatusNotFound}}, a.getCohort)
	serve(a, calls, huma.Operation{OperationID: "change-cohort", Method: http.MethodPatch, Path: "/cohorts/{cohort}", Tags: []string{"Cohorts"},
		Summary:     "Change a cohort's people, texts, dates and cadences",
		Description: "Needs If-Match with the ETag that was read. Fields that are left out stay as they are.",
		Errors:      []int{http.StatusNotFound, http.StatusPreconditionFailed, http.StatusPreconditionRequired}}, a.changeCohort)
	serve(a, calls, huma.Operation{OperationID: "launch-cohort", Method: http.MethodPost, Path: "/cohorts/{cohort}/launch", Tags: []string{"Cohorts"},
		Summary: "Launch a cohort, or start those who joined since", DefaultStatus: http.StatusAccepted,
		Description: "Starts every journey not yet started. A second launch starts newcomers alone.",
		Errors:      []int{http.StatusNotFound, http.StatusUnprocessableEntity}}, a.launch)
}

func (a *API) listCohorts(ctx context.Context, in *struct{ Paging }) (*listOutput[cohort], error) {
	after, err := in.after()
	if err != nil {
		return nil, err
	}
	found, next, err := a.o.Store.Cohorts(ctx, after, in.Limit)
	if err != nil {
		return nil, err
	}
	ticking, err := a.o.Store.Clock(ctx)
	if err != nil {
		return nil, err
	}
	now, who := a.o.Store.Now(ctx), callerOf(ctx).role
	return pageOf(&in.Paging, found, next, func(c programme.Cohort) cohort { return a.cohortOf(c, ticking, now, who) }), nil
}

func (a *API) getCohort(ctx context.Context, in *CohortPath) (*cohortOutput, error) {
	return a.showCohort(ctx, in.Cohort, http.StatusOK)
}

// showCohort is a cohort as it stands, with its counts and what its check says.
func (a *API) showCohort(ctx context.Context, name string, status int) (*cohortOutput, error) {
	c, err := a.o.Store.Cohort(ctx, name)
	if err != nil {
		return nil, err
	}
	found, err := a.o.Store.CohortCounts(ctx, name)
	if err != nil {
		return nil, err
	}
	ticking, err := a.o.Store.Clock(ctx)
	if err != nil {
		return nil, err
	}
	who := callerOf(ctx).role
	shown := a.cohortOf(c, ticking, a.o.Store.Now(ctx), who)
	shown.Counts = countsOf(found, who)
	b, err := a.blueprintNamed(c.Blueprint)
	if err != nil && !errors.Is(err, programme.ErrNotFound) {
		return nil, err
	}
	if err == nil {
		faults, warnings := programme.Check(b, c, a.o.Calendar)
		if c.Launched.IsZero() {
			sittings, err := a.sittingsByStage(ctx, name)
			if err != nil {
				return nil, err
			}
			warnings = append(warnings, programme.SittingWarnings(b, sittings)...)
		}
		staff, err := a.o.Store.StaffAddresses(ctx)
		if err != nil {
			return nil, err
		}
		warnings = append(warnings, programme.OwnerWarnings(b, c, staff)...)
		shown.Faults, shown.Warnings = faultsOf(faults), faultsOf(warnings)
	}
	out := &cohortOutput{Status: status, ETag: etag(c.Version), Body: shown}
	if status == http.StatusCreated {
		out.Location = Base + "/cohorts/" + c.Name
	}
	return out, nil
}

// sittingsByStage are the dates of a cohort's events, by event.
func (a *API) sittingsByStage(ctx context.Context, cohort string) (map[string][]programme.Sitting, error) {
	all, err := a.o.Store.Sittings(ctx, cohort)
	by := map[string][]programme.Sitting{}
	for _, s := range all {
		by[s.Stage] = append(by[s.Stage], s)
	}
	return by, err
}

func (a *API) cohortOf(c programme.Cohort, ticking programme.Clock, now time.Time, who role) cohort {
	shown := cohort{Name: c.Name, Title: c.Blueprint, Blueprint: c.Blueprint, StartsOn: c.StartsOn.String(), Route: c.Route, Places: c.Places,
		PlacesHeld: &c.PlacesHeld, Owner: c.Owner, Deputy: c.Deputy, Signatory: c.Signatory, Contact: c.Contact,
		Openings: c.Openings, Overrides: c.Overrides, State: "draft", Now: moment(now), LaunchedAt: moment(c.Launched), Version: c.Version}
	if b, err := a.blueprintNamed(c.Blueprint); err == nil {
		shown.Title = b.Title
	}
	if !c.Launched.IsZero() {
		shown.State = "launched"
	}
	if ticking.Fast() {
		shown.Clock = &clock{Day: ticking.Day.String(), Start: moment(ticking.Start), Began: moment(ticking.Began)}
	}
	if shown.Openings == nil {
		shown.Openings = map[string]string{}
	}
	if shown.Overrides == nil {
		shown.Overrides = map[string]programme.StageOverride{}
	}
	if who == researcher {
		shown.PlacesHeld, shown.Owner, shown.Deputy, shown.Signatory, shown.Contact = nil, "", "", "", ""
		shown.Openings, shown.Overrides = map[string]string{}, map[string]programme.StageOverride{}
	}
	return shown
}

// etag names a version of a cohort's settings. It says nothing of its counts, which change by the hour: a GET is never
// answered 304.
func etag(version int64) string { return `"` + strconv.FormatInt(version, 10) + `"` }

// ofCohort are the faults of a cohort as refusals of a call that does not carry them in its body.
func ofCohort(faults []programme.Fault) error {
	invalid := &programme.Invalid{}
	for _, f := range faults {
		invalid.Faults = append(invalid.Faults, programme.Fault{Line: f.Line, Text: f.Text})
	}
	return invalid
}

type launchOutput struct {
	Location string `header:"Location" doc:"The operation to watch"`
	Body     struct {
		Operation operation `json:"operation"`
		Started   int       `json:"started" doc:"How many journeys it starts"`
	}
}

func (a *API) launch(ctx context.Context, in *CohortPath) (*launchOutput, error) {
	op, err := a.LaunchCohort(ctx, in.Cohort, callerOf(ctx).actor())
	if invalid, ok := errors.AsType[*programme.Invalid](err); ok {
		return nil, ofCohort(invalid.Faults)
	}
	if err != nil {
		return nil, err
	}
	out := &launchOutput{Location: operationPath(op.ID)}
	out.Body.Operation, out.Body.Started = operationOf(op), op.Total
	return out, nil
}
