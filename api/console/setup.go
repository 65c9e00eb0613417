package console

import (
	"errors"
	"fmt"
	"net/http"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"fairlead/programme"

	"github.com/gin-gonic/gin"
)

func setupPath(cohort string) string { return cohortPath(cohort) + "/set-up" }

func yearPath(cohort string) string { return setupPath(cohort) + "/dates" }

// address is one that mail could be sent to, roughly: the rules judge it.
var address = regexp.MustCompile(`^[^@\s]+@[^@\s]+$`)

// setupNotices are what a page says after the redirect of what was done.
var setupNotices = map[string]string{
	"created": "The cohort exists. Nothing is sent until you launch it.",
	"signed":  "Signed off.",
	"saved":   "Saved.",
	"removed": "Removed.",
}

// setupPage is the list of what is to be done before a cohort is launched, and of what can be changed after.
type setupPage struct {
	frame
	Notice string
	Facts  []fact
	Steps  []setupStep
	Latest []way // to what goes on, or went on last
}

// setupStep is one line of the list.
type setupStep struct {
	ID, Title, Hint, Href string
	State                 string
	Colour                string // of the state's tag; empty: it is done
}

// stepOpen marks what is still to be done.
const (
	stepOpen    = "blue"
	stepWarns   = "yellow"
	stepBlocks  = "red"
	stepWaiting = "grey"
)

// showSetup is GET /console/cohorts/{cohort}/set-up.
func (s *Console) showSetup(c *gin.Context, who member) error {
	up, err := s.settingUp(c)
	if err != nil {
		return err
	}
	ctx, name := c.Request.Context(), up.cohort.Name
	counts, err := s.Store.CohortCounts(ctx, name)
	if err != nil {
		return err
	}
	coaches, err := s.Store.Coaches(ctx, name)
	if err != nil {
		return err
	}
	title := "Set up " + name
	if !up.cohort.Launched.IsZero() {
		title = "Dates, people and settings of " + name
	}
	page := setupPage{frame: s.frame(c, who, title), Notice: setupNotices[c.Query("did")]}
	page.Back = &way{Text: "Cohort " + name, Href: cohortPath(name)}
	page.Facts = facts(fact{Key: "Blueprint", Text: up.year.Title}, fact{Key: "Starts", Text: day(up.cohort.StartsOn)},
		fact{Key: "Route", Text: word(up.cohort.Route)}, fact{Key: "Places", Text: strconv.Itoa(up.cohort.Places)})
	owners, err := s.ownerWarnings(ctx, up.year, up.cohort)
	if err != nil {
		return err
	}
	page.Steps = up.steps(people(counts), coaches, owners)
	latest, err := s.Store.Operations(ctx, name, "", operationsShown)
	if err != nil {
		return err
	}
	for _, op := range latest {
		page.Latest = append(page.Latest, way{Text: or(operationWords[op.Kind], word(op.Kind)) + ": " + strconv.Itoa(op.Done) + " of " + strconv.Itoa(op.Total) + " done",
			Href: operationPath(name, op.ID), Hidden: "ordered " + moment(op.Created)})
	}
	return s.render(c, http.StatusOK, "setup.html", &page)
}

// people is how many there are in a cohort, whatever has become of them.
func people(counts programme.CohortCounts) int {
	all := 0
	for _, n := range counts.ByState {
		all += n
	}
	return all
}

// steps are the steps with their states.
func (up *settingUp) steps(people int, coaches []programme.Coach, owners []programme.Fault) []setupStep {
	name := up.cohort.Name
	list := []setupStep{up.datesStep(), up.sittingsStep(), {ID: "settings", Title: "Places, owners and deputies", Href: settingsPath(name),
		Hint: "Whom waits on staff are put to, and who signs the mails", State: "Done"}, up.peopleStep(people)}
	switch {
	case len(owners) > 0:
		list[2].State, list[2].Colour = "Not all on the list of staff", stepWarns
	case up.cohort.Deputy == "":
		list[2].State, list[2].Colour = "No deputy yet", stepOpen
	}
	if slices.ContainsFunc(up.year.Stages, func(stage programme.BlueprintStage) bool { return stage.Kind == programme.KindCoaching }) {
		list = append(list, up.coachesStep(coaches))
	}
	list = append(list, setupStep{ID: "mails", Title: "Every mail one leader will get", Href: mailsPath(name),
		Hint: "The dated list, with each mail as it would read", State: "To look at"}, up.messagesStep())
	launch := setupStep{ID: "launch", Title: "Launch", Href: launchPath(name), Hint: "Starts everybody’s year", State: "Ready", Colour: stepOpen}
	switch {
	case !up.cohort.Launched.IsZero():
		launch.Title, launch.Hint = "Launch again", "Starts those who were imported since"
		launch.State, launch.Colour = "Launched "+moment(up.cohort.Launched), ""
	case len(up.blocking(people)) > 0:
		launch.State, launch.Colour = "Cannot start yet", stepWaiting
	}
	return append(list, launch)
}

func (up *settingUp) messagesStep() setupStep {
	step := setupStep{ID: "messages", Title: "Messages", Href: messagesPath(up.cohort.Name), Hint: "Every template with a sample, and its opening paragraph", State: "As usual"}
	if n := len(up.cohort.Openings); n > 0 {
		step.State = counted(n, "own paragraph", "own paragraphs")
	}
	return step
}

func (up *settingUp) sittingsStep() setupStep {
	step := setupStep{ID: "sittings", Title: "Sittings", Href: sittingsPath(up.cohort.Name), Hint: "Dates, venues, places and sessions of each event", State: "Done"}
	missing := 0
	for _, one := range up.sittings {
		if one.Where() == "" && one.State != programme.SittingCancelled {
			missing++
		}
	}
	switch {
	case len(up.sittings) == 0:
		step.State = "No events"
	case missing > 0:
		step.State, step.Colour = counted(missing, "sitting", "sittings")+" without a venue", stepOpen
	}
	return step
}

func (up *settingUp) peopleStep(people int) setupStep {
	step := setupStep{ID: "people", Title: "People", Href: peopleImportPath(up.cohort.Name), Hint: "Import a spreadsheet of leaders", State: counted(people, "leader", "leaders")}
	switch {
	case people > 0:
	case up.cohort.Route == programme.RouteApplication:
		step.State, step.Hint = "Not needed", "Leaders apply on the cohort’s own page"
	default:
		step.State, step.Colour = "Nobody yet", stepOpen
	}
	return step
}

func (up *settingUp) coachesStep(coaches []programme.Coach) setupStep {
	step := setupStep{ID: "coaches", Title: "Coaches", Href: coachesImportPath(up.cohort.Name), Hint: "Import a spreadsheet of coaches"}
	n, room := 0, 0
	for _, coach := range coaches {
		if !coach.Left {
			n, room = n+1, room+coach.Capacity
		}
	}
	if step.State = counted(n, "coach", "coaches") + " for " + counted(room, "leader", "leaders"); room < up.cohort.Places {
		step.Colour = stepOpen
	}
	return step
}

func (up *settingUp) datesStep() setupStep {
	step := setupStep{ID: "dates", Title: "The year as a calendar", Href: yearPath(up.cohort.Name),
		Hint: "Every date with its faults and warnings; dates, reminders and owners of each stage", State: "Done"}
	unsigned := len(programme.Unsigned(up.warnings, up.signed))
	switch {
	case len(up.faults) > 0:
		step.State, step.Colour = counted(len(up.faults), "fault", "faults"), stepBlocks
	case unsigned > 0:
		step.State, step.Colour = counted(unsigned, "warning", "warnings")+" to sign off", stepWarns
	}
	return step
}

// counted is a number with its noun.
func counted(n int, one, many string) string {
	if n == 1 {
		return "1 " + one
	}
	return fmt.Sprintf("%d %s", n, many)
}

// saidHere turns a refusal into faults of a form that has these fields; any other error stays one. What a fault says of no
// field of the form leads to its beginning.
func saidHere(err error, fields ...string) ([]programme.Fault, error) {
	var invalid *programme.Invalid
	var illegal *programme.Illegal
	switch {
	case errors.As(err, &invalid):
		faults := slices.Clone(invalid.Faults)
		for i, fault := range faults {
			if !slices.Contains(fields, fault.Field) {
				faults[i].Field = "main"
			}
		}
		return faults, nil
	case errors.As(err, &illegal):
		return []programme.Fault{{Field: "main", Text: "Not possible: " + strings.ReplaceAll(illegal.State, "_", " ") + ". " + illegal.Why}}, nil
	}
	return nil, err
}

// stageOfPlace is the stage that a place in a document names: /sittings/residential-1/0/venue.
func stageOfPlace(place string) string {
	parts := strings.Split(place, "/")
	if len(parts) < 3 {
		return ""
	}
	return parts[2]
}
