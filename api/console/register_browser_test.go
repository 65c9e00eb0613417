package console

import (
	"context"
	"fmt"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"fairlead/internal/browsertest"
	"fairlead/programme"

	"github.com/chromedp/chromedp"
)

// The network between the phone and the server, as a test has it.
const (
	networkUp   = iota
	networkDown // nothing arrives
	networkLost // what is sent arrives, its answer does not
)

// phone is a browser on the register's page.
type phone struct {
	*bundle
	ctx     context.Context
	cookie  string // whose phone it is
	server  *httptest.Server
	network atomic.Int32
	posts   atomic.Int32
}

// inBrowser starts a browser of a width; it ends with the test.
func inBrowser(t *testing.T, width int, more ...chromedp.ExecAllocatorOption) context.Context {
	t.Helper()
	if testing.Short() {
		t.Skip("SKIPPED: nothing is tried in a browser with -short")
	}
	program := browsertest.Program()
	if program == "" {
		if browsertest.Demanded() {
			t.Fatal(browsertest.Missing)
		}
		t.Skip("SKIPPED: nothing was tried in a browser: " + browsertest.Missing)
	}
	options := append(chromedp.DefaultExecAllocatorOptions[:], chromedp.ExecPath(program), chromedp.NoSandbox, chromedp.WindowSize(width, 640))
	options = append(options, more...)
	deadline, end := context.WithTimeout(context.Background(), 2*time.Minute) // the cleanups need the browser after the test
	t.Cleanup(end)
	ctx, stop := chromedp.NewExecAllocator(deadline, options...)
	t.Cleanup(stop)
	ctx, stop = chromedp.NewContext(ctx)
	t.Cleanup(stop)
	if err := chromedp.Do(ctx); err != nil { // the browser itself, which outlives every tab
		t.Fatal(err)
	}
	return ctx
}

func newPhone(t *testing.T) *phone {
	t.Helper()
	b := setup(t)
	return phoneOf(t, b, b.cookie)
}

// phoneOf is the phone of whoever has a session.
func phoneOf(t *testing.T, b *bundle, cookie string) *phone {
	t.Helper()
	p := &phone{ctx: inBrowser(t, 320), bundle: b, cookie: cookie}
	p.server = httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.Method == http.MethodPost {
			p.posts.Add(1)
		}
		r.AddCookie(&http.Cookie{Name: "fairlead_staff", Value: p.cookie})
		switch p.network.Load() {
		case networkLost:
			p.handler.ServeHTTP(httptest.NewRecorder(), r)
			fallthrough
		case networkDown:
			panic(http.ErrAbortHandler)
		}
		p.handler.ServeHTTP(w, r)
	}))
	t.Cleanup(p.server.Close)
	p.open()
	return p
}

func (p *phone) run(actions ...chromedp.Action[chromedp.Void]) {
	p.t.Helper()
	if err := chromedp.Do(p.ctx, actions...); err != nil {
		p.t.Fatal(err)
	}
}

// asks is what an expression of the page comes to.
func asks[T any](p *phone, expression string) T {
	p.t.Helper()
	value, err := chromedp.Run(p.ctx, chromedp.Evaluate[T](expression))
	if err != nil {
		p.t.Fatal(err)
	}
	return value
}

// open goes to the register in a new tab, as one does who closed the page.
func (p *phone) open() {
	p.t.Helper()
	tab, stop := chromedp.NewContext(p.ctx)
	p.t.Cleanup(stop)
	p.ctx = tab
	p.run(chromedp.EmulateViewport(320, 640), chromedp.Navigate(p.server.URL+registerAddress), chromedp.WaitReady(chromedp.CSS("#register-state")))
}

func (p *phone) tick(id string) {
	p.t.Helper()
	p.run(chromedp.Click(chromedp.CSS(`label[for="` + id + `"]`)))
}

func (p *phone) save() {
	p.t.Helper()
	p.run(chromedp.Click(chromedp.CSS("#register button")))
}

// until waits for the page to hold what an expression asks.
func (p *phone) until(expression string) {
	p.t.Helper()
	for range 200 {
		// A page that is just being left has nothing to say: ask again.
		if held, err := chromedp.Run(p.ctx, chromedp.Evaluate[bool](expression)); err == nil && held {
			return
		}
		select {
		case <-time.After(50 * time.Millisecond):
		case <-p.ctx.Done():
			p.t.Fatal(p.ctx.Err())
		}
	}
	p.t.Fatalf("%s never came to hold on\n%s", expression, asks[string](p, `document.body.innerText`))
}

func (p *phone) says(words string) {
	p.t.Helper()
	p.until(`document.body.innerText.includes("` + words + `")`)
}

func (p *phone) noted() []programme.AttendanceMark {
	p.store.mu.Lock()
	defer p.store.mu.Unlock()
	return append([]programme.AttendanceMark{}, p.store.events.noted...)
}

const nothingKept = `localStorage.length === 0`

// TestRegisterOnAPhone: ticks outlive a dropped network, an answer that was lost and a closed page, and take effect once.
func TestRegisterOnAPhone(t *testing.T) {
	p := newPhone(t)
	if asks[bool](p, `document.documentElement.scrollWidth > window.innerWidth`) {
		t.Error("the page scrolls sideways on a phone")
	}
	if asks[bool](p, `[...document.querySelectorAll(".ticks")].some(t => new Set([...t.children].map(c => c.offsetTop)).size > 1)`) {
		t.Error("the three choices of a leader are not in one row")
	}
	p.tick(other + "-absent")
	p.says("Not saved yet: 1 tick.")
	if p.posts.Load() != 0 {
		t.Error("a tick was sent before anybody pressed the button")
	}

	p.network.Store(networkDown)
	p.save()
	p.says("Kept on this device: 1 tick. Sent as soon as the network is back.")
	p.network.Store(networkUp)
	asks[bool](p, `window.dispatchEvent(new Event("online"))`)
	p.says("1 change is saved.")
	p.until(nothingKept)

	p.tick("P-222222-excused")
	p.network.Store(networkLost)
	p.save()
	p.says("Kept on this device: 1 tick.")
	p.network.Store(networkUp)
	p.open() // it shows the tick, which the server has, and asks for nothing more
	p.until(nothingKept)
	p.until(`document.getElementById("P-222222-excused").checked`)

	p.tick(ref + "-excused")
	p.network.Store(networkDown)
	p.save()
	p.says("Kept on this device: 1 tick.")
	p.network.Store(networkUp)
	p.open() // the page was closed meanwhile: it is sent on the next visit
	p.says("1 change is saved.")
	p.until(nothingKept)

	want := []programme.AttendanceMark{{Ref: other, Status: programme.Absent}, {Ref: "P-222222", Status: programme.Excused}, {Ref: ref, Status: programme.Excused}}
	if got := p.noted(); len(got) != len(want) || got[0] != want[0] || got[1] != want[1] || got[2] != want[2] {
		t.Errorf("noted %v, want %v", got, want)
	}
}

// TestRegisterOfSomebodySignedOut: the ticks stay on the phone, and nothing personal with them.
func TestRegisterOfSomebodySignedOut(t *testing.T) {
	p := newPhone(t)
	p.tick(other + "-absent")
	session := programme.TokenFrom(p.cookie)
	who := p.store.sessions[session.Hash()]
	delete(p.store.sessions, session.Hash())
	p.save()
	p.says("You are signed out.")
	kept := asks[string](p, `Object.values(localStorage).join()`)
	if !strings.Contains(kept, other) || strings.Contains(kept, mark) {
		t.Errorf("kept is %q", kept)
	}
	p.store.sessions[session.Hash()] = who
	p.save()
	p.says("1 change is saved.")
	p.until(nothingKept)
}

// TestRegisterRefusedOnAPhone: what the server refuses is explained by the server's own page.
func TestRegisterRefusedOnAPhone(t *testing.T) {
	p := newPhone(t)
	p.store.events.refuse = map[string]string{other: "She has moved to sitting b."}
	p.tick(other + "-absent")
	p.save()
	p.says("There is a problem")
	p.says("She has moved to sitting b.")
	if strings.Contains(p.log.String(), mark) {
		t.Error("the log has a name")
	}
}

// TestRegisterOnTwoPhones: what was ticked without a network changes no mark that somebody else made since. The page says
// who has noted what and offers both; the other ticks are kept, and it makes no difference whether the page was closed.
func TestRegisterOnTwoPhones(t *testing.T) {
	const third = "P-222222"
	jo := newPhone(t)
	session := programme.NewToken()
	jo.store.sessions[session.Hash()] = member{"ann", coordinator}
	ann := phoneOf(t, jo.bundle, session.Reveal())

	jo.network.Store(networkDown)
	jo.tick(other + "-absent")
	jo.tick(third)
	jo.save()
	jo.says("Kept on this device: 2 ticks.")
	ann.tick(other)
	ann.save()
	ann.says("1 change is saved.")
	jo.network.Store(networkUp)
	asks[bool](jo, `window.dispatchEvent(new Event("online"))`)
	jo.says("Attended was noted meanwhile by ann. You had ticked absent: choose which holds")
	jo.says("Keep “attended”")
	jo.says("Change to “absent”")
	jo.until(nothingKept)
	if asks[bool](jo, `document.getElementsByName("`+other+`")[0].checked || document.getElementsByName("`+other+`")[1].checked`) {
		t.Error("one of the two was chosen already")
	}
	if got := jo.stands(); got[other] != programme.Attended || got[third] != programme.Attended {
		t.Errorf("the register says %v", got)
	}
	jo.save() // nothing chosen is nothing changed
	jo.says("Nothing had changed.")
	jo.tick(other + "-absent")
	jo.save()
	jo.says("1 change is saved.")
	if got := jo.stands(); got[other] != programme.Absent {
		t.Errorf("after the choice the register says %v", got)
	}

	ann.open()
	ann.tick(third + "-excused")
	jo.network.Store(networkDown)
	jo.tick(third + "-absent")
	jo.save()
	jo.says("Kept on this device: 1 tick.")
	ann.save()
	ann.says("1 change is saved.")
	jo.network.Store(networkUp)
	jo.open()
	jo.says("Excused was noted meanwhile by ann. You had ticked absent: choose which holds")
	if got := jo.stands(); got[third] != programme.Excused {
		t.Errorf("the register says %v", got)
	}
}

// stands is what the register says of each leader.
func (p *phone) stands() map[string]programme.Attendance {
	p.store.mu.Lock()
	defer p.store.mu.Unlock()
	marks := map[string]programme.Attendance{}
	for _, row := range p.store.events.register.Rows {
		marks[row.Ref] = row.Status
	}
	return marks
}

// TestRegisterNothingIsCovered: whatever has the focus, the button at the foot of a phone's screen does not cover it, nor the
// name it belongs to.
func TestRegisterNothingIsCovered(t *testing.T) {
	p := newPhone(t)
	rows := p.store.events.register.Rows
	for i := range 20 {
		rows = append(rows, programme.RegisterRow{Ref: fmt.Sprintf("P-3333%02d", i), Name: "Somebody with a long name and a title", Organisation: "An organisation"})
	}
	p.store.events.register.Rows = rows
	p.open()
	p.run(chromedp.EmulateViewport(320, 480)) // less than the window of a small phone
	p.tick(other + "-absent")                 // the foot is at its highest while it says what is kept
	covered := asks[string](p, `(() => {
		const bad = [], foot = document.querySelector(".save");
		const see = one => {
			one.focus();
			const top = foot.getBoundingClientRect().top, legend = one.closest("fieldset").querySelector("legend").getBoundingClientRect();
			const label = one.labels[0].getBoundingClientRect(), box = one.getBoundingClientRect();
			if (Math.max(label.bottom, box.bottom) > top + 0.5 || legend.top < -0.5) { bad.push(one.id + " at " + Math.round(box.bottom) + ", its name at " + Math.round(legend.top) + ", the foot at " + Math.round(top)); }
		};
		const ticks = [...document.querySelectorAll("#register input[type=radio]")];
		ticks.forEach(see);
		document.activeElement.blur();
		window.scrollTo(0, document.documentElement.scrollHeight / 2);
		ticks.reverse().forEach(see);
		const button = foot.querySelector("button").getBoundingClientRect();
		for (let y = 0; y < document.documentElement.scrollHeight - window.innerHeight; y += 7) {
			window.scrollTo(0, y);
			for (let x = button.left + 2; x < button.right; x += 20) {
				const at = foot.querySelector("button").getBoundingClientRect(), hit = document.elementFromPoint(x, at.top + at.height / 2);
				if (hit && !foot.contains(hit)) { bad.push("whoever presses the button hits " + hit.outerHTML.slice(0, 80)); return bad.join("\n"); }
			}
		}
		return bad.join("\n");
	})()`)
	if covered != "" {
		t.Errorf("covered:\n%s", covered)
	}
}
