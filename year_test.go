package main

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"syscall"
	"testing"
	"time"

	"fairlead/demo/verdict"
	"fairlead/internal/postgrestest"
)

// demoRun is a demo as a child process, with its verdict.
type demoRun struct {
	data string
	line verdict.Line
	out  []byte
	err  []byte
	exit int
}

// playDemo runs a demo to its end; meanwhile is called while it runs.
func playDemo(t *testing.T, binary string, environ, args []string, meanwhile func(data string, done <-chan struct{})) demoRun {
	t.Helper()
	run, err := tryDemo(t.Context(), t.TempDir(), binary, environ, args, meanwhile)
	if err != nil {
		t.Fatal(err)
	}
	return run
}

// tryDemo is playDemo for who has no test at hand: a demo that prints no verdict is an error.
func tryDemo(ctx context.Context, data, binary string, environ, args []string, meanwhile func(data string, done <-chan struct{})) (demoRun, error) {
	run := demoRun{data: data}
	all := append([]string{"demo", "--data", run.data, "--until-done", "--json", "--blueprint", "essentials", "--route", "invitation"}, anyPorts...)
	all = append(all, args...) // a flag that comes again wins
	command := exec.CommandContext(ctx, filepath.Join("bin", binary), all...)
	command.Env = append(os.Environ(), environ...)
	var out, errs bytes.Buffer
	command.Stdout, command.Stderr = &out, &errs
	command.SysProcAttr = &syscall.SysProcAttr{Setpgid: true}
	if err := command.Start(); err != nil {
		return run, err
	}
	done := make(chan struct{})
	ended := make(chan struct{})
	go func() {
		defer close(ended)
		if meanwhile != nil {
			meanwhile(run.data, done)
		}
	}()
	_ = command.Wait() // how it ended is in the exit code
	close(done)
	<-ended
	run.out, run.err, run.exit = out.Bytes(), errs.Bytes(), command.ProcessState.ExitCode()
	if err := json.Unmarshal([]byte(lastLine(run.out)), &run.line); err != nil {
		log, _ := os.ReadFile(filepath.Join(run.data, "log.jsonl"))
		return run, fmt.Errorf("the demo printed no verdict (exit %d):\n%s\n%s\nlog:\n%s", run.exit, tail(run.out, 2000), tail(run.err, 4000), tail(log, 4000))
	}
	return run, nil
}

// mustBeOK fails the test unless the verdict is ok, with everything it found.
func (r demoRun) mustBeOK(t *testing.T) {
	t.Helper()
	if r.line.Verdict == "ok" && r.exit == 0 {
		t.Log(lastLine(r.out))
		return
	}
	log, _ := os.ReadFile(filepath.Join(r.data, "log.jsonl"))
	t.Fatalf("verdict %s, exit %d\n%s\nlog:\n%s", r.line.Verdict, r.exit, tail(r.err, 6000), tail(log, 6000))
}

// killInTurns kills worker, api and Temporal in turns, each when the cast has acted so often since the last one: no clock
// decides.
func killInTurns(t *testing.T, gaps ...int) func(string, <-chan struct{}) {
	return func(data string, done <-chan struct{}) {
		next := gaps[0]
		for i := 0; i < len(gaps); {
			select {
			case <-done:
				t.Errorf("the year ended after %d of %d kills", i, len(gaps))
				return
			case <-time.After(20 * time.Millisecond):
			}
			acts, err := os.ReadFile(filepath.Join(data, "cast.jsonl"))
			if err != nil || bytes.Count(acts, []byte("\n")) < next {
				continue
			}
			run, err := readRun(data)
			if err != nil {
				continue
			}
			name := []string{"worker", "api", "temporal"}[i%3]
			if err := syscall.Kill(processOf(run, name).PID, syscall.SIGKILL); err != nil {
				continue // it is just being started again
			}
			t.Logf("killed %s after %d acts", name, bytes.Count(acts, []byte("\n")))
			if i++; i < len(gaps) {
				next = bytes.Count(acts, []byte("\n")) + gaps[i]
			}
		}
	}
}

// mistyped leaves out the leader whose address is wrong at first: staff mend it within days, which on a fast clock are
// seconds, and a process that is killed just then takes as long to come back. TestMailThroughTrouble tells that story.
const mistyped = "--refused-address=false"

func TestYearOfTwentyFourLeadersWithKills(t *testing.T) {
	t.Parallel()
	needBinaries(t)
	run := playDemo(t, "fairlead", nil, []string{"--participants", "24", "--day", "450ms", "--seed", "7", "--reply-within", "60s", mistyped},
		killInTurns(t, slices.Repeat([]int{40}, 10)...))
	run.mustBeOK(t)
	if run.line.DuplicateMails != 0 || run.line.Parked != 0 {
		t.Errorf("%+v", run.line)
	}
}

// The flagship by application: one kill while people write, the others from the review on. In the last weeks before the
// deadline there is none: it is hard, and on a fast clock a process that comes back takes a week of it.
func TestFlagshipWithKills(t *testing.T) {
	t.Parallel()
	needBinaries(t)
	playFlagshipWithKills(t, "7", "application", nil, append([]int{40, 360}, slices.Repeat([]int{100}, 8)...))
}

func TestFlagshipOnPostgreSQLWithKills(t *testing.T) {
	t.Parallel()
	needBinaries(t)
	playFlagshipWithKills(t, "11", "invitation", []string{"FAIRLEAD_DATABASE_URL=" + postgrestest.URL(t), "FAIRLEAD_KEYS_URL=" + postgrestest.URL(t)},
		slices.Repeat([]int{100}, 10))
}

// playFlagshipWithKills plays the whole flagship year, to the end of the last survey, with records where environ says.
func playFlagshipWithKills(t *testing.T, seed, route string, environ []string, gaps []int) {
	t.Helper()
	run := playDemo(t, "fairlead", environ, []string{"--blueprint", "flagship", "--route", route, "--participants", "12", "--day", "600ms", "--seed", seed, "--reply-within", "60s",
		mistyped}, killInTurns(t, gaps...))
	run.mustBeOK(t)
	if run.line.DuplicateMails != 0 || run.line.Parked != 0 {
		t.Errorf("%+v", run.line)
	}
}

func TestMain(m *testing.M) {
	os.Exit(postgrestest.Run(m))
}
