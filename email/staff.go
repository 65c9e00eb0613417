package email

import "fairlead/programme"

// DateChanged tells a leader the new date of something that staff extended.
type DateChanged struct {
	Frame
	Ask
	Stage string // in the middle of a sentence
}

func newDateChanged(key string, item programme.MailItem) message {
	return &DateChanged{Ask: ask(key, "Go to your form", item), Stage: stageTitle(item)}
}

func (m *DateChanged) section() Section { return Section{Due: m.Due, Link: m.Link} }

// TeamMessage is what staff wrote to a leader: its words stand where the first paragraph of other mails does.
type TeamMessage struct {
	Frame
	About string // the subject, as staff wrote it
}

func newTeamMessage(_ string, item programme.MailItem) message {
	return &TeamMessage{About: clean(item.Title)}
}

func (m *TeamMessage) section() Section { return Section{} }

// Withdrawn tells a leader that the place has ended.
type Withdrawn struct{ Frame }

func newWithdrawn(string, programme.MailItem) message { return &Withdrawn{} }

func (m *Withdrawn) section() Section { return Section{} }

// Deferred tells a leader that the year goes on in another cohort.
type Deferred struct {
	Frame
	Into string // that cohort
}

func newDeferred(_ string, item programme.MailItem) message {
	return &Deferred{Into: clean(item.Cohort)}
}

func (m *Deferred) section() Section { return Section{} }

// TasksWaiting tells the head of the centre how many tasks have waited on staff for three working days. It names no
// leader: the mail may be read on any screen.
type TasksWaiting struct {
	Frame
	Count int
}

func newTasksWaiting(_ string, item programme.MailItem) message {
	return &TasksWaiting{Count: item.Count}
}

func (m *TasksWaiting) section() Section { return Section{} }

// Console is the page that lists the tasks.
func (m *TasksWaiting) Console() *Link {
	return &Link{Label: "Open the tasks", URL: m.ConsoleURL + "/tasks"}
}
