package main

import (
	"net/http"
	"os"
	"path/filepath"
	"syscall"
	"testing"
	"time"

	"go.temporal.io/api/enums/v1"
	"go.temporal.io/api/operatorservice/v1"
	"go.temporal.io/api/workflowservice/v1"
	"go.temporal.io/sdk/client"
	"go.temporal.io/sdk/temporal"
	"go.temporal.io/sdk/worker"
	"go.temporal.io/sdk/workflow"
)

// A year outlives every process: what was started before a kill -9 is answered after it, on the same file and ports,
// and is still listed after an orderly end and a move of the folder.
func TestWorkflowsSurviveKillAndRestart(t *testing.T) {
	t.Parallel()
	folder := filepath.Join(t.TempDir(), "50% of #1, why?") // missing, and full of what a URI gives a meaning to
	file := filepath.Join(folder, "temporal.db")

	first := startProcess(t, "--db", file, "--listen", "127.0.0.1:0", "--ui", "127.0.0.1:0")
	c := dial(t, first)
	_, err := c.OperatorService().AddSearchAttributes(t.Context(), &operatorservice.AddSearchAttributesRequest{
		Namespace:        "default",
		SearchAttributes: map[string]enums.IndexedValueType{"Cohort": enums.INDEXED_VALUE_TYPE_KEYWORD},
	})
	check(t, err)
	cohort := temporal.NewSearchAttributeKeyKeyword("Cohort")
	_, err = c.ExecuteWorkflow(t.Context(), client.StartWorkflowOptions{
		ID: "journey/2027-spring/P-7F3K2Q", TaskQueue: "journeys",
		TypedSearchAttributes: temporal.NewSearchAttributes(cohort.ValueSet("2027-spring")),
	}, "Journey")
	check(t, err)
	if code := first.end(t, syscall.SIGKILL); code != -1 {
		t.Fatalf("exit code after kill: %d", code)
	}

	// The same ports: clients reconnect by themselves, and so does c.
	second := startProcess(t, "--db", file, "--listen", first.Frontend, "--ui", first.ui(), "--timer-shift", "10ms")
	w := worker.New(c, "journeys", worker.Options{})
	w.RegisterWorkflowWithOptions(journey, workflow.RegisterOptions{Name: "Journey"})
	check(t, w.Start())
	handle, err := c.UpdateWorkflow(t.Context(), client.UpdateWorkflowOptions{
		WorkflowID: "journey/2027-spring/P-7F3K2Q", UpdateName: "complete",
		WaitForStage: client.WorkflowUpdateStageCompleted,
	})
	check(t, err)
	check(t, handle.Get(t.Context(), nil))
	var end string
	check(t, c.GetWorkflow(t.Context(), "journey/2027-spring/P-7F3K2Q", "").Get(t.Context(), &end))
	if end != "completed" {
		t.Fatalf("the journey ended as %q", end)
	}
	// With the worker still polling: that must not hold up an orderly end.
	if code := second.end(t, syscall.SIGTERM); code != 0 {
		t.Fatalf("exit code after SIGTERM: %d", code)
	}
	w.Stop()
	if log, err := os.Stat(file + "-wal"); err == nil && log.Size() > 0 {
		t.Errorf("%d bytes left outside the file after an orderly end", log.Size())
	}

	moved := folder + " moved"
	check(t, os.Rename(folder, moved))
	third := startProcess(t, "--db", filepath.Join(moved, "temporal.db"), "--listen", "127.0.0.1:0", "--ui", "127.0.0.1:0")
	list, err := dial(t, third).ListWorkflow(t.Context(), &workflowservice.ListWorkflowExecutionsRequest{
		Query: `Cohort = "2027-spring" AND ExecutionStatus = "Completed"`,
	})
	check(t, err)
	if len(list.GetExecutions()) != 1 {
		t.Fatalf("%d journeys in the list, not 1", len(list.GetExecutions()))
	}
}

// journey runs until it is told to complete.
func journey(ctx workflow.Context) (string, error) {
	state := "open"
	err := workflow.SetUpdateHandler(ctx, "complete", func(ctx workflow.Context) error {
		state = "completed"
		return workflow.Sleep(ctx, time.Millisecond) // a timer, too
	})
	if err != nil {
		return "", err
	}
	return state, workflow.Await(ctx, func() bool { return state == "completed" && workflow.AllHandlersFinished(ctx) })
}

// Ready means everything: namespace with its retention, page of the UI, UI connected to the frontend, metrics.
func TestReadyServer(t *testing.T) {
	t.Parallel()
	p := startProcess(t, "--db", filepath.Join(t.TempDir(), "temporal.db"), "--namespace", "spring",
		"--listen", "127.0.0.1:0", "--ui", "127.0.0.1:0", "--metrics", "127.0.0.1:0")

	namespace, err := dial(t, p).WorkflowService().DescribeNamespace(t.Context(),
		&workflowservice.DescribeNamespaceRequest{Namespace: "spring"})
	check(t, err)
	if got := namespace.GetConfig().GetWorkflowExecutionRetentionTtl().AsDuration(); got != retention {
		t.Errorf("retention %s, not %s", got, retention)
	}
	for _, url := range []string{p.UI + "/", p.UI + "/namespaces/spring/workflows", p.UI + "/api/v1/namespaces/spring", p.Metrics} {
		response, err := http.Get(url)
		check(t, err)
		response.Body.Close()
		if response.StatusCode != http.StatusOK {
			t.Errorf("%s: %s", url, response.Status)
		}
	}
}

// The supervisor's death closes the pipe; no server may stay behind.
func TestEndsWithItsStdin(t *testing.T) {
	t.Parallel()
	p := startProcess(t, "--db", filepath.Join(t.TempDir(), "temporal.db"), "--watch-stdin",
		"--listen", "127.0.0.1:0", "--ui", "127.0.0.1:0")
	check(t, p.stdin.Close())
	if code := p.wait(t); code != 0 {
		t.Fatalf("exit code: %d", code)
	}
}
