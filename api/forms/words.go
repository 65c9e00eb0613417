package forms

import (
	"fmt"
	"strings"
	"time"

	"fairlead/programme"
)

// day is a moment's London day as people say it: "Thursday 11 February 2027".
func day(moment time.Time) string { return moment.In(programme.London).Format("Monday 2 January 2006") }

// moment is the day and the time of day: "Thursday 11 February 2027 at 5pm".
func moment(at time.Time) string { return day(at) + " at " + hour(at) }

// hour is the time of day in London: 5pm, 9:30am, midday, midnight.
func hour(at time.Time) string {
	local := at.In(programme.London)
	switch local.Format("15:04") {
	case "00:00":
		return "midnight"
	case "12:00":
		return "midday"
	}
	return strings.Replace(local.Format("3:04pm"), ":00", "", 1)
}

// span is from when to when: one moment for a deadline, one day with two times, or two days.
func span(from, to time.Time) string {
	switch {
	case !to.After(from):
		return moment(from)
	case programme.DateOf(from) == programme.DateOf(to):
		return fmt.Sprintf("%s, %s to %s", day(from), hour(from), hour(to))
	}
	return moment(from) + " to " + moment(to)
}

// lower makes a title fit into a sentence.
func lower(title string) string {
	if title == "" {
		return ""
	}
	return strings.ToLower(title[:1]) + title[1:]
}

// later is the later of two moments.
func later(a, b time.Time) time.Time {
	if b.After(a) {
		return b
	}
	return a
}
