package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"path/filepath"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/prometheus/client_golang/prometheus"
	commonpb "go.temporal.io/api/common/v1"
	"go.temporal.io/api/serviceerror"
	"go.temporal.io/api/workflowservice/v1"
	"go.temporal.io/sdk/activity"
	"go.temporal.io/sdk/client"
	sdklog "go.temporal.io/sdk/log"
	"go.temporal.io/sdk/testsuite"
	sdkworker "go.temporal.io/sdk/worker"
	"go.temporal.io/sdk/workflow"
	"google.golang.org/grpc"

	"fairlead/activities"
	"fairlead/api"
	"fairlead/config"
	"fairlead/demo/sink"
	"fairlead/programme"
	"fairlead/records"
	"fairlead/worker"
	"fairlead/workflows"
)

// rehearsal is a programme year without waiting: the real workflows, activities, records, pages and mails in this process.
// The clock skips to whatever comes next. Once a day, at noon, it stops for the people of the story, who act through the
// pages; nothing passes while they do.
type rehearsal struct {
	*town
	records *records.Store
	env     *testsuite.TestWorkflowEnvironment
	runs    atomic.Bool
	noon    chan struct{} // a day has come to its noon, and belongs to the story
	night   chan struct{} // the story lets the day end
	over    chan struct{} // no more days come
}

// rehearsed is the noon at which every rehearsal begins.
var rehearsed = time.Date(2026, 8, 30, 12, 0, 0, 0, time.UTC)

// rehearse sets up a year; let a day pass, or wait for a mail, and it runs.
func rehearse(t *testing.T) *rehearsal {
	t.Helper()
	if testing.Short() {
		t.Skip("SKIPPED: no year is rehearsed with -short")
	}
	r := &rehearsal{noon: make(chan struct{}), night: make(chan struct{}), over: make(chan struct{})}
	office, err := sink.Start(sink.Options{Dir: t.TempDir(), Now: r.now})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = office.Close() })
	settings, err := config.Read(nil)
	if err != nil {
		t.Fatal(err)
	}
	var pages http.Handler
	site := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, q *http.Request) { pages.ServeHTTP(w, q) }))
	t.Cleanup(site.Close)
	settings.SMTPURL, settings.PublicURL, settings.HeadOfCentre = config.Secret("smtp://"+office.Addr()), site.URL, "head@centre.example"
	r.town = &town{system: &system{t: t, url: site.URL}, sink: office, pools: &pools{free: map[string][]string{}}}

	dir := t.TempDir()
	r.records, err = records.Open(t.Context(), "sqlite:"+filepath.Join(dir, "records.db"), "sqlite:"+filepath.Join(dir, "keys.db"), r.now, records.Options{
		HeadOfCentre: settings.HeadOfCentre, PrivacyNotice: settings.PrivacyNotice, MailHost: mailHost(settings), MinimumNotice: settings.MinimumNotice,
		Blueprints: programme.BlueprintNamed, Calendar: programme.EnglandAndWales()})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = r.records.Close() })
	if err := r.records.Migrate(t.Context()); err != nil {
		t.Fatal(err)
	}
	token, err := r.records.CreateToken(t.Context(), "jo", "coordinator", time.Time{})
	if err != nil {
		t.Fatal(err)
	}
	r.token = token.Reveal()

	log := slog.New(slog.DiscardHandler)
	temporal := rehearsalServer{r: r}
	var behind interface{ Wait() }
	pages, behind, err = routes(settings, process{log: log, store: r.records, temporal: temporal}, prometheus.NewRegistry(), api.NewHealth(log, r.now))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(behind.Wait)
	sender, err := openSender(settings, site.URL)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = sender.Close() })
	r.stage(log, &activities.Activities{Records: r.records, RealNow: r.now, Metrics: mailMetrics(prometheus.NewRegistry()),
		Mailer:   &mailer{sender: sender, publicURL: site.URL, contact: contact(settings), realNow: r.now, log: log},
		Starter:  rehearsalStarter{&workflows.Client{Temporal: temporal}},
		Backoffs: activities.Backoffs{First: settings.MailFirstRetry, Most: settings.MailMaxRetry, For: settings.MailGiveUp}})
	return r
}

// stage makes the environment in which the workflows run.
func (r *rehearsal) stage(log *slog.Logger, acts *activities.Activities) {
	var suite testsuite.WorkflowTestSuite
	suite.SetLogger(sdklog.NewStructuredLogger(log))
	r.env = suite.NewTestWorkflowEnvironment()
	r.env.SetStartTime(rehearsed)
	r.env.SetTestTimeout(5 * time.Minute) // people at their pages take real time
	r.env.SetDetachedChildWait(false)
	r.env.SetWorkerOptions(sdkworker.Options{DeadlockDetectionTimeout: time.Minute}) // on a busy machine a step may take long
	worker.RegisterWorkflows(r.env, &workflows.Workflows{ConsoleURL: r.url})
	worker.RegisterActivities(r.env, acts)
	r.env.RegisterWorkflowWithOptions(r.days, workflow.RegisterOptions{Name: "days"})
	r.env.RegisterActivityWithOptions(r.day, activity.RegisterOptions{Name: "day"})
	r.t.Cleanup(func() {
		if r.runs.Load() {
			close(r.night)
			<-r.over
		}
	})
}

// now is programme time.
func (r *rehearsal) now() time.Time {
	if !r.runs.Load() {
		return rehearsed
	}
	return r.env.Now().UTC()
}

// begins is a workflow to be started, and what it is to be told at once.
type begins struct {
	Type, ID, Signal string
	Input, Body      json.RawMessage
}

// days is the workflow above all others: it starts those that the program starts, and stops each day at noon.
func (r *rehearsal) days(ctx workflow.Context) error {
	starts := workflow.GetSignalChannel(ctx, "begin")
	workflow.Go(ctx, func(ctx workflow.Context) {
		for {
			var one begins
			starts.Receive(ctx, &one)
			ctx := workflow.WithChildOptions(ctx, workflow.ChildWorkflowOptions{WorkflowID: one.ID})
			child := workflow.ExecuteChildWorkflow(ctx, one.Type, one.Input)
			if err := child.GetChildWorkflowExecution().Get(ctx, nil); err == nil && one.Signal != "" {
				_ = child.SignalChildWorkflow(ctx, one.Signal, one.Body).Get(ctx, nil) // as the outbox has it, which repeats
			}
		}
	})
	ctx = workflow.WithActivityOptions(ctx, workflow.ActivityOptions{StartToCloseTimeout: time.Hour})
	for {
		var more bool
		if err := workflow.ExecuteActivity(ctx, "day").Get(ctx, &more); err != nil || !more {
			return err
		}
		if err := workflow.Sleep(ctx, 24*time.Hour); err != nil {
			return err
		}
	}
}

// day gives the noon of a day to the story, after the relay has told the workflows what the records promised.
func (r *rehearsal) day(ctx context.Context) (more bool, err error) {
	relay := &worker.Relay{Outbox: r.records, Client: &workflows.Client{Temporal: rehearsalServer{r: r}}, RealNow: r.now, Log: slog.New(slog.DiscardHandler)}
	if err := relay.Sweep(ctx); err != nil {
		return false, err
	}
	if err := r.bulkSweep(ctx); err != nil {
		return false, err
	}
	select {
	case <-r.night:
		return false, nil
	case r.noon <- struct{}{}:
	}
	_, more = <-r.night
	return more, nil
}

// tomorrow lets the day end, and returns at the next noon.
func (r *rehearsal) tomorrow() {
	r.t.Helper()
	if r.runs.CompareAndSwap(false, true) {
		go func() {
			defer close(r.over)
			r.env.ExecuteWorkflow("days")
		}()
	} else {
		r.night <- struct{}{}
	}
	select {
	case <-r.noon:
	case <-r.over:
		r.runs.Store(false)
		r.t.Fatal("the year has stopped: ", r.env.GetWorkflowError())
	}
}

// comes lets days pass until a person has a mail with a key that holds these words: stage/message, say.
func (r *rehearsal) comes(address, words string) letter {
	r.t.Helper()
	for range 300 {
		if strings.Contains(strings.Join(r.heard(address), " "), words) {
			return r.letterWith(address, words)
		}
		r.tomorrow()
	}
	r.t.Fatalf("%s never got %s, but %q", address, words, r.heard(address))
	return letter{}
}

// heard are the keys of the mails somebody got.
func (r *rehearsal) heard(address string) (keys []string) {
	for _, m := range r.sink.List(address) {
		keys = append(keys, m.Keys...)
	}
	return keys
}

// comesThe lets days pass until the noon of a date, as it is written in London.
func (r *rehearsal) comesThe(date string) {
	r.t.Helper()
	for r.now().Format(time.DateOnly) < date {
		r.tomorrow()
	}
}

// inLoop does something where the environment may be touched, and waits for it.
func (r *rehearsal) inLoop(do func() error) error {
	done := make(chan error, 1)
	r.env.RegisterDelayedCallback(func() { done <- do() }, 0)
	select {
	case err := <-done:
		return err
	case <-r.over:
		return errors.New("the year is over")
	}
}

func (r *rehearsal) begin(one begins) error {
	return r.inLoop(func() error { r.env.SignalWorkflow("begin", one); return nil })
}

// rehearsalServer is as much of a Temporal server as the program needs in a rehearsal.
type rehearsalServer struct {
	client.Client
	r *rehearsal
}

func (s rehearsalServer) ExecuteWorkflow(_ context.Context, options client.StartWorkflowOptions, definition any, args ...any) (client.WorkflowRun, error) {
	if input, ok := args[0].(workflows.JourneyInput); ok {
		input.Room = 0 // a test environment's run does not go on in another
		args[0] = input
	}
	input, err := json.Marshal(args[0])
	if err != nil {
		return nil, err
	}
	return nil, s.r.begin(begins{Type: fmt.Sprint(definition), ID: options.ID, Input: input})
}

func (s rehearsalServer) SignalWithStartWorkflow(_ context.Context, id, signal string, body any, _ client.StartWorkflowOptions, definition any, args ...any) (client.WorkflowRun, error) {
	err := s.r.inLoop(func() error { return s.r.env.SignalWorkflowByID(id, signal, body) })
	if !errors.As(err, new(*serviceerror.NotFound)) {
		return nil, err
	}
	input, err := json.Marshal(args[0])
	if err != nil {
		return nil, err
	}
	text, err := json.Marshal(body)
	if err != nil {
		return nil, err
	}
	return nil, s.r.begin(begins{Type: fmt.Sprint(definition), ID: id, Input: input, Signal: signal, Body: text})
}

func (s rehearsalServer) WorkflowService() workflowservice.WorkflowServiceClient {
	return rehearsalService{r: s.r}
}

// rehearsalService takes the signals.
type rehearsalService struct {
	workflowservice.WorkflowServiceClient
	r *rehearsal
}

func (s rehearsalService) SignalWorkflowExecution(_ context.Context, in *workflowservice.SignalWorkflowExecutionRequest, _ ...grpc.CallOption) (*workflowservice.SignalWorkflowExecutionResponse, error) {
	body := firstOf(in.GetInput())
	return nil, s.r.inLoop(func() error {
		return s.r.env.SignalWorkflowByID(in.GetWorkflowExecution().GetWorkflowId(), in.GetSignalName(), body)
	})
}

func firstOf(input *commonpb.Payloads) json.RawMessage { return input.GetPayloads()[0].GetData() }

// rehearsalStarter knows that every journey goes on in its first run: that hears of its stages by itself.
type rehearsalStarter struct{ *workflows.Client }

func (rehearsalStarter) StageEnded(context.Context, string, string, string, programme.StageEnd) error {
	return nil
}

func (rehearsalStarter) StagesGone(context.Context, string, string, []string) ([]string, error) {
	return nil, nil
}
