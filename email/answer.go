package email

import "fairlead/programme"

// AnswerChanged confirms that a leader changed an answer given before.
type AnswerChanged struct {
	Frame
	Stage string // in the middle of a sentence
	Link  *Link  // to the answer as it now stands, nil where it cannot be seen
}

func newAnswerChanged(key string, item programme.MailItem) message {
	return &AnswerChanged{Stage: stageTitle(item), Link: itemLink(key, "See your answer", item)}
}

func (m *AnswerChanged) section() Section { return Section{Link: m.Link} }

// AnswerRecorded tells a leader that staff noted an answer given by telephone, by letter or in person.
type AnswerRecorded struct {
	Frame
	Stage string // in the middle of a sentence
	Link  *Link  // to the answer as noted, nil where it cannot be seen
}

func newAnswerRecorded(key string, item programme.MailItem) message {
	return &AnswerRecorded{Stage: stageTitle(item), Link: itemLink(key, "See the answer", item)}
}

func (m *AnswerRecorded) section() Section { return Section{Link: m.Link} }

func stageTitle(item programme.MailItem) string {
	if title := clean(item.Title); title != "" {
		return lowerFirst(title)
	}
	return "your form"
}
