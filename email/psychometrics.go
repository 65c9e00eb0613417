package email

import "fairlead/programme"

// Psychometrics asks a leader to take the questionnaire for their own development.
type Psychometrics struct {
	Frame
	Ask
	Supplied bool // the link leads to a supplier of the centre's
}

func newPsychometrics(key string, item programme.MailItem) message {
	return &Psychometrics{Ask: questionnaire(key, "Start the questionnaire", item), Supplied: item.Supplier != ""}
}

func (m *Psychometrics) section() Section { return Section{Due: m.Due, Link: m.Link} }

// PsychometricsReminder reminds a leader of a questionnaire that is not finished.
type PsychometricsReminder struct {
	Frame
	Ask
	Supplied bool
}

func newPsychometricsReminder(key string, item programme.MailItem) message {
	return &PsychometricsReminder{Ask: questionnaire(key, "Go to the questionnaire", item), Supplied: item.Supplier != ""}
}

func (m *PsychometricsReminder) section() Section { return Section{Due: m.Due, Link: m.Link} }

// PsychometricsDone tells a leader that the report is there. It says nothing of it: a mail can be read by others.
type PsychometricsDone struct {
	Frame
	Link *Link // to the report, nil where it cannot be seen
}

func newPsychometricsDone(key string, item programme.MailItem) message {
	return &PsychometricsDone{Link: itemLink(key, "See your report", item)}
}

func (m *PsychometricsDone) section() Section { return Section{Link: m.Link} }

// questionnaire asks for the questionnaire, at the supplier's address where a supplier holds it.
func questionnaire(key, label string, item programme.MailItem) Ask {
	a := ask(key, label, item)
	if item.Supplier != "" {
		a.Link = &Link{Label: label, URL: item.Supplier}
	}
	return a
}
