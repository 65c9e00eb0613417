package console

import (
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"time"

	"fairlead/programme"

	"github.com/gin-gonic/gin"
)

const (
	waitsAPage = 25
	tasksAtAll = 10 // of one's own, on the first page
)

// homePage is what staff see first: what is parked, their own tasks, who waits on whom, and what goes out.
type homePage struct {
	frame
	Parked    *way
	Mine      []taskRow
	MineMore  *way
	Owners    []option
	Cohorts   []option
	Waits     []waitRow
	Counted   string // how many wait in all, as words
	Next      string
	Start     string
	Days      []outDay
	Filtered  bool
	MayFinish bool
}

// TaskList is the page's list of tasks.
func (p *homePage) TaskList() taskList { return taskList{p.Personal, p.Mine} }

// waitRow is how many open stages of one name wait on the same kind of person in a cohort.
type waitRow struct {
	Stage, Cohort, On, Staff, Since, Href string
	CohortHref                            string
	Open, Overdue                         string
	Late                                  *way
}

// outDay is the scheduled mail of one day.
type outDay struct {
	Title string
	Rows  []outRow
}

type outRow struct{ Cohort, Message, Lines, People, Href string }

// showHome is GET /console.
func (s *Console) showHome(c *gin.Context, who member) error {
	ctx := c.Request.Context()
	from, err := number(c.Query("after"))
	if err != nil {
		return err
	}
	cohorts, _, err := s.Store.Cohorts(ctx, "", cohortChoice)
	if err != nil {
		return err
	}
	title := s.stageTitles(cohorts)
	waits, err := s.Store.Waits(ctx)
	if err != nil {
		return err
	}
	parked, more, err := s.Store.Parked(ctx, "", parkedAPage)
	if err != nil {
		return err
	}
	mine, mineMore, err := s.Store.Tasks(ctx, programme.TaskFilter{Owner: who.name, Open: true}, 0, tasksAtAll)
	if err != nil {
		return err
	}
	page := homePage{frame: s.frame(c, who, "Home"), MayFinish: who.mayFinish()}
	if len(parked) > 0 {
		page.Parked = &way{Text: atLeast(len(parked), more != "") + " parked", Href: operationsPath}
	}
	for _, task := range mine {
		page.Mine = append(page.Mine, taskRowOf(task, title(task.Cohort, task.Stage), who))
	}
	if mineMore != 0 {
		page.MineMore = &way{Text: "All your open tasks", Href: tasksPath + "?whose=mine"}
	}
	if !page.waits(c, waits, int(from), title) {
		return programme.ErrNotFound
	}
	today := programme.DateOf(s.Store.Now(ctx))
	for n, title := range []string{"Today", "Tomorrow"} {
		start, end := today.AddDays(n).At(0, 0), today.AddDays(n+1).At(0, 0)
		if n == 0 {
			start = time.Time{} // what should have gone yesterday goes today
		}
		out, err := s.Store.Outgoing(ctx, start, end)
		if err != nil {
			return err
		}
		page.Days = append(page.Days, dayOf(title, today.AddDays(n), out))
	}
	return s.render(c, http.StatusOK, "home.html", &page)
}

// waits shows a page of the waits that the filter leaves; false where the filter names what does not wait.
func (p *homePage) waits(c *gin.Context, all []programme.Wait, from int, title func(cohort, stage string) string) bool {
	cohort, owner := c.Query("cohort"), c.Query("owner")
	p.Filtered = cohort != "" || owner != ""
	var cohorts, owners []string
	var left []programme.Wait
	open, overdue := 0, 0
	for _, w := range all {
		cohorts, owners = append(cohorts, w.Cohort), append(owners, w.Staff)
		if (cohort == "" || w.Cohort == cohort) && (owner == "" || personKey(w.Staff) == owner) {
			left = append(left, w)
			open, overdue = open+w.Open, overdue+w.Overdue
		}
	}
	known := cohort == "" || slices.Contains(cohorts, cohort)
	p.Cohorts = choices(cohorts, cohort, func(name string) string { return name })
	p.Owners = choices(owners, owner, personKey)
	known = known && (owner == "" || slices.ContainsFunc(p.Owners, func(o option) bool { return o.Selected }))
	if !known || from > len(left) {
		return false
	}
	p.Counted = strconv.Itoa(open) + " open, " + strconv.Itoa(overdue) + " of them overdue"
	address := func(after int) string {
		query := url.Values{}
		for key, value := range map[string]string{"cohort": cohort, "owner": owner} {
			if value != "" {
				query.Set(key, value)
			}
		}
		if after > 0 {
			query.Set("after", strconv.Itoa(after))
		}
		return strings.TrimSuffix(home+"?"+query.Encode(), "?") + "#waits"
	}
	for _, w := range left[from:min(from+waitsAPage, len(left))] {
		p.Waits = append(p.Waits, waitRowOf(w, title(w.Cohort, w.Stage)))
	}
	if from+waitsAPage < len(left) {
		p.Next = address(from + waitsAPage)
	}
	if from > 0 {
		p.Start = address(0)
	}
	return true
}

func waitRowOf(w programme.Wait, title string) waitRow {
	filter := cohortPath(w.Cohort) + "?" + url.Values{"stage": {w.Stage}, "waiting_on": {string(w.On)}}.Encode()
	row := waitRow{Stage: title, Cohort: w.Cohort, CohortHref: cohortPath(w.Cohort), On: word(w.On), Staff: shortName(w.Staff), Since: moment(w.Since),
		Href: filter + "#journeys", Open: strconv.Itoa(w.Open), Overdue: strconv.Itoa(w.Overdue)}
	if w.Overdue > 0 {
		row.Late = &way{Text: row.Overdue, Href: filter + "&overdue=true#journeys", Hidden: "overdue at " + row.Stage + " in " + w.Cohort}
	}
	return row
}

// choices are the different names in their order, as a list to choose from.
func choices(names []string, chosen string, key func(string) string) []option {
	var list []option
	for _, name := range slices.Compact(slices.Sorted(slices.Values(names))) {
		list = append(list, option{Value: key(name), Label: shortName(name), Selected: key(name) == chosen})
	}
	return list
}

// dayOf is the mail of a day by cohort and message, with the way to its lines in the ledger.
func dayOf(title string, date programme.Date, out []programme.Outgoing) outDay {
	show := outDay{Title: title + ", " + day(date)}
	for _, o := range out {
		query := url.Values{"message": {o.Message}, "state": {string(programme.MessagePlanned)}, "to": {date.String()}}
		show.Rows = append(show.Rows, outRow{Cohort: o.Cohort, Message: word(o.Message), Lines: strconv.Itoa(o.Lines), People: strconv.Itoa(o.People),
			Href: ledgerPath(o.Cohort) + "?" + query.Encode()})
	}
	return show
}
