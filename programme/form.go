package programme

import (
	"fmt"
	"slices"
	"strings"
	"time"
	"unicode"
)

// FieldKind is how a field is asked and what its answer may look like.
type FieldKind string

// The kinds of field. Radios and scales take one value, checkboxes any number, a tick exactly its own value.
const (
	FieldText       FieldKind = "text"       // one line
	FieldLongText   FieldKind = "long_text"  // several lines
	FieldEmail      FieldKind = "email"      // one mail address
	FieldPhone      FieldKind = "phone"      // a telephone number as people write it
	FieldMonth      FieldKind = "month"      // YYYY-MM; people may write 9/2026 or September 2026
	FieldSelect     FieldKind = "select"     // one of a long list
	FieldRadios     FieldKind = "radios"     // one of a few
	FieldScale      FieldKind = "scale"      // one step of a scale, or SkipAnswer
	FieldCheckboxes FieldKind = "checkboxes" // any of a few
	FieldTick       FieldKind = "tick"       // one box that says yes
)

// Yes and No are the values of every yes-or-no question; SkipAnswer means "prefer not to say" to one question of a
// questionnaire, and PreferNotToSay the same elsewhere.
const (
	Yes            = "yes"
	No             = "no"
	SkipAnswer     = "skip"
	PreferNotToSay = "prefer_not_to_say"
)

// Option is one answer that may be chosen: its value as it is posted and kept, and its words.
type Option struct {
	Value string
	Label string
	Hint  string // a line beneath, or empty
	Alone bool   // checkboxes: cannot be chosen with others ("none")
}

// When says that a field is asked only where another field of its section holds a value.
type When struct {
	Field string
	Value string
}

// Field is one question of a form.
type Field struct {
	Name         string // the key in Answers and in HTML
	Kind         FieldKind
	Label        string // the question as people read it
	Short        string // its name on a page that sums up; Label where empty
	Hint         string
	Required     bool   // where it is asked at all
	Missing      string // the sentence when a required answer is missing
	Wrong        string // the sentence when the answer cannot be read
	Options      []Option
	Max          int    // characters; 0 means 200, or 2,000 for several lines
	Latest       string // of a month: the last that is taken, YYYY-MM; empty: any
	When         *When  // nil: always asked
	Autocomplete string // the HTML token that lets a browser fill it in, or empty
	Local        bool   // a question of the centre's own, not of a published instrument
}

// Section is one page of a form.
type Section struct {
	Name     string
	Title    string
	Intro    string // one paragraph, or empty
	Fields   []Field
	Optional bool // the form can be sent without it
	Apart    bool // equality monitoring: kept apart from the person, shown nowhere, asked once in a journey
	Survey   bool // a questionnaire: kept under the research pseudonym, answered by nobody else
	Sealed   bool // an instrument: kept with its scores in tables of their own, answered and seen by nobody else
}

// Kept reports whether answers to the section stay with the submission, where staff may take them down and the leader
// may change them.
func (s Section) Kept() bool { return !s.Apart && !s.Survey && !s.Sealed }

// Form is everything one ask wants to know.
type Form struct {
	Name     string
	Title    string
	Sections []Section
}

// On is the form as it is asked on a day. A month may lie a year ahead of it: appointments are announced months before they
// begin, and what is further off is a slip.
func (f Form) On(now time.Time) Form {
	today := DateOf(now)
	f.Sections = slices.Clone(f.Sections)
	for i, section := range f.Sections {
		f.Sections[i].Fields = slices.Clone(section.Fields)
		for k, field := range section.Fields {
			if field.Kind == FieldMonth {
				f.Sections[i].Fields[k].Latest = fmt.Sprintf("%04d-%02d", today.Year+1, today.Month)
			}
		}
	}
	return f
}

// The names of the forms. A survey stage's form has the name of its questionnaire: Baseline, Closing; a psychometrics
// stage's that of its instrument.
const (
	FormInvitation = "invitation"
	FormOnboarding = "onboarding"
	FormAlumni     = "alumni"
	FormAssistant  = "assistant"
	FormEventPlace = "event-place"
	// FormOnboardingPlaces is the onboarding form where it also confirms the places at the first events.
	FormOnboardingPlaces = "onboarding-places"
	FormSupplier         = "supplier" // a questionnaire that a supplier holds: staff say when it is done
	// Of a selection by application.
	FormApplication = "application"
	FormOffer       = "offer"
	FormCoaching    = "coaching"
)

// FormOf is the name of the form that a stage of a blueprint asks with, or empty where the kind has none yet.
func FormOf(stage BlueprintStage) string {
	switch stage.Kind {
	case KindSelection:
		if stage.Applies {
			return FormApplication
		}
		return FormInvitation
	case KindOnboarding:
		return FormOnboarding
	case KindPsychometrics:
		if stage.Supplier != "" {
			return FormSupplier
		}
		return stage.Instrument
	case KindSurvey:
		if stage.Survey == "" {
			return Closing
		}
		return stage.Survey
	case KindAlumni:
		return FormAlumni
	case KindEvent:
		return FormEventPlace
	case KindCoaching:
		return FormCoaching
	}
	return ""
}

// FormNamed finds a form; an unknown name is ErrNotFound.
func FormNamed(name string) (Form, error) {
	switch name {
	case FormInvitation:
		return invitationForm(), nil
	case FormOnboarding:
		return onboardingForm(), nil
	case FormAlumni:
		return alumniForm(), nil
	case FormAssistant:
		return assistantForm(), nil
	case FormCoaching:
		return coachingForm(), nil
	case FormEventPlace:
		return eventPlaceForm(), nil
	case FormOnboardingPlaces:
		return onboardingWithPlaces(), nil
	case FormApplication:
		return applicationForm(), nil
	case FormOffer:
		return offerForm(), nil
	case FormSupplier:
		return supplierForm(), nil
	}
	if in, err := InstrumentNamed(name); err == nil {
		return in.form(), nil
	}
	if q, err := QuestionnaireNamed(name); err == nil {
		return q.form(), nil
	}
	return Form{}, fmt.Errorf("form %q: %w", name, ErrNotFound)
}

// Section finds a section by its name.
func (f Form) Section(name string) (Section, bool) {
	for _, s := range f.Sections {
		if s.Name == name {
			return s, true
		}
	}
	return Section{}, false
}

// Field finds a field by its name.
func (f Form) Field(name string) (Field, bool) {
	for _, s := range f.Sections {
		for _, field := range s.Fields {
			if field.Name == name {
				return field, true
			}
		}
	}
	return Field{}, false
}

// Named is the field's name on a page that sums up.
func (f Field) Named() string {
	if f.Short != "" {
		return f.Short
	}
	return f.Label
}

// Option finds the words of a value that may be chosen.
func (f Field) Option(value string) (Option, bool) {
	for _, o := range f.Options {
		if o.Value == value {
			return o, true
		}
	}
	return Option{}, false
}

// Asked reports whether the field is asked, given the other answers of its section.
func (f Field) Asked(answers Answers) bool {
	return f.When == nil || answers.Has(f.When.Field, f.When.Value)
}

// yesOrNo are the options of a question that is answered yes or no.
func yesOrNo(yes, no string) []Option {
	return []Option{{Value: Yes, Label: yes}, {Value: No, Label: no}}
}

// sameOptions are options whose value is their label.
func sameOptions(labels []string) []Option {
	options := make([]Option, len(labels))
	for i, label := range labels {
		options[i] = Option{Value: label, Label: label}
	}
	return options
}

// Reference is what people quote of a submission: the last eight letters and digits of its id, in capitals.
func Reference(submission string) string {
	kept := strings.Map(func(r rune) rune {
		if unicode.IsLetter(r) || unicode.IsDigit(r) {
			return unicode.ToUpper(r)
		}
		return -1
	}, submission)
	return kept[max(0, len(kept)-8):]
}
