package console

import (
	"errors"
	"fmt"
	"net/http"
	"slices"
	"strconv"
	"time"

	"fairlead/programme"

	"github.com/gin-gonic/gin"
)

// without are the sittings of an event but one.
func (up *settingUp) without(one programme.Sitting) []programme.Sitting {
	return slices.DeleteFunc(up.of(one.Stage), func(s programme.Sitting) bool { return s.Name == one.Name })
}

// whyStays is why a sitting cannot be removed, in words, and empty where it can.
func (up *settingUp) whyStays(one programme.Sitting, now time.Time) string {
	left := up.without(one)
	switch {
	case one.Taken > 0:
		return "This sitting cannot be removed: leaders hold places here. If it is not to take place, cancel it."
	case one.Known:
		return "This sitting cannot be removed: leaders were told of this date, and it says what it was."
	case len(left) == 0:
		return "This sitting cannot be removed: it is the only one of its event."
	}
	all, told := map[string][]programme.Sitting{}, false
	for _, s := range up.sittings {
		if told = told || s.Stage == one.Stage && s.Known; s.Stage != one.Stage {
			all[s.Stage] = append(all[s.Stage], s)
		}
	}
	all[one.Stage] = left
	if faults := programme.CheckSittings(up.year, up.cohort, all, map[string]bool{one.Stage: !told}, now); len(faults) > 0 {
		f := faults[0]
		if slices.ContainsFunc(up.faults, func(had programme.Fault) bool { return had.Text == f.Text }) {
			return "This sitting cannot be removed before this is put right: " + f.Text
		}
		return "This sitting cannot be removed: without it, " + f.Text
	}
	return ""
}

// removeSitting shows what it does to remove a sitting, and with the second click removes it.
func (s *Console) removeSitting(c *gin.Context, who member, up *settingUp, stage programme.BlueprintStage, one programme.Sitting) error {
	form := func(faults []programme.Fault) error {
		form := s.sittingForm(c, who, up, stage, one, false)
		form.wrong(faults, "")
		return s.renderForm(c, form)
	}
	if typed(c, "step") == "change" {
		return form(nil)
	}
	ctx, k := c.Request.Context(), up.cohort
	change := programme.CohortChange{By: who.actor(), Why: typed(c, "reason"), Sittings: map[string][]programme.Sitting{stage.Name: up.without(one)}}
	shown := func(status int, faults ...programme.Fault) error { // looks at what it does, which is the whole change under the cohort's lock
		effects, err := s.Setup.CohortEffects(ctx, k.Name, change, k.Version)
		var invalid *programme.Invalid
		if errors.As(err, &invalid) {
			return form(invalid.Faults)
		}
		if err != nil {
			return err
		}
		page := s.removalPage(c, who, up, stage, one, effects)
		if len(faults) > 0 {
			page.refused(faults)
		}
		if len(page.Groups) > 0 && status == http.StatusUnprocessableEntity {
			page.Groups[0].Fields[0].Error = faults[0].Text
		}
		return s.render(c, status, "cohort_check.html", page)
	}
	if typed(c, "step") != "confirm" {
		return shown(http.StatusOK)
	}
	if !k.Launched.IsZero() {
		if faults := wrongReason(change.Why, ""); len(faults) > 0 {
			return shown(http.StatusUnprocessableEntity, faults...)
		}
	}
	meanwhile := programme.Fault{Field: "main", Text: "Somebody changed this cohort after you opened this page. Nothing was removed: look at it again"}
	if typed(c, "version") != strconv.FormatInt(k.Version, 10) {
		return shown(http.StatusConflict, meanwhile)
	}
	err := s.Setup.ChangeCohort(ctx, k.Name, change, k.Version)
	var invalid *programme.Invalid
	switch {
	case err == nil:
		return seeOther(c, sittingsPath(k.Name)+"?did=removed")
	case errors.Is(err, programme.ErrConflict):
		return form([]programme.Fault{meanwhile}) // this very moment: what it would do now is not known
	case errors.As(err, &invalid):
		return form(invalid.Faults)
	}
	return err
}

// removalPage says what it does to remove a sitting.
func (s *Console) removalPage(c *gin.Context, who member, up *settingUp, stage programme.BlueprintStage, one programme.Sitting, effects programme.CohortEffects) *cohortCheckPage {
	k := up.cohort
	at := sittingsPath(k.Name) + "/" + stage.Name + "/" + one.Name
	page := &cohortCheckPage{frame: s.frame(c, who, "Remove "+stage.Title+", sitting "+one.Name+"?"), Action: at, Button: "Remove it",
		Hidden: [][2]string{{"do", "remove"}, {"version", strconv.FormatInt(k.Version, 10)}}}
	page.Back = &way{Text: "Sitting " + one.Name, Href: at}
	page.Facts = facts(fact{Key: "When", Text: span(one.Starts, one.Ends)}, fact{Key: "Where", Text: one.Where()}, fact{Key: "Group", Text: one.Group},
		fact{Key: "Places", Text: strconv.Itoa(one.Capacity)})
	mails := "No mail goes, and none that is planned changes."
	if effects.Mails > 0 {
		mails = counted(effects.Mails, "planned mail changes.", "planned mails change.")
	}
	page.Text = []string{"Nobody has or had a place here, so nobody is moved and nobody loses one. " + mails}
	if effects.Tasks > 0 {
		page.Text = append(page.Text, counted(effects.Tasks, "open task about it is done with.", "open tasks about it are done with."))
	}
	left := up.without(one)
	room, _ := programme.RoomAt(left, s.Store.Now(c.Request.Context()))
	grouped := slices.ContainsFunc(left, func(s programme.Sitting) bool { return s.State != programme.SittingCancelled && s.Group == one.Group })
	page.Text = append(page.Text, fmt.Sprintf("%s then has room for %d; the cohort has %d places.", stage.Title, room, k.Places))
	if one.Group != "" && !grouped {
		page.Text = append(page.Text, "No sitting of the group "+one.Group+" is left: its leaders who still get a place get it at another.")
	}
	if !k.Launched.IsZero() {
		page.Groups = []fieldGroup{{Fields: []field{{Name: "reason", Label: "Reason", Hint: "It stands in the audit log", Type: "select",
			Options: append([]option{{Label: "Choose one"}}, reasons(typed(c, "reason"))...)}}}}
	}
	return page
}
