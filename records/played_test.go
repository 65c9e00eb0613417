package records

import (
	"encoding/json"
	"slices"
	"strings"
	"testing"
	"time"

	"fairlead/programme"
)

// What the workflows of a cohort and of its journeys do, for tests that play a whole year on the records alone: stages open at
// their moments, what the outbox promises arrives, and what follows from it is put into effect.

// starts begins the journeys of a launch.
func (d *diary) starts(t *testing.T, op string) {
	t.Helper()
	page, err := d.LaunchPage(d.ctx, op, 100)
	must(t, err)
	refs := make([]string, len(page))
	for i, start := range page {
		refs[i] = start.Ref
		d.plans(start.Ref, start.Openings)
	}
	must(t, d.ConfirmStarts(d.ctx, op, refs))
	must(t, d.AdvanceOperation(d.ctx, op, 0, true))
}

// plans notes what is to open for a journey.
func (d *diary) plans(ref string, openings []programme.Opening) {
	for _, opening := range openings {
		d.coming[ref+"/"+opening.Stage] = opening
	}
}

// nextOpening is the stage that opens first by a moment, and whose it is. Nothing opens while a journey is on hold.
func (d *diary) nextOpening(t *testing.T, by time.Time) (first programme.Opening, ref string) {
	t.Helper()
	var list []string
	for key, opening := range d.coming {
		if !opening.At.After(by) {
			list = append(list, key)
		}
	}
	slices.SortFunc(list, func(a, b string) int { return d.coming[a].At.Compare(d.coming[b].At)*2 + strings.Compare(a, b) })
	for _, key := range list {
		whose, _, _ := strings.Cut(key, "/")
		var state programme.JourneyState
		must(t, d.db.Raw("SELECT state FROM journeys WHERE ref = ?", whose).Scan(&state).Error)
		switch {
		case state.Ended():
			delete(d.coming, key)
		case state != programme.OnHold:
			return d.coming[key], whose
		}
	}
	return first, ""
}

// opens opens a stage, and closes it where it was answered before.
func (d *diary) opens(t *testing.T, ref string, opening programme.Opening) {
	t.Helper()
	delete(d.coming, ref+"/"+opening.Stage)
	d.known[ref+"/"+opening.Stage] = programme.StageOpen
	plan, err := d.OpenStage(d.ctx, spring, ref, opening.Stage, d.clock.Now())
	must(t, err)
	if plan.State == programme.AskAnswered {
		d.closes(t, ref, opening.Stage)
	}
}

// closes is a stage's workflow that heard of an answer.
func (d *diary) closes(t *testing.T, ref, stage string) {
	t.Helper()
	end, err := d.CloseStage(d.ctx, ref, stage, d.clock.Now())
	must(t, d.race(err))
	if err == nil {
		d.ended(t, ref, end)
	}
}

// ended puts the end of a stage into effect.
func (d *diary) ended(t *testing.T, ref string, end programme.StageEnd) {
	t.Helper()
	if d.coming == nil || end.State == programme.StageOpen {
		return
	}
	d.known[ref+"/"+end.Stage] = end.State
	for _, skipped := range end.Skipped {
		delete(d.coming, ref+"/"+skipped)
		d.known[ref+"/"+skipped] = programme.StageSkipped
	}
	d.plans(ref, end.Openings)
}

// takes puts an effect into effect.
func (d *diary) takes(t *testing.T, ref string, effect programme.Effect) {
	t.Helper()
	for _, end := range effect.Ends {
		delete(d.coming, ref+"/"+end.Stage)
		d.ended(t, ref, end)
	}
	d.plans(ref, effect.Openings)
	if effect.Answered != "" {
		d.closes(t, ref, effect.Answered)
	}
}

// delivers brings everything that the outbox promises to whom it is for.
func (d *diary) delivers(t *testing.T) {
	t.Helper()
	for {
		rows, err := d.PendingOutbox(d.ctx, d.clock.Now().Add(time.Hour), 100)
		must(t, err)
		if len(rows) == 0 {
			return
		}
		for _, row := range rows {
			must(t, d.MarkOutbox(d.ctx, row.ID, "delivered"))
			d.hears(t, row)
		}
	}
}

// hears is the workflow of a cohort, a journey or a stage that is told something.
func (d *diary) hears(t *testing.T, row programme.OutboxRow) {
	t.Helper()
	parts := strings.Split(row.WorkflowID, "/") // cohort/2027-spring, journey/2027-spring/P-7F3K2Q or with its stage
	switch row.Signal {
	case signalFormSubmitted:
		d.closes(t, parts[2], parts[3])
	case signalMoved, signalReplanned:
		var effect programme.Effect
		must(t, json.Unmarshal(row.Body, &effect))
		effect.Openings = slices.DeleteFunc(effect.Openings, func(o programme.Opening) bool {
			state := d.known[parts[2]+"/"+o.Stage] // what has opened since does not open once more, which only an order could want
			return state == programme.StageOpen || state == programme.StageDone || state == programme.StageLapsed
		})
		d.takes(t, parts[2], effect)
	case signalReplan:
		var change struct{ Operation string }
		must(t, json.Unmarshal(row.Body, &change))
		for ref, effect := range d.follow(t, change.Operation) {
			d.takes(t, ref, effect)
		}
		must(t, d.AdvanceOperation(d.ctx, change.Operation, 0, true))
	case signalLaunch, signalPlaceFreed, signalPoke:
		d.round(t)
	}
}
