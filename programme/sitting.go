package programme

import "time"

// Sitting is one date of an event: where and when a group of leaders meets. An event has one sitting, or several of
// which a leader has one.
type Sitting struct {
	Cohort   string
	Stage    string    // residential-1
	Name     string    // "main" where there is one; else short and lower-case: "a"
	Group    string    // the group of the spreadsheet whose leaders it serves, or empty
	Starts   time.Time // UTC
	Ends     time.Time // UTC
	Night    bool      // rooms are booked for the night before
	Venue    string
	Address  string
	Online   bool
	JoinURL  string // where to join online, or empty
	Capacity int
	Minimum  int // below it staff think of cancelling; 0: none
	Taken    int // places held, confirmed or attended
	Sequence int // counts its moves, for calendars
	State    SittingState
	Sessions []Session
	Planned  bool // it follows the blueprint's times: staff have set none of their own
	Known    bool // leaders have or had a place here, or were told that it moved: it stays, and what calendars show moves by a reschedule
}

// SittingState tells whether a sitting takes place.
type SittingState string

// A sitting is planned, or it was cancelled and never comes back.
const (
	SittingPlanned   SittingState = "planned"
	SittingCancelled SittingState = "cancelled"
)

// MainSitting is the name of the sitting of an event that has one alone.
const MainSitting = "main"

// Session is one part of an event's programme: who speaks of what, and what to read.
type Session struct {
	Starts    time.Time `json:"starts_at"`
	Title     string    `json:"title"`
	Speaker   string    `json:"speaker,omitempty"`
	Materials string    `json:"materials,omitempty"` // an address on the web
}

// Room is how many more leaders a sitting can take.
func (s Sitting) Room() int {
	if s.State == SittingCancelled {
		return 0
	}
	return max(0, s.Capacity-s.Taken)
}

// During reports whether a sitting takes place at some time from one moment to another.
func (s Sitting) During(starts, ends time.Time) bool {
	return s.State != SittingCancelled && starts.Before(s.Ends) && s.Starts.Before(ends)
}

// Lack is what leaders need to get to a sitting and staff have not set.
type Lack string

// An online sitting needs a link, any other a venue.
const (
	LackNothing Lack = ""
	LackLink    Lack = "link"
	LackVenue   Lack = "venue"
)

// Lacks is what a leader would have to be told to get there, and cannot be.
func (s Sitting) Lacks() Lack {
	switch {
	case s.Online && s.JoinURL == "":
		return LackLink
	case !s.Online && s.Venue == "":
		return LackVenue
	}
	return LackNothing
}

// Where is the venue in a few words, for lists of dates.
func (s Sitting) Where() string {
	if s.Online {
		return "online"
	}
	return s.Venue
}

// PlaceState is where one leader's place at one event stands.
type PlaceState string

// A place is held from the leader's enrolment on, confirmed, and ends in one of three ways once the event has been; one
// that was given up is released.
const (
	PlaceHeld      PlaceState = "held"
	PlaceConfirmed PlaceState = "confirmed"
	PlaceAttended  PlaceState = "attended"
	PlaceAbsent    PlaceState = "absent"
	PlaceExcused   PlaceState = "excused"
	PlaceReleased  PlaceState = "released"
)

// Live reports whether the leader is still expected at the event.
func (s PlaceState) Live() bool { return s == PlaceHeld || s == PlaceConfirmed }

// Attendance is whether somebody came: one of the three ends of a place.
type Attendance string

// What the register says of a leader.
const (
	Attended Attendance = "attended"
	Absent   Attendance = "absent"
	Excused  Attendance = "excused"
)

// Attendances are the words of the register, in the order people read them.
func Attendances() []Attendance { return []Attendance{Attended, Absent, Excused} }

// Place is one leader's place at one event.
type Place struct {
	Ref         string
	Cohort      string
	Stage       string
	Title       string // the event's, for people
	Sitting     Sitting
	State       PlaceState
	UID         string // of the calendar entry, for life; says nothing of the person
	Sequence    int    // of the calendar entry
	Entry       bool   // the leader has a calendar entry that lives
	Cannot      bool   // the leader said that no sitting will do: staff decide
	ConfirmedAt time.Time
	CatchUp     bool      // this sitting makes up for one that was missed
	Costs       Costs     // of the one that was missed
	Freeze      time.Time // until when needs can be changed
}

// PlaceSummary is a place as the page of a sitting lists it.
type PlaceSummary struct {
	Place
	Name         string // the leader's
	Organisation string
	OnHold       bool
}

// VenuePack is what the venue of a sitting gets, from the freeze of needs until the event has ended: counts, the needs
// that concern it, and a list of rooms. No need stands beside a name.
type VenuePack struct {
	Title    string
	Sitting  Sitting
	Frozen   time.Time
	Expected int         // leaders with a place
	OnHold   int         // leaders with a place of whom nobody knows whether they come: in none of the other numbers
	Unknown  int         // of these, those who told no needs
	Counts   []NeedCount // diet, arrival and rooms, in the form's order, none left out
	Diets    []string    // what else the kitchen should know, in the leaders' words, in no order that tells whose
	Access   []string    // access needs, likewise
	Rooms    []RoomLine  // residentials alone, by name
}

// NeedCount is how many leaders gave one answer to one question.
type NeedCount struct {
	Field string // dietary
	Title string // "Diet"
	Value string // vegetarian
	Label string // "Vegetarian"
	Count int
}

// RoomLine is one guest of the venue.
type RoomLine struct {
	Name        string
	NightBefore bool
}

// Register is the list of a sitting on which staff note who came.
type Register struct {
	Title   string
	Sitting Sitting
	Open    bool // the event has begun: absences can be noted
	Rows    []RegisterRow
}

// RegisterRow is one leader on the register.
type RegisterRow struct {
	Ref          string
	Name         string
	Organisation string
	Status       Attendance // empty: not noted yet
	OnHold       bool
}

// AttendanceMark is what staff noted of one leader.
type AttendanceMark struct {
	Ref    string
	Status Attendance
	Note   string
	// Shown is what the page said of the leader when the mark was made; nil: whatever stands is to change.
	Shown *Attendance
}

// AttendanceResult is what became of one mark. Refused is a sentence for staff, or empty.
type AttendanceResult struct {
	Ref     string
	Changed bool
	Refused string
	// Meanwhile is what somebody else, By, noted since the mark was made, for which reason it was refused; else empty.
	Meanwhile Attendance
	By        string
}

// Reschedule is an order to a cohort that moves, cancels or puts online one sitting of an event, or changes the night before it.
type Reschedule struct {
	ID      string // of the operation, drawn by whoever orders
	Cohort  string
	Stage   string
	Sitting string    // empty means main
	Starts  time.Time // zero: as it was
	Ends    time.Time // zero: as long as it was
	Cancel  bool
	Night   *bool // whether rooms are booked for the night before
	Online  *bool
	JoinURL *string
	Venue   *string
	Address *string
	Reason  string
	Note    string
	Actor   string
	At      time.Time
	// IfSequence is how often the sitting had moved when staff were shown it, nil: any. Of another the order is refused.
	IfSequence *int
}

// RescheduleLine says what a reschedule changes for one leader.
type RescheduleLine struct {
	Ref       string     `json:"ref"`
	Name      string     `json:"name"`
	State     PlaceState `json:"place" doc:"The place as it stands"`
	Confirm   bool       `json:"confirmation_void" doc:"The confirmation is void and asked again"`
	Reminders bool       `json:"reminders_replanned"`
	Entry     string     `json:"calendar_entry" enum:"none,updated,cancelled"`
	Mail      bool       `json:"mail" doc:"The leader is told"`
	Task      bool       `json:"task" doc:"Staff have to find another sitting"`
	Sessions  []string   `json:"sessions_cancelled,omitempty" doc:"Stages whose coaching session is booked for one of the new days: it is cancelled, to be booked again"`
}

// Following is the order to one journey to follow a sitting that was changed.
type Following struct {
	Ref   string
	Order Order
}
