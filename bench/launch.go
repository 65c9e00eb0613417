package main

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"path/filepath"
	"sync"
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
	launchRepeats = 3
	launchAtLeast = 0.8
	inFlight      = 32 // starts under way at once, as many as the launch's activity has
	bareQueue     = "bench"
	bareType      = "Bare"
)

// measureLaunch starts journeys through the records, the Cohort workflow and its activity, and as many workflows of one
// timer in a bare loop on the same server. Both are done when every workflow waits at its timer.
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

	var bare, real []time.Duration
	var ratios []float64 // of a pair that ran one after the other
	for i := range launchRepeats + 1 {
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
		b.say("    bare loop %s, launch %s", round(loop), round(launch))
		if i > 0 { // the first pair warms up
			bare, real, ratios = append(bare, loop), append(real, launch), append(ratios, ratio(loop, launch))
		}
	}
	reached := middle(ratios)
	b.judge("launching 1,000 journeys against a bare loop of one-timer workflows", reached >= launchAtLeast, "≥ 0.8 of its rate",
		"%.2f (%.0f a second against %.0f)", reached, perSecond(median(real)), perSecond(median(bare)))
	return nil
}

func perSecond(took time.Duration) float64 { return launched / took.Seconds() }

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
		_ = worker.Run(ctx, worker.Options{Temporal: l.temporal, Namespace: "default", Outbox: l.store, RealNow: time.Now,
			Log: slog.New(slog.DiscardHandler), Workflows: &workflows.Workflows{},
			Activities: &activities.Activities{Records: l.store, Mailer: nobody{}, Starter: l.client, RealNow: time.Now, Metrics: nobody{}}})
	}()
	return func() { cancel(); bare.Stop(); <-ended }, nil
}

// oneTimer is the least that waits: one timer far ahead.
func oneTimer(ctx workflow.Context) error { return workflow.Sleep(ctx, 300*24*time.Hour) }

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
func (l *launching) launch(ctx context.Context, cohort string) (time.Duration, error) {
	waiting := l.timers.of(workflows.TypeJourney)
	began := time.Now()
	operation, err := l.store.Launch(ctx, cohort, "bench", began.UTC())
	if err != nil {
		return 0, err
	}
	promised, err := l.store.PendingOutbox(ctx, time.Now().Add(time.Second), 10)
	if err != nil || len(promised) == 0 {
		return 0, errors.Join(err, errNothing)
	}
	for _, row := range promised {
		if _, err := l.client.Signal(ctx, row); err != nil {
			return 0, err
		}
		if err := l.store.MarkOutbox(ctx, row.ID, "delivered"); err != nil {
			return 0, err
		}
	}
	err = l.timers.await(ctx, workflows.TypeJourney, waiting+launched)
	took := time.Since(began)
	if err == nil {
		err = l.confirmed(ctx, operation.ID)
	}
	return took, err
}

// confirmed waits until the records say that the launch is complete.
func (l *launching) confirmed(ctx context.Context, operation string) error {
	for again := time.NewTicker(10 * time.Millisecond); ; {
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

// bareLoop starts as many workflows of one timer.
func (l *launching) bareLoop(ctx context.Context, n int) (time.Duration, error) {
	waiting := l.timers.of(bareType)
	began := time.Now()
	var wait sync.WaitGroup
	failures := make(chan error, launched)
	slots := make(chan struct{}, inFlight)
	for i := range launched {
		slots <- struct{}{}
		wait.Go(func() {
			defer func() { <-slots }()
			_, err := l.temporal.ExecuteWorkflow(ctx, client.StartWorkflowOptions{ID: fmt.Sprintf("bare/%d/%d", n, i), TaskQueue: bareQueue}, bareType)
			if err != nil {
				failures <- err
			}
		})
	}
	wait.Wait()
	select {
	case err := <-failures:
		return 0, err
	default:
	}
	err := l.timers.await(ctx, bareType, waiting+launched)
	return time.Since(began), err
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
