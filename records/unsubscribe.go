package records

import (
	"context"
	"errors"
	"time"

	"fairlead/faults"
	"fairlead/programme"

	"gorm.io/gorm"
)

// Optional mail is what its reader can turn off (programme.Optional). The choice is the person's, and stands in their row:
// it holds for every journey of theirs, and goes when they are deleted. A claim reads it, so mail that was planned before
// stays unsent too. Each optional mail has a link of its own that opens this choice and nothing else.

// Subscribed reports whether the holder of such a link gets optional mail, without any effect. Errors as Subscribe.
func (s *Store) Subscribed(ctx context.Context, token programme.Token) (bool, error) {
	person, err := choosing(s.read(ctx), token)
	return person.UnsubscribedAt == nil, edge(err)
}

// Subscribe turns the optional mail of the link's holder off, or on again; once more changes nothing. ErrLinkUnknown for
// anything but such a link; ErrLinkReplaced where the address it was sent to is the person's no more. It does not expire:
// whoever finds an old mail can still say that they want no more.
func (s *Store) Subscribe(ctx context.Context, token programme.Token, on bool, at time.Time) error {
	return s.tx(ctx, func(tx *gorm.DB) error {
		person, err := choosing(tx, token)
		if err != nil {
			return err
		}
		choice := tx.Model(&personRow{}).Where("id = ?", person.ID)
		if on {
			return choice.Update("unsubscribed_at", nil).Error
		}
		return choice.Where("unsubscribed_at IS NULL").Update("unsubscribed_at", at).Error // the first moment counts
	})
}

// choosing is who holds a link that turns optional mail off.
func choosing(tx *gorm.DB, token programme.Token) (personRow, error) {
	var row linkRow
	err := tx.Take(&row, "hash = ? AND purpose = ?", token.Hash(), string(programme.LinkUnsubscribe)).Error
	if errors.Is(err, gorm.ErrRecordNotFound) {
		return personRow{}, programme.ErrLinkUnknown
	}
	if err != nil {
		return personRow{}, err
	}
	var person personRow
	if err := tx.Take(&person, "id = ?", row.PersonID).Error; err != nil {
		return personRow{}, err
	}
	if row.Epoch != person.LinkEpoch {
		return personRow{}, programme.ErrLinkReplaced
	}
	return person, nil
}

// optional reports whether a line of the ledger is mail that its reader can turn off.
func (s *Store) optional(tx *gorm.DB, row messageRow) (bool, error) {
	if row.Recipient != toParticipant || row.Message != programme.MsgSurvey && row.Message != programme.MsgSurveyReminder {
		return false, nil
	}
	_, year, err := s.yearOf(tx, row.Cohort)
	if err != nil {
		return false, err
	}
	stage, _ := year.Stage(row.Stage)
	return programme.Optional(row.Message, stage), nil
}

// turnedOff reports whether a line is optional mail to somebody who wants none.
func (s *Store) turnedOff(tx *gorm.DB, row messageRow) (bool, error) {
	optional, err := s.optional(tx, row)
	if err != nil || !optional {
		return false, err
	}
	var person personRow
	err = tx.Select("unsubscribed_at").Take(&person, "id = ?", row.PersonID).Error
	return person.UnsubscribedAt != nil && !faults.Broken("forgets-unsubscribe"), err
}

// wayOut gives optional mail the link that turns it off.
func (i *issuing) wayOut(item *programme.MailItem) error {
	optional, err := i.s.optional(i.tx, i.row)
	if err != nil || !optional || len(i.row.AddressEnc) > 0 {
		return err
	}
	item.Unsubscribe, err = i.link(string(programme.LinkUnsubscribe), linkRow{Purpose: string(programme.LinkUnsubscribe), Ref: i.row.Ref, Cohort: i.row.Cohort})
	return err
}
