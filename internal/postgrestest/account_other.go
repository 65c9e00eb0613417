//go:build !linux

package postgrestest

import (
	"errors"
	"os"
	"syscall"
)

// runner is the account that runs PostgreSQL, which refuses root: the tests' own.
type runner struct{}

func account() (runner, error) {
	if os.Geteuid() == 0 {
		return runner{}, errors.New("PostgreSQL refuses root")
	}
	return runner{}, nil
}

func (runner) own(string) error { return nil }

func (runner) attributes() *syscall.SysProcAttr { return nil }
