package workflows

import (
	"go.temporal.io/sdk/workflow"

	"fairlead/programme"
)

// CoachingSession asks a leader to book a session with their coach, waits until it is over, and then for the coach to say
// that it was held: two asks, one after the other. Booking, moving, cancelling and logging are decided by the records;
// each tells this workflow to read its plan again. What is said in the session is recorded nowhere.
func (t *Workflows) CoachingSession(ctx workflow.Context, in StageInput) (programme.StageEnd, error) {
	session, err := newAsk(ctx, t, in)
	if err != nil {
		return programme.StageEnd{}, err
	}
	return session.run(ctx)
}
