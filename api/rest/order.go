package rest

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"slices"
	"time"

	"fairlead/api"
	"fairlead/faults"
	"fairlead/programme"

	"github.com/google/uuid"
)

// orderResult is what a command did.
type orderResult struct {
	Changed bool                   `json:"changed" doc:"false: the effect already held, nothing was done"`
	State   programme.JourneyState `json:"state" doc:"The journey's state afterwards"`
	Into    string                 `json:"into" doc:"defer: the new reference"`
	Journey journey                `json:"journey"`
}

// orderPending is the answer where a command was accepted and has not finished.
type orderPending struct {
	Operation operation `json:"operation"`
}

type orderOutput struct {
	Status   int
	Location string `header:"Location" doc:"With 202: the operation to watch"`
	Body     any
}

// orderAtMost bounds one order whatever the other side does. Its own limits are shorter: 5 seconds to be accepted, and
// as long again to finish.
const orderAtMost = 12 * time.Second

// order gives a command to a journey. The command's row is written first; then the journey's workflow carries it out,
// or, where none runs, the records do. What is answered with a refusal never takes effect later.
func (a *API) order(ctx context.Context, c programme.Command) (*orderOutput, error) {
	j, err := a.o.Store.Journey(ctx, c.Ref)
	if err != nil {
		return nil, err
	}
	if c.Actor == "" {
		c.Actor = callerOf(ctx).actor()
	}
	if c.ID == "" {
		c.ID = uuid.NewString()
	}
	c.Cohort, c.State = j.Cohort, programme.CommandRecorded
	if err := a.complete(ctx, j, &c); err != nil {
		return nil, err
	}
	order := orderOf(c)
	view := viewOf(j)
	if err := programme.Legal(order, view); err != nil {
		return nil, err
	}
	if view.Holds(order) {
		return a.applied(ctx, c.Ref, programme.Effect{State: j.State})
	}
	// From here on the caller's going away ends nothing: what was recorded is applied or abandoned.
	work, cancel := context.WithTimeout(context.WithoutCancel(ctx), orderAtMost)
	defer cancel()
	if err := a.o.Store.RecordCommand(work, c); err != nil {
		return nil, err
	}
	faults.Here("after-command-row")
	err = programme.ErrNotFound // no workflow: nothing was started, or it is over
	var effect programme.Effect
	switch {
	case !j.Started || j.State.Ended():
	case c.Name == programme.CmdRecordAttendance: // it has happened, whatever its journey does
		effect, err = a.o.Store.NoteAttendance(work, c.Ref, c.ID, c.At, order)
	default:
		effect, err = a.o.Journeys.Order(work, c)
	}
	if errors.Is(err, programme.ErrNotFound) {
		effect, err = a.o.Store.Apply(work, c.Ref, c.ID, c.At, order)
	}
	switch {
	case err == nil:
		return a.applied(ctx, c.Ref, effect)
	case errors.Is(err, programme.ErrPending):
		op := operationOf(operationOfCommand(c))
		return &orderOutput{Status: http.StatusAccepted, Location: operationPath(c.ID), Body: orderPending{op}}, nil
	}
	return a.abandon(ctx, c, err)
}

// abandon makes sure that a command which was not carried out never is, and answers why. Where it took effect in the
// meantime that is the answer.
func (a *API) abandon(ctx context.Context, c programme.Command, why error) (*orderOutput, error) {
	work, cancel := context.WithTimeout(context.WithoutCancel(ctx), orderAtMost)
	defer cancel()
	abandoned, err := a.o.Store.AbandonCommand(work, c.ID)
	if err != nil {
		// Nobody knows whether it will take effect: the one thing that must not be said is 503.
		return nil, fmt.Errorf("the command could not be abandoned: %v, after: %v", err, why)
	}
	if !abandoned {
		settled, err := a.o.Store.Command(work, c.ID)
		if err != nil {
			return nil, fmt.Errorf("the command's outcome could not be read: %v, after: %v", err, why)
		}
		if settled.State == programme.CommandApplied && settled.Outcome != nil {
			return a.applied(ctx, c.Ref, *settled.Outcome)
		}
	}
	if errors.Is(why, context.DeadlineExceeded) {
		why = programme.ErrUnavailable
	}
	if errors.Is(why, programme.ErrUnavailable) {
		// Another order may have ended the journey that was to take this one: then the effect holds, or it is illegal now.
		if j, err := a.o.Store.Journey(work, c.Ref); err == nil {
			view := viewOf(j)
			if view.Holds(orderOf(c)) {
				return a.applied(ctx, c.Ref, programme.Effect{State: j.State})
			}
			if err := programme.Legal(orderOf(c), view); err != nil {
				return nil, err
			}
		}
	}
	return nil, why
}

// orderOf is a command as it travels: without anything personal.
func orderOf(c programme.Command) programme.Order {
	return programme.Order{ID: c.ID, Name: c.Name, Stage: c.Stage, Reason: c.Reason, Until: c.Until, Missed: c.Missed, Into: c.Into, Message: c.Message,
		Sitting: c.Sitting, Status: c.Status, Costs: c.Costs, Decision: c.Decision, Coach: c.Coach}
}

// applied answers with the journey as it stands after the effect.
func (a *API) applied(ctx context.Context, ref string, effect programme.Effect) (*orderOutput, error) {
	j, err := a.o.Store.Journey(ctx, ref)
	if err != nil {
		return nil, err
	}
	return &orderOutput{Status: http.StatusOK, Body: orderResult{Changed: effect.Changed, State: j.State, Into: effect.Into,
		Journey: a.journeyOf(j, callerOf(ctx).role)}}, nil
}

// viewOf is what legality is judged by.
func viewOf(j programme.Journey) programme.JourneyView {
	view := programme.JourneyView{State: j.State, Stages: map[string]programme.StageView{}, Parked: j.Attention != ""}
	for _, s := range j.Stages {
		view.Stages[s.Name] = programme.StageView{State: s.State, Kind: s.Kind, Parked: s.Attention != "", Later: s.Later}
		view.Coached = view.Coached || s.Kind == programme.KindCoaching
	}
	return view
}

// complete checks and fills in what a command needs the records for.
func (a *API) complete(ctx context.Context, j programme.Journey, c *programme.Command) error {
	switch c.Name {
	case programme.CmdDefer:
		if c.Into == c.Cohort {
			return programme.Refuse("cohort", "Name another cohort than the one the leader is in.")
		}
		_, err := a.o.Store.Cohort(ctx, c.Into)
		if errors.Is(err, programme.ErrNotFound) {
			return programme.Refuse("cohort", "There is no cohort of that name.")
		}
		return err
	case programme.CmdAnswerFor:
		return a.completeAnswers(ctx, j, c)
	}
	return nil
}

// completeAnswers judges answers that staff took down by the form of the stage, and keeps what the form asks. An unknown
// stage, and one whose form staff may not answer, is left to the legality of the command.
func (a *API) completeAnswers(ctx context.Context, j programme.Journey, c *programme.Command) error {
	cohort, err := a.o.Store.Cohort(ctx, c.Cohort)
	if err != nil {
		return err
	}
	b, err := a.blueprintNamed(cohort.Blueprint)
	if err != nil {
		return err
	}
	places, err := a.o.Store.Places(ctx, c.Ref)
	if err != nil {
		return err
	}
	online := b.AsksOnline(c.Stage, places)
	for _, stage := range j.Stages {
		if stage.Name == c.Stage && stage.Part == programme.PartAttendance {
			return needsGivenFor(c.Answers, online)
		}
	}
	s, err := b.StageIn(cohort, c.Stage)
	if err != nil || s.Kind == programme.KindSurvey {
		return nil
	}
	name := b.FormOf(s)
	for _, stage := range j.Stages {
		if stage.Name == c.Stage && stage.Part == programme.PartOffer {
			name = programme.FormOffer
		}
	}
	form, err := programme.FormNamed(name)
	if err != nil {
		return api.NewProblem(api.NotLegalNow, "This stage has no form to answer.")
	}
	if online {
		form = form.Online()
	}
	wrong := form.CheckGivenFor(c.Answers)
	if len(wrong) > 0 {
		return inAnswers(wrong)
	}
	c.Answers = form.Clean(c.Answers, "")
	return nil
}

// needsGivenFor judges what staff were told of a leader's needs once the place is settled. What is not named stays as the
// records know it.
func needsGivenFor(told programme.Answers, online bool) error {
	_, wrong := programme.NeedsTold(nil, told, online)
	wrong = slices.DeleteFunc(wrong, func(f programme.Fault) bool { return f.Field != "" && told[f.Field] == nil })
	if len(wrong) > 0 {
		return inAnswers(wrong)
	}
	return nil
}

// inAnswers places a form's faults beneath the member answers. A field nobody knows is not repeated.
func inAnswers(found []programme.Fault) error {
	invalid := &programme.Invalid{}
	for _, f := range found {
		at := "/answers"
		if step.MatchString(f.Field) {
			at += "/" + f.Field
		}
		invalid.Faults = append(invalid.Faults, programme.Fault{Field: at, Text: f.Text})
	}
	return invalid
}
