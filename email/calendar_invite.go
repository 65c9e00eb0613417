package email

import (
	ics "github.com/arran4/golang-ical"

	"fairlead/programme"
)

// calendarPart is one entry as the calendar part of a mail (RFC 6047): the organiser is the mailbox people read, the
// attendee whoever gets the mail.
func calendarPart(entry FeedEntry, method string, job programme.MailJob) []byte {
	calendar := ics.NewCalendarFor("Fairlead")
	calendar.SetProductId("-//Fairlead//Leadership programme//EN")
	calendar.SetCalscale("GREGORIAN")
	calendar.SetMethod(ics.Method(method))
	calendar.AddVTimezone(londonZone())
	event := feedEvent(entry, job.Date)
	if method == string(ics.MethodCancel) {
		event.SetStatus(ics.ObjectStatusCancelled)
	}
	if job.Contact != "" {
		event.SetOrganizer("mailto:" + job.Contact)
	}
	event.AddAttendee("mailto:"+job.To.Email, ics.ParticipationStatusNeedsAction, ics.WithRSVP(false))
	calendar.AddVEvent(event)
	return []byte(calendar.Serialize(ics.WithNewLineWindows))
}
