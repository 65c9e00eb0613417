package console

import (
	"net/http"
	"net/url"
	"strconv"
	"strings"

	"fairlead/programme"

	"github.com/gin-gonic/gin"
)

const (
	ledgerAPage  = 100
	historyAPage = 100
	tasksShown   = 20
)

// journeyPage is one participation.
type journeyPage struct {
	frame
	Audit     string // address of what the audit log has of it, empty for who may not see that
	Facts     []fact
	Leader    []fact
	Assistant []fact
	Line      *linePicture // nil where no stage has dates
	Stages    []stageRow
	Places    []eventRow
	Ledger    []ledgerRow
	// Addresses of the first page of either list, set on a later one, and of the next.
	LedgerStart, LedgerNext string
	Moves                   []moveRow
	MovesStart, MovesNext   string
	Tasks                   []taskRow
	TasksMore               *way
	Commands                []commandRow
	Notes                   string // address of the notes, empty where the member may not see them
}

// TaskList is the page's list of tasks.
func (p *journeyPage) TaskList() taskList { return taskList{p.Personal, p.Tasks} }

// stageRow is a stage of the journey.
type stageRow struct {
	Title    string
	State    string
	WaitsOn  string
	Since    string
	Opens    string
	Due      string
	Limit    string
	Overdue  bool
	Parked   string
	Outcome  string
	Temporal string
}

// eventRow is the leader's place at one event.
type eventRow struct {
	Title string
	Name  string // of the sitting
	Href  string
	When  string
	Where string
	State string
	Note  string
}

// moveRow is one line of the history.
type moveRow struct {
	At     string
	Stage  string
	From   string
	To     string
	What   string
	Actor  string
	Reason string
	Note   string
}

// showJourney is GET /console/journeys/{ref}.
func (s *Console) showJourney(c *gin.Context, who member) error {
	ref := c.Param("ref")
	if !reference.MatchString(ref) {
		return programme.ErrNotFound
	}
	ctx, mails := c.Request.Context(), c.Query("mails")
	after, err := number(c.Query("history"))
	if err != nil {
		return err
	}
	j, err := s.Store.Journey(ctx, ref)
	if err != nil {
		return err
	}
	places, err := s.Store.Places(ctx, ref)
	if err != nil {
		return err
	}
	ledger, ledgerNext, err := s.Store.Messages(ctx, ref, mails, ledgerAPage)
	if err != nil {
		return err
	}
	moves, movesNext, err := s.Store.Moves(ctx, ref, after, historyAPage)
	if err != nil {
		return err
	}
	tasks, tasksNext, err := s.Store.Tasks(ctx, programme.TaskFilter{Ref: ref, Open: true}, 0, tasksShown)
	if err != nil {
		return err
	}
	page := journeyPage{frame: s.frame(c, who, "Journey "+ref), Facts: s.journeyFacts(j), Commands: commandsOf(j, who)}
	page.Back = &way{Text: "Cohort " + j.Cohort, Href: cohortPath(j.Cohort)}
	if page.Admin {
		page.Audit = auditOf(ref)
	}
	if who.personal() {
		page.Leader, page.Assistant, page.Notes = leaderFacts(j), assistantFacts(j), notesPath(ref)
	}
	page.Line = onLine(j.Stages, s.Store.Now(ctx))
	titles := map[string]string{}
	for _, stage := range j.Stages {
		titles[stage.Name] = titleOf(stage)
		page.Stages = append(page.Stages, s.stageRow(j, stage))
	}
	for _, place := range places {
		page.Places = append(page.Places, eventRow{Title: place.Title, Name: place.Sitting.Name, Href: sittingPath(place.Sitting), When: span(place.Sitting.Starts, place.Sitting.Ends),
			Where: place.Sitting.Where(), State: word(place.State), Note: placeNote(place)})
	}
	for _, m := range ledger {
		page.Ledger = append(page.Ledger, ledgerRowOf(m, titles))
	}
	page.Moves = moveRows(moves, titles, who)
	for _, t := range tasks {
		page.Tasks = append(page.Tasks, taskRowOf(t, titles[t.Stage], who))
	}
	if tasksNext != 0 {
		page.TasksMore = &way{Text: "All open tasks of this cohort", Href: tasksPath + "?cohort=" + url.QueryEscape(j.Cohort)}
	}
	page.LedgerStart, page.LedgerNext = page.lists(ref, "mails", ledgerNext)
	further := ""
	if movesNext != 0 {
		further = strconv.FormatInt(movesNext, 10)
	}
	page.MovesStart, page.MovesNext = page.lists(ref, "history", further)
	return s.render(c, http.StatusOK, "journey.html", &page)
}

// lists are the addresses of the first and the next page of one of the lists of a journey, while the other stays where it
// is.
func (p *journeyPage) lists(ref, list, next string) (start, further string) {
	query := url.Values{}
	for _, known := range []string{"mails", "mails-back", "history", "history-back"} {
		if values := p.asked[known]; len(values) > 0 && known != list && known != list+"-back" {
			query[known] = values
		}
	}
	if p.asked.Get(list) != "" {
		start = strings.TrimSuffix(journeyPath(ref)+"?"+query.Encode(), "?") + "#" + list
	}
	if next != "" {
		query.Set(list, next)
		further = journeyPath(ref) + "?" + query.Encode() + "#" + list
	}
	return start, further
}

func (s *Console) journeyFacts(j programme.Journey) []fact {
	priority := ""
	if j.Priority > 0 {
		priority = strconv.Itoa(j.Priority)
	}
	lines := []fact{{Key: "State", Text: word(j.State)}, {Key: "On hold since", Text: moment(j.HeldFrom)},
		{Key: "Returns to", Text: word(j.HeldState)}, {Key: "Parked", Text: word(j.Attention)},
		{Key: "Nothing is sent to the leader's address", Text: word(j.Person.Suppressed)},
		{Key: "Nothing is sent to the leader's private address", Text: word(j.Person.PrivateSuppressed)},
		{Key: "Turned surveys after the year off", Text: moment(j.Person.Unsubscribed)},
		{Key: "Order of invitation", Text: priority}, {Key: "Group", Text: j.Group}}
	if j.Continues != "" {
		lines = append(lines, fact{Key: "Continues", Way: &way{Text: j.Continues, Href: journeyPath(j.Continues)}})
	}
	if u := s.temporalURL(programme.JourneyID(j.Cohort, j.Ref)); u != "" && j.Started {
		lines = append(lines, fact{Key: "Workflow", Way: &way{Text: "Temporal UI", Href: u, Hidden: "of the journey"}})
	}
	return facts(lines...)
}

func leaderFacts(j programme.Journey) []fact {
	return facts(fact{Key: "Name", Text: nameOf(j.Person)}, fact{Key: "Email", Text: j.Person.Email}, fact{Key: "Telephone", Text: j.Person.Phone},
		fact{Key: "Post", Text: j.Role.JobTitle}, fact{Key: "Organisation", Text: j.Role.Organisation}, fact{Key: "Sector", Text: j.Role.Sector},
		fact{Key: "Region", Text: j.Role.Region}, fact{Key: "In post since", Text: j.Role.RoleStarted})
}

func assistantFacts(j programme.Journey) []fact {
	if j.Assistant == nil {
		return nil
	}
	may := "Nothing"
	if j.AssistantMay != programme.AssistantNothing {
		may = word(j.AssistantMay)
	}
	return facts(fact{Key: "Name", Text: nameOf(*j.Assistant)}, fact{Key: "Email", Text: j.Assistant.Email},
		fact{Key: "Telephone", Text: j.Assistant.Phone}, fact{Key: "May see and fill in", Text: may},
		fact{Key: "Nothing is sent to the address", Text: word(j.Assistant.Suppressed)})
}

func (s *Console) stageRow(j programme.Journey, stage programme.Stage) stageRow {
	row := stageRow{Title: titleOf(stage), State: word(stage.State), Opens: moment(stage.OpensAt), Due: moment(stage.Due), Limit: moment(stage.Limit),
		Parked: word(stage.Attention), Outcome: word(stage.Outcome)}
	if stage.State == programme.StageOpen {
		row.WaitsOn, row.Since, row.Overdue = word(stage.WaitingOn), moment(stage.Since), stage.Overdue
	}
	if stage.Round > 1 {
		row.State += ", round " + strconv.Itoa(stage.Round)
	}
	if j.HasWorkflow(stage) {
		row.Temporal = s.temporalURL(programme.StageID(j.Cohort, j.Ref, stage.Name))
	}
	return row
}

// moveRows are the lines of the history. Stages that one and the same thing moved alike, as the end of a journey cancels all
// that is ahead, share a line.
func moveRows(moves []programme.Move, titles map[string]string, who member) []moveRow {
	var rows []moveRow
	for n, m := range moves {
		row := moveRowOf(m, titles, who)
		if n > 0 && m.Stage != "" && moves[n-1].Stage != "" && m.At.Equal(moves[n-1].At) {
			last := &rows[len(rows)-1]
			if alike := (moveRow{At: last.At, Stage: row.Stage, From: last.From, To: last.To, What: last.What, Actor: last.Actor, Reason: last.Reason, Note: last.Note}); alike == row {
				last.Stage += ", " + row.Stage
				continue
			}
		}
		rows = append(rows, row)
	}
	return rows
}

func moveRowOf(m programme.Move, titles map[string]string, who member) moveRow {
	row := moveRow{At: moment(m.At), Stage: titles[m.Stage], From: word(m.From), To: word(m.To), What: word(m.What), Actor: m.Actor, Reason: word(m.Reason)}
	if row.Stage == "" {
		row.Stage = word(m.Stage)
	}
	if m.From == m.To && (m.Stage != "" || m.What != "") {
		row.From, row.To = "", "" // nothing moved: what was done is said beside it
	}
	if who.personal() {
		row.Note = m.Note
	}
	return row
}

// number is a cursor that counts; empty is the beginning.
func number(text string) (int64, error) {
	if text == "" {
		return 0, nil
	}
	n, err := strconv.ParseInt(text, 10, 64)
	if err != nil || n < 0 {
		return 0, programme.Refuse("after", "This is no page of this list.")
	}
	return n, nil
}
