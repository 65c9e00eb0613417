package records

import (
	"cmp"
	"context"
	"slices"
	"time"

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

// dates leaves out the invitation and what comes after the year, which are no dates of it, what the leader will not do or come
// to, and deadlines of what is over.
func (s *Store) dates(tx *gorm.DB, cohort programme.Cohort, year programme.Blueprint, ref string) ([]programme.DateLine, error) {
	told, err := sequences(tx, ref)
	if err != nil {
		return nil, err
	}
	dates, err := s.datesOf(tx, map[string]programme.Cohort{ref: cohort}, year, []string{ref}, told)
	return dates[ref], err
}

// datesOf are the dates of some journeys of a cohort, each as it lives the year; told are the sequences of one's calendar entries.
func (s *Store) datesOf(tx *gorm.DB, lived map[string]programme.Cohort, year programme.Blueprint, refs []string, told map[string]int) (map[string][]programme.DateLine, error) {
	stages, err := stagesOf(tx, refs)
	if err != nil {
		return nil, err
	}
	places, err := placesOf(tx, refs)
	if err != nil {
		return nil, err
	}
	sessions, err := sessionsOfAll(tx, refs)
	if err != nil {
		return nil, err
	}
	dates := map[string][]programme.DateLine{}
	for _, ref := range refs {
		if dates[ref], err = s.datesFrom(tx, lived[ref], year, ref, stages[ref], places, sessions[ref], told); err != nil {
			return nil, err
		}
	}
	return dates, nil
}

func (s *Store) datesFrom(tx *gorm.DB, cohort programme.Cohort, year programme.Blueprint, ref string, rows []stageRow, places map[string]map[string]placeRow,
	sessions map[string]slotRow, told map[string]int) ([]programme.DateLine, error) {
	var lines []programme.DateLine
	for _, row := range rows {
		state := programme.StageState(row.State)
		if programme.Kind(row.Kind) == programme.KindSelection || state == programme.StageSkipped || state == programme.StageCancelled {
			continue
		}
		_, held := sessions[row.Name]
		if state.Closed() && programme.Kind(row.Kind) != programme.KindEvent && !held { // a deadline that is met or past asks nothing
			continue
		}
		stage, _ := year.Stage(row.Name)
		if stage.Later() && state == programme.StageNotOpen {
			continue
		}
		title := stage.Title
		if title == "" {
			title = row.Name
		}
		line := programme.DateLine{Stage: row.Name, Kind: programme.Kind(row.Kind), Title: title, From: orZero(row.Due), To: orZero(row.Due), Sequence: told[row.Name]}
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
			switch {
			case has:
			case len(places[ref]) > 0: // a place is still to be found
				line.From, line.To = time.Time{}, time.Time{}
				lines = append(lines, line)
				continue
			default:
				possible, err := s.possibleDates(tx, cohort, year, ref, line)
				if err != nil {
					return nil, err
				}
				lines = append(lines, possible...)
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
		} else {
			line.Book = stage.Kind == programme.KindCoaching && !state.Closed()
		}
		lines = append(lines, line)
	}
	slices.SortStableFunc(lines, func(a, b programme.DateLine) int {
		switch {
		case a.From.IsZero(), b.From.IsZero(): // nobody knows yet when that is
			return cmp.Compare(b.From.Unix(), a.From.Unix())
		}
		return a.From.Compare(b.From)
	})
	return lines, nil
}

// possibleDates are the dates of an event for somebody who has no places yet: each that may be theirs, or one without a date where
// there is no room.
func (s *Store) possibleDates(tx *gorm.DB, cohort programme.Cohort, year programme.Blueprint, ref string, line programme.DateLine) ([]programme.DateLine, error) {
	var j journeyRow
	if err := tx.Select("grp").Take(&j, "ref = ?", ref).Error; err != nil {
		return nil, err
	}
	known, err := s.sittings(tx, cohort, year)
	if err != nil {
		return nil, err
	}
	possible := programme.PossibleSittings(known[line.Stage], j.Group)
	if len(possible) == 0 {
		line.From, line.To = time.Time{}, time.Time{}
		return []programme.DateLine{line}, nil
	}
	lines := make([]programme.DateLine, len(possible))
	for i, sitting := range possible {
		lines[i] = line
		lines[i].From, lines[i].To, lines[i].Where = sitting.Starts, sitting.Ends, sitting.Where()
		if len(possible) > 1 {
			lines[i].Choice = len(possible)
		}
	}
	return lines, nil
}
