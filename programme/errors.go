package programme

import (
	"errors"
	"fmt"
	"strings"
)

// The kinds of error the whole program knows. Packages wrap them; api maps each to one page or problem document.
var (
	ErrNotFound     = errors.New("not found")
	ErrConflict     = errors.New("somebody else changed this first")
	ErrFull         = errors.New("no place is left")
	ErrStageNotOpen = errors.New("the stage is not open")
	ErrFormClosed   = errors.New("the form is closed")
	ErrLinkUnknown  = errors.New("the link is not known")
	ErrLinkExpired  = errors.New("the link has expired")
	ErrLinkReplaced = errors.New("the link was replaced by a newer one")
	ErrGone         = errors.New("it was deleted as promised")
	ErrForbidden    = errors.New("not allowed for this role")
	ErrUnavailable  = errors.New("a part of the system cannot be reached just now")
)

// Fault is one thing wrong with an input, in words for the person who gave it. Row and Line count from 1 as the
// person's editor shows them; 0 means that it concerns the whole.
type Fault struct {
	Row    int    `json:"row,omitempty"`    // row of a spreadsheet, the header being row 1
	Line   int    `json:"line,omitempty"`   // line of a YAML file
	Column string `json:"column,omitempty"` // column of a spreadsheet
	Field  string `json:"field,omitempty"`  // field of a form, or JSON pointer of a document
	Text   string `json:"text"`             // what is wrong and what to do; never the rejected value of a personal field
	Key    string `json:"-"`                // under which a warning is signed off, where that is not its Text: see SignedAs
}

// Invalid is bad input, refused whole with every fault named.
type Invalid struct{ Faults []Fault }

// Error joins the faults, for logs and tests; people are shown the faults themselves.
func (e *Invalid) Error() string {
	texts := make([]string, len(e.Faults))
	for i, f := range e.Faults {
		texts[i] = f.Text
	}
	return strings.Join(texts, "; ")
}

// Refuse returns an *Invalid with one fault on a field.
func Refuse(field, format string, args ...any) error {
	return &Invalid{Faults: []Fault{{Field: field, Text: fmt.Sprintf(format, args...)}}}
}

// Illegal says that a command or move is not legal in the state things are in. It becomes 409 and names the state.
type Illegal struct {
	What  string // the command or move, "extend"
	State string // the state that forbids it, "withdrawn" or "onboarding is done"
	Why   string // one sentence for staff
}

// Error is the sentence for staff.
func (e *Illegal) Error() string {
	return fmt.Sprintf("%s is not possible: the state is %s. %s", e.What, e.State, e.Why)
}
