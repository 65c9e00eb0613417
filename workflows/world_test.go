package workflows

import (
	"context"
	"fmt"
	"os"
	"strings"
	"sync"
	"testing"
	"time"

	"go.temporal.io/sdk/activity"
	"go.temporal.io/sdk/log"
	"go.temporal.io/sdk/temporal"
	"go.temporal.io/sdk/testsuite"
	"go.temporal.io/sdk/workflow"

	"fairlead/activities"
	"fairlead/programme"
)

// written is the style in which the runs of the tests write their histories.
var written Style

// Every test runs in every style: what began in an earlier one goes on in it.
func TestMain(m *testing.M) {
	for written = range StyleNow + 1 {
		if code := m.Run(); code != 0 {
			fmt.Fprintln(os.Stderr, "in style", int(written))
			os.Exit(code)
		}
	}
}

// begun is a journey as the tests begin it.
func begun(start programme.JourneyStart) JourneyInput {
	return JourneyInput{JourneyStart: start, Style: written}
}

// world stands in for the activities: it keeps the state of asks as the records would and writes down what happened, in
// order, with the workflow's own time.
type world struct {
	mu      sync.Mutex
	env     *testsuite.TestWorkflowEnvironment
	events  []string
	sentAt  map[string]time.Time
	plans   map[string]programme.AskPlan  // by stage
	ends    map[string]programme.StageEnd // by stage: how it closes when answered
	apply   func(activities.CommandCall) (programme.Effect, error)
	send    func(activities.MailCall) (activities.MailResult, error)
	open    func(activities.StageCall) error
	mark    func(activities.Attention) error
	rounds  []programme.CohortRound
	kept    map[string]programme.AskPlan // by ask: what the records go on with at its limit, where it does not lapse
	change  []activities.Replan
	carried activities.Carried // what has become of stages that an earlier run opened
	closed  []activities.StageCall
	close   func(activities.StageCall) error
	alone   bool // a stage was closed that has no journey to leave its mails to
	warned  []string
}

func (w *world) note(event string) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.events = append(w.events, event)
}

func (w *world) OpenStage(_ context.Context, call activities.StageCall) (programme.AskPlan, error) {
	if w.open != nil {
		if err := w.open(call); err != nil {
			return programme.AskPlan{}, err
		}
	}
	w.note("open " + call.Stage)
	w.mu.Lock()
	defer w.mu.Unlock()
	return w.plans[call.Stage], nil
}

func (w *world) MarkOverdue(_ context.Context, call activities.AskCall) (programme.AskPlan, error) {
	w.note("overdue " + call.Ask)
	w.mu.Lock()
	defer w.mu.Unlock()
	for stage, plan := range w.plans {
		if plan.Ask == call.Ask {
			plan.Owner, plan.Grace, plan.Since, plan.Mails = programme.OwnerStaff, time.Time{}, call.At, nil
			w.plans[stage] = plan
			return plan, nil
		}
	}
	return programme.AskPlan{Ask: call.Ask, Round: 1, Plan: call.Plan, State: programme.AskCancelled}, nil // another has taken its place
}

func (w *world) LapseAsk(_ context.Context, call activities.AskCall) (activities.Lapsed, error) {
	w.note("lapse " + call.Ask)
	w.mu.Lock()
	defer w.mu.Unlock()
	for stage, plan := range w.plans {
		if plan.Ask == call.Ask {
			if next, keeps := w.kept[call.Ask]; keeps {
				w.plans[stage] = next
				return activities.Lapsed{}, nil
			}
			if plan.State == programme.AskAnswered {
				return activities.Lapsed{}, nil
			}
			return activities.Lapsed{Lapsed: true, End: programme.StageEnd{Stage: stage, State: programme.StageLapsed,
				Journey: w.ends[stage].Journey, Version: w.ends[stage].Version, Later: w.ends[stage].Later}}, nil
		}
	}
	return activities.Lapsed{}, nil
}

func (w *world) CloseStage(_ context.Context, call activities.StageCall) (programme.StageEnd, error) {
	if w.close != nil {
		if err := w.close(call); err != nil {
			return programme.StageEnd{}, err
		}
	}
	w.note("close " + call.Stage)
	w.mu.Lock()
	defer w.mu.Unlock()
	w.alone, w.closed = w.alone || call.Alone, append(w.closed, call)
	return w.ends[call.Stage], nil
}

func (w *world) MarkAttention(_ context.Context, mark activities.Attention) error {
	if w.mark != nil {
		if err := w.mark(mark); err != nil {
			return err
		}
	}
	w.note("attention " + mark.Stage + " " + mark.Code)
	return nil
}

func (w *world) ApplyCommand(_ context.Context, call activities.CommandCall) (programme.Effect, error) {
	w.note("apply " + string(call.Order.Name))
	return w.apply(call)
}

func (w *world) SendMail(_ context.Context, call activities.MailCall) (activities.MailResult, error) {
	if w.send != nil {
		if result, err := w.send(call); err != nil || result.Outcome != programme.ClaimSent {
			return result, err
		}
	}
	w.note("mail " + call.Key)
	w.mu.Lock()
	defer w.mu.Unlock()
	w.sentAt[call.Key] = w.env.Now().UTC()
	return activities.MailResult{Outcome: programme.ClaimSent}, nil
}

func (w *world) TellEnd(_ context.Context, call activities.EndCall) error {
	w.note("tell the end of " + call.End.Stage + " " + string(call.End.State))
	return nil
}

func (w *world) LookAfter(_ context.Context, call activities.CarriedCall) (activities.Carried, error) {
	w.note("look after " + strings.Join(call.Stages, ", "))
	w.mu.Lock()
	defer w.mu.Unlock()
	return w.carried, nil
}

func (w *world) StartJourneys(_ context.Context, operation string) (int, error) {
	w.note("start " + operation)
	return 1, nil
}

func (w *world) ReplanJourneys(_ context.Context, change activities.Replan) error {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.change = append(w.change, change)
	return nil
}

func (w *world) CohortRound(_ context.Context, call activities.CohortCall) (programme.CohortRound, error) {
	w.note("round")
	w.mu.Lock()
	defer w.mu.Unlock()
	round := w.rounds[0]
	if len(w.rounds) > 1 {
		w.rounds = w.rounds[1:]
	}
	return round, nil
}

// beginning is the workflow's time at the start of every test: Monday 1 March 2027, 06:00 London.
var beginning = time.Date(2027, 3, 1, 6, 0, 0, 0, time.UTC)

func setup(t *testing.T) (*testsuite.TestWorkflowEnvironment, *world) {
	t.Helper()
	w := &world{sentAt: map[string]time.Time{}, plans: map[string]programme.AskPlan{}, ends: map[string]programme.StageEnd{}}
	return w.environment(beginning), w
}

// environment is one in which a run begins at a moment in this world.
func (w *world) environment(at time.Time) *testsuite.TestWorkflowEnvironment {
	var suite testsuite.WorkflowTestSuite
	suite.SetLogger(quiet{w})
	env := suite.NewTestWorkflowEnvironment()
	env.SetStartTime(at)
	env.SetTestTimeout(20 * time.Second)
	w.env = env
	flows := &Workflows{ConsoleURL: "http://console.example", RunbookURL: "http://runbooks.example"}
	for name, definition := range map[string]any{TypeCohort: flows.Cohort, TypeJourney: flows.Journey,
		TypeSelection: flows.Selection, TypeOnboarding: flows.Onboarding, TypePsychometrics: flows.Psychometrics, TypeSurvey: flows.Survey, TypeEvent: flows.Event,
		TypeCoachingSession: flows.CoachingSession, TypeAlumni: flows.Alumni} {
		env.RegisterWorkflowWithOptions(definition, workflow.RegisterOptions{Name: name})
	}
	for name, act := range map[string]any{"OpenStage": w.OpenStage, "MarkOverdue": w.MarkOverdue, "LapseAsk": w.LapseAsk,
		"CloseStage": w.CloseStage, "MarkAttention": w.MarkAttention, "ApplyCommand": w.ApplyCommand, "SendMail": w.SendMail,
		"StartJourneys": w.StartJourneys, "CohortRound": w.CohortRound, "ReplanJourneys": w.ReplanJourneys, "TellEnd": w.TellEnd,
		"LookAfter": w.LookAfter} {
		env.RegisterActivityWithOptions(act, activity.RegisterOptions{Name: name})
	}
	return env
}

// day is the moment n days and some hours after the beginning.
func day(n int, hours time.Duration) time.Time {
	return beginning.Add(time.Duration(n)*24*time.Hour + hours*time.Hour)
}

// surveyPlan is a survey asked on the first day, with two reminders, due on day 10, closed on day 24.
func surveyPlan(stage string) programme.AskPlan {
	return programme.AskPlan{Ask: "P-AAAAAA/" + stage + "/1", Stage: stage, Round: 1, Plan: 1, State: programme.AskOpen,
		Owner: programme.OwnerParticipant, Since: beginning, Due: day(10, 11), Grace: day(10, 11).Add(programme.Grace), Limit: day(24, 11),
		Mails: []programme.PlannedMail{
			{Key: "c/P-AAAAAA/" + stage + "/survey/1.1.0", At: day(0, 3)},
			{Key: "c/P-AAAAAA/" + stage + "/survey-reminder/1.1.1", At: day(3, 3)},
			{Key: "c/P-AAAAAA/" + stage + "/survey-reminder/1.1.2", At: day(7, 3)},
		}}
}

func surveyInput(stage string) StageInput {
	return StageInput{Cohort: "c", Ref: "P-AAAAAA", Stage: stage, Kind: programme.KindSurvey, At: beginning, Due: day(10, 11), Style: written}
}

func refusedMail() error {
	return temporal.NewNonRetryableApplicationError("the address refuses mail", activities.ErrTypeMailRefused, nil)
}

// quiet is a logger that says nothing, and notes what it was warned of.
type quiet struct{ w *world }

func (quiet) Debug(string, ...any) {}
func (quiet) Info(string, ...any)  {}
func (q quiet) Warn(text string, _ ...any) {
	q.w.mu.Lock()
	defer q.w.mu.Unlock()
	q.w.warned = append(q.w.warned, text)
}
func (quiet) Error(string, ...any)     {}
func (q quiet) With(...any) log.Logger { return q }
