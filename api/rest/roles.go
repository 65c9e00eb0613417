package rest

import "fairlead/programme"

// role is what a token may do.
type role string

// The roles of design.md.
const (
	coordinator role = "coordinator" // runs cohorts and journeys
	selector    role = "selector"    // scores the applications assigned to them, on pages of the console: no call
	researcher  role = "researcher"  // blueprints and counts, never a name, no count below ten
	ops         role = "ops"         // sees what is stuck, without personal details, and frees it
	admin       role = "admin"       // everything
)

// roles lists every role.
func roles() []role { return []role{coordinator, selector, researcher, ops, admin} }

// personal reports whether the role may see names, addresses, notes and the text of mails.
func (r role) personal() bool { return r == coordinator || r == admin }

var (
	staff   = []role{coordinator, admin}
	watch   = []role{coordinator, ops, admin}
	counted = []role{coordinator, researcher, ops, admin}
)

// access is the whole of who may call what: operation by role. An operation that is not here is not served.
var access = map[string][]role{
	"list-blueprints":     counted,
	"get-blueprint":       counted,
	"list-cohorts":        counted,
	"get-cohort":          counted,
	"create-cohort":       staff,
	"change-cohort":       staff,
	"get-outcomes":        {coordinator, researcher, admin},
	"import-participants": staff,
	"import-coaches":      staff,
	"match-coaches":       staff,
	"list-matches":        staff,
	"coach-leaves":        staff,
	"list-slots":          staff,
	"publish-slots":       staff,
	"remove-slot":         staff,
	"launch-cohort":       staff,
	"list-sittings":       watch,
	"reschedule":          staff,
	"list-journeys":       watch,
	"get-journey":         watch,
	"list-messages":       watch,
	"get-message":         watch,
	"list-history":        watch,
	"list-tasks":          watch,
	"finish-task":         staff,
	"get-operation":       watch,
	"list-applications":   watch,
	"release-decisions":   staff,
	"get-scoring":         staff,
	"assign-applications": staff,
	"issue-late-code":     staff,
	"list-late-codes":     staff,

	orderID(programme.CmdDecide):           staff,
	orderID(programme.CmdHold):             staff,
	orderID(programme.CmdResume):           staff,
	orderID(programme.CmdWithdraw):         staff,
	orderID(programme.CmdDefer):            staff,
	orderID(programme.CmdExtend):           staff,
	orderID(programme.CmdSkip):             watch,
	orderID(programme.CmdReopen):           staff,
	orderID(programme.CmdResend):           staff,
	orderID(programme.CmdWrite):            staff,
	orderID(programme.CmdAnswerFor):        staff,
	orderID(programme.CmdChangeEmail):      staff,
	orderID(programme.CmdChangeDetails):    staff,
	orderID(programme.CmdRecordAttendance): staff,
	orderID(programme.CmdChangeSitting):    staff,
	orderID(programme.CmdRetry):            watch,
	orderID(programme.CmdCorrect):          staff,
	orderID(programme.CmdChangeCoach):      staff,
}

// orderID is the operation that gives a command.
func orderID(command programme.CommandName) string { return "order-" + string(command) }
