package cast

import (
	"context"
	"encoding/json"
	"net/http"
	"net/url"
	"strconv"
	"time"
)

// task is one of staff's.
type task struct {
	ID      int64  `json:"id"`
	Ref     string `json:"ref"`
	Stage   string `json:"stage"`
	Code    string `json:"code"`
	Decides bool   `json:"decides"` // finishing it is the decision on what has lapsed
}

// tasks reads the open tasks to the end of the list.
func (s *staff) tasks(ctx context.Context, query string) (all []task, err error) {
	for cursor := ""; ; {
		got, err := s.must(ctx, Act{Act: "tasks"}, call{method: http.MethodGet, path: base + "/tasks?limit=200&" + query + cursor})
		if err != nil {
			return nil, err
		}
		var list struct {
			Items []task `json:"items"`
			Next  string `json:"next"`
		}
		if err := json.Unmarshal(got.body, &list); err != nil {
			return nil, err
		}
		all = append(all, list.Items...)
		if list.Next == "" {
			return all, nil
		}
		cursor = "&cursor=" + url.QueryEscape(list.Next)
	}
}

// round is staff going through their tasks, every other day.
func (p *play) round(at time.Time) {
	p.agenda.at(at, func(ctx context.Context) {
		defer p.round(at.AddDate(0, 0, 2))
		tasks, err := p.staff.tasks(ctx, "cohort="+url.QueryEscape(p.year.cohort))
		if err != nil {
			return
		}
		for _, t := range tasks {
			p.mu.Lock()
			one, known := p.byRef[t.Ref], p.handled[t.ID]
			p.handled[t.ID] = true
			p.mu.Unlock()
			if one == nil || known {
				continue
			}
			p.plan(one, p.now(), func(ctx context.Context) { p.findAWay(ctx, one, t) })
		}
	})
}

// decideDays is staff deciding on compulsory days that have lapsed: most leaders are asked again, once; after that some are
// excused by leaving the stage out, and for the others finishing the task says that it stays as it is.
func (p *play) decideDays(ctx context.Context, one *person, t task) {
	if !t.Decides {
		return
	}
	one.mu.Lock()
	way, again := (one.number+int(p.o.Seed%3))%3, one.askedAgain[t.Stage] || one.held
	one.askedAgain[t.Stage] = true
	one.mu.Unlock()
	settled := func(state string) {
		one.mu.Lock()
		one.ends[t.Stage] = state
		one.mu.Unlock()
	}
	if way > 0 && !again {
		_, ok := p.order(ctx, one, &ask{stage: t.Stage}, "reopen", because("leader_asked", "Rang: would like to catch up.", map[string]any{"stage": t.Stage}), http.StatusConflict)
		if ok {
			return
		}
	}
	if way == 2 {
		_, ok := p.order(ctx, one, &ask{stage: t.Stage}, "skip", because("operational_demand", "Excused by the head of the centre.", map[string]any{"stage": t.Stage}), http.StatusConflict)
		if ok {
			settled("skipped")
			return
		}
	}
	act := Act{Person: one.number, Ref: one.ref, Act: "decide", Stage: t.Stage}
	_, err := p.staff.must(ctx, act, call{method: http.MethodPost, path: base + "/tasks/" + strconv.FormatInt(t.ID, 10) + "/done",
		body: map[string]any{"note": "Decided with the head of the centre: it stays as it is."}})
	if err == nil {
		settled("lapsed")
	}
}
