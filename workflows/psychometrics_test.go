package workflows

import (
	"strings"
	"testing"
	"time"

	"fairlead/programme"
)

// withQuestionnaire is a journey whose onboarding is open, with a questionnaire and a debrief to come.
func withQuestionnaire(w *world) JourneyInput {
	w.plans["onboarding"], w.plans["psychometrics"], w.plans["debrief"] = surveyPlan("onboarding"), surveyPlan("psychometrics"), surveyPlan("debrief")
	w.ends["debrief"] = programme.StageEnd{Stage: "debrief", State: programme.StageDone, Journey: programme.Completed, Version: 9}
	return begun(programme.JourneyStart{Cohort: "c", Ref: "P-AAAAAA", State: programme.Enrolled,
		Openings: []programme.Opening{{Stage: "onboarding", Kind: programme.KindOnboarding, At: beginning, Due: day(10, 11)}},
		Stages: []programme.StageStart{{Name: "onboarding", Kind: programme.KindOnboarding},
			{Name: "psychometrics", Kind: programme.KindPsychometrics}, {Name: "debrief", Kind: programme.KindSurvey}}})
}

var debrief = programme.Opening{Stage: "debrief", Kind: programme.KindSurvey, At: day(5, 0), Due: day(10, 11)}

// opened are the stages that the journey opened, in order.
func opened(w *world) string {
	var stages []string
	for _, event := range w.events {
		if stage, found := strings.CutPrefix(event, "open "); found {
			stages = append(stages, stage)
		}
	}
	return strings.Join(stages, " ")
}

// Who does not agree is asked for no questionnaire, and what waited for it goes on. The journey knows the stage as
// skipped: staff may open it again.
func TestJourneyGoesOnWithoutConsent(t *testing.T) {
	t.Parallel()
	env, w := setup(t)
	start := withQuestionnaire(w)
	w.ends["onboarding"] = programme.StageEnd{Stage: "onboarding", State: programme.StageDone, Journey: programme.Enrolled, Version: 2,
		Skipped: []string{"psychometrics"}, Openings: []programme.Opening{debrief}}
	skip, reopen := &updateResult{t: t}, &updateResult{t: t}
	env.RegisterDelayedCallback(func() { answer(w, "onboarding") }, 2*24*time.Hour)
	env.RegisterDelayedCallback(func() {
		env.UpdateWorkflow("extend", "u1", skip, programme.Order{Stage: "psychometrics", Reason: "mistake"})
		env.UpdateWorkflow("reopen", "u2", reopen, programme.Order{Stage: "psychometrics", Reason: "new_information"})
	}, 3*24*time.Hour)
	env.RegisterDelayedCallback(func() { answer(w, "debrief") }, 6*24*time.Hour)
	env.ExecuteWorkflow(TypeJourney, start)
	if err := env.GetWorkflowError(); err != nil {
		t.Fatal(err)
	}
	if got := opened(w); got != "onboarding debrief" {
		t.Errorf("opened %s", got)
	}
	if understood(skip.refused).(*programme.Illegal).State != "psychometrics is skipped" || reopen.refused != nil {
		t.Errorf("extend: %v, reopen: %v", skip.refused, reopen.refused)
	}
}

// A consent that is withdrawn ends the open stage, and one to come before it opens.
func TestJourneyFollowsAWithdrawnConsent(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		after  time.Duration
		opened string
	}{
		"while it is open": {4*24*time.Hour + time.Hour, "onboarding psychometrics debrief"},
		"before it opens":  {3 * 24 * time.Hour, "onboarding debrief"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			env, w := setup(t)
			start := withQuestionnaire(w)
			w.ends["onboarding"] = programme.StageEnd{Stage: "onboarding", State: programme.StageDone, Journey: programme.Enrolled, Version: 2,
				Openings: []programme.Opening{{Stage: "psychometrics", Kind: programme.KindPsychometrics, At: day(4, 0), Due: day(10, 11)}}}
			end := programme.StageEnd{Stage: "psychometrics", State: programme.StageSkipped, Outcome: programme.OutcomeConsentRefused,
				Journey: programme.Enrolled, Version: 3, Openings: []programme.Opening{debrief}}
			env.RegisterDelayedCallback(func() { answer(w, "onboarding") }, 2*24*time.Hour)
			env.RegisterDelayedCallback(func() {
				env.SignalWorkflow(SignalReplanned, programme.Effect{Changed: true, Ends: []programme.StageEnd{end}, Openings: end.Openings})
			}, c.after)
			env.RegisterDelayedCallback(func() { answer(w, "debrief") }, 6*24*time.Hour)
			env.ExecuteWorkflow(TypeJourney, start)
			var state programme.JourneyState
			if err := env.GetWorkflowResult(&state); err != nil || state != programme.Completed {
				t.Fatalf("%s, %v", state, err)
			}
			if got := opened(w); got != c.opened {
				t.Errorf("opened %s", got)
			}
			for _, event := range w.events {
				if event == "close psychometrics" || event == "lapse P-AAAAAA/psychometrics/1" {
					t.Errorf("after the end: %s", event)
				}
			}
		})
	}
}
