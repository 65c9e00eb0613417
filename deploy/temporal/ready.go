package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"net/url"
	"time"

	"go.temporal.io/api/common/v1"
	"go.temporal.io/api/serviceerror"
	"go.temporal.io/api/workflowservice/v1"
	"go.temporal.io/sdk/client"
	"go.temporal.io/sdk/log"
)

// startLimit is how long a start may take before it counts as failed; a few seconds are normal.
const startLimit = 90 * time.Second

// announcement is the one line on the standard output. Addresses are complete: ports that were asked for as 0 are real.
type announcement struct {
	Ready    bool   `json:"ready"`
	Frontend string `json:"frontend"`
	UI       string `json:"ui"`
	Metrics  string `json:"metrics,omitempty"`
}

func announce(w io.Writer, at addresses) error {
	line := announcement{Ready: true, Frontend: dialable(at.frontend).String(), UI: "http://" + dialable(at.ui).String()}
	if at.metrics.IsValid() {
		line.Metrics = "http://" + dialable(at.metrics).String() + "/metrics"
	}
	return json.NewEncoder(w).Encode(line)
}

// until asks again until the question is answered without an error: the services come up one after the other.
func until(ctx context.Context, question func(context.Context) error) error {
	again := time.NewTicker(20 * time.Millisecond)
	defer again.Stop()
	for {
		err := ask(ctx, question)
		if err == nil {
			return nil
		}
		select {
		case <-again.C:
		case <-ctx.Done():
			return fmt.Errorf("%w: %w", context.Cause(ctx), err)
		}
	}
}

// ask gives one answer five seconds: a request that is lost during the start must not use up all the time.
func ask(ctx context.Context, question func(context.Context) error) error {
	ctx, cancel := context.WithTimeout(ctx, 5*time.Second)
	defer cancel()
	return question(ctx)
}

// answers asks whether a client that connects now can start workflows. The health check covers the frontend, and the
// namespace its metadata; only a question about a workflow reaches the history shard, which takes over from a killed
// server a moment later. That the workflow does not exist is the expected answer.
func answers(at addresses, namespace string) func(context.Context) error {
	return func(ctx context.Context) error {
		temporal, err := client.DialContext(ctx, client.Options{
			HostPort: dialable(at.frontend).String(),
			Logger:   log.NewStructuredLogger(slog.New(slog.DiscardHandler)),
		})
		if err != nil {
			return err
		}
		defer temporal.Close()
		if _, err := temporal.CheckHealth(ctx, &client.CheckHealthRequest{}); err != nil {
			return err
		}
		service := temporal.WorkflowService()
		if _, err := service.DescribeNamespace(ctx, &workflowservice.DescribeNamespaceRequest{Namespace: namespace}); err != nil {
			return err
		}
		_, err = service.DescribeWorkflowExecution(ctx, &workflowservice.DescribeWorkflowExecutionRequest{
			Namespace: namespace,
			Execution: &common.WorkflowExecution{WorkflowId: "fairlead-temporal/ready"},
		})
		var missing *serviceerror.NotFound
		if errors.As(err, &missing) {
			return nil
		}
		return err
	}
}

// shows asks whether the web UI listens and reaches the frontend.
func shows(at addresses, namespace string) func(context.Context) error {
	page := "http://" + dialable(at.ui).String() + "/api/v1/namespaces/" + url.PathEscape(namespace)
	return func(ctx context.Context) error {
		request, err := http.NewRequestWithContext(ctx, http.MethodGet, page, nil)
		if err != nil {
			return err
		}
		response, err := http.DefaultClient.Do(request)
		if err != nil {
			return err
		}
		defer response.Body.Close()
		if response.StatusCode != http.StatusOK {
			return fmt.Errorf("the UI answers %s", response.Status)
		}
		return nil
	}
}
