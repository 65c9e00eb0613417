package browsertest

import (
	"context"
	_ "embed"
	"fmt"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"time"

	"fairlead/api/assets"

	"github.com/chromedp/chromedp"
)

//go:embed testdata/axe-core/axe.min.js
var axe string

// judge runs the checker on the page that is shown, by the guidelines at levels A and AA. Each line of the answer is a fault.
const judge = `axe.run(document, {
  runOnly: {type: "tag", values: ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]}, rules: {"target-size": {enabled: true}},
  resultTypes: ["violations"]
}).then(found => found.violations.map(rule => rule.id + ": " + rule.help + ": " + rule.nodes.slice(0, 3).map(node => node.html.slice(0, 200)).join(" | ")))`

// Conditions beyond the checker's: the page fits a narrow phone, or 400 % zoom, without scrolling sideways, an error
// summary has the focus, and the page's script ran under its own policy.
const (
	tooWide = `document.documentElement.scrollWidth > document.documentElement.clientWidth`
	unseen  = `!!document.querySelector(".govuk-error-summary") && document.activeElement !== document.querySelector(".govuk-error-summary")`
	asleep  = `!!document.querySelector("script[type=module]") && !document.body.classList.contains("govuk-frontend-supported")`
)

const (
	phone   = 320
	desktop = 1280
)

// try shows every page to a browser as wide as a narrow phone, and returns what is wrong with each.
func (p *Pages) try(ctx context.Context) (faults []string) {
	all := p.inOrder()
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		n, err := strconv.Atoi(strings.TrimPrefix(r.URL.Path, "/page/"))
		if err != nil || n >= len(all) {
			assets.Serve(w, r)
			return
		}
		w.Header().Set("Content-Type", "text/html; charset=utf-8")
		w.Header().Set("Content-Security-Policy", all[n].policy)
		_, _ = fmt.Fprint(w, all[n].text)
	}))
	defer server.Close()
	ctx, end := context.WithTimeout(ctx, 8*time.Minute)
	defer end()
	browser, stop, err := start(ctx, Program(), phone, 640)
	if err != nil {
		return []string{"the browser does not start: " + err.Error()}
	}
	defer stop()
	for n, one := range all {
		found, err := tryOne(browser, server.URL+"/page/"+strconv.Itoa(n))
		if err == nil {
			err = draw(browser, n, one)
		}
		if err != nil {
			found = append(found, err.Error())
		}
		for _, fault := range found {
			faults = append(faults, one.name+", “"+one.title()+"”: "+fault)
		}
	}
	if len(all) == 0 {
		faults = append(faults, "no page was seen: the tests and the browser have lost one another")
	}
	return faults
}

func (p *Pages) inOrder() []page {
	p.mu.Lock()
	defer p.mu.Unlock()
	var keys []string
	for key := range p.seen {
		keys = append(keys, key)
	}
	slices.Sort(keys)
	all := make([]page, len(keys))
	for n, key := range keys {
		all[n] = p.seen[key]
	}
	return all
}

func tryOne(browser context.Context, address string) ([]string, error) {
	if err := chromedp.Do(browser, chromedp.EmulateViewport(phone, 640), chromedp.Navigate(address)); err != nil {
		return nil, err
	}
	var found []string
	for words, broken := range map[string]string{"it scrolls sideways at 320 pixels": tooWide, "its error summary has not the focus": unseen, "its script did not run": asleep} {
		if yes, err := chromedp.Run(browser, chromedp.Evaluate[bool](broken)); err != nil {
			return nil, err
		} else if yes {
			found = append(found, words)
		}
	}
	if _, err := chromedp.Run(browser, chromedp.Evaluate[bool](axe+"; true")); err != nil {
		return nil, err
	}
	violations, err := chromedp.Run(browser, chromedp.Evaluate[[]string](judge, chromedp.EvalAwaitPromise))
	return append(found, violations...), err
}

// draw keeps the page's picture at both widths, where a folder for them is named.
func draw(browser context.Context, n int, one page) error {
	folder := pictures()
	if folder == "" {
		return nil
	}
	for _, width := range []int64{phone, desktop} {
		if err := chromedp.Do(browser, chromedp.EmulateViewport(width, 640)); err != nil {
			return err
		}
		picture, err := chromedp.Run(browser, chromedp.FullScreenshot(100))
		if err != nil {
			return err
		}
		name := strings.NewReplacer("/", "_", " ", "_", "?", "_", "&", "_", "–", "-").Replace(one.title())
		if err := os.MkdirAll(folder, 0o755); err != nil {
			return err
		}
		if err := os.WriteFile(filepath.Join(folder, fmt.Sprintf("%03d-%.60s-%d.png", n, name, width)), picture, 0o644); err != nil {
			return err
		}
	}
	return nil
}
