package console

import (
	"context"
	"errors"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"time"
	"unicode/utf8"

	"fairlead/programme"

	"github.com/gin-gonic/gin"
)

// Applications are what people who were not invited send, and what staff decide on it. Of a cohort to which nobody
// applies all are ErrNotFound.
type Applications interface {
	Applicant(ctx context.Context, ref string) (programme.Applicant, error)
	Applicants(ctx context.Context, cohort string, state programme.JourneyState, after string, limit int) ([]programme.Applicant, string, error)
	// Release tells recorded decisions, or with dryRun says whom it would tell what: *programme.Illegal where there are
	// more offers than places.
	Release(ctx context.Context, cohort string, refs []string, reason, note, actor string, dryRun bool, at time.Time) (programme.Release, error)
	IssueLateCode(ctx context.Context, cohort string, expires programme.Date, note, actor string, at time.Time) (programme.LateCode, error)
	LateCodes(ctx context.Context, cohort, after string, limit int) ([]programme.LateCode, string, error)
}

const applicationsAPage = 50

// applicationsPage lists a cohort's applications.
type applicationsPage struct {
	frame
	Door    string // where people apply
	Action  string
	States  []option
	Rows    []applicationRow
	Any     bool
	Next    string
	Start   string
	Release string
	Codes   string
	Scoring string
}

type applicationRow struct {
	Ref, Href, Name, Organisation, State, Submitted, Decision, Released string
}

// applicationStates are those an application goes through, as a filter offers them.
var applicationStates = []programme.JourneyState{programme.Applying, programme.Submitted, programme.UnderReview, programme.Offered,
	programme.Waitlisted, programme.Enrolled, programme.Declined, programme.Rejected, programme.Lapsed, programme.Withdrawn, programme.NotNeeded}

func applicationsPath(cohort string) string { return cohortPath(cohort) + "/applications" }

func applicationPath(ref string) string { return "/console/applications/" + url.PathEscape(ref) }

// showApplications is GET /console/cohorts/{cohort}/applications.
func (s *Console) showApplications(c *gin.Context, who member) error {
	name := c.Param("cohort")
	if !cohortName.MatchString(name) {
		return programme.ErrNotFound
	}
	state, after := programme.JourneyState(c.Query("state")), c.Query("after")
	if state != "" && !slices.Contains(applicationStates, state) || after != "" && !reference.MatchString(after) {
		return programme.ErrNotFound
	}
	list, next, err := s.Store.Applicants(c.Request.Context(), name, state, after, applicationsAPage)
	if err != nil {
		return err
	}
	page := applicationsPage{frame: s.frame(c, who, "Applications for "+name), Door: s.PublicURL + "/apply/" + name, Action: applicationsPath(name), Any: state != "",
		Release: cohortPath(name) + "/release", Codes: cohortPath(name) + "/late-codes", Scoring: cohortPath(name) + "/scoring"}
	page.Back = &way{Text: "Cohort " + name, Href: cohortPath(name)}
	for _, one := range applicationStates {
		page.States = append(page.States, option{Value: string(one), Label: word(one), Selected: one == state})
	}
	for _, a := range list {
		page.Rows = append(page.Rows, applicationRow{Ref: a.Journey.Ref, Href: applicationPath(a.Journey.Ref), Name: a.Journey.Person.Name,
			Organisation: a.Journey.Role.Organisation, State: word(a.Journey.State), Submitted: moment(a.Submitted), Decision: word(a.Decision), Released: moment(a.Released)})
	}
	address := func(after string) string {
		query := url.Values{}
		if state != "" {
			query.Set("state", string(state))
		}
		if after != "" {
			query.Set("after", after)
		}
		if len(query) == 0 {
			return page.Action
		}
		return page.Action + "?" + query.Encode()
	}
	if next != "" {
		page.Next = address(next)
	}
	if after != "" {
		page.Start = address("")
	}
	return s.render(c, http.StatusOK, "applications.html", &page)
}

// applicationPage is one application: what was sent, what was decided, and the form to decide.
type applicationPage struct {
	frame
	Facts     []fact
	Answers   []answerCard
	Action    string // empty where nothing can be decided
	Decisions []option
	Reasons   []option
	Note      string
	Wrong     map[string]string
	Recorded  bool // it was recorded just now
	Scores    scoreTable
}

// answerCard is a section of the form with what was answered.
type answerCard struct {
	Name  string
	Title string
	Rows  []fact
}

// showApplication is GET /console/applications/{ref}.
func (s *Console) showApplication(c *gin.Context, who member) error {
	a, err := s.application(c)
	if err != nil {
		return err
	}
	page, err := s.applicationPage(c, who, a, string(a.Decision), "")
	if err != nil {
		return err
	}
	page.Recorded = c.Query("recorded") == "yes"
	return s.render(c, http.StatusOK, "application.html", &page)
}

func (s *Console) application(c *gin.Context) (programme.Applicant, error) {
	if !reference.MatchString(c.Param("ref")) {
		return programme.Applicant{}, programme.ErrNotFound
	}
	return s.Store.Applicant(c.Request.Context(), c.Param("ref"))
}

func (s *Console) applicationPage(c *gin.Context, who member, a programme.Applicant, decision, reason string) (applicationPage, error) {
	j := a.Journey
	page := applicationPage{frame: s.frame(c, who, "Application "+j.Ref), Wrong: map[string]string{}}
	page.Back = &way{Text: "Applications for " + j.Cohort, Href: applicationsPath(j.Cohort)}
	decided := word(a.Decision)
	if decided != "" && a.Released.IsZero() {
		decided += ", recorded " + moment(a.Decided) + "; nobody was told"
	}
	page.Facts = facts(fact{Key: "Name", Text: j.Person.Name}, fact{Key: "Address", Text: j.Person.Email}, fact{Key: "State", Text: word(j.State)},
		fact{Key: "Sent", Text: moment(a.Submitted)}, fact{Key: "Can be changed until", Text: moment(a.Deadline)}, fact{Key: "Reference of the answer", Text: a.Reference},
		fact{Key: "Decision", Text: decided}, fact{Key: "Told", Text: moment(a.Released)}, fact{Key: "Journey", Way: &way{Text: j.Ref, Href: journeyPath(j.Ref)}})
	page.Answers = answerCards(a.Answers)
	scores, err := s.Store.Scores(c.Request.Context(), j.Ref)
	if err != nil {
		return page, err
	}
	page.Scores = scoreTableOf(scores, j.State == programme.UnderReview)
	if j.State != programme.UnderReview {
		return page, nil
	}
	page.Action = applicationPath(j.Ref) + "/decision"
	for _, d := range programme.Decisions() {
		page.Decisions = append(page.Decisions, option{Value: string(d), Label: word(d), Selected: string(d) == decision})
	}
	page.Reasons = reasons(reason)
	return page, nil
}

// answerCards are the sections of an application with what was answered, but for fields left out and equality answers.
func answerCards(answers programme.Answers, without ...string) (cards []answerCard) {
	form, _ := programme.FormNamed(programme.FormApplication) // shipped, so never missing
	for _, section := range form.Sections {
		if section.Apart || len(answers) == 0 {
			continue
		}
		card := answerCard{Name: section.Name, Title: section.Title}
		for _, field := range section.Fields {
			if text := strings.Join(answers[field.Name], ", "); text != "" && !slices.Contains(without, field.Name) {
				card.Rows = append(card.Rows, fact{Key: field.Named(), Text: text})
			}
		}
		cards = append(cards, card)
	}
	return cards
}

func reasons(chosen string) []option {
	var list []option
	for _, code := range programme.ReasonCodes() {
		list = append(list, option{Value: code, Label: word(code), Selected: code == chosen})
	}
	return list
}

// decide is POST /console/applications/{ref}/decision: it records a decision quietly.
func (s *Console) decide(c *gin.Context, who member) error {
	if err := posted(c); err != nil {
		return err
	}
	a, err := s.application(c)
	if err != nil {
		return err
	}
	decision, reason, note := c.PostForm("decision"), c.PostForm("reason"), cleaned(c.PostForm("note"))
	page, err := s.applicationPage(c, who, a, decision, reason)
	if err != nil {
		return err
	}
	page.Note = note
	var faults []programme.Fault
	if page.Action == "" {
		page.refused([]programme.Fault{{Field: "main", Text: "Nothing can be decided: the application is " + lower(word(a.Journey.State)) + "."}})
		return s.render(c, http.StatusConflict, "application.html", &page)
	}
	if programme.Decision(decision).State() == "" {
		faults = append(faults, programme.Fault{Field: "decision", Text: "Choose the decision"})
	}
	faults = append(faults, wrongReason(reason, note)...)
	if len(faults) == 0 {
		err := s.Orders.Give(c.Request.Context(), programme.Command{Name: programme.CmdDecide, Ref: a.Journey.Ref, Decision: programme.Decision(decision),
			Reason: reason, Note: note, Actor: who.actor()})
		if err == nil {
			return seeOther(c, applicationPath(a.Journey.Ref)+"?recorded=yes")
		}
		if faults, err = said(err); err != nil {
			return err
		}
	}
	page.refused(faults)
	for _, fault := range faults {
		page.Wrong[fault.Field] = fault.Text
	}
	return s.render(c, http.StatusUnprocessableEntity, "application.html", &page)
}

// cleaned is a note as it is kept.
func cleaned(note string) string {
	return strings.TrimSpace(strings.ReplaceAll(strings.ToValidUTF8(note, ""), "\x00", ""))
}

// wrongReason is what is wrong with the reason and note that every order has.
func wrongReason(reason, note string) (faults []programme.Fault) {
	if !slices.Contains(programme.ReasonCodes(), reason) {
		faults = append(faults, programme.Fault{Field: "reason", Text: "Choose a reason"})
	}
	if utf8.RuneCountInString(note) > longestNote {
		faults = append(faults, programme.Fault{Field: "note", Text: "Write at most 2,000 characters"})
	}
	return faults
}

// said turns a refusal of an order into faults of its form; any other error stays one.
func said(err error) ([]programme.Fault, error) {
	var illegal *programme.Illegal
	var invalid *programme.Invalid
	switch {
	case errors.As(err, &illegal):
		return []programme.Fault{{Field: "main", Text: "Not possible: " + strings.ReplaceAll(illegal.State, "_", " ") + ". " + illegal.Why}}, nil
	case errors.As(err, &invalid):
		faults := slices.Clone(invalid.Faults)
		for i, fault := range faults {
			if !slices.Contains([]string{"decision", "reason", "note", "expires_on"}, fault.Field) {
				faults[i].Field = "main"
			}
		}
		return faults, nil
	}
	return nil, err
}

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
}

// showRelease is GET /console/cohorts/{cohort}/release: the preview.
func (s *Console) showRelease(c *gin.Context, who member) error {
	page, err := s.releasePage(c, who, "")
	if err != nil {
		return err
	}
	if n, err := strconv.Atoi(c.Query("released")); err == nil {
		page.Released = strconv.Itoa(n)
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
	listed, next := programme.Page(would.People, func(p programme.Released) string { return p.Ref }, c.Query("after"), linesAPage)
	page.Start, page.Next = pageLinks(page.Action, c.Query("after"), next)
	for _, p := range listed {
		page.Rows = append(page.Rows, applicationRow{Ref: p.Ref, Href: applicationPath(p.Ref), Name: p.Name, Decision: word(p.Decision), State: word(p.Message)})
	}
	return page, nil
}

// release is POST /console/cohorts/{cohort}/release.
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
	faults := wrongReason(reason, note)
	if len(faults) == 0 && len(page.Faults) == 0 {
		ctx := c.Request.Context()
		done, err := s.Store.Release(ctx, c.Param("cohort"), nil, reason, note, who.actor(), false, s.Store.Now(ctx))
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
