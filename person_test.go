package main

import (
	"bytes"
	"encoding/base64"
	"io"
	"mime"
	"mime/multipart"
	"mime/quotedprintable"
	"net/http"
	"net/http/cookiejar"
	"net/mail"
	"net/url"
	"regexp"
	"slices"
	"strings"
	"time"

	"fairlead/demo/sink"
)

// letter is a mail as its reader has it.
type letter struct {
	sink.Mail
	text  string
	links []string // private links in its text
}

var privateLink = regexp.MustCompile(`https?://[^\s<>"]+/l/[A-Za-z0-9_-]+`)

// about reports whether a mail carries a message, alone or among others. A key is cohort/reference/stage/message/number.
func about(m sink.Mail, message string) bool {
	return slices.ContainsFunc(m.Keys, func(key string) bool {
		parts := strings.Split(key, "/")
		return len(parts) == 5 && parts[3] == message
	})
}

// read opens a mail of the sink.
func (w *town) read(m sink.Mail) letter {
	w.t.Helper()
	raw, err := w.sink.Raw(m.ID)
	if err != nil {
		w.t.Fatal(err)
	}
	message, err := mail.ReadMessage(bytes.NewReader(raw))
	if err != nil {
		w.t.Fatal(err)
	}
	text := plainPart(message.Header.Get("Content-Type"), message.Header.Get("Content-Transfer-Encoding"), message.Body)
	return letter{Mail: m, text: text, links: privateLink.FindAllString(text, -1)}
}

func plainPart(kind, encoding string, body io.Reader) string {
	media, params, _ := mime.ParseMediaType(kind)
	if strings.HasPrefix(media, "multipart/") {
		for parts := multipart.NewReader(body, params["boundary"]); ; {
			part, err := parts.NextRawPart()
			if err != nil {
				return ""
			}
			if text := plainPart(part.Header.Get("Content-Type"), part.Header.Get("Content-Transfer-Encoding"), part); text != "" {
				return text
			}
		}
	}
	if media != "text/plain" {
		return ""
	}
	switch strings.ToLower(encoding) {
	case "quoted-printable":
		body = quotedprintable.NewReader(body)
	case "base64":
		body = base64.NewDecoder(base64.StdEncoding, body)
	}
	text, _ := io.ReadAll(body) // as far as it can be read
	return string(text)
}

// count is how many mails with a message have come to an address.
func (w *town) count(address, message string) int {
	n := 0
	for _, m := range w.sink.List(address) {
		if about(m, message) {
			n++
		}
	}
	return n
}

// letter waits for the n-th mail with a message to an address.
func (w *town) letter(address, message string, n int) letter {
	w.t.Helper()
	w.eventually(message+" for "+address, 60*time.Second, func() bool { return w.count(address, message) >= n })
	for _, m := range w.sink.List(address) {
		if about(m, message) {
			if n--; n == 0 {
				return w.read(m)
			}
		}
	}
	return letter{}
}

// letterWith waits for a mail to an address with a key that holds these words.
func (w *town) letterWith(address, words string) letter {
	w.t.Helper()
	var found letter
	w.eventually("a mail about "+words, 60*time.Second, func() bool {
		for _, m := range w.sink.List(address) {
			if slices.ContainsFunc(m.Keys, func(key string) bool { return strings.Contains(key, words) }) {
				found = w.read(m)
				return true
			}
		}
		return false
	})
	return found
}

// replaced waits until a link leads to a newer one: that is settled a moment after the newer mail has gone out.
func (w *town) replaced(link string) {
	w.t.Helper()
	w.eventually("the older link is replaced", 10*time.Second, func() bool {
		p := w.browser().get(link)
		return p.status == http.StatusGone && strings.Contains(heading(p.text), "newer link")
	})
}

// door is the link of a mail behind which the page with this heading lies.
func (w *town) door(m letter, title string) string {
	w.t.Helper()
	for _, link := range m.links {
		if strings.Contains(strings.ToLower(heading(w.browser().get(link).text)), title) {
			return link
		}
	}
	w.t.Fatalf("no link to %q in %s", title, m.text)
	return ""
}

// browser is a person's: it keeps cookies and follows redirects.
type browser struct {
	w      *town
	client *http.Client
}

func (w *town) browser() *browser {
	jar, _ := cookiejar.New(nil) // fails never without options
	return &browser{w, &http.Client{Jar: jar, Timeout: 30 * time.Second}}
}

// page is what a browser shows in the end.
type page struct {
	status int
	path   string
	text   string
	header http.Header
}

func (b *browser) send(method, address string, values url.Values) page {
	b.w.t.Helper()
	if strings.HasPrefix(address, "/") {
		address = b.w.url + address
	}
	var body io.Reader
	if values != nil {
		body = strings.NewReader(values.Encode())
	}
	request, err := http.NewRequest(method, address, body)
	if err != nil {
		b.w.t.Fatal(err)
	}
	if values != nil {
		request.Header.Set("Content-Type", "application/x-www-form-urlencoded")
		request.Header.Set("Sec-Fetch-Site", "same-origin")
	}
	response, err := b.client.Do(request)
	if err != nil {
		b.w.t.Fatal(err)
	}
	defer func() { _ = response.Body.Close() }()
	text, err := io.ReadAll(response.Body)
	if err != nil {
		b.w.t.Fatal(err)
	}
	return page{response.StatusCode, response.Request.URL.Path, string(text), response.Header}
}

func (b *browser) get(address string) page {
	b.w.t.Helper()
	return b.send(http.MethodGet, address, nil)
}

func (b *browser) post(address string, values url.Values) page {
	b.w.t.Helper()
	return b.send(http.MethodPost, address, values)
}

// open follows a private link and presses its button; the form has to be there.
func (b *browser) open(link string) page {
	b.w.t.Helper()
	if door := b.get(link); door.status != http.StatusOK {
		b.w.t.Fatalf("the link answers %d: %s", door.status, heading(door.text))
	}
	form := b.post(link, url.Values{})
	if form.status != http.StatusOK {
		b.w.t.Fatalf("behind the link: %d %s", form.status, heading(form.text))
	}
	return form
}

var h1 = regexp.MustCompile(`(?s)<h1[^>]*>(.*?)</h1>`)

// heading is a page's h1.
func heading(text string) string {
	if found := h1.FindStringSubmatch(text); found != nil {
		return strings.Join(strings.Fields(found[1]), " ")
	}
	return ""
}

// skipped are the answers of somebody who would rather not say anything in a survey.
func skipped() url.Values {
	values := url.Values{}
	for _, question := range []string{"satisfied", "worthwhile", "happy", "anxious", "adaptive", "connected", "questioning",
		"purposeful", "ethical", "across_organisations", "productivity"} {
		values.Set(question, "skip")
	}
	return values
}

// told are answers to the onboarding form as staff take them down by telephone.
func told(jobTitle string) with {
	return with{"given_name": "Helen", "family_name": "O’Nguyen", "job_title": jobTitle, "organisation": "Wirral Council",
		"sector": "Local Government", "region": "North West", "role_started": "2025-03", "has_assistant": "no",
		"privacy_read": "yes", "consent_psychometrics": "no", "dietary": []string{"vegan", "nut_free"}, "arrival": "train",
		"room_night_before": "yes", "coach_background": "either", "coach_where": "online"}
}
