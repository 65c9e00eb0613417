package smtp

import (
	"crypto/sha256"
	"encoding/hex"
	"io"
	"net/mail"
	"strings"
	"unicode"
	"unicode/utf8"

	gomail "github.com/wneessen/go-mail"

	"fairlead/email"
	"fairlead/faults"
	"fairlead/programme"
)

// write is the mail in go-mail's form: what is the same for every attempt stays the same to the last byte, the boundary
// between the parts included.
func (s *Sender) write(e Envelope, c *connection) *gomail.Msg {
	id := strings.Trim(e.MessageID, "<>")
	sum := sha256.Sum256([]byte(id))
	m := gomail.NewMsg(gomail.WithNoDefaultUserAgent(), gomail.WithBoundary("fairlead-"+hex.EncodeToString(sum[:12])))
	to := mail.Address{Name: oneLine(e.To.Name), Address: e.To.Address}
	m.FromMailAddress(&mail.Address{Name: oneLine(s.from.Name), Address: s.from.Address})
	m.ToMailAddress(&to)
	if reply, err := mail.ParseAddress(e.ReplyTo); err == nil {
		m.ReplyToMailAddress(reply)
	}
	date := e.Date
	if date.IsZero() {
		date = s.opts.Now()
	}
	m.Subject(oneLine(e.Subject))
	m.SetDateWithValue(date.In(programme.London))
	m.SetMessageIDWithValue(id)
	if e.References != "" {
		m.SetGenHeader(gomail.HeaderReferences, "<"+strings.Trim(e.References, "<>")+">")
	}
	m.SetGenHeader("Auto-Submitted", "auto-generated")
	m.SetGenHeader(gomail.HeaderXAutoResponseSuppress, "All")
	if e.Unsubscribe != "" {
		// RFC 8058. Go-mail's own setter for the pair refuses the plain address of a demonstration, and writes the two in another
		// order every time.
		m.SetListUnsubscribe(e.Unsubscribe)
		m.SetGenHeader(gomail.HeaderListUnsubscribePost, "List-Unsubscribe=One-Click")
	}
	m.SetGenHeader("X-Fairlead-Key", shownKeys(e)...)
	m.SetGenHeader("X-Fairlead-Rule", shownRule(e))

	// A relay that was asked for SMTPUTF8 must find it on the whole way, so it is asked only where an address needs it.
	c.client.SkipSMTPUTF8(ascii(to.Address) && ascii(s.from.Address))
	m.SetBodyWriter(gomail.TypeTextPlain, func(w io.Writer) (int64, error) {
		if !c.detach() {
			return 0, io.ErrClosedPipe // stopped before the first word went out
		}
		return copyString(w, e.Text)
	})
	// The last part gives the relay the whole time for its answer, however long the way here was.
	last := func(w io.Writer, text string) (int64, error) {
		n, err := copyString(w, text)
		if err == nil {
			err = c.client.UpdateDeadline(s.opts.Timeout)
		}
		return n, err
	}
	m.AddAlternativeWriter(gomail.TypeTextHTML, func(w io.Writer) (int64, error) {
		faults.Here("in-data")
		if e.Calendar != "" {
			return copyString(w, e.HTML)
		}
		return last(w, e.HTML)
	})
	if e.Calendar != "" {
		// An alternative, and the last: mail programs then show the entry as what the mail is about (RFC 6047, 2.4).
		kind := gomail.ContentType("text/calendar; method=" + email.CalendarMethod(e.Calendar))
		m.AddAlternativeWriter(kind, func(w io.Writer) (int64, error) { return last(w, e.Calendar) }, gomail.WithPartEncoding(gomail.EncodingB64))
	}
	return m
}

func copyString(w io.Writer, text string) (int64, error) {
	n, err := io.WriteString(w, text)
	return int64(n), err
}

// shownRule is the rule under which the mail goes, unless a test puts another in.
func shownRule(e Envelope) string {
	if faults.Broken("wrong-rule") {
		return string(programme.RuleAlert)
	}
	return string(e.Rule)
}

// shownKeys are the keys of the ledger, unless a test puts a message in that nobody knows.
func shownKeys(e Envelope) []string {
	if !faults.Broken("unknown-message") {
		return e.Keys
	}
	keys := make([]string, len(e.Keys))
	for i, key := range e.Keys {
		parts := strings.Split(key, "/")
		if len(parts) > 3 {
			parts[3] = "mystery"
		}
		keys[i] = strings.Join(parts, "/")
	}
	return keys
}

// oneLine makes a value fit for a header, whoever wrote it: no line breaks, no other control characters.
func oneLine(value string) string {
	value = strings.Map(func(r rune) rune {
		if unicode.IsControl(r) {
			return ' '
		}
		return r
	}, strings.ToValidUTF8(value, "\ufffd"))
	return strings.Join(strings.Fields(value), " ")
}

func ascii(s string) bool {
	return strings.IndexFunc(s, func(r rune) bool { return r >= utf8.RuneSelf }) < 0
}
