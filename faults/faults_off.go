//go:build !faults

// Package faults marks the points at which tests kill the program or break it on purpose. In a shipped build every
// function is empty: nothing of the switch is in the binary, and a test searches for it.
package faults

// Here marks a point between two acts at which a test may end the process.
func Here(string) {}

// Broken reports whether a test has broken this rule on purpose.
func Broken(string) bool { return false }
