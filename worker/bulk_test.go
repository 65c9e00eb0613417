package worker

import (
	"context"
	"errors"
	"log/slog"
	"reflect"
	"testing"
	"time"

	"fairlead/programme"
)

// bulkRecords are the records in memory: orders by their ids.
type bulkRecords struct {
	steps   []programme.BulkStep
	applied []string
	refused []string
}

func (r *bulkRecords) PendingBulk(context.Context) ([]programme.BulkStep, error) { return r.steps, nil }

func (r *bulkRecords) Apply(_ context.Context, _, id string, _ time.Time, _ programme.Order) (programme.Effect, error) {
	r.applied = append(r.applied, id)
	return programme.Effect{}, nil
}

func (r *bulkRecords) RefuseCommand(_ context.Context, id string, _ error) error {
	r.refused = append(r.refused, id)
	return nil
}

// TestBulkSweep: a workflow takes what it runs for, the records the rest; a refusal is kept, and what nobody took waits
// without holding the others up.
func TestBulkSweep(t *testing.T) {
	t.Parallel()
	step := func(id string, runs bool) programme.BulkStep {
		return programme.BulkStep{Command: programme.Command{ID: id, Name: programme.CmdHold, Ref: "P-222222"}, Runs: runs}
	}
	records := &bulkRecords{steps: []programme.BulkStep{step("down", true), step("runs", true), step("not-started", false), step("over", true), step("illegal", true), step("pending", true)}}
	var ordered []string
	bulk := &Bulk{Records: records, Log: slog.New(slog.DiscardHandler), Order: func(_ context.Context, c programme.Command) (programme.Effect, error) {
		ordered = append(ordered, c.ID)
		return programme.Effect{}, map[string]error{"down": programme.ErrUnavailable, "over": programme.ErrNotFound, "pending": programme.ErrPending,
			"illegal": &programme.Illegal{What: "hold", State: "reserve"}}[c.ID]
	}}
	if err := bulk.Sweep(context.Background()); !errors.Is(err, programme.ErrUnavailable) {
		t.Errorf("what waits is not told: %v", err)
	}
	if !reflect.DeepEqual(ordered, []string{"down", "runs", "over", "illegal", "pending"}) || !reflect.DeepEqual(records.applied, []string{"not-started", "over"}) ||
		!reflect.DeepEqual(records.refused, []string{"illegal"}) {
		t.Errorf("ordered %v, applied %v, refused %v", ordered, records.applied, records.refused)
	}
}
