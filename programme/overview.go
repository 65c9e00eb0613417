package programme

import "time"

// Wait is how many stages of one name wait on one owner in a cohort that is running.
type Wait struct {
	Cohort  string
	Stage   string
	On      Owner
	Staff   string // who among staff owns the stage in this cohort
	Open    int
	Overdue int       // of those, past their due date
	Since   time.Time // the longest of them has waited since then; UTC
}

// Outgoing is how many lines of one message are planned for a day in a cohort. Several lines to one person on one day
// become one mail.
type Outgoing struct {
	Cohort  string
	Message string
	Lines   int
	People  int // to how many people they go
}

// LedgerFilter selects lines of a cohort's ledger, all of its journeys. Empty fields select everything.
type LedgerFilter struct {
	Cohort  string
	From    time.Time // planned for that moment or later; UTC
	To      time.Time // planned for before that moment; UTC
	Message string
	State   MessageState
	Reason  string // why it was not sent
	Ref     string
}
