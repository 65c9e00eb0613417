package verdict

import (
	"encoding/base64"
	"fmt"
	"io"
	"mime"
	"mime/multipart"
	"mime/quotedprintable"
	"strconv"
	"strings"
	"time"
)

// Entry is what a mail does to the diary of its reader: the one event of its calendar part (RFC 5545, RFC 5546), as the
// verdict's own reader understands it.
type Entry struct {
	Method   string // REQUEST or CANCEL
	UID      string
	Sequence int
	Starts   time.Time
	Ends     time.Time
}

// partIn finds the first part of a mail of a kind, text/calendar say, and the method its type names; empty where there is none.
func partIn(want, contentType, encoding string, content io.Reader, depth int) (text, method string, err error) {
	kind, params, err := mime.ParseMediaType(contentType)
	if err != nil {
		return "", "", nil // a mail without a readable type has no such part
	}
	switch {
	case strings.HasPrefix(kind, "multipart/") && depth < 5:
		parts := multipart.NewReader(content, params["boundary"])
		for {
			part, err := parts.NextRawPart()
			if err == io.EOF {
				return "", "", nil
			}
			if err != nil {
				return "", "", err
			}
			text, method, err = partIn(want, part.Header.Get("Content-Type"), part.Header.Get("Content-Transfer-Encoding"), part, depth+1)
			if err != nil || text != "" {
				return text, method, err
			}
		}
	case kind != want:
		return "", "", nil
	}
	switch strings.ToLower(strings.TrimSpace(encoding)) {
	case "quoted-printable":
		content = quotedprintable.NewReader(content)
	case "base64":
		content = base64.NewDecoder(base64.StdEncoding, content)
	}
	raw, err := io.ReadAll(content)
	return string(raw), params["method"], err
}

// readEntry reads an iCalendar object that holds one event.
func readEntry(text, method string) (*Entry, error) {
	e := &Entry{}
	inside := []string{}
	events := 0
	for line := range strings.SplitSeq(unfolded(text), "\n") {
		name, params, value := property(strings.TrimRight(line, "\r"))
		var err error
		switch {
		case name == "BEGIN":
			inside = append(inside, value)
			if value == "VEVENT" {
				events++
			}
		case name == "END":
			if len(inside) == 0 || inside[len(inside)-1] != value {
				return nil, fmt.Errorf("END:%s closes nothing", value)
			}
			inside = inside[:len(inside)-1]
		case name == "METHOD" && len(inside) == 1:
			e.Method = value
		case len(inside) != 2 || inside[1] != "VEVENT":
		case name == "UID":
			e.UID = value
		case name == "SEQUENCE":
			e.Sequence, err = strconv.Atoi(value)
		case name == "DTSTART":
			e.Starts, err = momentOf(params, value)
		case name == "DTEND":
			e.Ends, err = momentOf(params, value)
		}
		if err != nil {
			return nil, fmt.Errorf("%s: %w", name, err)
		}
	}
	switch {
	case events != 1 || len(inside) > 0:
		return nil, fmt.Errorf("%d events, want one that is complete", events)
	case e.Method != "REQUEST" && e.Method != "CANCEL" || !strings.EqualFold(e.Method, method):
		return nil, fmt.Errorf("the method is %q in the object and %q in its type", e.Method, method)
	case e.UID == "" || !e.Starts.Before(e.Ends):
		return nil, fmt.Errorf("an event needs a UID, a start and a later end")
	}
	return e, nil
}

// unfolded joins the lines that were folded.
func unfolded(text string) string {
	return strings.NewReplacer("\r\n ", "", "\r\n\t", "", "\n ", "", "\n\t", "").Replace(text)
}

// property takes a line apart: NAME;PARAM=VALUE:VALUE.
func property(line string) (name string, params map[string]string, value string) {
	head, value, _ := strings.Cut(line, ":")
	parts := strings.Split(head, ";")
	params = map[string]string{}
	for _, p := range parts[1:] {
		key, v, _ := strings.Cut(p, "=")
		params[strings.ToUpper(key)] = strings.Trim(v, `"`)
	}
	return strings.ToUpper(parts[0]), params, value
}

func momentOf(params map[string]string, value string) (time.Time, error) {
	if strings.HasSuffix(value, "Z") {
		return time.Parse("20060102T150405Z", value)
	}
	zone, err := time.LoadLocation(params["TZID"])
	if err != nil || params["TZID"] == "" {
		return time.Time{}, fmt.Errorf("%q names no zone", value)
	}
	return time.ParseInLocation("20060102T150405", value, zone)
}
