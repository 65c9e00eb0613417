package records

import (
	"context"
	"fmt"
	"strings"

	"fairlead/programme"

	"gorm.io/gorm"
)

// roleSelector is the role of staff who score applications.
const roleSelector = "selector"

// selectorRow is somebody with the role, and who they are to the mails: nobody until their organisation is known.
type selectorRow struct {
	StaffID       string
	Email         string
	Organisations string
	PersonID      string
}

// selectors are all who score, by address.
func selectors(tx *gorm.DB) ([]programme.Selector, error) {
	var rows []selectorRow
	err := tx.Raw("SELECT s.id AS staff_id, s.email, s.organisations, COALESCE(p.id, '') AS person_id FROM staff s "+
		"LEFT JOIN people p ON p.email_folded = s.email WHERE s.role = ? ORDER BY s.email", roleSelector).Scan(&rows).Error
	list := make([]programme.Selector, len(rows))
	for i, row := range rows {
		list[i] = programme.Selector{ID: row.PersonID, StaffID: row.StaffID, Email: row.Email}
		if row.PersonID == "" {
			list[i].ID = roleSelector + "/" + row.StaffID // nothing can be assigned to them yet
			continue
		}
		if row.Organisations != "" {
			list[i].Organisations = strings.Split(row.Organisations, "; ")
		}
	}
	return list, err
}

// selectorNamed is whoever is signed in under a name with the role; missing where it is nobody's address.
func selectorNamed(tx *gorm.DB, name string) (personRow, error) {
	var row personRow
	return row, tx.Take(&row, "email_folded = ? AND EXISTS (SELECT 1 FROM staff s WHERE s.email = people.email_folded AND s.role = ?)",
		programme.FoldEmail(name), roleSelector).Error
}

// Selectors lists everybody who scores applications, by address.
func (s *Store) Selectors(ctx context.Context) ([]programme.Selector, error) {
	list, err := selectors(s.read(ctx))
	return list, edge(err)
}

// NameOrganisations says to which organisations a selector belongs: from then on they get no application from there, and
// applications can be assigned to them. was is what staff were shown, "; " between them: ErrConflict where it is no longer so.
// ErrNotFound where nobody who scores has that record of staff; *Invalid for none.
func (s *Store) NameOrganisations(ctx context.Context, staffID, was string, organisations []string, by, reason string) error {
	if err := programme.CheckReason(reason); err != nil {
		return err
	}
	organisations, err := programme.ReadOrganisations(strings.Join(organisations, ";"))
	if err != nil {
		return err
	}
	at := s.Now(ctx)
	return s.tx(ctx, func(tx *gorm.DB) error {
		var row staffRow
		if err := locked(tx).Take(&row, "id = ? AND role = ?", staffID, roleSelector).Error; err != nil {
			return err
		}
		var known string
		if err := tx.Raw("SELECT organisations FROM staff WHERE id = ?", row.ID).Scan(&known).Error; err != nil {
			return err
		}
		switch known {
		case strings.Join(organisations, "; "):
			return nil // as a second click finds it
		case was:
		default:
			return fmt.Errorf("%w: the organisations were changed meanwhile", programme.ErrConflict)
		}
		if err := tx.Model(&staffRow{}).Where("id = ?", row.ID).Update("organisations", strings.Join(organisations, "; ")).Error; err != nil {
			return err
		}
		if _, err := upsertPerson(tx, programme.Person{Email: row.Email}, at); err != nil { // who is known by that address stays as they are
			return err
		}
		return s.audit(tx, programme.AuditEntry{Actor: by, Action: programme.AuditOrganisations, Subject: staffFromRow(row).Actor(),
			Detail: strings.Join(organisations, "; "), Reason: reason})
	})
}
