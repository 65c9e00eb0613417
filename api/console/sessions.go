package console

import (
	"net/http"
	"strings"

	"fairlead/programme"

	"github.com/gin-gonic/gin"
)

// sessionsPage lists where staff are signed in.
type sessionsPage struct {
	peopleFrame
	Rows   []sessionLine
	Pages  turned
	Others bool // whoever looks is signed in elsewhere too
}

type sessionLine struct {
	ID, Name, Staff, Role, By, Browser, Began, LastUsed, Ends string
	Own                                                       bool
}

// waysIn are how a session was begun, in words.
var waysIn = map[programme.SignedInBy]string{programme.ByOrganisation: "Your organisation's sign-in", programme.ByToken: "API token", programme.ByLink: "One-time link"}

func sessionLineOf(one programme.StaffSession) sessionLine {
	line := sessionLine{ID: one.ID, Name: one.Name, Role: word(one.Role), By: waysIn[one.By], Browser: or(one.Browser, "Not known"),
		Began: moment(one.Began), LastUsed: moment(one.LastUsed), Ends: moment(one.Ends), Own: one.Own}
	if one.StaffID != "" {
		line.Staff = staffPath(one.StaffID)
	}
	return line
}

// showSessions is GET /console/people/sessions.
func (s *Console) showSessions(c *gin.Context, who member) error {
	list, err := s.Store.StaffSessions(c.Request.Context(), s.session(c))
	if err != nil {
		return err
	}
	page := sessionsPage{peopleFrame: s.peopleFrame(c, who, allSessionsPath, "Sessions")}
	for _, one := range list {
		page.Rows = append(page.Rows, sessionLineOf(one))
	}
	if page.Rows, page.Pages, err = partOf(&page.frame, page.Rows, "after"); err != nil {
		return err
	}
	return s.render(c, http.StatusOK, "sessions.html", &page)
}

// endForm is the form that ends the session in the address, or all those of the member of staff in it.
func (s *Console) endForm(c *gin.Context, who member) (form *accessForm, ids []string, err error) {
	list, err := s.Store.StaffSessions(c.Request.Context(), s.session(c))
	if err != nil {
		return nil, nil, err
	}
	form = &accessForm{peopleFrame: s.peopleFrame(c, who, allSessionsPath, "End a session"), Action: allSessionsPath + "/" + c.Param("session") + "/end", Button: "End it", Warning: true}
	form.Back = &way{Text: "Sessions", Href: allSessionsPath}
	form.Text = []string{"Whoever uses it is signed out at once. They may sign in again while they have a role or a token."}
	form.Entries = []entry{why(typed(c, "reason"))}
	chosen := func(one programme.StaffSession) bool { return one.ID == c.Param("session") }
	if c.Param("staff") != "" {
		staff, err := s.staffMember(c)
		if err != nil {
			return nil, nil, err
		}
		form.Title, form.Action, form.Button = "End all sessions of "+staff.Email, staffPath(staff.ID)+"/end-sessions", "End them"
		form.Back = &way{Text: staff.Email, Href: staffPath(staff.ID)}
		chosen = func(one programme.StaffSession) bool { return one.StaffID == staff.ID }
	}
	for _, one := range list {
		if chosen(one) {
			line := sessionLineOf(one)
			ids = append(ids, one.ID)
			form.Facts = append(form.Facts, fact{Key: line.Name + ", " + strings.ToLower(line.Role), Text: line.Browser + ", since " + line.Began})
			if one.Own {
				form.Text = append(form.Text, "Your own session, in this browser, is among them.")
			}
		}
	}
	if len(ids) == 0 {
		form.Text = []string{"There is no session that goes on."}
	}
	return form, ids, nil
}

// showEndSessions is GET /console/people/sessions/{session}/end and GET /console/people/staff/{staff}/end-sessions.
func (s *Console) showEndSessions(c *gin.Context, who member) error {
	form, ids, err := s.endForm(c, who)
	if err != nil {
		return err
	}
	if c.Param("session") != "" && len(ids) == 0 {
		return programme.ErrNotFound
	}
	return s.render(c, http.StatusOK, "people_form.html", form)
}

// endSessions is the POST of both. A second click finds it done.
func (s *Console) endSessions(c *gin.Context, who member) error {
	if err := posted(c); err != nil {
		return err
	}
	form, ids, err := s.endForm(c, who)
	if err != nil {
		return err
	}
	to := allSessionsPath + "?did=ended"
	if id := c.Param("staff"); id != "" {
		to = staffPath(id) + "?did=ended"
	} else if len(ids) == 0 && !accessID.MatchString(c.Param("session")) {
		return programme.ErrNotFound
	}
	return s.did(c, form, s.Store.EndSessions(c.Request.Context(), ids, who.actor(), typed(c, "reason")), to)
}

// showOwnSessions is GET /console/sessions: where whoever looks is signed in.
func (s *Console) showOwnSessions(c *gin.Context, who member) error {
	list, err := s.Store.OwnSessions(c.Request.Context(), s.session(c))
	if err != nil {
		return err
	}
	page := sessionsPage{peopleFrame: peopleFrame{frame: s.frame(c, who, "Your sessions"), Notice: notices[c.Query("did")]}}
	for _, one := range list {
		page.Rows = append(page.Rows, sessionLineOf(one))
		page.Others = page.Others || !one.Own
	}
	return s.render(c, http.StatusOK, "own_sessions.html", &page)
}

// ownReason is why a session of one's own ends: nobody has to say it.
const ownReason = "ended by whoever it belongs to"

// endOtherSessions is POST /console/sessions/end-others: all of one's own but the one that asks.
func (s *Console) endOtherSessions(c *gin.Context, who member) error {
	ctx := c.Request.Context()
	list, err := s.Store.OwnSessions(ctx, s.session(c))
	if err != nil {
		return err
	}
	var ids []string
	for _, one := range list {
		if !one.Own {
			ids = append(ids, one.ID)
		}
	}
	if err := s.Store.EndSessions(ctx, ids, who.actor(), ownReason); err != nil {
		return err
	}
	return seeOther(c, sessionsPath+"?did=ended")
}

// endOwnSession is POST /console/sessions/{session}/end. Nobody has to say why they end a session of their own; somebody
// else's is not found.
func (s *Console) endOwnSession(c *gin.Context, who member) error {
	ctx := c.Request.Context()
	list, err := s.Store.OwnSessions(ctx, s.session(c))
	if err != nil {
		return err
	}
	for _, one := range list {
		if one.ID != c.Param("session") {
			continue
		}
		if one.Own {
			return s.signOut(c)
		}
		if err := s.Store.EndSessions(ctx, []string{one.ID}, who.actor(), ownReason); err != nil {
			return err
		}
		return seeOther(c, sessionsPath+"?did=ended")
	}
	return programme.ErrNotFound
}
