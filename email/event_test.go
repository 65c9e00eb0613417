package email

import (
	"html"
	"strings"
	"testing"

	"fairlead/programme"
)

// TestCalendarOfAMail: a mail brings exactly the entry its item names, and a stored mail brings the stored one.
func TestCalendarOfAMail(t *testing.T) {
	for _, message := range Messages() {
		job := Sample(message)
		mail, err := Compose(job, publicURL)
		if err != nil {
			t.Fatal(err)
		}
		if job.Items[0].Session != nil { // TestTheEntryOfASession
			continue
		}
		wants := job.Items[0].Event != nil && job.Items[0].Event.Method != ""
		if got := mail.Calendar != ""; got != wants {
			t.Errorf("%s: an entry %v, want %v", message, got, wants)
		}
		if !wants {
			continue
		}
		event := readCalendar(t, []byte(mail.Calendar)).parts[1].lines
		if event["UID"] != job.Items[0].Event.UID || event["ORGANIZER"] != "mailto:"+job.From || event["DTSTAMP"] != "20270204T091700Z" {
			t.Errorf("%s: the entry is %v", message, event)
		}
		if NewEnvelope(job, mail, publicURL).Calendar != mail.Calendar {
			t.Errorf("%s: the entry does not go out", message)
		}
		job.Prepared, job.Items[0].Event.Sequence = &mail, 9
		if again, err := Compose(job, publicURL); err != nil || again != mail {
			t.Errorf("%s: a repeat is another mail, %v", message, err)
		}
		job.Prepared, job.Items = nil, append(job.Items, sampleItem(programme.MsgOnboarding))
		if merged, err := Compose(job, publicURL); err != nil || merged.Calendar != "" {
			t.Errorf("%s: one of several things brought an entry, %v", message, err)
		}
	}
}

// TestInstructionsWithAnEntry: joining instructions that bring the entry up to date say so, and bring it; others say nothing of it.
func TestInstructionsWithAnEntry(t *testing.T) {
	for _, method := range []string{"", programme.MethodRequest} {
		job := Sample(programme.MsgEventJoining)
		job.Items[0].Event.Method = method
		mail, err := Compose(job, publicURL)
		if err != nil {
			t.Fatal(err)
		}
		checkMail(t, mail)
		for _, body := range []string{mail.Text, mail.HTML} {
			if strings.Contains(body, "The entry in your diary changes by itself") != (method != "") || (mail.Calendar != "") != (method != "") {
				t.Errorf("with %q: %s", method, body)
			}
		}
	}
}

// TestEventAmongOtherThings: a mail that lists several things says as much of an event as one of its own.
func TestEventAmongOtherThings(t *testing.T) {
	job := Sample(programme.MsgEventJoining)
	job.Items[0].Event.Online, job.Items[0].Event.JoinURL = true, "https://meet.example.org/abc"
	job.Items = append(job.Items, sampleItem(programme.MsgSurveyReminder))
	mail, err := Compose(job, publicURL)
	if err != nil {
		t.Fatal(err)
	}
	checkMail(t, mail)
	for _, want := range []string{"When: Monday 5 July 2027", "https://meet.example.org/abc", "Professor Ada Osei", "https://example.org/ai?year=2027&lang=en"} {
		if !strings.Contains(mail.Text, want) || !strings.Contains(html.UnescapeString(mail.HTML), strings.TrimPrefix(want, "When: ")) {
			t.Errorf("%q is missing in:\n%s", want, mail.Text)
		}
	}
}

// TestCalendarWithoutAVenue: an entry says nothing of a venue that is not known.
func TestCalendarWithoutAVenue(t *testing.T) {
	job := Sample(programme.MsgEventConfirmed)
	job.Items[0].Event.Venue, job.Items[0].Event.Address = "", "Harrogate"
	mail, err := Compose(job, publicURL)
	if err != nil {
		t.Fatal(err)
	}
	if where := readCalendar(t, []byte(mail.Calendar)).parts[1].lines["LOCATION"]; where != "Harrogate" {
		t.Errorf("the place is %q", where)
	}
}

// TestEventMails holds what the mails say in the cases that their goldens do not show.
func TestEventMails(t *testing.T) {
	for _, one := range []struct {
		about, message string
		change         func(*programme.EventItem)
		says, not      string
	}{
		{"online", programme.MsgEventJoining, func(e *programme.EventItem) { e.Online, e.JoinURL = true, "https://meet.example.org/abc" }, "Join here: https://meet.example.org/abc", "Rudding"},
		{"no venue yet", programme.MsgEventPlace, func(e *programme.EventItem) { e.Venue, e.Address = "", "" }, "Where: to follow", "Rudding"},
		{"no venue on the last day", programme.MsgEventTomorrow, func(e *programme.EventItem) { e.Venue, e.Address = "", "" },
			"Where: the venue is not set yet: the programme team tells you where to go before it begins. If you have not heard by then, please write to programme@example.org.", "to follow"},
		{"no link on the last day", programme.MsgEventTomorrow, func(e *programme.EventItem) { e.Online, e.JoinURL = true, "" },
			"Where: online. The link to join is not set yet: the programme team sends it to you before it begins.", "Join here"},
		{"instructions without a venue", programme.MsgEventJoining, func(e *programme.EventItem) { e.Venue, e.Address = "", "" }, "what we know so far of residential 2", "all you need"},
		{"no way to join yet", programme.MsgEventPlace, func(e *programme.EventItem) { e.Online, e.JoinURL = true, "https://meet.example.org/abc" }, "Where: online", "meet.example.org"},
		{"a script as the way to join", programme.MsgEventJoining, func(e *programme.EventItem) { e.Online, e.JoinURL = true, "javascript:alert(1)" }, "Where: online", "javascript"},
		{"needs still open", programme.MsgEventJoining, func(e *programme.EventItem) { e.Freeze = london(2027, 2, 5, 17, 0) }, "can be changed until Friday 5 February", "could be"},
		{"confirmed", programme.MsgEventJoining, func(e *programme.EventItem) { e.Confirmed = true }, "Here is all", "not confirmed your place"},
		{"catch-up", programme.MsgEventConfirmed, func(e *programme.EventItem) { e.CatchUp = true }, "makes up for the one you missed", "\x00"},
		{"another date, nothing asked", programme.MsgEventMoved, func(e *programme.EventItem) { e.Asks = false }, "tell us at once if you cannot be there", "Please answer by"},
		{"another venue", programme.MsgEventMoved, func(e *programme.EventItem) { e.Moved, e.Asks = false, false }, "your answer stays as it is", "Please answer by"},
		{"another address", programme.MsgEventCancelled, func(e *programme.EventItem) { e.Confirmed = true }, "Your place stays as it is", "Please do not come"},
		{"moved onto another event", programme.MsgEventCancelled, func(e *programme.EventItem) { e.Moved = true }, "Residential 2 has moved to days on which you are at another", "Please do not come"},
		{"confirmed, online", programme.MsgEventConfirmed, func(e *programme.EventItem) { e.Online = true }, "We write to you again before the day", "food, access and travel"},
		{"asked, online", programme.MsgEventPlace, func(e *programme.EventItem) { e.Online = true }, "about two minutes", "food, access and travel"},
		{"moved, online", programme.MsgEventMoved, func(e *programme.EventItem) { e.Online = true }, "The entry in your diary changes", "food, access and travel"},
		{"no night before any more", programme.MsgEventMoved, func(e *programme.EventItem) { e.Night, e.NightOff = false, true }, "No rooms are booked for the night before.", "a room is kept"},
		{"joined online", programme.MsgEventJoining, func(e *programme.EventItem) { e.Online, e.JoinURL = true, "https://meet.example.org/abc" }, "Here is all", "food, access and travel"},
		{"no date", programme.MsgEventTomorrow, func(e *programme.EventItem) { *e = programme.EventItem{} }, "the day in your diary", "London time"},
	} {
		job := Sample(one.message)
		one.change(job.Items[0].Event)
		mail, err := Compose(job, publicURL)
		if err != nil {
			t.Fatal(err)
		}
		checkMail(t, mail)
		text := strings.Join(strings.Fields(mail.Text), " ")
		if !strings.Contains(text, one.says) || strings.Contains(text, one.not) {
			t.Errorf("%s: the mail does not say %q, or says %q:\n%s", one.about, one.says, one.not, mail.Text)
		}
	}
}

// TestEventTitlesInSentences: every mail about an event names it as people do, and no subject is cut.
func TestEventTitlesInSentences(t *testing.T) {
	for title, want := range map[string]string{"Opening event": "the opening event", "Closing event": "the closing event", "Residential 1": "residential 1",
		"The summer school": "the summer school", "Your day": "your day", "ONS visit": "the ONS visit"} {
		if got := withArticle(lowerFirst(title)); got != want {
			t.Errorf("%s is called %q, want %q", title, got, want)
		}
	}
	for _, message := range Messages() {
		job := Sample(message)
		if job.Items[0].Event == nil {
			continue
		}
		job.Items[0].Title, job.Items[0].Due, job.Items[0].Dates = "Closing event", london(2027, 9, 30, 17, 0), nil
		job.Items[0].Event.Starts, job.Items[0].Event.Ends = london(2027, 9, 30, 12, 0), london(2027, 9, 30, 16, 0)
		mail, err := Compose(job, publicURL)
		if err != nil {
			t.Fatal(err)
		}
		checkMail(t, mail)
		said := mail.Subject + " " + strings.Join(strings.Fields(mail.Text), " ")
		if !strings.Contains(said, "he closing event") || strings.Contains(strings.ReplaceAll(strings.ToLower(said), "the closing event", ""), "closing event") ||
			strings.Contains(mail.Subject, "…") {
			t.Errorf("%s: %s\n%s", message, mail.Subject, mail.Text)
		}
		if strings.Contains(mail.Calendar, "SUMMARY") && !strings.Contains(mail.Calendar, "SUMMARY:Closing event") {
			t.Errorf("%s: the entry is named otherwise:\n%s", message, mail.Calendar)
		}
	}
}

// Who has left is not told of another date; who withdrew is not said to take part.
func TestAPlaceOfSomebodyWhoLeft(t *testing.T) {
	for state, why := range map[programme.JourneyState]string{programme.Withdrawn: "because you took part", programme.Deferred: "because you take part"} {
		job := Sample(programme.MsgEventCancelled)
		job.Items[0].State, job.Items[0].Link = state, programme.Token{}
		mail, err := Compose(job, publicURL)
		if err != nil {
			t.Fatal(err)
		}
		checkMail(t, mail)
		for _, part := range []string{mail.Text, mail.HTML} {
			said := strings.Join(strings.Fields(part), " ")
			if !strings.Contains(said, "your place has been given back") || !strings.Contains(said, why) ||
				strings.Contains(said, "another date for you") || strings.Contains(said, "See your year") {
				t.Errorf("%s:\n%s", state, part)
			}
		}
	}
}
