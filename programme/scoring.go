package programme

import (
	"slices"
	"strconv"
	"strings"
	"time"
	"unicode/utf8"
)

// Criterion is one thing an application is scored by: a scale whose points have a meaning each, and a note.
type Criterion struct {
	Name   string
	Title  string
	Asks   string   // the question that the points answer
	Points []string // what 1, 2, 3 … mean
}

// Criteria are what applications are scored by, in the order of the application.
func Criteria() []Criterion {
	return []Criterion{
		{Name: "role", Title: "The role", Asks: "How much does the applicant lead, or will they lead next?", Points: []string{
			"Leads a team or a service, with no step to the top in sight", "Leads a part of an organisation",
			"Sits at the top table of an organisation, or is ready to", "Leads an organisation, or is about to", "Leads an organisation and acts for its whole service"}},
		{Name: "why", Title: "Why they apply", Asks: "How clear is it what the applicant wants to learn, and why now?", Points: []string{
			"No reason beyond taking part", "General reasons that fit anybody", "Own reasons, not yet tied to what they do",
			"Own reasons, tied to their work and this moment", "Own reasons, this moment, and what they will do otherwise afterwards"}},
		{Name: "challenge", Title: "The challenge", Asks: "How well would the challenge carry a year’s work?", Points: []string{
			"No challenge, or one that is solved already", "A challenge for one team", "A challenge for the whole organisation",
			"A challenge that needs other organisations", "A challenge that needs other organisations, with the people concerned in view"}},
	}
}

// ScoringForm is the form in which one application is scored: a section for each criterion.
func ScoringForm() Form {
	form := Form{Name: "scoring", Title: "Score an application"}
	for _, c := range Criteria() {
		points := Field{Name: c.Name, Kind: FieldRadios, Label: c.Asks, Short: c.Title, Required: true, Missing: "Choose the points for “" + c.Title + "”"}
		for i, means := range c.Points {
			n := strconv.Itoa(i + 1)
			points.Options = append(points.Options, Option{Value: n, Label: n + ": " + means})
		}
		note := Field{Name: NoteOn(c.Name), Kind: FieldLongText, Label: "Note on “" + c.Title + "” (optional)", Short: "Note on “" + c.Title + "”", Max: 1000,
			Hint: "What speaks for your points. Staff and the other selectors of this application read it, and the applicant may ask for it."}
		form.Sections = append(form.Sections, Section{Name: c.Name, Title: c.Title, Fields: []Field{points, note}})
	}
	return form
}

// NoteOn is the field of the note on a criterion.
func NoteOn(criterion string) string { return criterion + "_note" }

// longestConflictNote is how many characters the note on a conflict may have.
const longestConflictNote = 1000

// CheckConflictNote refuses a note on a conflict that is too long; it may be empty.
func CheckConflictNote(note string) error {
	if utf8.RuneCountInString(note) > longestConflictNote {
		return Refuse("note", "Write at most 1,000 characters")
	}
	return nil
}

// PointsIn are what scores give for a criterion, 0 where they give none.
func (c Criterion) PointsIn(scores Answers) int {
	n, err := strconv.Atoi(scores.Get(c.Name))
	if err != nil || n < 1 || n > len(c.Points) {
		return 0
	}
	return n
}

// Assignment is one application in the hands of one selector. Its scores are final once they are in: only staff open them
// again.
type Assignment struct {
	Cohort   string
	Ref      string
	Selector Selector
	State    AssignmentState
	Since    time.Time
	Due      time.Time
	Done     time.Time // when it was scored or ended
	Scores   Answers   // by the fields of ScoringForm; saved on the way while it is open
	Note     string    // on a declared conflict
	Version  int64     // rises with everything that is saved
	// Name and Organisation of the applicant, in lists.
	Name         string
	Organisation string
}

// Total is the sum of the points.
func (a Assignment) Total() int {
	sum := 0
	for _, c := range Criteria() {
		sum += c.PointsIn(a.Scores)
	}
	return sum
}

// ScoreSpread is how far scores that are in lie apart, for a criterion or in all.
type ScoreSpread struct {
	Title   string
	Lowest  int
	Highest int
	Mean    string // to one decimal
	Most    int    // points that can be had
}

// ScoreSpreads are that of the totals and those of each criterion; none while no scores are in.
func ScoreSpreads(assignments []Assignment) []ScoreSpread {
	var in []Assignment
	for _, a := range assignments {
		if a.State == AssignmentScored {
			in = append(in, a)
		}
	}
	if len(in) == 0 {
		return nil
	}
	all := ScoreSpread{Title: "In all"}
	var list []ScoreSpread
	for _, c := range Criteria() {
		list = append(list, scoreSpread(ScoreSpread{Title: c.Title, Most: len(c.Points)}, in, func(a Assignment) int { return c.PointsIn(a.Scores) }))
		all.Most += len(c.Points)
	}
	return append([]ScoreSpread{scoreSpread(all, in, Assignment.Total)}, list...)
}

func scoreSpread(s ScoreSpread, in []Assignment, points func(Assignment) int) ScoreSpread {
	sum := 0
	s.Lowest = s.Most
	for _, a := range in {
		n := points(a)
		s.Lowest, s.Highest, sum = min(s.Lowest, n), max(s.Highest, n), sum+n
	}
	s.Mean = strconv.FormatFloat(float64(sum)/float64(len(in)), 'f', 1, 64)
	return s
}

// Scoring is how far the scoring of a cohort's applications is.
type Scoring struct {
	Each         int // selectors for each application; 0 before the first were assigned
	Due          time.Time
	Applications []ScoredApplication // under review, by reference
	Selectors    []Selector          // by address
}

// ScoredApplication is one application under review with how far its scoring is.
type ScoredApplication struct {
	Ref          string
	Name         string
	Organisation string
	Assigned     int // selectors it has
	Scored       int
	Declared     int // conflicts
	Due          time.Time
	Late         bool // scores are missing beyond their date
}

// Assignments are what assigning would do, or did.
type Assignments struct {
	AssignmentPlan
	Scoring Scoring // as it stood before
}

// ReadOrganisations are the organisations of a selector as they were typed, parted by semicolons or lines; *Invalid for none
// and for what is too long.
func ReadOrganisations(typed string) ([]string, error) {
	list := splitOrganisations(strings.ReplaceAll(typed, "\n", ";"))
	if len(list) == 0 {
		return nil, Refuse("organisations", "Enter the organisation the selector belongs to")
	}
	if len(strings.Join(list, "; ")) > 2000 {
		return nil, Refuse("organisations", "Enter at most 2,000 characters")
	}
	return list, nil
}

// CheckScoresReason refuses to open scores again without one of the reasons, or with too long a note.
func CheckScoresReason(reason, note string) error {
	var faults []Fault
	if !slices.Contains(ReasonCodes(), reason) {
		faults = append(faults, Fault{Field: "reason", Text: "Choose a reason"})
	}
	if utf8.RuneCountInString(note) > 2000 {
		faults = append(faults, Fault{Field: "note", Text: "Write at most 2,000 characters"})
	}
	return refusal(faults)
}

// ScoringSheet is an application as a selector has it.
type ScoringSheet struct {
	Assignment
	Answers Answers      // of the application, without equality answers
	Others  []Assignment // of other selectors, once the own scores are in
}
