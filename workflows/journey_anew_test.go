package workflows

import (
	"errors"
	"slices"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"go.temporal.io/sdk/converter"
	"go.temporal.io/sdk/testsuite"
	"go.temporal.io/sdk/workflow"

	"fairlead/activities"
	"fairlead/programme"
)

// long is a history in which no run stays.
const long = roomNow + 1

// run plays one run of a journey from the moment at which the one before it ended, in a history of a size; what happens
// meanwhile is set up by during. It returns what the next run begins with, nil where the journey has ended, and how.
func run(t *testing.T, w *world, in JourneyInput, size int, during func(*testsuite.TestWorkflowEnvironment)) (*JourneyInput, programme.JourneyState) {
	t.Helper()
	env := w.environment(w.env.Now())
	env.SetCurrentHistorySize(size)
	if during != nil {
		during(env)
	}
	env.ExecuteWorkflow(TypeJourney, in)
	var anew *workflow.ContinueAsNewError
	if errors.As(env.GetWorkflowError(), &anew) {
		next := &JourneyInput{}
		if err := converter.GetDefaultDataConverter().FromPayloads(anew.Input, next); err != nil {
			t.Fatal(err)
		}
		return next, ""
	}
	var state programme.JourneyState
	if err := env.GetWorkflowResult(&state); err != nil {
		t.Fatal(err)
	}
	return nil, state
}

// short is a journey of invited that may go on anew.
func short(w *world) JourneyInput {
	start := invited(w)
	start.Style, start.Room = StyleShort, roomNow
	return start
}

// accepted is what the second run of a journey begins with: its place was accepted in the first.
func accepted(t *testing.T, w *world) JourneyInput {
	t.Helper()
	next, state := run(t, w, short(w), long, func(env *testsuite.TestWorkflowEnvironment) {
		env.RegisterDelayedCallback(func() { answer(w, "selection") }, 2*24*time.Hour)
	})
	if next == nil {
		t.Fatalf("it did not go on in a fresh run but ended %s", state)
	}
	return *next
}

func TestJourneyGoesOnInFreshRuns(t *testing.T) {
	t.Parallel()
	_, w := setup(t)
	in, runs := short(w), 0
	for ; ; runs++ {
		next, state := run(t, w, in, long, func(env *testsuite.TestWorkflowEnvironment) {
			for n := range 9 {
				env.RegisterDelayedCallback(func() { answer(w, "selection"); answer(w, "first"); answer(w, "second") }, time.Duration(n+1)*24*time.Hour)
			}
		})
		if next == nil {
			if state != programme.Completed {
				t.Errorf("ended %s", state)
			}
			break
		}
		in = *next
	}
	if runs != 3 { // after the selection, after the mail of the year's dates, and before the last stage but one
		t.Errorf("%d fresh runs", runs)
	}
	var once []string
	for _, event := range w.events {
		if contains(event, "open") || contains(event, "close") || contains(event, "year-dates") {
			once = append(once, event)
		}
	}
	want := []string{"open selection", "close selection", "mail c/P-AAAAAA/-/year-dates/1.1.0", "open first", "close first", "open second", "close second"}
	if diff := cmp.Diff(want, once); diff != "" {
		t.Error(diff)
	}
	if got := w.sentAt["c/P-AAAAAA/-/year-dates/1.1.0"]; !got.Equal(day(3, 3)) {
		t.Errorf("the year's dates went %s", got)
	}
}

func TestJourneyStaysInItsRun(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		room, size int
	}{"as long as there is room": {roomNow, roomNow - 1}, "where it began in one that stays": {0, 10 * long}, "with more room than runs have now": {2 * roomNow, long}} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			_, w := setup(t)
			in := short(w)
			in.Room = c.room
			next, state := run(t, w, in, c.size, func(env *testsuite.TestWorkflowEnvironment) {
				env.RegisterDelayedCallback(func() { answer(w, "selection") }, 2*24*time.Hour)
				env.RegisterDelayedCallback(func() { answer(w, "first"); answer(w, "second") }, 7*24*time.Hour)
			})
			if next != nil || state != programme.Completed {
				t.Errorf("went on: %t, ended %q", next != nil, state)
			}
		})
	}
}

// Nothing may be under way when a journey goes on in a fresh run.
func TestJourneyThatIsBusyKeepsItsRun(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		busy func(workflow.Context, *journey)
		want bool
	}{
		"nothing":           {func(workflow.Context, *journey) {}, true},
		"one stage to come": {func(_ workflow.Context, j *journey) { j.openings = j.openings[:1] }, false},
		"a stage":           {func(_ workflow.Context, j *journey) { j.running = []*running{{}} }, false},
		"a mail":            {func(_ workflow.Context, j *journey) { j.mail.sending = []*send{{}} }, false},
		"a mark":            {func(ctx workflow.Context, j *journey) { j.marking = workflow.NewTimer(ctx, time.Hour) }, false},
		"a signal":          {func(workflow.Context, *journey) {}, false},
		"an order":          {func(workflow.Context, *journey) {}, false},
		"the journey's end": {func(_ workflow.Context, j *journey) { j.view.State = programme.Withdrawn }, false},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			env, w := setup(t)
			env.SetCurrentHistorySize(long)
			w.apply = func(activities.CommandCall) (programme.Effect, error) { return programme.Effect{}, nil }
			probe := func(ctx workflow.Context, in JourneyInput) (bool, error) {
				j, err := newJourney(ctx, &Workflows{}, in)
				if err != nil {
					return false, err
				}
				if err := j.mutex.Lock(ctx); err != nil { // an order waits for it
					return false, err
				}
				err = workflow.Sleep(ctx, time.Hour)
				c.busy(ctx, j)
				may := j.mayGoOnAnew(ctx)
				j.mutex.Unlock()
				return may, err
			}
			env.RegisterWorkflowWithOptions(probe, workflow.RegisterOptions{Name: "probe"})
			env.RegisterDelayedCallback(func() {
				switch name {
				case "a signal":
					env.SignalWorkflow(SignalPoke, nil)
				case "an order":
					env.UpdateWorkflow("withdraw", "u1", &updateResult{t: t}, programme.Order{Reason: "leader_asked"})
				}
			}, time.Minute)
			in := short(w)
			in.Openings = w.ends["selection"].Openings
			env.ExecuteWorkflow("probe", in)
			var may bool
			if err := env.GetWorkflowResult(&may); err != nil || may != c.want {
				t.Errorf("goes on: %t, %v", may, err)
			}
		})
	}
}

// What a run knew, the next knows: nothing is asked of the records again.
func TestFreshRunKnowsWhatTheOneBeforeKnew(t *testing.T) {
	t.Parallel()
	_, w := setup(t)
	first := &journey{start: JourneyInput{JourneyStart: invited(w).JourneyStart, Style: StyleShort}}
	first.start.Clock = programme.Clock{}
	first.view = programme.JourneyView{State: programme.OnHold, Stages: map[string]programme.StageView{
		"selection": {State: programme.StageDone, Kind: programme.KindSelection},
		"first":     {State: programme.StageOpen, Kind: programme.KindSurvey, Parked: true, Lost: true},
		"second":    {State: programme.StageNotOpen, Kind: programme.KindAlumni}}}
	first.version, first.attention, first.last, first.done = 7, ParkedMailRefused, "hold", []string{"u1", "u2"}
	first.view.Parked = true
	first.openings = []programme.Opening{{Stage: "second", Kind: programme.KindAlumni, At: day(6, 0), Due: day(10, 11)}}
	first.mail.add(programme.PlannedMail{Key: "c/P-AAAAAA/-/year-dates/1.1.0", At: day(3, 3)})
	handed := first.handedOn()

	env := w.environment(beginning)
	var second *journey
	env.RegisterWorkflowWithOptions(func(ctx workflow.Context, in JourneyInput) error {
		var err error
		second, err = newJourney(ctx, &Workflows{}, in)
		return err
	}, workflow.RegisterOptions{Name: "probe"})
	env.ExecuteWorkflow("probe", handed)
	if err := env.GetWorkflowError(); err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(first.view, second.view); diff != "" {
		t.Error("view:", diff)
	}
	if diff := cmp.Diff(first.openings, second.openings); diff != "" {
		t.Error("openings:", diff)
	}
	if diff := cmp.Diff(first.mail.planned, second.mail.planned); diff != "" {
		t.Error("mails:", diff)
	}
	if second.version != 7 || second.attention != ParkedMailRefused || second.last != "hold" || !slices.Equal(second.done, first.done) {
		t.Errorf("version %d, attention %q, last %q, done %q", second.version, second.attention, second.last, second.done)
	}
	if !second.onHold || second.shownAttention != ParkedMailRefused {
		t.Errorf("shown: on hold %t, attention %q", second.onHold, second.shownAttention)
	}
}

// hold answers every order as the records would.
func hold(w *world) {
	w.apply = func(call activities.CommandCall) (programme.Effect, error) {
		state := map[programme.CommandName]programme.JourneyState{programme.CmdHold: programme.OnHold}[call.Order.Name]
		if state == "" {
			state = programme.Enrolled
		}
		return programme.Effect{Changed: true, State: state}, nil
	}
}

func TestHoldGoesOverToTheFreshRun(t *testing.T) {
	t.Parallel()
	_, w := setup(t)
	hold(w)
	in := accepted(t, w)
	held, resumed := &updateResult{t: t}, &updateResult{t: t}
	next, _ := run(t, w, in, long, func(env *testsuite.TestWorkflowEnvironment) { // comes first of all in the fresh run
		env.RegisterDelayedCallback(func() { env.UpdateWorkflow("hold", "u1", held, programme.Order{Reason: "illness"}) }, 0)
	})
	if next == nil || next.State != programme.OnHold || held.err != nil || held.refused != nil {
		t.Fatalf("handed on %+v; %v, %v", next, held.refused, held.err)
	}
	opened := len(w.events)
	next, state := run(t, w, *next, 0, func(env *testsuite.TestWorkflowEnvironment) {
		env.RegisterDelayedCallback(func() {
			if slices.Contains(w.events[opened:], "open first") {
				t.Error("a stage opened during the hold")
			}
			env.UpdateWorkflow("resume", "u2", resumed, programme.Order{Reason: "leader_asked"})
		}, 30*24*time.Hour)
		env.RegisterDelayedCallback(func() { answer(w, "first"); answer(w, "second") }, 31*24*time.Hour)
	})
	if next != nil || state != programme.Completed || resumed.refused != nil {
		t.Errorf("ended %q, %v", state, resumed.refused)
	}
}

// An order that is under way keeps the run, and one that the run before carried out does nothing in the next but answer.
func TestOrderAtTheChangeOfRuns(t *testing.T) {
	t.Parallel()
	_, w := setup(t)
	w.apply = func(call activities.CommandCall) (programme.Effect, error) {
		return programme.Effect{Changed: true, State: programme.Enrolled,
			Mails: []programme.PlannedMail{{Key: "c/P-AAAAAA/-/resend/" + call.Command, At: w.env.Now()}}}, nil
	}
	order := func(env *testsuite.TestWorkflowEnvironment, done *updateResult) func() {
		return func() {
			env.UpdateWorkflow("resend", "u1", done, programme.Order{ID: "row-1", Message: "year-dates", Reason: "leader_asked"})
		}
	}
	first, again := &updateResult{t: t}, &updateResult{t: t}
	next, _ := run(t, w, short(w), long, func(env *testsuite.TestWorkflowEnvironment) {
		env.RegisterDelayedCallback(func() { answer(w, "selection") }, 2*24*time.Hour)
		env.RegisterDelayedCallback(order(env, first), 2*24*time.Hour) // in the same moment as the end of the last open stage
	})
	if next == nil || first.err != nil || first.refused != nil {
		t.Fatalf("went on: %t; %v, %v", next != nil, first.refused, first.err)
	}
	if !slices.Contains(next.Before.Done, "row-1") {
		t.Errorf("the next run is told of %q", next.Before.Done)
	}
	_, _ = run(t, w, *next, 0, func(env *testsuite.TestWorkflowEnvironment) {
		env.RegisterDelayedCallback(order(env, again), time.Minute)
		env.RegisterDelayedCallback(func() { answer(w, "first"); answer(w, "second") }, 5*24*time.Hour)
	})
	if again.err != nil || again.refused != nil || !again.effect.Changed {
		t.Errorf("the repeat was answered %+v, %v, %v", again.effect, again.refused, again.err)
	}
	sent := 0
	for _, event := range w.events {
		if contains(event, "/resend/") {
			sent++
		}
	}
	if sent != 1 {
		t.Errorf("its mail went %d times", sent)
	}
}

// A signal that comes with the end of the last open stage is taken before the run ends, and one that comes a second time
// opens no stage again.
func TestSignalAtTheChangeOfRuns(t *testing.T) {
	t.Parallel()
	_, w := setup(t)
	const reply = "c/P-AAAAAA/-/answer-changed/s1"
	next, _ := run(t, w, short(w), long, func(env *testsuite.TestWorkflowEnvironment) {
		env.RegisterDelayedCallback(func() {
			answer(w, "selection")
			env.SignalWorkflow(SignalMail, programme.PlannedMail{Key: reply, At: env.Now()})
		}, 2*24*time.Hour)
	})
	if next == nil {
		t.Fatal("it did not go on in a fresh run")
	}
	replanned := programme.Effect{Changed: true, Openings: []programme.Opening{{Stage: "first", Kind: programme.KindSurvey, At: day(5, 0), Due: day(11, 11)}}}
	last, state := run(t, w, *next, 0, func(env *testsuite.TestWorkflowEnvironment) {
		env.RegisterDelayedCallback(func() { env.SignalWorkflow(SignalReplanned, replanned) }, time.Hour)
		env.RegisterDelayedCallback(func() { answer(w, "first") }, 4*24*time.Hour)
		env.RegisterDelayedCallback(func() { env.SignalWorkflow(SignalReplanned, replanned) }, 4*24*time.Hour+time.Hour)
		env.RegisterDelayedCallback(func() { answer(w, "second") }, 9*24*time.Hour)
	})
	if last != nil || state != programme.Completed {
		t.Errorf("ended %q", state)
	}
	if n := count(w.events, "mail "+reply); n != 1 {
		t.Errorf("the reply went %d times", n)
	}
	if n := count(w.events, "open first"); n != 1 {
		t.Errorf("first opened %d times", n)
	}
}

func count(events []string, one string) (n int) {
	for _, event := range events {
		if event == one {
			n++
		}
	}
	return n
}

// A journey whose own mail is parked goes on in a fresh run, and is freed there.
func TestParkedJourneyIsFreedInAFreshRun(t *testing.T) {
	t.Parallel()
	_, w := setup(t)
	refuse := true
	w.send = func(call activities.MailCall) (activities.MailResult, error) {
		if refuse && contains(call.Key, "year-dates") {
			return activities.MailResult{}, refusedMail()
		}
		return activities.MailResult{Outcome: programme.ClaimSent}, nil
	}
	w.apply = func(call activities.CommandCall) (programme.Effect, error) {
		refuse = false
		return programme.Effect{Changed: true, State: programme.Enrolled, Freed: []string{""},
			Mails: []programme.PlannedMail{{Key: "c/P-AAAAAA/-/year-dates/1.1.0", At: w.env.Now()}}}, nil
	}
	in := accepted(t, w)
	next, _ := run(t, w, in, long, nil)
	if next == nil || next.Before.Attention != ParkedMailRefused {
		t.Fatalf("handed on %+v", next)
	}
	if !slices.Contains(w.events, "attention  "+ParkedMailRefused) {
		t.Errorf("the records were not told before: %q", w.events)
	}
	retried := &updateResult{t: t}
	var attention *[]string
	_, state := run(t, w, *next, 0, func(env *testsuite.TestWorkflowEnvironment) {
		attention = watchAttention(env)
		env.RegisterDelayedCallback(func() { env.UpdateWorkflow("retry", "u9", retried, programme.Order{Reason: "technical"}) }, time.Hour)
		env.RegisterDelayedCallback(func() { answer(w, "first"); answer(w, "second") }, 5*24*time.Hour)
	})
	if state != programme.Completed || retried.refused != nil || retried.err != nil {
		t.Errorf("ended %q, %v, %v", state, retried.refused, retried.err)
	}
	if !slices.Equal(*attention, []string{""}) {
		t.Errorf("Attention went %q", *attention)
	}
	if _, sent := w.sentAt["c/P-AAAAAA/-/year-dates/1.1.0"]; !sent {
		t.Error("the mail never went")
	}
}
