package console

import (
	"time"

	"fairlead/programme"
)

// The measures of the line in time: narrow enough for its words to be read on a phone.
const (
	lineWidth = 320
	lineTop   = 26 // room for the dates at both ends
	lineStep  = 36
)

// linePicture is a year's stages on one line in time, each from its opening to its end.
type linePicture struct {
	Width, Height int
	From, To      string // the dates at both ends
	Today         int    // where now is, 0 where it is outside
	Words         string // all of it in sentences, for those who cannot see it
	Stages        []stageOnLine
}

// stageOnLine is one stage: its words, and a bar from its opening to its end.
type stageOnLine struct {
	Text                     string
	Words, Top, From, Length int
	Due                      int // where it is due, 0 where nothing is or the stage has ended
	Class                    string
}

// onLine draws the stages that have dates; nil where none has.
func onLine(stages []programme.Stage, now time.Time) *linePicture {
	var dated []programme.Stage
	var from, to time.Time
	for _, stage := range stages {
		opens, ends := opensAndEnds(stage)
		if opens.IsZero() || ends.IsZero() {
			continue
		}
		if dated = append(dated, stage); from.IsZero() || opens.Before(from) {
			from = opens
		}
		if ends.After(to) {
			to = ends
		}
	}
	if len(dated) == 0 || !from.Before(to) {
		return nil
	}
	at := func(moment time.Time) int {
		return int(float64(lineWidth) * moment.Sub(from).Hours() / to.Sub(from).Hours())
	}
	p := &linePicture{Width: lineWidth, Height: lineTop + lineStep*len(dated), From: onlyDay(from), To: onlyDay(to)}
	if now.After(from) && now.Before(to) {
		p.Today = at(now)
	}
	for n, stage := range dated {
		opens, ends := opensAndEnds(stage)
		row := stageOnLine{Text: standsWhere(stage), Words: lineTop + n*lineStep + 12, Top: lineTop + n*lineStep + 18, From: at(opens), Class: "ahead"}
		row.Length = max(3, at(ends)-row.From) // a day is still to be seen
		row.From = min(row.From, lineWidth-row.Length)
		switch {
		case stage.State == programme.StageOpen && (stage.Overdue || stage.Attention != ""):
			row.Class = "late"
		case stage.State == programme.StageOpen:
			row.Class = "open"
		case stage.State.Closed():
			row.Class = "over"
		}
		if !stage.State.Closed() && !stage.Due.IsZero() && !stage.Due.Before(opens) {
			row.Due = max(1, min(at(stage.Due), lineWidth-1))
		}
		p.Stages = append(p.Stages, row)
		p.Words += row.Text + ". "
	}
	return p
}

// opensAndEnds are the two ends of a stage's bar: a stage that waits ends at its limit, else when it is due.
func opensAndEnds(s programme.Stage) (opens, ends time.Time) {
	opens, ends = s.OpensAt, s.Limit
	if ends.IsZero() {
		ends = s.Due
	}
	if !s.ClosedAt.IsZero() {
		ends = s.ClosedAt
	}
	if opens.After(ends) { // skipped before it opened, say
		opens = ends
	}
	return opens, ends
}

// standsWhere is a stage in one line: its state, and whom it waits on until when.
func standsWhere(s programme.Stage) string {
	text := titleOf(s) + ": " + lower(word(s.State))
	switch {
	case s.State == programme.StageOpen && s.WaitingOn != "":
		text += ", " + lower(word(s.WaitingOn))
		if !s.Limit.IsZero() {
			text += " until " + dayAndMonth(s.Limit)
		}
	case s.State == programme.StageNotOpen && !s.OpensAt.IsZero():
		text = titleOf(s) + ": from " + dayAndMonth(s.OpensAt) // short: it has to fit on a phone
	case !s.ClosedAt.IsZero():
		text += " " + dayAndMonth(s.ClosedAt)
	}
	return text
}

// onlyDay is a moment's day without the weekday, for where there is little room.
func onlyDay(at time.Time) string { return at.In(programme.London).Format("2 Jan 2006") }

// dayAndMonth leaves out the year too: the ends of the line say it.
func dayAndMonth(at time.Time) string { return at.In(programme.London).Format("2 Jan") }
