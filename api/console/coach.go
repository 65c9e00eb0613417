package console

import (
	"net/http"
	"net/url"
	"regexp"
	"strconv"

	"fairlead/programme"

	"github.com/gin-gonic/gin"
)

// timesAPage is how many times of a coach one page shows.
const timesAPage = 50

// coachRef is how coaches are named in addresses, and slotID their times.
var (
	coachRef = regexp.MustCompile(`^C-[0-9A-Z]{6}$`)
	slotID   = regexp.MustCompile(`^[0-9A-Za-z_-]{1,40}$`)
)

// coachPage is one coach: whom they coach and why, and their times to come.
type coachPage struct {
	peopleFrame
	Facts       []fact
	Leaders     []coacheeRow
	Times       []timeRow
	Publish     string // address of the form that publishes times; empty where they have left
	Leave       string
	Next, Start string
}

// timeRow is a time of a coach, free or booked.
type timeRow struct {
	When, Where, Ref, Href, Stage string
	Remove                        string // address of the page that takes it back; empty where it is booked
}

func coachesPath(cohort string) string { return cohortPath(cohort) + "/coaches" }

func coachPath(cohort, coach string) string { return coachesPath(cohort) + "/" + url.PathEscape(coach) }

// coach is the one that the address names, with their leaders.
func (s *Console) coach(c *gin.Context) (coach programme.Coach, leaders []coacheeRow, err error) {
	name, ref, ctx := c.Param("cohort"), c.Param("coach"), c.Request.Context()
	if !cohortName.MatchString(name) || !coachRef.MatchString(ref) {
		return coach, nil, programme.ErrNotFound
	}
	coaches, err := s.Store.Coaches(ctx, name)
	if err != nil {
		return coach, nil, err
	}
	for _, one := range coaches {
		if one.Ref == ref {
			coach = one
		}
	}
	if coach.Ref == "" {
		return coach, nil, programme.ErrNotFound
	}
	pairs, err := s.Store.Matches(ctx, name)
	for _, pair := range pairs {
		if pair.Coach == ref {
			leaders = append(leaders, coacheeRow{Ref: pair.Ref, Href: journeyPath(pair.Ref), Why: inWords(pair.Reasons)})
		}
	}
	return coach, leaders, err
}

// showCoach is GET /console/cohorts/{cohort}/coaches/{coach}.
func (s *Console) showCoach(c *gin.Context, who member) error {
	from, err := number(c.Query("after"))
	if err != nil {
		return err
	}
	coach, leaders, err := s.coach(c)
	if err != nil {
		return err
	}
	cohort, ctx := c.Param("cohort"), c.Request.Context()
	times, err := s.Store.Slots(ctx, cohort, coach.Ref, s.Store.Now(ctx))
	if err != nil {
		return err
	}
	if int(from) > len(times) {
		return programme.Refuse("after", "This is no page of this list.")
	}
	address := coachPath(cohort, coach.Ref)
	page := coachPage{peopleFrame: peopleFrame{frame: s.frame(c, who, "Coach "+coach.Name), Notice: notices[c.Query("did")]}, Leaders: leaders, Facts: coachFacts(coach)}
	page.Back = &way{Text: "Coaches of " + cohort, Href: coachesPath(cohort)}
	if !coach.Left {
		page.Publish, page.Leave = address+"/times", address+"/leave"
	}
	for _, slot := range times[from:min(int(from)+timesAPage, len(times))] {
		row := timeRow{When: span(slot.Starts, slot.Ends()), Where: "In person", Ref: slot.Ref, Stage: word(slot.Stage)}
		if slot.Online {
			row.Where = "Online"
		}
		if slot.Ref != "" {
			row.Href = journeyPath(slot.Ref)
		} else {
			row.Remove = address + "/times/" + slot.ID + "/remove"
		}
		page.Times = append(page.Times, row)
	}
	if next := int(from) + timesAPage; next < len(times) {
		page.Next = address + "?after=" + strconv.Itoa(next)
	}
	if from > 0 {
		page.Start = address
	}
	return s.render(c, http.StatusOK, "coach.html", &page)
}

func coachFacts(c programme.Coach) []fact {
	where, state := "In person", "Coaches in this cohort"
	if c.OffersOnline {
		where += " or online"
	}
	if c.Left {
		state = "Has left"
	}
	return facts(fact{Key: "Reference", Text: c.Ref}, fact{Key: "Email", Text: c.Email}, fact{Key: "Background", Text: c.Background}, fact{Key: "Region", Text: c.Region},
		fact{Key: "Meets", Text: where}, fact{Key: "Leaders", Text: strconv.Itoa(c.Load) + " of " + strconv.Itoa(c.Capacity)}, fact{Key: "State", Text: state})
}
