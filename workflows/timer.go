package workflows

import (
	"time"

	"go.temporal.io/sdk/workflow"

	"fairlead/programme"
)

// dueTimer is the one timer of a workflow: it is set to the next moment at which something is due, and moved when that
// changes. A timer that stands at the right moment already is left alone, which costs nothing.
type dueTimer struct {
	clock  programme.Clock
	at     time.Time // programme moment it stands at, zero: none
	future workflow.Future
	cancel workflow.CancelFunc
}

// set moves the timer to a programme moment; a zero moment stops it. summary is what the Temporal UI shows.
func (t *dueTimer) set(ctx workflow.Context, at time.Time, summary string) {
	if t.future != nil && t.at.Equal(at) {
		return
	}
	t.stop()
	if at.IsZero() {
		return
	}
	timerCtx, cancel := workflow.WithCancel(ctx)
	wait := t.clock.Real(at).Sub(workflow.Now(ctx))
	t.at, t.cancel = at, cancel
	t.future = workflow.NewTimerWithOptions(timerCtx, max(wait, 0), workflow.TimerOptions{Summary: summary})
}

// due reports whether a programme moment has come.
func (t *dueTimer) due(ctx workflow.Context, at time.Time) bool {
	return !at.IsZero() && !t.clock.Real(at).After(workflow.Now(ctx))
}

// stop cancels the timer.
func (t *dueTimer) stop() {
	if t.cancel != nil {
		t.cancel()
	}
	t.future, t.cancel, t.at = nil, nil, time.Time{}
}

// listen adds the timer to a selector. fired is called with the planned moment; not when the timer was cancelled.
func (t *dueTimer) listen(ctx workflow.Context, selector workflow.Selector, fired func(at time.Time)) {
	if t.future == nil {
		return
	}
	future, at := t.future, t.at
	selector.AddFuture(future, func(f workflow.Future) {
		if f.Get(ctx, nil) != nil || t.future != future {
			return
		}
		t.future, t.cancel, t.at = nil, nil, time.Time{}
		fired(at)
	})
}

// earliest is the earlier of two moments, ignoring zero ones.
func earliest(a, b time.Time) time.Time {
	if a.IsZero() || (!b.IsZero() && b.Before(a)) {
		return b
	}
	return a
}
