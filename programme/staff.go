package programme

import (
	"slices"
	"strings"
	"time"
	"unicode/utf8"
)

// StaffAdmin is the role that may do everything, the list of staff included. Somebody of the staff always has it.
const StaffAdmin = "admin"

// StaffRoles lists what somebody of the staff, or an API token, can be.
func StaffRoles() []string {
	return []string{"coordinator", "selector", "researcher", "ops", StaffAdmin}
}

// Staff is somebody whom the centre gave a role: who signs in with the address gets in with it. Times are real.
type Staff struct {
	ID         string
	Email      string // folded: one address, one person
	Role       string
	Added      time.Time
	LastSignIn time.Time // zero: never
	Sessions   int       // that go on
}

// Actor is the person in histories and in the audit log.
func (s Staff) Actor() string { return StaffActor(s.Email) }

// StaffActor is somebody of the staff, or an API token, as histories name them.
func StaffActor(name string) string { return "staff:" + name }

// ActorCommandLine is whoever runs the program's commands on its machine.
const ActorCommandLine = "command-line"

// SignedInBy is how a session of the console was begun.
type SignedInBy string

// A session is begun through the centre's identity provider, with an API token, or with a one-time link from the terminal.
const (
	ByOrganisation SignedInBy = "organisation"
	ByToken        SignedInBy = "token"
	ByLink         SignedInBy = "link"
)

// StaffSession is one browser in which somebody of the staff is signed in. Times are real.
type StaffSession struct {
	ID       string // names the session without being its secret
	Name     string // an address, or the name of a token or link
	StaffID  string // of the record the session hangs on, empty where it hangs on a token or a link
	Role     string
	By       SignedInBy
	Browser  string // in plain words
	Began    time.Time
	LastUsed time.Time // to the minute
	Ends     time.Time // at the latest
	Own      bool      // the session that asks
}

// TokenKind is what an API token may set going.
type TokenKind string

// A live token does what its role may do. A test token reads, and tries out what has a dry run; it changes nothing and
// opens no console.
const (
	TokenLive TokenKind = "live"
	TokenTest TokenKind = "test"
)

// TokenKinds lists them.
func TokenKinds() []TokenKind { return []TokenKind{TokenLive, TokenTest} }

// APIToken is a bearer token of the REST API as staff list it; the token itself is known to its holder alone. Times are
// real.
type APIToken struct {
	ID       string
	Prefix   string // the token's first letters, to tell one from another
	Name     string // whose it is: moves say "staff:<name>"
	Role     string
	Kind     TokenKind
	Created  time.Time
	Expires  time.Time // zero: never
	LastUsed time.Time // to the minute, zero: never
	Revoked  time.Time // zero: not
}

// Ended reports whether the token opens nothing any more.
func (t APIToken) Ended(now time.Time) bool {
	return !t.Revoked.IsZero() || !t.Expires.IsZero() && !now.Before(t.Expires)
}

// longestReason is how many characters the reason of a change of access may have.
const longestReason = 300

func reasonFaults(reason string) []Fault {
	switch n := utf8.RuneCountInString(reason); {
	case strings.TrimSpace(reason) == "":
		return []Fault{{Field: "reason", Text: "Say in a few words why"}}
	case n > longestReason:
		return []Fault{{Field: "reason", Text: "Say why in at most 300 characters"}}
	}
	return nil
}

func roleFaults(role string) []Fault {
	if slices.Contains(StaffRoles(), role) {
		return nil
	}
	return []Fault{{Field: "role", Text: "Choose a role"}}
}

func refusal(faults []Fault) error {
	if len(faults) == 0 {
		return nil
	}
	return &Invalid{Faults: faults}
}

// CheckReason refuses a change of access for which nobody says why. What is written stays in the audit log.
func CheckReason(reason string) error { return refusal(reasonFaults(reason)) }

// CheckRole refuses a change to a role that there is not, or for which nobody says why.
func CheckRole(role, reason string) error {
	return refusal(append(roleFaults(role), reasonFaults(reason)...))
}

// CheckStaff refuses an address that is none, a role that there is not, and a reason that is missing.
func CheckStaff(email, role, reason string) error {
	var faults []Fault
	if !AddressLike(FoldEmail(email)) {
		faults = append(faults, Fault{Field: "email", Text: "Enter an email address, like name@centre.example"})
	}
	return refusal(append(append(faults, roleFaults(role)...), reasonFaults(reason)...))
}

// longestTokenName is how many characters the name of a token may have.
const longestTokenName = 60

// CheckToken refuses a token without a name for histories, with a role or kind that there is not, or without a reason.
func CheckToken(t APIToken, reason string) error {
	var faults []Fault
	switch n := utf8.RuneCountInString(t.Name); {
	case n == 0:
		faults = append(faults, Fault{Field: "name", Text: "Say what the token is for"})
	case n > longestTokenName:
		faults = append(faults, Fault{Field: "name", Text: "Name the token in at most 60 characters"})
	case strings.Contains(t.Name, "@"):
		faults = append(faults, Fault{Field: "name", Text: "Say what the token is for, not whose it is: histories would take what it does for that person's work"})
	case strings.ContainsFunc(t.Name, func(r rune) bool { return r < ' ' || r == 0x7f }):
		faults = append(faults, Fault{Field: "name", Text: "Name the token in one line of letters"})
	}
	faults = append(faults, roleFaults(t.Role)...)
	if !slices.Contains(TokenKinds(), t.Kind) {
		faults = append(faults, Fault{Field: "kind", Text: "Choose what the token may do"})
	}
	return refusal(append(faults, reasonFaults(reason)...))
}
