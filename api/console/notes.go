package console

import (
	"context"
	"net/http"
	"strconv"

	"fairlead/api"
	"fairlead/programme"

	"github.com/gin-gonic/gin"
)

// Notes are what staff have noted of journeys.
type Notes interface {
	// Notes are newest first, from before an id on, 0 for the newest.
	Notes(ctx context.Context, ref string, before int64, limit int) ([]programme.Note, int64, error)
	// AddNote adds nothing where a note was added under the same word before; *programme.Invalid where it is empty.
	AddNote(ctx context.Context, ref, once, author, text string) error
}

const notesAPage = 20

// notesPage are the notes of a journey, with the form for another.
type notesPage struct {
	frame
	Action string
	Order  string
	Field  api.Question
	Added  bool
	Rows   []noteRow
	Next   string
	Start  string
}

// noteRow is one note.
type noteRow struct{ At, Author, Text string }

func notesPath(ref string) string { return journeyPath(ref) + "/notes" }

// showNotes is GET /console/journeys/{ref}/notes.
func (s *Console) showNotes(c *gin.Context, who member) error {
	page, err := s.notesPage(c, who, "", "")
	if err != nil {
		return err
	}
	return s.render(c, http.StatusOK, "notes.html", page)
}

func (s *Console) notesPage(c *gin.Context, who member, typed, wrong string) (*notesPage, error) {
	ref := c.Param("ref")
	if !reference.MatchString(ref) {
		return nil, programme.ErrNotFound
	}
	before, err := number(c.Query("before"))
	if err != nil {
		return nil, err
	}
	if _, err := s.Store.Journey(c.Request.Context(), ref); err != nil {
		return nil, err
	}
	list, next, err := s.Store.Notes(c.Request.Context(), ref, before, notesAPage)
	if err != nil {
		return nil, err
	}
	page := &notesPage{frame: s.frame(c, who, "Notes on "+ref), Action: notesPath(ref), Order: s.Orders.NewOrder(), Added: c.Query("added") == "yes" && wrong == ""}
	page.Back = &way{Text: "Journey " + ref, Href: journeyPath(ref)}
	field := programme.Field{Name: "note", Kind: programme.FieldLongText, Label: "Add a note", Max: longestNote,
		Hint: "Who runs the programme sees it, and the leader may ask to. It cannot be changed afterwards."}
	var faults []programme.Fault
	if wrong != "" {
		faults = []programme.Fault{{Field: "note", Text: wrong}}
	}
	page.Field = api.NewQuestion(programme.Section{}, field, programme.Answers{"note": {typed}}, faults)
	page.refused(faults)
	for _, note := range list {
		page.Rows = append(page.Rows, noteRow{moment(note.At), shortName(note.Author), or(note.Text, "Its text was erased.")})
	}
	if next != 0 {
		page.Next = page.Action + "?before=" + strconv.FormatInt(next, 10)
	}
	if before != 0 {
		page.Start = page.Action
	}
	return page, nil
}

// addNote is POST /console/journeys/{ref}/notes. A second click finds the first.
func (s *Console) addNote(c *gin.Context, who member) error {
	if err := posted(c); err != nil {
		return err
	}
	text, once := cleaned(c.PostForm("note")), c.PostForm("order")
	if !reference.MatchString(c.Param("ref")) {
		return programme.ErrNotFound
	}
	if !givenID.MatchString(once) {
		return api.NewProblem(api.BadRequest, "Please use the form on the page.")
	}
	err := s.Store.AddNote(c.Request.Context(), c.Param("ref"), once, who.actor(), text)
	if err == nil {
		return seeOther(c, notesPath(c.Param("ref"))+"?added=yes")
	}
	faults, err := saidOf(err)
	if err != nil {
		return err
	}
	page, err := s.notesPage(c, who, text, faults[0].Text)
	if err != nil {
		return err
	}
	return s.render(c, http.StatusUnprocessableEntity, "notes.html", page)
}
