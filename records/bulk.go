package records

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"

	"fairlead/programme"

	"gorm.io/gorm"
)

// opBulk is an order of staff for many journeys: one command each, which the workers give in their turn.
const opBulk = "bulk"

// bulkAtOnce is how many of them one sweep takes.
const bulkAtOnce = 50

// OrderMany records a command for every journey that passes a filter, as one operation; the workers carry them out. The
// same operation again is what became of it. ErrConflict where other journeys pass now than staff were shown; *Invalid
// where there are none, or more than may be ordered at once.
func (s *Store) OrderMany(ctx context.Context, order programme.BulkOrder) (programme.Operation, error) {
	c := order.Command
	if !validReason(c.Reason) {
		return programme.Operation{}, programme.Refuse("reason", "Give a reason from the list.")
	}
	now, err := s.programmeNow(ctx)
	if err != nil {
		return programme.Operation{}, err
	}
	c.At, c.State, c.Cohort, c.Operation = now, programme.CommandRecorded, order.Filter.Cohort, order.ID
	var op operationRow
	err = s.tx(ctx, func(tx *gorm.DB) error {
		op = operationRow{}
		if err := tx.Take(&op, "id = ?", order.ID).Error; !isMissing(err) {
			return err
		}
		var journeys []journeyRow
		err := filtered(tx.Model(&journeyRow{}), order.Filter).Order("journeys.ref").Limit(programme.MostAtOnce + 1).Find(&journeys).Error
		if err != nil {
			return err
		}
		refs := make([]string, len(journeys))
		for i, j := range journeys {
			refs[i] = j.Ref
		}
		switch {
		case len(refs) == 0:
			return programme.Refuse("main", "No journey passes these filters.")
		case len(refs) > programme.MostAtOnce:
			return programme.Refuse("main", "More than %d journeys pass these filters: narrow them.", programme.MostAtOnce)
		case programme.SetOf(refs) != order.Shown:
			return fmt.Errorf("%w: other journeys pass the filters now", programme.ErrConflict)
		}
		op = operationRow{ID: order.ID, Kind: opBulk, Cohort: order.Filter.Cohort, State: operationRunning, Total: len(refs), At: now, CreatedReal: s.realNow()}
		if err := tx.Create(&op).Error; err != nil {
			return err
		}
		rows := make([]commandRow, len(journeys))
		for i, j := range journeys {
			c.ID, c.Ref = randomHex(16), j.Ref
			if rows[i], err = s.rowFromCommand(ctx, c, j.PersonID); err != nil {
				return err
			}
		}
		return insertMany(tx, rows)
	})
	if err != nil {
		return programme.Operation{}, err
	}
	return s.Operation(ctx, order.ID)
}

// PendingBulk lists the next orders of bulk work, and whether a workflow takes each: where none runs the records do. Work
// whose last order has been settled is over by it.
func (s *Store) PendingBulk(ctx context.Context) (list []programme.BulkStep, err error) {
	var running []string
	err = s.read(ctx).Model(&operationRow{}).Where("state = 'running' AND kind = ?", opBulk).Order("created_real").Pluck("id", &running).Error
	for _, op := range running {
		if err != nil || len(list) >= bulkAtOnce {
			break
		}
		var rows []commandRow
		err = s.read(ctx).Where("operation = ? AND operation <> '' AND state = ?", op, string(programme.CommandRecorded)).Order("ref").Limit(bulkAtOnce).Find(&rows).Error
		if err == nil && len(rows) == 0 {
			err = s.endBulk(ctx, op)
		}
		for _, row := range rows {
			var c programme.Command
			var j journeyRow
			row.PersonalEnc = nil // not needed to give it
			if c, err = s.commandFromRow(ctx, nil, row); err != nil {
				return nil, err
			}
			if err = s.read(ctx).Select("ref", "started", "state").Take(&j, "ref = ?", row.Ref).Error; err != nil {
				return nil, edge(err)
			}
			list = append(list, programme.BulkStep{Command: c, Runs: j.Started && !programme.JourneyState(j.State).Ended()})
		}
	}
	return list, edge(err)
}

func (s *Store) endBulk(ctx context.Context, op string) error {
	return s.tx(ctx, func(tx *gorm.DB) error {
		count := `(SELECT COUNT(*) FROM commands c WHERE c.operation = operations.id AND c.operation <> '' AND c.state `
		return tx.Exec(`UPDATE operations SET state = 'done', finished_real = ?, done = `+count+` = 'applied'), failed = `+count+` IN ('refused', 'abandoned'))
			WHERE id = ? AND state = 'running' AND `+count+` = 'recorded') = 0`, s.realNow(), op).Error
	})
}

// RefuseCommand keeps the refusal of an order that its workflow turned away before the records saw it; other errors, and
// orders that were settled meanwhile, are left as they are.
func (s *Store) RefuseCommand(ctx context.Context, id string, why error) error {
	outcome, refused := refusedOutcome(why)
	if !refused {
		return nil
	}
	return s.tx(ctx, func(tx *gorm.DB) error {
		return tx.Model(&commandRow{}).Where("id = ? AND state = ?", id, string(programme.CommandRecorded)).
			Updates(map[string]any{"state": string(programme.CommandRefused), "outcome": outcome, "done_real": s.realNow()}).Error
	})
}

// Remindable are the journeys of a cohort whose leader was asked by a stage for something that is still open: those to
// whom a resend without a message sends again.
func (s *Store) Remindable(ctx context.Context, cohort, stage string) (map[string]bool, error) {
	now, err := s.programmeNow(ctx)
	if err != nil {
		return nil, err
	}
	var refs []string
	err = s.read(ctx).Raw(`SELECT DISTINCT a.ref FROM asks a JOIN messages m ON m.ask = a.id WHERE a.cohort = ? AND a.stage = ? AND a.state = ? AND a.limit_at > ?
		AND m.stage = a.stage AND m.recipient = ? AND m.state IN ?`, cohort, stage, string(programme.AskOpen), now, toParticipant, wentOut).Scan(&refs).Error
	remindable := make(map[string]bool, len(refs))
	for _, ref := range refs {
		remindable[ref] = true
	}
	return remindable, edge(err)
}

// BulkLines are what became of a bulk order for each journey, by reference, from after on.
func (s *Store) BulkLines(ctx context.Context, op, after string, limit int) (list []programme.BulkLine, next string, err error) {
	var rows []struct{ Ref, Name, GivenName, FamilyName, State, Outcome string }
	err = s.read(ctx).Raw(`SELECT c.ref, p.name, p.given_name, p.family_name, c.state, c.outcome FROM commands c JOIN journeys j ON j.ref = c.ref
		JOIN people p ON p.id = j.person_id WHERE c.operation = ? AND c.operation <> '' AND c.ref > ? ORDER BY c.ref LIMIT ?`, op, after, limit+1).Scan(&rows).Error
	if err != nil {
		return nil, "", edge(err)
	}
	if len(rows) > limit {
		rows = rows[:limit]
		next = rows[limit-1].Ref
	}
	for _, row := range rows {
		line := programme.BulkLine{Ref: row.Ref, Name: row.Name, State: programme.CommandState(row.State)}
		if line.Name == "" {
			line.Name = row.GivenName + " " + row.FamilyName
		}
		switch line.State {
		case programme.CommandApplied:
			var effect programme.Effect
			if err := json.Unmarshal([]byte(row.Outcome), &effect); err != nil {
				return nil, "", err
			}
			line.Changed = effect.Changed
		case programme.CommandRefused:
			line.Why = whyRefused(refusedError(row.Outcome))
		case programme.CommandAbandoned:
			line.Why = "Another order came first."
		}
		list = append(list, line)
	}
	return list, next, nil
}

// whyRefused is a refusal in a sentence for staff.
func whyRefused(err error) string {
	var illegal *programme.Illegal
	if errors.As(err, &illegal) {
		return illegal.Why
	}
	return err.Error()
}

// bulkCounts are how many orders of a bulk work were carried out and turned away so far.
func (s *Store) bulkCounts(ctx context.Context, op *programme.Operation) error {
	var rows []struct {
		State string
		N     int
	}
	err := s.read(ctx).Raw(`SELECT state, COUNT(*) AS n FROM commands WHERE operation = ? AND operation <> '' GROUP BY state`, op.ID).Scan(&rows).Error
	op.Done, op.Failed, op.Refused = 0, 0, 0
	for _, row := range rows {
		switch programme.CommandState(row.State) {
		case programme.CommandApplied:
			op.Done = row.N
		case programme.CommandRefused:
			op.Failed, op.Refused = op.Failed+row.N, row.N
		case programme.CommandAbandoned:
			op.Failed += row.N
		}
	}
	if op.Done+op.Failed == op.Total {
		op.State = operationDone
	}
	return edge(err)
}
