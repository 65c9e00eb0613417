package programme

import "time"

// StateChanged is the state that an *Illegal names where an order was made from a page that shows an older one.
const StateChanged = "changed_meanwhile"

// Preview is what an order would do to a journey if it were given now. Nothing of it has happened.
type Preview struct {
	Changed bool // false: its effect holds already
	From    JourneyState
	To      JourneyState
	Stages  []StageChange // in the order of the year
	Mails   []MailChange  // by their moments
	Places  []PlaceChange // at events
	Tasks   []string      // codes of the tasks that staff would get
	Coach   string        // the coach's reference afterwards, where it would be another
}

// StageChange is a stage before an order and after it.
type StageChange struct{ Before, After Stage }

// MailChange is a mail that an order plans, or one that it stops or moves.
type MailChange struct {
	Message string // one of the Msg names
	To      string // "participant", "assistant", "coach" or "staff"
	At      time.Time
	Was     time.Time // its moment before, zero where it is a new one
	Stops   bool      // it does not go any more
	Reason  string    // why not
}

// PlaceChange is a place at an event before an order and after it, by the event's stage.
type PlaceChange struct {
	Stage, Title string
	Before       Place
	After        Place
}

// ChangeLine is what a change of a stage's dates or cadence would do to one leader.
type ChangeLine struct {
	Ref     string
	Name    string
	Stage   Stage // as it stands
	Preview Preview
}
