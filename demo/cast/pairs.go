package cast

import (
	"bytes"
	"context"
	"encoding/csv"
	"fmt"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"time"

	"golang.org/x/net/html"
	"golang.org/x/net/html/atom"
)

// Coach is a coach as staff have them, also in Dir/cast-people.json.
type Coach struct {
	Ref          string `json:"ref"`
	Email        string `json:"email"`
	Organisation string `json:"organisation"` // whose leaders they must not coach
	Capacity     int    `json:"capacity"`
}

// withOrganisations is the coaches' spreadsheet with an organisation for each, to which somebody of the cast may change.
func (p *play) withOrganisations() ([]byte, error) {
	rows, err := csv.NewReader(strings.NewReader(strings.TrimPrefix(string(p.o.Coaches), "\ufeff"))).ReadAll()
	if err != nil || len(rows) == 0 {
		return nil, fmt.Errorf("the coaches' spreadsheet cannot be read: %v", err)
	}
	emails, err := csvColumn(p.o.Coaches, "email")
	if err != nil {
		return nil, err
	}
	rooms, err := csvColumn(p.o.Coaches, "capacity")
	if err != nil {
		return nil, err
	}
	rows[0] = append(rows[0], "organisations")
	for i := range emails {
		c := Coach{Email: emails[i], Organisation: fmt.Sprintf("Staff College %d", i+1)}
		c.Capacity, _ = strconv.Atoi(rooms[i]) // what is no number has no room
		p.bench = append(p.bench, c)
		rows[i+1] = append(rows[i+1], c.Organisation)
	}
	var b bytes.Buffer
	err = csv.NewWriter(&b).WriteAll(rows)
	return b.Bytes(), err
}

// What becomes of a leader and their coach.
const (
	chosenFor      = "staff choose another coach"
	asksForAnother = "asks for another coach"
	joins          = "goes to work where the coach does"
)

// withCoach is what becomes of a leader and their coach, empty for most: a few of each in every company, if they have a place.
func (one *person) withCoach() string {
	switch i := one.number - 1; {
	case one.entry.name != "" && one.entry.end != "completed":
	case i%8 == 4: // whoever has an even number here agrees to the questionnaire: see person.mind
		return asksForAnother
	case i%12 == 0:
		return chosenFor
	case i%12 == 8:
		return joins
	}
	return ""
}

// planPairs are what becomes of the coaches and their leaders in a year: staff choose another coach for some, some leaders ask for
// one, a coach leaves, a leader goes to work where their coach does. Staff read who coaches whom before and after each.
func (p *play) planPairs() {
	if !p.year.coached || len(p.bench) == 0 {
		return
	}
	day := func(week int, day time.Weekday, do func(context.Context)) {
		p.agenda.at(p.year.week(week, day, 11, 0), do)
	}
	for _, one := range p.people {
		switch one.withCoach() {
		case chosenFor:
			day(1, time.Tuesday, func(ctx context.Context) { p.plan(one, p.now(), func(ctx context.Context) { p.override(ctx, one) }) })
		case asksForAnother:
			day(4, time.Monday+time.Weekday(one.number%5), func(ctx context.Context) { p.plan(one, p.now(), func(ctx context.Context) { p.another(ctx, one) }) })
		case joins:
			day(8, time.Tuesday, func(ctx context.Context) { p.plan(one, p.now(), func(ctx context.Context) { p.joinsCoach(ctx, one) }) })
		}
	}
	day(11, time.Wednesday, p.coachLeaves)
	day(38, time.Tuesday, p.readFigures)
}

// pairs is staff reading in the console who coaches whom: a line of the log for each pair.
func (p *play) pairs(ctx context.Context) map[string]string {
	act := Act{Act: "pairs"}
	shown, err := p.console(ctx, act, "/console/cohorts/"+p.year.cohort+"/coaches")
	if err != nil || shown.status != http.StatusOK {
		return nil // said in the log
	}
	p.mu.Lock()
	p.lookedAt++
	look := strconv.Itoa(p.lookedAt)
	p.mu.Unlock()
	found := map[string]string{}
	walk(shown.doc, func(n *html.Node) bool {
		if n.DataAtom != atom.Tr {
			return true
		}
		coach := ""
		walk(n, func(cell *html.Node) bool {
			if coach == "" && cell.DataAtom == atom.Th {
				coach, _, _ = strings.Cut(strings.TrimSpace(textOf(cell)), " ")
			}
			return true
		})
		for _, u := range anchors(n, shown.url) {
			if ref, ok := strings.CutPrefix(u.Path, "/console/journeys/"); ok && coach != "" {
				found[ref] = coach
			}
		}
		return true
	})
	p.mu.Lock()
	for ref, coach := range found {
		if p.coached[ref] == nil {
			p.coached[ref] = map[string]bool{}
		}
		p.coached[ref][coach] = true
	}
	p.mu.Unlock()
	for ref, coach := range found {
		p.note(Act{Act: "pair", Ref: ref, Coach: coach, Answer: look})
	}
	return found
}

// there reports whether a leader takes part just now.
func (one *person) there() bool {
	one.mu.Lock()
	defer one.mu.Unlock()
	return one.accepted && one.gone == "" && !one.held
}

// override is staff choosing a coach for a leader against the match: the first other with room.
func (p *play) override(ctx context.Context, one *person) {
	before := p.pairs(ctx)
	had := before[one.ref]
	if !one.there() || had == "" {
		return
	}
	load := map[string]int{}
	for _, coach := range before {
		load[coach]++
	}
	for i := range p.bench {
		c := p.bench[(i+one.number)%len(p.bench)]
		if c.Ref == had || load[c.Ref]+1 >= c.Capacity { // a place is left to others who may come meanwhile
			continue
		}
		p.order(ctx, one, nil, "change-coach", because("new_information", "They have worked together before, and well.", map[string]any{"coach": c.Ref}), http.StatusConflict)
		p.pairs(ctx)
		return
	}
}

// joinsCoach is a leader who goes to work where their coach does: staff hear of the conflict and find another coach.
func (p *play) joinsCoach(ctx context.Context, one *person) {
	had := p.pairs(ctx)[one.ref]
	if !one.there() || had == "" || one.character.name == promoted {
		return
	}
	organisation := ""
	for _, c := range p.bench {
		if c.Ref == had {
			organisation = c.Organisation
		}
	}
	act, ok := p.order(ctx, one, nil, "change-details", because("new_information", "", map[string]any{"details": map[string]any{"organisation": organisation}}))
	if !ok {
		return
	}
	one.mu.Lock()
	one.moved = organisation
	one.mu.Unlock()
	tasks, err := p.staff.tasks(ctx, "ref="+url.QueryEscape(one.ref))
	if err != nil {
		return
	}
	told := false
	for _, t := range tasks {
		told = told || t.Code == "coach_conflict"
	}
	if !told {
		act.Problem = "nobody was told that leader and coach belong to one organisation now"
		p.note(act)
		return
	}
	p.order(ctx, one, nil, "change-coach", because("new_information", "Works where the coach does.", nil))
	p.pairs(ctx)
}

// another is a leader who asks for another coach, and lets the new one see the report; a second time changes nothing.
func (p *play) another(ctx context.Context, one *person) {
	p.pairs(ctx)
	a := p.lastSession(one)
	if !one.there() || a == nil {
		return
	}
	shown, ok := p.enter(ctx, one, a, "/year/"+a.ref+"/coach")
	if !ok {
		return // a newer mail is on its way: they leave it
	}
	act := one.act("another-coach", a)
	act.Stage, act.Round = "", 0
	if _, ok := p.send(ctx, one.browser, act, shown, filling{}, led); !ok {
		return
	}
	p.pairs(ctx)
	f, found := mainForm(shown)
	if !found {
		return
	}
	act.Act = "another-coach-again"
	arrived := false
	again, err := one.browser.visit(ctx, act, http.MethodPost, f.action.String(), f.fill(filling{}), func(g page) bool {
		arrived = led(g)
		return arrived
	})
	if err == nil && !arrived {
		act.Status, act.Problem = again.status, "a second click on asking for another coach is an error"
		p.note(act)
	}
	if one.number%3 != 1 || one.mind() != agrees {
		return // the new coach is not to see the report
	}
	list, err := one.browser.visit(ctx, one.act("page", a), http.MethodGet, p.at(shown, "/year/"+a.ref+"/consents"), nil, nil)
	if err != nil {
		return
	}
	for _, f := range forms(list.doc, list.url) {
		if strings.HasSuffix(f.action.Path, "/coach_report/agree") {
			act = one.act("share-report", a)
			_, _ = one.browser.visit(ctx, act, http.MethodPost, f.action.String(), f.fill(filling{}), led) // said in the log
		}
	}
}

// lastSession is the latest session that a leader was asked to book, nil where there was none.
func (p *play) lastSession(one *person) (last *ask) {
	one.mu.Lock()
	defer one.mu.Unlock()
	for _, a := range one.asks {
		if isSession(a.stage) && a.ref == one.ref && (last == nil || a.first.After(last.first)) {
			last = a
		}
	}
	return last
}

// coachLeaves is the coach with the most leaders leaving the cohort.
func (p *play) coachLeaves(ctx context.Context) {
	load, most := map[string]int{}, ""
	for _, coach := range p.pairs(ctx) {
		if load[coach]++; load[coach] > load[most] || load[coach] == load[most] && coach < most {
			most = coach
		}
	}
	if most == "" {
		return
	}
	act := Act{Act: "coach-leaves", Coach: most}
	if _, err := p.staff.must(ctx, act, call{method: http.MethodPost, path: base + "/cohorts/" + p.year.cohort + "/coaches/" + most + "/leave",
		body: map[string]string{"reason": "other"}}); err == nil {
		p.pairs(ctx)
	}
}

// opensReports is a coach who opens the report of everybody on the page, whether there is a link to it or not.
func (p *play) opensReports(ctx context.Context, c *coach, shown page) {
	p.mu.Lock()
	var refs []string
	for ref, by := range p.coached {
		if by[c.ref] {
			refs = append(refs, ref)
		}
	}
	p.mu.Unlock()
	for _, ref := range refs {
		act := Act{Act: "coach-report", Ref: ref, Coach: c.ref}
		_, err := c.browser.visit(ctx, act, http.MethodGet, p.at(shown, "/coach/"+c.ref+"/leaders/"+ref+"/report"), nil, func(g page) bool { return g.status == http.StatusOK && drawn(g.doc) })
		if err != nil {
			return
		}
	}
}

// recovers is staff noting that somebody did not come, and that the employer pays what it cost.
func (p *play) recovers(ctx context.Context, one *person, s *Sitting) {
	p.order(ctx, one, &ask{stage: s.Stage, sitting: s.Name}, "record-attendance",
		because("new_information", "From the list at the door.", map[string]any{"stage": s.Stage, "status": "absent", "costs": "recovered"}))
}

// readFigures is staff reading for the advisory board how often an employer paid for a residential that was missed.
func (p *play) readFigures(ctx context.Context) {
	act := Act{Act: "figures", Stage: residential1}
	shown, err := p.console(ctx, Act{Act: "figures-page"}, "/console/cohorts/"+p.year.cohort+"/figures.csv")
	if err != nil || shown.status != http.StatusOK {
		return // said in the log
	}
	for _, line := range strings.Split(shown.sheet, "\n") {
		cells := strings.Split(line, ",")
		if len(cells) > 2 && cells[0] == "Attendance" && cells[1] == "Residential 1: costs recovered" {
			act.Answer, act.Status, act.Confirmed = strings.TrimSpace(cells[2]), shown.status, true
			p.note(act)
			return
		}
	}
	act.Status, act.Problem = shown.status, "the figures do not say how often costs were recovered"
	p.note(act)
}
