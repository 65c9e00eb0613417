package workflows_test

import (
	"encoding/base64"
	"log/slog"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	commonpb "go.temporal.io/api/common/v1"
	enumspb "go.temporal.io/api/enums/v1"
	historypb "go.temporal.io/api/history/v1"
	"go.temporal.io/sdk/client"
	"go.temporal.io/sdk/log"
	sdk "go.temporal.io/sdk/worker"
	"go.temporal.io/sdk/workflow"

	"fairlead/programme"
	"fairlead/worker"
	"fairlead/workflows"
)

// The recorded histories are of real years, made by `make histories`. What the code decides today must fit what it
// decided then, or journeys that are under way when a version is deployed would break. A history is never deleted while
// one like it can still be open.
const histories = "testdata/histories"

// mainPaths are the paths of which a history must be kept.
var mainPaths = []string{
	"Cohort-year", "Cohort-confirmed",
	"Journey-completed", "Journey-declined", "Journey-lapsed", "Journey-withdrawn", "Journey-held-resumed", "Journey-deferred",
	"Journey-reopened-skipped", "Journey-parked-retried", "Journey-stage-lost", "Journey-cancelled-by-hand", "Journey-confirmed",
	"Journey-silent-at-the-end",
	"Selection-accepted", "Selection-declined", "Selection-lapsed", "Selection-held-resumed", "Selection-refused-corrected",
	"Onboarding-answered", "Onboarding-overdue-answered", "Onboarding-lapsed", "Onboarding-extended", "Onboarding-reopened",
	"Onboarding-refused-retried", "Onboarding-withdrawn", "Onboarding-deferred", "Onboarding-brought-back", "Onboarding-cancelled-by-hand",
	"Journey-questionnaire", "Journey-consent-refused", "Journey-consent-withdrawn", "Journey-consent-withdrawn-early",
	"Psychometrics-answered", "Psychometrics-lapsed", "Psychometrics-held-resumed", "Psychometrics-consent-withdrawn",
	"CoachingSession-booked-moved-held", "CoachingSession-never-booked", "CoachingSession-not-attended-booked-again",
	"CoachingSession-cancelled-skipped", "CoachingSession-never-logged", "CoachingSession-held-by-a-hold", "CoachingSession-optional-lapsed",
	"Cohort-applications", "Journey-offered", "Journey-offer-declined", "Journey-rejected", "Journey-waitlisted-offered", "Journey-not-needed",
	"Journey-application-lapsed", "Journey-application-withdrawn", "Journey-begun-again",
	"Selection-offered", "Selection-offer-declined", "Selection-rejected", "Selection-waitlisted-offered", "Selection-not-needed",
	"Selection-application-lapsed", "Selection-application-withdrawn",
	"Survey-answered", "Survey-lapsed", "Survey-held-resumed", "Survey-replanned",
	"Journey-with-surveys-after-it", "Survey-after-the-year-answered", "Survey-after-the-year-lapsed", "Survey-after-the-year-skipped",
	"Survey-after-the-year-never-asked",
	"Alumni-answered", "Alumni-lapsed", "Alumni-skipped-by-hand",
	"Cohort-rescheduled", "Journey-events-completed", "Journey-events-completed-1", "Journey-events-completed-2", "Journey-events-completed-3",
	"Event-placed-with-onboarding", "Event-confirmed-attended", "Event-placed-with-another", "Survey-after-an-event", "Event-excused",
	"Event-kept-absent-caught-up", "Event-moved-confirmed-again", "Event-in-a-hold-skipped", "Event-another-date",
	"Event-cancelled-another-date", "Event-withdrawn",
	// Of runs in the short style, from a demo of the flagship in which processes were killed: a journey in four runs, and stages.
	"Journey-gone-on-anew", "Journey-gone-on-anew-1", "Journey-gone-on-anew-2", "Journey-gone-on-anew-3",
	"Selection-short-accepted", "Onboarding-short-answered", "Psychometrics-short-answered", "Event-short-attended", "Event-short-confirmed",
	"CoachingSession-short-held", "Survey-short-answered", "Survey-after-the-year-short", "Alumni-short-answered",
	// Of runs in the brief style, from a demo of the flagship: a journey that went on anew while stages were open, and stages.
	"Journey-carrying", "Journey-carrying-1", "Journey-carrying-2",
	"Selection-brief-accepted", "Onboarding-brief-answered", "Psychometrics-brief-answered", "Event-brief-attended", "Event-brief-moved",
	"CoachingSession-brief-held", "Survey-brief-answered", "Survey-after-the-year-brief", "Alumni-brief-answered",
}

// The most events that a history may have.
const (
	mostOfStage   = 200
	mostOfJourney = 400
)

// silent is a logger that says nothing: what fails comes back as an error.
var silent = log.NewStructuredLogger(slog.New(slog.DiscardHandler))

// recorded are the files of histories, by name; none is a failure.
func recorded(t *testing.T) map[string]string {
	t.Helper()
	files, err := filepath.Glob(filepath.Join(histories, "*.json"))
	if err != nil || len(files) == 0 {
		t.Fatalf("there are no recorded histories under %s: make histories", histories)
	}
	byName := map[string]string{}
	for _, file := range files {
		byName[strings.TrimSuffix(filepath.Base(file), ".json")] = file
	}
	return byName
}

func read(t *testing.T, file string) *historypb.History {
	t.Helper()
	f, err := os.Open(file)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = f.Close() }()
	history, err := client.HistoryFromJSON(f, client.HistoryJSONOptions{})
	if err != nil {
		t.Fatalf("%s: %v", file, err)
	}
	return history
}

func newReplayer(t *testing.T) sdk.WorkflowReplayer {
	t.Helper()
	replayer, err := sdk.NewWorkflowReplayerWithOptions(sdk.WorkflowReplayerOptions{DisableRegistrationAliasing: true})
	if err != nil {
		t.Fatal(err)
	}
	return replayer
}

func TestRecordedHistoriesReplay(t *testing.T) {
	t.Parallel()
	files := recorded(t)
	for _, name := range mainPaths {
		if files[name] == "" {
			t.Errorf("the history %s is missing: make histories", name)
		}
	}
	for name, file := range files {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			replayer := newReplayer(t)
			worker.RegisterWorkflows(replayer, &workflows.Workflows{})
			if err := replayer.ReplayWorkflowHistory(silent, read(t, file)); err != nil {
				t.Errorf("journeys under way would break: %v", err)
			}
		})
	}
}

func TestReplayNoticesWhatWouldBreak(t *testing.T) {
	t.Parallel()
	flows := &workflows.Workflows{}
	changes := map[string]func(workflow.Context) error{
		"an activity more": func(ctx workflow.Context) error {
			ctx = workflow.WithActivityOptions(ctx, workflow.ActivityOptions{StartToCloseTimeout: time.Minute})
			return workflow.ExecuteActivity(ctx, "OpenStage").Get(ctx, nil)
		},
		"a timer more": func(ctx workflow.Context) error { return workflow.Sleep(ctx, time.Hour) },
		"a child more": func(ctx workflow.Context) error {
			return workflow.ExecuteChildWorkflow(ctx, workflows.TypeSurvey).GetChildWorkflowExecution().Get(ctx, nil)
		},
	}
	for change, first := range changes {
		t.Run(change, func(t *testing.T) {
			t.Parallel()
			for name, file := range recorded(t) {
				if !strings.HasPrefix(name, workflows.TypeSurvey+"-") {
					continue
				}
				if change == "a timer more" && strings.HasPrefix(name, "Survey-after-the-year-") {
					continue // it begins with a timer, whose place the other takes: then there is nothing left to wait for
				}
				replayer := newReplayer(t)
				replayer.RegisterWorkflowWithOptions(func(ctx workflow.Context, in workflows.StageInput) (programme.StageEnd, error) {
					if err := first(ctx); err != nil {
						return programme.StageEnd{}, err
					}
					return flows.Survey(ctx, in)
				}, workflow.RegisterOptions{Name: workflows.TypeSurvey})
				if err := replayer.ReplayWorkflowHistory(silent, read(t, file)); err == nil {
					t.Errorf("%s replays with %s", name, change)
				}
			}
		})
	}
}

func TestRecordedHistoriesStaySmall(t *testing.T) {
	t.Parallel()
	for name, file := range recorded(t) {
		most := mostOfStage
		switch kind, _, _ := strings.Cut(name, "-"); kind {
		case workflows.TypeCohort:
			continue // it continues as new
		case workflows.TypeJourney:
			most = mostOfJourney
		}
		if events := len(read(t, file).GetEvents()); events > most {
			t.Errorf("%s has %d events, at most %d are allowed", name, events, most)
		}
	}
}

// Every timer, activity and workflow says in words what it is for. A stage says the rest in the details that it shows.
func TestRecordedHistoriesExplainThemselves(t *testing.T) {
	t.Parallel()
	for name, file := range recorded(t) {
		for _, event := range read(t, file).GetEvents() {
			if event.GetWorkflowExecutionStartedEventAttributes().GetContinuedExecutionRunId() != "" {
				continue // a fresh run cannot be given a summary
			}
			switch event.GetEventType() {
			case enumspb.EVENT_TYPE_WORKFLOW_EXECUTION_STARTED:
				whole := strings.HasPrefix(name, workflows.TypeJourney) || strings.HasPrefix(name, workflows.TypeCohort)
				if whole && said(event.GetUserMetadata().GetDetails()) == "" {
					t.Errorf("%s: the workflow has no details", name)
				}
			case enumspb.EVENT_TYPE_TIMER_STARTED, enumspb.EVENT_TYPE_ACTIVITY_TASK_SCHEDULED,
				enumspb.EVENT_TYPE_START_CHILD_WORKFLOW_EXECUTION_INITIATED, enumspb.EVENT_TYPE_MARKER_RECORDED:
			default:
				continue
			}
			if said(event.GetUserMetadata().GetSummary()) == "" {
				t.Errorf("%s: event %d, %s, has no summary", name, event.GetEventId(), event.GetEventType())
			}
		}
	}
}

// said is the text of a payload.
func said(p *commonpb.Payload) string { return strings.Trim(string(p.GetData()), `"`) }

var (
	payload = regexp.MustCompile(`"data":"([^"]*)"`)
	names   = regexp.MustCompile(`@|Given\d|Family\d|mailbox\.example`)
)

func TestRecordedHistoriesNameNobody(t *testing.T) {
	t.Parallel()
	for name, file := range recorded(t) {
		text, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		texts := []string{string(text)}
		for _, data := range payload.FindAllSubmatch(text, -1) {
			plain, err := base64.StdEncoding.DecodeString(string(data[1]))
			if err != nil {
				t.Fatalf("%s: %v", name, err)
			}
			texts = append(texts, string(plain))
		}
		if i := slices.IndexFunc(texts, names.MatchString); i >= 0 {
			t.Errorf("%s holds %q", name, names.FindString(texts[i]))
		}
	}
}
