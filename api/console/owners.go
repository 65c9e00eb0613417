package console

import (
	"context"
	"slices"

	"fairlead/programme"
)

// ownerWarnings names the owners and deputies of a cohort who are not on the list of staff. They are not signed off: the list
// mends them, or another owner. The field of one about a stage is the stage's name.
func (s *Console) ownerWarnings(ctx context.Context, year programme.Blueprint, c programme.Cohort) ([]programme.Fault, error) {
	staff, err := s.Store.StaffAddresses(ctx)
	if err != nil {
		return nil, err
	}
	warnings := programme.OwnerWarnings(year, c, staff)
	for i := range warnings {
		warnings[i].Field = stageOfPlace(warnings[i].Field)
	}
	return warnings, nil
}

// ofStage are the warnings about one stage.
func ofStage(warnings []programme.Fault, stage string) []programme.Fault {
	return slices.DeleteFunc(warnings, func(f programme.Fault) bool { return f.Field != stage })
}
