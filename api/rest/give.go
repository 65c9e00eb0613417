package rest

import (
	"context"
	"errors"
	"net/http"

	"fairlead/programme"

	"github.com/google/uuid"
)

// Give gives a command to a journey for another door of staff, which has found out who they are: c.Actor. A command that
// was accepted and has not finished counts as given.
func (a *API) Give(ctx context.Context, c programme.Command) error {
	c.At = a.o.Store.Now(ctx)
	_, err := a.order(ctx, c)
	return err
}

// NewOrder is an id for a command that a page is about to give.
func (a *API) NewOrder() string { return uuid.NewString() }

// Preview says what a command would do if it were given now. It judges the command as GiveOnce does, and does nothing.
func (a *API) Preview(ctx context.Context, c programme.Command) (programme.Preview, error) {
	c.At = a.o.Store.Now(ctx)
	if _, err := a.judged(ctx, &c); err != nil {
		return programme.Preview{}, err
	}
	return a.o.Store.Preview(ctx, c)
}

// GiveOnce gives a command under an id that its page chose, so that a second click finds the first: then it answers what
// became of that. ErrPending says that it was accepted and has not finished.
func (a *API) GiveOnce(ctx context.Context, c programme.Command) (programme.Effect, error) {
	if _, err := uuid.Parse(c.ID); err != nil {
		return programme.Effect{}, programme.Refuse("order", "Please use the form on the page.")
	}
	if given, err := a.o.Store.Command(ctx, c.ID); err == nil {
		return a.outcome(ctx, c, given)
	} else if !errors.Is(err, programme.ErrNotFound) {
		return programme.Effect{}, err
	}
	c.At = a.o.Store.Now(ctx)
	if _, err := a.judged(ctx, &c); err != nil {
		return programme.Effect{}, err
	}
	out, err := a.order(ctx, c)
	if errors.Is(err, programme.ErrConflict) { // the other click was a moment earlier
		return programme.Effect{}, programme.ErrPending
	}
	if err != nil {
		return programme.Effect{}, err
	}
	if out.Status == http.StatusAccepted {
		return programme.Effect{}, programme.ErrPending
	}
	done := out.Body.(orderResult)
	return programme.Effect{Changed: done.Changed, State: done.State, Into: done.Into}, nil
}

// outcome is what became of a command that was given before.
func (a *API) outcome(ctx context.Context, c, given programme.Command) (programme.Effect, error) {
	switch {
	case given.Ref != c.Ref || given.Name != c.Name:
		return programme.Effect{}, programme.Refuse("order", "Please use the form on the page.")
	case given.State == programme.CommandRecorded:
		return programme.Effect{}, programme.ErrPending
	}
	return a.o.Store.Apply(ctx, given.Ref, given.ID, given.At, orderOf(given)) // it answers as it did then
}

// judged completes a command as the REST call of its name would, or refuses it.
func (a *API) judged(ctx context.Context, c *programme.Command) (programme.Journey, error) {
	j, err := a.o.Store.Journey(ctx, c.Ref)
	if err != nil {
		return j, err
	}
	c.Cohort = j.Cohort
	if err := programme.Legal(orderOf(*c), viewOf(j)); err != nil {
		return j, err
	}
	switch c.Name {
	case programme.CmdExtend:
		err = extendOrder{Stage: c.Stage, Until: c.Until.String()}.fill(c)
	case programme.CmdChangeEmail:
		err = changeEmailOrder{Email: c.Email}.fill(c)
	case programme.CmdCorrect:
		err = correctOrder{Stage: c.Stage, Email: c.Email}.fill(c)
	case programme.CmdWrite:
		err = writeOrder{Subject: c.Subject, Text: c.Text}.fill(c)
	case programme.CmdChangeDetails:
		err = changeDetailsOrder{Details: c.Details}.fill(c)
	case programme.CmdAnswerFor:
		if c.GivenBy == "" {
			err = programme.Refuse("given_by", "Say who gave the answer.")
		}
	}
	if err != nil {
		return j, err
	}
	return j, a.complete(ctx, j, c)
}
