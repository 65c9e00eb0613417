package console

import (
	"net/http"
	"net/url"
	"strings"
	"testing"

	"fairlead/programme"
)

// TestSignInLink: opening the link any number of times does nothing; its button works once.
func TestSignInLink(t *testing.T) {
	t.Parallel()
	b := setup(t).as("")
	once, _ := b.store.CreateSignIn(t.Context(), "terminal", "admin", realNow().Add(1))
	address := "/console/sign-in/" + once.Reveal()
	for range 3 {
		answer := b.get(address)
		says(t, "link", answer.page, "Sign in to the console", `action="`+address+`"`)
		if answer.StatusCode != http.StatusOK || len(answer.Cookies()) > 0 || b.do(http.MethodHead, address, nil).StatusCode != http.StatusOK {
			t.Fatalf("%d with %v", answer.StatusCode, answer.Cookies())
		}
	}
	if b.store.signIns[once.Hash()].used || len(b.store.sessions) != 1 { // the one of setup
		t.Fatal("looking at the link used it up")
	}
	answer := b.do(http.MethodPost, address, url.Values{})
	if answer.StatusCode != http.StatusSeeOther || answer.Header.Get("Location") != home || len(answer.Cookies()) != 1 {
		t.Fatalf("%d to %q with %v", answer.StatusCode, answer.Header.Get("Location"), answer.Cookies())
	}
	cookie := answer.Cookies()[0]
	if cookie.Name != "fairlead_staff" || !cookie.HttpOnly || cookie.SameSite != http.SameSiteLaxMode || cookie.Path != "/" || cookie.Secure {
		t.Errorf("the cookie is %v", cookie)
	}
	b.cookie = cookie.Value
	b.page("/console", http.StatusOK, "terminal (admin)")

	again := b.do(http.MethodPost, address, url.Values{})
	if again.StatusCode != http.StatusGone || len(again.Cookies()) > 0 {
		t.Errorf("used twice: %d", again.StatusCode)
	}
	says(t, "used", again.page, "This link was used before", `href="/console/sign-in"`)
	late, _ := b.store.CreateSignIn(t.Context(), "terminal", "admin", realNow())
	for token, status := range map[string]int{late.Reveal(): http.StatusGone, "forged": http.StatusNotFound} {
		if answer := b.do(http.MethodPost, "/console/sign-in/"+token, url.Values{}); answer.StatusCode != status {
			t.Errorf("%d, not %d", answer.StatusCode, status)
		}
	}
	if strings.Contains(b.log.String(), once.Reveal()) || strings.Contains(b.log.String(), cookie.Value) {
		t.Error("the log has a secret")
	}
}

// TestSignInByToken: an API token becomes a session and leads on to where one wanted to go.
func TestSignInByToken(t *testing.T) {
	t.Parallel()
	b := setupAt(t, "https://console.example").as("")
	token := programme.NewToken()
	b.store.tokens[token.Hash()] = member{"jo", ops}

	asked := b.get("/console/journeys/" + ref + "?history=1")
	form, err := url.Parse(asked.Header.Get("Location"))
	if err != nil || asked.StatusCode != http.StatusSeeOther {
		t.Fatal(asked.StatusCode, err)
	}
	to := "/console/journeys/" + ref + "?history=1"
	b.page(form.String(), http.StatusOK, `name="token"`, `value="`+to+`"`)
	answer := b.do(http.MethodPost, signInPath, url.Values{"token": {" " + token.Reveal() + "\n"}, "to": {to}})
	if answer.StatusCode != http.StatusSeeOther || answer.Header.Get("Location") != to || len(answer.Cookies()) != 1 {
		t.Fatalf("%d to %q with %v", answer.StatusCode, answer.Header.Get("Location"), answer.Cookies())
	}
	cookie := answer.Cookies()[0]
	if cookie.Name != "__Host-fairlead_staff" || !cookie.Secure || !cookie.HttpOnly || cookie.Path != "/" || cookie.Domain != "" {
		t.Errorf("the cookie is %v", cookie)
	}
	if who := b.store.sessions[programme.TokenFrom(cookie.Value).Hash()]; who != (member{"jo", ops}) {
		t.Errorf("signed in as %v", who)
	}
	for sent, words := range map[string]string{"": "Paste an API token", "wrong": "This token is not known here"} {
		answer := b.do(http.MethodPost, signInPath, url.Values{"token": {sent}, "to": {to}})
		if answer.StatusCode != http.StatusUnprocessableEntity || len(answer.Cookies()) > 0 {
			t.Errorf("%q: %d", sent, answer.StatusCode)
		}
		says(t, "again", answer.page, "<title>Error: ", words, to)
		silent(t, "again", answer.page, `value="wrong"`)
	}
	if answer := b.do(http.MethodPost, signInPath, nil); answer.StatusCode != http.StatusUnsupportedMediaType {
		t.Errorf("no form: %d", answer.StatusCode)
	}
	if strings.Contains(b.log.String(), token.Reveal()) {
		t.Error("the log has the token")
	}
}

// TestSignInIsLimited: whoever tries too often waits, by token and by link, and nothing is looked up.
func TestSignInIsLimited(t *testing.T) {
	t.Parallel()
	b := setup(t).as("")
	once, _ := b.store.CreateSignIn(t.Context(), "terminal", "admin", realNow().Add(1))
	b.allow = false
	for _, address := range []string{signInPath, "/console/sign-in/" + once.Reveal()} {
		answer := b.do(http.MethodPost, address, url.Values{"token": {"x"}})
		if answer.StatusCode != http.StatusTooManyRequests || answer.Header.Get("Retry-After") != "8" {
			t.Errorf("%d, wait %q", answer.StatusCode, answer.Header.Get("Retry-After"))
		}
	}
	if b.store.signIns[once.Hash()].used {
		t.Error("the link was used up")
	}
}

// TestSignOut ends the session here and in the records; signing in anew ends the one before.
func TestSignOut(t *testing.T) {
	t.Parallel()
	b := setup(t)
	once, _ := b.store.CreateSignIn(t.Context(), "terminal", "admin", realNow().Add(1))
	before := programme.TokenFrom(b.cookie)
	fresh := b.do(http.MethodPost, "/console/sign-in/"+once.Reveal(), url.Values{}).Cookies()[0]
	if _, still := b.store.sessions[before.Hash()]; still || len(b.store.sessions) != 1 {
		t.Error("the session before goes on")
	}
	b.cookie = fresh.Value
	for range 2 {
		answer := b.do(http.MethodPost, "/console/sign-out", url.Values{})
		if answer.StatusCode != http.StatusSeeOther || answer.Header.Get("Location") != signInPath || answer.Cookies()[0].MaxAge != -1 || len(b.store.sessions) > 0 {
			t.Errorf("%d with %v", answer.StatusCode, answer.Cookies())
		}
	}
	if answer := b.get("/console"); answer.Header.Get("Location") != signInPath {
		t.Errorf("goes to %q", answer.Header.Get("Location"))
	}
	if answer := b.get("/console/sign-out"); answer.StatusCode != http.StatusMethodNotAllowed {
		t.Errorf("a GET signs out: %d", answer.StatusCode)
	}
}

func TestOnward(t *testing.T) {
	t.Parallel()
	for to, want := range map[string]string{
		"": home, "/": home, "/console": home, "/console/tasks?cohort=a&after=3": "/console/tasks?cohort=a&after=3",
		"https://evil.example/console/tasks": home, "//evil.example/console/tasks": home, "/console/../api": home, "/console//evil.example": home,
		`/console/\evil.example`: "/console/%5Cevil.example", "/console/sign-out": home, "/console/sign-in/x": home, "javascript:alert(1)": home, "%zz": home, "/consoles": home,
	} {
		if got := onward(to); got != want {
			t.Errorf("%q leads to %q, not %q", to, got, want)
		}
	}
}
