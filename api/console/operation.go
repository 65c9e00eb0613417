package console

import (
	"net/http"
	"net/url"
	"regexp"
	"strconv"

	"fairlead/programme"

	"github.com/gin-gonic/gin"
)

// operationPage is how far bulk work has come, with what became of it for each journey.
type operationPage struct {
	frame
	Facts       []fact
	Running     bool
	Past, Total int
	Rows        []operationRow
	Self        string
	Next        string
	Start       string
}

// operationRow is one journey of it.
type operationRow struct{ Ref, Href, Name, What string }

// operationID is how an operation is named in addresses: an order's id, or one the records made.
var operationID = regexp.MustCompile(`^[0-9a-z-]{8,64}$`)

const resultsAPage = 50

// showOperation is GET /console/operations/{operation}. It can be left and come back to.
func (s *Console) showOperation(c *gin.Context, who member) error {
	id, after, ctx := c.Param("operation"), c.Query("after"), c.Request.Context()
	if !operationID.MatchString(id) || after != "" && !reference.MatchString(after) {
		return programme.ErrNotFound
	}
	op, err := s.Store.Operation(ctx, id)
	if err != nil {
		return err
	}
	lines, next, err := s.Store.BulkLines(ctx, id, after, resultsAPage)
	if err != nil {
		return err
	}
	page := operationPage{frame: s.frame(c, who, "Progress of an order"), Running: op.State == "running", Past: op.Done + op.Failed, Total: op.Total, Self: operationPath(id)}
	page.Back = &way{Text: "Cohort " + op.Cohort, Href: cohortPath(op.Cohort)}
	page.Facts = facts(fact{Key: "State", Text: word(op.State)}, fact{Key: "Kind", Text: word(op.Kind)}, fact{Key: "Journeys", Text: strconv.Itoa(op.Total)},
		fact{Key: "Done", Text: strconv.Itoa(op.Done)}, fact{Key: "Refused", Text: strconv.Itoa(op.Failed)}, fact{Key: "Begun", Text: moment(op.Created)},
		fact{Key: "Finished", Text: moment(op.Finished)})
	for _, line := range lines {
		row := operationRow{Ref: line.Ref, Href: journeyPath(line.Ref), What: resultOf(line)}
		if who.personal() {
			row.Name = line.Name
		}
		page.Rows = append(page.Rows, row)
	}
	if next != "" {
		page.Next = operationPath(id) + "?" + url.Values{"after": {next}}.Encode()
	}
	if after != "" {
		page.Start = operationPath(id)
	}
	return s.render(c, http.StatusOK, "operation.html", &page)
}

// resultOf says what became of an order.
func resultOf(line programme.BulkLine) string {
	switch {
	case line.State == programme.CommandRecorded:
		return "Waits for its turn"
	case line.State == programme.CommandApplied && line.Changed:
		return "Done"
	case line.State == programme.CommandApplied:
		return "It was so already"
	}
	return "Not done: " + line.Why
}
