package cast

import (
	"context"
	"fmt"
	"io"
	"net/http"
	"net/http/cookiejar"
	"net/url"
	"regexp"
	"strings"
	"time"

	"golang.org/x/net/html"
)

// browser is one person's: it keeps cookies and sends what a browser sends.
type browser struct {
	play   *play
	client *http.Client
	plain  bool // a mail program instead: it keeps no cookies and names no origin
}

func (p *play) newBrowser() *browser {
	jar, _ := cookiejar.New(nil) // fails never without options
	return &browser{play: p, client: &http.Client{Transport: p.web, Jar: jar, Timeout: 30 * time.Second,
		CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}}
}

// page is what a browser shows after it followed redirects.
type page struct {
	status  int
	url     *url.URL
	kind    string // media type
	doc     *html.Node
	sheet   string   // where it is a spreadsheet
	through []string // paths of the redirects on the way
}

// reached reports whether the page is, or was reached through, an address that ends so.
func (g page) reached(end string) bool {
	for _, path := range append([]string{g.url.Path}, g.through...) {
		if strings.HasSuffix(path, end) {
			return true
		}
	}
	return false
}

// most is how much of a page is read.
const most = 2 << 20

// redirectsAtMost is how often a browser lets itself be sent on.
const redirectsAtMost = 5

// visit opens an address, or posts a form to it, and follows where it leads. Who meets no answer, or the server's own
// failure, waits a little and tries again, as people do, until their patience ends. act says what it is for: its Confirmed
// is settled by confirm (nil: the status is below 400) on the first answer. Every request is a line of the log.
func (b *browser) visit(ctx context.Context, act Act, method, address string, values url.Values, confirm func(page) bool) (page, error) {
	at, err := url.Parse(address)
	if err != nil {
		return page{}, err
	}
	shown, err := b.insist(ctx, act, method, at, values, confirm)
	for range redirectsAtMost {
		if err != nil || shown.status < 300 || shown.status > 399 || len(shown.through) == 0 {
			return shown, err
		}
		on := shown.through
		next, parseErr := shown.url.Parse(on[len(on)-1])
		if parseErr != nil {
			return shown, parseErr
		}
		follow := act
		follow.Act, follow.Answer = "page", ""
		shown, err = b.insist(ctx, follow, http.MethodGet, next, nil, nil)
		shown.through = append(on, shown.through...)
	}
	return shown, err
}

// insist sends one request until it is answered by something else than a failure of the server.
func (b *browser) insist(ctx context.Context, act Act, method string, at *url.URL, values url.Values, confirm func(page) bool) (page, error) {
	act.Method, act.Path = method, masked(at.Path)
	giveUp := b.play.o.Now().Add(b.play.o.Patience)
	for wait := 100 * time.Millisecond; ; wait = min(2*wait, 2*time.Second) {
		act.Sent = b.play.o.Now()
		shown, err := b.send(ctx, method, at, values)
		act.Answered = b.play.o.Now()
		act.At, act.Done = b.play.clock.Programme(act.Sent), b.play.clock.Programme(act.Answered)
		act.Status, act.Failure, act.Problem = shown.status, "", ""
		act.Confirmed = err == nil && shown.status < 400
		if err == nil && confirm != nil {
			act.Confirmed = confirm(shown)
		}
		again := err != nil || shown.status >= 500 || shown.status == http.StatusTooManyRequests
		if err != nil {
			act.Failure = plain(err)
		}
		if again && (act.Answered.After(giveUp) || ctx.Err() != nil) {
			if ctx.Err() == nil {
				act.Problem = fmt.Sprintf("no answer for %s (status %d)", b.play.o.Patience, shown.status)
				err = fmt.Errorf("%s", act.Problem)
			} else {
				err = ctx.Err()
			}
			b.play.log.add(act)
			return shown, err
		}
		b.play.log.add(act)
		if !again {
			return shown, nil
		}
		if err := pause(ctx, wait); err != nil {
			return shown, err
		}
	}
}

func (b *browser) send(ctx context.Context, method string, at *url.URL, values url.Values) (page, error) {
	var body io.Reader
	if method == http.MethodPost {
		body = strings.NewReader(values.Encode())
	}
	request, err := http.NewRequestWithContext(ctx, method, at.String(), body)
	if err != nil {
		return page{url: at}, err
	}
	if b.plain {
		request.Header.Set("Content-Type", "application/x-www-form-urlencoded")
		return b.answer(request, at)
	}
	request.Header.Set("User-Agent", "Mozilla/5.0 (demo cast)")
	request.Header.Set("Accept", "text/html,application/xhtml+xml,*/*;q=0.8")
	request.Header.Set("Sec-Fetch-Site", "none")
	if method == http.MethodPost {
		request.Header.Set("Content-Type", "application/x-www-form-urlencoded")
		request.Header.Set("Origin", at.Scheme+"://"+at.Host)
		request.Header.Set("Sec-Fetch-Site", "same-origin")
	}
	return b.answer(request, at)
}

// answer is what the server says to a request.
func (b *browser) answer(request *http.Request, at *url.URL) (page, error) {
	response, err := b.client.Do(request)
	if err != nil {
		return page{url: at}, err
	}
	defer response.Body.Close()
	shown := page{status: response.StatusCode, url: at, kind: response.Header.Get("Content-Type")}
	if to := response.Header.Get("Location"); to != "" && shown.status >= 300 && shown.status < 400 {
		shown.through = []string{to}
	}
	content := io.LimitReader(response.Body, most)
	if strings.HasPrefix(shown.kind, "text/html") {
		shown.doc, err = html.Parse(content)
	} else if strings.HasPrefix(shown.kind, "text/csv") {
		var sheet []byte
		sheet, err = io.ReadAll(content)
		shown.sheet = string(sheet)
	} else {
		_, err = io.Copy(io.Discard, content)
	}
	return shown, err
}

var secret = regexp.MustCompile(`^/(l|calendar|unsubscribe)/[^/]+`)

// masked hides what opens doors from the log.
func masked(path string) string { return secret.ReplaceAllString(path, "/$1/••••") }

// plain is a failure without the address it happened at, which may hold a secret.
func plain(err error) string {
	text := err.Error()
	if inner, ok := err.(*url.Error); ok {
		text = inner.Err.Error()
	}
	return text
}
