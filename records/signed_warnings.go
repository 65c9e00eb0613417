package records

import (
	"context"
	"fmt"
	"time"

	"fairlead/programme"

	"gorm.io/gorm"
	"gorm.io/gorm/clause"
)

// signedWarningRow is a warning that staff have signed off.
type signedWarningRow struct {
	Cohort   string `gorm:"primaryKey"`
	Warning  string `gorm:"primaryKey"`
	Reason   string
	SignedBy string
	AtReal   time.Time
}

func (signedWarningRow) TableName() string { return "signed_warnings" }

// SignWarnings notes that somebody of the staff looked at warnings about a cohort's year, by their keys, and lets them
// stand. One that was signed before stays as it was. *Invalid where no reason is given, or a warning is not one of the year
// as it is now.
func (s *Store) SignWarnings(ctx context.Context, cohort string, keys []string, by, reason string) error {
	if err := programme.CheckReason(reason); err != nil {
		return err
	}
	return s.tx(ctx, func(tx *gorm.DB) error {
		row, err := lockCohort(tx, cohort)
		if err != nil {
			return err
		}
		c := cohortFromRow(row)
		year, err := s.blueprint(c.Blueprint)
		if err != nil {
			return err
		}
		_, warnings := programme.Check(year, c, s.opts.Calendar)
		sittings, err := s.sittings(tx, c, year)
		if err != nil {
			return err
		}
		warnings = append(warnings, programme.SittingWarnings(year, sittings)...)
		standing := map[string]string{}
		for _, w := range warnings {
			standing[w.SignedAs()] = w.Text
		}
		for _, key := range keys {
			text, stands := standing[key]
			if !stands {
				return programme.Refuse("warning", "The dates have changed: look at the warnings again.")
			}
			fresh := signedWarningRow{Cohort: cohort, Warning: key, Reason: reason, SignedBy: by, AtReal: s.realNow()}
			made := tx.Clauses(clause.OnConflict{DoNothing: true}).Create(&fresh)
			if made.Error != nil {
				return made.Error
			}
			if made.RowsAffected == 0 {
				continue
			}
			err := s.audit(tx, programme.AuditEntry{Actor: by, Action: programme.AuditWarningSigned, Subject: cohort, Detail: text, Reason: reason})
			if err != nil {
				return fmt.Errorf("audit of a signed warning: %w", err)
			}
		}
		return nil
	})
}

// SignedWarnings are the warnings about a cohort's year that were signed off, in their order.
func (s *Store) SignedWarnings(ctx context.Context, cohort string) ([]programme.SignedWarning, error) {
	var rows []signedWarningRow
	if err := s.read(ctx).Where("cohort = ?", cohort).Order("at_real, warning").Find(&rows).Error; err != nil {
		return nil, edge(err)
	}
	list := make([]programme.SignedWarning, len(rows))
	for i, r := range rows {
		list[i] = programme.SignedWarning{Key: r.Warning, Reason: r.Reason, By: r.SignedBy, At: r.AtReal.UTC()}
	}
	return list, nil
}
