package email

import (
	"crypto/sha256"
	"encoding/hex"
	"strconv"
	"time"

	ics "github.com/arran4/golang-ical"

	"fairlead/programme"
)

// FeedEntries turns the dates of one journey into entries. A date that is somebody's place at an event keeps the UID and
// sequence of its calendar entry. Any other UID comes from the reference and the title (and, where a title occurs again,
// from its turn), never from the time: a date that moves moves in the diary.
func FeedEntries(ref string, lines []programme.DateLine) []Entry {
	turn := map[string]int{}
	entries := make([]Entry, 0, len(lines))
	for _, line := range lines {
		turn[line.Title]++
		if line.UID != "" {
			entries = append(entries, Entry{UID: line.UID, Title: line.Title, From: line.From, To: line.To, Where: line.Where, Sequence: line.Sequence})
			continue
		}
		sum := sha256.Sum256([]byte(ref + "\x00" + line.Title + "\x00" + strconv.Itoa(turn[line.Title])))
		title := line.Title
		if line.Book {
			title += ": book a time"
		}
		entries = append(entries, Entry{UID: hex.EncodeToString(sum[:])[:32] + "@fairlead.invalid",
			Title: title, From: line.From, To: line.To, Where: line.Where, Sequence: line.Sequence})
	}
	return entries
}

// FeedEntry is the entry of one stage at which the leader meets somebody, as it is among all of the journey; found is false
// where there is none: a deadline is no meeting.
func FeedEntry(ref, stage string, lines []programme.DateLine) (entry Entry, found bool) {
	for i, entry := range FeedEntries(ref, lines) {
		if lines[i].Stage == stage && entry.To.After(entry.From) {
			return entry, true
		}
	}
	return Entry{}, false
}

// Feed is the private calendar of a year in a cohort as an iCalendar file, made at the moment now. Deadlines are short entries that
// leave the diary free. Entries without a start are left out.
func Feed(cohort string, dates []Entry, now time.Time) []byte {
	calendar := newCalendar(ics.MethodPublish)
	calendar.SetXWRCalName("Leadership programme, " + clean(cohort))
	calendar.SetXWRTimezone(calendarZone)
	// Calendars ask again twice a day (RFC 7986, 5.7, and the older name of the same).
	calendar.SetRefreshInterval("PT12H") // the library names the type of its value
	calendar.SetXPublishedTTL("PT12H")
	for _, entry := range dates {
		if !entry.From.IsZero() {
			event := newEvent(entry, now)
			event.SetClass(ics.ClassificationPrivate)
			calendar.AddVEvent(event)
		}
	}
	return []byte(calendar.Serialize(ics.WithNewLineWindows))
}
