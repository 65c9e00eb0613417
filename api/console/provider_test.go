package console

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/sha256"
	"encoding/base64"
	"encoding/json"
	"net/http"
	"net/http/httptest"
	"net/url"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"fairlead/programme"

	"github.com/coreos/go-oidc/v3/oidc"
	"github.com/coreos/go-oidc/v3/oidc/oidctest"
)

const (
	clientID     = "fairlead"
	clientSecret = "s3cret/with+signs"
)

// provider is an identity provider in the test's process: discovery, keys and signed tokens are go-oidc's, the authorise
// and token endpoints are its own, with what OAuth and PKCE demand of them.
type provider struct {
	t      *testing.T
	url    string
	site   string // Fairlead's address
	pages  oidctest.Server
	key    *ecdsa.PrivateKey
	client *http.Client

	mu      sync.Mutex
	grants  map[string]grant // by code
	claims  map[string]any   // set or, where nil, taken out of the ID token
	errorOf string           // what the authorise endpoint answers
	signing *ecdsa.PrivateKey
	methods []string // of the token endpoint, none: not said
	token   int      // status of the token endpoint, where it fails
	info    map[string]any
	hits    int // of discovery
}

type grant struct{ challenge, nonce, redirect string }

func newProvider(t *testing.T) *provider {
	t.Helper()
	p := &provider{t: t, site: "https://console.example", grants: map[string]grant{}, claims: map[string]any{},
		client: &http.Client{CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}}
	p.key = newKey(t)
	p.signing = p.key
	p.pages = oidctest.Server{PublicKeys: []oidctest.PublicKey{{PublicKey: p.key.Public(), KeyID: "k", Algorithm: oidc.ES256}}, Algorithms: []string{oidc.ES256}}
	server := httptest.NewServer(p)
	t.Cleanup(server.Close)
	p.url = server.URL
	p.pages.SetIssuer(server.URL)
	return p
}

func newKey(t *testing.T) *ecdsa.PrivateKey {
	t.Helper()
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	return key
}

func (p *provider) organisation() Organisation {
	return Organisation{Issuer: p.url, ClientID: clientID, ClientSecret: clientSecret}
}

// ServeHTTP is the provider.
func (p *provider) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	p.mu.Lock()
	defer p.mu.Unlock()
	switch r.URL.Path {
	case "/auth":
		p.authorise(w, r)
	case "/token":
		p.exchange(w, r)
	case "/userinfo":
		w.Header().Set("Content-Type", "application/json")
		_ = json.NewEncoder(w).Encode(p.info)
	case "/.well-known/openid-configuration":
		p.hits++
		p.discovery(w, r)
	default:
		p.pages.ServeHTTP(w, r)
	}
}

func (p *provider) discovery(w http.ResponseWriter, r *http.Request) {
	plain := httptest.NewRecorder()
	p.pages.ServeHTTP(plain, r)
	var said map[string]any
	_ = json.Unmarshal(plain.Body.Bytes(), &said)
	said["code_challenge_methods_supported"] = []string{"S256"}
	said["userinfo_endpoint"] = p.url + "/userinfo"
	if p.methods != nil {
		said["token_endpoint_auth_methods_supported"] = p.methods
	}
	w.Header().Set("Content-Type", "application/json")
	_ = json.NewEncoder(w).Encode(said)
}

func (p *provider) authorise(w http.ResponseWriter, r *http.Request) {
	q := r.URL.Query()
	for name, want := range map[string]string{"client_id": clientID, "response_type": "code", "code_challenge_method": "S256", "redirect_uri": p.site + callbackPath} {
		if q.Get(name) != want {
			p.t.Errorf("%s is %q, not %q", name, q.Get(name), want)
		}
	}
	scopes := strings.Fields(q.Get("scope"))
	if len(q.Get("state")) < 32 || len(q.Get("nonce")) < 32 || len(q.Get("code_challenge")) < 43 || strings.Join(scopes, " ") != "openid email" {
		p.t.Errorf("the request is %v", q)
	}
	back := url.Values{"state": {q.Get("state")}}
	if p.errorOf != "" {
		back.Set("error", p.errorOf)
	} else {
		code := programme.NewToken().Reveal()
		p.grants[code] = grant{q.Get("code_challenge"), q.Get("nonce"), q.Get("redirect_uri")}
		back.Set("code", code)
		back.Set("iss", p.url)
	}
	http.Redirect(w, r, q.Get("redirect_uri")+"?"+back.Encode(), http.StatusFound)
}

func (p *provider) exchange(w http.ResponseWriter, r *http.Request) {
	w.Header().Set("Content-Type", "application/json")
	fail := func(status int, code string) {
		w.WriteHeader(status)
		_ = json.NewEncoder(w).Encode(map[string]string{"error": code})
	}
	if p.token != 0 {
		fail(p.token, "server_error")
		return
	}
	user, password, basic := r.BasicAuth()
	user, _ = url.QueryUnescape(user) // RFC 6749, 2.3.1
	password, _ = url.QueryUnescape(password)
	if !basic && len(p.methods) > 0 {
		user, password = r.PostFormValue("client_id"), r.PostFormValue("client_secret")
	}
	if user != clientID || p.methods == nil && !basic || password != clientSecret && !slices.Contains(p.methods, "none") {
		fail(http.StatusUnauthorized, "invalid_client")
		return
	}
	code := r.PostFormValue("code")
	given, known := p.grants[code]
	delete(p.grants, code) // RFC 6749, 4.1.2: once
	sum := sha256.Sum256([]byte(r.PostFormValue("code_verifier")))
	if !known || r.PostFormValue("grant_type") != "authorization_code" || r.PostFormValue("redirect_uri") != given.redirect ||
		base64.RawURLEncoding.EncodeToString(sum[:]) != given.challenge {
		fail(http.StatusBadRequest, "invalid_grant")
		return
	}
	claims := map[string]any{"iss": p.url, "aud": clientID, "sub": "ann", "exp": realNow().Add(time.Minute).Unix(), "iat": realNow().Unix(), "nonce": given.nonce,
		"email": "Ann@centre.example", "email_verified": true}
	for name, value := range p.claims {
		if claims[name] = value; value == nil {
			delete(claims, name)
		}
	}
	text, _ := json.Marshal(claims)
	_ = json.NewEncoder(w).Encode(map[string]any{"access_token": "a", "token_type": "Bearer", "expires_in": 60,
		"id_token": oidctest.SignIDToken(p.signing, "k", oidc.ES256, string(text))})
}

// visitor is a browser at the console that keeps its cookies.
type visitor struct {
	*bundle
	p       *provider
	cookies map[string]string
}

func (p *provider) visitor(b *bundle) *visitor {
	return &visitor{bundle: b, p: p, cookies: map[string]string{}}
}

// goes asks the console for an address.
func (v *visitor) goes(method, address string) got {
	v.t.Helper()
	request := httptest.NewRequest(method, address, nil)
	request.Header.Set("User-Agent", "Mozilla/5.0 (Windows NT 10.0; rv:140.0) Gecko/20100101 Firefox/140.0")
	for name, value := range v.cookies {
		request.AddCookie(&http.Cookie{Name: name, Value: value})
	}
	recorder := httptest.NewRecorder()
	v.handler.ServeHTTP(recorder, request)
	answer := got{recorder.Result(), recorder.Body.String()}
	for _, cookie := range answer.Cookies() {
		if !cookie.HttpOnly || !cookie.Secure || cookie.Path != "/" || cookie.SameSite != http.SameSiteLaxMode || !strings.HasPrefix(cookie.Name, "__Host-") {
			v.t.Errorf("the cookie is %v", cookie)
		}
		if v.cookies[cookie.Name] = cookie.Value; cookie.MaxAge < 0 {
			delete(v.cookies, cookie.Name)
		}
	}
	if answer.page != "" && answer.StatusCode != http.StatusSeeOther {
		checkPage(v.t, address, answer.page)
		seen.Saw(method+" "+address, answer.page, answer.Header.Get("Content-Security-Policy"))
	}
	return answer
}

// begins goes to the provider and comes back with the address it sends the browser to.
func (v *visitor) begins(to string) (callback string) {
	v.t.Helper()
	answer := v.goes(http.MethodGet, startPath+"?"+url.Values{"to": {to}}.Encode())
	if answer.StatusCode != http.StatusSeeOther || !strings.HasPrefix(answer.Header.Get("Location"), v.p.url+"/auth?") {
		v.t.Fatalf("begins with %d to %q", answer.StatusCode, answer.Header.Get("Location"))
	}
	sent, err := v.p.client.Get(answer.Header.Get("Location"))
	if err != nil {
		v.t.Fatal(err)
	}
	_ = sent.Body.Close()
	return strings.TrimPrefix(sent.Header.Get("Location"), v.p.site)
}
