package forms

import (
	"net/http"
	"strings"

	"fairlead/programme"

	"github.com/gin-gonic/gin"
)

// leavePage says what follows before a leader gives up their place for good.
type leavePage struct {
	frame
	Follows []string
	Note    question
	Action  string
}

// leaveNote is what a leader may tell the team with it.
var leaveNote = programme.Field{Name: "note", Kind: programme.FieldLongText, Label: "Is there anything you want to tell us? (optional)", Max: 1000,
	Hint: "The programme team reads it, nobody else."}

// mayLeave reports whether there is a place to give up.
func mayLeave(v *visitor) bool {
	return v.journey.State == programme.Enrolled || v.journey.State == programme.OnHold && v.journey.HeldState == programme.Enrolled
}

// leaving finds who may leave; whoever has left sees that they have.
func (f *Forms) showLeave(c *gin.Context) error {
	v, err := f.leader(c)
	switch {
	case err != nil:
		return err
	case v.journey.State == programme.Withdrawn:
		page := &donePage{frame: f.frame(v, "You have left the programme"), Panel: "Your place is given up", Reference: v.ref}
		page.Next = []string{mailed(v), "We ask you for nothing more, and your dates are taken out of your diary.",
			"If this was a mistake, please write to us as soon as you can."}
		return f.render(c, http.StatusOK, "done.html", page)
	case !mayLeave(v):
		return programme.ErrNotFound
	}
	return f.leave(c, v, "", nil, http.StatusOK)
}

func (f *Forms) leave(c *gin.Context, v *visitor, note string, faults []programme.Fault, status int) error {
	page := &leavePage{frame: f.frame(v, "Leave the programme"), Action: "/year/" + v.ref + "/leave"}
	page.Back = &way{Text: "Back to your year", Href: "/year/" + v.ref}
	page.Follows = []string{"Your places at events and your coaching sessions are given back, and may go to somebody else.",
		"We stop writing to you, and to your assistant, about the programme.",
		"You cannot take it back here. If you only need a break, or another year suits you better, please write to us first."}
	page.Note = newQuestion(programme.Section{Fields: []programme.Field{leaveNote}}, leaveNote, programme.Answers{"note": {note}}, faults)
	page.faulty(faults)
	return f.render(c, status, "leave.html", page)
}

// sendLeave is POST /year/{ref}/leave. Once more shows that it is done.
func (f *Forms) sendLeave(c *gin.Context) error {
	v, err := f.leader(c)
	if err != nil {
		return err
	}
	typed, err := posted(c)
	if err != nil {
		return err
	}
	note := strings.TrimSpace(typed.Get("note"))
	if len([]rune(note)) > leaveNote.Max {
		return f.leave(c, v, note, []programme.Fault{{Field: "note", Text: "Write 1,000 characters or fewer"}}, http.StatusUnprocessableEntity)
	}
	outbox, err := f.Store.LeaveProgramme(c.Request.Context(), v.ref, note, v.now)
	if err == nil {
		f.deliver(c.Request.Context(), outbox)
		return seeOther(c, "/year/"+v.ref+"/leave")
	}
	faults, status, err := f.notKept(c, err)
	if err != nil {
		return err
	}
	return f.leave(c, v, note, faults, status)
}
