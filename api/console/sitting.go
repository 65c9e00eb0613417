package console

import (
	"net/http"
	"net/url"
	"slices"
	"strconv"

	"fairlead/programme"

	"github.com/gin-gonic/gin"
)

// sittingPage is one sitting: its facts, its programme, and who has a place.
type sittingPage struct {
	frame
	Facts    []fact
	Sessions []sessionRow
	Counts   []fact // places by how they stand
	Rows     []placeRow
	Register string // their addresses, empty where the member may not see them
	Pack     string
	Change   string // where the sitting is changed, and where it is moved; empty where the member may not, or it is off or over
	Move     string
}

// sessionRow is one part of the event's programme.
type sessionRow struct {
	When      string
	Title     string
	Speaker   string
	Materials string
}

// placeRow is one leader's place.
type placeRow struct {
	Ref          string
	Href         string
	Name         string
	Organisation string
	State        string
	Confirmed    string
	Note         string
}

// sittingOf checks the names in the address.
func sittingOf(c *gin.Context) (cohort, stage, name string, err error) {
	cohort, stage, name = c.Param("cohort"), c.Param("stage"), c.Param("sitting")
	if !cohortName.MatchString(cohort) || !stageName.MatchString(stage) || !sittingName.MatchString(name) {
		return "", "", "", programme.ErrNotFound
	}
	return cohort, stage, name, nil
}

// showSitting is GET /console/cohorts/{cohort}/events/{stage}/{sitting}.
func (s *Console) showSitting(c *gin.Context, who member) error {
	cohort, stage, name, err := sittingOf(c)
	if err != nil {
		return err
	}
	ctx := c.Request.Context()
	known, err := s.Store.Cohort(ctx, cohort)
	if err != nil {
		return err
	}
	sitting, places, err := s.Store.Sitting(ctx, cohort, stage, name)
	if err != nil {
		return err
	}
	page := sittingPage{frame: s.frame(c, who, s.eventTitle(known, stage)+", sitting "+name), Facts: sittingFacts(sitting)}
	page.Back = &way{Text: "Events of " + cohort, Href: eventsPath(cohort)}
	for _, one := range slices.SortedStableFunc(slices.Values(sitting.Sessions), func(a, b programme.Session) int { return a.Starts.Compare(b.Starts) }) {
		page.Sessions = append(page.Sessions, sessionRow{When: moment(one.Starts), Title: one.Title, Speaker: one.Speaker, Materials: webAddress(one.Materials)})
	}
	counts := map[string]int{}
	for _, place := range places {
		row := placeRow{Ref: place.Ref, Href: journeyPath(place.Ref), State: word(place.State), Confirmed: moment(place.ConfirmedAt)}
		counts[row.State]++
		if row.Note = placeNote(place.Place); place.OnHold {
			row.Note = "On hold"
		}
		if who.personal() {
			row.Name, row.Organisation = place.Name, place.Organisation
		}
		page.Rows = append(page.Rows, row)
	}
	for _, state := range []programme.PlaceState{programme.PlaceHeld, programme.PlaceConfirmed, programme.PlaceAttended, programme.PlaceAbsent,
		programme.PlaceExcused, programme.PlaceReleased} {
		if n := counts[word(state)]; n > 0 {
			page.Counts = append(page.Counts, fact{Key: word(state), Text: strconv.Itoa(n)})
		}
	}
	if who.personal() && sitting.State != programme.SittingCancelled {
		page.Register = sittingPath(sitting) + "/register"
		if !sitting.Online {
			page.Pack = sittingPath(sitting) + "/venue-pack"
		}
		if sitting.Ends.After(s.Store.Now(ctx)) {
			page.Change = sittingsPath(cohort) + "/" + stage + "/" + name
			page.Move = page.Change + "/reschedule"
		}
	}
	return s.render(c, http.StatusOK, "sitting.html", &page)
}

// placeNote is what staff should know of a place besides its state.
func placeNote(p programme.Place) string {
	switch {
	case p.Sitting.State == programme.SittingCancelled:
		return "The date was cancelled"
	case p.Cannot:
		return "None of the dates will do"
	case p.CatchUp && p.Costs != "":
		return "Catch-up, " + lower(costsWord(p.Costs))
	case p.CatchUp:
		return "Catch-up"
	}
	return costsWord(p.Costs)
}

// costsWord says what becomes of the costs of an event that was missed.
func costsWord(costs programme.Costs) string {
	switch costs {
	case programme.CostsRecovered:
		return "Costs recovered from the employer"
	case programme.CostsWaived:
		return "Costs waived"
	}
	return ""
}

func sittingFacts(s programme.Sitting) []fact {
	where := s.Where()
	if !s.Online && s.Address != "" {
		where += "\n" + s.Address
	}
	state := "Planned"
	switch {
	case s.State == programme.SittingCancelled:
		state = "Cancelled"
	case s.Planned:
		state = "Planned by the blueprint’s times"
	}
	minimum, night := "", ""
	if s.Minimum > 0 {
		minimum = strconv.Itoa(s.Minimum)
	}
	if s.Night {
		night = "Rooms are booked"
	}
	return facts(fact{Key: "State", Text: state}, fact{Key: "When", Text: span(s.Starts, s.Ends)}, fact{Key: "Where", Text: where},
		fact{Key: "To join online", Text: s.JoinURL}, fact{Key: "Night before", Text: night}, fact{Key: "Group", Text: s.Group},
		fact{Key: "Places taken", Text: strconv.Itoa(s.Taken) + " of " + strconv.Itoa(s.Capacity)}, fact{Key: "Minimum", Text: minimum},
		fact{Key: "Moved", Text: times(s.Sequence)})
}

// times is how often something happened, empty for never.
func times(n int) string {
	switch n {
	case 0:
		return ""
	case 1:
		return "Once"
	}
	return strconv.Itoa(n) + " times"
}

// webAddress is a page on the web that staff typed, or empty: these pages link to nothing else.
func webAddress(typed string) string {
	u, err := url.Parse(typed)
	if err != nil || (u.Scheme != "https" && u.Scheme != "http") || u.Host == "" {
		return ""
	}
	return u.String()
}
