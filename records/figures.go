package records

import (
	"context"

	"fairlead/programme"

	"gorm.io/gorm"
)

// Figures are a cohort's year in numbers; ErrNotFound where there is no such cohort.
func (s *Store) Figures(ctx context.Context, name string) (programme.Figures, error) {
	db := s.read(ctx)
	cohort, year, err := s.yearOf(db, name)
	if err != nil {
		return programme.Figures{}, edge(err)
	}
	f := programme.Figures{Cohort: name, Places: cohort.Places, ByState: map[programme.JourneyState]int{}}
	type group struct {
		Stage, State string
		N            int
	}
	err = eachGroup(db.Raw(`SELECT state, COUNT(*) AS n FROM journeys WHERE cohort = ? GROUP BY state`, name),
		func(g group) { f.ByState[programme.JourneyState(g.State)] = g.N })
	if err != nil {
		return f, err
	}
	// Whoever went on to the year without being asked was chosen already, or goes on from another cohort.
	err = db.Raw(`SELECT COUNT(*) FROM stages WHERE cohort = ? AND kind = 'selection' AND (round > 0 OR state = 'skipped')`, name).Scan(&f.Asked).Error
	if err != nil {
		return f, edge(err)
	}
	err = db.Raw(`SELECT COUNT(*) FROM stages WHERE cohort = ? AND kind = 'selection' AND (outcome = ? OR state = 'skipped')`, name, outcomeAccepted).Scan(&f.Accepted).Error
	if err != nil {
		return f, edge(err)
	}
	err = db.Raw(`SELECT COUNT(*) FROM stages s JOIN journeys j ON j.ref = s.ref WHERE s.cohort = ? AND s.kind = 'selection' AND (s.outcome = ? OR s.state = 'skipped')
		AND j.state = ?`, name, outcomeAccepted, string(programme.Withdrawn)).Scan(&f.Withdrew).Error
	if err != nil {
		return f, edge(err)
	}
	if f.Events, err = eventFigures(db, name, year); err != nil {
		return f, err
	}
	f.Outcomes, err = s.Outcomes(ctx, name)
	return f, err
}

// eventFigures are the events of the year with who came, also those at which nobody has a place.
func eventFigures(db *gorm.DB, cohort string, year programme.Blueprint) ([]programme.EventFigures, error) {
	type group struct {
		Stage, State string
		N            int
	}
	counts := map[string]map[programme.PlaceState]int{}
	err := eachGroup(db.Raw(`SELECT stage, state, COUNT(*) AS n FROM event_places WHERE cohort = ? GROUP BY stage, state`, cohort),
		func(g group) {
			if counts[g.Stage] == nil {
				counts[g.Stage] = map[programme.PlaceState]int{}
			}
			counts[g.Stage][programme.PlaceState(g.State)] = g.N
		})
	if err != nil {
		return nil, err
	}
	recovered := map[string]int{}
	err = eachGroup(db.Raw(`SELECT stage, COUNT(*) AS n FROM event_places WHERE cohort = ? AND costs = ? GROUP BY stage`, cohort, string(programme.CostsRecovered)),
		func(g group) { recovered[g.Stage] = g.N })
	if err != nil {
		return nil, err
	}
	var events []programme.EventFigures
	for _, stage := range year.Stages {
		if stage.Event == nil {
			continue
		}
		n := counts[stage.Name]
		events = append(events, programme.EventFigures{Stage: stage.Name, Title: stage.Title, Attended: n[programme.PlaceAttended],
			Absent: n[programme.PlaceAbsent], Excused: n[programme.PlaceExcused], Expected: n[programme.PlaceHeld] + n[programme.PlaceConfirmed],
			Recovered: recovered[stage.Name]})
	}
	return events, nil
}

// AttendanceRegister lists the leaders of a cohort who have or had a place, by reference after after, at most limit, and
// how their places at each event stand; next is empty at the end. ErrNotFound where there is no such cohort.
func (s *Store) AttendanceRegister(ctx context.Context, name, after string, limit int) (lines []programme.AttendanceLine, next string, err error) {
	db := s.read(ctx)
	if _, err := cohortByName(db, name); err != nil {
		return nil, "", edge(err)
	}
	var journeys []journeyRow
	err = db.Where("cohort = ? AND ref > ? AND ref IN (SELECT ref FROM event_places WHERE cohort = ?)", name, after, name).
		Order("ref").Limit(limit + 1).Find(&journeys).Error
	if err != nil {
		return nil, "", edge(err)
	}
	if len(journeys) > limit {
		journeys = journeys[:limit]
		next = journeys[limit-1].Ref
	}
	var refs, persons []string
	for _, j := range journeys {
		refs, persons = append(refs, j.Ref), append(persons, j.PersonID)
	}
	places, err := placesOf(db, refs)
	if err != nil {
		return nil, "", edge(err)
	}
	people, err := peopleByID(db, persons)
	if err != nil {
		return nil, "", edge(err)
	}
	for _, j := range journeys {
		line := programme.AttendanceLine{Ref: j.Ref, Name: people[j.PersonID].Name, Organisation: j.Organisation,
			State: programme.JourneyState(j.State), Places: map[string]programme.PlaceState{}, Costs: map[string]programme.Costs{}}
		for stage, place := range places[j.Ref] {
			line.Places[stage] = place.state()
			if place.Costs != "" {
				line.Costs[stage] = programme.Costs(place.Costs)
			}
		}
		lines = append(lines, line)
	}
	return lines, next, nil
}
