package main

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"time"

	"github.com/prometheus/client_golang/prometheus"
	"github.com/spf13/cobra"

	"fairlead/activities"
	"fairlead/api"
	"fairlead/config"
	"fairlead/programme"
	"fairlead/worker"
	"fairlead/workflows"
)

// temporalWithin is how long a starting worker waits for Temporal before it gives up.
const temporalWithin = 30 * time.Second

func workerCommand(t terminal, s *config.Settings) *cobra.Command {
	return processCommand(t, s, "worker", "Run workflows and activities; any number of these may run", runWorker)
}

// runWorker works until ctx is done.
func runWorker(ctx context.Context, s config.Settings, p process) error {
	public := publicURL(s, s.Listen)
	sender, err := openSender(s, public)
	if err != nil {
		return err
	}
	defer func() { _ = sender.Close() }()

	side, sideAddress, err := listen(ctx, s.WorkerMetrics)
	if err != nil {
		return err
	}
	registry := prometheus.NewRegistry()
	all := append(checks(p.store, p.temporal, p.namespace), api.Check{Name: "mail", Run: func(ctx context.Context) (string, error) {
		if sender.Healthy() {
			return "", nil
		}
		if err := sender.Check(ctx); err != nil {
			return "the relay does not answer", err
		}
		return "", nil
	}})
	health := api.NewHealth(p.log, realNow, all...)
	server := api.Server(api.Metrics(registry, health), p.log)
	go func() {
		if err := server.Serve(side); !errors.Is(err, http.ErrServerClosed) {
			p.log.Error("metrics are not served", "error", err)
		}
	}()
	defer func() { _ = server.Close() }()

	if err := bootTemporal(ctx, func(ctx context.Context) error { return worker.Boot(ctx, p.temporal, p.namespace) }); err != nil {
		return err
	}
	post := &mailer{sender: sender, publicURL: public, contact: contact(s), realNow: realNow, log: p.log}
	acts := &activities.Activities{
		Records: p.store, RealNow: realNow, Metrics: mailMetrics(registry),
		Mailer:   post,
		Quick:    post.quick,
		Starter:  &workflows.Client{Temporal: p.temporal, Namespace: p.namespace},
		Backoffs: activities.Backoffs{First: s.MailFirstRetry, Most: s.MailMaxRetry, For: s.MailGiveUp},
		AtOnce:   worker.AtOnce(s.MailsPerSecond, realNow),
	}
	ready(p.t, map[string]any{"metrics": sideAddress})
	return worker.Run(ctx, worker.Options{Temporal: p.temporal, Namespace: p.namespace, Activities: acts,
		Workflows: &workflows.Workflows{ConsoleURL: public, RunbookURL: s.RunbookURL}, Outbox: p.store, Expiry: p.store, RealNow: realNow, Log: p.log,
		FastClock: s.FastClock, MailsPerSecond: s.MailsPerSecond})
}

// bootTemporal prepares the namespace, and waits for a server that is just starting.
func bootTemporal(ctx context.Context, boot func(context.Context) error) error {
	deadline := realNow().Add(temporalWithin)
	for {
		attempt, cancel := context.WithTimeout(ctx, 5*time.Second)
		err := boot(attempt)
		cancel()
		if err == nil {
			return nil
		}
		if realNow().After(deadline) {
			return fmt.Errorf("the Temporal server cannot be used: %w", err)
		}
		select {
		case <-ctx.Done():
			return ctx.Err()
		case <-time.After(200 * time.Millisecond):
		}
	}
}

// countedMails counts mails by the class of their attempts, and what was parked by its code.
type countedMails struct {
	attempts *prometheus.CounterVec
	parked   *prometheus.CounterVec
}

func mailMetrics(registry *prometheus.Registry) countedMails {
	m := countedMails{
		attempts: prometheus.NewCounterVec(prometheus.CounterOpts{Name: "fairlead_mail_attempts_total",
			Help: "Attempts to send a mail, by how they ended."}, []string{"class"}),
		parked: prometheus.NewCounterVec(prometheus.CounterOpts{Name: "fairlead_parked_total",
			Help: "Stages and journeys that were parked, by code."}, []string{"code"}),
	}
	registry.MustRegister(m.attempts, m.parked)
	return m
}

// MailAttempt counts one attempt.
func (m countedMails) MailAttempt(class programme.MailClass) {
	m.attempts.WithLabelValues(string(class)).Inc()
}

// Parked counts one thing that now waits for staff.
func (m countedMails) Parked(code string) { m.parked.WithLabelValues(code).Inc() }
