package console

import (
	"context"
	"net/http"
	"regexp"
	"strconv"

	"fairlead/programme"

	"github.com/gin-gonic/gin"
)

// Operations are bulk work that goes on after the click that ordered it.
type Operations interface {
	// Operation is ErrNotFound where there is none.
	Operation(ctx context.Context, id string) (programme.Operation, error)
	// Operations are those of a cohort that had something to do, newest first; kind empty: of every kind.
	Operations(ctx context.Context, cohort, kind string, limit int) ([]programme.Operation, error)
}

func launchPath(cohort string) string { return setupPath(cohort) + "/launch" }

func operationPath(cohort, id string) string { return cohortPath(cohort) + "/operations/" + id }

// operationsShown is how many of a cohort's latest operations a page lists.
const operationsShown = 5

// launchPage asks for the cohort's name before it is launched.
type launchPage struct {
	frame
	Name     string
	Facts    []fact
	Concerns []concern
	Blocked  []string // what must be done first
	Again    bool     // it runs already: a launch starts those who joined since
	Form     *setupForm
}

func (s *Console) launchPage(c *gin.Context, who member) (*launchPage, *settingUp, error) {
	up, err := s.settingUp(c)
	if err != nil {
		return nil, nil, err
	}
	name := up.cohort.Name
	counts, err := s.Store.CohortCounts(c.Request.Context(), name)
	if err != nil {
		return nil, nil, err
	}
	page := &launchPage{frame: s.frame(c, who, "Launch "+name), Name: name, Again: !up.cohort.Launched.IsZero()}
	page.Back = &way{Text: "Set up " + name, Href: setupPath(name)}
	reserve := counts.ByState[programme.Reserve]
	page.Facts = facts(fact{Key: "Route", Text: word(up.cohort.Route)}, fact{Key: "Starts", Text: day(up.cohort.StartsOn)}, fact{Key: "Places", Text: strconv.Itoa(up.cohort.Places)},
		fact{Key: "Not invited or started yet", Text: strconv.Itoa(reserve)})
	again := ""
	if page.Again {
		again = "yes"
	} else {
		page.Concerns, page.Blocked = concernsOf(up.faults, nil, nil), up.blocking(people(counts))
	}
	page.Form = &setupForm{Action: launchPath(name), Button: "Launch " + name, Hidden: [][2]string{{"version", strconv.FormatInt(up.cohort.Version, 10)}, {"again", again}},
		Groups: []fieldGroup{{Fields: []field{{Name: "name", Label: "Type the cohort’s name to launch it", Hint: name}}}}}
	return page, up, nil
}

// blocking is what has to be done before a cohort can be launched.
func (up *settingUp) blocking(people int) []string {
	var list []string
	if len(up.faults) > 0 {
		list = append(list, counted(len(up.faults), "fault", "faults")+" of its year "+theyAre(len(up.faults))+" to be put right.")
	}
	if n := len(programme.Unsigned(up.warnings, up.signed)); n > 0 {
		list = append(list, counted(n, "warning", "warnings")+" "+theyAre(n)+" to be signed off in the calendar.")
	}
	if people == 0 && up.cohort.Route != programme.RouteApplication {
		list = append(list, "Nobody would be started: import the people first.")
	}
	return list
}

func theyAre(n int) string {
	if n == 1 {
		return "is"
	}
	return "are"
}

// showLaunch is GET /console/cohorts/{cohort}/set-up/launch.
func (s *Console) showLaunch(c *gin.Context, who member) error {
	page, _, err := s.launchPage(c, who)
	if err != nil {
		return err
	}
	return s.render(c, http.StatusOK, "launch.html", page)
}

// launch is POST of the same. The second of two clicks leads to what the first began.
func (s *Console) launch(c *gin.Context, who member) error {
	if err := posted(c); err != nil {
		return err
	}
	page, up, err := s.launchPage(c, who)
	if err != nil {
		return err
	}
	ctx, name := c.Request.Context(), up.cohort.Name
	if page.Again && typed(c, "again") == "" {
		return s.latestLaunch(c, name, "")
	}
	if !page.Again && typed(c, "version") != strconv.FormatInt(up.cohort.Version, 10) {
		page.Form.showTyped(c, false)
		page.Faults = []faultLine{{Href: "#main", Text: "Somebody changed this cohort after you opened this page. Nothing was started: look at it again, then launch it"}}
		return s.render(c, http.StatusConflict, "launch.html", page)
	}
	var faults []programme.Fault
	for _, text := range page.Blocked {
		faults = append(faults, programme.Fault{Field: "main", Text: text})
	}
	if len(faults) == 0 && typed(c, "name") != name {
		faults = append(faults, programme.Fault{Field: "name", Text: "Type " + name + ", exactly as it stands here"})
	}
	if len(faults) == 0 {
		op, err := s.Setup.LaunchCohort(ctx, name, who.actor())
		if err == nil && op.Total == 0 {
			return s.latestLaunch(c, name, op.ID)
		}
		if err == nil {
			return seeOther(c, operationPath(name, op.ID))
		}
		if faults, err = saidHere(err); err != nil {
			return err
		}
	}
	page.Form.showTyped(c, false)
	page.Form.wrong(faults, "")
	page.Faults = page.Form.Faults
	return s.render(c, http.StatusUnprocessableEntity, "launch.html", page)
}

// latestLaunch leads to the launch that began somebody's year, else to the one that had nobody to start.
func (s *Console) latestLaunch(c *gin.Context, cohort, otherwise string) error {
	list, err := s.Store.Operations(c.Request.Context(), cohort, launchKind, 1)
	switch {
	case err != nil:
		return err
	case len(list) > 0:
		return seeOther(c, operationPath(cohort, list[0].ID))
	case otherwise == "":
		return seeOther(c, setupPath(cohort))
	}
	return seeOther(c, operationPath(cohort, otherwise))
}

// launchKind is the kind of the operation that a launch is.
const launchKind = "launch"

// operationPage shows how far an operation is. It reads the records each time: closing it ends nothing.
type operationPage struct {
	frame
	Facts    []fact
	Running  bool
	Total    int
	Done     int
	Failed   int
	Refused  int  // not possible, as the journeys stood
	Nobody   bool // there was nothing to do
	Journeys string
	Rows     []operationRow // of a bulk order: what became of it for each journey
	Next     string
	Start    string
}

// operationWords say what an operation does.
var operationWords = map[string]string{launchKind: "Launch", "fill": "Free places are filled", "continue": "Somebody continues from another cohort",
	"replan": "Changed dates", "reschedule": "Changed sitting", "release": "Decisions released", "apply": "Applications", bulkKind: "Orders for journeys"}

var operationName = regexp.MustCompile(`^[A-Za-z0-9-]{1,64}$`)

// progressPolicy lets the page's own script read the page again, and nothing else.
const progressPolicy = registerPolicy

// showOperation is GET /console/cohorts/{cohort}/operations/{operation}.
func (s *Console) showOperation(c *gin.Context, who member) error {
	name, id := c.Param("cohort"), c.Param("operation")
	if !cohortName.MatchString(name) || !operationName.MatchString(id) {
		return programme.ErrNotFound
	}
	op, err := s.Store.Operation(c.Request.Context(), id)
	if err == nil && op.Cohort != name {
		err = programme.ErrNotFound
	}
	if err != nil {
		return err
	}
	what := or(operationWords[op.Kind], word(op.Kind))
	page := operationPage{frame: s.frame(c, who, what+" of "+name), Running: op.State == "running", Total: op.Total, Done: op.Done,
		Failed: op.Failed - op.Refused, Refused: op.Refused, Nobody: op.Total == 0, Journeys: cohortPath(name) + "#journeys"}
	page.Back = &way{Text: "Cohort " + name, Href: cohortPath(name)}
	page.Facts = facts(fact{Key: "State", Text: word(op.State)}, fact{Key: "Ordered", Text: moment(op.Created)}, fact{Key: "Finished", Text: moment(op.Finished)},
		fact{Key: "Done", Text: strconv.Itoa(op.Done) + " of " + strconv.Itoa(op.Total)}, fact{Key: "Not possible", Text: numeral(page.Refused)},
		fact{Key: "Failed", Text: numeral(page.Failed)})
	if err := s.results(c, who, op, &page); err != nil {
		return err
	}
	c.Header("Content-Security-Policy", progressPolicy)
	return s.render(c, http.StatusOK, "operation.html", &page)
}
