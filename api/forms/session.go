package forms

import (
	"errors"
	"net/http"
	"strings"
	"time"

	"fairlead/programme"

	"github.com/gin-gonic/gin"
)

// A visit is what a browser holds after the button behind a private link was pressed: a cookie of its own, never the
// link's token. Every new press makes a new one, so that an assistant who uses the leader's browser ends the leader's
// visit there.

// cookieName is __Host- on https, so that no other host can set it.
func (f *Forms) cookieName() string {
	if f.secure() {
		return "__Host-fairlead_visit"
	}
	return "fairlead_visit"
}

func (f *Forms) secure() bool { return strings.HasPrefix(f.PublicURL, "https://") }

// giveCookie hands the browser its visit. It ends with the browser, or when the records say so.
func (f *Forms) giveCookie(c *gin.Context, visit programme.Token) {
	http.SetCookie(c.Writer, &http.Cookie{Name: f.cookieName(), Value: visit.Reveal(), Path: "/",
		HttpOnly: true, Secure: f.secure(), SameSite: http.SameSiteLaxMode})
}

// visitor is somebody with business in a journey, and what every page has to know of it.
type visitor struct {
	ref     string
	part    string
	person  string    // the id of whoever asks
	now     time.Time // programme time, one for the whole request
	journey programme.Journey
	cohort  programme.Cohort
	year    programme.Blueprint // the shape of the cohort's year

	// What the pages of events read, once they need it.
	places     []programme.Place
	placesRead bool
	needs      programme.Answers
	frozen     bool
	needsRead  bool
}

// visitor finds out who asks. A journey that is not theirs is errAnotherLink, whether it exists
// or not.
func (f *Forms) visitor(c *gin.Context) (*visitor, error) {
	cookie, err := c.Request.Cookie(f.cookieName())
	if err != nil || cookie.Value == "" {
		return nil, errVisitOver
	}
	ctx, ref := c.Request.Context(), c.Param("ref")
	part, personID, err := f.Store.Visit(ctx, programme.TokenFrom(cookie.Value), ref)
	switch {
	case errors.Is(err, programme.ErrLinkExpired), errors.Is(err, programme.ErrLinkReplaced), errors.Is(err, programme.ErrLinkUnknown):
		return nil, errVisitOver
	case errors.Is(err, programme.ErrNotFound):
		return nil, errAnotherLink
	case errors.Is(err, programme.ErrForbidden):
		return nil, notTheirs(c, personID)
	case err != nil:
		return nil, err
	}
	if err := handedToAnother(c, personID); err != nil {
		return nil, err
	}
	v := &visitor{ref: ref, part: part, person: personID, now: f.Store.Now(ctx)}
	if v.journey, err = f.Store.Journey(ctx, ref); err != nil {
		return nil, err
	}
	if v.cohort, err = f.Store.Cohort(ctx, v.journey.Cohort); err != nil {
		return nil, err
	}
	if v.year, err = f.Blueprints(v.cohort.Blueprint); err != nil {
		return nil, err
	}
	if !v.belongs() {
		return nil, notTheirs(c, personID)
	}
	return v, nil
}

// belongs reports whether the person still has the part: an assistant who was replaced, or whom the leader allows
// nothing, has none.
func (v *visitor) belongs() bool {
	switch v.part {
	case partParticipant:
		return v.journey.Person.ID == v.person
	case partAssistant:
		return v.journey.Assistant != nil && v.journey.Assistant.ID == v.person &&
			v.journey.AssistantMay != programme.AssistantNothing
	}
	return false
}

// leader is the visitor where it is the leader; to everybody else the page does not exist.
func (f *Forms) leader(c *gin.Context) (*visitor, error) {
	v, err := f.visitor(c)
	if err == nil && v.part != partParticipant {
		return nil, errAnotherLink
	}
	return v, err
}

// frame begins a page of this journey.
func (f *Forms) frame(v *visitor, title string) frame {
	fr := frame{Title: title, Contact: v.cohort.Contact, Year: v.home(), Whose: whose(v.person)}
	if fr.Contact == "" {
		fr.Contact = f.Contact
	}
	if v.part == partAssistant {
		fr.Year = ""
	}
	return fr
}

// path is the address of a stage's page.
func (v *visitor) path(stage programme.Stage, rest ...string) string {
	return strings.Join(append([]string{"/year", v.ref, stage.Name}, rest...), "/")
}

// stage finds a stage of the journey by its name in the address.
func (v *visitor) stage(c *gin.Context) (programme.Stage, error) {
	for _, s := range v.journey.Stages {
		if s.Name == c.Param("stage") {
			return s, nil
		}
	}
	return programme.Stage{}, programme.ErrNotFound
}
