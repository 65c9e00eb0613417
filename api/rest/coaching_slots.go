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

type slotsInput struct {
	CoachPath
	Paging
}

type publishInput struct {
	CoachPath
	Paging
	Body slotSeries
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
	Paging
	Slot string `path:"slot" maxLength:"40" doc:"Id of the time"`
}

func (a *API) removeSlot(ctx context.Context, in *SlotPath) (*listOutput[slot], error) {
	if err := in.onlyOf(false); err != nil {
		return nil, err
	}
	slots, err := a.o.Store.RemoveSlot(ctx, in.Cohort, in.Coach, in.Slot, callerOf(ctx).actor(), a.o.Store.Now(ctx))
	return slotsAnswer(&in.Paging, in.CoachPath, slots, err)
}

func (a *API) listSlots(ctx context.Context, in *slotsInput) (*listOutput[slot], error) {
	slots, err := a.o.Store.Slots(ctx, in.Cohort, in.Coach, a.o.Store.Now(ctx))
	return slotsAnswer(&in.Paging, in.CoachPath, slots, err)
}

func (a *API) publishSlots(ctx context.Context, in *publishInput) (*listOutput[slot], error) {
	if err := in.onlyOf(false); err != nil {
		return nil, err
	}
	series := programme.SlotSeries{First: in.Body.First, EveryDays: in.Body.EveryDays, Count: in.Body.Count, Minutes: in.Body.Minutes, Online: in.Body.Online}
	slots, err := a.o.Store.PublishSlots(ctx, in.Cohort, in.Coach, series, callerOf(ctx).actor(), a.o.Store.Now(ctx))
	return slotsAnswer(&in.Paging, in.CoachPath, slots, err)
}

// slotsAnswer is a page of a coach's times; the next one is always at the address of the list.
func slotsAnswer(p *Paging, at CoachPath, slots []programme.Slot, err error) (*listOutput[slot], error) {
	if err != nil {
		return nil, err
	}
	p.address.Path = Base + "/cohorts/" + at.Cohort + "/coaches/" + at.Coach + "/slots"
	return pageIn(p, slots, programme.Slot.Position, func(s programme.Slot) slot {
		return slot{ID: s.ID, Starts: moment(s.Starts), Minutes: s.Minutes, Online: s.Online, State: s.State, Ref: s.Ref, Stage: s.Stage}
	})
}
