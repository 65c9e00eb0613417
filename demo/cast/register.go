package cast

import (
	"context"
	"fmt"
	"net/http"
	"net/url"
	"strings"
	"time"
)

// deskWork plans what staff do about events and sessions: they read the venue pack after the freeze, take the register on the
// day, and go through their tasks every other day.
func (p *play) deskWork() {
	if len(p.sittings) == 0 && !p.year.coached && !p.year.questions {
		return
	}
	for _, s := range p.sittings {
		p.whenIsOver(s)
		if s.Residential {
			p.agenda.at(s.Starts.AddDate(0, 0, -14), func(ctx context.Context) { p.venuePack(ctx, s, http.StatusOK) })
		}
	}
	p.round(p.year.week(p.year.lastJoining, time.Monday, 9, 30))
}

// whenIsOver waits for the end of a date, wherever it is moved to, and takes the register then.
func (p *play) whenIsOver(s *Sitting) {
	p.mu.Lock()
	at := s.Ends.Add(2 * time.Hour)
	p.mu.Unlock()
	p.agenda.at(at, func(ctx context.Context) {
		p.mu.Lock()
		moved, cancelled := s.Ends.Add(2*time.Hour).After(at), s.Cancelled
		p.mu.Unlock()
		switch {
		case cancelled:
		case moved:
			p.whenIsOver(s)
		default:
			p.register(ctx, s)
			if s.Residential {
				p.venuePack(ctx, s, http.StatusGone)
			}
		}
	})
}

// console opens a page of the console, signing in with the token where that is wanted.
func (p *play) console(ctx context.Context, act Act, path string) (page, error) {
	p.atConsole.Lock()
	defer p.atConsole.Unlock()
	if p.desktop == nil {
		p.desktop = p.newBrowser()
	}
	for range 2 {
		shown, err := p.desktop.visit(ctx, act, http.MethodGet, p.o.API+path, nil, nil)
		if err != nil || !strings.HasPrefix(shown.url.Path, "/console/sign-in") {
			return shown, err
		}
		f, ok := mainForm(shown)
		if !ok {
			return shown, nil
		}
		in := act
		in.Act = "sign-in"
		_, err = p.desktop.visit(ctx, in, http.MethodPost, f.action.String(), f.fill(filling{says: map[string][]string{"token": {p.o.Token}}}), nil)
		if err != nil {
			return shown, err
		}
	}
	return page{url: &url.URL{}}, fmt.Errorf("the console lets nobody in")
}

// venuePack is staff reading what the venue gets: from the freeze on, until the event is over.
func (p *play) venuePack(ctx context.Context, s *Sitting, want int) {
	p.mu.Lock()
	cancelled, near := s.Cancelled, want != http.StatusOK || s.Starts.AddDate(0, 0, -15).Before(p.now())
	p.mu.Unlock()
	if cancelled {
		return
	}
	if !near { // it was moved: a fortnight before it then
		p.agenda.at(s.Starts.AddDate(0, 0, -14), func(ctx context.Context) { p.venuePack(ctx, s, want) })
		return
	}
	act := Act{Act: "venue-pack", Stage: s.Stage, Sitting: s.Name}
	for _, suffix := range []string{"", ".csv"} {
		shown, err := p.console(ctx, act, "/console/cohorts/"+p.year.cohort+"/events/"+s.Stage+"/"+s.Name+"/venue-pack"+suffix)
		if err == nil && shown.status != want {
			act.Status, act.Problem = shown.status, fmt.Sprintf("the venue pack should have answered %d", want)
			p.note(act)
		}
	}
}

// register is staff with the list in hand on the day: they note everybody on it. Who is on hold was not there, and is
// settled when the hold ends.
func (p *play) register(ctx context.Context, s *Sitting) {
	act := Act{Act: "register", Stage: s.Stage, Sitting: s.Name}
	shown, err := p.console(ctx, act, "/console/cohorts/"+p.year.cohort+"/events/"+s.Stage+"/"+s.Name+"/register")
	if err != nil {
		return // said in the log
	}
	if shown.status != http.StatusOK {
		act.Status, act.Problem = shown.status, "the register cannot be read"
		p.note(act)
		return
	}
	noted := map[string]bool{}
	for _, f := range forms(shown.doc, shown.url) {
		for _, c := range f.controls {
			if c.kind != "radio" || noted[c.name] {
				continue
			}
			noted[c.name] = true
			p.mu.Lock()
			one := p.byRef[c.name]
			p.mu.Unlock()
			if one != nil {
				p.plan(one, p.now(), func(ctx context.Context) { p.noteDown(ctx, one, s) })
			}
		}
	}
}

// noteDown notes whether one leader was there.
func (p *play) noteDown(ctx context.Context, one *person, s *Sitting) {
	one.mu.Lock()
	away := one.held || one.gone != ""
	status := "attended"
	if one.character.name == misses && s.Stage == residential1 && !one.missed {
		status, one.missed = "absent", true
	}
	one.mu.Unlock()
	switch {
	case away:
	case status == "absent" && one.variant%2 == 0:
		p.recovers(ctx, one, s)
	default:
		p.attendance(ctx, one, s.Stage, s.Name, status)
	}
}

func (p *play) attendance(ctx context.Context, one *person, stage, sitting, status string) bool {
	_, ok := p.order(ctx, one, &ask{stage: stage, sitting: sitting}, "record-attendance",
		because("new_information", "From the list at the door.", map[string]any{"stage": stage, "status": status}))
	return ok
}

// findAWay is staff settling a task: an event at which a leader has no place to come to, by another date where one has room or
// a recorded decision, and what has lapsed.
func (p *play) findAWay(ctx context.Context, one *person, t task) {
	one.mu.Lock()
	out := one.gone != "" || t.Ref != one.ref
	one.mu.Unlock()
	if out {
		return
	}
	decided := (one.variant+int(p.o.Seed%2))%2 == 1 && (t.Code == "catch_up" || t.Code == "event_cannot")
	switch t.Code {
	case "lapsed":
		p.decideDays(ctx, one, t)
		return
	case "no_place", "event_cancelled", "event_in_hold", "catch_up", "event_cannot":
	default:
		return // somebody else's, or nothing to be done
	}
	if !decided {
		for _, name := range p.others(t.Stage, "") {
			_, ok := p.order(ctx, one, &ask{stage: t.Stage, sitting: name}, "change-sitting", because("programme_change", "Agreed by telephone.",
				map[string]any{"stage": t.Stage, "sitting": name}), http.StatusConflict)
			if ok {
				return
			}
		}
	}
	if t.Code == "event_cannot" && p.attendance(ctx, one, t.Stage, "", "excused") {
		return
	}
	if _, ok := p.order(ctx, one, &ask{stage: t.Stage}, "skip", because("operational_demand", "No date is left: decided with the head of the centre.",
		map[string]any{"stage": t.Stage})); ok {
		one.mu.Lock()
		one.ends[t.Stage] = "skipped"
		one.mu.Unlock()
	}
}
