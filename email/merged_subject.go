package email

import (
	"strconv"

	"fairlead/programme"
)

// counted are how many things of a kind a mail of several lists, for the subject of one whose reader does the same for many.
type counted struct{ log, meet, confirm, keep, score int }

func (n *counted) add(item programme.MailItem) {
	switch item.Message {
	case programme.MsgCoachingLog:
		n.log++
	case programme.MsgCoachLeaders:
		n.meet++
	case programme.MsgAssistantWelcome:
		n.confirm++
	case programme.MsgInvitationAssistant:
		n.keep++
	case programme.MsgSelectorAssigned, programme.MsgSelectorReminder:
		n.score += item.Count
	}
}

// Action is what a coach, an assistant or a selector is to do and how often; empty in a mail to anybody else, and in one that
// is about other things too.
func (m *Merged) Action() string {
	n, action := m.counted, ""
	switch {
	case m.Coach && n.meet == 0:
		action = "Log " + several(n.log, "coaching session")
	case m.Coach && n.log == 0:
		action = "Meet your " + several(n.meet, "new leader")
	case m.Coach:
		action = "Log " + several(n.log, "session") + ", meet " + several(n.meet, "new leader")
	case m.Helper && n.keep == 0:
		action = "Confirm dates of " + several(n.confirm, "leader")
	case m.Helper && n.confirm == 0:
		action = "Keep dates free for " + several(n.keep, "leader")
	case m.Helper:
		action = "Dates of " + several(n.keep+n.confirm, "leader") + ": confirm " + strconv.Itoa(n.confirm) + ", keep " + strconv.Itoa(n.keep) + " free"
	case m.Selector:
		action = "Score " + several(n.score, "application")
	}
	if action != "" && m.First != nil {
		action += " by " + m.First.Short()
	}
	return action
}

// several is a number of things.
func several(n int, thing string) string {
	if n == 1 {
		return "1 " + thing
	}
	return strconv.Itoa(n) + " " + thing + "s"
}

// longestName is how long the name of what is asked first can be, so that the subject's number is never cut off.
const longestName = 14

// longestBegins and longestNews are the same of what begins first, and of a title where nothing has a date.
const (
	longestBegins = 22
	longestNews   = 30
)

// asked is what a message asks, in a word or two for a subject that also says how much more there is.
func asked(item programme.MailItem) string {
	switch item.Message {
	case programme.MsgInvitation, programme.MsgInvitationReminder:
		return "invitation"
	case programme.MsgOffer, programme.MsgOfferReminder:
		return "your offer"
	case programme.MsgApplicationReminder:
		return "application"
	case programme.MsgOnboarding, programme.MsgOnboardingReminder:
		return "onboarding"
	case programme.MsgPsychometrics, programme.MsgPsychometricsReminder:
		return "questionnaire"
	case programme.MsgCoaching, programme.MsgCoachingReminder:
		return "book coaching"
	case programme.MsgAlumni, programme.MsgAlumniReminder:
		return "certificate"
	}
	name := lowerFirst(clean(item.Title))
	if len([]rune(name)) <= longestName {
		return name
	}
	switch item.Message {
	case programme.MsgSurvey, programme.MsgSurveyReminder:
		return "survey"
	case programme.MsgEventPlace, programme.MsgEventPlaceReminder:
		return "your place"
	}
	return ""
}
