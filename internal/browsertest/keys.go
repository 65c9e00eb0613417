package browsertest

import (
	"context"

	"github.com/chromedp/cdproto/emulation"
	"github.com/chromedp/chromedp"
)

// At 400 % zoom a window of 1280 by 1024 pixels has room for this much.
const (
	zoomedWidth  = 320
	zoomedHeight = 256
)

// controls are the elements that people act upon. Pages with the same kinds of them are walked through once.
var controls = []string{"a", "button", "input", "select", "textarea", "summary", "details", "div"}

// follow notes which controls Tab comes to, one after the other; it is told how many there are.
const follow = `(() => {
  document.activeElement?.blur();
  window.getSelection().removeAllRanges();
  document.body.setAttribute("tabindex", "-1"); document.body.focus(); document.body.removeAttribute("tabindex");
  window.reached = new Set();
  document.addEventListener("focusin", event => window.reached.add(event.target));
  const shown = one => one.checkVisibility({visibilityProperty: true}) && !one.closest("[inert], [hidden]");
  const all = [...document.querySelectorAll("a[href], button, input:not([type=hidden]), select, textarea, summary, [tabindex='0']")].filter(one => shown(one) && !one.disabled);
  // Of a group of radios Tab comes to one: the chosen, or the first; the arrow keys go on from there.
  const first = one => one.type !== "radio" || one.checked || (one === document.getElementsByName(one.name)[0] && ![...document.getElementsByName(one.name)].some(other => other.checked));
  window.controls = all.filter(first);
  return window.controls.length;
})()`

// unreached are the controls that Tab did not come to, or not in the order in which they are read: past the header first.
const unreached = `(() => {
  const came = [...window.reached].filter(one => window.controls.includes(one)), skip = document.querySelector(".govuk-skip-link");
  const bad = window.controls.filter(one => !window.reached.has(one)).map(one => "Tab does not come to " + one.outerHTML.slice(0, 160));
  if (bad.length === 0 && skip && came[0] !== skip) { bad.push("Tab comes first to " + came[0].outerHTML.slice(0, 160)); }
  for (let n = 1; n < came.length; n++) {
    if (came[n].compareDocumentPosition(came[n - 1]) & Node.DOCUMENT_POSITION_FOLLOWING) { bad.push("Tab comes out of turn to " + came[n].outerHTML.slice(0, 160)); }
  }
  return bad.slice(0, 3);
})()`

// indistinct are the controls of which nobody sees that they have the focus, or that are out of sight with it.
const indistinct = `(() => {
  const bad = [], look = one => [one, ...(one.labels || [])].flatMap(part => [null, "::before", "::after"].map(pseudo => {
    const style = getComputedStyle(part, pseudo);
    return [style.outlineStyle === "none" ? "" : style.outlineWidth + style.outlineColor, style.boxShadow, style.backgroundColor, style.borderColor, style.borderWidth].join();
  })).join("|");
  for (const one of window.controls) {
    one.blur();
    const before = look(one);
    one.focus();
    if (document.activeElement !== one) { continue; }
    if (look(one) === before) { bad.push("nobody sees the focus on " + one.outerHTML.slice(0, 160)); continue; }
    const at = (one.type === "radio" || one.type === "checkbox" ? one.labels[0] || one : one).getBoundingClientRect();
    if (at.bottom < 1 || at.top > window.innerHeight - 1 || at.right < 1 || at.left > window.innerWidth - 1) { bad.push("out of sight with the focus, at " + [at.left, at.top, at.right, at.bottom, one.getBoundingClientRect().top].map(Math.round) + ": " + one.outerHTML.slice(0, 160)); }
  }
  return bad.slice(0, 3);
})()`

// byKeys walks through the page that is shown with Tab, as it is at 400 % zoom, and looks at the focus there, in the page's own
// colours and in forced ones.
func byKeys(browser context.Context) (faults []string, err error) {
	if err := chromedp.Do(browser, chromedp.EmulateViewport(zoomedWidth, zoomedHeight)); err != nil {
		return nil, err
	}
	total, err := chromedp.Run(browser, chromedp.Evaluate[int](follow))
	if err != nil {
		return nil, err
	}
	// A region that scrolls comes besides, and a date has several parts: so Tab goes on while it has not come to everything.
	for pressed, left := 0, true; left && pressed < 4*total+20; pressed += total + 2 {
		for range total + 2 {
			if err := chromedp.Do(browser, pressing(Tab)); err != nil {
				return nil, err
			}
		}
		if left, err = chromedp.Run(browser, chromedp.Evaluate[bool](unreached+".length > 0")); err != nil {
			return nil, err
		}
	}
	for _, question := range []string{unreached, indistinct} {
		found, err := chromedp.Run(browser, chromedp.Evaluate[[]string](question))
		if err != nil {
			return nil, err
		}
		faults = append(faults, found...)
	}
	if err := forceColours(browser, true); err != nil {
		return nil, err
	}
	found, err := chromedp.Run(browser, chromedp.Evaluate[[]string](indistinct))
	if err != nil {
		return nil, err
	}
	for _, one := range found {
		faults = append(faults, "in forced colours: "+one)
	}
	return faults, forceColours(browser, false)
}

// forceColours shows pages in the few colours of a system that forces its own, or in theirs again.
func forceColours(browser context.Context, forced bool) error {
	value := "none"
	if forced {
		value = "active"
	}
	_, err := chromedp.Call(browser, emulation.SetEmulatedMedia, emulation.SetEmulatedMediaParams{Features: []*emulation.MediaFeature{{Name: "forced-colors", Value: value}}})
	return err
}
