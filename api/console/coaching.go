package console

import (
	"fmt"
	"net/http"
	"strconv"

	"fairlead/programme"

	"github.com/gin-gonic/gin"
)

// leadersShown is how many of a coach's leaders the list shows: more than most have. Their own page shows all.
const leadersShown = 12

// coachesPage is who coaches in a cohort, and whom, and why.
type coachesPage struct {
	frame
	Cohort  string
	Match   string // address of the match, empty for who may not order it
	Coaches []coachRow
	Next    string
	Start   string // address of the first page, set on a later one
}

// coachRow is one coach with their leaders.
type coachRow struct {
	Ref        string
	Href       string // of their page, empty for who may not see it
	Name       string // empty for who may not see it
	Background string
	Region     string
	Where      string
	Load       string
	Picture    loadPicture
	Left       bool
	Leaders    []coacheeRow
	More       string // how many leaders more there are than the list shows
}

// loadPicture is how many leaders a coach has of how many at most, drawn so that all coaches of a page compare.
type loadPicture struct{ Capacity, Load int }

func loadOf(coach programme.Coach, most int) loadPicture {
	return loadPicture{Capacity: coach.Capacity * (scaleWidth - 2) / most, Load: coach.Load * (scaleWidth - 2) / most}
}

// coacheeRow is one leader of a coach, and why of this one.
type coacheeRow struct {
	Ref  string
	Href string
	Why  string
}

// showCoaches is GET /console/cohorts/{cohort}/coaches.
func (s *Console) showCoaches(c *gin.Context, who member) error {
	name := c.Param("cohort")
	if !cohortName.MatchString(name) {
		return programme.ErrNotFound
	}
	coaches, err := s.Store.Coaches(c.Request.Context(), name)
	if err != nil {
		return err
	}
	pairs, err := s.Store.Matches(c.Request.Context(), name)
	if err != nil {
		return err
	}
	page := coachesPage{frame: s.frame(c, who, "Coaches of "+name), Cohort: name}
	page.Back = &way{Text: "Cohort " + name, Href: cohortPath(name)}
	if who.personal() {
		page.Match = matchPath(name)
	}
	leaders := map[string][]coacheeRow{}
	for _, pair := range pairs {
		leaders[pair.Coach] = append(leaders[pair.Coach], coacheeRow{Ref: pair.Ref, Href: journeyPath(pair.Ref), Why: inWords(pair.Reasons)})
	}
	listed, next := programme.Page(coaches, func(coach programme.Coach) string { return coach.Ref }, c.Query("after"), linesAPage)
	page.Start, page.Next = pageLinks(cohortPath(name)+"/coaches", c.Query("after"), next)
	most := 1
	for _, coach := range listed {
		most = max(most, coach.Capacity, coach.Load)
	}
	for _, coach := range listed {
		row := coachRow{Picture: loadOf(coach, most), Ref: coach.Ref, Background: coach.Background, Region: coach.Region, Where: "in person", Left: coach.Left,
			Load: fmt.Sprintf("%d of %d", coach.Load, coach.Capacity), Leaders: leaders[coach.Ref]}
		if coach.OffersOnline {
			row.Where = "in person or online"
		}
		if more := len(row.Leaders) - leadersShown; more > 0 {
			row.Leaders, row.More = row.Leaders[:leadersShown], strconv.Itoa(more)
		}
		if who.personal() {
			row.Name, row.Href = coach.Name, coachPath(name, coach.Ref)
		}
		page.Coaches = append(page.Coaches, row)
	}
	return s.render(c, http.StatusOK, "coaching.html", &page)
}
