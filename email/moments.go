package email

import (
	"strconv"
	"time"

	"fairlead/programme"
)

// Moment is a programme moment as people read it, in London time.
type Moment struct{ at time.Time }

// moment is nil for the zero time, so that a template can leave out what is not known.
func moment(at time.Time) *Moment {
	if at.IsZero() {
		return nil
	}
	return &Moment{at.In(programme.London)}
}

// Full is day and time: "Thursday 11 February 2027 at 5pm".
func (m *Moment) Full() string { return m.Day() + " at " + m.Time() }

// Day is the day in full: "Thursday 11 February 2027".
func (m *Moment) Day() string { return m.at.Format("Monday 2 January 2006") }

// Short is the day for a subject line: "11 February".
func (m *Moment) Short() string { return m.at.Format("2 January") }

// Time is the time of day: "5pm", "9:30am", "midday", "midnight".
func (m *Moment) Time() string {
	switch hour, minute, _ := m.at.Clock(); {
	case hour == 12 && minute == 0:
		return "midday"
	case hour == 0 && minute == 0:
		return "midnight"
	case minute == 0:
		return m.at.Format("3pm")
	}
	return m.at.Format("3:04pm")
}

// Date is one line of a list of dates.
type Date struct {
	Title string
	When  string
	Where string // empty where none is known
}

// dates turns the programme's dates into lines for people, in the order given.
func dates(lines []programme.DateLine) []Date {
	out := make([]Date, 0, len(lines))
	for _, line := range lines {
		title := clean(line.Title)
		if line.Choice > 1 {
			title += ", one of " + strconv.Itoa(line.Choice) + " possible dates"
		}
		out = append(out, Date{Title: title, When: when(line), Where: clean(line.Where)})
	}
	return out
}

func when(line programme.DateLine) string {
	if line.Book {
		return "book a time " + span(line.From, line.To)
	}
	return span(line.From, line.To)
}

// span says when something takes place. Without an end, or with one that equals the start, it is a deadline.
func span(from, to time.Time) string {
	start, end := moment(from), moment(to)
	switch {
	case start == nil:
		return "date to follow"
	case end == nil || !to.After(from):
		return "by " + start.Full()
	case start.Day() == end.Day():
		return start.Day() + ", " + start.Time() + " to " + end.Time()
	}
	return start.Full() + " to " + end.Full()
}
