package console

import (
	"net/http"
	"net/url"
	"strconv"

	"fairlead/programme"

	"github.com/gin-gonic/gin"
)

const cohortsAPage = 10 // each shows its counts

// cohortsPage lists the cohorts, each at a glance.
type cohortsPage struct {
	frame
	Cohorts []cohortCard
	Next    string
	Start   string
}

type cohortCard struct {
	Name   string
	Href   string
	Facts  []fact
	States []countLink
}

// countLink is a count with the list of what it counts; Href is empty where there is no such list.
type countLink struct {
	Label string
	Text  string
	Href  string
}

// cohortsFrom is the page of cohorts that the address asks for, with the ways to the first page and to the next one, where
// there are such, of the list at an address.
func (s *Console) cohortsFrom(c *gin.Context, at string) (list []programme.Cohort, start, next string, err error) {
	after := c.Query("after")
	if after != "" && !cohortName.MatchString(after) {
		return nil, "", "", programme.Refuse("after", "This is no page of this list.")
	}
	if after != "" {
		start = at
	}
	list, last, err := s.Store.Cohorts(c.Request.Context(), after, cohortsAPage)
	if last != "" {
		next = at + "?" + url.Values{"after": {last}}.Encode()
	}
	return list, start, next, err
}

// showCohorts is GET /console/cohorts.
func (s *Console) showCohorts(c *gin.Context, who member) error {
	ctx := c.Request.Context()
	list, start, next, err := s.cohortsFrom(c, cohortsPath)
	if err != nil {
		return err
	}
	page := cohortsPage{frame: s.frame(c, who, "Cohorts"), Start: start, Next: next}
	names := make([]string, len(list))
	for i, cohort := range list {
		names[i] = cohort.Name
	}
	counts, err := s.Store.CountsOfCohorts(ctx, names)
	if err != nil {
		return err
	}
	for _, cohort := range list {
		counts := counts[cohort.Name]
		page.Cohorts = append(page.Cohorts, cohortCard{Name: cohort.Name, Href: cohortPath(cohort.Name),
			Facts:  s.cohortFacts(cohort, counts),
			States: stateLinks(cohort.Name, counts)})
	}
	return s.render(c, http.StatusOK, "cohorts.html", &page)
}

// cohortFacts are what staff want to know of a cohort before they look closer.
func (s *Console) cohortFacts(c programme.Cohort, counts programme.CohortCounts) []fact {
	launched := "Not yet"
	if !c.Launched.IsZero() {
		launched = moment(c.Launched)
	}
	title := c.Blueprint
	if b, err := s.Blueprints(c.Blueprint); err == nil {
		title = b.Title
	}
	return facts(
		fact{Key: "Blueprint", Text: title},
		fact{Key: "Route", Text: word(c.Route)},
		fact{Key: "Starts", Text: day(c.StartsOn)},
		fact{Key: "Launched", Text: launched},
		fact{Key: "Places held", Text: strconv.Itoa(c.PlacesHeld) + " of " + strconv.Itoa(c.Places)},
		fact{Key: "Overdue", Way: &way{Text: strconv.Itoa(counts.Overdue), Href: cohortPath(c.Name) + "?overdue=true#journeys", Hidden: "overdue in " + c.Name}},
		fact{Key: "Parked", Text: strconv.Itoa(counts.Parked)},
		fact{Key: "Tasks open", Way: &way{Text: strconv.Itoa(counts.Tasks), Href: tasksPath + "?cohort=" + url.QueryEscape(c.Name), Hidden: "tasks open in " + c.Name}},
	)
}

// stateLinks are how many journeys are in each state that has any, in the order staff read states.
func stateLinks(cohort string, counts programme.CohortCounts) []countLink {
	var links []countLink
	for _, state := range programme.JourneyStates() {
		if n := counts.ByState[state]; n > 0 {
			links = append(links, countLink{Label: word(state), Text: strconv.Itoa(n), Href: cohortPath(cohort) + "?state=" + string(state) + "#journeys"})
		}
	}
	return links
}
