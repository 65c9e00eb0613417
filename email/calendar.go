package email

import (
	"crypto/sha256"
	"encoding/hex"
	"strconv"
	"time"

	ics "github.com/arran4/golang-ical"

	"fairlead/programme"
)

// FeedEntry is one entry of the private calendar.
type FeedEntry struct {
	UID      string // fixed for the life of what it stands for, whatever moves; see FeedEntries
	Title    string
	From     time.Time
	To       time.Time // equal to From, or zero, for a deadline
	Where    string    // venue or "online", or empty
	Note     string    // a sentence for the entry's description, or empty
	Sequence int       // one more for every change of time or place
}

const (
	feedZone      = "Europe/London"
	feedTime      = "20060102T150405"
	deadlineEntry = 15 * time.Minute // length of a deadline's entry, which ends at the deadline
)

// FeedEntries turns the dates of one journey into entries. An entry's UID comes from the reference and the title (and,
// where a title occurs again, from its turn), never from the time: a date that moves moves in the diary.
func FeedEntries(ref string, lines []programme.DateLine) []FeedEntry {
	turn := map[string]int{}
	entries := make([]FeedEntry, 0, len(lines))
	for _, line := range lines {
		turn[line.Title]++
		sum := sha256.Sum256([]byte(ref + "\x00" + line.Title + "\x00" + strconv.Itoa(turn[line.Title])))
		entries = append(entries, FeedEntry{UID: hex.EncodeToString(sum[:])[:32] + "@fairlead.invalid",
			Title: line.Title, From: line.From, To: line.To, Where: line.Where})
	}
	return entries
}

// Feed is the private calendar of a year as an iCalendar file (RFC 5545), made at the moment now. Times are given in
// London's zone, written out with yearly rules, because mail programs shift times in zones made of lists of dates.
// Deadlines are short entries that leave the diary free. Entries without a start are left out.
func Feed(cohortTitle string, dates []FeedEntry, now time.Time) []byte {
	calendar := ics.NewCalendarFor("Fairlead")
	calendar.SetProductId("-//Fairlead//Leadership programme//EN")
	calendar.SetCalscale("GREGORIAN")
	calendar.SetMethod(ics.MethodPublish)
	calendar.SetXWRCalName(clean(cohortTitle))
	calendar.SetXWRTimezone(feedZone)
	// Calendars ask again twice a day (RFC 7986, 5.7, and the older name of the same).
	calendar.SetRefreshInterval("PT12H", ics.WithValue(string(ics.ValueDataTypeDuration)))
	calendar.SetXPublishedTTL("PT12H")
	calendar.AddVTimezone(londonZone())
	for _, entry := range dates {
		if !entry.From.IsZero() {
			calendar.AddVEvent(feedEvent(entry, now))
		}
	}
	return []byte(calendar.Serialize(ics.WithNewLineWindows))
}

func feedEvent(entry FeedEntry, now time.Time) *ics.VEvent {
	from, to := entry.From, entry.To
	deadline := !to.After(from)
	title := clean(entry.Title)
	if deadline {
		from, to = from.Add(-deadlineEntry), from
		title += " (last moment)"
	}
	event := ics.NewEvent(entry.UID)
	event.SetDtStampTime(now)
	event.SetProperty(ics.ComponentPropertyDtStart, from.In(programme.London).Format(feedTime), ics.WithTZID(feedZone))
	event.SetProperty(ics.ComponentPropertyDtEnd, to.In(programme.London).Format(feedTime), ics.WithTZID(feedZone))
	event.SetSummary(title)
	if where := clean(entry.Where); where != "" {
		event.SetLocation(where)
	}
	if note := clean(entry.Note); note != "" {
		event.SetDescription(note)
	}
	event.SetSequence(entry.Sequence)
	event.SetStatus(ics.ObjectStatusConfirmed)
	if deadline {
		event.SetTimeTransparency(ics.TransparencyTransparent)
	} else {
		event.SetTimeTransparency(ics.TransparencyOpaque)
	}
	event.SetClass(ics.ClassificationPrivate)
	return event
}

// londonZone is Europe/London as rules that hold since 1970: the last Sundays of March and October, at 01:00 UTC.
func londonZone() *ics.VTimezone {
	zone := ics.NewTimezone(feedZone)
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
