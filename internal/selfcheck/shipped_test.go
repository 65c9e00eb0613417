package selfcheck

import (
	"bytes"
	"os"
	"path/filepath"
	"testing"
)

// What ships must hold nothing of the switch by which tests break the program, so that no variable of the environment
// can ever end a process or bend a rule.
func TestWhatShipsCannotBeBroken(t *testing.T) {
	t.Parallel()
	if testing.Short() {
		t.Skip("SKIPPED: the program is not built, and not searched for the fault switch, with -short")
	}
	traces := []string{"FAIRLEAD_FAULT_KILL", "FAIRLEAD_FAULT_BREAK", "FAIRLEAD_FAULT_ONCE", "FAIRLEAD_FAULT_SINK", "fault: killed at", "short-year"}
	for _, build := range []struct {
		tags string
		want bool
	}{{"", false}, {"faults", true}} {
		program := filepath.Join(t.TempDir(), "fairlead")
		command(t, ".", "go", "build", "-tags="+build.tags, "-o", program, ".")
		binary, err := os.ReadFile(program)
		if err != nil {
			t.Fatal(err)
		}
		for _, trace := range traces {
			if got := bytes.Contains(binary, []byte(trace)); got != build.want {
				t.Errorf("built with tags %q, the program holds %q: %t, want %t: the fault switch belongs behind the build tag faults, and nowhere else", build.tags, trace, got, build.want)
			}
		}
		if err := os.Remove(program); err != nil {
			t.Error(err)
		}
	}
}
