package sink

import (
	"bytes"
	"io"
	"mime"
	"net/mail"
	"strings"
	"time"
)

// Mail is one line of the index: what the sink knows of an accepted mail.
type Mail struct {
	ID        string    `json:"id"`         // counts from 000001 in the order of receipt, so it also sorts
	Received  time.Time `json:"received"`   // real time at which the final dot had come, UTC
	To        string    `json:"to"`         // the envelope's recipient
	From      string    `json:"from"`       // the envelope's sender
	Subject   string    `json:"subject"`    // decoded
	Date      string    `json:"date"`       // the Date header as RFC 3339 in its own zone; as it stands where it is none
	MessageID string    `json:"message_id"` // without angle brackets
	Keys      []string  `json:"keys,omitempty"`
	Rule      string    `json:"rule,omitempty"`
}

// describe reads the headers of a mail into an index line; what cannot be read stays empty.
func describe(raw []byte) Mail {
	var m Mail
	message, err := mail.ReadMessage(bytes.NewReader(raw))
	if err != nil {
		return m
	}
	h := message.Header
	m.Subject = h.Get("Subject")
	if decoded, err := new(mime.WordDecoder).DecodeHeader(m.Subject); err == nil {
		m.Subject = decoded
	}
	m.Date = h.Get("Date")
	if date, err := h.Date(); err == nil {
		m.Date = date.Format(time.RFC3339)
	}
	m.MessageID = strings.Trim(strings.TrimSpace(h.Get("Message-Id")), "<>")
	for key := range strings.SplitSeq(h.Get("X-Fairlead-Key"), ",") {
		if key = strings.TrimSpace(key); key != "" {
			m.Keys = append(m.Keys, key)
		}
	}
	m.Rule = strings.TrimSpace(h.Get("X-Fairlead-Rule"))
	return m
}

// body is a mail taken apart for the page: its plain text and its HTML, either of which may be empty.
type body struct{ text, html string }

func readBody(raw []byte) body {
	message, err := mail.ReadMessage(bytes.NewReader(raw))
	if err != nil {
		return body{text: string(raw)}
	}
	var b body
	b.take(message.Header.Get("Content-Type"), message.Header.Get("Content-Transfer-Encoding"), message.Body, 0)
	return b
}

func (b *body) take(contentType, encoding string, content io.Reader, depth int) {
	kind, params, err := mime.ParseMediaType(contentType)
	if err != nil {
		kind = "text/plain"
	}
	if strings.HasPrefix(kind, "multipart/") && depth < 5 {
		b.takeParts(params["boundary"], content, depth+1)
		return
	}
	data, _ := io.ReadAll(decoded(encoding, content)) // what a broken mail still gives is shown
	switch {
	case kind == "text/plain" && b.text == "":
		b.text = string(data)
	case kind == "text/html" && b.html == "":
		b.html = string(data)
	}
}
