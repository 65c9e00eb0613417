package console

import (
	"errors"
	"fmt"
	"net/http"
	"strconv"

	"fairlead/programme"

	"github.com/gin-gonic/gin"
)

// cohortCheckPage shows what a change of a cohort does, with the button that does it.
type cohortCheckPage struct {
	frame
	Facts  []fact
	Rows   []changeRow
	Text   []string
	Action string
	Hidden [][2]string
	Groups []fieldGroup
	Button string
}

// filledField says how many more the check showed to be invited or offered a place.
const filledField = "filled"

// checkSettings shows what more or fewer places of a cohort that runs do, before the second click. shown is true where the
// page was written, so that nothing is left to do.
func (s *Console) checkSettings(c *gin.Context, who member, up *settingUp, change programme.CohortChange, how changing) (shown bool, err error) {
	k := up.cohort
	if k.Launched.IsZero() || *change.Places == k.Places || typed(c, "version") != strconv.FormatInt(k.Version, 10) {
		return false, nil // who saw another version is shown both
	}
	effects, err := s.Setup.CohortEffects(c.Request.Context(), k.Name, change, k.Version)
	var invalid *programme.Invalid
	switch {
	case errors.As(err, &invalid):
		return true, s.refusedChange(c, up, invalid, how)
	case errors.Is(err, programme.ErrConflict):
		return false, nil
	case err != nil:
		return true, err
	}
	confirmed, filled := typed(c, "step") == "confirm", strconv.Itoa(effects.Filled)
	if confirmed && typed(c, filledField) == filled {
		return false, nil
	}
	page := cohortCheckPage{frame: s.frame(c, who, "What would change for "+k.Name), Action: settingsPath(k.Name), Button: "Change it", Hidden: [][2]string{{filledField, filled}}}
	page.Back = &way{Text: "Places, owners and deputies of " + k.Name, Href: page.Action}
	for _, one := range []struct{ name, label, was string }{{"places", "Places", strconv.Itoa(k.Places)}, {"owner", "Owner", k.Owner}, {"deputy", "Deputy", k.Deputy},
		{"signatory", "Signed by", k.Signatory}, {"contact", "Address for questions", k.Contact}} {
		if is := typed(c, one.name); is != one.was {
			page.Rows = append(page.Rows, changeRow{one.label, or(one.was, "None"), or(is, "None")})
		}
	}
	page.Text = []string{s.placesGoTo(c, up, *change.Places, effects)}
	for _, name := range []string{"version", seenField, "places", "owner", "deputy", "signatory", "contact"} {
		page.Hidden = append(page.Hidden, [2]string{name, typed(c, name)})
	}
	status := http.StatusOK
	if confirmed {
		status = http.StatusConflict
		page.refused([]programme.Fault{{Field: "main", Text: "Others wait for a place now than when you looked. Nothing was changed: look at it again"}})
	}
	return true, s.render(c, status, "cohort_check.html", &page)
}

// placesGoTo says what another number of places does to those who wait for one.
func (s *Console) placesGoTo(c *gin.Context, up *settingUp, places int, effects programme.CohortEffects) string {
	k := up.cohort
	late := !s.Store.Now(c.Request.Context()).Before(up.year.LastInviting(k, s.Calendar))
	invited := k.Route == programme.RouteInvitation
	leaders, list := counted(effects.Filled, "more leader is", "more leaders are"), "on the waiting list"
	if invited {
		list = "in the reserve"
	}
	switch {
	case places < k.Places:
		return fmt.Sprintf("Nobody loses a place: %d are held. So many fewer are given to others.", k.PlacesHeld)
	case k.Route == programme.RouteConfirmed:
		return "Nobody gets one by this: in this cohort everybody is chosen already. Import them, then launch again."
	case effects.Filled > 0 && invited:
		return fmt.Sprintf("%s invited from the reserve of %d, in its order. It happens as soon as you change it.", leaders, effects.Waiting)
	case effects.Filled > 0:
		return fmt.Sprintf("%s offered a place from the waiting list of %d, in its order. It happens as soon as you change it.", leaders, effects.Waiting)
	case effects.Waiting == 0:
		return "Nobody is " + list + ": nobody gets one yet."
	case late && invited:
		return fmt.Sprintf("Nobody gets one: it is too late to invite any of the %d %s.", effects.Waiting, list)
	case late:
		return fmt.Sprintf("Nobody gets one: it is too late to make an offer to any of the %d %s.", effects.Waiting, list)
	}
	return fmt.Sprintf("None of the %d %s gets one: the places are kept for offers that are recorded and not released yet.", effects.Waiting, list)
}
