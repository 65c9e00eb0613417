package cast

import (
	"net/url"
	"strings"
	"testing"

	"golang.org/x/net/html"
)

const aPage = `<!DOCTYPE html><html><body><h1> Tell us
 about you </h1><a href="#main">Skip</a><a href="/year/P-1/onboarding/needs?from=check">Needs</a>
<form method="get" action="/search"><input name="q"></form>
<form method="POST" action="needs">
<input type="hidden" name="plan" value="2"><input name="name" value="Known"><input type="email" name="email" id="mail">
<input type="text" name="off" value="x" disabled><input type="file" name="upload">
<textarea name="note">
Line one
line two</textarea>
<select name="region"><option value="">Choose one</option><option value="ne">North East</option><option selected>London</option></select>
<select name="sector"><option value="">Choose one</option><option value="edu">Education</option></select>
<input type="radio" name="room" id="room" value="yes"><input type="radio" name="room" value="no">
<input type="radio" name="odd" value="first"><input type="radio" name="odd" value="second" checked>
<input type="checkbox" name="diet" id="diet" value="none"><input type="checkbox" name="diet" value="vegan"><input type="checkbox" name="agree" id="agree">
<button type="button" name="b" value="1">Script</button><button name="action" value="later">Later</button><button name="action" value="send">Send</button>
</form></body></html>`

func parsed(t *testing.T) (page, form) {
	t.Helper()
	doc, err := html.Parse(strings.NewReader(aPage))
	if err != nil {
		t.Fatal(err)
	}
	at, _ := url.Parse("http://h/year/P-1/onboarding/profile")
	shown := page{status: 200, url: at, doc: doc}
	f, found := mainForm(shown)
	if !found {
		t.Fatal("the form that is sent was not found")
	}
	return shown, f
}

func TestAFormIsFilledInLikeABrowserWould(t *testing.T) {
	t.Parallel()
	_, f := parsed(t)
	if f.action.String() != "http://h/year/P-1/onboarding/needs" {
		t.Errorf("it goes to %s", f.action)
	}
	sent := f.fill(filling{says: map[string][]string{"room": {"no"}, "diet": {"vegan", "unknown"}, "note": {}, "sector": {"edu"}},
		unless: map[string][]string{"name": {"Other"}, "email": {"a@b.example"}}})
	want := url.Values{"plan": {"2"}, "name": {"Known"}, "email": {"a@b.example"}, "note": {""}, "region": {"London"}, "sector": {"edu"},
		"room": {"no"}, "odd": {"second"}, "diet": {"vegan"}, "action": {"send"}}
	if sent.Encode() != want.Encode() {
		t.Errorf("sent\n%s\nnot\n%s", sent.Encode(), want.Encode())
	}
}

func TestWhoHasNothingToSayTakesTheFirstAnswer(t *testing.T) {
	t.Parallel()
	_, f := parsed(t)
	sent := f.fill(filling{stumped: map[string]bool{"agree": true, "mail": true}})
	want := url.Values{"plan": {"2"}, "name": {"Known"}, "email": {"Not applicable"}, "note": {"Line one\nline two"}, "region": {"London"},
		"sector": {"edu"}, "room": {"yes"}, "odd": {"second"}, "agree": {"on"}, "action": {"send"}}
	if sent.Encode() != want.Encode() {
		t.Errorf("sent\n%s\nnot\n%s", sent.Encode(), want.Encode())
	}
}

func TestAPageIsRead(t *testing.T) {
	t.Parallel()
	shown, _ := parsed(t)
	if h := heading(shown.doc); h != "Tell us about you" {
		t.Errorf("heading %q", h)
	}
	if u := shown.link("/year/P-1/onboarding/", nil); u == nil || u.String() != "http://h/year/P-1/onboarding/needs?from=check" {
		t.Errorf("the way on is %v", u)
	}
	if shown.link("/year/P-1/onboarding/", []string{"/year/P-1/onboarding/needs"}) != nil {
		t.Error("where one has been one does not go again")
	}
	if masked("/l/secret-token") != "/l/••••" || masked("/calendar/secret.ics") != "/calendar/••••" || masked("/year/P-1") != "/year/P-1" {
		t.Error("secrets are masked, other paths are not")
	}
}
