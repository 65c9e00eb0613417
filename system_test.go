package main

import (
	"bufio"
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"

	"fairlead/demo/supervisor"
)

// system is the whole program as a child process on ports of its own, over a folder of its own.
type system struct {
	t       *testing.T
	data    string
	url     string
	token   string // of an admin
	command *exec.Cmd
	output  *bytes.Buffer
}

// systemOptions say how to start it; zero fields mean the default.
type systemOptions struct {
	binary  string   // bin/fairlead
	environ []string // further variables
	args    []string // further arguments
}

// needBinaries skips, loudly, where the programs are not built; where everything must run it fails.
func needBinaries(t *testing.T, names ...string) {
	t.Helper()
	if testing.Short() {
		t.Skip("SKIPPED: the whole program is not started with -short")
	}
	for _, name := range append([]string{"fairlead", "fairlead-temporal"}, names...) {
		if _, err := os.Stat(filepath.Join("bin", name)); err != nil {
			if os.Getenv("FAIRLEAD_TEST_ALL") != "" {
				t.Fatalf("bin/%s is missing: run make build faults", name)
			}
			t.Skipf("SKIPPED: bin/%s is missing: run make build faults", name)
		}
	}
}

// anyPorts are the flags that let every listener choose a free port.
var anyPorts = []string{"--listen", "127.0.0.1:0", "--temporal-listen", "127.0.0.1:0", "--temporal-ui-listen", "127.0.0.1:0",
	"--api-metrics", "127.0.0.1:0", "--worker-metrics", "127.0.0.1:0"}

// startSystem starts `fairlead up` with a fast clock allowed, waits until it serves, and stops it when the test ends.
func startSystem(t *testing.T, o systemOptions) *system {
	t.Helper()
	s := &system{t: t, data: t.TempDir(), output: &bytes.Buffer{}}
	if o.binary == "" {
		o.binary = "fairlead"
	}
	s.launch(o)
	t.Cleanup(s.stop)
	s.token = s.createToken("admin")
	return s
}

func (s *system) launch(o systemOptions) {
	s.t.Helper()
	args := append([]string{"up", "--data", s.data, "--fast-clock", "true", "--smtp-timeout", "3s", "--mail-first-retry", "200ms",
		"--mail-max-retry", "2s", "--mails-per-second", "0"}, anyPorts...)
	s.command = exec.Command(filepath.Join("bin", o.binary), append(args, o.args...)...)
	s.command.Env = append(os.Environ(), o.environ...)
	s.command.Stdout, s.command.Stderr = s.output, s.output
	s.command.SysProcAttr = &syscall.SysProcAttr{Setpgid: true}
	if err := s.command.Start(); err != nil {
		s.t.Fatal(err)
	}
	s.eventually("the program serves", 60*time.Second, func() bool {
		run, err := s.run()
		if err != nil || run.API.URL == "" || run.Worker.PID == 0 {
			return false
		}
		s.url = run.API.URL
		response, err := http.Get(s.url + "/readyz")
		if err != nil {
			return false
		}
		defer func() { _ = response.Body.Close() }()
		return response.StatusCode == http.StatusOK
	})
}

// stop ends the program and everything it started.
func (s *system) stop() {
	_ = s.command.Process.Signal(syscall.SIGTERM)
	done := make(chan struct{})
	go func() { _ = s.command.Wait(); close(done) }()
	select {
	case <-done:
	case <-time.After(60 * time.Second):
		_ = s.command.Process.Kill()
		<-done
	}
	if s.t.Failed() {
		s.t.Logf("output:\n%s", s.output)
		if log, err := os.ReadFile(filepath.Join(s.data, "log.jsonl")); err == nil {
			s.t.Logf("end of the log:\n%s", tail(log, 4000))
		}
	}
}

// run is DIR/run.json.
func (s *system) run() (supervisor.Run, error) { return readRun(s.data) }

func readRun(data string) (supervisor.Run, error) {
	var run supervisor.Run
	text, err := os.ReadFile(filepath.Join(data, "run.json"))
	if err != nil {
		return run, err
	}
	return run, json.Unmarshal(text, &run)
}

// createToken makes an API token with the program's own command.
func (s *system) createToken(role string) string {
	s.t.Helper()
	out, err := exec.Command("bin/fairlead", "token", "create", "--role", role, "--data", s.data).Output()
	if err != nil {
		s.t.Fatalf("token create: %v", err)
	}
	return strings.TrimSpace(string(out))
}

// call is one REST call; body is a string (CSV), or is written as JSON. It returns status and body.
func (s *system) call(method, path string, body any, headers ...string) (int, []byte) {
	s.t.Helper()
	status, answer, err := s.try(method, path, body, headers...)
	if err != nil {
		s.t.Fatalf("%s %s: %v", method, path, err)
	}
	return status, answer
}

func (s *system) try(method, path string, body any, headers ...string) (int, []byte, error) {
	var reader io.Reader
	contentType := "application/json"
	switch b := body.(type) {
	case nil:
	case string:
		reader, contentType = strings.NewReader(b), "text/csv"
	default:
		text, err := json.Marshal(b)
		if err != nil {
			return 0, nil, err
		}
		reader = bytes.NewReader(text)
	}
	request, err := http.NewRequest(method, s.url+"/api/v1"+path, reader)
	if err != nil {
		return 0, nil, err
	}
	request.Header.Set("Authorization", "Bearer "+s.token)
	if reader != nil {
		request.Header.Set("Content-Type", contentType)
	}
	for i := 0; i+1 < len(headers); i += 2 {
		request.Header.Set(headers[i], headers[i+1])
	}
	response, err := http.DefaultClient.Do(request)
	if err != nil {
		return 0, nil, err
	}
	defer func() { _ = response.Body.Close() }()
	answer, err := io.ReadAll(response.Body)
	return response.StatusCode, answer, err
}

// must is a call that has to end with a 2xx status; the answer is decoded into out unless that is nil.
func (s *system) must(method, path string, body, out any) {
	s.t.Helper()
	status, answer := s.call(method, path, body)
	if status < 200 || status > 299 {
		s.t.Fatalf("%s %s: %d %s", method, path, status, answer)
	}
	if out != nil {
		if err := json.Unmarshal(answer, out); err != nil {
			s.t.Fatalf("%s %s: %v", method, path, err)
		}
	}
}

// eventually waits for a condition, looking again and again; it fails the test when the time is up.
func (s *system) eventually(what string, within time.Duration, holds func() bool) {
	s.t.Helper()
	waitFor(s.t, what, within, holds)
}

func waitFor(t *testing.T, what string, within time.Duration, holds func() bool) {
	t.Helper()
	deadline := time.NewTimer(within)
	defer deadline.Stop()
	look := time.NewTicker(20 * time.Millisecond)
	defer look.Stop()
	for !holds() {
		select {
		case <-deadline.C:
			t.Fatalf("waited %s in vain: %s", within, what)
		case <-look.C:
		}
	}
}

// kill ends a child of the supervisor with SIGKILL, by its id, and waits until another has taken its place.
func (s *system) kill(name string) {
	s.t.Helper()
	before, err := s.run()
	if err != nil {
		s.t.Fatal(err)
	}
	pid := processOf(before, name).PID
	if err := syscall.Kill(pid, syscall.SIGKILL); err != nil {
		s.t.Fatalf("kill %s: %v", name, err)
	}
	s.eventually(name+" is back", 60*time.Second, func() bool {
		now, err := s.run()
		return err == nil && processOf(now, name).PID != pid
	})
}

func processOf(run supervisor.Run, name string) supervisor.Process {
	switch name {
	case "api":
		return run.API
	case "worker":
		return run.Worker
	}
	return run.Temporal
}

// lastLine is the last line of a text that is not empty.
func lastLine(text []byte) string {
	last := ""
	lines := bufio.NewScanner(bytes.NewReader(text))
	lines.Buffer(nil, 1<<24)
	for lines.Scan() {
		if strings.TrimSpace(lines.Text()) != "" {
			last = lines.Text()
		}
	}
	return last
}

func tail(text []byte, n int) string {
	if len(text) > n {
		return "…" + string(text[len(text)-n:])
	}
	return string(text)
}

// people writes a spreadsheet of n made-up leaders; the address of each is made with the format.
func people(n int, address string) string {
	var b strings.Builder
	b.WriteString("title,given_name,family_name,email,job_title,organisation,sector,region,role_started,assistant_name,assistant_email\n")
	for i := range n {
		fmt.Fprintf(&b, ",Given%d,Family%d,%s,Chief Executive,Organisation %d,Healthcare,London,2026-01,,\n", i, i, fmt.Sprintf(address, i), i)
	}
	return b.String()
}
