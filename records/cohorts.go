package records

import (
	"context"
	"encoding/json"
	"fmt"
	"reflect"
	"strings"
	"time"

	"fairlead/programme"

	"gorm.io/gorm"
	"gorm.io/gorm/clause"
)

// CreateCohort writes a new cohort. The same again changes nothing; the same name with anything else is ErrConflict.
// Created is set where it is zero.
func (s *Store) CreateCohort(ctx context.Context, c programme.Cohort) error {
	if _, err := s.stageRows(c); err != nil {
		return err
	}
	if c.Created.IsZero() {
		now, err := s.programmeNow(ctx)
		if err != nil {
			return err
		}
		c.Created = now
	}
	c.PlacesHeld, c.Version = 0, 1
	return s.tx(ctx, func(tx *gorm.DB) error {
		row := rowFromCohort(c)
		row.LaunchedAt = nil
		made := tx.Clauses(clause.OnConflict{Columns: []clause.Column{{Name: "name"}}, DoNothing: true}).Create(&row)
		if made.Error != nil {
			return made.Error
		}
		if made.RowsAffected == 1 {
			year, err := s.blueprint(c.Blueprint)
			if err != nil {
				return err
			}
			if err := s.keepSittings(tx, c, year); err != nil {
				return err
			}
			return s.audit(tx, programme.AuditEntry{Actor: c.By, Action: programme.AuditCohortCreated, Subject: c.Name, Detail: string(c.Route) + ", " + c.Blueprint})
		}
		kept, err := cohortByName(tx, c.Name)
		if err != nil {
			return err
		}
		if !sameSettings(cohortFromRow(kept), c) {
			return fmt.Errorf("%w: the cohort exists with other settings", programme.ErrConflict)
		}
		return nil
	})
}

// Cohort is one cohort; ErrNotFound where there is none.
func (s *Store) Cohort(ctx context.Context, name string) (programme.Cohort, error) {
	row, err := cohortByName(s.read(ctx), name)
	return cohortFromRow(row), edge(err)
}

// Cohorts lists cohorts by name from after on, at most limit; next is empty at the end.
func (s *Store) Cohorts(ctx context.Context, after string, limit int) (list []programme.Cohort, next string, err error) {
	var rows []cohortRow
	if err := s.read(ctx).Where("name > ?", after).Order("name").Limit(limit + 1).Find(&rows).Error; err != nil {
		return nil, "", edge(err)
	}
	if len(rows) > limit {
		rows = rows[:limit]
		next = rows[limit-1].Name
	}
	for _, row := range rows {
		list = append(list, cohortFromRow(row))
	}
	return list, next, nil
}

// UpdateCohort changes dates, cadences, owners and texts of a cohort; stages that have not opened get their new dates,
// and the journeys of a launched cohort follow.
// ifVersion is the version the change was made from: another is ErrConflict. Name, blueprint, route and start stay:
// starts_on is a fixed anchor. Places may not fall below those held (*Invalid).
func (s *Store) UpdateCohort(ctx context.Context, c programme.Cohort, ifVersion int64) error {
	return s.ChangeCohort(ctx, c, nil, ifVersion)
}

// ChangeCohort is UpdateCohort and also sets the dates of some of the cohort's events, by stage: those that are not named
// stay. Where leaders hold places the names stay, and what calendars show changes by a reschedule alone. More places need room at
// every event; in a launched cohort they go to those who wait for one. All of it is changed, or nothing: *Invalid names every fault.
func (s *Store) ChangeCohort(ctx context.Context, c programme.Cohort, sittings map[string][]programme.Sitting, ifVersion int64) error {
	now, err := s.programmeNow(ctx)
	if err != nil {
		return err
	}
	return s.tx(ctx, func(tx *gorm.DB) error { return s.changeCohort(tx, c, sittings, ifVersion, now) })
}

func (s *Store) changeCohort(tx *gorm.DB, c programme.Cohort, sittings map[string][]programme.Sitting, ifVersion int64, now time.Time) error {
	kept, err := lockCohort(tx, c.Name)
	if err != nil {
		return err
	}
	if kept.Version != ifVersion {
		return fmt.Errorf("%w: the cohort was changed meanwhile", programme.ErrConflict)
	}
	if c.Places < kept.PlacesHeld || c.Places < 1 {
		return programme.Refuse("places", "%d places are held already: there cannot be fewer.", kept.PlacesHeld)
	}
	before := cohortFromRow(kept)
	changed := before
	changed.Places, changed.Owner, changed.Deputy = c.Places, c.Owner, c.Deputy
	changed.Signatory, changed.Contact = c.Signatory, c.Contact
	changed.Overrides, changed.Openings = c.Overrides, c.Openings
	if sameSettings(before, changed) && len(sittings) == 0 {
		return nil
	}
	year, err := s.blueprint(changed.Blueprint)
	if err != nil {
		return err
	}
	changed.Version++
	row := rowFromCohort(changed)
	if err := tx.Model(&cohortRow{}).Where("name = ?", c.Name).Updates(map[string]any{"places": row.Places,
		"owner": row.Owner, "deputy": row.Deputy, "signatory": row.Signatory, "contact": row.Contact,
		"overrides": row.Overrides, "openings": row.Openings, "version": row.Version}).Error; err != nil {
		return err
	}
	gone, err := removedSittings(tx, c.Name, sittings)
	if err != nil {
		return err
	}
	entry := programme.AuditEntry{Actor: c.By, Action: programme.AuditCohortChanged, Subject: c.Name, Reason: c.Why,
		Detail: strings.Join(append(whatChanged(before, changed, sittings), gone...), ", ")}
	if err := s.audit(tx, entry); err != nil {
		return err
	}
	if err := s.growPlanned(tx, changed, year); err != nil {
		return err
	}
	if changed.Places > before.Places && !changed.Launched.IsZero() {
		if err := s.signalCohort(tx, changed.Name, signalPlaceFreed, nil, "cohort"); err != nil {
			return err
		}
	}
	if len(sittings) > 0 {
		if err := s.setSittings(tx, changed, year, sittings, now); err != nil {
			return err
		}
		if err := s.whereChanged(tx, changed.Name, now); err != nil {
			return err
		}
	}
	if changed.Places > before.Places {
		if err := s.roomForMore(tx, changed, year, now); err != nil {
			return err
		}
	}
	if reflect.DeepEqual(before.Overrides, changed.Overrides) && len(sittings) == 0 {
		return nil
	}
	if err := s.replanStages(tx, changed); err != nil {
		return err
	}
	return s.orderReplan(tx, before, changed)
}

// whatChanged names the settings of a cohort that a change touches.
func whatChanged(before, after programme.Cohort, sittings map[string][]programme.Sitting) []string {
	x, y := rowFromCohort(before), rowFromCohort(after)
	var names []string
	for _, one := range []struct {
		name    string
		changed bool
	}{{"places", x.Places != y.Places}, {"owner", x.Owner != y.Owner}, {"deputy", x.Deputy != y.Deputy}, {"signatory", x.Signatory != y.Signatory},
		{"contact", x.Contact != y.Contact}, {"overrides", x.Overrides != y.Overrides}, {"openings", x.Openings != y.Openings}, {"sittings", len(sittings) > 0}} {
		if one.changed {
			names = append(names, one.name)
		}
	}
	return names
}

// CohortCounts is the cohort at a glance; ErrNotFound where there is none.
func (s *Store) CohortCounts(ctx context.Context, name string) (programme.CohortCounts, error) {
	if _, err := s.Cohort(ctx, name); err != nil {
		return programme.CohortCounts{}, err
	}
	counts, err := s.CountsOfCohorts(ctx, []string{name})
	return counts[name], err
}

// CountsOfCohorts are some cohorts at a glance, by name.
func (s *Store) CountsOfCohorts(ctx context.Context, names []string) (map[string]programme.CohortCounts, error) {
	all := map[string]programme.CohortCounts{}
	for _, name := range names {
		all[name] = programme.CohortCounts{ByState: map[programme.JourneyState]int{},
			ByStage: map[string]map[programme.StageState]int{}, Mails: map[programme.MessageState]int{}}
	}
	type group struct {
		Cohort, Name, State string
		N, Overdue          int
	}
	err := eachGroup(s.read(ctx).Raw(`SELECT cohort, state, COUNT(*) AS n FROM journeys WHERE cohort IN ? GROUP BY cohort, state`, names),
		func(g group) { all[g.Cohort].ByState[programme.JourneyState(g.State)] = g.N })
	if err != nil {
		return nil, err
	}
	err = eachGroup(s.read(ctx).Raw(`SELECT cohort, name, state, COUNT(*) AS n, SUM(CASE WHEN overdue AND state = 'open' THEN 1 ELSE 0 END) AS overdue
		FROM stages WHERE cohort IN ? GROUP BY cohort, name, state`, names),
		func(g group) {
			counts := all[g.Cohort]
			if counts.ByStage[g.Name] == nil {
				counts.ByStage[g.Name] = map[programme.StageState]int{}
			}
			counts.ByStage[g.Name][programme.StageState(g.State)] = g.N
			counts.Overdue += g.Overdue
			all[g.Cohort] = counts
		})
	if err != nil {
		return nil, err
	}
	err = eachGroup(s.read(ctx).Raw(`SELECT cohort, state, COUNT(*) AS n FROM messages WHERE cohort IN ? GROUP BY cohort, state`, names),
		func(g group) { all[g.Cohort].Mails[programme.MessageState(g.State)] = g.N })
	if err != nil {
		return nil, err
	}
	err = eachGroup(s.read(ctx).Raw(`SELECT cohort, COUNT(*) AS n FROM journeys j WHERE cohort IN ? AND (attention <> ''
		OR EXISTS (SELECT 1 FROM stages s WHERE s.ref = j.ref AND s.attention <> '')) GROUP BY cohort`, names),
		func(g group) {
			counts := all[g.Cohort]
			counts.Parked = g.N
			all[g.Cohort] = counts
		})
	if err != nil {
		return nil, err
	}
	err = eachGroup(s.read(ctx).Raw(`SELECT cohort, COUNT(*) AS n FROM tasks WHERE done_at IS NULL AND cohort IN ? GROUP BY cohort`, names),
		func(g group) {
			counts := all[g.Cohort]
			counts.Tasks = g.N
			all[g.Cohort] = counts
		})
	for name, counts := range all {
		counts.OnHold = counts.ByState[programme.OnHold]
		all[name] = counts
	}
	return all, err
}

// eachGroup hands every row of a query to take.
func eachGroup[G any](query *gorm.DB, take func(G)) error {
	var groups []G
	if err := query.Scan(&groups).Error; err != nil {
		return edge(err)
	}
	for _, g := range groups {
		take(g)
	}
	return nil
}

// sameSettings compares what staff decide about a cohort.
func sameSettings(a, b programme.Cohort) bool {
	x, y := rowFromCohort(a), rowFromCohort(b)
	x.PlacesHeld, x.Version, x.LaunchedAt, x.CreatedAt, x.JoiningClosed = 0, 0, nil, y.CreatedAt, false
	y.PlacesHeld, y.Version, y.LaunchedAt, y.JoiningClosed = 0, 0, nil, false
	return x == y
}

func rowFromCohort(c programme.Cohort) cohortRow {
	return cohortRow{Name: c.Name, Blueprint: c.Blueprint, StartsOn: c.StartsOn.String(), Route: string(c.Route),
		Places: c.Places, PlacesHeld: c.PlacesHeld, Owner: c.Owner, Deputy: c.Deputy, Signatory: c.Signatory,
		Contact: c.Contact, Overrides: toJSON(c.Overrides), Openings: toJSON(c.Openings), LaunchedAt: maybe(c.Launched),
		CreatedAt: c.Created, Version: c.Version}
}

func cohortFromRow(r cohortRow) programme.Cohort {
	c := programme.Cohort{Name: r.Name, Blueprint: r.Blueprint, Route: programme.Route(r.Route), Places: r.Places,
		PlacesHeld: r.PlacesHeld, Owner: r.Owner, Deputy: r.Deputy, Signatory: r.Signatory, Contact: r.Contact,
		Launched: orZero(r.LaunchedAt), Created: r.CreatedAt.UTC(), Version: r.Version}
	c.StartsOn, _ = programme.ParseDate(r.StartsOn) // only Dates are written
	_ = json.Unmarshal([]byte(r.Overrides), &c.Overrides)
	_ = json.Unmarshal([]byte(r.Openings), &c.Openings)
	if len(c.Overrides) == 0 {
		c.Overrides = nil
	}
	if len(c.Openings) == 0 {
		c.Openings = nil
	}
	return c
}

// toJSON writes a map with sorted keys; an empty one is {}.
func toJSON[M ~map[string]V, V any](m M) string {
	if len(m) == 0 {
		return "{}"
	}
	text, _ := json.Marshal(m) // maps of plain values always marshal
	return string(text)
}
