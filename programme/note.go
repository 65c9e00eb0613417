package programme

import "time"

// Note is what staff have noted of a journey in their own words. Notes are only ever added.
type Note struct {
	ID     int64
	Ref    string
	Author string // "staff:<name>"
	Text   string // empty where the leader's key was destroyed
	At     time.Time
}
