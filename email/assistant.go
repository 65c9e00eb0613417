package email

import "fairlead/programme"

// AssistantWelcome gives an assistant whom the leader named a link of their own.
type AssistantWelcome struct {
	Frame
	Leader string
	Due    *Moment // nil where no date is set
	Link   *Link
	Dates  []Date
}

func newAssistantWelcome(key string, item programme.MailItem) message {
	return &AssistantWelcome{Leader: leader(item), Due: moment(item.Due), Dates: dates(item.Dates),
		Link: itemLink(key, "See and confirm the dates", item)}
}

func (m *AssistantWelcome) section() Section {
	return Section{Due: m.Due, Link: m.Link, Dates: m.Dates}
}
