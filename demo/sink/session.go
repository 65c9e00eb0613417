package sink

import (
	"errors"
	"io"
	"strings"
	"time"

	"github.com/emersion/go-smtp"
)

// session is one client's conversation.
type session struct {
	sink    *Sink
	conn    *smtp.Conn
	from    string
	to      []string
	refused bool // to be refused with 451 after the dot
}

// Reset forgets the mail under way.
func (s *session) Reset() { s.from, s.to, s.refused = "", nil, false }

// Logout ends the conversation.
func (s *session) Logout() error { return nil }

// Mail begins a mail.
func (s *session) Mail(from string, _ *smtp.MailOptions) error {
	s.from = from
	return nil
}

// Rcpt takes a recipient, unless the sink's Trouble refuses it.
func (s *session) Rcpt(to string, _ *smtp.RcptOptions) error {
	refusal, late := s.sink.trouble.atRcpt(to, s.sink.options.Now())
	if refusal != nil {
		return refusal
	}
	s.refused = s.refused || late
	s.to = append(s.to, to)
	return nil
}

// Data takes the mail: it is on the disk before the client reads 250 (RFC 5321, 4.2.5).
func (s *session) Data(r io.Reader) error {
	raw, err := io.ReadAll(r)
	mail := describe(raw)
	mail.From, mail.Received = s.from, s.sink.options.Now().UTC()
	entry := Data{At: mail.Received, To: strings.Join(s.to, ", "), MessageID: mail.MessageID, Keys: mail.Keys, Bytes: len(raw)}
	if err != nil {
		entry.Outcome = DataBroken
		s.sink.box.log(entry)
		var refusal *smtp.SMTPError
		if errors.As(err, &refusal) {
			return refusal // too large, say
		}
		return errNow
	}
	if s.refused {
		entry.Outcome = DataRefused
		s.sink.box.log(entry)
		return errNow
	}
	var wait time.Duration
	entry.Outcome, wait, entry.Kept = s.sink.trouble.afterDot()
	var ids []string
	for _, to := range s.to {
		if !entry.Kept {
			break
		}
		mail.To = to
		kept, err := s.sink.box.add(mail, raw)
		if err != nil {
			return &smtp.SMTPError{Code: 451, EnhancedCode: smtp.EnhancedCode{4, 3, 0}, Message: "The mail could not be kept"}
		}
		ids = append(ids, kept.ID)
	}
	s.sink.box.log(entry)
	s.pause(wait)
	switch entry.Outcome {
	case DataHung, DataDropped:
		_ = s.conn.Close()
		return errNow // nobody hears it any more
	}
	return &smtp.SMTPError{Code: 250, EnhancedCode: smtp.EnhancedCode{2, 0, 0}, Message: "OK: queued as " + strings.Join(ids, ",")}
}

// pause waits, or until the sink is closed.
func (s *session) pause(wait time.Duration) {
	if wait <= 0 {
		return
	}
	timer := time.NewTimer(wait)
	defer timer.Stop()
	select {
	case <-timer.C:
	case <-s.sink.closed:
	}
}
