package console

import (
	"net/url"

	"fairlead/programme"

	"github.com/gin-gonic/gin"
)

// bulkKind is the kind of the operation that a bulk order is.
const bulkKind = "bulk"

// operationRow is what became of a bulk order for one journey.
type operationRow struct{ Ref, Href, Name, What string }

const resultsAPage = 50

// results adds to an operation's page what became of each journey, where the operation is a bulk order.
func (s *Console) results(c *gin.Context, who member, op programme.Operation, page *operationPage) error {
	after := c.Query("after")
	if op.Kind != bulkKind {
		return nil
	}
	if after != "" && !reference.MatchString(after) {
		return programme.ErrNotFound
	}
	lines, next, err := s.Store.BulkLines(c.Request.Context(), op.ID, after, resultsAPage)
	if err != nil {
		return err
	}
	for _, line := range lines {
		row := operationRow{Ref: line.Ref, Href: journeyPath(line.Ref), What: resultOf(line)}
		if who.personal() {
			row.Name = line.Name
		}
		page.Rows = append(page.Rows, row)
	}
	if next != "" {
		page.Next = operationPath(op.Cohort, op.ID) + "?" + url.Values{"after": {next}}.Encode()
	}
	if after != "" {
		page.Start = operationPath(op.Cohort, op.ID)
	}
	return nil
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
	case line.State == programme.CommandRefused:
		return "Not possible: " + line.Why
	}
	return "Failed: " + line.Why
}
