package main

import (
	"context"
	_ "embed"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"sort"
	"strings"
	"time"

	"github.com/spf13/cobra"
	"go.temporal.io/sdk/client"

	"fairlead/config"
	"fairlead/demo/cast"
	"fairlead/demo/verdict"
	"fairlead/programme"
)

// demoPeople is the real-shaped cohort that the demo begins with.
//
//go:embed demo/cohort-2027.csv
var demoPeople []byte

// demoCoaches are the coaches of a demo whose year has coaching.
//
//go:embed demo/coaches-2027.csv
var demoCoaches []byte

// demoOptions are the flags of the demo.
type demoOptions struct {
	participants int
	day          time.Duration
	seed         uint64
	blueprint    string
	route        string
	startsOn     string
	untilDone    bool
	json         bool
	refused      bool
	replyWithin  time.Duration
}

func demoCommand(t terminal, s *config.Settings) *cobra.Command {
	var o demoOptions
	command := &cobra.Command{
		Use: "demo", Short: "A cohort of simulated leaders through a whole year on a fast clock, before your eyes", Args: cobra.NoArgs,
		RunE: func(c *cobra.Command, _ []string) error { return runDemo(c, *s, o, t) },
	}
	flags := command.Flags()
	flags.IntVar(&o.participants, "participants", 100, "how many leaders take part")
	flags.DurationVar(&o.day, "day", 1500*time.Millisecond, "real time that a day of the programme takes")
	flags.Uint64Var(&o.seed, "seed", 1, "draws the characters: the same seed, the same people")
	flags.StringVar(&o.blueprint, "blueprint", "flagship", "the shape of the year")
	flags.StringVar(&o.route, "route", "", "how leaders come in: invitation or application (default application, where the blueprint has dates for it)")
	flags.StringVar(&o.startsOn, "starts-on", "2027-03-01", "Monday of residential 1's week")
	flags.BoolVar(&o.untilDone, "until-done", false, "end when everybody's year has ended")
	flags.BoolVar(&o.json, "json", false, "print the verdict as one line of JSON at the end")
	flags.BoolVar(&o.refused, "refused-address", true, "one leader's address is refused until staff correct it")
	flags.DurationVar(&o.replyWithin, "reply-within", 15*time.Second, "how late a reply may be, real time, before the verdict is red")
	return command
}

// runDemo starts everything, lets the cast play, and judges the year from outside.
func runDemo(c *cobra.Command, s config.Settings, o demoOptions, t terminal) error {
	ctx := c.Context()
	began := realNow()
	s = demoSettings(c, s)
	if o.route == "" {
		o.route = usualRoute(o.blueprint)
	}
	if perDay := time.Duration(o.participants) * 15 * time.Millisecond; o.day < perDay {
		_, _ = fmt.Fprintf(t.err, "At %s a day %d leaders may outrun two cores: %s is a pace they carry.\n", o.day, o.participants, perDay)
	}
	_, _ = fmt.Fprintln(t.err, "Starting Temporal, the api and the worker …")
	e, err := startEmbedded(ctx, s, t)
	if err != nil {
		return err
	}
	defer e.stop()
	token, err := e.token(ctx, "demo", "admin")
	if err != nil {
		return err
	}
	link, err := e.signIn(ctx)
	if err != nil {
		return err
	}
	e.welcome(t.err, link)
	screen := &screen{out: t.err}
	play := cast.Options{
		API: e.run.Run().API.URL, Token: token, MailDir: filepath.Join(e.settings.Data, "mail"), Dir: e.settings.Data, Spreadsheet: demoPeople, Coaches: demoCoaches,
		Participants: o.participants, Seed: o.seed, Day: o.day, StartsOn: o.startsOn, Blueprint: o.blueprint, Route: o.route, Refused: o.refused,
		Now: realNow, Progress: screen.show,
	}
	if o.refused && e.sink != nil {
		address, err := cast.RefusedAddress(play)
		if err != nil {
			return err
		}
		if address != "" {
			e.sink.Refuse(address)
		}
	}
	result, playErr := cast.Run(ctx, play)
	if ctx.Err() != nil {
		return nil // Ctrl-C: the data stays
	}
	if playErr != nil && !errors.Is(playErr, cast.ErrUnfinished) {
		return playErr
	}
	if err := e.judge(ctx, o, token, result, began, t); err != nil || o.untilDone {
		return err
	}
	_, _ = fmt.Fprintln(t.err, "The year is over. Everything keeps running to be looked at; press Ctrl-C to stop.")
	select {
	case <-ctx.Done():
		return nil
	case err := <-e.run.Failed():
		return err
	}
}

// usualRoute is how leaders come into a demo that names no route: they apply, or are invited where a blueprint has no dates
// for applications. What is no blueprint is refused by whoever plays it.
func usualRoute(blueprint string) string {
	b, err := programme.BlueprintNamed(blueprint)
	if selection, found := b.Selecting(); err == nil && found && selection.Application == nil {
		return string(programme.RouteInvitation)
	}
	return string(programme.RouteApplication)
}

// demoSettings are the settings in force for a demo: a fast clock, short waits, and a folder of its own unless one was
// named. What was given on the command line or in the environment wins.
func demoSettings(c *cobra.Command, s config.Settings) config.Settings {
	s.FastClock = true
	s.SMTPTimeout = pick(c, "smtp-timeout", "SMTP_TIMEOUT", s.SMTPTimeout, 3*time.Second)
	s.MailFirstRetry = pick(c, "mail-first-retry", "MAIL_FIRST_RETRY", s.MailFirstRetry, 500*time.Millisecond)
	s.MailMaxRetry = pick(c, "mail-max-retry", "MAIL_MAX_RETRY", s.MailMaxRetry, 5*time.Second)
	s.MailsPerSecond = pick(c, "mails-per-second", "MAILS_PER_SECOND", s.MailsPerSecond, 0)
	s.HeadOfCentre = pick(c, "head-of-centre", "HEAD_OF_CENTRE", s.HeadOfCentre, "head@centre.example")
	s.LogLevel = pick(c, "log-level", "LOG_LEVEL", s.LogLevel, "warn")
	if !given(c, "data", "DATA") {
		// A year that was played once is over: every demo begins in a folder of its own.
		if folder, err := os.MkdirTemp("", "fairlead-demo-"); err == nil {
			s.Data = folder
		}
	}
	return s
}

func pick[T any](c *cobra.Command, flag, variable string, set, fallback T) T {
	if given(c, flag, variable) {
		return set
	}
	return fallback
}

// given reports whether a setting was named on the command line or in the environment.
func given(c *cobra.Command, flag, variable string) bool {
	_, inEnvironment := os.LookupEnv(config.Prefix + variable)
	return c.Flag(flag).Changed || inEnvironment
}

// welcome prints the addresses to open.
func (e *embedded) welcome(out io.Writer, signIn string) {
	run := e.run.Run()
	_, _ = fmt.Fprintf(out, `
  Console       %s
                (works once, for an hour)
  Mailbox       %s/dev/mail     every mail, as it went over the wire: follow its link
  Temporal UI   %s
  REST          %s/docs
  Data          %s

`, signIn, run.API.URL, run.Temporal.URL, run.API.URL, e.settings.Data)
}

// judge collects the evidence and prints the verdict.
func (e *embedded) judge(ctx context.Context, o demoOptions, token string, result cast.Result, began time.Time, t terminal) error {
	input, err := e.evidence(ctx, token, result)
	if err != nil {
		return err
	}
	input.ReplyWithin = o.replyWithin
	report := verdict.Judge(input)
	line := report.Line(realNow().Sub(began).Seconds())
	for _, fault := range report.Faults {
		_, _ = fmt.Fprintf(t.err, "fault %s: %s %s\n", fault.Check, fault.Text, fault.Key)
	}
	_, _ = fmt.Fprintf(t.err, "Verdict %s: %d mails sent, %d not sent, %d forms answered, %d parked.\n", report.Verdict,
		report.MailsSent, report.MailsNotSent, report.FormsAnswered, report.Parked)
	if o.json {
		text, err := json.Marshal(line)
		if err != nil {
			return err
		}
		_, _ = fmt.Fprintln(t.out, string(text))
	}
	if report.Verdict != "ok" {
		return errRed
	}
	return nil
}

// evidence is what the verdict is drawn from: the sink's mails, the cast's log, the histories, and at last the records.
func (e *embedded) evidence(ctx context.Context, token string, result cast.Result) (verdict.Input, error) {
	in := verdict.Input{Clock: verdict.Clock{Day: result.Clock.Day, Start: result.Clock.Start, Began: result.Clock.Began}}
	var err error
	if in.Mails, err = verdict.ReadMails(filepath.Join(e.settings.Data, "mail")); err != nil {
		return in, err
	}
	if in.Acts, err = verdict.ReadActs(filepath.Join(e.settings.Data, cast.LogFile)); err != nil {
		return in, err
	}
	if in.Expected, err = verdict.ReadExpected(filepath.Join(e.settings.Data, cast.PeopleFile)); err != nil {
		return in, err
	}
	if in.Records, err = verdict.Fetch(ctx, e.run.Run().API.URL, token, result.Cohorts...); err != nil {
		return in, err
	}
	in.Histories, err = e.histories(ctx)
	return in, err
}

// histories lists every workflow of the run with how it ended and how large it is.
func (e *embedded) histories(ctx context.Context) ([]verdict.History, error) {
	c, err := client.DialContext(ctx, client.Options{HostPort: e.run.Run().Temporal.Address, Logger: quietLog{}})
	if err != nil {
		return nil, err
	}
	defer c.Close()
	return workflowsOf(ctx, c)
}

// screen shows the passing year: a line every few seconds.
type screen struct {
	out  io.Writer
	last time.Time
}

func (s *screen) show(p cast.Progress) {
	if now := realNow(); now.Sub(s.last) < 3*time.Second {
		return
	} else {
		s.last = now
	}
	open := map[string]int{}
	for stage, by := range p.ByStage {
		open[stage] = by["open"]
	}
	waiting := counted(open)
	if waiting == "" {
		waiting = "none"
	}
	_, _ = fmt.Fprintf(s.out, "%s  mails %4d  forms %4d  open stages: %s  ·  %s\n", p.Now.Format("Mon 02 Jan 2006"), p.Mails, p.Forms,
		waiting, counted(p.ByState))
}

// counted is a map of counts in words, largest first.
func counted(by map[string]int) string {
	names := make([]string, 0, len(by))
	for name, n := range by {
		if n > 0 {
			names = append(names, name)
		}
	}
	sort.Slice(names, func(i, j int) bool {
		if by[names[i]] != by[names[j]] {
			return by[names[i]] > by[names[j]]
		}
		return names[i] < names[j]
	})
	for i, name := range names {
		names[i] = fmt.Sprintf("%s %d", name, by[name])
	}
	return strings.Join(names, ", ")
}
