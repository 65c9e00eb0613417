package main

import (
	"context"
	"sync"
	"time"

	"go.temporal.io/sdk/interceptor"
	"go.temporal.io/sdk/workflow"
)

// timerCounter counts, by workflow type, the workflows that have come to their first timer. It hears of them as an
// interceptor of the workers, so that what is measured runs unchanged.
type timerCounter struct {
	interceptor.ClientInterceptorBase
	interceptor.WorkerInterceptorBase
	mu      sync.Mutex
	waiting map[string]int
	first   map[string]bool // workflow ids that were counted
}

func newTimerCounter() *timerCounter {
	return &timerCounter{waiting: map[string]int{}, first: map[string]bool{}}
}

// of is how many workflows of a type have come to their first timer.
func (c *timerCounter) of(kind string) int {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.waiting[kind]
}

// await returns when so many have.
func (c *timerCounter) await(ctx context.Context, kind string, n int) error {
	again := time.NewTicker(2 * time.Millisecond)
	defer again.Stop()
	for c.of(kind) < n {
		select {
		case <-again.C:
		case <-ctx.Done():
			return ctx.Err()
		}
	}
	return nil
}

func (c *timerCounter) count(ctx workflow.Context) {
	info := workflow.GetInfo(ctx)
	c.mu.Lock()
	defer c.mu.Unlock()
	if !c.first[info.WorkflowExecution.ID] {
		c.first[info.WorkflowExecution.ID] = true
		c.waiting[info.WorkflowType.Name]++
	}
}

// InterceptWorkflow puts the counter between a workflow and the SDK.
func (c *timerCounter) InterceptWorkflow(_ workflow.Context, next interceptor.WorkflowInboundInterceptor) interceptor.WorkflowInboundInterceptor {
	in := &countedWorkflow{counter: c}
	in.Next = next
	return in
}

type countedWorkflow struct {
	interceptor.WorkflowInboundInterceptorBase
	counter *timerCounter
}

// Init puts the counter beneath the workflow's calls.
func (w *countedWorkflow) Init(next interceptor.WorkflowOutboundInterceptor) error {
	out := &countedCalls{counter: w.counter}
	out.Next = next
	return w.Next.Init(out)
}

type countedCalls struct {
	interceptor.WorkflowOutboundInterceptorBase
	counter *timerCounter
}

// NewTimer counts and goes on.
func (o *countedCalls) NewTimer(ctx workflow.Context, d time.Duration) workflow.Future {
	o.counter.count(ctx)
	return o.Next.NewTimer(ctx, d)
}

// NewTimerWithOptions counts and goes on.
func (o *countedCalls) NewTimerWithOptions(ctx workflow.Context, d time.Duration, options workflow.TimerOptions) workflow.Future {
	o.counter.count(ctx)
	return o.Next.NewTimerWithOptions(ctx, d, options)
}

// Sleep counts and goes on.
func (o *countedCalls) Sleep(ctx workflow.Context, d time.Duration) error {
	o.counter.count(ctx)
	return o.Next.Sleep(ctx, d)
}
