package records

import (
	"context"
	"time"

	"fairlead/programme"

	"gorm.io/gorm"
)

// moveRow is one change of a journey or stage. Rows are only ever added.
type moveRow struct {
	ID        int64 `gorm:"primaryKey"`
	Cohort    string
	Ref       string
	Stage     string
	FromState string
	ToState   string
	What      string
	Actor     string
	Reason    string
	NoteEnc   []byte
	At        time.Time
}

func (moveRow) TableName() string { return "moves" }

// Who makes moves besides staff, whose name follows "staff:".
const (
	actorProgramme   = "programme"
	actorParticipant = "participant"
	actorAssistant   = "assistant"
	actorTemporalUI  = "temporal-ui"
)

// addMove writes a change into the journey's history, in the transaction that makes it. The note is encrypted with the
// leader's key.
func (s *Store) addMove(tx *gorm.DB, m programme.Move) error {
	row := moveRow{Cohort: m.Cohort, Ref: m.Ref, Stage: m.Stage, FromState: m.From, ToState: m.To, What: m.What,
		Actor: m.Actor, Reason: m.Reason, At: m.At}
	if m.Note != "" {
		person, err := leaderOf(tx, m.Ref)
		if err != nil {
			return err
		}
		if row.NoteEnc, err = s.encrypt(tx.Statement.Context, person, []byte(m.Note)); err != nil {
			return err
		}
	}
	return tx.Create(&row).Error
}

// Moves is a journey's history, oldest first, from after on, at most limit; next is 0 at the end. A note whose key was
// destroyed is left out.
func (s *Store) Moves(ctx context.Context, ref string, after int64, limit int) (list []programme.Move, next int64, err error) {
	var rows []moveRow
	if err := s.read(ctx).Where("ref = ? AND id > ?", ref, after).Order("id").Limit(limit + 1).Find(&rows).Error; err != nil {
		return nil, 0, edge(err)
	}
	if len(rows) > limit {
		rows = rows[:limit]
		next = rows[limit-1].ID
	}
	person, err := leaderOf(s.read(ctx), ref)
	if err != nil && len(rows) > 0 {
		return nil, 0, edge(err)
	}
	for _, row := range rows {
		note, err := s.decryptIfKept(ctx, person, row.NoteEnc)
		if err != nil {
			return nil, 0, err
		}
		list = append(list, programme.Move{ID: row.ID, Cohort: row.Cohort, Ref: row.Ref, Stage: row.Stage, From: row.FromState,
			To: row.ToState, What: row.What, Actor: row.Actor, Reason: row.Reason, Note: string(note), At: row.At.UTC()})
	}
	return list, next, nil
}

// leaderOf is the person id of a journey's leader.
func leaderOf(tx *gorm.DB, ref string) (string, error) {
	var row journeyRow
	err := tx.Select("person_id").Take(&row, "ref = ?", ref).Error
	return row.PersonID, err
}
