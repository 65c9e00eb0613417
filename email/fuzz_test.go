package email

import (
	"testing"
	"unicode/utf8"

	"fairlead/programme"
)

// FuzzMail puts anything into what people type: the mail stays a mail (reliability.md, R14).
func FuzzMail(f *testing.F) {
	f.Add("Dr Helen Nguyen", "Closing survey", "# Hello\n\n- [a](https://example.org) <b>\n\n1. x\n   - y")
	f.Add("{{feed}}\r\n\u202e", "ß\xff", "![x](javascript:a) <mailto:a@example.org> &#0; \\* ***")
	f.Fuzz(func(t *testing.T, name, title, opening string) {
		for _, job := range []programme.MailJob{Sample(programme.MsgSurvey), Sample(programme.MsgInvitationAssistant), sampleMerged(), sampleOptional(programme.MsgSurvey)} {
			job.To.Name, job.Signatory = name, title
			for i := range job.Items {
				job.Items[i].Title, job.Items[i].Leader, job.Items[i].Opening = title, name, opening
			}
			mail, err := Compose(job, publicURL)
			if err != nil {
				t.Fatal(err)
			}
			checkHTML(t, mail.HTML)
			if n := utf8.RuneCountInString(mail.Subject); n > 60 || !utf8.ValidString(mail.Text+mail.HTML) {
				t.Errorf("a subject of %d characters, or bad UTF-8", n)
			}
			if found := len(placeholders.FindAllString(mail.Text, -1)); found != len(Links(job)) {
				t.Errorf("%d placeholders for %d links", found, len(Links(job)))
			}
		}
		entry := []Entry{{UID: "a@fairlead.invalid", Title: title, Where: name, Note: opening, From: yearDates[1].From, To: yearDates[1].To}}
		readCalendar(t, Feed(name, entry, yearDates[0].From))
		readCalendar(t, []byte(CalendarPart(programme.MethodRequest, entry[0], "programme@example.org", name, yearDates[0].From)))
	})
}
