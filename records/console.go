package records

import (
	"context"
	"fmt"
	"time"

	"fairlead/programme"

	"gorm.io/gorm"
)

type signInRow struct {
	Hash        string `gorm:"primaryKey"`
	Role        string
	Name        string
	CreatedReal time.Time
	ExpiresReal time.Time
	UsedReal    *time.Time
}

func (signInRow) TableName() string { return "sign_ins" }

type staffSessionRow struct {
	Hash        string `gorm:"primaryKey"`
	Role        string
	Name        string
	CreatedReal time.Time
	ExpiresReal time.Time
	SeenReal    time.Time
	TokenID     string // the API token it was begun with and ends with, empty for a one-time link
}

func (staffSessionRow) TableName() string { return "staff_sessions" }

// How long staff stay signed in to the console, on real time: in all, and without doing anything.
const (
	sessionLasts = 12 * time.Hour
	sessionIdle  = 2 * time.Hour
)

// CreateSignIn makes a one-time link's token for the console that works until the real moment expires.
func (s *Store) CreateSignIn(ctx context.Context, name, role string, expires time.Time) (programme.Token, error) {
	token := programme.NewToken()
	row := signInRow{Hash: token.Hash(), Role: role, Name: name, CreatedReal: s.realNow(), ExpiresReal: expires}
	err := s.tx(ctx, func(tx *gorm.DB) error { return tx.Create(&row).Error })
	if err != nil {
		return programme.Token{}, err
	}
	return token, nil
}

// UseSignIn turns a one-time token into a session of the console, once: ErrLinkUnknown, ErrLinkExpired where its time
// is over, and ErrLinkReplaced where it was used before.
func (s *Store) UseSignIn(ctx context.Context, token programme.Token) (session programme.Token, err error) {
	session = programme.NewToken()
	now := s.realNow()
	err = s.tx(ctx, func(tx *gorm.DB) error {
		var row signInRow
		err := tx.Take(&row, "hash = ?", token.Hash()).Error
		switch {
		case isMissing(err):
			return fmt.Errorf("sign-in: %w", programme.ErrLinkUnknown)
		case err != nil:
			return err
		case !now.Before(row.ExpiresReal):
			return fmt.Errorf("sign-in: %w", programme.ErrLinkExpired)
		}
		used := tx.Model(&signInRow{}).Where("hash = ? AND used_real IS NULL", row.Hash).Update("used_real", now)
		if used.Error != nil {
			return used.Error
		}
		if used.RowsAffected == 0 {
			return fmt.Errorf("sign-in: %w", programme.ErrLinkReplaced)
		}
		return tx.Create(&staffSessionRow{Hash: session.Hash(), Role: row.Role, Name: row.Name, CreatedReal: now,
			ExpiresReal: now.Add(sessionLasts), SeenReal: now}).Error
	})
	if err != nil {
		return programme.Token{}, err
	}
	return session, nil
}

// SignIn begins a session of the console for whoever holds the API token with this hash: with the token's name and role,
// and never beyond the token's own end. ErrNotFound where there is no such token, or it has ended.
func (s *Store) SignIn(ctx context.Context, tokenHash string) (session programme.Token, role string, err error) {
	session = programme.NewToken()
	now := s.realNow()
	err = s.tx(ctx, func(tx *gorm.DB) error {
		var token tokenRow
		if err := tx.Take(&token, "hash = ? AND revoked_real IS NULL AND (expires_real IS NULL OR expires_real > ?)", tokenHash, now).Error; err != nil {
			return err
		}
		row := staffSessionRow{Hash: session.Hash(), Role: token.Role, Name: token.Name, CreatedReal: now,
			ExpiresReal: now.Add(sessionLasts), SeenReal: now, TokenID: token.ID}
		if token.ExpiresReal != nil && token.ExpiresReal.Before(row.ExpiresReal) {
			row.ExpiresReal = *token.ExpiresReal
		}
		role = token.Role
		return tx.Create(&row).Error
	})
	if err != nil {
		return programme.Token{}, "", err
	}
	return session, role, nil
}

// StaffSession is who a session of the console belongs to and with which role; ErrNotFound where it is over.
func (s *Store) StaffSession(ctx context.Context, session programme.Token) (name, role string, err error) {
	now := s.realNow()
	var row staffSessionRow
	err = s.read(ctx).Take(&row, "hash = ? AND expires_real > ? AND seen_real > ?", session.Hash(), now, now.Add(-sessionIdle)).Error
	if err != nil {
		return "", "", edge(err)
	}
	if row.SeenReal.After(now.Add(-time.Minute)) {
		return row.Name, row.Role, nil
	}
	err = s.tx(ctx, func(tx *gorm.DB) error {
		return tx.Model(&staffSessionRow{}).Where("hash = ?", row.Hash).Update("seen_real", now).Error
	})
	return row.Name, row.Role, err
}

// EndStaffSession signs staff out; a session that is over already is none the worse.
func (s *Store) EndStaffSession(ctx context.Context, session programme.Token) error {
	return s.tx(ctx, func(tx *gorm.DB) error {
		return tx.Where("hash = ?", session.Hash()).Delete(&staffSessionRow{}).Error
	})
}
