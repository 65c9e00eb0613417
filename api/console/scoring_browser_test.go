package console

import (
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"fairlead/programme"

	"github.com/chromedp/chromedp"
)

// TestSelectorInABrowser is a selector's story on a phone, with scripts and without: in by the one-time link, read, score with
// something forgotten, check, send, see the others, and nothing is left.
func TestSelectorInABrowser(t *testing.T) {
	t.Parallel()
	for name, scripts := range map[string]bool{"with scripts": true, "without scripts": false} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			ctx, b := inBrowser(t, 320), reading(t)
			clear(b.store.sessions)
			b.store.scoring.own.Scores = programme.Answers{}
			server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
				if !scripts && strings.HasSuffix(r.URL.Path, ".js") {
					http.NotFound(w, r)
					return
				}
				b.handler.ServeHTTP(w, r)
			}))
			t.Cleanup(server.Close)
			do := func(actions ...chromedp.Action[chromedp.Void]) {
				t.Helper()
				if err := chromedp.Do(ctx, actions...); err != nil {
					t.Fatal(err)
				}
			}
			click := func(css, then string) {
				t.Helper()
				do(chromedp.Click(chromedp.CSS(css)), chromedp.WaitReady(chromedp.CSS(then)))
			}
			stands := func(texts ...string) {
				t.Helper()
				page, err := chromedp.Run(ctx, chromedp.OuterHTML(chromedp.CSS("html")))
				if err != nil {
					t.Fatal(err)
				}
				says(t, "the page", page, texts...)
				if wide, err := chromedp.Run(ctx, chromedp.Evaluate[bool](`document.documentElement.scrollWidth > window.innerWidth`)); err != nil || wide {
					t.Errorf("it scrolls sideways on a phone: %v", err)
				}
				if ran, err := chromedp.Run(ctx, chromedp.Evaluate[bool](`document.body.classList.contains("govuk-frontend-supported")`)); err != nil || ran != scripts {
					t.Errorf("scripts ran: %v, %v", ran, err)
				}
			}
			link, err := b.store.CreateSignIn(t.Context(), "jo", string(selector), realNow().Add(time.Hour))
			if err != nil {
				t.Fatal(err)
			}
			do(chromedp.Navigate(server.URL+"/console/sign-in/"+link.Reveal()), chromedp.WaitReady(chromedp.CSS("main button")))
			click("main button", `main a[href="`+sheetAddress+`"]`)
			stands("1 left, the first due first", "jo (selector)")
			click(`main a[href="`+sheetAddress+`"]`, `main a[href="`+sheetAddress+`/scores"]`)
			stands(mark + "challenge")
			click(`main a[href="`+sheetAddress+`/scores"]`, "#role_note")
			do(chromedp.Click(chromedp.CSS(`label[for="role-4"]`)), chromedp.SendKeys(chromedp.CSS("#role_note"), "Leads it <well>"))
			click("main form button:not([name])", ".govuk-error-summary")
			stands("Choose the points for “The challenge”", "Leads it &lt;well&gt;")
			click(`.govuk-error-summary a[href="#why"]`, "#why")
			do(chromedp.Click(chromedp.CSS(`label[for="why-5"]`)), chromedp.Click(chromedp.CSS(`label[for="challenge"]`)))
			click("main form button:not([name])", `form[action$="/check"]`)
			stands("4: Leads an organisation, or is about to", "1: No challenge")
			click("main form button", ".notice")
			stands("Your scores are in.", "ruth@centre.example", mark+"theirnote")
			click(`.notice a[href="/console"]`, "main table")
			stands("Nothing is left.", "1 scored and still under review")
			if got := b.store.scoring.own.Scores; got.Get("role") != "4" || got.Get("role_note") != "Leads it <well>" || got.Get("challenge") != "1" || len(b.store.scoring.did) != 1 {
				t.Errorf("%v, %v", got, b.store.scoring.did)
			}
		})
	}
}
