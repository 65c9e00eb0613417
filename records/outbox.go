package records

import (
	"context"
	"encoding/json"
	"fmt"
	"time"

	"fairlead/programme"

	"gorm.io/gorm"
)

// outboxRow is a signal that a transaction promised: written with the fact it tells of, delivered afterwards.
type outboxRow struct {
	ID          string `gorm:"primaryKey"`
	WorkflowID  string
	Signal      string
	Body        string
	Start       string
	CreatedReal time.Time
	DoneReal    *time.Time
	Result      string
}

func (outboxRow) TableName() string { return "outbox" }

// The signals this half of the records promises.
const (
	signalFormSubmitted = "form-submitted" // {"submission":id}, to a stage
	signalMail          = "mail"           // {"key","at"}, to a journey or, where it has ended, its cohort
	signalPlaceFreed    = "place-freed"    // {}, to a cohort
	signalMoved         = "moved"          // an Effect, to a journey that was moved by nobody's order
	signalPoke          = "poke"           // {}, to a cohort
)

// promise writes a signal into the outbox and returns the row's id, which is also the signal's request id. body holds
// references, keys and codes alone.
func (s *Store) promise(tx *gorm.DB, workflowID, signal string, body any, start string) (string, error) {
	text, err := json.Marshal(body)
	if err != nil {
		return "", err
	}
	row := outboxRow{ID: randomHex(16), WorkflowID: workflowID, Signal: signal, Body: string(text), Start: start,
		CreatedReal: s.realNow()}
	return row.ID, tx.Create(&row).Error
}

// PendingOutbox lists signals nobody has delivered that are older than a real moment, oldest first, at most limit.
func (s *Store) PendingOutbox(ctx context.Context, olderThan time.Time, limit int) ([]programme.OutboxRow, error) {
	var rows []outboxRow
	err := s.read(ctx).Where("done_real IS NULL AND created_real < ?", olderThan).Order("created_real, id").Limit(limit).
		Find(&rows).Error
	list := make([]programme.OutboxRow, 0, len(rows))
	for _, row := range rows {
		list = append(list, outboxFromRow(row))
	}
	return list, edge(err)
}

// OutboxRow is one promised signal, delivered or not; ErrNotFound where there is none.
func (s *Store) OutboxRow(ctx context.Context, id string) (programme.OutboxRow, error) {
	var row outboxRow
	err := s.read(ctx).Take(&row, "id = ?", id).Error
	return outboxFromRow(row), edge(err)
}

// MarkOutbox notes that a signal was delivered, or absorbed because no such workflow runs. A second mark changes nothing.
func (s *Store) MarkOutbox(ctx context.Context, id, result string) error {
	return s.tx(ctx, func(tx *gorm.DB) error {
		marked := tx.Model(&outboxRow{}).Where("id = ? AND done_real IS NULL", id).
			Updates(map[string]any{"done_real": s.realNow(), "result": result})
		if marked.Error != nil || marked.RowsAffected == 1 {
			return marked.Error
		}
		if err := tx.Select("id").Take(&outboxRow{}, "id = ?", id).Error; err != nil {
			return fmt.Errorf("outbox row: %w", err)
		}
		return nil
	})
}

func outboxFromRow(r outboxRow) programme.OutboxRow {
	return programme.OutboxRow{ID: r.ID, WorkflowID: r.WorkflowID, Signal: r.Signal, Body: json.RawMessage(r.Body), Start: r.Start}
}
