package api

import (
	"fmt"
	"net/http"
	"testing"
	"time"
)

func TestLimiter(t *testing.T) {
	t.Parallel()
	now := time.Date(2026, 11, 16, 10, 0, 0, 0, time.UTC)
	l := NewLimiter(2, 10*time.Second, func() time.Time { return now })
	allow := func(address string, want bool) {
		t.Helper()
		if got, wait := l.Allow(address); got != want || !got && (wait <= 0 || wait > 10*time.Second) {
			t.Errorf("%s: %v, wait %s", address, got, wait)
		}
	}
	allow("192.0.2.1", true)
	allow("192.0.2.99", true) // the same network
	allow("192.0.2.1", false)
	allow("::ffff:192.0.2.7", false) // written as IPv6
	allow("192.0.3.1", true)
	allow("2001:db8:1:2::1", true)
	allow("2001:db8:1:ff::1", true) // the same /56
	allow("2001:db8:1:34::1", false)
	allow("2001:db8:2::1%eth0", true)
	allow("nonsense", true)
	allow("", true)
	allow("other nonsense", false)
	now = now.Add(10 * time.Second)
	allow("192.0.2.1", true)
	allow("192.0.2.1", false)

	l.size = 3
	for i := range 50 {
		allow(fmt.Sprintf("198.51.%d.1", i), true)
	}
	if len(l.known) > 3 || l.recent.Len() != len(l.known) {
		t.Errorf("remembers %d networks", len(l.known))
	}
	allow("192.0.2.1", true) // forgotten
}

func TestLimitedRoute(t *testing.T) {
	t.Parallel()
	now := time.Date(2026, 11, 16, 10, 0, 0, 0, time.UTC)
	limiter := func() part { return part{NewLimiter(1, time.Minute, func() time.Time { return now })} }
	b := setup(t, func(o *Options) { o.Parts = []Part{limiter()} })
	if a := b.send("GET", "/limited", ""); a.StatusCode != http.StatusOK {
		t.Errorf("%d", a.StatusCode)
	}
	// Whoever forges the header does not get another bucket.
	if a := b.send("GET", "/limited", "", "X-Forwarded-For", "203.0.113.9"); a.StatusCode != http.StatusTooManyRequests || a.Header.Get("Retry-After") != "61" {
		t.Errorf("%d, Retry-After %q", a.StatusCode, a.Header.Get("Retry-After"))
	}
	b = setup(t, func(o *Options) { o.Parts, o.TrustedProxies = []Part{limiter()}, []string{"127.0.0.0/8", "::1/128"} })
	b.send("GET", "/limited", "", "X-Forwarded-For", "203.0.113.9")
	if a := b.send("GET", "/limited", "", "X-Forwarded-For", "198.51.100.9"); a.StatusCode != http.StatusOK {
		t.Errorf("behind a trusted proxy: %d", a.StatusCode)
	}
	if _, err := New(Options{TrustedProxies: []string{"nonsense"}, Health: b.health, Registry: b.registry}); err == nil {
		t.Error("nonsense passes as a network")
	}
}
