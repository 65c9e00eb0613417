package programme

import (
	"fmt"
	"regexp"
	"slices"
	"strings"
)

// readHeader finds the columns by their names, whatever their order and case. A column that cannot be taken, for its
// name is unknown or there before, comes without its setter; no columns at all mean that the rows cannot be read.
func readHeader[Row any](cells []string, text string, all []sheetColumn[Row], what string) ([]sheetColumn[Row], []Fault) {
	switch {
	case !strings.Contains(text, "\n") && strings.Contains(text, "\r"):
		return nil, []Fault{{Row: 1, Text: "The lines end in the way of old Macintoshes. " + saveAsCSV}}
	case len(cells) == 1 && strings.ContainsAny(cells[0], ";\t"):
		return nil, []Fault{{Row: 1, Text: "The columns are not separated by commas. " + saveAsCSV}}
	case len(cells) > maxSpreadsheetCells:
		return nil, []Fault{{Row: 1, Text: fmt.Sprintf("The first row has %d columns. A list of %ss has at most %d.", len(cells), what, len(all))}}
	}
	var columns []sheetColumn[Row]
	var faults []Fault
	found := map[string]bool{}
	names := make([]string, len(cells))
	known := 0
	for i, cell := range cells {
		names[i] = strings.ToLower(strings.TrimFunc(cell, stray))
		if columnNamed(all, names[i]) >= 0 {
			known++
		}
	}
	for i, name := range names {
		at := columnNamed(all, name)
		switch {
		case at < 0:
			faults = append(faults, unknownColumn(all, i, name, 2*known > len(names)))
			columns = append(columns, sheetColumn[Row]{})
		case found[name]:
			faults = append(faults, Fault{Row: 1, Column: name, Text: "This column is there twice. Keep one."})
			columns = append(columns, sheetColumn[Row]{})
		default:
			found[name] = true
			columns = append(columns, all[at])
		}
	}
	if len(found) == 0 {
		return nil, []Fault{{Row: 1, Text: "The first row must hold the names of the columns: " + columnNames(all) + "."}}
	}
	for _, column := range all {
		if !column.optional && !found[column.name] {
			faults = append(faults, Fault{Row: 1, Column: column.name, Text: "This column is missing. Add it, even if its cells stay empty."})
		}
	}
	return columns, faults
}

func columnNamed[Row any](all []sheetColumn[Row], name string) int {
	return slices.IndexFunc(all, func(c sheetColumn[Row]) bool { return c.name == name })
}

var columnLike = regexp.MustCompile(`^[a-z][a-z0-9]*([ _-][a-z0-9]+){0,4}$`)

// unknownColumn names a column by what stands there only in a row of column names and where it looks like one; else by
// its letter, for it may be a person's name.
func unknownColumn[Row any](all []sheetColumn[Row], i int, name string, amongNames bool) Fault {
	fault := Fault{Row: 1, Column: columnLetters(i), Text: "There is no column of this name. The columns are " + columnNames(all) + "."}
	switch {
	case name == "":
		fault.Text = "This column has no name. Name it or remove it."
	case amongNames && len(name) <= 40 && columnLike.MatchString(name):
		fault.Column = name
	}
	return fault
}

func columnNames[Row any](all []sheetColumn[Row]) string {
	var names, optional []string
	for _, column := range all {
		if column.optional {
			optional = append(optional, column.name)
		} else {
			names = append(names, column.name)
		}
	}
	return strings.Join(names, ", ") + " and, where wanted, " + strings.Join(optional, ", ")
}

// columnLetters is what a spreadsheet program calls the column: A, B, … Z, AA.
func columnLetters(i int) string {
	letters := ""
	for i++; i > 0; i = (i - 1) / 26 {
		letters = string(rune('A'+(i-1)%26)) + letters
	}
	return letters
}
