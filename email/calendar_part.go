package email

import (
	"strings"
	"time"

	ics "github.com/arran4/golang-ical"

	"fairlead/programme"
)

// CalendarPart is the one event of a mail as an iCalendar object of a method of RFC 5546: mail programs put it into the diary, move it there or
// take it out, by its UID and the rising sequence. organizer is the bare address in the mail's From, attendee the address
// the mail goes to; neither is asked to reply, because the form decides. stamp is the mail's date, so that every attempt
// carries the same object.
func CalendarPart(method string, entry Entry, organizer, attendee string, stamp time.Time) string {
	calendar := newCalendar(ics.Method(strings.ToUpper(method)))
	event := newEvent(entry, stamp)
	if method == programme.MethodCancel {
		event.SetStatus(ics.ObjectStatusCancelled)
		event.SetTimeTransparency(ics.TransparencyTransparent)
	}
	event.SetOrganizer(calendarAddress(organizer))
	event.AddAttendee(calendarAddress(attendee), ics.ParticipationRoleReqParticipant, ics.ParticipationStatusNeedsAction,
		&ics.KeyValues{Key: string(ics.ParameterRsvp), Value: []string{"FALSE"}})
	calendar.AddVEvent(event)
	return calendar.Serialize(ics.WithNewLineWindows)
}

// calendarAddress is a mail address as the URI that RFC 5545, 3.3.3 wants.
func calendarAddress(address string) string {
	return "mailto:" + strings.NewReplacer("%", "%25", " ", "%20").Replace(clean(address))
}

// CalendarMethod is the method of a calendar part, which stands beside its type in the mail too (RFC 6047, 2.4); empty
// where there is none.
func CalendarMethod(part string) string {
	_, rest, _ := strings.Cut(part, "\r\nMETHOD:")
	method, _, _ := strings.Cut(rest, "\r\n")
	return method
}
