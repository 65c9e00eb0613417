package forms

import (
	"errors"
	"net/http"
	"time"

	"fairlead/programme"

	"github.com/gin-gonic/gin"
)

// Optional mail carries a link on which its reader turns such mail off (RFC 8058). Mail programs post to it for their
// reader, from anywhere and without a cookie: the edge lets exactly this address through. Looking at it has no effect.

// showUnsubscribe is GET and HEAD /unsubscribe/{token}: what comes now, and the one button that changes it.
func (f *Forms) showUnsubscribe(c *gin.Context) error {
	token, err := unsubscribeToken(c)
	if err != nil {
		return err
	}
	on, err := f.Store.Subscribed(c.Request.Context(), token)
	if err != nil {
		return err
	}
	return f.showChoice(c, token, on)
}

// unsubscribe is the button on the page and that of mail programs. Whatever stands in its body, optional mail is off
// afterwards; the answer is a page and never a redirect (RFC 8058, section 3.1).
func (f *Forms) unsubscribe(c *gin.Context) error {
	token, err := f.choose(c, false)
	if err != nil {
		return err
	}
	return f.showChoice(c, token, false)
}

// subscribeAgain turns optional mail on again, from the page alone.
func (f *Forms) subscribeAgain(c *gin.Context) error {
	token, err := f.choose(c, true)
	if err != nil {
		return err
	}
	return seeOther(c, "/unsubscribe/"+token.Reveal())
}

// choose turns optional mail on or off.
func (f *Forms) choose(c *gin.Context, on bool) (programme.Token, error) {
	if allowed, wait := f.AllowUnsubscribe(c.ClientIP()); !allowed {
		return programme.Token{}, &explanation{status: http.StatusTooManyRequests, retry: max(wait, time.Second).Round(time.Second),
			page: explainPage{frame: frame{Title: "Please wait a little"},
				Paragraphs: []string{"Too many emails were turned off from your network just now, so nothing was changed. Please try again in a minute."}}}
	}
	token, err := unsubscribeToken(c)
	if err != nil {
		return token, err
	}
	ctx := c.Request.Context()
	return token, f.Store.Subscribe(ctx, token, on, f.Store.Now(ctx))
}

// unsubscribeToken is the token of the address. One that cannot be ours is refused as any unknown one is.
func unsubscribeToken(c *gin.Context) (programme.Token, error) {
	token, err := linkToken(c)
	if errors.Is(err, errCutShort) {
		err = programme.ErrLinkUnknown
	}
	return token, err
}

func (f *Forms) showChoice(c *gin.Context, token programme.Token, on bool) error {
	address := "/unsubscribe/" + token.Reveal()
	page := linkPage{frame: frame{Title: "These emails are off"}, Button: "Turn them on again", Action: address + "/again",
		Asked: "We no longer write to you about the surveys that come after your year. One that is open stays open by the link you have; answering is up to you."}
	if on {
		page = linkPage{frame: frame{Title: "Emails about surveys after your year"}, Button: "Turn these emails off", Action: address,
			Asked: "We ask those who took part how things are for them months after the year. If you turn these emails off, no request and no reminder of such a survey comes any more. Emails about anything else still come."}
	}
	return f.render(c, http.StatusOK, "link.html", &page)
}
