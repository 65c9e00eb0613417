package email

import (
	"fmt"
	"net/mail"
	"strings"
	"time"

	"fairlead/programme"
)

// Envelope is one mail ready for the wire, its private links in clear. It is made for one attempt and never stored; it
// prints without anything personal.
type Envelope struct {
	To         mail.Address
	ReplyTo    string // an address people read, or empty
	Subject    string
	Text       string
	HTML       string
	Calendar   string    // the calendar part (see CalendarPart), or empty
	Date       time.Time // the mail's moment in the programme, not of the attempt
	MessageID  string
	References string   // Message-ID of the journey's first mail, empty for that mail
	Keys       []string // of the ledger, the leading one first
	Rule       programme.Rule
	// Unsubscribe is the address behind the button by which mail programs turn optional mail off, or empty.
	Unsubscribe string
}

// Format prints the keys alone, under every verb.
func (e Envelope) Format(s fmt.State, _ rune) {
	_, _ = fmt.Fprintf(s, "mail %s", strings.Join(e.Keys, ", "))
}

// Result is how an attempt to send ended.
type Result struct {
	Class   programme.MailClass
	Code    int    // of the server's answer; 0 where the network failed or nothing was asked
	QueueID string // what the server called the mail it took, or empty
}

// NewEnvelope makes a job's mail ready for the wire: r as Compose wrote it, with the links of the job put in.
func NewEnvelope(job programme.MailJob, r programme.Rendered, publicURL string) Envelope {
	shown := Reveal(r, Links(job), feedOf(job), unsubscribeOf(job), publicURL)
	e := Envelope{
		To:        mail.Address{Name: clean(job.To.Name), Address: strings.TrimSpace(job.To.Email)},
		ReplyTo:   strings.TrimSpace(job.Contact),
		Subject:   shown.Subject,
		Text:      shown.Text,
		HTML:      shown.HTML,
		Calendar:  shown.Calendar,
		Date:      job.Date,
		MessageID: job.MessageID,
		Keys:      job.Keys,
		Rule:      job.Rule,

		Unsubscribe: oneClick(job, publicURL),
	}
	if job.References != e.MessageID {
		e.References = job.References
	}
	if len(e.Keys) == 0 {
		e.Keys = []string{job.Key}
	}
	return e
}
