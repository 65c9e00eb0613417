package email

import "fairlead/programme"

// Invitation asks a leader to accept or decline a place.
type Invitation struct {
	Frame
	Ask
	Dates []Date // of the year, where they are known already
}

func newInvitation(key string, item programme.MailItem) message {
	return &Invitation{Ask: ask(key, "Accept or decline your place", item), Dates: dates(item.Dates)}
}

func (m *Invitation) section() Section { return Section{Due: m.Due, Link: m.Link, Dates: m.Dates} }

// InvitationReminder reminds a leader of an invitation without an answer.
type InvitationReminder struct {
	Frame
	Ask
}

func newInvitationReminder(key string, item programme.MailItem) message {
	return &InvitationReminder{Ask: ask(key, "Accept or decline your place", item)}
}

func (m *InvitationReminder) section() Section { return Section{Due: m.Due, Link: m.Link} }

// InvitationAssistant tells the assistant which dates to keep free for an invited leader. It holds no link: the answer
// is the leader's.
type InvitationAssistant struct {
	Frame
	Leader string
	Due    *Moment // until when the leader's answer is awaited
	Dates  []Date
}

func newInvitationAssistant(_ string, item programme.MailItem) message {
	return &InvitationAssistant{Leader: leader(item), Due: moment(item.Due), Dates: dates(item.Dates)}
}

func (m *InvitationAssistant) section() Section { return Section{Dates: m.Dates} }

// InvitationAccepted confirms a place to the leader who accepted it.
type InvitationAccepted struct {
	Frame
	Link *Link // to the answer given, nil where it cannot be seen
}

func newInvitationAccepted(key string, item programme.MailItem) message {
	return &InvitationAccepted{Link: itemLink(key, "See your answer", item)}
}

func (m *InvitationAccepted) section() Section { return Section{Link: m.Link} }

// InvitationDeclined confirms to a leader that the place was declined.
type InvitationDeclined struct {
	Frame
	Link *Link // to the answer given, nil where it cannot be seen
}

func newInvitationDeclined(key string, item programme.MailItem) message {
	return &InvitationDeclined{Link: itemLink(key, "See your answer", item)}
}

func (m *InvitationDeclined) section() Section { return Section{Link: m.Link} }
