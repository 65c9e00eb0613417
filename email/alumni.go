package email

import "fairlead/programme"

// Alumni asks a leader at the end of the year for the name on the certificate and what the directory may show.
type Alumni struct {
	Frame
	Ask
}

func newAlumni(key string, item programme.MailItem) message {
	return &Alumni{Ask: ask(key, "Get your certificate and choose", item)}
}

func (m *Alumni) section() Section { return Section{Due: m.Due, Link: m.Link} }

// AlumniReminder reminds a leader of the certificate and the network.
type AlumniReminder struct {
	Frame
	Ask
}

func newAlumniReminder(key string, item programme.MailItem) message {
	return &AlumniReminder{Ask: ask(key, "Get your certificate and choose", item)}
}

func (m *AlumniReminder) section() Section { return Section{Due: m.Due, Link: m.Link} }

// AlumniWelcome welcomes a leader to the network.
type AlumniWelcome struct {
	Frame
	Link *Link // to the page of the year with the certificate, nil where the mail has no link to it
}

func newAlumniWelcome(key string, item programme.MailItem) message {
	return &AlumniWelcome{Link: itemLink(key, "Go to your certificate", item)}
}

func (m *AlumniWelcome) section() Section { return Section{Link: m.Link} }
