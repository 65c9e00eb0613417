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
	Missed  bool // because its coach said that it did not take place
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
	s.Again, s.Missed = item.Session.Again, item.Session.Why == programme.GivenUpMissed
	s.Over, s.Needed = item.Session.Over, item.Session.Needed
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

// CoachingMoved tells a leader the new time of a session, or where they meet now; the diary's entry follows.
type CoachingMoved struct {
	Frame
	Session
	Placed bool // it keeps its time, and they meet elsewhere
	Link   *Link
}

func newCoachingMoved(key string, item programme.MailItem) message {
	return &CoachingMoved{Session: session(item), Link: itemLink(key, "See, move or cancel the session", item),
		Placed: item.Session != nil && item.Session.What == programme.SessionPlaced}
}

func (m *CoachingMoved) section() Section { return Section{Link: m.Link} }

// CoachingCancelled tells a leader that a session will not be, and why; the diary's entry goes. It asks for another time where
// one is to be chosen.
type CoachingCancelled struct {
	Frame
	Ask
	Session
	Elsewhere bool   // only the entry leaves this address's diary: the leader has another address now
	Reason    string // a sentence, or empty
	Next      string // the coach with whom to choose another time, or empty
	Seeking   bool   // another coach is still to be found
}

func newCoachingCancelled(key string, item programme.MailItem) message {
	m := &CoachingCancelled{Session: session(item), Ask: ask(key, "Choose another time", item)}
	if about := item.Session; about != nil {
		m.Elsewhere, m.Reason, m.Next, m.Seeking = about.Elsewhere, givenUp[about.Why], clean(about.Next), about.Seeking
	}
	if m.Link == nil || m.Over { // no other time is asked for
		m.Ask = Ask{}
	}
	return m
}

func (m *CoachingCancelled) section() Section { return Section{Due: m.Due, Link: m.Link} }

// givenUp says to the leader why a session was given up.
var givenUp = map[programme.GivenUp]string{
	programme.GivenUpByLeader:     "You cancelled it.",
	programme.GivenUpByAssistant:  "Your assistant cancelled it.",
	programme.GivenUpByCoach:      "Your coach is not available at that time.",
	programme.GivenUpByStaff:      "The programme team cancelled it.",
	programme.GivenUpCoachLeft:    "Your coach is no longer available.",
	programme.GivenUpCoachChanged: "You have another coach now.",
	programme.GivenUpCoachAsked:   "You asked for another coach.",
	programme.GivenUpResidential:  "The dates of your residential have changed, and the session would fall on one of its days.",
	programme.GivenUpEvent:        "An event of yours takes place at that time now.",
	programme.GivenUpHold:         "Your year is on hold. When it goes on, we will ask you for another time.",
	programme.GivenUpHeld:         "It fell into the time when your year was on hold.",
	programme.GivenUpLeft:         "You no longer take part in this year of the programme.",
	programme.GivenUpEnded:        "It no longer takes place.",
}

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
	Became string // "booked", "moved", "cancelled" or "now online"
	Link   *Link
}

func newCoachBooking(key string, item programme.MailItem) message {
	m := &CoachBooking{Session: session(item), Became: "booked", Link: itemLink(key, "See your leaders and times", item)}
	if item.Session != nil && item.Session.What != "" {
		m.Became = item.Session.What
	}
	if m.Became == programme.SessionPlaced {
		m.Became = "now " + m.Where()
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
