package records

import (
	"fmt"
	"time"

	"fairlead/programme"

	"gorm.io/gorm"
)

// How long the audit log is kept, in real time: who came and went, and everything else.
const (
	comingKept = 365 * 24 * time.Hour
	auditKept  = 2 * comingKept
)

// expireAudit deletes the lines of the audit log whose time is over, and notes how many.
func (s *Store) expireAudit(tx *gorm.DB) (programme.Expired, error) {
	done := programme.Expired{What: "lines of the audit log"}
	coming := []string{string(programme.AuditSignedIn), string(programme.AuditRefused), string(programme.AuditSignedOut), string(programme.AuditSessionEnded)}
	gone := tx.Exec("DELETE FROM audit_log WHERE at_real <= ? OR at_real <= ? AND action IN ?", s.realNow().Add(-auditKept), s.realNow().Add(-comingKept), coming)
	if gone.Error != nil {
		return done, gone.Error
	}
	done.N = gone.RowsAffected
	return done, s.auditExpired(tx, "", done)
}

// auditExpired notes in the audit log that something was deleted because its time was over.
func (s *Store) auditExpired(tx *gorm.DB, subject string, e programme.Expired) error {
	if e.N == 0 {
		return nil
	}
	return s.audit(tx, programme.AuditEntry{Actor: actorProgramme, Action: programme.AuditExpired, Subject: subject, Detail: fmt.Sprintf("%s: %d", e.What, e.N)})
}
