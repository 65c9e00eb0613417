package programme

// Figures are a cohort's year on one page, for the advisory board: who took a place up, who finished, who came, and what
// changed. They count people and name nobody.
type Figures struct {
	Cohort   string
	Places   int
	Asked    int // who was invited, applied or was chosen already
	Accepted int // who took a place up, whatever became of it later
	Withdrew int // of these, who left during the year; who withdrew before had no place to leave
	ByState  map[JourneyState]int
	Events   []EventFigures // in the order of the year
	Outcomes Outcomes
}

// EventFigures is who came to one event, over all its sittings. Who has given the place back is in none of them.
type EventFigures struct {
	Stage    string
	Title    string
	Attended int
	Absent   int // missed it, and not made up for yet
	Excused  int
	Expected int // have a place and no mark: the event is to come, or its register is not taken
	// Recovered is of how many the employer pays the costs of a day that was missed.
	Recovered int
}

// Noted is of how many the register says whether they came.
func (e EventFigures) Noted() int { return e.Attended + e.Absent + e.Excused }

// Going is who takes part now, on hold or not.
func (f Figures) Going() int { return f.ByState[Enrolled] + f.ByState[OnHold] }

// AttendanceLine is one leader in the attendance register of a cohort: how the place at each event stands, by stage.
type AttendanceLine struct {
	Ref          string
	Name         string
	Organisation string
	State        JourneyState
	Places       map[string]PlaceState
	Costs        map[string]Costs // of the events that were missed
}
