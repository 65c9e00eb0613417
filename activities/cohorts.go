package activities

import (
	"context"
	"sync"
	"time"

	"go.temporal.io/sdk/activity"

	"fairlead/programme"
)

// A page of a launch: how many journeys one round of the activity takes, and how many starts are under way at once.
const (
	launchPage     = 500
	launchInFlight = 32
)

// StartJourneys starts the workflows of all journeys a launch took along, page by page, and returns how many it started.
// It can be repeated: a journey that runs already counts as started.
func (a *Activities) StartJourneys(ctx context.Context, operation string) (int, error) {
	started := 0
	for {
		page, err := a.Records.LaunchPage(ctx, operation, launchPage)
		if err != nil {
			return started, coded(ctx, err)
		}
		if len(page) == 0 {
			return started, nil
		}
		refs, err := a.startPage(ctx, page)
		if len(refs) > 0 {
			if confirmErr := a.Records.ConfirmStarts(ctx, operation, refs); confirmErr != nil {
				return started, coded(ctx, confirmErr)
			}
		}
		if err != nil {
			return started, coded(ctx, err)
		}
		started += len(refs)
		activity.RecordHeartbeat(ctx, started)
	}
}

// startPage starts one page and returns the references that run, in any order, with the first error.
func (a *Activities) startPage(ctx context.Context, page []programme.JourneyStart) ([]string, error) {
	clock, err := a.Records.Clock(ctx)
	if err != nil {
		return nil, err
	}
	var (
		wait    sync.WaitGroup
		mu      sync.Mutex
		refs    []string
		failure error
		slots   = make(chan struct{}, launchInFlight)
	)
	for _, start := range page {
		start.Clock = clock
		slots <- struct{}{}
		wait.Add(1)
		go func() {
			defer func() { <-slots; wait.Done() }()
			err := a.Starter.StartJourney(ctx, start)
			mu.Lock()
			defer mu.Unlock()
			if err != nil {
				failure = err
				return
			}
			refs = append(refs, start.Ref)
		}()
	}
	wait.Wait()
	return refs, failure
}

// CohortCall names a cohort and the planned moment of the act.
type CohortCall struct {
	Cohort string    `json:"cohort"`
	At     time.Time `json:"at"`
}

// CohortRound does what is due for the cohort as a whole: fills freed places, ends the joining time, tells the head of
// the centre what has waited on staff too long. It says when the next round is due.
func (a *Activities) CohortRound(ctx context.Context, call CohortCall) (programme.CohortRound, error) {
	defer a.keepBeating(ctx)()
	at, err := a.at(ctx, call.At)
	if err != nil {
		return programme.CohortRound{}, coded(ctx, err)
	}
	round, err := a.Records.CohortRound(ctx, call.Cohort, at)
	return round, coded(ctx, err)
}
