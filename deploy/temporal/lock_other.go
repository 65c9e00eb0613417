//go:build !unix

package main

import (
	"context"
	"os"
)

// lock does nothing where the kernel's advisory locks are missing: there the listening port has to keep a second
// server away.
func lock(context.Context, string) (*os.File, error) { return nil, nil }
