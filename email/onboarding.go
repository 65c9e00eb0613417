package email

import "fairlead/programme"

// Onboarding asks a leader for everything the programme has to know before the year begins.
type Onboarding struct {
	Frame
	Ask
	Others []Date // events whose places the same form confirms
}

func newOnboarding(key string, item programme.MailItem) message {
	return &Onboarding{Ask: ask(key, "Start your onboarding form", item), Others: dates(item.Dates)}
}

func (m *Onboarding) section() Section { return Section{Due: m.Due, Link: m.Link} }

// OnboardingReminder reminds a leader of an onboarding form that has not come.
type OnboardingReminder struct {
	Frame
	Ask
}

func newOnboardingReminder(key string, item programme.MailItem) message {
	return &OnboardingReminder{Ask: ask(key, "Go to your onboarding form", item)}
}

func (m *OnboardingReminder) section() Section { return Section{Due: m.Due, Link: m.Link} }

// OnboardingDone confirms an onboarding form.
type OnboardingDone struct {
	Frame
	Link *Link // to the answers given, nil where they cannot be seen
}

func newOnboardingDone(key string, item programme.MailItem) message {
	return &OnboardingDone{Link: itemLink(key, "See your answers", item)}
}

func (m *OnboardingDone) section() Section { return Section{Link: m.Link} }
