package email

import "fairlead/programme"

// NewLink lists what is open to somebody who asked for a new link, each thing with a fresh one.
type NewLink struct {
	Frame
	Open []OpenThing
	Link *Link // the page of the year, nil where the mail has no link to it
}

func newNewLink(key string, item programme.MailItem) message {
	return &NewLink{Open: openThings(key, item.Open), Link: itemLink(key, "Open your page", item)}
}

func (m *NewLink) section() Section { return Section{Open: m.Open, Link: m.Link} }

// EmailChanged goes to a leader's new address and lists what is open, each thing with a fresh link.
type EmailChanged struct {
	Frame
	Open []OpenThing
	Link *Link // the page of the year, nil where the mail has no link to it
}

func newEmailChanged(key string, item programme.MailItem) message {
	return &EmailChanged{Open: openThings(key, item.Open), Link: itemLink(key, "Open your page", item)}
}

func (m *EmailChanged) section() Section { return Section{Open: m.Open, Link: m.Link} }
