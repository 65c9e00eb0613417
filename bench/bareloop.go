package main

import (
	"context"
	"fmt"
	"sync"
	"time"

	"go.temporal.io/sdk/client"
	"go.temporal.io/sdk/workflow"
)

// oneTimer is the least that waits: one timer far ahead.
func oneTimer(ctx workflow.Context) error { return workflow.Sleep(ctx, 300*24*time.Hour) }

// bareLoop starts as many workflows of one timer.
func (l *launching) bareLoop(ctx context.Context, n int) (took pace, err error) {
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
	took.started = time.Since(began)
	select {
	case err := <-failures:
		return took, err
	default:
	}
	err = l.timers.await(ctx, bareType, waiting+launched)
	took.waiting = time.Since(began)
	return took, err
}

// pace is how long it took until the last of the workflows was started, and until the last waited at its timer: its first
// task is done by the worker while the next are started.
type pace struct{ started, waiting time.Duration }

// String is the pace in words.
func (p pace) String() string {
	return fmt.Sprintf("%s, at their timers %s", round(p.started), round(p.waiting))
}

// compare is the rate of the launch over that of the loop, each pair ran one after the other, and both rates.
func compare(bare, real []pace, of func(pace) time.Duration) (reached, atLoop, atLaunch float64) {
	var ratios []float64
	var loop, launch []time.Duration
	for i := range bare {
		ratios = append(ratios, ratio(of(bare[i]), of(real[i])))
		loop, launch = append(loop, of(bare[i])), append(launch, of(real[i]))
	}
	return middle(ratios), launched / median(loop).Seconds(), launched / median(launch).Seconds()
}
