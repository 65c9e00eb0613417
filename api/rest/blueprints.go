package rest

import (
	"context"
	"fmt"
	"net/http"
	"time"

	"fairlead/programme"

	"github.com/danielgtaylor/huma/v2"
)

// BlueprintSummary is a blueprint in a list.
type BlueprintSummary struct {
	Name     string   `json:"name"`
	Title    string   `json:"title"`
	Summary  string   `json:"summary"`
	Runnable bool     `json:"runnable" doc:"Whether a cohort of it can be launched with this version"`
	Missing  []string `json:"missing" doc:"Stages whose workflow comes with a later version"`
	Stages   int      `json:"stages"`
}

type blueprint struct {
	BlueprintSummary
	JoinUntil int              `json:"join_until" doc:"Week whose Thursday, 17:00 London, is the last joining moment"`
	LastJoins *time.Time       `json:"last_joining" doc:"That moment, where starts_on was given"`
	Stages    []blueprintStage `json:"stages"`
	Faults    []blueprintFault `json:"faults" doc:"What forbids a launch"`
	Warnings  []blueprintFault `json:"warnings" doc:"What somebody should look at before the launch"`
}

type blueprintStage struct {
	Name          string          `json:"name"`
	Kind          programme.Kind  `json:"kind"`
	Title         string          `json:"title"`
	Compulsory    bool            `json:"compulsory"`
	Runs          bool            `json:"runs" doc:"Whether this version has a workflow for it"`
	OpensWeek     int             `json:"opens_week" doc:"Weeks from starts_on; the stage opens on the Monday"`
	DueWeek       *int            `json:"due_week" doc:"Due on the Thursday of this week, 17:00 London"`
	DueAfter      int             `json:"due_after" doc:"Or due so many working days after opening"`
	DueWeeksAfter int             `json:"due_weeks_after" doc:"Or due on the Thursday of so many weeks after the opening's"`
	LimitAfter    *int            `json:"limit_after" doc:"Working days after due; null means 10"`
	Hard          bool            `json:"hard" doc:"Due without grace"`
	RemindBefore  []int           `json:"remind_before" doc:"Reminders in days before due"`
	RemindAfter   []int           `json:"remind_after" doc:"Reminders in working days after the request"`
	AssistantRung int             `json:"assistant_rung" doc:"With this reminder the assistant gets a mail too; 0 means never"`
	AtLimit       string          `json:"at_limit"`
	OpensAfter    string          `json:"opens_after" doc:"Stage that must have ended first"`
	Follows       string          `json:"follows" doc:"Survey: the event after which it opens, instead of in a week"`
	MonthsAfter   int             `json:"months_after" doc:"Survey: opens so many calendar months after that event, when the year is over; 0 means days after it"`
	Survey        string          `json:"survey"`
	Instrument    string          `json:"instrument" doc:"Psychometrics: the instrument it asks"`
	Supplier      string          `json:"supplier" doc:"Psychometrics: the address of the supplier who holds the questionnaire instead"`
	Event         *blueprintEvent `json:"event"`
	OpensAt       *time.Time      `json:"opens_at" doc:"Where starts_on was given"`
	Due           *time.Time      `json:"due"`
	Limit         *time.Time      `json:"limit"`
}

type blueprintEvent struct {
	Starts   string     `json:"starts" doc:"Day and London time, in the week"`
	Ends     string     `json:"ends"`
	Week     int        `json:"week"`
	Online   bool       `json:"online"`
	Days     string     `json:"days" doc:"Compulsory days in words"`
	StartsAt *time.Time `json:"starts_at" doc:"Where starts_on was given"`
	EndsAt   *time.Time `json:"ends_at"`
}

type blueprintFault struct {
	Detail string `json:"detail"`
	Line   int    `json:"line,omitempty" doc:"Line of the blueprint"`
	Field  string `json:"field,omitempty"`
}

type blueprintsOutput struct{ Body list[BlueprintSummary] }

type blueprintInput struct {
	Name     string `path:"name" doc:"Name of the blueprint"`
	StartsOn string `query:"starts_on" format:"date" doc:"A Monday: gives every stage its dates" example:"2027-03-01"`
}

type blueprintOutput struct{ Body blueprint }

func (a *API) blueprintCalls(calls huma.API) {
	serve(a, calls, huma.Operation{OperationID: "list-blueprints", Method: http.MethodGet, Path: "/blueprints", Tags: []string{"Blueprints"},
		Summary: "List the shapes a year can take"}, a.listBlueprints)
	serve(a, calls, huma.Operation{OperationID: "get-blueprint", Method: http.MethodGet, Path: "/blueprints/{name}", Tags: []string{"Blueprints"},
		Summary: "Show a blueprint, with dates where starts_on is given", Errors: []int{http.StatusNotFound}}, a.getBlueprint)
}

func (a *API) listBlueprints(context.Context, *struct{}) (*blueprintsOutput, error) {
	out := &blueprintsOutput{Body: list[BlueprintSummary]{Items: []BlueprintSummary{}}}
	for _, b := range a.o.Blueprints() {
		out.Body.Items = append(out.Body.Items, summaryOf(b))
	}
	return out, nil
}

func (a *API) getBlueprint(_ context.Context, in *blueprintInput) (*blueprintOutput, error) {
	b, err := a.blueprintNamed(in.Name)
	if err != nil {
		return nil, err
	}
	shown := blueprint{BlueprintSummary: summaryOf(b), JoinUntil: b.JoinUntil, Faults: []blueprintFault{}, Warnings: []blueprintFault{}}
	for _, s := range b.Stages {
		shown.Stages = append(shown.Stages, stageOf(s))
	}
	if in.StartsOn == "" {
		return &blueprintOutput{shown}, nil
	}
	startsOn, err := monday(in.StartsOn)
	if err != nil {
		return nil, refuseParameter("starts_on", "Write a Monday, as 2027-03-01.")
	}
	a.date(&shown, b, programme.Cohort{StartsOn: startsOn, Places: 1, Route: routeFor(b)})
	return &blueprintOutput{shown}, nil
}

// date gives the stages of a blueprint the dates they have in a cohort, and says what to look at.
func (a *API) date(shown *blueprint, b programme.Blueprint, c programme.Cohort) {
	faults, warnings := programme.Check(b, c, a.o.Calendar)
	shown.Faults, shown.Warnings = faultsOf(faults), faultsOf(warnings)
	shown.LastJoins = moment(b.LastJoining(c))
	blocked := b.ResidentialDays(c)
	for i := range shown.Stages {
		s := &shown.Stages[i]
		if terms, err := b.Terms(c, s.Name, a.o.Calendar, blocked); err == nil {
			s.OpensAt, s.Due, s.Limit = moment(terms.Opens), moment(terms.Due), moment(terms.Limit)
		}
		if s.Event == nil {
			continue
		}
		if from, to, err := b.EventTimes(c, s.Name); err == nil {
			s.Event.StartsAt, s.Event.EndsAt = moment(from), moment(to)
		}
	}
}

// routeFor is a route that a cohort of the blueprint could take.
func routeFor(b programme.Blueprint) programme.Route {
	for _, s := range b.Stages {
		if s.Kind == programme.KindSelection {
			return programme.RouteInvitation
		}
	}
	return programme.RouteConfirmed
}

// blueprintNamed finds a blueprint; an unknown name is ErrNotFound.
func (a *API) blueprintNamed(name string) (programme.Blueprint, error) {
	for _, b := range a.o.Blueprints() {
		if b.Name == name {
			return b, nil
		}
	}
	return programme.Blueprint{}, fmt.Errorf("blueprint %q: %w", name, programme.ErrNotFound)
}

func faultsOf(faults []programme.Fault) []blueprintFault {
	shown := make([]blueprintFault, 0, len(faults))
	for _, f := range faults {
		shown = append(shown, blueprintFault{Detail: f.Text, Line: f.Line, Field: f.Field})
	}
	return shown
}

func summaryOf(b programme.Blueprint) BlueprintSummary {
	missing := append([]string{}, programme.Unrunnable(b)...)
	return BlueprintSummary{Name: b.Name, Title: b.Title, Summary: b.Summary, Runnable: len(missing) == 0, Missing: missing, Stages: len(b.Stages)}
}

func stageOf(s programme.BlueprintStage) blueprintStage {
	shown := blueprintStage{Name: s.Name, Kind: s.Kind, Title: s.Title, Compulsory: s.Compulsory, Runs: s.Kind.Runs(),
		OpensWeek: s.OpensWeek, DueWeek: s.DueWeek, DueAfter: s.DueAfter, DueWeeksAfter: s.DueWeeksOn, LimitAfter: s.LimitAfter, Hard: s.Hard,
		RemindBefore: append([]int{}, s.Ladder.Before...), RemindAfter: append([]int{}, s.Ladder.After...),
		AssistantRung: s.Ladder.Assistant, AtLimit: s.AtLimit, OpensAfter: s.After, Follows: s.Follows, MonthsAfter: s.MonthsAfter, Survey: s.Survey,
		Instrument: s.Instrument, Supplier: s.Supplier}
	if s.Event != nil {
		shown.Event = &blueprintEvent{Starts: s.Event.Starts, Ends: s.Event.Ends, Week: s.Event.Week, Online: s.Event.Online, Days: s.Event.Days}
	}
	return shown
}

// monday reads a date that must be a Monday.
func monday(text string) (programme.Date, error) {
	d, err := programme.ParseDate(text)
	if err == nil && d.Weekday() != time.Monday {
		err = programme.Refuse("starts_on", "%s is no Monday.", d)
	}
	return d, err
}
