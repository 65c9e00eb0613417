package console

import (
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"unicode/utf8"

	"fairlead/programme"

	"github.com/gin-gonic/gin"
)

// ledgerRow is one line of the ledger: a mail that was sent, is planned, or was not sent, and why.
type ledgerRow struct {
	Key      string
	Href     string
	At       string
	Message  string
	Stage    string
	To       string
	Rule     string
	State    string
	Reason   string
	Attempts int
	Sent     string
	Repeat   bool
	Merged   string // address of the mail that carried it
}

func ledgerRowOf(m programme.Message, titles map[string]string) ledgerRow {
	row := ledgerRow{Key: m.Key, Href: messagePath(m.Key), At: moment(m.At), Message: word(m.Message), Stage: titles[m.Stage], To: word(m.To),
		Rule: word(m.Rule), State: word(m.State), Reason: lower(word(m.Reason)), Attempts: m.Attempts, Sent: moment(m.Sent), Repeat: m.MayRepeat}
	if row.Stage == "" {
		row.Stage = word(m.Stage)
	}
	if m.MergedInto != "" {
		row.Merged = messagePath(m.MergedInto)
	}
	return row
}

// messagePage is a mail as it went out.
type messagePage struct {
	frame
	Facts   []fact
	Subject string
	Text    string
	HTML    string
	Absent  string // why there is no text
	Sample  bool   // it never went: it shows what would
	Again   string // where it can be ordered again, empty where that is not possible
}

// messagePolicy lets the mail's own styles work inside its sandboxed frame, which takes over the page's policy. There
// are still no scripts, no pictures of others and no way out of the frame.
const messagePolicy = "default-src 'none'; style-src 'self' 'unsafe-inline'; img-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"

// longestKey is how many bytes a message's key may have.
const longestKey = 400

// showMessage is GET /console/journeys/{ref}/message?key=…; the mail of another journey is not found.
func (s *Console) showMessage(c *gin.Context, who member) error {
	ref, key := c.Param("ref"), c.Query("key")
	if !reference.MatchString(ref) || keyRef(key) != ref || len(key) > longestKey || !utf8.ValidString(key) || hasControl(key) {
		return programme.ErrNotFound
	}
	m, err := s.Store.Message(c.Request.Context(), key)
	if err != nil {
		return err
	}
	if m.Ref != ref {
		return programme.ErrNotFound
	}
	page := messagePage{frame: s.frame(c, who, "Mail: "+lower(word(m.Message))), Facts: messageFacts(m)}
	page.Back = &way{Text: "Journey " + ref, Href: journeyPath(ref)}
	if page.Again, err = s.sendAgain(c, who, m); err != nil {
		return err
	}
	switch {
	case m.State == programme.MessagePlanned:
		page.Absent = "This mail has not been written yet: it is written when its moment comes."
	case m.State == programme.MessageNotSent:
		page.Absent = "This mail was not sent, so it has no text."
	case m.State == programme.MessageMerged:
		page.Absent = "Another mail of the same day carried this one."
	case !who.personal():
		page.Absent = "The texts of mails are personal. Your role does not see them."
	case m.Text == "" && m.HTML == "":
		page.Absent = "There is no text: it was not written yet, or is not kept any more."
	default:
		page.Subject, page.Text, page.HTML = m.Subject, m.Text, m.HTML
		c.Header("Content-Security-Policy", messagePolicy)
	}
	return s.render(c, http.StatusOK, "message.html", &page)
}

// went reports whether a mail left, by itself or within another: only then it can go again.
func went(m programme.Message) bool {
	return m.State == programme.MessageSent || m.State == programme.MessageMerged || m.State == programme.MessagePerhapsSent
}

// sendAgain is where a mail can be ordered again: where it went, the journey and the role allow it, and what it asks for is
// still open.
func (s *Console) sendAgain(c *gin.Context, who member, m programme.Message) (string, error) {
	if !went(m) || !slices.Contains(mayOrder(programme.CmdResend), who.role) {
		return "", nil
	}
	j, err := s.Store.Journey(c.Request.Context(), m.Ref)
	if err != nil || len(orderable(j, programme.CmdResend)) == 0 {
		return "", err
	}
	for _, stage := range j.Stages {
		if stage.Name == m.Stage && m.Ask != "" && stage.State != programme.StageOpen {
			return "", nil
		}
	}
	return orderPath(j.Ref, programme.CmdResend, "") + "?" + url.Values{"message": {m.Key}}.Encode(), nil
}

func messageFacts(m programme.Message) []fact {
	repeat := ""
	if m.MayRepeat {
		repeat = "Yes: an attempt ended without an answer"
	}
	lines := []fact{{Key: "State", Text: word(m.State)}, {Key: "Reason", Text: word(m.Reason)}, {Key: "To", Text: word(m.To)},
		{Key: "Stage", Text: word(m.Stage)}, {Key: "Planned for", Text: moment(m.At)}, {Key: "Sent", Text: moment(m.Sent)},
		{Key: "Rule", Text: word(m.Rule)}, {Key: "Attempts", Text: strconv.Itoa(m.Attempts)}, {Key: "Answer of the mail server", Text: m.ServerReply},
		{Key: "A copy is possible", Text: repeat}, {Key: "Key", Text: m.Key}, {Key: "Message-ID", Text: m.MessageID},
		{Key: "Version of the template", Text: m.TemplateVersion}}
	if m.MergedInto != "" {
		lines = append(lines, fact{Key: "Carried by", Way: &way{Text: m.MergedInto, Href: messagePath(m.MergedInto)}})
	}
	return facts(lines...)
}

// hasControl reports whether a text has a control character.
func hasControl(text string) bool {
	for _, r := range text {
		if r < ' ' || r == 0x7f {
			return true
		}
	}
	return false
}
