package console

import (
	"strconv"

	"fairlead/programme"
)

// scoreTable is what the selectors of one application scored, with how far they lie apart.
type scoreTable struct {
	Titles  []string // of the criteria
	Rows    []scoreRow
	Spreads []programme.ScoreSpread
	Notes   []answerCard // of each selector who wrote some
	Staff   bool         // with the way to open scores again
}

type scoreRow struct {
	Who, State, Total, Reopen string
	Points                    []string
}

// scoreTableOf shows assignments; what is not scored yet has no points. Staff can open scores again.
func scoreTableOf(list []programme.Assignment, staff bool) scoreTable {
	table := scoreTable{Spreads: programme.ScoreSpreads(list), Staff: staff}
	criteria := programme.Criteria()
	for _, c := range criteria {
		table.Titles = append(table.Titles, c.Title)
	}
	for _, a := range list {
		row := scoreRow{Who: a.Selector.Email, State: word(a.State)}
		notes := answerCard{Title: a.Selector.Email}
		scored := a.State == programme.AssignmentScored
		for _, c := range criteria {
			points := "–"
			if scored {
				points = strconv.Itoa(c.PointsIn(a.Scores))
				if note := a.Scores.Get(programme.NoteOn(c.Name)); note != "" {
					notes.Rows = append(notes.Rows, fact{Key: c.Title, Text: note})
				}
			}
			row.Points = append(row.Points, points)
		}
		if row.Total = "–"; scored {
			row.Total = strconv.Itoa(a.Total())
		}
		if scored && staff {
			row.Reopen = reopenPath(a.Ref, a.Selector.ID)
		}
		if a.Note != "" {
			notes.Rows = append(notes.Rows, fact{Key: "Conflict", Text: a.Note})
		}
		if len(notes.Rows) > 0 {
			table.Notes = append(table.Notes, notes)
		}
		table.Rows = append(table.Rows, row)
	}
	return table
}
