package workflows

import (
	"go.temporal.io/sdk/workflow"

	"fairlead/programme"
)

// Psychometrics asks a leader who agreed to it to take a questionnaire for their own development; one that a supplier
// holds ends when staff say that it is done. Answers, scores and report lie in the records for the leader alone: this
// workflow and its history know only that it was answered.
func (t *Workflows) Psychometrics(ctx workflow.Context, in StageInput) (programme.StageEnd, error) {
	questionnaire, err := newAsk(ctx, t, in)
	if err != nil {
		return programme.StageEnd{}, err
	}
	return questionnaire.run(ctx)
}
