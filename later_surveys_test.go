package main

import (
	"context"
	"fmt"
	"net/http"
	"os"
	"slices"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	enumspb "go.temporal.io/api/enums/v1"

	"fairlead/demo/sink"
	"fairlead/programme"
)

// afterwards is the cohort whose surveys after the year are played.
const afterwards = "afterwards"

// afterParts are the paths of the surveys after the year; what they record has its name where histories are recorded.
func afterParts() []part {
	done := func(l *leader) func() error {
		return inTurn(l.places("closing-event", object{"place": "confirm"}), l.answering("closing-survey"), l.attends("closing-event"), l.reaching("completed"))
	}
	return []part{
		{"answers", func(r *recording, l *leader) error {
			return steps(done(l), r.outlived(l), r.killWorker, l.answering("survey-1-month"), l.awaiting("survey-1-month", "done"),
				l.answering("survey-2-months"), l.awaiting("survey-2-months", "done"))
		}, map[string]string{"": "Journey-with-surveys-after-it", "survey-1-month": "Survey-after-the-year-answered"}},
		{"never answers", func(r *recording, l *leader) error {
			return steps(done(l), l.awaiting("survey-1-month", "lapsed"), l.awaiting("survey-2-months", "lapsed"))
		}, map[string]string{"survey-2-months": "Survey-after-the-year-lapsed"}},
		{"wants none", func(r *recording, l *leader) error {
			return steps(done(l), r.outlived(l), l.doing("skip", object{"stage": "survey-2-months"}), l.awaiting("survey-2-months", "skipped"),
				func() error { return l.asked("survey-1-month") }, l.doing("skip", object{"stage": "survey-1-month"}), l.awaiting("survey-1-month", "skipped"))
		}, map[string]string{"survey-1-month": "Survey-after-the-year-skipped", "survey-2-months": "Survey-after-the-year-never-asked"}},
	}
}

// The whole program asks those who completed their year a month and two months on: the journeys' workflows are over, the
// surveys' wait, ask, thank or give up by themselves, also when a worker is killed meanwhile. With FAIRLEAD_TEST_RECORD=1
// it writes their histories down.
func TestSurveysAfterTheYear(t *testing.T) {
	needBinaries(t, "fairlead-faults")
	box, err := sink.Start(sink.Options{Dir: t.TempDir(), Now: realNow})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = box.Close() })
	s := startSystem(t, systemOptions{binary: "fairlead-faults", environ: []string{"FAIRLEAD_SMTP_URL=smtp://" + box.Addr()}})
	r := &recording{s: s, box: box, temporal: s.dialTemporal(t)}
	all := afterParts()
	var made createdCohort
	s.must(http.MethodPost, "/cohorts", object{"name": afterwards, "blueprint": "short-afterwards", "starts_on": "2027-03-01", "route": "confirmed",
		"owner": "owner@centre.example", "places": len(all), "clock": object{"day": "400ms", "start": "2027-02-08T04:00:00Z"}}, &made)
	r.clock = made.clock()
	emails := make([]string, len(all))
	for i := range emails {
		emails[i] = fmt.Sprintf("after%d@mailbox.example", i)
	}
	leaders := s.importLeaders(t, afterwards, box.Dir(), people(len(all), "after%d@mailbox.example"), emails)
	s.must(http.MethodPost, "/cohorts/"+afterwards+"/launch", nil, nil)
	var wait sync.WaitGroup
	r.playAll(t, &wait, all, leaders)
	wait.Wait()
	if t.Failed() {
		return
	}
	for i, l := range leaders {
		if err := l.reaches("completed"); err != nil {
			t.Error(err)
		}
		for _, survey := range []string{"survey-1-month", "survey-2-months"} {
			if err := r.ends(programme.StageID(afterwards, l.ref, survey)); err != nil {
				t.Errorf("%s: %v", all[i].name, err)
			}
		}
	}
	want := [][]string{
		{"survey-1-month/survey", "survey-1-month/survey-done", "survey-2-months/survey", "survey-2-months/survey-done"},
		{"survey-1-month/survey", "survey-1-month/survey-reminder", "survey-1-month/survey-reminder",
			"survey-2-months/survey", "survey-2-months/survey-reminder", "survey-2-months/survey-reminder"},
		{"survey-1-month/survey"},
	}
	for i, l := range leaders {
		var got []string
		err := until("the last mail comes", 10*time.Second, func() bool { got = l.surveyMails(); return slices.Equal(got, want[i]) })
		if i == 0 { // how often a prompt answer was reminded depends on the machine
			got = slices.DeleteFunc(got, func(m string) bool { return strings.HasSuffix(m, "-reminder") })
			err = nil
		}
		if err != nil || !slices.Equal(got, want[i]) {
			t.Errorf("%s: mails %v, want %v", all[i].name, got, want[i])
		}
	}
	if os.Getenv("FAIRLEAD_TEST_RECORD") != "" {
		r.writeAll(t, afterwards, all, leaders)
	}
}

// surveyMails are the mails about surveys after the year that a leader got, in order.
func (l *leader) surveyMails() (got []string) {
	mails, _ := sink.Index(l.box)
	for _, m := range mails {
		for _, key := range m.Keys {
			if parts := strings.Split(key, "/"); len(parts) == 5 && parts[1] == l.ref && strings.HasPrefix(parts[2], "survey-") {
				got = append(got, parts[2]+"/"+parts[3])
			}
		}
	}
	slices.Sort(got)
	return got
}

// outlived waits until the journey's workflow has ended, and checks that its surveys wait without it.
func (r *recording) outlived(l *leader) func() error {
	return func() error {
		if err := r.ends(programme.JourneyID(afterwards, l.ref)); err != nil {
			return err
		}
		for _, survey := range []string{"survey-1-month", "survey-2-months"} {
			if status, err := r.status(programme.StageID(afterwards, l.ref, survey)); err != nil || status != enumspb.WORKFLOW_EXECUTION_STATUS_RUNNING {
				return fmt.Errorf("%s of %s is %s: %v", survey, l.ref, status, err)
			}
		}
		return nil
	}
}

// ends waits until a workflow has run to its end.
func (r *recording) ends(id string) error {
	return until(id+" ends", patience, func() bool {
		status, err := r.status(id)
		return err == nil && status == enumspb.WORKFLOW_EXECUTION_STATUS_COMPLETED
	})
}

func (r *recording) status(id string) (enumspb.WorkflowExecutionStatus, error) {
	described, err := r.temporal.DescribeWorkflowExecution(context.Background(), id, "")
	return described.GetWorkflowExecutionInfo().GetStatus(), err
}

// killWorker kills the worker; its supervisor starts another.
func (r *recording) killWorker() error {
	run, err := r.s.run()
	if err != nil {
		return err
	}
	return syscall.Kill(run.Worker.PID, syscall.SIGKILL)
}
