package email

import (
	"html"
	"html/template"

	"fairlead/programme"
)

// Frame is what stands around the message in every mail. Title, Why and Lead come from the message's own text template.
type Frame struct {
	Subject    string
	Title      string   // the heading
	What       string   // the message in one sentence, for a mail that lists several
	Lead       string   // the first paragraph, unless the cohort has one of its own
	Why        string   // why this person gets this mail
	Opening    *Opening // the cohort's own first paragraph, nil where it has none
	Name       string   // as addressed, or empty
	Signatory  string
	Contact    string // address people read
	Reference  string // of the journey, to quote, or empty
	Receipt    string // of the answer that this mail confirms, or empty
	Cohort     string
	PrivacyURL string
	NewLinkURL string
	ConsoleURL string
	Private    bool // the mail holds a private link
	Applicant  bool // the reader has asked for a place and has none yet
	Invited    bool // the reader was offered a place and has not answered
	Gone       bool // the reader no longer takes part
	// Unsubscribe turns optional mail off; nil where nothing of the mail is optional.
	Unsubscribe *Link
}

func (f *Frame) base() *Frame { return f }

// message is one of the structs of this package: the data of one pair of templates.
type message interface {
	base() *Frame
	// section is the message as one of several in a mail.
	section() Section
}

// kinds makes the struct of each message from an item of a job. key is the item's key, which names its link.
var kinds = map[string]func(key string, item programme.MailItem) message{
	programme.MsgInvitation:          newInvitation,
	programme.MsgInvitationReminder:  newInvitationReminder,
	programme.MsgInvitationAssistant: newInvitationAssistant,
	programme.MsgInvitationAccepted:  newInvitationAccepted,
	programme.MsgInvitationDeclined:  newInvitationDeclined,
	programme.MsgYearDates:           newYearDates,
	programme.MsgOnboarding:          newOnboarding,
	programme.MsgOnboardingReminder:  newOnboardingReminder,
	programme.MsgOnboardingDone:      newOnboardingDone,
	programme.MsgAssistantWelcome:    newAssistantWelcome,
	programme.MsgSurvey:              newSurvey,
	programme.MsgSurveyReminder:      newSurveyReminder,
	programme.MsgSurveyDone:          newSurveyDone,
	programme.MsgAlumni:              newAlumni,
	programme.MsgAlumniReminder:      newAlumniReminder,
	programme.MsgAlumniWelcome:       newAlumniWelcome,
	programme.MsgCoaching:            newCoaching,
	programme.MsgCoachingReminder:    newCoachingReminder,
	programme.MsgCoachingBooked:      newCoachingBooked,
	programme.MsgCoachingMoved:       newCoachingMoved,
	programme.MsgCoachingCancelled:   newCoachingCancelled,
	programme.MsgCoachingOver:        newCoachingOver,
	programme.MsgCoachingTomorrow:    newCoachingTomorrow,
	programme.MsgCoachingLog:         newCoachingLog,
	programme.MsgCoachBooking:        newCoachBooking,
	programme.MsgCoachLeaders:        newCoachLeaders,
	programme.MsgCoachChanged:        newCoachChanged,
	programme.MsgAnswerChanged:       newAnswerChanged,
	programme.MsgNewLink:             newNewLink,
	programme.MsgDateChanged:         newDateChanged,
	programme.MsgTeamMessage:         newTeamMessage,
	programme.MsgWithdrawn:           newWithdrawn,
	programme.MsgDeferred:            newDeferred,
	programme.MsgEmailChanged:        newEmailChanged,
	programme.MsgAnswerRecorded:      newAnswerRecorded,
	programme.MsgEventPlace:          newEventPlace,
	programme.MsgEventPlaceReminder:  newEventPlace,
	programme.MsgEventConfirmed:      newEventConfirmed,
	programme.MsgEventJoining:        newEventJoining,
	programme.MsgEventTomorrow:       newEventTomorrow,
	programme.MsgEventMoved:          newEventMoved,
	programme.MsgEventCancelled:      newEventCancelled,
	programme.MsgAbsenceAlert:        newAbsenceAlert,
	programme.MsgTasksWaiting:        newTasksWaiting,
	programme.MsgSelectorAssigned:    newSelectorAssigned,
	programme.MsgSelectorReminder:    newSelectorReminder,

	programme.MsgApplyVerify:           newApplyVerify,
	programme.MsgApplicationReminder:   newApplicationReminder,
	programme.MsgApplicationReceived:   newApplicationReceived,
	programme.MsgApplicationWithdrawn:  newApplicationWithdrawn,
	programme.MsgApplicationWaitlisted: newApplicationWaitlisted,
	programme.MsgApplicationRejected:   newApplicationRejected,
	programme.MsgApplicationNotNeeded:  newApplicationNotNeeded,
	programme.MsgOffer:                 newOffer,
	programme.MsgOfferReminder:         newOfferReminder,
	programme.MsgPsychometrics:         newPsychometrics,
	programme.MsgPsychometricsReminder: newPsychometricsReminder,
	programme.MsgPsychometricsDone:     newPsychometricsDone,
}

// Ask is the part of a message that asks for something by a date.
type Ask struct {
	Due   *Moment // nil where no date is known
	Limit *Moment // when the form closes; nil unless it is later than due
	Link  *Link
}

func ask(key, label string, item programme.MailItem) Ask {
	a := Ask{Due: moment(item.Due), Link: itemLink(key, label, item)}
	if item.Limit.After(item.Due) {
		a.Limit = moment(item.Limit)
	}
	return a
}

// Link is an address in a mail: a private link by its placeholder, or a page of Fairlead that needs none.
type Link struct {
	Label string // words on the button
	URL   string
}

// Href is the attribute for an HTML element. It is made here, because the template would escape the placeholder's
// braces; the address itself is escaped.
func (l *Link) Href() template.HTMLAttr {
	return template.HTMLAttr(`href="` + html.EscapeString(l.URL) + `"`)
}

// itemLink is the private link of an item; nil where its mail has none.
func itemLink(key, label string, item programme.MailItem) *Link {
	if item.Link.IsZero() {
		return nil
	}
	return &Link{Label: label, URL: placeholder(key)}
}

// feedLink is the address of the private calendar; nil where the mail has none.
func feedLink(item programme.MailItem) *Link {
	if item.Feed.IsZero() {
		return nil
	}
	return &Link{Label: "Your private calendar", URL: feedPlaceholder}
}

// Section is one message in a mail that lists several.
type Section struct {
	Number  int
	Title   string
	What    string
	Opening *Opening
	Event   *Sitting // when, where and what is planned, for messages about an event
	Due     *Moment
	Begins  *Moment // when the event or session begins that is still to come, nil where it is about none
	Name    string  // of what begins, in the middle of a sentence
	Link    *Link
	Dates   []Date
	Feed    *Link
	Open    []OpenThing

	asked string // what it asks, in the subject of a mail that lists several
}

// OpenThing is something that waits for the reader, with its link.
type OpenThing struct {
	Title string
	Due   *Moment
	Link  *Link
}

// openThings are the items that a mail about links lists.
func openThings(key string, items []programme.MailItem) []OpenThing {
	things := make([]OpenThing, 0, len(items))
	for _, item := range items {
		title := clean(item.Title)
		if title == "" {
			title = "Your form"
		}
		things = append(things, OpenThing{Title: title, Due: moment(item.Due), Link: itemLink(openKey(key, item), "Open "+lowerFirst(title), item)})
	}
	return things
}

// leader is the leader's name in a mail to the assistant.
func leader(item programme.MailItem) string {
	if name := clean(item.Leader); name != "" {
		return name
	}
	return "the leader you support"
}
