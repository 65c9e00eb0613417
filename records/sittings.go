package records

import (
	"context"
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"time"

	"fairlead/programme"

	"gorm.io/gorm"
)

// sittingRow is one date of an event of a cohort.
type sittingRow struct {
	Cohort   string `gorm:"primaryKey"`
	Stage    string `gorm:"primaryKey"`
	Name     string `gorm:"primaryKey"`
	Group    string `gorm:"column:grp"`
	StartsAt time.Time
	EndsAt   time.Time
	Night    bool
	Venue    string
	Address  string
	Online   bool
	JoinURL  string `gorm:"column:join_url"`
	Capacity int
	Minimum  int
	Taken    int
	Sequence int
	Moved    int // the sequence at which its times last changed
	State    string
	Planned  bool
	Sessions string
}

func (sittingRow) TableName() string { return "sittings" }

func rowFromSitting(s programme.Sitting) sittingRow {
	sessions, _ := json.Marshal(s.Sessions) // plain values always marshal
	if len(s.Sessions) == 0 {
		sessions = []byte("[]")
	}
	state := s.State
	if state == "" {
		state = programme.SittingPlanned
	}
	return sittingRow{Cohort: s.Cohort, Stage: s.Stage, Name: s.Name, Group: s.Group, StartsAt: s.Starts.UTC(), EndsAt: s.Ends.UTC(),
		Night: s.Night, Venue: s.Venue, Address: s.Address, Online: s.Online, JoinURL: s.JoinURL, Capacity: s.Capacity, Minimum: s.Minimum,
		Taken: s.Taken, Sequence: s.Sequence, State: string(state), Planned: s.Planned, Sessions: string(sessions)}
}

func sittingFromRow(r sittingRow) programme.Sitting {
	s := programme.Sitting{Cohort: r.Cohort, Stage: r.Stage, Name: r.Name, Group: r.Group, Starts: r.StartsAt.UTC(), Ends: r.EndsAt.UTC(),
		Night: r.Night, Venue: r.Venue, Address: r.Address, Online: r.Online, JoinURL: r.JoinURL, Capacity: r.Capacity, Minimum: r.Minimum,
		Taken: r.Taken, Sequence: r.Sequence, State: programme.SittingState(r.State), Planned: r.Planned}
	_ = json.Unmarshal([]byte(r.Sessions), &s.Sessions) // written by rowFromSitting alone
	if len(s.Sessions) == 0 {
		s.Sessions = nil
	}
	return s
}

// Sittings are the dates of a cohort's events, in the blueprint's order and then by when they start; ErrNotFound where there
// is no such cohort.
func (s *Store) Sittings(ctx context.Context, cohort string) ([]programme.Sitting, error) {
	c, year, err := s.yearOf(s.read(ctx), cohort)
	if err != nil {
		return nil, edge(err)
	}
	known, err := s.sittings(s.read(ctx), c, year)
	if err != nil {
		return nil, edge(err)
	}
	if err := markKnown(s.read(ctx), cohort, known); err != nil {
		return nil, edge(err)
	}
	var list []programme.Sitting
	for _, stage := range year.Stages {
		list = append(list, known[stage.Name]...)
	}
	return list, nil
}

// sittings are the dates of a cohort's events by stage: what staff have set, or else the one that the blueprint plans.
func (s *Store) sittings(tx *gorm.DB, c programme.Cohort, year programme.Blueprint) (map[string][]programme.Sitting, error) {
	known := map[string][]programme.Sitting{}
	if !hasEvents(year) {
		return known, nil
	}
	var rows []sittingRow
	if err := tx.Where("cohort = ?", c.Name).Order("stage, starts_at, name").Find(&rows).Error; err != nil {
		return nil, err
	}
	for _, row := range rows {
		known[row.Stage] = append(known[row.Stage], sittingFromRow(row))
	}
	for _, stage := range year.Stages {
		if stage.Event == nil || len(known[stage.Name]) > 0 {
			continue
		}
		planned, err := year.PlannedSitting(c, stage.Name)
		if err != nil {
			return nil, err
		}
		known[stage.Name] = []programme.Sitting{planned}
	}
	return known, nil
}

func hasEvents(year programme.Blueprint) bool {
	return slices.ContainsFunc(year.Stages, func(s programme.BlueprintStage) bool { return s.Event != nil })
}

// keepSittings writes the sittings that the blueprint plans for events that have none yet.
func (s *Store) keepSittings(tx *gorm.DB, c programme.Cohort, year programme.Blueprint) error {
	known, err := s.sittings(tx, c, year)
	if err != nil {
		return err
	}
	for _, list := range known {
		var kept int64
		if err := tx.Model(&sittingRow{}).Where("cohort = ? AND stage = ?", c.Name, list[0].Stage).Count(&kept).Error; err != nil {
			return err
		}
		if kept > 0 {
			continue
		}
		row := rowFromSitting(list[0])
		if err := tx.Create(&row).Error; err != nil {
			return err
		}
	}
	return nil
}

// setSittings puts the dates of some events in the place of those the cohort had; *Invalid names every fault. Where leaders
// hold places the names stay, nobody loses a place, and what calendars show changes by a reschedule alone; a sitting of which
// no leader knows changes and goes freely.
func (s *Store) setSittings(tx *gorm.DB, c programme.Cohort, year programme.Blueprint, wanted map[string][]programme.Sitting, now time.Time) error {
	if err := s.keepSittings(tx, c, year); err != nil {
		return err
	}
	known, err := s.sittings(tx, c, year)
	if err != nil {
		return err
	}
	if err := markKnown(tx, c.Name, known); err != nil {
		return err
	}
	all, changed, anew := map[string][]programme.Sitting{}, map[string]bool{}, map[string][]string{}
	for stage, list := range known {
		all[stage] = list
	}
	var faults []programme.Fault
	for stage, list := range wanted {
		told := slices.ContainsFunc(known[stage], func(s programme.Sitting) bool { return s.Known })
		all[stage], changed[stage] = list, !told
		if told {
			merged, free, wrong := keepPlaces(stage, known[stage], list, now)
			all[stage], anew[stage], faults = merged, free, append(faults, wrong...)
		}
	}
	faults = append(faults, programme.CheckSittings(year, c, all, changed, now)...)
	if len(faults) > 0 {
		return &programme.Invalid{Faults: faults}
	}
	for stage := range wanted {
		if changed[stage] {
			if err := tx.Where("cohort = ? AND stage = ?", c.Name, stage).Delete(&sittingRow{}).Error; err != nil {
				return err
			}
		}
		for _, name := range anew[stage] { // somebody may just have taken a place there
			err := once(tx.Where("cohort = ? AND stage = ? AND name = ? AND taken = 0 AND sequence = 0", c.Name, stage, name).Delete(&sittingRow{}))
			if err != nil {
				return err
			}
		}
		for _, sitting := range all[stage] {
			sitting.Cohort, sitting.Stage, sitting.Planned = c.Name, stage, false
			if err := writeSitting(tx, sitting); err != nil {
				return err
			}
			if err := s.tellWhere(tx, known[stage], sitting, now); err != nil {
				return err
			}
		}
	}
	return nil
}

// removedSittings names, for the audit log, the dates that a change takes away.
func removedSittings(tx *gorm.DB, cohort string, wanted map[string][]programme.Sitting) (gone []string, err error) {
	for _, stage := range slices.Sorted(maps.Keys(wanted)) {
		var names []string
		if err := tx.Model(&sittingRow{}).Where("cohort = ? AND stage = ?", cohort, stage).Order("name").Pluck("name", &names).Error; err != nil {
			return nil, err
		}
		for _, name := range names {
			if !slices.ContainsFunc(wanted[stage], func(s programme.Sitting) bool { return s.Name == name }) {
				gone = append(gone, stage+"/"+name+" removed")
			}
		}
	}
	return gone, nil
}

// writeSitting writes a new sitting, or what staff may change of one that is there.
func writeSitting(tx *gorm.DB, sitting programme.Sitting) error {
	row := rowFromSitting(sitting)
	changed := tx.Model(&sittingRow{}).Where("cohort = ? AND stage = ? AND name = ? AND taken <= ?", row.Cohort, row.Stage, row.Name, row.Capacity).
		Updates(map[string]any{"grp": row.Group, "venue": row.Venue, "address": row.Address, "join_url": row.JoinURL, "capacity": row.Capacity,
			"minimum": row.Minimum, "sessions": row.Sessions, "planned": row.Planned})
	if changed.Error != nil || changed.RowsAffected == 1 {
		return changed.Error
	}
	return tx.Create(&row).Error
}

// markKnown marks the sittings of a cohort's events that leaders know of: who has or had a place there, or was told that it moves.
func markKnown(tx *gorm.DB, cohort string, known map[string][]programme.Sitting) error {
	var held []struct{ Stage, Sitting string }
	if err := tx.Model(&placeRow{}).Where("cohort = ?", cohort).Distinct("stage", "sitting").Scan(&held).Error; err != nil {
		return err
	}
	for _, one := range held {
		for i, s := range known[one.Stage] {
			known[one.Stage][i].Known = s.Known || s.Name == one.Sitting
		}
	}
	for _, list := range known {
		for i, s := range list {
			list[i].Known = s.Known || s.Sequence > 0
		}
	}
	return nil
}

// keepPlaces is what an event's sittings become where leaders hold places: the new ones with what must stay of the old, the
// names of those that leaders were never told of and that go or are written anew, and every fault.
func keepPlaces(stage string, known, wanted []programme.Sitting, now time.Time) (merged []programme.Sitting, anew []string, faults []programme.Fault) {
	refuse := func(i int, field, format string, args ...any) {
		faults = append(faults, programme.Fault{Field: fmt.Sprintf("/sittings/%s/%d/%s", stage, i, field), Text: fmt.Sprintf(format, args...)})
	}
	for _, had := range known {
		switch gone := !slices.ContainsFunc(wanted, func(s programme.Sitting) bool { return s.Name == had.Name }); {
		case gone && had.Known:
			faults = append(faults, programme.Fault{Field: "/sittings/" + stage,
				Text: fmt.Sprintf("%s, so the dates keep their names: “%s” is missing.", whyKept(had), had.Name)})
		case gone:
			anew = append(anew, had.Name)
		}
	}
	for i, want := range wanted {
		n := slices.IndexFunc(known, func(s programme.Sitting) bool { return s.Name == want.Name })
		if n < 0 {
			if want.Starts.Before(now) {
				refuse(i, "starts_at", "It would start in the past.")
			}
			merged = append(merged, want)
			continue
		}
		had := known[n]
		if want.Capacity < had.Taken {
			refuse(i, "capacity", "%d places are taken already: there cannot be fewer.", had.Taken)
		}
		times := !want.Starts.Equal(had.Starts) || !want.Ends.Equal(had.Ends)
		moved := had.Venue != "" && want.Venue != had.Venue || had.Address != "" && want.Address != had.Address || want.Online != had.Online ||
			had.JoinURL != "" && want.JoinURL != had.JoinURL
		night := want.Night != had.Night
		if had.Known {
			if times {
				refuse(i, "starts_at", "%s: move it by a reschedule, so that their calendars follow.", whyKept(had))
			}
			if moved {
				refuse(i, "venue", "%s: change where it takes place by a reschedule, so that their calendars follow.", whyKept(had))
			}
			if night {
				refuse(i, "night_before", "%s: change whether rooms are booked for the night before by a reschedule, so that they are told.", whyKept(had))
			}
		} else if times || moved || night {
			if times && want.Starts.Before(now) {
				refuse(i, "starts_at", "It would start in the past.")
			}
			anew = append(anew, had.Name)
		}
		want.Taken, want.Sequence, want.State = had.Taken, had.Sequence, had.State
		merged = append(merged, want)
	}
	return merged, anew, faults
}

// whyKept is why a sitting cannot simply be changed.
func whyKept(had programme.Sitting) string {
	if had.Taken > 0 {
		return "Leaders hold places here"
	}
	return "Leaders were told of this date"
}

// growPlanned lets the sittings for which staff have set nothing follow the cohort's number of places.
func (s *Store) growPlanned(tx *gorm.DB, c programme.Cohort, year programme.Blueprint) error {
	for _, stage := range year.Stages {
		if stage.Event == nil || stage.Event.Capacity > 0 {
			continue
		}
		err := tx.Exec(`UPDATE sittings SET capacity = ? WHERE cohort = ? AND stage = ? AND planned = ? AND taken <= ?`,
			c.Places, c.Name, stage.Name, true, c.Places).Error
		if err != nil {
			return err
		}
	}
	return nil
}
