package email

import (
	"strings"
	"time"

	"fairlead/programme"
)

// Session is when and with whom a coaching session is, as a mail says it.
type Session struct {
	Heading string // "First coaching session"
	Coach   string
	Email   string // the coach's address, in mails to the leader
	Leader  string // in mails to the coach
	At      *Moment
	Online  bool
	Again   bool // a time was given before, and it came to nothing
	Over    bool // there is no time left to book it again
	Needed  bool // it is of the compulsory days
}

func session(item programme.MailItem) Session {
	s := Session{Heading: clean(item.Title), Coach: "your coach", Leader: clean(item.Leader)}
	if s.Heading == "" {
		s.Heading = "Coaching session"
	}
	if item.Session == nil {
		return s
	}
	if name := clean(item.Session.Coach); name != "" {
		s.Coach = name
	}
	s.At, s.Online, s.Email = moment(item.Session.Starts), item.Session.Online, clean(item.Session.Email)
	s.Again, s.Over, s.Needed = item.Session.Again, item.Session.Over, item.Session.Needed
	return s
}

// Where is how coach and leader meet.
func (s Session) Where() string {
	if s.Online {
		return "online"
	}
	return "in person"
}

// Meeting is the session within a sentence: "first coaching session".
func (s Session) Meeting() string { return lowerFirst(s.Heading) }

// Coaching asks a leader to book a session with their coach.
type Coaching struct {
	Frame
	Ask
	Session
}

func newCoaching(key string, item programme.MailItem) message {
	return &Coaching{Ask: ask(key, "Choose a time", item), Session: session(item)}
}

func (m *Coaching) section() Section { return Section{Due: m.Due, Link: m.Link} }

// CoachingReminder reminds a leader to book a session.
type CoachingReminder struct {
	Frame
	Ask
	Session
}

func newCoachingReminder(key string, item programme.MailItem) message {
	return &CoachingReminder{Ask: ask(key, "Choose a time", item), Session: session(item)}
}

func (m *CoachingReminder) section() Section { return Section{Due: m.Due, Link: m.Link} }

// CoachingBooked confirms a session to the leader, with an entry for the diary.
type CoachingBooked struct {
	Frame
	Session
	Link *Link
}

func newCoachingBooked(key string, item programme.MailItem) message {
	return &CoachingBooked{Session: session(item), Link: itemLink(key, "See, move or cancel the session", item)}
}

func (m *CoachingBooked) section() Section { return Section{Link: m.Link} }

// CoachingMoved tells a leader the new time of a session; the diary's entry follows.
type CoachingMoved struct {
	Frame
	Session
	Link *Link
}

func newCoachingMoved(key string, item programme.MailItem) message {
	return &CoachingMoved{Session: session(item), Link: itemLink(key, "See, move or cancel the session", item)}
}

func (m *CoachingMoved) section() Section { return Section{Link: m.Link} }

// CoachingCancelled tells a leader that a session will not be; the diary's entry goes.
type CoachingCancelled struct {
	Frame
	Session
	Elsewhere bool // only the entry leaves this address's diary: the leader has another address now
	Link      *Link
}

func newCoachingCancelled(key string, item programme.MailItem) message {
	return &CoachingCancelled{Session: session(item), Elsewhere: item.Session != nil && item.Session.Elsewhere,
		Link: itemLink(key, "Choose another time", item)}
}

func (m *CoachingCancelled) section() Section { return Section{Link: m.Link} }

// CoachingOver tells a leader that a session was not held and will not be asked for again, and what follows from that.
type CoachingOver struct {
	Frame
	Session
	Link *Link
}

func newCoachingOver(key string, item programme.MailItem) message {
	return &CoachingOver{Session: session(item), Link: itemLink(key, "Open your year", item)}
}

func (m *CoachingOver) section() Section { return Section{Link: m.Link} }

// CoachingTomorrow reminds a leader of a session on the working day before.
type CoachingTomorrow struct {
	Frame
	Session
	Link *Link
}

func newCoachingTomorrow(key string, item programme.MailItem) message {
	return &CoachingTomorrow{Session: session(item), Link: itemLink(key, "See the session", item)}
}

func (m *CoachingTomorrow) section() Section {
	return Section{Link: m.Link, Begins: m.At, Name: "coaching session"}
}

// CoachingLog asks a coach to say whether a session was held, and nothing of what was said.
type CoachingLog struct {
	Frame
	Session
	Link *Link
}

func newCoachingLog(key string, item programme.MailItem) message {
	return &CoachingLog{Session: session(item), Link: itemLink(key, "Log the session", item)}
}

func (m *CoachingLog) section() Section { return Section{Link: m.Link} }

// CoachBooking tells a coach what became of a session: booked, moved or cancelled.
type CoachBooking struct {
	Frame
	Session
	Became string // "booked", "moved" or "cancelled"
	Link   *Link
}

func newCoachBooking(key string, item programme.MailItem) message {
	m := &CoachBooking{Session: session(item), Became: "booked", Link: itemLink(key, "See your leaders and times", item)}
	if item.Session != nil && item.Session.What != "" {
		m.Became = item.Session.What
	}
	return m
}

func (m *CoachBooking) section() Section { return Section{Link: m.Link} }

// CoachChanged tells a leader that they have another coach.
type CoachChanged struct {
	Frame
	Session
	Consent bool // the former coach was allowed to see the report
	Link    *Link
}

func newCoachChanged(key string, item programme.MailItem) message {
	return &CoachChanged{Session: session(item), Consent: item.Session != nil && item.Session.Consent, Link: itemLink(key, "Open your year", item)}
}

func (m *CoachChanged) section() Section { return Section{Link: m.Link} }

// CoachLeaders tells a coach that they have a leader.
type CoachLeaders struct {
	Frame
	Leader string
	Link   *Link
}

func newCoachLeaders(key string, item programme.MailItem) message {
	m := &CoachLeaders{Leader: clean(item.Leader), Link: itemLink(key, "See your leaders and times", item)}
	if m.Leader == "" {
		m.Leader = "a leader"
	}
	return m
}

func (m *CoachLeaders) section() Section { return Section{Link: m.Link} }

// sessionPart is the entry of a coaching session for the leader's diary: REQUEST where it is booked or moved, CANCEL where
// it will not be. It is empty where the mail has none. Its UID is that of the private feed, for the life of the session,
// and the sequence rises with every change (RFC 5546, 2.1.4).
func sessionPart(job programme.MailJob) string {
	item, method := job.Items[0], ""
	switch item.Message {
	case programme.MsgCoachingBooked, programme.MsgCoachingMoved:
		method = programme.MethodRequest
	case programme.MsgCoachingCancelled:
		method = programme.MethodCancel
	default:
		return ""
	}
	s := item.Session
	where := "In person, as agreed with " + s.Coach
	if s.Online {
		where = "Online"
	}
	entry := FeedEntries(job.Ref, []programme.DateLine{{Title: item.Title, From: s.Starts, To: s.Starts.Add(time.Duration(s.Minutes) * time.Minute), Where: where}})[0]
	entry.Sequence = s.Sequence
	entry.Note = "With " + s.Coach + ". To move or cancel the session use the link in the email: answering this entry does not tell us."
	return CalendarPart(method, entry, job.From, strings.TrimSpace(job.To.Email), job.Date)
}
