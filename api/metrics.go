package api

import (
	"net/http"
	"strconv"
	"time"

	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/promhttp"
)

type metrics struct {
	requests *prometheus.CounterVec
	seconds  *prometheus.HistogramVec
}

// newMetrics registers the edge's metrics, or takes those already there.
func newMetrics(registry *prometheus.Registry) *metrics {
	return &metrics{
		requests: registered(registry, prometheus.NewCounterVec(prometheus.CounterOpts{
			Name: "fairlead_http_requests_total",
			Help: "Requests by route pattern, method and status.",
		}, []string{"route", "method", "status"})),
		seconds: registered(registry, prometheus.NewHistogramVec(prometheus.HistogramOpts{
			Name:    "fairlead_http_request_seconds",
			Help:    "How long requests took, by route pattern and method.",
			Buckets: []float64{.005, .01, .025, .05, .1, .25, .5, 1, 2.5, 5, 10},
		}, []string{"route", "method"})),
	}
}

func registered[C prometheus.Collector](registry *prometheus.Registry, collector C) C {
	if err := registry.Register(collector); err != nil {
		if already, ok := err.(prometheus.AlreadyRegisteredError); ok {
			return already.ExistingCollector.(C)
		}
		panic(err) // two metrics of one name: a fault of the program, seen at the first start
	}
	return collector
}

func (m *metrics) observe(route, method string, status int, took time.Duration) {
	m.requests.WithLabelValues(route, method, strconv.Itoa(status)).Inc()
	m.seconds.WithLabelValues(route, method).Observe(took.Seconds())
}

// Metrics builds the handler of the metrics port: /metrics, and the two probes for an orchestrator that is kept off
// the main port.
func Metrics(registry *prometheus.Registry, health *Health) http.Handler {
	mux := http.NewServeMux()
	mux.Handle("GET /metrics", promhttp.HandlerFor(registry, promhttp.HandlerOpts{Registry: registry}))
	mux.HandleFunc("GET /livez", health.live)
	mux.HandleFunc("GET /readyz", health.ready)
	return securityHeaders(mux, false)
}
