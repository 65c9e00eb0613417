package main

import (
	"bytes"
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"time"
)

// The year that is counted, and its bars.
const (
	yearParticipants = "12"
	yearDay          = "300ms"
	yearWithin       = 8 * time.Minute
	mostMails        = 30  // scheduled, to a prompt leader
	mostActions      = 2.5 // for each thing the year could not do without
	mostEvents       = 1200
	mostBytes        = 200_000
	mostOpen         = 40_000
)

// measureYear plays a year of a few leaders with the programs as they are built, and then counts in the histories what it
// cost: actions, events and bytes of everything that ran for one leader.
func measureYear(ctx context.Context, b *bench) error {
	data := b.data
	if data == "" {
		data = filepath.Join(b.folder, "year")
		if err := playYear(ctx, data); err != nil {
			return err
		}
	}
	server, err := startTemporal(filepath.Join(data, "temporal.db"), filepath.Join(b.folder, "year-temporal.log"))
	if err != nil {
		return err
	}
	err = measureYearOn(ctx, b, server, data)
	return errors.Join(err, server.stop())
}

// playYear runs the demo until it is over.
func playYear(ctx context.Context, data string) error {
	ctx, cancel := context.WithTimeout(ctx, yearWithin)
	defer cancel()
	c := exec.CommandContext(ctx, fairleadProgram, "demo", "--blueprint", "flagship", "--route", "invitation", "--participants", yearParticipants, "--day", yearDay, "--until-done", "--json", "--data", data,
		"--listen", "127.0.0.1:0", "--api-metrics", "127.0.0.1:0", "--worker-metrics", "127.0.0.1:0", "--temporal-listen", "127.0.0.1:0", "--temporal-ui-listen", "127.0.0.1:0")
	c.Cancel = func() error { return c.Process.Signal(os.Interrupt) } // it ends its children
	c.WaitDelay = 40 * time.Second
	var out, words bytes.Buffer
	c.Stdout, c.Stderr = &out, &words
	if err := c.Run(); err != nil {
		lines := strings.Split(strings.TrimSpace(words.String()), "\n")
		return fmt.Errorf("the demo: %w: %s", errors.Join(err, ctx.Err()), strings.Join(lines[max(0, len(lines)-3):], "; "))
	}
	var line struct {
		Verdict string `json:"verdict"`
	}
	lines := strings.Split(strings.TrimSpace(out.String()), "\n")
	if err := json.Unmarshal([]byte(lines[len(lines)-1]), &line); err != nil || line.Verdict != "ok" {
		return fmt.Errorf("the demo ended with the verdict %q (%w)", line.Verdict, err)
	}
	return nil
}

func measureYearOn(ctx context.Context, b *bench, server *temporalServer, data string) error {
	temporal, err := server.dial(ctx)
	if err != nil {
		return err
	}
	defer temporal.Close()
	years, cohorts, err := readYears(ctx, temporal)
	if err != nil {
		return err
	}
	sent, err := mailsByLeader(filepath.Join(data, "mail"))
	if err != nil {
		return err
	}
	// A whole year ran from the first stage to the last by itself: what staff ordered besides comes on top.
	var whole []*leaderYear
	for _, y := range years {
		y.mails = sent[y.ref]
		if y.state == "completed" && y.orders == 0 {
			whole = append(whole, y)
		}
	}
	if len(whole) == 0 {
		return fmt.Errorf("nobody came to the end of the year without an order of staff: %w", errNothing)
	}
	b.addYears(whole, cohorts)
	return b.addMails(data, whole)
}

// addYears adds the lines of the year: the dearest leader's is judged, so that the others' are judged with it.
func (b *bench) addYears(whole []*leaderYear, cohorts []*leaderYear) {
	most := func(of func(*leaderYear) float64) *leaderYear {
		return slices.MaxFunc(whole, func(x, y *leaderYear) int { return cmp.Compare(of(x), of(y)) })
	}
	for _, y := range whole {
		b.say("    %s: %s", y.ref, y)
	}
	dear := most((*leaderYear).perNeed)
	b.judge("actions of a leader's year against what it could not do without", dear.perNeed() <= mostActions, "≤ 2.5 ×",
		"%.2f × at most (%d actions for %d mails + %d answers + %d timers), of %d whole years", dear.perNeed(), dear.actions,
		dear.mails, dear.answers, dear.fired, len(whole))
	long := most(func(y *leaderYear) float64 { return float64(y.events) })
	b.judge("events of a leader's year, all workflows", long.events <= mostEvents, "≤ 1,200", "%d at most, in %d workflows", long.events, long.workflows)
	large := most(func(y *leaderYear) float64 { return float64(y.bytes) })
	b.judge("bytes of a leader's year, all workflows", large.bytes <= mostBytes, "≤ 200 KB", "%.1f KB at most", float64(large.bytes)/1000)
	open := most(func(y *leaderYear) float64 { return float64(y.open) })
	b.judge("open part of a leader's year at any moment", open.open <= mostOpen, "≤ 40 KB", "%.1f KB at most", float64(open.open)/1000)
	for _, c := range cohorts {
		b.tell("the workflow of the cohort "+c.ref+", for all its leaders together", "%d actions, %d events, %.1f KB", c.actions, c.events, float64(c.bytes)/1000)
	}
}
