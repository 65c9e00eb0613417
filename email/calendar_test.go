package email

import (
	"bytes"
	"fmt"
	"strings"
	"testing"
	"time"
	"unicode/utf8"

	"fairlead/programme"

	"github.com/google/go-cmp/cmp"
)

// component is what the test's own reader of RFC 5545 makes of a file: it shares nothing with the library that wrote it.
type component struct {
	name  string
	lines map[string]string // property with its parameters → value
	parts []*component
}

func readCalendar(t *testing.T, file []byte) *component {
	t.Helper()
	if bytes.Contains(bytes.ReplaceAll(file, []byte("\r\n"), nil), []byte("\n")) || bytes.Contains(bytes.ReplaceAll(file, []byte("\r\n"), nil), []byte("\r")) {
		t.Fatal("a line ends in something else than CRLF")
	}
	for _, line := range strings.Split(string(file), "\r\n") {
		if len(line) > 75 || !utf8.ValidString(line) {
			t.Errorf("a line of %d octets, or cut inside a character: %q", len(line), line)
		}
	}
	unfolded := strings.ReplaceAll(strings.TrimSuffix(string(file), "\r\n"), "\r\n ", "")
	root := &component{}
	stack := []*component{root}
	for _, line := range strings.Split(unfolded, "\r\n") {
		top := stack[len(stack)-1]
		name, value, found := strings.Cut(line, ":")
		switch {
		case !found:
			t.Fatalf("no colon in %q", line)
		case name == "BEGIN":
			part := &component{name: value, lines: map[string]string{}}
			top.parts = append(top.parts, part)
			stack = append(stack, part)
		case name == "END":
			if top.name != value {
				t.Fatalf("END of %s inside %s", value, top.name)
			}
			stack = stack[:len(stack)-1]
		default:
			if _, twice := top.lines[name]; twice {
				t.Errorf("%s occurs twice in %s", name, top.name)
			}
			top.lines[name] = strings.NewReplacer(`\,`, ",", `\;`, ";", `\n`, "\n", `\\`, `\`).Replace(value)
		}
	}
	if len(stack) != 1 || len(root.parts) != 1 {
		t.Fatal("the file is not one whole calendar")
	}
	return root.parts[0]
}

func TestFeed(t *testing.T) {
	now := time.Date(2027, 1, 4, 10, 0, 0, 0, time.UTC)
	lines := append([]programme.DateLine{}, yearDates...)
	lines = append(lines,
		programme.DateLine{Title: "Summer, with; signs \\ and " + strings.Repeat("Ünïcödé ", 30), From: london(2027, 7, 1, 17, 0)},
		programme.DateLine{Title: "Line\r\nbreak", From: london(2027, 8, 1, 9, 0), To: london(2027, 8, 1, 10, 0), Where: strings.Repeat("långt", 40)},
		programme.DateLine{Title: "Not known yet"})
	file := Feed("2027-spring", FeedEntries("P-7F3K2Q", lines), now)
	calendar := readCalendar(t, file)

	if calendar.name != "VCALENDAR" || calendar.lines["VERSION"] != "2.0" || calendar.lines["METHOD"] != "PUBLISH" ||
		calendar.lines["PRODID"] != "-//Fairlead//Leadership programme//EN" || calendar.lines["X-WR-CALNAME"] != "Leadership programme, 2027-spring" {
		t.Errorf("the head is %v", calendar.lines)
	}
	if n := strings.Count(string(file), "\r\nREFRESH-INTERVAL;VALUE=DURATION:PT12H\r\n"); n != 1 {
		t.Errorf("the interval stands %d times in\n%s", n, file)
	}
	zone := calendar.parts[0]
	rules := map[string]map[string]string{}
	for _, part := range zone.parts {
		rules[part.name] = part.lines
	}
	want := map[string]map[string]string{
		"STANDARD": {"DTSTART": "19701025T020000", "RRULE": "FREQ=YEARLY;BYMONTH=10;BYDAY=-1SU", "TZOFFSETFROM": "+0100", "TZOFFSETTO": "+0000", "TZNAME": "GMT"},
		"DAYLIGHT": {"DTSTART": "19700329T010000", "RRULE": "FREQ=YEARLY;BYMONTH=3;BYDAY=-1SU", "TZOFFSETFROM": "+0000", "TZOFFSETTO": "+0100", "TZNAME": "BST"},
	}
	if diff := cmp.Diff(want, rules); diff != "" || zone.name != "VTIMEZONE" || zone.lines["TZID"] != "Europe/London" {
		t.Errorf("the zone differs (-want +got):\n%s", diff)
	}

	var got []string
	uids := map[string]bool{}
	for _, event := range calendar.parts[1:] {
		got = append(got, fmt.Sprintf("%s–%s %s %s", event.lines["DTSTART;TZID=Europe/London"], event.lines["DTEND;TZID=Europe/London"],
			event.lines["TRANSP"], event.lines["SUMMARY"]))
		if event.lines["DTSTAMP"] != "20270104T100000Z" || event.lines["UID"] == "" || uids[event.lines["UID"]] {
			t.Errorf("stamp or UID of %v", event.lines)
		}
		uids[event.lines["UID"]] = true
	}
	wanted := []string{
		"20261210T164500–20261210T170000 TRANSPARENT Onboarding form (last moment)",
		"20270202T093000–20270202T163000 OPAQUE Opening event",
		"20270218T164500–20270218T170000 TRANSPARENT First coaching session: book a time (last moment)",
		"20270228T160000–20270305T130000 OPAQUE Residential 1",
		"20270705T080000–20270707T160000 OPAQUE Residential 2",
		"20271109T120000–20271109T163000 OPAQUE Closing event",
		"20270701T164500–20270701T170000 TRANSPARENT " + clean(lines[6].Title) + " (last moment)",
		"20270801T090000–20270801T100000 OPAQUE Line break",
	}
	if diff := cmp.Diff(wanted, got); diff != "" {
		t.Errorf("the entries differ (-want +got):\n%s", diff)
	}
	if where := calendar.parts[2].lines["LOCATION"]; where != "online" {
		t.Errorf("the place is %q", where)
	}
}

// TestFeedFollowsAMove holds the identity of an entry through a change of its time.
func TestFeedFollowsAMove(t *testing.T) {
	before := FeedEntries("P-7F3K2Q", yearDates)
	moved := append([]programme.DateLine{}, yearDates...)
	moved[2].From, moved[2].To = london(2027, 3, 7, 16, 0), london(2027, 3, 12, 13, 0)
	moved[2].Where = "York"
	after := FeedEntries("P-7F3K2Q", moved)
	other := FeedEntries("P-OTHER1", yearDates)
	for i := range before {
		if before[i].UID != after[i].UID || before[i].UID == other[i].UID {
			t.Errorf("the identity of %s does not follow the journey and the thing alone", before[i].Title)
		}
	}
	place := programme.DateLine{Title: "Residential 2", From: residential.From, To: residential.To, UID: residential.UID, Sequence: 3}
	if mine := FeedEntries("P-7F3K2Q", []programme.DateLine{place}); mine[0].UID != residential.UID || mine[0].Sequence != 3 {
		t.Errorf("the feed calls a place %q, sequence %d, and its mail %q", mine[0].UID, mine[0].Sequence, residential.UID)
	}
	twice := FeedEntries("P-7F3K2Q", []programme.DateLine{{Title: "Coaching"}, {Title: "Coaching"}})
	if twice[0].UID == twice[1].UID {
		t.Error("two things of one name share an identity")
	}
}

// A session's entry comes with the mail that books it, follows when it moves and goes when it is cancelled: one UID for
// life, which is the feed's, a sequence that rises, and London's time in winter and in summer.
func TestTheEntryOfASession(t *testing.T) {
	feed := FeedEntries("P-7F3K2Q", []programme.DateLine{{Title: "First coaching session"}})[0].UID
	for i, c := range []struct {
		message string
		starts  time.Time
		method  string
		from    string
		status  string
	}{
		{programme.MsgCoachingBooked, london(2027, 3, 26, 10, 0), "REQUEST", "20270326T100000", "CONFIRMED"},
		{programme.MsgCoachingMoved, london(2027, 3, 30, 10, 0), "REQUEST", "20270330T100000", "CONFIRMED"}, // summer time began
		{programme.MsgCoachingCancelled, london(2027, 3, 30, 10, 0), "CANCEL", "20270330T100000", "CANCELLED"},
	} {
		job := Sample(c.message)
		job.Items[0].Session.Starts, job.Items[0].Session.Sequence = c.starts, i
		mail, err := Compose(job, publicURL)
		if err != nil {
			t.Fatal(err)
		}
		e := NewEnvelope(job, mail, publicURL)
		calendar := readCalendar(t, []byte(e.Calendar))
		event := calendar.parts[1].lines
		if CalendarMethod(e.Calendar) != c.method || calendar.lines["METHOD"] != c.method || event["UID"] != feed || event["SEQUENCE"] != fmt.Sprint(i) ||
			event["DTSTART;TZID=Europe/London"] != c.from || event["STATUS"] != c.status || event["ORGANIZER"] != "mailto:"+job.From ||
			event["DTSTAMP"] != "20270204T091700Z" || !strings.Contains(event["DESCRIPTION"], "does not tell us") {
			t.Errorf("%s: %v", c.message, event)
		}
	}
	if e := NewEnvelope(Sample(programme.MsgCoachingTomorrow), programme.Rendered{}, publicURL); e.Calendar != "" {
		t.Error("a reminder carries an entry")
	}
}

// The mail that takes a session's entry out of the diary of an old address does not say that the session is off.
func TestASessionMovesToAnotherAddress(t *testing.T) {
	job := Sample(programme.MsgCoachingCancelled)
	job.Items[0].Session.Elsewhere, job.Items[0].Link = true, programme.Token{}
	mail, err := Compose(job, publicURL)
	if err != nil {
		t.Fatal(err)
	}
	checkMail(t, mail)
	if text := mail.Subject + mail.Text; strings.Contains(text, "cancelled") || !strings.Contains(text, "another address") || CalendarMethod(mail.Calendar) != "CANCEL" {
		t.Error(text)
	}
}
