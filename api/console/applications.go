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

	"fairlead/api"
	"fairlead/programme"

	"github.com/gin-gonic/gin"
)

// Applications are what people who were not invited send, and what staff decide on it. Of a cohort to which nobody
// applies all are ErrNotFound.
type Applications interface {
	Applicant(ctx context.Context, ref string) (programme.Applicant, error)
	Applicants(ctx context.Context, cohort string, state programme.JourneyState, after string, limit int) ([]programme.Applicant, string, error)
	// WaitingList is the waiting list in the order in which free places go to it.
	WaitingList(ctx context.Context, cohort, after string, limit int) ([]programme.Applicant, string, error)
	// Release tells recorded decisions, or in a dry run says whom it would tell what: *programme.Illegal where there are
	// more offers than places, or where that is no longer what was seen.
	Release(ctx context.Context, cohort string, order programme.ReleaseOrder, at time.Time) (programme.Release, error)
	// IssueLateCode is ErrConflict where one was issued under the id.
	IssueLateCode(ctx context.Context, cohort, id string, expires programme.Date, note, actor string, at time.Time) (programme.LateCode, error)
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
	Waiting bool // the list is the waiting list, in its order
	Next    string
	Start   string
	Queue   string // address of the waiting list
	Release string
	Codes   string
	Scoring string
}

type applicationRow struct {
	Ref, Href, Name, Organisation, State, Submitted, Decision, Released string
	Place                                                               int
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
	read := func(ctx context.Context, cohort, after string, limit int) ([]programme.Applicant, string, error) {
		return s.Store.Applicants(ctx, cohort, state, after, limit)
	}
	if state == programme.Waitlisted {
		read = s.Store.WaitingList
	}
	list, next, err := read(c.Request.Context(), name, after, applicationsAPage)
	if err != nil {
		return err
	}
	page := applicationsPage{frame: s.frame(c, who, "Applications for "+name), Door: s.PublicURL + "/apply/" + name, Action: applicationsPath(name), Any: state != "",
		Waiting: state == programme.Waitlisted, Queue: applicationsPath(name) + "?" + url.Values{"state": {string(programme.Waitlisted)}}.Encode(),
		Release: releasePath(name), Codes: cohortPath(name) + "/late-codes", Scoring: cohortPath(name) + "/scoring"}
	page.Back = &way{Text: "Cohort " + name, Href: cohortPath(name)}
	for _, one := range applicationStates {
		page.States = append(page.States, option{Value: string(one), Label: word(one), Selected: one == state})
	}
	for _, a := range list {
		page.Rows = append(page.Rows, applicationRow{Ref: a.Journey.Ref, Href: applicationPath(a.Journey.Ref), Name: a.Journey.Person.Name,
			Organisation: a.Journey.Role.Organisation, State: word(a.Journey.State), Submitted: moment(a.Submitted), Decision: word(a.Decision), Released: moment(a.Released), Place: a.Place})
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
	Version   int64  // of the journey, as the page shows it
	Release   string // address where the recorded decision can be told, or empty
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
	page.Action, page.Version = applicationPath(j.Ref)+"/decision", j.Version
	if a.Decision != "" && a.Released.IsZero() {
		page.Release = releasePath(j.Cohort) + "?" + url.Values{"ref": {j.Ref}}.Encode()
	}
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
			if len(answers[field.Name]) == 0 || slices.Contains(without, field.Name) {
				continue
			}
			alone := programme.Section{Fields: []programme.Field{field}}
			for _, row := range api.Answered(alone, answers) {
				card.Rows = append(card.Rows, fact{Key: row.Key, Text: strings.Join(row.Values, ", ")})
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

// decide is POST /console/applications/{ref}/decision: it records a decision quietly. Where somebody else decided, or scores
// came in, after the page was opened, it says so and shows what stands now.
func (s *Console) decide(c *gin.Context, who member) error {
	if err := posted(c); err != nil {
		return err
	}
	a, err := s.application(c)
	if err != nil {
		return err
	}
	decision, reason, note := c.PostForm("decision"), c.PostForm("reason"), cleaned(c.PostForm("note"))
	version, err := strconv.ParseInt(c.PostForm("version"), 10, 64)
	if err != nil || version < 1 {
		return api.NewProblem(api.BadRequest, "Please use the form on the page.")
	}
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
			Reason: reason, Note: note, Actor: who.actor(), IfVersion: version})
		changed, recorded := isChanged(err), err == nil
		if changed { // or the first of two clicks did it
			same := programme.Move{What: programme.DecisionMove(programme.Decision(decision)), Actor: who.actor(), Reason: reason, Note: note}
			if recorded, err = s.lastDecided(c.Request.Context(), a.Journey.Ref, same); err != nil {
				return err
			}
		}
		if recorded {
			return seeOther(c, applicationPath(a.Journey.Ref)+"?recorded=yes")
		}
		if changed {
			page.refused([]programme.Fault{{Field: "main", Text: changedSince}})
			return s.render(c, http.StatusConflict, "application.html", &page)
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

// lastDecided reports whether a decision is the last that was recorded on an application: by the same person, with the same
// reason and note.
func (s *Console) lastDecided(ctx context.Context, ref string, same programme.Move) (found bool, err error) {
	for after := int64(0); ; {
		moves, next, err := s.Store.Moves(ctx, ref, after, historyAPage)
		if err != nil {
			return false, err
		}
		for _, m := range moves {
			if strings.HasPrefix(m.What, programme.DecisionMove("")) {
				found = m.What == same.What && m.Actor == same.Actor && m.Reason == same.Reason && m.Note == same.Note
			}
		}
		if after = next; next == 0 {
			return found, nil
		}
	}
}

const changedSince = "Somebody decided on this application, or it changed otherwise, after you opened the page. Nothing of yours was recorded. Look at what stands here now: what you typed is kept, and records it all the same"

// isChanged reports whether an order was refused because it came from a page that shows what was before.
func isChanged(err error) bool {
	var illegal *programme.Illegal
	var problem *api.Problem
	return errors.As(err, &illegal) && illegal.State == programme.StateChanged || errors.As(err, &problem) && problem.Kind() == api.NotLegalNow && problem.State == programme.StateChanged
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
