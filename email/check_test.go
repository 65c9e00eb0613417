package email

import (
	"encoding/xml"
	"errors"
	"io"
	"regexp"
	"strings"
	"testing"
	"unicode"
	"unicode/utf8"

	"fairlead/programme"
)

var element = regexp.MustCompile(`<(table|img|script|h1|html)\b[^>]*>`)

// checkMail holds what is true of every mail, whatever it says.
func checkMail(t *testing.T, mail programme.Rendered) {
	t.Helper()
	if n := utf8.RuneCountInString(mail.Subject); n == 0 || n > 60 {
		t.Errorf("the subject has %d characters: %q", n, mail.Subject)
	}
	if strings.ContainsFunc(mail.Subject, unicode.IsControl) {
		t.Errorf("the subject holds control characters: %q", mail.Subject)
	}
	for _, line := range strings.Split(mail.Text, "\n") {
		if utf8.RuneCountInString(line) > lineWidth && strings.Contains(strings.TrimLeft(line, " -"), " ") {
			t.Errorf("a line of the text is longer than %d: %q", lineWidth, line)
		}
		if strings.TrimRight(line, " \t\r") != line {
			t.Errorf("a line of the text ends in spaces: %q", line)
		}
	}
	if strings.Contains(mail.Text, "\n\n\n") || strings.Contains(mail.Text, "<no value>") || strings.Contains(mail.Text, "%!") {
		t.Errorf("the text is untidy:\n%s", mail.Text)
	}
	checkHTML(t, mail.HTML)
}

// checkHTML parses the HTML strictly enough to find every element that is not closed, and checks what mail readers and
// screen readers need.
func checkHTML(t *testing.T, page string) {
	t.Helper()
	body := regexp.MustCompile(`<(meta|br)\b([^>]*)>`).ReplaceAllString(page, "<$1$2/>") // the void elements we use
	decoder := xml.NewDecoder(strings.NewReader(body))
	decoder.Entity = xml.HTMLEntity
	for {
		if _, err := decoder.Token(); errors.Is(err, io.EOF) {
			break
		} else if err != nil {
			t.Fatalf("the HTML does not parse: %v\n%s", err, page)
		}
	}
	count := map[string]int{}
	for _, found := range element.FindAllStringSubmatch(page, -1) {
		count[found[1]]++
		if found[1] == "table" && !strings.Contains(found[0], `role="presentation"`) {
			t.Errorf("a table without role=presentation: %s", found[0])
		}
	}
	if count["h1"] != 1 || count["img"] != 0 || count["script"] != 0 {
		t.Errorf("one h1, no pictures and no scripts are wanted: %v", count)
	}
	for _, needed := range []string{`<html lang="en-GB">`, `<meta name="color-scheme" content="light dark">`, "max-width:580px", "font-size:19px"} {
		if !strings.Contains(page, needed) {
			t.Errorf("the HTML lacks %s", needed)
		}
	}
	if strings.Contains(page, "ZgotmplZ") {
		t.Error("html/template refused a value")
	}
}

// TestZeroValues renders every message with nothing known at all: a gap in the records must not become broken HTML.
func TestZeroValues(t *testing.T) {
	for _, message := range Messages() {
		t.Run(message, func(t *testing.T) {
			job := programme.MailJob{Key: "k", Items: []programme.MailItem{{Message: message}}}
			mail, err := Compose(job, publicURL)
			if err != nil {
				t.Fatal(err)
			}
			checkMail(t, mail)
			if strings.Contains(mail.Text, "0001") || strings.Contains(mail.Text, " .") || strings.Contains(mail.Text, "{{") {
				t.Errorf("the text shows a gap:\n%s", mail.Text)
			}
		})
	}
}

// TestHostileValues puts into every personal field what has broken mails before.
func TestHostileValues(t *testing.T) {
	long := strings.Repeat("Ümläut-Nàme ", 20)
	for name, nasty := range map[string]string{
		"markup":      `<script>alert(1)</script><img src=x> "quoted" & 'more' </td></table>`,
		"line breaks": "Helen\r\nBcc: everybody@example.org\r\n\r\nBody",
		"200 letters": long[:200], "one long word": strings.Repeat("x", 250),
		"placeholder":   "{{link:2027-spring/P-1/-/invitation/1.1.0}} {{feed}} {{{feed}}",
		"right to left": "\u202eevil\u202c \u2066x\u2069", "bad bytes": "a\xff\xfeb\x00c",
	} {
		t.Run(name, func(t *testing.T) {
			for _, message := range Messages() {
				job := Sample(message)
				job.To.Name, job.Signatory, job.Contact, job.Ref, job.Cohort = nasty, nasty, nasty, nasty, nasty
				item := &job.Items[0]
				item.Title, item.Leader, item.Cohort, item.Ref = nasty, nasty, nasty, nasty
				item.Dates = []programme.DateLine{{Title: nasty, Where: nasty, From: item.Due}}
				if item.Event != nil {
					item.Event.Venue, item.Event.Address, item.Event.JoinURL = nasty, nasty, "javascript:"+nasty
					item.Event.Sessions = []programme.Session{{Title: nasty, Speaker: nasty, Materials: nasty}, {Title: nasty, Materials: "https://example.org/" + nasty}}
				}
				for i := range item.Open {
					item.Open[i].Title = nasty
				}
				for _, own := range []string{"", nasty} {
					item.Opening = own
					mail, err := Compose(job, publicURL)
					if err != nil {
						t.Fatal(err)
					}
					checkMail(t, mail)
					if mail.Calendar != "" {
						readCalendar(t, []byte(mail.Calendar))
					}
					if got := len(placeholders.FindAllString(mail.HTML, -1)); got != 3*len(Links(job)) {
						t.Errorf("%s: %d placeholders for %d links, each of which stands on a button and as an address", message, got, len(Links(job)))
					}
					if strings.Contains(mail.HTML, "<img") || strings.Contains(mail.Subject, "\n") {
						t.Errorf("%s: markup or line breaks got through", message)
					}
				}
			}
		})
	}
}
