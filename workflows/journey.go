package workflows

import (
	"sort"
	"time"

	"go.temporal.io/sdk/workflow"

	"fairlead/activities"
	"fairlead/faults"
	"fairlead/programme"
)

// Journey is one participation, from the invitation to the alumni: it opens each stage at its time as a child, carries
// out what staff order, sends the mails that belong to no stage, and ends when the participation has ended.
//
// Whether somebody may do something is decided by programme.Legal on what the journey knows, and again by the records,
// which are the referee.
func (t *Workflows) Journey(ctx workflow.Context, start JourneyInput) (programme.JourneyState, error) {
	j, err := newJourney(ctx, t, start)
	if err != nil {
		return "", err
	}
	for !j.over() || len(j.later) > 0 {
		if ctx.Err() != nil {
			return j.cancelled(ctx)
		}
		j.openWhatIsDue(ctx)
		j.lookAfter(ctx)
		j.sendWhatIsDue(ctx)
		j.step(ctx)
		if j.mayGoOnAnew(ctx) {
			return "", j.goOnAnew(ctx)
		}
		if !j.over() {
			continue
		}
		j.startLater(ctx)
		// An order that is still being carried out may leave a mail.
		if err := j.letHandlersEnd(ctx); err != nil {
			return j.cancelled(ctx)
		}
	}
	j.start.Style.stopBeforeEnd(&j.timer)
	j.showEnd(ctx)
	return j.view.State, nil
}

type journey struct {
	start          JourneyInput
	texts          *Workflows
	view           programme.JourneyView
	version        int64               // of the journey in the records, when it had the state in view
	openings       []programme.Opening // stages to come, ascending
	later          []programme.Opening // surveys that come after the year, once it is completed
	running        []*running          // stages that run, in the order they opened
	mail           mailer
	timer          dueTimer
	attention      string
	marks          []activities.Attention // still to be written into the records
	marking        workflow.Future        // the one being written, nil if none is
	onHold         bool                   // as shown in the search attribute
	shownAttention string                 // as shown in the search attribute
	signals        []signal
	look           bool              // at the stages that an earlier run opened
	telling        []workflow.Future // words to stages that have not arrived yet
	wake           workflow.Channel
	mutex          workflow.Mutex
	last           string
	done           []string // the orders that were carried out last, by their ids
}

// running is one open stage.
type running struct {
	opening programme.Opening
	future  workflow.ChildWorkflowFuture // nil where an earlier run opened it: see journey_carry.go
	ending  bool                         // it was told its end, and passes on to this run what that leaves
	again   *programme.Opening           // it was opened again in the records before it was over here
	since   int64                        // the journey's version then
}

// over reports whether nothing is left to do. What a stage is told leaves with the run that told it, so its arrival is waited for.
func (j *journey) over() bool {
	return j.view.State.Ended() && len(j.running) == 0 && len(j.telling) == 0 && j.mail.idle() && !anyWaits(j.signals)
}

// step waits for the next thing to happen and deals with it.
func (j *journey) step(ctx workflow.Context) {
	if j.over() {
		return
	}
	at, summary := j.nextMoment()
	j.timer.set(ctx, at, summary)
	j.show(ctx, at, summary)
	selector := workflow.NewSelector(ctx)
	j.timer.listen(ctx, selector, func(at time.Time) { j.mail.send(ctx, at) })
	j.mail.listen(ctx, selector)
	j.listenToMarks(ctx, selector)
	j.listenToTold(ctx, selector)
	for _, r := range j.running {
		if r.carried() {
			continue
		}
		selector.AddFuture(r.future, func(f workflow.Future) { j.stageEnded(ctx, r, f) })
	}
	listenTo(selector, j.signals)
	selector.AddReceive(j.wake, func(c workflow.ReceiveChannel, _ bool) { c.Receive(ctx, nil) })
	selector.AddReceive(ctx.Done(), func(workflow.ReceiveChannel, bool) {})
	selector.Select(ctx)
}

// nextMoment is the next opening or mail; nothing opens and nothing scheduled goes while the journey is on hold.
func (j *journey) nextMoment() (time.Time, string) {
	at := j.mail.next()
	summary := ""
	if !at.IsZero() {
		summary = "send " + messageOf(j.mail.planned[0].Key)
	}
	if opening := j.nextOpening(); opening != nil && (at.IsZero() || opening.At.Before(at)) {
		at, summary = opening.At, "open "+opening.Stage
	}
	if at.IsZero() && len(j.running) > 0 {
		summary = "an open stage ends"
	}
	return at, summary
}

// nextOpening is the stage that opens next, nil where none does: the journey is on hold, has ended, or has no place yet
// beyond the stage that asks for it.
func (j *journey) nextOpening() *programme.Opening {
	if len(j.openings) == 0 || j.view.State == programme.OnHold || j.view.State.Ended() {
		return nil
	}
	return &j.openings[0]
}

// openWhatIsDue starts every stage whose moment has come.
func (j *journey) openWhatIsDue(ctx workflow.Context) {
	for opening := j.nextOpening(); opening != nil && !j.start.Clock.Real(opening.At).After(workflow.Now(ctx)); opening = j.nextOpening() {
		due := *opening
		j.openings = j.openings[1:]
		j.open(ctx, due)
	}
}

// sendWhatIsDue sends every mail whose moment has come; in a long history a timer does.
func (j *journey) sendWhatIsDue(ctx workflow.Context) {
	for j.start.Style.short() && j.timer.due(ctx, j.mail.next()) {
		j.mail.send(ctx, j.mail.next())
	}
}

// open starts the workflow of one stage. One that was opened again in the records before it was over here goes on there, or
// ends as it would have: only then it is known which.
func (j *journey) open(ctx workflow.Context, opening programme.Opening) {
	if r := j.runningStage(opening.Stage); r != nil && j.start.Style.brief() {
		r.again, r.since = &opening, j.version
		return
	}
	if view := j.view.Stages[opening.Stage]; view.Lost && workflow.GetVersion(ctx, "found-again", workflow.DefaultVersion, 1) == 1 {
		view.Parked, view.Lost = false, false // an order that was on its way has opened it again
		j.view.Stages[opening.Stage] = view
		j.mark(ctx, opening.Stage, "")
	}
	in := StageInput{Cohort: j.start.Cohort, Ref: j.start.Ref, Stage: opening.Stage, Kind: opening.Kind,
		Clock: j.start.Clock, At: opening.At, Due: opening.Due, Style: StyleNow}
	id := programme.StageID(j.start.Cohort, j.start.Ref, opening.Stage)
	future := workflow.ExecuteChildWorkflow(stageOptions(ctx, in, id), opening.Kind.Workflow(), in.short())
	j.running = append(j.running, &running{opening: opening, future: future})
	j.setStage(opening.Stage, programme.StageOpen)
	j.last = "opened " + opening.Stage
}

// stageEnded takes note of how a stage ended and of what follows.
func (j *journey) stageEnded(ctx workflow.Context, ended *running, f workflow.Future) {
	j.drop(ended)
	var end programme.StageEnd
	if err := f.Get(ctx, &end); err != nil {
		if ctx.Err() == nil && !j.view.State.Ended() {
			j.lost(ctx, ended.opening)
		}
		return
	}
	j.last = ended.opening.Stage + " ended: " + string(end.State)
	j.follow(ctx, end)
	j.openAgain(ended, end)
}

// openAgain opens a stage that was opened again before it was over here, unless it has ended since then.
func (j *journey) openAgain(ended *running, end programme.StageEnd) {
	if ended.again != nil && end.Version < ended.since {
		j.plan(*ended.again)
	}
}

// follow puts a stage's end into effect: the journey's state, the openings it settles, the mails it leaves.
func (j *journey) follow(ctx workflow.Context, end programme.StageEnd) {
	j.settle(end)
	j.becomes(end.Journey, end.Version)
	for _, opening := range end.Openings {
		j.plan(opening)
	}
	j.mail.add(end.Mails...)
	j.upsert(ctx)
}

// becomes takes over a state that the records reported, unless a newer one is known: the end of a stage and the effect of
// an order may overtake each other on their way here, and what was on hold or withdrawn must not go on.
func (j *journey) becomes(state programme.JourneyState, version int64) {
	if state == "" || version < j.version {
		return
	}
	j.view.State, j.version = state, version
}

// plan adds an opening, in place of an earlier one of the same stage.
func (j *journey) plan(opening programme.Opening) {
	for i, known := range j.openings {
		if known.Stage == opening.Stage {
			j.openings = append(j.openings[:i:i], j.openings[i+1:]...)
			break
		}
	}
	j.openings = append(j.openings, opening)
	sort.SliceStable(j.openings, func(a, b int) bool { return j.openings[a].At.Before(j.openings[b].At) })
}

// unplan drops the opening of a stage that will not open any more.
func (j *journey) unplan(stage string) {
	for i, known := range j.openings {
		if known.Stage == stage {
			j.openings = append(j.openings[:i:i], j.openings[i+1:]...)
			return
		}
	}
}

// settle notes how a stage ended, the stages that were settled with it before they opened, and what comes after the year
// where that is over.
func (j *journey) settle(end programme.StageEnd) {
	j.setStage(end.Stage, end.State)
	if len(end.Later) > 0 {
		j.later = end.Later
	}
	for _, skipped := range end.Skipped {
		j.unplan(skipped)
		j.setStage(skipped, programme.StageSkipped)
	}
}

func (j *journey) setStage(name string, state programme.StageState) {
	view, open := j.view.Stages[name], state == programme.StageOpen
	view.State, view.Parked, view.Lost = state, view.Parked && open, view.Lost && open
	j.view.Stages[name] = view
}

// letHandlersEnd waits for the orders that are being carried out; a cancel ends the wait with an error.
func (j *journey) letHandlersEnd(ctx workflow.Context) error {
	return workflow.Await(ctx, func() bool { return workflow.AllHandlersFinished(ctx) && !faults.Broken("never-finishes") })
}
