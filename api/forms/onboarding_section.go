package forms

import (
	"maps"
	"net/http"
	"strings"

	"fairlead/programme"

	"github.com/gin-gonic/gin"
)

// sectionPage is one section of onboarding.
type sectionPage struct {
	frame
	Name      string // profile, assistant, …: each says more than its fields
	Intro     string
	Questions []question
	Groups    []scaleGroup // of the baseline survey, instead of Questions
	Events    []eventCard  // whose places the section confirms
	Notice    string       // version of the privacy notice
	Limit     string
	Change    bool // the form was sent already: this changes the answer
	Action    string
}

// Query and button that bring a person back to where they came from.
const (
	fromCheck = "from=check"
	saveLater = "later"
)

// findSection finds a section that has a page for this standing: what is kept apart is asked once.
func (f *Forms) findSection(v *visitor, stage programme.Stage, s standing, name string) (programme.Form, programme.Section, error) {
	form, err := f.formFor(v, stage)
	if err != nil {
		return form, programme.Section{}, err
	}
	section, known := form.Section(name)
	switch {
	case !known:
		return form, section, programme.ErrNotFound
	case s.answered && !s.changeable:
		return form, section, f.unchangeable(v, stage, s, false)
	case s.answered && (section.Apart || section.Survey):
		return form, section, f.refuse(v, http.StatusGone, "These answers cannot be changed",
			"They are kept apart from everything that names you since you sent them. So nobody can find yours to change them, not even you.")
	}
	return form, section, nil
}

func (f *Forms) section(c *gin.Context, v *visitor, stage programme.Stage, s standing, section programme.Section, answers programme.Answers, faults []programme.Fault, status int) error {
	page := &sectionPage{frame: f.frame(v, section.Title), Name: section.Name, Intro: section.Intro, Notice: f.PrivacyNotice,
		Limit: moment(s.until), Change: s.answered, Action: v.path(stage, section.Name)}
	page.Back = &way{Text: "Back to the list", Href: v.path(stage)}
	switch {
	case s.answered:
		page.Back = &way{Text: "Back to your answers", Href: v.path(stage, "done")}
	case c.Query("from") == "check":
		page.Back = &way{Text: "Back to your answers", Href: v.path(stage, "check")}
		page.Action += "?" + fromCheck
	}
	if section.Survey {
		questionnaire, err := programme.QuestionnaireNamed(programme.Baseline)
		if err != nil {
			return err
		}
		page.Groups = scaleGroups(questionnaire, section, answers, faults)
	} else {
		page.Questions = revealing(questions(section, answers, faults))
	}
	if section.Name == programme.SectionPlaces {
		if err := f.addPlaces(c, v, stage, page); err != nil {
			return err
		}
	}
	page.faulty(faults)
	return f.render(c, status, "onboarding_section.html", page)
}

// addPlaces shows the events whose places the form confirms, each with the leader's own dates.
func (f *Forms) addPlaces(c *gin.Context, v *visitor, stage programme.Stage, page *sectionPage) error {
	places, err := f.placesOf(c.Request.Context(), v)
	if err != nil {
		return err
	}
	for _, event := range v.year.PlacedWith(stage.Name) {
		var mine *programme.Place
		for i := range places {
			if places[i].Stage == event.Name {
				mine = &places[i]
			}
		}
		card := f.eventCard(v, programme.Stage{Name: event.Name, Title: event.Title}, mine)
		card.State = "" // that is what the section asks
		page.Events = append(page.Events, card)
	}
	return nil
}

func (f *Forms) showSectionForm(c *gin.Context, v *visitor, stage programme.Stage, s standing, name string) error {
	_, section, err := f.findSection(v, stage, s, name)
	if err != nil {
		return err
	}
	answers, err := f.known(c, v, stage, s, section)
	if err != nil {
		return err
	}
	return f.section(c, v, stage, s, section, answers, nil, http.StatusOK)
}

// known is what a section begins with: the answer sent, else the draft, else the round before, else what the
// programme knows already.
func (f *Forms) known(c *gin.Context, v *visitor, stage programme.Stage, s standing, section programme.Section) (programme.Answers, error) {
	if s.answered {
		return s.answer.Answers, nil
	}
	drafts, err := f.Store.Drafts(c.Request.Context(), s.ask)
	if err != nil {
		return nil, err
	}
	if draft, begun := drafts[section.Name]; begun {
		return draft.Answers, nil
	}
	if earlier, err := f.earlier(c.Request.Context(), v, stage); err != nil || earlier != nil {
		return earlier, err
	}
	switch section.Name {
	case programme.SectionProfile, programme.SectionAbout, programme.SectionRole, programme.SectionOrganisation:
		return knownProfile(v.journey), nil
	case programme.SectionAssistant:
		return knownAssistant(v.journey), nil
	}
	return nil, nil
}

func knownProfile(j programme.Journey) programme.Answers {
	return given("title", j.Person.Title, "given_name", j.Person.GivenName, "family_name", j.Person.FamilyName, "phone", j.Person.Phone,
		"job_title", j.Role.JobTitle, "organisation", j.Role.Organisation, "sector", j.Role.Sector, "region", j.Role.Region,
		"role_started", j.Role.RoleStarted)
}

func knownAssistant(j programme.Journey) programme.Answers {
	if j.Assistant == nil {
		return nil
	}
	return given("has_assistant", programme.Yes, "assistant_name", j.Assistant.Name, "assistant_email", j.Assistant.Email,
		"assistant_phone", j.Assistant.Phone, "assistant_may", string(j.AssistantMay))
}

// given makes answers of names and values, leaving out what is empty.
func given(pairs ...string) programme.Answers {
	answers := programme.Answers{}
	for i := 0; i < len(pairs); i += 2 {
		if pairs[i+1] != "" {
			answers[pairs[i]] = []string{pairs[i+1]}
		}
	}
	return answers
}

// sendSectionForm saves a section as a draft, unfinished where the person comes back later; after the form was sent it
// changes the answer.
func (f *Forms) sendSectionForm(c *gin.Context, v *visitor, stage programme.Stage, s standing, name string) error {
	form, section, err := f.findSection(v, stage, s, name)
	if err != nil {
		return err
	}
	typed, err := posted(c)
	if err != nil {
		return err
	}
	clean, later := form.Clean(typed, name), typed.Get("action") == saveLater && !s.answered
	own := ownAssistant(v, clean)
	faults := append(form.Check(typed, name), own...)
	complete, status := len(faults) == 0, http.StatusUnprocessableEntity
	if later && !complete {
		faults = append(form.CheckDraft(typed, name), own...)
	}
	if len(faults) == 0 {
		if s.answered {
			err = f.submit(c, v, stage, s, form.Name, replaced(s.answer.Answers, section, clean))
		} else {
			err = f.Store.SaveDraft(c.Request.Context(), s.ask, name, clean, complete, v.now)
		}
		if err == nil {
			return seeOther(c, f.afterSection(c, v, stage, s, later))
		}
		if faults, status, err = f.notKept(c, err); err != nil {
			return err
		}
	}
	return f.section(c, v, stage, s, section, typed, faults, status)
}

func (f *Forms) afterSection(c *gin.Context, v *visitor, stage programme.Stage, s standing, later bool) string {
	switch {
	case s.answered:
		return v.path(stage, "done")
	case later:
		return v.path(stage, "saved")
	case c.Query("from") == "check":
		return v.path(stage, "check")
	}
	return v.path(stage)
}

// ownAssistant refuses the leader's own address as the assistant's: the assistant is somebody else, with a link of
// their own. It judges cleaned answers; those of other sections hold no such field.
func ownAssistant(v *visitor, clean programme.Answers) []programme.Fault {
	if !strings.EqualFold(clean.Get("assistant_email"), v.journey.Person.Email) {
		return nil
	}
	return []programme.Fault{{Field: "assistant_email", Text: "Enter your assistant’s own email address, not yours"}}
}

// replaced is the whole answer with one section's fields replaced.
func replaced(whole programme.Answers, section programme.Section, part programme.Answers) programme.Answers {
	merged := maps.Clone(whole)
	for _, field := range section.Fields {
		delete(merged, field.Name)
	}
	maps.Copy(merged, part)
	return merged
}
