package records

import (
	"context"
	"errors"
	"time"

	"fairlead/programme"

	"gorm.io/gorm"
)

// The states of an operation.
const (
	operationRunning = "running"
	operationDone    = "done"
	operationFailed  = "failed"
)

// Operation is bulk work by its id, or a command that was accepted, by the command's; ErrNotFound where there is none.
func (s *Store) Operation(ctx context.Context, id string) (programme.Operation, error) {
	var row operationRow
	err := s.read(ctx).Take(&row, "id = ?", id).Error
	if !errors.Is(err, gorm.ErrRecordNotFound) {
		op := operationFromRow(row)
		if err == nil && row.Kind == opBulk {
			err = s.bulkCounts(ctx, &op)
		}
		return op, edge(err)
	}
	var command struct {
		ID, Cohort, Ref, State string
		CreatedReal            time.Time
		DoneReal               *time.Time
	}
	err = s.read(ctx).Table("commands").Take(&command, "id = ?", id).Error
	if err != nil {
		return programme.Operation{}, edge(err)
	}
	op := programme.Operation{ID: command.ID, Kind: "command", Cohort: command.Cohort, Ref: command.Ref, Total: 1,
		State: operationRunning, Created: command.CreatedReal.UTC(), Finished: orZero(command.DoneReal)}
	switch programme.CommandState(command.State) {
	case programme.CommandApplied:
		op.State, op.Done = operationDone, 1
	case programme.CommandRefused, programme.CommandAbandoned:
		op.State, op.Failed = operationFailed, 1
	}
	return op, nil
}

// Operations are a cohort's latest operations that had something to do, of one kind or, where it is empty, of all, newest
// first, at most limit.
func (s *Store) Operations(ctx context.Context, cohort, kind string, limit int) ([]programme.Operation, error) {
	var rows []operationRow
	of := s.read(ctx).Where("cohort = ? AND total > 0", cohort)
	if kind != "" {
		of = of.Where("kind = ?", kind)
	}
	err := of.Order("created_real DESC, id").Limit(limit).Find(&rows).Error
	list := make([]programme.Operation, len(rows))
	for i, row := range rows {
		list[i] = operationFromRow(row)
	}
	return list, edge(err)
}

// advance counts n more of an operation's parts as done; with the last the operation is.
func advance(tx *gorm.DB, op string, n int, realNow time.Time) error {
	if n > 0 {
		if err := tx.Exec(`UPDATE operations SET done = done + ? WHERE id = ?`, n, op).Error; err != nil {
			return err
		}
	}
	return tx.Exec(`UPDATE operations SET state = 'done', finished_real = ? WHERE id = ? AND state = 'running' AND done + failed >= total`,
		realNow, op).Error
}

func operationFromRow(r operationRow) programme.Operation {
	return programme.Operation{ID: r.ID, Kind: r.Kind, Cohort: r.Cohort, Ref: r.Ref, State: r.State, Total: r.Total,
		Done: r.Done, Failed: r.Failed, Created: r.CreatedReal.UTC(), Finished: orZero(r.FinishedReal)}
}
