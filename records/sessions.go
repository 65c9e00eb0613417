package records

import (
	"context"
	"errors"
	"fmt"
	"time"

	"fairlead/programme"

	"gorm.io/gorm"
)

// staffSessionRow is a browser in which somebody of the staff is signed in. Role is that of the token or link it was begun
// with; a session that hangs on a record of staff has the role that stands there now.
type staffSessionRow struct {
	Hash        string `gorm:"primaryKey"`
	Role        string
	Name        string
	CreatedReal time.Time
	ExpiresReal time.Time
	SeenReal    time.Time
	TokenID     string // the API token it was begun with and ends with
	StaffID     string // the record of staff it was begun for and ends with
	Browser     string
}

func (staffSessionRow) TableName() string { return "staff_sessions" }

// How long staff stay signed in to the console, on real time: in all, and without doing anything.
const (
	sessionLasts = 12 * time.Hour
	sessionIdle  = 2 * time.Hour
)

// sessionID is how much of a session's hash names it on pages: no secret can be made from it.
const sessionID = 16

func (r staffSessionRow) id() string { return r.Hash[:sessionID] }

func (r staffSessionRow) by() programme.SignedInBy {
	switch {
	case r.StaffID != "":
		return programme.ByOrganisation
	case r.TokenID != "":
		return programme.ByToken
	}
	return programme.ByLink
}

// live chooses the sessions that go on: of limits not reached, of staff that are still on the list, and of tokens that were
// not ended. So one that was begun in the very moment in which its record or token went opens nothing.
func (s *Store) live(q *gorm.DB) *gorm.DB {
	now := s.realNow()
	return q.Where("expires_real > ? AND seen_real > ? AND (staff_id = '' OR staff_id IN (SELECT id FROM staff)) "+
		"AND (token_id = '' OR token_id IN (SELECT id FROM api_tokens WHERE revoked_real IS NULL))", now, now.Add(-sessionIdle))
}

// beginSession writes a session and what the audit log says of it, and throws away those that have ended.
func (s *Store) beginSession(tx *gorm.DB, row staffSessionRow) error {
	row.CreatedReal, row.SeenReal = s.realNow(), s.realNow()
	if latest := row.CreatedReal.Add(sessionLasts); row.ExpiresReal.IsZero() || row.ExpiresReal.After(latest) {
		row.ExpiresReal = latest
	}
	err := tx.Where("expires_real <= ? OR seen_real <= ?", row.CreatedReal, row.CreatedReal.Add(-sessionIdle)).Delete(&staffSessionRow{}).Error
	if err != nil {
		return err
	}
	if err := tx.Create(&row).Error; err != nil {
		return err
	}
	who := programme.StaffActor(row.Name)
	return s.audit(tx, programme.AuditEntry{Actor: who, Action: programme.AuditSignedIn, Subject: who, Detail: string(row.by()) + ", " + row.Role})
}

// SignInStaff begins a session for whoever the identity provider says has the address. ErrNotFound where the address has
// no role.
func (s *Store) SignInStaff(ctx context.Context, email, browser string) (session programme.Token, role string, err error) {
	session = programme.NewToken()
	err = s.tx(ctx, func(tx *gorm.DB) error {
		var staff staffRow
		if err := tx.Take(&staff, "email = ?", programme.FoldEmail(email)).Error; err != nil {
			return err
		}
		role = staff.Role
		if err := tx.Model(&staffRow{}).Where("id = ?", staff.ID).Update("last_sign_in_real", s.realNow()).Error; err != nil {
			return err
		}
		return s.beginSession(tx, staffSessionRow{Hash: session.Hash(), Role: staff.Role, Name: staff.Email, StaffID: staff.ID, Browser: browser})
	})
	if err != nil {
		return programme.Token{}, "", err
	}
	return session, role, nil
}

// SignIn begins a session of the console for whoever holds the live API token with this hash: with the token's name and
// role, and never beyond the token's own end. ErrNotFound where there is no such token, or it has ended.
func (s *Store) SignIn(ctx context.Context, tokenHash, browser string) (session programme.Token, role string, err error) {
	session = programme.NewToken()
	err = s.tx(ctx, func(tx *gorm.DB) error {
		var token tokenRow
		err := tx.Take(&token, "hash = ? AND kind = ? AND revoked_real IS NULL AND (expires_real IS NULL OR expires_real > ?)",
			tokenHash, string(programme.TokenLive), s.realNow()).Error
		if err != nil {
			return err
		}
		role = token.Role
		return s.beginSession(tx, staffSessionRow{Hash: session.Hash(), Role: token.Role, Name: token.Name, TokenID: token.ID,
			ExpiresReal: orZero(token.ExpiresReal), Browser: browser})
	})
	if err != nil {
		return programme.Token{}, "", err
	}
	return session, role, nil
}

// withRole are the columns of a session with the role that holds now: the one in the record of staff, where it has one.
const withRole = "hash, name, created_real, expires_real, seen_real, token_id, staff_id, browser, " +
	"COALESCE((SELECT staff.role FROM staff WHERE staff.id = staff_sessions.staff_id), staff_sessions.role) AS role"

// StaffSession is who a session of the console belongs to and with which role, which is always the one they have now;
// ErrNotFound where it is over.
func (s *Store) StaffSession(ctx context.Context, session programme.Token) (name, role string, err error) {
	row, err := s.staffSession(ctx, session)
	now := s.realNow()
	if err != nil || row.SeenReal.After(now.Add(-time.Minute)) {
		return row.Name, row.Role, err
	}
	err = s.tx(ctx, func(tx *gorm.DB) error {
		return tx.Model(&staffSessionRow{}).Where("hash = ?", row.Hash).Update("seen_real", now).Error
	})
	return row.Name, row.Role, err
}

func (s *Store) staffSession(ctx context.Context, session programme.Token) (row staffSessionRow, err error) {
	return row, edge(s.live(s.read(ctx)).Select(withRole).Take(&row, "hash = ?", session.Hash()).Error)
}

// StaffSessions lists the sessions that go on, the last used first; own is the one that asks.
func (s *Store) StaffSessions(ctx context.Context, own programme.Token) ([]programme.StaffSession, error) {
	return sessionList(s.live(s.read(ctx)), own)
}

// OwnSessions lists those of whoever holds own: what hangs on the same record of staff, token or link. ErrNotFound where
// it is over.
func (s *Store) OwnSessions(ctx context.Context, own programme.Token) ([]programme.StaffSession, error) {
	row, err := s.staffSession(ctx, own)
	if err != nil {
		return nil, err
	}
	return sessionList(s.live(s.read(ctx)).Where("staff_id = ? AND token_id = ? AND name = ?", row.StaffID, row.TokenID, row.Name), own)
}

func sessionList(q *gorm.DB, own programme.Token) ([]programme.StaffSession, error) {
	var rows []staffSessionRow
	if err := q.Select(withRole).Order("seen_real DESC, hash").Find(&rows).Error; err != nil {
		return nil, edge(err)
	}
	list := make([]programme.StaffSession, len(rows))
	for i, r := range rows {
		list[i] = programme.StaffSession{ID: r.id(), Name: r.Name, StaffID: r.StaffID, Role: r.Role, By: r.by(), Browser: r.Browser,
			Began: r.CreatedReal.UTC(), LastUsed: r.SeenReal.UTC(), Ends: r.ExpiresReal.UTC(), Own: r.Hash == own.Hash()}
	}
	return list, nil
}

// SignOut ends the session of whoever holds it; one that is over already is none the worse.
func (s *Store) SignOut(ctx context.Context, session programme.Token) error {
	return s.tx(ctx, func(tx *gorm.DB) error {
		var row staffSessionRow
		err := tx.Take(&row, "hash = ?", session.Hash()).Error
		if isMissing(err) {
			return nil
		}
		if err != nil {
			return err
		}
		who := programme.StaffActor(row.Name)
		gone := tx.Where("hash = ?", row.Hash).Delete(&staffSessionRow{})
		if gone.Error != nil || gone.RowsAffected == 0 {
			return gone.Error
		}
		return s.audit(tx, programme.AuditEntry{Actor: who, Action: programme.AuditSignedOut, Subject: who})
	})
}

// EndSessions ends sessions by their ids at once, for a reason; those that are over already are none the worse.
func (s *Store) EndSessions(ctx context.Context, ids []string, by, reason string) error {
	if err := programme.CheckReason(reason); err != nil {
		return err
	}
	return s.tx(ctx, func(tx *gorm.DB) error {
		var rows []staffSessionRow
		if err := tx.Where("substr(hash, 1, ?) IN ?", sessionID, ids).Order("hash").Find(&rows).Error; err != nil {
			return err
		}
		for _, row := range rows {
			gone := tx.Where("hash = ?", row.Hash).Delete(&staffSessionRow{})
			if gone.Error != nil {
				return gone.Error
			}
			if gone.RowsAffected == 0 {
				continue
			}
			err := s.audit(tx, programme.AuditEntry{Actor: by, Action: programme.AuditSessionEnded, Subject: programme.StaffActor(row.Name),
				Detail: row.Browser, Reason: reason})
			if err != nil {
				return err
			}
		}
		return nil
	})
}

// signInRow is a one-time link to the console.
type signInRow struct {
	Hash        string `gorm:"primaryKey"`
	Role        string
	Name        string
	CreatedReal time.Time
	ExpiresReal time.Time
	UsedReal    *time.Time
}

func (signInRow) TableName() string { return "sign_ins" }

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
func (s *Store) UseSignIn(ctx context.Context, token programme.Token, browser string) (session programme.Token, err error) {
	session = programme.NewToken()
	now := s.realNow()
	err = s.tx(ctx, func(tx *gorm.DB) error {
		var row signInRow
		err := tx.Take(&row, "hash = ?", token.Hash()).Error
		switch {
		case errors.Is(err, gorm.ErrRecordNotFound):
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
		return s.beginSession(tx, staffSessionRow{Hash: session.Hash(), Role: row.Role, Name: row.Name, Browser: browser})
	})
	if err != nil {
		return programme.Token{}, err
	}
	return session, nil
}
