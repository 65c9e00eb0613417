package programme

import "time"

// How long what people gave is kept once nobody works with it any more; docs/retention.md is the whole list. Needs have a
// rule of their own, see NeedsUntil.
const (
	// DraftsKept is how long a form that was begun and not sent is kept after it closed: somebody with a late code, or
	// whose stage staff open again, finds it. Who has left, or was turned down, does not come back: theirs goes at once.
	DraftsKept = 30 * 24 * time.Hour
	// CodeNotesKept is how long the note of a late code is kept after the code's last day.
	CodeNotesKept = 30 * 24 * time.Hour
	// UnusedAddressKept is how long an address is kept that somebody had verified to apply and never used.
	UnusedAddressKept = 30 * 24 * time.Hour
)

// AnswersKeptYears is how many years after a journey has ended what was answered, noted and mailed in it is deleted, as the
// privacy notice says. It holds for who completed the year and for who never had a place.
const AnswersKeptYears = 2

// Expired is how much was deleted of one kind because its time was over.
type Expired struct {
	What string
	N    int64
}
