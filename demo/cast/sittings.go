package cast

import (
	"context"
	"fmt"
	"net/http"
	"strings"
	"time"
)

// The events of a year as the cast meets them.
const (
	openingEvent = "opening-event"
	residential1 = "residential-1"
	residential2 = "residential-2"
	residential3 = "residential-3"
	closingEvent = "closing-event"
)

// events are the stages of that kind, in their order.
var events = []string{openingEvent, residential1, residential2, residential3, closingEvent}

// The groups of the spreadsheet, each with dates of its own.
const (
	north = "north"
	south = "south"
	west  = "west"
)

var groups = []string{north, south, west}

// Sitting is one date of an event as staff have it now, also in Dir/cast-people.json.
type Sitting struct {
	Stage       string    `json:"stage"`
	Name        string    `json:"name"`
	Group       string    `json:"group,omitempty"`
	Starts      time.Time `json:"starts_at"`
	Ends        time.Time `json:"ends_at"`
	Residential bool      `json:"residential,omitempty"`
	Night       bool      `json:"night_before,omitempty"`
	Online      bool      `json:"online,omitempty"`
	Capacity    int       `json:"capacity"`
	Cancelled   bool      `json:"cancelled,omitempty"`
	Where       string    `json:"where,omitempty"` // its venue, or the address to join at; empty until staff set it
}

// sittingsOf are the dates of a year's events: of each residential one for each group, of the others the one that the
// blueprint has.
func sittingsOf(y year, places int) []*Sitting {
	if !y.events {
		return nil
	}
	third := max(1, places*3/10) // tight: some find the date of their group full
	span := func(stage, name, group string, week, capacity int) *Sitting {
		s := &Sitting{Stage: stage, Name: name, Group: group, Capacity: capacity, Residential: true, Night: stage != residential1,
			Starts: y.week(week, time.Monday, 8, 0), Ends: y.week(week, time.Wednesday, 16, 0)}
		if stage == residential1 {
			s.Starts, s.Ends = y.week(week-1, time.Sunday, 16, 0), y.week(week, time.Friday, 13, 0)
		}
		if s.Where = hall(s); stage == residential3 && name == "a" {
			s.Where = "" // its contract takes until after the joining instructions are due
		}
		return s
	}
	day := func(stage string, week int, online bool, where string) *Sitting {
		return &Sitting{Stage: stage, Name: "main", Capacity: places, Online: online, Where: where,
			Starts: y.week(week, time.Tuesday, 9, 30), Ends: y.week(week, time.Tuesday, 16, 30)}
	}
	return []*Sitting{
		day(openingEvent, -4, true, "https://meet.example.org/opening"),
		span(residential1, "a", north, 0, third), span(residential1, "b", south, 1, third), span(residential1, "c", west, 3, places-2*third+2),
		span(residential2, "a", north, 18, third), span(residential2, "b", south, 20, third), span(residential2, "c", west, 22, places-2*third+2),
		span(residential3, "a", north, 28, third), span(residential3, "b", south, 29, third), span(residential3, "c", west, 31, places),
		day(closingEvent, 36, false, "Guildhall"),
	}
}

// hall is the venue of a residential.
func hall(s *Sitting) string { return "Hall " + strings.ToUpper(s.Name) }

// setSittings is staff entering the dates of the events before the launch.
func (p *play) setSittings(ctx context.Context) error {
	if len(p.sittings) == 0 {
		return nil
	}
	return p.enterDates(ctx, p.year.cohort, datesOf(p.sittings))
}

// setNextSittings does so for the cohort that takes those who are deferred: all its leaders have one date.
func (p *play) setNextSittings(ctx context.Context, places int) error {
	y := p.year
	y.startsOn = y.nextStartsOn
	var list []*Sitting
	for _, s := range sittingsOf(y, places) {
		if s.Name != "main" && s.Name != "a" {
			continue
		}
		s.Name, s.Group, s.Capacity = "main", "", places
		if s.Where == "" {
			s.Where = "Hall A"
		}
		list = append(list, s)
	}
	if len(list) == 0 {
		return nil
	}
	return p.enterDates(ctx, p.year.next, datesOf(list))
}

// setLateVenue is staff entering the one venue that was not known at the launch.
func (p *play) setLateVenue(ctx context.Context, s *Sitting) {
	p.mu.Lock()
	s.Where = hall(s)
	dates := datesOf(p.sittings)
	p.mu.Unlock()
	_ = p.enterDates(ctx, p.year.cohort, map[string][]map[string]any{s.Stage: dates[s.Stage]}) // said in the log
}

// enterDates sets the dates of a cohort's events; whoever else changes the cohort meanwhile is let go first.
func (p *play) enterDates(ctx context.Context, cohort string, dates map[string][]map[string]any) error {
	path := base + "/cohorts/" + cohort
	for {
		got, err := p.staff.must(ctx, Act{Act: "look"}, call{method: http.MethodGet, path: path})
		if err != nil {
			return err
		}
		changed, err := p.staff.do(ctx, Act{Act: "change-cohort"}, call{method: http.MethodPatch, path: path, ifMatch: got.etag,
			body: map[string]any{"sittings": dates}}, nil)
		if err != nil || changed.status < 300 {
			return err
		}
		if changed.status != http.StatusPreconditionFailed {
			p.note(Act{Act: "change-cohort", Status: changed.status, Problem: refusal(changed)})
			return fmt.Errorf("the dates of %s were refused: %s", cohort, refusal(changed))
		}
	}
}

// datesOf are sittings as the REST API takes them, by event.
func datesOf(sittings []*Sitting) map[string][]map[string]any {
	dates := map[string][]map[string]any{}
	at := func(t time.Time) string { return t.Format(time.RFC3339) }
	for _, s := range sittings {
		date := map[string]any{"name": s.Name, "starts_at": at(s.Starts), "ends_at": at(s.Ends), "capacity": s.Capacity}
		switch {
		case s.Online:
			date["online"], date["join_url"] = true, s.Where
		case s.Where != "":
			date["venue"], date["address"] = s.Where, "1 College Lane, York YO1 7HH"
		}
		if s.Residential {
			date["group"], date["night_before"], date["minimum"] = s.Group, s.Night, 1
			date["sessions"] = []map[string]any{
				{"starts_at": at(s.Starts.Add(time.Hour)), "title": "Artificial intelligence and robotics", "speaker": "Professor Ada Okafor",
					"materials": "https://papers.example/robotics.pdf"},
				{"starts_at": at(s.Starts.Add(26 * time.Hour)), "title": "Leading across a system"}}
		}
		dates[s.Stage] = append(dates[s.Stage], date)
	}
	return dates
}

// reschedule is staff moving, cancelling or putting online one date. They look first at what would change.
func (p *play) reschedule(ctx context.Context, s *Sitting, change map[string]any, hold func()) bool {
	body := because("operational_demand", "The venue cannot have us as planned.", change)
	body["stage"], body["sitting"] = s.Stage, s.Name
	path := base + "/cohorts/" + p.year.cohort + "/reschedule"
	act := Act{Act: "reschedule", Stage: s.Stage, Sitting: s.Name}
	preview := act
	preview.Act = "reschedule-preview"
	if _, err := p.staff.must(ctx, preview, call{method: http.MethodPost, path: path + "?dry_run=true", body: body}); err != nil {
		return false // said in the log
	}
	p.mu.Lock()
	hold()
	p.mu.Unlock()
	got, err := p.staff.do(ctx, act, call{method: http.MethodPost, path: path, body: body}, func(a *Act, got answered) {
		if got.status >= 300 {
			a.Problem = refusal(got)
		}
		act = *a
	})
	if err == nil && got.status == http.StatusAccepted {
		_, ok := p.await(ctx, act, got)
		return ok
	}
	return err == nil && got.status < 300
}

// plannedChanges are what happens to the dates of the year: one is moved three times in a row, one is cancelled on the evening before, one is
// put online.
func (p *play) plannedChanges() {
	for _, s := range p.sittings {
		switch {
		case s.Stage == residential2 && s.Name == "b":
			p.moveInARow(s)
		case s.Stage == residential3 && s.Name == "a":
			p.agenda.at(p.year.week(26, time.Tuesday, 14, 0), func(ctx context.Context) { p.setLateVenue(ctx, s) })
		case s.Stage == residential3 && s.Name == "b":
			eve := p.year.week(28, time.Sunday, 18, 30)
			if p.o.Day < 500*time.Millisecond {
				eve = p.year.week(28, time.Saturday, 12, 0) // on so fast a clock an evening is over before anybody has acted
			}
			p.agenda.at(eve, func(ctx context.Context) {
				p.reschedule(ctx, s, map[string]any{"cancel": true}, func() { s.Cancelled = true })
			})
		case s.Stage == closingEvent:
			p.agenda.at(p.year.week(33, time.Tuesday, 14, 0), func(ctx context.Context) {
				p.reschedule(ctx, s, map[string]any{"online": true, "join_url": "https://meet.example/closing"}, func() { s.Online, s.Where = true, "https://meet.example/closing" })
			})
		}
	}
}

// dates are the sittings as they stand.
func (p *play) dates() []Sitting {
	p.mu.Lock()
	defer p.mu.Unlock()
	var all []Sitting
	for _, s := range p.sittings {
		all = append(all, *s)
	}
	return all
}

// others are the dates of an event that are still to come, soon ones left out: people need some notice.
func (p *play) others(stage, but string) []string {
	var names []string
	for _, s := range p.dates() {
		if s.Stage == stage && s.Name != but && !s.Cancelled && s.Starts.After(p.now().AddDate(0, 0, 2)) {
			names = append(names, s.Name)
		}
	}
	return names
}
