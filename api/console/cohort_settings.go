package console

import (
	"errors"
	"slices"
	"strconv"

	"fairlead/programme"

	"github.com/gin-gonic/gin"
)

func settingsPath(cohort string) string { return setupPath(cohort) + "/settings" }

// settingsForm asks for what holds for a whole cohort. ifVersion is the version it was made from.
func (s *Console) settingsForm(c *gin.Context, who member, up *settingUp) *setupForm {
	k := up.cohort
	form := &setupForm{frame: s.frame(c, who, "Places, owners and deputies of "+k.Name), Notice: setupNotices[c.Query("did")],
		Action: settingsPath(k.Name), Button: "Save", Hidden: [][2]string{{"version", strconv.FormatInt(k.Version, 10)}}}
	form.Back = &way{Text: "Set up " + k.Name, Href: setupPath(k.Name)}
	form.Groups = []fieldGroup{
		{Fields: []field{{Name: "places", Label: "Places", Hint: strconv.Itoa(k.PlacesHeld) + " are held", Value: strconv.Itoa(k.Places), Type: "number"}}},
		{Legend: "Whom stages wait on", Hint: "A stage can name somebody else: choose it in the calendar.", Fields: []field{
			{Name: "owner", Label: "Owner", Hint: "Email address of a member of staff", Value: k.Owner},
			{Name: "deputy", Label: "Deputy (optional)", Hint: "Email address", Value: k.Deputy}}},
		{Legend: "In the mails", Fields: []field{
			{Name: "signatory", Label: "Signed by (optional)", Hint: "As it stands beneath the mails; left empty, the programme team", Value: k.Signatory},
			{Name: "contact", Label: "Address for questions (optional)", Hint: "Replies go there, to a mailbox that people read", Value: k.Contact}}}}
	form.remember()
	form.Ways = []way{{Text: "The sittings of its events, with their places", Href: sittingsPath(k.Name)}}
	for _, stage := range up.year.Stages {
		own := k.Overrides[stage.Name]
		if own.Owner != "" || own.Deputy != "" {
			form.Ways = append(form.Ways, way{Text: stage.Title + ": " + or(own.Owner, or(k.Owner, "nobody")) + withDeputy(own.Deputy), Href: stagePath(k.Name, stage.Name)})
		}
	}
	return form
}

func withDeputy(deputy string) string {
	if deputy == "" {
		return ""
	}
	return ", deputy " + deputy
}

// showSettings is GET /console/cohorts/{cohort}/set-up/settings.
func (s *Console) showSettings(c *gin.Context, who member) error {
	up, err := s.settingUp(c)
	if err != nil {
		return err
	}
	return s.renderForm(c, s.settingsForm(c, who, up))
}

// changeSettings is POST /console/cohorts/{cohort}/set-up/settings.
func (s *Console) changeSettings(c *gin.Context, who member) error {
	if err := posted(c); err != nil {
		return err
	}
	up, err := s.settingUp(c)
	if err != nil {
		return err
	}
	places, err := strconv.Atoi(typed(c, "places"))
	if err != nil || places < 1 || places > 100_000 {
		form := s.settingsForm(c, who, up)
		form.showTyped(c, false)
		form.wrong([]programme.Fault{{Field: "places", Text: "Write how many places there are, from 1"}}, "")
		return s.renderForm(c, form)
	}
	text := func(name string) *string { value := typed(c, name); return &value }
	change := programme.CohortChange{Places: &places, Owner: text("owner"), Deputy: text("deputy"), Signatory: text("signatory"), Contact: text("contact")}
	how := changing{to: settingsPath(up.cohort.Name) + "?did=saved", form: func(up *settingUp) *setupForm { return s.settingsForm(c, who, up) }}
	if typed(c, "step") == "change" {
		form := how.form(up)
		form.showTyped(c, false)
		return s.renderForm(c, form)
	}
	if shown, err := s.checkSettings(c, who, up, change, how); shown || err != nil {
		return err
	}
	return s.changeCohort(c, who, up, change, how)
}

// changing is a change of a cohort by a form: how the form looks, where its fields lie in the document, and where to go
// when it is done.
type changing struct {
	form    func(up *settingUp) *setupForm
	beneath string
	rename  func(field string) string // leads a fault to where it was written; nil: as it is
	to      string
	done    func(up *settingUp) bool // whether it stands so already; nil: where no field differs
}

// changeCohort carries a change out if the cohort is still of the version that the form shows, or shows the form again with
// what was written: with the faults, or beside what stands now.
func (s *Console) changeCohort(c *gin.Context, who member, up *settingUp, change programme.CohortChange, how changing) error {
	version, err := strconv.ParseInt(typed(c, "version"), 10, 64)
	if err != nil {
		version = 0 // of no cohort: the sender looks again
	}
	change.By = who.actor()
	err = s.Setup.ChangeCohort(c.Request.Context(), up.cohort.Name, change, version)
	switch {
	case err == nil:
		return seeOther(c, how.to)
	case errors.Is(err, programme.ErrConflict):
		if up, err = s.settingUp(c); err != nil {
			return err
		}
		form := how.form(up)
		form.showTyped(c, true)
		if how.done != nil && how.done(up) || how.done == nil && !form.differs() { // it stands so already, as for the second of two clicks
			return seeOther(c, how.to)
		}
		return s.renderForm(c, form)
	}
	var invalid *programme.Invalid
	if !errors.As(err, &invalid) {
		return err
	}
	return s.refusedChange(c, up, invalid, how)
}

// refusedChange shows the form with what was written, and with the faults.
func (s *Console) refusedChange(c *gin.Context, up *settingUp, invalid *programme.Invalid, how changing) error {
	form := how.form(up)
	form.showTyped(c, false)
	form.hide("version", typed(c, "version")) // what the faults are of
	faults := slices.Clone(invalid.Faults)
	for i := range faults {
		if how.rename != nil {
			faults[i].Field = how.rename(faults[i].Field)
		}
	}
	form.wrong(faults, how.beneath)
	return s.renderForm(c, form)
}

// hide sets a hidden value.
func (f *setupForm) hide(name, value string) {
	for i := range f.Hidden {
		if f.Hidden[i][0] == name {
			f.Hidden[i][1] = value
		}
	}
}
