package console

import (
	"context"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
	"time"

	"fairlead/programme"

	"github.com/chromedp/chromedp"
)

// TestACoordinatorSetsUpACohort: from signing in to a launch whose progress survives closing the page, in a browser, with
// scripts and without.
func TestACoordinatorSetsUpACohort(t *testing.T) {
	t.Parallel()
	t.Run("with scripts", func(t *testing.T) { t.Parallel(); setUpInBrowser(t, true) })
	t.Run("without scripts", func(t *testing.T) { t.Parallel(); setUpInBrowser(t, false) })
}

func setUpInBrowser(t *testing.T, scripts bool) {
	var options []chromedp.ExecAllocatorOption
	if !scripts {
		options = append(options, chromedp.Flag("blink-settings", "scriptEnabled=false"))
	}
	ctx := inBrowser(t, 1280, options...)
	y := withRecords(t)
	y.cookie = ""
	secret, err := y.records.CreateToken(t.Context(), "jo", string(coordinator), time.Time{})
	if err != nil {
		t.Fatal(err)
	}
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) { y.handler.ServeHTTP(w, r) }))
	t.Cleanup(server.Close)
	sheet := filepath.Join(t.TempDir(), "people.csv")
	if err := os.WriteFile(sheet, []byte(leaders(3)), 0o600); err != nil {
		t.Fatal(err)
	}
	b := browsing{t, ctx, server.URL}
	b.do(chromedp.Navigate(server.URL+home), chromedp.WaitReady(chromedp.CSS("#token")), chromedp.SendKeys(chromedp.CSS("#token"), secret.Reveal()))
	b.press("main form button", "Who waits on whom")
	b.press(`a[href="/console/cohorts"]`, "There is no cohort yet")
	if strings.Contains(b.page(), "js-enabled") != scripts {
		t.Fatal("the browser runs scripts, or none, against what was asked for")
	}
	b.press(`a[href="/console/cohorts/new"]`, "Monday of residential 1")
	b.do(chromedp.Click(chromedp.CSS(`label[for="blueprint"]`)), chromedp.Click(chromedp.CSS(`label[for="route-2"]`)), b.write("#name", cohort),
		b.write("#starts_on", "2027-09-06"), b.write("#places", "100"), b.write("#owner", "owner@centre.example"))
	b.press("main form button", "Check the cohort before you create it")
	b.press(`button[value="create"]`, "The cohort exists")

	b.press(`a[href$="/set-up/people"]`, "Spreadsheet as CSV")
	b.do(chromedp.SetUploadFiles(chromedp.CSS("#file"), []string{sheet}))
	b.press("main form button", "What this file would do", "Given2 Family2, Service 2")
	b.press(`button[value="import"]`, "Imported: 3 new, 0 changed, 0 unchanged.")
	b.press(".govuk-back-link", "3 leaders")

	b.press(`a[href$="/set-up/dates"]`, "Sign off warnings", "Needs frozen")
	b.press("main form button", "nothing to sign off")
	page := b.page()
	for i := range strings.Count(page, `name="warning"`) {
		id := "warning-" + strconv.Itoa(i)
		b.do(chromedp.Click(chromedp.CSS(`label[for="` + id + `"]`)))
	}
	b.do(b.write("#reason", "Looked at with the team"))
	b.press("main form button", "Signed off.", "by jo")
	b.press(".govuk-back-link", "To look at")

	b.press(`a[href$="/set-up/mails"]`, "scheduled mails, and never more than")
	b.press(`a[href*="on="]`, "Mail as it would read", "Robin Sample")
	b.press(".govuk-back-link", "Event tomorrow")
	b.press(".govuk-back-link", "Ready")

	b.press(`a[href$="/set-up/launch"]`, "Type the cohort")
	b.do(b.write("#name", cohort))
	b.press("main form button", "0 of 3 are done.")
	list, err := y.records.Operations(t.Context(), cohort, launchKind, 1)
	if err != nil || len(list) != 1 {
		t.Fatalf("%+v, %v", list, err)
	}
	starts, err := y.records.LaunchPage(t.Context(), list[0].ID, 10)
	if err != nil {
		t.Fatal(err)
	}
	confirm := func(which ...programme.JourneyStart) {
		for _, one := range which {
			if err := y.records.ConfirmStarts(t.Context(), list[0].ID, []string{one.Ref}); err != nil {
				t.Fatal(err)
			}
		}
	}
	confirm(starts[:2]...)
	if scripts {
		b.until("2 of 3 are done.") // the page looks again by itself
	} else {
		b.press("noscript a", "2 of 3 are done.")
	}
	b.do(chromedp.Navigate("about:blank"))
	confirm(starts[2:]...)
	b.do(chromedp.Navigate(server.URL + setupPath(cohort)))
	b.press(`a[href*="/operations/"]`, "3 of 3 were done.", "It is finished")
	if strings.Contains(y.log.String(), "Given") {
		t.Error("the log has a name")
	}
}

// browsing is somebody at a browser.
type browsing struct {
	t   *testing.T
	ctx context.Context
	url string
}

func (b browsing) do(actions ...chromedp.Action[chromedp.Void]) {
	b.t.Helper()
	if err := chromedp.Do(b.ctx, actions...); err != nil {
		b.t.Fatal(err, "on\n", b.page())
	}
}

// write puts a text in the place of what a field holds.
func (b browsing) write(field, text string) chromedp.Action[chromedp.Void] {
	return chromedp.SetValue(chromedp.CSS(field), text)
}

func (b browsing) page() string {
	page, err := chromedp.Run(b.ctx, chromedp.OuterHTML(chromedp.CSS("html")))
	if err != nil {
		return ""
	}
	return page
}

// press clicks and waits for a page that says the texts.
func (b browsing) press(what string, texts ...string) {
	b.t.Helper()
	b.do(chromedp.Click(chromedp.CSS(what)))
	b.until(texts...)
}

// until waits for a page that says the texts.
func (b browsing) until(texts ...string) {
	b.t.Helper()
	missing := ""
	for range 200 {
		page := b.page()
		missing = ""
		for _, text := range texts {
			if !strings.Contains(page, text) {
				missing = text
			}
		}
		if missing == "" && strings.Contains(page, "</html>") {
			return
		}
		select {
		case <-time.After(50 * time.Millisecond):
		case <-b.ctx.Done():
			b.t.Fatal(b.ctx.Err())
		}
	}
	b.t.Fatalf("no page came that says %q:\n%s", missing, b.page())
}
