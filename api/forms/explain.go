package forms

import (
	"errors"
	"net/http"
	"strconv"
	"time"

	"fairlead/programme"

	"github.com/gin-gonic/gin"
)

// explainPage says why there is no form, and what the person can do about it.
type explainPage struct {
	frame
	Paragraphs []string
	Ways       []way
}

// explanation is an error that is a page.
type explanation struct {
	status int
	page   explainPage
	retry  time.Duration // Retry-After, zero for none
}

// Error is for logs and tests.
func (e *explanation) Error() string { return strconv.Itoa(e.status) + " " + e.page.Title }

// Errors that only the pages know.
var (
	errVisitOver  = errors.New("the visit is over")
	errNotAForm   = errors.New("the request is not a form")
	errTooLarge   = errors.New("the form is too large")
	errNoSuchForm = errors.New("the page has nothing to send")
	errCutShort   = errors.New("the address is cut short or was changed")
)

var newLink = way{Text: "Send me a new link", Href: "/new-link"}

func asError(err error, target any) bool { return errors.As(err, target) }

// explain answers with the page that belongs to an error. Nobody is shown the error itself.
func (f *Forms) explain(c *gin.Context, err error) {
	if f.handBack(c, err) {
		return
	}
	e := f.explanationOf(c, err)
	if e.page.Contact == "" {
		e.page.Contact = f.Contact
	}
	if e.retry > 0 {
		c.Header("Retry-After", strconv.Itoa(int(e.retry/time.Second)))
	}
	if renderErr := f.render(c, e.status, "explain.html", &e.page); renderErr != nil {
		_ = c.Error(renderErr)
		c.Status(http.StatusInternalServerError)
	}
}

func (f *Forms) explanationOf(c *gin.Context, err error) *explanation {
	var ready *explanation
	if asError(err, &ready) {
		return ready
	}
	say := func(status int, title string, ways []way, paragraphs ...string) *explanation {
		return &explanation{status: status, page: explainPage{frame: frame{Title: title}, Paragraphs: paragraphs, Ways: ways}}
	}
	switch {
	case errors.Is(err, errCutShort):
		return say(http.StatusNotFound, "This address is not complete", []way{newLink},
			"The address has been cut short or changed, so it opens nothing. This can happen when a link breaks over two lines in a mail.",
			"Go back to the mail and press its button, or copy the whole address.")
	case errors.Is(err, programme.ErrLinkUnknown):
		return say(http.StatusNotFound, "We do not know this link", []way{newLink},
			"It may have been copied with a mistake.",
			"Use the link in the newest mail from us, or ask for a new one.")
	case errors.Is(err, programme.ErrLinkExpired):
		return say(http.StatusGone, "This link has expired", []way{newLink},
			"A link works until the form behind it closes. This one has closed.",
			"If anything else is open for you, we can send you a new link to it.")
	case errors.Is(err, programme.ErrLinkReplaced):
		return say(http.StatusGone, "There is a newer link", []way{newLink},
			"We have sent a newer mail about the same thing, or to a new address, and only its link works now. Nothing you saved is lost.",
			"Use the newest mail from us, or ask for a new link.")
	case errors.Is(err, errVisitOver):
		return say(http.StatusForbidden, "Please open your link again", []way{newLink},
			"These pages open only from your private link, and your visit has ended or was never begun in this browser.",
			"Open the link in your newest mail from us. Every section you saved with “Continue” is still there.")
	case errors.Is(err, errAnotherLink) && c.Request.Method == http.MethodPost:
		return say(http.StatusNotFound, "Please open your own link again", []way{newLink},
			"We cannot tell that this comes from you, because this browser has since been used with another link. Nothing was recorded.",
			"Open the link in your newest mail from us, in this browser, and try again.")
	case errors.Is(err, errNoLongerTheirs):
		return say(http.StatusNotFound, noLongerTheirs, nil, noLongerTheirsWords...)
	case errors.Is(err, programme.ErrNotFound), errors.Is(err, programme.ErrForbidden):
		return say(http.StatusNotFound, "Page not found", []way{newLink},
			"If you typed the address, check that it is right. If you copied it, check that it is whole.",
			"If you wanted to answer something we asked you, open the link in our mail. Do so too if somebody has used another link in this browser since.")
	case errors.Is(err, errNoSuchForm):
		return say(http.StatusMethodNotAllowed, "There is nothing to send here", nil, "Go back and use the buttons on the page.")
	case errors.Is(err, errNotAForm):
		return say(http.StatusUnsupportedMediaType, "We could not read what was sent", nil, "Please use the form on the page.")
	case errors.Is(err, errTooLarge):
		return say(http.StatusRequestEntityTooLarge, "That was too much text", nil,
			"Nothing was saved. Go back, shorten your answers and send them again.")
	case errors.Is(err, programme.ErrFormClosed), errors.Is(err, programme.ErrStageNotOpen):
		return say(http.StatusGone, "This form has closed", []way{newLink},
			"It closed before your answer arrived, so nothing was saved. If you still want to answer, please write to us.")
	case errors.Is(err, programme.ErrFull):
		return say(http.StatusConflict, "No place is left", nil,
			"Somebody else has taken the last place. Please write to us.")
	}
	var illegal *programme.Illegal
	if asError(err, &illegal) {
		return say(http.StatusConflict, "This cannot be done any more", nil,
			"Things have changed since you opened the page, and nothing was saved. Please write to us.")
	}
	_ = c.Error(err) // for the edge's log, which names the route and not the path
	e := say(http.StatusInternalServerError, "Sorry, something went wrong", nil,
		"Nothing you saved is lost. Please try again in a few minutes.")
	if errors.Is(err, programme.ErrUnavailable) || errors.Is(err, programme.ErrConflict) {
		e.status, e.retry, e.page.Title = http.StatusServiceUnavailable, 30*time.Second, "Sorry, we cannot show this page just now"
	}
	return e
}
