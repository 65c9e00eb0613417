package records

import (
	"fmt"
	"maps"
	"slices"
	"time"

	"fairlead/faults"
	"fairlead/programme"

	"gorm.io/gorm"
)

// placeRow is one leader's place at one event. counted says that it is one of those its sitting counts as taken.
type placeRow struct {
	Ref         string `gorm:"primaryKey"`
	Stage       string `gorm:"primaryKey"`
	Cohort      string
	Sitting     string
	State       string
	Counted     bool
	UID         string `gorm:"column:uid"`
	Sequence    int
	Entry       bool
	Followed    int
	Cannot      bool
	CatchUp     bool
	ConfirmedAt *time.Time
	RecordedAt  *time.Time
	RecordedBy  string
	NoteEnc     []byte
	Costs       string
}

func (placeRow) TableName() string { return "event_places" }

func (p placeRow) state() programme.PlaceState { return programme.PlaceState(p.State) }

// expected reports whether the register asks for the leader: not for one whose place went to others, because it was given
// back or the leader was excused before the event.
func (p placeRow) expected() bool {
	return p.state() != programme.PlaceReleased && !p.givenUp()
}

// givenUp reports whether the leader was excused before the event, so that others could have the place.
func (p placeRow) givenUp() bool { return p.state() == programme.PlaceExcused && !p.Counted }

// takeSittings counts n more places of a sitting as taken, all or none; ErrFull where so many are not left.
func takeSittings(tx *gorm.DB, sitting programme.Sitting, n int) error {
	taken := tx.Exec(`UPDATE sittings SET taken = taken + ? WHERE cohort = ? AND stage = ? AND name = ? AND state = ? AND taken + ? <= capacity`,
		n, sitting.Cohort, sitting.Stage, sitting.Name, string(programme.SittingPlanned), n)
	if taken.Error != nil || taken.RowsAffected == 1 || faults.Broken("overbooks") {
		return taken.Error
	}
	return programme.ErrFull
}

// takeEventPlaces gives leaders who now have a place in the cohort one at each of its events: in the sitting of their group,
// else where most room is. An event at which no place is left raises a task. Whoever has a place already keeps it.
func (s *Store) takeEventPlaces(tx *gorm.DB, c programme.Cohort, year programme.Blueprint, journeys []journeyRow, now time.Time) error {
	if !hasEvents(year) || len(journeys) == 0 {
		return nil
	}
	if err := s.keepSittings(tx, c, year); err != nil {
		return err
	}
	// The rows are locked in one order before they are read: what is chosen below can then be had.
	if err := locked(tx).Where("cohort = ?", c.Name).Order("stage, name").Find(&[]sittingRow{}).Error; err != nil {
		return err
	}
	known, err := s.sittings(tx, c, year)
	if err != nil {
		return err
	}
	had, err := placesOf(tx, refsOf(journeys))
	if err != nil {
		return err
	}
	busy := map[string][]programme.Sitting{}
	for ref, places := range had {
		busy[ref] = taking(places, known)
	}
	var rows []placeRow
	for _, stage := range year.Stages {
		if stage.Event == nil {
			continue
		}
		list, taken := known[stage.Name], map[string]int{}
		for _, j := range journeys {
			if _, has := had[j.Ref][stage.Name]; has {
				continue
			}
			chosen, ok := programme.ChooseSitting(programme.Apart(upcoming(list, now), busy[j.Ref]), j.Group)
			if !ok {
				if err := s.noRoom(tx, j, stage.Name, now); err != nil {
					return err
				}
				continue
			}
			i := slices.IndexFunc(list, func(s programme.Sitting) bool { return s.Name == chosen.Name })
			list[i].Taken++
			taken[chosen.Name]++
			busy[j.Ref] = append(busy[j.Ref], chosen)
			rows = append(rows, newPlace(j, chosen))
		}
		for _, sitting := range list {
			if n := taken[sitting.Name]; n > 0 {
				if err := takeSittings(tx, sitting, n); err != nil {
					return fmt.Errorf("places at %s: %w", stage.Name, err)
				}
			}
		}
	}
	if err := insertMany(tx, rows); err != nil {
		return err
	}
	return s.replanJourneys(tx, c, journeys)
}

// residentialDays tells which days a leader spends on residentials: see programme.Blueprint.ResidentialDays.
func residentialDays(year programme.Blueprint, c programme.Cohort) func(programme.Date) bool {
	if faults.Broken("works-on-residentials") {
		return nil
	}
	return year.ResidentialDays(c)
}

// newPlace is a place that counts, of a leader at a sitting.
func newPlace(j journeyRow, sitting programme.Sitting) placeRow {
	return placeRow{Ref: j.Ref, Stage: sitting.Stage, Cohort: j.Cohort, Sitting: sitting.Name, State: string(programme.PlaceHeld), Counted: true,
		UID: randomHex(16), Followed: sitting.Sequence}
}

// upcoming are the sittings that have not begun.
func upcoming(sittings []programme.Sitting, now time.Time) []programme.Sitting {
	var list []programme.Sitting
	for _, sitting := range sittings {
		if sitting.Starts.After(now) {
			if faults.Broken("overbooks") {
				sitting.Capacity = sitting.Taken + 1
			}
			list = append(list, sitting)
		}
	}
	return list
}

// taking are the sittings at which a leader with these places is expected. An event of which the leader said that no date
// will do is none.
func taking(places map[string]placeRow, known map[string][]programme.Sitting) []programme.Sitting {
	var list []programme.Sitting
	for _, stage := range slices.Sorted(maps.Keys(places)) {
		place := places[stage]
		if !place.state().Live() || place.Cannot {
			continue
		}
		for _, sitting := range known[stage] {
			if sitting.Name == place.Sitting && sitting.State != programme.SittingCancelled {
				list = append(list, sitting)
			}
		}
	}
	return list
}

// elsewhere are the sittings of other events at which the leader is expected.
func (t *turn) elsewhere(stage string) ([]programme.Sitting, error) {
	known, err := t.s.sittings(t.tx, t.cohort, t.year)
	if err != nil {
		return nil, err
	}
	places, err := placesOf(t.tx, []string{t.j.Ref})
	if err != nil {
		return nil, err
	}
	delete(places[t.j.Ref], stage)
	return taking(places[t.j.Ref], known), nil
}

// meeting is the title of the event at which the leader is on a day of a sitting of another, empty where there is none.
func (t *turn) meeting(sitting programme.Sitting) (string, error) {
	others, err := t.elsewhere(sitting.Stage)
	i := slices.IndexFunc(others, sitting.Meets)
	if err != nil || i < 0 {
		return "", err
	}
	stage, _ := t.year.Stage(others[i].Stage)
	return stage.Title, nil
}

// noRoom raises the task to find a place for a leader at an event that has none left.
func (s *Store) noRoom(tx *gorm.DB, j journeyRow, stage string, now time.Time) error {
	return s.openTask(tx, programme.Task{Cohort: j.Cohort, Ref: j.Ref, Stage: stage, Code: taskNoPlace, Opened: now}, j.Ref+"/"+stage+"/"+taskNoPlace)
}

func refsOf(journeys []journeyRow) []string {
	refs := make([]string, len(journeys))
	for i, j := range journeys {
		refs[i] = j.Ref
	}
	return refs
}

// placesOf are the places of some journeys, by reference and stage.
func placesOf(tx *gorm.DB, refs []string) (map[string]map[string]placeRow, error) {
	places := map[string]map[string]placeRow{}
	for part := range chunks(refs, 500) {
		var rows []placeRow
		if err := tx.Where("ref IN ?", part).Find(&rows).Error; err != nil {
			return nil, err
		}
		for _, row := range rows {
			if places[row.Ref] == nil {
				places[row.Ref] = map[string]placeRow{}
			}
			places[row.Ref][row.Stage] = row
		}
	}
	return places, nil
}

// lives is a cohort as each of some journeys lives it: with the sittings of its places or, as long as it has none, with
// those it would be given. A sitting whose place was given up keeps nobody away.
func (s *Store) lives(tx *gorm.DB, c programme.Cohort, year programme.Blueprint, journeys ...journeyRow) (map[string]programme.Cohort, error) {
	lived := map[string]programme.Cohort{}
	known, err := s.sittings(tx, c, year)
	if err != nil {
		return nil, err
	}
	places, err := placesOf(tx, refsOf(journeys))
	if err != nil {
		return nil, err
	}
	for _, j := range journeys {
		own := map[string]programme.Sitting{}
		for stage, list := range known {
			place, has := places[j.Ref][stage]
			if has {
				i := slices.IndexFunc(list, func(s programme.Sitting) bool { return s.Name == place.Sitting })
				if i >= 0 {
					own[stage] = list[i]
				}
				if sitting := own[stage]; i >= 0 && place.state() == programme.PlaceReleased {
					sitting.State = programme.SittingCancelled
					own[stage] = sitting
				}
				continue
			}
			chosen, ok := programme.ChooseSitting(list, j.Group)
			if !ok {
				chosen = list[0]
			}
			own[stage] = chosen
		}
		lived[j.Ref] = c.With(own)
	}
	return lived, nil
}

// livedBy is lives for one journey.
func (s *Store) livedBy(tx *gorm.DB, c programme.Cohort, year programme.Blueprint, j journeyRow) (programme.Cohort, error) {
	if !hasEvents(year) {
		return c, nil
	}
	lived, err := s.lives(tx, c, year, j)
	return lived[j.Ref], err
}

// sameDates tells by which journeys' dates are the same: those with the same sittings.
func sameDates(c programme.Cohort) string {
	names := make([]string, 0, len(c.Sittings))
	for stage, sitting := range c.Sittings {
		names = append(names, fmt.Sprintf("%s=%s %s", stage, sitting.Name, sitting.State))
	}
	slices.Sort(names)
	return fmt.Sprint(names)
}
