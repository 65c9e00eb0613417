package cast

import (
	"context"
	"net/http"
	"slices"
)

// toEvent is what a leader says of a place at an event. What was told of needs before is left as it stands.
func (one *person) toEvent(a *ask) filling {
	place := "confirm"
	switch {
	case a.ref != one.ref || a.stage != residential2 || a.round > 1:
	case one.character.name == elsewhere:
		place = "another"
	case one.character.name == unable:
		place = "cannot"
	}
	return filling{says: map[string][]string{"place": {place}}, unless: one.travel()}
}

// isEvent reports whether a stage is an event.
func isEvent(stage string) bool { return slices.Contains(events, stage) }

// sayOf is what a filled-in form says of the place: another date is offered only where one has room.
func sayOf(shown page, with filling) string {
	f, _ := mainForm(shown)
	return f.fill(with).Get("place")
}

// askedAgain is a leader reading that an event has another date, and that the place is to be confirmed again, or that a session
// is cancelled, and that another time is to be chosen. The person is locked.
func (p *play) askedAgain(one *person, k key, l letter) {
	k.round = 1
	for _, a := range one.asks {
		if a.ref == k.ref && a.stage == k.stage {
			if a.answered {
				k.round = max(k.round, a.round+1)
			} else {
				k.round = max(k.round, a.round)
			}
		}
	}
	p.asked(one, k, l)
}

// thinkAgain is a leader telling before the freeze that the needs have changed.
func (p *play) thinkAgain(ctx context.Context, one *person, a *ask) {
	shown, ok := p.enter(ctx, one, a, "/year/"+a.ref+"/"+a.stage)
	if !ok {
		act := one.act("change", a)
		act.Status, act.Problem = shown.status, "no link led back to the place"
		p.note(act)
		return
	}
	if !shown.reached("/done") {
		return // the event has another date: they say it with the answer to that
	}
	at := shown.url.Scheme + "://" + shown.url.Host + "/year/" + a.ref + "/" + a.stage + "/change"
	form, err := one.browser.visit(ctx, one.act("page", a), http.MethodGet, at, nil, nil)
	if err == nil {
		p.submit(ctx, one.browser, one.act("change", a), form, filling{says: map[string][]string{"dietary": {"vegan"}, "dietary_other": {},
			"arrival": {"car"}, "access_needs": {"A ground-floor room, please."}}, mayClose: true})
	}
}
