package main

import (
	"bufio"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"time"

	"go.temporal.io/sdk/client"
	"go.temporal.io/sdk/interceptor"
)

// Where `make build` puts the programs.
const (
	fairleadProgram = "bin/fairlead"
	temporalProgram = "bin/fairlead-temporal"
)

// temporalServer is a local Temporal server of our own.
type temporalServer struct {
	address string
	command *exec.Cmd
	hold    io.Closer // it ends when this closes, however we end
}

// startTemporal runs the local Temporal server on a database file, on ports of its own choice.
func startTemporal(database, log string) (*temporalServer, error) {
	if _, err := os.Stat(temporalProgram); err != nil {
		return nil, fmt.Errorf("%s is missing, run make build: %w", temporalProgram, err)
	}
	words, err := os.Create(log)
	if err != nil {
		return nil, err
	}
	defer func() { _ = words.Close() }() // the child has its own
	c := exec.Command(temporalProgram, "--db", database, "--listen", "127.0.0.1:0", "--ui", "127.0.0.1:0", "--watch-stdin")
	c.Stderr = words
	s := &temporalServer{command: c}
	if s.hold, err = c.StdinPipe(); err != nil {
		return nil, err
	}
	out, err := c.StdoutPipe()
	if err != nil {
		return nil, err
	}
	if err := c.Start(); err != nil {
		return nil, err
	}
	var ready struct {
		Frontend string `json:"frontend"`
	}
	line, err := bufio.NewReader(out).ReadBytes('\n')
	if err == nil {
		err = json.Unmarshal(line, &ready)
	}
	if err != nil {
		return nil, errors.Join(fmt.Errorf("the Temporal server did not start: %w: %s", err, tail(log)), s.stop())
	}
	s.address = ready.Frontend
	return s, nil
}

// stop ends the server and waits for it.
func (s *temporalServer) stop() error {
	_ = s.hold.Close()
	return s.command.Wait()
}

// dial connects to the server.
func (s *temporalServer) dial(ctx context.Context, counting ...interceptor.ClientInterceptor) (client.Client, error) {
	ctx, cancel := context.WithTimeout(ctx, 30*time.Second)
	defer cancel()
	return client.DialContext(ctx, client.Options{HostPort: s.address, Logger: mute{}, Interceptors: counting})
}

// tail is the end of a log, for a sentence.
func tail(log string) string {
	text, err := os.ReadFile(filepath.Clean(log))
	if err != nil {
		return err.Error()
	}
	lines := strings.Split(strings.TrimSpace(string(text)), "\n")
	return strings.Join(lines[max(0, len(lines)-5):], "\n")
}

// mute keeps the Temporal client and workers from talking to the terminal.
type mute struct{}

// Debug says nothing.
func (mute) Debug(string, ...any) {}

// Info says nothing.
func (mute) Info(string, ...any) {}

// Warn says nothing: what fails comes back as an error.
func (mute) Warn(string, ...any) {}

// Error says nothing: what fails comes back as an error.
func (mute) Error(string, ...any) {}
