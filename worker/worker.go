// Package worker wires the Temporal worker: which workflows and activities run, on which queues, within which limits,
// and how it stops.
package worker

import (
	"context"
	"log/slog"
	"time"

	"go.temporal.io/sdk/activity"
	"go.temporal.io/sdk/client"
	sdk "go.temporal.io/sdk/worker"
	"go.temporal.io/sdk/workflow"

	"fairlead/activities"
	"fairlead/workflows"
)

// Options are what a worker runs with.
type Options struct {
	Temporal   client.Client
	Namespace  string
	Activities *activities.Activities
	Workflows  *workflows.Workflows
	Outbox     Outbox
	Expiry     Expiry
	RealNow    func() time.Time
	Log        *slog.Logger
	// FastClock sets a sticky timeout of one second: on a fast clock a restarted worker must not cost days.
	FastClock bool
	// MailsPerSecond caps the whole mail queue over all workers; 0 means no cap.
	MailsPerSecond float64
}

// stopWithin is how long running activities may take to finish when the worker stops.
const stopWithin = 20 * time.Second

// Run works until ctx is done or the worker cannot go on. It runs two queues, one for mail alone, and the relay that
// delivers what transactions promised, and deletes daily what has had its time.
func Run(ctx context.Context, o Options) error {
	if o.FastClock {
		sdk.SetStickyWorkflowCacheSize(10_000)
	}
	fatal := make(chan error, 2)
	options := sdk.Options{
		WorkerStopTimeout:                  stopWithin,
		DisableRegistrationAliasing:        true,
		OnFatalError:                       func(err error) { fatal <- err },
		MaxConcurrentActivityExecutionSize: 200,
		//lint:ignore SA1019 what is to be used instead writes the name of a deployment with it, three times in every step
		BuildID: build(),
	}
	if o.FastClock {
		options.StickyScheduleToStartTimeout = time.Second
	}
	main := sdk.New(o.Temporal, workflows.Queue, options)
	RegisterWorkflows(main, o.Workflows)
	RegisterActivities(main, o.Activities)

	mailOptions := options
	mailOptions.DisableWorkflowWorker = true
	mailOptions.TaskQueueActivitiesPerSecond = o.MailsPerSecond * shareOfQueue
	mail := sdk.New(o.Temporal, workflows.MailQueue, mailOptions)
	mail.RegisterActivityWithOptions(o.Activities.SendMail, activity.RegisterOptions{Name: "SendMail"})

	if err := main.Start(); err != nil {
		return err
	}
	defer main.Stop()
	if err := mail.Start(); err != nil {
		return err
	}
	defer mail.Stop()

	relayCtx, stopRelay := context.WithCancel(ctx)
	relayed := make(chan struct{})
	relay := &Relay{Outbox: o.Outbox, Client: &workflows.Client{Temporal: o.Temporal, Namespace: o.Namespace}, RealNow: o.RealNow, Log: o.Log, FastClock: o.FastClock}
	go func() { defer close(relayed); relay.Run(relayCtx) }()
	bulk, ordered := &Bulk{Records: o.Outbox, Order: relay.Client.Order, Log: o.Log}, make(chan struct{})
	go func() { defer close(ordered); bulk.Run(relayCtx) }()
	defer func() { stopRelay(); <-relayed; <-ordered }()

	every := expireEvery
	if o.FastClock {
		every = time.Minute
	}
	expireCtx, stopExpiring := context.WithCancel(ctx)
	expired := make(chan struct{})
	go func() { defer close(expired); expire(expireCtx, o.Expiry, every, o.Log) }()
	defer func() { stopExpiring(); <-expired }()

	select {
	case <-ctx.Done():
		return nil
	case err := <-fatal:
		return err
	}
}

// RegisterWorkflows registers every workflow under its own name.
func RegisterWorkflows(w sdk.WorkflowRegistry, t *workflows.Workflows) {
	register := func(name string, definition any) {
		w.RegisterWorkflowWithOptions(definition, workflow.RegisterOptions{Name: name})
	}
	register(workflows.TypeCohort, t.Cohort)
	register(workflows.TypeJourney, t.Journey)
	register(workflows.TypeSelection, t.Selection)
	register(workflows.TypeOnboarding, t.Onboarding)
	register(workflows.TypePsychometrics, t.Psychometrics)
	register(workflows.TypeCoachingSession, t.CoachingSession)
	register(workflows.TypeSurvey, t.Survey)
	register(workflows.TypeEvent, t.Event)
	register(workflows.TypeAlumni, t.Alumni)
}

// RegisterActivities registers the activities of the main queue under their own names.
func RegisterActivities(w sdk.ActivityRegistry, a *activities.Activities) {
	register := func(name string, act any) {
		w.RegisterActivityWithOptions(act, activity.RegisterOptions{Name: name})
	}
	register("SendMail", a.SendMail) // one attempt of a stage within its own step
	register("TellEnd", a.TellEnd)
	register("LookAfter", a.LookAfter)
	register("OpenStage", a.OpenStage)
	register("MarkOverdue", a.MarkOverdue)
	register("LapseAsk", a.LapseAsk)
	register("CloseStage", a.CloseStage)
	register("MarkAttention", a.MarkAttention)
	register("ApplyCommand", a.ApplyCommand)
	register("StartJourneys", a.StartJourneys)
	register("CohortRound", a.CohortRound)
	register("ReplanJourneys", a.ReplanJourneys)
}
