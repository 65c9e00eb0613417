package records

import (
	"context"
	"slices"

	"fairlead/programme"

	"gorm.io/gorm"
)

// Dates are the dates of a journey's year in order: each event from its start to its end, each form by when it is due.
// ErrNotFound where there is no such journey.
func (s *Store) Dates(ctx context.Context, ref string) ([]programme.DateLine, error) {
	db := s.read(ctx)
	var j journeyRow
	if err := db.Take(&j, "ref = ?", ref).Error; err != nil {
		return nil, edge(err)
	}
	cohort, year, err := s.yearOfJourney(db, j.Cohort, ref)
	if err != nil {
		return nil, edge(err)
	}
	lines, err := s.dates(db, cohort, year, ref)
	return lines, edge(err)
}

// dates leaves out the invitation and what comes after the year, which are no dates of it, and what the leader will not do or come
// to.
func (s *Store) dates(tx *gorm.DB, cohort programme.Cohort, year programme.Blueprint, ref string) ([]programme.DateLine, error) {
	var rows []stageRow
	if err := tx.Where("ref = ?", ref).Order("position").Find(&rows).Error; err != nil {
		return nil, err
	}
	places, err := placesOf(tx, []string{ref})
	if err != nil {
		return nil, err
	}
	sessions, err := sessionsOf(tx, ref)
	if err != nil {
		return nil, err
	}
	told, err := sequences(tx, ref)
	if err != nil {
		return nil, err
	}
	var lines []programme.DateLine
	for _, row := range rows {
		state := programme.StageState(row.State)
		if programme.Kind(row.Kind) == programme.KindSelection || state == programme.StageSkipped || state == programme.StageCancelled {
			continue
		}
		stage, _ := year.Stage(row.Name)
		if stage.Later() && state == programme.StageNotOpen {
			continue
		}
		line := programme.DateLine{Stage: row.Name, Title: stage.Title, From: orZero(row.Due), To: orZero(row.Due), Sequence: told[row.Name]}
		if stage.Event != nil {
			from, to, err := year.EventTimes(cohort, row.Name)
			if err != nil {
				return nil, err
			}
			line.From, line.To = from.UTC(), to.UTC()
			place, has := places[ref][row.Name]
			if has && (place.state() == programme.PlaceReleased || place.givenUp() || place.Cannot) {
				continue
			}
			line.UID, line.Sequence = place.UID, place.Sequence
			if line.Where = cohort.Sittings[row.Name].Where(); line.Where == "" && stage.Event.Online {
				line.Where = "online"
			}
		}
		if slot, has := sessions[row.Name]; has {
			line.From, line.To, line.Where = slot.StartsAt.UTC(), slot.EndsAt.UTC(), "in person"
			if slot.Online {
				line.Where = "online"
			}
		}
		if line.Title == "" {
			line.Title = row.Name
		}
		lines = append(lines, line)
	}
	slices.SortStableFunc(lines, func(a, b programme.DateLine) int { return a.From.Compare(b.From) })
	return lines, nil
}
