package cast

import (
	"context"
	"encoding/json"
	"net/http"
	"time"
)

// movesInARow are the dates that a residential gets one after the other while its leaders confirm it, from the Monday of a week
// of the year each, and the days on which staff give them.
var movesInARow = []struct {
	on   time.Weekday
	week int
}{{time.Wednesday, 21}, {time.Thursday, 19}, {time.Friday, 21}}

// moveInARow is staff moving a residential as its venue thinks again and again, in the week in which leaders are asked for it.
func (p *play) moveInARow(s *Sitting) {
	for _, move := range movesInARow {
		p.agenda.at(p.year.week(12, move.on, 11, 0), func(ctx context.Context) {
			starts, ends := p.year.week(move.week, time.Monday, 8, 0), p.year.week(move.week, time.Wednesday, 16, 0)
			p.reschedule(ctx, s, map[string]any{"starts_at": starts.Format(time.RFC3339)}, func() { s.Starts, s.Ends = starts, ends })
		})
	}
}

// planFullDates are leaders who ring for another date of the first residential, of which some are full.
func (p *play) planFullDates() {
	if !p.year.events {
		return
	}
	for i, one := range p.people {
		if i%6 == 1 && (one.entry.name == "" || one.entry.end == "completed") {
			p.agenda.at(p.year.week(-7, time.Wednesday, 11, 0), func(ctx context.Context) {
				p.plan(one, p.now(), func(ctx context.Context) { p.wantsAFullDate(ctx, one) })
			})
		}
	}
}

// wantsAFullDate is staff trying to give a leader another date that is full: it is refused, and the place stays where it is.
func (p *play) wantsAFullDate(ctx context.Context, one *person) {
	if !one.there() {
		return
	}
	var dates struct {
		Items []struct {
			Stage    string `json:"stage"`
			Name     string `json:"name"`
			Capacity int    `json:"capacity"`
			Taken    int    `json:"taken"`
		} `json:"items"`
	}
	var journey struct {
		Places []struct {
			Stage   string `json:"stage"`
			Sitting string `json:"sitting"`
		} `json:"places"`
	}
	for path, into := range map[string]any{"/cohorts/" + p.year.cohort + "/sittings": &dates, "/journeys/" + one.ref: &journey} {
		got, err := p.staff.must(ctx, Act{Act: "look", Person: one.number, Ref: one.ref}, call{method: http.MethodGet, path: base + path})
		if err != nil || json.Unmarshal(got.body, into) != nil {
			return // said in the log
		}
	}
	has := ""
	for _, place := range journey.Places {
		if place.Stage == residential1 {
			has = place.Sitting
		}
	}
	for _, date := range dates.Items {
		if has == "" || date.Stage != residential1 || date.Name == has || date.Taken < date.Capacity {
			continue
		}
		p.order(ctx, one, &ask{stage: residential1, sitting: date.Name}, "change-sitting", because("leader_asked", "Would rather come with a colleague.",
			map[string]any{"stage": residential1, "sitting": date.Name}), http.StatusConflict)
		return
	}
}
