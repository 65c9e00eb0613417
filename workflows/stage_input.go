package workflows

import (
	"strings"

	"go.temporal.io/sdk/workflow"

	"fairlead/programme"
)

// short is an input without what the id and the type of the workflow say: it is written twice, into the journey's history and
// into the stage's own.
func (in StageInput) short() StageInput {
	in.Cohort, in.Ref, in.Stage, in.Kind = "", "", "", ""
	return in
}

// whole is an input with what its workflow's id and type say.
func (in StageInput) whole(info *workflow.Info) StageInput {
	parts := strings.Split(info.WorkflowExecution.ID, "/") // journey/COHORT/REF/STAGE
	if in.Stage != "" || len(parts) != 4 {
		return in
	}
	in.Cohort, in.Ref, in.Stage = parts[1], parts[2], parts[3]
	for _, kind := range programme.Kinds() {
		if kind.Workflow() == info.WorkflowType.Name {
			in.Kind = kind
		}
	}
	return in
}
