package records

import (
	"slices"
	"time"

	"fairlead/faults"
	"fairlead/programme"

	"gorm.io/gorm"
)

// openings are the stages of a journey that have still to open, with their moments: what has passed already opens at at.
// afterSelection says that the leader has a place; without one only selection opens. Stages that wait for another to end
// are left out until it has; surveys after the year are, see later.
func (s *Store) openings(tx *gorm.DB, cohort programme.Cohort, ref string, at time.Time, afterSelection bool) ([]programme.Opening, error) {
	year, err := s.blueprint(cohort.Blueprint)
	if err != nil {
		return nil, err
	}
	planned, err := s.plannedOpenings(cohort, at)
	if err != nil {
		return nil, err
	}
	var rows []stageRow
	if err := tx.Where("ref = ?", ref).Order("position").Find(&rows).Error; err != nil {
		return nil, err
	}
	var list []programme.Opening
	for _, row := range rows {
		selection := programme.Kind(row.Kind) == programme.KindSelection
		stage, _ := year.Stage(row.Name)
		if row.State == string(programme.StageNotOpen) && (afterSelection || selection) && !stage.Later() && ready(year, row.Name, rows) {
			opening := planned[row.Name]
			if stage.AfterDays && faults.Broken("early-network") {
				opening.At = at
			}
			list = append(list, opening)
		}
	}
	return list, nil
}

// ready reports whether what a stage waits for has ended.
func ready(year programme.Blueprint, name string, rows []stageRow) bool {
	stage, _ := year.Stage(name)
	for _, row := range rows {
		other, _ := year.Stage(row.Name)
		closed := programme.StageState(row.State).Closed()
		switch {
		case row.Name == name:
		case !closed && (stage.After == row.Name || stage.Follows == row.Name):
			return false
		case stage.AfterDays && other.HasDays() && (!closed || undecided(other, row)) && !faults.Broken("early-network"):
			return false
		}
	}
	return true
}

// tooEarly reports whether a stage that waits for the compulsory days has been told to open, and one of them is open again or
// undecided since: it opens when that is decided upon.
func (t *turn) tooEarly(row stageRow) (bool, error) {
	stage, _ := t.year.Stage(row.Name)
	if !stage.AfterDays || row.State != string(programme.StageNotOpen) {
		return false, nil
	}
	rows, err := t.stages()
	return err == nil && !ready(t.year, row.Name, rows), err
}

// openingsAfter are the openings that the end of a stage settles: all after selection, else those that waited for it or
// for a stage that was skipped with it.
func (t *turn) openingsAfter(ended stageRow, skipped []string) ([]programme.Opening, error) {
	selection := programme.Kind(ended.Kind) == programme.KindSelection
	if t.state().Ended() || selection && ended.State != string(programme.StageDone) && ended.State != string(programme.StageSkipped) {
		return nil, nil
	}
	all, err := t.s.openings(t.tx, t.cohort, t.j.Ref, t.now, true)
	if err != nil || selection {
		return all, err
	}
	over := append([]string{ended.Name}, skipped...)
	decided := slices.ContainsFunc(over, func(name string) bool { stage, _ := t.year.Stage(name); return stage.HasDays() })
	var list []programme.Opening
	for _, opening := range all {
		stage, _ := t.year.Stage(opening.Stage)
		if slices.Contains(over, stage.After) || stage.Follows == ended.Name || stage.AfterDays && decided {
			list = append(list, opening)
		}
	}
	return list, nil
}
