//go:build faults

// Package faults marks the points at which tests kill the program or break it on purpose.
package faults

import (
	"fmt"
	"os"
	"strconv"
	"strings"
	"sync"
	"syscall"
)

var (
	mu     sync.Mutex
	passed = map[string]int{}
)

// Here ends the process with SIGKILL at the n-th passage of the point that FAIRLEAD_FAULT_KILL names as "point:n".
// Where FAIRLEAD_FAULT_ONCE names a file, the kill happens once over all processes: the file is made first.
func Here(point string) {
	wanted, count, _ := strings.Cut(os.Getenv("FAIRLEAD_FAULT_KILL"), ":")
	if wanted != point {
		return
	}
	nth, err := strconv.Atoi(count)
	if err != nil {
		nth = 1
	}
	mu.Lock()
	defer mu.Unlock()
	if passed[point]++; passed[point] != nth {
		return
	}
	if once := os.Getenv("FAIRLEAD_FAULT_ONCE"); once != "" {
		f, err := os.OpenFile(once, os.O_CREATE|os.O_EXCL|os.O_WRONLY, 0o600)
		if err != nil {
			return
		}
		_ = f.Close()
	}
	fmt.Fprintln(os.Stderr, "fault: killed at "+point)
	_ = syscall.Kill(os.Getpid(), syscall.SIGKILL)
	select {}
}

// Broken reports whether FAIRLEAD_FAULT_BREAK names the rule.
func Broken(rule string) bool {
	for _, name := range strings.Split(os.Getenv("FAIRLEAD_FAULT_BREAK"), ",") {
		if name == rule {
			return true
		}
	}
	return false
}
