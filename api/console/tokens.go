package console

import (
	"errors"
	"net/http"
	"time"

	"fairlead/programme"

	"github.com/gin-gonic/gin"
)

// tokensPage lists the API tokens, never the tokens themselves.
type tokensPage struct {
	peopleFrame
	Rows  []tokenLine
	Pages turned
}

type tokenLine struct {
	Name, Prefix, Role, Kind, Made, Expires, LastUsed, State string
	End                                                      string // address of the page that ends it, empty where it has ended
}

// kindNames are what tokens may do, in words.
var kindNames = map[programme.TokenKind]string{programme.TokenLive: "Live: what its role may do", programme.TokenTest: "Test: reads and tries out, changes nothing"}

// showTokens is GET /console/people/tokens.
func (s *Console) showTokens(c *gin.Context, who member) error {
	list, err := s.Store.Tokens(c.Request.Context())
	if err != nil {
		return err
	}
	page := tokensPage{peopleFrame: s.peopleFrame(c, who, tokensPath, "API tokens")}
	for _, one := range list {
		line := tokenLine{Name: one.Name, Prefix: one.Prefix, Role: word(one.Role), Kind: word(one.Kind), Made: moment(one.Created),
			Expires: or(moment(one.Expires), "Never"), LastUsed: or(moment(one.LastUsed), "Never"), State: "In use"}
		switch {
		case !one.Revoked.IsZero():
			line.State = "Ended " + moment(one.Revoked)
		case one.Ended(s.Now()):
			line.State = "Expired"
		default:
			line.End = tokensPath + "/end/" + one.ID
		}
		page.Rows = append(page.Rows, line)
	}
	if page.Rows, page.Pages, err = partOf(&page.frame, page.Rows, "after"); err != nil {
		return err
	}
	return s.render(c, http.StatusOK, "tokens.html", &page)
}

// makeForm is the form that makes a token. It carries the token's id, so that a second click makes no second one.
func (s *Console) makeForm(c *gin.Context, who member) *accessForm {
	form := &accessForm{peopleFrame: s.peopleFrame(c, who, tokensPath, "Make an API token"), Action: tokensPath + "/make", Button: "Make the token",
		Text: []string{"A token lets a program use the REST API. It is shown once, on the next page."}}
	form.Back = &way{Text: "API tokens", Href: tokensPath}
	id := typed(c, "id")
	if !accessID.MatchString(id) {
		id = newAccessID()
	}
	form.Hidden = [][2]string{{"id", id}}
	expires := typed(c, "expires_on")
	if c.Request.Method != http.MethodPost {
		expires = programme.DateOf(s.Now().AddDate(1, 0, 0)).String()
	}
	kinds := entry{Name: "kind", Label: "What it may do"}
	for _, kind := range programme.TokenKinds() {
		kinds.Options = append(kinds.Options, option{Value: string(kind), Label: kindNames[kind], Selected: string(kind) == typed(c, "kind")})
	}
	form.Entries = []entry{{Name: "name", Label: "What it is for", Hint: "It stands in the history of what the token does", Value: typed(c, "name")},
		chooseRole(typed(c, "role")), kinds,
		{Name: "expires_on", Label: "Works until the end of", Hint: "A day, " + dayHint + ". Empty: until somebody ends it", Value: expires}, why(typed(c, "reason"))}
	return form
}

// showMakeToken is GET /console/people/tokens/make.
func (s *Console) showMakeToken(c *gin.Context, who member) error {
	return s.render(c, http.StatusOK, "people_form.html", s.makeForm(c, who))
}

// tokenMadePage shows a token, once.
type tokenMadePage struct {
	peopleFrame
	Secret string
	Facts  []fact
}

// makeToken is POST /console/people/tokens/make. Its answer shows the token, which is kept nowhere: so it ends in no
// redirect.
func (s *Console) makeToken(c *gin.Context, who member) error {
	if err := posted(c); err != nil {
		return err
	}
	form := s.makeForm(c, who)
	made := programme.APIToken{ID: form.Hidden[0][1], Name: typed(c, "name"), Role: typed(c, "role"), Kind: programme.TokenKind(typed(c, "kind"))}
	if text := typed(c, "expires_on"); text != "" {
		last, err := readDay(text)
		if err != nil {
			return s.did(c, form, programme.Refuse("expires_on", "Write the day, "+dayHint+", or leave it empty"), "")
		}
		made.Expires = last.At(23, 59).Add(time.Minute)
	}
	token, err := s.Store.MakeToken(c.Request.Context(), made, who.actor(), typed(c, "reason"))
	if errors.Is(err, programme.ErrConflict) {
		form.Hidden = nil // the next one is another
		err = &programme.Illegal{Why: "This token was made when you first pressed the button, and shown then. If you did not see it, end it in the list and make another"}
	}
	if err != nil {
		return s.did(c, form, err, "")
	}
	page := tokenMadePage{peopleFrame: s.peopleFrame(c, who, tokensPath, "The token is made"), Secret: token.Reveal()}
	page.Back = &way{Text: "API tokens", Href: tokensPath}
	page.Facts = facts(fact{Key: "For", Text: made.Name}, fact{Key: "Role", Text: word(made.Role)}, fact{Key: "Kind", Text: word(made.Kind)},
		fact{Key: "Expires", Text: or(moment(made.Expires), "Never")})
	return s.render(c, http.StatusOK, "token_made.html", &page)
}

func (s *Console) endTokenForm(c *gin.Context, who member) (*accessForm, error) {
	list, err := s.Store.Tokens(c.Request.Context())
	if err != nil {
		return nil, err
	}
	for _, one := range list {
		if one.ID != c.Param("id") {
			continue
		}
		form := &accessForm{peopleFrame: s.peopleFrame(c, who, tokensPath, "End the token "+one.Name), Action: tokensPath + "/end/" + one.ID, Button: "End the token", Warning: true,
			Text: []string{"Whatever uses it is refused at once, and so is whoever signed in with it. It cannot be brought back."}}
		form.Back = &way{Text: "API tokens", Href: tokensPath}
		form.Facts = facts(fact{Key: "Begins with", Text: one.Prefix}, fact{Key: "Role", Text: word(one.Role)}, fact{Key: "Made", Text: moment(one.Created)},
			fact{Key: "Last used", Text: or(moment(one.LastUsed), "Never")}, fact{Key: "Ended", Text: moment(one.Revoked)})
		form.Entries = []entry{why(typed(c, "reason"))}
		return form, nil
	}
	return nil, programme.ErrNotFound
}

// showEndToken is GET /console/people/tokens/end/{token}.
func (s *Console) showEndToken(c *gin.Context, who member) error {
	form, err := s.endTokenForm(c, who)
	if err != nil {
		return err
	}
	return s.render(c, http.StatusOK, "people_form.html", form)
}

// endToken is POST /console/people/tokens/end/{token}. Ending it twice changes nothing.
func (s *Console) endToken(c *gin.Context, who member) error {
	if err := posted(c); err != nil {
		return err
	}
	form, err := s.endTokenForm(c, who)
	if err != nil {
		return err
	}
	return s.did(c, form, s.Store.EndToken(c.Request.Context(), c.Param("id"), who.actor(), typed(c, "reason")), tokensPath+"?did=revoked")
}
