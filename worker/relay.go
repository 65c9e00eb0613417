package worker

import (
	"context"
	"errors"
	"log/slog"
	"time"

	"fairlead/programme"
	"fairlead/workflows"
)

// Outbox is what the relay needs of the records.
type Outbox interface {
	PendingOutbox(ctx context.Context, olderThan time.Time, limit int) ([]programme.OutboxRow, error)
	OutboxRow(ctx context.Context, id string) (programme.OutboxRow, error)
	MarkOutbox(ctx context.Context, id string, result string) error
	PendingCommands(ctx context.Context, olderThan time.Time, limit int) ([]programme.Command, error)
	BulkRecords
}

// How often the relay sweeps and how old a promise must be: the api delivers its own right after the commit, the relay
// takes what was left behind.
const (
	sweepEvery   = time.Second
	signalAfter  = 2 * time.Second
	commandAfter = 15 * time.Second // longer than a caller waits before it is told to try again
	sweepLimit   = 200
)

// Relay delivers what transactions promised and nobody delivered: signals of the outbox, and commands whose api died
// before it sent the update. Every worker runs one; a double delivery changes nothing.
type Relay struct {
	Outbox  Outbox
	Client  *workflows.Client
	RealNow func() time.Time
	Log     *slog.Logger
	// FastClock sweeps four times a second and takes what is a quarter of a second old: on a fast clock two seconds are
	// a day.
	FastClock bool
}

// pace is how often to sweep and how old a signal must be.
func (r *Relay) pace() (every, after time.Duration) {
	if r.FastClock {
		return sweepEvery / 4, signalAfter / 8
	}
	return sweepEvery, signalAfter
}

// Run sweeps until ctx is done.
func (r *Relay) Run(ctx context.Context) {
	every, _ := r.pace()
	sweeping(ctx, every, r.Log, "the relay could not sweep", r.Sweep)
}

// Sweep delivers once what waits.
func (r *Relay) Sweep(ctx context.Context) error {
	_, after := r.pace()
	rows, err := r.Outbox.PendingOutbox(ctx, r.RealNow().Add(-after), sweepLimit)
	if err != nil {
		return err
	}
	for _, row := range rows {
		if err := r.deliver(ctx, row); err != nil {
			return err
		}
	}
	commands, err := r.Outbox.PendingCommands(ctx, r.RealNow().Add(-commandAfter), sweepLimit)
	if err != nil {
		return err
	}
	for _, command := range commands {
		// A refusal is recorded by the records themselves; what was not accepted is tried again at the next sweep.
		if _, err := r.Client.Order(ctx, command); errors.Is(err, programme.ErrUnavailable) {
			return err
		}
	}
	return nil
}

// Deliver delivers rows that were just committed, without waiting for the sweep. What fails is left to the sweep.
func (r *Relay) Deliver(ctx context.Context, ids []string) {
	for _, id := range ids {
		row, err := r.Outbox.OutboxRow(ctx, id)
		if err == nil {
			err = r.deliver(ctx, row)
		}
		if err != nil {
			r.Log.Info("a signal is left to the relay", "outbox", id, "error", err)
		}
	}
}

func (r *Relay) deliver(ctx context.Context, row programme.OutboxRow) error {
	delivered, err := r.Client.Signal(ctx, row)
	if err != nil {
		return err
	}
	result := "delivered"
	if !delivered {
		result = "absorbed"
	}
	return r.Outbox.MarkOutbox(ctx, row.ID, result)
}
