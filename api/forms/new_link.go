package forms

import (
	"net/http"
	"strings"
	"time"

	"fairlead/programme"

	"github.com/gin-gonic/gin"
)

// newLinkPage asks for the address to which fresh links are sent. Whoever asks gets the same answer, whether the
// address is known or not.
type newLinkPage struct {
	frame
	Email string
	Fault string
}

// Address is the page's field.
func (p *newLinkPage) Address() question { return addressQuestion("", p.Email, p.Fault) }

// newLinkSentPage is that answer.
type newLinkSentPage struct{ frame }

func (f *Forms) showNewLink(c *gin.Context) error {
	return f.render(c, http.StatusOK, "new_link.html", &newLinkPage{frame: frame{Title: "Get a new link"}})
}

func (f *Forms) askNewLink(c *gin.Context) error {
	if allowed, wait := f.AllowNewLink(c.ClientIP()); !allowed {
		return &explanation{status: http.StatusTooManyRequests, retry: max(wait, time.Second).Round(time.Second),
			page: explainPage{frame: frame{Title: "Please wait a little"}, Ways: []way{{Text: "Back to the form", Href: "/new-link"}},
				Paragraphs: []string{"Too many new links were asked for from your network just now. Please try again in a minute."}}}
	}
	answers, err := posted(c)
	if err != nil {
		return err
	}
	page := &newLinkPage{frame: frame{Title: "Get a new link"}, Email: strings.TrimSpace(answers.Get("email"))}
	switch {
	case page.Email == "":
		page.Fault = "Enter your email address"
	case !programme.AddressLike(page.Email):
		page.Fault = "Enter an email address in the right form, like name@example.com"
	}
	if page.Fault != "" {
		page.Faults = []faultLine{{Href: "#email", Text: page.Fault}}
		return f.render(c, http.StatusUnprocessableEntity, "new_link.html", page)
	}
	ctx := c.Request.Context()
	outbox, err := f.Store.RequestNewLink(ctx, page.Email, f.Store.Now(ctx))
	if err != nil {
		return err
	}
	f.deliverBehind(ctx, outbox)
	return seeOther(c, "/new-link/sent")
}

func (f *Forms) showNewLinkSent(c *gin.Context) error {
	return f.render(c, http.StatusOK, "new_link_sent.html", &newLinkSentPage{frame{Title: "Look in your mail"}})
}
