package console

import (
	"cmp"
	"context"
	"net/http"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"time"

	"fairlead/programme"

	"github.com/gin-gonic/gin"
)

// Selecting is who scores applications, and what they scored. A cohort to which nobody applies is ErrNotFound.
type Selecting interface {
	// Selectors are all of the staff who score.
	Selectors(ctx context.Context) ([]programme.Selector, error)
	// NameOrganisations is *programme.Invalid where none is named, and ErrConflict where they are no longer those that were
	// seen.
	NameOrganisations(ctx context.Context, staffID, was string, organisations []string, by, reason string) error
	Scoring(ctx context.Context, cohort string) (programme.Scoring, error)
	// Assign says with dryRun what it would do. A repeat changes nothing.
	Assign(ctx context.Context, cohort string, each int, actor string, dryRun bool, at time.Time) (programme.Assignments, error)
	// Scores are all assignments of an application with what was scored: for staff.
	Scores(ctx context.Context, ref string) ([]programme.Assignment, error)
	// ReopenScores is *programme.Illegal once the application is not under review any more.
	ReopenScores(ctx context.Context, ref, selector, reason, note, actor string, at time.Time) error
	OwnScoring
}

const (
	each      = "each" // how many selectors each application is to have
	usualEach = "2"
)

// scoringPage is how far the scoring of a cohort is, and who scores.
type scoringPage struct {
	frame
	Facts     []fact
	Each      []option
	Preview   string // address of the preview
	Selectors []selectorLine
	Rows      []scoringLine
	Assigned  string // what was just done

	SelectorPages, RowPages turned
}

type selectorLine struct {
	Href, Email, Organisations                string
	Known                                     bool
	Assigned, Scored, Left, Declared, Becomes int
}

type scoringLine struct {
	Ref, Href, Name, Organisation, Scored, Due string
	Declared                                   int
	Late, None                                 bool
}

func scoringPath(cohort string) string { return cohortPath(cohort) + "/scoring" }

// showScoring is GET /console/cohorts/{cohort}/scoring.
func (s *Console) showScoring(c *gin.Context, who member) error {
	name := c.Param("cohort")
	if !cohortName.MatchString(name) {
		return programme.ErrNotFound
	}
	scoring, err := s.Store.Scoring(c.Request.Context(), name)
	if err != nil {
		return err
	}
	page := scoringPage{frame: s.frame(c, who, "Selectors and scores of "+name), Preview: cohortPath(name) + "/assign", Selectors: selectorLines(scoring.Selectors)}
	page.Back = &way{Text: "Applications for " + name, Href: applicationsPath(name)}
	if n, err := strconv.Atoi(c.Query("assigned")); err == nil {
		page.Assigned = strconv.Itoa(n)
	}
	page.Each = eachOptions(cmp.Or(scoring.Each, 2))
	assigned, scored := 0, 0
	for _, a := range scoring.Applications {
		assigned, scored = assigned+a.Assigned, scored+a.Scored
		page.Rows = append(page.Rows, scoringLine{Ref: a.Ref, Href: applicationPath(a.Ref), Name: a.Name, Organisation: a.Organisation,
			Scored: strconv.Itoa(a.Scored) + " of " + strconv.Itoa(a.Assigned), Due: moment(a.Due), Declared: a.Declared, Late: a.Late, None: a.Assigned == 0})
	}
	page.Facts = facts(fact{Key: "Applications under review", Text: strconv.Itoa(len(scoring.Applications))},
		fact{Key: "Scores that are in", Text: strconv.Itoa(scored) + " of " + strconv.Itoa(assigned)}, fact{Key: "Selectors for each", Text: eachWords(scoring.Each)})
	if page.Selectors, page.SelectorPages, err = partOf(&page.frame, page.Selectors, "selectors", "applications"); err != nil {
		return err
	}
	if page.Rows, page.RowPages, err = partOf(&page.frame, page.Rows, "applications", "selectors"); err != nil {
		return err
	}
	return s.render(c, http.StatusOK, "scoring.html", &page)
}

func eachWords(n int) string {
	if n == 0 {
		return "Nothing was assigned yet"
	}
	return strconv.Itoa(n)
}

func eachOptions(chosen int) (list []option) {
	for n := programme.FewestSelectors; n <= programme.MostSelectors; n++ {
		list = append(list, option{Value: strconv.Itoa(n), Label: strconv.Itoa(n), Selected: n == chosen})
	}
	return list
}

func selectorLines(list []programme.Selector) (lines []selectorLine) {
	for _, one := range list {
		lines = append(lines, selectorLine{Href: selectorsPath + "/" + one.StaffID, Email: one.Email, Organisations: strings.Join(one.Organisations, "; "),
			Known: len(one.Organisations) > 0, Assigned: one.Assigned, Scored: one.Scored, Left: one.Assigned - one.Scored, Declared: one.Declared})
	}
	return lines
}

// assignPage is the preview of assigning, with the button that does it.
type assignPage struct {
	frame
	Action    string
	Each      string
	Shown     string // what would be done, by which a change meanwhile is found out
	Facts     []fact
	Selectors []selectorLine
	Short     []shortLine
	Nothing   bool // nothing would change

	SelectorPages, ShortPages turned
}

type shortLine struct{ Ref, Href, Has, Why string }

// showAssign is GET /console/cohorts/{cohort}/assign: the preview.
func (s *Console) showAssign(c *gin.Context, who member) error {
	page, err := s.assignPage(c, who, or(c.Query(each), usualEach))
	if err != nil {
		return err
	}
	return s.render(c, http.StatusOK, "assign.html", page)
}

func (s *Console) assignPage(c *gin.Context, who member, typed string) (*assignPage, error) {
	name, ctx := c.Param("cohort"), c.Request.Context()
	if !cohortName.MatchString(name) {
		return nil, programme.ErrNotFound
	}
	n, err := strconv.Atoi(typed)
	if err != nil {
		n = 0 // what the rule refuses
	}
	would, err := s.Store.Assign(ctx, name, n, who.actor(), true, s.Store.Now(ctx))
	if err != nil {
		return nil, err
	}
	page := &assignPage{frame: s.frame(c, who, "Assign the applications for "+name), Action: cohortPath(name) + "/assign", Each: strconv.Itoa(n),
		Selectors: selectorLines(would.Scoring.Selectors), Nothing: len(would.Add)+len(would.End) == 0}
	page.Back = &way{Text: "Selectors and scores", Href: scoringPath(name)}
	var shown []string
	for what, list := range map[string][]programme.Assigned{"add": would.Add, "end": would.End} {
		for _, one := range list {
			shown = append(shown, what+" "+one.Ref+" "+one.Selector)
		}
	}
	slices.Sort(shown)
	page.Shown = programme.SetOf(shown)
	for i, one := range would.Scoring.Selectors {
		page.Selectors[i].Becomes = would.Load[one.ID]
	}
	for _, few := range would.Short {
		page.Short = append(page.Short, shortLine{few.Ref, applicationPath(few.Ref), strconv.Itoa(few.Has) + " of " + strconv.Itoa(few.Wanted), few.Words()})
	}
	page.Facts = facts(fact{Key: "Applications under review", Text: strconv.Itoa(len(would.Scoring.Applications))}, fact{Key: "Selectors for each", Text: strconv.Itoa(n)},
		fact{Key: "To be assigned now", Text: strconv.Itoa(len(would.Add))}, fact{Key: "To be taken back", Text: strconv.Itoa(len(would.End))},
		fact{Key: "Applications that cannot have enough", Text: strconv.Itoa(len(would.Short))})
	if page.Selectors, page.SelectorPages, err = partOf(&page.frame, page.Selectors, "selectors", each, "applications"); err != nil {
		return nil, err
	}
	page.Short, page.ShortPages, err = partOf(&page.frame, page.Short, "applications", each, "selectors")
	return page, err
}

// assign is POST /console/cohorts/{cohort}/assign.
func (s *Console) assign(c *gin.Context, who member) error {
	if err := posted(c); err != nil {
		return err
	}
	page, err := s.assignPage(c, who, c.PostForm(each))
	switch {
	case err != nil:
		return err
	case page.Nothing: // the second of two clicks
		return seeOther(c, scoringPath(c.Param("cohort"))+"?assigned=0")
	case page.Shown != c.PostForm("shown"):
		page.refused([]programme.Fault{{Field: "main", Text: "Applications, selectors or scores have changed since you opened this page. Nothing was assigned: look at what would be done now, then assign"}})
		return s.render(c, http.StatusConflict, "assign.html", page)
	}
	n, _ := strconv.Atoi(c.PostForm(each)) // what the preview took
	ctx := c.Request.Context()
	done, err := s.Store.Assign(ctx, c.Param("cohort"), n, who.actor(), false, s.Store.Now(ctx))
	if err != nil {
		return err
	}
	return seeOther(c, scoringPath(c.Param("cohort"))+"?assigned="+strconv.Itoa(len(done.Add)))
}

// selectorsPage lists who scores, for all cohorts.
type selectorsPage struct {
	frame
	Rows  []selectorLine
	Pages turned
	Saved bool
}

// showSelectors is GET /console/selectors.
func (s *Console) showSelectors(c *gin.Context, who member) error {
	list, err := s.Store.Selectors(c.Request.Context())
	if err != nil {
		return err
	}
	page := selectorsPage{frame: s.frame(c, who, "Selectors"), Rows: selectorLines(list), Saved: c.Query("saved") == programme.Yes}
	page.Back = &way{Text: "Cohorts", Href: home}
	if page.Rows, page.Pages, err = partOf(&page.frame, page.Rows, "after"); err != nil {
		return err
	}
	return s.render(c, http.StatusOK, "selectors.html", &page)
}

func (s *Console) selectorForm(c *gin.Context, who member) (*accessForm, error) {
	list, err := s.Store.Selectors(c.Request.Context())
	if err != nil {
		return nil, err
	}
	for _, one := range list {
		if one.StaffID != c.Param("staff") {
			continue
		}
		form := &accessForm{peopleFrame: s.peopleFrame(c, who, "", "Organisations of "+one.Email), Action: selectorsPath + "/" + one.StaffID, Button: "Save",
			Text: []string{"A selector gets no application from an organisation they belong to, nor from their own mail domain. While no organisation is known, nothing is assigned to them."}}
		form.Back = &way{Text: "Selectors", Href: selectorsPath}
		known := strings.Join(one.Organisations, "; ")
		form.Facts, form.Hidden = facts(fact{Key: "Known now", Text: or(known, "None")}), [][2]string{{"was", known}}
		named := known
		if c.Request.Method == http.MethodPost {
			named = typed(c, "organisations")
		}
		form.Entries = []entry{{Name: "organisations", Label: "Organisations", Hint: "As applicants write them. Part several by semicolons.", Value: named}, why(typed(c, "reason"))}
		return form, nil
	}
	return nil, programme.ErrNotFound
}

// showSelector is GET /console/selectors/{staff}.
func (s *Console) showSelector(c *gin.Context, who member) error {
	form, err := s.selectorForm(c, who)
	if err != nil {
		return err
	}
	return s.render(c, http.StatusOK, "people_form.html", form)
}

// nameOrganisations is POST /console/selectors/{staff}.
func (s *Console) nameOrganisations(c *gin.Context, who member) error {
	if err := posted(c); err != nil {
		return err
	}
	form, err := s.selectorForm(c, who)
	if err != nil {
		return err
	}
	err = s.Store.NameOrganisations(c.Request.Context(), c.Param("staff"), c.PostForm("was"), []string{typed(c, "organisations")}, who.actor(), typed(c, "reason"))
	return s.did(c, form, err, selectorsPath+"?saved="+programme.Yes)
}

var selectorID = regexp.MustCompile(`^[0-9a-f]{16,64}$`)

// reopenPage asks why scores that are in are to be opened again.
type reopenPage struct {
	frame
	Text    string
	Action  string
	Reasons []option
	Note    string
	Wrong   map[string]string
}

func reopenPath(ref, selector string) string { return applicationPath(ref) + "/reopen/" + selector }

func (s *Console) reopenPage(c *gin.Context, who member, reason string) (*reopenPage, error) {
	ref, id := c.Param("ref"), c.Param("selector")
	if !reference.MatchString(ref) || !selectorID.MatchString(id) {
		return nil, programme.ErrNotFound
	}
	list, err := s.Store.Scores(c.Request.Context(), ref)
	if err != nil {
		return nil, err
	}
	for _, one := range list {
		if one.Selector.ID != id || one.State != programme.AssignmentScored && one.State != programme.AssignmentOpen {
			continue
		}
		page := &reopenPage{frame: s.frame(c, who, "Open the scores again"), Action: reopenPath(ref, id), Reasons: reasons(reason), Wrong: map[string]string{},
			Text: "What " + one.Selector.Email + " scored on application " + ref + " counts no more until they have sent it again. They get a mail."}
		page.Back = &way{Text: "Application " + ref, Href: applicationPath(ref)}
		return page, nil
	}
	return nil, programme.ErrNotFound
}

// showReopen is GET /console/applications/{ref}/reopen/{selector}.
func (s *Console) showReopen(c *gin.Context, who member) error {
	page, err := s.reopenPage(c, who, "")
	if err != nil {
		return err
	}
	return s.render(c, http.StatusOK, "reopen_scores.html", page)
}

// reopenScores is POST /console/applications/{ref}/reopen/{selector}.
func (s *Console) reopenScores(c *gin.Context, who member) error {
	if err := posted(c); err != nil {
		return err
	}
	reason, note, ctx := c.PostForm("reason"), cleaned(c.PostForm("note")), c.Request.Context()
	page, err := s.reopenPage(c, who, reason)
	if err != nil {
		return err
	}
	page.Note = note
	faults := wrongReason(reason, note)
	if len(faults) == 0 {
		err := s.Store.ReopenScores(ctx, c.Param("ref"), c.Param("selector"), reason, note, who.actor(), s.Store.Now(ctx))
		if err == nil {
			return seeOther(c, applicationPath(c.Param("ref"))+"#scores")
		}
		if faults, err = said(err); err != nil {
			return err
		}
	}
	page.refused(faults)
	for _, fault := range faults {
		page.Wrong[fault.Field] = fault.Text
	}
	return s.render(c, http.StatusUnprocessableEntity, "reopen_scores.html", page)
}
