package programme

import "time"

// Parked is a stage, or a journey itself, that waits for somebody to free it.
type Parked struct {
	Cohort string
	Ref    string
	Stage  string // empty: the journey itself
	Code   string // what is wrong: the value of Attention in the Temporal UI, and the name of its runbook
	Since  time.Time
}

// Late is one kind of work that should have been done by now and is not.
type Late struct {
	What  string // a code: LateLimit, LateMail, LateSignal, LateOperation
	Count int
	Refs  []string // of which journeys, workflows or operations, the first few
}

// Kinds of late work.
const (
	LateLimit     = "limit"     // asks whose limit has passed are still open: their workflows do not run
	LateMail      = "mail"      // mails whose moment has passed are still planned
	LateSignal    = "signal"    // answers and orders have not reached their workflows
	LateOperation = "operation" // bulk work goes on for more than a day
)
