package cast

import (
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"regexp"
	"strings"
	"time"
)

// The routes by which people come into the cohort.
const (
	byInvitation  = "invitation"
	byApplication = "application"
)

// The names of the characters who apply.
const (
	offered     = "applies and takes the offer"
	lastDay     = "applies on the last day"
	changes     = "changes the application"
	lateCode    = "applies with a late code"
	turnsDown   = "turns the offer down"
	keepsQuiet  = "never answers the offer"
	getsIn      = "is wait-listed and gets in"
	waitsInVain = "waits in vain"
	turnedDown  = "is rejected"
	unfinished  = "leaves the application unfinished"
	takesBack   = "withdraws the application"
)

// applicants are sixteen people who apply, in the order in which a small company needs them.
func applicants() []character {
	return []character{
		{offered, 1, "completed"}, {getsIn, 1, "completed"}, {turnedDown, 1, "rejected"}, {turnsDown, 1, "declined"},
		{unfinished, 1, "lapsed"}, {lastDay, 1, "completed"}, {waitsInVain, 1, "not_needed"}, {lateCode, 1, "completed"},
		{changes, 1, "completed"}, {takesBack, 1, "withdrawn"}, {keepsQuiet, 1, "lapsed"}, {getsIn, 1, "completed"},
		{offered, 1, "completed"}, {turnedDown, 1, "rejected"}, {waitsInVain, 1, "not_needed"}, {offered, 1, "completed"},
	}
}

// decision is what staff decide on an application, empty where none comes to be decided.
func (c character) decision() string {
	switch c.name {
	case offered, lastDay, changes, lateCode, turnsDown, keepsQuiet:
		return "offer"
	case getsIn, waitsInVain:
		return "waitlist"
	case turnedDown:
		return "reject"
	}
	return ""
}

// offers counts the places that staff have for a company: one for each offer, so that the waiting list moves up only
// where an offer is turned down or lapses, or somebody leaves in time. Whoever gets in from it gets one of those.
func offers(company []*person) (n int) {
	for _, one := range company {
		if one.entry.decision() == "offer" {
			n++
		}
	}
	return n
}

// applying gives everybody a way of coming in, and those who are offered a place a character for the year. Of the waiting
// list as many get in as places come free; they are prompt, for some are offered a place late.
func applying(o Options) (entries, years []character) {
	entries, years = make([]character, o.Participants), make([]character, o.Participants)
	var taking []int // who will take an offer
	freed := 0
	for i := range entries {
		entries[i], years[i] = applicants()[i%len(applicants())], named(prompt)
		switch entry := entries[i]; {
		case entry.name == turnsDown || entry.name == keepsQuiet:
			freed++
		case entry.decision() == "offer":
			taking = append(taking, i)
		}
	}
	left := 0
	for i, year := range mixed(among(o, declines, silent, refused), len(taking), o.Seed) {
		if years[taking[i]] = year; year.name == deferred {
			freed++
		}
		if year.name == withdrawn {
			if left++; left%2 == 0 { // see person.leavesEarly
				freed++
			}
		}
	}
	waiting := 0
	for i := range entries {
		if entries[i].decision() != "waitlist" {
			continue
		}
		if waiting++; waiting <= freed {
			entries[i] = character{getsIn, 1, "completed"}
		} else {
			entries[i] = character{waitsInVain, 1, "not_needed"}
		}
	}
	return entries, years
}

// planApplications notes when everybody applies. Those who get in from the waiting list come before those who wait in
// vain: places go to whoever applied first.
func (p *play) planApplications() {
	y := p.year
	for _, one := range p.people {
		from := y.week(y.opens+1, time.Monday, 9, 0)
		switch one.entry.name {
		case getsIn:
			from = y.week(y.opens, time.Monday, 12, 0)
		case waitsInVain:
			from = y.week(y.opens+3, time.Monday, 9, 0)
		case lateCode:
			p.plan(one, y.week(y.closes, time.Friday, 10, 0), func(ctx context.Context) { p.applyLate(ctx, one) })
			continue
		}
		p.plan(one, later(one.luck, from, between(one.luck, 0, 3)), func(ctx context.Context) { p.apply(ctx, one, "") })
	}
	p.agenda.at(y.week(y.decided-1, time.Tuesday, 10, 0), p.decide)
	if y.events {
		p.agenda.at(y.week(y.decided-1, time.Thursday, 10, 0), p.divide)
	}
	p.agenda.at(y.week(y.released, time.Monday, 10, 30), p.release)
}

// apply is somebody entering their address on the open page.
func (p *play) apply(ctx context.Context, one *person, code string) {
	act := Act{Person: one.number, Act: "apply-address"}
	shown, err := one.browser.visit(ctx, act, http.MethodGet, p.o.API+"/apply/"+p.year.cohort, nil, nil)
	if err != nil {
		return
	}
	says := map[string][]string{"email": {one.emails[0]}}
	if code != "" {
		says["code"] = []string{code}
	}
	p.send(ctx, one.browser, act, shown, filling{says: says}, led)
}

// applyLate is somebody who comes a day too late and writes to staff, who give them a code.
func (p *play) applyLate(ctx context.Context, one *person) {
	act := Act{Person: one.number, Act: "apply-too-late"}
	shown, err := one.browser.visit(ctx, act, http.MethodGet, p.o.API+"/apply/"+p.year.cohort, nil, nil)
	if err != nil {
		return
	}
	if f, found := mainForm(shown); found { // without a code it opens for nobody
		act.Confirmed = false
		_, err = one.browser.visit(ctx, act, http.MethodPost, f.action.String(), f.fill(filling{says: map[string][]string{"email": {one.emails[0]}, "code": {}}}),
			func(g page) bool { return g.status == http.StatusUnprocessableEntity })
	}
	if err != nil {
		return
	}
	day := p.year.week(p.year.closes+1, time.Thursday, 12, 0).In(london).Format("2006-01-02")
	got, err := p.staff.must(ctx, Act{Person: one.number, Act: "late-code"}, call{method: http.MethodPost, path: base + "/cohorts/" + p.year.cohort + "/late-codes",
		body: map[string]any{"expires_on": day, "note": "Was in hospital on the day."}})
	if err != nil {
		return
	}
	var issued struct {
		Code string `json:"code"`
	}
	if json.Unmarshal(got.body, &issued) == nil {
		p.apply(ctx, one, issued.Code)
	}
}

var applicationOf = regexp.MustCompile(`^/application/(P-[0-9A-Z]+)`)

// verified is the mail with the link to the application: everybody begins soon, and sends it when it is their time. The
// person is locked.
func (p *play) verified(one *person, l letter) {
	if len(l.links) == 0 {
		return
	}
	link, y := l.links[0], p.year
	most, again := 0, time.Time{}
	switch one.entry.name {
	case unfinished:
		most = 2
	case lastDay:
		most, again = 2, y.week(y.closes, time.Thursday, 7, 0)
	}
	p.plan(one, later(one.luck, p.now(), 0), func(ctx context.Context) { p.fillIn(ctx, one, link, most) })
	if !again.IsZero() {
		p.plan(one, again, func(ctx context.Context) { p.fillIn(ctx, one, link, 0) })
	}
}

// fillIn is somebody filling in the application; most says after how many sections to stop, 0 means to send it.
func (p *play) fillIn(ctx context.Context, one *person, link string, most int) {
	a := &ask{stage: selection, round: 1, application: true}
	act := one.act("open", a)
	shown, err := p.press(ctx, one.browser, act, link)
	if err != nil {
		return
	}
	found := applicationOf.FindStringSubmatch(shown.url.Path)
	if found == nil {
		act.Status, act.Problem = shown.status, fmt.Sprintf("the link led to %q", heading(shown.doc))
		p.note(act)
		return
	}
	one.mu.Lock()
	one.ref, a.ref = found[1], found[1]
	sent := one.applied
	one.mu.Unlock()
	p.mu.Lock()
	p.byRef[a.ref] = one
	p.mu.Unlock()
	if sent {
		return
	}
	list, err := one.browser.visit(ctx, one.act("page", a), http.MethodGet, p.at(shown, "/year/"+a.ref+"/"+a.stage), nil, nil)
	if err != nil {
		return
	}
	check, ok := p.sections(ctx, one, a, list, most)
	if !ok || most > 0 {
		return
	}
	if !p.submit(ctx, one.browser, one.act("apply", a), check, filling{}) {
		return
	}
	one.mu.Lock()
	one.applied = true
	one.mu.Unlock()
	p.mu.Lock()
	p.forms++
	p.mu.Unlock()
	if one.entry.name == takesBack {
		p.plan(one, p.year.week(p.year.closes+2, time.Wednesday, 11, 0), func(ctx context.Context) { p.takeBack(ctx, one, a) })
	}
}

// received is the mail that confirms an application, with the link back to it: who finds better words does so two days
// later, but not on the last day, when a slow machine could make them late. The person is locked.
func (p *play) received(one *person, k key) {
	at := later(one.luck, p.now(), 2)
	if one.entry.name != changes || at.After(p.year.week(p.year.closes, time.Wednesday, 17, 0)) {
		return
	}
	a := &ask{ref: k.ref, stage: k.stage, round: 1, application: true}
	p.plan(one, at, func(ctx context.Context) { p.changeApplication(ctx, one, a) })
}

// at is an address of the same site as a page.
func (p *play) at(shown page, path string) string {
	return shown.url.Scheme + "://" + shown.url.Host + path
}

// changeApplication is somebody who finds better words before the deadline.
func (p *play) changeApplication(ctx context.Context, one *person, a *ask) {
	shown, ok := p.enter(ctx, one, a, "/application/"+a.ref)
	if !ok {
		p.note(Act{Person: one.number, Ref: a.ref, Act: "change", Status: shown.status, Problem: "no link led to the application"})
		return
	}
	form, err := one.browser.visit(ctx, one.act("page", a), http.MethodGet, p.at(shown, "/year/"+a.ref+"/"+a.stage+"/why"), nil, nil)
	if err == nil {
		p.submit(ctx, one.browser, one.act("change", a), form, filling{says: map[string][]string{"why": {"Second thoughts, and better words."}}})
	}
}

// takeBack is somebody who no longer wants to apply.
func (p *play) takeBack(ctx context.Context, one *person, a *ask) {
	shown, ok := p.enter(ctx, one, a, "/application/"+a.ref)
	act := one.act("withdraw-application", a)
	if !ok {
		act.Status, act.Problem = shown.status, "no link led to the application"
		p.note(act)
		return
	}
	form, err := one.browser.visit(ctx, one.act("page", a), http.MethodGet, p.at(shown, "/application/"+a.ref+"/withdraw"), nil, nil)
	if err == nil {
		if _, ok := p.send(ctx, one.browser, act, form, filling{}, led); ok {
			one.leave("withdrawn")
		}
	}
}

// decide is staff recording a decision on every application, quietly.
func (p *play) decide(ctx context.Context) {
	for _, one := range p.people {
		one.mu.Lock()
		ref, decision, applied := one.ref, one.entry.decision(), one.applied
		one.mu.Unlock()
		if ref == "" || decision == "" || !applied {
			continue
		}
		p.order(ctx, one, nil, "record-decision", because("other", "Read by two of us.", map[string]any{"decision": decision}))
	}
}

// divide is staff giving a group to everybody who may get a place, with a spreadsheet of people who are known already.
func (p *play) divide(ctx context.Context) {
	var known []*person
	for _, one := range p.people {
		one.mu.Lock()
		if decision := one.entry.decision(); one.applied && (decision == "offer" || decision == "waitlist") {
			known = append(known, one)
		}
		one.mu.Unlock()
	}
	_ = p.bringIn(ctx, known) // a failure is said in the log
}

// release is staff telling everybody: first what would be told, then the telling, twice, because what was told before
// must not be told again.
func (p *play) release(ctx context.Context) {
	path := base + "/cohorts/" + p.year.cohort + "/release"
	body := because("other", "The panel has met.", nil)
	if _, err := p.staff.must(ctx, Act{Act: "release-preview"}, call{method: http.MethodPost, path: path + "?dry_run=true", body: body}); err != nil {
		return // said in the log
	}
	for range 2 {
		act := Act{Act: "release"}
		got, err := p.staff.do(ctx, act, call{method: http.MethodPost, path: path, body: body}, func(a *Act, got answered) {
			if a.Confirmed = got.status == http.StatusAccepted; !a.Confirmed {
				a.Problem = refusal(got)
			}
		})
		if err == nil && got.status == http.StatusAccepted {
			p.await(ctx, Act{Act: "release-done"}, got)
		}
	}
}

// toApplication is what an applicant writes.
func (one *person) toApplication() filling {
	r := one.row
	says := map[string][]string{"given_name": {r.given}, "family_name": {r.family}, "title": {r.title}, "phone": {one.phone}, "job_title": {r.job},
		"role_started": {month(r.started)}, "organisation": {r.organisation}, "sector": {r.sector}, "region": {r.region},
		"why":       {"I lead a service that can only do its work with others, and want to learn how they lead."},
		"challenge": {strings.TrimSpace("Keeping " + r.organisation + " open to everybody it serves.")}}
	for _, name := range []string{"age_band", "gender", "ethnicity", "disability"} {
		says[name] = some(one.oneOf("", "prefer_not_to_say"))
	}
	return filling{says: says}
}
