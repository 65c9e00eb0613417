package api

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"
	"time"

	"fairlead/api/assets"
	"fairlead/programme"

	"github.com/gin-gonic/gin"
	"github.com/prometheus/client_golang/prometheus"
)

// What stands in paths, panics and bodies of these tests: nothing of it may be repeated or logged.
const secret = "Geheimnis"

type bundle struct {
	t        *testing.T
	url      string
	log      *lines
	registry *prometheus.Registry
	health   *Health
}

type lines struct {
	mu   sync.Mutex
	text bytes.Buffer
}

func (l *lines) Write(p []byte) (int, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.text.Write(p)
}

func (l *lines) String() string {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.text.String()
}

// part has a page, a link and a call that fail in every way.
type part struct{ limiter *Limiter }

func (p part) Register(r gin.IRouter) {
	r.GET("/l/:token", func(c *gin.Context) { c.String(http.StatusOK, "a page") })
	r.POST("/l/:token", func(c *gin.Context) {
		if _, err := io.ReadAll(c.Request.Body); err != nil {
			Fail(c, err)
			return
		}
		c.String(http.StatusOK, "posted")
	})
	r.POST("/large", func(c *gin.Context) {
		n, err := io.Copy(io.Discard, c.Request.Body)
		if err != nil {
			Fail(c, err)
			return
		}
		c.String(http.StatusOK, "%d", n)
	})
	for _, base := range []string{"", "/api/v1"} {
		r.GET(base+"/panics", func(*gin.Context) { panic(secret) })
		r.GET(base+"/fails", func(c *gin.Context) { Fail(c, errors.New("a driver gave up")) })
		r.GET(base+"/half", func(c *gin.Context) { c.String(http.StatusOK, "half "); panic(secret) })
	}
	r.GET("/cancelled", func(c *gin.Context) {
		c.String(http.StatusOK, "%v", c.Value(requestKey{}) != nil && c.Done() != nil)
	})
	if p.limiter != nil {
		r.GET("/limited", p.limiter.Limit, func(c *gin.Context) { c.String(http.StatusOK, "once") })
	}
}

func setup(t *testing.T, change ...func(*Options)) *bundle {
	t.Helper()
	b := &bundle{t: t, log: &lines{}, registry: prometheus.NewRegistry()}
	log := slog.New(slog.NewJSONHandler(b.log, nil))
	now := func() time.Time { return time.Date(2026, 11, 16, 10, 0, 0, 0, time.UTC) }
	b.health = NewHealth(log, now)
	o := Options{Parts: []Part{part{}}, Health: b.health, Registry: b.registry, BodyCaps: map[string]int64{"/large": 4 << 20}, Log: log, Now: now}
	for _, c := range change {
		c(&o)
	}
	handler, err := New(o)
	if err != nil {
		t.Fatal(err)
	}
	server := httptest.NewServer(handler)
	t.Cleanup(server.Close)
	b.url = server.URL
	return b
}

type answer struct {
	*http.Response
	body string
}

func (b *bundle) send(method, path, body string, headers ...string) answer {
	b.t.Helper()
	request, err := http.NewRequestWithContext(b.t.Context(), method, b.url+path, strings.NewReader(body))
	if err != nil {
		b.t.Fatal(err)
	}
	for i := 0; i+1 < len(headers); i += 2 {
		request.Header.Set(headers[i], headers[i+1])
	}
	response, err := http.DefaultTransport.RoundTrip(request)
	if err != nil {
		b.t.Fatal(err)
	}
	defer response.Body.Close()
	text, err := io.ReadAll(response.Body)
	if err != nil {
		b.t.Fatal(err)
	}
	return answer{response, string(text)}
}

func TestEveryAnswerIsGuarded(t *testing.T) {
	t.Parallel()
	b := setup(t, func(o *Options) { o.PublicURL = "https://leaders.example.org" })
	for _, path := range []string{"/l/token", "/no-such", "/api/no-such", "/panics", "/api/v1/panics", "/readyz", "/livez", "/problems", assets.URL("start.js"), "/l/token/", "/fails"} {
		a := b.send("GET", path, "")
		for name, want := range map[string]string{
			"Content-Security-Policy": contentPolicy, "X-Content-Type-Options": "nosniff", "Referrer-Policy": "no-referrer",
			"Cross-Origin-Opener-Policy": "same-origin", "Strict-Transport-Security": "max-age=63072000",
		} {
			if got := a.Header.Get(name); got != want {
				t.Errorf("%s: %s is %q", path, name, got)
			}
		}
		if path != assets.URL("start.js") && a.Header.Get("Cache-Control") != "no-store" {
			t.Errorf("%s may be stored", path)
		}
	}
	if got := setup(t).send("GET", "/livez", "").Header.Get("Strict-Transport-Security"); got != "" {
		t.Error("plain http promises https")
	}
	for _, banned := range []string{"unsafe", "*", "http", "data:", "connect-src"} {
		if strings.Contains(contentPolicy, banned) {
			t.Errorf("the policy holds %q", banned)
		}
	}
}

func TestRefusalsAsPageAndDocument(t *testing.T) {
	t.Parallel()
	b := setup(t)
	for _, c := range []struct {
		method, path string
		status       int
	}{
		{"GET", "/no-such", 404}, {"POST", "/no-such", 404}, {"DELETE", "/l/token", 405}, {"GET", "/panics", 500}, {"GET", "/fails", 500},
		{"GET", "/api/no-such", 404}, {"GET", "/api", 404}, {"DELETE", "/api/v1/panics", 405}, {"GET", "/api/v1/panics", 500}, {"GET", "/api/v1/fails", 500},
	} {
		a := b.send(c.method, c.path, "")
		if a.StatusCode != c.status {
			t.Errorf("%s %s: %d", c.method, c.path, a.StatusCode)
		}
		if c.status == 405 && a.Header.Get("Allow") == "" {
			t.Errorf("%s: no Allow", c.path)
		}
		if strings.Contains(a.body, secret) || strings.Contains(a.body, "driver") {
			t.Errorf("%s shows what went wrong inside: %s", c.path, a.body)
		}
		if strings.HasPrefix(c.path, "/api") {
			var p Problem
			if err := json.Unmarshal([]byte(a.body), &p); err != nil || p.Status != c.status || a.Header.Get("Content-Type") != "application/problem+json" {
				t.Errorf("%s is no problem document: %s", c.path, a.body)
			}
			if p.Instance != "urn:fairlead:request:"+a.Header.Get("X-Request-Id") {
				t.Errorf("%s: the request's number is %q", c.path, p.Instance)
			}
			continue
		}
		if strings.Count(a.body, "<h1>") != 1 || !strings.HasPrefix(a.Header.Get("Content-Type"), "text/html") || !strings.Contains(a.body, a.Header.Get("X-Request-Id")) {
			t.Errorf("%s is no page: %s", c.path, a.body)
		}
	}
	for path, home := range map[string]string{"/no-such": `href="/"`, "/console-nothing": `href="/"`, "/console/no-such": `href="/console"`} {
		if a := b.send("GET", path, ""); !strings.Contains(a.body, home) {
			t.Errorf("%s leads nowhere: %s", path, a.body)
		}
	}
	if a := b.send("GET", "/half", ""); a.body != "half " {
		t.Errorf("a refusal was appended to half an answer: %s", a.body)
	}
}

func TestSlashTooMany(t *testing.T) {
	t.Parallel()
	b := setup(t)
	for path, to := range map[string]string{"/console/": "/console", "/l/token/": "/l/token", "//evil.example//": "/evil.example", `/%5Cevil.example/`: "/%5Cevil.example"} {
		a := b.send("GET", path, "", "X-Forwarded-Prefix", "//evil.example")
		if a.StatusCode != http.StatusMovedPermanently || a.Header.Get("Location") != to {
			t.Errorf("%s: %d to %q", path, a.StatusCode, a.Header.Get("Location"))
		}
	}
	if a := b.send("POST", "/l/token/", ""); a.StatusCode != 404 {
		t.Errorf("a POST is redirected: %d", a.StatusCode)
	}
}

func TestAccessLog(t *testing.T) {
	t.Parallel()
	b := setup(t)
	a := b.send("GET", "/l/"+secret+"?q="+secret, "", "User-Agent", secret, "X-Request-Id", secret)
	b.send("GET", "/"+secret, "")
	b.send("GET", "/panics", "")
	b.send(strings.ToUpper(secret), "/l/x", "")
	b.send("GET", "/fails", "")
	log := b.log.String()
	if strings.Contains(strings.ToLower(log), strings.ToLower(secret)) {
		t.Errorf("the log holds a path, header or panic: %s", log)
	}
	var first map[string]any
	if err := json.Unmarshal([]byte(strings.SplitN(log, "\n", 2)[0]), &first); err != nil {
		t.Fatal(err)
	}
	if first["route"] != "/l/:token" || first["method"] != "GET" || first["status"] != 200.0 || first["request"] != a.Header.Get("X-Request-Id") || first["took"] == nil {
		t.Errorf("%v", first)
	}
	for _, want := range []string{`"route":"unmatched"`, `"method":"other"`, "a handler panicked", "a driver gave up"} {
		if !strings.Contains(log, want) {
			t.Errorf("the log does not say %s: %s", want, log)
		}
	}
}

func TestCrossOrigin(t *testing.T) {
	t.Parallel()
	b := setup(t, func(o *Options) { o.PublicURL = "https://leaders.example.org" })
	for _, c := range []struct {
		name, method string
		headers      []string
		status       int
	}{
		{"another site's form", "POST", []string{"Sec-Fetch-Site", "cross-site"}, 403},
		{"another site's form, old browser", "POST", []string{"Origin", "https://evil.example"}, 403},
		{"own form", "POST", []string{"Sec-Fetch-Site", "same-origin"}, 200},
		{"own form behind a proxy", "POST", []string{"Origin", "https://leaders.example.org", "Sec-Fetch-Site", "cross-site"}, 200},
		{"a program", "POST", nil, 200},
		{"a link from a mail", "GET", []string{"Sec-Fetch-Site", "cross-site"}, 200},
	} {
		if a := b.send(c.method, "/l/token", "", c.headers...); a.StatusCode != c.status {
			t.Errorf("%s: %d", c.name, a.StatusCode)
		}
	}
	for path, status := range map[string]int{"/unsubscribe/token": 404, "/unsubscribe/token/again": 403, "/unsubscribe/": 403, "/unsubscribe/../l/token": 403, "/unsubscribe": 403} {
		if a := b.send("POST", path, "", "Origin", "https://mail.example", "Sec-Fetch-Site", "cross-site"); a.StatusCode != status {
			t.Errorf("a mail program at %s: %d", path, a.StatusCode)
		}
	}
	for _, bad := range []string{"leaders.example.org", "::"} {
		if _, err := New(Options{PublicURL: bad, Health: b.health, Registry: prometheus.NewRegistry()}); err == nil {
			t.Errorf("%q passes as a public URL", bad)
		}
	}
}

func TestBodyCaps(t *testing.T) {
	t.Parallel()
	b := setup(t)
	big := strings.Repeat("x", DefaultBodyCap+1)
	if a := b.send("POST", "/l/token", big); a.StatusCode != http.StatusRequestEntityTooLarge {
		t.Errorf("%d", a.StatusCode)
	}
	if a := b.send("POST", "/l/token", big[1:]); a.StatusCode != http.StatusOK {
		t.Errorf("%d", a.StatusCode)
	}
	if a := b.send("POST", "/large", big); a.StatusCode != http.StatusOK {
		t.Errorf("%d", a.StatusCode)
	}
	// Without a length it is the reading that ends.
	request, err := http.NewRequestWithContext(t.Context(), "POST", b.url+"/l/token", io.MultiReader(strings.NewReader(big)))
	if err != nil {
		t.Fatal(err)
	}
	response, err := http.DefaultClient.Do(request)
	if err != nil {
		t.Fatal(err)
	}
	defer response.Body.Close()
	if response.StatusCode != http.StatusRequestEntityTooLarge {
		t.Errorf("%d", response.StatusCode)
	}
}

func TestContextReachesTheStore(t *testing.T) {
	t.Parallel()
	if a := setup(t).send("GET", "/cancelled", ""); a.body != "true" {
		t.Error("a gin context does not fall back to the request's")
	}
}

func TestServerHasLimits(t *testing.T) {
	t.Parallel()
	s := Server(http.NotFoundHandler(), slog.New(slog.NewTextHandler(io.Discard, nil)))
	if s.ReadHeaderTimeout == 0 || s.ReadTimeout == 0 || s.WriteTimeout == 0 || s.IdleTimeout == 0 || s.MaxHeaderBytes == 0 || s.ErrorLog == nil {
		t.Errorf("%+v", s)
	}
}

func TestExplain(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		err  error
		kind ProblemKind
	}{
		{programme.ErrNotFound, NotFound}, {programme.ErrLinkUnknown, NotFound}, {programme.ErrConflict, Conflict}, {programme.ErrFull, NoPlaceLeft},
		{programme.ErrStageNotOpen, NotLegalNow}, {programme.ErrFormClosed, Gone}, {programme.ErrLinkExpired, Gone}, {programme.ErrGone, Gone}, {programme.ErrLinkReplaced, Gone},
		{programme.ErrForbidden, NotAllowed}, {programme.ErrUnavailable, Unavailable}, {context.Canceled, Internal}, {errors.New(secret), Internal},
		{&programme.Illegal{What: "extend", State: "withdrawn"}, NotLegalNow}, {programme.Refuse("owner", "Name one."), InvalidInput},
		{&http.MaxBytesError{Limit: 1 << 20}, TooLarge}, {NewProblem(InFlight, ""), InFlight},
	} {
		p := Explain(fmt.Errorf("wrapped: %w", c.err))
		if p.Kind() != c.kind || p.Status != infoOf(c.kind).Status || p.Title == "" {
			t.Errorf("%v: %+v", c.err, p)
		}
		if strings.Contains(p.Detail, secret) || strings.Contains(p.Detail, "wrapped") {
			t.Errorf("%v is shown as it is", c.err)
		}
	}
	if p := Explain(&programme.Illegal{What: "extend", State: "withdrawn"}); p.State != "withdrawn" {
		t.Errorf("%+v", p)
	}
	if p := Explain(programme.ErrUnavailable); p.GetHeaders().Get("Retry-After") == "" {
		t.Error("no Retry-After")
	}
	p := Explain(&programme.Invalid{Faults: []programme.Fault{{Row: 3, Column: "email", Text: "a"}, {Field: "a/b~c", Text: "b"}, {Field: "/x/y", Line: 4, Text: "c"}}})
	if p.Errors[0] != (ProblemError{Detail: "a", Row: 3, Column: "email"}) || p.Errors[1].Pointer != "#/a~1b~0c" || p.Errors[2] != (ProblemError{Detail: "c", Pointer: "#/x/y", Line: 4}) {
		t.Errorf("%+v", p.Errors)
	}
}

func TestEveryKindOfProblemHasAPage(t *testing.T) {
	t.Parallel()
	b := setup(t)
	index := b.send("GET", "/problems", "").body
	seen := map[ProblemKind]bool{}
	for _, info := range catalogue {
		if seen[info.Kind] {
			t.Errorf("%s is there twice", info.Kind)
		}
		seen[info.Kind] = true
		address := NewProblem(info.Kind, "").Type
		a := b.send("GET", address, "")
		if a.StatusCode != http.StatusOK || !strings.Contains(a.body, "<h1>"+info.Title) || strings.Count(a.body, "<h1>") != 1 {
			t.Errorf("%s: %d %s", address, a.StatusCode, a.body)
		}
		if !strings.Contains(index, address) {
			t.Errorf("%s is not in the list", address)
		}
	}
	if a := b.send("GET", "/problems/no-such", ""); a.StatusCode != 404 {
		t.Errorf("%d", a.StatusCode)
	}
	if a := b.send("GET", assets.URL("fairlead.css"), ""); a.StatusCode != 200 || !strings.HasPrefix(a.Header.Get("Content-Type"), "text/css") {
		t.Errorf("no styles: %d", a.StatusCode)
	}
}
