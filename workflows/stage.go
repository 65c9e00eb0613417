package workflows

import (
	"errors"
	"time"

	"go.temporal.io/sdk/temporal"
	"go.temporal.io/sdk/workflow"

	"fairlead/programme"
)

// newAsk prepares a stage: its handlers stand before anything can block.
func newAsk(ctx workflow.Context, texts *Workflows, in StageInput) (*ask, error) {
	in = in.whole(workflow.GetInfo(ctx))
	s := &ask{in: in, texts: texts, wake: workflow.NewBufferedChannel(ctx, 1)}
	s.timer.clock = in.Clock
	s.shown = shownAtFirst(in)
	s.mail.atOnce = in.Style.brief()
	s.mail.parked = func(key, code string) { s.park(ctx, key, code) }
	s.mail.moved = func(due, limit time.Time) {
		s.plan.Due, s.plan.Grace, s.plan.Limit = due, due.Add(programme.Grace), limit
		s.upsert(ctx)
	}
	s.signals = []signal{
		listenFor(ctx, SignalFormSubmitted, `The form was answered, or a session or the register noted: {"submission":"<row id>"} or {}`, func(c workflow.ReceiveChannel) {
			c.Receive(ctx, nil)
			if s.answered, s.last = true, "the form was answered"; s.plan.Part == programme.PartAttendance {
				s.last = "the register was noted"
			}
		}),
		listenFor(ctx, SignalChanged, "From the journey: a new plan, or the stage's end. Not for use by hand.", func(c workflow.ReceiveChannel) {
			var change stageChange
			c.Receive(ctx, &change)
			s.changed = append(s.changed, change)
		}),
		listenFor(ctx, SignalPoke, "Wake up and look again. No content.", func(c workflow.ReceiveChannel) { c.Receive(ctx, nil) }),
	}
	err := workflow.SetQueryHandlerWithOptions(ctx, QueryExplain,
		func() (string, error) { return s.explain(), nil },
		workflow.QueryHandlerOptions{Description: "What this stage waits for, in words."})
	if err != nil {
		return nil, err
	}
	if err := s.handle(ctx, programme.CmdRetry, `Try again what is parked: {"reason":"technical"}`, s.validRetry, s.retryNow); err != nil {
		return nil, err
	}
	return s, s.handle(ctx, programme.CmdSkip, `End this stage without an answer: {"reason":"leader_asked"}`, s.validSkip, s.skip)
}

// signal is one signal a workflow listens to: take must receive it.
type signal struct {
	channel workflow.ReceiveChannel
	take    func(workflow.ReceiveChannel)
}

func listenFor(ctx workflow.Context, name, description string, take func(workflow.ReceiveChannel)) signal {
	return signal{workflow.GetSignalChannelWithOptions(ctx, name, workflow.SignalChannelOptions{Description: description}), take}
}

// listenTo adds signals to a selector.
func listenTo(selector workflow.Selector, signals []signal) {
	for _, s := range signals {
		selector.AddReceive(s.channel, func(c workflow.ReceiveChannel, _ bool) { s.take(c) })
	}
}

// anyWaits reports whether a signal has come that was not taken: a workflow must not end over it.
func anyWaits(signals []signal) bool {
	for _, s := range signals {
		if s.channel.Len() > 0 {
			return true
		}
	}
	return false
}

// handle registers an update that takes an order and returns its effect.
func (s *ask) handle(ctx workflow.Context, name programme.CommandName, description string,
	valid func(programme.Order) error, do func(workflow.Context, programme.Order) (programme.Effect, error)) error {
	return workflow.SetUpdateHandlerWithOptions(ctx, string(name), do, workflow.UpdateHandlerOptions{
		Description: description,
		Validator:   func(order programme.Order) error { return refused(valid(order)) },
	})
}

func (s *ask) validRetry(programme.Order) error {
	if s.attention == "" {
		return &programme.Illegal{What: "retry", State: s.in.Stage + " is not parked", Why: "There is nothing to try again."}
	}
	return nil
}

func (s *ask) validSkip(programme.Order) error {
	view := programme.JourneyView{State: programme.Enrolled, Stages: map[string]programme.StageView{
		s.in.Stage: {State: programme.StageOpen, Kind: s.in.Kind}}}
	return programme.Legal(programme.Order{Name: programme.CmdSkip, Stage: s.in.Stage}, view)
}

// retryNow frees what is parked; a parked mail is put back into the ledger by the records.
func (s *ask) retryNow(ctx workflow.Context, order programme.Order) (programme.Effect, error) {
	if s.attention != ParkedActivityFailed {
		order.Name, order.Stage = programme.CmdRetry, s.in.Stage
		effect, err := applyOrder(ctx, s.in.Ref, order, s.now(ctx))
		if err != nil {
			return effect, passedOn(err)
		}
	}
	s.retry = true
	s.wake.SendAsync(true)
	return programme.Effect{Changed: true}, nil
}

// orderID is the id under which an order stands in the records: its row's, or for one from the Temporal UI the update's.
func orderID(ctx workflow.Context, order programme.Order) string {
	if order.ID != "" {
		return order.ID
	}
	return workflow.GetCurrentUpdateInfo(ctx).ID
}

// passedOn keeps an activity's typed refusal as the update's own error.
func passedOn(err error) error {
	var failure *temporal.ApplicationError
	if errors.As(err, &failure) {
		return failure
	}
	return refused(err)
}
