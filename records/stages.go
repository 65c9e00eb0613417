package records

import (
	"context"
	"fmt"
	"time"

	"fairlead/programme"

	"gorm.io/gorm"
)

// blueprint finds the blueprint of a cohort.
func (s *Store) blueprint(name string) (programme.Blueprint, error) {
	b, err := s.opts.Blueprints(name)
	if err != nil {
		return programme.Blueprint{}, fmt.Errorf("blueprint %q: %w", name, err)
	}
	return b, nil
}

// insertStages writes the stages of new journeys, none of them open, with the dates the cohort plans for them.
func (s *Store) insertStages(tx *gorm.DB, c programme.Cohort, refs ...string) error {
	byDates, err := s.byDates(tx, c, refs...)
	if err != nil {
		return err
	}
	var rows []stageRow
	for _, group := range byDates {
		template, err := s.stageRows(group.cohort)
		if err != nil {
			return err
		}
		for _, ref := range group.refs {
			for _, row := range template {
				row.Ref = ref
				rows = append(rows, row)
			}
		}
	}
	return insertMany(tx, rows)
}

// oneYear is a cohort as some journeys live it, whose dates are the same.
type oneYear struct {
	cohort programme.Cohort
	refs   []string
}

// byDates parts journeys by their dates, which differ where a cohort's events have several sittings.
func (s *Store) byDates(tx *gorm.DB, c programme.Cohort, refs ...string) ([]*oneYear, error) {
	year, err := s.blueprint(c.Blueprint)
	if err != nil {
		return nil, err
	}
	if !hasEvents(year) {
		return []*oneYear{{cohort: c, refs: refs}}, nil
	}
	var journeys []journeyRow
	for part := range chunks(refs, 500) {
		var rows []journeyRow
		if err := tx.Where("ref IN ?", part).Order("ref").Find(&rows).Error; err != nil {
			return nil, err
		}
		journeys = append(journeys, rows...)
	}
	lived, err := s.lives(tx, c, year, journeys...)
	if err != nil {
		return nil, err
	}
	var list []*oneYear
	known := map[string]*oneYear{}
	for _, j := range journeys {
		dates := sameDates(lived[j.Ref])
		if known[dates] == nil {
			known[dates] = &oneYear{cohort: lived[j.Ref]}
			list = append(list, known[dates])
		}
		known[dates].refs = append(known[dates].refs, j.Ref)
	}
	return list, nil
}

// stageRows are the stages of a journey of the cohort before any has opened, without its reference.
func (s *Store) stageRows(c programme.Cohort) ([]stageRow, error) {
	b, err := s.blueprint(c.Blueprint)
	if err != nil {
		return nil, err
	}
	blocked := residentialDays(b, c)
	rows := make([]stageRow, len(b.Stages))
	for i, stage := range b.Stages {
		terms, err := b.Terms(c, stage.Name, s.opts.Calendar, blocked)
		if err != nil {
			return nil, fmt.Errorf("dates of %s: %w", stage.Name, err)
		}
		rows[i] = stageRow{Name: stage.Name, Cohort: c.Name, Kind: string(stage.Kind), Position: i,
			State: string(programme.StageNotOpen), OpensAt: maybe(terms.Opens), Due: maybe(terms.Due),
			LimitAt: maybe(terms.Limit)}
	}
	return rows, nil
}

// stageFromRow maps a row back; known is the stage in the blueprint.
func stageFromRow(r stageRow, known programme.BlueprintStage) programme.Stage {
	return programme.Stage{Name: r.Name, Kind: programme.Kind(r.Kind), Title: known.Title, Later: known.Later(), Position: r.Position,
		State: programme.StageState(r.State), Round: r.Round, Part: programme.Part(r.Part), WaitingOn: programme.Owner(r.WaitingOn),
		Since: orZero(r.Since), OpensAt: orZero(r.OpensAt), Due: orZero(r.Due), Limit: orZero(r.LimitAt),
		Overdue: r.Overdue, Attention: r.Attention, ClosedAt: orZero(r.ClosedAt), Outcome: r.Outcome}
}

// replanStages gives the stages of a cohort that have not opened the dates it now plans.
func (s *Store) replanStages(tx *gorm.DB, c programme.Cohort) error {
	year, err := s.blueprint(c.Blueprint)
	if err != nil {
		return err
	}
	if !hasEvents(year) {
		return s.replanRows(tx.Where("cohort = ?", c.Name), c)
	}
	var journeys []journeyRow
	if err := tx.Where("cohort = ?", c.Name).Order("ref").Find(&journeys).Error; err != nil {
		return err
	}
	return s.replanJourneys(tx, c, journeys)
}

// replanJourneys gives the stages of some journeys that have not opened the dates planned for them.
func (s *Store) replanJourneys(tx *gorm.DB, c programme.Cohort, journeys []journeyRow) error {
	byDates, err := s.byDates(tx, c, refsOf(journeys)...)
	if err != nil {
		return err
	}
	for _, group := range byDates {
		for part := range chunks(group.refs, 500) {
			if err := s.replanRows(tx.Where("ref IN ?", part), group.cohort); err != nil {
				return err
			}
		}
	}
	return nil
}

func (s *Store) replanRows(of *gorm.DB, c programme.Cohort) error {
	rows, err := s.stageRows(c)
	if err != nil {
		return err
	}
	for _, row := range rows {
		err := of.Session(&gorm.Session{}).Model(&stageRow{}).Where("name = ? AND state = ?", row.Name, row.State).
			Updates(map[string]any{"opens_at": row.OpensAt, "due": row.Due, "limit_at": row.LimitAt}).Error
		if err != nil {
			return err
		}
	}
	return nil
}

// insertBatch is how many rows one statement inserts. More do not help PostgreSQL, and SQLite's driver binds the values
// of a statement in a time that grows with their square.
const insertBatch = 50

// insertMany inserts rows in batches.
func insertMany[Row any](tx *gorm.DB, rows []Row) error {
	if len(rows) == 0 {
		return nil
	}
	return tx.CreateInBatches(rows, insertBatch).Error
}

// lockCohort reads a cohort and keeps everybody else from changing it until the transaction ends: a write that changes
// nothing locks its row on PostgreSQL, and SQLite has one writer anyway.
func lockCohort(tx *gorm.DB, name string) (cohortRow, error) {
	if err := tx.Exec(`UPDATE cohorts SET version = version WHERE name = ?`, name).Error; err != nil {
		return cohortRow{}, err
	}
	return cohortByName(tx, name)
}

func cohortByName(tx *gorm.DB, name string) (cohortRow, error) {
	var row cohortRow
	err := tx.Take(&row, "name = ?", name).Error
	return row, err
}

// programmeNow is programme time within a transaction.
func (s *Store) programmeNow(ctx context.Context) (time.Time, error) {
	clock, err := s.Clock(ctx)
	return clock.Programme(s.realNow()).Truncate(time.Millisecond), err
}
