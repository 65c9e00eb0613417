package email

import "fairlead/programme"

// Survey asks a leader to answer a questionnaire.
type Survey struct {
	Frame
	Ask
	Survey string // "Closing survey"
	Later  bool   // it comes after the year
	// LooksBack says that it asks about one residential, in fewer questions.
	LooksBack bool
}

func newSurvey(key string, item programme.MailItem) message {
	return &Survey{Ask: ask(key, "Answer the questions", item), Survey: surveyTitle(item), Later: item.Later, LooksBack: item.LooksBack}
}

func (m *Survey) section() Section { return Section{Due: m.Due, Link: m.Link} }

// SurveyReminder reminds a leader of a questionnaire without answers.
type SurveyReminder struct {
	Frame
	Ask
	Survey string
	Later  bool // it comes after the year
	// LooksBack says that it asks about one residential, in fewer questions.
	LooksBack bool
}

func newSurveyReminder(key string, item programme.MailItem) message {
	return &SurveyReminder{Ask: ask(key, "Answer the questions", item), Survey: surveyTitle(item), Later: item.Later, LooksBack: item.LooksBack}
}

func (m *SurveyReminder) section() Section { return Section{Due: m.Due, Link: m.Link} }

// SurveyDone thanks a leader for the answers.
type SurveyDone struct {
	Frame
	Survey string
	Later  bool  // it came after the year: no next step opens
	Link   *Link // to the answers given, nil where they cannot be seen
}

func newSurveyDone(key string, item programme.MailItem) message {
	return &SurveyDone{Survey: surveyTitle(item), Later: item.Later, Link: itemLink(key, "See your answers", item)}
}

func (m *SurveyDone) section() Section { return Section{Link: m.Link} }

func surveyTitle(item programme.MailItem) string {
	if title := clean(item.Title); title != "" {
		return lowerFirst(title)
	}
	return "survey"
}
