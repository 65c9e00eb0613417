package workflows

import (
	"slices"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"fairlead/activities"
	"fairlead/programme"
)

func TestAskGoesThroughItsWholeLadderAndLapses(t *testing.T) {
	t.Parallel()
	env, w := setup(t)
	w.plans["survey"] = surveyPlan("survey")
	env.ExecuteWorkflow(TypeSurvey, surveyInput("survey"))
	var end programme.StageEnd
	if err := env.GetWorkflowResult(&end); err != nil {
		t.Fatal(err)
	}
	want := []string{"open survey", "mail c/P-AAAAAA/survey/survey/1.1.0", "mail c/P-AAAAAA/survey/survey-reminder/1.1.1",
		"mail c/P-AAAAAA/survey/survey-reminder/1.1.2", "overdue P-AAAAAA/survey/1", "lapse P-AAAAAA/survey/1"}
	if diff := cmp.Diff(want, w.events); diff != "" {
		t.Error(diff)
	}
	if end.State != programme.StageLapsed {
		t.Errorf("ended %s, want lapsed", end.State)
	}
	for _, mail := range w.plans["survey"].Mails {
		if got := w.sentAt[mail.Key]; !got.Equal(mail.At) {
			t.Errorf("%s went at %s, planned %s", mail.Key, got, mail.At)
		}
	}
	if got := env.Now().UTC(); !got.Equal(day(24, 11)) {
		t.Errorf("ended at %s, want the limit %s", got, day(24, 11))
	}
}

func TestAnswerStopsTheLadderAtOnce(t *testing.T) {
	t.Parallel()
	for name, answered := range map[string]time.Time{
		"before the request": day(0, 1), "between two reminders": day(4, 0), "after due": day(12, 0),
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			env, w := setup(t)
			w.plans["survey"] = surveyPlan("survey")
			w.ends["survey"] = programme.StageEnd{Stage: "survey", State: programme.StageDone}
			env.RegisterDelayedCallback(func() { env.SignalWorkflow(SignalFormSubmitted, map[string]string{"submission": "s1"}) },
				answered.Sub(beginning))
			env.ExecuteWorkflow(TypeSurvey, surveyInput("survey"))
			if err := env.GetWorkflowError(); err != nil {
				t.Fatal(err)
			}
			if last := w.events[len(w.events)-1]; last != "close survey" {
				t.Errorf("ended with %q", last)
			}
			for key, at := range w.sentAt {
				if at.After(answered) {
					t.Errorf("%s went at %s, after the answer", key, at)
				}
			}
		})
	}
}

func TestRefusedMailParksTheSendingAlone(t *testing.T) {
	t.Parallel()
	env, w := setup(t)
	w.plans["survey"] = surveyPlan("survey")
	w.ends["survey"] = programme.StageEnd{Stage: "survey", State: programme.StageDone}
	w.send = func(activities.MailCall) (activities.MailResult, error) {
		return activities.MailResult{}, refusedMail()
	}
	var parked string
	env.RegisterDelayedCallback(func() {
		value, err := env.QueryWorkflow(QueryExplain)
		if err != nil {
			t.Error(err)
			return
		}
		_ = value.Get(&parked)
	}, 5*time.Hour)
	env.RegisterDelayedCallback(func() { env.SignalWorkflow(SignalFormSubmitted, map[string]string{}) }, 11*24*time.Hour)
	env.ExecuteWorkflow(TypeSurvey, surveyInput("survey"))
	if err := env.GetWorkflowError(); err != nil {
		t.Fatal(err)
	}
	want := []string{"open survey", "overdue P-AAAAAA/survey/1", "close survey"}
	if diff := cmp.Diff(want, w.events); diff != "" {
		t.Error("due and answer go on while the sending is parked:", diff)
	}
	if !contains(parked, "Parked: mail_refused") {
		t.Errorf("explain says %q", parked)
	}
}

func TestReplannedMailGoesAtItsNewMoment(t *testing.T) {
	t.Parallel()
	env, w := setup(t)
	w.plans["survey"] = surveyPlan("survey")
	moved := false
	w.send = func(call activities.MailCall) (activities.MailResult, error) {
		if !moved && call.At.Equal(day(0, 3)) {
			moved = true
			return activities.MailResult{Outcome: programme.ClaimReplanned, At: day(1, 3)}, nil
		}
		return activities.MailResult{Outcome: programme.ClaimSent}, nil
	}
	env.ExecuteWorkflow(TypeSurvey, surveyInput("survey"))
	if got := w.sentAt["c/P-AAAAAA/survey/survey/1.1.0"]; !got.Equal(day(1, 3)) {
		t.Errorf("went at %s, want %s", got, day(1, 3))
	}
}

func TestNewPlanMovesDueAndLadder(t *testing.T) {
	t.Parallel()
	env, w := setup(t)
	w.plans["survey"] = surveyPlan("survey")
	extended := surveyPlan("survey")
	extended.Plan, extended.Due, extended.Grace, extended.Limit = 2, day(20, 11), day(20, 11).Add(programme.Grace), day(34, 11)
	extended.Mails = []programme.PlannedMail{{Key: "c/P-AAAAAA/survey/survey-reminder/1.2.2", At: day(17, 3)}}
	env.RegisterDelayedCallback(func() {
		w.mu.Lock()
		w.plans["survey"] = extended
		w.mu.Unlock()
		env.SignalWorkflow(SignalChanged, stageChange{Plan: &extended})
	}, 4*24*time.Hour)
	env.ExecuteWorkflow(TypeSurvey, surveyInput("survey"))
	want := []string{"open survey", "mail c/P-AAAAAA/survey/survey/1.1.0", "mail c/P-AAAAAA/survey/survey-reminder/1.1.1",
		"mail c/P-AAAAAA/survey/survey-reminder/1.2.2", "overdue P-AAAAAA/survey/1", "lapse P-AAAAAA/survey/1"}
	if diff := cmp.Diff(want, w.events); diff != "" {
		t.Error(diff)
	}
	if got := env.Now().UTC(); !got.Equal(day(34, 11)) {
		t.Errorf("ended at %s, want the new limit", got)
	}
}

func TestHeldAskIsSilentUntilItsNewPlan(t *testing.T) {
	t.Parallel()
	env, w := setup(t)
	w.plans["survey"] = surveyPlan("survey")
	held, resumed := surveyPlan("survey"), surveyPlan("survey")
	held.Held, held.Mails = true, nil
	resumed.Plan, resumed.Due, resumed.Grace, resumed.Limit = 2, day(52, 11), day(52, 11).Add(programme.Grace), day(66, 11)
	resumed.Mails = []programme.PlannedMail{{Key: "c/P-AAAAAA/survey/survey-reminder/1.2.2", At: day(49, 3)}}
	env.RegisterDelayedCallback(func() { env.SignalWorkflow(SignalChanged, stageChange{Plan: &held}) }, 2*24*time.Hour)
	env.RegisterDelayedCallback(func() {
		w.mu.Lock()
		w.plans["survey"] = resumed
		w.mu.Unlock()
		env.SignalWorkflow(SignalChanged, stageChange{Plan: &resumed})
	}, 44*24*time.Hour)
	env.ExecuteWorkflow(TypeSurvey, surveyInput("survey"))
	want := []string{"open survey", "mail c/P-AAAAAA/survey/survey/1.1.0", "mail c/P-AAAAAA/survey/survey-reminder/1.2.2",
		"overdue P-AAAAAA/survey/1", "lapse P-AAAAAA/survey/1"}
	if diff := cmp.Diff(want, w.events); diff != "" {
		t.Error(diff)
	}
}

func TestRecordsThatDoNotAnswerParkTheStageUntilRetried(t *testing.T) {
	t.Parallel()
	env, w := setup(t)
	w.plans["survey"] = surveyPlan("survey")
	broken := true
	w.open = func(activities.StageCall) error {
		if broken {
			return errRecords()
		}
		return nil
	}
	env.RegisterDelayedCallback(func() {
		broken = false
		env.UpdateWorkflow("retry", "u1", &updateResult{t: t}, programme.Order{Reason: "technical"})
	}, 2*time.Hour)
	env.ExecuteWorkflow(TypeSurvey, surveyInput("survey"))
	if err := env.GetWorkflowError(); err != nil {
		t.Fatal(err)
	}
	if w.events[0] != "open survey" {
		t.Errorf("after the retry it goes on: %v", w.events)
	}
}

// A coaching session is two asks one after the other: booked, it waits for the calendar, then for its coach, then for
// staff; a change of the booking is read with the signal that tells of it.
func TestACoachingSessionInTwoParts(t *testing.T) {
	t.Parallel()
	env, w := setup(t)
	asked := surveyPlan("coaching-1")
	held := programme.AskPlan{Ask: asked.Ask + "/held", Stage: "coaching-1", Round: 1, Plan: 2, State: programme.AskOpen, Owner: programme.OwnerCalendar,
		Since: day(1, 0), Due: day(5, 4), Grace: day(5, 4), Limit: day(30, 11), Mails: []programme.PlannedMail{{Key: "c/P-AAAAAA/coaching-1/coaching-tomorrow/1.2.1", At: day(4, 3)}}}
	w.plans["coaching-1"] = asked
	w.ends["coaching-1"] = programme.StageEnd{Stage: "coaching-1", State: programme.StageOpen}
	become := func(at time.Time, plan programme.AskPlan, end programme.StageState) {
		env.RegisterDelayedCallback(func() {
			w.mu.Lock()
			w.plans["coaching-1"], w.ends["coaching-1"] = plan, programme.StageEnd{Stage: "coaching-1", State: end}
			w.mu.Unlock()
			env.SignalWorkflow(SignalFormSubmitted, map[string]string{})
		}, at.Sub(beginning))
	}
	become(day(1, 0), held, programme.StageOpen) // booked
	moved := held
	moved.Plan, moved.Due, moved.Grace = 3, day(8, 4), day(8, 4)
	moved.Mails = []programme.PlannedMail{{Key: "c/P-AAAAAA/coaching-1/coaching-tomorrow/1.3.1", At: day(7, 3)}}
	become(day(2, 0), moved, programme.StageOpen)
	become(day(9, 0), moved, programme.StageDone) // logged
	env.ExecuteWorkflow(TypeCoachingSession, StageInput{Cohort: "c", Ref: "P-AAAAAA", Stage: "coaching-1", Kind: programme.KindCoaching, At: beginning, Due: day(10, 11), Style: written})
	var end programme.StageEnd
	if err := env.GetWorkflowResult(&end); err != nil {
		t.Fatal(err)
	}
	want := []string{"open coaching-1", "mail c/P-AAAAAA/coaching-1/survey/1.1.0", "close coaching-1", "open coaching-1", "close coaching-1", "open coaching-1",
		"mail c/P-AAAAAA/coaching-1/coaching-tomorrow/1.3.1", "overdue P-AAAAAA/coaching-1/1/held", "close coaching-1"}
	if diff := cmp.Diff(want, w.events); diff != "" {
		t.Error(diff)
	}
	if end.State != programme.StageDone || !env.Now().UTC().Equal(day(9, 0)) {
		t.Errorf("ended %s at %s", end.State, env.Now().UTC())
	}
}

// A signal that comes while a stage ends is taken: the end has reckoned with what it tells.
func TestASignalDuringTheEndIsTaken(t *testing.T) {
	t.Parallel()
	env, w := setup(t)
	w.plans["one"], w.ends["one"] = surveyPlan("one"), programme.StageEnd{Stage: "one", State: programme.StageDone}
	submitted := func() { env.SignalWorkflow(SignalFormSubmitted, map[string]string{}) }
	env.RegisterDelayedCallback(func() {
		submitted()
		env.RegisterDelayedCallback(submitted, 0)
		env.RegisterDelayedCallback(func() { env.SignalWorkflow(SignalPoke, nil) }, 0)
	}, 5*24*time.Hour)
	env.ExecuteWorkflow(TypeSurvey, surveyInput("one"))
	var end programme.StageEnd
	if err := env.GetWorkflowResult(&end); err != nil || end.State != programme.StageDone {
		t.Fatalf("ended %s, %v", end.State, err)
	}
	if slices.Contains(w.warned, "Workflow has unhandled signals") {
		t.Errorf("%q", w.warned)
	}
}

// What the records let lapse by somebody's act is closed with all that follows from it, though the stage comes upon it by its
// own due date before the news: a coach says after the limit that a session was not held, and no worker was there to hear.
func TestAnAskThatLapsedElsewhere(t *testing.T) {
	t.Parallel()
	env, w := setup(t)
	w.plans["coaching-1"] = surveyPlan("coaching-1")
	w.ends["coaching-1"] = programme.StageEnd{Stage: "coaching-1", State: programme.StageLapsed, Openings: []programme.Opening{{Stage: "coaching-2"}},
		Mails: []programme.PlannedMail{{Key: "c/P-AAAAAA/coaching-1/coaching-over/1", At: day(8, 0)}}}
	env.RegisterDelayedCallback(func() {
		w.mu.Lock()
		defer w.mu.Unlock()
		plan := surveyPlan("coaching-1")
		plan.State, plan.Mails = programme.AskLapsed, nil
		w.plans["coaching-1"] = plan
	}, day(9, 0).Sub(beginning))
	env.ExecuteWorkflow(TypeCoachingSession, StageInput{Cohort: "c", Ref: "P-AAAAAA", Stage: "coaching-1", Kind: programme.KindCoaching, At: beginning, Due: day(10, 11), Style: written})
	var end programme.StageEnd
	if err := env.GetWorkflowResult(&end); err != nil {
		t.Fatal(err)
	}
	if end.State != programme.StageLapsed || len(end.Openings) != 1 || len(end.Mails) != 1 || !slices.Contains(w.events, "close coaching-1") {
		t.Errorf("ended %+v after %q", end, w.events)
	}
}
