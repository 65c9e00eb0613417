package cast

import (
	"context"
	"fmt"
	"net/http"
	"strconv"
	"strings"

	"golang.org/x/net/html"
	"golang.org/x/net/html/atom"
)

// How people take to the questionnaire.
const (
	agrees  = "agrees"
	refuses = "does not agree"
	leaves  = "withdraws consent when asked"
	regrets = "withdraws consent after the report"
)

// mind is how somebody takes to the questionnaire: in every six there is one of each who does not simply agree.
func (one *person) mind() string {
	switch (one.number - 1) % 6 {
	case 1:
		return refuses
	case 3:
		return leaves
	case 5:
		return regrets
	}
	return agrees
}

// stops reports whether somebody answers two pages and goes on another day, on another device.
func (one *person) stops() bool { return one.number%4 == 1 }

// toQuestionnaire answers the statements that have no answer yet; a few are left out on purpose.
func (one *person) toQuestionnaire() filling {
	f := filling{unless: map[string][]string{}}
	for n := range 50 {
		step := strconv.Itoa(between(one.luck, 1, 5))
		if one.luck.IntN(25) == 0 {
			step = "skip"
		}
		f.unless["item-"+strconv.Itoa(n+1)] = []string{step}
	}
	return f
}

// elsewhere reports whether what somebody answered on one device is there on another.
func (p *play) elsewhere(one *person, a *ask, overview page) {
	if text := textOf(overview.doc); strings.Count(text, " of 10 answered") < 2 {
		act := one.act("page", a)
		act.Status, act.Problem = overview.status, "the pages answered on another device are not there"
		p.note(act)
	}
}

// leave is somebody who is asked for the questionnaire and withdraws the consent instead.
func (p *play) leave(ctx context.Context, one *person, a *ask) {
	if one.idle(a) {
		return
	}
	if shown, ok := p.enter(ctx, one, a, "/year/"+a.ref+"/"+a.stage); !ok {
		one.mu.Lock()
		a.tries++
		tries := a.tries
		one.mu.Unlock()
		if ctx.Err() == nil && tries < triesAtMost {
			p.plan(one, later(one.luck, p.now(), 0), func(ctx context.Context) { p.leave(ctx, one, a) })
		} else if ctx.Err() == nil {
			act := one.act("withdraw-consent", a)
			act.Status, act.Problem = shown.status, fmt.Sprintf("no link led to the questionnaire: the last showed %q", heading(shown.doc))
			p.note(act)
		}
		return
	}
	if p.withdrawConsent(ctx, one, a) {
		one.mu.Lock()
		a.answered = true
		one.mu.Unlock()
	}
}

// withdrawConsent takes the consent to the questionnaire back on the page of the consents.
func (p *play) withdrawConsent(ctx context.Context, one *person, a *ask) bool {
	list := "/year/" + a.ref + "/consents"
	shown, err := one.browser.visit(ctx, one.act("page", a), http.MethodGet, p.o.API+list, nil, nil)
	if err != nil {
		return false
	}
	for _, u := range anchors(shown.doc, shown.url) {
		if u.Path != list+"/psychometrics" {
			continue
		}
		sure, err := one.browser.visit(ctx, one.act("page", a), http.MethodGet, u.String(), nil, nil)
		if err != nil {
			return false
		}
		_, ok := p.send(ctx, one.browser, one.act("withdraw-consent", a), sure, filling{}, led)
		return ok
	}
	act := one.act("withdraw-consent", a)
	act.Status, act.Problem = shown.status, fmt.Sprintf("the page %q does not let the consent be withdrawn", heading(shown.doc))
	p.note(act)
	return false
}

// looks is a leader who opens the report from the mail about it, staff who must find nothing of it, and perhaps a change
// of mind.
func (p *play) looks(ctx context.Context, one *person, k key) {
	p.looksAgain(ctx, one, &ask{ref: k.ref, stage: k.stage, round: 1})
}

// looksAgain is the same, as often as no link leads to the report: a newer mail may be on its way.
func (p *play) looksAgain(ctx context.Context, one *person, a *ask) {
	shown, ok := p.enter(ctx, one, a, "/report/"+a.ref)
	one.mu.Lock()
	gone := one.gone != ""
	one.mu.Unlock()
	act := one.act("report", a)
	switch a.tries++; {
	case ctx.Err() != nil || gone:
		return
	case !ok && a.tries < triesAtMost:
		p.plan(one, p.now().AddDate(0, 0, 1), func(ctx context.Context) { p.looksAgain(ctx, one, a) })
		return
	case !ok:
		act.Status, act.Problem = shown.status, fmt.Sprintf("no link led to the report: the last showed %q", heading(shown.doc))
		p.note(act)
		return
	case !drawn(shown.doc):
		act.Status, act.Problem = shown.status, "the report has no picture with a table"
		p.note(act)
		return
	}
	act.Status, act.Confirmed = shown.status, true
	p.note(act)
	p.pry(ctx, one, a)
	if one.mind() != regrets || a.ref != one.ref || !p.withdrawConsent(ctx, one, a) {
		return
	}
	after, err := one.browser.visit(ctx, one.act("page", a), http.MethodGet, p.o.API+"/report/"+a.ref, nil, nil)
	if err == nil && (after.status != http.StatusNotFound || drawn(after.doc)) {
		act = one.act("report", a)
		act.Status, act.Problem = after.status, "the report is there although the consent was withdrawn"
		p.note(act)
	}
}

// drawn reports whether a page shows a picture that is described, and a table.
func drawn(doc *html.Node) bool {
	picture, table := false, false
	walk(doc, func(n *html.Node) bool {
		picture = picture || n.Data == "svg" && attr(n, "role") == "img" && attr(n, "aria-labelledby") != ""
		table = table || n.DataAtom == atom.Table
		return true
	})
	return picture && table
}

// sealed are words that stand in answers, scores and reports and nowhere else.
var sealed = []string{"extraversion", "agreeableness", "item-1", "emotional"}

// pry is staff looking everywhere they can for what a leader answered.
func (p *play) pry(ctx context.Context, one *person, a *ask) {
	for _, path := range []string{"", "/messages?limit=200", "/history?limit=200"} {
		got, err := p.staff.must(ctx, Act{Act: "look", Person: one.number, Ref: a.ref}, call{method: http.MethodGet, path: base + "/journeys/" + a.ref + path})
		if err != nil {
			return
		}
		for _, word := range sealed {
			if strings.Contains(strings.ToLower(string(got.body)), word) {
				act := one.act("look", a)
				act.Status, act.Problem = got.status, "staff see what the questionnaire says: "+word
				p.note(act)
			}
		}
	}
}
