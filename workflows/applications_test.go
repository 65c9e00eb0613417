package workflows

import (
	"testing"
	"time"

	"fairlead/activities"
	"fairlead/programme"
)

// applying is a journey that begins with an application: its deadline is day 8, 17:00.
func applying(w *world) JourneyInput {
	start := invited(w)
	start.State = programme.Applying
	w.plans["selection"] = programme.AskPlan{Ask: "P-AAAAAA/selection/1", Stage: "selection", Round: 1, Plan: 1, State: programme.AskOpen,
		Owner: programme.OwnerParticipant, Due: day(8, 11), Limit: day(8, 11),
		Mails: []programme.PlannedMail{{Key: "c/P-AAAAAA/selection/application-reminder/1.1.1", At: day(5, 3)}}}
	return start
}

// review and offer are the plans of the later parts.
func review(plan int, owner programme.Owner, grace time.Time) programme.AskPlan {
	return programme.AskPlan{Ask: "P-AAAAAA/selection/1/review", Stage: "selection", Round: 1, Plan: plan, State: programme.AskOpen, Owner: owner,
		Due: grace, Grace: grace, Limit: day(60, 11)}
}

func offered() programme.AskPlan {
	return programme.AskPlan{Ask: "P-AAAAAA/selection/1/offer", Stage: "selection", Round: 1, Plan: 3, State: programme.AskOpen,
		Owner: programme.OwnerParticipant, Due: day(40, 11), Limit: day(40, 11),
		Mails: []programme.PlannedMail{{Key: "c/P-AAAAAA/selection/offer/1.3.0", At: day(30, 3)}, {Key: "c/P-AAAAAA/selection/offer-reminder/1.3.1", At: day(33, 3)}}}
}

// moved tells the journey what the records did.
func (w *world) moved(effect programme.Effect) {
	w.mu.Lock()
	for _, plan := range effect.Plans {
		w.plans[plan.Stage] = plan
	}
	w.mu.Unlock()
	w.env.SignalWorkflow(SignalMoved, effect)
}

func (w *world) at(moment time.Time, do func()) {
	w.env.RegisterDelayedCallback(do, moment.Sub(beginning))
}

// An application that is sent stops its reminders; at the deadline it becomes staff's; the offer goes, and its answer
// enrols.
func TestApplicationBecomesAPlace(t *testing.T) {
	t.Parallel()
	env, w := setup(t)
	start := applying(w)
	w.at(day(2, 0), func() {
		w.moved(programme.Effect{State: programme.Submitted, Version: 3, Plans: []programme.AskPlan{review(2, programme.OwnerCalendar, day(8, 11))},
			Mails: []programme.PlannedMail{{Key: "c/P-AAAAAA/selection/application-received/s1", At: day(2, 0)}}})
	})
	var refused, accepted updateResult
	w.at(day(3, 0), func() {
		env.UpdateWorkflow("record-decision", "u1", &refused, programme.Order{Decision: programme.DecideOffer, Reason: "other"})
	})
	w.at(day(9, 0), func() { w.moved(programme.Effect{State: programme.UnderReview, Version: 4}) })
	w.at(day(10, 0), func() {
		w.apply = func(activities.CommandCall) (programme.Effect, error) {
			return programme.Effect{Changed: true, State: programme.UnderReview, Version: 5}, nil
		}
		env.UpdateWorkflow("record-decision", "u2", &accepted, programme.Order{Decision: programme.DecideOffer, Reason: "other"})
	})
	w.at(day(30, 2), func() {
		w.moved(programme.Effect{State: programme.Offered, Version: 6, Plans: []programme.AskPlan{offered()}})
	})
	end := w.ends["selection"]
	end.Version = 8
	w.ends["selection"] = end
	w.ends["first"] = programme.StageEnd{Stage: "first", State: programme.StageDone, Journey: programme.Enrolled, Version: 9}
	w.ends["second"] = programme.StageEnd{Stage: "second", State: programme.StageDone, Journey: programme.Completed, Version: 10}
	w.at(day(31, 0), func() { answer(w, "selection") })
	w.at(day(35, 0), func() { answer(w, "first"); answer(w, "second") })
	env.ExecuteWorkflow(TypeJourney, start)

	var state programme.JourneyState
	if err := env.GetWorkflowResult(&state); err != nil || state != programme.Completed {
		t.Errorf("ended %s, %v", state, err)
	}
	if refused.refused == nil || accepted.refused != nil || !accepted.effect.Changed {
		t.Errorf("a decision while submitted: %v; under review: %v %+v", refused.refused, accepted.refused, accepted.effect)
	}
	for key, sent := range map[string]bool{"application-reminder/1.1.1": false, "application-received/s1": true, "offer/1.3.0": true, "offer-reminder/1.3.1": false} {
		if _, went := w.sentAt["c/P-AAAAAA/selection/"+key]; went != sent {
			t.Errorf("%s sent is %v", key, went)
		}
	}
	overdue := 0
	for _, event := range w.events {
		if event == "overdue P-AAAAAA/selection/1/review" {
			overdue++
		}
	}
	if overdue != 1 {
		t.Errorf("%v", w.events)
	}
}

// A release that says no, or an applicant who leaves, ends the stage and the journey at once; so does the limit.
func TestApplicationEnds(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		state programme.JourneyState
		end   programme.StageState
	}{
		"rejected":  {programme.Rejected, programme.StageDone},
		"withdrawn": {programme.Withdrawn, programme.StageCancelled},
	} {
		env, w := setup(t)
		start := applying(w)
		mail := programme.PlannedMail{Key: "c/P-AAAAAA/selection/application-" + name + "/1.3.0", At: day(6, 0)}
		w.at(day(6, 0), func() {
			w.moved(programme.Effect{State: c.state, Version: 9, Ends: []programme.StageEnd{{Stage: "selection", State: c.end, Journey: c.state, Version: 9}},
				Mails: []programme.PlannedMail{mail}})
		})
		env.ExecuteWorkflow(TypeJourney, start)
		var state programme.JourneyState
		if err := env.GetWorkflowResult(&state); err != nil || state != c.state {
			t.Errorf("%s: ended %s, %v", name, state, err)
		}
		if _, went := w.sentAt[mail.Key]; !went || env.Now().UTC().After(day(6, 1)) {
			t.Errorf("%s: %v, ended %s", name, w.sentAt, env.Now())
		}
	}
	env, w := setup(t)
	start := applying(w)
	w.ends["selection"] = programme.StageEnd{Journey: programme.Lapsed, Version: 5}
	env.ExecuteWorkflow(TypeJourney, start)
	var state programme.JourneyState
	if err := env.GetWorkflowResult(&state); err != nil || state != programme.Lapsed || !env.Now().UTC().Equal(day(8, 11)) {
		t.Errorf("ended %s at %s, %v", state, env.Now(), err)
	}
}

// A journey whose application was taken back before its workflow had begun ends with its stage.
func TestApplicationTakenBackBeforeItsWorkflowBegan(t *testing.T) {
	t.Parallel()
	env, w := setup(t)
	start := applying(w)
	w.plans["selection"] = programme.AskPlan{Ask: "P-AAAAAA/selection/1", Stage: "selection", Round: 1, Plan: 1, State: programme.AskCancelled,
		Journey: programme.Withdrawn, Version: 4}
	env.ExecuteWorkflow(TypeJourney, start)
	var state programme.JourneyState
	if err := env.GetWorkflowResult(&state); err != nil || state != programme.Withdrawn {
		t.Errorf("ended %s, %v", state, err)
	}
}

// A review that waits on its selectors is handed over when their scores are due, and not where they are in before.
func TestReviewWaitsOnSelectors(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		scored bool
		at     time.Time
	}{"scores are missing": {false, day(20, 11)}, "scores are in": {true, day(25, 11)}} {
		env, w := setup(t)
		start := applying(w)
		w.at(day(2, 0), func() {
			w.moved(programme.Effect{State: programme.Submitted, Version: 3, Plans: []programme.AskPlan{review(2, programme.OwnerStaff, day(25, 11))}})
		})
		w.at(day(10, 0), func() {
			w.moved(programme.Effect{State: programme.UnderReview, Version: 4, Plans: []programme.AskPlan{review(3, programme.OwnerSelector, day(20, 11))}})
		})
		if c.scored {
			w.at(day(15, 0), func() {
				w.moved(programme.Effect{State: programme.UnderReview, Version: 5, Plans: []programme.AskPlan{review(4, programme.OwnerStaff, day(25, 11))}})
			})
		}
		overdue := func() (n int) {
			w.mu.Lock()
			defer w.mu.Unlock()
			for _, event := range w.events {
				if event == "overdue P-AAAAAA/selection/1/review" {
					n++
				}
			}
			return n
		}
		w.at(c.at.Add(-time.Minute), func() {
			if n := overdue(); n != 0 {
				t.Errorf("%s: handed over %d times before %s", name, n, c.at)
			}
		})
		w.at(c.at.Add(time.Minute), func() {
			if n := overdue(); n != 1 {
				t.Errorf("%s: handed over %d times at %s", name, n, c.at)
			}
			w.moved(programme.Effect{State: programme.Rejected, Version: 9, Ends: []programme.StageEnd{{Stage: "selection", State: programme.StageDone, Journey: programme.Rejected, Version: 9}}})
		})
		env.ExecuteWorkflow(TypeJourney, start)
		var state programme.JourneyState
		if err := env.GetWorkflowResult(&state); err != nil || state != programme.Rejected {
			t.Errorf("%s: ended %s, %v", name, state, err)
		}
	}
}
