package main

import (
	"context"
	"fmt"
	"net/http"
	"slices"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	enumspb "go.temporal.io/api/enums/v1"
	"go.temporal.io/sdk/client"

	"fairlead/demo/sink"
	"fairlead/programme"
)

// afterwards is the cohort whose surveys after the year are played.
const afterwards = "afterwards"

// afterYear is the program with a cohort that is asked after its year.
type afterYear struct {
	s        *system
	temporal client.Client
	leaders  []*leader
	stories  []afterStory
}

// afterStory is what one leader does after the year, and gets for it; a recording of it has these names, by workflow beneath
// the journey.
type afterStory struct {
	name    string
	play    func(*afterYear, *leader) error
	mails   []string
	records map[string]string
}

func afterStories() []afterStory {
	skip := func(l *leader, survey string) func() error { return l.doing("skip", object{"stage": survey}) }
	return []afterStory{
		{"answers", func(y *afterYear, l *leader) error {
			return steps(y.outlived(l), y.killWorker, l.answering("survey-1-month"), l.awaiting("survey-1-month", "done"),
				l.answering("survey-2-months"), l.awaiting("survey-2-months", "done"))
		}, []string{"survey-1-month/survey", "survey-1-month/survey-done", "survey-2-months/survey", "survey-2-months/survey-done"},
			map[string]string{"": "Journey-with-surveys-after-it", "survey-1-month": "Survey-after-the-year-answered"}},
		{"never answers", func(_ *afterYear, l *leader) error {
			return steps(l.awaiting("survey-1-month", "lapsed"), l.awaiting("survey-2-months", "lapsed"))
		}, []string{"survey-1-month/survey", "survey-1-month/survey-reminder", "survey-1-month/survey-reminder",
			"survey-2-months/survey", "survey-2-months/survey-reminder", "survey-2-months/survey-reminder"},
			map[string]string{"survey-2-months": "Survey-after-the-year-lapsed"}},
		{"wants none", func(y *afterYear, l *leader) error {
			return steps(y.outlived(l), skip(l, "survey-2-months"), l.awaiting("survey-2-months", "skipped"),
				func() error { return l.asked("survey-1-month") }, skip(l, "survey-1-month"), l.awaiting("survey-1-month", "skipped"))
		}, []string{"survey-1-month/survey"},
			map[string]string{"survey-1-month": "Survey-after-the-year-skipped", "survey-2-months": "Survey-after-the-year-never-asked"}},
	}
}

// The whole program asks those who completed their year a month and two months on: the journeys' workflows are over, the
// surveys' wait, ask, thank or give up by themselves, also when a worker is killed meanwhile.
func TestSurveysAfterTheYear(t *testing.T) {
	needBinaries(t, "fairlead-faults")
	playAfterYear(t)
}

// playAfterYear plays all stories to their end and checks what came of them.
func playAfterYear(t *testing.T) *afterYear {
	t.Helper()
	box, err := sink.Start(sink.Options{Dir: t.TempDir(), Now: realNow})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = box.Close() })
	s := startSystem(t, systemOptions{binary: "fairlead-faults", environ: []string{"FAIRLEAD_SMTP_URL=smtp://" + box.Addr()}})
	y := &afterYear{s: s, temporal: s.dialTemporal(t), stories: afterStories()}
	n := len(y.stories)
	s.must(http.MethodPost, "/cohorts", object{"name": afterwards, "blueprint": "short-afterwards", "starts_on": "2027-03-01", "route": "confirmed",
		"owner": "owner@centre.example", "places": n, "clock": object{"day": "400ms", "start": "2027-02-08T04:00:00Z"}}, nil)
	emails := make([]string, n)
	for i := range emails {
		emails[i] = fmt.Sprintf("after%d@mailbox.example", i)
	}
	y.leaders = s.importLeaders(t, afterwards, box.Dir(), people(n, "after%d@mailbox.example"), emails)
	s.must(http.MethodPost, "/cohorts/"+afterwards+"/launch", nil, nil)
	var wait sync.WaitGroup
	for i, story := range y.stories {
		wait.Go(func() {
			l := y.leaders[i]
			err := steps(l.answering("closing-survey"), l.insisting("record-attendance", object{"stage": "closing-event", "status": "attended"}),
				l.reaching("completed"), func() error { return story.play(y, l) }, l.reaching("completed"))
			if err == nil {
				err = y.settled(l, story)
			}
			if err != nil {
				t.Errorf("%s: %v", story.name, err)
			}
		})
	}
	wait.Wait()
	return y
}

// settled waits until nothing of a story runs any more, and compares the mails that came of it. How often a prompt answer is
// reminded depends on the machine.
func (y *afterYear) settled(l *leader, story afterStory) error {
	for _, survey := range []string{"survey-1-month", "survey-2-months"} {
		if err := y.ends(programme.StageID(afterwards, l.ref, survey)); err != nil {
			return err
		}
	}
	var got []string
	err := until("the last mail comes", 20*time.Second, func() bool {
		got = l.surveyMails()
		if story.name != "never answers" {
			got = slices.DeleteFunc(got, func(m string) bool { return strings.HasSuffix(m, "-reminder") })
		}
		return slices.Equal(got, story.mails)
	})
	if err != nil {
		return fmt.Errorf("mails %v, want %v", got, story.mails)
	}
	return nil
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
func (y *afterYear) outlived(l *leader) func() error {
	return func() error {
		if err := y.ends(programme.JourneyID(afterwards, l.ref)); err != nil {
			return err
		}
		for _, survey := range []string{"survey-1-month", "survey-2-months"} {
			if status, err := y.status(programme.StageID(afterwards, l.ref, survey)); err != nil || status != enumspb.WORKFLOW_EXECUTION_STATUS_RUNNING {
				return fmt.Errorf("%s of %s is %s: %v", survey, l.ref, status, err)
			}
		}
		return nil
	}
}

// ends waits until a workflow has run to its end.
func (y *afterYear) ends(id string) error {
	return until(id+" ends", patience, func() bool {
		status, err := y.status(id)
		return err == nil && status == enumspb.WORKFLOW_EXECUTION_STATUS_COMPLETED
	})
}

func (y *afterYear) status(id string) (enumspb.WorkflowExecutionStatus, error) {
	described, err := y.temporal.DescribeWorkflowExecution(context.Background(), id, "")
	return described.GetWorkflowExecutionInfo().GetStatus(), err
}

// killWorker kills the worker; its supervisor starts another.
func (y *afterYear) killWorker() error {
	run, err := y.s.run()
	if err != nil {
		return err
	}
	return syscall.Kill(run.Worker.PID, syscall.SIGKILL)
}
