package console

import (
	"net/http"
	"strconv"

	"fairlead/programme"

	"github.com/gin-gonic/gin"
)

// releasePage shows who would be told what, with the button that tells them.
type releasePage struct {
	frame
	Count, Offers, Free int // of all pages
	Rows                []applicationRow
	Next                string
	Start               string // address of the first page, set on a later one
	Action              string
	Reasons             []option
	Note                string
	Wrong               map[string]string
	Released            string // how many were just released
	Shown               string // who would be told what, by which a change meanwhile is found out
	refs                []string
}

// showRelease is GET /console/cohorts/{cohort}/release: the preview.
func (s *Console) showRelease(c *gin.Context, who member) error {
	page, err := s.releasePage(c, who, "")
	if err != nil {
		return err
	}
	if n, err := strconv.Atoi(c.Query("released")); err == nil {
		page.Released = strconv.Itoa(n) + " decisions are being told now."
	} else if c.Query("released") == releasedBefore {
		page.Released = "The decisions were released before: there is nothing more to tell."
	}
	return s.render(c, http.StatusOK, "release.html", page)
}

func (s *Console) releasePage(c *gin.Context, who member, reason string) (*releasePage, error) {
	name, ctx := c.Param("cohort"), c.Request.Context()
	if !cohortName.MatchString(name) {
		return nil, programme.ErrNotFound
	}
	page := &releasePage{frame: s.frame(c, who, "Release decisions of "+name), Action: cohortPath(name) + "/release", Wrong: map[string]string{}, Reasons: reasons(reason)}
	page.Back = &way{Text: "Applications for " + name, Href: applicationsPath(name)}
	would, err := s.Store.Release(ctx, name, nil, "other", "", who.actor(), true, s.Store.Now(ctx))
	if err != nil {
		faults, err := said(err)
		if err != nil {
			return nil, err
		}
		page.refused(faults)
	}
	page.Count, page.Offers, page.Free = len(would.People), would.Offers(), would.Free
	shown := make([]string, 0, len(would.People))
	for _, p := range would.People {
		page.refs, shown = append(page.refs, p.Ref), append(shown, p.Ref+" "+string(p.Decision))
	}
	page.Shown = programme.SetOf(shown)
	listed, next := programme.Page(would.People, func(p programme.Released) string { return p.Ref }, c.Query("after"), linesAPage)
	page.Start, page.Next = pageLinks(page.Action, c.Query("after"), next)
	for _, p := range listed {
		page.Rows = append(page.Rows, applicationRow{Ref: p.Ref, Href: applicationPath(p.Ref), Name: p.Name, Decision: word(p.Decision), State: word(p.Message)})
	}
	return page, nil
}

const (
	releasedBefore  = "before"
	releasedAnother = "The decisions are others than you were shown: somebody recorded or released one meanwhile. Nobody was told: look at them as they are now, then release them"
)

// release is POST /console/cohorts/{cohort}/release. It tells the decisions that were shown, and no others.
func (s *Console) release(c *gin.Context, who member) error {
	if err := posted(c); err != nil {
		return err
	}
	reason, note := c.PostForm("reason"), cleaned(c.PostForm("note"))
	page, err := s.releasePage(c, who, reason)
	if err != nil {
		return err
	}
	page.Note = note
	switch {
	case page.Count == 0 && len(page.Faults) == 0: // the second of two clicks
		return seeOther(c, page.Action+"?released="+releasedBefore)
	case page.Shown != c.PostForm("shown"):
		page.refused([]programme.Fault{{Field: "main", Text: releasedAnother}})
		return s.render(c, http.StatusConflict, "release.html", page)
	}
	faults := wrongReason(reason, note)
	if len(faults) == 0 && len(page.Faults) == 0 {
		ctx := c.Request.Context()
		done, err := s.Store.Release(ctx, c.Param("cohort"), page.refs, reason, note, who.actor(), false, s.Store.Now(ctx))
		if err == nil {
			return seeOther(c, page.Action+"?released="+strconv.Itoa(done.Operation.Total))
		}
		if faults, err = said(err); err != nil {
			return err
		}
	}
	page.refused(faults)
	for _, fault := range faults {
		page.Wrong[fault.Field] = fault.Text
	}
	return s.render(c, http.StatusUnprocessableEntity, "release.html", page)
}
