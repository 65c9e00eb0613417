package workflows

import (
	"slices"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/stretchr/testify/mock"
	"go.temporal.io/sdk/testsuite"
	"go.temporal.io/sdk/workflow"

	"fairlead/activities"
	"fairlead/programme"
)

// carrying is what the run of a journey begins with whose stage first was opened by the run before.
func carrying(t *testing.T, w *world) JourneyInput {
	t.Helper()
	in := invited(w)
	in.Style, in.Room, in.State = StyleBrief, roomNow, programme.Enrolled
	in.Openings = []programme.Opening{{Stage: "first", Kind: programme.KindSurvey, At: day(1, 0), Due: day(10, 11)},
		{Stage: "second", Kind: programme.KindAlumni, At: day(6, 0), Due: day(10, 11)}, {Stage: "third", Kind: programme.KindSurvey, At: day(8, 0), Due: day(10, 11)}}
	in.Stages = append(in.Stages, programme.StageStart{Name: "third", Kind: programme.KindSurvey})
	w.plans["third"], w.ends["third"] = surveyPlan("third"), programme.StageEnd{Stage: "third", State: programme.StageDone, Journey: programme.Enrolled, Version: 3}
	w.ends["second"] = programme.StageEnd{Stage: "second", State: programme.StageDone, Journey: programme.Completed, Version: 9}
	next, state := run(t, w, in, 0, func(env *testsuite.TestWorkflowEnvironment) {
		env.RegisterDelayedCallback(func() {
			env.SetCurrentHistorySize(long)
			env.SignalWorkflow(SignalPoke, nil)
		}, 25*time.Hour)
	})
	if next == nil {
		t.Fatalf("it did not go on in a fresh run but ended %s", state)
	}
	if !slices.Equal(next.Before.Open, []string{"first"}) || len(next.Openings) != 2 {
		t.Fatalf("handed on %+v, %+v", next.Before, next.Openings)
	}
	w.environment(day(1, 2)) // the stage went on there, after the run that opened it
	w.events = nil
	return *next
}

// finished answers what a run that carries first opens itself.
func finished(w *world) func(*testsuite.TestWorkflowEnvironment) {
	return func(env *testsuite.TestWorkflowEnvironment) {
		env.RegisterDelayedCallback(func() { answer(w, "third") }, 8*24*time.Hour)
		env.RegisterDelayedCallback(func() { answer(w, "second") }, 9*24*time.Hour)
	}
}

func TestJourneyGoesOnAnewWhileAStageIsOpen(t *testing.T) {
	t.Parallel()
	done := programme.StageEnd{Stage: "first", State: programme.StageDone, Journey: programme.Enrolled, Version: 2,
		Mails: []programme.PlannedMail{{Key: "c/P-AAAAAA/first/survey-answered/s", At: day(2, 0)}}}
	for name, c := range map[string]struct {
		found programme.StageEnd
		tell  int
	}{
		"told of its end":                {programme.StageEnd{}, 1},
		"told twice":                     {programme.StageEnd{}, 2},
		"told and found":                 {done, 1},
		"found in the records, not told": {done, 0},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			_, w := setup(t)
			in := carrying(t, w)
			if c.found.Stage != "" {
				w.carried.Ends = []programme.StageEnd{c.found}
			}
			_, state := run(t, w, in, 0, func(env *testsuite.TestWorkflowEnvironment) {
				finished(w)(env)
				for n := range c.tell {
					env.RegisterDelayedCallback(func() { env.SignalWorkflow(SignalStageEnded, done) }, time.Duration(n+1)*time.Hour)
				}
			})
			if state != programme.Completed {
				t.Errorf("ended %q: %q", state, w.events)
			}
			if n := count(w.events, "mail c/P-AAAAAA/first/survey-answered/s"); n != 1 {
				t.Errorf("what it left went %d times", n)
			}
			if n := count(w.events, "open first"); n != 0 {
				t.Errorf("first opened %d times more", n)
			}
			if n := count(w.events, "look after first"); n != 1 { // then there is nothing left to look after
				t.Errorf("looked after it %d times: %q", n, w.events)
			}
		})
	}
}

// A stage that was ended by hand after its journey went on in a fresh run parks the journey as any other, and is opened again.
func TestCarriedStageThatIsLostIsBroughtBack(t *testing.T) {
	t.Parallel()
	for name, lose := range map[string]func(*world, *testsuite.TestWorkflowEnvironment){
		"cancelled, of which it tells": func(_ *world, env *testsuite.TestWorkflowEnvironment) {
			env.SignalWorkflow(SignalStageEnded, programme.StageEnd{Stage: "first"})
		},
		"terminated, which is found when staff poke": func(w *world, env *testsuite.TestWorkflowEnvironment) {
			w.mu.Lock()
			w.carried.Lost = []string{"first"}
			w.mu.Unlock()
			env.SignalWorkflow(SignalPoke, nil)
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			_, w := setup(t)
			in := carrying(t, w)
			w.apply = func(call activities.CommandCall) (programme.Effect, error) {
				return programme.Effect{Changed: true, State: programme.Enrolled, Freed: []string{call.Order.Stage}}, nil
			}
			retried := &updateResult{t: t}
			_, state := run(t, w, in, 0, func(env *testsuite.TestWorkflowEnvironment) {
				finished(w)(env)
				env.RegisterDelayedCallback(func() { lose(w, env) }, time.Hour)
				env.RegisterDelayedCallback(func() {
					env.UpdateWorkflow("retry", "u1", retried, programme.Order{Stage: "first", Reason: "technical"})
				}, 2*time.Hour)
				env.RegisterDelayedCallback(func() { answer(w, "first") }, 24*time.Hour)
			})
			if state != programme.Completed || retried.refused != nil || retried.err != nil {
				t.Errorf("ended %q, %v, %v: %q", state, retried.refused, retried.err, w.events)
			}
			if !slices.Contains(w.events, "attention first "+ParkedStageLost) || count(w.events, "open first") != 1 {
				t.Errorf("%q", w.events)
			}
		})
	}
}

// A carried stage that staff opened again before its end was told is opened here, whatever comes first: the news that no
// workflow runs for it, or the order. Nothing stays parked.
func TestCarriedStageThatIsOpenedAgain(t *testing.T) {
	t.Parallel()
	for name, poked := range map[string]time.Duration{"the order comes first": 3 * time.Hour, "the order comes last": time.Hour} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			_, w := setup(t)
			in := carrying(t, w)
			w.apply = func(activities.CommandCall) (programme.Effect, error) {
				return programme.Effect{Changed: true, State: programme.Enrolled, Version: 5,
					Openings: []programme.Opening{{Stage: "first", Kind: programme.KindSurvey, At: day(1, 0), Due: day(10, 11), Round: 2}}}, nil
			}
			reopened := &updateResult{t: t}
			_, state := run(t, w, in, 0, func(env *testsuite.TestWorkflowEnvironment) {
				finished(w)(env)
				env.RegisterDelayedCallback(func() {
					w.mu.Lock()
					w.carried.Lost = []string{"first"}
					w.mu.Unlock()
					env.SignalWorkflow(SignalPoke, nil)
				}, poked)
				env.RegisterDelayedCallback(func() {
					env.UpdateWorkflow("reopen", "u1", reopened, programme.Order{Stage: "first", Reason: "mistake"})
				}, 2*time.Hour)
				env.RegisterDelayedCallback(func() { answer(w, "first") }, 24*time.Hour)
			})
			if state != programme.Completed || reopened.refused != nil || reopened.err != nil || count(w.events, "open first") != 1 {
				t.Errorf("ended %q, %v, %v: %q", state, reopened.refused, reopened.err, w.events)
			}
			parked := 0
			for _, event := range w.events {
				if event == "attention first "+ParkedStageLost {
					parked++
				} else if event == "attention first " {
					parked--
				}
			}
			if parked != 0 {
				t.Errorf("it stays parked: %q", w.events)
			}
		})
	}
}

// An order reaches a stage that an earlier run opened, and its end is waited for no longer.
func TestOrderReachesACarriedStage(t *testing.T) {
	t.Parallel()
	_, w := setup(t)
	in := carrying(t, w)
	w.apply = func(call activities.CommandCall) (programme.Effect, error) {
		return programme.Effect{Changed: true, State: programme.Enrolled, Ends: []programme.StageEnd{{Stage: call.Order.Stage, State: programme.StageSkipped,
			Mails: []programme.PlannedMail{{Key: "c/P-AAAAAA/first/left/s", At: day(2, 0)}}}}}, nil
	}
	var told []string
	skipped := &updateResult{t: t}
	_, state := run(t, w, in, 0, func(env *testsuite.TestWorkflowEnvironment) {
		finished(w)(env)
		env.OnSignalExternalWorkflow(mock.Anything, mock.Anything, mock.Anything, mock.Anything, mock.Anything).
			Run(func(args mock.Arguments) { told = append(told, args.String(1)+" "+args.String(3)) }).Return(nil)
		env.RegisterDelayedCallback(func() {
			env.UpdateWorkflow("skip", "u1", skipped, programme.Order{Stage: "first", Reason: "leader_asked"})
		}, time.Hour)
	})
	if state != programme.Completed || skipped.refused != nil || skipped.err != nil {
		t.Errorf("ended %q, %v, %v: %q", state, skipped.refused, skipped.err, w.events)
	}
	if diff := cmp.Diff([]string{programme.StageID("c", "P-AAAAAA", "first") + " " + SignalChanged}, told); diff != "" {
		t.Error(diff)
	}
	if count(w.events, "mail c/P-AAAAAA/first/left/s") != 1 {
		t.Errorf("what it left went not once: %q", w.events)
	}
}

// A journey that is cancelled by hand ends the stages that it carries too.
func TestCancelledJourneyEndsWhatItCarries(t *testing.T) {
	t.Parallel()
	_, w := setup(t)
	in := carrying(t, w)
	w.apply = func(activities.CommandCall) (programme.Effect, error) {
		return programme.Effect{Changed: true, State: programme.Withdrawn, Ends: []programme.StageEnd{{Stage: "first", State: programme.StageCancelled}}}, nil
	}
	env := w.environment(w.env.Now())
	told := 0
	env.OnSignalExternalWorkflow(mock.Anything, programme.StageID("c", "P-AAAAAA", "first"), mock.Anything, SignalChanged, mock.Anything).
		Run(func(mock.Arguments) { told++ }).Return(nil)
	env.RegisterDelayedCallback(env.CancelWorkflow, time.Hour)
	env.ExecuteWorkflow(TypeJourney, in)
	if !env.IsWorkflowCompleted() || env.GetWorkflowError() == nil || told != 1 {
		t.Errorf("ended %t with %v, told %d times: %q", env.IsWorkflowCompleted(), env.GetWorkflowError(), told, w.events)
	}
}

// The more stages are open, the less room has the run, but never too little to do something in.
func TestOpenStagesTakeRoom(t *testing.T) {
	t.Parallel()
	for open, want := range []int{roomNow, roomNow - roomOfStage, roomNow - 2*roomOfStage, leastRoom, leastRoom, leastRoom, leastRoom} {
		j := &journey{start: JourneyInput{Style: StyleBrief, Room: roomNow}, running: make([]*running, open)}
		if got := j.room(); got != want {
			t.Errorf("%d open: room for %d, not %d", open, got, want)
		}
	}
	if j := (&journey{start: JourneyInput{Style: StyleShort, Room: 10_000}, running: make([]*running, 1)}); j.room() != 10_000 {
		t.Errorf("a run in the short style has room for %d", j.room())
	}
}

// A stage that is ending by an order still has something to pass on to the run that opened it.
func TestStageThatIsEndingKeepsItsRun(t *testing.T) {
	t.Parallel()
	opened := struct{ workflow.ChildWorkflowFuture }{} // by this run
	for name, c := range map[string]struct {
		style Style
		stage running
		want  bool
	}{
		"carried":                 {StyleBrief, running{}, true},
		"carried and told":        {StyleBrief, running{ending: true}, true},
		"ending":                  {StyleBrief, running{future: opened, ending: true}, false},
		"open in the short style": {StyleShort, running{}, false},
	} {
		j := &journey{start: JourneyInput{Style: c.style}, running: []*running{&c.stage}}
		if got := j.mayLeaveStages(); got != c.want {
			t.Errorf("%s: may be left: %t", name, got)
		}
	}
}
