package cast

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"time"
)

// setUp is staff's work before the year: the cohort with its clock, its people, the cohort that takes those who are
// deferred, and the launch.
func (p *play) setUp(ctx context.Context) error {
	n := shares(p.o.Participants)
	if p.o.Route == byApplication {
		n = numbers{places: offers(p.people)}
	}
	body := newCohort(p.year.cohort, p.o.Blueprint, p.o.Route, p.year.startsOn, n.places)
	body["clock"] = map[string]any{"day": p.o.Day.String(), "start": p.year.begins.Format(time.RFC3339)}
	got, err := p.staff.must(ctx, Act{Act: "create-cohort"}, call{method: http.MethodPost, path: base + "/cohorts", body: body})
	if err != nil {
		return err
	}
	if p.clock, err = readClock(got.body); err != nil {
		return err
	}
	if err := p.setSittings(ctx); err != nil {
		return err
	}
	var first, late []*person
	for _, one := range p.people {
		if one.late {
			late = append(late, one)
		} else {
			first = append(first, one)
		}
	}
	if p.o.Route != byApplication {
		if err := p.bringIn(ctx, first); err != nil {
			return err
		}
	}
	if err := p.bringCoaches(ctx); err != nil {
		return err
	}
	if err := p.launch(ctx, p.year.cohort); err != nil {
		return err
	}
	// The people wanted are on their way; the rest of the desk work can follow.
	next := max(10, p.o.Participants/4)
	_, err = p.staff.must(ctx, Act{Act: "create-cohort"}, call{method: http.MethodPost, path: base + "/cohorts",
		body: newCohort(p.year.next, p.o.Blueprint, byInvitation, p.year.nextStartsOn, next)})
	if err != nil {
		return err
	}
	if err := p.setNextSittings(ctx, next); err != nil {
		return err
	}
	if len(late) > 0 {
		p.agenda.at(p.year.week(p.year.lateJoining, time.Tuesday, 10, 30), func(ctx context.Context) { p.admit(ctx, late) })
	}
	if p.o.Route == byApplication {
		p.planApplications()
	}
	p.schedule()
	p.plannedChanges()
	p.deskWork()
	p.planPairs()
	p.planFullDates()
	return nil
}

func newCohort(name, blueprint, route string, startsOn time.Time, places int) map[string]any {
	return map[string]any{"name": name, "blueprint": blueprint, "starts_on": startsOn.Format("2006-01-02"), "route": route,
		"places": places, "owner": owner, "deputy": deputy, "signatory": signatory, "contact": contact}
}

func readClock(body []byte) (Clock, error) {
	var c cohort
	if err := json.Unmarshal(body, &c); err != nil {
		return Clock{}, err
	}
	if c.Clock == nil {
		return Clock{}, errors.New("the cohort runs on the real clock: the program must be started with --fast-clock")
	}
	day, err := time.ParseDuration(c.Clock.Day)
	if err != nil || day <= 0 || c.Clock.Began.IsZero() {
		return Clock{}, fmt.Errorf("the cohort's clock cannot be read: day %q", c.Clock.Day)
	}
	return Clock{Day: day, Start: c.Clock.Start, Began: c.Clock.Began}, nil
}

// bringIn imports people and takes down their references.
func (p *play) bringIn(ctx context.Context, people []*person) error {
	got, err := p.staff.must(ctx, Act{Act: "import"}, call{method: http.MethodPost,
		path: base + "/cohorts/" + p.year.cohort + "/participants", body: spreadsheet(people)})
	if err != nil {
		return err
	}
	var report struct {
		Rows []struct {
			Row int    `json:"row"`
			Ref string `json:"ref"`
		} `json:"rows"`
	}
	if err := json.Unmarshal(got.body, &report); err != nil {
		return err
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	for _, row := range report.Rows {
		if i := row.Row - 2; i >= 0 && i < len(people) && row.Ref != "" {
			one := people[i]
			one.mu.Lock()
			one.ref = row.Ref
			one.mu.Unlock()
			p.byRef[row.Ref] = one
		}
	}
	for _, one := range people {
		if one.ref == "" {
			return fmt.Errorf("the import gave person %d no reference", one.number)
		}
	}
	return nil
}

func (p *play) launch(ctx context.Context, cohort string) error {
	_, err := p.staff.must(ctx, Act{Act: "launch"}, call{method: http.MethodPost, path: base + "/cohorts/" + cohort + "/launch"})
	return err
}

// admit is the second spreadsheet: the late ones come in, the cohort gets a place for each, and is launched again. Twice,
// because a launch that starts nobody must be harmless.
func (p *play) admit(ctx context.Context, late []*person) {
	if p.bringIn(ctx, late) != nil {
		return // said in the log
	}
	for range 3 {
		got, err := p.staff.must(ctx, Act{Act: "look"}, call{method: http.MethodGet, path: base + "/cohorts/" + p.year.cohort})
		if err != nil {
			return
		}
		n := shares(p.o.Participants)
		changed, err := p.staff.do(ctx, Act{Act: "change-cohort"}, call{method: http.MethodPatch, path: base + "/cohorts/" + p.year.cohort,
			ifMatch: got.etag, body: map[string]any{"places": n.places + n.late}}, nil)
		if err != nil || changed.status < 300 {
			break
		}
		if changed.status != http.StatusPreconditionFailed {
			p.note(Act{Act: "change-cohort", Status: changed.status, Problem: refusal(changed)})
			return
		}
	}
	if p.launch(ctx, p.year.cohort) == nil {
		_ = p.launch(ctx, p.year.cohort)
	}
}
