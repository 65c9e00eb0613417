package api

import (
	"embed"
	"html/template"
	"slices"
	"strconv"
	"time"

	"fairlead/programme"
)

//go:embed question.html
var questionFile embed.FS

// WithQuestions adds to a set of templates those that show the questions of a form: "question" shows a Question.
func WithQuestions(t *template.Template) *template.Template {
	return template.Must(t.ParseFS(questionFile, "question.html"))
}

// Question is one field of a form as a page shows it.
type Question struct {
	ID           string // of the control, or of the first choice: the summary's link leads there
	Name         string
	Kind         programme.FieldKind
	Label        string
	Hint         string
	Only         string // "Answer this only if …", or empty
	Error        string
	Value        string
	Choices      []Choice
	Autocomplete string
	InputType    string
	InputMode    string
	Width        string // the design system's class for what is short, or empty
	Describes    string // ids of hint and error, for aria-describedby
	Local        bool
	when         *programme.When
}

// Choice is one radio, box or line of a list.
type Choice struct {
	ID      string
	Value   string
	Label   string
	Hint    string
	HintID  string
	Checked bool
	Reveals []Question // what is asked only where this is chosen
}

// Questions shows the fields of a section with what was answered and what is wrong.
func Questions(section programme.Section, answers programme.Answers, faults []programme.Fault) []Question {
	shown := make([]Question, len(section.Fields))
	for i, field := range section.Fields {
		shown[i] = NewQuestion(section, field, answers, faults)
	}
	return shown
}

// Revealing puts each question that is asked after one answer only beneath that answer, where the page shows it once the answer
// is chosen: no script does that, so nothing is lost without. Questions are in the order of their form; a list to choose from
// reveals nothing, and what belongs to one stays where it is.
func Revealing(questions []Question) []Question {
	for i := len(questions) - 1; i > 0; i-- { // from the end, since what is revealed may reveal more
		if choice := choiceOf(questions[:i], questions[i].when); choice != nil {
			choice.Reveals = slices.Insert(choice.Reveals, 0, questions[i])
			questions = slices.Delete(questions, i, i+1)
		}
	}
	return questions
}

// choiceOf is the radio or box on which a question depends, nil where there is none.
func choiceOf(questions []Question, when *programme.When) *Choice {
	for i := range questions {
		if when == nil || questions[i].Name != when.Field || questions[i].Kind == programme.FieldSelect {
			continue
		}
		for n := range questions[i].Choices {
			if questions[i].Choices[n].Value == when.Value {
				return &questions[i].Choices[n]
			}
		}
	}
	return nil
}

// NewQuestion shows one field of a section.
func NewQuestion(section programme.Section, field programme.Field, answers programme.Answers, faults []programme.Fault) Question {
	q := Question{ID: field.Name, Name: field.Name, Kind: field.Kind, Label: field.Label, Hint: field.Hint,
		Only: onlyIf(section, field), Value: answers.Get(field.Name), Autocomplete: field.Autocomplete, InputType: "text", Local: field.Local, when: field.When}
	switch field.Kind {
	case programme.FieldEmail:
		q.InputType = "email"
	case programme.FieldPhone:
		q.InputType, q.InputMode, q.Width = "tel", "tel", "govuk-input--width-20"
	case programme.FieldMonth:
		q.Value, q.Width = Month(q.Value), "govuk-input--width-10"
	}
	for _, fault := range faults {
		if fault.Field == field.Name && q.Error == "" {
			q.Error = fault.Text
		}
	}
	for n, option := range field.Options {
		ch := Choice{ID: field.Name, Value: option.Value, Label: option.Label, Hint: option.Hint, Checked: answers.Has(field.Name, option.Value)}
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
		if q.Describes != "" {
			q.Describes += " "
		}
		q.Describes += q.ID + "-error"
	}
	return q
}

// onlyIf says in words when a question is asked: without scripts it is always there.
func onlyIf(section programme.Section, field programme.Field) string {
	if field.When == nil {
		return ""
	}
	for _, other := range section.Fields {
		if other.Name == field.When.Field {
			option, _ := other.Option(field.When.Value)
			return "Answer this only if you chose “" + option.Label + "” for “" + other.Label + "”."
		}
	}
	return ""
}

// AnsweredRow is one line of a page that sums up a form.
type AnsweredRow struct {
	Key    string
	Values []string // empty: "Not provided"
}

// Answered sums up a section: what was asked, in the words people chose.
func Answered(section programme.Section, answers programme.Answers) []AnsweredRow {
	var all []AnsweredRow
	for _, field := range section.Fields {
		if !field.Asked(answers) {
			continue
		}
		row := AnsweredRow{Key: field.Named()}
		for _, value := range answers[field.Name] {
			if option, known := field.Option(value); known {
				value = option.Label
			}
			if field.Kind == programme.FieldMonth {
				value = Month(value)
			}
			row.Values = append(row.Values, value)
		}
		all = append(all, row)
	}
	return all
}

// Month is a YYYY-MM as people say it: "September 2026".
func Month(written string) string {
	t, err := time.Parse("2006-01", written)
	if err != nil {
		return written
	}
	return t.Format("January 2006")
}
