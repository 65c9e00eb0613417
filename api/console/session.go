package console

import (
	"errors"
	"net/http"
	"slices"
	"strings"

	"fairlead/api"
	"fairlead/programme"

	"github.com/gin-gonic/gin"
)

// cookieName is __Host- on https, so that no other host can set it.
func (s *Console) cookieName() string {
	if s.secure() {
		return "__Host-fairlead_staff"
	}
	return "fairlead_staff"
}

func (s *Console) secure() bool { return strings.HasPrefix(s.PublicURL, "https://") }

// setCookie hands the browser its session, or with the zero token takes it away. It ends with the browser, or when the
// records say so.
func (s *Console) setCookie(c *gin.Context, session programme.Token) {
	cookie := &http.Cookie{Name: s.cookieName(), Value: session.Reveal(), Path: "/", HttpOnly: true, Secure: s.secure(),
		SameSite: http.SameSiteLaxMode}
	if session.IsZero() {
		cookie.MaxAge = -1
	}
	http.SetCookie(c.Writer, cookie)
}

// session is what the browser holds, the zero token where it holds none.
func (s *Console) session(c *gin.Context) programme.Token {
	cookie, err := c.Request.Cookie(s.cookieName())
	if err != nil {
		return programme.Token{}
	}
	return programme.TokenFrom(cookie.Value)
}

// member finds out who looks; ErrNotFound where nobody is signed in.
func (s *Console) member(c *gin.Context) (member, error) {
	session := s.session(c)
	if session.IsZero() {
		return member{}, programme.ErrNotFound
	}
	name, has, err := s.Store.StaffSession(c.Request.Context(), session)
	return member{name, role(has)}, err
}

// guarded serves a page to some roles. It looks at nothing that is asked for before it knows who asks.
func (s *Console) guarded(roles []role, h staffHandler) handler {
	return func(c *gin.Context) error {
		who, err := s.member(c)
		switch {
		case errors.Is(err, programme.ErrNotFound):
			return s.signedOut(c)
		case err != nil:
			return err
		case !slices.Contains(enter, who.role):
			return s.showNothing(c, who)
		case !slices.Contains(roles, who.role):
			ctx := c.Request.Context()
			s.Log.WarnContext(ctx, "access was denied", "route", c.FullPath(), "role", string(who.role), "request", api.RequestID(ctx))
			return api.NewProblem(api.NotAllowed, "The role you are signed in with may not do this.")
		}
		return h(c, who)
	}
}

// noPage tells somebody whose role has no page.
type noPage struct {
	frame
	Role string
}

func (s *Console) showNothing(c *gin.Context, who member) error {
	page := noPage{frame: s.frame(c, who, "You have no page here"), Role: string(who.role)}
	return s.render(c, http.StatusForbidden, "no_page.html", &page)
}

// begin signs the browser in; whoever was signed in before in it is signed out.
func (s *Console) begin(c *gin.Context, session programme.Token, to string) error {
	if before := s.session(c); !before.IsZero() {
		if err := s.Store.SignOut(c.Request.Context(), before); err != nil {
			return err
		}
	}
	s.setCookie(c, session)
	return seeOther(c, to)
}

// signOut is POST /console/sign-out.
func (s *Console) signOut(c *gin.Context) error {
	if session := s.session(c); !session.IsZero() {
		if err := s.Store.SignOut(c.Request.Context(), session); err != nil {
			return err
		}
	}
	s.setCookie(c, programme.Token{})
	return seeOther(c, signInPath)
}
