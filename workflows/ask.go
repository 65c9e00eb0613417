package workflows

import (
	"time"

	"go.temporal.io/sdk/temporal"
	"go.temporal.io/sdk/workflow"

	"fairlead/activities"
	"fairlead/programme"
)

// ask is the primitive beneath every stage: somebody is asked for something by a date. It plans the ladder, sends each
// mail at its moment, hands the ask to staff when it is due, and ends it at its limit; an answer, a change by staff or
// the end of the journey is taken at any point, also while a mail is being retried.
//
// The records are the referee: the ask decides nothing about who was first, it asks.
type ask struct {
	in        StageInput
	texts     *Workflows
	plan      programme.AskPlan
	mail      mailer
	timer     dueTimer
	changed   []stageChange
	answered  bool
	attention string // code of what is parked, or empty
	parkedKey string // the mail that is parked, if it is one
	retry     bool   // staff want the parked act tried again
	end       *programme.StageEnd
	told      bool // its journey knows of the end
	signals   []signal
	wake      workflow.Channel // the update handlers have something for the main loop
	waits     bool             // for its opening: a survey after the year
	marking   workflow.Future  // the last mark of it in the records, nil if there was none
	shown     shownAttributes
	last      string // the last thing that happened, for the details in the UI
}

// stageChange is what a journey tells its stage after a command of staff.
type stageChange struct {
	Plan  *programme.AskPlan  `json:"plan,omitempty"`  // the ask's new plan
	Freed bool                `json:"freed,omitempty"` // what was parked is to be tried again
	End   *programme.StageEnd `json:"end,omitempty"`   // the stage has ended in the records

	byHand bool // it is the stage's own: it was ended in the Temporal UI
}

// told reports whether the journey knows of the end.
func (c stageChange) told() bool { return !c.byHand }

// run asks until there is an end, and returns it.
func (s *ask) run(ctx workflow.Context) (programme.StageEnd, error) {
	if !s.wait(ctx) || !s.open(ctx) {
		return s.finish(ctx)
	}
	for s.end == nil && ctx.Err() == nil {
		if s.answered {
			s.close(ctx)
			continue
		}
		s.step(ctx)
	}
	return s.finish(ctx)
}

// open writes the ask and its ladder. It reports false where the stage ended before it was open.
func (s *ask) open(ctx workflow.Context) bool {
	call := activities.StageCall{Cohort: s.in.Cohort, Ref: s.in.Ref, Stage: s.in.Stage, At: s.in.At}
	var plan programme.AskPlan
	s.untilDone(ctx, func() error { return s.in.Style.write(ctx, "open "+s.in.Stage, a.OpenStage, call, &plan) })
	if s.end != nil || ctx.Err() != nil {
		return false
	}
	s.adopt(ctx, plan)
	return true
}

// step waits for the next thing to happen and deals with it.
func (s *ask) step(ctx workflow.Context) {
	at, summary := s.nextMoment()
	if s.in.Style.short() && s.timer.due(ctx, at) {
		s.momentOrNews(ctx, at)
		s.takeChanges(ctx)
		return
	}
	if !s.mail.talking() { // what comes of it may be another moment
		s.timer.set(ctx, at, summary)
	}
	s.show(ctx, at, summary)
	selector := workflow.NewSelector(ctx)
	s.timer.listen(ctx, selector, func(at time.Time) { s.moment(ctx, at) })
	s.mail.listen(ctx, selector)
	s.listen(ctx, selector)
	selector.Select(ctx)
	s.takeChanges(ctx)
}

// listen adds what comes from outside to a selector: signals, wake-ups by the update handlers, and a cancel.
func (s *ask) listen(ctx workflow.Context, selector workflow.Selector) {
	listenTo(selector, s.signals)
	selector.AddReceive(s.wake, func(c workflow.ReceiveChannel, _ bool) { c.Receive(ctx, nil) })
	selector.AddReceive(ctx.Done(), func(workflow.ReceiveChannel, bool) {})
}

// nextMoment is the next planned moment and what it is for; zero while the journey is on hold.
func (s *ask) nextMoment() (time.Time, string) {
	if s.waits {
		return s.in.At, "open " + s.in.Stage
	}
	if s.plan.Held {
		return time.Time{}, "on hold"
	}
	at, summary := s.mail.next(), "next mail"
	if !at.IsZero() {
		summary = "send " + messageOf(s.mail.planned[0].Key)
	}
	if grace := s.plan.Grace; !grace.IsZero() && (at.IsZero() || grace.Before(at)) {
		at, summary = grace, "due: then it waits on "+string(next(s.plan.Owner))
		if s.plan.Part == programme.PartAttendance {
			summary = "the event is over: then its register waits on staff"
		}
	}
	if at.IsZero() || s.plan.Limit.Before(at) {
		at, summary = s.plan.Limit, "limit: then the form is closed"
		if s.plan.Part == programme.PartAttendance {
			summary = "staff are reminded"
		}
	}
	return at, summary
}

// momentOrNews does what is due, unless something has come that may have settled it: an answer that is there counts before
// what silence would bring.
func (s *ask) momentOrNews(ctx workflow.Context, at time.Time) {
	if !anyWaits(s.signals) {
		s.moment(ctx, at)
		return
	}
	for _, one := range s.signals {
		for one.channel.Len() > 0 {
			one.take(one.channel)
		}
	}
}

// moment does what is due at a planned moment.
func (s *ask) moment(ctx workflow.Context, at time.Time) {
	switch {
	case !s.plan.Limit.After(at):
		s.lapse(ctx, at)
	case !s.plan.Grace.IsZero() && !s.plan.Grace.After(at):
		s.overdue(ctx, at)
	default:
		s.mail.send(ctx, at)
	}
}

// next is who takes over when what an owner is asked for is due: the coach once a session is over, else staff.
func next(owner programme.Owner) programme.Owner {
	if owner == programme.OwnerCalendar {
		return programme.OwnerCoach
	}
	return programme.OwnerStaff
}

// overdue hands the ask to whoever is next.
func (s *ask) overdue(ctx workflow.Context, at time.Time) {
	call := activities.AskCall{Ask: s.plan.Ask, Plan: s.plan.Plan, At: at}
	var plan programme.AskPlan
	done := s.untilDone(ctx, func() error {
		return s.in.Style.write(ctx, "due: hand over to "+string(next(s.plan.Owner)), a.MarkOverdue, call, &plan)
	})
	switch {
	case !done:
	case s.in.Style.short() && plan.State == programme.AskCancelled:
		s.reload(ctx) // another has taken its place, or the stage has ended
	case s.lapsedElsewhere(ctx, plan):
	default:
		s.last = "the due date passed"
		s.adopt(ctx, plan)
	}
}

// lapse ends the ask at its limit, unless the answer was first.
func (s *ask) lapse(ctx workflow.Context, at time.Time) {
	s.mail.settle(ctx)
	call := activities.AskCall{Ask: s.plan.Ask, Plan: s.plan.Plan, At: at, Cohort: s.in.Cohort, Ref: s.in.Ref, Opened: s.openedBy(ctx)}
	var lapsed activities.Lapsed
	done := s.untilDone(ctx, func() error { return s.in.Style.write(ctx, "limit: close the form", a.LapseAsk, call, &lapsed) })
	switch {
	case !done:
	case lapsed.Lapsed:
		s.end, s.told = &lapsed.End, true
	default:
		s.reload(ctx)
	}
}

// reload reads the plan again, where the records know better.
func (s *ask) reload(ctx workflow.Context) {
	call := activities.StageCall{Cohort: s.in.Cohort, Ref: s.in.Ref, Stage: s.in.Stage, At: s.now(ctx)}
	var plan programme.AskPlan
	done := s.untilDone(ctx, func() error { return s.in.Style.write(ctx, "read the plan again", a.OpenStage, call, &plan) })
	if done && !s.lapsedElsewhere(ctx, plan) {
		s.adopt(ctx, plan)
	}
}

// lapsedElsewhere reports whether the records let the ask lapse by somebody's act, of which the news is still to come: a coach
// who says after the limit that a session was not held. The closing then brings what follows from the end, as it would have
// with the news; a plan says nothing of the mails and openings that belong to it.
func (s *ask) lapsedElsewhere(ctx workflow.Context, plan programme.AskPlan) bool {
	if plan.State != programme.AskLapsed || workflow.GetVersion(ctx, "lapsed-elsewhere", workflow.DefaultVersion, 1) != 1 {
		return false
	}
	s.answered = true
	return true
}

// close closes the answered stage. Mail under way is settled first, so that nothing goes out afterwards.
func (s *ask) close(ctx workflow.Context) {
	s.mail.settle(ctx)
	s.in.Style.stopBeforeEnd(&s.timer)
	call := activities.StageCall{Cohort: s.in.Cohort, Ref: s.in.Ref, Stage: s.in.Stage, At: s.now(ctx), Alone: !s.in.Since.IsZero(), Opened: s.openedBy(ctx)}
	var end programme.StageEnd
	done := s.untilDone(ctx, func() error { return s.in.Style.close(ctx, &call, &end) })
	switch {
	case !done:
	case end.State == programme.StageOpen: // a signal of an earlier round: nothing is answered yet
		s.answered = false
		if end.Plan == nil {
			s.reload(ctx)
		} else {
			s.adopt(ctx, *end.Plan)
		}
	default:
		s.end, s.told = &end, true
	}
}

// adopt takes over a plan. A plan older than the one at hand is left alone.
func (s *ask) adopt(ctx workflow.Context, plan programme.AskPlan) {
	if plan.Round < s.plan.Round || (plan.Round == s.plan.Round && plan.Plan < s.plan.Plan) {
		return
	}
	plan = plan.Of(s.in.Cohort, s.in.Ref, s.in.Stage)
	s.plan = plan
	s.answered = s.answered || plan.State == programme.AskAnswered
	if plan.Held {
		s.mail.plan(nil)
	} else {
		s.mail.plan(plan.Mails)
	}
	if plan.State == programme.AskLapsed || plan.State == programme.AskCancelled {
		s.end = &programme.StageEnd{Stage: s.in.Stage, State: stageStateOf(plan.State), Journey: plan.Journey, Version: plan.Version, Later: plan.Later}
	}
	s.upsert(ctx)
}

func stageStateOf(state programme.AskState) programme.StageState {
	if state == programme.AskLapsed {
		return programme.StageLapsed
	}
	return programme.StageCancelled
}

// takeChanges applies what the journey has told.
func (s *ask) takeChanges(ctx workflow.Context) {
	changes := s.changed
	s.changed = nil
	for _, change := range changes {
		if change.End != nil {
			s.end, s.told = change.End, change.told()
		}
		if change.Freed {
			s.free(ctx)
		}
		if change.Plan != nil {
			s.last = "staff changed the plan"
			s.adopt(ctx, *change.Plan)
		}
	}
	if s.retry {
		s.retry = false
		s.free(ctx)
		s.reload(ctx)
	}
}

// finish settles what is under way and says how the stage ended: what has ended is no longer parked. A stage that was
// cancelled has ended in the records already, or its journey sees to it.
func (s *ask) finish(ctx workflow.Context) (programme.StageEnd, error) {
	s.in.Style.stopBeforeEnd(&s.timer)
	s.mail.settle(ctx)
	waitCtx, _ := workflow.NewDisconnectedContext(ctx)
	if s.marking != nil {
		_ = s.marking.Get(waitCtx, nil) // a mark that failed is lost: what has ended is not parked
	}
	if err := workflow.Await(waitCtx, func() bool { return workflow.AllHandlersFinished(waitCtx) }); err != nil {
		return programme.StageEnd{}, err
	}
	if s.attention = ""; s.shown.attention != "" {
		s.upsert(waitCtx)
	}
	s.tellEnd(waitCtx)
	s.showEnd(waitCtx)
	s.hearOut()
	if s.end == nil {
		return programme.StageEnd{}, temporal.NewCanceledError()
	}
	return *s.end, nil
}

// hearOut takes the signals that have come since the end was decided: they tell again what the records know, and the end has
// reckoned with that.
func (s *ask) hearOut() {
	for _, one := range s.signals {
		for one.channel.ReceiveAsync(nil) {
		}
	}
}

// now is programme time.
func (s *ask) now(ctx workflow.Context) time.Time { return s.in.Clock.Programme(workflow.Now(ctx)) }

func isCancelled(err error) bool { return temporal.IsCanceledError(err) }
