package activities

import (
	"context"
	"errors"
	"strings"
	"time"

	"go.temporal.io/sdk/activity"

	"fairlead/programme"
)

// Replan is a change of a cohort's dates: the stages it concerns, joined by commas, or the one sitting of an event that was
// moved, cancelled or put online.
type Replan struct {
	Operation string `json:"operation"`
	Stages    string `json:"stages"`
	Sitting   string `json:"sitting,omitempty"`
	Cohort    string `json:"cohort,omitempty"`
}

// replanPage is how many journeys one page holds.
const replanPage = 200

// ReplanJourneys lets every running journey of a cohort follow its changed dates: the records first, then the journey's
// workflow. It goes on where it was when it is repeated, and each journey takes the change once.
func (a *Activities) ReplanJourneys(ctx context.Context, change Replan) error {
	after := ""
	if activity.HasHeartbeatDetails(ctx) {
		_ = activity.GetHeartbeatDetails(ctx, &after) // without it the pages begin anew, which changes nothing
	}
	if change.Sitting != "" {
		return coded(ctx, a.followSitting(ctx, change, after))
	}
	for {
		refs, next, err := a.Records.RunningJourneys(ctx, change.Cohort, after, replanPage)
		if err != nil {
			return coded(ctx, err)
		}
		for _, ref := range refs {
			for stage := range strings.SplitSeq(change.Stages, ",") {
				if err := a.replan(ctx, change, ref, stage); err != nil {
					return coded(ctx, err)
				}
			}
		}
		if err := a.Records.AdvanceOperation(ctx, change.Operation, len(refs), next == ""); err != nil {
			return coded(ctx, err)
		}
		if after = next; after == "" {
			return nil
		}
		activity.RecordHeartbeat(ctx, after)
	}
}

func (a *Activities) replan(ctx context.Context, change Replan, ref, stage string) error {
	id, err := a.Records.RecordReplan(ctx, change.Operation, change.Cohort, ref, stage)
	if err != nil {
		return err
	}
	return a.carry(ctx, change.Cohort, ref, programme.Order{ID: id, Name: programme.CmdReplan, Stage: stage, Reason: "programme_change"})
}

// followSitting lets the leaders of one sitting follow its change.
func (a *Activities) followSitting(ctx context.Context, change Replan, after string) error {
	for {
		orders, next, err := a.Records.Following(ctx, change.Operation, after, replanPage)
		if err != nil {
			return err
		}
		for _, one := range orders {
			if err := a.carry(ctx, change.Cohort, one.Ref, one.Order); err != nil {
				return err
			}
		}
		if err := a.Records.AdvanceOperation(ctx, change.Operation, len(orders), next == ""); err != nil {
			return err
		}
		if after = next; after == "" {
			return nil
		}
		activity.RecordHeartbeat(ctx, after)
	}
}

// carry puts an order of the programme's own into effect, and lets the journey know.
func (a *Activities) carry(ctx context.Context, cohort, ref string, order programme.Order) error {
	effect, err := a.Records.Apply(ctx, ref, order.ID, time.Time{}, order)
	var illegal *programme.Illegal
	if errors.As(err, &illegal) { // it has ended since it was listed
		return nil
	}
	if err != nil || !effect.Changed {
		return err
	}
	return a.Starter.Replanned(ctx, cohort, ref, order.ID, effect)
}
