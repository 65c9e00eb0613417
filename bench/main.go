// Command bench measures what the programme costs and prints it as a table, each row with its bar (design: "What it must
// cost"). Rates are ratios taken in one run, against the least that could do the same on the same machine. It runs bin/fairlead
// and bin/fairlead-temporal from the folder it is started in, talks to 127.0.0.1 alone, keeps everything in a temporary folder and
// ends within ten minutes: 0 when every bar is met, 3 when one is not, 1 when something could not be measured.
package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"os/signal"
	"slices"
	"strings"
	"syscall"
	"text/tabwriter"
	"time"
)

// within is how long everything together may take.
const within = 10 * time.Minute

// part is one subject that is measured.
type part struct {
	name string
	does string
	run  func(ctx context.Context, b *bench) error
}

// parts in the order in which they run, the quickest first.
var parts = []part{
	{"mail", "1,000 mails over STARTTLS", measureMail},
	{"lists", "list pages at 1,000 and at 100,000 journeys", measureLists},
	{"launch", "launching 1,000 journeys", measureLaunch},
	{"year", "a whole year, on a fast clock", measureYear},
}

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	os.Exit(run(ctx, os.Args[1:], os.Stdout, os.Stderr))
}

// run measures and prints, and returns the exit code.
func run(ctx context.Context, args []string, out, progress io.Writer) int {
	flags := flag.NewFlagSet("bench", flag.ContinueOnError)
	flags.SetOutput(progress)
	only := flags.String("only", "", "measure these parts alone, separated by commas: mail, lists, launch, year")
	data := flags.String("data", "", "count the year in this data folder of a demo that has ended, instead of playing one")
	if err := flags.Parse(args); err != nil {
		return 2
	}
	wanted, err := chosen(*only)
	if err != nil {
		_, _ = fmt.Fprintln(progress, "bench:", err)
		return 2
	}
	ctx, cancel := context.WithTimeout(ctx, within)
	defer cancel()
	folder, err := os.MkdirTemp("", "fairlead-bench-")
	if err != nil {
		_, _ = fmt.Fprintln(progress, "bench:", err)
		return 1
	}
	defer func() { _ = os.RemoveAll(folder) }()

	b := &bench{folder: folder, data: *data, progress: progress}
	unmeasured := false
	for _, p := range wanted {
		b.say("%s: %s …", p.name, p.does)
		began := time.Now()
		if err := p.run(ctx, b); err != nil {
			unmeasured = true
			b.add(row{what: p.name, got: "not measured: " + err.Error(), verdict: failed})
		}
		b.say("%s took %s", p.name, time.Since(began).Round(100*time.Millisecond))
		if ctx.Err() != nil {
			break
		}
	}
	b.print(out)
	switch {
	case unmeasured || ctx.Err() != nil:
		return 1
	case slices.ContainsFunc(b.rows, func(r row) bool { return r.verdict == failed }):
		return 3
	}
	return 0
}

// chosen are the parts to be measured: those that are named, or all.
func chosen(only string) ([]part, error) {
	if only == "" {
		return parts, nil
	}
	var list []part
	for _, name := range strings.Split(only, ",") {
		at := slices.IndexFunc(parts, func(p part) bool { return p.name == name })
		if at < 0 {
			return nil, fmt.Errorf("there is no part called %q", name)
		}
		list = append(list, parts[at])
	}
	return list, nil
}

// bench collects what was measured.
type bench struct {
	folder   string // temporary, for everything a part writes
	data     string // of a demo that has ended, or empty
	progress io.Writer
	rows     []row
}

// verdict is whether a row meets its bar.
type verdict string

const (
	passed verdict = "ok"
	failed verdict = "FAIL"
	told   verdict = "" // for orientation, without a bar
)

// row is one line of the table.
type row struct {
	what, got, bar string
	verdict        verdict
}

func (b *bench) say(format string, args ...any) { _, _ = fmt.Fprintf(b.progress, format+"\n", args...) }

func (b *bench) add(r row) { b.rows = append(b.rows, r) }

// tell adds a line without a bar.
func (b *bench) tell(what, format string, args ...any) {
	b.add(row{what: what, got: fmt.Sprintf(format, args...), verdict: told})
}

// judge adds a line with its bar.
func (b *bench) judge(what string, meets bool, bar, format string, args ...any) {
	r := row{what: what, got: fmt.Sprintf(format, args...), bar: bar, verdict: failed}
	if meets {
		r.verdict = passed
	}
	b.add(r)
}

func (b *bench) print(out io.Writer) {
	table := tabwriter.NewWriter(out, 0, 0, 2, ' ', 0)
	_, _ = fmt.Fprintln(table, "what\tmeasured\tbar\t")
	for _, r := range b.rows {
		_, _ = fmt.Fprintf(table, "%s\t%s\t%s\t%s\n", r.what, r.got, r.bar, r.verdict)
	}
	_ = table.Flush()
}

// median is the middle of some durations; it sorts them.
func median(of []time.Duration) time.Duration { return percentile(of, 50) }

// percentile is the duration that so many per cent do not exceed; it sorts them.
func percentile(of []time.Duration, per int) time.Duration {
	slices.Sort(of)
	if len(of) == 0 {
		return 0
	}
	return of[min(len(of)*per/100, len(of)-1)]
}

// middle is the middle of some ratios; it sorts them.
func middle(of []float64) float64 {
	slices.Sort(of)
	return of[len(of)/2]
}

// ratio is a over b.
func ratio(a, b time.Duration) float64 { return float64(a) / float64(b) }

// errNothing says that a part found nothing to measure.
var errNothing = errors.New("there was nothing to measure")

// round shortens a duration for people.
func round(d time.Duration) time.Duration {
	switch {
	case d > 10*time.Second:
		return d.Round(100 * time.Millisecond)
	case d > 10*time.Millisecond:
		return d.Round(time.Millisecond)
	}
	return d.Round(10 * time.Microsecond)
}
