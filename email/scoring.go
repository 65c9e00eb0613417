package email

import "fairlead/programme"

// SelectorAssigned asks a selector to score applications. It names no applicant: the mail may be read on any screen.
type SelectorAssigned struct {
	Frame
	Count int // that are to be scored
	Due   *Moment
}

func newSelectorAssigned(_ string, item programme.MailItem) message {
	return &SelectorAssigned{Count: item.Count, Due: moment(item.Due)}
}

func (m *SelectorAssigned) section() Section { return Section{Due: m.Due, Link: m.Console()} }

// Console is the selector's page.
func (m *SelectorAssigned) Console() *Link {
	return &Link{Label: "Open your applications", URL: m.ConsoleURL}
}

// SelectorReminder reminds a selector of the applications that are left.
type SelectorReminder struct{ SelectorAssigned }

func newSelectorReminder(key string, item programme.MailItem) message {
	return &SelectorReminder{*newSelectorAssigned(key, item).(*SelectorAssigned)}
}
