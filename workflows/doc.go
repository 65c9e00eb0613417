// Package workflows is what happens over weeks and months: one file per workflow, ask.go beneath the stages, client.go
// for those who talk to running ones. Workflow code decides and waits; everything that reads or writes the world is an
// activity. Histories hold references, codes, keys and dates alone.
package workflows

import (
	"time"

	"fairlead/activities"
	"fairlead/programme"
)

// Task queues: mail has its own, so that its rate can be capped without holding up anything else.
const (
	Queue     = "fairlead"
	MailQueue = "fairlead-mail"
)

// The names of the workflow types.
const (
	TypeCohort          = "Cohort"
	TypeJourney         = "Journey"
	TypeSelection       = "Selection"
	TypeOnboarding      = "Onboarding"
	TypePsychometrics   = "Psychometrics"
	TypeCoachingSession = "CoachingSession"
	TypeSurvey          = "Survey"
	TypeEvent           = "Event"
	TypeAlumni          = "Alumni"
)

// The signals: something happened. They carry row ids; the records hold the facts.
const (
	SignalFormSubmitted = "form-submitted" // to a stage: {"submission": id}
	SignalChanged       = "changed"        // from a journey to its stage: a new plan, or its end
	SignalStageParked   = "stage-parked"   // from a stage to its journey: something waits for staff, or no longer does
	SignalStageEnded    = "stage-ended"    // to a journey: how a stage of an earlier run ended; of its own run's stages the server tells
	SignalMail          = "mail"           // to a journey or cohort: send this line of the ledger
	SignalReplan        = "replan"         // to a cohort: its dates changed
	SignalMoved         = "moved"          // to a journey: what was done to it by nobody's order
	SignalReplanned     = "replanned"      // to a journey: what a change of the cohort, or a consent withdrawn, did to its stages
	SignalLaunch        = "launch"         // to a cohort: start the journeys of an operation
	SignalPlaceFreed    = "place-freed"    // to a cohort
	SignalTasksChanged  = "tasks-changed"  // to a cohort
	SignalPoke          = "poke"           // to any: wake up and look again
)

// QueryExplain is the query for people who debug: what the workflow waits for, in words.
const QueryExplain = "explain"

// a names the activities for the compiler; it is never called.
var a *activities.Activities

// Workflows holds the addresses that details in the Temporal UI lead to. Its methods are the workflows. Nothing in it
// may decide what a workflow does.
type Workflows struct {
	ConsoleURL string // "http://127.0.0.1:8080", without a slash at the end; empty: no link
	RunbookURL string // where the runbooks can be read
}

// StageInput is what a stage's workflow begins with. What its id and its type say is left out: see stage_input.go.
type StageInput struct {
	Cohort string          `json:"cohort,omitempty"`
	Ref    string          `json:"ref,omitempty"`
	Stage  string          `json:"stage,omitempty"`
	Kind   programme.Kind  `json:"kind,omitempty"`
	Clock  programme.Clock `json:"clock"`
	At     time.Time       `json:"at"`  // planned moment of the opening
	Due    time.Time       `json:"due"` // as planned by the journey; the stage's own plan decides
	Style  Style           `json:"style,omitempty"`
	// Since is set for a survey after the year: its workflow waits for the opening itself, from this programme moment on.
	Since time.Time `json:"since,omitzero"`
}
