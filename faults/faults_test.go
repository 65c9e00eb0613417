package faults_test

import (
	"os"
	"os/exec"
	"testing"
)

// The switch itself works, where the build tag arms it: the tests behind the tag, run from here.
func TestArmedSwitch(t *testing.T) {
	t.Parallel()
	if testing.Short() {
		t.Skip("SKIPPED: the armed fault switch is not built with -short")
	}
	c := exec.CommandContext(t.Context(), "go", "test", "-tags", "faults", "-count=1", "-run", "Armed$", ".")
	c.Env = append(os.Environ(), "CGO_ENABLED=0")
	if out, err := c.CombinedOutput(); err != nil {
		t.Errorf("go test -tags faults: %v\n%s", err, out)
	}
}
