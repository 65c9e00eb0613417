package forms

import (
	"errors"
	"maps"
	"net/http"

	"fairlead/programme"

	"github.com/gin-gonic/gin"
)

// checkPage is the last look before the form is sent.
type checkPage struct {
	frame
	Cards  []summaryCard
	Action string
}

func (f *Forms) check(c *gin.Context, v *visitor, stage programme.Stage, form programme.Form, drafts map[string]programme.Draft, faults []programme.Fault, status int) error {
	page := &checkPage{frame: f.frame(v, "Check your answers"), Action: v.path(stage, "check")}
	page.Back = &way{Text: "Back to the list", Href: v.path(stage)}
	for _, section := range form.Sections {
		draft, begun := drafts[section.Name]
		card := summaryCard{ID: "section-" + section.Name, Title: section.Title,
			Change: &way{Text: "Change", Href: v.path(stage, section.Name) + "?" + fromCheck, Hidden: lower(section.Title)}}
		switch {
		case !begun || !draft.Complete:
			card.Note = statusOf(draft, begun)
			card.Change.Text = "Answer"
		case section.Apart && len(draft.Answers) == 0:
			card.Note = "You have answered none of these questions, which is fine."
		case section.Apart:
			card.Note = "Answered. Once sent, these answers are kept apart from everything that names you and cannot be changed."
		case section.Survey:
			card.Note = "Answered. Once sent, these answers are kept apart from your name and cannot be changed."
		default:
			card.Rows = rows(section, draft.Answers)
		}
		page.Cards = append(page.Cards, card)
	}
	page.faulty(faults)
	return f.render(c, status, "onboarding_check.html", page)
}

func (f *Forms) showCheck(c *gin.Context, v *visitor, stage programme.Stage, s standing) error {
	form, err := f.formFor(v, stage)
	if err != nil {
		return err
	}
	drafts, err := f.Store.Drafts(c.Request.Context(), s.ask)
	if err != nil {
		return err
	}
	return f.check(c, v, stage, form, drafts, nil, http.StatusOK)
}

// sendCheck sends the form. The sections are judged once more: a draft that was sound may not be so any longer.
func (f *Forms) sendCheck(c *gin.Context, v *visitor, stage programme.Stage, s standing) error {
	form, err := f.formFor(v, stage)
	if err != nil {
		return err
	}
	drafts, err := f.Store.Drafts(c.Request.Context(), s.ask)
	if err != nil {
		return err
	}
	answers, faults := programme.Answers{}, []programme.Fault(nil)
	for _, section := range form.Sections {
		draft, begun := drafts[section.Name]
		sound := begun && draft.Complete && len(form.Check(draft.Answers, section.Name)) == 0
		switch {
		case sound:
			maps.Copy(answers, form.Clean(draft.Answers, section.Name))
		case begun || !section.Optional:
			faults = append(faults, programme.Fault{Field: "section-" + section.Name, Text: "Complete the section “" + section.Title + "”"})
		}
	}
	if len(faults) > 0 {
		// An answer that arrives takes the drafts away: another press of the button may just have sent them.
		if s, err = f.stand(c.Request.Context(), v, stage); err != nil {
			return err
		}
		if s.answered {
			return seeOther(c, v.path(stage, "done"))
		}
	}
	status := http.StatusUnprocessableEntity
	if len(faults) == 0 {
		err := f.submit(c, v, stage, s, form.Name, answers)
		if err == nil {
			return seeOther(c, v.path(stage, "done"))
		}
		if errors.Is(err, errAnsweredFirst) {
			return f.checkedSecond(c, form, answers)
		}
		if faults, status, err = f.notKept(c, err); err != nil {
			return err
		}
		for i, fault := range faults {
			if field, known := form.Field(fault.Field); known && fault.Field != "" { // the fields are on their sections' pages
				faults[i] = programme.Fault{Text: field.Named() + ": " + fault.Text}
			}
		}
	}
	return f.check(c, v, stage, form, drafts, faults, status)
}
