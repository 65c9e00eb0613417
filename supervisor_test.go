package main

import (
	"syscall"
	"testing"
	"time"
)

func TestChildrenEndWithTheirSupervisorEvenWhenItIsKilled(t *testing.T) {
	t.Parallel()
	needBinaries(t)
	s := startSystem(t, systemOptions{})
	run, err := s.run()
	if err != nil {
		t.Fatal(err)
	}
	if err := s.command.Process.Kill(); err != nil {
		t.Fatal(err)
	}
	for name, pid := range map[string]int{"api": run.API.PID, "worker": run.Worker.PID, "temporal": run.Temporal.PID} {
		s.eventually(name+" has ended", 60*time.Second, func() bool { return syscall.Kill(pid, 0) == syscall.ESRCH })
	}
}

func TestEveryProcessComesBackWhenItIsKilled(t *testing.T) {
	t.Parallel()
	needBinaries(t)
	s := startSystem(t, systemOptions{})
	for _, name := range []string{"worker", "api", "temporal"} {
		s.kill(name)
	}
	s.eventually("all is ready again", 60*time.Second, func() bool {
		status, _, err := s.try("GET", "/cohorts", nil)
		return err == nil && status == 200
	})
}
