package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"net/http"
	"path/filepath"
	"strings"
	"time"

	"github.com/prometheus/client_golang/prometheus"
	"github.com/spf13/cobra"

	"fairlead/api"
	"fairlead/api/console"
	"fairlead/api/forms"
	"fairlead/api/rest"
	"fairlead/config"
	"fairlead/demo/sink"
	"fairlead/email"
	"fairlead/programme"
	"fairlead/worker"
	"fairlead/workflows"
)

// drainWithin is how long requests that run may take to finish when the process ends.
const drainWithin = 20 * time.Second

func apiCommand(t terminal, s *config.Settings) *cobra.Command {
	return processCommand(t, s, "api", "Serve forms, console and REST; any number of these may run", runAPI)
}

// runAPI serves until ctx is done, then lets running requests finish.
func runAPI(ctx context.Context, s config.Settings, p process) error {
	main, address, err := listen(ctx, s.Listen)
	if err != nil {
		return err
	}
	side, sideAddress, err := listen(ctx, s.APIMetrics)
	if err != nil {
		return err
	}
	s.PublicURL = publicURL(s, address)
	if err := organisation(s).Check(s.PublicURL); err != nil {
		return usageError{err}
	}
	registry := prometheus.NewRegistry()
	health := api.NewHealth(p.log, realNow, checks(p.store, p.temporal, p.namespace)...)
	handler, pages, err := routes(s, p, registry, health)
	if err != nil {
		return err
	}
	servers := []*http.Server{api.Server(handler, p.log), api.Server(api.Metrics(registry, health), p.log)}
	failed := make(chan error, 2)
	go func() { failed <- servers[0].Serve(main) }()
	go func() { failed <- servers[1].Serve(side) }()
	ready(p.t, map[string]any{"listen": address, "url": s.PublicURL, "metrics": sideAddress})
	select {
	case <-ctx.Done():
		err = nil
	case err = <-failed:
	}
	health.Drain()
	stop, cancel := context.WithTimeout(context.WithoutCancel(ctx), drainWithin)
	defer cancel()
	for _, server := range servers {
		err = errors.Join(err, server.Shutdown(stop))
	}
	pages.Wait()
	return err
}

// routes builds the handler of the main port.
func routes(s config.Settings, p process, registry *prometheus.Registry, health *api.Health) (http.Handler, *forms.Forms, error) {
	days, err := calendar(s)
	if err != nil {
		return nil, nil, err
	}
	journeys := &workflows.Client{Temporal: p.temporal, Namespace: p.namespace}
	relay := &worker.Relay{Outbox: p.store, Client: journeys, RealNow: realNow, Log: p.log}
	newLinks := api.NewLimiter(10, time.Minute, realNow)
	// A whole office may apply on the last afternoon; on a fast clock that afternoon takes moments.
	applies := api.NewLimiter(30, 10*time.Second, realNow)
	if s.FastClock {
		applies = api.NewLimiter(1000, time.Millisecond, realNow)
	}
	exits := api.NewLimiter(60, time.Second, realNow)
	pages := forms.New(forms.Options{Store: p.store, Notify: relay, Calendar: &feeds{store: p.store}, Blueprints: programme.BlueprintNamed,
		PublicURL: s.PublicURL, PrivacyNotice: s.PrivacyNotice, Contact: contact(s), AllowNewLink: newLinks.Allow, AllowApply: applies.Allow,
		AllowUnsubscribe: exits.Allow})
	calls := rest.New(rest.Options{Store: p.store, Journeys: journeys, Blueprints: programme.Blueprints, Calendar: days,
		FastClock: s.FastClock, HeadOfCentre: s.HeadOfCentre, TemporalUI: s.TemporalUIURL, Namespace: p.namespace, Now: realNow, Log: p.log})
	staff := console.New(console.Options{Store: p.store, Orders: calls, Setup: calls, Calendar: days, AllBlueprints: programme.Blueprints,
		Compose: sampleMail(s.PublicURL), TemporalUI: s.TemporalUIURL, Namespace: p.namespace,
		Views: stockViews(s.TemporalUIURL, p.namespace), RunbookURL: s.RunbookURL, Messages: email.Messages(), Sample: email.Sample, PublicURL: s.PublicURL,
		Blueprints: programme.BlueprintNamed, Log: p.log, Now: realNow, Allow: api.NewLimiter(10, time.Minute, realNow).Allow,
		// A whole office comes in the morning through one address.
		Organisation: organisation(s), AllowOrganisation: api.NewLimiter(60, time.Second, realNow).Allow})
	parts := []api.Part{pages, calls, staff}
	if s.FastClock { // the mailbox of the demonstration: a production start has no such route
		parts = append(parts, mailbox{sink.Handler(filepath.Join(s.Data, "mail"))})
	}
	caps := rest.BodyCaps()
	maps.Copy(caps, console.BodyCaps())
	handler, err := api.New(api.Options{Parts: parts, Health: health, Registry: registry, PublicURL: s.PublicURL,
		TrustedProxies: s.TrustedProxies, BodyCaps: caps, Log: p.log, Now: realNow})
	return handler, pages, err
}

// organisation is the identity provider that staff sign in through.
func organisation(s config.Settings) console.Organisation {
	return console.Organisation{Issuer: s.OIDCIssuer, ClientID: s.OIDCClientID, ClientSecret: s.OIDCClientSecret.Reveal(), ACR: s.OIDCACR, AMR: s.OIDCAMR}
}

// sampleMail writes a mail as it would go out, with no link that opens anything.
func sampleMail(publicURL string) func(programme.MailJob) (programme.Rendered, error) {
	return func(job programme.MailJob) (programme.Rendered, error) {
		mail, err := email.Compose(job, publicURL)
		return email.Mask(mail), err
	}
}

// stockViews are the links to what ops look at first in the Temporal UI; none where its address is not known.
func stockViews(ui, namespace string) []console.View {
	var views []console.View
	for _, view := range workflows.Views() {
		if ui != "" {
			views = append(views, console.View{Name: view.Name, Href: view.Address(strings.TrimSuffix(ui, "/"), namespace)})
		}
	}
	return views
}

// ready prints the one line that tells a supervisor that the process serves, and where.
func ready(t terminal, where map[string]any) {
	where["ready"] = true
	line, _ := json.Marshal(where) // strings and a bool
	_, _ = fmt.Fprintln(t.out, string(line))
}
