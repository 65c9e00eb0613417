package console

import (
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"

	"fairlead/programme"

	"github.com/gin-gonic/gin"
)

const (
	tasksAPage   = 50
	cohortChoice = 200 // cohorts offered in the filter: a century of them
)

// tasksPage lists what waits on staff.
type tasksPage struct {
	frame
	Cohort      string
	CohortError string
	Mine        bool // only those of whoever looks
	Cohorts     []option
	Rows        []taskRow
	Next        string
	Start       string // address of the first page, set on a later one
	Done        string // number of the task that was just finished
	MayFinish   bool
}

// taskRow is a task in a list.
type taskRow struct {
	ID      int64
	Href    string
	What    string
	Cohort  string
	Ref     string
	Journey string // its address
	Leader  string // who may see names sees it
	Stage   string
	Owner   string
	Deputy  string
	Since   string
	Told    string // when the head of the centre was told
	Note    string
}

// mayFinish reports whether the member may say that a task is done.
func (m member) mayFinish() bool { return slices.Contains(coordinate, m.role) }

// taskRowOf shows a task; title is its stage's for people, where that is known.
func taskRowOf(t programme.Task, title string, who member) taskRow {
	row := taskRow{ID: t.ID, Href: taskPath(t.ID), What: taskWord(t), Cohort: t.Cohort, Ref: t.Ref, Stage: title, Owner: t.Owner, Deputy: t.Deputy,
		Since: moment(t.Opened), Told: moment(t.Escalated)}
	if row.Stage == "" {
		row.Stage = word(t.Stage)
	}
	if t.Ref != "" {
		row.Journey = journeyPath(t.Ref)
	}
	if t.IsRegister() {
		row.What += ", " + toBeNoted(t)
	}
	if who.personal() {
		row.Note, row.Leader = t.Note, t.Leader
	}
	return row
}

// toBeNoted says how many leaders are still to be noted on the register that a task is about.
func toBeNoted(t programme.Task) string {
	return strconv.Itoa(t.Left) + " of " + strconv.Itoa(t.Expected) + " still to be noted"
}

// taskWord says what a task is.
func taskWord(t programme.Task) string {
	if t.Sitting == "" {
		return word(t.Code)
	}
	return word(t.Code) + " of sitting " + t.Sitting
}

// taskList is a list of tasks as pages show it.
type taskList struct {
	Personal bool
	List     []taskRow
}

// TaskList is the page's list.
func (p *tasksPage) TaskList() taskList { return taskList{p.Personal, p.Rows} }

// showTasks is GET /console/tasks.
func (s *Console) showTasks(c *gin.Context, who member) error {
	ctx := c.Request.Context()
	after, err := number(c.Query("after"))
	if err != nil {
		return err
	}
	cohorts, _, err := s.Store.Cohorts(ctx, "", cohortChoice)
	if err != nil {
		return err
	}
	page := tasksPage{frame: s.frame(c, who, "Open tasks"), Cohort: c.Query("cohort"), Mine: c.Query("whose") == "mine", MayFinish: who.mayFinish()}
	known := page.Cohort == ""
	for _, cohort := range cohorts {
		chosen := cohort.Name == page.Cohort
		known = known || chosen
		page.Cohorts = append(page.Cohorts, option{Value: cohort.Name, Label: cohort.Name, Selected: chosen})
	}
	if !known {
		page.CohortError = "Choose a cohort of the list"
		page.refused([]programme.Fault{{Field: "cohort", Text: page.CohortError}})
		return s.render(c, http.StatusUnprocessableEntity, "tasks.html", &page)
	}
	filter := programme.TaskFilter{Cohort: page.Cohort, Open: true}
	if page.Mine {
		filter.Owner = who.name
	}
	list, next, err := s.Store.Tasks(ctx, filter, after, tasksAPage)
	if err != nil {
		return err
	}
	title := s.stageTitles(cohorts)
	for _, t := range list {
		page.Rows = append(page.Rows, taskRowOf(t, title(t.Cohort, t.Stage), who))
	}
	if next != 0 {
		page.Next = page.address("after", next)
	}
	if after != 0 {
		page.Start = page.address("", 0)
	}
	if done, err := number(c.Query("done")); err == nil && done > 0 {
		page.Done = strconv.FormatInt(done, 10)
	}
	return s.render(c, http.StatusOK, "tasks.html", &page)
}

// address is the list by its filter, with one number more.
func (p *tasksPage) address(key string, n int64) string {
	if !p.Mine {
		return tasksAddress(p.Cohort, key, n)
	}
	address := tasksAddress(p.Cohort, key, n)
	if strings.Contains(address, "?") {
		return address + "&whose=mine"
	}
	return address + "?whose=mine"
}

// tasksAddress is the list for a cohort, or for all, with one number more.
func tasksAddress(cohort, key string, n int64) string {
	query := url.Values{}
	if cohort != "" {
		query.Set("cohort", cohort)
	}
	if key != "" {
		query.Set(key, strconv.FormatInt(n, 10))
	}
	if len(query) == 0 {
		return tasksPath
	}
	return tasksPath + "?" + query.Encode()
}
