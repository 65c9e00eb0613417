package console

import (
	"net/http"
	"slices"
	"strconv"

	"fairlead/programme"

	"github.com/gin-gonic/gin"
)

func messagesPath(cohort string) string { return setupPath(cohort) + "/messages" }

// messagesPage lists every message there is, and which a cohort has its own opening paragraph for.
type messagesPage struct {
	frame
	Settings way
	Ledger   way
	Facts    []fact
	Rows     []messageChoice
}

// messageChoice is one message in the list.
type messageChoice struct{ Name, Href, Opening string }

// ownMessagePage shows one message as a sample person would read it, with the form of its opening paragraph.
type ownMessagePage struct {
	setupForm
	Fixed   bool // its opening paragraph cannot be changed
	Written bool // staff write it each time
	Subject string
	Text2   string
	HTML    string
}

// showMessages is GET /console/cohorts/{cohort}/set-up/messages.
func (s *Console) showMessages(c *gin.Context, who member) error {
	up, err := s.settingUp(c)
	if err != nil {
		return err
	}
	k := up.cohort
	page := messagesPage{frame: s.frame(c, who, "Messages of "+k.Name), Settings: way{Text: "Change who signs and where questions go", Href: settingsPath(k.Name)},
		Ledger: way{Text: "Every mail that was sent, is planned, or was not sent", Href: ledgerPath(k.Name)},
		Facts:  facts(fact{Key: "Signed by", Text: or(k.Signatory, "The programme team")}, fact{Key: "Questions go to", Text: or(k.Contact, "the programme’s mailbox")})}
	page.Back = &way{Text: "Set up " + k.Name, Href: setupPath(k.Name)}
	for _, message := range s.Messages {
		row := messageChoice{Name: word(message), Href: messagesPath(k.Name) + "/" + message, Opening: "The usual one"}
		switch {
		case message == programme.MsgTeamMessage:
			row.Opening = "Written each time, by “Write to the leader”"
		case !slices.Contains(programme.OwnOpenings(), message):
			row.Opening = "Fixed: it says what was just done"
		case k.Openings[message] != "":
			row.Opening = "This cohort’s own"
		}
		page.Rows = append(page.Rows, row)
	}
	return s.render(c, http.StatusOK, "messages.html", &page)
}

// ownMessage is the page of the message that the address names, with the opening paragraph the cohort has now.
func (s *Console) ownMessage(c *gin.Context, who member, up *settingUp) (*ownMessagePage, error) {
	message, k := c.Param("message"), up.cohort
	if !slices.Contains(s.Messages, message) {
		return nil, programme.ErrNotFound
	}
	page := &ownMessagePage{setupForm: setupForm{frame: s.frame(c, who, word(message)), Notice: setupNotices[c.Query("did")], Action: messagesPath(k.Name) + "/" + message,
		Button: "Save", Hidden: [][2]string{{"version", strconv.FormatInt(k.Version, 10)}}}, Fixed: !slices.Contains(programme.OwnOpenings(), message), Written: message == programme.MsgTeamMessage}
	page.Back = &way{Text: "Messages of " + k.Name, Href: messagesPath(k.Name)}
	page.Groups = []fieldGroup{{Fields: []field{{Name: "opening", Label: "Opening paragraph (optional)", Type: "area", Value: k.Openings[message],
		Hint: "It takes the place of the usual first paragraph in mails that go from now on. Empty: the usual one. Paragraphs, lists and links in Markdown."}}}}
	page.remember()
	return page, nil
}

// sample writes the message into the page with an opening paragraph.
func (s *Console) sample(page *ownMessagePage, message string, k programme.Cohort, opening string) error {
	job := s.Sample(message)
	job.Cohort, job.Signatory, job.Contact = k.Name, k.Signatory, k.Contact
	for i := range job.Items {
		if !page.Fixed {
			job.Items[i].Opening = opening
		}
	}
	mail, err := s.Compose(job)
	page.Subject, page.Text2, page.HTML = mail.Subject, mail.Text, mail.HTML
	return err
}

// showOwnMessage is GET /console/cohorts/{cohort}/set-up/messages/{message}.
func (s *Console) showOwnMessage(c *gin.Context, who member) error {
	up, err := s.settingUp(c)
	if err != nil {
		return err
	}
	page, err := s.ownMessage(c, who, up)
	if err != nil {
		return err
	}
	return s.renderMessage(c, page, up, http.StatusOK)
}

// renderMessage shows the page, with the mail as it would read with what the form holds.
func (s *Console) renderMessage(c *gin.Context, page *ownMessagePage, up *settingUp, status int) error {
	if err := s.sample(page, c.Param("message"), up.cohort, page.Groups[0].Fields[0].Value); err != nil {
		return err
	}
	c.Header("Content-Security-Policy", messagePolicy)
	return s.render(c, status, "own_message.html", page)
}

// changeOwnMessage is POST /console/cohorts/{cohort}/set-up/messages/{message}: it shows how the mail would read, or saves.
func (s *Console) changeOwnMessage(c *gin.Context, who member) error {
	if err := posted(c); err != nil {
		return err
	}
	up, err := s.settingUp(c)
	if err != nil {
		return err
	}
	page, err := s.ownMessage(c, who, up)
	if err != nil {
		return err
	}
	if page.Fixed {
		return programme.ErrNotFound
	}
	if typed(c, "do") == "preview" {
		page.showTyped(c, false)
		page.hide("version", typed(c, "version"))
		return s.renderMessage(c, page, up, http.StatusOK)
	}
	change := programme.CohortChange{Openings: map[string]string{c.Param("message"): typed(c, "opening")}}
	return s.changeCohort(c, who, up, change, changing{to: page.Action + "?did=saved", beneath: "/openings",
		rename: func(string) string { return "opening" },
		form: func(up *settingUp) *setupForm {
			again, err := s.ownMessage(c, who, up)
			if err != nil {
				return &page.setupForm
			}
			return &again.setupForm
		}})
}
