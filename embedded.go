package main

import (
	"context"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"time"

	"github.com/spf13/cobra"

	"fairlead/config"
	"fairlead/demo/sink"
	"fairlead/demo/supervisor"
)

func upCommand(t terminal, s *config.Settings) *cobra.Command {
	return &cobra.Command{
		Use: "up", Short: "Run everything on one machine: Temporal, api, worker, and a mail sink where no relay is set", Args: cobra.NoArgs,
		RunE: func(c *cobra.Command, _ []string) error {
			e, err := startEmbedded(c.Context(), *s, t)
			if err != nil {
				return err
			}
			defer e.stop()
			link, err := e.signIn(c.Context())
			if err != nil {
				return err
			}
			_, _ = fmt.Fprintf(t.out, "Console      %s   (works once, for an hour)\nTemporal UI  %s\n", link, e.run.Run().Temporal.URL)
			if e.sink != nil {
				_, _ = fmt.Fprintf(t.out, "Mail         no relay is set: mails lie under %s and go nowhere\n", filepath.Join(s.Data, "mail"))
			}
			_, _ = fmt.Fprintln(t.out, "Press Ctrl-C to stop. The data stays in "+s.Data+".")
			select {
			case <-c.Context().Done():
				return nil
			case err := <-e.run.Failed():
				return err
			}
		},
	}
}

// embedded is the embedded default while it runs.
type embedded struct {
	settings config.Settings
	sink     *sink.Sink
	run      *supervisor.Supervisor
	log      io.Closer
}

// startEmbedded starts the mail sink, if there is no relay, and the three processes.
func startEmbedded(ctx context.Context, s config.Settings, t terminal) (*embedded, error) {
	if err := os.MkdirAll(s.Data, 0o700); err != nil {
		return nil, fmt.Errorf("the data folder cannot be made: %w", err)
	}
	data, err := filepath.Abs(s.Data)
	if err != nil {
		return nil, err
	}
	s.Data = data
	log, err := os.OpenFile(filepath.Join(data, "log.jsonl"), os.O_CREATE|os.O_APPEND|os.O_WRONLY, 0o600)
	if err != nil {
		return nil, err
	}
	e := &embedded{settings: s, log: log}
	structured, err := logger(s, log)
	if err != nil {
		return nil, err
	}
	if s.SMTPURL == "" {
		trouble, err := sinkTrouble()
		if err != nil {
			return nil, err
		}
		e.sink, err = sink.Start(sink.Options{Dir: filepath.Join(data, "mail"), Now: realNow, Trouble: trouble})
		if err != nil {
			return nil, err
		}
		e.settings.SMTPURL = config.Secret("smtp://" + e.sink.Addr())
	}
	if err := e.migrate(ctx); err != nil {
		e.stop()
		return nil, err
	}
	self, err := os.Executable()
	if err != nil {
		e.stop()
		return nil, err
	}
	options := supervisor.Options{
		Data: data, Fairlead: self, Temporal: filepath.Join(filepath.Dir(self), "fairlead-temporal"),
		TemporalListen: s.TemporalListen, TemporalUI: s.TemporalUIListen, FastTimers: s.FastClock,
		Environ: e.settings.Environ(), Listen: s.Listen, Log: log, Slog: structured,
	}
	if e.sink != nil {
		options.SMTP = e.sink.Addr()
	}
	e.run, err = supervisor.Start(ctx, options)
	if err != nil {
		e.stop()
		return nil, fmt.Errorf("%w; the log is %s", err, filepath.Join(data, "log.jsonl"))
	}
	return e, nil
}

// migrate brings the database to this version before anything opens it.
func (e *embedded) migrate(ctx context.Context) error {
	store, err := openRecords(ctx, e.settings)
	if err != nil {
		return err
	}
	defer func() { _ = store.Close() }()
	return store.Migrate(ctx)
}

// signIn makes a one-time link to the console: there is no default account and no password.
func (e *embedded) signIn(ctx context.Context) (string, error) {
	store, err := openRecords(ctx, e.settings)
	if err != nil {
		return "", err
	}
	defer func() { _ = store.Close() }()
	token, err := store.CreateSignIn(ctx, "terminal", "admin", realNow().Add(time.Hour))
	if err != nil {
		return "", err
	}
	return e.run.Run().API.URL + "/console/sign-in/" + token.Reveal(), nil
}

// token makes an API token for the embedded default's own use.
func (e *embedded) token(ctx context.Context, name, role string) (string, error) {
	store, err := openRecords(ctx, e.settings)
	if err != nil {
		return "", err
	}
	defer func() { _ = store.Close() }()
	token, err := store.CreateToken(ctx, name, role, realNow().AddDate(0, 0, 7))
	return token.Reveal(), err
}

// stop ends everything, the sink last.
func (e *embedded) stop() {
	if e.run != nil {
		e.run.Stop()
	}
	if e.sink != nil {
		_ = e.sink.Close()
	}
	_ = e.log.Close()
}
