package main

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"path/filepath"
	"time"

	"go.temporal.io/sdk/client"
	sdk "go.temporal.io/sdk/worker"
	"go.temporal.io/sdk/workflow"

	"fairlead/activities"
	"fairlead/programme"
	"fairlead/records"
	"fairlead/worker"
	"fairlead/workflows"
)

// How the launch is measured.
const (
	launched      = 1000
	pairsAtLeast  = 3
	pairsAtMost   = 7
	pairsWithin   = 100 * time.Second // no further pair is begun after that
	launchAtLeast = 0.8
	inFlight      = 32 // starts under way at once, as many as the launch's activity has
	bareQueue     = "bench"
	bareType      = "Bare"
)

// measureLaunch starts journeys through the records, the Cohort workflow and its activity, and as many workflows of one
// timer in a bare loop on the same server, with as many starts under way.
func measureLaunch(ctx context.Context, b *bench) error {
	server, err := startTemporal(filepath.Join(b.folder, "launch.db"), filepath.Join(b.folder, "launch.log"))
	if err != nil {
		return err
	}
	err = measureLaunchOn(ctx, b, server)
	return errors.Join(err, server.stop())
}

func measureLaunchOn(ctx context.Context, b *bench, server *temporalServer) error {
	timers := newTimerCounter()
	temporal, err := server.dial(ctx, timers)
	if err != nil {
		return err
	}
	defer temporal.Close()
	if err := worker.Boot(ctx, temporal, "default"); err != nil {
		return err
	}
	store, err := openStore(ctx, "sqlite:"+filepath.Join(b.folder, "launch-records.db"), "sqlite:"+filepath.Join(b.folder, "launch-keys.db"), time.Now)
	if err != nil {
		return err
	}
	defer func() { _ = store.Close() }()
	l := &launching{temporal: temporal, store: store, timers: timers, client: &workflows.Client{Temporal: temporal, Namespace: "default"}}
	stop, err := l.work(ctx)
	if err != nil {
		return err
	}
	defer stop()

	var bare, real []pace
	began := time.Now()
	for i := 0; i < pairsAtLeast || (i < pairsAtMost && time.Since(began) < pairsWithin); i++ {
		cohort, err := l.prepare(ctx, i)
		if err != nil {
			return err
		}
		loop, err := l.bareLoop(ctx, i)
		if err != nil {
			return fmt.Errorf("the bare loop: %w", err)
		}
		launch, err := l.launch(ctx, cohort)
		if err != nil {
			return fmt.Errorf("the launch: %w", err)
		}
		b.say("    bare loop %s, launch %s", loop, launch)
		bare, real = append(bare, loop), append(real, launch)
	}
	started, atLoop, atLaunch := compare(bare, real, func(p pace) time.Duration { return p.started })
	b.judge("launching 1,000 journeys against a bare loop of one-timer workflows", started >= launchAtLeast, "≥ 0.8 of its rate",
		"%.2f, the middle of %d pairs (%.0f a second against %.0f)", started, len(real), atLaunch, atLoop)
	waiting, atLoop, atLaunch := compare(bare, real, func(p pace) time.Duration { return p.waiting })
	b.tell("the same until the last one waits at its timer", "%.2f (%.0f a second against %.0f)", waiting, atLaunch, atLoop)
	return nil
}

// launching is what both ways of starting share.
type launching struct {
	temporal client.Client
	store    *records.Store
	client   *workflows.Client
	timers   *timerCounter
}

// work runs the worker of the program and one for the bare workflow.
func (l *launching) work(ctx context.Context) (stop func(), err error) {
	ctx, cancel := context.WithCancel(ctx)
	bare := sdk.New(l.temporal, bareQueue, sdk.Options{DisableRegistrationAliasing: true})
	bare.RegisterWorkflowWithOptions(oneTimer, workflow.RegisterOptions{Name: bareType})
	if err := bare.Start(); err != nil {
		cancel()
		return nil, err
	}
	ended := make(chan struct{})
	go func() {
		defer close(ended)
		_ = worker.Run(ctx, worker.Options{Temporal: l.temporal, Namespace: "default", Outbox: l.store, Expiry: l.store, RealNow: time.Now,
			Log: slog.New(slog.DiscardHandler), Workflows: &workflows.Workflows{},
			Activities: &activities.Activities{Records: l.store, Mailer: nobody{}, Starter: l.client, RealNow: time.Now, Metrics: nobody{}}})
	}()
	return func() { cancel(); bare.Stop(); <-ended }, nil
}

// prepare imports a cohort whose first stage opens in more than half a year.
func (l *launching) prepare(ctx context.Context, n int) (string, error) {
	cohort := programme.Cohort{Name: fmt.Sprintf("cohort-%03d", n), Blueprint: "essentials", StartsOn: monday(time.Now().AddDate(0, 0, 60*7)),
		Route: programme.RouteInvitation, Places: launched, Owner: "owner@centre.example"}
	if err := l.store.CreateCohort(ctx, cohort); err != nil {
		return "", err
	}
	_, err := l.store.ImportParticipants(ctx, cohort.Name, leaders(n), false, "bench")
	return cohort.Name, err
}

// launch is what POST …/launch does, up to the last journey that waits for its first stage.
func (l *launching) launch(ctx context.Context, cohort string) (took pace, err error) {
	waiting := l.timers.of(workflows.TypeJourney)
	began := time.Now()
	operation, err := l.store.Launch(ctx, cohort, "bench", began.UTC())
	if err != nil {
		return took, err
	}
	promised, err := l.store.PendingOutbox(ctx, time.Now().Add(time.Second), 10)
	if err != nil || len(promised) == 0 {
		return took, errors.Join(err, errNothing)
	}
	for _, row := range promised {
		if _, err := l.client.Signal(ctx, row); err != nil {
			return took, err
		}
		if err := l.store.MarkOutbox(ctx, row.ID, "delivered"); err != nil {
			return took, err
		}
	}
	if err := l.confirmed(ctx, operation.ID); err != nil {
		return took, err
	}
	took.started = time.Since(began)
	err = l.timers.await(ctx, workflows.TypeJourney, waiting+launched)
	took.waiting = time.Since(began)
	return took, err
}

// confirmed waits until the records say that every journey of the launch was started.
func (l *launching) confirmed(ctx context.Context, operation string) error {
	again := time.NewTicker(20 * time.Millisecond)
	defer again.Stop()
	for {
		op, err := l.store.Operation(ctx, operation)
		if err != nil {
			return err
		}
		if op.State == "done" {
			if op.Done != launched || op.Total != launched {
				return fmt.Errorf("%d of %d journeys were started", op.Done, op.Total)
			}
			return nil
		}
		select {
		case <-again.C:
		case <-ctx.Done():
			return ctx.Err()
		}
	}
}

// nobody sends and counts no mail: none falls due in a launch.
type nobody struct{}

// Compose refuses.
func (nobody) Compose(programme.MailJob) (programme.Rendered, error) {
	return programme.Rendered{}, errors.New("no mail is due in a launch")
}

// Send refuses.
func (nobody) Send(context.Context, programme.MailJob, programme.Rendered) programme.MailAttempt {
	return programme.MailAttempt{Class: programme.MailTemporary}
}

// MailAttempt counts nothing.
func (nobody) MailAttempt(programme.MailClass) {}

// Parked counts nothing.
func (nobody) Parked(string) {}
