package programme

import "time"

// JourneyState is where one participation stands, in the words of the programme.
type JourneyState string

// The states of a journey. From Declined on they are ends: the journey's workflow is over.
const (
	Reserve     JourneyState = "reserve"      // imported, not invited: no mail, no workflow
	Invited     JourneyState = "invited"      // holds a place until the invitation is answered or lapses
	Applying    JourneyState = "applying"     // an application is being written
	Submitted   JourneyState = "submitted"    // an application is in
	UnderReview JourneyState = "under_review" // selectors read it
	Offered     JourneyState = "offered"      // holds a place until the offer is answered or lapses
	Waitlisted  JourneyState = "waitlisted"   // would come if a place came free
	Enrolled    JourneyState = "enrolled"     // has a place and takes part
	OnHold      JourneyState = "on_hold"      // takes part, stopped for now; see Journey.HeldFrom
	Completed   JourneyState = "completed"    // the year is done
	Declined    JourneyState = "declined"     // said no
	Rejected    JourneyState = "rejected"     // was told no
	Lapsed      JourneyState = "lapsed"       // never answered in time
	Withdrawn   JourneyState = "withdrawn"    // left, or was taken out
	Deferred    JourneyState = "deferred"     // goes on in another cohort under a new reference
	NotNeeded   JourneyState = "not_needed"   // no place came by the last joining day
)

// JourneyStates lists every state in the order staff read them.
func JourneyStates() []JourneyState {
	return []JourneyState{Reserve, Invited, Applying, Submitted, UnderReview, Offered, Waitlisted, Enrolled, OnHold,
		Completed, Declined, Rejected, Lapsed, Withdrawn, Deferred, NotNeeded}
}

// legalMoves is the whole of what may follow what (programme.md, A participant's journey). on_hold returns to the
// state that was held.
var legalMoves = map[JourneyState][]JourneyState{
	Reserve:     {Invited, Applying, Enrolled, Withdrawn, NotNeeded, Deferred},
	Invited:     {Enrolled, Declined, Lapsed, Withdrawn, Deferred, OnHold},
	Applying:    {Submitted, Lapsed, Withdrawn, OnHold},
	Submitted:   {UnderReview, Offered, Waitlisted, Rejected, Withdrawn, Deferred, OnHold},
	UnderReview: {Offered, Waitlisted, Rejected, Withdrawn, Deferred, NotNeeded, OnHold},
	Offered:     {Enrolled, Declined, Lapsed, Withdrawn, Deferred, OnHold},
	Waitlisted:  {Offered, Withdrawn, Deferred, NotNeeded, OnHold},
	Enrolled:    {OnHold, Completed, Withdrawn, Deferred},
	OnHold:      {Invited, Applying, Submitted, UnderReview, Offered, Waitlisted, Enrolled, Withdrawn, Deferred, Completed, Declined, Lapsed},
	Lapsed:      {Applying}, // by a late code alone: an application that was not sent in time begins again
}

// CanMove reports whether a journey may go from one state to another.
func (s JourneyState) CanMove(to JourneyState) bool {
	for _, next := range legalMoves[s] {
		if next == to {
			return true
		}
	}
	return false
}

// Ended reports whether nothing follows. A lapsed application has ended like the others, although a late code begins it
// again.
func (s JourneyState) Ended() bool {
	_, goesOn := legalMoves[s]
	return !goesOn || s == Lapsed
}

// HoldsPlace reports whether a journey in this state takes up one of the cohort's places. A held journey keeps its
// place; a completed one has used it.
func (s JourneyState) HoldsPlace() bool {
	switch s {
	case Invited, Offered, Enrolled, OnHold, Completed:
		return true
	}
	return false
}

// Left reports whether somebody who took part no longer does in this cohort.
func (s JourneyState) Left() bool { return s == Withdrawn || s == Deferred }

// Journey is one person's participation in one cohort.
type Journey struct {
	Ref       string       // P-7F3K2Q, opaque, safe in Temporal and logs
	Cohort    string       // 2027-spring
	State     JourneyState // on_hold hides the state beneath, see HeldState
	HeldState JourneyState // the state to return to while State is on_hold, else empty
	HeldFrom  time.Time    // programme moment of the hold, zero when not held
	Continues string       // the reference this one continues after a deferral, or empty
	Priority  int          // order of invitation, 1 first; 0 where the spreadsheet gave none
	Group     string       // the residential group asked for by staff, or empty
	Started   bool         // its workflow was started, or is being started by a launch
	Attention string       // code of what is parked, or empty
	Person    Person       // the leader
	Role      Role
	Assistant *Person // nil where none is known
	// AssistantMay is what the leader allowed the assistant: nothing, dates, or dates and needs.
	AssistantMay AssistantMay
	// EqualityAsked is the form in which the equality questions were asked, whatever was answered; empty: not yet.
	EqualityAsked string
	Stages        []Stage // in the blueprint's order
	Version       int64   // counts changes, for ETags
}

// JourneyID is the workflow id of one participation.
func JourneyID(cohort, ref string) string { return "journey/" + cohort + "/" + ref }

// StageID is the workflow id of one stage of one participation.
func StageID(cohort, ref, stage string) string { return JourneyID(cohort, ref) + "/" + stage }

// CohortID is the workflow id of a cohort.
func CohortID(cohort string) string { return "cohort/" + cohort }

// Move is one change of a journey's state or of one of its stages: who made it, when and why. Moves are never changed
// or deleted; they are the journey's history.
type Move struct {
	ID     int64
	Cohort string
	Ref    string
	Stage  string // empty for a move of the journey itself
	From   string
	To     string
	What   string // the command, form or rule that made it: "hold", "form-submitted", "limit"
	Actor  string // "participant", "assistant", "programme" (a rule), "staff:<name>" or "temporal-ui"
	Reason string // a code of ReasonCodes, or empty for a rule
	Note   string // staff's own words, from the records only, never in Temporal
	At     time.Time
}
