package rest

import (
	"context"
	"errors"

	"fairlead/programme"
)

// NewCohort creates a cohort for another door of staff, by the rules of this one; an unreadable start is the zero Date. A
// dry run only says what is wrong: *programme.Invalid names every fault, ErrConflict another cohort of the name. The same
// again changes nothing.
func (a *API) NewCohort(ctx context.Context, c programme.Cohort, dryRun bool) error {
	read, _, err := a.readCohort(newCohort{Name: c.Name, Blueprint: c.Blueprint, StartsOn: c.StartsOn.String(), Route: c.Route, Places: c.Places,
		Owner: c.Owner, Deputy: c.Deputy, Signatory: c.Signatory, Contact: c.Contact})
	if err != nil {
		return err
	}
	if dryRun {
		switch _, err := a.o.Store.Cohort(ctx, read.Name); {
		case err == nil:
			return programme.ErrConflict
		case !errors.Is(err, programme.ErrNotFound):
			return err
		}
		return notPast(read, programme.DateOf(a.o.Store.Now(ctx)))
	}
	ticking, err := a.o.Store.Clock(ctx)
	if err != nil {
		return err
	}
	read.By = c.By
	_, err = a.create(ctx, read, nil, ticking)
	return err
}

// ChangeCohort changes a cohort for another door of staff, by the rules of this one: *programme.Invalid names every fault as
// a place in the document, ErrConflict a version that is no longer the cohort's.
func (a *API) ChangeCohort(ctx context.Context, name string, change programme.CohortChange, ifVersion int64) error {
	changed, err := a.changedCohort(ctx, name, change, ifVersion)
	if err != nil {
		return err
	}
	return a.o.Store.ChangeCohort(ctx, changed, change.Sittings, ifVersion)
}

// CohortEffects says what ChangeCohort would do besides, or refuses it in the same words, and changes nothing.
func (a *API) CohortEffects(ctx context.Context, name string, change programme.CohortChange, ifVersion int64) (programme.CohortEffects, error) {
	changed, err := a.changedCohort(ctx, name, change, ifVersion)
	if err != nil {
		return programme.CohortEffects{}, err
	}
	return a.o.Store.CohortEffects(ctx, changed, change.Sittings, ifVersion)
}

// changedCohort is a cohort of that version as a change makes it.
func (a *API) changedCohort(ctx context.Context, name string, change programme.CohortChange, ifVersion int64) (programme.Cohort, error) {
	c, err := a.o.Store.Cohort(ctx, name)
	if err != nil {
		return c, err
	}
	if c.Version != ifVersion {
		return c, programme.ErrConflict
	}
	b, err := a.blueprintNamed(c.Blueprint)
	if err != nil {
		return c, err
	}
	c.By, c.Why = change.By, change.Why
	return a.changed(c, b, cohortChange{Places: change.Places, Owner: change.Owner, Deputy: change.Deputy, Signatory: change.Signatory,
		Contact: change.Contact, Overrides: change.Overrides, Openings: change.Openings})
}

// LaunchCohort starts everybody of a cohort who was not started yet, for this door of staff and others. *programme.Invalid
// names everything that forbids it.
func (a *API) LaunchCohort(ctx context.Context, name, actor string) (programme.Operation, error) {
	c, err := a.o.Store.Cohort(ctx, name)
	if err != nil {
		return programme.Operation{}, err
	}
	b, err := a.blueprintNamed(c.Blueprint)
	if err != nil {
		return programme.Operation{}, err
	}
	// What its check finds in a cohort that runs already does not keep newcomers out.
	if faults, _ := programme.Check(b, c, a.o.Calendar); len(faults) > 0 && c.Launched.IsZero() {
		return programme.Operation{}, &programme.Invalid{Faults: faults}
	}
	return a.o.Store.Launch(ctx, c.Name, actor, a.o.Store.Now(ctx))
}
