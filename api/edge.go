package api

import (
	"context"
	"crypto/rand"
	"encoding/hex"
	"fmt"
	"log/slog"
	"net/http"
	"net/url"
	"runtime/debug"
	"time"

	"github.com/gin-gonic/gin"
)

type requestKey struct{}

// RequestID is the number of the request, drawn here and never taken from the client, or "" outside one.
func RequestID(ctx context.Context) string {
	id, _ := ctx.Value(requestKey{}).(string)
	return id
}

// instance is the request's number as the `instance` of a problem document.
func instance(ctx context.Context) string {
	if id := RequestID(ctx); id != "" {
		return "urn:fairlead:request:" + id
	}
	return ""
}

func requestID(c *gin.Context) {
	var bits [12]byte
	_, _ = rand.Read(bits[:]) // never fails, see crypto/rand
	id := hex.EncodeToString(bits[:])
	c.Request = c.Request.WithContext(context.WithValue(c.Request.Context(), requestKey{}, id))
	c.Header("X-Request-Id", id)
}

// observe writes the access log and the metrics. Both carry the route's pattern and never the path: paths of forms
// hold references, and those of links a token.
func observe(log *slog.Logger, m *metrics, now func() time.Time) gin.HandlerFunc {
	return func(c *gin.Context) {
		start := now()
		c.Next()
		route := c.FullPath()
		if route == "" {
			route = "unmatched"
		}
		took := now().Sub(start)
		status := c.Writer.Status()
		method := knownMethod(c.Request.Method)
		m.observe(route, method, status, took)
		level := slog.LevelInfo
		if status >= 500 {
			level = slog.LevelError
		}
		attributes := []slog.Attr{
			slog.String("route", route), slog.String("method", method), slog.Int("status", status),
			slog.Duration("took", took), slog.String("request", RequestID(c.Request.Context())),
		}
		if err := c.Errors.Last(); err != nil {
			attributes = append(attributes, slog.String("error", err.Error()))
		}
		log.LogAttrs(c.Request.Context(), level, "request", attributes...)
	}
}

// knownMethod keeps made-up methods out of logs and metrics.
func knownMethod(method string) string {
	switch method {
	case http.MethodGet, http.MethodHead, http.MethodPost, http.MethodPut, http.MethodPatch, http.MethodDelete, http.MethodOptions:
		return method
	}
	return "other"
}

// recovery is the last resort: a panic becomes a generic refusal. The log gets the stack and the panic's type, not its
// value, which may hold anything.
func recovery(log *slog.Logger) gin.HandlerFunc {
	return func(c *gin.Context) {
		defer func() {
			failure := recover()
			if failure == nil {
				return
			}
			if failure == http.ErrAbortHandler {
				panic(failure)
			}
			log.ErrorContext(c.Request.Context(), "a handler panicked", "route", c.FullPath(), "type", fmt.Sprintf("%T", failure),
				"request", RequestID(c.Request.Context()), "stack", string(debug.Stack()))
			if c.Writer.Written() {
				c.Abort()
				return
			}
			Refuse(c, NewProblem(Internal, "The fault is ours and has been noted."))
		}()
		c.Next()
	}
}

// oneClick is the one address that takes posts from anywhere: mail programs turn optional mail off by it, under whatever
// origin they have (RFC 8058, section 3.1). The token in it is all that counts, and turning mail off all it does.
const oneClick = "POST /unsubscribe/{token}"

// crossOriginProtection refuses what a browser sends from another site's page. A request that names no origin at all
// passes, so cookies are SameSite=Lax as well.
func crossOriginProtection(publicURL string) (gin.HandlerFunc, error) {
	guard := http.NewCrossOriginProtection()
	guard.AddInsecureBypassPattern(oneClick)
	if publicURL != "" {
		u, err := url.Parse(publicURL)
		if err != nil || u.Scheme == "" || u.Host == "" {
			return nil, fmt.Errorf("the public URL must be written like https://leaders.example.org")
		}
		if err := guard.AddTrustedOrigin(u.Scheme + "://" + u.Host); err != nil {
			return nil, fmt.Errorf("the public URL must be written like https://leaders.example.org: %w", err)
		}
	}
	return func(c *gin.Context) {
		if err := guard.Check(c.Request); err != nil {
			Refuse(c, NewProblem(CrossOrigin, ""))
		}
	}, nil
}

// bodyCap ends the reading of a body that is larger than its route takes.
func bodyCap(caps map[string]int64) gin.HandlerFunc {
	return func(c *gin.Context) {
		limit := int64(DefaultBodyCap)
		if own, ok := caps[c.FullPath()]; ok {
			limit = own
		}
		if c.Request.ContentLength > limit {
			Refuse(c, Explain(&http.MaxBytesError{Limit: limit}).With("Connection", "close"))
			return
		}
		c.Request.Body = http.MaxBytesReader(c.Writer, c.Request.Body, limit)
	}
}

// contentPolicy lets a page load its own styles, scripts and pictures and post its own forms. Nothing stands in the page
// itself, and a script reaches nothing.
const contentPolicy = "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"

// securityHeaders stand on every answer, refusals and probes included. Nothing is stored by default: pages and
// documents hold personal data; what may be kept says so itself.
func securityHeaders(next http.Handler, https bool) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		h := w.Header()
		h.Set("Content-Security-Policy", contentPolicy)
		h.Set("X-Content-Type-Options", "nosniff")
		h.Set("Referrer-Policy", "no-referrer")
		h.Set("Cross-Origin-Opener-Policy", "same-origin")
		h.Set("Cross-Origin-Resource-Policy", "same-origin")
		h.Set("Permissions-Policy", "camera=(), geolocation=(), microphone=()")
		h.Set("Cache-Control", "no-store")
		if https || r.TLS != nil {
			h.Set("Strict-Transport-Security", "max-age=63072000")
		}
		next.ServeHTTP(w, r)
	})
}
