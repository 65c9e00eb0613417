package rest

import (
	"context"
	"errors"
	"net/http"
	"reflect"
	"strings"
	"time"

	"fairlead/api"
	"fairlead/programme"

	"github.com/danielgtaylor/huma/v2"
	"github.com/google/uuid"
)

// sittingChange is one date of an event as staff set it.
type sittingChange struct {
	Name     string          `json:"name" minLength:"1" maxLength:"20" doc:"Short and for good: a, b, main" example:"a"`
	Group    string          `json:"group,omitempty" maxLength:"60" doc:"The group of the spreadsheet whose leaders it serves"`
	Starts   time.Time       `json:"starts_at" format:"date-time"`
	Ends     time.Time       `json:"ends_at" format:"date-time"`
	Night    bool            `json:"night_before,omitempty" doc:"Rooms are booked for the night before"`
	Venue    string          `json:"venue,omitempty" maxLength:"300"`
	Address  string          `json:"address,omitempty" maxLength:"300"`
	Online   bool            `json:"online,omitempty"`
	JoinURL  string          `json:"join_url,omitempty" maxLength:"1000"`
	Capacity int             `json:"capacity" minimum:"1" maximum:"100000"`
	Minimum  int             `json:"minimum,omitempty" minimum:"0" maximum:"100000"`
	Sessions []sessionChange `json:"sessions,omitempty" maxItems:"50"`
}

type sessionChange struct {
	Starts    time.Time `json:"starts_at" format:"date-time"`
	Title     string    `json:"title" minLength:"1" maxLength:"300"`
	Speaker   string    `json:"speaker,omitempty" maxLength:"300"`
	Materials string    `json:"materials,omitempty" maxLength:"1000" doc:"An address on the web"`
}

func (c sittingChange) sitting() programme.Sitting {
	s := programme.Sitting{Name: c.Name, Group: strings.TrimSpace(c.Group), Starts: c.Starts.UTC(), Ends: c.Ends.UTC(), Night: c.Night,
		Venue: strings.TrimSpace(c.Venue), Address: strings.TrimSpace(c.Address), Online: c.Online, JoinURL: strings.TrimSpace(c.JoinURL),
		Capacity: c.Capacity, Minimum: c.Minimum, State: programme.SittingPlanned}
	for _, one := range c.Sessions {
		s.Sessions = append(s.Sessions, programme.Session{Starts: one.Starts.UTC(), Title: strings.TrimSpace(one.Title),
			Speaker: strings.TrimSpace(one.Speaker), Materials: strings.TrimSpace(one.Materials)})
	}
	return s
}

// sittings are the dates that a change of a cohort sets, by stage.
func (change cohortChange) sittings() map[string][]programme.Sitting {
	if len(change.Sittings) == 0 {
		return nil
	}
	wanted := map[string][]programme.Sitting{}
	for stage, list := range change.Sittings {
		wanted[stage] = []programme.Sitting{}
		for _, one := range list {
			wanted[stage] = append(wanted[stage], one.sitting())
		}
	}
	return wanted
}

// sitting is one date of an event as it stands.
type sitting struct {
	Stage    string              `json:"stage"`
	Name     string              `json:"name"`
	Group    string              `json:"group"`
	Starts   time.Time           `json:"starts_at"`
	Ends     time.Time           `json:"ends_at"`
	Night    bool                `json:"night_before"`
	Venue    string              `json:"venue"`
	Address  string              `json:"address"`
	Online   bool                `json:"online"`
	JoinURL  string              `json:"join_url"`
	Capacity int                 `json:"capacity"`
	Minimum  int                 `json:"minimum"`
	Taken    int                 `json:"taken"`
	Sequence int                 `json:"sequence" doc:"How often it was changed since leaders have it in their calendars"`
	State    string              `json:"state" enum:"planned,cancelled"`
	Sessions []programme.Session `json:"sessions"`
}

func sittingOf(s programme.Sitting) sitting {
	shown := sitting{Stage: s.Stage, Name: s.Name, Group: s.Group, Starts: s.Starts.UTC(), Ends: s.Ends.UTC(), Night: s.Night, Venue: s.Venue,
		Address: s.Address, Online: s.Online, JoinURL: s.JoinURL, Capacity: s.Capacity, Minimum: s.Minimum, Taken: s.Taken,
		Sequence: s.Sequence, State: string(s.State), Sessions: s.Sessions}
	if shown.Sessions == nil {
		shown.Sessions = []programme.Session{}
	}
	return shown
}

// place is a leader's place at one event.
type place struct {
	Stage     string               `json:"stage"`
	Sitting   string               `json:"sitting"`
	State     programme.PlaceState `json:"state" enum:"held,confirmed,attended,absent,excused,released"`
	Starts    time.Time            `json:"starts_at"`
	Ends      time.Time            `json:"ends_at"`
	UID       string               `json:"uid" doc:"Of the calendar entry, for life"`
	Sequence  int                  `json:"sequence" doc:"Of the calendar entry"`
	Entry     bool                 `json:"calendar_entry" doc:"The leader's calendar has it"`
	CatchUp   bool                 `json:"catch_up" doc:"It makes up for a date that was missed"`
	Costs     programme.Costs      `json:"costs,omitempty" enum:"recovered,waived" doc:"What becomes of the costs of the date that was missed"`
	Confirmed *time.Time           `json:"confirmed_at"`
	Freeze    time.Time            `json:"needs_frozen_at"`
}

func placeOf(p programme.Place) place {
	return place{Stage: p.Stage, Sitting: p.Sitting.Name, State: p.State, Starts: p.Sitting.Starts.UTC(), Ends: p.Sitting.Ends.UTC(), UID: p.UID,
		Sequence: p.Sequence, Entry: p.Entry, CatchUp: p.CatchUp, Costs: p.Costs, Confirmed: moment(p.ConfirmedAt), Freeze: p.Freeze.UTC()}
}

func (a *API) sittingCalls(calls huma.API) {
	registry := calls.OpenAPI().Components.Schemas
	serve(a, calls, huma.Operation{OperationID: "list-sittings", Method: http.MethodGet, Path: "/cohorts/{cohort}/sittings", Tags: []string{"Cohorts"},
		Summary: "List the dates of a cohort's events", Errors: []int{http.StatusNotFound}}, a.listSittings)
	serve(a, calls, huma.Operation{OperationID: "reschedule", Method: http.MethodPost, Path: "/cohorts/{cohort}/reschedule", Tags: []string{"Cohorts"},
		Summary: "Move, cancel or put online one date of an event",
		Description: "Everyone with a place there follows: confirmations are asked again where the times change, reminders and calendar entries move. " +
			"With dry_run it says per leader what would change. What holds already answers 200 and changes nothing; once the event has begun it is 409.",
		Responses: map[string]*huma.Response{
			"200": {Description: "It holds already or, with dry_run, what would change", Content: map[string]*huma.MediaType{
				"application/json": {Schema: registry.Schema(reflect.TypeFor[rescheduled](), true, "Rescheduled")}}},
			"202": {Description: "The leaders follow: watch the operation", Content: map[string]*huma.MediaType{
				"application/json": {Schema: registry.Schema(reflect.TypeFor[rescheduled](), true, "Rescheduled")}}},
		},
		Errors: []int{http.StatusNotFound, http.StatusUnprocessableEntity}}, a.reschedule)
}

type sittingsInput struct {
	CohortPath
	Paging
}

func (a *API) listSittings(ctx context.Context, in *sittingsInput) (*listOutput[sitting], error) {
	found, err := a.o.Store.Sittings(ctx, in.Cohort)
	if err != nil {
		return nil, err
	}
	return pageIn(&in.Paging, found, programme.SittingPositions(found), sittingOf)
}

type rescheduleInput struct {
	CohortPath
	Paging
	DryRun bool `query:"dry_run" doc:"Say per leader what would change, and change nothing"`
	Body   struct {
		Because
		Stage   string    `json:"stage" minLength:"1" maxLength:"60" example:"residential-2"`
		Sitting string    `json:"sitting,omitempty" maxLength:"20" doc:"Left out: main"`
		Starts  time.Time `json:"starts_at,omitzero" format:"date-time" doc:"Left out: as it was"`
		Ends    time.Time `json:"ends_at,omitzero" format:"date-time" doc:"Left out: it lasts as long as it did"`
		Cancel  bool      `json:"cancel,omitempty"`
		Night   *bool     `json:"night_before,omitempty" doc:"Whether rooms are booked for the night before; it changes until needs are frozen"`
		Online  *bool     `json:"online,omitempty"`
		JoinURL *string   `json:"join_url,omitempty" maxLength:"1000"`
		Venue   *string   `json:"venue,omitempty" maxLength:"300"`
		Address *string   `json:"address,omitempty" maxLength:"300"`
	}
}

// rescheduled is what a reschedule did, or would do.
type rescheduled struct {
	Changed   bool                       `json:"changed"`
	Operation *operation                 `json:"operation" doc:"null with dry_run"`
	Count     int                        `json:"count" doc:"With dry_run: how many leaders it would change something for, on all pages"`
	Void      int                        `json:"confirmations_void" doc:"With dry_run: how many of them would have to confirm again"`
	Tasks     int                        `json:"tasks" doc:"With dry_run: for how many of them staff would have to find another date"`
	Leaders   []programme.RescheduleLine `json:"leaders" doc:"With dry_run: what would change for each, a page at a time"`
	Next      *string                    `json:"next" doc:"With dry_run: the cursor of the next page, null on the last"`
}

type rescheduleOutput struct {
	Status   int
	Link     string `header:"Link" doc:"With dry_run: the next page, as rel=next"`
	Location string `header:"Location" doc:"With 202: the operation to watch"`
	Body     rescheduled
}

func (a *API) reschedule(ctx context.Context, in *rescheduleInput) (*rescheduleOutput, error) {
	if err := in.onlyOf(in.DryRun); err != nil {
		return nil, err
	}
	order := programme.Reschedule{ID: uuid.NewString(), Cohort: in.Cohort, Stage: in.Body.Stage, Sitting: in.Body.Sitting, Starts: in.Body.Starts,
		Ends: in.Body.Ends, Cancel: in.Body.Cancel, Night: in.Body.Night, Online: in.Body.Online, JoinURL: in.Body.JoinURL, Venue: in.Body.Venue,
		Address: in.Body.Address, Actor: callerOf(ctx).actor(), At: a.o.Store.Now(ctx)}
	order.Reason, order.Note = in.Body.why()
	out := &rescheduleOutput{Status: http.StatusOK, Body: rescheduled{Leaders: []programme.RescheduleLine{}}}
	if in.DryRun {
		lines, err := a.o.Store.RescheduleEffects(ctx, order)
		if err != nil {
			return nil, notRescheduled(err)
		}
		page, err := pageIn(&in.Paging, lines, func(l programme.RescheduleLine) string { return l.Ref }, func(l programme.RescheduleLine) programme.RescheduleLine { return l })
		if err != nil {
			return nil, err
		}
		out.Link, out.Body.Leaders, out.Body.Next = page.Link, page.Body.Items, page.Body.Next
		out.Body.Changed, out.Body.Count = len(lines) > 0, len(lines)
		for _, line := range lines {
			if line.Confirm {
				out.Body.Void++
			}
			if line.Task {
				out.Body.Tasks++
			}
		}
		return out, nil
	}
	op, err := a.o.Store.Reschedule(ctx, order)
	if err != nil {
		return nil, notRescheduled(err)
	}
	shown := operationOf(op)
	out.Body.Operation = &shown
	if op.State == operationRunning {
		out.Status, out.Location, out.Body.Changed = http.StatusAccepted, operationPath(op.ID), true
	}
	return out, nil
}

// notRescheduled is the refusal of a reschedule.
func notRescheduled(err error) error {
	if errors.Is(err, programme.ErrConflict) {
		return api.NewProblem(api.Changed, "Somebody changed this date in the same moment.")
	}
	return err
}
