package workflows

import (
	"slices"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"fairlead/activities"
	"fairlead/programme"
)

// placePlan asks for the place at an event on the first day; by day 24 it is kept.
func placePlan() programme.AskPlan {
	return programme.AskPlan{Ask: "P-AAAAAA/residential-1/1", Stage: "residential-1", Round: 1, Plan: 1, State: programme.AskOpen,
		Owner: programme.OwnerParticipant, Since: beginning, Due: day(10, 11), Grace: day(10, 11).Add(programme.Grace), Limit: day(24, 11),
		Mails: []programme.PlannedMail{{Key: "c/P-AAAAAA/residential-1/event-place/1.1.0", At: day(0, 3)},
			{Key: "c/P-AAAAAA/residential-1/event-place-reminder/1.1.1", At: day(7, 3)}}}
}

// attendancePlan waits until the event is over on day 50; its register is to be taken by day 64.
func attendancePlan() programme.AskPlan {
	return programme.AskPlan{Ask: "P-AAAAAA/residential-1/1/attendance", Stage: "residential-1", Round: 1, Plan: 2, Part: programme.PartAttendance,
		State: programme.AskOpen, Owner: programme.OwnerCalendar, Since: day(3, 0), Due: day(50, 7), Grace: day(50, 7), Limit: day(64, 11),
		Mails: []programme.PlannedMail{{Key: "c/P-AAAAAA/residential-1/event-joining/1.2.1", At: day(31, 3)},
			{Key: "c/P-AAAAAA/residential-1/event-tomorrow/1.2.2", At: day(44, 3)}}}
}

func eventInput() StageInput {
	return StageInput{Cohort: "c", Ref: "P-AAAAAA", Stage: "residential-1", Kind: programme.KindEvent, At: beginning, Due: day(10, 11), Style: written}
}

// attended tells the stage what the register says.
func attended() stageChange {
	return stageChange{End: &programme.StageEnd{Stage: "residential-1", State: programme.StageDone, Outcome: "attended"}}
}

func TestAnEventAsksForThePlaceAndThenWaitsForTheRegister(t *testing.T) {
	t.Parallel()
	env, w := setup(t)
	w.plans["residential-1"] = placePlan()
	w.ends["residential-1"] = programme.StageEnd{Stage: "residential-1", State: programme.StageOpen} // the place is known, the event is to come
	env.RegisterDelayedCallback(func() {
		w.mu.Lock()
		w.plans["residential-1"] = attendancePlan()
		w.mu.Unlock()
		env.SignalWorkflow(SignalFormSubmitted, map[string]string{"submission": "s1"})
	}, 3*24*time.Hour)
	env.RegisterDelayedCallback(func() { env.SignalWorkflow(SignalChanged, attended()) }, 51*24*time.Hour)
	env.ExecuteWorkflow(TypeEvent, eventInput())
	if err := env.GetWorkflowError(); err != nil {
		t.Fatal(err)
	}
	want := []string{"open residential-1", "mail c/P-AAAAAA/residential-1/event-place/1.1.0", "close residential-1", "open residential-1",
		"mail c/P-AAAAAA/residential-1/event-joining/1.2.1", "mail c/P-AAAAAA/residential-1/event-tomorrow/1.2.2",
		"overdue P-AAAAAA/residential-1/1/attendance"}
	if diff := cmp.Diff(want, w.events); diff != "" {
		t.Error(diff)
	}
	var end programme.StageEnd
	if err := env.GetWorkflowResult(&end); err != nil || end.State != programme.StageDone || end.Outcome != "attended" {
		t.Errorf("it ended %+v, %v", end, err)
	}
}

// Silence does not end an event: its place is kept; a register that nobody takes goes on waiting, without a busy loop.
func TestAnEventDoesNotEndForWantOfAnAnswer(t *testing.T) {
	t.Parallel()
	env, w := setup(t)
	w.plans["residential-1"] = placePlan()
	again := attendancePlan()
	again.Owner, again.Grace, again.Mails, again.Limit = programme.OwnerStaff, time.Time{}, nil, day(78, 11)
	w.kept = map[string]programme.AskPlan{placePlan().Ask: attendancePlan(), attendancePlan().Ask: again}
	said := ""
	env.RegisterDelayedCallback(func() {
		if value, err := env.QueryWorkflow(QueryExplain); err == nil {
			_ = value.Get(&said)
		}
	}, 30*24*time.Hour)
	env.RegisterDelayedCallback(func() { env.SignalWorkflow(SignalChanged, attended()) }, 70*24*time.Hour)
	env.ExecuteWorkflow(TypeEvent, eventInput())
	if err := env.GetWorkflowError(); err != nil {
		t.Fatal(err)
	}
	want := []string{"open residential-1", "mail c/P-AAAAAA/residential-1/event-place/1.1.0", "mail c/P-AAAAAA/residential-1/event-place-reminder/1.1.1",
		"overdue P-AAAAAA/residential-1/1", "lapse P-AAAAAA/residential-1/1", "open residential-1",
		"mail c/P-AAAAAA/residential-1/event-joining/1.2.1", "mail c/P-AAAAAA/residential-1/event-tomorrow/1.2.2",
		"overdue P-AAAAAA/residential-1/1/attendance", "lapse P-AAAAAA/residential-1/1/attendance", "open residential-1"}
	if diff := cmp.Diff(want, w.events); diff != "" {
		t.Error(diff)
	}
	if !contains(said, "waits on calendar") {
		t.Errorf("meanwhile it says %q", said)
	}
}

// A sitting that is moved while its event waits brings a further round, whose plan counts again from one.
func TestAMovedEventAsksAgain(t *testing.T) {
	t.Parallel()
	env, w := setup(t)
	w.plans["residential-1"] = attendancePlan()
	moved := placePlan()
	moved.Ask, moved.Round, moved.Due, moved.Grace, moved.Limit = "P-AAAAAA/residential-1/2", 2, day(20, 11), day(20, 11), day(34, 11)
	moved.Mails = []programme.PlannedMail{{Key: "c/P-AAAAAA/residential-1/event-moved/op", At: day(5, 0)}}
	env.RegisterDelayedCallback(func() { env.SignalWorkflow(SignalChanged, stageChange{Plan: &moved}) }, 5*24*time.Hour)
	env.RegisterDelayedCallback(func() { env.SignalWorkflow(SignalChanged, attended()) }, 19*24*time.Hour)
	env.ExecuteWorkflow(TypeEvent, eventInput())
	want := []string{"open residential-1", "mail c/P-AAAAAA/residential-1/event-moved/op"}
	if diff := cmp.Diff(want, w.events); diff != "" {
		t.Error("the mails of the old date are gone:", diff)
	}
}

func TestACohortCarriesAMovedSittingToItsLeaders(t *testing.T) {
	t.Parallel()
	env, w := setup(t)
	w.rounds = []programme.CohortRound{{Next: day(9, 0)}, {Over: true}}
	env.RegisterDelayedCallback(func() {
		env.SignalWorkflow(SignalReplan, map[string]string{"operation": "op-1", "stages": "residential-2", "sitting": "a"})
	}, time.Hour)
	env.ExecuteWorkflow(TypeCohort, CohortInput{Cohort: "c"})
	want := []activities.Replan{{Operation: "op-1", Stages: "residential-2", Sitting: "a", Cohort: "c"}}
	if diff := cmp.Diff(want, w.change); diff != "" {
		t.Error(diff)
	}
}

// When the journeys of a cohort have ended something may still be to do for it on a day long after: what leaders needed at
// events is deleted. The cohort wakes by itself, and is over only then.
func TestACohortWaitsForWhatIsDueAfterItsJourneys(t *testing.T) {
	t.Parallel()
	env, w := setup(t)
	w.rounds = []programme.CohortRound{{Next: day(7, 0)}, {Next: day(14, 0)}, {Next: day(40, 11)}, {Over: true}}
	env.ExecuteWorkflow(TypeCohort, CohortInput{Cohort: "c"})
	if err := env.GetWorkflowError(); err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff([]string{"round", "round", "round", "round"}, w.events); diff != "" {
		t.Error(diff)
	}
	if now := env.Now(); now.Before(day(40, 11)) || now.After(day(40, 12)) {
		t.Errorf("it is over on %s", now)
	}
}

// What was to follow from an event's end does not open when the event turns out not to be over, and does when it is.
func TestAJourneyTakesBackWhatWasToOpen(t *testing.T) {
	t.Parallel()
	env, w := setup(t)
	start := invited(w)
	stops := programme.Effect{Changed: true, Ends: []programme.StageEnd{{Stage: "first", State: programme.StageNotOpen}}}
	opens := programme.Effect{Changed: true, Openings: []programme.Opening{{Stage: "first", Kind: programme.KindSurvey, At: day(9, 0), Due: day(10, 11)}}}
	env.RegisterDelayedCallback(func() { answer(w, "selection") }, 2*24*time.Hour)
	env.RegisterDelayedCallback(func() { env.SignalWorkflow(SignalReplanned, stops) }, 3*24*time.Hour)
	env.RegisterDelayedCallback(func() { w.note("a week") }, 7*24*time.Hour)
	env.RegisterDelayedCallback(func() { env.SignalWorkflow(SignalReplanned, opens) }, 8*24*time.Hour)
	env.RegisterDelayedCallback(func() { answer(w, "first"); answer(w, "second") }, 10*24*time.Hour)
	env.ExecuteWorkflow(TypeJourney, start)
	if err := env.GetWorkflowError(); err != nil {
		t.Fatal(err)
	}
	if slices.Index(w.events, "open first") < slices.Index(w.events, "a week") {
		t.Errorf("it opened all the same: %v", w.events)
	}
}
