package activities_test

import (
	"context"
	"slices"
	"testing"
	"time"

	"go.temporal.io/sdk/testsuite"

	"fairlead/activities"
	"fairlead/programme"
)

// replanned stands in for records and workflows; the journey in the middle has ended since it was listed.
type replanned struct {
	activities.Records
	done bool
	told []string
}

func (r *replanned) RunningJourneys(context.Context, string, string, int) ([]string, string, error) {
	return []string{"P-AAAAAA", "P-BBBBBB", "P-CCCCCC"}, "", nil
}

func (r *replanned) RecordReplan(_ context.Context, op, _, ref, stage string) (string, error) {
	return op + "/" + ref + "/" + stage, nil
}

func (r *replanned) Apply(_ context.Context, ref, _ string, _ time.Time, order programme.Order) (programme.Effect, error) {
	if ref == "P-BBBBBB" {
		return programme.Effect{}, &programme.Illegal{What: string(order.Name), State: string(programme.Withdrawn), Why: "The journey has ended."}
	}
	return programme.Effect{Changed: true}, nil
}

func (r *replanned) AdvanceOperation(_ context.Context, _ string, _ int, finish bool) error {
	r.done = finish
	return nil
}

func (r *replanned) StartJourney(context.Context, programme.JourneyStart) error { return nil }

func (r *replanned) Replanned(_ context.Context, _, ref, _ string, _ programme.Effect) error {
	r.told = append(r.told, ref)
	return nil
}

func (r *replanned) StageEnded(_ context.Context, _, _, opened string, end programme.StageEnd) error {
	r.told = append(r.told, opened+" "+end.Stage+" "+string(end.State))
	return nil
}

func (r *replanned) StagesGone(context.Context, string, string, []string) ([]string, error) {
	return []string{"ended", "lost"}, nil
}

func (r *replanned) StageEnds(context.Context, string, []string) ([]programme.StageEnd, error) {
	return []programme.StageEnd{{Stage: "ended", State: programme.StageDone}}, nil
}

// What does not run any more has ended, or it is lost.
func TestWhatAJourneyLeftOpenIsLookedAfter(t *testing.T) {
	t.Parallel()
	world := &replanned{}
	acts := &activities.Activities{Records: world, Starter: world}
	var suite testsuite.WorkflowTestSuite
	env := suite.NewTestActivityEnvironment()
	env.RegisterActivity(acts)
	value, err := env.ExecuteActivity(acts.LookAfter, activities.CarriedCall{Cohort: "c", Ref: "P-AAAAAA", Stages: []string{"runs", "ended", "lost"}})
	if err != nil {
		t.Fatal(err)
	}
	var carried activities.Carried
	if err := value.Get(&carried); err != nil || len(carried.Ends) != 1 || carried.Ends[0].Stage != "ended" || !slices.Equal(carried.Lost, []string{"lost"}) {
		t.Errorf("%+v, %v", carried, err)
	}
	for _, opened := range []string{"", "run-1"} { // nobody waits for the first
		if _, err := env.ExecuteActivity(acts.TellEnd, activities.EndCall{Cohort: "c", Ref: "P-AAAAAA", Opened: opened, End: programme.StageEnd{Stage: "one"}}); err != nil {
			t.Fatal(err)
		}
	}
	if !slices.Equal(world.told, []string{"run-1 one "}) {
		t.Errorf("told %q", world.told)
	}
}

func TestChangedDatesReachEveryJourneyThoughOneHasEnded(t *testing.T) {
	t.Parallel()
	world := &replanned{}
	acts := &activities.Activities{Records: world, Starter: world}
	var suite testsuite.WorkflowTestSuite
	env := suite.NewTestActivityEnvironment()
	env.RegisterActivity(acts)
	if _, err := env.ExecuteActivity(acts.ReplanJourneys, activities.Replan{Operation: "op", Stages: "alumni", Cohort: "c"}); err != nil {
		t.Fatal(err)
	}
	if !slices.Equal(world.told, []string{"P-AAAAAA", "P-CCCCCC"}) || !world.done {
		t.Errorf("told %v, finished %t", world.told, world.done)
	}
}

func (r *replanned) Following(_ context.Context, op, after string, _ int) ([]programme.Following, string, error) {
	order := func(ref string) programme.Following {
		return programme.Following{Ref: ref, Order: programme.Order{ID: op + "." + ref, Name: programme.CmdFollowSitting, Stage: "residential-2", Sitting: "a"}}
	}
	if after == "" {
		return []programme.Following{order("P-AAAAAA"), order("P-BBBBBB")}, "P-BBBBBB", nil
	}
	return []programme.Following{order("P-CCCCCC")}, "", nil
}

func TestAMovedSittingReachesItsLeadersPageByPage(t *testing.T) {
	t.Parallel()
	world := &replanned{}
	acts := &activities.Activities{Records: world, Starter: world}
	var suite testsuite.WorkflowTestSuite
	env := suite.NewTestActivityEnvironment()
	env.RegisterActivity(acts)
	change := activities.Replan{Operation: "op", Stages: "residential-2", Sitting: "a", Cohort: "c"}
	if _, err := env.ExecuteActivity(acts.ReplanJourneys, change); err != nil {
		t.Fatal(err)
	}
	if !slices.Equal(world.told, []string{"P-AAAAAA", "P-CCCCCC"}) || !world.done {
		t.Errorf("told %v, finished %t", world.told, world.done)
	}
}
