package console

import (
	"encoding/base64"
	"encoding/json"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"testing"

	"fairlead/programme"
)

const sessionCookie = "__Host-fairlead_staff"

func setupProvider(t *testing.T, with func(*Organisation)) (*bundle, *provider) {
	t.Helper()
	p := newProvider(t)
	o := p.organisation()
	if with != nil {
		with(&o)
	}
	b := setupWith(t, "https://console.example", o).as("")
	clear(b.store.sessions)
	return b, p
}

// TestOrganisation: who has a role gets in with it, to where they wanted to go, in a session that nobody knew before.
func TestOrganisation(t *testing.T) {
	t.Parallel()
	b, p := setupProvider(t, nil)
	v := p.visitor(b)
	planted := b.store.begin(member{"somebody", ops}, "") // by whoever used the browser before, or by an attacker
	v.cookies[sessionCookie] = planted.Reveal()
	says(t, "sign-in", b.page(signInPath+"?to=/console/tasks", http.StatusOK), `href="/console/sign-in/start?to=%2Fconsole%2Ftasks" class="govuk-button"`, "API token")
	callback := v.begins("/console/tasks?cohort=" + cohort)
	answer := v.goes(http.MethodGet, callback)
	if answer.StatusCode != http.StatusSeeOther || answer.Header.Get("Location") != "/console/tasks?cohort="+cohort {
		t.Fatalf("%d to %q\n%s", answer.StatusCode, answer.Header.Get("Location"), answer.page)
	}
	session := v.cookies[sessionCookie]
	if session == planted.Reveal() || len(session) < 40 || v.cookies["__Host-fairlead_attempt"] != "" {
		t.Errorf("the cookies are %v", v.cookies)
	}
	if _, goesOn := b.store.sessions[planted.Hash()]; goesOn {
		t.Error("the session before goes on")
	}
	if who := b.store.sessions[programme.TokenFrom(session).Hash()]; who != (member{"ann@centre.example", coordinator}) {
		t.Errorf("signed in as %v", who)
	}
	if b.store.browsers[len(b.store.browsers)-1] != "Firefox on Windows" {
		t.Errorf("by %q", b.store.browsers)
	}
	says(t, "home", v.goes(http.MethodGet, "/console").page, "ann@centre.example (coordinator)")
	for _, secret := range []string{"entre.example", session, "code=", clientSecret, "k3y"} {
		if strings.Contains(b.log.String(), secret) {
			t.Errorf("the log has %q", secret)
		}
	}
	if p.hits != 1 {
		t.Errorf("the discovery was read %d times", p.hits)
	}
}

// attacks are what must not let anybody in.
var attacks = []struct {
	name   string
	with   func(*Organisation)
	before func(v *visitor) // until the browser comes back
	change func(v *visitor, callback url.Values)
	status int
	words  string
	noted  bool // in the audit log
}{
	{name: "wrong state", change: func(_ *visitor, q url.Values) { q.Set("state", q.Get("state")+"x") }, status: 400, words: "cannot be finished here"},
	{name: "no state", change: func(_ *visitor, q url.Values) { q.Del("state") }, status: 400, words: "cannot be finished here"},
	{name: "another browser", change: func(v *visitor, _ url.Values) { clear(v.cookies) }, status: 400, words: "cannot be finished here"},
	{name: "a cookie that is none", change: func(v *visitor, _ url.Values) { v.cookies["__Host-fairlead_attempt"] = "e30" }, status: 400, words: "cannot be finished here"},
	{name: "begun long ago", change: func(v *visitor, _ url.Values) {
		text, _ := base64.RawURLEncoding.DecodeString(v.cookies["__Host-fairlead_attempt"])
		var a attempt
		_ = json.Unmarshal(text, &a)
		a.Begun -= 600
		text, _ = json.Marshal(a)
		v.cookies["__Host-fairlead_attempt"] = base64.RawURLEncoding.EncodeToString(text)
	}, status: 400, words: "more than ten minutes ago"},
	{name: "replayed code", change: func(v *visitor, q url.Values) {
		again := v.cookies["__Host-fairlead_attempt"] // as a thief of the cookie would have kept it
		if first := v.goes(http.MethodGet, callbackPath+"?"+q.Encode()); first.StatusCode != http.StatusSeeOther {
			v.t.Errorf("the first: %d", first.StatusCode)
		}
		clear(v.store.sessions)
		clear(v.cookies)
		v.cookies["__Host-fairlead_attempt"] = again
	}, status: 400, words: "used before"},
	{name: "a code of somebody else's sign-in", change: func(v *visitor, q url.Values) {
		other, _ := url.Parse(v.p.visitor(v.bundle).begins(""))
		q.Set("code", other.Query().Get("code")) // their verifier is not in this browser
	}, status: 400, words: "used before"},
	{name: "an invented code", change: func(_ *visitor, q url.Values) { q.Set("code", "x") }, status: 400, words: "used before"},
	{name: "no code", change: func(_ *visitor, q url.Values) { q.Del("code") }, status: 502, words: "could not sign you in"},
	{name: "another provider's answer", change: func(_ *visitor, q url.Values) { q.Set("iss", "https://evil.example") }, status: 403, words: "could not trust", noted: true},
	{name: "wrong nonce", before: claim("nonce", "x"), status: 403, words: "could not trust", noted: true},
	{name: "no nonce", before: claim("nonce", nil), status: 403, words: "could not trust", noted: true},
	{name: "another audience", before: claim("aud", "other"), status: 403, words: "could not trust", noted: true},
	{name: "audience of many, for another", before: claim("aud", []string{clientID, "other"}), status: 403, words: "could not trust", noted: true},
	{name: "another issuer", before: claim("iss", "https://evil.example"), status: 403, words: "could not trust", noted: true},
	{name: "expired", before: claim("exp", realNow().Unix()-1), status: 403, words: "could not trust", noted: true},
	{name: "another's key", before: func(v *visitor) { v.p.signing = newKey(v.t) }, status: 403, words: "could not trust", noted: true},
	{name: "address not confirmed", before: claim("email_verified", false), status: 403, words: "not confirmed", noted: true},
	{name: "confirmed by a word", before: claim("email_verified", "yes"), status: 403, words: "not confirmed", noted: true},
	{name: "nothing said of it", before: claim("email_verified", nil), status: 403, words: "not confirmed", noted: true},
	{name: "somebody without a role", before: claim("email", "mallory@centre.example"), status: 403, words: "You came as <strong>mallory@centre.example", noted: true},
	{name: "not even close", before: claim("email", "ann@centre.example.evil.example"), status: 403, words: "You have no access here", noted: true},
	{name: "one factor", with: func(o *Organisation) { o.AMR = []string{"mfa", "hwk"} }, before: claim("amr", []string{"pwd"}), status: 403, words: "second factor", noted: true},
	{name: "a weak context", with: func(o *Organisation) { o.ACR = []string{"high"} }, before: claim("acr", "low"), status: 403, words: "second factor", noted: true},
	{name: "no address, another's page", before: func(v *visitor) {
		v.p.claims["email"] = nil
		v.p.info = map[string]any{"sub": "bo", "email": "bo@centre.example", "email_verified": true}
	}, status: 403, words: "could not trust", noted: true},
	{name: "denied", before: func(v *visitor) { v.p.errorOf = "access_denied" }, status: 403, words: "did not agree"},
	{name: "trouble at the provider", before: func(v *visitor) { v.p.errorOf = "server_error" }, status: 502, words: "could not sign you in"},
	{name: "markup for an error", before: func(v *visitor) { v.p.errorOf = "<script>x</script>" }, status: 502, words: "could not sign you in"},
	{name: "the token endpoint is down", before: func(v *visitor) { v.p.token = 503 }, status: 503, words: "cannot be reached"},
	{name: "the wrong secret", with: func(o *Organisation) { o.ClientSecret = "old" }, status: 502, words: "could not sign you in"},
}

func claim(name string, value any) func(*visitor) {
	return func(v *visitor) { v.p.claims[name] = value }
}

func TestAttacksOnTheSignIn(t *testing.T) {
	t.Parallel()
	for _, attack := range attacks {
		t.Run(attack.name, func(t *testing.T) {
			t.Parallel()
			b, p := setupProvider(t, attack.with)
			v := p.visitor(b)
			if attack.before != nil {
				attack.before(v)
			}
			callback, err := url.Parse(v.begins("/console/tasks"))
			if err != nil || callback.Path != callbackPath {
				t.Fatal(callback, err)
			}
			query := callback.Query()
			if attack.change != nil {
				attack.change(v, query)
			}
			answer := v.goes(http.MethodGet, callbackPath+"?"+query.Encode())
			if answer.StatusCode != attack.status {
				t.Errorf("%d, not %d", answer.StatusCode, attack.status)
			}
			says(t, attack.name, answer.page, attack.words, `href="/console/sign-in"`)
			if len(b.store.sessions) > 0 || v.cookies[sessionCookie] != "" {
				t.Errorf("somebody is signed in: %v", v.cookies)
			}
			if noted := len(b.store.people.refused) > 0; noted != attack.noted {
				t.Errorf("the audit log has %q", b.store.people.refused)
			}
			for _, secret := range []string{"mallory", "ann@", "<script>", query.Get("code")} {
				if len(secret) > 1 && strings.Contains(b.log.String()+strings.Join(b.store.people.refused, ""), secret) {
					t.Errorf("log or audit log have %q:\n%s", secret, b.log.String())
				}
			}
		})
	}
}

// What else a provider may say of whom it let in.
func TestOrganisationLetsIn(t *testing.T) {
	t.Parallel()
	for name, one := range map[string]struct {
		with   func(*Organisation)
		before func(*visitor)
	}{
		"a second factor": {func(o *Organisation) { o.AMR, o.ACR = []string{"mfa"}, []string{"high", "higher"} },
			func(v *visitor) { v.p.claims["amr"], v.p.claims["acr"] = []string{"pwd", "mfa"}, "higher" }},
		"a secret in the body":           {nil, func(v *visitor) { v.p.methods = []string{"client_secret_post"} }},
		"a public client, by PKCE alone": {func(o *Organisation) { o.ClientSecret = "" }, func(v *visitor) { v.p.methods = []string{"none"} }},
		"several audiences":              {nil, func(v *visitor) { v.p.claims["aud"], v.p.claims["azp"] = []string{"other", clientID}, clientID }},
		"the address on a page of its own": {nil, func(v *visitor) {
			v.p.claims["email"], v.p.claims["email_verified"] = nil, nil
			v.p.info = map[string]any{"sub": "ann", "email": "ann@centre.example", "email_verified": true}
		}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			b, p := setupProvider(t, one.with)
			v := p.visitor(b)
			one.before(v)
			if answer := v.goes(http.MethodGet, v.begins("")); answer.Header.Get("Location") != home || len(b.store.sessions) != 1 {
				t.Errorf("%d to %q\n%s", answer.StatusCode, answer.Header.Get("Location"), answer.page)
			}
		})
	}
}

// Wherever a link says to go on, it is within the console, also where the cookie was tampered with.
func TestOrganisationLeadsNowhereElse(t *testing.T) {
	t.Parallel()
	for _, to := range []string{"https://evil.example/", "//evil.example/console/tasks", `/\evil.example`, "/console/../l/x", "javascript:alert(1)", "/console/sign-out"} {
		b, p := setupProvider(t, nil)
		v := p.visitor(b)
		callback := v.begins(to)
		text, _ := base64.RawURLEncoding.DecodeString(v.cookies["__Host-fairlead_attempt"])
		var a attempt
		if err := json.Unmarshal(text, &a); err != nil || a.To != home {
			t.Errorf("%q is kept as %q, %v", to, a.To, err)
		}
		a.To = to
		text, _ = json.Marshal(a)
		v.cookies["__Host-fairlead_attempt"] = base64.RawURLEncoding.EncodeToString(text)
		if answer := v.goes(http.MethodGet, callback); answer.Header.Get("Location") != home {
			t.Errorf("%q leads to %q", to, answer.Header.Get("Location"))
		}
	}
}

// What looks at the address before its person does spends nothing; whoever comes too often waits.
func TestCallbackIsSpentByItsPersonAlone(t *testing.T) {
	t.Parallel()
	b, p := setupProvider(t, nil)
	v := p.visitor(b)
	callback := v.begins("")
	for range 3 {
		if answer := v.goes(http.MethodHead, callback); answer.StatusCode != http.StatusOK || len(answer.Cookies()) > 0 {
			t.Errorf("HEAD: %d with %v", answer.StatusCode, answer.Cookies())
		}
		if answer := p.visitor(b).goes(http.MethodGet, callback); answer.StatusCode != http.StatusBadRequest {
			t.Errorf("a scanner: %d", answer.StatusCode)
		}
	}
	b.allow = false
	if answer := v.goes(http.MethodGet, callback); answer.StatusCode != http.StatusTooManyRequests || answer.Header.Get("Retry-After") != "8" {
		t.Errorf("%d, wait %q", answer.StatusCode, answer.Header.Get("Retry-After"))
	}
	b.allow = true
	if answer := v.goes(http.MethodGet, callback); answer.StatusCode != http.StatusSeeOther || len(b.store.sessions) != 1 {
		t.Errorf("the person: %d", answer.StatusCode)
	}
}

// A provider that is away stops nobody with a token, is not asked by everybody at once, and is found when it is back.
func TestProviderIsAway(t *testing.T) {
	t.Parallel()
	b, p := setupProvider(t, func(o *Organisation) { o.Issuer += "/nowhere" })
	v := p.visitor(b)
	for range 3 {
		answer := v.goes(http.MethodGet, startPath)
		if answer.StatusCode != http.StatusServiceUnavailable || answer.Header.Get("Retry-After") == "" || len(v.cookies) > 0 {
			t.Errorf("%d with %v", answer.StatusCode, v.cookies)
		}
		says(t, "away", answer.page, "cannot be reached")
	}
	b.page(signInPath, http.StatusOK, "API token", "Sign in through your organisation")
	without := setup(t).as("")
	for _, address := range []string{startPath, callbackPath + "?code=x&state=y"} {
		without.page(address, http.StatusNotFound)
	}
	silent(t, "without", without.page(signInPath, http.StatusOK), "through your organisation")
}

func TestOrganisationSettings(t *testing.T) {
	t.Parallel()
	p := newProvider(t)
	good := Organisation{Issuer: "https://id.example", ClientID: "x"}
	const site = "https://console.example"
	if err := (Organisation{}).Check("http://anything"); err != nil {
		t.Errorf("none is none: %v", err)
	}
	if err := good.Check(site); err != nil {
		t.Error(err)
	}
	for name, err := range map[string]error{
		"no client": Organisation{Issuer: "https://id.example"}.Check(site), "plain http": Organisation{Issuer: "http://id.example", ClientID: "x"}.Check(site),
		"no address": Organisation{Issuer: "id.example", ClientID: "x"}.Check(site), "a query": Organisation{Issuer: "https://id.example?x=1", ClientID: "x"}.Check(site),
		"cookies in clear": good.Check("http://console.example"),
	} {
		if err == nil || !strings.Contains(err.Error(), "FAIRLEAD_") {
			t.Errorf("%s: %v", name, err)
		}
	}
	if err := p.organisation().Examine(t.Context(), site); err != nil {
		t.Error(err)
	}
	elsewhere := p.organisation()
	elsewhere.Issuer = strings.Replace(elsewhere.Issuer, "127.0.0.1", "localhost", 1) // answers, and names another issuer
	away := p.organisation()
	away.Issuer += "/nowhere"
	for name, o := range map[string]Organisation{"elsewhere": elsewhere, "away": away} {
		if err := o.Examine(t.Context(), site); err == nil || !strings.Contains(err.Error(), "FAIRLEAD_OIDC_ISSUER") {
			t.Errorf("%s: %v", name, err)
		}
	}
	if !slices.Contains([]string{"other"}, knownError("x\ny")) || knownError("server_error") != "server_error" {
		t.Error("anything may be logged")
	}
}
