package programme

import (
	"slices"
	"time"
)

// CommandName is what staff can order, the same word in REST, the console, the workflow's update and the history.
type CommandName string

// The commands on one journey.
const (
	CmdDecide        CommandName = "record-decision"
	CmdHold          CommandName = "hold"
	CmdResume        CommandName = "resume"
	CmdWithdraw      CommandName = "withdraw"
	CmdDefer         CommandName = "defer"
	CmdExtend        CommandName = "extend"
	CmdSkip          CommandName = "skip"
	CmdReopen        CommandName = "reopen"
	CmdResend        CommandName = "resend"
	CmdWrite         CommandName = "write"
	CmdAnswerFor     CommandName = "answer-for"
	CmdChangeEmail   CommandName = "change-email"
	CmdChangeDetails CommandName = "change-details"
	CmdChangeCoach   CommandName = "change-coach"
	CmdRetry         CommandName = "retry"
	CmdCorrect       CommandName = "correct"
	// CmdRecordAttendance notes whether the leader came to an event; CmdChangeSitting gives another of its dates.
	CmdRecordAttendance CommandName = "record-attendance"
	CmdChangeSitting    CommandName = "change-sitting"
)

// CmdReplan lets a stage follow its cohort's changed dates. The programme orders it after a change of the cohort; it is
// no command of staff.
const CmdReplan CommandName = "replan"

// CmdFollowSitting lets a journey follow a sitting that was moved, cancelled or put online. The programme orders it after
// a reschedule of the cohort; it is no command of staff.
const CmdFollowSitting CommandName = "follow-sitting"

// Commands lists them in the order staff read them.
func Commands() []CommandName {
	return []CommandName{CmdDecide, CmdHold, CmdResume, CmdWithdraw, CmdDefer, CmdExtend, CmdSkip, CmdReopen, CmdResend, CmdWrite,
		CmdAnswerFor, CmdChangeCoach, CmdChangeEmail, CmdChangeDetails, CmdRecordAttendance, CmdChangeSitting, CmdRetry, CmdCorrect}
}

// ReasonCodes are the reasons staff may give. A reason goes to Temporal, the note that explains it does not.
func ReasonCodes() []string {
	return []string{"leader_asked", "employer_asked", "illness", "leave", "role_change", "operational_demand",
		"no_answer", "mistake", "new_information", "telephone", "letter", "programme_change", "technical", "other"}
}

// Command is one order of staff as the records keep it. Its ID is the row's and also the update's, so a repeat is
// recognised everywhere. Note, Subject, Text, Email, Details and Answers are personal: they stay in the records.
type Command struct {
	ID      string
	Name    CommandName
	Cohort  string
	Ref     string
	Stage   string // extend, skip, reopen, answer-for, retry, correct
	Reason  string // one of ReasonCodes
	Note    string
	Actor   string  // "staff:<token name>" or "temporal-ui"
	Until   Date    // extend
	Missed  string  // resume: "skip" (default) or "send"
	Into    string  // defer: the other cohort
	Message string  // resend: a message name, or a key
	Subject string  // write: of the mail, in staff's words
	Text    string  // write: the mail, in Markdown as opening paragraphs are
	Coach   string  // change-coach: the coach's reference, empty: the next best
	Email   string  // change-email, correct
	GivenBy string  // answer-for: who said so
	How     string  // answer-for: telephone, letter, in_person
	Answers Answers // answer-for
	Details Details // change-details
	Sitting string  // change-sitting: the name of the other sitting
	Status  string  // record-attendance: attended, absent or excused
	Costs   Costs   // record-attendance, change-sitting, skip: of an event that was missed
	Urgent  bool    // follow-sitting: the event was, or is now, within two days
	// Decision is what record-decision decides.
	Decision Decision
	// IfVersion is the version of the journey that staff were shown when they ordered it, 0: any. Of another the order is
	// refused: somebody was there first.
	IfVersion int64
	Operation string    // the bulk work it is part of, or empty
	At        time.Time // programme moment at which it was ordered
	State     CommandState
	// Outcome is set once it was applied.
	Outcome *Effect
}

// CommandState follows an order from its row to its effect.
type CommandState string

// A command is recorded, then applied or refused. It is abandoned where the caller was told 503: it must not take
// effect later.
const (
	CommandRecorded  CommandState = "recorded"
	CommandApplied   CommandState = "applied"
	CommandRefused   CommandState = "refused"
	CommandAbandoned CommandState = "abandoned"
)

// Details are corrections of a leader's post or assistant; nil leaves a field as it is.
type Details struct {
	Title          *string `json:"title,omitempty"`
	GivenName      *string `json:"given_name,omitempty"`
	FamilyName     *string `json:"family_name,omitempty"`
	Phone          *string `json:"phone,omitempty"`
	JobTitle       *string `json:"job_title,omitempty"`
	Organisation   *string `json:"organisation,omitempty"`
	Sector         *string `json:"sector,omitempty"`
	Region         *string `json:"region,omitempty"`
	RoleStarted    *string `json:"role_started,omitempty"`
	AssistantName  *string `json:"assistant_name,omitempty"`
	AssistantEmail *string `json:"assistant_email,omitempty"`
	AssistantPhone *string `json:"assistant_phone,omitempty"`
	AssistantMay   *string `json:"assistant_may,omitempty"`
}

// Order is a command as it travels to the workflow: references and codes, nothing personal. Ops may send one from the
// Temporal UI with the stage and reason alone; then ID is empty and the update's id stands in.
type Order struct {
	ID      string      `json:"id,omitempty"`
	Name    CommandName `json:"name,omitempty"`
	Stage   string      `json:"stage,omitempty"`
	Reason  string      `json:"reason,omitempty"`
	Until   Date        `json:"until,omitzero"`
	Missed  string      `json:"missed,omitempty"`
	Into    string      `json:"into,omitempty"`
	Message string      `json:"message,omitempty"`
	Sitting string      `json:"sitting,omitempty"`
	Status  string      `json:"status,omitempty"`
	Costs   Costs       `json:"costs,omitempty"`
	Urgent  bool        `json:"urgent,omitempty"`
	// Decision is what record-decision decides.
	Decision Decision `json:"decision,omitempty"`
	Coach    string   `json:"coach,omitempty"`
	// IfVersion is the version of the journey that staff were shown, which only the records compare.
	IfVersion int64 `json:"if_version,omitempty"`
}

// Effect is what a command did, as the workflow needs it: states, codes, dates and keys.
type Effect struct {
	Changed  bool          `json:"changed"`            // false: the effect already held, nothing was done
	State    JourneyState  `json:"state"`              // the journey's state afterwards
	Version  int64         `json:"version,omitempty"`  // the journey's, which tells which of two states is the newer
	Plans    []AskPlan     `json:"plans,omitempty"`    // new plans of asks that are still open
	Ends     []StageEnd    `json:"ends,omitempty"`     // stages that ended by it
	Mails    []PlannedMail `json:"mails,omitempty"`    // mails for the journey to send
	Openings []Opening     `json:"openings,omitempty"` // stages to open (reopened), or new openings of stages not yet open
	Freed    []string      `json:"freed,omitempty"`    // stages whose parked act is to be tried again
	Answered string        `json:"answered,omitempty"` // stage whose ask was answered by it
	Into     string        `json:"into,omitempty"`     // defer: the new reference
}

// JourneyView is what legality is judged by; the workflow and the records each hold one.
type JourneyView struct {
	State  JourneyState
	Stages map[string]StageView
	Parked bool // the journey itself has something parked
	// Coached says that the year has coaching.
	Coached bool
}

// StageView is the part of a stage that legality is judged by.
type StageView struct {
	State  StageState
	Kind   Kind
	Parked bool
	Lost   bool // its workflow was ended by hand: a retry starts it again
	Later  bool // a survey that comes after the year, see BlueprintStage.Later
}

// Legal reports whether a command may be given to a journey, as nil or an *Illegal that names the state. A command
// whose effect already holds is legal: it changes nothing and says so (see Holds).
func Legal(order Order, view JourneyView) error {
	illegal := func(state, why string) error {
		return &Illegal{What: string(order.Name), State: state, Why: why}
	}
	if view.Holds(order) {
		return nil
	}
	// A person's address and details can be mended whatever the state; the rest needs a journey that goes on, or a survey
	// that comes after it.
	after := view.State == Completed && view.Stages[order.Stage].Later && (order.Name == CmdSkip || order.Name == CmdExtend)
	if view.State.Ended() && !after && order.Name != CmdChangeEmail && order.Name != CmdChangeDetails && order.Name != CmdResend &&
		order.Name != CmdRetry && order.Name != CmdCorrect {
		return illegal(string(view.State), "The journey has ended.")
	}
	stage, known := view.Stages[order.Stage]
	needsStage := func(states ...StageState) error {
		if order.Stage == "" {
			return Refuse("stage", "Name the stage.")
		}
		if !known {
			return Refuse("stage", "This journey has no stage of that name.")
		}
		for _, s := range states {
			if stage.State == s {
				return nil
			}
		}
		return illegal(order.Stage+" is "+string(stage.State), "The stage is not in a state that allows it.")
	}
	if order.Costs != "" {
		if err := order.costs(stage, known); err != nil {
			return err
		}
	}
	applying := known && stage.Kind == KindSelection && view.State.applicant()
	switch order.Name {
	case CmdDecide:
		if view.State != UnderReview {
			return illegal(string(view.State), "A decision is recorded while the application is under review.")
		}
		if order.Decision.State() == "" {
			return Refuse("decision", "Choose the decision: offer, waitlist or reject.")
		}
	case CmdHold:
		if view.State == Reserve {
			return illegal(string(view.State), "Nothing runs yet for somebody on the reserve.")
		}
	case CmdResume:
		if view.State != OnHold {
			return illegal(string(view.State), "Only a journey on hold can be resumed.")
		}
	case CmdWithdraw:
	case CmdDefer:
		if order.Into == "" {
			return Refuse("cohort", "Name the cohort in which the leader goes on.")
		}
		if !view.State.CanMove(Deferred) {
			return illegal(string(view.State), "Nothing was decided yet that could go on in another cohort.")
		}
	case CmdExtend:
		if view.State == OnHold {
			return illegal(string(view.State), "Resume the journey first: dates move by the length of the hold.")
		}
		if applying {
			return illegal(string(view.State), "The deadline of applications is the same for all: issue a late code instead.")
		}
		return needsStage(StageOpen)
	case CmdAnswerFor:
		if known && stage.Kind == KindSurvey {
			return Refuse("stage", "A survey is answered by the leader alone.")
		}
		if applying && view.State != Applying {
			return illegal(string(view.State), "The application is in: nothing is asked of the applicant.")
		}
		return needsStage(StageOpen)
	case CmdSkip:
		if known && stage.Kind == KindSelection {
			return illegal(order.Stage+" is "+string(stage.State), "Selection cannot be skipped: answer for the leader, or withdraw.")
		}
		if stage.Kind == KindPsychometrics || stage.Kind == KindCoaching { // a recorded decision: it stays as it is
			return needsStage(StageOpen, StageNotOpen, StageLapsed)
		}
		return needsStage(StageOpen, StageNotOpen)
	case CmdReopen:
		if known && stage.Kind == KindSelection {
			return illegal(order.Stage+" is "+string(stage.State), "Selection cannot be reopened.")
		}
		if view.State == OnHold {
			return illegal(string(view.State), "Resume the journey first.")
		}
		if stage.Later {
			return illegal(order.Stage+" is "+string(stage.State), "A survey after the year is not asked again.")
		}
		return needsStage(StageDone, StageLapsed, StageSkipped)
	case CmdChangeCoach:
		if !view.Coached {
			return illegal(string(view.State), "There is no coaching in this year.")
		}
		if view.State != Enrolled && view.State != OnHold {
			return illegal(string(view.State), "Only who has a place has a coach.")
		}
	case CmdResend:
		if view.State == OnHold {
			return illegal(string(view.State), "Nothing is sent while the journey is on hold.")
		}
		if view.State == Reserve {
			return illegal(string(view.State), "Nothing was sent yet.")
		}
	case CmdWrite:
		if view.State == OnHold {
			return illegal(string(view.State), "Nothing is sent while the journey is on hold.")
		}
		if view.State == Reserve {
			return illegal(string(view.State), "Nobody on the reserve is written to before they are invited.")
		}
	case CmdRetry, CmdCorrect:
		if order.Stage == "" {
			if !view.Parked {
				return illegal(string(view.State), "Nothing of this journey is parked.")
			}
			return nil
		}
		if !known {
			return Refuse("stage", "This journey has no stage of that name.")
		}
		if !stage.Parked {
			return illegal(order.Stage+" is "+string(stage.State), "Nothing of this stage is parked.")
		}
	case CmdRecordAttendance, CmdChangeSitting:
		if known && stage.Kind != KindEvent {
			return Refuse("stage", "Only an event has a register and other dates.")
		}
		if order.Name == CmdChangeSitting {
			if order.Sitting == "" {
				return Refuse("sitting", "Name the other date of the event.")
			}
			return needsStage(StageNotOpen, StageOpen)
		}
		if !slices.Contains(Attendances(), Attendance(order.Status)) {
			return Refuse("status", "Say whether the leader attended, was absent or is excused.")
		}
		return needsStage(StageOpen, StageDone)
	case CmdChangeEmail, CmdChangeDetails, CmdReplan, CmdFollowSitting:
	default:
		return Refuse("command", "There is no command of that name.")
	}
	return nil
}

// applicant reports whether somebody in this state has applied and was offered nothing yet.
func (s JourneyState) applicant() bool {
	return s == Applying || s == Submitted || s == UnderReview || s == Waitlisted
}

// Holds reports whether the effect of an order already holds, so that repeating it changes nothing.
func (v JourneyView) Holds(order Order) bool {
	switch order.Name {
	case CmdHold:
		return v.State == OnHold
	case CmdResume:
		return v.State != OnHold && !v.State.Ended() && v.State != Reserve
	case CmdWithdraw:
		return v.State == Withdrawn
	case CmdDefer:
		return v.State == Deferred
	case CmdSkip:
		return v.Stages[order.Stage].State == StageSkipped
	case CmdReopen:
		return !v.State.Ended() && v.Stages[order.Stage].State == StageOpen
	}
	return false
}
