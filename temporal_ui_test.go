package main

import (
	"errors"
	"fmt"
	"go.temporal.io/api/operatorservice/v1"
	"go.temporal.io/api/workflowservice/v1"
	"net/http"
	"strings"
	"sync"
	"testing"
	"time"

	enumspb "go.temporal.io/api/enums/v1"
	"go.temporal.io/sdk/temporal"

	"fairlead/demo/sink"
	"fairlead/programme"
	"fairlead/workflows"
)

// runbooks is where this test lets the runbooks be read.
const runbooks = "https://runbooks.example"

// What design.md says ops see in the Temporal UI and can do there, read back from the server.
func TestOpsSeeAndFreeEverythingInTheTemporalUI(t *testing.T) {
	needBinaries(t)
	box, err := sink.Start(sink.Options{Dir: t.TempDir(), Now: realNow})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = box.Close() })
	s := startSystem(t, systemOptions{environ: []string{"FAIRLEAD_SMTP_URL=smtp://" + box.Addr(), "FAIRLEAD_RUNBOOK_URL=" + runbooks}})
	o := &ops{s: s, c: s.dialTemporal(t), box: box, ctx: t.Context()}
	o.registered(t)

	acts := []func(*leader) error{o.watchOne, o.holdOne, o.freeStage, o.freeJourney, o.skipStage, o.skipInJourney, o.loseStage, o.cancelJourney}
	emails := make([]string, len(acts))
	for i := range emails {
		emails[i] = fmt.Sprintf("leader%d@mailbox.example", i)
	}
	box.Refuse(emails[2])
	box.Refuse(emails[3])
	s.must(http.MethodPost, "/cohorts", object{"name": "seen", "blueprint": "essentials", "starts_on": "2027-03-01", "route": "invitation",
		"owner": "owner@centre.example", "places": len(acts), "clock": object{"day": "400ms", "start": "2026-09-07T04:00:00Z"}}, nil)
	if err := s.changing("seen", object{"onboarding": object{"opens_week": -23, "due_week": -20}})(); err != nil {
		t.Fatal(err)
	}
	leaders := s.importLeaders(t, "seen", box.Dir(), people(len(acts), "leader%d@mailbox.example"), emails)
	s.must(http.MethodPost, "/cohorts/seen/launch", nil, nil)
	var wait sync.WaitGroup
	together := func(name string, act func() error) {
		wait.Add(1)
		go func() {
			defer wait.Done()
			if err := act(); err != nil {
				t.Errorf("%s: %v", name, err)
			}
		}()
	}
	for i, act := range acts {
		together(emails[i], func() error { return act(leaders[i]) })
	}
	// The server marks failing code after five failures in a row, which takes most of a minute: that the view is understood
	// must do.
	together("failing code", func() error { _, err := o.found("Failing code"); return err })
	together("a survey alone", func() error { return o.surveyAlone(t) })
	wait.Wait()
	o.everythingExplainsItself(t)
}

// registered looks at what a worker does at its start: attributes with their types, and the retention.
func (o *ops) registered(t *testing.T) {
	t.Helper()
	known, err := o.c.OperatorService().ListSearchAttributes(o.ctx, &operatorservice.ListSearchAttributesRequest{Namespace: "default"})
	if err != nil {
		t.Fatal(err)
	}
	want := map[string]enumspb.IndexedValueType{
		"Cohort": enumspb.INDEXED_VALUE_TYPE_KEYWORD, "Stage": enumspb.INDEXED_VALUE_TYPE_KEYWORD, "WaitingOn": enumspb.INDEXED_VALUE_TYPE_KEYWORD,
		"Attention": enumspb.INDEXED_VALUE_TYPE_KEYWORD, "DueAt": enumspb.INDEXED_VALUE_TYPE_DATETIME, "StageSince": enumspb.INDEXED_VALUE_TYPE_DATETIME,
		"OnHold": enumspb.INDEXED_VALUE_TYPE_BOOL, "Overdue": enumspb.INDEXED_VALUE_TYPE_BOOL,
	}
	for name, kind := range want {
		if known.GetCustomAttributes()[name] != kind {
			t.Errorf("%s is registered as %s, want %s", name, known.GetCustomAttributes()[name], kind)
		}
	}
	if len(workflows.SearchAttributes()) != len(want) {
		t.Errorf("%d attributes are declared, want %d", len(workflows.SearchAttributes()), len(want))
	}
	described, err := o.c.WorkflowService().DescribeNamespace(o.ctx, &workflowservice.DescribeNamespaceRequest{Namespace: "default"})
	if err != nil {
		t.Fatal(err)
	}
	if kept := described.GetConfig().GetWorkflowExecutionRetentionTtl().AsDuration(); kept != 400*24*time.Hour {
		t.Errorf("closed workflows are kept for %s, want 400 days", kept)
	}
}

// watchOne follows one leader from the start, past the due date, to the answer.
func (o *ops) watchOne(l *leader) error {
	journey, selection, onboarding := l.workflow("seen"), l.stage("seen", "selection"), l.stage("seen", "onboarding")
	consoleLink := "[" + l.ref + "](" + o.s.url + "/console/journeys/" + l.ref + ")"
	return steps(
		func() error { return l.asked("selection") },
		func() error { return o.dueAsRecorded(l, "selection") },
		func() error {
			return o.shows(selection, object{"Cohort": "seen", "Stage": "selection", "WaitingOn": "participant", "OnHold": nil, "Overdue": nil, "Attention": nil})
		},
		func() error {
			return o.shows(journey, object{"Cohort": "seen", "OnHold": nil, "Attention": nil, "Stage": nil, "WaitingOn": nil, "DueAt": nil})
		},
		func() error {
			return o.tells(selection, "| Waiting on | participant |", "| Until | Mon 21 Sep 2026 16:00 UTC (due ", "| Next | send invitation-reminder, ", consoleLink,
				"[stuck-journey]("+runbooks+"/stuck-journey)")
		},
		func() error {
			return o.tells(journey, "| State | invited |", "| Waiting on | the stages selection |", "| Until | ", "| Next | ", "| Last | opened selection |", consoleLink)
		},
		func() error {
			return o.tells(programme.CohortID("seen"), "| Waiting on | calendar |", "| Until | ", "| Next | next round ", "[seen]("+o.s.url+"/console/cohorts/seen)")
		},
		func() error { return o.opens(o.s.url + "/console/journeys/" + l.ref) },
		l.answering("selection"),
		func() error {
			return o.tells(journey, "| State | enrolled |", "| Waiting on | calendar |", "| Until | Mon 21 Sep 2026 05:00 UTC |", "| Next | open onboarding, ")
		},
		l.awaiting("onboarding", "open"),
		func() error {
			return o.shows(onboarding, object{"Cohort": "seen", "Stage": "onboarding", "WaitingOn": "participant", "OnHold": nil, "Overdue": nil,
				"DueAt": "2026-10-15T16:00:00Z", "StageSince": "2026-09-21T05:00:00Z", "Attention": nil})
		},
		func() error { return o.refusesRetry(onboarding) },
		l.awaiting("onboarding", "overdue"),
		func() error {
			return o.shows(onboarding, object{"WaitingOn": "staff", "Overdue": true, "DueAt": "2026-10-15T16:00:00Z", "StageSince": "2026-10-15T16:05:00Z", "Attention": nil})
		},
		func() error { return o.inView("Overdue, waits on staff", onboarding, true) },
		func() error {
			return o.tells(onboarding, "| Waiting on | staff |", "| Last | the due date passed |")
		},
		l.answering("onboarding"), l.awaiting("onboarding", "done"),
		func() error { return o.inView("Overdue, waits on staff", onboarding, false) },
		func() error { return o.tells(onboarding, "| Waiting on | nobody: it has ended |", "| Ended | done |") },
	)
}

// dueAsRecorded compares what the UI shows of a stage's dates with the records.
func (o *ops) dueAsRecorded(l *leader, stage string) error {
	seen, err := l.s.journey(l.ref)
	if err != nil {
		return err
	}
	for _, one := range seen.Stages {
		if one.Name == stage {
			return o.shows(l.stage("seen", stage), object{"DueAt": one.Due.UTC().Format(time.RFC3339)})
		}
	}
	return errors.New("the records have no stage " + stage)
}

// opens looks whether an address leads somewhere: to the page, or to the sign-in before it.
func (o *ops) opens(address string) error {
	response, err := http.Get(address)
	if err != nil {
		return err
	}
	defer func() { _ = response.Body.Close() }()
	if response.StatusCode != http.StatusOK || !strings.Contains(response.Request.URL.Path, "/console/") {
		return fmt.Errorf("%s leads to %s: %d", address, response.Request.URL, response.StatusCode)
	}
	return nil
}

// refusesRetry orders what is not possible: it is refused with a code, and leaves nothing in the history.
func (o *ops) refusesRetry(stage string) error {
	_, err := o.update(stage, "retry", object{"reason": "technical"})
	var refusal *temporal.ApplicationError
	if !errors.As(err, &refusal) || refusal.Type() != "illegal" {
		return fmt.Errorf("a retry of what is not parked: %w", err)
	}
	return nil
}

// holdOne sees a hold on the journey and on its open stage.
func (o *ops) holdOne(l *leader) error {
	journey, selection := l.workflow("seen"), l.stage("seen", "selection")
	both := func(held bool) func() error {
		return func() error {
			return errors.Join(o.shows(journey, object{"OnHold": held}), o.shows(selection, object{"OnHold": held, "Attention": nil}),
				o.inView("On hold", journey, held), o.inView("On hold", selection, held))
		}
	}
	return steps(func() error { return l.asked("selection") }, l.doing("hold", object{"reason": "illness"}), both(true),
		func() error {
			return errors.Join(o.tells(selection, "| Waiting on | nobody: on hold |"), o.tells(journey, "| State | on_hold |", "| Until | staff resume it |"))
		},
		l.doing("resume", object{}), both(false), func() error { return o.dueAsRecorded(l, "selection") }, l.answering("selection"), l.reaching("enrolled"))
}

// parked sees a stage whose mail is refused.
func (o *ops) parked(l *leader) error {
	journey, selection := l.workflow("seen"), l.stage("seen", "selection")
	return steps(l.awaiting("selection", "mail_refused"),
		func() error {
			return o.shows(selection, object{"Attention": "mail_refused", "WaitingOn": "participant"})
		},
		func() error { return o.shows(journey, object{"Attention": nil}) },
		func() error { return o.inView("Parked", selection, true) },
		func() error {
			return o.tells(selection, "| Parked | `mail_refused`", "the update `retry`", "[parked-mail-refused]("+runbooks+"/parked-mail-refused)")
		},
		func() error { return o.tells(journey, "| Parked | selection") },
		func() error { o.box.Allow(l.email); return nil })
}

// freed sees that nothing is parked any more and that the mail has gone.
func (o *ops) freed(l *leader) error {
	selection := l.stage("seen", "selection")
	return steps(func() error { return l.ordered("retry") }, func() error { return o.shows(selection, object{"Attention": nil}) },
		func() error { return o.inView("Parked", selection, false) }, l.awaiting("selection", "open"),
		l.answering("selection"), l.reaching("enrolled"))
}

// freeStage frees a parked stage by an update of the stage.
func (o *ops) freeStage(l *leader) error {
	return steps(func() error { return o.parked(l) },
		func() error {
			effect, err := o.update(l.stage("seen", "selection"), "retry", object{"reason": "technical"})
			if err == nil && !effect.Changed {
				err = errors.New("the retry changed nothing")
			}
			return err
		}, func() error { return o.freed(l) })
}

// freeJourney frees a parked stage by an update of the journey.
func (o *ops) freeJourney(l *leader) error {
	return steps(func() error { return o.parked(l) },
		func() error {
			_, err := o.update(l.workflow("seen"), "retry", object{"stage": "selection", "reason": "technical"})
			return err
		}, func() error { return o.freed(l) })
}

func (o *ops) skipStage(l *leader) error {
	return steps(l.answering("selection"), l.awaiting("onboarding", "open"),
		func() error {
			_, err := o.update(l.stage("seen", "onboarding"), "skip", object{"reason": "leader_asked"})
			return err
		}, l.awaiting("onboarding", "skipped"), func() error { return l.ordered("skip") },
		func() error {
			return o.ended(l.stage("seen", "onboarding"), enumspb.WORKFLOW_EXECUTION_STATUS_COMPLETED)
		})
}

func (o *ops) skipInJourney(l *leader) error {
	return steps(l.answering("selection"), l.awaiting("onboarding", "open"),
		func() error {
			_, err := o.update(l.workflow("seen"), "skip", object{"stage": "onboarding", "reason": "leader_asked"})
			return err
		}, l.awaiting("onboarding", "skipped"), func() error { return l.ordered("skip") },
		func() error {
			return o.ended(l.stage("seen", "onboarding"), enumspb.WORKFLOW_EXECUTION_STATUS_COMPLETED)
		})
}

// loseStage terminates a stage and brings it back.
func (o *ops) loseStage(l *leader) error {
	journey, onboarding := l.workflow("seen"), l.stage("seen", "onboarding")
	return steps(l.answering("selection"), l.awaiting("onboarding", "open"), func() error { return l.asked("onboarding") },
		func() error { return o.c.TerminateWorkflow(o.ctx, onboarding, "", "by hand") },
		l.awaiting("onboarding", "stage_lost"),
		func() error { return o.shows(journey, object{"Attention": "stage_lost"}) },
		func() error { return o.inView("Parked", journey, true) },
		func() error {
			return o.tells(journey, "| Parked | onboarding", "[parked-stage-lost]("+runbooks+"/parked-stage-lost)")
		},
		func() error {
			_, err := o.update(journey, "retry", object{"stage": "onboarding", "reason": "technical"})
			return err
		},
		func() error { return o.ended(onboarding, enumspb.WORKFLOW_EXECUTION_STATUS_RUNNING) },
		l.awaiting("onboarding", "open"),
		func() error { return o.shows(journey, object{"Attention": nil}) },
		func() error { return o.inView("Parked", journey, false) },
		l.answering("onboarding"), l.awaiting("onboarding", "done"))
}

// cancelJourney cancels a journey by hand: the records follow.
func (o *ops) cancelJourney(l *leader) error {
	return steps(l.answering("selection"), l.awaiting("onboarding", "open"), func() error { return o.c.CancelWorkflow(o.ctx, l.workflow("seen"), "") },
		l.reaching("withdrawn"), l.awaiting("onboarding", "cancelled"), func() error { return l.ordered("withdraw") },
		func() error { return l.got(programme.MsgWithdrawn) },
		func() error { return o.ended(l.workflow("seen"), enumspb.WORKFLOW_EXECUTION_STATUS_CANCELED) },
		func() error {
			return o.ended(l.stage("seen", "onboarding"), enumspb.WORKFLOW_EXECUTION_STATUS_CANCELED)
		})
}

// ended waits until the latest run of a workflow has this status.
func (o *ops) ended(id string, status enumspb.WorkflowExecutionStatus) error {
	return until(fmt.Sprint(id, " is ", status), patience, func() bool {
		seen, err := o.c.DescribeWorkflowExecution(o.ctx, id, "")
		return err == nil && seen.GetWorkflowExecutionInfo().GetStatus() == status
	})
}

// surveyAlone runs a cohort of people who were chosen already, whose year is one survey.
func (o *ops) surveyAlone(t *testing.T) error {
	o.s.must(http.MethodPost, "/cohorts", object{"name": "chosen", "blueprint": "single-survey", "starts_on": "2026-09-14", "route": "confirmed",
		"owner": "owner@centre.example", "places": 1}, nil)
	l := o.s.importLeaders(t, "chosen", o.box.Dir(), people(1, "chosen%d@mailbox.example"), []string{"chosen0@mailbox.example"})[0]
	o.s.must(http.MethodPost, "/cohorts/chosen/launch", nil, nil)
	return steps(l.answering("closing-survey"), l.reaching("completed"))
}

// everythingExplainsItself looks at all that has run.
