package browsertest

import (
	"context"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/chromedp/cdproto/cdp"
	"github.com/chromedp/cdproto/input"
	"github.com/chromedp/chromedp"
)

// Visitor is somebody at a browser of their own, who finds what to press by its words. Every page that a visitor comes to has
// to fit the window.
type Visitor struct {
	t       testing.TB
	ctx     context.Context
	scripts bool
	Status  int64 // of the page that is shown
}

// Visit starts a browser of a width that runs scripts or none; it ends with the test.
func Visit(t testing.TB, width int64, scripts bool) *Visitor {
	t.Helper()
	if testing.Short() {
		t.Skip("SKIPPED: nothing is tried in a browser with -short")
	}
	if Program() == "" {
		if Demanded() {
			t.Fatal(Missing)
		}
		t.Skip("SKIPPED: nothing was tried in a browser: " + Missing)
	}
	var more []chromedp.ExecAllocatorOption
	if !scripts {
		more = append(more, chromedp.Flag("blink-settings", "scriptEnabled=false"))
	}
	ctx, stop, err := start(context.WithoutCancel(t.Context()), Program(), int(width), 640, more...)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(stop)
	v := &Visitor{t: t, ctx: ctx, scripts: scripts}
	v.do(chromedp.EmulateViewport(width, 640))
	return v
}

// patience is how long a page may take to come.
const patience = 30 * time.Second

func (v *Visitor) within() (context.Context, context.CancelFunc) {
	return context.WithTimeout(v.ctx, patience)
}

func (v *Visitor) do(actions ...chromedp.Action[chromedp.Void]) {
	v.t.Helper()
	ctx, stop := v.within()
	defer stop()
	if err := chromedp.Do(ctx, actions...); err != nil {
		v.t.Fatalf("%v on\n%s", err, v.Text())
	}
}

// leads does what brings another page, and waits for that page.
func (v *Visitor) leads(what string, actions ...chromedp.Action[chromedp.Void]) {
	v.t.Helper()
	ctx, stop := v.within()
	defer stop()
	answer, err := chromedp.RunResponse(ctx, actions...)
	if err != nil {
		v.t.Fatalf("%s: %v on\n%s", what, err, v.Text())
	}
	v.Status = answer.Status
	for fault, broken := range map[string]string{"it scrolls sideways": tooWide, "scripts run, or none, against what was asked for": fmt.Sprintf(
		`document.body.classList.contains("js-enabled") !== (%v && document.scripts.length > 0)`, v.scripts && strings.HasPrefix(answer.MimeType, "text/html"))} {
		if Ask[bool](v, broken) {
			v.t.Errorf("%s: %s:\n%s", what, fault, v.Text())
		}
	}
}

// Open goes to an address.
func (v *Visitor) Open(address string) {
	v.t.Helper()
	v.leads("opening "+address, chromedp.Navigate(address))
}

// named is the link or button whose words these are, the words for screen readers among them.
func named(words string) chromedp.Search {
	return chromedp.Search(fmt.Sprintf(`(//a|//button|//summary)[normalize-space(.)="%s"]`, words))
}

// Press presses the link or button with these words, and waits for the page that it brings.
func (v *Visitor) Press(words string) {
	v.t.Helper()
	v.leads("pressing “"+words+"”", chromedp.Click(named(words)))
}

// Unfold opens what is folded away beneath these words.
func (v *Visitor) Unfold(words string) {
	v.t.Helper()
	v.do(chromedp.Click(named(words)))
}

// Choose ticks or selects values of a field by its name.
func (v *Visitor) Choose(field string, values ...string) {
	v.t.Helper()
	for _, value := range values {
		v.do(chromedp.Click(chromedp.Search(fmt.Sprintf(`//label[@for=//input[@name="%s" and @value="%s"]/@id]`, field, value))))
	}
}

// Select chooses one of a list.
func (v *Visitor) Select(field, value string) {
	v.t.Helper()
	v.do(chromedp.SetValue(chromedp.CSS(`select[name="`+field+`"]`), value))
}

// Fill puts a value into a field whose browser has a way of its own to enter it, such as a date.
func (v *Visitor) Fill(field, value string) {
	v.t.Helper()
	v.do(chromedp.SetValue(chromedp.CSS(`input[name="`+field+`"]`), value))
}

// Upload chooses a file of this machine.
func (v *Visitor) Upload(field, file string) {
	v.t.Helper()
	v.do(chromedp.SetUploadFiles(chromedp.CSS(`input[name="`+field+`"]`), []string{file}))
}

// Write types a text into a field by its name, in the place of what it holds.
func (v *Visitor) Write(field, text string) {
	v.t.Helper()
	at := `:is(input, textarea)[name="` + field + `"]`
	Ask[string](v, "document.querySelector('"+at+"').value = ''")
	v.do(chromedp.SendKeys(chromedp.CSS(at), text))
}

// Tab, Space and Enter are keys.
const (
	Tab   = "\t"
	Space = " "
	Enter = "\r"
)

// pressing is a key going down and up. The driver's own Enter counts twice.
func pressing(key string) chromedp.Action[chromedp.Void] {
	if key != Enter {
		return chromedp.KeyEvent(key)
	}
	return chromedp.Func(func(ctx context.Context, t *chromedp.Target) error {
		down := input.DispatchKeyEventParams{Type: input.DispatchKeyEventTypeKeyDown, Key: "Enter", Code: "Enter", Text: Enter, WindowsVirtualKeyCode: 13, NativeVirtualKeyCode: 13}
		up := down
		up.Type, up.Text = input.DispatchKeyEventTypeKeyUp, ""
		_, err := cdp.Call(ctx, t, input.DispatchKeyEvent, down)
		if err == nil {
			_, err = cdp.Call(ctx, t, input.DispatchKeyEvent, up)
		}
		return err
	})
}

// Type presses keys, one after the other.
func (v *Visitor) Type(keys ...string) {
	v.t.Helper()
	for _, key := range keys {
		v.do(pressing(key))
	}
}

// Awaits waits for the page to have what a selector asks for.
func (v *Visitor) Awaits(css string) {
	v.t.Helper()
	v.do(chromedp.WaitReady(chromedp.CSS(css)))
}

// TabTo presses Tab until an element of this kind has the focus, and checks that it can be seen.
func (v *Visitor) TabTo(css string) {
	v.t.Helper()
	for range 200 {
		v.Type(Tab)
		if !Ask[bool](v, `document.activeElement.matches(`+"`"+css+"`"+`)`) {
			continue
		}
		if !Ask[bool](v, `(() => { const at = document.activeElement.getBoundingClientRect();
			return at.width > 1 && at.height > 1 && at.top >= 0 && at.bottom <= window.innerHeight + 1; })()`) {
			v.t.Errorf("%s has the focus and is out of sight", css)
		}
		return
	}
	v.t.Fatalf("Tab never comes to %s on\n%s", css, v.Text())
}

// Enter presses Enter, which has to bring another page.
func (v *Visitor) Enter() {
	v.t.Helper()
	v.leads("pressing Enter", pressing(Enter))
}

// Text is what the page says.
func (v *Visitor) Text() string {
	ctx, stop := v.within()
	defer stop()
	text, err := chromedp.Run(ctx, chromedp.Text(chromedp.CSS("body")))
	if err != nil {
		return err.Error()
	}
	return text
}

// Says checks that the page says each of the texts.
func (v *Visitor) Says(texts ...string) {
	v.t.Helper()
	said := strings.Join(strings.Fields(v.Text()), " ")
	for _, text := range texts {
		if !strings.Contains(said, text) {
			v.t.Fatalf("the page does not say %q:\n%s", text, v.Text())
		}
	}
}

// Silent checks that the page says none of the texts.
func (v *Visitor) Silent(texts ...string) {
	v.t.Helper()
	page, err := chromedp.Run(v.ctx, chromedp.OuterHTML(chromedp.CSS("html")))
	if err != nil {
		v.t.Fatal(err)
	}
	for _, text := range texts {
		if strings.Contains(page, text) {
			v.t.Errorf("the page says %q:\n%s", text, v.Text())
		}
	}
}

// Address is where the browser is.
func (v *Visitor) Address() string {
	v.t.Helper()
	at, err := chromedp.Run(v.ctx, chromedp.Location())
	if err != nil {
		v.t.Fatal(err)
	}
	return at
}

// Ask is what an expression comes to on the page.
func Ask[T any](v *Visitor, expression string) T {
	v.t.Helper()
	ctx, stop := v.within()
	defer stop()
	value, err := chromedp.Run(ctx, chromedp.Evaluate[T](expression))
	if err != nil {
		v.t.Fatalf("%s: %v", expression, err)
	}
	return value
}
