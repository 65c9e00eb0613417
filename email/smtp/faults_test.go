//go:build faults

package smtp

import (
	"context"
	"os"
	"os/exec"
	"strings"
	"testing"

	"fairlead/email/smtp/smtptest"
)

// TestKilled sends one mail from a child process that a test switch kills at a named point, and looks at what the relay
// has then: nothing after a death inside DATA, one whole mail after a death behind the 250.
func TestKilled(t *testing.T) {
	if address := os.Getenv("FAIRLEAD_TEST_RELAY"); address != "" {
		_, _ = newSender(t, address).Send(context.Background(), letter())
		return
	}
	for point, mails := range map[string]int{"in-data": 0, "after-250": 1} {
		relay := smtptest.Start(t, nil)
		child := exec.Command(os.Args[0], "-test.run=^TestKilled$")
		child.Env = append(os.Environ(), "FAIRLEAD_TEST_RELAY="+relay.URL(), "FAIRLEAD_FAULT_KILL="+point+":1")
		said, err := child.CombinedOutput()
		if err == nil || !strings.Contains(string(said), "fault: killed at "+point) {
			t.Fatalf("%s: the child ended with %v: %s", point, err, said)
		}
		if commands := relay.Commands(); commands[len(commands)-1] != "DATA" || len(relay.Letters()) != mails {
			t.Errorf("%s: %v, %d mails", point, commands, len(relay.Letters()))
		}
	}
}

func TestBrokenOnPurpose(t *testing.T) {
	relay := smtptest.Start(t, nil)
	s := newSender(t, relay.URL())
	broken := []struct{ rule, shows string }{
		{"wrong-rule", "X-Fairlead-Rule: alert"},
		{"unknown-message", "2027-spring/P-7F3K2Q/onboarding/mystery/1.1.0"},
		{"", ""},
	}
	for _, b := range broken {
		t.Setenv("FAIRLEAD_FAULT_BREAK", b.rule)
		if _, err := s.Send(context.Background(), letter()); err != nil {
			t.Fatal(err)
		}
	}
	for i, l := range relay.Letters() {
		for _, b := range broken[:2] {
			if got, want := strings.Contains(l.Text, b.shows), broken[i] == b; got != want {
				t.Errorf("broken by %q, the mail holds %q: %t, want %t:\n%s", broken[i].rule, b.shows, got, want, l.Text)
			}
		}
	}
}
