package console

import "slices"

// role is what somebody who signed in may do, as in the REST API.
type role string

const (
	coordinator role = "coordinator" // runs cohorts and journeys
	selector    role = "selector"    // scores the applications assigned to them, and sees nothing else
	researcher  role = "researcher"  // sees what was answered to the surveys, of nobody
	ops         role = "ops"         // sees what is stuck, by reference, and frees it
	admin       role = "admin"       // everything
)

var (
	coordinate = []role{coordinator, admin}
	watch      = []role{coordinator, ops, admin}
	score      = []role{selector}
	enter      = []role{coordinator, selector, researcher, ops, admin} // everybody who has a page
	study      = []role{coordinator, researcher, admin}
	administer = []role{admin}
)

// member is somebody of the staff who signed in.
type member struct {
	name string // address, or name of the API token or sign-in link
	role role
}

// personal reports whether the member may see names, addresses, posts, notes and the text of mails. Whom of the staff a
// task waits on, and who made a move, everybody with a page sees.
func (m member) personal() bool { return slices.Contains(coordinate, m.role) }

// actor is the member in histories.
func (m member) actor() string { return "staff:" + m.name }
