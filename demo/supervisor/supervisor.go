// Package supervisor is the embedded default: it runs Temporal, the api and the worker as three child processes on one
// machine, restarts one that dies, and ends them with itself.
package supervisor

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"log/slog"
	"os"
	"os/exec"
	"path/filepath"
	"sync"
)

// Options say what to run and where.
type Options struct {
	Data     string // folder of the data; made where it is missing
	Fairlead string // path of the fairlead binary
	Temporal string // path of the fairlead-temporal binary
	// TemporalListen and TemporalUI are addresses; port 0 picks one, which is kept over restarts.
	TemporalListen string
	TemporalUI     string
	FastTimers     bool     // let the local Temporal server fire timers within 10 ms, for a fast clock
	Environ        []string // of the api and the worker, without Temporal's address
	Listen         string   // of the api; port 0 picks one, which is kept over restarts
	SMTP           string   // address of the sink, for run.json; empty where a real relay is used
	Log            io.Writer
	Slog           *slog.Logger
}

// Run is what runs, as DIR/run.json has it.
type Run struct {
	Supervisor int     `json:"supervisor"` // process id
	Temporal   Process `json:"temporal"`
	API        Process `json:"api"`
	Worker     Process `json:"worker"`
	SMTP       string  `json:"smtp,omitempty"`
}

// Process is one child.
type Process struct {
	PID      int    `json:"pid"`
	Address  string `json:"address,omitempty"` // of Temporal's frontend
	URL      string `json:"url,omitempty"`     // of the api, or of the Temporal UI
	Metrics  string `json:"metrics,omitempty"`
	Restarts int    `json:"restarts"`
}

// Supervisor runs the three children.
type Supervisor struct {
	options Options
	mu      sync.Mutex
	run     Run
	stop    context.CancelFunc
	failed  chan error
	wait    sync.WaitGroup
}

// Start starts Temporal first, then the api and the worker, each when the one before is ready: mails link to the api. It returns when all are ready.
func Start(ctx context.Context, o Options) (*Supervisor, error) {
	if err := os.MkdirAll(o.Data, 0o700); err != nil {
		return nil, fmt.Errorf("the data folder cannot be made: %w", err)
	}
	for _, path := range []string{o.Fairlead, o.Temporal} {
		if _, err := os.Stat(path); err != nil {
			return nil, fmt.Errorf("%s is missing: run make build", filepath.Base(path))
		}
	}
	childCtx, stop := context.WithCancel(ctx)
	s := &Supervisor{options: o, stop: stop, failed: make(chan error, 3), run: Run{Supervisor: os.Getpid(), SMTP: o.SMTP}}
	for _, c := range []*child{s.temporal(), s.api(), s.worker()} {
		ready, done := c.start(childCtx)
		select {
		case <-ready:
		case err := <-done:
			s.Stop()
			return nil, err
		case <-ctx.Done():
			s.Stop()
			return nil, ctx.Err()
		}
		s.wait.Add(1)
		go func() { defer s.wait.Done(); s.failed <- <-done }()
	}
	return s, nil
}

// Run is what runs now.
func (s *Supervisor) Run() Run {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.run
}

// Stop ends the children, the one that was started last first asked like the others, and waits for them.
func (s *Supervisor) Stop() {
	s.stop()
	s.wait.Wait()
	_ = os.Remove(filepath.Join(s.options.Data, "run.json"))
}

func (s *Supervisor) temporal() *child {
	return s.child("temporal", func(last map[string]any) *exec.Cmd {
		listen, ui := s.options.TemporalListen, s.options.TemporalUI
		if last != nil {
			listen, _ = last["frontend"].(string)
			ui = s.Run().Temporal.uiAddress()
		}
		args := []string{"--db", filepath.Join(s.options.Data, "temporal.db"), "--listen", listen, "--ui", ui, "--watch-stdin"}
		if s.options.FastTimers {
			args = append(args, "--timer-shift", "10ms")
		}
		return exec.Command(s.options.Temporal, args...)
	})
}

func (s *Supervisor) worker() *child {
	return s.child("worker", func(map[string]any) *exec.Cmd {
		command := s.fairlead("worker")
		command.Env = append(command.Env, "FAIRLEAD_PUBLIC_URL="+s.Run().API.URL)
		return command
	})
}

func (s *Supervisor) api() *child {
	return s.child("api", func(last map[string]any) *exec.Cmd {
		command := s.fairlead("api")
		if last != nil { // the port that was picked is kept: links in mails lead to it
			command.Env = append(command.Env, "FAIRLEAD_LISTEN="+fmt.Sprint(last["listen"]))
		}
		return command
	})
}

// fairlead is a child that runs this same program.
func (s *Supervisor) fairlead(subcommand string) *exec.Cmd {
	command := exec.Command(s.options.Fairlead, subcommand, "--watch-stdin")
	run := s.Run()
	command.Env = append(append(os.Environ(), s.options.Environ...),
		"TEMPORAL_ADDRESS="+run.Temporal.Address, "FAIRLEAD_TEMPORAL_UI_URL="+run.Temporal.URL)
	return command
}

func (s *Supervisor) child(name string, command func(map[string]any) *exec.Cmd) *child {
	return &child{name: name, command: command, log: s.options.Log, slog: s.options.Slog, report: s.note}
}

// note writes down that a child is ready.
func (s *Supervisor) note(name string, pid int, ready map[string]any) {
	s.mu.Lock()
	defer s.mu.Unlock()
	process := map[string]*Process{"temporal": &s.run.Temporal, "worker": &s.run.Worker, "api": &s.run.API}[name]
	if process.PID != 0 {
		process.Restarts++
	}
	process.PID = pid
	process.Address, _ = ready["frontend"].(string)
	process.URL, _ = ready["ui"].(string)
	if url, ok := ready["url"].(string); ok {
		process.URL = url
	}
	process.Metrics, _ = ready["metrics"].(string)
	if err := s.write(); err != nil {
		s.options.Slog.Warn("run.json could not be written", "error", err)
	}
}

// write writes DIR/run.json whole or not at all.
func (s *Supervisor) write() error {
	text, err := json.MarshalIndent(s.run, "", "  ")
	if err != nil {
		return err
	}
	path := filepath.Join(s.options.Data, "run.json")
	if err := os.WriteFile(path+".new", append(text, '\n'), 0o600); err != nil {
		return err
	}
	return os.Rename(path+".new", path)
}

// Failed reports a child that can no longer be started.
func (s *Supervisor) Failed() <-chan error { return s.failed }

func (p Process) uiAddress() string {
	const scheme = "http://"
	if len(p.URL) > len(scheme) {
		return p.URL[len(scheme):]
	}
	return p.URL
}
