package main

import (
	"context"
	"fmt"
	"io"
	"log/slog"
	"net"
	"os"
	"path/filepath"
	"strings"
	"time"

	"go.temporal.io/sdk/client"
	"go.temporal.io/sdk/contrib/envconfig"
	sdklog "go.temporal.io/sdk/log"

	"fairlead/config"
	"fairlead/programme"
	"fairlead/records"
)

// realNow is the one clock of the program; everything else is given it.
var realNow = time.Now

// logger writes one JSON line per event to standard error.
func logger(s config.Settings, out io.Writer) (*slog.Logger, error) {
	var level slog.Level
	if err := level.UnmarshalText([]byte(s.LogLevel)); err != nil {
		return nil, usageError{fmt.Errorf("FAIRLEAD_LOG_LEVEL is %q: write debug, info, warn or error", s.LogLevel)}
	}
	return slog.New(slog.NewJSONHandler(out, &slog.HandlerOptions{Level: level})), nil
}

// calendar is the centre's working days: the built-in rules, or the file that replaces them.
func calendar(s config.Settings) (programme.Calendar, error) {
	if s.BankHolidays == "" {
		return programme.EnglandAndWales(), nil
	}
	text, err := os.ReadFile(s.BankHolidays)
	if err != nil {
		return programme.Calendar{}, usageError{fmt.Errorf("FAIRLEAD_BANK_HOLIDAYS cannot be read: %w", err)}
	}
	days, faults := programme.LoadCalendar(text, s.Division)
	if len(faults) > 0 {
		return programme.Calendar{}, usageError{fmt.Errorf("FAIRLEAD_BANK_HOLIDAYS: %w", &programme.Invalid{Faults: faults})}
	}
	return days, nil
}

// databaseURLs are the addresses of records and keys, the embedded default where none is set.
func databaseURLs(s config.Settings) (string, string) {
	main, keys := s.DatabaseURL.Reveal(), s.KeysURL.Reveal()
	if main == "" {
		main = "sqlite:" + filepath.Join(s.Data, "records.db")
	}
	if keys == "" {
		keys = "sqlite:" + filepath.Join(s.Data, "keys.db")
	}
	return main, keys
}

// openRecords opens the records as every command uses them.
func openRecords(ctx context.Context, s config.Settings) (*records.Store, error) {
	days, err := calendar(s)
	if err != nil {
		return nil, err
	}
	main, keys := databaseURLs(s)
	return records.Open(ctx, main, keys, realNow, records.Options{
		HeadOfCentre: s.HeadOfCentre, PrivacyNotice: s.PrivacyNotice, MailHost: mailHost(s), MinimumNotice: s.MinimumNotice,
		Blueprints: programme.BlueprintNamed, Calendar: days,
	})
}

// openTemporal makes the client from the TEMPORAL_ variables. It connects on first use, so that a server that is down
// stops no process.
func openTemporal(log *slog.Logger) (client.Client, string, error) {
	options, err := envconfig.LoadDefaultClientOptions()
	if err != nil {
		return nil, "", usageError{fmt.Errorf("the TEMPORAL_ variables: %w", err)}
	}
	options.Logger = sdklog.NewStructuredLogger(log.With("part", "temporal"))
	if options.Namespace == "" {
		options.Namespace = "default"
	}
	c, err := client.NewLazyClient(options)
	return c, options.Namespace, err
}

// publicURL is what links begin with.
func publicURL(s config.Settings, listen string) string {
	if s.PublicURL != "" {
		return strings.TrimSuffix(s.PublicURL, "/")
	}
	return "http://" + listen
}

// mailHost is the domain of the sender's address.
func mailHost(s config.Settings) string {
	_, host, _ := strings.Cut(s.MailFrom, "@")
	return host
}

// contact is the mailbox that people read.
func contact(s config.Settings) string {
	if s.Contact != "" {
		return s.Contact
	}
	return s.MailFrom
}

// listen opens a listener; the address it returns has the real port.
func listen(ctx context.Context, address string) (net.Listener, string, error) {
	var settings net.ListenConfig
	l, err := settings.Listen(ctx, "tcp", address)
	if err != nil {
		return nil, "", fmt.Errorf("%s cannot be listened on, is something else running there? %w", address, err)
	}
	return l, l.Addr().String(), nil
}

// untilStdinCloses ends the returned context when in ends: that is how a child ends with its supervisor, even when that
// was killed.
func untilStdinCloses(ctx context.Context, in io.Reader) context.Context {
	ctx, cancel := context.WithCancel(ctx)
	go func() {
		defer cancel()
		_, _ = io.Copy(io.Discard, in)
	}()
	return ctx
}
