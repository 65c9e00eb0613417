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
	CreatedReal  time.Time
	ExpiresReal  *time.Time
	LastUsedReal *time.Time
	RevokedReal  *time.Time
}

func (tokenRow) TableName() string { return "api_tokens" }

// APIToken is a bearer token of the REST API as staff list it; the token itself is known to its holder alone. All times
// are real.
type APIToken struct {
	ID       string
	Prefix   string // the token's first letters, to tell one from another
	Name     string // whose it is: moves say "staff:<name>"
	Role     string
	Created  time.Time
	Expires  time.Time // zero: never
	LastUsed time.Time // to the minute, zero: never
	Revoked  time.Time // zero: not
}

// tokenPrefix is how much of a token is kept readable: 48 of its 256 bits.
const tokenPrefix = 8

// CreateToken makes a bearer token; expires is a real moment, zero for never. The token is shown here and never again.
func (s *Store) CreateToken(ctx context.Context, name, role string, expires time.Time) (programme.Token, error) {
	token := programme.NewToken()
	row := tokenRow{ID: randomHex(8), Hash: token.Hash(), Prefix: token.Reveal()[:tokenPrefix], Name: name, Role: role,
		CreatedReal: s.realNow(), ExpiresReal: maybe(expires)}
	err := s.tx(ctx, func(tx *gorm.DB) error { return tx.Create(&row).Error })
	if err != nil {
		return programme.Token{}, err
	}
	return token, nil
}

// TokenRole is whose token has the hash, and with which role; ErrNotFound where there is none, or it was revoked or has
// expired. Its use is noted at most once a minute.
func (s *Store) TokenRole(ctx context.Context, hash string) (name, role string, err error) {
	now := s.realNow()
	var row tokenRow
	err = s.read(ctx).Take(&row, "hash = ? AND revoked_real IS NULL AND (expires_real IS NULL OR expires_real > ?)", hash, now).Error
	if err != nil {
		return "", "", edge(err)
	}
	if orZero(row.LastUsedReal).After(now.Add(-time.Minute)) {
		return row.Name, row.Role, nil
	}
	err = s.tx(ctx, func(tx *gorm.DB) error {
		return tx.Model(&tokenRow{}).Where("id = ?", row.ID).Update("last_used_real", now).Error
	})
	return row.Name, row.Role, err
}

// Tokens lists all tokens, the revoked and expired ones too, newest first.
func (s *Store) Tokens(ctx context.Context) ([]APIToken, error) {
	var rows []tokenRow
	if err := s.read(ctx).Order("created_real DESC, id").Find(&rows).Error; err != nil {
		return nil, edge(err)
	}
	list := make([]APIToken, len(rows))
	for i, r := range rows {
		list[i] = APIToken{ID: r.ID, Prefix: r.Prefix, Name: r.Name, Role: r.Role, Created: r.CreatedReal.UTC(),
			Expires: orZero(r.ExpiresReal), LastUsed: orZero(r.LastUsedReal), Revoked: orZero(r.RevokedReal)}
	}
	return list, nil
}

// RevokeToken ends a token at once, by its id or prefix, and the sessions of the console that were begun with it; a second
// time changes nothing. ErrNotFound where there is none, ErrConflict where two have the prefix.
func (s *Store) RevokeToken(ctx context.Context, idOrPrefix string) error {
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
		err := tx.Model(&tokenRow{}).Where("id = ? AND revoked_real IS NULL", rows[0].ID).Update("revoked_real", s.realNow()).Error
		if err != nil {
			return err
		}
		return tx.Where("token_id = ?", rows[0].ID).Delete(&staffSessionRow{}).Error
	})
}
