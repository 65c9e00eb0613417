package email

import (
	"net/url"
	"slices"
	"strings"
	"time"

	"fairlead/programme"
)

// Sitting is what every mail about a leader's place at an event says of it.
type Sitting struct {
	Event      string // in the middle of a sentence: "residential 2", "the opening event"
	EventFirst string // at the beginning of one: "Residential 2", "The opening event"
	Heading    string // its title alone: "Opening event"
	When       string
	Starts     *Moment
	Where      string // venue or "online"; empty where it is not known yet
	Address    string
	JoinURL    *WebAddress // nil where there is none to tell
	Arrive     string      // a sentence about the night before, or empty
	Sessions   []SessionLine
	Freeze     *Moment // until when needs can be changed; nil where that is over
	Frozen     *Moment // since when they cannot; nil before
	Entry      bool    // the mail brings, changes or takes away a calendar entry
	Confirmed  bool
	CatchUp    bool
	Online     bool
	Left       bool   // the leader no longer takes part
	Awaited    string // what the programme team still has to tell, "link" or "venue", in a mail that says how to join
	Team       string // address of whom to ask for it, or empty

	freeze time.Time
}

// SessionLine is one part of an event's programme.
type SessionLine struct {
	When      string
	Title     string
	Speaker   string
	Materials *WebAddress
}

// WebAddress is an address on the web that staff typed.
type WebAddress struct{ URL string }

// webAddressOf is nil for anything that is no plain address on the web: a mail links to nothing else.
func webAddressOf(typed string) *WebAddress {
	typed = clean(typed)
	u, err := url.Parse(typed)
	if err != nil || (u.Scheme != "https" && u.Scheme != "http") || u.Host == "" || strings.Contains(typed, " ") {
		return nil
	}
	return &WebAddress{URL: u.String()}
}

// sitting fills in what is known; a mail without a date still says what it is about.
func sitting(item programme.MailItem) Sitting {
	e := Sitting{Event: "your event", Heading: "Your event", When: "date to follow", Left: item.State.Left()}
	if title := clean(item.Title); title != "" {
		e.Event, e.Heading = withArticle(lowerFirst(title)), title
	}
	e.EventFirst = upperFirst(e.Event)
	at := item.Event
	if at == nil {
		return e
	}
	e.When, e.Starts, e.Address, e.JoinURL = span(at.Starts, at.Ends), moment(at.Starts), clean(at.Address), webAddressOf(at.JoinURL)
	switch {
	case at.Online:
		e.Where, e.Address, e.Online = "online", "", true
	case clean(at.Venue) != "":
		e.Where = clean(at.Venue)
	}
	if at.Night && !at.Online {
		e.Arrive = "The night before belongs to it: a room is kept for you if you told us that you need one."
	}
	if at.NightOff {
		e.Arrive = "No rooms are booked for the night before."
	}
	for _, session := range slices.SortedStableFunc(slices.Values(at.Sessions), func(a, b programme.Session) int { return a.Starts.Compare(b.Starts) }) {
		e.Sessions = append(e.Sessions, SessionLine{When: sessionTime(at, session.Starts), Title: clean(session.Title),
			Speaker: clean(session.Speaker), Materials: webAddressOf(session.Materials)})
	}
	e.Entry, e.Confirmed, e.CatchUp = at.Method != "", at.Confirmed, at.CatchUp
	if !at.Online { // nobody eats, sleeps or arrives there
		e.freeze = at.Freeze
	}
	return e
}

// sessionTime is when a session starts: at an event of one day the time alone, else with its day.
func sessionTime(event *programme.EventItem, session time.Time) string {
	start := moment(session)
	switch {
	case start == nil:
		return "time to follow"
	case programme.DateOf(event.Starts) == programme.DateOf(event.Ends):
		return start.Time()
	}
	return start.at.Format("Monday") + " " + start.Time()
}

// joined is sitting for a mail that says how to join: what it cannot say yet comes from the programme team.
func joined(item programme.MailItem) Sitting {
	e := sitting(item)
	if item.Event == nil {
		return e
	}
	known := programme.Sitting{Online: e.Online, Venue: e.Where}
	if e.JoinURL != nil {
		known.JoinURL = e.JoinURL.URL
	}
	e.Awaited = string(known.Lacks())
	return e
}

// settle tells by the moment the mail goes whether needs can still be changed, and whom to ask.
func (e *Sitting) settle(job programme.MailJob) {
	e.Team = clean(job.Contact)
	if e.freeze.After(job.Date) {
		e.Freeze = moment(e.freeze)
	} else {
		e.Frozen = moment(e.freeze)
	}
}

// ahead is an event to come as one of several things in a mail.
func (e *Sitting) ahead(link *Link) Section {
	return Section{Event: e, Link: link, Begins: e.Starts, Name: e.Event}
}

// yearLink leads to "Your year", where the place and what can be done about it are shown.
func yearLink(key string, item programme.MailItem) *Link { return itemLink(key, "See your year", item) }

// EventPlace asks a leader to confirm the place at an event.
type EventPlace struct {
	Frame
	Ask
	Sitting
	Others []Date // further events whose places the same form confirms
}

func newEventPlace(key string, item programme.MailItem) message {
	m := &EventPlace{Ask: ask(key, "Confirm your place", item), Sitting: sitting(item), Others: dates(item.Dates)}
	m.JoinURL = nil // it comes with the joining instructions
	return m
}

func (m *EventPlace) section() Section {
	s := m.ahead(m.Link)
	s.Due, s.Dates = m.Due, m.Others
	return s
}

// EventConfirmed says that the place is the leader's, and brings the calendar entry.
type EventConfirmed struct {
	Frame
	Sitting
	Link *Link
}

func newEventConfirmed(key string, item programme.MailItem) message {
	return &EventConfirmed{Sitting: sitting(item), Link: yearLink(key, item)}
}

func (m *EventConfirmed) section() Section { return m.ahead(m.Link) }

// EventJoining brings the joining instructions.
type EventJoining struct {
	Frame
	Sitting
	Link *Link
}

func newEventJoining(key string, item programme.MailItem) message {
	return &EventJoining{Sitting: joined(item), Link: yearLink(key, item)}
}

func (m *EventJoining) section() Section { return m.ahead(m.Link) }

// EventTomorrow is the last mail before an event, on the last working day.
type EventTomorrow struct {
	Frame
	Sitting
	Link *Link
}

func newEventTomorrow(key string, item programme.MailItem) message {
	return &EventTomorrow{Sitting: joined(item), Link: yearLink(key, item)}
}

func (m *EventTomorrow) section() Section { return m.ahead(m.Link) }

// EventMoved says that an event has another date, venue or way to join, and changes the calendar entry.
type EventMoved struct {
	Frame
	Ask
	Sitting
	Moved bool // the times have changed; else the venue or the way to join has
	Again bool // the place is to be confirmed again, by the link of this mail
}

func newEventMoved(key string, item programme.MailItem) message {
	m := &EventMoved{Ask: Ask{Link: yearLink(key, item)}, Sitting: sitting(item)}
	if item.Event != nil {
		m.Moved, m.Again = item.Event.Moved, item.Event.Asks
	}
	if m.Again {
		m.Ask = ask(key, "Confirm your place again", item)
	}
	return m
}

func (m *EventMoved) section() Section {
	s := m.ahead(m.Link)
	s.Due = m.Due
	return s
}

// EventCancelled takes a calendar entry away. Where the place is still confirmed, it does so from the diary of an address
// that is no longer the leader's: the entry has gone to the new one.
type EventCancelled struct {
	Frame
	Sitting
	Moved bool // it has moved onto days of another event of the leader's
	Link  *Link
}

func newEventCancelled(key string, item programme.MailItem) message {
	m := &EventCancelled{Sitting: sitting(item), Link: yearLink(key, item)}
	m.JoinURL, m.Arrive = nil, ""
	m.Moved = item.Event != nil && item.Event.Moved
	return m
}

func (m *EventCancelled) section() Section { return Section{Event: &m.Sitting, Link: m.Link} }

// AbsenceAlert tells the owner of an event that a leader did not come. It names nobody: the mail may be read on any
// screen.
type AbsenceAlert struct {
	Frame
	Sitting
	Journey string // reference of the absent leader's journey
}

func newAbsenceAlert(_ string, item programme.MailItem) message {
	return &AbsenceAlert{Sitting: sitting(item)}
}

func (m *AbsenceAlert) section() Section { return Section{} }

// settle takes the reference from the foot of the mail, where a leader would quote her own.
func (m *AbsenceAlert) settle(programme.MailJob) { m.Journey, m.Reference = m.Reference, "" }

// Console is the page of the journey.
func (m *AbsenceAlert) Console() *Link {
	page := m.ConsoleURL + "/tasks"
	if programme.ValidRef(m.Journey) {
		page = m.ConsoleURL + "/journeys/" + m.Journey
	}
	return &Link{Label: "Open the journey", URL: page}
}

// calendarPart is the entry of a mail that has one. It takes a mail of its own: one mail, one event.
func calendarPart(job programme.MailJob) string {
	if len(job.Items) == 1 && job.Items[0].Session != nil && job.From != "" {
		return sessionPart(job)
	}
	if len(job.Items) != 1 || job.Items[0].Event == nil || job.From == "" {
		return ""
	}
	item := job.Items[0]
	at := item.Event
	if (at.Method != programme.MethodRequest && at.Method != programme.MethodCancel) || at.UID == "" || at.Starts.IsZero() {
		return ""
	}
	e := sitting(item)
	entry := Entry{UID: at.UID, Title: e.Heading, From: at.Starts, To: at.Ends, Where: e.Where, Sequence: at.Sequence}
	if e.Address != "" {
		entry.Where = strings.TrimPrefix(e.Where+", "+e.Address, ", ")
	}
	if at.Method == programme.MethodRequest {
		entry.Note = "Accepting or declining this entry does not confirm or cancel your place: please use the link in our email."
		if e.JoinURL != nil {
			entry.Note = "Join here: " + e.JoinURL.URL + "\n" + entry.Note
		}
	}
	return CalendarPart(at.Method, entry, job.From, strings.TrimSpace(job.To.Email), job.Date)
}
