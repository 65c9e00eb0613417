package main

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"path/filepath"
	"slices"
	"time"

	"fairlead/programme"
	"fairlead/records"
)

const postgresName = "PostgreSQL"

// How the lists are measured.
const (
	fewJourneys  = 1_000
	manyJourneys = 100_000
	perCohort    = 1_000
	openEach     = 150 // journeys of a launched cohort whose first stage is open, in a few cohorts
	openCohorts  = 4
	pageSize     = 50 // what REST gives unless it is asked for another
	cohortsAPage = 10 // what the console shows of the cohorts at once
	eachPage     = 15 // times every page is read
	slowestPage  = 100 * time.Millisecond
	noise        = time.Millisecond // what is cheaper counts as this dear
	// mayGrow is how much dearer a page may be with a hundred times the journeys: an index is a level deeper, a cache is
	// colder, and a busy machine adds its part. A page that reads them all is dozens of times as dear.
	mayGrow = 5.0
)

// measureLists reads every list that grows with the journeys, at both sizes, on both databases.
func measureLists(ctx context.Context, b *bench) error {
	sqlite := "sqlite:" + filepath.Join(b.folder, "lists.db")
	if err := measureListsOn(ctx, b, "SQLite", sqlite, "sqlite:"+filepath.Join(b.folder, "lists-keys.db")); err != nil {
		return fmt.Errorf("SQLite: %w", err)
	}
	server, err := startPostgres(ctx)
	if errors.Is(err, errNoPostgres) {
		b.tell("lists on PostgreSQL", "SKIPPED: %v", err)
		return nil
	}
	if err != nil {
		return err
	}
	err = measureListsOn(ctx, b, postgresName, server.url("records"), server.url("keys"))
	return errors.Join(err, server.stop())
}

func measureListsOn(ctx context.Context, b *bench, database, url, keys string) error {
	filled := &population{}
	filled.at.Store(time.Now().Unix())
	var err error
	if filled.store, err = openStore(ctx, url, keys, filled.now); err != nil {
		return err
	}
	defer func() { _ = filled.store.Close() }()
	if err := filled.grow(ctx, fewJourneys); err != nil {
		return err
	}
	few, err := filled.read(ctx)
	if err != nil {
		return err
	}
	b.say("  %s: filling %d journeys …", database, manyJourneys)
	if err := filled.grow(ctx, manyJourneys); err != nil {
		return err
	}
	many, err := filled.read(ctx)
	if err != nil {
		return err
	}
	b.addLists(database, few, many)
	return nil
}

// addLists adds the two lines of a database. The bars are PostgreSQL's: SQLite is for a newcomer's few hundred journeys.
func (b *bench) addLists(database string, few, many map[string][]time.Duration) {
	var all []time.Duration
	var slowest, grewMost string
	var worst time.Duration
	growth := 0.0
	for _, name := range slices.Sorted(maps.Keys(many)) {
		times := many[name]
		all = append(all, times...)
		p95 := percentile(times, 95)
		if p95 > worst {
			worst, slowest = p95, name
		}
		by := ratio(median(times), max(median(few[name]), noise))
		if by > growth {
			growth, grewMost = by, name
		}
		b.say("    %-42s %8s → %8s   p95 %s", name, round(median(few[name])), round(median(times)), round(p95))
	}
	took := fmt.Sprintf("%s over all, %s for the slowest (%s)", round(percentile(all, 95)), round(worst), slowest)
	grew := fmt.Sprintf("%.1f × for the one that grew most (%s)", growth, grewMost)
	if database != postgresName {
		b.tell("lists on "+database+": p95 of a page at 100,000 journeys", "%s", took)
		b.tell("lists on "+database+": a page at 100,000 against 1,000", "%s", grew)
		return
	}
	b.judge("lists on "+database+": p95 of a page at 100,000 journeys", worst <= slowestPage, "≤ 100 ms", "%s", took)
	b.judge("lists on "+database+": a page at 100,000 against 1,000", growth <= mayGrow, fmt.Sprintf("≤ %.0f ×: no growth", mayGrow), "%s", grew)
}

// openStore opens the records as the program does, in the shape of this version.
func openStore(ctx context.Context, url, keys string, now func() time.Time) (*records.Store, error) {
	store, err := records.Open(ctx, url, keys, now, records.Options{HeadOfCentre: "head@centre.example",
		PrivacyNotice: "2026-11", MinimumNotice: 5, Blueprints: programme.BlueprintNamed, Calendar: programme.EnglandAndWales()})
	if err != nil {
		return nil, err
	}
	if err := store.Migrate(ctx); err != nil {
		return nil, errors.Join(err, store.Close())
	}
	return store, nil
}

// read reads every page some times, one after the other in turn, and returns how long each took.
func (p *population) read(ctx context.Context) (map[string][]time.Duration, error) {
	times := map[string][]time.Duration{}
	pages := p.pages()
	for i := range eachPage + 1 {
		for name, page := range pages {
			began := time.Now()
			n, err := page(ctx)
			if err != nil {
				return nil, fmt.Errorf("%s: %w", name, err)
			}
			if n == 0 && i == 0 {
				return nil, fmt.Errorf("%s: %w", name, errNothing)
			}
			if i > 0 { // the first time warms up
				times[name] = append(times[name], time.Since(began))
			}
		}
	}
	return times, nil
}

// pages are the lists that are read, each with how many lines it gave.
func (p *population) pages() map[string]func(context.Context) (int, error) {
	overdue, punctual := true, false
	first, last := p.cohorts[0], p.cohorts[len(p.cohorts)-1]
	pages := map[string]func(context.Context) (int, error){
		"cohorts": func(ctx context.Context) (int, error) {
			list, _, err := p.store.Cohorts(ctx, "", pageSize)
			return len(list), err
		},
		"cohorts with their counts": func(ctx context.Context) (int, error) {
			counts, err := p.store.CountsOfCohorts(ctx, p.cohorts[:min(cohortsAPage, len(p.cohorts))])
			return len(counts), err
		},
		"counts of a cohort": func(ctx context.Context) (int, error) {
			counts, err := p.store.CohortCounts(ctx, first)
			return len(counts.ByState), err
		},
		"parked": func(ctx context.Context) (int, error) {
			list, _, err := p.store.Parked(ctx, "", pageSize)
			return len(list), err
		},
		"what is late": func(ctx context.Context) (int, error) {
			list, err := p.store.Late(ctx)
			return len(list) + 1, err // nothing, let us hope
		},
		"open tasks": func(ctx context.Context) (int, error) {
			list, _, err := p.store.Tasks(ctx, programme.TaskFilter{Open: true}, 0, pageSize)
			return len(list), err
		},
		"open tasks of a cohort": func(ctx context.Context) (int, error) {
			list, _, err := p.store.Tasks(ctx, programme.TaskFilter{Open: true, Cohort: first}, 0, pageSize)
			return len(list), err
		},
		"who waits on whom": func(ctx context.Context) (int, error) {
			list, err := p.store.Waits(ctx)
			return len(list), err
		},
		"what goes out": func(ctx context.Context) (int, error) {
			list, err := p.store.Outgoing(ctx, time.Time{}, p.now().AddDate(1, 0, 0))
			return len(list), err
		},
		"what goes out today": func(ctx context.Context) (int, error) {
			list, err := p.store.Outgoing(ctx, time.Time{}, p.now().AddDate(0, 0, 4)) // the first may be due after a weekend
			return len(list), err
		},
		"what goes out in a day to come": func(ctx context.Context) (int, error) {
			list, err := p.store.Outgoing(ctx, p.busy, p.busy.AddDate(0, 0, 1))
			return len(list), err
		},
		"all mails of a cohort": func(ctx context.Context) (int, error) {
			list, _, err := p.store.Ledger(ctx, programme.LedgerFilter{Cohort: first}, "", pageSize)
			return len(list), err
		},
		"mails of a cohort": func(ctx context.Context) (int, error) {
			list, _, err := p.store.Ledger(ctx, programme.LedgerFilter{Cohort: first, State: programme.MessagePlanned}, "", pageSize)
			return len(list), err
		},
		"messages of a journey": func(ctx context.Context) (int, error) {
			list, _, err := p.store.Messages(ctx, p.someone, "", pageSize)
			return len(list), err
		},
		"moves of a journey": func(ctx context.Context) (int, error) {
			list, _, err := p.store.Moves(ctx, p.someone, 0, pageSize)
			return len(list), err
		},
	}
	for name, f := range map[string]programme.JourneyFilter{
		"all":                            {},
		"of a cohort":                    {Cohort: last},
		"in a state":                     {State: programme.Enrolled},
		"of a cohort, in a state":        {Cohort: first, State: programme.Enrolled},
		"with a stage open":              {Stage: "onboarding"},
		"of a cohort, with a stage open": {Cohort: first, Stage: "onboarding"},
		"waiting on somebody":            {WaitingOn: programme.OwnerParticipant},
		"overdue":                        {Overdue: &overdue},
		"overdue, of a cohort":           {Cohort: first, Overdue: &overdue},
		"not overdue":                    {Overdue: &punctual},
		"found by a name":                {Query: "surname000007"},
		"found by a common word":         {Query: "service"},
		"found by a letter":              {Query: "s"},
		"of a cohort, by name":           {Cohort: first, Sort: programme.SortName},
		"of a cohort, by organisation":   {Cohort: first, Sort: programme.SortOrganisation},
		"of a cohort, by state":          {Cohort: first, Sort: programme.SortState},
		"of a cohort, by due date":       {Cohort: first, Sort: programme.SortDue},
		"of a cohort, by a common word":  {Cohort: last, Query: "service"},
	} {
		pages["journeys "+name] = func(ctx context.Context) (int, error) {
			list, _, err := p.store.Journeys(ctx, f, "", pageSize)
			return len(list), err
		}
		if f.Query == "" && f.Cohort == "" && f.Stage == "" {
			pages["journeys "+name+", midway"] = func(ctx context.Context) (int, error) {
				list, _, err := p.store.Journeys(ctx, f, "P-K", pageSize)
				return len(list), err
			}
		}
	}
	return pages
}
