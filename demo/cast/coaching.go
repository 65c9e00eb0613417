package cast

import (
	"context"
	"encoding/csv"
	"encoding/json"
	"fmt"
	"net/http"
	"net/url"
	"strings"
	"sync"
	"time"
)

// coach is somebody who coaches leaders: reads the mail, opens the link in it, logs what was held.
type coach struct {
	ref     string
	email   string
	browser *browser
	acting  sync.Mutex
	seen    map[string]bool // Message-IDs read
}

// isSession tells the stages that are coaching sessions.
func isSession(stage string) bool { return strings.HasPrefix(stage, "coaching-") }

// timesOfACoach is how many times staff publish for each coach: one a week, through the whole year.
const timesOfACoach = 50

// bringCoaches is staff's work where the year has coaching: the coaches' spreadsheet, and their times.
func (p *play) bringCoaches(ctx context.Context) error {
	if !p.year.coached || len(p.o.Coaches) == 0 {
		return nil
	}
	sheet, err := p.withOrganisations()
	if err != nil {
		return err
	}
	got, err := p.staff.must(ctx, Act{Act: "import-coaches"}, call{method: http.MethodPost, path: base + "/cohorts/" + p.year.cohort + "/coaches", body: sheet})
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
	emails, err := csvColumn(p.o.Coaches, "email")
	if err != nil {
		return err
	}
	for i, row := range report.Rows {
		if n := row.Row - 2; n >= 0 && n < len(emails) {
			p.mu.Lock()
			p.coaches[strings.ToLower(emails[n])] = &coach{ref: row.Ref, email: emails[n], browser: p.newBrowser(), seen: map[string]bool{}}
			p.bench[n].Ref = row.Ref
			p.mu.Unlock()
		}
		first := p.year.startsOn.AddDate(0, 0, -30+i%5).Add(time.Duration(9+i%7) * time.Hour)
		_, err := p.staff.must(ctx, Act{Act: "publish-slots"}, call{method: http.MethodPost, path: base + "/cohorts/" + p.year.cohort + "/coaches/" + row.Ref + "/slots",
			body: map[string]any{"first": first.Format(time.RFC3339), "every_days": 7, "count": timesOfACoach, "minutes": 60, "online": i%2 == 0}})
		if err != nil {
			return err
		}
	}
	return nil
}

// csvColumn are the cells of one column of a spreadsheet.
func csvColumn(sheet []byte, name string) ([]string, error) {
	rows, err := csv.NewReader(strings.NewReader(strings.TrimPrefix(string(sheet), "\ufeff"))).ReadAll()
	if err != nil || len(rows) == 0 {
		return nil, fmt.Errorf("the coaches' spreadsheet cannot be read: %v", err)
	}
	for i, cell := range rows[0] {
		if cell == name {
			var cells []string
			for _, row := range rows[1:] {
				cells = append(cells, row[i])
			}
			return cells, nil
		}
	}
	return nil, fmt.Errorf("the coaches' spreadsheet has no column %s", name)
}

// book is a leader who has the page of a session open: they take a time that suits, and some think again later.
func (p *play) book(ctx context.Context, one *person, a *ask, shown page) {
	if _, found := mainForm(shown); !found && a.ref != one.ref {
		return // the cohort they were deferred into has no coaches yet
	}
	act := one.act("answer", a)
	act.Answer = "book"
	if !p.chooses(ctx, one, act, shown, 1) {
		return
	}
	p.confirmed(one, a, act)
	switch one.luck.IntN(8) {
	case 0, 1:
		p.plan(one, later(one.luck, p.now(), 0), func(ctx context.Context) { p.thinksAgain(ctx, one, a, "move-session") })
	case 2:
		p.plan(one, later(one.luck, p.now(), 0), func(ctx context.Context) { p.thinksAgain(ctx, one, a, "cancel-session") })
	}
}

// chooses sends the form of a session with the time at a place of the list, or the last there is: a published one where
// there are any, else one that coach and leader agree between them. A time that is refused, because it is gone meanwhile or
// lies too near by now, gives way to another.
func (p *play) chooses(ctx context.Context, one *person, act Act, shown page, at int) bool {
	_, rest, _ := strings.Cut(textOf(shown.doc), "is to be held by ")
	last, days := dueIn(rest, p.now()), 3
	if last.Before(p.now().AddDate(0, 0, 5)) {
		days = 1
	}
	agreed := p.now().In(london).AddDate(0, 0, days)
	for refused := map[string]bool{}; ; refused[act.Slot] = true {
		times := timesOn(shown, refused)
		if len(times) == 0 {
			act.Slot = ""
			return p.agree(ctx, one, act, shown, agreed, last)
		}
		act.Slot = times[min(at, len(times)-1)]
		with := filling{says: map[string][]string{"slot": {act.Slot}, "starts": {}, "where": {"online"}}}
		next, done := p.offers(ctx, one, act, shown, with)
		if next.status != http.StatusUnprocessableEntity {
			return done
		}
		shown = next
	}
}

// timesOn are the published times that the page of a session offers, those left out that were refused.
func timesOn(shown page, refused map[string]bool) (times []string) {
	f, found := mainForm(shown)
	for i := 0; found && i < len(f.controls); i++ {
		if c := f.controls[i]; c.name == "slot" && c.value != "own" && !refused[c.value] {
			times = append(times, c.value)
		}
	}
	return times
}

// offers sends the form of a session once. A time that does not suit is the caller's; anything else that goes wrong is told.
func (p *play) offers(ctx context.Context, one *person, act Act, shown page, with filling) (next page, done bool) {
	f, found := mainForm(shown)
	if !found {
		return shown, false
	}
	next, err := one.browser.visit(ctx, act, http.MethodPost, f.action.String(), f.fill(with), led)
	if err == nil && next.status >= 400 && next.status != http.StatusUnprocessableEntity {
		act.Status, act.Problem = next.status, fmt.Sprintf("the time was answered with %q", heading(next.doc))
		p.note(act)
	}
	return next, err == nil && next.status < 400
}

// agree is a leader who enters a time that coach and leader agree between them: where one does not suit, or is what they had
// agreed before, the next day. Where none does they give it up, and the session lapses.
func (p *play) agree(ctx context.Context, one *person, act Act, shown page, day, last time.Time) bool {
	for tries := 0; tries < 8 && !day.AddDate(0, 0, 1).After(last); tries, day = tries+1, day.AddDate(0, 0, 1) {
		starts := day.Format("2006-01-02T") + "11:00"
		if one.agreed[act.Stage] == starts {
			continue // that would move nothing
		}
		with := filling{says: map[string][]string{"slot": {"own"}, "starts": {starts}, "where": {"online"}}}
		next, done := p.offers(ctx, one, act, shown, with)
		if done {
			one.agreed[act.Stage] = starts
		}
		if next.status != http.StatusUnprocessableEntity {
			return done
		}
	}
	return false
}

// thinksAgain is a leader who moves or cancels a session that is far enough away.
func (p *play) thinksAgain(ctx context.Context, one *person, a *ask, what string) {
	one.mu.Lock()
	idle := one.held || one.gone != ""
	one.mu.Unlock()
	if idle || a.ref != one.ref {
		return
	}
	shown, ok := p.enter(ctx, one, a, "/year/"+a.ref+"/"+a.stage)
	if !ok {
		return // the mail with the newest link is still on its way: they leave it
	}
	act := one.act(what, a)
	all := forms(shown.doc, shown.url)
	if len(all) < 2 || !strings.HasSuffix(all[1].action.Path, "/cancel") {
		return // less than 24 hours before: then people ring each other
	}
	if what == "move-session" {
		p.chooses(ctx, one, act, shown, 2)
		return
	}
	if next, err := one.browser.visit(ctx, act, http.MethodPost, all[1].action.String(), url.Values{}, led); err == nil && next.status >= 400 && next.status != http.StatusConflict {
		act.Status, act.Problem = next.status, fmt.Sprintf("cancelling was answered with %q", heading(next.doc))
		p.note(act)
	}
}

// coachReads is a coach reading a mail: who is asked to log sessions does so within two days.
func (p *play) coachReads(c *coach, l letter) {
	p.mu.Lock()
	seen := c.seen[l.messageID]
	c.seen[l.messageID] = true
	p.mu.Unlock()
	if seen || len(l.links) == 0 {
		return
	}
	for _, k := range l.keys {
		if k.message != "coaching-log" {
			continue
		}
		p.mu.Lock()
		one := p.byRef[k.ref]
		p.mu.Unlock()
		if one == nil {
			continue
		}
		luck := one.luck
		p.agenda.at(later(luck, p.now(), between(luck, 0, 1)), func(ctx context.Context) {
			c.acting.Lock()
			defer c.acting.Unlock()
			p.logs(ctx, c, l.links)
		})
		return // one visit logs everything that waits
	}
}

// logs is a coach who says of every session that is over what became of it.
func (p *play) logs(ctx context.Context, c *coach, links []string) {
	act := Act{Act: "coach-page"}
	shown := page{}
	for _, link := range links {
		var err error
		if shown, err = p.press(ctx, c.browser, act, link); err != nil {
			return
		}
		if shown.status == http.StatusOK && strings.HasPrefix(shown.url.Path, "/coach/") {
			break
		}
	}
	if shown.status != http.StatusOK || !strings.HasPrefix(shown.url.Path, "/coach/") {
		return // a newer mail brought a newer link, and is read next
	}
	for _, f := range forms(shown.doc, shown.url) {
		if strings.HasSuffix(f.action.Path, "/log") {
			p.logsOne(ctx, c, f)
		}
	}
	p.opensReports(ctx, c, shown)
}

func (p *play) logsOne(ctx context.Context, c *coach, f form) {
	act := Act{Act: "log-session", Answer: "held"}
	for _, control := range f.controls {
		switch control.name {
		case "ref":
			act.Ref = control.value
		case "stage":
			act.Stage = control.value
		}
	}
	p.mu.Lock()
	one := p.byRef[act.Ref]
	p.mu.Unlock()
	if one == nil {
		return
	}
	act.Person = one.number
	one.mu.Lock()
	missed := one.missedSessions[act.Stage]
	one.mu.Unlock()
	if !missed && one.luck.IntN(10) == 0 {
		act.Answer = "did_not_attend" // once a session, so that it is held in the end
	}
	arrived := false
	next, err := c.browser.visit(ctx, act, http.MethodPost, f.action.String(), f.fill(filling{says: map[string][]string{"log": {act.Answer}}}), func(g page) bool {
		arrived = led(g)
		return arrived
	})
	switch {
	case err != nil:
	case !arrived && next.status != http.StatusConflict && next.status != http.StatusNotFound:
		act.Status, act.Problem = next.status, fmt.Sprintf("logging a session was answered with %q", heading(next.doc))
		p.note(act)
	case arrived:
		one.mu.Lock()
		if act.Answer == "held" {
			one.ends[act.Stage] = "done"
		}
		one.missedSessions[act.Stage] = true
		one.mu.Unlock()
	}
}
