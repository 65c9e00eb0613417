//go:build !faults

package faults_test

import (
	"testing"

	"fairlead/faults"
)

func TestShippedSwitchDoesNothing(t *testing.T) {
	t.Setenv("FAIRLEAD_FAULT_KILL", "after-250:1")
	t.Setenv("FAIRLEAD_FAULT_BREAK", "two-a-day")
	faults.Here("after-250") // or this test process would have ended
	if faults.Broken("two-a-day") {
		t.Error("a rule can be broken without the build tag")
	}
}
