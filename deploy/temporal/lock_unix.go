//go:build unix

package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"syscall"
	"time"
)

// lockPatience covers the orderly end of a server before this one, whose supervisor is gone already.
const lockPatience = 15 * time.Second

// lock makes this process the only server on the file: two would each believe to own every workflow in it. The lock is
// the kernel's and ends with the process, kill -9 included; the file beside the database stays and means nothing.
// (Not the database itself: closing a second handle to it would drop SQLite's own locks.)
func lock(ctx context.Context, database string) (*os.File, error) {
	if err := os.MkdirAll(filepath.Dir(database), 0o700); err != nil {
		return nil, err
	}
	file, err := os.OpenFile(database+".lock", os.O_CREATE|os.O_RDWR, 0o600)
	if err != nil {
		return nil, err
	}
	inUse := fmt.Errorf("another fairlead-temporal is running on %s; end it first", database)
	ctx, cancel := context.WithTimeoutCause(ctx, lockPatience, inUse)
	defer cancel()
	again := time.NewTicker(50 * time.Millisecond)
	defer again.Stop()
	for {
		err := syscall.Flock(int(file.Fd()), syscall.LOCK_EX|syscall.LOCK_NB)
		if err == nil {
			return file, nil
		}
		if !errors.Is(err, syscall.EWOULDBLOCK) && !errors.Is(err, syscall.EINTR) {
			return nil, fmt.Errorf("%s: %w", file.Name(), err)
		}
		select {
		case <-again.C:
		case <-ctx.Done():
			return nil, errors.Join(context.Cause(ctx), file.Close())
		}
	}
}
