package records

import (
	"context"
	"crypto/rand"
	"crypto/sha256"
	"encoding/hex"
	"time"

	"fairlead/programme"

	"gorm.io/gorm"
)

// lateCodeRow is a personal code that opens the application form after the deadline.
type lateCodeRow struct {
	ID        string `gorm:"primaryKey"`
	Cohort    string
	Hash      string
	ExpiresAt time.Time
	NoteEnc   []byte
	IssuedBy  string
	IssuedAt  time.Time
	UsedBy    string // people.id
	UsedAt    *time.Time
	Ref       string
}

func (lateCodeRow) TableName() string { return "late_codes" }

// lateCodeLetters leaves out what is mistaken for something else when it is read out.
const lateCodeLetters = "ABCDEFGHJKMNPQRSTUVWXYZ23456789"

// drawLateCode draws a code of ten letters and digits.
func drawLateCode() string {
	bytes := make([]byte, 10)
	_, _ = rand.Read(bytes) // never fails, see crypto/rand
	for i, b := range bytes {
		bytes[i] = lateCodeLetters[int(b)%len(lateCodeLetters)]
	}
	return string(bytes)
}

func hashOfCode(code string) string {
	sum := sha256.Sum256([]byte(code))
	return hex.EncodeToString(sum[:])
}

// noteKeeperOfCode is whose key a code's note is kept under: its own.
func noteKeeperOfCode(id string) string { return "late-code/" + id }

// IssueLateCode issues a code that lets one person apply until 17:00 London of a day. The code stands in the result and
// nowhere else. *Invalid where the day is past or not before the last joining day; ErrNotFound where people do not apply
// for the cohort.
func (s *Store) IssueLateCode(ctx context.Context, cohort string, expires programme.Date, note, actor string, at time.Time) (programme.LateCode, error) {
	var issued programme.LateCode
	err := s.tx(ctx, func(tx *gorm.DB) error {
		c, year, err := s.yearOf(tx, cohort)
		if err != nil {
			return err
		}
		dates, err := s.applicationDates(tx, cohort)
		if err != nil {
			return err
		}
		until := expires.At(deadlineHour, 0)
		switch {
		case c.Launched.IsZero():
			return programme.Refuse("cohort", "Launch the cohort first: nobody can apply yet.")
		case !at.Before(until):
			return programme.Refuse("expires_on", "Choose a day that is still to come: the code works until 17:00 on it.")
		case !until.After(dates.Closes):
			return programme.Refuse("expires_on", "Choose a day after the deadline: until then everybody can apply without a code.")
		case !until.Before(year.LastJoining(c)):
			return programme.Refuse("expires_on", "Choose a day before the last joining day, %s.", programme.DateOf(year.LastJoining(c)))
		}
		code := drawLateCode()
		row := lateCodeRow{ID: randomHex(8), Cohort: cohort, Hash: hashOfCode(code), ExpiresAt: until, IssuedBy: actor, IssuedAt: at}
		if row.NoteEnc, err = s.encrypt(ctx, noteKeeperOfCode(row.ID), []byte(note)); err != nil {
			return err
		}
		issued = lateCodeFromRow(row)
		issued.Code, issued.Note = code, note
		if err := tx.Create(&row).Error; err != nil {
			return err
		}
		return s.audit(tx, programme.AuditEntry{Actor: actor, Action: programme.AuditLateCode, Subject: cohort, Detail: "until " + expires.String()})
	})
	return issued, err
}

// useLateCode lets a person use a code. Until an application was begun with it the last who enters it has it, so that an
// address that was mistyped does not use it up; then whoever began may enter it again, and nobody else.
func useLateCode(tx *gorm.DB, cohort, code, person string, at time.Time) error {
	var row lateCodeRow
	found := tx.Where("cohort = ? AND hash = ?", cohort, hashOfCode(programme.ReadCode(code))).Limit(1).Find(&row)
	switch {
	case found.Error != nil:
		return found.Error
	case found.RowsAffected == 0:
		return programme.Refuse("code", "We do not know this code. Check it letter by letter, or write to us.")
	case !at.Before(row.ExpiresAt):
		return programme.Refuse("code", "This code has expired. Please write to us.")
	}
	used := tx.Model(&lateCodeRow{}).Where("id = ? AND (ref = '' OR used_by = ?)", row.ID, person).
		Updates(map[string]any{"used_by": person, "used_at": gorm.Expr("CASE WHEN used_by = ? AND used_at IS NOT NULL THEN used_at ELSE ? END", person, at)})
	if used.Error == nil && used.RowsAffected == 0 {
		return programme.Refuse("code", "This code has been used already, with another address. Please write to us.")
	}
	return used.Error
}

// LateCodes lists a cohort's late codes by id from after on, at most limit: who used each and when, never the code.
func (s *Store) LateCodes(ctx context.Context, cohort, after string, limit int) (list []programme.LateCode, next string, err error) {
	if _, err := s.ApplicationDates(ctx, cohort); err != nil {
		return nil, "", err
	}
	var rows []lateCodeRow
	if err := s.read(ctx).Where("cohort = ? AND id > ?", cohort, after).Order("id").Limit(limit + 1).Find(&rows).Error; err != nil {
		return nil, "", edge(err)
	}
	if len(rows) > limit {
		rows = rows[:limit]
		next = rows[limit-1].ID
	}
	keepers, used := make([]string, len(rows)), make([]string, len(rows))
	for i, row := range rows {
		keepers[i], used[i] = noteKeeperOfCode(row.ID), row.UsedBy
	}
	if err := s.keys.fetch(ctx, keepers); err != nil {
		return nil, "", err
	}
	people, err := peopleByID(s.read(ctx), used) // who did not apply after all is deleted in time
	if err != nil {
		return nil, "", edge(err)
	}
	for _, row := range rows {
		code := lateCodeFromRow(row)
		note, err := s.decryptIfKept(ctx, noteKeeperOfCode(row.ID), row.NoteEnc)
		if err != nil {
			return nil, "", err
		}
		code.Note = string(note)
		code.UsedBy = people[row.UsedBy].Email
		list = append(list, code)
	}
	return list, next, nil
}

func lateCodeFromRow(r lateCodeRow) programme.LateCode {
	return programme.LateCode{ID: r.ID, Cohort: r.Cohort, Expires: r.ExpiresAt.UTC(), IssuedBy: r.IssuedBy, Issued: r.IssuedAt.UTC(),
		Used: orZero(r.UsedAt), Ref: r.Ref}
}
