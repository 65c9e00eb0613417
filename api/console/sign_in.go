package console

import (
	"errors"
	"net/http"
	"net/url"
	"path"
	"strconv"
	"strings"
	"time"

	"fairlead/api"
	"fairlead/programme"

	"github.com/gin-gonic/gin"
)

// signInPage leads to the centre's identity provider, and asks for an API token. The token is never shown again.
type signInPage struct {
	frame
	Error string
	To    string // where to go on
	Start string // address that leads to the centre's identity provider, empty where there is none
}

// signInFor is the sign-in page that leads on to the page asked for.
func signInFor(c *gin.Context) string {
	if c.Request.Method == http.MethodPost || c.Request.URL.Path == home {
		return signInPath
	}
	return signInPath + "?" + url.Values{"to": {c.Request.URL.RequestURI()}}.Encode()
}

// onward is an address of this console, whatever was sent: the start page where it is none.
func onward(to string) string {
	u, err := url.Parse(to)
	if err != nil || u.IsAbs() || u.Host != "" || u.User != nil || path.Clean(u.Path) != u.Path ||
		!strings.HasPrefix(u.Path, home+"/") || strings.HasPrefix(u.Path, "/console/sign-") {
		return home
	}
	return (&url.URL{Path: u.Path, RawQuery: u.RawQuery}).String()
}

// showSignIn is GET /console/sign-in.
func (s *Console) showSignIn(c *gin.Context) error {
	page := signInPage{frame: frame{Title: "Sign in"}, To: c.Query("to")}
	page.Start = s.startAddress(page.To)
	return s.render(c, http.StatusOK, "sign_in.html", &page)
}

// signIn is POST /console/sign-in: an API token becomes a session, which ends with the token.
func (s *Console) signIn(c *gin.Context) error {
	if err := s.mayTry(c); err != nil {
		return err
	}
	if err := posted(c); err != nil {
		return err
	}
	token := programme.TokenFrom(strings.TrimSpace(c.PostForm("token")))
	if token.IsZero() {
		return s.signInAgain(c, "Paste an API token")
	}
	ctx := c.Request.Context()
	session, has, err := s.Store.SignIn(ctx, token.Hash(), browserOf(c.Request.UserAgent()))
	if errors.Is(err, programme.ErrNotFound) {
		s.Log.WarnContext(ctx, "a sign-in was refused", "by", "token", "request", api.RequestID(ctx))
		return s.signInAgain(c, "This token is not known here, has ended or is for tests alone. Paste it whole, or ask for a new one")
	}
	if err != nil {
		return err
	}
	s.Log.InfoContext(ctx, "staff signed in", "by", "token", "role", has)
	return s.begin(c, session, onward(c.PostForm("to")))
}

func (s *Console) signInAgain(c *gin.Context, fault string) error {
	page := signInPage{frame: frame{Title: "Sign in", Faults: []faultLine{{"#token", fault}}}, Error: fault, To: c.PostForm("to")}
	page.Start = s.startAddress(page.To)
	return s.render(c, http.StatusUnprocessableEntity, "sign_in.html", &page)
}

func (s *Console) startAddress(to string) string {
	switch {
	case s.organisation == nil:
		return ""
	case to == "":
		return startPath
	}
	return startPath + "?" + url.Values{"to": {to}}.Encode()
}

// mayTry refuses who tries too often.
func (s *Console) mayTry(c *gin.Context) error {
	allowed, wait := s.Allow(c.ClientIP())
	if allowed {
		return nil
	}
	return tooMany(wait)
}

func tooMany(wait time.Duration) error {
	seconds := strconv.Itoa(int(wait/time.Second) + 1)
	return api.NewProblem(api.TooManyRequests, "Wait "+seconds+" seconds, then try again.").With("Retry-After", seconds)
}

// signInLinkPage is the door behind a one-time link: opening it does nothing, so that what looks at links before people
// do uses nothing up.
type signInLinkPage struct {
	frame
	Action string
}

// showSignInLink is GET and HEAD /console/sign-in/{token}. It does not look the token up.
func (s *Console) showSignInLink(c *gin.Context) error {
	page := signInLinkPage{frame: frame{Title: "Sign in to the console"}, Action: signInPath + "/" + url.PathEscape(c.Param("token"))}
	return s.render(c, http.StatusOK, "sign_in_link.html", &page)
}

// endedPage says why somebody was not signed in.
type endedPage struct {
	frame
	Text  string
	Email string // the address that the identity provider vouched for and that has no role
}

// followSignInLink is POST /console/sign-in/{token}: it works once.
func (s *Console) followSignInLink(c *gin.Context) error {
	if err := s.mayTry(c); err != nil {
		return err
	}
	ctx := c.Request.Context()
	session, err := s.Store.UseSignIn(ctx, programme.TokenFrom(c.Param("token")), browserOf(c.Request.UserAgent()))
	switch {
	case errors.Is(err, programme.ErrLinkUnknown):
		return s.ended(c, http.StatusNotFound, "We do not know this link", "It may have been copied with a mistake. Copy it whole from the terminal.")
	case errors.Is(err, programme.ErrLinkExpired):
		return s.ended(c, http.StatusGone, "This link has expired", "A sign-in link works for an hour. Start Fairlead again to have a new one printed, or sign in with an API token.")
	case errors.Is(err, programme.ErrLinkReplaced):
		return s.ended(c, http.StatusGone, "This link was used before", "A sign-in link works once. Start Fairlead again to have a new one printed, or sign in with an API token.")
	case err != nil:
		return err
	}
	s.Log.InfoContext(ctx, "staff signed in", "by", "link")
	return s.begin(c, session, home)
}

func (s *Console) ended(c *gin.Context, status int, title, text string) error {
	ctx := c.Request.Context()
	s.Log.WarnContext(ctx, "a sign-in was refused", "by", "link", "request", api.RequestID(ctx))
	return s.render(c, status, "sign_in_ended.html", &endedPage{frame: frame{Title: title}, Text: text})
}
