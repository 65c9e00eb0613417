package email

import (
	"strings"
	"time"

	ics "github.com/arran4/golang-ical"

	"fairlead/programme"
)

// Entry is one thing in somebody's diary.
type Entry struct {
	UID      string // fixed for the life of what it stands for, whatever moves
	Title    string
	From     time.Time
	To       time.Time // equal to From, or zero, for a deadline
	Where    string    // venue or "online", or empty
	Note     string    // the entry's description, or empty
	Sequence int       // one more for every change of time or place
}

const (
	calendarZone  = "Europe/London"
	calendarTime  = "20060102T150405"
	deadlineEntry = 15 * time.Minute // length of a deadline's entry, which ends at the deadline
)

// newCalendar is an iCalendar file (RFC 5545) for one method of RFC 5546, without an event yet. Times are given in
// London's zone, written out with yearly rules, because mail programs shift times in zones made of lists of dates.
func newCalendar(method ics.Method) *ics.Calendar {
	calendar := ics.NewCalendarFor("Fairlead")
	calendar.SetProductId("-//Fairlead//Leadership programme//EN")
	calendar.SetCalscale("GREGORIAN")
	calendar.SetMethod(method)
	calendar.AddVTimezone(londonZone())
	return calendar
}

// newEvent is an entry as an event, stamped with the moment at which it is written.
func newEvent(entry Entry, stamp time.Time) *ics.VEvent {
	from, to := entry.From, entry.To
	deadline := !to.After(from)
	title := clean(entry.Title)
	if deadline {
		from, to = from.Add(-deadlineEntry), from
		title += " (last moment)"
	}
	event := ics.NewEvent(entry.UID)
	event.SetDtStampTime(stamp)
	event.SetProperty(ics.ComponentPropertyDtStart, from.In(programme.London).Format(calendarTime), ics.WithTZID(calendarZone))
	event.SetProperty(ics.ComponentPropertyDtEnd, to.In(programme.London).Format(calendarTime), ics.WithTZID(calendarZone))
	event.SetSummary(title)
	if where := clean(entry.Where); where != "" {
		event.SetLocation(where)
	}
	if note := cleanLines(entry.Note); note != "" {
		event.SetDescription(note)
	}
	event.SetSequence(entry.Sequence)
	event.SetStatus(ics.ObjectStatusConfirmed)
	if deadline {
		event.SetTimeTransparency(ics.TransparencyTransparent)
	} else {
		event.SetTimeTransparency(ics.TransparencyOpaque)
	}
	return event
}

// cleanLines makes every line of a text fit for a mail and leaves the empty ones out.
func cleanLines(text string) string {
	var kept []string
	for line := range strings.Lines(text) {
		if line = clean(line); line != "" {
			kept = append(kept, line)
		}
	}
	return strings.Join(kept, "\n")
}

// londonZone is Europe/London as rules that hold since 1970: the last Sundays of March and October, at 01:00 UTC.
func londonZone() *ics.VTimezone {
	zone := ics.NewTimezone(calendarZone)
	standard := zone.AddStandard()
	zoneRule(&standard.ComponentBase, "19701025T020000", "+0100", "+0000", "GMT", "10")
	daylight := &ics.Daylight{}
	zoneRule(&daylight.ComponentBase, "19700329T010000", "+0000", "+0100", "BST", "3")
	zone.Components = append(zone.Components, daylight)
	return zone
}

func zoneRule(part *ics.ComponentBase, start, from, to, name, month string) {
	part.SetProperty(ics.ComponentPropertyDtStart, start)
	part.SetProperty(ics.ComponentProperty(ics.PropertyTzoffsetfrom), from)
	part.SetProperty(ics.ComponentProperty(ics.PropertyTzoffsetto), to)
	part.SetProperty(ics.ComponentProperty(ics.PropertyTzname), name)
	part.AddRrule("FREQ=YEARLY;BYMONTH=" + month + ";BYDAY=-1SU")
}
