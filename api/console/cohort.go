package console

import (
	"maps"
	"net/http"
	"slices"
	"strconv"

	"fairlead/programme"

	"github.com/gin-gonic/gin"
)

const journeysAPage = 50

// cohortPage is one cohort: what it is, its counts, and its journeys.
type cohortPage struct {
	frame
	Name       string
	Facts      []fact
	Events     string // address of the cohort's events
	Figures    string // address of the cohort's figures
	Coached    bool   // its year has coaching
	States     []countLink
	StageHeads []string
	Stages     []stageCounts
	Stretches  stagesPicture
	Filter     journeyFilter
	CSV        string // address of the list as a spreadsheet, empty where the member may not take names away
	Bulk       string // address where many are ordered something at once
	Rows       []journeyRow
	Next       string
	Start      string // address of the first page of the list, set on a later one
}

// stageCounts is a row of the table of stages: how many journeys have the stage in each state.
type stageCounts struct {
	Title string
	Cells []countLink
}

// stageStates are the columns of that table.
var stageStates = []programme.StageState{programme.StageNotOpen, programme.StageOpen, programme.StageDone, programme.StageLapsed,
	programme.StageSkipped, programme.StageCancelled}

// showCohort is GET /console/cohorts/{cohort}.
func (s *Console) showCohort(c *gin.Context, who member) error {
	page, err := s.cohortPage(c, who)
	if err != nil {
		return err
	}
	if page.refused(page.Filter.faults); len(page.Faults) > 0 {
		return s.render(c, http.StatusUnprocessableEntity, "cohort.html", page)
	}
	list, next, err := s.Store.Journeys(c.Request.Context(), page.Filter.wanted(page.Name), page.Filter.After, journeysAPage)
	if err != nil {
		return err
	}
	for _, j := range list {
		page.Rows = append(page.Rows, page.Filter.rowOf(j))
	}
	if next != "" {
		page.Next = page.Filter.address(next)
	}
	if page.Filter.After != "" {
		page.Start = page.Filter.address("")
	}
	if who.personal() && len(page.Rows) > 0 {
		page.CSV, page.Bulk = page.Filter.with(cohortPath(page.Name)+"/journeys.csv"), page.Filter.with(bulkPath(page.Name))
	}
	return s.render(c, http.StatusOK, "cohort.html", page)
}

// cohortPage is the page of the cohort in the address, without its list of journeys.
func (s *Console) cohortPage(c *gin.Context, who member) (*cohortPage, error) {
	name := c.Param("cohort")
	if !cohortName.MatchString(name) {
		return nil, programme.ErrNotFound
	}
	ctx := c.Request.Context()
	cohort, err := s.Store.Cohort(ctx, name)
	if err != nil {
		return nil, err
	}
	counts, err := s.Store.CohortCounts(ctx, name)
	if err != nil {
		return nil, err
	}
	stages := s.stagesOf(cohort, counts)
	page := &cohortPage{frame: s.frame(c, who, "Cohort "+name), Name: name, Events: eventsPath(name), Figures: figuresPath(name), Facts: s.cohortFacts(cohort, counts),
		States: stateLinks(name, counts)}
	if page.Filter, err = s.readFilter(c, name, stages, who.personal()); err != nil {
		return nil, err
	}
	page.Back = &way{Text: "All cohorts", Href: cohortsPath}
	page.Coached = s.coached(cohort)
	page.Facts = append(page.Facts, facts(fact{Key: "Owner", Text: cohort.Owner}, fact{Key: "Deputy", Text: cohort.Deputy},
		fact{Key: "Contact in mails", Text: cohort.Contact}, fact{Key: "Mails", Way: &way{Text: or(mailCounts(counts), "None yet"), Href: ledgerPath(name), Hidden: "in the ledger"}})...)
	if cohort.Route == programme.RouteApplication && who.personal() {
		page.Facts = append(page.Facts, fact{Key: "Applications", Way: &way{Text: "Read, decide and release", Href: applicationsPath(name)}})
	}
	for _, state := range stageStates {
		page.StageHeads = append(page.StageHeads, word(state))
	}
	for _, stage := range stages {
		row := stageCounts{Title: stage.Label}
		for _, state := range stageStates {
			cell := countLink{Text: strconv.Itoa(counts.ByStage[stage.Value][state]), Label: stage.Label}
			if state == programme.StageOpen {
				cell.Href = cohortPath(name) + "?stage=" + stage.Value + "#journeys"
			}
			row.Cells = append(row.Cells, cell)
		}
		page.Stages = append(page.Stages, row)
	}
	page.Stretches = stretches(stages, counts)
	return page, nil
}

// coached reports whether a cohort's year has coaching.
func (s *Console) coached(c programme.Cohort) bool {
	b, err := s.Blueprints(c.Blueprint)
	return err == nil && slices.ContainsFunc(b.Stages, func(stage programme.BlueprintStage) bool { return stage.Kind == programme.KindCoaching })
}

// stagesOf are the cohort's stages in the blueprint's order; those it does not know, or all where it is not known itself,
// follow by name.
func (s *Console) stagesOf(c programme.Cohort, counts programme.CohortCounts) []option {
	var list []option
	named := map[string]bool{}
	if b, err := s.Blueprints(c.Blueprint); err == nil {
		for _, stage := range b.In(c).Stages {
			list = append(list, option{Value: stage.Name, Label: stage.Title})
			named[stage.Name] = true
		}
	}
	for _, name := range slices.Sorted(maps.Keys(counts.ByStage)) {
		if !named[name] {
			list = append(list, option{Value: name, Label: word(name)})
		}
	}
	return list
}

// mailCounts are the lines of the ledger in words: "12 sent, 3 planned".
func mailCounts(counts programme.CohortCounts) string {
	text := ""
	for _, state := range []programme.MessageState{programme.MessageSent, programme.MessageMerged, programme.MessagePlanned, programme.MessageSending,
		programme.MessageNotSent, programme.MessagePerhapsSent, programme.MessageFailed} {
		if n := counts.Mails[state]; n > 0 {
			if text != "" {
				text += ", "
			}
			text += strconv.Itoa(n) + " " + lower(word(state))
		}
	}
	return text
}
