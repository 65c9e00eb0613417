package api

import (
	"context"
	"encoding/json"
	"log/slog"
	"net/http"
	"sync"
	"sync/atomic"
	"time"

	"github.com/gin-gonic/gin"
)

// Check is one thing without which a process cannot do its work.
type Check struct {
	// Name is what the answer calls it: database, migrations, temporal, mail.
	Name string
	// Run reports how it stands. The detail is shown to whoever asks, so it holds no address and no secret; the error
	// goes to the log alone.
	Run func(ctx context.Context) (detail string, err error)
}

// The time one check may take, and how long its result stands: a probe that is asked often must not become load.
const (
	checkTimeout = 2 * time.Second
	checkStands  = time.Second
)

// Health answers /livez and /readyz. It is live as long as the process answers at all, and ready while every check
// passes and the process is not draining.
type Health struct {
	checks   []Check
	log      *slog.Logger
	now      func() time.Time
	draining atomic.Bool

	mu      sync.Mutex
	results []checkResult
	taken   time.Time
}

// NewHealth makes the health of one process; now is real time.
func NewHealth(log *slog.Logger, now func() time.Time, checks ...Check) *Health {
	return &Health{checks: checks, log: log, now: now}
}

// Drain makes the process not ready, for good: it is about to end and wants no new work.
func (h *Health) Drain() { h.draining.Store(true) }

type checkResult struct {
	Name   string `json:"name"`
	OK     bool   `json:"ok"`
	Detail string `json:"detail,omitempty"`
}

type healthAnswer struct {
	Status string        `json:"status"` // ok, failing or draining
	Checks []checkResult `json:"checks"`
}

func (h *Health) register(r gin.IRouter) {
	for path, handler := range map[string]http.HandlerFunc{"/livez": h.live, "/readyz": h.ready} {
		r.GET(path, gin.WrapF(handler))
		r.HEAD(path, gin.WrapF(handler))
	}
}

func (h *Health) live(w http.ResponseWriter, _ *http.Request) {
	writeHealth(w, http.StatusOK, healthAnswer{Status: "ok", Checks: []checkResult{}})
}

func (h *Health) ready(w http.ResponseWriter, r *http.Request) {
	answer := healthAnswer{Status: "ok", Checks: h.run(r.Context())}
	for _, result := range answer.Checks {
		if !result.OK {
			answer.Status = "failing"
		}
	}
	if h.draining.Load() {
		answer.Status = "draining"
	}
	status := http.StatusOK
	if answer.Status != "ok" {
		status = http.StatusServiceUnavailable
	}
	writeHealth(w, status, answer)
}

// run takes every check at once, or gives the results of less than a second ago. A client that goes away does not
// spoil the result for the next.
func (h *Health) run(ctx context.Context) []checkResult {
	h.mu.Lock()
	defer h.mu.Unlock()
	if h.results != nil && h.now().Sub(h.taken) < checkStands {
		return h.results
	}
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), checkTimeout)
	defer cancel()
	results := make([]checkResult, len(h.checks))
	var all sync.WaitGroup
	for i, check := range h.checks {
		all.Go(func() {
			detail, err := check.Run(ctx)
			if err != nil {
				h.log.WarnContext(ctx, "a readiness check failed", "check", check.Name, "error", err)
				if detail == "" {
					detail = "failed, the log says why"
				}
			}
			results[i] = checkResult{Name: check.Name, OK: err == nil, Detail: detail}
		})
	}
	all.Wait()
	h.results, h.taken = results, h.now()
	return results
}

func writeHealth(w http.ResponseWriter, status int, answer healthAnswer) {
	w.Header().Set("Content-Type", "application/json")
	w.WriteHeader(status)
	_ = json.NewEncoder(w).Encode(answer) // the prober has gone: nobody is left to tell
}
