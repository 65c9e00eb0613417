package cast

import (
	"context"
	"fmt"
	"net/http"
	"slices"
	"strings"
)

// tryOldLinks: once a mail has brought newer links, those of the mails before it must open nothing any more.
func (p *play) tryOldLinks(ctx context.Context, one *person, newer string) {
	one.mu.Lock()
	var old []string
	for _, l := range one.letters {
		if l.messageID == newer {
			break
		}
		if slices.ContainsFunc(l.keys, func(k key) bool { return k.stage == onboarding }) {
			old = append(old, l.links...)
		}
	}
	one.mu.Unlock()
	for _, link := range old {
		act := Act{Person: one.number, Ref: one.ref, Act: "old-link"}
		_, _ = p.newBrowser().visit(ctx, act, http.MethodGet, link, nil, func(g page) bool { // what came of it is in the log
			return g.status == http.StatusForbidden || g.status == http.StatusNotFound || g.status == http.StatusGone
		})
	}
}

// subscribe is a diary that follows the private calendar.
func (p *play) subscribe(ctx context.Context, one *person, feed string) {
	act := Act{Person: one.number, Ref: one.ref, Act: "feed"}
	shown, err := p.newBrowser().visit(ctx, act, http.MethodGet, feed, nil, nil)
	one.mu.Lock()
	gone := one.gone != ""
	one.mu.Unlock()
	if err == nil && !gone && (shown.status != http.StatusOK || !strings.HasPrefix(shown.kind, "text/calendar")) {
		act.Status, act.Problem = shown.status, "the private calendar does not open"
		p.note(act)
	}
}

// afterwards is a leader who prints the certificate, and perhaps thinks again about the directory.
func (p *play) afterwards(ctx context.Context, one *person, k key) {
	a := &ask{ref: k.ref, stage: k.stage, round: 1}
	shown, ok := p.enter(ctx, one, a, "/year/"+a.ref)
	if !ok {
		act := one.act("page", a)
		act.Status, act.Problem = shown.status, fmt.Sprintf("no link led to the page of the year: the last showed %q", heading(shown.doc))
		if ctx.Err() == nil {
			p.note(act)
		}
		return
	}
	at := shown.url.Scheme + "://" + shown.url.Host + "/year/" + a.ref
	act := one.act("page", a)
	if g, err := one.browser.visit(ctx, act, http.MethodGet, at, nil, nil); err == nil && g.status != http.StatusOK {
		act.Status, act.Problem = g.status, fmt.Sprintf("the page shows %q", heading(g.doc))
		p.note(act)
	}
	p.print(ctx, one, a, at+"/certificate")
	if one.character.name != reconsider || k.ref != one.ref {
		return
	}
	act = one.act("change", a)
	form, err := one.browser.visit(ctx, one.act("page", a), http.MethodGet, at+"/"+a.stage+"/change", nil, nil)
	if err == nil {
		p.submit(ctx, one.browser, act, form, one.changed())
	}
}

// print is a leader printing the certificate. It is there when the whole year is over: whoever still owes something comes
// back to it.
func (p *play) print(ctx context.Context, one *person, a *ask, address string) {
	act := one.act("page", a)
	g, err := one.browser.visit(ctx, act, http.MethodGet, address, nil, nil)
	if err != nil || g.status == http.StatusOK {
		return
	}
	if a.tries++; a.tries < triesAtMost {
		p.plan(one, later(one.luck, p.now(), 5), func(ctx context.Context) { p.print(ctx, one, a, address) })
		return
	}
	act.Status, act.Problem = g.status, fmt.Sprintf("the page shows %q", heading(g.doc))
	p.note(act)
}

// lost is a person who asks for a new link because the mail is nowhere to be found.
func (p *play) lost(ctx context.Context, one *person, a *ask) {
	if one.idle(a) {
		return
	}
	act := one.act("new-link", a)
	shown, err := one.browser.visit(ctx, one.act("page", a), http.MethodGet, p.o.API+"/new-link", nil, nil)
	if err != nil {
		return
	}
	one.mu.Lock()
	email := one.emails[len(one.emails)-1]
	one.mu.Unlock()
	p.send(ctx, one.browser, act, shown, filling{says: map[string][]string{"email": {email}}}, led)
}
