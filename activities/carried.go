package activities

import (
	"context"
	"slices"

	"fairlead/programme"
)

// A journey that goes on in a fresh run leaves its open stages to themselves. They tell it how they end, and it looks after
// them: once when the run begins, for what ended meanwhile, and now and then for what was ended by hand.

// EndCall tells how a stage ended.
type EndCall struct {
	Cohort string             `json:"cohort"`
	Ref    string             `json:"ref"`
	Opened string             `json:"opened"` // the run of the journey that opened it
	End    programme.StageEnd `json:"end"`    // without a state: its workflow was ended by hand
}

// TellEnd tells a journey how a stage ended, where the closing has not.
func (a *Activities) TellEnd(ctx context.Context, call EndCall) error {
	defer a.keepBeating(ctx)()
	return coded(ctx, a.tellEnd(ctx, call.Cohort, call.Ref, call.Opened, call.End))
}

func (a *Activities) tellEnd(ctx context.Context, cohort, ref, opened string, end programme.StageEnd) error {
	if opened == "" {
		return nil
	}
	return a.Starter.StageEnded(ctx, cohort, ref, opened, end)
}

// CarriedCall names the stages that an earlier run of a journey opened.
type CarriedCall struct {
	Cohort string   `json:"cohort"`
	Ref    string   `json:"ref"`
	Stages []string `json:"stages"`
}

// Carried is what became of such stages; those that go on are not in it.
type Carried struct {
	Ends []programme.StageEnd `json:"ends,omitempty"`
	Lost []string             `json:"lost,omitempty"` // the records wait for them, and their workflow does not run
}

// LookAfter finds out what became of stages of which no run of their journey hears by the server. What runs is asked first:
// a workflow that has come to its end has ended in the records before.
func (a *Activities) LookAfter(ctx context.Context, call CarriedCall) (Carried, error) {
	defer a.keepBeating(ctx)()
	gone, err := a.Starter.StagesGone(ctx, call.Cohort, call.Ref, call.Stages)
	if err != nil {
		return Carried{}, coded(ctx, err)
	}
	var carried Carried
	if carried.Ends, err = a.Records.StageEnds(ctx, call.Ref, call.Stages); err != nil {
		return Carried{}, coded(ctx, err)
	}
	for _, stage := range gone {
		if !slices.ContainsFunc(carried.Ends, func(end programme.StageEnd) bool { return end.Stage == stage }) {
			carried.Lost = append(carried.Lost, stage)
		}
	}
	return carried, nil
}
