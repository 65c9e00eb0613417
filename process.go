package main

import (
	"context"
	"errors"
	"log/slog"

	"github.com/spf13/cobra"
	"go.temporal.io/sdk/client"

	"fairlead/config"
	"fairlead/records"
)

// process is what both production processes, api and worker, are given when they start.
type process struct {
	t         terminal
	log       *slog.Logger
	store     *records.Store
	temporal  client.Client
	namespace string
}

// processCommand is the command that runs one of them until it is told to end, or its supervisor has ended.
func processCommand(t terminal, s *config.Settings, name, short string, run func(context.Context, config.Settings, process) error) *cobra.Command {
	var watch bool
	command := &cobra.Command{
		Use: name, Short: short, Args: cobra.NoArgs,
		RunE: func(c *cobra.Command, _ []string) error {
			ctx := c.Context()
			if watch {
				ctx = untilStdinCloses(ctx, t.in)
			}
			return runProcess(ctx, *s, t, name, run)
		},
	}
	command.Flags().BoolVar(&watch, "watch-stdin", false, "end when standard input closes")
	return command
}

func runProcess(ctx context.Context, s config.Settings, t terminal, name string, run func(context.Context, config.Settings, process) error) error {
	log, err := logger(s, t.err)
	if err != nil {
		return err
	}
	log = log.With("process", name)
	if s.SMTPURL == "" {
		return usageError{errors.New("FAIRLEAD_SMTP_URL is not set: name the relay, or use fairlead up, which brings a mail sink")}
	}
	store, err := openRecords(ctx, s)
	if err != nil {
		return err
	}
	defer func() { _ = store.Close() }()
	temporal, namespace, err := openTemporal(log)
	if err != nil {
		return err
	}
	defer temporal.Close()
	return run(ctx, s, process{t: t, log: log, store: store, temporal: temporal, namespace: namespace})
}
