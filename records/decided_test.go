package records

import (
	"encoding/json"
	"slices"
	"testing"

	"fairlead/programme"
)

// lastSession is a flagship leader who has done all of the year but the closing session, alumni and what follows, and whose
// closing session has lapsed: nobody booked it.
func (b *bundle) lastSession(t *testing.T) string {
	t.Helper()
	refs := b.onFlagship(t, 1)
	b.doneBut(t, refs[0], "coaching-6", "alumni")
	b.goTo("2027-09-20 06:00")
	b.lapsed(t, b.openStage(t, refs[0], "coaching-6"))
	return refs[0]
}

// doneBut ends all stages of a leader's year but some, as if each had been answered.
func (b *bundle) doneBut(t *testing.T, ref string, names ...string) {
	t.Helper()
	must(t, b.writer.Model(&stageRow{}).Where("ref = ? AND name NOT IN ? AND name NOT LIKE 'survey-%'", ref, names).
		Updates(map[string]any{"state": string(programme.StageDone), "round": 1, "closed_at": b.Now(b.ctx)}).Error)
}

// taskFor is the open task of a code about a leader's stage.
func (b *bundle) taskFor(t *testing.T, ref, stage, code string) programme.Task {
	t.Helper()
	list, _, err := b.Tasks(b.ctx, programme.TaskFilter{Ref: ref, Open: true}, 0, 100)
	must(t, err)
	i := slices.IndexFunc(list, func(task programme.Task) bool { return task.Stage == stage && task.Code == code })
	if i < 0 {
		t.Fatalf("%s has no task %s %s: %v", ref, stage, code, list)
	}
	return list[i]
}

// moved are the effects that the journey's workflow was promised without an order.
func (b *bundle) moved(t *testing.T, ref string) (effects []programme.Effect) {
	t.Helper()
	for _, row := range b.outboxOf(t, programme.JourneyID(spring, ref), signalMoved) {
		var effect programme.Effect
		must(t, json.Unmarshal(row.Body, &effect))
		effects = append(effects, effect)
	}
	return effects
}

func opens(openings []programme.Opening, stage string) bool {
	return slices.ContainsFunc(openings, func(o programme.Opening) bool { return o.Stage == stage })
}

// Compulsory days that have lapsed keep the network shut until their task is finished; then the journey is told to open it.
func TestALapsedDayWaitsForADecision(t *testing.T) {
	onBoth(t, func(t *testing.T, b *bundle) {
		ref := b.lastSession(t)
		if end := b.closed(t, ref, "coaching-6"); end.State != programme.StageLapsed || opens(end.Openings, "alumni") {
			t.Errorf("undecided, and the network opens: %+v", end)
		}
		b.ordered(t, programme.Command{Name: programme.CmdHold, Ref: ref})
		if effect := b.ordered(t, programme.Command{Name: programme.CmdResume, Ref: ref}); opens(effect.Openings, "alumni") {
			t.Errorf("undecided, and resuming opens the network: %+v", effect)
		}
		task := b.taskFor(t, ref, "coaching-6", taskLapsed)
		if !task.Decides {
			t.Error("the task does not say that finishing it decides")
		}
		if err := b.FinishTask(b.ctx, task.ID, "staff:ada", "  ", b.Now(b.ctx)); !isInvalid(err) {
			t.Errorf("decided without a word: %v", err)
		}
		if len(b.moved(t, ref)) > 0 || len(b.openTasks(t, ref)) != 1 {
			t.Errorf("a refused decision had an effect: %v", b.openTasks(t, ref))
		}
		for range 2 {
			must(t, b.FinishTask(b.ctx, task.ID, "staff:ada", "Agreed with the employer.", b.Now(b.ctx)))
		}
		told := b.moved(t, ref)
		if len(told) != 1 || !opens(told[0].Openings, "alumni") || told[0].State != programme.Enrolled {
			t.Fatalf("the journey was told %+v", told)
		}
		moves, _, err := b.Moves(b.ctx, ref, 0, 200)
		must(t, err)
		if last := moves[len(moves)-1]; last.What != "decided" || last.Actor != "staff:ada" || last.Note != "Agreed with the employer." || last.Stage != "coaching-6" {
			t.Errorf("the history says %+v", last)
		}
		if stage := b.stageOf(t, ref, "coaching-6"); stage.State != programme.StageLapsed || stage.Outcome != "decided" {
			t.Errorf("stage %+v", stage)
		}
		b.sound(t)
	})
}

// A lapsed day is decided also by leaving it out, and by asking for it again: then the network waits for its end.
func TestOtherDecisionsOnALapsedDay(t *testing.T) {
	onBoth(t, func(t *testing.T, b *bundle) {
		ref := b.lastSession(t)
		effect := b.ordered(t, programme.Command{Name: programme.CmdSkip, Ref: ref, Stage: "coaching-6", Note: "She is abroad."})
		if !opens(effect.Openings, "alumni") || len(b.openTasks(t, ref)) != 0 || b.stageOf(t, ref, "coaching-6").State != programme.StageSkipped {
			t.Errorf("skipped: %+v, %v", effect, b.openTasks(t, ref))
		}
		effect = b.ordered(t, programme.Command{Name: programme.CmdReopen, Ref: ref, Stage: "coaching-6"})
		unplanned := slices.ContainsFunc(effect.Ends, func(end programme.StageEnd) bool {
			return end.Stage == "alumni" && end.State == programme.StageNotOpen
		})
		if !unplanned || !opens(effect.Openings, "coaching-6") || opens(effect.Openings, "alumni") {
			t.Errorf("reopened, and the network still opens: %+v", effect)
		}
		plan := b.openStage(t, ref, "coaching-6")
		if late := b.openStage(t, ref, "alumni"); late.State != programme.AskCancelled || b.stageOf(t, ref, "alumni").State != programme.StageNotOpen {
			t.Errorf("the news of the earlier decision opens the network: %+v", late)
		}
		b.lapsed(t, plan)
		if end := b.closed(t, ref, "coaching-6"); opens(end.Openings, "alumni") {
			t.Errorf("lapsed again, and the network opens: %+v", end)
		}
		must(t, b.FinishTask(b.ctx, b.taskFor(t, ref, "coaching-6", taskLapsed).ID, "staff:ada", "Decided.", b.Now(b.ctx)))
		if told := b.moved(t, ref); len(told) != 1 || !opens(told[0].Openings, "alumni") {
			t.Errorf("the journey was told %+v", told)
		}
	})
}

// A year whose last stage is a lapsed day ends with the decision on it, also on hold, and with what comes after the year.
func TestTheDecisionCompletesTheYear(t *testing.T) {
	onBoth(t, func(t *testing.T, b *bundle) {
		ref := b.lastSession(t)
		b.doneBut(t, ref, "coaching-6")
		b.ordered(t, programme.Command{Name: programme.CmdReopen, Ref: ref, Stage: "coaching-6"})
		b.lapsed(t, b.openStage(t, ref, "coaching-6"))
		if state := b.journeyOf(t, ref).State; state != programme.Enrolled {
			t.Fatalf("undecided, and the journey is %s", state)
		}
		b.ordered(t, programme.Command{Name: programme.CmdHold, Ref: ref})
		must(t, b.FinishTask(b.ctx, b.taskFor(t, ref, "coaching-6", taskLapsed).ID, "staff:ada", "Decided.", b.Now(b.ctx)))
		told := b.moved(t, ref)
		if b.journeyOf(t, ref).State != programme.Completed || len(told) != 1 || told[0].State != programme.Completed || len(told[0].Ends[0].Later) != 2 {
			t.Errorf("%s, told %+v", b.journeyOf(t, ref).State, told)
		}
		b.sound(t)
	})
}

// Who leaves has nothing left to decide, and the task of an optional session decides nothing.
func TestWhatIsNoDecision(t *testing.T) {
	onBoth(t, func(t *testing.T, b *bundle) {
		ref := b.lastSession(t)
		task := b.taskFor(t, ref, "coaching-6", taskLapsed)
		b.ordered(t, programme.Command{Name: programme.CmdWithdraw, Ref: ref})
		must(t, b.FinishTask(b.ctx, task.ID, "staff:ada", "", b.Now(b.ctx)))
		if len(b.moved(t, ref)) != 0 || b.stageOf(t, ref, "coaching-6").Outcome != outcomeLapsed {
			t.Errorf("decided for somebody who has left: %+v", b.moved(t, ref))
		}
	})
}

// Asking for the questionnaire again leaves the first session alone, which may be opening this very moment: only the network
// waits for it.
func TestReopeningLeavesWhatFollowedAlone(t *testing.T) {
	onBoth(t, func(t *testing.T, b *bundle) {
		ref := b.onFlagship(t, 1)[0]
		b.doneBut(t, ref, "psychometrics", "coaching-1", "alumni")
		must(t, b.writer.Create(&consentRow{Ref: ref, Purpose: programme.ConsentPsychometrics, Given: true, At: b.Now(b.ctx)}).Error)
		b.lapsed(t, b.openStage(t, ref, "psychometrics"))
		effect := b.ordered(t, programme.Command{Name: programme.CmdReopen, Ref: ref, Stage: "psychometrics"})
		if len(effect.Ends) != 1 || effect.Ends[0].Stage != "alumni" {
			t.Errorf("stages are taken back: %+v", effect.Ends)
		}
		if plan := b.openStage(t, ref, "coaching-1"); plan.State != programme.AskOpen {
			t.Errorf("the first session: %+v", plan)
		}
	})
}
