package programme

import (
	"strings"
	"time"
)

// Answers are the values of a form by field name, as a browser posts them: several values where several may be chosen.
type Answers map[string][]string

// Get is the first value of a field, or "".
func (a Answers) Get(field string) string {
	if len(a[field]) == 0 {
		return ""
	}
	return a[field][0]
}

// Has reports whether a field holds the value among its values.
func (a Answers) Has(field, value string) bool {
	for _, v := range a[field] {
		if v == value {
			return true
		}
	}
	return false
}

// Submission is one answer to an ask as it was given. Answers are encrypted with the person's key at rest; survey
// answers and equality monitoring are taken out before and kept apart, without the person.
type Submission struct {
	ID      string
	Ask     string
	Cohort  string
	Ref     string
	Stage   string
	Form    string
	Answers Answers
	By      string // "participant", "assistant" or "staff:<name>"
	GivenBy string // answer-for: who said so
	How     string // answer-for: telephone, letter, in_person
	At      time.Time
	Change  bool // it changed an answer given before
}

// WaysGiven are the ways in which an answer reaches staff who take it down, as codes and in words.
func WaysGiven() []Option {
	return []Option{{Value: "telephone", Label: "By telephone"}, {Value: "letter", Label: "By letter"}, {Value: "in_person", Label: "In person"}}
}

// GivenNote is the note in the history of an answer that staff took down: who gave it and how, then what staff add.
func GivenNote(by, how, note string) string {
	said := "Given by " + strings.TrimSpace(by)
	for _, way := range WaysGiven() {
		if way.Value == how {
			said += ", " + strings.ToLower(way.Label)
		}
	}
	return strings.TrimSpace(said + ". " + strings.TrimSpace(note))
}
