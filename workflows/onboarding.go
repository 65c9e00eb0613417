package workflows

import (
	"go.temporal.io/sdk/workflow"

	"fairlead/programme"
)

// Onboarding asks an enrolled leader for everything the year needs to know: profile, assistant, consents, needs,
// coaching wishes and the baseline survey. Its answer may name an assistant, who then gets a mail of their own, sent by
// the journey. At the limit the stage lapses: consents count as refused and staff get a task, but the year goes on.
func (t *Workflows) Onboarding(ctx workflow.Context, in StageInput) (programme.StageEnd, error) {
	form, err := newAsk(ctx, t, in)
	if err != nil {
		return programme.StageEnd{}, err
	}
	return form.run(ctx)
}
