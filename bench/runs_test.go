package main

import (
	"context"
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"sync"
	"testing"
	"time"

	"go.temporal.io/api/workflowservice/v1"
	"go.temporal.io/sdk/activity"
	"go.temporal.io/sdk/client"
	sdk "go.temporal.io/sdk/worker"

	"fairlead/activities"
	"fairlead/programme"
	"fairlead/worker"
	"fairlead/workflows"
)

// acts stands in for the activities of an idle journey and counts what each was called for.
type acts struct {
	mu     sync.Mutex
	mails  map[string]int
	orders map[string]int
}

func (a *acts) sendMail(_ context.Context, call activities.MailCall) (activities.MailResult, error) {
	a.mu.Lock()
	defer a.mu.Unlock()
	a.mails[call.Key]++
	return activities.MailResult{Outcome: programme.ClaimSent}, nil
}

func (a *acts) apply(_ context.Context, call activities.CommandCall) (programme.Effect, error) {
	a.mu.Lock()
	defer a.mu.Unlock()
	a.orders[call.Command]++
	return programme.Effect{Changed: true, State: programme.Enrolled,
		Mails: []programme.PlannedMail{{Key: "c/P-AAAAAA/-/email-changed/" + call.Command, At: time.Now()}}}, nil
}

// onceEach reports whether so many orders were carried out, and as many mails were sent for them as besides, each once. A fresh
// run may be given an order again that the one before carried out: the records answer as they did, and nothing follows.
func (a *acts) onceEach(want int) error {
	a.mu.Lock()
	defer a.mu.Unlock()
	for what, times := range a.mails {
		if times != 1 {
			return fmt.Errorf("%s was sent %d times", what, times)
		}
	}
	if len(a.mails) != 2*want || len(a.orders) != want {
		return fmt.Errorf("%d orders were carried out, not %d, and %d mails sent, not %d", len(a.orders), want, len(a.mails), 2*want)
	}
	return nil
}

// A journey that goes on in a fresh run whenever it can loses no signal and no order, whenever they come, and does nothing
// twice. That is the server's doing as much as the workflow's, so it needs a real one.
func TestNothingIsLostBetweenTheRunsOfAJourney(t *testing.T) {
	const senders, each = 6, 20
	c, done := idleJourneys(t)
	id := programme.JourneyID("c", "P-AAAAAA")
	far := time.Now().Add(1000 * time.Hour)
	_, err := c.ExecuteWorkflow(t.Context(), client.StartWorkflowOptions{ID: id, TaskQueue: workflows.Queue}, workflows.TypeJourney,
		workflows.JourneyInput{JourneyStart: programme.JourneyStart{Cohort: "c", Ref: "P-AAAAAA", State: programme.Enrolled,
			Openings: []programme.Opening{{Stage: "first", Kind: programme.KindSurvey, At: far, Due: far}, {Stage: "second", Kind: programme.KindSurvey, At: far, Due: far}},
			Stages:   []programme.StageStart{{Name: "first", Kind: programme.KindSurvey}, {Name: "second", Kind: programme.KindSurvey}}}, Style: workflows.StyleNow, Room: 1})
	if err != nil {
		t.Fatal(err)
	}
	fairlead := &workflows.Client{Temporal: c, Namespace: "default"}
	var wait sync.WaitGroup
	for sender := range senders {
		wait.Go(func() {
			for n := range each {
				pause(t, time.Duration(100+37*sender+53*n%400)*time.Millisecond)
				mail := programme.PlannedMail{Key: fmt.Sprintf("c/P-AAAAAA/-/answer-changed/%d-%d", sender, n), At: time.Now()}
				body, err := json.Marshal(mail)
				if err != nil {
					t.Error(err)
				}
				row := programme.OutboxRow{ID: mail.Key, WorkflowID: id, Signal: workflows.SignalMail, Body: body}
				_, err = fairlead.Signal(t.Context(), row)
				for tries := 0; err != nil && tries < 100; tries++ { // as the relay does: a run that is closing takes nothing
					pause(t, 50*time.Millisecond)
					_, err = fairlead.Signal(t.Context(), row)
				}
				if err != nil {
					t.Error(err)
				}
				order := programme.Command{ID: fmt.Sprintf("%d-%d", sender, n), Name: programme.CmdChangeEmail, Cohort: "c", Ref: "P-AAAAAA", Reason: "leader_asked"}
				if _, err := fairlead.Order(t.Context(), order); err != nil {
					t.Error(err)
				}
			}
		})
	}
	wait.Wait()
	for tries := 0; ; tries++ {
		err := done.onceEach(senders * each)
		if err == nil {
			break
		}
		if tries == 100 {
			t.Error(err)
			break
		}
		pause(t, 100*time.Millisecond)
	}
	runs, err := c.ListWorkflow(t.Context(), &workflowservice.ListWorkflowExecutionsRequest{PageSize: 1000})
	if err != nil || len(runs.GetExecutions()) < 5 {
		t.Errorf("it went through %d runs only, %v", len(runs.GetExecutions()), err)
	}
}

// pause lets time go by between two things that people do.
func pause(t *testing.T, d time.Duration) {
	t.Helper()
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-timer.C:
	case <-t.Context().Done():
	}
}

// idleJourneys is a server of our own with a worker for journeys that open nothing.
func idleJourneys(t *testing.T) (client.Client, *acts) {
	t.Helper()
	if testing.Short() {
		t.Skip("SKIPPED: the runs of a journey are not tried on a real server with -short")
	}
	t.Chdir("..")
	if _, err := os.Stat(temporalProgram); err != nil {
		if os.Getenv("FAIRLEAD_TEST_ALL") != "" { // set where nothing may be skipped
			t.Fatalf("%s is missing: make temporal", temporalProgram)
		}
		t.Skipf("SKIPPED: %s is missing, so the runs of a journey were not tried on a real server: make temporal", temporalProgram)
	}
	folder := t.TempDir()
	server, err := startTemporal(filepath.Join(folder, "temporal.db"), filepath.Join(folder, "log"))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = server.stop() })
	c, err := server.dial(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(c.Close)
	if err := worker.Boot(t.Context(), c, "default"); err != nil {
		t.Fatal(err)
	}
	done := &acts{mails: map[string]int{}, orders: map[string]int{}}
	main := sdk.New(c, workflows.Queue, sdk.Options{DisableRegistrationAliasing: true})
	worker.RegisterWorkflows(main, &workflows.Workflows{})
	main.RegisterActivityWithOptions(done.apply, activity.RegisterOptions{Name: "ApplyCommand"})
	mail := sdk.New(c, workflows.MailQueue, sdk.Options{DisableWorkflowWorker: true, DisableRegistrationAliasing: true})
	mail.RegisterActivityWithOptions(done.sendMail, activity.RegisterOptions{Name: "SendMail"})
	for _, w := range []sdk.Worker{main, mail} {
		if err := w.Start(); err != nil {
			t.Fatal(err)
		}
		t.Cleanup(w.Stop)
	}
	return c, done
}
