package records

import (
	"context"
	"errors"
	"fmt"
	"time"

	"fairlead/programme"

	"gorm.io/gorm"
	"gorm.io/gorm/clause"
)

// newLinksAnHour is how many mails with new links one address gets within an hour of the programme's time.
const newLinksAnHour = 3

// RequestNewLink plans a mail with fresh links to all that is open, and one to the private address with what is open there; where the private
// address is typed, the latter alone. It does so where the address is known, takes mail and had not three such mails within the hour. It
// returns the outbox rows to deliver; neither they nor the error tell a visitor which of this was the case.
func (s *Store) RequestNewLink(ctx context.Context, email string, at time.Time) (outbox []string, err error) {
	outbox, err = s.planNewLinks(ctx, true, at, "email_folded = ?", foldEmail(email)) // first: it needs no key, and goes whatever becomes of the rest
	if err != nil {
		return nil, err
	}
	privately, err := s.privatelyAt(ctx, email, at)
	if err != nil {
		return outbox, edge(err)
	}
	for _, id := range privately {
		more, err := s.planNewLinks(ctx, false, at, "id = ?", id)
		if err != nil {
			return outbox, err
		}
		outbox = append(outbox, more...)
	}
	return outbox, nil
}

// planNewLinks plans those mails for one person; usual: to the usual address too.
func (s *Store) planNewLinks(ctx context.Context, usual bool, at time.Time, of string, is string) (outbox []string, err error) {
	err = s.tx(ctx, func(tx *gorm.DB) error {
		outbox = nil
		var person personRow
		err := locked(tx).Take(&person, of, is).Error
		if errors.Is(err, gorm.ErrRecordNotFound) {
			return nil
		}
		if err != nil {
			return err
		}
		j, recipient, err := doorOf(tx, person.ID)
		if errors.Is(err, gorm.ErrRecordNotFound) {
			return nil
		}
		if err != nil {
			return err
		}
		private, err := s.asksPrivately(tx, person, at)
		if err != nil {
			return err
		}
		var rows []messageRow
		for _, to := range []struct{ asked, private bool }{{usual && person.Suppressed == "", false}, {private, true}} {
			row := messageRow{Key: programme.ReplyKey(j.Cohort, j.Ref, "", programme.MsgNewLink, randomHex(8)), Cohort: j.Cohort, Ref: j.Ref,
				Message: programme.MsgNewLink, PersonID: person.ID, Recipient: recipient, Rule: string(programme.RuleReply), At: at,
				Params: params{Private: to.private}.text(), State: string(programme.MessagePlanned), CreatedAt: at}
			enough, err := hadNewLinks(tx, row)
			if err != nil {
				return err
			}
			if to.asked && !enough {
				rows = append(rows, row)
			}
		}
		if err := writeMessages(tx, rows...); err != nil {
			return err
		}
		for _, row := range rows {
			id, err := s.promiseMail(tx, j, row)
			if err != nil {
				return err
			}
			outbox = append(outbox, id)
		}
		return nil
	})
	return outbox, err
}

// hadNewLinks reports whether the address of a line had as many of them within the hour as it gets.
func hadNewLinks(tx *gorm.DB, row messageRow) (bool, error) {
	var had int64
	err := tx.Model(&messageRow{}).Where("person_id = ? AND message = ? AND created_at > ? AND params = ?", row.PersonID, row.Message,
		row.At.Add(-time.Hour), row.Params).Count(&had).Error
	return had >= newLinksAnHour, err
}

// asksPrivately reports whether something is open to a person at a private address that takes mail.
func (s *Store) asksPrivately(tx *gorm.DB, person personRow, at time.Time) (bool, error) {
	box, found, err := s.privateMailbox(tx, person)
	if err != nil || !found || box.suppressed != "" {
		return false, err
	}
	var open int64
	err = tx.Model(&askRow{}).Where("person_id = ? AND state = ? AND limit_at > ? AND kind IN ?", person.ID, string(programme.AskOpen), at, privateKinds).
		Count(&open).Error
	return open > 0, err
}

// doorOf is the journey whose workflow sends somebody their links, and what they are to it: one that asks them something,
// else one in which their application waits, else one they have a place in, else one they assist, else one they coach.
// Somebody who was never written to has none.
func doorOf(tx *gorm.DB, person string) (journeyRow, string, error) {
	var j journeyRow
	err := tx.Where("ref IN (SELECT ref FROM asks WHERE person_id = ? AND state = ?)", person, string(programme.AskOpen)).
		Order("created_at DESC, ref").Take(&j).Error
	if !errors.Is(err, gorm.ErrRecordNotFound) {
		return j, toParticipant, err
	}
	waiting := []string{string(programme.Submitted), string(programme.UnderReview), string(programme.Waitlisted)}
	err = tx.Where("person_id = ? AND state IN ?", person, waiting).Order("created_at DESC, ref").Take(&j).Error
	if !errors.Is(err, gorm.ErrRecordNotFound) {
		return j, toParticipant, err
	}
	places := []string{string(programme.Enrolled), string(programme.OnHold), string(programme.Completed)}
	err = tx.Where("person_id = ? AND state IN ?", person, places).Order("created_at DESC, ref").Take(&j).Error
	if !errors.Is(err, gorm.ErrRecordNotFound) {
		return j, toParticipant, err
	}
	err = tx.Where("assistant_id = ? AND assistant_id <> '' AND assistant_may <> '' AND state IN ?", person, places[:2]).Order("created_at DESC, ref").Take(&j).Error
	if !errors.Is(err, gorm.ErrRecordNotFound) {
		return j, toAssistant, err
	}
	err = tx.Where("ref IN (SELECT m.ref FROM coach_matches m JOIN coaches c ON c.ref = m.coach WHERE c.person_id = ? AND m.ended_at IS NULL)", person).
		Order("created_at DESC, ref").Take(&j).Error
	return j, toCoach, err
}

// promiseMail promises the signal that lets a line of the ledger be sent: by the journey or, where that has ended, by its
// cohort.
func (s *Store) promiseMail(tx *gorm.DB, j journeyRow, row messageRow) (string, error) {
	body := programme.PlannedMail{Key: row.Key, At: row.At.UTC()}
	if programme.JourneyState(j.State).Ended() || !j.Started {
		return s.promise(tx, programme.CohortID(j.Cohort), signalMail, body, "cohort")
	}
	return s.promise(tx, programme.JourneyID(j.Cohort, j.Ref), signalMail, body, "")
}

// feedRow is a journey's private calendar feed. Its token is kept, encrypted, because it has to be shown again.
type feedRow struct {
	Ref      string `gorm:"primaryKey"`
	PersonID string
	Hash     string
	TokenEnc []byte
}

func (feedRow) TableName() string { return "feeds" }

// Feed tells whose calendar a private feed address is; ErrLinkUnknown.
func (s *Store) Feed(ctx context.Context, token programme.Token) (ref string, err error) {
	var row feedRow
	err = s.read(ctx).Take(&row, "hash = ?", token.Hash()).Error
	if errors.Is(err, gorm.ErrRecordNotFound) {
		return "", programme.ErrLinkUnknown
	}
	return row.Ref, edge(err)
}

// FeedToken is the secret part of a journey's feed address, made on first use; ErrNotFound where there is no such journey.
func (s *Store) FeedToken(ctx context.Context, ref string) (token programme.Token, err error) {
	err = s.tx(ctx, func(tx *gorm.DB) (err error) {
		token, err = s.feedToken(ctx, tx, ref)
		return err
	})
	return token, err
}

func (s *Store) feedToken(ctx context.Context, tx *gorm.DB, ref string) (programme.Token, error) {
	person, err := leaderOf(tx, ref)
	if err != nil {
		return programme.Token{}, err
	}
	fresh := programme.NewToken()
	row := feedRow{Ref: ref, PersonID: person, Hash: fresh.Hash()}
	if row.TokenEnc, err = s.encrypt(ctx, person, []byte(fresh.Reveal())); err != nil {
		return programme.Token{}, err
	}
	made := tx.Clauses(clause.OnConflict{Columns: []clause.Column{{Name: "ref"}}, DoNothing: true}).Create(&row)
	if made.Error != nil || made.RowsAffected == 1 {
		return fresh, made.Error
	}
	var kept feedRow
	if err := tx.Take(&kept, "ref = ?", ref).Error; err != nil {
		return programme.Token{}, err
	}
	text, err := s.decrypt(ctx, kept.PersonID, kept.TokenEnc)
	return programme.TokenFrom(string(text)), err
}

// PassOn promises lines of the ledger to their journeys, which send them. Once more does no harm: a line is sent once.
func (s *Store) PassOn(ctx context.Context, mails []programme.PlannedMail) error {
	return s.tx(ctx, func(tx *gorm.DB) error {
		for _, mail := range mails {
			var row messageRow
			if err := tx.Take(&row, "key = ?", mail.Key).Error; err != nil {
				return fmt.Errorf("line of the ledger: %w", err)
			}
			var j journeyRow
			if err := tx.Take(&j, "ref = ?", row.Ref).Error; err != nil {
				return fmt.Errorf("journey: %w", err)
			}
			if _, err := s.promiseMail(tx, j, row); err != nil {
				return err
			}
		}
		return nil
	})
}
