//go:build faults

package faults_test

import (
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"testing"

	"fairlead/faults"
)

// passesAt makes this test binary a victim: it passes a point five times and says so.
const passesAt = "FAIRLEAD_TEST_PASSES"

func TestMain(m *testing.M) {
	if point := os.Getenv(passesAt); point != "" {
		for i := range 5 {
			faults.Here(point)
			fmt.Println("passed", i+1)
		}
		os.Exit(0)
	}
	os.Exit(m.Run())
}

// victim runs a process that passes a point, and returns what it said and whether it was killed.
func victim(t *testing.T, point string, environ ...string) (passed int, words string, killed bool) {
	t.Helper()
	c := exec.CommandContext(t.Context(), os.Args[0])
	c.Env = append(append(os.Environ(), passesAt+"="+point), environ...)
	out, err := c.CombinedOutput()
	var ended *exec.ExitError
	if errors.As(err, &ended) {
		status, ok := ended.Sys().(syscall.WaitStatus)
		killed = ok && status.Signaled() && status.Signal() == syscall.SIGKILL
	} else if err != nil {
		t.Fatal(err)
	}
	return strings.Count(string(out), "passed"), string(out), killed
}

func TestKillAtTheNthPassageArmed(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		point, kill string
		passed      int
		killed      bool
	}{
		{"after-250", "after-250:3", 2, true},
		{"after-250", "after-250", 0, true},
		{"after-250", "in-data:1", 5, false},
		{"after-250", "", 5, false},
		{"after-250", "after-250:9", 5, false},
	} {
		passed, words, killed := victim(t, c.point, "FAIRLEAD_FAULT_KILL="+c.kill)
		if passed != c.passed || killed != c.killed {
			t.Errorf("%q at %s: passed %d times, killed %t; want %d, %t", c.kill, c.point, passed, killed, c.passed, c.killed)
		}
		if told := strings.Contains(words, "fault: killed at "+c.point); told != c.killed {
			t.Errorf("%q at %s: the landing is printed: %t\n%s", c.kill, c.point, told, words)
		}
	}
}

func TestKillOnceOverAllProcessesArmed(t *testing.T) {
	t.Parallel()
	once := "FAIRLEAD_FAULT_ONCE=" + filepath.Join(t.TempDir(), "killed")
	if _, _, killed := victim(t, "in-data", "FAIRLEAD_FAULT_KILL=in-data:2", once); !killed {
		t.Error("the first process lives")
	}
	if passed, _, killed := victim(t, "in-data", "FAIRLEAD_FAULT_KILL=in-data:2", once); killed || passed != 5 {
		t.Errorf("the process that was started again passed %d times and was killed: %t", passed, killed)
	}
}

func TestBrokenArmed(t *testing.T) {
	t.Setenv("FAIRLEAD_FAULT_BREAK", "two-a-day,lose-answer")
	for rule, want := range map[string]bool{"two-a-day": true, "lose-answer": true, "early-end": false, "two": false} {
		if got := faults.Broken(rule); got != want {
			t.Errorf("%s is broken: %t, want %t", rule, got, want)
		}
	}
}
