package records

import "fairlead/programme"

// invitationOutcome is what an answer to an invitation makes of the selection. The place itself is taken up, or given
// back, when the stage closes.
func invitationOutcome(answers programme.Answers) string {
	if answers.Get("answer") == programme.Accept {
		return outcomeAccepted
	}
	return outcomeDeclined
}
