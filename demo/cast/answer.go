package cast

import (
	"context"
	"fmt"
	"net/http"
	"strings"
	"time"
)

// answer is a person answering an ask: find the mail, open its link, press the button, fill in the form, send it.
func (p *play) answer(ctx context.Context, one *person, a *ask) {
	if one.idle(a) {
		return
	}
	shown, ok := p.enter(ctx, one, a, "/year/"+a.ref+"/"+a.stage)
	if !ok {
		p.lookAgain(one, a, shown)
		return
	}
	if isSession(a.stage) {
		p.book(ctx, one, a, shown)
		return
	}
	act := one.act("answer", a)
	if shown.reached("/done") && isEvent(a.stage) {
		one.mu.Lock()
		a.answered = true // by another form, or by staff
		one.mu.Unlock()
		return
	}
	if shown.reached("/done") {
		// It had arrived although its answer was lost on the way.
		act.Sent, act.Answered = p.o.Now(), p.o.Now()
		act.At, act.Done = p.clock.Programme(act.Sent), p.clock.Programme(act.Answered)
		act.Status, act.Confirmed, act.Method, act.Path = shown.status, true, http.MethodGet, masked(shown.url.Path)
		act.Answer = one.verdictOn(a)
		p.log.add(act)
		p.confirmed(one, a, act)
		return
	}
	if a.begun {
		p.elsewhere(one, a, shown)
	}
	if a.stage == onboarding || a.stage == psychometrics {
		if shown, ok = p.sections(ctx, one, a, shown, 0); !ok {
			return
		}
	}
	act.Answer = one.verdictOn(a)
	says := one.says(a)
	if isEvent(a.stage) {
		act.Answer = sayOf(shown, says)
	}
	if p.submit(ctx, one.browser, act, shown, says) {
		p.confirmed(one, a, act)
	}
}

// confirmed is a person who has seen that the answer arrived.
func (p *play) confirmed(one *person, a *ask, act Act) {
	one.mu.Lock()
	a.answered = true
	switch {
	case a.ref == one.ref && act.Answer == "accept":
		one.accepted = true
	case a.ref == one.ref && a.stage == onboarding:
		one.helperSent = one.helper.may != "" && one.helper.may != "nothing"
		one.privately = one.private != ""
		one.shares = one.mind() != refuses
	}
	one.mu.Unlock()
	p.mu.Lock()
	p.forms++
	p.mu.Unlock()
	p.hears(one, a)
}

// act begins a line of the log.
func (one *person) act(what string, a *ask) Act {
	return Act{Person: one.number, Ref: a.ref, Act: what, Stage: a.stage, Round: a.round}
}

// enter follows the links of the mails about an ask, the newest first, until one leads to an address or beneath it. Where
// a link opens the page of the year, the way on is on that page. Where none leads there the last page is returned.
func (p *play) enter(ctx context.Context, one *person, a *ask, to string) (page, bool) {
	last := page{}
	for _, l := range one.mentioning(a) {
		for _, link := range l.likely(a.stage) {
			shown, err := p.press(ctx, one.browser, one.act("open", a), link)
			if err == nil && shown.status == http.StatusOK && !within(shown, to) {
				shown, err = p.onward(ctx, one, a, shown, to)
			}
			if err != nil {
				return shown, false // said in the log, or the play is over
			}
			if shown.status == http.StatusOK && within(shown, to) {
				return shown, true
			}
			if last.status != http.StatusGone { // a form that is closed says more than the page of another link
				last = shown
			}
		}
	}
	return last, false
}

// triesAtMost is how often somebody looks for a newer mail before giving up.
const triesAtMost = 6

// lookAgain is a person whom no link led to the form: a newer mail may be on its way, so they look again half a day later,
// and give up in the end.
func (p *play) lookAgain(one *person, a *ask, shown page) {
	if one.idle(a) {
		return // answered, held or gone since
	}
	one.mu.Lock()
	a.tries++
	tries := a.tries
	one.mu.Unlock()
	if tries < triesAtMost {
		p.plan(one, p.now().Add(12*time.Hour), func(ctx context.Context) { p.answer(ctx, one, a) })
		return
	}
	act := one.act("answer", a)
	act.Status, act.Problem = shown.status, fmt.Sprintf("no link led to the form: the last showed %q (status %d)", heading(shown.doc), shown.status)
	p.note(act)
}

// onward follows the link of a page that leads to an address; without one the person stays where they are.
func (p *play) onward(ctx context.Context, one *person, a *ask, shown page, to string) (page, error) {
	for _, u := range anchors(shown.doc, shown.url) {
		if u.Path == to {
			return one.browser.visit(ctx, one.act("page", a), http.MethodGet, u.String(), nil, nil)
		}
	}
	return shown, nil
}

// note logs something that is no request of its own.
func (p *play) note(act Act) {
	act.Sent = p.o.Now()
	act.Answered, act.At = act.Sent, p.clock.Programme(act.Sent)
	act.Done = act.At
	p.log.add(act)
}

// press opens a link and presses the button behind it.
func (p *play) press(ctx context.Context, b *browser, act Act, link string) (page, error) {
	shown, err := b.visit(ctx, act, http.MethodGet, link, nil, nil)
	if err != nil || shown.status != http.StatusOK {
		return shown, err
	}
	for _, f := range forms(shown.doc, shown.url) {
		if f.post {
			act.Act = "press"
			return b.visit(ctx, act, http.MethodPost, f.action.String(), f.fill(filling{}), nil)
		}
	}
	return shown, nil
}

// within reports whether a page lies at an address or beneath it.
func within(shown page, path string) bool {
	return shown.url.Path == path || strings.HasPrefix(shown.url.Path, path+"/")
}

// submit fills in the form of a page and sends it. It is confirmed by being led to a page that says done.
func (p *play) submit(ctx context.Context, b *browser, act Act, shown page, with filling) bool {
	_, ok := p.send(ctx, b, act, shown, with, func(g page) bool { return g.reached("/done") })
	return ok
}

// led is a form's answer that leads on to another page.
func led(g page) bool { return g.status >= 300 && g.status < 400 }

// send fills in the form of a page, sends it and returns the page it led to. good says what the first answer has to be.
// Where the page comes back with complaints, the person mends what it names, twice at most.
func (p *play) send(ctx context.Context, b *browser, act Act, shown page, with filling, good func(page) bool) (page, bool) {
	for range 3 {
		f, found := mainForm(shown)
		if !found && shown.status == http.StatusGone && with.mayClose {
			return shown, false
		}
		if !found {
			act.Status, act.Problem = shown.status, fmt.Sprintf("the page %q has no form", heading(shown.doc))
			p.note(act)
			return shown, false
		}
		arrived := false
		next, err := b.visit(ctx, act, http.MethodPost, f.action.String(), f.fill(with), func(g page) bool {
			arrived = good(g)
			return arrived
		})
		if arrived || err != nil {
			return next, arrived
		}
		if next.status == http.StatusGone && with.mayClose {
			return next, false
		}
		if next.status != http.StatusUnprocessableEntity {
			act.Status, act.Problem = next.status, fmt.Sprintf("the form was answered with %q (status %d)", heading(next.doc), next.status)
			p.note(act)
			return next, false
		}
		with.stumped, shown = complaints(next.doc), next
	}
	act.Status, act.Problem = shown.status, "the page keeps complaining"
	p.note(act)
	return shown, false
}

// mainForm is the form of a page that is sent.
func mainForm(shown page) (form, bool) {
	for _, f := range forms(shown.doc, shown.url) {
		if f.post {
			return f, true
		}
	}
	return form{}, false
}
