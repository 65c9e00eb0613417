package console

import (
	"errors"
	"net/http"
	"net/url"
	"regexp"

	"fairlead/api"
	"fairlead/programme"

	"github.com/gin-gonic/gin"
)

// lateCodesPage lists the codes that let people apply after the deadline, with the form that issues one.
type lateCodesPage struct {
	frame
	Action    string
	Rows      []lateCodeRow
	Next      string
	Start     string
	ExpiresOn string
	Note      string
	Wrong     map[string]string
	ID        string // of the next one, so that a second click issues no second one
	Code      string // the one just issued: it is shown once
	Until     string
}

// DayHint is how a day may be written.
func (p *lateCodesPage) DayHint() string { return dayHint }

type lateCodeRow struct {
	ID, Expires, Note, IssuedBy, Issued, Used, UsedBy, Ref, Href string
}

var lateCodeID = regexp.MustCompile(`^[0-9a-f]{1,32}$`)

// showLateCodes is GET /console/cohorts/{cohort}/late-codes.
func (s *Console) showLateCodes(c *gin.Context, who member) error {
	page, err := s.lateCodesPage(c, who)
	if err != nil {
		return err
	}
	return s.render(c, http.StatusOK, "late_codes.html", page)
}

func (s *Console) lateCodesPage(c *gin.Context, who member) (*lateCodesPage, error) {
	name, after := c.Param("cohort"), c.Query("after")
	if !cohortName.MatchString(name) || after != "" && !lateCodeID.MatchString(after) {
		return nil, programme.ErrNotFound
	}
	page := &lateCodesPage{frame: s.frame(c, who, "Late codes of "+name), Action: cohortPath(name) + "/late-codes", ID: newAccessID(), Wrong: map[string]string{}}
	page.Back = &way{Text: "Applications for " + name, Href: applicationsPath(name)}
	list, next, err := s.Store.LateCodes(c.Request.Context(), name, after, applicationsAPage)
	if err != nil {
		return nil, err
	}
	for _, one := range list {
		row := lateCodeRow{ID: one.ID, Expires: moment(one.Expires), Note: one.Note, IssuedBy: one.IssuedBy, Issued: moment(one.Issued),
			Used: moment(one.Used), UsedBy: one.UsedBy, Ref: one.Ref}
		if one.Ref != "" {
			row.Href = applicationPath(one.Ref)
		}
		page.Rows = append(page.Rows, row)
	}
	if next != "" {
		page.Next = page.Action + "?" + url.Values{"after": {next}}.Encode()
	}
	if after != "" {
		page.Start = page.Action
	}
	return page, nil
}

// issueLateCode is POST /console/cohorts/{cohort}/late-codes. Its answer shows the code, which is kept nowhere: so it
// ends in no redirect.
func (s *Console) issueLateCode(c *gin.Context, who member) error {
	if err := posted(c); err != nil {
		return err
	}
	page, err := s.lateCodesPage(c, who)
	if err != nil {
		return err
	}
	page.ExpiresOn, page.Note = c.PostForm("expires_on"), cleaned(c.PostForm("note"))
	id := c.PostForm("id")
	if !accessID.MatchString(id) {
		return api.NewProblem(api.BadRequest, "Please use the form on the page.")
	}
	var faults []programme.Fault
	expires, err := readDay(page.ExpiresOn)
	if err != nil {
		faults = append(faults, programme.Fault{Field: "expires_on", Text: "Write the day, " + dayHint})
	}
	if len([]rune(page.Note)) > longestNote {
		faults = append(faults, programme.Fault{Field: "note", Text: "Write at most 2,000 characters"})
	}
	if len(faults) == 0 {
		ctx := c.Request.Context()
		issued, err := s.Store.IssueLateCode(ctx, c.Param("cohort"), id, expires, page.Note, who.actor(), s.Store.Now(ctx))
		if err == nil {
			if page, err = s.lateCodesPage(c, who); err != nil {
				return err
			}
			page.Code, page.Until = issued.Code, moment(issued.Expires)
			return s.render(c, http.StatusOK, "late_codes.html", page)
		}
		if errors.Is(err, programme.ErrConflict) { // a double click, or a refresh of the page that showed it
			page.refused([]programme.Fault{{Field: "main", Text: "This code was issued when you first pressed the button, and shown then. If you did not note it, issue another: nobody can use one that nobody knows"}})
			return s.render(c, http.StatusConflict, "late_codes.html", page)
		}
		if faults, err = said(err); err != nil {
			return err
		}
	}
	page.ID = id
	page.refused(faults)
	for _, fault := range faults {
		page.Wrong[fault.Field] = fault.Text
	}
	return s.render(c, http.StatusUnprocessableEntity, "late_codes.html", page)
}
