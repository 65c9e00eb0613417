package cast

import (
	"context"
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"strings"
)

// begin is a person who fills in two sections and leaves the rest for later.
func (p *play) begin(ctx context.Context, one *person, a *ask) {
	if one.idle(a) {
		return
	}
	if shown, ok := p.enter(ctx, one, a, "/year/"+a.ref+"/"+a.stage); ok && !shown.reached("/done") {
		_, ok = p.sections(ctx, one, a, shown, 2)
		if a.stage == psychometrics && ok {
			one.browser, a.begun = p.newBrowser(), true
		}
	}
}

// sections goes through the task list of a form, section by section; most says after how many to stop, 0 means none. It
// returns the page on which the answers are checked and sent.
func (p *play) sections(ctx context.Context, one *person, a *ask, list page, most int) (page, bool) {
	base := "/year/" + a.ref + "/" + a.stage
	visited := []string{base, base + "/check", base + "/done", base + "/change"}
	for done := 0; most == 0 || done < most; done++ {
		next := list.link(base+"/", visited)
		if next == nil {
			break
		}
		visited = append(visited, next.Path)
		act := one.act("section", a)
		shown, err := one.browser.visit(ctx, act, http.MethodGet, next.String(), nil, nil)
		if err != nil {
			return page{}, false
		}
		if shown.status != http.StatusOK {
			act.Status, act.Problem = shown.status, fmt.Sprintf("a section shows %q", heading(shown.doc))
			p.note(act)
			return page{}, false
		}
		back, ok := p.send(ctx, one.browser, act, shown, one.says(a), led)
		if !ok {
			return page{}, false
		}
		if back.url.Path == base && back.status == http.StatusOK {
			list = back
		}
	}
	if most > 0 {
		return page{}, true
	}
	check, err := one.browser.visit(ctx, one.act("page", a), http.MethodGet, list.url.Scheme+"://"+list.url.Host+base+"/check", nil, nil)
	return check, err == nil
}

// link is the first link of a page to something beneath an address that was not visited yet.
func (g page) link(beneath string, visited []string) *url.URL {
	for _, u := range anchors(g.doc, g.url) {
		if strings.HasPrefix(u.Path, beneath) && u.Path != g.url.Path && !slices.Contains(visited, u.Path) {
			return u
		}
	}
	return nil
}
