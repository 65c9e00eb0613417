package records

import (
	"context"
	"time"
	"unicode/utf8"

	"fairlead/programme"

	"gorm.io/gorm"
	"gorm.io/gorm/clause"
)

// noteRow is a note of staff on a journey, encrypted with the leader's key.
type noteRow struct {
	ID      int64 `gorm:"primaryKey"`
	Once    string
	Cohort  string
	Ref     string
	Author  string
	NoteEnc []byte
	At      time.Time
}

func (noteRow) TableName() string { return "notes" }

// longestNote is how many characters a note may have.
const longestNote = 2000

// AddNote notes something of a journey. once is of the form it was written in: the same again adds nothing. ErrNotFound
// where there is no such journey; *Invalid where the note is empty or too long.
func (s *Store) AddNote(ctx context.Context, ref, once, author, text string) error {
	switch {
	case text == "":
		return programme.Refuse("note", "Write the note.")
	case utf8.RuneCountInString(text) > longestNote:
		return programme.Refuse("note", "Write at most 2,000 characters.")
	}
	now, err := s.programmeNow(ctx)
	if err != nil {
		return err
	}
	return s.tx(ctx, func(tx *gorm.DB) error {
		var j journeyRow
		if err := tx.Select("ref", "cohort", "person_id").Take(&j, "ref = ?", ref).Error; err != nil {
			return err
		}
		row := noteRow{Once: once, Cohort: j.Cohort, Ref: ref, Author: author, At: now}
		if row.NoteEnc, err = s.encrypt(ctx, j.PersonID, []byte(text)); err != nil {
			return err
		}
		made := tx.Clauses(clause.OnConflict{DoNothing: true}).Create(&row)
		if made.Error != nil || made.RowsAffected == 0 {
			return made.Error
		}
		return s.audit(tx, programme.AuditEntry{Actor: author, Action: programme.AuditNoted, Subject: ref})
	})
}

// Notes are a journey's notes, newest first, from before an id on (0: the newest), at most limit; next is 0 at the end.
func (s *Store) Notes(ctx context.Context, ref string, before int64, limit int) (list []programme.Note, next int64, err error) {
	q := s.read(ctx).Where("ref = ?", ref)
	if before > 0 {
		q = q.Where("id < ?", before)
	}
	var rows []noteRow
	if err := q.Order("id DESC").Limit(limit + 1).Find(&rows).Error; err != nil {
		return nil, 0, edge(err)
	}
	if len(rows) == 0 {
		return nil, 0, nil
	}
	if len(rows) > limit {
		rows = rows[:limit]
		next = rows[limit-1].ID
	}
	person, err := leaderOf(s.read(ctx), ref)
	if err != nil {
		return nil, 0, edge(err)
	}
	for _, row := range rows {
		text, err := s.decryptIfKept(ctx, person, row.NoteEnc)
		if err != nil {
			return nil, 0, err
		}
		list = append(list, programme.Note{ID: row.ID, Ref: row.Ref, Author: row.Author, Text: string(text), At: row.At.UTC()})
	}
	return list, next, nil
}
