package console

import (
	"net/http"
	"time"

	"fairlead/programme"

	"github.com/gin-gonic/gin"
)

// previewPage is what an order would do, in words.
type previewPage struct {
	Changed bool
	Facts   []fact
	Stages  []effectRow
	Mails   []mailChangeRow
	Reads   *programme.Rendered // what staff have written, as the leader will read it
}

// effectRow is something before and after.
type effectRow struct{ Title, Before, After string }

// mailChangeRow is a mail that would go, move or stop.
type mailChangeRow struct{ Message, To, At, What string }

func previewOf(p programme.Preview) *previewPage {
	page := &previewPage{Changed: p.Changed}
	if p.From != p.To {
		page.Facts = append(page.Facts, fact{Key: "The journey", Text: word(p.From) + " becomes " + lower(word(p.To))})
	}
	if p.From.HoldsPlace() && !p.To.HoldsPlace() {
		page.Facts = append(page.Facts, fact{Key: "The place", Text: "It comes free"})
	}
	if p.Coach != "" {
		page.Facts = append(page.Facts, fact{Key: "Coach afterwards", Text: p.Coach})
	}
	for _, code := range p.Tasks {
		page.Facts = append(page.Facts, fact{Key: "A task for staff", Text: word(code)})
	}
	for _, change := range p.Stages {
		page.Stages = append(page.Stages, effectRow{titleOf(change.After), stageLineOf(change.Before), stageLineOf(change.After)})
	}
	for _, change := range p.Places {
		page.Stages = append(page.Stages, effectRow{change.Title + ", place", placeLineOf(change.Before), placeLineOf(change.After)})
	}
	for _, mail := range p.Mails {
		row := mailChangeRow{Message: word(mail.Message), To: word(mail.To), At: moment(mail.At), What: "Will go"}
		switch {
		case mail.Stops:
			row.What = "Will not go: " + lower(word(mail.Reason))
		case !mail.Was.IsZero():
			row.What = "Moves from " + moment(mail.Was)
		}
		page.Mails = append(page.Mails, row)
	}
	return page
}

// asItReads is the mail that staff are about to write to a leader, as it will read; nil where the order is another.
func (s *Console) asItReads(order programme.Command, j programme.Journey, cohort programme.Cohort) (*programme.Rendered, error) {
	if order.Name != programme.CmdWrite {
		return nil, nil
	}
	job := s.Sample(programme.MsgTeamMessage)
	job.To, job.Ref, job.Cohort, job.Signatory, job.Contact = j.Person, j.Ref, cohort.Name, cohort.Signatory, cohort.Contact
	job.Items[0].Title, job.Items[0].Opening = order.Subject, order.Text
	mail, err := s.Compose(job)
	return &mail, err
}

// stageLineOf is a stage in a few words: its state with its dates.
func stageLineOf(s programme.Stage) string {
	line := word(s.State)
	dated := func(name string, at time.Time) {
		if !at.IsZero() {
			line += "; " + name + " " + moment(at)
		}
	}
	switch s.State {
	case programme.StageNotOpen:
		dated("opens", s.OpensAt)
		dated("due", s.Due)
	case programme.StageOpen:
		dated("due", s.Due)
		dated("limit", s.Limit)
	}
	if s.Attention != "" {
		line += "; parked: " + lower(word(s.Attention))
	}
	return line
}

func placeLineOf(p programme.Place) string {
	line := placeWord(p.State)
	if p.State != programme.PlaceReleased && !p.Sitting.Starts.IsZero() {
		line += "; " + span(p.Sitting.Starts, p.Sitting.Ends)
	}
	if p.CatchUp {
		line += "; catch-up"
	}
	if costs := costsWord(p.Costs); costs != "" {
		line += "; " + lower(costs)
	}
	return line
}

// orderedPage says that a command was given, and what happens next.
type orderedPage struct {
	frame
	Panel   string
	Pending bool
	Refused string
	Facts   []fact
	Next    string
	Ways    []way
}

// showOrdered is GET /console/journeys/{ref}/ordered/{order}: what became of a command. One whose effect held already was
// never written down.
func (s *Console) showOrdered(c *gin.Context, who member) error {
	ref, id := c.Param("ref"), c.Param("order")
	name := programme.CommandName(c.Query("command"))
	words, known := orderPages[name]
	if !reference.MatchString(ref) || !givenID.MatchString(id) || !known {
		return programme.ErrNotFound
	}
	ctx := c.Request.Context()
	j, err := s.Store.Journey(ctx, ref)
	if err != nil {
		return err
	}
	page := orderedPage{frame: s.frame(c, who, words.title+": "+ref), Panel: words.done, Next: words.next,
		Facts: []fact{{Key: "State of the journey", Text: word(j.State)}}}
	page.Back = &way{Text: "Journey " + ref, Href: journeyPath(ref)}
	page.Ways = []way{{Text: "The journey", Href: journeyPath(ref)}, {Text: "Its mails, sent and planned", Href: journeyPath(ref) + "#mails"},
		{Text: "Its history", Href: journeyPath(ref) + "#history"}, {Text: "The cohort " + j.Cohort, Href: cohortPath(j.Cohort)}}
	given, err := s.Store.Command(ctx, id)
	switch {
	case isNotFound(err):
		page.Panel, page.Next = "It was so already: nothing was changed", ""
	case err != nil:
		return err
	case given.Ref != ref || given.Name != name:
		return programme.ErrNotFound
	case given.State == programme.CommandRecorded:
		page.Pending = true
	case given.State != programme.CommandApplied || given.Outcome == nil:
		page.Refused = "It was not done: the journey had moved on. Look at it and order again."
	case !given.Outcome.Changed:
		page.Panel, page.Next = "It was so already: nothing was changed", ""
	case given.Outcome.Into != "":
		page.Facts = append(page.Facts, fact{Key: "Goes on as", Way: &way{Text: given.Outcome.Into, Href: journeyPath(given.Outcome.Into)}})
	}
	return s.render(c, http.StatusOK, "ordered.html", &page)
}
