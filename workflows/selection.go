package workflows

import (
	"go.temporal.io/sdk/workflow"

	"fairlead/programme"
)

// Selection asks an invited leader whether they take their place. The place is held for them until they answer or the
// invitation's due moment passes, which is also its limit: then it goes to the next of the reserve. Acceptance enrols
// the leader, and the end it returns holds the openings of the whole year; a refusal or silence ends the journey.
func (t *Workflows) Selection(ctx workflow.Context, in StageInput) (programme.StageEnd, error) {
	invitation, err := newAsk(ctx, t, in)
	if err != nil {
		return programme.StageEnd{}, err
	}
	return invitation.run(ctx)
}
