package main

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"slices"
	"time"

	"github.com/spf13/cobra"
	"go.temporal.io/api/serviceerror"
	"go.temporal.io/sdk/client"

	enumspb "go.temporal.io/api/enums/v1"

	"fairlead/config"
	"fairlead/programme"
	"fairlead/records"
)

func doctorCommand(t terminal, s *config.Settings) *cobra.Command {
	return &cobra.Command{
		Use: "doctor", Short: "Check settings, database, Temporal, mail, and that records and workflows agree", Args: cobra.NoArgs,
		RunE: func(c *cobra.Command, _ []string) error {
			d := &doctor{t: t}
			if err := d.examine(c.Context(), *s); err != nil {
				return err
			}
			if d.findings > 0 {
				return errRed
			}
			return nil
		},
	}
}

// doctor prints what it finds, a line each, and counts what is wrong.
type doctor struct {
	t        terminal
	findings int
}

func (d *doctor) examine(ctx context.Context, s config.Settings) error {
	usual, err := config.Read(nil)
	if err != nil {
		return err
	}
	for i, setting := range config.All(s) {
		if setting.Value != config.All(usual)[i].Value {
			_, _ = fmt.Fprintf(d.t.out, "setting     %s=%s\n", setting.Variable, setting.Value)
		}
	}
	store, err := openRecords(ctx, s)
	if err != nil {
		d.say("database", err)
		return nil
	}
	defer func() { _ = store.Close() }()
	log, err := logger(s, d.t.err)
	if err != nil {
		return err
	}
	temporal, namespace, err := openTemporal(log)
	if err != nil {
		return err
	}
	defer temporal.Close()
	healthy := true
	for _, check := range checks(store, temporal, namespace) {
		checkCtx, cancel := context.WithTimeout(ctx, 5*time.Second)
		detail, err := check.Run(checkCtx)
		cancel()
		if err != nil && detail != "" {
			err = errors.New(detail)
		}
		d.say(check.Name, err)
		healthy = healthy && err == nil
	}
	if s.SMTPURL != "" {
		d.say("mail", checkRelay(ctx, s))
	}
	if !healthy {
		return nil
	}
	wrong, err := store.Doctor(ctx)
	d.list("records", wrong, err)
	wrong, err = store.StuckOperations(ctx)
	d.list("launches", wrong, err)
	wrong, err = disagreements(ctx, store, temporal)
	d.list("workflows", wrong, err)
	return nil
}

// say prints how one check ended.
func (d *doctor) say(name string, err error) {
	if err == nil {
		_, _ = fmt.Fprintf(d.t.out, "%-11s ok\n", name)
		return
	}
	d.findings++
	_, _ = fmt.Fprintf(d.t.out, "%-11s WRONG: %v\n", name, err)
}

// list prints a check that can find several things.
func (d *doctor) list(name string, wrong []string, err error) {
	if err != nil || len(wrong) == 0 {
		d.say(name, err)
		return
	}
	for _, one := range wrong {
		d.say(name, errors.New(one))
	}
}

// disagreements compares records and workflows: every journey that goes on has a running workflow, and so has every survey
// to come after a year that is completed.
func disagreements(ctx context.Context, store *records.Store, temporal client.Client) ([]string, error) {
	var wrong []string
	after := ""
	for {
		cohorts, next, err := store.Cohorts(ctx, after, 100)
		if err != nil {
			return nil, err
		}
		for _, cohort := range cohorts {
			found, err := lostJourneys(ctx, store, temporal, cohort.Name)
			if err != nil {
				return nil, err
			}
			wrong = append(wrong, found...)
			if found, err = lostSurveys(ctx, store, temporal, cohort.Name); err != nil {
				return nil, err
			}
			wrong = append(wrong, found...)
		}
		if after = next; after == "" {
			break
		}
	}
	return wrong, nil
}

// lostJourneys are the journeys of a cohort that go on in the records and have no running workflow.
func lostJourneys(ctx context.Context, store *records.Store, temporal client.Client, cohort string) ([]string, error) {
	var wrong []string
	after := ""
	for {
		refs, next, err := store.RunningJourneys(ctx, cohort, after, 200)
		if err != nil {
			return nil, err
		}
		for _, ref := range refs {
			known, runs, err := isRunning(ctx, temporal, programme.JourneyID(cohort, ref))
			switch {
			case err != nil:
				return nil, err
			case !known:
				wrong = append(wrong, ref+" goes on in the records and has no workflow: launch the cohort again, or restore Temporal's database")
			case !runs:
				wrong = append(wrong, ref+" goes on in the records and its workflow has ended: reset it in the Temporal UI, or withdraw the leader")
			default:
				lost, err := lostStages(ctx, store, temporal, cohort, ref)
				if err != nil {
					return nil, err
				}
				wrong = append(wrong, lost...)
			}
		}
		if after = next; after == "" {
			return wrong, nil
		}
	}
}

// lostStages are the stages of a journey that are open in the records, run nowhere and are not parked: of one that an earlier run of
// the journey opened and that was terminated the journey hears only when it looks.
func lostStages(ctx context.Context, store *records.Store, temporal client.Client, cohort, ref string) ([]string, error) {
	var lost []string
	journey, err := store.Journey(ctx, ref)
	for _, stage := range journey.Stages {
		if err != nil {
			return nil, err
		}
		if stage.State != programme.StageOpen || stage.Attention != "" {
			continue
		}
		var runs bool
		if _, runs, err = isRunning(ctx, temporal, programme.StageID(cohort, ref, stage.Name)); err == nil && !runs {
			lost = append(lost, stage.Name)
		}
	}
	if err != nil || len(lost) == 0 {
		return nil, err
	}
	if journey, err = store.Journey(ctx, ref); err != nil { // what has ended since ended in the records first
		return nil, err
	}
	var wrong []string
	for _, stage := range journey.Stages {
		if slices.Contains(lost, stage.Name) && stage.State == programme.StageOpen && stage.Attention == "" {
			wrong = append(wrong, ref+" is in "+stage.Name+" and no workflow goes on with it: send its journey the signal poke in the Temporal UI, then retry the stage")
		}
	}
	return wrong, nil
}

// lostSurveys are the surveys after a completed year that are to come in the records and for which no workflow waits.
func lostSurveys(ctx context.Context, store *records.Store, temporal client.Client, cohort string) ([]string, error) {
	var wrong []string
	after := ""
	for {
		surveys, next, err := store.Awaiting(ctx, cohort, after, 200)
		if err != nil {
			return nil, err
		}
		for _, ref := range slices.Sorted(maps.Keys(surveys)) {
			_, goesOn, err := isRunning(ctx, temporal, programme.JourneyID(cohort, ref))
			if err != nil {
				return nil, err
			}
			for _, survey := range surveys[ref] {
				_, runs, err := isRunning(ctx, temporal, programme.StageID(cohort, ref, survey))
				if err != nil {
					return nil, err
				}
				if !runs && !goesOn { // a journey that goes on has still to start it
					wrong = append(wrong, ref+" is to be asked "+survey+" and no workflow waits for it: reset the journey's workflow in the Temporal UI, or skip the survey")
				}
			}
		}
		if after = next; after == "" {
			return wrong, nil
		}
	}
}

// isRunning reports whether the server knows a workflow, and whether it runs.
func isRunning(ctx context.Context, temporal client.Client, id string) (known, runs bool, err error) {
	described, err := temporal.DescribeWorkflowExecution(ctx, id, "")
	var notFound *serviceerror.NotFound
	if errors.As(err, &notFound) {
		return false, false, nil
	}
	return err == nil, described.GetWorkflowExecutionInfo().GetStatus() == enumspb.WORKFLOW_EXECUTION_STATUS_RUNNING, err
}

// checkRelay connects to the mail relay and says goodbye: no mail is sent.
func checkRelay(ctx context.Context, s config.Settings) error {
	sender, err := openSender(s, publicURL(s, s.Listen))
	if err != nil {
		return err
	}
	defer func() { _ = sender.Close() }()
	return sender.Check(ctx)
}
