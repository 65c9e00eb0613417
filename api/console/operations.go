package console

import (
	"net/http"
	"net/url"
	"strings"

	"fairlead/programme"

	"github.com/gin-gonic/gin"
)

const (
	operationsPath = "/console/operations"
	parkedAPage    = 50
)

// operationsPage is what is parked and what is stuck, with the way to free it.
type operationsPage struct {
	frame
	Parked []parkedRow
	Late   []lateRow
	Views  []View // into the Temporal UI
	Next   string
	Start  string
}

type parkedRow struct {
	Ref, Href, Cohort, Stage, What, Frees, Runbook, Since, Temporal string
}

type lateRow struct {
	What, Means, Count string
	Refs               []way
}

// frees is what frees something that is parked, by its code; docs/runbooks has a page for each.
var frees = map[string]string{
	"mail_refused":     "Find the right address and order correct; where their server is mended, retry.",
	"mail_undelivered": "See that the mail server takes mail again, then order retry.",
	"mail_unfit":       "A fault of the program: deploy a version that can write the mail, then order retry.",
	"activity_failed":  "See that the database answers, then order retry.",
	"stage_lost":       "Order retry with the stage’s name: it goes on where the records stand. Or skip it.",
}

// means says what is late, and what helps.
var means = map[string][2]string{
	programme.LateLimit:     {"Limits that have passed", "The workflows of these journeys do not move: see whether a worker runs, and whether Temporal answers."},
	programme.LateMail:      {"Mails that should have gone", "Nothing has claimed them: see whether a worker runs, and whether the mail server takes mail."},
	programme.LateSignal:    {"Answers and orders on their way", "They are kept, and have not reached their workflows: see whether Temporal answers."},
	programme.LateOperation: {"Bulk work that goes on for more than a day", "The next round of the cohort’s workflow takes it up again: see whether a worker runs."},
}

// showOperations is GET /console/operations.
func (s *Console) showOperations(c *gin.Context, who member) error {
	ctx, after := c.Request.Context(), c.Query("after")
	parked, next, err := s.Store.Parked(ctx, after, parkedAPage)
	if err != nil {
		return err
	}
	late, err := s.Store.Late(ctx)
	if err != nil {
		return err
	}
	page := operationsPage{frame: s.frame(c, who, "Operations"), Views: s.Views}
	for _, p := range parked {
		row := parkedRow{Ref: p.Ref, Href: journeyPath(p.Ref), Cohort: p.Cohort, Stage: or(word(p.Stage), "The journey itself"), What: word(p.Code),
			Frees: or(frees[p.Code], "See the journey in the Temporal UI."), Runbook: s.runbook(p.Code), Since: moment(p.Since)}
		row.Temporal = s.temporalURL(workflowOf(p.Cohort, p.Ref, p.Stage))
		page.Parked = append(page.Parked, row)
	}
	for _, l := range late {
		row := lateRow{What: means[l.What][0], Means: means[l.What][1], Count: atLeast(min(l.Count, len(l.Refs)), l.Count > len(l.Refs))}
		for _, ref := range l.Refs {
			row.Refs = append(row.Refs, s.lateWay(ref))
		}
		page.Late = append(page.Late, row)
	}
	if next != "" {
		page.Next = operationsPath + "?" + url.Values{"after": {next}}.Encode()
	}
	if after != "" {
		page.Start = operationsPath
	}
	return s.render(c, http.StatusOK, "operations.html", &page)
}

// runbook is the address of the page about what is parked under a code; empty where runbooks are nowhere to be read.
func (s *Console) runbook(code string) string {
	if s.RunbookURL == "" {
		return ""
	}
	return s.RunbookURL + "/parked-" + strings.ReplaceAll(code, "_", "-")
}

// workflowOf is the id of the workflow of a journey, or of a stage of it.
func workflowOf(cohort, ref, stage string) string {
	if stage == "" {
		return programme.JourneyID(cohort, ref)
	}
	return programme.StageID(cohort, ref, stage)
}

// lateWay leads to a journey by its reference, and to a workflow by its id.
func (s *Console) lateWay(name string) way {
	switch {
	case reference.MatchString(name):
		return way{Text: name, Href: journeyPath(name)}
	case strings.Contains(name, "/"):
		return way{Text: name, Href: s.temporalURL(name)}
	}
	return way{Text: name}
}
