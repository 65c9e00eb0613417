package workflows

import (
	"go.temporal.io/sdk/workflow"

	"fairlead/programme"
)

// Selection asks an invited leader whether they take their place. The place is held for them until they answer or the
// invitation's due moment passes, which is also its limit: then it goes to the next of the reserve. Acceptance enrols
// the leader, and the end it returns holds the openings of the whole year; a refusal or silence ends the journey.
//
// Where people apply it is the application, the review and the offer, one after the other: the records open each with a
// newer plan, of which the journey tells this stage.
func (t *Workflows) Selection(ctx workflow.Context, in StageInput) (programme.StageEnd, error) {
	place, err := newAsk(ctx, t, in)
	if err != nil {
		return programme.StageEnd{}, err
	}
	return place.run(ctx)
}
