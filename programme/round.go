package programme

import "time"

// CohortRound is what one round over a cohort did and what it leaves to do.
type CohortRound struct {
	Clock  Clock         `json:"clock"`
	Launch string        `json:"launch,omitempty"` // operation whose journeys are to be started, or empty
	Mails  []PlannedMail `json:"mails,omitempty"`  // mails for the cohort's workflow to send
	Next   time.Time     `json:"next,omitzero"`    // when the next round is due; zero: only when something happens
	Over   bool          `json:"over,omitempty"`   // every journey has ended and nobody can join any more
}
