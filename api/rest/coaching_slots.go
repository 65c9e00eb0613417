package rest

import (
	"context"
	"net/http"
	"time"

	"fairlead/programme"

	"github.com/danielgtaylor/huma/v2"
)

// slotSeries is what a coach publishes.
type slotSeries struct {
	First     time.Time `json:"first" doc:"The first time; the others are at the same hour by London's clocks" example:"2027-02-10T10:00:00Z"`
	EveryDays int       `json:"every_days,omitempty" minimum:"0" maximum:"60" doc:"Days between two of them"`
	Count     int       `json:"count" minimum:"1" maximum:"50"`
	Minutes   int       `json:"minutes" minimum:"15" maximum:"180"`
	Online    bool      `json:"online,omitempty"`
}

// slot is one time of a coach.
type slot struct {
	ID      string              `json:"id"`
	Starts  *time.Time          `json:"starts"`
	Minutes int                 `json:"minutes"`
	Online  bool                `json:"online"`
	State   programme.SlotState `json:"state" enum:"free,booked"`
	Ref     string              `json:"ref" doc:"Who meets the coach then, empty while free"`
	Stage   string              `json:"stage"`
}

type publishInput struct {
	CoachPath
	Body slotSeries
}

type slotsOutput struct {
	Body struct {
		Items []slot  `json:"items"`
		Next  *string `json:"next" doc:"Always null: the list is short"`
	}
}

func (a *API) coachingSlotCalls(calls huma.API) {
	serve(a, calls, huma.Operation{OperationID: "list-slots", Method: http.MethodGet, Path: "/cohorts/{cohort}/coaches/{coach}/slots",
		Tags: []string{"Coaching"}, Summary: "List the times of a coach to come, free and booked", Errors: []int{http.StatusNotFound}}, a.listSlots)
	serve(a, calls, huma.Operation{OperationID: "publish-slots", Method: http.MethodPost, Path: "/cohorts/{cohort}/coaches/{coach}/slots",
		Tags: []string{"Coaching"}, Summary: "Publish a series of times of a coach",
		Description: "All of it or none; the same series again changes nothing.", Errors: []int{http.StatusNotFound}}, a.publishSlots)
	serve(a, calls, huma.Operation{OperationID: "remove-slot", Method: http.MethodPost, Path: "/cohorts/{cohort}/coaches/{coach}/slots/{slot}/remove",
		Tags: []string{"Coaching"}, Summary: "Take a free time of a coach back",
		Description: "One that is gone already changes nothing; one that is booked is refused.", Errors: []int{http.StatusNotFound, http.StatusConflict}}, a.removeSlot)
}

// SlotPath names one time of a coach in an address.
type SlotPath struct {
	CoachPath
	Slot string `path:"slot" maxLength:"40" doc:"Id of the time"`
}

func (a *API) removeSlot(ctx context.Context, in *SlotPath) (*slotsOutput, error) {
	slots, err := a.o.Store.RemoveSlot(ctx, in.Cohort, in.Coach, in.Slot, callerOf(ctx).actor(), a.o.Store.Now(ctx))
	return slotsAnswer(slots), err
}

func (a *API) listSlots(ctx context.Context, in *CoachPath) (*slotsOutput, error) {
	slots, err := a.o.Store.Slots(ctx, in.Cohort, in.Coach, a.o.Store.Now(ctx))
	return slotsAnswer(slots), err
}

func (a *API) publishSlots(ctx context.Context, in *publishInput) (*slotsOutput, error) {
	series := programme.SlotSeries{First: in.Body.First, EveryDays: in.Body.EveryDays, Count: in.Body.Count, Minutes: in.Body.Minutes, Online: in.Body.Online}
	slots, err := a.o.Store.PublishSlots(ctx, in.Cohort, in.Coach, series, callerOf(ctx).actor(), a.o.Store.Now(ctx))
	return slotsAnswer(slots), err
}

func slotsAnswer(slots []programme.Slot) *slotsOutput {
	out := &slotsOutput{}
	out.Body.Items = []slot{}
	for _, s := range slots {
		out.Body.Items = append(out.Body.Items, slot{ID: s.ID, Starts: moment(s.Starts), Minutes: s.Minutes, Online: s.Online, State: s.State, Ref: s.Ref, Stage: s.Stage})
	}
	return out
}
