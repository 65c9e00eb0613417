package api

import (
	"context"
	"encoding/json"
	"errors"
	"io"
	"log/slog"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/prometheus/client_golang/prometheus"
)

func TestHealth(t *testing.T) {
	t.Parallel()
	now := time.Date(2026, 11, 16, 10, 0, 0, 0, time.UTC)
	runs, broken := 0, false
	log := &lines{}
	h := NewHealth(slog.New(slog.NewJSONHandler(log, nil)), func() time.Time { return now },
		Check{"database", func(ctx context.Context) (string, error) {
			if _, limited := ctx.Deadline(); !limited {
				t.Error("a check has no deadline")
			}
			runs++
			return "", nil
		}},
		Check{"temporal", func(context.Context) (string, error) {
			if broken {
				return "", errors.New("dial tcp 10.1.2.3:7233: refused")
			}
			return "namespace default", nil
		}},
		Check{"mail", func(context.Context) (string, error) { return "breaker closed", nil }})
	for name, handler := range map[string]interface {
		get(string) (int, healthAnswer, string)
	}{
		"main":    probe{t, setup(t, func(o *Options) { o.Health = h })},
		"metrics": probeMetrics{t, h},
	} {
		now = now.Add(time.Minute)
		runs, broken = 0, false
		status, answer, _ := handler.get("/readyz")
		if status != 200 || answer.Status != "ok" || len(answer.Checks) != 3 || answer.Checks[1] != (checkResult{"temporal", true, "namespace default"}) {
			t.Errorf("%s: %d %+v", name, status, answer)
		}
		broken = true
		if status, _, _ := handler.get("/readyz"); status != 200 || runs != 1 {
			t.Errorf("%s: asked twice in a second, it ran %d times: %d", name, runs, status)
		}
		now = now.Add(2 * time.Second)
		status, answer, body := handler.get("/readyz")
		if status != 503 || answer.Status != "failing" || answer.Checks[1].OK || !answer.Checks[0].OK || answer.Checks[1].Detail == "" || strings.Contains(body, "10.1.2.3") {
			t.Errorf("%s: %d %s", name, status, body)
		}
		if status, answer, _ := handler.get("/livez"); status != 200 || answer.Status != "ok" {
			t.Errorf("%s: %d %+v", name, status, answer)
		}
	}
	if !strings.Contains(log.String(), "10.1.2.3") {
		t.Error("the log does not say why")
	}
	broken, now = false, now.Add(time.Minute)
	h.Drain()
	if status, answer, _ := (probeMetrics{t, h}).get("/readyz"); status != 503 || answer.Status != "draining" {
		t.Errorf("%d %+v", status, answer)
	}
	if status, _, _ := (probeMetrics{t, h}).get("/livez"); status != 200 {
		t.Error("a draining process is dead")
	}
}

type probe struct {
	t *testing.T
	b *bundle
}

func (p probe) get(path string) (int, healthAnswer, string) {
	a := p.b.send("GET", path, "")
	return a.StatusCode, parsed(p.t, a.body), a.body
}

type probeMetrics struct {
	t *testing.T
	h *Health
}

func (p probeMetrics) get(path string) (int, healthAnswer, string) {
	recorder := httptest.NewRecorder()
	Metrics(prometheus.NewRegistry(), p.h).ServeHTTP(recorder, httptest.NewRequest("GET", path, nil))
	return recorder.Code, parsed(p.t, recorder.Body.String()), recorder.Body.String()
}

func parsed(t *testing.T, body string) healthAnswer {
	t.Helper()
	var answer healthAnswer
	if err := json.Unmarshal([]byte(body), &answer); err != nil {
		t.Fatalf("%v in %s", err, body)
	}
	return answer
}

func TestMetricsPort(t *testing.T) {
	t.Parallel()
	b := setup(t)
	b.send("GET", "/l/"+secret, "")
	b.send("GET", "/"+secret, "")
	handler := Metrics(b.registry, b.health)
	recorder := httptest.NewRecorder()
	handler.ServeHTTP(recorder, httptest.NewRequest("GET", "/metrics", nil))
	text, err := io.ReadAll(recorder.Body)
	if err != nil {
		t.Fatal(err)
	}
	for _, want := range []string{
		`fairlead_http_requests_total{method="GET",route="/l/:token",status="200"} 1`,
		`fairlead_http_requests_total{method="GET",route="unmatched",status="404"} 1`,
		`fairlead_http_request_seconds_count{method="GET",route="/l/:token"} 1`,
	} {
		if !strings.Contains(string(text), want) {
			t.Errorf("no %s in\n%s", want, text)
		}
	}
	if strings.Contains(string(text), secret) {
		t.Error("metrics hold a path")
	}
	if a := b.send("GET", "/metrics", ""); a.StatusCode != 404 {
		t.Error("metrics are on the main port")
	}
	// A second handler on the same registry counts on.
	if _, err := New(Options{Health: b.health, Registry: b.registry}); err != nil {
		t.Fatal(err)
	}
}
