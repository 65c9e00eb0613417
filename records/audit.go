package records

import (
	"context"
	"fmt"
	"slices"
	"time"

	"fairlead/programme"

	"gorm.io/gorm"
)

// auditRow is one line of the audit log. Rows are only ever added.
type auditRow struct {
	ID      int64 `gorm:"primaryKey"`
	AtReal  time.Time
	Actor   string
	Action  string
	Subject string
	Detail  string
	Reason  string
}

func (auditRow) TableName() string { return "audit_log" }

// audit writes into the audit log, in the transaction of what it tells of.
func (s *Store) audit(tx *gorm.DB, e programme.AuditEntry) error {
	return tx.Create(&auditRow{AtReal: s.realNow(), Actor: e.Actor, Action: string(e.Action), Subject: e.Subject, Detail: e.Detail, Reason: e.Reason}).Error
}

// auditOrder writes an order of staff that took effect, or of ops in the Temporal UI, without its note. What the programme
// orders itself follows from an order that is there already.
func (a *applying) auditOrder(name string) error {
	if !a.effect.Changed || slices.Contains(ownOrders, name) {
		return nil
	}
	return a.s.audit(a.tx, programme.AuditEntry{Actor: a.cmd.Actor, Action: programme.AuditAction(name), Subject: a.j.Ref, Detail: a.cmd.Stage, Reason: a.cmd.Reason})
}

// auditImport writes a spreadsheet that changed something.
func (s *Store) auditImport(tx *gorm.DB, action programme.AuditAction, cohort, actor string, report programme.ImportReport) error {
	if report.New+report.Changed == 0 {
		return nil
	}
	return s.audit(tx, programme.AuditEntry{Actor: actor, Action: action, Subject: cohort, Detail: fmt.Sprintf("%d new, %d changed", report.New, report.Changed)})
}

// NoteRefusedSignIn writes down that somebody was not let in: how they came, and why as a code. Whoever it was stays
// unnamed: an address that is not on the list of staff is nobody's business here.
func (s *Store) NoteRefusedSignIn(ctx context.Context, by programme.SignedInBy, why string) error {
	return s.tx(ctx, func(tx *gorm.DB) error {
		return s.audit(tx, programme.AuditEntry{Action: programme.AuditRefused, Detail: string(by) + ": " + why})
	})
}

// NoteSeen writes down that somebody looked at a list of leaders' names or needs, or took it away: which one is a cohort or
// a sitting.
func (s *Store) NoteSeen(ctx context.Context, by string, action programme.AuditAction, which string) error {
	return s.tx(ctx, func(tx *gorm.DB) error {
		return s.audit(tx, programme.AuditEntry{Actor: by, Action: action, Subject: which})
	})
}

// NoteExport writes down that somebody took the audit log away, whole or filtered.
func (s *Store) NoteExport(ctx context.Context, by, reason string) error {
	if err := programme.CheckReason(reason); err != nil {
		return err
	}
	return s.tx(ctx, func(tx *gorm.DB) error {
		return s.audit(tx, programme.AuditEntry{Actor: by, Action: programme.AuditExported, Reason: reason})
	})
}

// AuditLog lists the audit log, newest first, from before an id on (0: from the newest), at most limit; next is 0 at the
// end.
func (s *Store) AuditLog(ctx context.Context, f programme.AuditFilter, before int64, limit int) (list []programme.AuditEntry, next int64, err error) {
	q := s.read(ctx)
	if before > 0 {
		q = q.Where("id < ?", before)
	}
	for column, value := range map[string]string{"actor": f.Actor, "subject": f.Subject, "action": string(f.Action)} {
		if value != "" {
			q = q.Where(column+" = ?", value)
		}
	}
	var rows []auditRow
	if err := q.Order("id DESC").Limit(limit + 1).Find(&rows).Error; err != nil {
		return nil, 0, edge(err)
	}
	if len(rows) > limit {
		rows = rows[:limit]
		next = rows[limit-1].ID
	}
	for _, r := range rows {
		list = append(list, programme.AuditEntry{ID: r.ID, At: r.AtReal.UTC(), Actor: r.Actor, Action: programme.AuditAction(r.Action),
			Subject: r.Subject, Detail: r.Detail, Reason: r.Reason})
	}
	return list, next, nil
}

// AuditPeople are all of the staff whom the audit log names, as actor or as subject, and the command line, in the order of the
// alphabet.
func (s *Store) AuditPeople(ctx context.Context) ([]string, error) {
	var names []string
	err := s.read(ctx).Raw("SELECT actor AS name FROM audit_log WHERE actor <> '' UNION SELECT subject FROM audit_log WHERE subject LIKE 'staff:%' ORDER BY name").
		Scan(&names).Error
	return names, edge(err)
}
