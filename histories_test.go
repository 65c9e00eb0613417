//go:build record

package main

import (
	"context"
	"fmt"
	"net/http"
	"sync"
	"testing"
	"time"

	enumspb "go.temporal.io/api/enums/v1"
	"go.temporal.io/sdk/client"

	"fairlead/demo/sink"
	"fairlead/programme"
)

// recordedHistories is where the histories lie that workflows/replay_test.go replays.
const recordedHistories = "workflows/testdata/histories"

// part is one leader's year in the recording; the histories it records have its names.
type part struct {
	name    string
	play    func(r *recording, l *leader) error
	records map[string]string // workflow beneath the journey ("" is the journey itself) to the file's name
}

// recording is a year that is played to be written down.
type recording struct {
	s        *system
	box      *sink.Sink
	temporal client.Client
	clock    programme.Clock
}

// startRecording starts the program with a mailbox of its own; there is more patience than in a story.
func startRecording(t *testing.T) *recording {
	t.Helper()
	needBinaries(t)
	patience = 5 * time.Minute
	box, err := sink.Start(sink.Options{Dir: t.TempDir(), Now: realNow})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = box.Close() })
	s := startSystem(t, systemOptions{environ: []string{"FAIRLEAD_SMTP_URL=smtp://" + box.Addr()}})
	return &recording{s: s, box: box, temporal: s.dialTemporal(t)}
}

// days lets so many days of the programme pass.
func (r *recording) days(n int) error {
	then := r.clock.Programme(realNow()).AddDate(0, 0, n)
	return until("some days pass", patience, func() bool { return r.clock.Programme(realNow()).After(then) })
}

func (r *recording) passing(days int) func() error { return func() error { return r.days(days) } }

// parts are the main paths of every workflow.
func parts() []part {
	return []part{
		{"steady", func(r *recording, l *leader) error {
			return steps(l.answering("selection", "onboarding", "closing-survey", "alumni"), l.reaching("completed"))
		}, map[string]string{"": "Journey-completed", "selection": "Selection-accepted", "onboarding": "Onboarding-answered",
			"closing-survey": "Survey-answered", "alumni": "Alumni-answered"}},
		{"declines", func(r *recording, l *leader) error {
			return steps(func() error {
				return l.answer("selection", map[string][]string{"answer": {"decline"}, "decline_reason": {"time"}})
			},
				l.reaching("declined"))
		}, map[string]string{"": "Journey-declined", "selection": "Selection-declined"}},
		{"silent", func(r *recording, l *leader) error { return l.reaches("lapsed") },
			map[string]string{"": "Journey-lapsed", "selection": "Selection-lapsed"}},
		{"withdraws", func(r *recording, l *leader) error {
			return steps(l.answering("selection"), l.awaiting("onboarding", "open"), r.passing(3), l.doing("withdraw", object{}), l.reaching("withdrawn"))
		}, map[string]string{"": "Journey-withdrawn", "onboarding": "Onboarding-withdrawn"}},
		{"held", func(r *recording, l *leader) error {
			return steps(func() error { return l.asked("selection") }, l.doing("hold", object{}), r.passing(20), l.doing("resume", object{}),
				l.answering("selection", "onboarding"),
				l.awaiting("closing-survey", "open"), r.passing(4), l.doing("hold", object{"reason": "illness"}), r.passing(20), l.doing("resume", object{"missed": "send"}),
				l.answering("closing-survey", "alumni"), l.reaching("completed"))
		}, map[string]string{"": "Journey-held-resumed", "selection": "Selection-held-resumed", "closing-survey": "Survey-held-resumed"}},
		{"deferred", func(r *recording, l *leader) error {
			return steps(l.answering("selection"), l.awaiting("onboarding", "open"), l.doing("defer", object{"cohort": "next"}), l.reaching("deferred"))
		}, map[string]string{"": "Journey-deferred", "onboarding": "Onboarding-deferred"}},
		{"late", func(r *recording, l *leader) error {
			return steps(l.answering("selection"), l.awaiting("onboarding", "overdue"), l.answering("onboarding"), l.reaching("completed"))
		}, map[string]string{"": "Journey-silent-at-the-end", "onboarding": "Onboarding-overdue-answered", "closing-survey": "Survey-lapsed",
			"alumni": "Alumni-lapsed"}},
		{"never ready", func(r *recording, l *leader) error {
			return steps(l.answering("selection"), l.awaiting("onboarding", "lapsed"))
		}, map[string]string{"onboarding": "Onboarding-lapsed"}},
		{"extended", func(r *recording, l *leader) error {
			return steps(l.answering("selection"), l.awaiting("onboarding", "open"), r.passing(4), l.doing("extend", object{"stage": "onboarding", "until": "2027-01-07"}),
				r.passing(25), l.answering("onboarding"))
		}, map[string]string{"onboarding": "Onboarding-extended"}},
		{"second thoughts", func(r *recording, l *leader) error {
			return steps(l.answering("selection", "onboarding"), l.awaiting("onboarding", "done"), l.doing("reopen", object{"stage": "onboarding"}),
				func() error { l.rounds["onboarding"] = 2; return nil },
				l.awaiting("onboarding", "open"), l.answering("onboarding"), l.awaiting("onboarding", "done"),
				l.doing("skip", object{"stage": "closing-survey"}), l.awaiting("alumni", "open"), r.passing(2), r.skipByHand(l, "alumni"), l.reaching("completed"))
		}, map[string]string{"": "Journey-reopened-skipped", "onboarding": "Onboarding-reopened", "alumni": "Alumni-skipped-by-hand"}},
		{"refused", func(r *recording, l *leader) error {
			right := "right." + l.email
			return steps(l.awaiting("selection", "mail_refused"), l.insisting("correct", object{"stage": "selection", "email": right}),
				func() error { l.email = right; return l.follow("selection") },
				func() error {
					r.box.Refuse(right)
					return l.fill("selection", map[string][]string{"answer": {"accept"}})
				},
				func() error {
					return until("the journey is parked", patience, func() bool { seen, err := l.s.journey(l.ref); return err == nil && seen.Attention != "" })
				},
				func() error { r.box.Allow(right); return l.insist("retry", object{}) },
				l.awaiting("onboarding", "open"), func() error { return l.asked("onboarding") }, func() error { r.box.Refuse(right); return nil },
				l.awaiting("onboarding", "mail_refused"), func() error { r.box.Allow(right); return l.insist("retry", object{"stage": "onboarding"}) },
				l.answering("onboarding", "closing-survey", "alumni"), l.reaching("completed"))
		}, map[string]string{"": "Journey-parked-retried", "selection": "Selection-refused-corrected", "onboarding": "Onboarding-refused-retried"}},
		{"stage lost", func(r *recording, l *leader) error {
			return steps(l.answering("selection"), l.awaiting("onboarding", "open"), r.passing(2), r.terminate(l, "onboarding"),
				l.awaiting("onboarding", "stage_lost"), l.insisting("retry", object{"stage": "onboarding", "reason": "technical"}), l.answering("onboarding"),
				l.awaiting("onboarding", "done"), l.doing("withdraw", object{}), l.reaching("withdrawn"))
		}, map[string]string{"": "Journey-stage-lost", "onboarding": "Onboarding-brought-back"}},
		{"cancelled", func(r *recording, l *leader) error {
			return steps(l.answering("selection"), l.awaiting("onboarding", "open"), r.passing(2), r.cancel(l), l.reaching("withdrawn"))
		}, map[string]string{"": "Journey-cancelled-by-hand", "onboarding": "Onboarding-cancelled-by-hand"}},
	}
}

// What ops do by hand in the Temporal UI.
func (r *recording) terminate(l *leader, stage string) func() error {
	return func() error {
		return r.temporal.TerminateWorkflow(context.Background(), programme.StageID("history", l.ref, stage), "", "by hand")
	}
}

func (r *recording) cancel(l *leader) func() error {
	return func() error {
		return r.temporal.CancelWorkflow(context.Background(), programme.JourneyID("history", l.ref), "")
	}
}

func (r *recording) skipByHand(l *leader, stage string) func() error {
	return func() error {
		handle, err := r.temporal.UpdateWorkflow(context.Background(), client.UpdateWorkflowOptions{WorkflowID: programme.StageID("history", l.ref, stage),
			UpdateName: "skip", Args: []any{object{"reason": "leader_asked"}}, WaitForStage: client.WorkflowUpdateStageCompleted})
		if err != nil {
			return err
		}
		return handle.Get(context.Background(), nil)
	}
}

// TestRecordHistories plays the main paths of every workflow through the whole program and writes their histories down
// for the replay tests. Recorded by: make histories.
func TestRecordHistories(t *testing.T) {
	r := startRecording(t)
	s, box := r.s, r.box
	all := parts()
	const reserve = 3 // two get the places of those who decline and lapse, one is not needed
	emails := make([]string, len(all)+reserve)
	for i := range emails {
		emails[i] = fmt.Sprintf("leader%d@mailbox.example", i)
	}
	for i, one := range all {
		if one.name == "refused" {
			box.Refuse(emails[i])
		}
	}
	var made createdCohort
	s.must(http.MethodPost, "/cohorts", object{"name": "history", "blueprint": "essentials", "starts_on": "2027-03-01", "route": "invitation", "owner": "owner@centre.example",
		"places": len(all), "clock": object{"day": "400ms", "start": "2026-09-07T04:00:00Z"}}, &made)
	r.clock = made.clock()
	leaders := s.importLeaders(t, "history", box.Dir(), people(len(emails), "leader%d@mailbox.example"), emails)
	s.must(http.MethodPost, "/cohorts/history/launch", nil, nil)
	s.must(http.MethodPost, "/cohorts", object{"name": "next", "blueprint": "essentials", "starts_on": "2027-09-06", "route": "invitation", "owner": "owner@centre.example", "places": 5}, nil)
	var wait sync.WaitGroup
	r.playAll(t, &wait, all, leaders)
	questions := questioned()
	looking := r.launchQuestioned(t, len(questions))
	r.playAll(t, &wait, questions, looking)
	r.recordConfirmed(t)
	wait.Wait()
	if t.Failed() {
		return
	}
	r.writeAll(t, "history", all, leaders)
	r.writeAll(t, "questioned", questions, looking)
	r.write(t, programme.CohortID("history"), "Cohort-year")
}

// recordConfirmed records a cohort of people who were chosen already, with a survey alone.
func (r *recording) recordConfirmed(t *testing.T) {
	r.s.must(http.MethodPost, "/cohorts", object{"name": "chosen", "blueprint": "single-survey", "starts_on": "2026-10-05", "route": "confirmed", "owner": "owner@centre.example", "places": 1}, nil)
	one := r.s.importLeaders(t, "chosen", r.box.Dir(), people(1, "chosen%d@mailbox.example"), []string{"chosen0@mailbox.example"})[0]
	r.s.must(http.MethodPost, "/cohorts/chosen/launch", nil, nil)
	if err := steps(func() error { return one.asked("closing-survey") }, r.s.changing("chosen", object{"closing-survey": object{"due_week": 4}}),
		func() error {
			return until("the due date has moved", patience, func() bool {
				seen, err := r.s.journey(one.ref)
				return err == nil && seen.Stages[0].Due.Equal(time.Date(2026, 11, 5, 17, 0, 0, 0, time.UTC))
			})
		}, one.answering("closing-survey"), one.reaching("completed")); err != nil {
		t.Error(err)
		return
	}
	r.write(t, programme.JourneyID("chosen", one.ref), "Journey-confirmed")
	r.write(t, programme.StageID("chosen", one.ref, "closing-survey"), "Survey-replanned")
	err := until("the cohort of one is over", patience, func() bool {
		seen, err := r.temporal.DescribeWorkflowExecution(context.Background(), programme.CohortID("chosen"), "")
		return err == nil && seen.GetWorkflowExecutionInfo().GetStatus() == enumspb.WORKFLOW_EXECUTION_STATUS_COMPLETED
	})
	if err != nil {
		t.Error(err)
		return
	}
	r.write(t, programme.CohortID("chosen"), "Cohort-confirmed")
}

// createdCohort is what making a cohort tells of its clock.
type createdCohort struct {
	Clock struct {
		Day   string    `json:"day"`
		Start time.Time `json:"start"`
		Began time.Time `json:"began"`
	} `json:"clock"`
}

func (c createdCohort) clock() programme.Clock {
	day, _ := time.ParseDuration(c.Clock.Day)
	return programme.Clock{Day: day, Start: c.Clock.Start, Began: c.Clock.Began}
}
