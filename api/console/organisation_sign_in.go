package console

import (
	"crypto/subtle"
	"encoding/base64"
	"encoding/json"
	"errors"
	"net/http"
	"slices"
	"strings"
	"time"

	"fairlead/api"
	"fairlead/programme"

	"github.com/coreos/go-oidc/v3/oidc"
	"github.com/gin-gonic/gin"
	"golang.org/x/oauth2"
)

const (
	startPath    = "/console/sign-in/start"
	callbackPath = "/console/sign-in/callback"
)

// attempt is a sign-in through the provider that has begun. The browser that began it holds it in a cookie, and no other
// can end it.
type attempt struct {
	State    string `json:"s"`
	Nonce    string `json:"n"`
	Verifier string `json:"v"`
	To       string `json:"t"`
	Begun    int64  `json:"b"` // Unix seconds, real time
}

// attemptLasts is how long somebody may take at the provider.
const attemptLasts = 10 * time.Minute

func (s *Console) attemptCookie() string {
	if s.secure() {
		return "__Host-fairlead_attempt"
	}
	return "fairlead_attempt"
}

// setAttempt hands the browser its attempt, or with none takes it away.
func (s *Console) setAttempt(c *gin.Context, a *attempt) {
	cookie := &http.Cookie{Name: s.attemptCookie(), Path: "/", HttpOnly: true, Secure: s.secure(), SameSite: http.SameSiteLaxMode, MaxAge: -1}
	if a != nil {
		text, _ := json.Marshal(a) // strings and a number
		cookie.Value, cookie.MaxAge = base64.RawURLEncoding.EncodeToString(text), int(attemptLasts/time.Second)
	}
	http.SetCookie(c.Writer, cookie)
}

// attempted is the attempt that the browser holds, if it is the one of the state and not too old.
func (s *Console) attempted(c *gin.Context, state string) (a attempt, ok bool) {
	cookie, err := c.Request.Cookie(s.attemptCookie())
	if err != nil {
		return a, false
	}
	text, err := base64.RawURLEncoding.DecodeString(cookie.Value)
	if err != nil || json.Unmarshal(text, &a) != nil || a.State == "" || a.Nonce == "" || a.Verifier == "" {
		return attempt{}, false
	}
	age := s.Now().Sub(time.Unix(a.Begun, 0))
	return a, subtle.ConstantTimeCompare([]byte(a.State), []byte(state)) == 1 && age < attemptLasts
}

// startOrganisation is GET /console/sign-in/start: it leads to the provider. It is a link and no form, because the content
// policy lets no form lead elsewhere; it changes nothing but a cookie.
func (s *Console) startOrganisation(c *gin.Context) error {
	if s.organisation == nil {
		return programme.ErrNotFound
	}
	provider, err := s.organisation.found(c.Request.Context())
	if err != nil {
		return s.turnAway(c, err, "")
	}
	a := attempt{State: programme.NewToken().Reveal(), Nonce: programme.NewToken().Reveal(), Verifier: oauth2.GenerateVerifier(),
		To: onward(c.Query("to")), Begun: s.Now().Unix()}
	options := []oauth2.AuthCodeOption{oidc.Nonce(a.Nonce), oauth2.S256ChallengeOption(a.Verifier)}
	if len(s.organisation.ACR) > 0 {
		options = append(options, oauth2.SetAuthURLParam("acr_values", strings.Join(s.organisation.ACR, " ")))
	}
	s.setAttempt(c, &a)
	return seeOther(c, s.organisation.config(provider).AuthCodeURL(a.State, options...))
}

// finishOrganisation is GET /console/sign-in/callback, where the provider sends the browser back. What looks at addresses
// before people do spends nothing: it lacks the cookie, and a HEAD is not answered with a session.
func (s *Console) finishOrganisation(c *gin.Context) error {
	if s.organisation == nil {
		return programme.ErrNotFound
	}
	if c.Request.Method == http.MethodHead {
		c.Status(http.StatusOK)
		c.Writer.WriteHeaderNow()
		return nil
	}
	if allowed, wait := s.AllowOrganisation(c.ClientIP()); !allowed {
		return tooMany(wait)
	}
	ctx, query := c.Request.Context(), c.Request.URL.Query()
	a, ok := s.attempted(c, query.Get("state"))
	if !ok {
		return s.turnAway(c, refusedSignIn("stale"), "")
	}
	s.setAttempt(c, nil) // whatever comes of it, it was the one try
	switch {
	case query.Get("iss") != "" && query.Get("iss") != s.organisation.Issuer: // RFC 9207
		return s.turnAway(c, refusedSignIn("untrusted"), "")
	case query.Get("error") == "access_denied":
		return s.turnAway(c, refusedSignIn("denied"), "")
	case query.Get("error") != "" || query.Get("code") == "":
		s.Log.WarnContext(ctx, "the identity provider reported an error", "code", knownError(query.Get("error")), "request", api.RequestID(ctx))
		return s.turnAway(c, refusedSignIn("provider"), "")
	}
	email, err := s.organisation.vouched(ctx, query.Get("code"), a)
	if err != nil {
		return s.turnAway(c, err, "")
	}
	session, has, err := s.Store.SignInStaff(ctx, email, browserOf(c.Request.UserAgent()))
	if errors.Is(err, programme.ErrNotFound) {
		return s.turnAway(c, refusedSignIn("unknown"), email)
	}
	if err != nil {
		return err
	}
	s.Log.InfoContext(ctx, "staff signed in", "by", programme.ByOrganisation, "role", has)
	return s.begin(c, session, onward(a.To))
}

// knownError keeps what anybody may write into an address out of the log: OAuth and OpenID Connect have these codes.
func knownError(code string) string {
	if slices.Contains([]string{"invalid_request", "unauthorized_client", "unsupported_response_type", "invalid_scope", "server_error", "temporarily_unavailable",
		"interaction_required", "login_required", "account_selection_required", "consent_required"}, code) {
		return code
	}
	return "other"
}

// turnedAway is what people read who were not let in.
var turnedAway = map[refusedSignIn]struct {
	status      int
	title, text string
}{
	"denied": {http.StatusForbidden, "You were not signed in", "You, or your organisation, did not agree to the sign-in. You can begin again when you want to."},
	"provider": {http.StatusBadGateway, "Your organisation could not sign you in",
		"Its sign-in service reported a problem. Try again in a few minutes; if it stays so, tell whoever runs Fairlead for you."},
	"away": {http.StatusServiceUnavailable, "Your organisation's sign-in service cannot be reached", "Nothing was changed. Try again in a few minutes."},
	"stale": {http.StatusBadRequest, "This sign-in cannot be finished here",
		"It was begun in another browser or tab, or more than ten minutes ago. Begin again: nothing was changed."},
	"spent":     {http.StatusBadRequest, "This sign-in was used before, or took too long", "Begin again: nothing was changed."},
	"untrusted": {http.StatusForbidden, "We could not trust the answer of the sign-in service", "You were not signed in. Begin again; if it stays so, tell whoever runs Fairlead for you."},
	"unverified": {http.StatusForbidden, "Your email address is not confirmed",
		"Your organisation's sign-in service does not say that this address is yours. Ask whoever runs that service to confirm it, then begin again."},
	"weak":    {http.StatusForbidden, "A stronger sign-in is needed", "Sign in to your organisation with a second factor, such as a code or a key, then begin again."},
	"unknown": {http.StatusForbidden, "You have no access here", "Your organisation knows you, but nobody has given you a role here. Ask an administrator of the programme to add your address."},
}

// turnAway shows why somebody was not let in. Whom the provider vouched for, or tried to, stands in the audit log as well.
func (s *Console) turnAway(c *gin.Context, err error, email string) error {
	var why refusedSignIn
	if !errors.As(err, &why) {
		return err
	}
	ctx := c.Request.Context()
	s.Log.WarnContext(ctx, "a sign-in was refused", "by", programme.ByOrganisation, "why", string(why), "request", api.RequestID(ctx))
	if slices.Contains([]refusedSignIn{"untrusted", "unverified", "weak", "unknown"}, why) {
		if err := s.Store.NoteRefusedSignIn(ctx, programme.ByOrganisation, string(why)); err != nil {
			return err
		}
	}
	said := turnedAway[why]
	page := endedPage{frame: frame{Title: said.title}, Text: said.text, Email: email}
	if why == "away" {
		c.Header("Retry-After", "60")
	}
	return s.render(c, said.status, "sign_in_ended.html", &page)
}
