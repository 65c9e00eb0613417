package rest

import (
	"context"
	"net/http"
	"net/url"
	"time"

	"fairlead/api"
	"fairlead/programme"

	"github.com/danielgtaylor/huma/v2"
)

type journey struct {
	Ref       string                 `json:"ref" example:"P-7F3K2Q"`
	Cohort    string                 `json:"cohort"`
	State     programme.JourneyState `json:"state"`
	HeldState programme.JourneyState `json:"held_state" doc:"The state to return to while on hold, else empty"`
	HeldFrom  *time.Time             `json:"held_from"`
	Continues string                 `json:"continues" doc:"The reference this one continues after a deferral"`
	Attention string                 `json:"attention" doc:"Code of what is parked, or empty"`
	Priority  int                    `json:"priority"`
	Group     string                 `json:"group"`
	Person    person                 `json:"person" doc:"Empty for ops"`
	Role      post                   `json:"role"`
	Assistant *assistant             `json:"assistant"`
	Stages    []stage                `json:"stages"`
	Places    []place                `json:"places,omitempty" doc:"The places at the year's events; not in lists"`
	Links     journeyLinks           `json:"links"`
	Version   int64                  `json:"version"`
}

type person struct {
	Title      string     `json:"title"`
	GivenName  string     `json:"given_name"`
	FamilyName string     `json:"family_name"`
	Email      string     `json:"email"`
	Phone      string     `json:"phone"`
	Suppressed string     `json:"suppressed" doc:"Why nothing is sent to the address, or empty"`
	Off        *time.Time `json:"unsubscribed_at,omitempty" doc:"When the leader turned optional mail off: the requests and reminders of the surveys after the year"`
	Private    string     `json:"private_suppressed,omitempty" doc:"Why nothing is sent to the leader's private address, which is shown to nobody"`
}

type post struct {
	JobTitle     string `json:"job_title"`
	Organisation string `json:"organisation"`
	Sector       string `json:"sector"`
	Region       string `json:"region"`
	RoleStarted  string `json:"role_started" doc:"Month"`
}

type assistant struct {
	Name  string                 `json:"name"`
	Email string                 `json:"email"`
	Phone string                 `json:"phone"`
	May   programme.AssistantMay `json:"may" doc:"Empty, dates, or dates_and_needs"`
}

type stage struct {
	Name        string               `json:"name"`
	Kind        programme.Kind       `json:"kind"`
	Title       string               `json:"title"`
	State       programme.StageState `json:"state"`
	Round       int                  `json:"round" doc:"1, and one more for every reopening; 0 before it opened"`
	WaitingOn   programme.Owner      `json:"waiting_on"`
	Since       *time.Time           `json:"since" doc:"Since when it waits on them"`
	OpensAt     *time.Time           `json:"opens_at"`
	Due         *time.Time           `json:"due"`
	Limit       *time.Time           `json:"limit" doc:"When the form closes"`
	Overdue     bool                 `json:"overdue"`
	Attention   string               `json:"attention"`
	Outcome     string               `json:"outcome"`
	AnsweredAt  *time.Time           `json:"answered_at" doc:"When the answer of this round that is kept was given"`
	TemporalURL string               `json:"temporal_url" doc:"Its workflow in the Temporal UI, once it opened"`
}

type journeyLinks struct {
	Console  string `json:"console" doc:"Its page in the console"`
	Temporal string `json:"temporal" doc:"Its workflow in the Temporal UI, once it was started"`
}

// JourneyPath names the journey in an address.
type JourneyPath struct {
	Ref string `path:"ref" doc:"Reference of the journey" example:"P-7F3K2Q"`
}

type journeyOutput struct{ Body journey }

type journeysInput struct {
	Paging
	Cohort    string                 `query:"cohort" maxLength:"60"`
	State     programme.JourneyState `query:"state" doc:"A state of a journey"`
	Stage     string                 `query:"stage" maxLength:"60" doc:"With an open stage of this name"`
	WaitingOn programme.Owner        `query:"waiting_on" enum:"participant,staff,selector,coach,supplier,calendar" doc:"With an open stage that waits on this owner; journeys on hold wait on nobody"`
	Overdue   string                 `query:"overdue" enum:"true,false" doc:"With an open stage past its due date, or without"`
	Query     string                 `query:"q" maxLength:"100" doc:"Beginnings of words of a name, organisation, address or reference; not for ops"`
}

func (a *API) journeyCalls(calls huma.API) {
	serve(a, calls, huma.Operation{OperationID: "list-journeys", Method: http.MethodGet, Path: "/journeys", Tags: []string{"Journeys"},
		Summary: "List journeys", Errors: []int{http.StatusUnprocessableEntity}}, a.listJourneys)
	serve(a, calls, huma.Operation{OperationID: "get-journey", Method: http.MethodGet, Path: "/journeys/{ref}", Tags: []string{"Journeys"},
		Summary: "Show a journey with every stage", Errors: []int{http.StatusNotFound}}, a.getJourney)
}

func (a *API) listJourneys(ctx context.Context, in *journeysInput) (*listOutput[journey], error) {
	who := callerOf(ctx).role
	if in.Query != "" && !who.personal() {
		// A search would tell by its hits what the fields do not show.
		return nil, api.NewProblem(api.NotAllowed, "The parameter q searches personal details, which your role does not see.")
	}
	if in.State != "" && !known(in.State) {
		return nil, refuseParameter("state", "Write a state of a journey, like enrolled or on_hold.")
	}
	filter := programme.JourneyFilter{Cohort: in.Cohort, State: in.State, Stage: in.Stage, WaitingOn: in.WaitingOn, Query: in.Query}
	if in.Overdue != "" {
		overdue := in.Overdue == "true"
		filter.Overdue = &overdue
	}
	after, err := in.after()
	if err != nil {
		return nil, err
	}
	found, next, err := a.o.Store.Journeys(ctx, filter, after, in.Limit)
	if err != nil {
		return nil, err
	}
	return pageOf(&in.Paging, found, next, func(j programme.Journey) journey { return a.journeyOf(j, who) }), nil
}

func known(state programme.JourneyState) bool {
	for _, s := range programme.JourneyStates() {
		if s == state {
			return true
		}
	}
	return false
}

func (a *API) getJourney(ctx context.Context, in *JourneyPath) (*journeyOutput, error) {
	j, err := a.o.Store.Journey(ctx, in.Ref)
	if err != nil {
		return nil, err
	}
	places, err := a.o.Store.Places(ctx, in.Ref)
	if err != nil {
		return nil, err
	}
	shown := a.journeyOf(j, callerOf(ctx).role)
	for _, p := range places {
		shown.Places = append(shown.Places, placeOf(p))
	}
	return &journeyOutput{shown}, nil
}

// journeyOf shows a journey. To ops everything that tells who it is stays empty: state, dates and codes are what they
// need.
func (a *API) journeyOf(j programme.Journey, who role) journey {
	shown := journey{Ref: j.Ref, Cohort: j.Cohort, State: j.State, HeldState: j.HeldState, HeldFrom: moment(j.HeldFrom),
		Continues: j.Continues, Attention: j.Attention, Priority: j.Priority, Group: j.Group, Stages: []stage{}, Version: j.Version,
		Person: person{Suppressed: j.Person.Suppressed, Private: j.Person.PrivateSuppressed, Off: moment(j.Person.Unsubscribed)},
		Role:   post{Sector: j.Role.Sector, Region: j.Role.Region},
		Links:  journeyLinks{Console: "/console/journeys/" + url.PathEscape(j.Ref)}}
	if j.Assistant != nil {
		shown.Assistant = &assistant{May: j.AssistantMay}
	}
	if who.personal() {
		shown.Person.Title, shown.Person.GivenName, shown.Person.FamilyName = j.Person.Title, j.Person.GivenName, j.Person.FamilyName
		shown.Person.Email, shown.Person.Phone = j.Person.Email, j.Person.Phone
		shown.Role.JobTitle, shown.Role.Organisation, shown.Role.RoleStarted = j.Role.JobTitle, j.Role.Organisation, j.Role.RoleStarted
		if j.Assistant != nil {
			shown.Assistant.Name, shown.Assistant.Email, shown.Assistant.Phone = j.Assistant.Name, j.Assistant.Email, j.Assistant.Phone
		}
	}
	if j.Started {
		shown.Links.Temporal = a.temporalURL(programme.JourneyID(j.Cohort, j.Ref))
	}
	for _, s := range j.Stages {
		one := stage{Name: s.Name, Kind: s.Kind, Title: s.Title, State: s.State, Round: s.Round, WaitingOn: s.WaitingOn, Since: moment(s.Since),
			OpensAt: moment(s.OpensAt), Due: moment(s.Due), Limit: moment(s.Limit), Overdue: s.Overdue, Attention: s.Attention, Outcome: s.Outcome,
			AnsweredAt: moment(s.AnsweredAt)}
		if j.HasWorkflow(s) {
			one.TemporalURL = a.temporalURL(programme.StageID(j.Cohort, j.Ref, s.Name))
		}
		shown.Stages = append(shown.Stages, one)
	}
	return shown
}

// temporalURL is a workflow's page in the Temporal UI, latest run first; empty where no UI is known.
func (a *API) temporalURL(workflowID string) string {
	if a.o.TemporalUI == "" {
		return ""
	}
	return a.o.TemporalUI + "/namespaces/" + url.PathEscape(a.o.Namespace) + "/workflows/" + url.PathEscape(workflowID)
}
