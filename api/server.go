// Package api is the edge of Fairlead: the one HTTP handler that leaders, staff, clients and probes reach. It routes to
// the forms, the console and the REST API, and gives all of them the same guard: security headers, cross-origin
// protection, body caps, an access log without paths, and refusals as a page or a problem document.
package api

import (
	"fmt"
	"log/slog"
	"net/http"
	"net/url"
	"strings"
	"time"

	"github.com/gin-gonic/gin"
	"github.com/prometheus/client_golang/prometheus"
)

// Part is a set of pages or calls that hangs itself into the router.
type Part interface {
	Register(gin.IRouter)
}

// Options are what the edge has to know.
type Options struct {
	// Parts are the forms, the console and the REST API.
	Parts []Part
	// Health answers /livez and /readyz.
	Health *Health
	// Registry takes the edge's metrics. Every handler made with one registry counts into the same metrics.
	Registry *prometheus.Registry
	// PublicURL is what links begin with. With https the browser is told to stay there, and its origin is trusted
	// where a proxy changes the Host header.
	PublicURL string
	// TrustedProxies are the networks whose X-Forwarded-For is believed; none means nobody's is.
	TrustedProxies []string
	// BodyCaps are body sizes in bytes by route pattern, where one may be larger than DefaultBodyCap.
	BodyCaps map[string]int64
	// Log takes one line a request.
	Log *slog.Logger
	// Now is real time.
	Now func() time.Time
}

// DefaultBodyCap is how many bytes a request body may have where Options.BodyCaps says nothing else: 1 MiB.
const DefaultBodyCap = 1 << 20

// New builds the handler of the main port. It fails where a setting cannot be used.
func New(o Options) (http.Handler, error) {
	gin.SetMode(gin.ReleaseMode)
	engine := gin.New()
	engine.ContextWithFallback = true
	engine.HandleMethodNotAllowed = true
	engine.RedirectTrailingSlash = false // gin's own redirect believes X-Forwarded-Prefix; see notFound
	engine.ForwardedByClientIP = len(o.TrustedProxies) > 0
	if err := engine.SetTrustedProxies(o.TrustedProxies); err != nil {
		return nil, fmt.Errorf("trusted proxies: %w: write networks such as 10.0.0.0/8", err)
	}
	crossOrigin, err := crossOriginProtection(o.PublicURL)
	if err != nil {
		return nil, err
	}
	engine.Use(requestID, observe(o.Log, newMetrics(o.Registry), o.Now), recovery(o.Log), crossOrigin, bodyCap(o.BodyCaps), packPages)
	engine.NoRoute(notFound)
	engine.NoMethod(func(c *gin.Context) {
		Refuse(c, NewProblem(MethodNotAllowed, "This address does not take the method "+knownMethod(c.Request.Method)+"."))
	})
	o.Health.register(engine)
	registerProblems(engine)
	registerAssets(engine)
	for _, part := range o.Parts {
		part.Register(engine)
	}
	return securityHeaders(engine, strings.HasPrefix(o.PublicURL, "https://")), nil
}

// Server is an HTTP server with the timeouts and header cap every port of Fairlead has. Reading a request may take 30
// seconds and answering 60: a command waits 5 seconds for Temporal, and a spreadsheet has 10 MB.
func Server(handler http.Handler, log *slog.Logger) *http.Server {
	return &http.Server{
		Handler:           handler,
		ReadHeaderTimeout: 5 * time.Second,
		ReadTimeout:       30 * time.Second,
		WriteTimeout:      60 * time.Second,
		IdleTimeout:       2 * time.Minute,
		MaxHeaderBytes:    32 << 10,
		ErrorLog:          slog.NewLogLogger(log.Handler(), slog.LevelWarn),
	}
}

// notFound sends an address with a slash too many to the one without, and refuses the rest.
func notFound(c *gin.Context) {
	path := c.Request.URL.Path
	get := c.Request.Method == http.MethodGet || c.Request.Method == http.MethodHead
	if bare := strings.Trim(path, "/"); get && bare != "" && strings.HasSuffix(path, "/") {
		// One slash in front, the rest escaped: the address stays on this host whatever was sent.
		c.Redirect(http.StatusMovedPermanently, (&url.URL{Path: "/" + bare}).String())
		return
	}
	Refuse(c, NewProblem(NotFound, ""))
}

// Refuse answers with the problem: a document under /api, a page elsewhere.
func Refuse(c *gin.Context, p *Problem) {
	p.Instance = instance(c.Request.Context())
	if path := c.Request.URL.Path; path == "/api" || strings.HasPrefix(path, "/api/") {
		WriteProblem(c.Writer, p)
	} else {
		writePage(c.Writer, path, p)
	}
	c.Abort()
}

// Fail refuses with what the error is, and notes an unexpected one for the log.
func Fail(c *gin.Context, err error) {
	p := Explain(err)
	if p.Kind() == Internal {
		_ = c.Error(err)
	}
	Refuse(c, p)
}
