package email

import (
	"strconv"
	"strings"
	"testing"
	"time"
	"unicode/utf8"

	"fairlead/programme"
)

const (
	from = "programme@example.org"
	to   = "helen.nguyen@example.org"
)

var residential = Entry{UID: "k7m2qx@fairlead.invalid", Title: "Residential 2", From: london(2027, 7, 5, 8, 0), To: london(2027, 7, 7, 16, 0),
	Where: "Rudding Park; Follifoot, Harrogate", Note: "Accepting this does not confirm your place.\nJoin: https://meet.example.org/a?b=c,d;e", Sequence: 2}

func TestCalendarPart(t *testing.T) {
	stamp := london(2027, 5, 10, 9, 17)
	for method, want := range map[string][2]string{programme.MethodRequest: {"CONFIRMED", "OPAQUE"}, programme.MethodCancel: {"CANCELLED", "TRANSPARENT"}} {
		text := CalendarPart(method, residential, from, to, stamp)
		calendar := readCalendar(t, []byte(text))
		if calendar.lines["METHOD"] != strings.ToUpper(method) || calendar.lines["VERSION"] != "2.0" || calendar.lines["PRODID"] == "" || len(calendar.parts) != 2 {
			t.Errorf("the head is %v with %d parts", calendar.lines, len(calendar.parts))
		}
		event := calendar.parts[1]
		for property, value := range map[string]string{
			"UID": residential.UID, "SEQUENCE": "2", "DTSTAMP": "20270510T081700Z", "STATUS": want[0], "TRANSP": want[1],
			"DTSTART;TZID=Europe/London": "20270705T080000", "DTEND;TZID=Europe/London": "20270707T160000",
			"SUMMARY": "Residential 2", "LOCATION": residential.Where, "DESCRIPTION": residential.Note,
			"ORGANIZER": "mailto:" + from,
			"ATTENDEE;PARTSTAT=NEEDS-ACTION;ROLE=REQ-PARTICIPANT;RSVP=FALSE": "mailto:" + to,
		} {
			if event.lines[property] != value {
				t.Errorf("%s: %s is %q, want %q; there is %v", method, property, event.lines[property], value, event.lines)
			}
		}
		if _, private := event.lines["CLASS"]; private {
			t.Error("an entry marked private is hidden from whoever looks after the diary")
		}
		if again := CalendarPart(method, residential, from, to, stamp); again != text {
			t.Error("a second attempt is another entry")
		}
	}
}

// TestCalendarPartInEverySeason reads the times back by the rules of the zone that the file itself brings.
func TestCalendarPartInEverySeason(t *testing.T) {
	for _, start := range []time.Time{
		london(2027, 1, 4, 9, 30), london(2027, 7, 5, 8, 0), london(2027, 3, 28, 16, 0), london(2027, 3, 27, 16, 0),
		london(2027, 10, 31, 9, 0), london(2027, 10, 30, 16, 0), london(2028, 2, 29, 12, 0), london(2028, 3, 26, 3, 0),
	} {
		entry := residential
		entry.From, entry.To = start, start.Add(48*time.Hour)
		calendar := readCalendar(t, []byte(CalendarPart(programme.MethodRequest, entry, from, to, start)))
		event := calendar.parts[1]
		for property, want := range map[string]time.Time{"DTSTART;TZID=Europe/London": entry.From, "DTEND;TZID=Europe/London": entry.To} {
			if got := instant(t, calendar.parts[0], event.lines[property]); !got.Equal(want) {
				t.Errorf("%s reads %v, want %v", event.lines[property], got, want)
			}
		}
	}
}

// instant is a local time of the file as a moment, by the yearly rules of its own zone alone.
func instant(t *testing.T, zone *component, local string) time.Time {
	t.Helper()
	wall, err := time.Parse("20060102T150405", local)
	if err != nil {
		t.Fatal(err)
	}
	offset, since := 0, time.Time{}
	for _, part := range zone.parts {
		month, err := strconv.Atoi(strings.TrimSuffix(strings.TrimPrefix(part.lines["RRULE"], "FREQ=YEARLY;BYMONTH="), ";BYDAY=-1SU"))
		if err != nil {
			t.Fatalf("the rule is %q", part.lines["RRULE"])
		}
		clock, err := time.Parse("20060102T150405", part.lines["DTSTART"])
		if err != nil {
			t.Fatal(err)
		}
		hours, err := strconv.Atoi(part.lines["TZOFFSETTO"])
		if err != nil {
			t.Fatal(err)
		}
		for _, year := range []int{wall.Year() - 1, wall.Year()} {
			day := time.Date(year, time.Month(month)+1, 0, clock.Hour(), clock.Minute(), 0, 0, time.UTC)
			day = day.AddDate(0, 0, -int(day.Weekday()))
			if !day.After(wall) && day.After(since) {
				offset, since = hours/100, day
			}
		}
	}
	return wall.Add(-time.Duration(offset) * time.Hour)
}

// TestCalendarPartBearsAnything puts what people type, and what attackers would, into every text.
func TestCalendarPartBearsAnything(t *testing.T) {
	for _, nasty := range []string{
		"Line\r\nATTENDEE:mailto:everybody@example.org", `back\slash, comma; semicolon: "quoted"`, strings.Repeat("Ünïcödé ", 40),
		strings.Repeat("x", 250), strings.Repeat("🚂", 100), "a\xff\x00b", "\u202eevil", "END:VEVENT\nEND:VCALENDAR", "",
	} {
		entry := residential
		entry.Title, entry.Where, entry.Note = nasty, nasty, nasty
		event := readCalendar(t, []byte(CalendarPart(programme.MethodRequest, entry, from, nasty+"@example.org", entry.From))).parts[1]
		if event.lines["SUMMARY"] != clean(nasty) || event.lines["LOCATION"] != clean(nasty) || event.lines["DESCRIPTION"] != cleanLines(nasty) {
			t.Errorf("%q came back as %v", nasty, event.lines)
		}
		attendees := 0
		for property, value := range event.lines {
			if strings.HasPrefix(property, "ATTENDEE") {
				attendees++
			}
			if !utf8.ValidString(value) {
				t.Errorf("%s is no UTF-8", property)
			}
		}
		if attendees != 1 {
			t.Errorf("%d attendees", attendees)
		}
	}
}
