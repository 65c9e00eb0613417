package console

import (
	"net/http"
	"net/url"
	"regexp"
	"strconv"

	"fairlead/programme"

	"github.com/gin-gonic/gin"
)

var (
	stageName   = regexp.MustCompile(`^[a-z0-9][a-z0-9-]{0,59}$`)
	sittingName = regexp.MustCompile(`^[a-z0-9][a-z0-9-]{0,39}$`)
)

// eventsPage lists a cohort's events with their sittings.
type eventsPage struct {
	frame
	Events []eventRows
	Next   string
	Start  string // address of the first page, set on a later one
}

// eventRows is one event with its sittings.
type eventRows struct {
	Title string
	Rows  []sittingRow
}

// sittingRow is a sitting in the list.
type sittingRow struct {
	Name     string
	Href     string
	Group    string
	When     string
	Where    string
	Places   string
	Flag     string // what staff should look at, or empty
	Register string // address of its register, empty where the member may not take it
}

func eventsPath(cohort string) string { return cohortPath(cohort) + "/events" }

func sittingPath(s programme.Sitting) string {
	return eventsPath(s.Cohort) + "/" + s.Stage + "/" + s.Name
}

// showEvents is GET /console/cohorts/{cohort}/events.
func (s *Console) showEvents(c *gin.Context, who member) error {
	name := c.Param("cohort")
	if !cohortName.MatchString(name) {
		return programme.ErrNotFound
	}
	ctx := c.Request.Context()
	cohort, err := s.Store.Cohort(ctx, name)
	if err != nil {
		return err
	}
	sittings, err := s.Store.Sittings(ctx, name)
	if err != nil {
		return err
	}
	page := eventsPage{frame: s.frame(c, who, "Events of "+name)}
	page.Back = &way{Text: "Cohort " + name, Href: cohortPath(name)}
	listed, next := programme.Page(sittings, programme.SittingPositions(sittings), c.Query("after"), linesAPage)
	page.Start, page.Next = pageLinks(eventsPath(name), c.Query("after"), next)
	at := map[string]int{}
	for _, sitting := range listed {
		i, known := at[sitting.Stage]
		if !known {
			i = len(page.Events)
			at[sitting.Stage] = i
			page.Events = append(page.Events, eventRows{Title: s.eventTitle(cohort, sitting.Stage)})
		}
		page.Events[i].Rows = append(page.Events[i].Rows, sittingRowOf(sitting, who))
	}
	return s.render(c, http.StatusOK, "events.html", &page)
}

// linesAPage is how many lines a page of a cohort's list has.
const linesAPage = 50

// pageLinks are the addresses of a list's first page, empty on that, and of its next, empty on the last.
func pageLinks(path, after, next string) (start, further string) {
	if after != "" {
		start = path
	}
	if next != "" {
		further = path + "?" + url.Values{"after": {next}}.Encode()
	}
	return start, further
}

// stageTitles finds a stage's title for people in any of some cohorts; in another it is the stage's name in words.
func (s *Console) stageTitles(cohorts []programme.Cohort) func(cohort, stage string) string {
	known := map[string]programme.Cohort{}
	for _, c := range cohorts {
		known[c.Name] = c
	}
	return func(cohort, stage string) string { return s.eventTitle(known[cohort], stage) }
}

// eventTitle is a stage's title for people.
func (s *Console) eventTitle(c programme.Cohort, stage string) string {
	if b, err := s.Blueprints(c.Blueprint); err == nil {
		if known, found := b.Stage(stage); found && known.Title != "" {
			return known.Title
		}
	}
	return word(stage)
}

func sittingRowOf(s programme.Sitting, who member) sittingRow {
	row := sittingRow{Name: s.Name, Href: sittingPath(s), Group: s.Group, When: span(s.Starts, s.Ends), Where: s.Where(),
		Places: strconv.Itoa(s.Taken) + " of " + strconv.Itoa(s.Capacity)}
	switch {
	case s.State == programme.SittingCancelled:
		row.Flag = "Cancelled"
	case s.Taken < s.Minimum:
		row.Flag = "Fewer than " + strconv.Itoa(s.Minimum)
	case s.Room() == 0:
		row.Flag = "Full"
	}
	if who.personal() && s.State != programme.SittingCancelled {
		row.Register = sittingPath(s) + "/register"
	}
	return row
}
