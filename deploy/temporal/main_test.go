package main

import (
	"bufio"
	"encoding/json"
	"io"
	"os"
	"os/exec"
	"strings"
	"syscall"
	"testing"

	"go.temporal.io/sdk/client"
)

// asChild makes the test binary behave as fairlead-temporal itself: a server can only be killed as a process of its
// own, and building the real binary again would take minutes.
const asChild = "FAIRLEAD_TEMPORAL_TEST_CHILD"

func TestMain(m *testing.M) {
	if os.Getenv(asChild) != "" {
		main()
	}
	os.Exit(m.Run())
}

// process is a running server, as its supervisor sees it.
type process struct {
	announcement
	cmd    *exec.Cmd
	stdin  io.WriteCloser
	stdout *bufio.Reader
}

// startProcess runs a server until the test ends and returns once it says that it is ready.
func startProcess(t *testing.T, args ...string) *process {
	t.Helper()
	p := &process{cmd: exec.CommandContext(t.Context(), os.Args[0], args...)}
	p.cmd.Env = append(os.Environ(), asChild+"=1")
	p.cmd.Stderr = &testLog{t: t}
	stdin, err := p.cmd.StdinPipe()
	check(t, err)
	stdout, err := p.cmd.StdoutPipe()
	check(t, err)
	p.stdin, p.stdout = stdin, bufio.NewReader(stdout)
	check(t, p.cmd.Start())
	t.Cleanup(func() {
		_ = p.cmd.Process.Kill() // an error means that the test has ended it already
		_ = p.cmd.Wait()
	})

	line, err := p.stdout.ReadString('\n')
	if err != nil {
		t.Fatalf("the server ended before it was ready: %v", err)
	}
	check(t, json.Unmarshal([]byte(line), &p.announcement))
	if !p.Ready {
		t.Fatalf("not a ready line: %s", line)
	}
	return p
}

// end sends a signal, waits for the process, and returns its exit code (-1 after a kill). It also checks that nothing
// but the ready line has ever stood on the standard output.
func (p *process) end(t *testing.T, signal syscall.Signal) int {
	t.Helper()
	check(t, p.cmd.Process.Signal(signal))
	return p.wait(t)
}

func (p *process) wait(t *testing.T) int {
	t.Helper()
	rest, err := io.ReadAll(p.stdout)
	check(t, err)
	if len(rest) > 0 {
		t.Errorf("more than one line on the standard output: %q", rest)
	}
	_ = p.cmd.Wait() // the exit code says it
	return p.cmd.ProcessState.ExitCode()
}

// ui is the address of the web interface without its scheme, as --ui takes it.
func (p *process) ui() string { return strings.TrimPrefix(p.UI, "http://") }

// dial connects a client that is closed with the test.
func dial(t *testing.T, p *process) client.Client {
	t.Helper()
	c, err := client.DialContext(t.Context(), client.Options{HostPort: p.Frontend})
	check(t, err)
	t.Cleanup(c.Close)
	return c
}

func check(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

// testLog shows the server's standard error in the log of the test.
type testLog struct{ t *testing.T }

func (l *testLog) Write(b []byte) (int, error) {
	l.t.Logf("server: %s", b)
	return len(b), nil
}
