package cast

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"time"
)

// ask is something somebody was asked, as they know it from their mail.
type ask struct {
	ref, stage string
	sitting    string // of an event, where staff name one
	round      int
	mails      int // different mails about it: the request and its reminders
	first      time.Time
	due        time.Time // as the request says
	planned    bool      // when to answer is settled
	tries      int       // how often no link led to it
	answered   bool      // seen confirmed, or settled by staff
	begun      bool      // two pages of the questionnaire were answered, on another device
	// application says that the ask is an application to be sent; its offer is an ask of its own.
	application bool
}

// asking are the messages that want something of a leader.
var asking = []string{"invitation", "invitation-reminder", "onboarding", "onboarding-reminder", "psychometrics", "psychometrics-reminder",
	"survey", "survey-reminder", "alumni", "alumni-reminder", "event-place", "event-place-reminder", "offer", "offer-reminder", "coaching", "coaching-reminder"}

// readMail lets everybody read what has come.
func (p *play) readMail(ctx context.Context) {
	come, err := p.mailbox.next(ctx)
	if err != nil {
		return // the API is down just now: the mail is still there the next time
	}
	for _, e := range come {
		raw, err := p.mailbox.raw(ctx, e.ID)
		if err != nil {
			raw, err = p.mailbox.raw(ctx, e.ID)
		}
		var l letter
		if err == nil {
			l, err = read(e, raw)
		}
		p.mu.Lock()
		p.mails++
		one, helper, coach := p.byAddress[strings.ToLower(e.To)], p.assistants[strings.ToLower(e.To)], p.coaches[strings.ToLower(e.To)]
		p.mu.Unlock()
		switch {
		case err != nil:
			p.log.add(Act{Act: "read", Problem: "a mail cannot be read: " + plain(err)})
		case one != nil:
			p.gets(one, l)
		case helper != nil:
			p.helps(helper, l)
		case coach != nil:
			p.coachReads(coach, l)
		}
	}
}

// gets is a leader reading a mail.
func (p *play) gets(one *person, l letter) {
	one.mu.Lock()
	defer one.mu.Unlock()
	one.wrote = true
	if one.seen[l.messageID] {
		return // a copy: thrown away
	}
	one.seen[l.messageID] = true
	one.letters = append(one.letters, l)
	if l.oneClick != "" && one == p.unsubscriber && !one.unsubscribed {
		one.unsubscribed = true
		p.plan(one, later(one.luck, p.now(), 0), func(ctx context.Context) { p.unsubscribe(ctx, one, l.oneClick) })
	}
	for _, k := range l.keys {
		switch {
		case slices.Contains(asking, k.message):
			p.asked(one, k, l)
		case k.message == "apply-verify":
			p.verified(one, l)
		case k.message == "application-received":
			p.received(one, k)
		case k.message == "email-changed", k.message == "new-link":
			p.came(one, k, l)
		case (k.message == "event-moved" || k.message == "coaching-cancelled") && l.again:
			p.askedAgain(one, k, l)
		case k.message == "year-dates" && l.feed != "":
			feed := l.feed
			p.plan(one, later(one.luck, p.now(), between(one.luck, 0, 2)), func(ctx context.Context) { p.subscribe(ctx, one, feed) })
		case k.message == "psychometrics-done":
			p.plan(one, later(one.luck, p.now(), 0), func(ctx context.Context) { p.looks(ctx, one, k) })
		case k.message == "alumni-welcome":
			p.plan(one, later(one.luck, p.now(), 0), func(ctx context.Context) { p.afterwards(ctx, one, k) })
		}
	}
}

// asked is a leader finding that a mail wants something. The person is locked.
func (p *play) asked(one *person, k key, l letter) {
	id := fmt.Sprint(k.ref, "/", k.stage, "/", k.round)
	a := one.asks[id]
	if a == nil {
		a = &ask{ref: k.ref, stage: k.stage, round: k.round, first: l.date, due: l.due}
		one.asks[id] = a
	}
	a.mails++
	own := k.ref == one.ref
	h := one.habit(k.stage, own)
	if k.round > 1 {
		h = habit{from: 0, to: 2}
	}
	if k.stage == psychometrics && own && one.mind() == leaves {
		if a.mails == 1 {
			a.planned = true
			p.plan(one, later(one.luck, p.now(), between(one.luck, 0, 2)), func(ctx context.Context) { p.leave(ctx, one, a) })
		}
		return
	}
	if k.stage == psychometrics && own && one.stops() {
		h.twice, h.from, h.to = true, max(h.from, 2), max(h.to, 4)
	}
	if a.mails == 1 && own {
		p.staffHear(one, a, h)
		if h.twice {
			p.plan(one, later(one.luck, p.now(), 1), func(ctx context.Context) { p.begin(ctx, one, a) })
		}
	}
	if a.mails == 2 && one.character.name == resent && a.stage == onboarding {
		p.plan(one, later(one.luck, p.now(), 6), func(ctx context.Context) { p.tryOldLinks(ctx, one, l.messageID) })
	}
	if a.planned || h.never || h.telephone {
		return
	}
	switch {
	case h.pastDue && !a.due.IsZero():
		p.answerAt(one, a, later(one.luck, a.due, between(one.luck, h.from, h.to)))
	case h.pastDue:
		p.answerAt(one, a, later(one.luck, a.first, 11))
	case h.waitFor == "" && a.mails > h.reminders:
		p.answerAt(one, a, later(one.luck, p.now(), between(one.luck, h.from, h.to)))
	case a.mails == 1:
		p.atLast(one, a)
	}
}

// atLast makes somebody who waits for another mail answer all the same, before it is too late.
func (p *play) atLast(one *person, a *ask) {
	last := later(one.luck, a.first, 8) // invitations close ten working days after they went out
	if a.stage != selection && !a.due.IsZero() {
		last = later(one.luck, a.due, 2)
	}
	p.plan(one, last, func(ctx context.Context) {
		one.mu.Lock()
		planned := a.planned
		a.planned = true
		one.mu.Unlock()
		if !planned {
			p.answer(ctx, one, a)
		}
	})
}

// came is a mail somebody waited for. The person is locked.
func (p *play) came(one *person, k key, l letter) {
	if one.character.name == refused && len(one.asks) == 0 {
		// The first mail that ever arrived lists the invitation among what is open.
		one.asks[selection] = &ask{ref: k.ref, stage: selection, round: 1, mails: 1, first: l.date, due: l.due}
	}
	for _, a := range one.asks {
		h := one.habit(a.stage, a.ref == one.ref)
		if !a.answered && !a.planned && (h.waitFor == k.message || one.character.name == refused) {
			p.answerAt(one, a, later(one.luck, p.now(), between(one.luck, h.from, h.to)))
		}
	}
	if k.message == "email-changed" && one.character.name == mover {
		p.plan(one, later(one.luck, p.now(), 0), func(ctx context.Context) { p.tryOldLinks(ctx, one, l.messageID) })
	}
}

// answerAt settles when somebody answers; an invitation not on its last day, when a slow machine could make them late.
// The person is locked.
func (p *play) answerAt(one *person, a *ask, at time.Time) {
	a.planned = true
	if a.stage == selection && !a.due.IsZero() && at.After(a.due.AddDate(0, 0, -1)) {
		at = later(one.luck, p.now(), 0)
	}
	p.plan(one, at, func(ctx context.Context) { p.answer(ctx, one, a) })
}

// plan notes something for a person to do, one thing at a time and nothing once they have left.
func (p *play) plan(one *person, at time.Time, do func(context.Context)) {
	p.agenda.at(at, func(ctx context.Context) {
		one.acting.Lock()
		defer one.acting.Unlock()
		if ctx.Err() == nil {
			do(ctx)
		}
	})
}

// idle reports whether there is nothing to be done about an ask now: it is answered, or the person is on hold or gone.
func (one *person) idle(a *ask) bool {
	one.mu.Lock()
	defer one.mu.Unlock()
	return a.answered || (a.ref == one.ref && (one.held || one.gone != ""))
}

// mentioning are the person's letters that may lead to an ask, the newest first: those about it and those that list
// everything that is open.
func (one *person) mentioning(a *ask) []letter {
	one.mu.Lock()
	defer one.mu.Unlock()
	var found []letter
	for i := len(one.letters) - 1; i >= 0; i-- {
		l := one.letters[i]
		if slices.ContainsFunc(l.keys, func(k key) bool {
			return k.ref == a.ref && (k.stage == a.stage || k.message == "email-changed" || k.message == "new-link")
		}) && len(l.links) > 0 {
			found = append(found, l)
		}
	}
	return found
}

// likely are the links of a letter, the one that probably belongs to a stage first: links stand in the order of what the
// mail is about.
func (l letter) likely(stage string) []string {
	at := slices.IndexFunc(l.keys, func(k key) bool { return k.stage == stage })
	if at <= 0 || at >= len(l.links) {
		return l.links
	}
	order := []string{l.links[at]}
	for i, link := range l.links {
		if i != at {
			order = append(order, link)
		}
	}
	return order
}
