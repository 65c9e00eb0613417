package console

import (
	"slices"
	"strings"

	"fairlead/programme"
)

// column is one of the list of journeys: of the journey, or of each of its open stages.
type column struct {
	name, label string
	personal    bool
	of          func(programme.Journey) string
	ofStage     func(programme.Stage) string
}

// columns are those that may be shown, in their order.
var columns = []column{
	{"name", "Name", true, func(j programme.Journey) string { return nameOf(j.Person) }, nil},
	{"organisation", "Organisation", true, func(j programme.Journey) string { return j.Role.Organisation }, nil},
	{"post", "Post", true, func(j programme.Journey) string { return j.Role.JobTitle }, nil},
	{"sector", "Sector", true, func(j programme.Journey) string { return j.Role.Sector }, nil},
	{"region", "Region", true, func(j programme.Journey) string { return j.Role.Region }, nil},
	{"group", "Group", false, func(j programme.Journey) string { return j.Group }, nil},
	{"state", "State", false, func(j programme.Journey) string { return word(j.State) }, nil},
	{"open-stage", "Open stage", false, nil, titleOf},
	{"waits-on", "Waits on", false, nil, func(s programme.Stage) string { return word(s.WaitingOn) }},
	{"since", "Since", false, nil, func(s programme.Stage) string { return moment(s.Since) }},
	{"due", "Due", false, nil, func(s programme.Stage) string { return moment(s.Due) }},
	{"limit", "Limit", false, nil, func(s programme.Stage) string { return moment(s.Limit) }},
	{"parked", "Parked", false, nil, func(s programme.Stage) string { return word(s.Attention) }},
}

// usualColumns are shown where nobody has chosen others.
var usualColumns = []string{"name", "organisation", "state", "open-stage", "waits-on", "since", "due", "parked"}

// chooseColumns marks the columns that are shown; one that is not known, or not for this role, is left out.
func (f *journeyFilter) chooseColumns(personal bool) {
	chosen := f.columns
	if len(chosen) == 0 {
		chosen = usualColumns
	}
	f.columns = nil
	for _, one := range columns {
		if one.personal && !personal {
			continue
		}
		if slices.Contains(usualColumns, one.name) {
			f.usual = append(f.usual, one.name)
		}
		shown := slices.Contains(chosen, one.name)
		if shown {
			f.columns = append(f.columns, one.name)
		}
		f.Columns = append(f.Columns, option{Value: one.name, Label: one.label, Selected: shown})
	}
}

// shown are the columns chosen, those of the journey before those of its stages.
func (f journeyFilter) shown() []column {
	return slices.DeleteFunc(slices.Clone(columns), func(one column) bool { return !slices.Contains(f.columns, one.name) })
}

// Heads are the headings of the list.
func (f journeyFilter) Heads() []string {
	var heads []string
	for _, one := range f.shown() {
		heads = append(heads, one.label)
	}
	return heads
}

// journeyRow is a journey in the list, with one line for each open stage.
type journeyRow struct {
	Ref    string
	Href   string
	Cells  []string
	First  []stageCell
	Others [][]stageCell
	Span   int // lines in all
}

// stageCell is one word of an open stage in the list.
type stageCell struct {
	Text    string
	Overdue bool // its due date has passed
}

func (f journeyFilter) rowOf(j programme.Journey) journeyRow {
	row := journeyRow{Ref: j.Ref, Href: journeyPath(j.Ref)}
	var ofStages []column
	for _, one := range f.shown() {
		if one.of != nil {
			row.Cells = append(row.Cells, one.of(j))
		} else {
			ofStages = append(ofStages, one)
		}
	}
	var lines [][]stageCell
	for _, stage := range j.Stages {
		if stage.State == programme.StageOpen && len(ofStages) > 0 {
			lines = append(lines, cellsOf(ofStages, stage))
		}
	}
	if len(lines) == 0 {
		lines = append(lines, make([]stageCell, len(ofStages)))
	}
	for i, one := range ofStages { // what is parked of the journey itself stands with the first of its stages
		if one.name == "parked" && j.Attention != "" {
			lines[0][i].Text = strings.TrimSuffix(word(j.Attention)+"; "+lines[0][i].Text, "; ")
		}
	}
	row.First, row.Others, row.Span = lines[0], lines[1:], len(lines)
	return row
}

func cellsOf(columns []column, stage programme.Stage) []stageCell {
	cells := make([]stageCell, len(columns))
	for i, one := range columns {
		cells[i] = stageCell{Text: one.ofStage(stage), Overdue: one.name == "due" && stage.Overdue}
	}
	return cells
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
