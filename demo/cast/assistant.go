package cast

import (
	"context"
	"fmt"
	"net/http"
	"slices"
)

// helps is an assistant reading a mail.
func (p *play) helps(helper *assistant, l letter) {
	p.mu.Lock()
	seen := helper.seen[l.messageID]
	helper.seen[l.messageID] = true
	p.mu.Unlock()
	if seen {
		return
	}
	for i, k := range l.keys {
		if k.message != "assistant-welcome" || len(l.links) == 0 {
			continue
		}
		p.mu.Lock()
		one := p.byRef[k.ref]
		p.mu.Unlock()
		if one == nil {
			continue
		}
		links := append([]string{l.links[min(i, len(l.links)-1)]}, l.links...)
		if one.character.name == assisted || one.luck.IntN(4) > 0 {
			p.agenda.at(later(one.luck, p.now(), between(one.luck, 1, 2)), func(ctx context.Context) {
				helper.acting.Lock()
				defer helper.acting.Unlock()
				p.assist(ctx, helper, one, k.ref, links)
			})
		}
	}
}

// assist is an assistant who confirms the dates and fills in what the leader allows. links are those of the mail, the one
// that probably belongs to the leader first.
func (p *play) assist(ctx context.Context, helper *assistant, one *person, ref string, links []string) {
	one.mu.Lock()
	idle := one.held || one.gone != ""
	one.mu.Unlock()
	if idle {
		return
	}
	act := Act{Person: one.number, Ref: ref, Act: "assistant"}
	shown := page{}
	for _, link := range links {
		var err error
		if shown, err = p.press(ctx, helper.browser, act, link); err != nil {
			return
		}
		if shown.status == http.StatusOK && within(shown, "/year/"+ref+"/assistant") {
			p.submit(ctx, helper.browser, act, shown, one.needs())
			return
		}
	}
	if j, err := p.staff.journey(ctx, ref); shown.status == http.StatusGone && err == nil && slices.Contains(endings, j.State) {
		return // the year was over before the assistant came to it
	}
	act.Status, act.Problem = shown.status, fmt.Sprintf("the assistant's link shows %q", heading(shown.doc))
	p.note(act)
}
