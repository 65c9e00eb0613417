package console

import (
	"net/http"
	"strconv"
	"strings"

	"fairlead/programme"

	"github.com/gin-gonic/gin"
)

const pairsAPage = 50

// matchPage shows whom a match would join and why, with the button that does it.
type matchPage struct {
	accessForm
	Pairs       []pairRow
	Alone       []pairRow
	Next, Start string
}

// pairRow is one leader with the coach they would have, or why there is none.
type pairRow struct{ Ref, Href, Coach, Why string }

func matchPath(cohort string) string { return cohortPath(cohort) + "/match" }

// inWords are the reasons of a pair.
func inWords(reasons []string) string {
	words := make([]string, len(reasons))
	for i, code := range reasons {
		words[i] = programme.ReasonWords(code)
	}
	return strings.Join(words, ", ")
}

// showMatch is GET /console/cohorts/{cohort}/match: the preview.
func (s *Console) showMatch(c *gin.Context, who member) error {
	page, err := s.matchPage(c, who)
	if err != nil {
		return err
	}
	return s.render(c, http.StatusOK, "match.html", page)
}

func (s *Console) matchPage(c *gin.Context, who member) (*matchPage, error) {
	name := c.Param("cohort")
	if !cohortName.MatchString(name) {
		return nil, programme.ErrNotFound
	}
	from, err := number(c.Query("after"))
	if err != nil {
		return nil, err
	}
	would, err := s.Store.MatchCohort(c.Request.Context(), name, true, who.actor())
	if err != nil {
		return nil, err
	}
	all, shown := make([]pairRow, 0, len(would.Pairs)), make([]string, 0, len(would.Pairs))
	for _, pair := range would.Pairs {
		all = append(all, pairRow{pair.Ref, journeyPath(pair.Ref), pair.Coach, inWords(pair.Reasons)})
		shown = append(shown, pair.Ref+" "+pair.Coach)
	}
	if int(from) > len(all) {
		return nil, programme.Refuse("after", "This is no page of this list.")
	}
	page := &matchPage{Pairs: all[from:min(int(from)+pairsAPage, len(all))]}
	page.peopleFrame = peopleFrame{frame: s.frame(c, who, "Match leaders and coaches of "+name), Notice: notices[c.Query("did")]}
	page.Back = &way{Text: "Coaches of " + name, Href: coachesPath(name)}
	page.Action, page.Button, page.Hidden = matchPath(name), "Match these "+strconv.Itoa(len(all)), [][2]string{{"shown", programme.SetOf(shown)}}
	for _, one := range would.Unmatched {
		page.Alone = append(page.Alone, pairRow{Ref: one.Ref, Href: journeyPath(one.Ref), Why: programme.ReasonWords(one.Why)})
	}
	if next := int(from) + pairsAPage; next < len(all) {
		page.Next = matchPath(name) + "?after=" + strconv.Itoa(next)
	}
	if from > 0 {
		page.Start = matchPath(name)
	}
	return page, nil
}

// match is POST /console/cohorts/{cohort}/match. It joins the pairs that were shown, and no others.
func (s *Console) match(c *gin.Context, who member) error {
	name := c.Param("cohort")
	if err := posted(c); err != nil {
		return err
	}
	page, err := s.matchPage(c, who)
	switch {
	case err != nil:
		return err
	case len(page.Pairs) == 0: // the second of two clicks
		return seeOther(c, matchPath(name)+"?did=matched")
	case page.Hidden[0][1] != c.PostForm("shown"):
		page.refused([]programme.Fault{{Field: "main", Text: "Leaders or coaches have changed since you opened this page, so that the pairs are others. Nobody was matched: look at them as they are now, then match"}})
		return s.render(c, http.StatusConflict, "match.html", page)
	}
	if _, err := s.Store.MatchCohort(c.Request.Context(), name, false, who.actor()); err != nil {
		return err
	}
	return seeOther(c, matchPath(name)+"?did=matched")
}
