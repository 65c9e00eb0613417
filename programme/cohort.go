package programme

import "time"

// Route is how people come into a cohort.
type Route string

// Leaders are invited by name, apply, or are chosen already.
const (
	RouteInvitation  Route = "invitation"
	RouteApplication Route = "application"
	RouteConfirmed   Route = "confirmed"
)

// Cohort is one year's group of leaders.
type Cohort struct {
	Name       string // 2027-spring: lower-case letters, digits and hyphens
	Blueprint  string
	StartsOn   Date // the Monday of residential 1's week, a fixed anchor
	Route      Route
	Places     int
	PlacesHeld int    // places taken up by invited, offered, enrolled, held and completed journeys
	Owner      string // staff address: owns every stage that names nobody else
	Deputy     string
	Signatory  string // signs the mails
	Contact    string // address printed in mails, also Reply-To
	// Overrides are the cohort's own dates and cadences, by stage; what is not named follows the blueprint.
	Overrides map[string]StageOverride
	// Openings are the cohort's own opening paragraphs, by message.
	Openings map[string]string
	// Sittings are one leader's own, by event: with them every date of this cohort is that leader's. Nil means the
	// blueprint's times, see With.
	Sittings map[string]Sitting
	// By is who makes the cohort or changes it, for the audit log; the records keep it nowhere else.
	By       string
	Why      string    // the reason that staff gave for the change, likewise
	Launched time.Time // zero before the first launch
	Created  time.Time
	Version  int64
}

// With is the cohort as the leader with these sittings lives it.
func (c Cohort) With(sittings map[string]Sitting) Cohort {
	c.Sittings = sittings
	return c
}

// StageOverride is a cohort's departure from its blueprint; nil and zero fields follow the blueprint.
type StageOverride struct {
	OpensWeek *int   `json:"opens_week,omitempty"`
	DueWeek   *int   `json:"due_week,omitempty"`
	LimitWeek *int   `json:"limit_week,omitempty"`
	Ladder    []int  `json:"ladder,omitempty"`
	Owner     string `json:"owner,omitempty"`
	Deputy    string `json:"deputy,omitempty"`
}

// Follows reports whether nothing departs from the blueprint.
func (o StageOverride) Follows() bool {
	return o.OpensWeek == nil && o.DueWeek == nil && o.LimitWeek == nil && len(o.Ladder) == 0 && o.Owner == "" && o.Deputy == ""
}

// CohortChange is what staff change of a cohort; what is nil or not named stays as it is.
type CohortChange struct {
	By        string // who makes it, for the audit log
	Why       string // the reason they gave, where they were asked
	Places    *int
	Owner     *string
	Deputy    *string
	Signatory *string
	Contact   *string
	// Overrides are whole, by stage: an empty one returns to the blueprint's.
	Overrides map[string]StageOverride
	// Sittings are whole, by event.
	Sittings map[string][]Sitting
	// Openings are opening paragraphs, by message: an empty one returns to the usual one.
	Openings map[string]string
}

// CohortEffects is what a change of a cohort would do besides what it says.
type CohortEffects struct {
	Filled  int // how many are invited from the reserve, or offered a place from the waiting list, at once
	Waiting int // how many wait there
	Mails   int // planned mails that come, move or go
	Tasks   int // open tasks that are done with
}

// CohortCounts is a cohort at a glance, for pages and GET /cohorts.
type CohortCounts struct {
	ByState map[JourneyState]int          `json:"by_state"`
	ByStage map[string]map[StageState]int `json:"by_stage"`
	Overdue int                           `json:"overdue"`
	Parked  int                           `json:"parked"`
	OnHold  int                           `json:"on_hold"`
	Tasks   int                           `json:"tasks"` // open ones
	Mails   map[MessageState]int          `json:"mails"`
}

// Operation is bulk work that goes on after the call that ordered it was answered.
type Operation struct {
	ID       string
	Kind     string // launch, replan, command
	Cohort   string
	State    string // running, done, failed
	Total    int
	Done     int
	Failed   int
	Refused  int       // of a bulk order, how many of the failed the journey refused: not possible as it stood
	Created  time.Time // real time
	Finished time.Time // real time, zero while running
	Ref      string    // for a command: the journey
}
