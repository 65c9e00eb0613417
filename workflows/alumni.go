package workflows

import (
	"go.temporal.io/sdk/workflow"

	"fairlead/programme"
)

// Alumni closes the year: the name for the certificate, what the directory may show field by field, and the interests
// in the network. When it ends, answered or not, and every other stage has ended too, the journey is completed.
func (t *Workflows) Alumni(ctx workflow.Context, in StageInput) (programme.StageEnd, error) {
	membership, err := newAsk(ctx, t, in)
	if err != nil {
		return programme.StageEnd{}, err
	}
	return membership.run(ctx)
}
