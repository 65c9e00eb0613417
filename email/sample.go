package email

import (
	"time"

	"fairlead/programme"
)

// london is a moment of the samples.
func london(year int, month time.Month, day, hour, minute int) time.Time {
	return time.Date(year, month, day, hour, minute, 0, 0, programme.London).UTC()
}

// secret is a link that opens nothing.
func secret(name string) programme.Token { return programme.TokenFrom("secret-" + name) }

// yearDates are the dates of a sample year.
var yearDates = []programme.DateLine{
	{Title: "Onboarding form", From: london(2026, 12, 10, 17, 0), To: london(2026, 12, 10, 17, 0)},
	{Title: "Opening event", From: london(2027, 2, 2, 9, 30), To: london(2027, 2, 2, 16, 30), Where: "online"},
	{Title: "First coaching session", From: london(2027, 2, 18, 17, 0), To: london(2027, 2, 18, 17, 0), Book: true},
	{Title: "Residential 1", From: london(2027, 2, 28, 16, 0), To: london(2027, 3, 5, 13, 0), Where: "Harrogate"},
	{Title: "Residential 2", From: london(2027, 7, 5, 8, 0), To: london(2027, 7, 7, 16, 0)},
	{Title: "Closing event", From: london(2027, 11, 9, 12, 0), To: london(2027, 11, 9, 16, 30), Where: "online"},
}

// Sample is a mail with one item of the message, as the records make it, to people whom there are not: what staff read before
// anything goes, and what the golden mails are made of. An unknown message gives an item of no kind.
func Sample(message string) programme.MailJob {
	item := sampleItem(message)
	job := programme.MailJob{
		Key: item.Key, Keys: []string{item.Key}, Rule: programme.RuleScheduled,
		Date:   london(2027, 2, 4, 9, 17),
		To:     programme.Person{Name: "Dr Helen Nguyen", Email: "helen.nguyen@example.org"},
		Cohort: "2027-spring", Ref: "P-7F3K2Q", Signatory: "Miriam Okafor, programme director",
		Contact: "programme@example.org", From: "office@example.org", Items: []programme.MailItem{item},
	}
	switch message {
	case programme.MsgInvitationAssistant, programme.MsgAssistantWelcome:
		job.To = programme.Person{Name: "Tom Adeyemi", Email: "tom.adeyemi@example.org"}
	case programme.MsgAbsenceAlert:
		job.To = programme.Person{Name: "Miriam Okafor", Email: "miriam@example.org"}
	case programme.MsgCoachingLog, programme.MsgCoachBooking, programme.MsgCoachLeaders:
		job.To = programme.Person{Name: "Abena Darko", Email: "abena.darko@coaches.example"}
	case programme.MsgTasksWaiting:
		job.To, job.Ref = programme.Person{Name: "Professor Ann Lloyd", Email: "ann@example.org"}, ""
	case programme.MsgSelectorAssigned, programme.MsgSelectorReminder:
		job.To, job.Ref = programme.Person{Email: "ruth@example.org"}, ""
	case programme.MsgApplyVerify:
		job.To, job.Ref = programme.Person{Email: "amara.obi@example.org"}, ""
	}
	return job
}

// sampleItem is what a mail says of one message.
func sampleItem(message string) programme.MailItem {
	item := programme.MailItem{Message: message}
	ref, stage, title := "P-7F3K2Q", "", ""
	asks := func(name, words string) {
		stage, title = name, words
		item.Due, item.Limit = london(2027, 2, 11, 17, 0), london(2027, 2, 25, 17, 0)
		item.Link = secret(message)
	}
	switch message {
	case programme.MsgInvitation, programme.MsgInvitationReminder:
		asks("selection", "Invitation")
		item.Limit = item.Due
	case programme.MsgInvitationAssistant:
		asks("selection", "Invitation")
		item.Link, item.Leader, item.Dates = programme.Token{}, "Dr Helen Nguyen", yearDates[1:]
	case programme.MsgInvitationAccepted, programme.MsgInvitationDeclined:
		stage, title, item.Link = "selection", "Invitation", secret(message)
	case programme.MsgYearDates:
		item.Dates, item.Feed, item.Link = yearDates, secret("feed"), secret(message)
	case programme.MsgOnboarding, programme.MsgOnboardingReminder:
		asks("onboarding", "Onboarding")
		if item.Dates = yearDates[1:2]; message == programme.MsgOnboardingReminder {
			item.Dates = nil
		}
	case programme.MsgOnboardingDone:
		stage, title, item.Link = "onboarding", "Onboarding", secret(message)
	case programme.MsgAssistantWelcome:
		item.Link, item.Leader, item.Dates = secret(message), "Dr Helen Nguyen", yearDates[1:]
	case programme.MsgPsychometrics, programme.MsgPsychometricsReminder:
		asks("psychometrics", "Psychometric questionnaire")
	case programme.MsgPsychometricsDone:
		stage, title, item.Link = "psychometrics", "Psychometric questionnaire", secret(message)
	case programme.MsgSurvey, programme.MsgSurveyReminder:
		asks("closing-survey", "Closing survey")
	case programme.MsgSurveyDone:
		stage, title, item.Link = "closing-survey", "Closing survey", secret(message)
	case programme.MsgAlumni, programme.MsgAlumniReminder:
		asks("alumni", "Certificate and network")
	case programme.MsgAlumniWelcome:
		stage, title, item.Link = "alumni", "Certificate and network", secret(message)
	case programme.MsgApplyVerify:
		ref, item.Link, item.Due = "", secret(message), london(2026, 7, 9, 17, 0)
	case programme.MsgApplicationReminder, programme.MsgOfferReminder:
		asks("selection", "Your application")
		item.Limit = item.Due
	case programme.MsgOffer:
		asks("selection", "Your application")
		item.Limit, item.Dates = item.Due, yearDates[1:]
	case programme.MsgApplicationReceived:
		stage, title, item.Link = "selection", "Your application", secret(message)
		item.Ref = "K7M2QX9P"
	case programme.MsgApplicationWaitlisted:
		stage, title, item.Link, item.Limit = "selection", "Your application", secret(message), london(2027, 1, 28, 17, 0)
	case programme.MsgApplicationRejected, programme.MsgApplicationNotNeeded:
		stage, title = "selection", "Your application"
	case programme.MsgAnswerChanged, programme.MsgAnswerRecorded:
		stage, title, item.Link = "onboarding", "Onboarding", secret(message)
	case programme.MsgNewLink, programme.MsgEmailChanged:
		item.Open = []programme.MailItem{sampleItem(programme.MsgOnboarding), sampleItem(programme.MsgSurvey)}
	case programme.MsgCoaching, programme.MsgCoachingReminder:
		asks("coaching-1", "First coaching session")
		item.Session = &programme.MailSession{Coach: "Abena Darko", Email: "abena.darko@coaches.example"}
	case programme.MsgCoachingCancelled:
		asks("coaching-1", "First coaching session")
		item.Session = &programme.MailSession{Coach: "Abena Darko", Email: "abena.darko@coaches.example", Starts: london(2027, 2, 9, 10, 0),
			Minutes: 60, Online: true, Why: programme.GivenUpCoachLeft, Next: "Tom Baker"}
	case programme.MsgCoachingBooked, programme.MsgCoachingMoved, programme.MsgCoachingTomorrow:
		stage, title, item.Link = "coaching-1", "First coaching session", secret(message)
		item.Session = &programme.MailSession{Coach: "Abena Darko", Email: "abena.darko@coaches.example", Starts: london(2027, 2, 9, 10, 0),
			Minutes: 60, Online: true}
	case programme.MsgCoachingOver:
		stage, title, item.Link = "coaching-6", "Closing coaching session", secret(message)
		item.Session = &programme.MailSession{Coach: "Abena Darko", Starts: london(2027, 10, 20, 10, 0), Minutes: 60, Over: true, Needed: true}
	case programme.MsgCoachingLog, programme.MsgCoachBooking:
		stage, title, item.Link, item.Leader = "coaching-1", "First coaching session", secret(message), "Dr Helen Nguyen"
		item.Session = &programme.MailSession{Coach: "Abena Darko", Starts: london(2027, 2, 9, 10, 0), Minutes: 60, What: "moved"}
	case programme.MsgCoachChanged:
		item.Link = secret(message)
		item.Session = &programme.MailSession{Coach: "Abena Darko", Email: "abena.darko@coaches.example", Consent: true}
	case programme.MsgCoachLeaders:
		item.Link, item.Leader = secret(message), "Dr Helen Nguyen"
	case programme.MsgTeamMessage:
		title, item.Opening = "Parking at the lodge", "The lodge has no parking on Sunday. Please come by train, or tell us if you cannot."
	case programme.MsgDateChanged:
		asks("closing-survey", "Closing survey")
	case programme.MsgDeferred:
		item.Cohort = "2027-autumn"
	case programme.MsgEventPlace, programme.MsgEventPlaceReminder:
		asks("residential-3", "Residential 3")
		item.Event, item.Dates = sampleEvent(""), yearDates[5:]
	case programme.MsgEventMoved:
		asks("residential-2", "Residential 2")
		item.Event = sampleEvent(programme.MethodRequest)
		item.Event.Moved, item.Event.Asks, item.Event.Sequence = true, true, 1
	case programme.MsgEventConfirmed:
		stage, title, item.Link, item.Event = "residential-2", "Residential 2", secret(message), sampleEvent(programme.MethodRequest)
		item.Event.Confirmed = true
	case programme.MsgEventJoining, programme.MsgEventTomorrow:
		stage, title, item.Link, item.Event = "residential-2", "Residential 2", secret(message), sampleEvent("")
		item.Event.Confirmed = message == programme.MsgEventTomorrow
		item.Event.Freeze = london(2027, 1, 29, 17, 0)
	case programme.MsgEventCancelled:
		stage, title, item.Link, item.Event = "residential-2", "Residential 2", secret(message), sampleEvent(programme.MethodCancel)
		item.Event.Sequence = 2
	case programme.MsgAbsenceAlert:
		stage, title, item.Event = "residential-2", "Residential 2", sampleEvent("")
	case programme.MsgTasksWaiting:
		item.Count, ref = 3, ""
	case programme.MsgSelectorAssigned, programme.MsgSelectorReminder:
		item.Count, item.Due, ref = 8, london(2026, 8, 26, 17, 0), ""
	}
	if item.Stage, item.Title = stage, title; message == programme.MsgSurveyDone {
		item.Ref = "K7M2QX" // of the submission it confirms
	}
	item.Key = programme.MessageKey("2027-spring", ref, stage, message, 1, 1, 0)
	return item
}

// sampleEvent is a residential with two sessions; method is what its mail does to the diary.
func sampleEvent(method string) *programme.EventItem {
	return &programme.EventItem{Starts: london(2027, 7, 5, 8, 0), Ends: london(2027, 7, 7, 16, 0), Night: true, Venue: "Rudding Park",
		Address: "Follifoot, Harrogate HG3 1JH", UID: "k7m2qx@fairlead.invalid", Method: method, Freeze: london(2027, 6, 11, 17, 0),
		Sessions: []programme.Session{
			{Starts: london(2027, 7, 5, 9, 30), Title: "What AI and robotics change", Speaker: "Professor Ada Osei", Materials: "https://example.org/ai?year=2027&lang=en"},
			{Starts: london(2027, 7, 6, 14, 0), Title: "Simulation of a cross-sector incident"},
		}}
}
