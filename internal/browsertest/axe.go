package browsertest

import (
	"context"
	_ "embed"
	"errors"
	"fmt"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"regexp"
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

// ownScript stands in a page that a script of its own changes. What all pages share wakes the design system and changes nothing
// that is read.
const ownScript = ` defer></script>`

const (
	phone   = 320
	desktop = 1280
)

// try shows every page to a browser as wide as a narrow phone, and returns what is wrong with each.
func (p *Pages) try(ctx context.Context) (faults []string) {
	all := p.inOrder()
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		number, bare := strings.CutPrefix(r.URL.Path, "/bare/")
		n, err := strconv.Atoi(strings.TrimPrefix(number, "/page/"))
		if err != nil || n >= len(all) {
			assets.Serve(w, r)
			return
		}
		w.Header().Set("Content-Type", "text/html; charset=utf-8")
		w.Header().Set("Content-Security-Policy", all[n].policy)
		text := all[n].text
		if bare {
			text = scriptTags.ReplaceAllString(text, "")
		}
		_, _ = fmt.Fprint(w, text)
	}))
	defer server.Close()
	ctx, end := context.WithTimeout(ctx, 15*time.Minute)
	defer end()
	browser, stop, err := start(ctx, Program(), phone, 640)
	if err != nil {
		return []string{"the browser does not start: " + err.Error()}
	}
	defer stop()
	known := map[string]bool{}
	first := func(kinds string) bool { was := known[kinds]; known[kinds] = true; return !was }
	for n, one := range all {
		widths := []int64{phone}
		if first("at a desk\n" + pieces(one.text)) { // what has the same pieces looks the same there, whatever its title
			widths = append(widths, desktop)
		}
		found, err := tryOne(browser, server.URL+"/page/"+strconv.Itoa(n), widths)
		if err == nil {
			err = draw(browser, n, one)
		}
		if err == nil && first("by keys\n"+pieces(one.text, controls...)) {
			var lost []string
			lost, err = byKeys(browser)
			found = append(found, lost...)
		}
		if err == nil && strings.Contains(one.text, ownScript) {
			var bare []string
			bare, err = unscripted(browser, server.URL+"/bare/"+strconv.Itoa(n))
			found = append(found, bare...)
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

// tryOne looks at a page at some widths, a phone's first. It is loaded once: the window changes around it.
func tryOne(browser context.Context, address string, widths []int64) (found []string, err error) {
	if err := chromedp.Do(browser, chromedp.EmulateViewport(phone, 640), chromedp.Navigate(address)); err != nil {
		return nil, err
	}
	says := func(words, broken string) error {
		yes, err := chromedp.Run(browser, chromedp.Evaluate[bool](broken))
		if err == nil && yes {
			found = append(found, words)
		}
		return err
	}
	err = errors.Join(says("it scrolls sideways at 320 pixels", tooWide), says("its error summary has not the focus", unseen), says("its script did not run", asleep))
	if err != nil {
		return nil, err
	}
	for _, width := range widths {
		if err := chromedp.Do(browser, chromedp.EmulateViewport(width, 640)); err != nil {
			return nil, err
		}
		violations, err := judged(browser)
		if err != nil {
			return nil, err
		}
		for _, one := range violations {
			found = append(found, fmt.Sprintf("at %d pixels: %s", width, one))
		}
	}
	return found, says("it scrolls sideways at its widest", tooWide)
}

// judged asks the checker, which stays on the page.
func judged(browser context.Context) ([]string, error) {
	if _, err := chromedp.Run(browser, chromedp.Evaluate[bool]("if (!window.axe) {"+axe+"}; true")); err != nil {
		return nil, err
	}
	return chromedp.Run(browser, chromedp.Evaluate[[]string](judge, chromedp.EvalAwaitPromise))
}

// scriptTags are what a page without its scripts does without. It is shown without their tags rather than in a browser that runs
// none: the checker is a script itself, and would never come to its end there. What stands in noscript is then there to be read.
var scriptTags = regexp.MustCompile(`(?s)<script\b[^>]*>.*?</script>|</?noscript>`)

// unscripted is what the checker says of a page that has a script of its own, where scripts do not run.
func unscripted(browser context.Context, address string) (found []string, err error) {
	if err := chromedp.Do(browser, chromedp.EmulateViewport(phone, 640), chromedp.Navigate(address)); err != nil {
		return nil, err
	}
	violations, err := judged(browser)
	for _, one := range violations {
		found = append(found, "without scripts: "+one)
	}
	return found, err
}

// draw keeps the page's picture at both widths and in forced colours, where a folder for them is named.
func draw(browser context.Context, n int, one page) error {
	folder := pictures()
	if folder == "" {
		return nil
	}
	if err := os.MkdirAll(folder, 0o755); err != nil {
		return err
	}
	name := strings.NewReplacer("/", "_", ":", "_", " ", "_", "?", "_", "&", "_", "–", "-").Replace(one.title())
	take := func(width int64, kind string) error {
		if err := chromedp.Do(browser, chromedp.EmulateViewport(width, 640)); err != nil {
			return err
		}
		picture, err := chromedp.Run(browser, chromedp.FullScreenshot(100))
		if err != nil {
			return err
		}
		return os.WriteFile(filepath.Join(folder, fmt.Sprintf("%03d-%.60s-%d%s.png", n, name, width, kind)), picture, 0o644)
	}
	err := errors.Join(take(phone, ""), take(desktop, ""), forceColours(browser, true), take(phone, "-forced"))
	return errors.Join(err, forceColours(browser, false))
}
