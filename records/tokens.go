package records

import (
	"context"
	"fmt"
	"time"

	"fairlead/programme"

	"gorm.io/gorm"
)

type tokenRow struct {
	ID           string `gorm:"primaryKey"`
	Hash         string
	Prefix       string
	Name         string
	Role         string
	Kind         string
	CreatedReal  time.Time
	ExpiresReal  *time.Time
	LastUsedReal *time.Time
	RevokedReal  *time.Time
}

func (tokenRow) TableName() string { return "api_tokens" }

// tokenPrefix is how much of a token is kept readable: 48 of its 256 bits.
const tokenPrefix = 8

// CreateToken makes a live bearer token at the terminal; expires is a real moment, zero for never. The token is shown here
// and never again.
func (s *Store) CreateToken(ctx context.Context, name, role string, expires time.Time) (programme.Token, error) {
	return s.MakeToken(ctx, programme.APIToken{Name: name, Role: role, Kind: programme.TokenLive, Expires: expires}, programme.ActorCommandLine, "made at the terminal")
}

// MakeToken makes the bearer token that t describes, under t.ID where it has one. The token is shown here and never again.
// *Invalid where something is missing; ErrConflict where one was made under this id.
func (s *Store) MakeToken(ctx context.Context, t programme.APIToken, by, reason string) (programme.Token, error) {
	if err := programme.CheckToken(t, reason); err != nil {
		return programme.Token{}, err
	}
	now := s.realNow()
	if t.Ended(now) {
		return programme.Token{}, programme.Refuse("expires_on", "Choose a day that is still to come")
	}
	if t.ID == "" {
		t.ID = randomHex(8)
	}
	token := programme.NewToken()
	row := tokenRow{ID: t.ID, Hash: token.Hash(), Prefix: token.Reveal()[:tokenPrefix], Name: t.Name, Role: t.Role, Kind: string(t.Kind),
		CreatedReal: now, ExpiresReal: maybe(t.Expires)}
	err := s.tx(ctx, func(tx *gorm.DB) error {
		if err := tx.Create(&row).Error; err != nil {
			return err
		}
		return s.audit(tx, row.entry(programme.AuditTokenMade, by, reason))
	})
	if err != nil {
		return programme.Token{}, err
	}
	return token, nil
}

// entry is what the audit log says of a token.
func (r tokenRow) entry(action programme.AuditAction, by, reason string) programme.AuditEntry {
	return programme.AuditEntry{Actor: by, Action: action, Subject: programme.StaffActor(r.Name), Detail: r.Prefix + "…, " + r.Role + ", " + r.Kind, Reason: reason}
}

// TokenRole is whose token has the hash, with which role and of which kind; ErrNotFound where there is none, or it was
// revoked or has expired. Its use is noted at most once a minute.
func (s *Store) TokenRole(ctx context.Context, hash string) (name, role string, kind programme.TokenKind, err error) {
	now := s.realNow()
	var row tokenRow
	err = s.read(ctx).Take(&row, "hash = ? AND revoked_real IS NULL AND (expires_real IS NULL OR expires_real > ?)", hash, now).Error
	if err != nil {
		return "", "", "", edge(err)
	}
	if !orZero(row.LastUsedReal).After(now.Add(-time.Minute)) {
		err = s.tx(ctx, func(tx *gorm.DB) error {
			return tx.Model(&tokenRow{}).Where("id = ?", row.ID).Update("last_used_real", now).Error
		})
	}
	return row.Name, row.Role, programme.TokenKind(row.Kind), err
}

// Tokens lists all tokens, the revoked and expired ones too, newest first.
func (s *Store) Tokens(ctx context.Context) ([]programme.APIToken, error) {
	var rows []tokenRow
	if err := s.read(ctx).Order("created_real DESC, id").Find(&rows).Error; err != nil {
		return nil, edge(err)
	}
	list := make([]programme.APIToken, len(rows))
	for i, r := range rows {
		list[i] = programme.APIToken{ID: r.ID, Prefix: r.Prefix, Name: r.Name, Role: r.Role, Kind: programme.TokenKind(r.Kind), Created: r.CreatedReal.UTC(),
			Expires: orZero(r.ExpiresReal), LastUsed: orZero(r.LastUsedReal), Revoked: orZero(r.RevokedReal)}
	}
	return list, nil
}

// RevokeToken ends a token at the terminal, by its id or prefix. ErrNotFound where there is none, ErrConflict where two
// have the prefix.
func (s *Store) RevokeToken(ctx context.Context, idOrPrefix string) error {
	return s.EndToken(ctx, idOrPrefix, programme.ActorCommandLine, "ended at the terminal")
}

// EndToken ends a token at once, by its id or prefix, and the sessions of the console that were begun with it; a second
// time changes nothing. ErrNotFound where there is none, ErrConflict where two have the prefix.
func (s *Store) EndToken(ctx context.Context, idOrPrefix, by, reason string) error {
	if err := programme.CheckReason(reason); err != nil {
		return err
	}
	return s.tx(ctx, func(tx *gorm.DB) error {
		var rows []tokenRow
		if err := tx.Where("id = ? OR prefix = ?", idOrPrefix, idOrPrefix).Find(&rows).Error; err != nil {
			return err
		}
		switch len(rows) {
		case 0:
			return fmt.Errorf("token: %w", programme.ErrNotFound)
		case 1:
		default:
			return fmt.Errorf("%w: %d tokens begin with these letters, name one by its id", programme.ErrConflict, len(rows))
		}
		ended := tx.Model(&tokenRow{}).Where("id = ? AND revoked_real IS NULL", rows[0].ID).Update("revoked_real", s.realNow())
		if ended.Error != nil || ended.RowsAffected == 0 {
			return ended.Error
		}
		if err := tx.Where("token_id = ?", rows[0].ID).Delete(&staffSessionRow{}).Error; err != nil {
			return err
		}
		return s.audit(tx, rows[0].entry(programme.AuditTokenEnded, by, reason))
	})
}
