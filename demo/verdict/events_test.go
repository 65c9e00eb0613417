package verdict

import (
	"slices"
	"strings"
	"testing"
	"time"
)

// eventful is the good year with two residentials: P-1 comes to both, to the second in another sitting because the first
// was cancelled on the evening before; P-4 gives a place back by withdrawing.
func eventful() *builder {
	b := good()
	residential := func(stage, name, from, to string, cancelled bool) {
		b.in.Expected.Sittings = append(b.in.Expected.Sittings, Sitting{Stage: stage, Name: name, Starts: at(from, "08:00"), Ends: at(to, "16:00"),
			Residential: true, Night: true, Capacity: 1, Cancelled: cancelled, Where: "Hall " + name})
	}
	residential("residential-2", "a", "2027-07-05", "2027-07-07", false)
	residential("residential-3", "a", "2027-09-06", "2027-09-08", true)
	residential("residential-3", "b", "2027-09-27", "2027-09-29", false)
	for _, s := range b.in.Expected.Sittings {
		b.in.Records.Sittings = append(b.in.Records.Sittings, Held{Stage: s.Stage, Name: s.Name, Starts: s.Starts.Format(time.RFC3339),
			Ends: s.Ends.Format(time.RFC3339), Capacity: 1, Taken: 1, State: map[bool]string{true: "cancelled", false: "planned"}[s.Cancelled]})
	}
	b.in.Expected.Staff = []string{"owner@centre.example"}

	b.mail("P-1", "residential-2", "event-place", "1.1.0", scheduled, at("2027-05-10", "09:10"))
	b.act(1, ActAnswer, "residential-2", 1, "confirm", at("2027-05-11", "10:00"))
	b.entry("P-1", "residential-2", "event-confirmed", "r1", reply, at("2027-05-11", "10:00"), "a", 0)
	b.mail("P-1", "residential-2", "event-joining", "1.2.1", scheduled, at("2027-06-21", "09:10"))
	b.mail("P-1", "residential-2", "event-tomorrow", "1.2.2", scheduled, at("2027-07-02", "09:10"))
	b.note(1, "residential-2", "a", "attended", at("2027-07-07", "18:00"))

	b.mail("P-1", "residential-3", "event-place", "1.1.0", scheduled, at("2027-07-12", "09:10"))
	b.act(1, ActAnswer, "residential-3", 1, "confirm", at("2027-07-13", "10:00"))
	b.entry("P-1", "residential-3", "event-confirmed", "r2", reply, at("2027-07-13", "10:00"), "a", 0)
	b.mail("P-1", "residential-3", "event-tomorrow", "1.2.2", scheduled, at("2027-09-03", "09:10"))
	b.note(0, "residential-3", "a", "", at("2027-09-05", "18:30")).Act = "reschedule"
	b.entry("P-1", "residential-3", "event-cancelled", "o1", urgent, at("2027-09-05", "18:35"), "a", 1)
	b.note(1, "residential-3", "b", "", at("2027-09-06", "11:00")).Act = "change-sitting"
	b.entry("P-1", "residential-3", "event-confirmed", "c1", staff, at("2027-09-06", "11:05"), "b", 2)
	b.mail("P-1", "residential-3", "event-tomorrow", "1.3.2", scheduled, at("2027-09-24", "09:10"))
	b.note(1, "residential-3", "b", "attended", at("2027-09-29", "18:00"))
	b.mail("P-1", "alumni", "alumni", "1.1.0", scheduled, at("2027-11-15", "09:10"))

	b.act(4, ActAnswer, "residential-2", 1, "confirm", at("2027-04-12", "10:00"))
	b.entry("P-4", "residential-2", "event-confirmed", "r4", reply, at("2027-04-12", "10:00"), "a", 0)
	b.entry("P-4", "residential-2", "event-cancelled", "cmd4", staff, at("2027-04-20", "11:02"), "a", 1)
	for ref, state := range map[string]string{"P-1": "done", "P-4": "cancelled"} {
		for _, name := range []string{"residential-2", "residential-3"} {
			b.of(ref).Stages = append(b.of(ref).Stages, Stage{Name: name, Kind: "event", State: state, Round: 1, Answered: kept("done")})
		}
	}
	for i := range b.in.Mails {
		if m := &b.in.Mails[i]; strings.Contains(m.Keys[0], "/event-joining/") || strings.Contains(m.Keys[0], "/event-tomorrow/") {
			m.Text = "Where: Hall a"
			if strings.Contains(m.Keys[0], "/1.3.2") {
				m.Text = "Where: Hall b"
			}
		}
	}
	return b
}

// entry is a mail that changes a diary: a sitting's times, a sequence.
func (b *builder) entry(ref, stage, message, last, rule string, date time.Time, sitting string, sequence int) *Mail {
	m := b.mail(ref, stage, message, last, rule, date)
	m.Entry = &Entry{Method: "REQUEST", UID: ref + stage, Sequence: sequence}
	if message == "event-cancelled" {
		m.Entry.Method = "CANCEL"
	}
	for _, s := range b.in.Expected.Sittings {
		if s.Stage == stage && s.Name == sitting {
			m.Entry.Starts, m.Entry.Ends = s.Starts, s.Ends
		}
	}
	return m
}

// note is something that staff did about a sitting; the register's answer is what was noted.
func (b *builder) note(n int, stage, sitting, noted string, date time.Time) *Act {
	a := b.act(n, "record-attendance", stage, 1, noted, date)
	if a.Sitting = sitting; n == 0 {
		a.Ref = ""
	}
	return a
}

func TestAYearWithEventsIsOK(t *testing.T) {
	t.Parallel()
	if r := Judge(eventful().in); r.Verdict != "ok" {
		t.Errorf("%+v", r.Faults)
	}
}

// planted is a fault of an eventful year and the check that has to name it.
type planted struct {
	name, check string
	plant       func(*builder)
}

func eventFaults() []planted {
	const confirmed, cancelled = "c/P-1/residential-2/event-confirmed/r1", "c/P-4/residential-2/event-cancelled/cmd4"
	return []planted{
		{"a calendar part that cannot be read", "calendar", func(b *builder) { b.find(confirmed).Broken = "0 events" }},
		{"a confirmation without an entry", "calendar", func(b *builder) { b.find(confirmed).Entry = nil }},
		{"another UID for one place", "calendar", func(b *builder) { b.find("c/P-1/residential-3/event-confirmed/c1").Entry.UID = "other" }},
		{"one UID for two places", "calendar", func(b *builder) { b.find(confirmed).Entry.UID = "P-4residential-2" }},
		{"a SEQUENCE that falls", "calendar", func(b *builder) { b.find("c/P-1/residential-3/event-confirmed/c1").Entry.Sequence = 0 }},
		{"an entry at another time than the sitting", "calendar", func(b *builder) { b.find(confirmed).Entry.Starts = at("2027-07-05", "09:00") }},
		{"a place given back and no CANCEL", "calendar", func(b *builder) { b.lose(cancelled) }},
		{"a CANCEL for a place that is kept", "calendar", func(b *builder) {
			b.entry("P-1", "residential-2", "event-cancelled", "x", staff, at("2027-06-01", "11:00"), "a", 1)
		}},
		{"a CANCEL of nothing", "calendar", func(b *builder) { b.lose("c/P-4/residential-2/event-confirmed/r4") }},
		{"the old address keeps its entry", "calendar", func(b *builder) {
			b.entry("P-6", "residential-2", "event-confirmed", "r6", reply, at("2027-05-12", "10:00"), "a", 0)
			b.in.Expected.Sittings[0].Starts = at("2028-01-10", "08:00")
			b.in.Expected.Sittings[0].Ends = at("2028-01-12", "16:00")
			b.find("c/P-6/residential-2/event-confirmed/r6").Entry.Starts = at("2028-01-10", "08:00")
		}},
		{"more diaries than room", "capacity", func(b *builder) {
			b.entry("P-5", "residential-2", "event-confirmed", "r5", reply, at("2027-05-12", "10:00"), "a", 0)
		}},
		{"more leaders on the register than room", "capacity", func(b *builder) {
			b.note(5, "residential-2", "a", "attended", at("2027-07-07", "18:00"))
		}},
		{"more places in the records than room", "capacity", func(b *builder) { b.in.Records.Sittings[0].Taken = 2 }},
		{"a sitting that was cancelled and is not in the records", "capacity", func(b *builder) { b.in.Records.Sittings[1].State = "planned" }},
		{"a sitting at another time in the records", "capacity", func(b *builder) { b.in.Records.Sittings[0].Starts = "2027-07-05T08:00:00Z" }},
		{"a scheduled mail during a residential", "residential-day", func(b *builder) {
			b.mail("P-1", "closing-survey", "survey-reminder", "1.1.1", scheduled, at("2027-07-06", "09:10"))
		}},
		{"joining instructions after the withdrawal", "joining", func(b *builder) {
			b.mail("P-4", "residential-2", "event-joining", "1.2.1", scheduled, at("2027-06-21", "09:10"))
		}},
		{"a last word two days early", "joining", func(b *builder) {
			b.find("c/P-1/residential-2/event-tomorrow/1.2.2").Date = at("2027-06-30", "09:10")
		}},
		{"instructions that say nowhere", "joining", func(b *builder) { b.find("c/P-1/residential-2/event-joining/1.2.1").Text = "Where: to follow" }},
		{"a last word that names another event's place", "joining", func(b *builder) { b.find("c/P-1/residential-2/event-tomorrow/1.2.2").Text = "Where: Hall b" }},
		{"no last word at all", "joining", func(b *builder) { b.lose("c/P-1/residential-2/event-tomorrow/1.2.2") }},
		{"the network before the last day was decided", "alumni-early", func(b *builder) {
			b.find("c/P-1/alumni/alumni/1.1.0").Received = real(at("2027-09-28", "09:10"))
		}},
		{"urgent news of a distant event", "urgent", func(b *builder) { b.find(cancelled).Rule = urgent }},
		{"a cancellation on the eve told in the morning", "urgent", func(b *builder) { b.find("c/P-1/residential-3/event-cancelled/o1").Rule = staff }},
		{"a cancellation on the eve not told", "urgent", func(b *builder) { b.lose("c/P-1/residential-3/event-cancelled/o1") }},
		{"an absence told to somebody else", "wrong-person", func(b *builder) {
			b.mail("P-1", "residential-2", "absence-alert", "c9", alert, at("2027-07-07", "18:01"))
		}},
	}
}

func TestEveryPlantedFaultOfEventsIsFound(t *testing.T) {
	t.Parallel()
	for _, test := range eventFaults() {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			b := eventful()
			test.plant(b)
			r := Judge(b.in)
			if !slices.ContainsFunc(r.Faults, func(f Fault) bool { return f.Check == test.check && f.Text != "" }) {
				t.Errorf("%s, and %s is not among %+v", r.Verdict, test.check, r.Faults)
			}
		})
	}
}

// unsent makes a mail one that the records say was not sent, for that reason.
func (b *builder) unsent(key, reason string) {
	b.in.Mails = slices.DeleteFunc(b.in.Mails, func(m Mail) bool { return slices.Contains(m.Keys, key) })
	for i := range b.in.Records.Messages {
		if m := &b.in.Records.Messages[i]; m.Key == key {
			*m = Message{Key: key, State: "not_sent", Reason: reason}
		}
	}
}

// TestAPlaceFoundBeforeTheNews: where the records say that another place was found before the cancellation could be told, the
// mail of that place tells both.
func TestAPlaceFoundBeforeTheNews(t *testing.T) {
	t.Parallel()
	for reason, ok := range map[string]bool{"replaced": true, "missed": false} {
		b := eventful()
		b.unsent("c/P-1/residential-3/event-cancelled/o1", reason)
		if r := Judge(b.in); names(r, "urgent") == ok {
			t.Errorf("%s: %s %+v", reason, r.Verdict, r.Faults)
		}
	}
}

// TestNewsOfTheEveMayTakeSoLong: news of an event that is near has as long as a reply, from the answer to whoever cancelled it.
func TestNewsOfTheEveMayTakeSoLong(t *testing.T) {
	t.Parallel()
	for _, within := range []time.Duration{15 * time.Second, 40 * time.Second} {
		for late, ok := range map[time.Duration]bool{0: true, time.Millisecond: false} {
			b := eventful()
			b.in.ReplyWithin = within
			order := b.did("", "reschedule")
			b.find("c/P-1/residential-3/event-cancelled/o1").Received = order.Answered.Add(within + late)
			if r := Judge(b.in); names(r, "urgent") == ok {
				t.Errorf("%s and %s after the order: %s %+v", within, late, r.Verdict, r.Faults)
			}
		}
	}
}

// TestALastWordThatKillsCost: where processes are killed, an event may be over before anything runs again, and staff may have
// taken the register by then.
func TestALastWordThatKillsCost(t *testing.T) {
	t.Parallel()
	for reason, excused := range map[string]bool{"missed": true, "answered": true, "replaced": true, "replanned": false} {
		for _, within := range []time.Duration{0, time.Minute} {
			b := eventful()
			b.in.ReplyWithin = within
			b.unsent("c/P-1/residential-2/event-tomorrow/1.2.2", reason)
			if r := Judge(b.in); names(r, "joining") == (excused && within > 0) {
				t.Errorf("%s within %s: %s %+v", reason, within, r.Verdict, r.Faults)
			}
		}
	}
}

// names reports whether a verdict has a fault of a check.
func names(r Report, check string) bool {
	return slices.ContainsFunc(r.Faults, func(f Fault) bool { return f.Check == check })
}

func TestReadsACalendarPart(t *testing.T) {
	t.Parallel()
	object := strings.Join([]string{"BEGIN:VCALENDAR", "VERSION:2.0", "METHOD:REQUEST", "BEGIN:VTIMEZONE", "TZID:Europe/London", "BEGIN:STANDARD",
		"DTSTART:19701025T020000", "END:STANDARD", "END:VTIMEZONE", "BEGIN:VEVENT", "UID:a1", " b2@f", "SEQUENCE:3",
		"DTSTART;TZID=Europe/London:20270705T080000", "DTEND:20270707T150000Z", "END:VEVENT", "END:VCALENDAR", ""}, "\r\n")
	e, err := readEntry(object, "request")
	if err != nil || e.UID != "a1b2@f" || e.Sequence != 3 || !e.Starts.Equal(at("2027-07-05", "08:00")) || !e.Ends.Equal(at("2027-07-07", "16:00")) {
		t.Errorf("%+v %v", e, err)
	}
	for _, change := range [][2]string{{"METHOD:REQUEST", "METHOD:CANCEL"}, {"END:VEVENT", "END:VTODO"}, {"UID:", "X-UID:"}, {"DTEND:2027", "DTEND:2026"},
		{";TZID=Europe/London", ""}, {"SEQUENCE:3", "SEQUENCE:three"}, {"END:VEVENT\r\n", "END:VEVENT\r\nBEGIN:VEVENT\r\nEND:VEVENT\r\n"}} {
		if _, err := readEntry(strings.Replace(object, change[0], change[1], 1), "REQUEST"); err == nil {
			t.Errorf("%s for %s is read", change[1], change[0])
		}
	}
	mail := "Content-Type: multipart/alternative; boundary=x\r\n\r\n--x\r\nContent-Type: text/plain\r\n\r\nHello\r\n--x\r\n" +
		"Content-Type: text/calendar; method=REQUEST\r\n\r\n" + object + "\r\n--x--\r\n"
	_, body, _ := strings.Cut(mail, "\r\n\r\n")
	text, method, err := partIn("text/calendar", "multipart/alternative; boundary=x", "", strings.NewReader(body), 0)
	if err != nil || method != "REQUEST" || !strings.Contains(text, "UID:a1") {
		t.Errorf("%q %q %v", text, method, err)
	}
}
