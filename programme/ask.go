package programme

import (
	"strconv"
	"time"
)

// AskState is the state of one ask. The records are the referee: whoever moves the row first wins.
type AskState string

// An ask is open until it is answered, lapses at its limit, or is cancelled (withdrawn, skipped, deferred).
const (
	AskOpen      AskState = "open"
	AskAnswered  AskState = "answered"
	AskLapsed    AskState = "lapsed"
	AskCancelled AskState = "cancelled"
)

// Grace is how long after the due moment an answer still counts as in time, before staff take over.
const Grace = 5 * time.Minute

// AskID names one ask: a stage of a journey in one of its rounds. It is opaque and safe in Temporal.
func AskID(ref, stage string, round int) string {
	return ref + "/" + stage + "/" + strconv.Itoa(round)
}

// Part names one of several asks that a stage makes one after another in a round; empty is the first, and most stages
// make no other. A later part takes up the count of plans where the part before it stopped.
type Part string

// PartAttendance is the second part of an event: the place is known, and what is open is who comes.
const PartAttendance Part = "attendance"

// PartAskID names the ask of a part of a stage in one of its rounds; of the first part it is AskID.
func PartAskID(ref, stage string, round int, part Part) string {
	if part == "" {
		return AskID(ref, stage, round)
	}
	return AskID(ref, stage, round) + "/" + string(part)
}

// Ask is somebody asked for something by a date: one row per stage, round and part.
type Ask struct {
	ID       string
	Cohort   string
	Ref      string
	Stage    string
	Kind     Kind
	Round    int
	Part     Part
	Plan     int // counts the ladders: extending, rescheduling and resuming make a new one
	Form     string
	PersonID string // who is asked
	State    AskState
	Owner    Owner
	Due      time.Time
	Limit    time.Time
	Opened   time.Time
	Answered time.Time
	Held     bool
}

// PlannedMail is one line of the ledger that still has to go: its key and its moment.
type PlannedMail struct {
	Key string    `json:"key"`
	At  time.Time `json:"at"`
}

// AskPlan is what a stage's workflow needs to know of its ask: which mails go when, and the moments of due and limit.
// All moments are programme time in UTC; it holds no personal data and is recorded in history.
type AskPlan struct {
	Ask   string        `json:"ask"`
	Stage string        `json:"stage,omitempty"` // left out by Short
	Round int           `json:"round"`
	Plan  int           `json:"plan"`
	Part  Part          `json:"part,omitempty"`
	State AskState      `json:"state"` // answered where the answer came before the workflow asked
	Owner Owner         `json:"owner"`
	Mails []PlannedMail `json:"mails,omitempty"` // ascending, those still planned
	Since time.Time     `json:"since"`
	Due   time.Time     `json:"due"`
	Grace time.Time     `json:"grace,omitzero"` // moment at which staff take over; zero when they already have
	Limit time.Time     `json:"limit"`
	Held  bool          `json:"held,omitempty"`
	// Attention is the code of what is parked in the records, or empty.
	Attention string `json:"attention,omitempty"`
	// Journey and Version are set where the journey has ended before its stage opened: then no order told its workflow.
	// Later are the surveys to come then, as a StageEnd has them.
	Journey JourneyState `json:"journey,omitempty"`
	Version int64        `json:"version,omitempty"`
	Later   []Opening    `json:"later,omitempty"`
}
