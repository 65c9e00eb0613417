package programme

import (
	"encoding/json"
	"errors"
	"time"
)

// ErrPending says that an order was accepted but has not finished: it will, and an operation tells when.
var ErrPending = errors.New("accepted, not finished yet")

// JourneyStart is what a journey's workflow begins with: references, dates and keys alone.
type JourneyStart struct {
	Cohort   string        `json:"cohort"`
	Ref      string        `json:"ref"`
	Clock    Clock         `json:"clock"`
	State    JourneyState  `json:"state"`
	Openings []Opening     `json:"openings"`        // selection alone, or every stage to come once a place is accepted
	Mails    []PlannedMail `json:"mails,omitempty"` // the year's dates, for those who were chosen already
	// Stages lists all stages of the blueprint with their kinds, so that commands can be judged before they open.
	Stages []StageStart `json:"stages"`
	// Again is set where a late code begins a lapsed application again: the real moment since when that is so. What ran
	// before it has ended.
	Again time.Time `json:"again,omitzero"`
}

// StageStart names one stage of the year.
type StageStart struct {
	Name  string     `json:"name"`
	Kind  Kind       `json:"kind"`
	State StageState `json:"state,omitempty"` // empty means not open
}

// JourneyFilter selects journeys for a page; zero fields select all.
type JourneyFilter struct {
	Cohort    string
	State     JourneyState
	Stage     string // with an open stage of this name
	WaitingOn Owner  // with an open stage that waits on this owner, and not on hold
	Overdue   *bool
	Group     string // of residential groups, however its letters are written
	Query     string // part of a name, organisation, address or reference, whatever its case
	Sort      JourneySort
}

// JourneySort is the order of a list of journeys.
type JourneySort string

// A list goes by reference unless it is asked otherwise; where it is, journeys that are alike go by reference.
const (
	SortReference    JourneySort = ""
	SortOrganisation JourneySort = "organisation"
	SortState        JourneySort = "state"
	// SortName is by the leader's family name, then the given name.
	SortName JourneySort = "name"
	// SortDue is by the earliest due date of what is open, those last of whom nothing is asked.
	SortDue JourneySort = "due"
)

// TaskFilter selects tasks for a page.
type TaskFilter struct {
	Cohort string
	Ref    string
	Owner  string // address of their owner or deputy, whatever its case
	Open   bool   // only those not done
}

// OutboxRow is a signal that a transaction promised to a workflow.
type OutboxRow struct {
	ID         string
	WorkflowID string
	Signal     string
	Body       json.RawMessage
	Start      string // "cohort" where the workflow is started if it does not run
}

// SubmitResult is what became of a submitted form.
type SubmitResult struct {
	ID      string   // the submission; its last letters are the reference people quote
	Outbox  []string // rows to deliver at once
	Already bool     // the same ask was answered before and this changed nothing
	Differs bool     // Already, and the answer before says something else
	Changed bool     // an answer given before was changed
}

// Draft is a section of a form saved on the way.
type Draft struct {
	Answers  Answers
	Complete bool
}
