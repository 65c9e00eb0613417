package records

import (
	"context"
	"encoding/json"
	"fmt"
	"time"

	"fairlead/faults"
	"fairlead/programme"

	"gorm.io/gorm"
)

// moveReportOpened is what the history says of a coach who opened a report.
const moveReportOpened = "report-opened"

// CoachReport is a leader's report for the coach they have, if they agree at this very moment: match, consent and report
// are read in one transaction, in which the history notes that it was opened. Everything else is ErrNotFound, whatever
// the reason, so that nobody learns whether there is a report.
func (s *Store) CoachReport(ctx context.Context, coach, ref string, at time.Time) (shared programme.SharedReport, err error) {
	err = s.onJourney(ctx, ref, at, func(t *turn) error {
		shared = programme.SharedReport{}
		match, found, err := t.match()
		if err != nil {
			return err
		}
		shows, err := showsReport(t.tx, ref)
		if err != nil {
			return err
		}
		if (!found || match.Coach != coach || !shows) && !faults.Broken("shows-reports") {
			return fmt.Errorf("report for the coach: %w", programme.ErrNotFound)
		}
		shared.Leader = t.leader.Name
		if shared.Report, err = s.report(ctx, t.tx, ref, t.leader.ID); err != nil {
			return err
		}
		t.actor = toCoach
		return t.move("", t.j.State, t.j.State, moveReportOpened)
	})
	return shared, err
}

// showsReport reports whether a leader has a report and agrees that their coach sees it.
func showsReport(tx *gorm.DB, ref string) (bool, error) {
	shown, err := showReports(tx, []string{ref})
	return shown[ref], err
}

// showReports are those of some leaders who have a report and agree that their coach sees it.
func showReports(tx *gorm.DB, refs []string) (map[string]bool, error) {
	var who []string
	err := tx.Model(&consentRow{}).Where("ref IN ? AND purpose = ? AND given", refs, programme.ConsentCoachReport).
		Where("ref IN (?)", tx.Session(&gorm.Session{NewDB: true}).Model(&psychometricScoresRow{}).Select("ref").Where("ref IN ?", refs)).Pluck("ref", &who).Error
	shown := map[string]bool{}
	for _, ref := range who {
		shown[ref] = true
	}
	return shown, err
}

// report reads and opens a leader's scores.
func (s *Store) report(ctx context.Context, tx *gorm.DB, ref, person string) (report programme.Report, err error) {
	var row psychometricScoresRow
	if err := tx.Take(&row, "ref = ?", ref).Error; err != nil {
		return report, err
	}
	text, err := s.decrypt(ctx, person, row.ScoresEnc)
	if err != nil {
		return report, err
	}
	report = programme.Report{Instrument: row.Instrument, Version: row.Version, At: row.At.UTC()}
	return report, json.Unmarshal(text, &report.Scores)
}
