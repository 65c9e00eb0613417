package email

import "fairlead/programme"

// ApplyVerify goes to an address that somebody wants to apply from; its link begins the application.
type ApplyVerify struct {
	Frame
	Until *Moment // until when an application can be sent
	Link  *Link
}

func newApplyVerify(key string, item programme.MailItem) message {
	return &ApplyVerify{Until: moment(item.Due), Link: itemLink(key, "Start or continue your application", item)}
}

func (m *ApplyVerify) section() Section { return Section{Link: m.Link} }

// ApplicationReminder reminds of an application that was begun and not sent.
type ApplicationReminder struct {
	Frame
	Ask
}

func newApplicationReminder(key string, item programme.MailItem) message {
	return &ApplicationReminder{Ask: ask(key, "Finish your application", item)}
}

func (m *ApplicationReminder) section() Section { return Section{Due: m.Due, Link: m.Link} }

// ApplicationReceived confirms an application that was sent.
type ApplicationReceived struct {
	Frame
	Link *Link // to the applicant's page
}

func newApplicationReceived(key string, item programme.MailItem) message {
	return &ApplicationReceived{Link: itemLink(key, "See your application", item)}
}

func (m *ApplicationReceived) section() Section { return Section{Link: m.Link} }

// ApplicationWithdrawn confirms to an applicant that they took their application back.
type ApplicationWithdrawn struct{ Frame }

func newApplicationWithdrawn(string, programme.MailItem) message { return &ApplicationWithdrawn{} }

func (m *ApplicationWithdrawn) section() Section { return Section{} }

// ApplicationWaitlisted tells an applicant that they are on the waiting list.
type ApplicationWaitlisted struct {
	Frame
	Until *Moment // the last joining day
	Link  *Link   // to the applicant's page
}

func newApplicationWaitlisted(key string, item programme.MailItem) message {
	return &ApplicationWaitlisted{Until: moment(item.Limit), Link: itemLink(key, "See your application", item)}
}

func (m *ApplicationWaitlisted) section() Section { return Section{Link: m.Link} }

// ApplicationRejected tells an applicant that they are not offered a place.
type ApplicationRejected struct{ Frame }

func newApplicationRejected(string, programme.MailItem) message { return &ApplicationRejected{} }

func (m *ApplicationRejected) section() Section { return Section{} }

// ApplicationNotNeeded tells an applicant that no place had come by the last joining day.
type ApplicationNotNeeded struct{ Frame }

func newApplicationNotNeeded(string, programme.MailItem) message { return &ApplicationNotNeeded{} }

func (m *ApplicationNotNeeded) section() Section { return Section{} }

// Offer offers an applicant a place.
type Offer struct {
	Frame
	Ask
	Dates []Date // of the year, where they are known already
}

func newOffer(key string, item programme.MailItem) message {
	return &Offer{Ask: ask(key, "Accept or decline your place", item), Dates: dates(item.Dates)}
}

func (m *Offer) section() Section { return Section{Due: m.Due, Link: m.Link, Dates: m.Dates} }

// OfferReminder reminds of an offer without an answer.
type OfferReminder struct {
	Frame
	Ask
}

func newOfferReminder(key string, item programme.MailItem) message {
	return &OfferReminder{Ask: ask(key, "Accept or decline your place", item)}
}

func (m *OfferReminder) section() Section { return Section{Due: m.Due, Link: m.Link} }
