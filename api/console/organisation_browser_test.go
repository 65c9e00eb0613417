package console

import (
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/chromedp/chromedp"
)

// TestOrganisationInABrowser signs in with a real browser: its content policy, its cookies and the way over another site
// are not those of a test's own requests. A form that outlives its session is sent again after signing in in another tab.
func TestOrganisationInABrowser(t *testing.T) {
	t.Parallel()
	ctx := inBrowser(t, 320)
	p := newProvider(t)
	var b *bundle
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) { b.handler.ServeHTTP(w, r) }))
	t.Cleanup(server.Close)
	p.site = strings.Replace(server.URL, "127.0.0.1", "localhost", 1) // the provider is another site
	b = setupWith(t, p.site, p.organisation())
	clear(b.store.sessions)
	do := func(actions ...chromedp.Action[chromedp.Void]) {
		t.Helper()
		if err := chromedp.Do(ctx, actions...); err != nil {
			t.Fatal(err)
		}
	}
	stands := func(texts ...string) {
		t.Helper()
		page, err := chromedp.Run(ctx, chromedp.OuterHTML(chromedp.CSS("html")))
		if err != nil {
			t.Fatal(err)
		}
		says(t, "the page", page, texts...)
	}
	signIn := chromedp.Click(chromedp.CSS(`a[href^="/console/sign-in/start"]`))
	do(chromedp.Navigate(p.site+"/console/tasks/12"), chromedp.WaitReady(chromedp.CSS("#token")), signIn, chromedp.WaitReady(chromedp.CSS("#note")))
	stands("ann@centre.example (coordinator)", "Task 12")

	clear(b.store.sessions) // an administrator ended it while the note was being written
	do(chromedp.SendKeys(chromedp.CSS("#note"), `Rang her, "all is well"`), chromedp.Click(chromedp.CSS("main button")), chromedp.WaitReady(chromedp.CSS("main ol")))
	stands("You have been signed out", "Rang her")
	before := ctx
	tab, stop := chromedp.NewContext(ctx)
	t.Cleanup(stop)
	ctx = tab
	do(chromedp.Navigate(p.site+signInPath+"?to="+signedInPath), signIn, chromedp.WaitReady(chromedp.CSS(`main a[href="/console"]`)))
	stands("You are signed in again")
	ctx = before
	do(chromedp.Click(chromedp.CSS("main form button")), chromedp.WaitReady(chromedp.CSS(".notice")))
	stands("Task 12 is done")
	if note := b.store.tasks[0].Note; note != `Rang her, "all is well"` {
		t.Errorf("the note is %q", note)
	}

	p.mu.Lock()
	p.errorOf = "access_denied"
	p.mu.Unlock()
	do(chromedp.Click(chromedp.CSS("form.who button")), chromedp.WaitReady(chromedp.CSS("#token")), signIn, chromedp.WaitReady(chromedp.CSS(`main a[href="/console/sign-in"]`)))
	stands("You were not signed in")
	if strings.Contains(b.log.String(), "Rang") || len(b.store.sessions) > 0 {
		t.Error("the log has what was typed, or somebody is still signed in")
	}
}
