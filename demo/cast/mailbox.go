package cast

import (
	"bufio"
	"bytes"
	"context"
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"mime"
	"mime/multipart"
	"mime/quotedprintable"
	"net/http"
	"net/mail"
	"net/url"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"time"
)

// letter is a mail as its reader has it before the eyes.
type letter struct {
	id        string
	to        string
	date      time.Time
	messageID string
	keys      []key    // what it is about
	links     []string // private links in its text, in their order
	feed      string   // address of the private calendar, or empty
	due       time.Time
	again     bool   // a place is to be confirmed again, or another time for a session to be chosen
	oneClick  string // where a mail program turns such mail off, or empty
}

// key says what a mail is about: cohort / reference / stage / message / round.plan.rung.
type key struct {
	ref, stage, message string
	round               int
}

// envelope is a line of the sink's index.
type envelope struct {
	ID        string   `json:"id"`
	To        string   `json:"to"`
	MessageID string   `json:"message_id"`
	Keys      []string `json:"keys"`
}

// mailbox is where everybody's mail lies.
type mailbox interface {
	// next is what has come since the last call.
	next(context.Context) ([]envelope, error)
	// raw is a mail as it came.
	raw(ctx context.Context, id string) ([]byte, error)
}

func newMailbox(o Options) mailbox {
	if o.MailDir != "" {
		return &folder{dir: o.MailDir}
	}
	return &webmail{base: o.API + "/dev/mail", client: &http.Client{Timeout: 10 * time.Second}}
}

// folder reads the sink's own files.
type folder struct {
	dir  string
	read int64 // bytes of the index read so far
}

func (f *folder) next(context.Context) ([]envelope, error) {
	index, err := os.Open(filepath.Join(f.dir, "index.jsonl"))
	if errors.Is(err, fs.ErrNotExist) {
		return nil, nil
	}
	if err != nil {
		return nil, err
	}
	defer index.Close()
	if _, err := index.Seek(f.read, io.SeekStart); err != nil {
		return nil, err
	}
	var come []envelope
	lines := bufio.NewReader(index)
	for {
		line, err := lines.ReadBytes('\n')
		if err != nil {
			return come, nil // the end; a line without its end is still being written
		}
		var e envelope
		if err := json.Unmarshal(line, &e); err != nil {
			return come, err
		}
		f.read += int64(len(line))
		come = append(come, e)
	}
}

func (f *folder) raw(_ context.Context, id string) ([]byte, error) {
	return os.ReadFile(filepath.Join(f.dir, id+".eml"))
}

// webmail reads the same over HTTP.
type webmail struct {
	base   string
	client *http.Client
	last   string
}

func (w *webmail) next(ctx context.Context) ([]envelope, error) {
	body, err := w.get(ctx, w.base+".json?since="+url.QueryEscape(w.last))
	if err != nil {
		return nil, err
	}
	var come []envelope
	if err := json.Unmarshal(body, &come); err != nil {
		return nil, err
	}
	if len(come) > 0 {
		w.last = come[len(come)-1].ID
	}
	return come, nil
}

func (w *webmail) raw(ctx context.Context, id string) ([]byte, error) {
	return w.get(ctx, w.base+"/"+url.PathEscape(id)+".eml")
}

func (w *webmail) get(ctx context.Context, address string) ([]byte, error) {
	request, err := http.NewRequestWithContext(ctx, http.MethodGet, address, nil)
	if err != nil {
		return nil, err
	}
	response, err := w.client.Do(request)
	if err != nil {
		return nil, err
	}
	defer response.Body.Close()
	if response.StatusCode != http.StatusOK {
		return nil, fmt.Errorf("the mailbox answered %d", response.StatusCode)
	}
	return io.ReadAll(io.LimitReader(response.Body, 64<<20))
}

var (
	privateLink = regexp.MustCompile(`https?://[^\s<>"]+/l/[A-Za-z0-9_-]+`)
	feedLink    = regexp.MustCompile(`https?://[^\s<>"]+/calendar/[A-Za-z0-9_-]+\.ics`)
	wanted      = regexp.MustCompile(`(?i)answer\s+by\s+\w+\s+\d{1,2}\s+\w+\s+\d{4}`)
	writtenDay  = regexp.MustCompile(`(\d{1,2})\s+(January|February|March|April|May|June|July|August|September|October|November|December)\s+(\d{4})`)
)

// read takes a mail apart.
func read(e envelope, raw []byte) (letter, error) {
	l := letter{id: e.ID, to: e.To, messageID: e.MessageID}
	for _, k := range e.Keys {
		if parts := strings.Split(k, "/"); len(parts) == 5 {
			one := key{ref: parts[1], stage: parts[2], message: parts[3]}
			if strings.Count(parts[4], ".") >= 2 {
				_, _ = fmt.Sscanf(parts[4], "%d.", &one.round) // a reply's last part is no number
			}
			l.keys = append(l.keys, one)
		}
	}
	message, err := mail.ReadMessage(bytes.NewReader(raw))
	if err != nil {
		return l, fmt.Errorf("mail %s: %w", e.ID, err)
	}
	if l.date, err = message.Header.Date(); err != nil {
		return l, fmt.Errorf("mail %s has no date: %w", e.ID, err)
	}
	if message.Header.Get("List-Unsubscribe-Post") == oneClick {
		l.oneClick = strings.Trim(message.Header.Get("List-Unsubscribe"), "<>")
	}
	text := plainText(message.Header.Get("Content-Type"), message.Header.Get("Content-Transfer-Encoding"), message.Body, 0)
	seen := map[string]bool{}
	for _, link := range privateLink.FindAllString(text, -1) {
		if !seen[link] {
			seen[link] = true
			l.links = append(l.links, link)
		}
	}
	l.feed = feedLink.FindString(text)
	l.again = strings.Contains(text, "onfirm your place again") || strings.Contains(text, "Please choose another time with")
	if l.due = dueIn(wanted.FindString(text), l.date); l.due.IsZero() {
		l.due = dueIn(text, l.date)
	}
	return l, nil
}

// dueIn is the date by which the mail wants something: the first it names that is still to come, at 17:00. Zero where it
// names none.
func dueIn(text string, sent time.Time) time.Time {
	for _, found := range writtenDay.FindAllString(text, -1) {
		day, err := time.ParseInLocation("2 January 2006", strings.Join(strings.Fields(found), " "), london)
		if err == nil && day.After(sent) {
			return day.Add(17 * time.Hour).UTC()
		}
	}
	return time.Time{}
}

// plainText is the text part of a mail.
func plainText(contentType, encoding string, content io.Reader, depth int) string {
	kind, params, err := mime.ParseMediaType(contentType)
	if err != nil {
		kind = "text/plain"
	}
	if strings.HasPrefix(kind, "multipart/") && depth < 5 {
		parts := multipart.NewReader(content, params["boundary"])
		for {
			part, err := parts.NextRawPart()
			if err != nil {
				return ""
			}
			if text := plainText(part.Header.Get("Content-Type"), part.Header.Get("Content-Transfer-Encoding"), part, depth+1); text != "" {
				return text
			}
		}
	}
	if kind != "text/plain" {
		return ""
	}
	switch strings.ToLower(strings.TrimSpace(encoding)) {
	case "quoted-printable":
		content = quotedprintable.NewReader(content)
	case "base64":
		content = base64.NewDecoder(base64.StdEncoding, content)
	}
	text, _ := io.ReadAll(content) // what a broken mail still gives is read
	return string(text)
}
