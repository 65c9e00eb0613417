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

// TestCoordinatorInABrowser: a coordinator holds, extends, answers for a leader and reminds many, on a phone, with scripts and
// where none arrive. Loading a page again repeats nothing.
func TestCoordinatorInABrowser(t *testing.T) {
	t.Parallel()
	for name, scripts := range map[string]bool{"with scripts": true, "without": false} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			ctx, b := inBrowser(t, 320), setup(t)
			b.ready(programme.CmdExtend)
			b.many()
			server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
				if !scripts && strings.HasSuffix(r.URL.Path, ".js") {
					http.NotFound(w, r)
					return
				}
				r.AddCookie(&http.Cookie{Name: "fairlead_staff", Value: b.cookie})
				b.handler.ServeHTTP(w, r)
			}))
			t.Cleanup(server.Close)
			do := func(actions ...chromedp.Action[chromedp.Void]) {
				t.Helper()
				if err := chromedp.Do(ctx, actions...); err != nil {
					t.Fatal(err)
				}
			}
			click := func(css string) chromedp.Action[chromedp.Void] { return chromedp.Click(chromedp.CSS(css)) }
			// A page that is just being left has nothing to say: ask again.
			until := func(css string) {
				t.Helper()
				for range 200 {
					if held, err := chromedp.Run(ctx, chromedp.Evaluate[bool](`document.readyState === "complete" && document.querySelector('`+css+`') !== null`)); err == nil && held {
						return
					}
					select {
					case <-time.After(50 * time.Millisecond):
					case <-ctx.Done():
						t.Fatal(ctx.Err())
					}
				}
				t.Fatalf("%s never came", css)
			}
			follow := func(css, to string) {
				t.Helper()
				do(click(css))
				until(to)
			}
			choose := func(css, value string) chromedp.Action[chromedp.Void] {
				return chromedp.SetValue(chromedp.CSS(css), value)
			}
			stands := func(texts ...string) {
				t.Helper()
				page, err := chromedp.Run(ctx, chromedp.OuterHTML(chromedp.CSS("html")))
				if err != nil {
					t.Fatal(err)
				}
				says(t, "the page", page, texts...)
			}
			given := func() (list []programme.Command) {
				b.store.mu.Lock()
				defer b.store.mu.Unlock()
				for _, c := range b.store.given {
					list = append(list, c)
				}
				return list
			}
			const check, give, done = `main button[value="check"]`, `main button[value="give"]`, ".govuk-panel__title"

			// Holds, having forgotten the reason first.
			do(chromedp.Navigate(server.URL + journeyPath(ref)))
			follow(`main a[href$="/hold"]`, check)
			follow(check, ".govuk-error-summary")
			stands("Choose a reason")
			do(choose("#reason", "illness"), chromedp.SendKeys(chromedp.CSS("#note"), "Rang her office"))
			follow(check, give)
			stands("What it will do", "Rang her office")
			follow(`main button[value="change"]`, "#note")
			stands("Rang her office")
			follow(check, give)
			follow(give, done)
			stands("The journey is on hold", "What happens next")

			// Extends, and loads the page of it again.
			do(chromedp.Navigate(server.URL + orderPath(ref, programme.CmdExtend, "onboarding")))
			until("#until")
			do(chromedp.SendKeys(chromedp.CSS("#until"), "2027-03-18"), choose("#reason", "leader_asked"))
			follow(check, give)
			follow(give, done)
			stands("The date is extended")
			do(chromedp.Reload())
			until(done)

			// Answers for the leader.
			do(chromedp.Navigate(server.URL + orderPath(ref, programme.CmdAnswerFor, "residential-1")))
			until("#given_by")
			do(click(`label[for="place"]`), click(`label[for="dietary"]`), click(`label[for="arrival"]`), click(`label[for="room_night_before-2"]`),
				chromedp.SendKeys(chromedp.CSS("#given_by"), "Her office"), click(`label[for="how"]`), choose("#reason", "telephone"))
			follow(check, give)
			stands("Yes, I will be there", "Her office", "By telephone")
			follow(give, done)
			stands("The answer is recorded")
			if list := given(); len(list) != 3 {
				t.Errorf("given %+v", list)
			}

			// Reminds all whom a filter finds.
			b.store.operation = programme.Operation{Kind: "bulk", Cohort: cohort, State: "running", Total: 62, Done: 1}
			do(chromedp.Navigate(server.URL + "/console/cohorts/" + cohort))
			until("#q")
			do(chromedp.SendKeys(chromedp.CSS("#q"), "zq"))
			follow("form.filter button", `main a[href*="/bulk?search="]`)
			at, err := chromedp.Run(ctx, chromedp.Location())
			if err != nil || strings.Contains(at, "zq") {
				t.Errorf("what is searched for stands in the address %q, %v", at, err)
			}
			follow(`main a[href*="/bulk?search="]`, `main a[href*="/bulk/resend"]`)
			follow(`main a[href*="/bulk/resend"]`, "#stage")
			do(choose("#stage", "onboarding"), choose("#reason", "no_answer"))
			follow(check, give)
			stands("Journeys that pass the filters", "Remind: ")
			follow(give, "#progress")
			stands("You can close this page")
			b.store.mu.Lock()
			defer b.store.mu.Unlock()
			if len(b.store.bulk) != 1 {
				t.Fatalf("ordered %v", b.store.bulk)
			}
			for _, order := range b.store.bulk {
				if order.Command.Name != programme.CmdResend || order.Command.Stage != "onboarding" || order.Filter.Query != "zq" {
					t.Errorf("%+v", order)
				}
			}
			var names []string
			for _, c := range b.store.given {
				names = append(names, string(c.Name)+" "+c.Reason)
			}
			for _, want := range []string{"hold illness", "extend leader_asked", "answer-for telephone"} {
				if !strings.Contains(strings.Join(names, ", "), want) {
					t.Errorf("%s was not given: %v", want, names)
				}
			}
		})
	}
}
