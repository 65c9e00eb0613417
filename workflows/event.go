package workflows

import (
	"go.temporal.io/sdk/workflow"

	"fairlead/programme"
)

// Event serves the residentials and the opening and closing events: it asks whether the place is taken, brings the joining
// instructions, and waits for the register once the event is over. It does not end for want of an answer, only by what the
// register or staff say of the leader.
func (t *Workflows) Event(ctx workflow.Context, in StageInput) (programme.StageEnd, error) {
	event, err := newAsk(ctx, t, in)
	if err != nil {
		return programme.StageEnd{}, err
	}
	return event.run(ctx)
}
