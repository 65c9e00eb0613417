package workflows

import (
	"slices"

	"go.temporal.io/sdk/workflow"

	"fairlead/programme"
)

// JourneyInput is what a journey's workflow begins with, and what one run hands to the next.
type JourneyInput struct {
	programme.JourneyStart
	Style  Style       `json:"style,omitempty"`
	Room   int         `json:"room,omitempty"`   // bytes of history from which on it goes on in a fresh run; 0: it stays in its first
	Before *JourneyRun `json:"before,omitempty"` // nil for the first run
}

// JourneyRun is what a run of a journey knew beyond what any begins with.
type JourneyRun struct {
	Version   int64    `json:"version,omitempty"`   // of the journey in the records
	Attention string   `json:"attention,omitempty"` // what of the journey's own is parked
	Parked    []string `json:"parked,omitempty"`    // the stages that are parked
	Lost      []string `json:"lost,omitempty"`      // those whose workflow was ended by hand
	Last      string   `json:"last,omitempty"`      // the last thing that happened
	Open      []string `json:"open,omitempty"`      // the stages that are open, which go on without the run that opened them
	Done      []string `json:"done,omitempty"`      // the orders that were carried out last, by their ids
}

// roomNow is the room that new runs are given. A fresh run costs some four thousand bytes itself. It stands in the input of
// each, so that another number here changes nothing of what runs already.
const roomNow = 20_000

// roomOfStage is what an open stage takes of the room: what counts is how much is open at a moment, whatever workflow has it.
// leastRoom is left to a run however many are open, or it would end before it did anything.
const (
	roomOfStage = 4_000
	leastRoom   = 8_000
)

// room is the history from which on the run has grown too long.
func (j *journey) room() int {
	if !j.start.Style.brief() {
		return j.start.Room
	}
	return max(j.start.Room-len(j.running)*roomOfStage, leastRoom)
}

// mostDone is how many orders a run tells the next of: one that was carried out can only come again right after it.
const mostDone = 3

// mayGoOnAnew reports whether the journey should go on in a fresh run, and can: every open stage can do without this one, no
// mail or mark is on its way, no signal waits and no order is being carried out.
func (j *journey) mayGoOnAnew(ctx workflow.Context) bool {
	info := workflow.GetInfo(ctx)
	worth := info.GetCurrentHistorySize() >= j.room() && len(j.openings) > 1 // for one stage a fresh run costs more than it saves
	if j.start.Room == 0 || (!worth && !info.GetContinueAsNewSuggested()) {
		return false
	}
	idle := j.mayLeaveStages() && len(j.mail.sending) == 0 && j.marking == nil && !anyWaits(j.signals)
	return idle && !j.view.State.Ended() && len(j.later) == 0 && workflow.AllHandlersFinished(ctx) && ctx.Err() == nil
}

// goOnAnew hands everything to a fresh run. Nothing may yield here: what comes now makes the server repeat this step.
func (j *journey) goOnAnew(ctx workflow.Context) error {
	return workflow.NewContinueAsNewError(ctx, TypeJourney, j.handedOn())
}

// handedOn is all that the next run has to know.
func (j *journey) handedOn() JourneyInput {
	next := j.start
	next.Style = StyleNow
	next.State, next.Openings, next.Mails = j.view.State, j.openings, j.mail.planned
	next.Stages, next.Openings = slices.Clone(next.Stages), slices.Clone(next.Openings)
	for i := range next.Openings {
		next.Openings[i].Kind = "" // the stages have it
	}
	before := &JourneyRun{Version: j.version, Attention: j.attention, Last: j.last, Done: j.done[max(0, len(j.done)-mostDone):]}
	for i, stage := range next.Stages {
		view := j.view.Stages[stage.Name]
		if next.Stages[i].State = view.State; view.State == programme.StageNotOpen {
			next.Stages[i].State = ""
		}
		if view.Parked {
			before.Parked = append(before.Parked, stage.Name)
		}
		if view.Lost {
			before.Lost = append(before.Lost, stage.Name)
		}
	}
	for _, r := range j.running {
		before.Open = append(before.Open, r.opening.Stage)
	}
	next.Room, next.Before = roomNow, before
	return next
}

// remember takes over what the run before knew. Its search attributes stand as they were; its summary does not, so that what
// the run shows has to say everything.
func (j *journey) remember(before *JourneyRun) {
	if before == nil {
		return
	}
	j.version, j.attention, j.last, j.done = before.Version, before.Attention, before.Last, before.Done
	for _, stage := range j.start.Stages {
		view := j.view.Stages[stage.Name]
		view.Parked, view.Lost = slices.Contains(before.Parked, stage.Name), slices.Contains(before.Lost, stage.Name)
		j.view.Stages[stage.Name] = view
	}
	j.carry(before.Open)
	j.view.Parked = j.attention != ""
	j.onHold, j.shownAttention = j.view.State == programme.OnHold, j.parked()
}
