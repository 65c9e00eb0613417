package workflows

import (
	"slices"
	"time"

	"go.temporal.io/sdk/workflow"

	"fairlead/activities"
	"fairlead/programme"
)

// orderWords describe each command to operators, with an example of its body, in the picker of the Temporal UI.
var orderWords = []struct {
	name  programme.CommandName
	words string
}{
	{programme.CmdDecide, `Record what was decided on an application; nobody is told before it is released: {"decision":"waitlist","reason":"other"}`},
	{programme.CmdHold, `Stop every timer of this journey: {"reason":"illness"}`},
	{programme.CmdResume, `Go on after a hold; missed reminders are skipped or the latest is sent: {"reason":"leader_asked","missed":"skip"}`},
	{programme.CmdWithdraw, `End the journey: {"reason":"leader_asked"}`},
	{programme.CmdDefer, `Go on in another cohort: {"reason":"leave","into":"2027-autumn"}`},
	{programme.CmdExtend, `A new due date for an open stage: {"stage":"onboarding","until":"2027-02-11","reason":"leader_asked"}`},
	{programme.CmdSkip, `End a stage without an answer: {"stage":"closing-survey","reason":"leader_asked"}`},
	{programme.CmdReopen, `Open an ended stage again: {"stage":"onboarding","reason":"mistake"}`},
	{programme.CmdResend, `Send a message again with a fresh link: {"message":"onboarding","reason":"leader_asked"}`},
	{programme.CmdWrite, `Needs the words: use the console or the REST API.`},
	{programme.CmdAnswerFor, `Needs the answers: use the console or the REST API.`},
	{programme.CmdChangeCoach, `Another coach for this leader, the one named or the next best: {"coach":"C-7F3K2Q","reason":"leader_asked"}`},
	{programme.CmdChangeEmail, `Needs the address: use the console or the REST API.`},
	{programme.CmdChangeDetails, `Needs the details: use the console or the REST API.`},
	{programme.CmdRecordAttendance, `Note whether the leader came to an event: {"stage":"residential-1","status":"attended","reason":"new_information"}`},
	{programme.CmdChangeSitting, `Give another date of an event, where there is room: {"stage":"residential-1","sitting":"b","reason":"leader_asked"}`},
	{programme.CmdRetry, `Try again what is parked: {"stage":"onboarding","reason":"technical"}; leave out the stage for the journey's own mail.`},
	{programme.CmdCorrect, `Needs the address: use the console or the REST API.`},
}

// newJourney prepares the journey: its handlers stand before anything can block.
func newJourney(ctx workflow.Context, texts *Workflows, start JourneyInput) (*journey, error) {
	j := &journey{start: start, texts: texts, wake: workflow.NewBufferedChannel(ctx, 1), mutex: workflow.NewMutex(ctx)}
	j.timer.clock = start.Clock
	j.view = programme.JourneyView{State: start.State, Stages: map[string]programme.StageView{}}
	for _, stage := range start.Stages {
		state := stage.State
		if state == "" {
			state = programme.StageNotOpen
		}
		j.view.Stages[stage.Name] = programme.StageView{State: state, Kind: stage.Kind}
		j.view.Coached = j.view.Coached || stage.Kind == programme.KindCoaching
	}
	for _, opening := range start.Openings {
		if opening.Kind == "" {
			opening.Kind = j.view.Stages[opening.Stage].Kind
		}
		j.plan(opening)
	}
	j.mail.add(start.Mails...)
	j.mail.atOnce = start.Style.brief()
	j.mail.parked = func(_, code string) { j.mark(ctx, "", code) }
	j.remember(start.Before)
	j.listen(ctx)
	for _, order := range orderWords {
		err := workflow.SetUpdateHandlerWithOptions(ctx, string(order.name),
			func(ctx workflow.Context, o programme.Order) (programme.Effect, error) {
				o.Name = order.name
				return j.carryOut(ctx, o)
			},
			workflow.UpdateHandlerOptions{Description: order.words, Validator: func(o programme.Order) error {
				o.Name = order.name
				return refused(programme.Legal(o, j.judgedBy(o)))
			}})
		if err != nil {
			return nil, err
		}
	}
	return j, workflow.SetQueryHandlerWithOptions(ctx, QueryExplain,
		func() (string, error) { return j.explain(), nil },
		workflow.QueryHandlerOptions{Description: "What this journey waits for, in words."})
}

// judgedBy is the view an order is judged by here. What is parked the records know first: a refused mail stands there
// before the news of it has come back to its workflow, so retry and correct are left to them.
func (j *journey) judgedBy(order programme.Order) programme.JourneyView {
	view := j.view
	if order.Name != programme.CmdRetry && order.Name != programme.CmdCorrect {
		return view
	}
	stage, known := view.Stages[order.Stage]
	view.Parked, view.Stages = true, map[string]programme.StageView{}
	if known {
		stage.Parked = true
		view.Stages[order.Stage] = stage
	}
	return view
}

// listen sets up the journey's signals.
func (j *journey) listen(ctx workflow.Context) {
	j.signals = []signal{
		listenFor(ctx, SignalMail, `Send this line of the ledger: {"key":"…","at":"…"}`, func(c workflow.ReceiveChannel) {
			var mail programme.PlannedMail
			c.Receive(ctx, &mail)
			j.mail.add(mail)
		}),
		listenFor(ctx, SignalStageParked, "From a stage: something of it waits for staff. Not for use by hand.", func(c workflow.ReceiveChannel) {
			var parked stageParked
			c.Receive(ctx, &parked)
			view := j.view.Stages[parked.Stage]
			view.Parked = parked.Code != ""
			j.view.Stages[parked.Stage] = view
			j.mark(ctx, parked.Stage, parked.Code)
		}),
		listenFor(ctx, SignalMoved, "From the records: an application that was sent, decided on or taken back, a place that came, or a decision on what has lapsed. Not for use by hand.", func(c workflow.ReceiveChannel) {
			var effect programme.Effect
			c.Receive(ctx, &effect)
			j.hear(ctx, effect)
			j.last = "became " + string(effect.State)
		}),
		listenFor(ctx, SignalReplanned, "From the cohort, or a consent withdrawn: stages that changed. Not for use by hand.", func(c workflow.ReceiveChannel) {
			var effect programme.Effect
			c.Receive(ctx, &effect)
			effect.State = "" // a change of dates moves no journey; what has happened since counts
			j.hear(ctx, effect)
			if j.last = "the cohort's dates changed"; len(effect.Ends) > 0 {
				j.last = "a consent was withdrawn"
			}
		}),
		listenFor(ctx, SignalStageEnded, "From a stage that an earlier run opened: how it ended. Not for use by hand.", func(c workflow.ReceiveChannel) {
			var end programme.StageEnd
			c.Receive(ctx, &end)
			j.carriedEnded(ctx, end)
		}),
		listenFor(ctx, SignalPoke, "Wake up and look again. No content.", func(c workflow.ReceiveChannel) {
			c.Receive(ctx, nil)
			j.look = true
		}),
	}
}

// carryOut puts an order into effect: the records first, in one transaction, then the open stages. Orders are carried
// out one at a time.
func (j *journey) carryOut(ctx workflow.Context, order programme.Order) (programme.Effect, error) {
	if err := j.mutex.Lock(ctx); err != nil {
		return programme.Effect{}, err
	}
	defer j.mutex.Unlock()
	effect, err := applyOrder(ctx, j.start.Ref, order, j.start.Clock.Programme(workflow.Now(ctx)))
	if err != nil {
		return effect, passedOn(err)
	}
	if id := orderID(ctx, order); !slices.Contains(j.done, id) {
		j.done = append(j.done, id)
		j.take(ctx, effect)
	}
	j.last = string(order.Name)
	j.wake.SendAsync(true)
	return effect, nil
}

// applyOrder asks the records to put an order into effect.
func applyOrder(ctx workflow.Context, ref string, order programme.Order, at time.Time) (programme.Effect, error) {
	var effect programme.Effect
	call := activities.CommandCall{Ref: ref, Command: orderID(ctx, order), Order: order, At: at}
	err := workflow.ExecuteActivity(orderOptions(ctx, string(order.Name)), a.ApplyCommand, call).Get(ctx, &effect)
	return effect, err
}

// hear takes an effect of which a signal brings the news. A fresh run may be told again what the one before it heard: what
// has opened since does not open once more, which only an order could want.
func (j *journey) hear(ctx workflow.Context, effect programme.Effect) {
	if j.start.Style.short() {
		effect.Openings = slices.DeleteFunc(effect.Openings, func(opening programme.Opening) bool {
			state := j.view.Stages[opening.Stage].State
			return state == programme.StageOpen || state == programme.StageDone || state == programme.StageLapsed
		})
	}
	j.take(ctx, effect)
}

// take does what an effect leaves to the workflows.
func (j *journey) take(ctx workflow.Context, effect programme.Effect) {
	j.becomes(effect.State, effect.Version)
	for _, end := range effect.Ends {
		j.unplan(end.Stage)
		j.settle(end)
		passesOn := j.tell(ctx, end.Stage, stageChange{End: &end})
		if r := j.runningStage(end.Stage); r != nil {
			r.ending, r.again = true, nil
		}
		if carried := j.carriedStage(end.Stage); carried != nil { // it ends and says nothing
			j.drop(carried)
			passesOn = false
		}
		if !passesOn { // there is no stage that would pass these on
			j.becomes(end.Journey, end.Version)
			j.mail.add(end.Mails...)
		}
	}
	if effect.Answered != "" {
		j.signalStage(ctx, effect.Answered, SignalFormSubmitted, map[string]string{})
	}
	for _, stage := range effect.Freed {
		j.freed(ctx, stage)
	}
	for _, plan := range effect.Plans {
		j.tell(ctx, plan.Stage, stageChange{Plan: &plan})
	}
	for _, opening := range effect.Openings {
		j.plan(opening)
	}
	if j.view.State.Ended() {
		j.openings = nil
	}
	j.mail.add(effect.Mails...)
	j.upsert(ctx)
}

// freed lets a parked stage, or the journey's own parked mail, go on.
func (j *journey) freed(ctx workflow.Context, stage string) {
	if stage == "" {
		j.attention = ""
		return
	}
	view := j.view.Stages[stage]
	lost := view.Lost
	view.Parked, view.Lost = false, false
	j.view.Stages[stage] = view
	if lost {
		at := j.start.Clock.Programme(workflow.Now(ctx))
		j.plan(programme.Opening{Stage: stage, Kind: view.Kind, At: at, Due: at})
		return
	}
	j.tell(ctx, stage, stageChange{Freed: true})
}

// tell passes a change on to a stage, and reports whether it runs.
func (j *journey) tell(ctx workflow.Context, stage string, change stageChange) bool {
	return j.signalStage(ctx, stage, SignalChanged, change)
}

func (j *journey) signalStage(ctx workflow.Context, stage, signal string, body any) (runs bool) {
	for _, r := range j.running {
		if r.opening.Stage == stage {
			j.say(ctx, r, signal, body)
			runs = true
		}
	}
	return runs
}
