package workflows

import (
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/stretchr/testify/mock"
	enumspb "go.temporal.io/api/enums/v1"
	"go.temporal.io/sdk/converter"
	"go.temporal.io/sdk/temporal"
	"go.temporal.io/sdk/testsuite"
	"go.temporal.io/sdk/workflow"

	"fairlead/activities"
	"fairlead/programme"
)

// The surveys after the year of the tests: half a year and a year after the beginning.
const (
	sixMonths    = "survey-6-months"
	twelveMonths = "survey-12-months"
)

func laterOpenings() []programme.Opening {
	return []programme.Opening{{Stage: sixMonths, Kind: programme.KindSurvey, At: day(184, 0), Due: day(198, 11)},
		{Stage: twelveMonths, Kind: programme.KindSurvey, At: day(366, 0), Due: day(380, 11)}}
}

// later is a survey after the year as its journey starts it on the eighth day.
func later(w *world) StageInput {
	plan := surveyPlan(sixMonths)
	shift := 184 * 24 * time.Hour
	plan.Since, plan.Due, plan.Grace, plan.Limit = plan.Since.Add(shift), plan.Due.Add(shift), plan.Grace.Add(shift), plan.Limit.Add(shift)
	for i := range plan.Mails {
		plan.Mails[i].At = plan.Mails[i].At.Add(shift)
	}
	w.plans[sixMonths] = plan
	w.ends[sixMonths] = programme.StageEnd{Stage: sixMonths, State: programme.StageDone, Journey: programme.Completed}
	in := surveyInput(sixMonths)
	in.At, in.Due, in.Since = day(184, 0), plan.Due, beginning
	return in
}

// startedSurveys notes which surveys after the year a journey starts, with what it gives them.
func startedSurveys(env *testsuite.TestWorkflowEnvironment) *[]StageInput {
	var inputs []StageInput
	env.SetOnChildWorkflowStartedListener(func(info *workflow.Info, _ workflow.Context, args converter.EncodedValues) {
		var in StageInput
		if args.Get(&in) == nil && !in.Since.IsZero() {
			inputs = append(inputs, in.whole(info))
		}
	})
	return &inputs
}

// However the last stage ends, the journey starts what comes after the year, once, and does not wait for it.
func TestCompletedJourneyStartsTheSurveysAfterTheYear(t *testing.T) {
	t.Parallel()
	for name, play := range map[string]func(*testsuite.TestWorkflowEnvironment, *world){
		"answered": func(env *testsuite.TestWorkflowEnvironment, w *world) {
			env.RegisterDelayedCallback(func() { answer(w, "first"); answer(w, "second") }, 7*24*time.Hour)
		},
		"lapsed": func(env *testsuite.TestWorkflowEnvironment, w *world) {
			env.RegisterDelayedCallback(func() { answer(w, "first") }, 7*24*time.Hour)
		},
		"skipped while it is open": func(env *testsuite.TestWorkflowEnvironment, w *world) {
			env.RegisterDelayedCallback(func() { answer(w, "first") }, 7*24*time.Hour)
			ordered(env, w, 8, "skip", "second", programme.Effect{Changed: true, State: programme.Completed, Version: 9, Ends: []programme.StageEnd{
				{Stage: "second", State: programme.StageSkipped, Journey: programme.Completed, Version: 9, Later: laterOpenings()}}})
		},
		"skipped before it opens": func(env *testsuite.TestWorkflowEnvironment, w *world) {
			env.RegisterDelayedCallback(func() { answer(w, "first") }, 4*24*time.Hour+time.Hour)
			ordered(env, w, 5, "skip", "second", programme.Effect{Changed: true, State: programme.Completed, Version: 9, Ends: []programme.StageEnd{
				{Stage: "second", State: programme.StageSkipped, Journey: programme.Completed, Version: 9, Later: laterOpenings()}}})
		},
		"noted on the register": func(env *testsuite.TestWorkflowEnvironment, w *world) {
			env.RegisterDelayedCallback(func() { answer(w, "first") }, 4*24*time.Hour+time.Hour)
			env.RegisterDelayedCallback(func() {
				env.SignalWorkflow(SignalReplanned, programme.Effect{Changed: true, State: programme.Completed, Version: 9, Ends: []programme.StageEnd{
					{Stage: "second", State: programme.StageDone, Journey: programme.Completed, Version: 9, Later: laterOpenings()}}})
			}, 5*24*time.Hour)
		},
		"completed when its stage opens": func(_ *testsuite.TestWorkflowEnvironment, w *world) { // the journey's workflow was reset
			plan := surveyPlan("first")
			plan.State, plan.Mails, plan.Journey, plan.Version, plan.Later = programme.AskLapsed, nil, programme.Completed, 9, laterOpenings()
			w.plans["first"] = plan
			plan.Stage = "second"
			w.plans["second"] = plan
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			env, w := setup(t)
			start := invited(w)
			end := w.ends["second"]
			end.Later = laterOpenings()
			w.ends["second"] = end
			w.plans[sixMonths], w.plans[twelveMonths] = surveyPlan(sixMonths), surveyPlan(twelveMonths)
			surveys := startedSurveys(env)
			env.RegisterDelayedCallback(func() { answer(w, "selection") }, 2*24*time.Hour)
			play(env, w)
			env.ExecuteWorkflow(func(ctx workflow.Context, start JourneyInput) (programme.JourneyState, error) {
				state, err := (&Workflows{}).Journey(ctx, start)
				w.note("the journey is over")
				return state, err
			}, start)
			var state programme.JourneyState
			if err := env.GetWorkflowResult(&state); err != nil || state != programme.Completed {
				t.Fatalf("ended %s, %v", state, err)
			}
			slices.SortFunc(*surveys, func(a, b StageInput) int { return a.At.Compare(b.At) })
			if len(*surveys) != 2 {
				t.Fatalf("started %+v", *surveys)
			}
			for i, in := range *surveys {
				opening := laterOpenings()[i]
				want := StageInput{Cohort: "c", Ref: "P-AAAAAA", Stage: opening.Stage, Kind: opening.Kind, At: opening.At, Due: opening.Due, Since: in.Since, Style: StyleNow}
				if diff := cmp.Diff(want, in); diff != "" || !in.Since.Before(day(25, 0)) {
					t.Errorf("%s, since %s", diff, in.Since)
				}
			}
			over, opens := slices.Index(w.events, "the journey is over"), slices.Index(w.events, "open "+sixMonths)
			if w.alone {
				t.Error("a stage of the year was closed as if it had no journey")
			}
			if over < 0 || opens < over || !slices.Contains(w.events, "lapse P-AAAAAA/"+twelveMonths+"/1") {
				t.Errorf("the journey waited for its surveys, or they were not asked: %q", w.events)
			}
		})
	}
}

// ordered has staff order something of a stage on a day.
func ordered(env *testsuite.TestWorkflowEnvironment, w *world, on int, command, stage string, effect programme.Effect) {
	env.RegisterDelayedCallback(func() {
		w.apply = func(activities.CommandCall) (programme.Effect, error) { return effect, nil }
		env.UpdateWorkflow(command, "u1", &updateResult{}, programme.Order{Stage: stage, Reason: "leader_asked"})
	}, time.Duration(on)*24*time.Hour)
}

// A journey that ends otherwise starts none, and one of a year without them neither.
func TestJourneyThatIsNotCompletedStartsNoSurvey(t *testing.T) {
	t.Parallel()
	env, w := setup(t)
	start := invited(w)
	surveys := startedSurveys(env)
	ordered(env, w, 1, "withdraw", "", programme.Effect{Changed: true, State: programme.Withdrawn, Ends: []programme.StageEnd{
		{Stage: "selection", State: programme.StageCancelled, Journey: programme.Withdrawn},
		{Stage: sixMonths, State: programme.StageCancelled, Journey: programme.Withdrawn}}})
	env.ExecuteWorkflow(TypeJourney, start)
	if err := env.GetWorkflowError(); err != nil || len(*surveys) > 0 {
		t.Errorf("%v, started %+v", err, *surveys)
	}
}

// A survey that runs already, because the journey's workflow was reset, is left alone.
func TestSurveyAfterTheYearIsStartedOnce(t *testing.T) {
	t.Parallel()
	env, w := setup(t)
	start := invited(w)
	end := w.ends["second"]
	end.Later = append(laterOpenings(), laterOpenings()...)
	w.ends["second"] = end
	w.plans[sixMonths], w.plans[twelveMonths] = surveyPlan(sixMonths), surveyPlan(twelveMonths)
	surveys := startedSurveys(env)
	env.RegisterDelayedCallback(func() { answer(w, "selection") }, 2*24*time.Hour)
	env.RegisterDelayedCallback(func() { answer(w, "first"); answer(w, "second") }, 7*24*time.Hour)
	env.ExecuteWorkflow(TypeJourney, start)
	if err := env.GetWorkflowError(); err != nil || len(*surveys) != 2 {
		t.Errorf("%v, started %d surveys", err, len(*surveys))
	}
}

func TestSurveyAfterTheYearWaitsAndAsks(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		play func(*testsuite.TestWorkflowEnvironment)
		want []string
	}{
		"answered": {func(env *testsuite.TestWorkflowEnvironment) {
			env.RegisterDelayedCallback(func() { env.SignalWorkflow(SignalFormSubmitted, map[string]string{}) }, 186*24*time.Hour)
		}, []string{"open", "mail c/P-AAAAAA/survey-6-months/survey/1.1.0", "close"}},
		"never answered": {func(*testsuite.TestWorkflowEnvironment) {}, []string{"open", "mail c/P-AAAAAA/survey-6-months/survey/1.1.0",
			"mail c/P-AAAAAA/survey-6-months/survey-reminder/1.1.1", "mail c/P-AAAAAA/survey-6-months/survey-reminder/1.1.2", "overdue", "lapse"}},
		"poked, and signalled early": {func(env *testsuite.TestWorkflowEnvironment) {
			env.RegisterDelayedCallback(func() { env.SignalWorkflow(SignalPoke, nil) }, 24*time.Hour)
			env.RegisterDelayedCallback(func() { env.SignalWorkflow(SignalChanged, stageChange{Freed: true}) }, 48*time.Hour)
			env.RegisterDelayedCallback(func() { env.SignalWorkflow(SignalFormSubmitted, map[string]string{}) }, 185*24*time.Hour)
		}, []string{"open", "mail c/P-AAAAAA/survey-6-months/survey/1.1.0", "close"}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			env, w := setup(t)
			in := later(w)
			timers := 0
			env.SetOnTimerScheduledListener(func(string, time.Duration) { timers++ })
			var opened time.Time
			w.open = func(call activities.StageCall) error { opened = call.At; return nil }
			c.play(env)
			before := 0
			env.RegisterDelayedCallback(func() {
				before = timers
				encoded, err := env.QueryWorkflow(QueryExplain)
				var text string
				if err == nil {
					err = encoded.Get(&text)
				}
				if err != nil || !contains(text, "waits on calendar since Mon 1 Mar 2027 06:00 UTC, until Wed 1 Sep 2027") || !contains(text, "Next: open survey-6-months") {
					t.Errorf("%v: %s", err, text)
				}
			}, 100*24*time.Hour)
			var owners []string
			env.OnUpsertTypedSearchAttributes(mock.Anything).Run(func(args mock.Arguments) {
				if owner, set := args.Get(0).(temporal.SearchAttributes).GetKeyword(AttrWaitingOn); set {
					owners = append(owners, owner)
				}
			}).Return(nil)
			env.ExecuteWorkflow(TypeSurvey, in)
			var end programme.StageEnd
			if err := env.GetWorkflowResult(&end); err != nil {
				t.Fatal(err)
			}
			var got []string
			for _, event := range w.events {
				word, what, _ := strings.Cut(event, " ")
				if word == "mail" {
					word += " " + what
				}
				got = append(got, word)
			}
			if diff := cmp.Diff(c.want, got); diff != "" {
				t.Error(diff)
			}
			if w.alone != slices.Contains(c.want, "close") {
				t.Error("its reply was left to a journey that is over")
			}
			if !opened.Equal(in.At) || before != 1 || len(owners) == 0 || owners[0] != string(programme.OwnerParticipant) {
				t.Errorf("opened %s; %d timers while it waited; then it waits on %q", opened, before, owners)
			}
		})
	}
}

// What ends a survey while it waits for its opening ends its workflow at once: nobody is asked.
func TestSurveyAfterTheYearThatEndsWhileItWaits(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		play  func(*testsuite.TestWorkflowEnvironment)
		state programme.StageState // empty: cancelled by hand
	}{
		"skipped by staff": {func(env *testsuite.TestWorkflowEnvironment) {
			env.SignalWorkflow(SignalChanged, stageChange{End: &programme.StageEnd{Stage: sixMonths, State: programme.StageSkipped}})
		}, programme.StageSkipped},
		"skipped in the Temporal UI": {func(env *testsuite.TestWorkflowEnvironment) {
			env.UpdateWorkflow("skip", "u1", &updateResult{}, programme.Order{Reason: "leader_asked"})
		}, programme.StageSkipped},
		"cancelled in the Temporal UI": {func(env *testsuite.TestWorkflowEnvironment) { env.CancelWorkflow() }, ""},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			env, w := setup(t)
			in := later(w)
			w.apply = func(activities.CommandCall) (programme.Effect, error) {
				return programme.Effect{Changed: true, State: programme.Completed, Ends: []programme.StageEnd{{Stage: sixMonths, State: programme.StageSkipped}}}, nil
			}
			env.RegisterDelayedCallback(func() { c.play(env) }, 30*24*time.Hour)
			env.ExecuteWorkflow(TypeSurvey, in)
			var end programme.StageEnd
			err := env.GetWorkflowResult(&end)
			if end.State != c.state || temporal.IsCanceledError(err) != (c.state == "") || slices.Contains(w.events, "open "+sixMonths) {
				t.Errorf("%+v, %v, %q", end, err, w.events)
			}
			if days := env.Now().Sub(beginning) / (24 * time.Hour); days != 30 {
				t.Errorf("it ended after %d days", days)
			}
		})
	}
}

// On a fast clock the wait is as long in programme time.
func TestSurveyAfterTheYearOnAFastClock(t *testing.T) {
	t.Parallel()
	env, w := setup(t)
	in := later(w)
	in.Clock = programme.Clock{Start: beginning, Began: beginning, Day: 500 * time.Millisecond}
	var took time.Duration
	w.open = func(activities.StageCall) error { took = env.Now().Sub(beginning); return nil }
	env.ExecuteWorkflow(TypeSurvey, in)
	if err := env.GetWorkflowError(); err != nil || took != 184*500*time.Millisecond {
		t.Errorf("%v; it waited %s", err, took)
	}
}

// Without a journey to do it, the survey itself has marked in the records what is parked of it, and freed.
func TestSurveyAfterTheYearMarksItselfAsParked(t *testing.T) {
	t.Parallel()
	env, w := setup(t)
	in := later(w)
	fails := true
	w.open = func(activities.StageCall) error {
		if fails {
			return errRecords()
		}
		return nil
	}
	env.RegisterDelayedCallback(func() {
		fails = false
		env.UpdateWorkflow("retry", "u1", &updateResult{}, programme.Order{Reason: "technical"})
	}, 185*24*time.Hour)
	env.ExecuteWorkflow(TypeSurvey, in)
	var got []string
	for _, event := range w.events {
		if !strings.HasPrefix(event, "mail") {
			got = append(got, event)
		}
	}
	want := []string{"attention survey-6-months activity_failed", "open survey-6-months", "attention survey-6-months ", "overdue P-AAAAAA/survey-6-months/1", "lapse P-AAAAAA/survey-6-months/1"}
	if diff := cmp.Diff(want, got); diff != "" || env.GetWorkflowError() != nil {
		t.Error(diff, env.GetWorkflowError())
	}
}

// The server lets a survey after the year run on when its journey has ended, and shows it as waiting for the calendar.
func TestSurveyAfterTheYearOutlivesItsJourney(t *testing.T) {
	t.Parallel()
	env, w := setup(t)
	in := later(w)
	var options workflow.ChildWorkflowOptions
	env.ExecuteWorkflow(func(ctx workflow.Context) error {
		options = workflow.GetChildWorkflowOptions(laterOptions(ctx, in, "id"))
		return nil
	})
	owner, _ := options.TypedSearchAttributes.GetKeyword(AttrWaitingOn)
	since, _ := options.TypedSearchAttributes.GetTime(AttrStageSince)
	if options.ParentClosePolicy != enumspb.PARENT_CLOSE_POLICY_ABANDON || options.WorkflowID != "id" || options.StaticSummary != "survey-6-months" ||
		owner != string(programme.OwnerCalendar) || !since.Equal(in.Since) {
		t.Errorf("%+v", options)
	}
}
