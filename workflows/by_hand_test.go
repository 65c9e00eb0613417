package workflows

import (
	"slices"
	"testing"
	"time"

	"github.com/stretchr/testify/mock"
	"go.temporal.io/sdk/temporal"
	"go.temporal.io/sdk/testsuite"

	"fairlead/activities"
	"fairlead/programme"
)

// What ops do by hand in the Temporal UI.

// watchAttention notes every change of the search attribute Attention, "" where it is unset.
func watchAttention(env *testsuite.TestWorkflowEnvironment) *[]string {
	seen := &[]string{}
	env.OnUpsertTypedSearchAttributes(mock.Anything).Run(func(args mock.Arguments) {
		changed, _ := args.Get(0).(temporal.SearchAttributes)
		// What is unset cannot be seen in it: an upsert that shows nothing unsets Attention alone.
		if value, ok := changed.GetKeyword(AttrAttention); ok || changed.Size() == 0 {
			*seen = append(*seen, value)
		}
	}).Return(nil)
	return seen
}

func TestStageEndedByHandParksItsJourneyUntilRetried(t *testing.T) {
	t.Parallel()
	env, w := setup(t)
	start := invited(w)
	attention := watchAttention(env)
	w.apply = func(call activities.CommandCall) (programme.Effect, error) {
		return programme.Effect{Changed: true, State: programme.Invited, Freed: []string{call.Order.Stage}}, nil
	}
	retried := &updateResult{t: t}
	env.RegisterDelayedCallback(func() { env.CancelWorkflowByID(programme.StageID("c", "P-AAAAAA", "selection"), "") }, 2*time.Hour)
	env.RegisterDelayedCallback(func() {
		if value, err := env.QueryWorkflow(QueryExplain); err != nil {
			t.Error(err)
		} else if text := ""; value.Get(&text) != nil || !contains(text, "Parked: selection") {
			t.Errorf("explain says %q", text)
		}
		env.UpdateWorkflow("retry", "u2", retried, programme.Order{Stage: "selection", Reason: "technical"})
	}, 3*time.Hour)
	env.RegisterDelayedCallback(func() { answer(w, "selection") }, 4*time.Hour)
	env.RegisterDelayedCallback(func() { answer(w, "first"); answer(w, "second") }, 7*24*time.Hour)
	env.ExecuteWorkflow(TypeJourney, start)
	var state programme.JourneyState
	if err := env.GetWorkflowResult(&state); err != nil || state != programme.Completed {
		t.Errorf("ended %s, %v", state, err)
	}
	if retried.refused != nil || retried.err != nil {
		t.Errorf("retry: %v, %v", retried.refused, retried.err)
	}
	if !slices.Contains(w.events, "attention selection "+ParkedStageLost) {
		t.Errorf("the records were not told: %v", w.events)
	}
	if !slices.Equal(*attention, []string{ParkedStageLost, ""}) {
		t.Errorf("Attention went %q", *attention)
	}
}

func TestMarksReachTheRecordsInTheirOrder(t *testing.T) {
	t.Parallel()
	env, w := setup(t)
	start := invited(w)
	failed := false
	w.mark = func(mark activities.Attention) error {
		if mark.Code != "" && !failed {
			failed = true
			return temporal.NewApplicationError("the records did not answer", activities.ErrTypeRecords) // it is tried again a little later
		}
		return nil
	}
	env.RegisterDelayedCallback(func() {
		env.SignalWorkflow(SignalStageParked, stageParked{Stage: "selection", Code: ParkedMailRefused})
		env.SignalWorkflow(SignalStageParked, stageParked{Stage: "selection"})
	}, 4*time.Hour)
	env.RegisterDelayedCallback(func() { answer(w, "selection") }, 5*time.Hour)
	env.RegisterDelayedCallback(func() { answer(w, "first"); answer(w, "second") }, 7*24*time.Hour)
	env.ExecuteWorkflow(TypeJourney, start)
	if err := env.GetWorkflowError(); err != nil {
		t.Fatal(err)
	}
	var marks []string
	for _, event := range w.events {
		if contains(event, "attention") {
			marks = append(marks, event)
		}
	}
	if !slices.Equal(marks, []string{"attention selection " + ParkedMailRefused, "attention selection "}) {
		t.Errorf("marked %q", marks)
	}
}

func TestSkippedLostStageIsNoLongerParked(t *testing.T) {
	t.Parallel()
	env, w := setup(t)
	start := invited(w)
	attention := watchAttention(env)
	const kept = "c/P-AAAAAA/first/answer-changed/s1"
	w.apply = func(activities.CommandCall) (programme.Effect, error) {
		return programme.Effect{Changed: true, State: programme.Enrolled, Ends: []programme.StageEnd{{Stage: "first", State: programme.StageSkipped,
			Journey: programme.Enrolled, Mails: []programme.PlannedMail{{Key: kept, At: day(5, 3)}}}}}, nil
	}
	env.RegisterDelayedCallback(func() { answer(w, "selection") }, time.Hour)
	env.RegisterDelayedCallback(func() { env.CancelWorkflowByID(programme.StageID("c", "P-AAAAAA", "first"), "") }, 5*24*time.Hour)
	env.RegisterDelayedCallback(func() {
		env.UpdateWorkflow("skip", "u1", &updateResult{t: t}, programme.Order{Stage: "first", Reason: "technical"})
	}, 6*24*time.Hour)
	env.RegisterDelayedCallback(func() { answer(w, "second") }, 7*24*time.Hour)
	env.ExecuteWorkflow(TypeJourney, start)
	if err := env.GetWorkflowError(); err != nil {
		t.Fatal(err)
	}
	if !slices.Equal(*attention, []string{ParkedStageLost, ""}) {
		t.Errorf("Attention went %q", *attention)
	}
	if !slices.Contains(w.events, "mail "+kept) {
		t.Errorf("a mail of the stage was lost with it: %v", w.events)
	}
}

func TestJourneyCancelledByHandIsWithdrawnAndSaysSo(t *testing.T) {
	t.Parallel()
	env, w := setup(t)
	start := invited(w)
	const farewell = "c/P-AAAAAA/-/withdrawn/run"
	w.apply = func(call activities.CommandCall) (programme.Effect, error) {
		if call.Order.Name != programme.CmdWithdraw || call.Command == "" {
			t.Errorf("ordered %+v", call)
		}
		return programme.Effect{Changed: true, State: programme.Withdrawn, Mails: []programme.PlannedMail{{Key: farewell, At: day(1, 3)}},
			Ends: []programme.StageEnd{{Stage: "selection", State: programme.StageCancelled, Journey: programme.Withdrawn}}}, nil
	}
	env.RegisterDelayedCallback(env.CancelWorkflow, 5*time.Hour)
	env.ExecuteWorkflow(TypeJourney, start)
	if err := env.GetWorkflowError(); !temporal.IsCanceledError(err) {
		t.Errorf("ended with %v", err)
	}
	if !slices.Contains(w.events, "mail "+farewell) {
		t.Errorf("nobody was told: %v", w.events)
	}
}

func TestAnswerClearsWhatWasParked(t *testing.T) {
	t.Parallel()
	env, w := setup(t)
	w.plans["survey"] = surveyPlan("survey")
	w.ends["survey"] = programme.StageEnd{Stage: "survey", State: programme.StageDone}
	w.send = func(activities.MailCall) (activities.MailResult, error) {
		return activities.MailResult{}, refusedMail()
	}
	attention := watchAttention(env)
	env.RegisterDelayedCallback(func() { env.SignalWorkflow(SignalFormSubmitted, map[string]string{}) }, 24*time.Hour)
	env.ExecuteWorkflow(TypeSurvey, surveyInput("survey"))
	if err := env.GetWorkflowError(); err != nil {
		t.Fatal(err)
	}
	if !slices.Equal(*attention, []string{ParkedMailRefused, ""}) {
		t.Errorf("Attention went %q", *attention)
	}
}
