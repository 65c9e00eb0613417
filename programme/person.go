package programme

import "time"

// Person is somebody Fairlead writes to: leader, assistant or coach. One per address, so that a person who appears
// twice still gets one scheduled mail a day.
type Person struct {
	ID         string // opaque, never shown; its hash is the person's minute
	Title      string // "Dr", or empty
	GivenName  string
	FamilyName string
	Name       string // as addressed: "Dr Helen Nguyen", or the assistant's whole name
	Email      string
	Phone      string
	Suppressed string // code of why nothing is sent to the address ("refused"), or empty
	// PrivateSuppressed says the same of a leader's private address, which itself is shown to nobody.
	PrivateSuppressed string
	// Unsubscribed is when the person turned optional mail off; zero: it goes.
	Unsubscribed time.Time
}

// Role is a leader's post. RoleStarted is a month, YYYY-MM.
type Role struct {
	JobTitle     string
	Organisation string
	Sector       string // one of Sectors
	Region       string // one of Regions
	RoleStarted  string
}

// AssistantMay is what a leader lets the assistant do.
type AssistantMay string

// An assistant may do nothing, see and confirm dates, or also fill in travel, room and diet.
const (
	AssistantNothing AssistantMay = ""
	AssistantDates   AssistantMay = "dates"
	AssistantNeeds   AssistantMay = "dates_and_needs"
)

// Sectors are the parts of the public service the programme serves, in the order people read them.
func Sectors() []string {
	return []string{"Armed Forces", "Arms Length Bodies", "Civil Service", "Education", "Fire and Rescue Service",
		"Healthcare", "Housing Association", "Local Government", "Police Service"}
}

// Regions are the nine English regions, Scotland, Wales and Northern Ireland.
func Regions() []string {
	return []string{"North East", "North West", "Yorkshire and the Humber", "East Midlands", "West Midlands",
		"East of England", "London", "South East", "South West", "Scotland", "Wales", "Northern Ireland"}
}

// Participant is one row of a cohort's spreadsheet, checked and cleaned.
type Participant struct {
	Row            int // row in the file, the header being 1
	Ref            string
	Title          string
	GivenName      string
	FamilyName     string
	Email          string // as typed, spaces trimmed; compared without case
	Phone          string
	Role           Role
	AssistantName  string
	AssistantEmail string
	AssistantPhone string
	Group          string
	Priority       int
}

// ImportReport says what an import did, or would do on a dry run.
type ImportReport struct {
	New       int         `json:"new"`
	Changed   int         `json:"changed"`
	Unchanged int         `json:"unchanged"`
	Rows      []ImportRow `json:"rows"`
}

// ImportRow is the fate of one row.
type ImportRow struct {
	Row    int    `json:"row"`
	Ref    string `json:"ref,omitempty"` // empty for a new person on a dry run
	Result string `json:"result"`        // new, changed or unchanged; of a coach who was taken out of the cohort comes_back, counted as changed
	// Columns are those of a changed row whose values replace what was known.
	Columns []string `json:"columns,omitempty"`
}

// Task waits on a member of staff.
type Task struct {
	ID        int64
	Cohort    string
	Ref       string
	Leader    string // name of the journey's leader, empty of a task about no journey
	Stage     string
	Sitting   string // of a task about one date of an event, else empty
	Code      string // overdue, lapsed, mail_refused, …: a closed list, see TaskCodes
	Owner     string // staff address or name from the cohort's settings
	Deputy    string
	Opened    time.Time
	Escalated time.Time // when the head of the centre was told, zero if never
	Done      time.Time // zero while open
	DoneBy    string
	Note      string
	Expected  int // of a register: how many leaders are on it, and how many of them are still to be noted
	Left      int
	Decides   bool // finishing it is the decision on a part of the compulsory days that has lapsed
}

// IsRegister reports whether the task is to take the register of a date of an event: one task for all leaders on it.
func (t Task) IsRegister() bool {
	return t.Sitting != "" && (t.Code == "register" || t.Code == "register_missing")
}
