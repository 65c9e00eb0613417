package programme

import (
	"fmt"
	"slices"
)

// Blueprint is the shape of a year: its stages in order. It is written in YAML and shipped with the program.
type Blueprint struct {
	Name      string           `yaml:"name"`
	Title     string           `yaml:"title"`
	Summary   string           `yaml:"summary"`
	JoinUntil int              `yaml:"join_until"` // week whose Thursday 17:00 is the last joining moment: −5
	Stages    []BlueprintStage `yaml:"stages"`
	Source    string           `yaml:"-"` // the YAML text, for pages
	lines     map[string]int   // where its own settings stand in the file
}

// BlueprintStage is one stage of the year. Weeks count from the cohort's starts_on; a stage opens on the Monday of its
// week and is due on the Thursday at 17:00 London of its week.
type BlueprintStage struct {
	Name        string       `yaml:"name"`
	Kind        Kind         `yaml:"kind"`
	Title       string       `yaml:"title"`
	Compulsory  bool         `yaml:"compulsory"`
	OpensWeek   int          `yaml:"opens"`            // with opens_after: not before this week; events open by their own date
	DueWeek     *int         `yaml:"due"`              // nil where due_after or due_weeks_after counts instead
	DueAfter    int          `yaml:"due_after"`        // working days after opening: invitations 10
	DueWeeksOn  int          `yaml:"due_weeks_after"`  // due on the Thursday of the n-th week after the opening's: coaching 3
	LimitAfter  *int         `yaml:"limit_after"`      // working days after due; nil means 10, 0 means at due
	LimitWeek   *int         `yaml:"limit"`            // limit on the Thursday of this week: the end of a coaching window
	Hard        bool         `yaml:"hard"`             // due without grace
	Ladder      Ladder       `yaml:"ladder"`           // reminders
	AtLimit     string       `yaml:"at_limit"`         // one of the AtLimit constants
	After       string       `yaml:"opens_after"`      // name of a stage that must have ended first
	AfterDays   bool         `yaml:"opens_after_days"` // opens when every compulsory day is decided, if that is later
	Follows     string       `yaml:"follows"`          // event that a survey looks back on: it opens after it, for those who came
	MonthsAfter int          `yaml:"months_after"`     // with follows: it opens so many calendar months after the event, see Later
	Before      string       `yaml:"before"`           // event stage that due and limit never pass
	Survey      string       `yaml:"survey"`           // survey kind: the questionnaire; onboarding: the one in its last section
	Instrument  string       `yaml:"instrument"`       // psychometrics kind: the instrument it asks
	Supplier    string       `yaml:"supplier"`         // psychometrics kind: address of the centre's own supplier, instead
	Days        string       `yaml:"days"`             // compulsory days in words where there is no event: "1", "¼"
	Application *Application `yaml:"application"`      // selection: its weeks where people apply
	Event       *Event       `yaml:"event"`            // event kind: when it starts and ends
	Applies     bool         `yaml:"-"`                // selection: the cohort's people apply, see StageIn
	Line        int          `yaml:"-"`                // where it stands in the file, for faults; 0 where it came from no file
	lines       map[string]int
}

// What happens at the limit of a stage.
const (
	AtLimitLapse = "lapse" // the stage lapses silently; a selection takes its journey along
	AtLimitTask  = "task"  // the stage lapses and staff get a task
	AtLimitKeep  = "keep"  // the place is kept and staff get a task
)

// Ladder is a cadence of reminders.
type Ladder struct {
	Before    []int `yaml:"before"`    // days before due
	After     []int `yaml:"after"`     // working days after the request
	Assistant int   `yaml:"assistant"` // with this rung (from 1) the assistant gets a mail too; 0 means never
}

// Application is the calendar of a selection to which people apply, in weeks.
type Application struct {
	Opens    int `yaml:"opens"`
	Closes   int `yaml:"closes"`   // a hard deadline: Thursday 17:00
	Decided  int `yaml:"decided"`  // decisions are recorded by then
	Released int `yaml:"released"` // and told then
}

// Event is when a residential or a day of the programme takes place.
type Event struct {
	Starts      string `yaml:"starts"` // "sunday-eve 16:00", "tuesday 09:30", "monday 08:00"
	Ends        string `yaml:"ends"`
	Week        int    `yaml:"week"`
	Online      bool   `yaml:"online"`
	Residential bool   `yaml:"residential"` // people sleep there: no slot, request or reminder falls on its days
	Days        string `yaml:"days"`        // compulsory days in words, "5½"
	Night       bool   `yaml:"night_before"`
	PlaceWith   string `yaml:"place_with"` // stage whose form confirms the place; empty: it asks itself
	Asked       int    `yaml:"asked"`      // weeks before, when the place is asked for
	Confirm     int    `yaml:"confirm"`    // days before, by when it is to be confirmed
	Freeze      int    `yaml:"freeze"`     // days before, when needs are frozen, hard
	Joining     int    `yaml:"joining"`    // days before, when joining instructions go; 0: none but on the last working day
	Capacity    int    `yaml:"capacity"`   // of all sittings together; 0: not known yet
}

// Stage finds a stage by its name.
func (b Blueprint) Stage(name string) (BlueprintStage, bool) {
	for _, s := range b.Stages {
		if s.Name == name {
			return s, true
		}
	}
	return BlueprintStage{}, false
}

// StageIn is a stage as a cohort runs it: the blueprint's with the cohort's own dates and cadence. An unknown stage is
// ErrNotFound.
func (b Blueprint) StageIn(c Cohort, name string) (BlueprintStage, error) {
	s, found := b.Stage(name)
	if !found {
		return BlueprintStage{}, fmt.Errorf("stage %q of blueprint %q: %w", name, b.Name, ErrNotFound)
	}
	own, departs := c.Overrides[name]
	if s.Application != nil && c.Route == RouteApplication {
		return s.byApplication(own), nil
	}
	if !departs {
		return s, nil
	}
	if own.OpensWeek != nil {
		s.OpensWeek = *own.OpensWeek
	}
	if own.DueWeek != nil {
		s.DueWeek, s.DueAfter, s.DueWeeksOn = own.DueWeek, 0, 0
	}
	if own.LimitWeek != nil {
		s.LimitWeek, s.LimitAfter = own.LimitWeek, nil
	}
	switch {
	case own.NoReminders:
		s.Ladder = Ladder{}
	case len(own.Ladder) > 0:
		rungs := slices.Clone(own.Ladder)
		if len(s.Ladder.After) > 0 && len(s.Ladder.Before) == 0 {
			s.Ladder.After = rungs
		} else {
			s.Ladder.Before = rungs
		}
		s.Ladder.Assistant = min(s.Ladder.Assistant, len(rungs))
	}
	return s, nil
}

// In is the blueprint as a cohort runs it: every stage with the cohort's own dates and cadence.
func (b Blueprint) In(c Cohort) Blueprint {
	b.Stages = slices.Clone(b.Stages)
	for i, s := range b.Stages {
		if own, err := b.StageIn(c, s.Name); err == nil {
			b.Stages[i] = own
		}
	}
	return b
}

// Unrunnable names the stages whose kind this version does not run: a cohort of such a blueprint can be looked at but
// not launched.
func Unrunnable(b Blueprint) []string {
	var names []string
	for _, s := range b.Stages {
		if !s.Kind.Runs() {
			names = append(names, s.Name)
		}
	}
	return names
}
