package console

import (
	"net/http"
	"net/url"
	"slices"
	"strings"
	"unicode/utf8"

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
	Group    string
	Sort     string
	Search   string // what stands for Q in addresses
	After    string
	columns  []string
	usual    []string // the columns of who chose none
	States   []option
	Stages   []option
	Owners   []option
	Overdues []option
	Groups   []option // those the cohort has
	Sorts    []option
	Columns  []option // those that may be shown
	faults   []programme.Fault
}

// oneLetter reports whether all that is searched for is single letters, which nearly every journey has: the search would take
// long and find nothing in particular.
func oneLetter(q string) bool {
	words := strings.Fields(q)
	return len(words) > 0 && !slices.ContainsFunc(words, func(word string) bool { return utf8.RuneCountInString(word) > 1 })
}

// longestQuery is how many letters of a search are taken.
const longestQuery = 100

// readFilter reads the filters from the address, or from the form that was sent. Whoever sees no personal details searches by
// a whole reference alone: what a search finds would tell what the fields do not show.
func (s *Console) readFilter(c *gin.Context, cohort string, stages []option, personal bool) (journeyFilter, error) {
	f := journeyFilter{Action: cohortPath(cohort), QLabel: "Search", QHint: "Beginnings of words of a name, organisation, address or reference, from two letters on."}
	value := c.Query
	if c.Request.Method == http.MethodPost && strings.HasSuffix(c.FullPath(), "/filter") {
		value = c.PostForm
		f.Q, f.columns = strings.TrimSpace(strings.ToValidUTF8(value("q"), "")), c.PostFormArray("columns")
	} else {
		var err error
		if f.Search = value("search"); f.Search != "" {
			if f.Q, err = s.Store.OpenSearch(c.Request.Context(), f.Search); err != nil {
				return f, err
			}
		}
		if value("columns") != "" {
			f.columns = strings.Split(value("columns"), ",")
		}
	}
	f.State, f.Stage, f.Waiting, f.Overdue, f.Sort, f.After = value("state"), value("stage"), value("waiting_on"), value("overdue"), value("sort"), c.Query("after")
	f.Group = value("group")
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
	if utf8.RuneCountInString(f.Q) > longestQuery {
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
	groups, err := s.Store.Groups(c.Request.Context(), cohort)
	if err != nil {
		return f, err
	}
	for _, group := range groups {
		f.Groups = append(f.Groups, option{Value: group, Label: group})
	}
	f.Stages = stages
	f.Overdues = []option{{Value: "true", Label: "Overdue"}, {Value: "false", Label: "Not overdue"}}
	f.choose("state", f.States, f.State)
	f.choose("stage", f.Stages, f.Stage)
	f.choose("waiting_on", f.Owners, f.Waiting)
	f.choose("overdue", f.Overdues, f.Overdue)
	f.choose("group", f.Groups, f.Group)
	f.Sorts = []option{{Value: string(programme.SortDue), Label: "Due date, earliest first"}, {Value: string(programme.SortState), Label: "State"}}
	if personal { // an order tells of what it goes by
		f.Sorts = append([]option{{Value: string(programme.SortName), Label: "Name"}, {Value: string(programme.SortOrganisation), Label: "Organisation"}}, f.Sorts...)
	}
	f.choose("sort", f.Sorts, f.Sort)
	f.chooseColumns(personal)
	if f.After != "" && !reference.MatchString(f.After) {
		f.fault("journeys", "This is no page of this list")
	}
	return f, nil
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

// Selects are the lists of the form; that of the groups where the cohort has some, or one was asked for.
func (f journeyFilter) Selects() []selectField {
	list := []selectField{{"state", "State", f.wrong("state"), f.States}, {"stage", "Open stage", f.wrong("stage"), f.Stages},
		{"waiting_on", "Waits on", f.wrong("waiting_on"), f.Owners}, {"overdue", "Due date", f.wrong("overdue"), f.Overdues}}
	if len(f.Groups) > 0 || f.Group != "" {
		list = append(list, selectField{"group", "Group", f.wrong("group"), f.Groups})
	}
	return list
}

// Any reports whether anything was asked for.
func (f journeyFilter) Any() bool { return f.Q+f.State+f.Stage+f.Waiting+f.Overdue+f.Group != "" }

// said is the filter in words.
func (f journeyFilter) said() []string {
	var words []string
	for _, one := range []struct {
		name  string
		from  []option
		value string
	}{{"state", f.States, f.State}, {"open stage", f.Stages, f.Stage}, {"waiting on", f.Owners, f.Waiting}, {"due date", f.Overdues, f.Overdue}} {
		for _, o := range one.from {
			if one.value != "" && o.Value == one.value {
				words = append(words, one.name+" “"+lower(o.Label)+"”")
			}
		}
	}
	if f.Group != "" {
		words = append(words, "group “"+f.Group+"”")
	}
	if f.Q != "" {
		words = append(words, "the words “"+f.Q+"”")
	}
	return words
}

// wanted is the filter as the records take it.
func (f journeyFilter) wanted(cohort string) programme.JourneyFilter {
	wanted := programme.JourneyFilter{Cohort: cohort, State: programme.JourneyState(f.State), Stage: f.Stage,
		WaitingOn: programme.Owner(f.Waiting), Group: f.Group, Query: f.Q, Sort: programme.JourneySort(f.Sort)}
	if f.Overdue != "" {
		overdue := f.Overdue == "true"
		wanted.Overdue = &overdue
	}
	return wanted
}

// query is the filter in an address. What was searched for stands there sealed.
func (f journeyFilter) query(after string) url.Values {
	query := url.Values{}
	columns := strings.Join(f.columns, ",")
	if slices.Equal(f.columns, f.usual) {
		columns = "" // what everybody sees needs no word
	}
	for key, value := range map[string]string{"search": f.Search, "state": f.State, "stage": f.Stage, "waiting_on": f.Waiting, "overdue": f.Overdue, "group": f.Group, "sort": f.Sort,
		"columns": columns, "after": after} {
		if value != "" {
			query.Set(key, value)
		}
	}
	return query
}

// address is the list with these filters, from after on.
func (f journeyFilter) address(after string) string {
	return strings.TrimSuffix(f.Action+"?"+f.query(after).Encode(), "?") + "#journeys"
}

// with is another page of the cohort with these filters.
func (f journeyFilter) with(path string) string {
	return strings.TrimSuffix(path+"?"+f.query("").Encode(), "?")
}

// takeFilter is POST /console/cohorts/{cohort}/filter: it leads to the list with the filters in its address.
func (s *Console) takeFilter(c *gin.Context, who member) error {
	if err := posted(c); err != nil {
		return err
	}
	page, err := s.cohortPage(c, who)
	if err != nil {
		return err
	}
	f := page.Filter
	if page.refused(f.faults); len(page.Faults) > 0 {
		return s.render(c, http.StatusUnprocessableEntity, "cohort.html", page)
	}
	if f.Search, err = s.Store.SealSearch(c.Request.Context(), f.Q); err != nil {
		return err
	}
	return seeOther(c, f.address(""))
}
