package console

import (
	"net/url"
	"slices"
	"strings"

	"fairlead/programme"

	"github.com/gin-gonic/gin"
)

// journeyFilter is what the list of journeys was asked for, as the form shows it again.
type journeyFilter struct {
	Action   string
	Q        string
	QLabel   string
	QHint    string
	QError   string
	State    string
	Stage    string
	Waiting  string
	Overdue  string
	After    string
	States   []option
	Stages   []option
	Owners   []option
	Overdues []option
	faults   []programme.Fault
}

// oneLetter reports whether all that is searched for is single letters, which nearly every journey has: the search would take
// long and find nothing in particular.
func oneLetter(q string) bool {
	words := strings.Fields(q)
	return len(words) > 0 && !slices.ContainsFunc(words, func(word string) bool { return len(word) > 1 })
}

// longestQuery is how many bytes of a search are taken.
const longestQuery = 100

// readFilter reads the filters from the address. Whoever sees no personal details searches by a whole reference alone:
// what a search finds would tell what the fields do not show.
func readFilter(c *gin.Context, cohort string, stages []option, personal bool) journeyFilter {
	f := journeyFilter{Action: cohortPath(cohort), Q: strings.TrimSpace(c.Query("q")), State: c.Query("state"), Stage: c.Query("stage"),
		Waiting: c.Query("waiting_on"), Overdue: c.Query("overdue"), After: c.Query("after"),
		QLabel: "Search", QHint: "Beginnings of words of a name, organisation, address or reference, from two letters on."}
	if !personal {
		f.QLabel, f.QHint = "Reference", "A whole reference, like P-7F3K2Q."
		if f.Q = strings.ToUpper(f.Q); f.Q != "" && !reference.MatchString(f.Q) {
			f.QError = "Write a whole reference, like P-7F3K2Q"
			f.Q = ""
		}
	}
	if oneLetter(f.Q) {
		f.QError = "Write at least two letters of a word"
	}
	if len(f.Q) > longestQuery {
		f.QError = "Write at most 100 letters"
	}
	if f.QError != "" {
		f.fault("q", f.QError)
	}
	for _, state := range programme.JourneyStates() {
		f.States = append(f.States, option{Value: string(state), Label: word(state)})
	}
	for _, owner := range []programme.Owner{programme.OwnerParticipant, programme.OwnerStaff, programme.OwnerSelector, programme.OwnerCoach,
		programme.OwnerSupplier, programme.OwnerCalendar} {
		f.Owners = append(f.Owners, option{Value: string(owner), Label: word(owner)})
	}
	f.Stages = stages
	f.Overdues = []option{{Value: "true", Label: "Overdue"}, {Value: "false", Label: "Not overdue"}}
	f.choose("state", f.States, f.State)
	f.choose("stage", f.Stages, f.Stage)
	f.choose("waiting_on", f.Owners, f.Waiting)
	f.choose("overdue", f.Overdues, f.Overdue)
	if f.After != "" && !reference.MatchString(f.After) {
		f.fault("journeys", "This is no page of this list")
	}
	return f
}

func (f *journeyFilter) fault(field, text string) {
	f.faults = append(f.faults, programme.Fault{Field: field, Text: text})
}

// choose marks the entry that was chosen; one that is not in the list is a fault.
func (f *journeyFilter) choose(field string, from []option, value string) {
	if value == "" {
		return
	}
	i := slices.IndexFunc(from, func(o option) bool { return o.Value == value })
	if i < 0 {
		f.fault(field, "Choose an entry of the list")
		return
	}
	from[i].Selected = true
}

// wrong is the error at a field, empty where there is none.
func (f journeyFilter) wrong(field string) string {
	for _, fault := range f.faults {
		if fault.Field == field {
			return fault.Text
		}
	}
	return ""
}

// selectField is a list to choose from, as the form shows it.
type selectField struct {
	Name  string
	Label string
	Wrong string
	From  []option
}

// Selects are the lists of the form.
func (f journeyFilter) Selects() []selectField {
	return []selectField{{"state", "State", f.wrong("state"), f.States}, {"stage", "Open stage", f.wrong("stage"), f.Stages},
		{"waiting_on", "Waits on", f.wrong("waiting_on"), f.Owners}, {"overdue", "Due date", f.wrong("overdue"), f.Overdues}}
}

// Any reports whether anything was asked for.
func (f journeyFilter) Any() bool { return f.Q+f.State+f.Stage+f.Waiting+f.Overdue != "" }

// wanted is the filter as the records take it.
func (f journeyFilter) wanted(cohort string) programme.JourneyFilter {
	wanted := programme.JourneyFilter{Cohort: cohort, State: programme.JourneyState(f.State), Stage: f.Stage,
		WaitingOn: programme.Owner(f.Waiting), Query: f.Q}
	if f.Overdue != "" {
		overdue := f.Overdue == "true"
		wanted.Overdue = &overdue
	}
	return wanted
}

// address is the list with these filters, from after on.
func (f journeyFilter) address(after string) string {
	query := url.Values{}
	for key, value := range map[string]string{"q": f.Q, "state": f.State, "stage": f.Stage, "waiting_on": f.Waiting, "overdue": f.Overdue, "after": after} {
		if value != "" {
			query.Set(key, value)
		}
	}
	return strings.TrimSuffix(f.Action+"?"+query.Encode(), "?") + "#journeys"
}

// journeyRow is a journey in the list, with one line for each open stage.
type journeyRow struct {
	Ref          string
	Href         string
	Name         string
	Organisation string
	State        string
	Parked       string
	First        stageLine
	Others       []stageLine
	Span         int // lines in all
}

// stageLine is an open stage in the list.
type stageLine struct {
	Title   string
	WaitsOn string
	Since   string
	Due     string
	Overdue bool
	Parked  string
}

func rowOf(j programme.Journey, personal bool) journeyRow {
	row := journeyRow{Ref: j.Ref, Href: journeyPath(j.Ref), State: word(j.State), Parked: word(j.Attention)}
	if personal {
		row.Name, row.Organisation = nameOf(j.Person), j.Role.Organisation
	}
	var open []stageLine
	for _, stage := range j.Stages {
		if stage.State == programme.StageOpen {
			open = append(open, stageLine{Title: titleOf(stage), WaitsOn: word(stage.WaitingOn), Since: moment(stage.Since),
				Due: moment(stage.Due), Overdue: stage.Overdue, Parked: word(stage.Attention)})
		}
	}
	if len(open) > 0 {
		row.First, row.Others = open[0], open[1:]
	}
	row.Span = 1 + len(row.Others)
	return row
}

// nameOf is a person as addressed.
func nameOf(p programme.Person) string {
	if p.Name != "" {
		return p.Name
	}
	return strings.TrimSpace(p.GivenName + " " + p.FamilyName)
}

// titleOf is a stage for people, its name where the blueprint is not known any more.
func titleOf(stage programme.Stage) string {
	if stage.Title != "" {
		return stage.Title
	}
	return word(stage.Name)
}
