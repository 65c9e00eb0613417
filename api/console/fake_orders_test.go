package console

import (
	"context"
	"fmt"
	"slices"

	"fairlead/programme"
)

func (f *fakeStore) NewOrder() string {
	f.orders++
	return fmt.Sprintf("00000000-0000-4000-8000-%012d", f.orders)
}

func (f *fakeStore) Preview(_ context.Context, c programme.Command) (programme.Preview, error) {
	f.previewed = c
	f.previews++
	if err := f.refuses[c.Ref]; err != nil {
		return programme.Preview{}, err
	}
	if f.refuse != nil {
		return programme.Preview{}, f.refuse
	}
	return f.preview, f.ask()
}

// GiveOnce does what the api does: a second click finds the first.
func (f *fakeStore) GiveOnce(_ context.Context, c programme.Command) (programme.Effect, error) {
	if before, given := f.given[c.ID]; given {
		return *before.Outcome, nil
	}
	if f.refuse != nil {
		return programme.Effect{}, f.refuse
	}
	c.State, c.Outcome = programme.CommandApplied, &programme.Effect{Changed: f.preview.Changed, State: programme.Enrolled}
	if f.given == nil {
		f.given = map[string]programme.Command{}
	}
	f.given[c.ID] = c
	return *c.Outcome, nil
}

// page is the beginning of what passes, and whether there is more.
func page[T any](from []T, limit int, passes func(T) bool) ([]T, bool) {
	var list []T
	for _, one := range from {
		if passes(one) {
			list = append(list, one)
		}
	}
	if len(list) > limit {
		return slices.Clone(list[:limit]), true
	}
	return list, false
}
