package workflows

import (
	"slices"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"go.temporal.io/sdk/activity"
	"go.temporal.io/sdk/converter"
	"go.temporal.io/sdk/temporal"
	"go.temporal.io/sdk/testsuite"

	"fairlead/activities"
	"fairlead/programme"
)

// acts notes which acts a run leaves to activities, and counts those it does within its steps.
func acts(env *testsuite.TestWorkflowEnvironment) (left *[]string, within *int) {
	left, within = &[]string{}, new(int)
	env.SetOnActivityCompletedListener(func(info *activity.Info, _ converter.EncodedValue, _ error) {
		*left = append(*left, info.ActivityType.Name)
	})
	env.SetOnLocalActivityCompletedListener(func(*activity.Info, converter.EncodedValue, error) { *within++ })
	return left, within
}

func TestShortWritesAreDoneWithinTheStep(t *testing.T) {
	t.Parallel()
	env, w := setup(t)
	left, within := acts(env)
	w.plans["one"] = surveyPlan("one")
	in := surveyInput("one")
	in.Style = StyleShort
	env.ExecuteWorkflow(TypeSurvey, in)
	var end programme.StageEnd
	if err := env.GetWorkflowResult(&end); err != nil || end.State != programme.StageLapsed {
		t.Fatalf("ended %s, %v", end.State, err)
	}
	if *within != 3 { // open, overdue, lapse
		t.Errorf("%d acts within its steps: %q", *within, w.events)
	}
	if diff := cmp.Diff([]string{"SendMail", "SendMail", "SendMail"}, *left); diff != "" {
		t.Error("left to activities:", diff)
	}
}

// In a brief history the mails of a stage and its closing are done within its steps too.
func TestMailsAndClosingAreDoneWithinTheStep(t *testing.T) {
	t.Parallel()
	env, w := setup(t)
	left, within := acts(env)
	w.plans["one"], w.ends["one"] = surveyPlan("one"), programme.StageEnd{Stage: "one", State: programme.StageDone}
	in := surveyInput("one")
	in.Style = StyleBrief
	env.RegisterDelayedCallback(func() { env.SignalWorkflow(SignalFormSubmitted, map[string]string{}) }, 5*24*time.Hour)
	env.ExecuteWorkflow(TypeSurvey, in)
	var end programme.StageEnd
	if err := env.GetWorkflowResult(&end); err != nil || end.State != programme.StageDone {
		t.Fatalf("ended %s, %v", end.State, err)
	}
	if len(*left) > 0 || *within != 4 { // open, two mails, close
		t.Errorf("%d acts within its steps, %q left to activities: %q", *within, *left, w.events)
	}
}

// What the relay does not take at once goes by the mail queue; what it refuses for good parks, without another attempt.
func TestMailThatFailsWithinTheStepGoesByTheQueue(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		failure   error
		attempts  int
		left      bool
		attention []string
	}{
		"for a while": {temporal.NewApplicationError("the relay is away", activities.ErrTypeMail), 2, true, nil},
		"for good":    {refusedMail(), 1, false, []string{ParkedMailRefused, ""}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			env, w := setup(t)
			left, _ := acts(env)
			attention := watchAttention(env)
			w.plans["one"] = surveyPlan("one")
			attempts := 0
			w.send = func(call activities.MailCall) (activities.MailResult, error) {
				if !contains(call.Key, "survey/1.1.0") {
					return activities.MailResult{Outcome: programme.ClaimSent}, nil
				}
				if attempts++; attempts == 1 {
					return activities.MailResult{}, c.failure
				}
				return activities.MailResult{Outcome: programme.ClaimSent}, nil
			}
			in := surveyInput("one")
			in.Style = StyleBrief
			env.ExecuteWorkflow(TypeSurvey, in)
			if err := env.GetWorkflowError(); err != nil {
				t.Fatal(err)
			}
			if attempts != c.attempts || slices.Contains(*left, "SendMail") != c.left || !slices.Equal(*attention, c.attention) {
				t.Errorf("%d attempts, left to activities %q, attention %q", attempts, *left, *attention)
			}
			if sent := w.sentAt["c/P-AAAAAA/one/survey-reminder/1.1.1"]; !sent.Equal(day(3, 3)) {
				t.Errorf("the reminder went %s", sent)
			}
		})
	}
}

// A closing that failed within the step is an activity's, which knows that replies may have gone.
func TestClosingThatFailsIsTriedAgain(t *testing.T) {
	t.Parallel()
	env, w := setup(t)
	w.plans["one"], w.ends["one"] = surveyPlan("one"), programme.StageEnd{Stage: "one", State: programme.StageDone}
	var again []bool
	w.close = func(call activities.StageCall) error {
		if again = append(again, call.Again); len(again) < 3 {
			return temporal.NewApplicationError("the records did not answer", activities.ErrTypeRecords)
		}
		return nil
	}
	in := surveyInput("one")
	in.Style = StyleBrief
	env.RegisterDelayedCallback(func() { env.SignalWorkflow(SignalFormSubmitted, map[string]string{}) }, 24*time.Hour)
	env.ExecuteWorkflow(TypeSurvey, in)
	if err := env.GetWorkflowError(); err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff([]bool{false, true, true}, again); diff != "" {
		t.Error(diff)
	}
}

// Whoever closes a stage knows which run of the journey opened it, and has to be told; nobody is of a survey after the year.
func TestClosingKnowsWhoOpenedTheStage(t *testing.T) {
	t.Parallel()
	env, w := setup(t)
	start := invited(w)
	start.Style = StyleBrief
	env.RegisterDelayedCallback(func() { answer(w, "selection") }, 2*24*time.Hour)
	env.RegisterDelayedCallback(func() { answer(w, "first"); answer(w, "second") }, 7*24*time.Hour)
	env.ExecuteWorkflow(TypeJourney, start)
	if err := env.GetWorkflowError(); err != nil {
		t.Fatal(err)
	}
	if len(w.closed) != 3 {
		t.Errorf("closed %+v", w.closed)
	}
	for _, call := range w.closed {
		if call.Opened == "" || call.Ref != "P-AAAAAA" || call.Cohort != "c" {
			t.Errorf("closed with %+v", call)
		}
	}
	if slices.ContainsFunc(w.events, func(e string) bool { return contains(e, "tell the end") }) {
		t.Errorf("told twice: %q", w.events)
	}
}

func TestShortWriteThatFailsIsLeftToItsActivity(t *testing.T) {
	t.Parallel()
	mayPass := func() error {
		return temporal.NewApplicationError("the records did not answer", activities.ErrTypeRecords)
	}
	for name, c := range map[string]struct {
		failure   func() error
		failures  int
		attempts  int
		left      bool
		attention []string
	}{
		"once":        {mayPass, 1, 2, true, nil},
		"for a while": {mayPass, 5, 6, true, nil},
		"for good":    {mayPass, 41, 42, true, []string{ParkedActivityFailed, ""}}, // until staff have it tried again
		"finally":     {errRecords, 1, 2, false, []string{ParkedActivityFailed, ""}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			env, w := setup(t)
			left, _ := acts(env)
			attention := watchAttention(env)
			w.plans["one"] = surveyPlan("one")
			attempts := 0
			w.open = func(activities.StageCall) error {
				if attempts++; attempts <= c.failures {
					return c.failure()
				}
				return nil
			}
			env.RegisterDelayedCallback(func() {
				env.UpdateWorkflow("retry", "u1", &updateResult{t: t}, programme.Order{Reason: "technical"})
			}, 2*time.Hour)
			in := surveyInput("one")
			in.Style = StyleShort
			env.ExecuteWorkflow(TypeSurvey, in)
			if err := env.GetWorkflowError(); err != nil {
				t.Fatal(err)
			}
			if attempts != c.attempts {
				t.Errorf("%d attempts, not %d", attempts, c.attempts)
			}
			if got := slices.Contains(*left, "OpenStage"); got != c.left {
				t.Errorf("left to its activity: %t", got)
			}
			if !slices.Equal(*attention, c.attention) {
				t.Errorf("Attention went %q", *attention)
			}
		})
	}
}

// A mail that is due goes at once, and the timer stays where it is.
func TestWhatIsDueWaitsForNoTimer(t *testing.T) {
	t.Parallel()
	timers := map[Style]int{}
	for style := range StyleNow + 1 {
		env, w := setup(t)
		stopped := 0
		env.SetOnTimerCanceledListener(func(string) { stopped++ })
		start := invited(w)
		start.Style = style
		for i := range 5 {
			env.RegisterDelayedCallback(func() {
				env.SignalWorkflow(SignalMail, programme.PlannedMail{Key: "c/P-AAAAAA/-/answer-changed/" + string(rune('a'+i)), At: env.Now().Add(-time.Minute)})
			}, 3*24*time.Hour+time.Duration(5+i)*time.Hour)
		}
		env.RegisterDelayedCallback(func() { answer(w, "selection") }, 2*24*time.Hour)
		env.RegisterDelayedCallback(func() { answer(w, "first"); answer(w, "second") }, 7*24*time.Hour)
		env.ExecuteWorkflow(TypeJourney, start)
		if err := env.GetWorkflowError(); err != nil {
			t.Fatal(err)
		}
		timers[style] = stopped
		if sent := slices.IndexFunc(w.events, func(e string) bool { return contains(e, "answer-changed/e") }); sent < 0 {
			t.Error("a mail is missing")
		}
	}
	if timers[StyleShort] >= timers[StyleLong]-4 {
		t.Errorf("%d timers were moved, %d in a long history", timers[StyleShort], timers[StyleLong])
	}
}

// A leader who was asked anew goes on with that, also where the news of it comes later than the due moment of what it took
// the place of.
func TestAskThatAnotherTookThePlaceOfIsNoEnd(t *testing.T) {
	t.Parallel()
	env, w := setup(t)
	w.plans["one"] = surveyPlan("one")
	env.RegisterDelayedCallback(func() {
		w.mu.Lock()
		defer w.mu.Unlock()
		anew := surveyPlan("one")
		anew.Ask, anew.Round = "P-AAAAAA/one/2", 2
		anew.Mails = []programme.PlannedMail{{Key: "c/P-AAAAAA/one/survey/2.1.0", At: day(11, 3)}}
		anew.Due, anew.Grace, anew.Limit = day(20, 11), day(20, 11).Add(programme.Grace), day(40, 11)
		w.plans["one"] = anew
	}, 9*24*time.Hour)
	in := surveyInput("one")
	in.Style = StyleShort
	env.ExecuteWorkflow(TypeSurvey, in)
	var end programme.StageEnd
	if err := env.GetWorkflowResult(&end); err != nil || end.State != programme.StageLapsed || env.Now().UTC().Before(day(40, 0)) {
		t.Errorf("ended %s, %v, at %s: %q", end.State, err, env.Now().UTC(), w.events)
	}
	if count(w.events, "mail c/P-AAAAAA/one/survey/2.1.0") != 1 {
		t.Errorf("what was asked anew went not once: %q", w.events)
	}
}

// An answer that has come counts before what would be due without it, however late the workflow gets to both.
func TestAnswerCountsBeforeWhatIsDue(t *testing.T) {
	t.Parallel()
	env, w := setup(t)
	plan := surveyPlan("one")
	w.plans["one"] = plan
	w.ends["one"] = programme.StageEnd{Stage: "one", State: programme.StageDone}
	held := false
	w.open = func(activities.StageCall) error { // the answer comes while the stage opens, long after everything was due
		if !held {
			held = true
			env.SignalWorkflow(SignalFormSubmitted, map[string]string{})
		}
		return nil
	}
	in := surveyInput("one")
	in.Style = StyleShort
	env.SetStartTime(day(30, 0))
	env.ExecuteWorkflow(TypeSurvey, in)
	var end programme.StageEnd
	if err := env.GetWorkflowResult(&end); err != nil || end.State != programme.StageDone {
		t.Errorf("ended %s, %v: %q", end.State, err, w.events)
	}
	if diff := cmp.Diff([]string{"open one", "close one"}, w.events); diff != "" {
		t.Error(diff)
	}
}

// A write that takes a while is waited for within the step: leaving it to an activity would do it twice.
func TestASlowWriteIsDoneOnce(t *testing.T) {
	t.Parallel()
	env, w := setup(t)
	left, _ := acts(env)
	w.plans["one"], w.ends["one"] = surveyPlan("one"), programme.StageEnd{Stage: "one", State: programme.StageDone}
	opened := 0
	w.open = func(activities.StageCall) error {
		opened++
		slow := time.NewTimer(1500 * time.Millisecond)
		defer slow.Stop()
		select {
		case <-slow.C:
			return nil
		case <-t.Context().Done():
			return t.Context().Err()
		}
	}
	in := surveyInput("one")
	in.Style = StyleBrief
	env.RegisterDelayedCallback(func() { env.SignalWorkflow(SignalFormSubmitted, map[string]string{}) }, 5*24*time.Hour)
	env.ExecuteWorkflow(TypeSurvey, in)
	if err := env.GetWorkflowError(); err != nil {
		t.Fatal(err)
	}
	if opened != 1 || slices.Contains(*left, "OpenStage") {
		t.Errorf("opened %d times, %q left to activities", opened, *left)
	}
}
