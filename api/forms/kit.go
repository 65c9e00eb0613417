package forms

import (
	"errors"
	"net/http"
	"strconv"
	"time"

	"fairlead/programme"

	"github.com/gin-gonic/gin"
)

// question is one field as a page shows it.
type question struct {
	ID           string // of the control, or of the first choice: the summary's link leads there
	Name         string
	Kind         programme.FieldKind
	Label        string
	Hint         string
	Only         string // "Answer this only if …", or empty
	Error        string
	Value        string
	Choices      []choice
	Autocomplete string
	InputType    string
	InputMode    string
	Width        string // the design system's class for what is short, or empty
	Describes    string // ids of hint and error, for aria-describedby
	Local        bool
}

// choice is one radio, box or line of a list.
type choice struct {
	ID      string
	Value   string
	Label   string
	Hint    string
	HintID  string
	Checked bool
}

// questions shows the fields of a section with what was answered and what is wrong.
func questions(section programme.Section, answers programme.Answers, faults []programme.Fault) []question {
	shown := make([]question, len(section.Fields))
	for i, field := range section.Fields {
		shown[i] = newQuestion(section, field, answers, faults)
	}
	return shown
}

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

func newQuestion(section programme.Section, field programme.Field, answers programme.Answers, faults []programme.Fault) question {
	q := question{ID: field.Name, Name: field.Name, Kind: field.Kind, Label: field.Label, Hint: field.Hint,
		Only: onlyIf(section, field), Value: answers.Get(field.Name), Autocomplete: field.Autocomplete, InputType: "text", Local: field.Local}
	switch field.Kind {
	case programme.FieldEmail:
		q.InputType = "email"
	case programme.FieldPhone:
		q.InputType, q.InputMode, q.Width = "tel", "tel", "govuk-input--width-20"
	case programme.FieldMonth:
		q.Value, q.Width = month(q.Value), "govuk-input--width-10"
	}
	for _, fault := range faults {
		if fault.Field == field.Name && q.Error == "" {
			q.Error = fault.Text
		}
	}
	for n, option := range field.Options {
		ch := choice{ID: field.Name, Value: option.Value, Label: option.Label, Hint: option.Hint, Checked: answers.Has(field.Name, option.Value)}
		if n > 0 {
			ch.ID += "-" + strconv.Itoa(n+1)
		}
		if ch.Hint != "" {
			ch.HintID = ch.ID + "-hint"
			if n == 0 {
				ch.HintID = field.Name + "-1-hint"
			}
		}
		q.Choices = append(q.Choices, ch)
	}
	if q.Hint != "" || q.Only != "" {
		q.Describes = q.ID + "-hint"
	}
	if q.Error != "" {
		q.Describes = trimJoin(q.Describes, q.ID+"-error")
	}
	return q
}

func trimJoin(a, b string) string {
	if a == "" {
		return b
	}
	return a + " " + b
}

// onlyIf says in words when a question is asked: without scripts it is always there.
func onlyIf(section programme.Section, field programme.Field) string {
	if field.When == nil {
		return ""
	}
	for _, other := range section.Fields {
		if other.Name == field.When.Field {
			option, _ := other.Option(field.When.Value)
			return "Answer this only if you chose “" + option.Label + "” for “" + other.Named() + "”."
		}
	}
	return ""
}

// summaryRow is one line of a page that sums up.
type summaryRow struct {
	Key    string
	Values []string // empty: "Not provided"
}

// summaryCard is one section summed up, with the way to change it.
type summaryCard struct {
	ID     string // where a fault of the section leads, or empty
	Title  string
	Rows   []summaryRow
	Change *way   // nil: not changed here
	Note   string // instead of rows
}

// rows sums up a section: what was asked, in the words people chose.
func rows(section programme.Section, answers programme.Answers) []summaryRow {
	var all []summaryRow
	for _, field := range section.Fields {
		if !field.Asked(answers) {
			continue
		}
		row := summaryRow{Key: field.Named()}
		for _, value := range answers[field.Name] {
			if option, known := field.Option(value); known {
				value = option.Label
			}
			if field.Kind == programme.FieldMonth {
				value = month(value)
			}
			row.Values = append(row.Values, value)
		}
		all = append(all, row)
	}
	return all
}

// notKept says what became of an attempt to save: the faults to show with the form and the status, or an error that is
// a page of its own. What the person typed is never thrown away because a part of the system is down.
func (f *Forms) notKept(c *gin.Context, err error) ([]programme.Fault, int, error) {
	var invalid *programme.Invalid
	switch {
	case errors.As(err, &invalid):
		return invalid.Faults, http.StatusUnprocessableEntity, nil
	case errors.Is(err, programme.ErrFormClosed), errors.Is(err, programme.ErrStageNotOpen), errors.Is(err, programme.ErrNotFound),
		errors.Is(err, programme.ErrFull), errors.Is(err, programme.ErrForbidden), errors.As(err, new(*programme.Illegal)):
		return nil, 0, err
	}
	_ = c.Error(err) // for the edge's log
	c.Header("Retry-After", strconv.Itoa(int(30*time.Second/time.Second)))
	return []programme.Fault{{Text: "Your answers were not saved, because a part of our system cannot be reached. Please wait a minute and press the button again."}},
		http.StatusServiceUnavailable, nil
}
