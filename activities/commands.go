package activities

import (
	"context"
	"time"

	"fairlead/programme"
)

// CommandCall is one order of staff for one journey.
type CommandCall struct {
	Ref     string          `json:"ref"`
	Command string          `json:"command"` // row id of the command, also the update's id
	Order   programme.Order `json:"order"`
	At      time.Time       `json:"at"` // programme moment of the order
}

// ApplyCommand puts an order of staff into effect in one transaction and says what the workflows have to do about it. A
// repeat returns the first effect.
func (a *Activities) ApplyCommand(ctx context.Context, call CommandCall) (programme.Effect, error) {
	defer a.keepBeating(ctx)()
	effect, err := a.Records.Apply(ctx, call.Ref, call.Command, call.At, call.Order)
	return effect, coded(ctx, err)
}
