package programme

import "time"

// StageState is where one stage of a journey stands.
type StageState string

// A stage goes from not open to open, and from there to one of four ends. Reopening makes it open again, in its next
// round.
const (
	StageNotOpen   StageState = "not_open"
	StageOpen      StageState = "open"
	StageDone      StageState = "done"
	StageLapsed    StageState = "lapsed"
	StageSkipped   StageState = "skipped"
	StageCancelled StageState = "cancelled"
)

// Closed reports whether the stage has ended.
func (s StageState) Closed() bool {
	return s == StageDone || s == StageLapsed || s == StageSkipped || s == StageCancelled
}

// Owner is whom a stage waits on.
type Owner string

// The owners of programme.md; each is a value of the search attribute WaitingOn.
const (
	OwnerParticipant Owner = "participant"
	OwnerStaff       Owner = "staff"
	OwnerSelector    Owner = "selector"
	OwnerCoach       Owner = "coach"
	OwnerSupplier    Owner = "supplier"
	OwnerCalendar    Owner = "calendar"
)

// Kind is what a stage does; each kind is served by the workflow of the same name.
type Kind string

// The kinds of stage. The program runs them all; Runs tells.
const (
	KindSelection     Kind = "selection"
	KindOnboarding    Kind = "onboarding"
	KindPsychometrics Kind = "psychometrics"
	KindEvent         Kind = "event"
	KindCoaching      Kind = "coaching"
	KindSurvey        Kind = "survey"
	KindAlumni        Kind = "alumni"
)

// Runs reports whether this version has a workflow for the kind. A cohort whose blueprint holds another kind can be
// looked at but not launched.
func (k Kind) Runs() bool {
	return k.Workflow() != ""
}

// Changeable reports whether an answer to a stage of the kind may be changed until its limit. A place that was taken and
// a questionnaire that was scored stay as they are.
func (k Kind) Changeable() bool { return k != KindSelection && k != KindPsychometrics }

// Kinds lists all kinds of stages.
func Kinds() []Kind {
	return []Kind{KindSelection, KindOnboarding, KindPsychometrics, KindEvent, KindCoaching, KindSurvey, KindAlumni}
}

// Workflow is the name of the workflow type that serves the kind.
func (k Kind) Workflow() string {
	switch k {
	case KindSelection:
		return "Selection"
	case KindOnboarding:
		return "Onboarding"
	case KindPsychometrics:
		return "Psychometrics"
	case KindEvent:
		return "Event"
	case KindCoaching:
		return "CoachingSession"
	case KindSurvey:
		return "Survey"
	case KindAlumni:
		return "Alumni"
	}
	return ""
}

// Stage is one stage of one journey as the records know it.
type Stage struct {
	Name      string // residential-2
	Kind      Kind
	Title     string // "Closing survey", for people
	Later     bool   // a survey that comes after the year, see BlueprintStage.Later
	Position  int    // order in the blueprint, from 0
	State     StageState
	Round     int  // 1, and one more for every reopening; 0 before the first opening
	Part      Part // which of the round's asks it is at
	WaitingOn Owner
	Since     time.Time // since when it waits on that owner
	OpensAt   time.Time // planned or actual opening
	Due       time.Time // what the mail says
	Limit     time.Time // when the form closes; the "until when" of the wait
	Overdue   bool      // the due date passed unanswered
	Attention string    // code of what is parked, or empty
	ClosedAt  time.Time
	Outcome   string // accepted, declined, answered, lapsed, … : a code
	// AnsweredAt is the moment of the latest answer of this round, as the answer that is kept has it.
	AnsweredAt time.Time
}

// Opening is a stage to come: when it opens and until when it will wait, for the journey's timer and for the search
// attributes of the stage's workflow.
type Opening struct {
	Stage string    `json:"stage"`
	Kind  Kind      `json:"kind,omitempty"` // empty where a run hands it on to the next, which knows the kinds of all stages
	At    time.Time `json:"at"`
	Due   time.Time `json:"due"`
	Round int       `json:"round,omitempty"` // 0 means the first
}

// StageEnd is how a stage ended and what follows from it for the journey.
type StageEnd struct {
	Stage    string        `json:"stage,omitempty"`
	State    StageState    `json:"state,omitempty"`
	Outcome  string        `json:"outcome,omitempty"`
	Journey  JourneyState  `json:"journey,omitempty"`  // the journey's state afterwards
	Version  int64         `json:"version,omitempty"`  // the journey's, which tells which of two states is the newer
	Openings []Opening     `json:"openings,omitempty"` // set when the end settles what comes next (a place was accepted)
	Mails    []PlannedMail `json:"mails,omitempty"`    // mails that the journey now has to send
	Skipped  []string      `json:"skipped,omitempty"`  // stages that it settled before they opened
	Later    []Opening     `json:"later,omitempty"`    // of a journey that is completed: the surveys to come after the year
	Plan     *AskPlan      `json:"plan,omitempty"`     // of a stage that has not ended after all: its ask as it stands
}
