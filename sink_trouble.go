//go:build !faults

package main

import "fairlead/demo/sink"

// sinkTrouble is what the mail sink of up and demo does wrong on purpose: nothing.
func sinkTrouble() (sink.Trouble, error) { return sink.Trouble{}, nil }
