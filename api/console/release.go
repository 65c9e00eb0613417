package console

import (
	"fmt"
	"net/http"
	"strconv"

	"fairlead/api"
	"fairlead/programme"

	"github.com/gin-gonic/gin"
)

// releasePage shows who would be told what, with the button that tells them.
type releasePage struct {
	frame
	Said     string // what there is to release
	Count    int    // of all pages
	Ref      string // the one application, where only its decision is to be told
	Seen     string // stands for what the page shows
	Rows     []applicationRow
	Next     string
	Start    string // address of the first page, set on a later one
	Action   string
	Reasons  []option
	Note     string
	Wrong    map[string]string
	Released string // how many were just released
}

func releasePath(cohort string) string { return cohortPath(cohort) + "/release" }

// showRelease is GET /console/cohorts/{cohort}/release: the preview, of all decisions or with ?ref= of one.
func (s *Console) showRelease(c *gin.Context, who member) error {
	page, err := s.releasePage(c, who, c.Query("ref"), "")
	if err != nil {
		return err
	}
	if n, err := strconv.Atoi(c.Query("released")); err == nil {
		page.Released = counted(n, "decision is", "decisions are")
	}
	return s.render(c, http.StatusOK, "release.html", page)
}

func (s *Console) releasePage(c *gin.Context, who member, ref, reason string) (*releasePage, error) {
	name, ctx := c.Param("cohort"), c.Request.Context()
	if !cohortName.MatchString(name) || ref != "" && !reference.MatchString(ref) {
		return nil, programme.ErrNotFound
	}
	page := &releasePage{frame: s.frame(c, who, "Release decisions of "+name), Ref: ref, Action: releasePath(name), Wrong: map[string]string{}, Reasons: reasons(reason)}
	page.Back = &way{Text: "Applications for " + name, Href: applicationsPath(name)}
	if ref != "" {
		page.Title, page.Back = "Release the decision on "+ref, &way{Text: "Application " + ref, Href: applicationPath(ref)}
	}
	would, err := s.Store.Release(ctx, name, programme.ReleaseOrder{Refs: oneOrAll(ref), Reason: "other", Actor: who.actor(), DryRun: true}, s.Store.Now(ctx))
	if err != nil {
		faults, err := said(err)
		if err != nil {
			return nil, err
		}
		page.refused(faults)
	}
	page.Count, page.Seen = len(would.People), would.Shows()
	page.Said = fmt.Sprintf("%s recorded and not told yet, %d of them offers. %s free.", counted(page.Count, "decision is", "decisions are"), would.Offers(),
		counted(would.Free, "place is", "places are"))
	listed, next := programme.Page(would.People, func(p programme.Released) string { return p.Ref }, c.Query("after"), linesAPage)
	page.Start, page.Next = pageLinks(page.Action, c.Query("after"), next)
	for _, p := range listed {
		page.Rows = append(page.Rows, applicationRow{Ref: p.Ref, Href: applicationPath(p.Ref), Name: p.Name, Decision: word(p.Decision), State: word(p.Message)})
	}
	return page, nil
}

// oneOrAll names the one application of a release, or none for all.
func oneOrAll(ref string) []string {
	if ref == "" {
		return nil
	}
	return []string{ref}
}

// release is POST /console/cohorts/{cohort}/release. It tells what its page showed, or nobody.
func (s *Console) release(c *gin.Context, who member) error {
	if err := posted(c); err != nil {
		return err
	}
	reason, note, ref, seen := c.PostForm("reason"), cleaned(c.PostForm("note")), c.PostForm("ref"), c.PostForm("seen")
	if seen == "" {
		return api.NewProblem(api.BadRequest, "Please use the form on the page.")
	}
	page, err := s.releasePage(c, who, ref, reason)
	if err != nil {
		return err
	}
	page.Note = note
	faults := wrongReason(reason, note)
	if len(faults) == 0 && len(page.Faults) == 0 {
		ctx := c.Request.Context()
		done, err := s.Store.Release(ctx, c.Param("cohort"), programme.ReleaseOrder{Refs: oneOrAll(ref), Seen: seen, Reason: reason, Note: note, Actor: who.actor()}, s.Store.Now(ctx))
		if err == nil {
			return seeOther(c, page.Action+"?released="+strconv.Itoa(done.Operation.Total))
		}
		if isChanged(err) {
			page.refused([]programme.Fault{{Field: "main", Text: decidedSince}})
			return s.render(c, http.StatusConflict, "release.html", page)
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

const decidedSince = "Decisions were recorded, changed or told after you saw the preview. Nobody was told anything: look at what would be told now"
