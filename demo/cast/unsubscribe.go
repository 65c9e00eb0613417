package cast

import (
	"context"
	"fmt"
	"net/http"
	"net/url"
	"time"
)

// oneClick is what a mail says whose reader can turn such mail off in the mail program, and what the program posts.
const oneClick = "List-Unsubscribe=One-Click"

// unsubscribing is the leader who wants no mail about surveys after the year: the first who is prompt in everything, so that
// nothing else of theirs waits for a mail. Nil where nobody is.
func unsubscribing(people []*person) *person {
	for _, one := range people {
		if one.character.name == prompt && (one.entry.name == "" || one.entry.end == "completed") {
			return one
		}
	}
	return nil
}

// unsubscribe is the button of a mail program: a post without a cookie, answered without a redirect.
func (p *play) unsubscribe(ctx context.Context, one *person, address string) {
	program := &browser{play: p, plain: true, client: &http.Client{Transport: p.web, Timeout: 30 * time.Second,
		CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}}
	at, err := url.Parse(address)
	act := Act{Person: one.number, Ref: one.ref, Act: "unsubscribe"}
	if err == nil {
		var shown page
		shown, err = program.insist(ctx, act, http.MethodPost, at, url.Values{"List-Unsubscribe": {"One-Click"}}, func(g page) bool { return g.status == http.StatusOK })
		if err != nil || shown.status == http.StatusOK {
			return // said in the log
		}
		act.Status = shown.status
		err = fmt.Errorf("the button of the mail program was answered with %d", shown.status)
	}
	act.Problem = plain(err)
	p.note(act)
}
