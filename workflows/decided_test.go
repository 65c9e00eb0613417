package workflows

import (
	"slices"
	"strings"
	"testing"

	"fairlead/activities"
	"fairlead/programme"
)

// undecided is a journey whose first stage lapses on day 5 and whose second waits for a decision on that.
func undecided(w *world) JourneyInput {
	start := invited(w)
	end := w.ends["selection"]
	end.Openings = slices.DeleteFunc(end.Openings, func(o programme.Opening) bool { return o.Stage == "second" })
	w.ends["selection"] = end
	w.ends["first"] = programme.StageEnd{Stage: "first", State: programme.StageLapsed, Outcome: "lapsed", Journey: programme.Enrolled, Version: 1}
	w.at(day(2, 0), func() { answer(w, "selection") })
	w.at(day(5, 0), func() { answer(w, "first") })
	return start
}

// explained is what the journey says that it waits for.
func (w *world) explained(t *testing.T) string {
	t.Helper()
	value, err := w.env.QueryWorkflow(QueryExplain)
	text := ""
	if err == nil {
		err = value.Get(&text)
	}
	if err != nil {
		t.Error(err)
	}
	return text
}

// A journey whose compulsory days have lapsed waits on staff; their decision opens what waited for it, once, however often it
// is told, and not while the journey is on hold.
func TestAJourneyWaitsForADecision(t *testing.T) {
	t.Parallel()
	env, w := setup(t)
	start := undecided(w)
	opens := []programme.Opening{{Stage: "second", Kind: programme.KindAlumni, At: day(21, 0), Due: day(40, 11)}}
	decision := programme.Effect{State: programme.OnHold, Version: 4, Openings: opens}
	w.apply = func(call activities.CommandCall) (programme.Effect, error) {
		if call.Order.Name == programme.CmdHold {
			return programme.Effect{Changed: true, State: programme.OnHold, Version: 3}, nil
		}
		return programme.Effect{Changed: true, State: programme.Enrolled, Version: 5, Openings: opens}, nil
	}
	w.at(day(19, 0), func() {
		if said := w.explained(t); !strings.Contains(said, "staff, who decide on what has lapsed") {
			t.Errorf("undecided it says %q", said)
		}
		env.UpdateWorkflow("hold", "u1", &updateResult{t: t}, programme.Order{Reason: "illness"})
	})
	w.at(day(20, 0), func() { w.moved(decision); w.moved(decision) })
	w.at(day(24, 0), func() {
		if slices.Contains(w.events, "open second") {
			t.Error("a stage opened during the hold")
		}
		env.UpdateWorkflow("resume", "u2", &updateResult{t: t}, programme.Order{Reason: "leader_asked"})
	})
	w.at(day(25, 0), func() { w.moved(decision) }) // told again, late
	w.at(day(30, 0), func() { answer(w, "second") })
	end := w.ends["second"]
	end.Version = 9
	w.ends["second"] = end
	env.ExecuteWorkflow(TypeJourney, start)

	var state programme.JourneyState
	if err := env.GetWorkflowResult(&state); err != nil || state != programme.Completed {
		t.Errorf("ended %s, %v", state, err)
	}
	opened := 0
	for _, event := range w.events {
		if event == "open second" {
			opened++
		}
	}
	if opened != 1 && written.short() { // in the first style a word that comes twice opens twice
		t.Errorf("opened %d times: %v", opened, w.events)
	}
}

// Where nothing waited for it, the decision ends the journey.
func TestADecisionEndsAJourney(t *testing.T) {
	t.Parallel()
	env, w := setup(t)
	start := undecided(w)
	w.at(day(20, 0), func() {
		w.moved(programme.Effect{State: programme.Completed, Version: 4, Ends: []programme.StageEnd{{Stage: "first", State: programme.StageLapsed,
			Outcome: "decided", Journey: programme.Completed, Version: 4}}})
	})
	env.ExecuteWorkflow(TypeJourney, start)
	var state programme.JourneyState
	if err := env.GetWorkflowResult(&state); err != nil || state != programme.Completed || env.Now().UTC().Before(day(20, 0)) {
		t.Errorf("ended %s on %s, %v", state, env.Now(), err)
	}
}
