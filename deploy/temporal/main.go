// Command fairlead-temporal is the Temporal server of a machine that has none: all services of the stock server and its
// web UI in one process, on one SQLite file. `fairlead up` and `fairlead demo` run it as a child; it can also be started
// by hand. Production uses a real Temporal service instead.
//
// Once workflows can be started it prints one line of JSON on its standard output and nothing else, ever:
//
//	{"ready":true,"frontend":"127.0.0.1:7233","ui":"http://127.0.0.1:8233"}
//
// Everything else goes to the standard error. It ends on SIGTERM, on SIGINT and, with --watch-stdin, at the end of its
// standard input. It may also be killed: the next start on the same file carries on.
package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"os/signal"
	"syscall"
)

func main() {
	// The UI's web framework writes to the standard output by itself. That stream belongs to the ready line, so every
	// library gets the error stream instead.
	ready := os.Stdout
	os.Stdout = os.Stderr
	os.Exit(command(os.Args[1:], os.Stdin, ready))
}

// command parses, runs until told to end, and returns the exit code: 0 after an orderly end, 1 after a failure, 2 when
// the command line is wrong.
func command(args []string, stdin io.Reader, ready io.Writer) int {
	settings, err := parse(args, os.Stderr)
	if errors.Is(err, flag.ErrHelp) {
		return 0
	}
	if err != nil {
		return 2 // the flag package has already said why
	}

	ctx, stop := signal.NotifyContext(context.Background(), syscall.SIGTERM, syscall.SIGINT)
	// Given back at the first signal, so that a second one ends the process at once.
	context.AfterFunc(ctx, stop)
	if settings.watchStdin {
		ctx = untilEOF(ctx, stdin)
	}
	if err := run(ctx, settings, ready); err != nil {
		fmt.Fprintln(os.Stderr, "fairlead-temporal:", err)
		return 1
	}
	return 0
}

// untilEOF ends the context when stdin does. The supervisor holds the other end of the pipe; the kernel closes it
// however the supervisor ends, kill -9 included, so this process never outlives it.
func untilEOF(ctx context.Context, stdin io.Reader) context.Context {
	ctx, cancel := context.WithCancel(ctx)
	go func() {
		defer cancel()
		_, _ = io.Copy(io.Discard, stdin) // a read error ends it as well: nobody is left to listen to
	}()
	return ctx
}
