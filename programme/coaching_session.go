package programme

import (
	"slices"
	"time"
)

// Slot is a time at which a coach can meet a leader: published by the coach, or agreed between the two elsewhere.
type Slot struct {
	ID      string
	Coach   string
	Starts  time.Time
	Minutes int
	Online  bool
	State   SlotState
	Ref     string // who meets the coach then, empty while free
	Stage   string // and in which session
}

// Ends is when the session ends.
func (s Slot) Ends() time.Time { return s.Starts.Add(time.Duration(s.Minutes) * time.Minute) }

// SlotState is what became of a slot.
type SlotState string

// A slot is free, then booked; after the session it is what the coach logged.
const (
	SlotFree         SlotState = "free"
	SlotBooked       SlotState = "booked"
	SlotHeld         SlotState = "held"
	SlotDidNotAttend SlotState = "did_not_attend"
	SlotLateNotice   SlotState = "late_notice" // cancelled too late to be given to somebody else
)

// Logged lists what a coach may log of a session, in the order people read it. What was said is never recorded.
func Logged() []SlotState { return []SlotState{SlotHeld, SlotDidNotAttend, SlotLateNotice} }

// Held reports whether a session took place at this time, as its coach says; one without a time did not. Its stage ends a moment
// after the coach has said so.
func (s *Slot) Held() bool { return s != nil && s.State == SlotHeld }

// SlotSeries is what a coach publishes: times at one hour of the day by London's clocks, so many days apart.
type SlotSeries struct {
	First     time.Time
	EveryDays int
	Count     int
	Minutes   int
	Online    bool
}

// The bounds of a series.
const (
	maxSlots       = 50
	maxSlotDays    = 60
	minSlotMinutes = 15
	maxSlotMinutes = 180
	// SessionMinutes is how long a session is where nobody says otherwise.
	SessionMinutes = 60
)

// MoveNotice is until how long before a session it can be booked, moved or cancelled here: later, people settle it between them.
const MoveNotice = 24 * time.Hour

// Check says what is wrong with a series at the moment now.
func (s SlotSeries) Check(now time.Time) []Fault {
	var faults []Fault
	fault := func(field, text string, wrong bool) {
		if wrong {
			faults = append(faults, Fault{Field: field, Text: text})
		}
	}
	fault("first", "Give the first time, and one that is still to come.", !s.First.After(now))
	fault("first", "Give a time within two years.", s.First.After(now.AddDate(2, 0, 0)))
	fault("count", "Give from 1 to 50 times at once.", s.Count < 1 || s.Count > maxSlots)
	fault("every_days", "Say how many days lie between two times: from 1 to 60.", s.Count > 1 && (s.EveryDays < 1 || s.EveryDays > maxSlotDays))
	fault("minutes", "A session takes from 15 to 180 minutes.", s.Minutes < minSlotMinutes || s.Minutes > maxSlotMinutes)
	return faults
}

// Starts are the times of a series, in UTC.
func (s SlotSeries) Starts() []time.Time {
	first := s.First.In(London)
	starts := make([]time.Time, s.Count)
	for i := range starts {
		starts[i] = DateOf(first).AddDays(i*s.EveryDays).At(first.Hour(), first.Minute())
	}
	return starts
}

// SessionOrder is what somebody wants of a session: a slot of the coach, or a time agreed elsewhere.
type SessionOrder struct {
	Ref   string
	Stage string
	Slot  string // a slot's id; empty: the agreed time
	// The agreed time, where there is no slot.
	Starts  time.Time
	Minutes int
	Online  bool
	By      string // "participant", "assistant", "coach" or "staff:<name>"
	At      time.Time
}

// CoachingSession is one session of one leader as its page shows it.
type CoachingSession struct {
	Stage      Stage
	Coach      Coach
	HasCoach   bool
	Booked     *Slot  // nil: none yet
	Free       []Slot // of the coach, those this leader can have, by time
	Until      time.Time
	MayAskOnce bool // the leader may still ask for another coach without a reason
}

// CoachPage is what a coach sees: their leaders and times, never an answer or a report.
type CoachPage struct {
	Cohort  string
	Coach   Coach
	Leaders []CoachLeader
	Slots   []Slot // free ones to come, by time
}

// CoachLeader is one leader of a coach with the sessions that concern the coach.
type CoachLeader struct {
	Ref          string
	Name         string
	Email        string
	JobTitle     string
	Organisation string
	Report       bool // there is one, and the leader agrees that the coach sees it
	ReportClosed bool // the coach has opened one, and may see it no more
	Former       bool // the leader has another coach now: only what this one has still to log is told
	Sessions     []CoachSession
}

// CoachSession is one session of a leader as the coach sees it.
type CoachSession struct {
	Stage  string
	Title  string
	State  StageState
	Booked *Slot // nil: none yet
	// Elsewhere says that it was with the coach before, who is to log it.
	Elsewhere bool
}

// SlotFits says what forbids a leader a time, in a sentence to whoever wants it, or "": it is past, falls on a
// residential day of the leader, runs into another event of theirs, whose title event is, or comes after the last moment of the
// session's window. A published time needs 24 hours' notice; one agreed elsewhere does not.
func SlotFits(starts, now, until time.Time, published bool, away func(Date) bool, event string) string {
	switch {
	case !starts.After(now):
		return "That time has passed. Choose one that is still to come."
	case published && starts.Before(now.Add(MoveNotice)):
		return "That time is less than 24 hours away. Ask your coach, and enter the time you agree."
	case away != nil && away(DateOf(starts)):
		return "On that day the leader is at a residential. Choose another day."
	case event != "":
		return "At that time the leader is at “" + event + "”. Choose another time."
	case !until.IsZero() && starts.After(until):
		return "This session is to be held by " + until.In(London).Format("Monday 2 January 2006") + ". Choose an earlier time."
	}
	return ""
}

// Overlaps reports whether two sessions of one coach would run at the same time.
func (s Slot) Overlaps(other Slot) bool {
	return s.Starts.Before(other.Ends()) && other.Starts.Before(s.Ends())
}

// ValidLog reports whether a coach may log that.
func ValidLog(state SlotState) bool { return slices.Contains(Logged(), state) }

// coachingForm is what staff take down of a session by telephone: a time that was agreed, or what became of it. Leaders
// and coaches have pages of their own.
func coachingForm() Form {
	when := &When{Field: "session", Value: string(SlotBooked)}
	return Form{Name: FormCoaching, Title: "Coaching session", Sections: []Section{{Name: "session", Title: "Coaching session", Fields: []Field{
		{Name: "session", Kind: FieldRadios, Label: "What is to be noted?", Short: "Session", Required: true,
			Missing: "Choose what is to be noted", Options: []Option{{Value: string(SlotBooked), Label: "A time was agreed"},
				{Value: string(SlotHeld), Label: "The session was held"}, {Value: string(SlotDidNotAttend), Label: "The leader did not attend"},
				{Value: string(SlotLateNotice), Label: "The leader gave notice too late"}}},
		{Name: "starts", Kind: FieldText, Label: "When? By London’s clocks, as 2027-03-09 10:00", Short: "Time", Required: true, When: when, Max: 16,
			Missing: "Enter the date and time, as 2027-03-09 10:00"},
		{Name: "where", Kind: FieldRadios, Label: "Where do they meet?", Short: "Where", Required: true, When: when,
			Missing: "Choose where they meet", Options: []Option{{Value: "online", Label: "Online"}, {Value: "in_person", Label: "In person"}}},
	}}}}
}

// AgreedTime reads a date and time as people type them, by London's clocks; ok is false where it is none.
func AgreedTime(text string) (at time.Time, ok bool) {
	for _, layout := range []string{"2006-01-02 15:04", "2006-01-02T15:04"} {
		if at, err := time.ParseInLocation(layout, text, London); err == nil {
			return at.UTC(), true
		}
	}
	return time.Time{}, false
}
