package console

import (
	"errors"
	"net/http"
	"strconv"

	"fairlead/programme"

	"github.com/gin-gonic/gin"
)

// staffPage lists who has a role.
type staffPage struct {
	peopleFrame
	Rows         []staffLine
	Pages        turned
	Organisation bool // they sign in through the centre's identity provider
}

type staffLine struct {
	Href, Email, Role, LastSignIn, Sessions, Added string
}

func staffPath(id string) string { return peoplePath + "/staff/" + id }

// showStaff is GET /console/people.
func (s *Console) showStaff(c *gin.Context, who member) error {
	list, err := s.Store.StaffList(c.Request.Context())
	if err != nil {
		return err
	}
	page := staffPage{peopleFrame: s.peopleFrame(c, who, peoplePath, "People and access"), Organisation: s.organisation != nil}
	for _, one := range list {
		page.Rows = append(page.Rows, staffLine{Href: staffPath(one.ID), Email: one.Email, Role: word(one.Role), LastSignIn: moment(one.LastSignIn),
			Sessions: strconv.Itoa(one.Sessions), Added: moment(one.Added)})
	}
	if page.Rows, page.Pages, err = partOf(&page.frame, page.Rows, "after"); err != nil {
		return err
	}
	return s.render(c, http.StatusOK, "staff.html", &page)
}

// staffMember is whom the address names.
func (s *Console) staffMember(c *gin.Context) (programme.Staff, error) {
	list, err := s.Store.StaffList(c.Request.Context())
	for _, one := range list {
		if one.ID == c.Param("staff") {
			return one, err
		}
	}
	if err == nil {
		err = programme.ErrNotFound
	}
	return programme.Staff{}, err
}

// staffMemberPage is somebody with a role, and what can be changed.
type staffMemberPage struct {
	peopleFrame
	Facts    []fact
	Path     string
	Sessions []sessionLine
}

// showStaffMember is GET /console/people/staff/{staff}.
func (s *Console) showStaffMember(c *gin.Context, who member) error {
	staff, err := s.staffMember(c)
	if err != nil {
		return err
	}
	sessions, err := s.Store.StaffSessions(c.Request.Context(), s.session(c))
	if err != nil {
		return err
	}
	page := staffMemberPage{peopleFrame: s.peopleFrame(c, who, peoplePath, staff.Email), Path: staffPath(staff.ID)}
	page.Back = &way{Text: "People and access", Href: peoplePath}
	page.Facts = facts(fact{Key: "Role", Text: roleNames[role(staff.Role)]}, fact{Key: "Added", Text: moment(staff.Added)},
		fact{Key: "Last signed in", Text: or(moment(staff.LastSignIn), "Never")})
	for _, one := range sessions {
		if one.StaffID == staff.ID {
			page.Sessions = append(page.Sessions, sessionLineOf(one))
		}
	}
	return s.render(c, http.StatusOK, "staff_member.html", &page)
}

func or(text, otherwise string) string {
	if text == "" {
		return otherwise
	}
	return text
}

func (s *Console) addForm(c *gin.Context, who member) *accessForm {
	form := &accessForm{peopleFrame: s.peopleFrame(c, who, peoplePath, "Add somebody"), Action: peoplePath + "/add", Button: "Add them",
		Text: []string{"Whoever signs in through your organisation with this address gets in with the role. No mail is sent: tell them yourself."}}
	form.Back = &way{Text: "People and access", Href: peoplePath}
	form.Entries = []entry{{Name: "email", Label: "Email address", Hint: "As your organisation's sign-in gives it", Value: typed(c, "email")},
		chooseRole(typed(c, "role")), why(typed(c, "reason"))}
	return form
}

// showAddStaff is GET /console/people/add.
func (s *Console) showAddStaff(c *gin.Context, who member) error {
	return s.render(c, http.StatusOK, "people_form.html", s.addForm(c, who))
}

// addStaff is POST /console/people/add.
func (s *Console) addStaff(c *gin.Context, who member) error {
	if err := posted(c); err != nil {
		return err
	}
	_, err := s.Store.AddStaff(c.Request.Context(), typed(c, "email"), typed(c, "role"), who.actor(), typed(c, "reason"))
	return s.did(c, s.addForm(c, who), err, peoplePath+"?did=added")
}

func (s *Console) roleForm(c *gin.Context, who member) (*accessForm, error) {
	staff, err := s.staffMember(c)
	if err != nil {
		return nil, err
	}
	form := &accessForm{peopleFrame: s.peopleFrame(c, who, peoplePath, "Change the role of "+staff.Email), Action: staffPath(staff.ID) + "/role", Button: "Change the role",
		Text:  []string{"The new role holds at once, also where they are signed in."},
		Facts: []fact{{Key: "Role now", Text: roleNames[role(staff.Role)]}}, Hidden: [][2]string{{"was", staff.Role}}}
	form.Back = &way{Text: staff.Email, Href: staffPath(staff.ID)}
	form.Entries = []entry{chooseRole(or(typed(c, "role"), staff.Role)), why(typed(c, "reason"))}
	return form, nil
}

// showRole is GET /console/people/staff/{staff}/role.
func (s *Console) showRole(c *gin.Context, who member) error {
	form, err := s.roleForm(c, who)
	if err != nil {
		return err
	}
	return s.render(c, http.StatusOK, "people_form.html", form)
}

// changeRole is POST /console/people/staff/{staff}/role. The form says which role it showed: who saw an older one is told.
func (s *Console) changeRole(c *gin.Context, who member) error {
	if err := posted(c); err != nil {
		return err
	}
	form, err := s.roleForm(c, who)
	if err != nil {
		return err
	}
	id := c.Param("staff")
	err = s.Store.ChangeStaffRole(c.Request.Context(), id, typed(c, "was"), typed(c, "role"), who.actor(), typed(c, "reason"))
	to := staffPath(id) + "?did=changed"
	if form.Back.Text == who.name && typed(c, "role") != programme.StaffAdmin {
		to = home // their own role: this page is not theirs any more
	}
	return s.did(c, form, err, to)
}

func (s *Console) removeForm(c *gin.Context, who member) (*accessForm, error) {
	staff, err := s.staffMember(c)
	if err != nil {
		return nil, err
	}
	form := &accessForm{peopleFrame: s.peopleFrame(c, who, peoplePath, "Remove "+staff.Email), Action: staffPath(staff.ID) + "/remove", Button: "Remove them", Warning: true,
		Text:  []string{"They can no longer sign in, and are signed out everywhere at once. What they did stays in the histories. API tokens are ended apart."},
		Facts: []fact{{Key: "Role now", Text: roleNames[role(staff.Role)]}, {Key: "Sessions that end", Text: strconv.Itoa(staff.Sessions)}}}
	form.Back = &way{Text: staff.Email, Href: staffPath(staff.ID)}
	form.Entries = []entry{why(typed(c, "reason"))}
	return form, nil
}

// showRemoveStaff is GET /console/people/staff/{staff}/remove.
func (s *Console) showRemoveStaff(c *gin.Context, who member) error {
	form, err := s.removeForm(c, who)
	if err != nil {
		return err
	}
	return s.render(c, http.StatusOK, "people_form.html", form)
}

// removeStaff is POST /console/people/staff/{staff}/remove. A second click finds it done.
func (s *Console) removeStaff(c *gin.Context, who member) error {
	if err := posted(c); err != nil {
		return err
	}
	const done = peoplePath + "?did=removed"
	form, err := s.removeForm(c, who)
	if errors.Is(err, programme.ErrNotFound) && accessID.MatchString(c.Param("staff")) {
		return seeOther(c, done)
	}
	if err != nil {
		return err
	}
	err = s.Store.RemoveStaff(c.Request.Context(), c.Param("staff"), who.actor(), typed(c, "reason"))
	if errors.Is(err, programme.ErrNotFound) {
		err = nil
	}
	return s.did(c, form, err, done)
}
