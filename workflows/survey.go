package workflows

import (
	"go.temporal.io/sdk/workflow"

	"fairlead/programme"
)

// Survey asks a leader to answer a questionnaire. It blocks nothing: at its limit it lapses and the year goes on. The
// answers lie under a research pseudonym, so that this workflow and its history know only that it was answered. One that
// comes after the year is started when its journey is completed, and waits for its opening first.
func (t *Workflows) Survey(ctx workflow.Context, in StageInput) (programme.StageEnd, error) {
	survey, err := newAsk(ctx, t, in)
	if err != nil {
		return programme.StageEnd{}, err
	}
	return survey.run(ctx)
}
