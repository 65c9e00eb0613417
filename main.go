// Fairlead runs a leadership programme: every participant's year is one durable workflow that asks, reminds, waits and
// records until the year is done. This file is the one binary: it reads the command line and runs a subcommand.
package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/signal"
	"syscall"

	"github.com/spf13/cobra"

	"fairlead/config"
)

// Exit codes: 0 done, 1 failed, 2 the command line or a setting is wrong, 3 a verdict or a check is red.
const (
	exitFailed = 1
	exitUsage  = 2
	exitRed    = 3
)

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	os.Exit(run(ctx, os.Args[1:], os.Stdin, os.Stdout, os.Stderr))
}

// errRed is the end of a command that worked and found something wrong.
var errRed = errors.New("red")

// usageError is a wrong command line or setting.
type usageError struct{ error }

// terminal is where a command talks to its user.
type terminal struct {
	in  io.Reader
	out io.Writer
	err io.Writer
}

// run runs one command line and returns the exit code. Tests call it as main does.
func run(ctx context.Context, args []string, in io.Reader, out, err io.Writer) int {
	root := rootCommand(terminal{in, out, err})
	root.SetArgs(args)
	root.SetOut(out)
	root.SetErr(err)
	failure := root.ExecuteContext(ctx)
	var usage usageError
	switch {
	case failure == nil:
		return 0
	case errors.Is(failure, errRed):
		return exitRed
	case errors.As(failure, &usage):
		_, _ = fmt.Fprintln(err, "fairlead: "+failure.Error())
		return exitUsage
	}
	_, _ = fmt.Fprintln(err, "fairlead: "+failure.Error())
	return exitFailed
}

// rootCommand is the tree of subcommands. Every setting is a flag of each of them, by the variable's name.
func rootCommand(t terminal) *cobra.Command {
	settings := &config.Settings{}
	root := &cobra.Command{
		Use:           "fairlead",
		Short:         "Runs a leadership programme: asks, reminds, waits and records until the year is done",
		SilenceUsage:  true,
		SilenceErrors: true,
		PersistentPreRunE: func(command *cobra.Command, _ []string) error {
			read, err := config.Read(withFlags(config.Getenv(), command))
			if err != nil {
				return usageError{err}
			}
			*settings = read
			return nil
		},
	}
	root.SetFlagErrorFunc(func(_ *cobra.Command, err error) error { return usageError{err} })
	for _, setting := range config.All(config.Settings{}) {
		root.PersistentFlags().String(setting.Flag, setting.Default, setting.Doc)
	}
	root.AddCommand(demoCommand(t, settings), upCommand(t, settings), apiCommand(t, settings), workerCommand(t, settings),
		migrateCommand(t, settings), doctorCommand(t, settings), tokenCommand(t, settings), staffCommand(t, settings))
	return root
}

// withFlags lets flags that were given win over the environment.
func withFlags(environ []string, command *cobra.Command) []string {
	for _, setting := range config.All(config.Settings{}) {
		if flag := command.Flag(setting.Flag); flag != nil && flag.Changed {
			environ = append(environ, setting.Variable+"="+flag.Value.String())
		}
	}
	return environ
}
