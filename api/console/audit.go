package console

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"time"

	"fairlead/programme"

	"github.com/gin-gonic/gin"
)

const (
	auditAPage   = 50
	auditAtATime = 1000 // lines of a spreadsheet
)

// auditPage is the audit log, newest first, with its filter and the form that takes it away.
type auditPage struct {
	accessForm
	Actors, Subjects, Actions []option
	Rows                      []auditLine
	Next                      string
	Start                     string
}

type auditLine struct{ When, Who, What, About, Journey, Detail, Reason string }

// personKey stands for somebody in the filter's address, where no name may be.
func personKey(name string) string {
	sum := sha256.Sum256([]byte(name))
	return hex.EncodeToString(sum[:6])
}

// auditFilter reads the filter: what chooses nothing known is not found.
func (s *Console) auditFilter(c *gin.Context, actor, subject, action string) (filter programme.AuditFilter, page *auditPage, err error) {
	people, err := s.Store.AuditPeople(c.Request.Context())
	if err != nil {
		return filter, nil, err
	}
	page = &auditPage{}
	filter.Action = programme.AuditAction(action)
	known := action == "" || slices.Contains(programme.AuditActions(), filter.Action)
	choose := func(key string, into *string, options *[]option, other bool) {
		found := key == "" || other
		*options = []option{{Label: "Anybody"}}
		for _, name := range people {
			one := option{Value: personKey(name), Label: shortName(name), Selected: personKey(name) == key}
			if one.Selected {
				*into, found = name, true
			}
			*options = append(*options, one)
		}
		if other {
			*into, *options = key, append(*options, option{Value: key, Label: key, Selected: true})
		}
		known = known && found
	}
	choose(actor, &filter.Actor, &page.Actors, false)
	ofCohort, err := s.isCohort(c, subject)
	if err != nil {
		return filter, nil, err
	}
	choose(subject, &filter.Subject, &page.Subjects, reference.MatchString(subject) || ofCohort)
	page.Actions = []option{{Label: "Everything"}}
	for _, one := range programme.AuditActions() {
		page.Actions = append(page.Actions, option{Value: string(one), Label: word(one), Selected: one == filter.Action})
	}
	if !known {
		return filter, nil, programme.ErrNotFound
	}
	return filter, page, nil
}

// isCohort reports whether a name is a cohort's: its own page leads to what was done to it.
func (s *Console) isCohort(c *gin.Context, name string) (bool, error) {
	if !cohortName.MatchString(name) {
		return false, nil
	}
	_, err := s.Store.Cohort(c.Request.Context(), name)
	if errors.Is(err, programme.ErrNotFound) {
		return false, nil
	}
	return err == nil, err
}

func auditOf(subject string) string { return auditPath + "?subject=" + url.QueryEscape(subject) }

func (s *Console) auditPage(c *gin.Context, who member, actor, subject, action string, before int64) (*auditPage, error) {
	filter, page, err := s.auditFilter(c, actor, subject, action)
	if err != nil {
		return nil, err
	}
	list, next, err := s.Store.AuditLog(c.Request.Context(), filter, before, auditAPage)
	if err != nil {
		return nil, err
	}
	page.peopleFrame = s.peopleFrame(c, who, auditPath, "Audit log")
	page.Action, page.Button = auditPath+".csv", "Download as CSV"
	page.Hidden = [][2]string{{"actor", actor}, {"subject", subject}, {"action", action}}
	page.Entries = []entry{why(typed(c, "reason"))}
	for _, e := range list {
		line := auditLine{When: moment(e.At), Who: or(shortName(e.Actor), "Nobody known"), What: word(e.Action), About: shortName(e.Subject), Detail: e.Detail, Reason: e.Reason}
		if reference.MatchString(e.Subject) {
			line.Journey = journeyPath(e.Subject)
		}
		if slices.Contains(programme.ReasonCodes(), e.Reason) {
			line.Reason = word(e.Reason)
		}
		page.Rows = append(page.Rows, line)
	}
	query := url.Values{}
	for _, field := range page.Hidden {
		if field[1] != "" {
			query.Set(field[0], field[1])
		}
	}
	if before != 0 {
		page.Start = auditPath + "?" + query.Encode()
	}
	if next != 0 {
		query.Set("before", strconv.FormatInt(next, 10))
		page.Next = auditPath + "?" + query.Encode()
	}
	return page, nil
}

// showAudit is GET /console/people/audit.
func (s *Console) showAudit(c *gin.Context, who member) error {
	before, err := number(c.Query("before"))
	if err != nil {
		return err
	}
	page, err := s.auditPage(c, who, c.Query("actor"), c.Query("subject"), c.Query("action"), before)
	if err != nil {
		return err
	}
	return s.render(c, http.StatusOK, "audit.html", page)
}

// sendAudit is POST /console/people/audit.csv: whoever takes the log away says why, and that stands in it.
func (s *Console) sendAudit(c *gin.Context, who member) error {
	if err := posted(c); err != nil {
		return err
	}
	ctx := c.Request.Context()
	filter, _, err := s.auditFilter(c, typed(c, "actor"), typed(c, "subject"), typed(c, "action"))
	if err != nil {
		return err
	}
	reason := typed(c, "reason")
	if fault := programme.CheckReason(reason); fault != nil {
		page, err := s.auditPage(c, who, typed(c, "actor"), typed(c, "subject"), typed(c, "action"), 0)
		if err != nil {
			return err
		}
		page.Entries[0].Error = fault.Error()
		page.refused([]programme.Fault{{Field: "reason", Text: fault.Error()}})
		return s.render(c, http.StatusUnprocessableEntity, "audit.html", page)
	}
	if err := s.Store.NoteExport(ctx, who.actor(), reason); err != nil {
		return err
	}
	return s.streamCSV(c, "audit-log", func(line func([]string) error) error { return s.auditLines(ctx, filter, line) })
}

// noteSeen writes down who looked at names or needs. A HEAD shows nothing.
func (s *Console) noteSeen(c *gin.Context, who member, action programme.AuditAction, which string) error {
	if c.Request.Method == http.MethodHead {
		return nil
	}
	return s.Store.NoteSeen(c.Request.Context(), who.actor(), action, which)
}

// auditLines hands over all lines that pass a filter, the newest first, however many they are.
func (s *Console) auditLines(ctx context.Context, filter programme.AuditFilter, line func([]string) error) error {
	if err := line([]string{"id", "at_utc", "actor", "action", "subject", "detail", "reason"}); err != nil {
		return err
	}
	for before := int64(0); ; {
		list, next, err := s.Store.AuditLog(ctx, filter, before, auditAtATime)
		if err != nil {
			return err
		}
		for _, e := range list {
			err := line([]string{strconv.FormatInt(e.ID, 10), e.At.UTC().Format(time.RFC3339), e.Actor, string(e.Action), e.Subject, e.Detail, e.Reason})
			if err != nil {
				return err
			}
		}
		if before = next; next == 0 {
			return nil
		}
	}
}
