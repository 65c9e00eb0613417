package console

import (
	"net/http"
	"slices"

	"github.com/gin-gonic/gin"
)

// signedOutPage meets whoever sent a form after their session had ended. It carries what was typed: once they have signed
// in, in another tab, they send it again. So nothing of it is kept here, and it works however they sign in.
type signedOutPage struct {
	frame
	Action string
	SignIn string
	Hidden [][2]string
	Typed  []fact
}

// signedOut leads whoever is not signed in to the sign-in, and back.
func (s *Console) signedOut(c *gin.Context) error {
	if c.Request.Method != http.MethodPost || posted(c) != nil || len(c.Request.PostForm) == 0 {
		return seeOther(c, signInFor(c))
	}
	page := signedOutPage{frame: frame{Title: "You have been signed out"}, Action: c.Request.URL.EscapedPath(), SignIn: signInPath + "?to=" + signedInPath}
	names := make([]string, 0, len(c.Request.PostForm))
	for name := range c.Request.PostForm {
		names = append(names, name)
	}
	slices.Sort(names)
	for _, name := range names {
		for _, value := range c.Request.PostForm[name] {
			page.Hidden = append(page.Hidden, [2]string{name, value})
			if value != "" && name != sheetField {
				page.Typed = append(page.Typed, fact{Key: word(name), Text: value})
			}
		}
	}
	c.Header("WWW-Authenticate", `Cookie realm="Fairlead console"`) // RFC 9110, 15.5.2
	return s.render(c, http.StatusUnauthorized, "signed_out.html", &page)
}

// signedInPage ends the sign-in of somebody who has a form waiting in another tab.
type signedInPage struct{ frame }

// showSignedIn is GET /console/signed-in.
func (s *Console) showSignedIn(c *gin.Context, who member) error {
	return s.render(c, http.StatusOK, "signed_in.html", &signedInPage{s.frame(c, who, "You are signed in again")})
}
