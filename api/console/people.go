package console

import (
	"crypto/rand"
	"encoding/hex"
	"errors"
	"net/http"
	"regexp"
	"strings"

	"fairlead/programme"

	"github.com/gin-gonic/gin"
)

// peopleFrame is a page of "People and access": tabs lead from one to the other.
type peopleFrame struct {
	frame
	Tab    string // address of the tab it belongs to
	Notice string // what was just done
}

// Tabs are the parts of "People and access".
func (peopleFrame) Tabs() []way {
	return []way{{Text: "Staff", Href: peoplePath}, {Text: "Sessions", Href: allSessionsPath}, {Text: "API tokens", Href: tokensPath}, {Text: "Audit log", Href: auditPath}}
}

// notices are what a page says after the redirect of what was done.
var notices = map[string]string{
	"added":   "They can sign in from now on.",
	"changed": "The new role holds at once, also where they are signed in.",
	"removed": "The role has gone, and with it every session.",
	"ended":   "Ended. Whoever used it is signed out.",
	"revoked": "The token opens nothing any more.",

	"matched":   "Matched. Leaders and coaches are told.",
	"published": "The times are published: their leaders can book them.",
	"taken":     "The time is taken back.",
	"left":      "They have left. Each of their leaders has the next best coach, or is a task.",
}

func (s *Console) peopleFrame(c *gin.Context, who member, tab, title string) peopleFrame {
	return peopleFrame{frame: s.frame(c, who, title), Tab: tab, Notice: notices[c.Query("did")]}
}

// accessForm is a change of who may come in: what it will do, what has to be said, and the button that does it.
type accessForm struct {
	peopleFrame
	Text    []string
	Facts   []fact
	Action  string
	Hidden  [][2]string // names and values
	Entries []entry
	Button  string
	Warning bool // what it does cannot be taken back
}

// entry is one field: a list to choose from where it has options, else a line of text, or several.
type entry struct {
	Name, Label, Hint, Value, Error string
	Options                         []option
	Long                            bool // several lines
}

// Described are the ids of what explains the field.
func (e entry) Described() string {
	var ids []string
	if e.Hint != "" {
		ids = append(ids, e.Name+"-hint")
	}
	if e.Error != "" {
		ids = append(ids, e.Name+"-error")
	}
	return strings.Join(ids, " ")
}

// why is the field that every change of access has.
func why(typed string) entry {
	return entry{Name: "reason", Label: "Reason", Hint: "In a few words, for whoever reads the audit log. Name no leader.", Value: typed}
}

// roleNames are the roles with what they may do.
var roleNames = map[role]string{
	coordinator: "Coordinator: runs cohorts and journeys", selector: "Selector: scores the applications assigned to them",
	researcher: "Researcher: figures alone, never a name", ops: "Ops: sees what is stuck, by reference, and frees it",
	admin: "Administrator: everything, this list included",
}

// chooseRole is the field in which a role is chosen.
func chooseRole(chosen string) entry {
	field := entry{Name: "role", Label: "Role", Options: []option{{Label: "Choose one"}}}
	for _, name := range programme.StaffRoles() {
		field.Options = append(field.Options, option{Value: name, Label: roleNames[role(name)], Selected: name == chosen})
	}
	return field
}

// did ends a change: it shows where it leads, or the form again with what was typed and what is wrong.
func (s *Console) did(c *gin.Context, form *accessForm, err error, to string) error {
	var invalid *programme.Invalid
	var illegal *programme.Illegal
	status := http.StatusUnprocessableEntity
	var faults []programme.Fault
	switch {
	case err == nil:
		return seeOther(c, to)
	case errors.As(err, &invalid):
		faults = invalid.Faults
	case errors.As(err, &illegal):
		status, faults = http.StatusConflict, []programme.Fault{{Field: "main", Text: illegal.Why}}
	case errors.Is(err, programme.ErrConflict):
		status, faults = http.StatusConflict, []programme.Fault{{Field: "main", Text: "Somebody changed this in the meantime. Look at what stands here now before you send it again"}}
	default:
		return err
	}
	form.refused(faults)
	for _, fault := range faults {
		for i := range form.Entries {
			if form.Entries[i].Name == fault.Field {
				form.Entries[i].Error = fault.Text
			}
		}
	}
	form.Notice = ""
	return s.render(c, status, "people_form.html", form)
}

// typed is what was written into a field.
func typed(c *gin.Context, name string) string { return cleaned(c.PostForm(name)) }

// accessID is how staff, sessions and tokens are named in addresses.
var accessID = regexp.MustCompile(`^[0-9a-f]{16}$`)

// newAccessID is what a form calls what it is about to make, so that a second click makes no second one.
func newAccessID() string {
	var bits [8]byte
	_, _ = rand.Read(bits[:]) // never fails, see crypto/rand
	return hex.EncodeToString(bits[:])
}

// shortName is somebody in a list: histories say "staff:<name>".
func shortName(actor string) string { return strings.TrimPrefix(actor, programme.StaffActor("")) }
