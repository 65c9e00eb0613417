package workflows

import (
	"time"

	"go.temporal.io/sdk/workflow"

	"fairlead/activities"
	"fairlead/programme"
)

// CohortInput is what a cohort's workflow begins with, and what one run hands to the next.
type CohortInput struct {
	Cohort   string                  `json:"cohort"`
	Clock    programme.Clock         `json:"clock"`
	Launches []string                `json:"launches,omitempty"` // operations still to be carried out
	Mails    []programme.PlannedMail `json:"mails,omitempty"`    // mails still to be sent
	Replans  []activities.Replan     `json:"replans,omitempty"`  // changes of dates still to be carried to the journeys
	Next     time.Time               `json:"next,omitzero"`      // next round
}

// Cohort is a cohort's life: it starts the journeys of each launch, fills freed places until the last joining day, and
// sees that what waits on staff too long reaches the head of the centre. Journeys are not its children: they are
// started by an activity and stand on their own.
func (t *Workflows) Cohort(ctx workflow.Context, in CohortInput) error {
	c, err := newCohort(ctx, t, in)
	if err != nil {
		return err
	}
	if in.Next.IsZero() {
		c.round(ctx, time.Time{})
	}
	for !c.isOver() && ctx.Err() == nil {
		if workflow.GetInfo(ctx).GetContinueAsNewSuggested() && c.mail.idle() {
			return c.continueAsNew(ctx)
		}
		c.step(ctx)
	}
	c.timer.stop()
	rows := [][2]string{{"Waiting on", "nobody: its year is over"}, {"Last", c.last}}
	workflow.SetCurrentDetails(ctx, table(append(rows, t.cohortLink(in.Cohort)...)))
	return ctx.Err()
}

type cohort struct {
	in       CohortInput
	texts    *Workflows
	launches []string
	wanted   bool // something happened that calls for a round now
	over     bool
	mail     mailer
	timer    dueTimer
	signals  []signal
	last     string
}

func newCohort(ctx workflow.Context, texts *Workflows, in CohortInput) (*cohort, error) {
	c := &cohort{in: in, texts: texts, launches: in.Launches}
	c.timer.clock = in.Clock
	c.mail.add(in.Mails...)
	// A staff mail that cannot be sent stands in the ledger as failed, with a task; a cohort waits for nothing.
	c.mail.parked = func(_, code string) { c.last = "a mail to staff failed: " + code }
	c.signals = []signal{
		listenFor(ctx, SignalLaunch, `Start the journeys of a launch: {"operation":"<id>"}`, func(ch workflow.ReceiveChannel) {
			var launch struct {
				Operation string `json:"operation"`
			}
			ch.Receive(ctx, &launch)
			c.launches = append(c.launches, launch.Operation)
			c.wanted = true
		}),
		listenFor(ctx, SignalReplan, `Let the journeys follow changed dates: {"operation":"<id>","stages":"onboarding"}`, func(ch workflow.ReceiveChannel) {
			var change activities.Replan
			ch.Receive(ctx, &change)
			c.in.Replans = append(c.in.Replans, change)
		}),
		listenFor(ctx, SignalPlaceFreed, "A place came free. No content.", c.want(ctx)),
		listenFor(ctx, SignalTasksChanged, "A task was opened. No content.", c.want(ctx)),
		listenFor(ctx, SignalPoke, "Wake up and look again. No content.", c.want(ctx)),
		listenFor(ctx, SignalMail, `Send this line of the ledger: {"key":"…","at":"…"}`, func(ch workflow.ReceiveChannel) {
			var mail programme.PlannedMail
			ch.Receive(ctx, &mail)
			c.mail.add(mail)
		}),
	}
	return c, workflow.SetQueryHandlerWithOptions(ctx, QueryExplain,
		func() (string, error) { return c.explain(), nil },
		workflow.QueryHandlerOptions{Description: "What this cohort waits for, in words."})
}

func (c *cohort) want(ctx workflow.Context) func(workflow.ReceiveChannel) {
	return func(ch workflow.ReceiveChannel) {
		ch.Receive(ctx, nil)
		c.wanted = true
	}
}

func (c *cohort) isOver() bool {
	return c.over && len(c.launches) == 0 && len(c.in.Replans) == 0 && c.mail.idle() && !anyWaits(c.signals)
}

// step carries out the launches that wait, does a round where one is called for, and waits for the next thing.
func (c *cohort) step(ctx workflow.Context) {
	for len(c.launches) > 0 {
		c.launch(ctx, c.launches[0])
		c.launches = c.launches[1:]
	}
	for len(c.in.Replans) > 0 {
		c.replan(ctx, c.in.Replans[0])
		c.in.Replans = c.in.Replans[1:]
	}
	if c.wanted {
		c.wanted = false
		c.round(ctx, time.Time{})
		return
	}
	at := earliest(c.mail.next(), c.in.Next)
	c.timer.set(ctx, at, "next round or mail")
	c.show(ctx, at)
	selector := workflow.NewSelector(ctx)
	c.timer.listen(ctx, selector, func(at time.Time) {
		c.mail.send(ctx, at)
		if !c.in.Next.IsZero() && !c.in.Next.After(at) {
			c.round(ctx, at)
		}
	})
	c.mail.listen(ctx, selector)
	listenTo(selector, c.signals)
	selector.AddReceive(ctx.Done(), func(workflow.ReceiveChannel, bool) {})
	selector.Select(ctx)
}

// launch starts the journeys of one operation. Its activity is retried for a day; what it could not start then stays
// in the records as not confirmed, and the next launch takes it along.
func (c *cohort) launch(ctx workflow.Context, operation string) {
	var started int
	err := workflow.ExecuteActivity(launchOptions(ctx, "start the journeys of a launch"), a.StartJourneys, operation).Get(ctx, &started)
	if err != nil {
		c.last = "a launch failed"
		return
	}
	c.last = "launched"
}

// replan carries a change of dates to every running journey.
func (c *cohort) replan(ctx workflow.Context, change activities.Replan) {
	change.Cohort = c.in.Cohort
	err := workflow.ExecuteActivity(launchOptions(ctx, "carry changed dates to the journeys"), a.ReplanJourneys, change).Get(ctx, nil)
	c.last = "dates changed"
	if err != nil {
		c.last = "a change of dates failed"
	}
}

// round does what is due for the cohort as a whole; a zero moment means now.
func (c *cohort) round(ctx workflow.Context, at time.Time) {
	var round programme.CohortRound
	call := activities.CohortCall{Cohort: c.in.Cohort, At: at}
	err := workflow.ExecuteActivity(recordsOptions(ctx, "a round over the cohort"), a.CohortRound, call).Get(ctx, &round)
	if err != nil {
		c.last = "a round failed"
		c.in.Next = c.now(ctx).Add(time.Hour)
		return
	}
	c.in.Clock, c.timer.clock = round.Clock, round.Clock
	c.in.Next, c.over = round.Next, round.Over
	if round.Launch != "" {
		c.launches = append(c.launches, round.Launch)
	}
	c.mail.add(round.Mails...)
}

// continueAsNew hands everything to a fresh run: signals that have arrived are taken in first, and nothing yields in
// between.
func (c *cohort) continueAsNew(ctx workflow.Context) error {
	c.timer.stop()
	for _, s := range c.signals {
		for s.channel.Len() > 0 {
			s.take(s.channel)
		}
	}
	next := c.in
	next.Launches, next.Mails = c.launches, c.mail.planned // replans stand in c.in
	if c.wanted {
		next.Next = time.Time{} // the new run begins with a round
	}
	return workflow.NewContinueAsNewError(ctx, TypeCohort, next)
}

func (c *cohort) now(ctx workflow.Context) time.Time { return c.in.Clock.Programme(workflow.Now(ctx)) }

// show writes the details that ops see in the Temporal UI. It costs no event.
func (c *cohort) show(ctx workflow.Context, next time.Time) {
	rows := [][2]string{{"Waiting on", string(programme.OwnerCalendar)}, {"Until", moment(next)}, {"Next", c.explain()}}
	if c.last != "" {
		rows = append(rows, [2]string{"Last", c.last})
	}
	workflow.SetCurrentDetails(ctx, table(append(rows, c.texts.cohortLink(c.in.Cohort)...)))
}

func (c *cohort) explain() string {
	if len(c.launches) > 0 {
		return "starting the journeys of a launch"
	}
	return "next round " + moment(c.in.Next) + ", next mail " + moment(c.mail.next())
}
