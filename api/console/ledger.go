package console

import (
	"net/http"
	"net/url"
	"slices"
	"strings"

	"fairlead/programme"

	"github.com/gin-gonic/gin"
)

// mailsAPage keeps a page of the ledger within what one may weigh.
const mailsAPage = 50

// ledgerPath is the ledger of a cohort.
func ledgerPath(cohort string) string { return cohortPath(cohort) + "/ledger" }

// messageStates are what can become of a line, in the order staff read them.
var messageStates = []programme.MessageState{programme.MessagePlanned, programme.MessageSending, programme.MessageSent, programme.MessageMerged,
	programme.MessageNotSent, programme.MessagePerhapsSent, programme.MessageFailed}

// ledgerPage is the mail of a whole cohort: sent, planned, and not sent, with the reason.
type ledgerPage struct {
	frame
	Action  string
	Selects []choice
	Dates   []dateBox
	Ref     dateBox
	Rows    []ledgerLine
	Any     bool
	Next    string
	Start   string
}

// ledgerLine is a line of the ledger with whose journey it belongs to.
type ledgerLine struct {
	ledgerRow
	Ref     string
	Journey string
}

// choice is a list to choose from in a filter.
type choice struct {
	Name, Label, Wrong string
	From               []option
}

// dateBox is one line to type in a filter.
type dateBox struct{ Name, Label, Hint, Value, Wrong string }

// showLedger is GET /console/cohorts/{cohort}/ledger.
func (s *Console) showLedger(c *gin.Context, who member) error {
	name := c.Param("cohort")
	if !cohortName.MatchString(name) {
		return programme.ErrNotFound
	}
	ctx := c.Request.Context()
	if _, err := s.Store.Cohort(ctx, name); err != nil {
		return err
	}
	page := ledgerPage{frame: s.frame(c, who, "Mails of "+name), Action: ledgerPath(name)}
	page.Back = &way{Text: "Cohort " + name, Href: cohortPath(name)}
	filter, query := s.ledgerFilter(c, &page)
	filter.Cohort = name
	if len(page.Faults) > 0 {
		return s.render(c, http.StatusUnprocessableEntity, "ledger.html", &page)
	}
	after := c.Query("after")
	list, next, err := s.Store.Ledger(ctx, filter, after, mailsAPage)
	if err != nil {
		return err
	}
	for _, m := range list {
		line := ledgerLine{ledgerRow: ledgerRowOf(m, nil), Ref: m.Ref, Journey: journeyPath(m.Ref)}
		if m.Ref == "" {
			line.Href = "" // a mail to staff about a cohort has no journey to be shown beneath
		}
		page.Rows = append(page.Rows, line)
	}
	page.Any = len(query) > 0
	if after != "" {
		page.Start = strings.TrimSuffix(page.Action+"?"+query.Encode(), "?")
	}
	if next != "" {
		query.Set("after", next)
		page.Next = page.Action + "?" + query.Encode()
	}
	return s.render(c, http.StatusOK, "ledger.html", &page)
}

// ledgerFilter reads the filter from the address and shows it again; what is not understood is a fault.
func (s *Console) ledgerFilter(c *gin.Context, page *ledgerPage) (filter programme.LedgerFilter, query url.Values) {
	query = url.Values{}
	field := func(name string) string {
		value := strings.TrimSpace(c.Query(name))
		if value != "" {
			query.Set(name, value)
		}
		return value
	}
	pick := func(name, label string, values []string) string {
		value, one := field(name), choice{Name: name, Label: label}
		for _, v := range values {
			one.From = append(one.From, option{Value: v, Label: word(v), Selected: v == value})
		}
		if value != "" && !slices.Contains(values, value) {
			one.Wrong = "Choose one of the list"
			page.refused([]programme.Fault{{Field: name, Text: one.Wrong}})
		}
		page.Selects = append(page.Selects, one)
		return value
	}
	states := make([]string, len(messageStates))
	for i, state := range messageStates {
		states[i] = string(state)
	}
	filter.Message = pick("message", "Message", s.Messages)
	filter.State = programme.MessageState(pick("state", "What became of it", states))
	filter.Reason = pick("reason", "Why it was not sent, or waits", append(programme.NotSentReasons(), programme.WaitsForLink, programme.WaitsForVenue, programme.WaitsForCoach))
	page.Ref = dateBox{Name: "ref", Label: "Reference", Hint: "A whole one, like P-7F3K2Q.", Value: strings.ToUpper(field("ref"))}
	if filter.Ref = page.Ref.Value; filter.Ref != "" && !reference.MatchString(filter.Ref) {
		page.Ref.Wrong = "Write a whole reference, like P-7F3K2Q"
		page.refused([]programme.Fault{{Field: "ref", Text: page.Ref.Wrong}})
	}
	for n, box := range []dateBox{{Name: "from", Label: "From the day"}, {Name: "to", Label: "To the day"}} {
		box.Hint, box.Value = "Like 11 2 2027.", field(box.Name)
		if date, err := readDay(box.Value); box.Value != "" && err != nil {
			box.Wrong = "Write a day, " + dayHint
			page.refused([]programme.Fault{{Field: box.Name, Text: box.Wrong}})
		} else if box.Value != "" && n == 0 {
			filter.From = date.At(0, 0)
		} else if box.Value != "" {
			filter.To = date.AddDays(1).At(0, 0)
		}
		page.Dates = append(page.Dates, box)
	}
	return filter, query
}
