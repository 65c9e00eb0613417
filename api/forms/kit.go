package forms

import (
	"errors"
	"net/http"
	"strconv"
	"time"

	"fairlead/api"
	"fairlead/programme"

	"github.com/gin-gonic/gin"
)

// question is one field as a page shows it, summaryRow one line of a page that sums up.
type (
	question   = api.Question
	summaryRow = api.AnsweredRow
)

var (
	questions   = api.Questions
	revealing   = api.Revealing
	newQuestion = api.NewQuestion
	rows        = api.Answered
	month       = api.Month
)

// addressQuestion asks for a mail address on a page that is no form of programme.
func addressQuestion(hint, typed, fault string) question {
	field := programme.Field{Name: "email", Kind: programme.FieldEmail, Label: "Email address", Hint: hint, Autocomplete: "email"}
	return loneQuestion(field, typed, fault)
}

// loneQuestion is one field with what was typed and what is wrong with it, or empty.
func loneQuestion(field programme.Field, typed, fault string) question {
	var faults []programme.Fault
	if fault != "" {
		faults = []programme.Fault{{Field: field.Name, Text: fault}}
	}
	return newQuestion(programme.Section{Fields: []programme.Field{field}}, field, programme.Answers{field.Name: {typed}}, faults)
}

func trimJoin(a, b string) string {
	if a == "" {
		return b
	}
	return a + " " + b
}

// summaryCard is one section summed up, with the way to change it.
type summaryCard struct {
	ID     string // where a fault of the section leads, or empty
	Title  string
	Rows   []summaryRow
	Change *way   // nil: not changed here
	Note   string // instead of rows
}

// notKept says what became of an attempt to save: the faults to show with the form and the status, or an error that is
// a page of its own. What the person typed is never thrown away because a part of the system is down.
func (f *Forms) notKept(c *gin.Context, err error) ([]programme.Fault, int, error) {
	var invalid *programme.Invalid
	switch {
	case errors.As(err, &invalid):
		return invalid.Faults, http.StatusUnprocessableEntity, nil
	case errors.Is(err, programme.ErrFormClosed), errors.Is(err, programme.ErrStageNotOpen), errors.Is(err, programme.ErrNotFound),
		errors.Is(err, programme.ErrFull), errors.Is(err, programme.ErrForbidden), errors.As(err, new(*programme.Illegal)), errors.Is(err, errAnsweredFirst):
		return nil, 0, err
	}
	_ = c.Error(err) // for the edge's log
	c.Header("Retry-After", strconv.Itoa(int(30*time.Second/time.Second)))
	return []programme.Fault{{Text: "Your answers were not saved, because a part of our system cannot be reached. Please wait a minute and press the button again."}},
		http.StatusServiceUnavailable, nil
}
