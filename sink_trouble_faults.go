//go:build faults

package main

import (
	"errors"
	"fmt"
	"os"
	"strconv"
	"strings"
	"time"

	"fairlead/demo/sink"
)

// sinkTrouble is what the mail sink does wrong on purpose, as FAIRLEAD_FAULT_SINK says it:
// "refuse451=0.05,refuse550=a@b.example,busy=2s,hang=2,hang-for=1s,drop=1,keep=true,delay=50ms,seed=7", any of them.
func sinkTrouble() (trouble sink.Trouble, err error) {
	for setting := range strings.SplitSeq(os.Getenv("FAIRLEAD_FAULT_SINK"), ",") {
		if setting == "" {
			continue
		}
		name, value, _ := strings.Cut(setting, "=")
		switch name {
		case "refuse451":
			trouble.Refuse451, err = strconv.ParseFloat(value, 64)
		case "refuse550":
			trouble.Refuse550 = append(trouble.Refuse550, value)
		case "busy":
			trouble.BusyFor, err = time.ParseDuration(value)
		case "hang":
			trouble.HangAfterData, err = strconv.Atoi(value)
		case "hang-for":
			trouble.HangFor, err = time.ParseDuration(value)
		case "drop":
			trouble.DropAfterData, err = strconv.Atoi(value)
		case "keep":
			trouble.Keep, err = strconv.ParseBool(value)
		case "delay":
			trouble.Delay, err = time.ParseDuration(value)
		case "seed":
			trouble.Seed, err = strconv.ParseUint(value, 10, 64)
		default:
			err = errors.New("there is no such trouble")
		}
		if err != nil {
			return trouble, fmt.Errorf("FAIRLEAD_FAULT_SINK, %s: %w", name, err)
		}
	}
	return trouble, nil
}
