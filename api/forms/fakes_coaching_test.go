package forms_test

import (
	"context"
	"fmt"
	"slices"
	"time"

	"fairlead/programme"
)

func (r *records) CoachOf(context.Context, string) (programme.Coach, error) {
	if r.coach == nil {
		return programme.Coach{}, programme.ErrNotFound
	}
	return *r.coach, nil
}

func (r *records) session(order programme.SessionOrder) error {
	switch {
	case r.fail != nil:
		return r.fail
	case r.illegal != "":
		return &programme.Illegal{Why: r.illegal}
	case order.Slot == "taken":
		return programme.Refuse("slot", "Somebody else has just taken this time. Choose another.")
	}
	r.writes++
	return nil
}

func (r *records) AskForAnotherCoach(context.Context, string, time.Time) error {
	if err := r.session(programme.SessionOrder{}); err != nil {
		return err
	}
	if r.asks > 0 {
		return &programme.Illegal{Why: "You have asked for another coach before."}
	}
	r.asks++
	return nil
}

func (r *records) MayAskForAnotherCoach(context.Context, string) (bool, error) {
	return r.asks == 0, r.failRead
}

func (r *records) CoachingSession(_ context.Context, wanted, stage string) (programme.CoachingSession, error) {
	s := programme.CoachingSession{Free: r.free, Booked: r.booked, Until: at("2027-03-25"), MayAskOnce: r.asks == 0}
	if !r.until.IsZero() {
		s.Until = r.until
	}
	if r.coach != nil {
		s.Coach, s.HasCoach = *r.coach, true
	}
	return s, r.failRead
}

func (r *records) BookSession(_ context.Context, order programme.SessionOrder) (programme.SubmitResult, error) {
	if err := r.session(order); err != nil {
		return programme.SubmitResult{}, err
	}
	starts := order.Starts
	for _, slot := range r.free {
		if slot.ID == order.Slot {
			starts = slot.Starts
		}
	}
	if r.booked != nil && r.booked.Starts.Equal(starts) {
		return programme.SubmitResult{Already: true}, nil
	}
	r.booked = &programme.Slot{ID: "booked", Starts: starts, Minutes: 60, Online: order.Online, State: programme.SlotBooked}
	r.logged = append(r.logged, "booked by "+order.By)
	return programme.SubmitResult{Outbox: []string{"outbox-session"}}, nil
}

func (r *records) CancelSession(_ context.Context, order programme.SessionOrder) (programme.SubmitResult, error) {
	if err := r.session(order); err != nil {
		return programme.SubmitResult{}, err
	}
	if r.booked == nil || order.Slot != "" && order.Slot != r.booked.ID {
		return programme.SubmitResult{Already: true}, nil
	}
	r.booked = nil
	r.logged = append(r.logged, "cancelled by "+order.By)
	return programme.SubmitResult{Outbox: []string{"outbox-session"}}, nil
}

func (r *records) LogSession(_ context.Context, order programme.SessionOrder, became programme.SlotState) (programme.SubmitResult, error) {
	if err := r.session(order); err != nil {
		return programme.SubmitResult{}, err
	}
	r.logged = append(r.logged, order.Ref+" "+order.Stage+" "+order.Slot+" "+string(became))
	return programme.SubmitResult{Outbox: []string{"outbox-session"}}, nil
}

func (r *records) CoachPage(_ context.Context, coach string) (programme.CoachPage, error) {
	if r.former != nil {
		return programme.CoachPage{Cohort: "2027-spring", Coach: *r.coach, Slots: r.free, Leaders: []programme.CoachLeader{*r.former}}, r.failRead
	}
	return programme.CoachPage{Cohort: "2027-spring", Coach: *r.coach, Slots: r.free, Leaders: []programme.CoachLeader{
		{Ref: ref, Name: r.journey.Person.Name, Email: r.journey.Person.Email, JobTitle: "Chief Executive", Organisation: "Wirral Council", Report: r.shows(), ReportClosed: r.opened && !r.shows(),
			Sessions: []programme.CoachSession{{Stage: "coaching-1", Title: "First coaching session", State: programme.StageOpen, Booked: r.booked},
				{Stage: "coaching-2", Title: "Second coaching session", State: programme.StageNotOpen}}}}}, r.failRead
}

// shows is what the records ask before a coach sees a report.
func (r *records) shows() bool {
	return r.report != nil && slices.Contains(r.consents, programme.Consent{Purpose: programme.ConsentCoachReport, Given: true})
}

func (r *records) CoachReport(_ context.Context, coach, wanted string, _ time.Time) (programme.SharedReport, error) {
	if wanted != ref || coach != "C-222222" || !r.shows() {
		return programme.SharedReport{}, fmt.Errorf("report: %w", programme.ErrNotFound)
	}
	r.opened = true
	return programme.SharedReport{Leader: r.journey.Person.Name, Report: *r.report}, r.failRead
}

func (r *records) PublishSlots(_ context.Context, _, _ string, series programme.SlotSeries, _ string, now time.Time) ([]programme.Slot, error) {
	if faults := series.Check(now); len(faults) > 0 {
		return nil, &programme.Invalid{Faults: faults}
	}
	if err := r.session(programme.SessionOrder{}); err != nil {
		return nil, err
	}
	r.series = append(r.series, series)
	return nil, nil
}

func (r *records) RemoveSlot(_ context.Context, _, _, slot, _ string, _ time.Time) ([]programme.Slot, error) {
	if err := r.session(programme.SessionOrder{}); err != nil {
		return nil, err
	}
	r.free = slices.DeleteFunc(r.free, func(s programme.Slot) bool { return s.ID == slot })
	return r.free, nil
}
