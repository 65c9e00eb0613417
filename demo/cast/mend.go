package cast

import (
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"net/url"
	"time"
)

// mend is staff's round over somebody's tasks, until they find the one about an address that refuses mail: they let it be
// tried again first, and then find the mistake in the spelling.
func (p *play) mend(ctx context.Context, one *person) {
	got, err := p.staff.must(ctx, Act{Act: "tasks"}, call{method: http.MethodGet, path: base + "/tasks?ref=" + url.QueryEscape(one.ref)})
	if err != nil {
		return
	}
	var tasks struct {
		Items []struct {
			Code  string `json:"code"`
			Stage string `json:"stage"`
		} `json:"items"`
	}
	_ = json.Unmarshal(got.body, &tasks) // an answer that is none holds no task
	for _, t := range tasks.Items {
		if t.Code != "mail_refused" {
			continue
		}
		stage := map[string]any{}
		if t.Stage != "" {
			stage["stage"] = t.Stage
		}
		// A task may be there a moment before the journey has noticed; then staff come back to it.
		act, ok := p.order(ctx, one, &ask{stage: t.Stage}, "retry", because("technical", "", stage), http.StatusConflict)
		if ok {
			p.plan(one, later(one.luck, p.now(), 1), func(ctx context.Context) { p.correct(ctx, one, t.Stage) })
			return
		}
		if act.Status != http.StatusConflict {
			return // said in the log
		}
	}
	one.mu.Lock()
	wrote := one.wrote
	one.mu.Unlock()
	switch {
	case wrote: // the sink refuses nothing
	case p.now().Before(p.year.joinBy):
		p.plan(one, p.now().Add(18*time.Hour), func(ctx context.Context) { p.mend(ctx, one) })
	default:
		p.note(Act{Person: one.number, Ref: one.ref, Act: "retry",
			Problem: fmt.Sprintf("the address could not be put right, with %d tasks about it, and no mail came", len(tasks.Items))})
	}
}

// correct puts a misspelt address right. What was tried again has to fail again first; until then it is refused.
func (p *play) correct(ctx context.Context, one *person, stage string) {
	body := because("mistake", "", map[string]any{"email": one.row.email})
	if stage != "" {
		body["stage"] = stage
	}
	p.readdress(one, one.row.email, func(string) bool {
		for range 30 {
			act, ok := p.order(ctx, one, &ask{stage: stage}, "correct", body, http.StatusConflict)
			if ok || act.Status != http.StatusConflict {
				return ok
			}
			if pause(ctx, 300*time.Millisecond) != nil {
				return false
			}
		}
		p.note(Act{Person: one.number, Ref: one.ref, Act: "correct", Problem: "the misspelt address could not be corrected"})
		return false
	})
}

// journey is what GET /journeys/{ref} says, as far as the cast asks.
type journey struct {
	Ref       string `json:"ref"`
	State     string `json:"state"`
	Continues string `json:"continues"`
	Stages    []struct {
		Name  string `json:"name"`
		State string `json:"state"`
	} `json:"stages"`
}

func (j journey) stage(name string) string {
	for _, s := range j.Stages {
		if s.Name == name {
			return s.State
		}
	}
	return ""
}

func (s *staff) journey(ctx context.Context, ref string) (j journey, err error) {
	got, err := s.must(ctx, Act{Act: "look", Ref: ref}, call{method: http.MethodGet, path: base + "/journeys/" + ref})
	if err == nil {
		err = json.Unmarshal(got.body, &j)
	}
	return j, err
}

// continuation is the reference in a cohort that continues another, or empty.
func (s *staff) continuation(ctx context.Context, cohort, ref string) string {
	got, err := s.must(ctx, Act{Act: "look", Ref: ref}, call{method: http.MethodGet, path: base + "/journeys?limit=200&cohort=" + url.QueryEscape(cohort)})
	if err != nil {
		return ""
	}
	var list struct {
		Items []journey `json:"items"`
	}
	_ = json.Unmarshal(got.body, &list) // an answer that is none holds nobody
	for _, j := range list.Items {
		if j.Continues == ref {
			return j.Ref
		}
	}
	return ""
}
