package main

import (
	"context"
	"fmt"
	"sync/atomic"
	"time"

	"fairlead/programme"
	"fairlead/records"
)

// population is the journeys of many cohorts, some of them with an open stage.
type population struct {
	store   *records.Store
	at      atomic.Int64 // the records' clock, in seconds: it is moved on to make people late
	cohorts []string
	someone string    // a reference with an open stage
	busy    time.Time // begins a day on which many mails go
}

func (p *population) now() time.Time { return time.Unix(p.at.Load(), 0).UTC() }

// grow imports cohorts until there are so many journeys, and opens some of the first cohorts' first stages.
func (p *population) grow(ctx context.Context, journeys int) error {
	for len(p.cohorts)*perCohort < journeys {
		n := len(p.cohorts)
		cohort := programme.Cohort{Name: fmt.Sprintf("cohort-%03d", n), Blueprint: "essentials", StartsOn: monday(p.now().AddDate(0, 0, 40*7)),
			Route: programme.RouteConfirmed, Places: perCohort, Owner: "owner@centre.example"}
		if err := p.store.CreateCohort(ctx, cohort); err != nil {
			return err
		}
		report, err := p.store.ImportParticipants(ctx, cohort.Name, leaders(n), false, "bench")
		if err != nil {
			return err
		}
		p.cohorts = append(p.cohorts, cohort.Name)
		if n%(manyJourneys/perCohort/openCohorts) == 0 {
			if err := p.begin(ctx, cohort.Name, report); err != nil {
				return err
			}
		}
	}
	return nil
}

// begin launches a cohort and opens the first stage of some of its people.
func (p *population) begin(ctx context.Context, cohort string, report programme.ImportReport) error {
	if _, err := p.store.Launch(ctx, cohort, "bench", p.now()); err != nil {
		return err
	}
	began := p.at.Load()
	defer p.at.Store(began)
	for i, row := range report.Rows[:openEach] {
		p.at.Store(began)
		plan, err := p.store.OpenStage(ctx, cohort, row.Ref, "onboarding", p.now())
		if err != nil {
			return err
		}
		p.someone, p.busy = row.Ref, plan.Mails[len(plan.Mails)-1].At.Truncate(24*time.Hour)
		if i == 0 {
			if err := p.store.SetAttention(ctx, row.Ref, "onboarding", "activity_failed", p.now()); err != nil {
				return err
			}
		}
		if i%2 == 0 { // half of them have become overdue, which opens a task for staff
			p.at.Store(plan.Grace.Unix() + 1)
			if _, err := p.store.Overdue(ctx, plan.Ask, plan.Plan, plan.Grace); err != nil {
				return err
			}
		}
	}
	return nil
}

// leaders are the people of one cohort.
func leaders(cohort int) []programme.Participant {
	rows := make([]programme.Participant, perCohort)
	for i := range rows {
		n := cohort*perCohort + i
		rows[i] = programme.Participant{Row: i + 2, GivenName: fmt.Sprintf("Given%03d", n%400), FamilyName: fmt.Sprintf("Surname%06d", n),
			Email: fmt.Sprintf("leader%d@service.example", n),
			Role: programme.Role{JobTitle: "Chief Executive", Organisation: fmt.Sprintf("Service %d", n%700), Sector: "Healthcare",
				Region: "London", RoleStarted: "2026-05"}}
	}
	return rows
}

// monday is the first Monday on or after a moment's day.
func monday(at time.Time) programme.Date {
	day := programme.DateOf(at)
	for day.Weekday() != time.Monday {
		day = day.AddDays(1)
	}
	return day
}
