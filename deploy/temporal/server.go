package main

import (
	"context"
	"errors"
	"io"
	"time"

	"go.temporal.io/server/common/authorization"
	"go.temporal.io/server/common/config"
	"go.temporal.io/server/common/log"
	"go.temporal.io/server/temporal"
	"go.uber.org/zap"
	"go.uber.org/zap/zapcore"
)

// stopLimit is how long an orderly end may take. Beyond it the process ends anyway: the file survives that.
const stopLimit = 10 * time.Second

// run serves until ctx ends and then stops in order; it returns what kept the server from starting or stopping. When it
// returns an error, what still runs in the background ends with the process.
func run(ctx context.Context, s settings, ready io.Writer) error {
	held, err := lock(ctx, s.database)
	if err == nil {
		defer held.Close()
		err = serve(ctx, s, ready)
	}
	if ctx.Err() != nil && errors.Is(err, context.Canceled) {
		return nil // told to end while starting: there is nothing yet to stop in order
	}
	return err
}

func serve(ctx context.Context, s settings, ready io.Writer) error {
	// Ports after the lock, because a server that is about to end holds both until then.
	at, err := choose(s)
	if err != nil {
		return err
	}
	store, err := prepare(ctx, s)
	if err != nil {
		return err
	}
	level := zap.NewAtomicLevelAt(s.logLevel)
	stop, err := start(ctx, at, store, s, level)
	if err != nil {
		return err
	}
	if err := announce(ready, at); err != nil {
		return err
	}

	<-ctx.Done()
	// Its parts complain about each other's absence while they stop one by one.
	level.SetLevel(zapcore.DPanicLevel)
	if err := within(stopLimit, stop); err != nil {
		return err
	}
	return fold(context.WithoutCancel(ctx), s.database)
}

// start brings up the services and then the UI, and returns when both answer, with what stops them.
func start(ctx context.Context, at addresses, store *config.SQL, s settings, level zap.AtomicLevel) (stop func() error, err error) {
	ctx, cancel := context.WithTimeoutCause(ctx, startLimit, errors.New("the server did not start in time"))
	defer cancel()
	server, err := startServices(ctx, at, store, s.timerShift, level)
	if err != nil {
		return nil, err
	}
	if err := until(ctx, answers(at, s.namespace)); err != nil {
		return nil, err
	}
	// Only now: a UI that finds no frontend waits before it tries again, and answers 503 meanwhile.
	web := webUI(at, s.namespace)
	go web.Start() // blocks; ends the process with a message when it cannot listen
	if err := until(ctx, shows(at, s.namespace)); err != nil {
		return nil, err
	}
	return func() error {
		web.Stop()
		return server.Stop()
	}, nil
}

// startServices starts the server itself. That knows no context, so it is left behind when ctx ends first.
func startServices(ctx context.Context, at addresses, store *config.SQL, timerShift time.Duration, level zap.AtomicLevel) (temporal.Server, error) {
	var server temporal.Server
	var err error // both are read only after done
	done := make(chan struct{})
	go func() {
		defer close(done)
		server, err = temporal.NewServer(
			temporal.WithConfig(serverConfig(at, store)),
			temporal.ForServices(temporal.DefaultServices),
			temporal.WithStaticHosts(hosts(at)),
			temporal.WithDynamicConfigClient(dynamicConfig(timerShift)),
			temporal.WithLogger(log.NewZapLogger(logger(level))),
			// Whoever reaches the port may do everything: it listens on loopback, or inside a private network.
			temporal.WithAuthorizer(authorization.NewNoopAuthorizer()),
		)
		if err == nil {
			err = server.Start()
		}
	}()
	select {
	case <-done:
		return server, err
	case <-ctx.Done():
		return nil, context.Cause(ctx)
	}
}

// within ends what takes no context, or gives up on it.
func within(limit time.Duration, stop func() error) error {
	done := make(chan error, 1)
	go func() { done <- stop() }()
	select {
	case err := <-done:
		return err
	case <-time.After(limit):
		return errors.New("the services did not stop in time; they end with the process, and the file survives that")
	}
}
