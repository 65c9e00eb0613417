package worker

import (
	"context"
	"errors"
	"log/slog"
	"time"

	"fairlead/programme"
)

// BulkRecords are what bulk orders need of the records.
type BulkRecords interface {
	// PendingBulk lists the next orders of bulk work.
	PendingBulk(ctx context.Context) ([]programme.BulkStep, error)
	Apply(ctx context.Context, ref, id string, at time.Time, order programme.Order) (programme.Effect, error)
	// RefuseCommand keeps why an order was turned away.
	RefuseCommand(ctx context.Context, id string, why error) error
}

// Bulk gives the orders that staff gave to many journeys at once, one after the other. It goes on where another process
// stopped: what was carried out is not pending any more, and an order that two workers give takes effect once.
type Bulk struct {
	Records BulkRecords
	// Order gives one to its journey's workflow: workflows.Client.
	Order func(ctx context.Context, c programme.Command) (programme.Effect, error)
	Log   *slog.Logger
}

// Run gives what is pending until ctx is done.
func (b *Bulk) Run(ctx context.Context) {
	sweeping(ctx, sweepEvery, b.Log, "bulk orders wait", b.Sweep)
}

// Sweep gives the next orders once. What nobody took waits for the next sweep.
func (b *Bulk) Sweep(ctx context.Context) error {
	steps, err := b.Records.PendingBulk(ctx)
	if err != nil {
		return err
	}
	var wait error // one that waits keeps no other from its turn
	for _, step := range steps {
		if err := b.give(ctx, step); err != nil {
			wait = err
		}
	}
	return wait
}

func (b *Bulk) give(ctx context.Context, step programme.BulkStep) error {
	c, err := step.Command, programme.ErrNotFound
	if step.Runs {
		_, err = b.Order(ctx, c)
	}
	if errors.Is(err, programme.ErrNotFound) { // no workflow runs: the records carry it out
		_, err = b.Records.Apply(ctx, c.Ref, c.ID, c.At, programme.Order{ID: c.ID, Name: c.Name})
	}
	switch {
	case err == nil, errors.Is(err, programme.ErrPending):
		return nil
	case errors.As(err, new(*programme.Illegal)), errors.As(err, new(*programme.Invalid)):
		return b.Records.RefuseCommand(ctx, c.ID, err)
	}
	return err
}
