package main

import (
	"errors"
	"flag"
	"fmt"
	"io"
	"net/netip"
	"time"

	"go.uber.org/zap/zapcore"
)

// settings is what the command line can say.
type settings struct {
	// database is the SQLite file; it is created, with its folder, when missing.
	database string
	// listen is the frontend's gRPC address, ui the web interface's. Port 0 picks a free one.
	listen, ui netip.AddrPort
	// metrics is where Prometheus can scrape; the zero value serves none.
	metrics netip.AddrPort
	// namespace is created when missing, and is what the UI opens.
	namespace string
	// timerShift is how late a short timer may fire; 0 leaves the server's own second.
	timerShift time.Duration
	watchStdin bool
	logLevel   zapcore.Level
}

// parse reads the command line; what is wrong with it, and the help, is written to out.
func parse(args []string, out io.Writer) (settings, error) {
	var s settings
	flags := flag.NewFlagSet("fairlead-temporal", flag.ContinueOnError)
	flags.SetOutput(out)
	flags.StringVar(&s.database, "db", "", "SQLite `file` that holds everything; created with its folder when missing")
	flags.TextVar(&s.listen, "listen", netip.MustParseAddrPort("127.0.0.1:7233"), "gRPC `ip:port` of the frontend; port 0 picks a free one")
	flags.TextVar(&s.ui, "ui", netip.MustParseAddrPort("127.0.0.1:8233"), "`ip:port` of the web UI; port 0 picks a free one")
	flags.TextVar(&s.metrics, "metrics", netip.AddrPort{}, "`ip:port` of Prometheus metrics; none when not given")
	flags.StringVar(&s.namespace, "namespace", "default", "`name` of the namespace; created when missing")
	flags.DurationVar(&s.timerShift, "timer-shift", 0, "how late a timer may fire, such as 10ms; the server's own 1s when not given")
	flags.BoolVar(&s.watchStdin, "watch-stdin", false, "end when the standard input ends")
	flags.TextVar(&s.logLevel, "log-level", zapcore.WarnLevel, "debug, info, warn or error")
	if err := flags.Parse(args); err != nil {
		return settings{}, err
	}
	if err := s.check(flags.Args()); err != nil {
		fmt.Fprintln(out, "fairlead-temporal:", err)
		return settings{}, err
	}
	return s, nil
}

// check finds what the flag package cannot.
func (s settings) check(rest []string) error {
	switch {
	case len(rest) > 0:
		return fmt.Errorf("%q is not a flag; flags begin with --", rest[0])
	case s.database == "":
		return errors.New("say where the data lies: --db FILE")
	case s.namespace == "":
		return errors.New("--namespace needs a name")
	case s.timerShift < 0:
		return errors.New("--timer-shift cannot be negative")
	default:
		return nil
	}
}
