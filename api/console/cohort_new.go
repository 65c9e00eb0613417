package console

import (
	"context"
	"errors"
	"net/http"
	"slices"
	"strconv"

	"fairlead/programme"

	"github.com/gin-gonic/gin"
)

// Setup makes and changes cohorts by the rules of the REST API. *programme.Invalid names every fault.
type Setup interface {
	// NewCohort creates a cohort; a dry run only says what is wrong with it. ErrConflict: another has the name. The same
	// again changes nothing.
	NewCohort(ctx context.Context, c programme.Cohort, dryRun bool) error
	// ChangeCohort is ErrConflict where the cohort is no longer of that version. Its faults are places in the document.
	ChangeCohort(ctx context.Context, name string, change programme.CohortChange, ifVersion int64) error
	// CohortEffects says what ChangeCohort would do besides, or refuses it likewise, and changes nothing.
	CohortEffects(ctx context.Context, name string, change programme.CohortChange, ifVersion int64) (programme.CohortEffects, error)
	// LaunchCohort starts everybody who was not started yet.
	LaunchCohort(ctx context.Context, name, actor string) (programme.Operation, error)
}

const newCohortPath = "/console/cohorts/new"

// routeWords are the ways into a cohort, in the order in which staff choose.
var routeWords = []option{
	{Value: string(programme.RouteInvitation), Label: "By invitation: named leaders are invited, in the order of the spreadsheet"},
	{Value: string(programme.RouteApplication), Label: "By application: an open page, then staff decide"},
	{Value: string(programme.RouteConfirmed), Label: "Confirmed: everybody in the spreadsheet was chosen already"},
}

// newCohortForm asks for what a cohort needs to exist.
func (s *Console) newCohortForm(c *gin.Context, who member) *setupForm {
	form := &setupForm{frame: s.frame(c, who, "Set up a cohort"), Action: newCohortPath, Button: "Continue", Hidden: [][2]string{{"step", "check"}},
		Text: []string{"Nothing is sent and nobody is told until you launch the cohort. Everything but the name, the blueprint, the start and the route can be changed later."}}
	form.Back = &way{Text: "All cohorts", Href: cohortsPath}
	blueprints := field{Name: "blueprint", Label: "Blueprint", Hint: "The shape of the year: its stages in order, with their dates and reminders", Type: "radios"}
	for _, b := range s.AllBlueprints() {
		blueprints.Options = append(blueprints.Options, option{Value: b.Name, Label: b.Title + ": " + b.Summary})
	}
	routes := field{Name: "route", Label: "How leaders come in", Type: "radios", Options: append([]option{}, routeWords...)}
	owner := ""
	if address.MatchString(who.name) {
		owner = who.name
	}
	form.Groups = []fieldGroup{{Fields: []field{blueprints,
		{Name: "name", Label: "Name", Hint: "Lower-case letters, digits and hyphens, for example 2027-spring. It stands in addresses and cannot be changed."},
		{Name: "starts_on", Label: "Monday of residential 1’s week", Hint: "Every date of the year counts from it, " + dayHint},
		{Name: "places", Label: "Places", Type: "number"}, routes,
		{Name: "owner", Label: "Owner", Hint: "Email address of the member of staff whom every stage waits on that names nobody else. Left empty, the head of the centre.", Value: owner}}}}
	return form
}

// newCohortOf is the cohort as it was written, and what cannot be read at all.
func newCohortOf(c *gin.Context) (programme.Cohort, []programme.Fault) {
	made := programme.Cohort{Name: typed(c, "name"), Blueprint: typed(c, "blueprint"), Route: programme.Route(typed(c, "route")), Owner: typed(c, "owner")}
	var faults []programme.Fault
	var err error
	if made.StartsOn, err = readDay(typed(c, "starts_on")); err != nil {
		faults = append(faults, programme.Fault{Field: "starts_on", Text: "Write the Monday of residential 1’s week, " + dayHint})
	}
	places, err := strconv.Atoi(typed(c, "places"))
	if err != nil || places < 1 || places > 100_000 {
		faults = append(faults, programme.Fault{Field: "places", Text: "Write how many places there are, from 1"})
	}
	made.Places = places
	known := false
	for _, route := range routeWords {
		known = known || route.Value == string(made.Route)
	}
	if !known {
		faults = append(faults, programme.Fault{Field: "route", Text: "Choose how leaders come in"})
	}
	return made, faults
}

// showNewCohort is GET /console/cohorts/new.
func (s *Console) showNewCohort(c *gin.Context, who member) error {
	return s.renderForm(c, s.newCohortForm(c, who))
}

// newCohortPage shows what was written before it is done.
type newCohortPage struct {
	frame
	Facts    []fact
	Action   string
	Hidden   [][2]string
	Concerns []concern
	Blocked  bool
}

// makeCohort is POST /console/cohorts/new: first it shows what was written, with the year it makes, then it creates it.
// A second click finds it created.
func (s *Console) makeCohort(c *gin.Context, who member) error {
	if err := posted(c); err != nil {
		return err
	}
	step := typed(c, "step")
	form := s.newCohortForm(c, who)
	form.showTyped(c, false)
	if step == "change" {
		return s.renderForm(c, form)
	}
	made, faults := newCohortOf(c)
	made.By = who.actor()
	ctx := c.Request.Context()
	err := s.Setup.NewCohort(ctx, made, len(faults) > 0 || step != "create")
	var invalid *programme.Invalid
	switch {
	case errors.Is(err, programme.ErrConflict):
		faults = append(faults, programme.Fault{Field: "name", Text: "There is a cohort of this name already. Choose another"})
	case errors.As(err, &invalid):
		for _, fault := range invalid.Faults {
			if !slices.ContainsFunc(faults, func(own programme.Fault) bool { return own.Field == fault.Field }) { // what could not be read is refused once
				faults = append(faults, fault)
			}
		}
	case err != nil:
		return err
	}
	if year, known := s.Blueprints(made.Blueprint); known == nil && len(faults) == 0 && step != "create" {
		wrong, _ := programme.Check(year, made, s.Calendar)
		for _, fault := range wrong { // what cannot be changed once the cohort exists
			if fault.Field == "route" {
				faults = append(faults, fault)
			}
		}
	}
	if len(faults) > 0 {
		form.wrong(faults, "")
		return s.renderForm(c, form)
	}
	if step == "create" {
		return seeOther(c, setupPath(made.Name)+"?did=created")
	}
	page, err := s.checkNewCohort(c, who, made)
	if err != nil {
		return err
	}
	return s.render(c, http.StatusOK, "cohort_new_check.html", page)
}

// checkNewCohort is the page on which answers are checked.
func (s *Console) checkNewCohort(c *gin.Context, who member, made programme.Cohort) (*newCohortPage, error) {
	year, err := s.Blueprints(made.Blueprint)
	if err != nil {
		return nil, err
	}
	page := &newCohortPage{frame: s.frame(c, who, "Check the cohort before you create it"), Action: newCohortPath}
	for _, name := range []string{"blueprint", "name", "starts_on", "places", "route", "owner"} {
		page.Hidden = append(page.Hidden, [2]string{name, typed(c, name)})
	}
	page.Facts = facts(fact{Key: "Blueprint", Text: year.Title}, fact{Key: "Name", Text: made.Name}, fact{Key: "Starts", Text: day(made.StartsOn)},
		fact{Key: "Places", Text: strconv.Itoa(made.Places)}, fact{Key: "Route", Text: word(made.Route)}, fact{Key: "Owner", Text: or(made.Owner, "The head of the centre")})
	faults, warnings := programme.Check(year, made, s.Calendar)
	page.Concerns, page.Blocked = concernsOf(faults, warnings, nil), len(faults) > 0
	dates, err := year.YearDates(made, nil, s.Calendar)
	if err == nil && len(dates) > 0 {
		page.Facts = append(page.Facts, fact{Key: "First date", Text: moment(dates[0].At)}, fact{Key: "Last date", Text: moment(dates[len(dates)-1].At)})
	}
	return page, nil
}
