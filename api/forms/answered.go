package forms

import (
	"maps"
	"net/http"
	"slices"

	"fairlead/programme"

	"github.com/gin-gonic/gin"
)

// sendAgain takes what is sent to a form that was answered, or settled, before: a second click, or a page opened before that.
// What says anything new is neither thanked for nor lost: it comes back as a change to look at, as long as there can be one.
func (f *Forms) sendAgain(c *gin.Context, v *visitor, stage programme.Stage, pages stagePages, s standing) error {
	if stage.Kind == programme.KindSurvey { // its answers cannot be read again; the last ones hold, and the same change nothing
		if !s.changeable {
			return f.unchangeable(v, stage, s, true)
		}
		return pages.send(f, c, v, stage, s)
	}
	if pages.sends == "" {
		return seeOther(c, v.path(stage, "done"))
	}
	form, err := programme.FormNamed(pages.sends)
	if err != nil {
		return err
	}
	typed, err := posted(c)
	switch {
	case err != nil:
		return err
	case s.says(form, form.Clean(typed, "")):
		return seeOther(c, v.path(stage, "done"))
	case !s.changeable:
		return f.unchangeable(v, stage, s, true)
	}
	s.late = true
	return pages.send(f, c, v, stage, s)
}

// says reports whether an answer is what stands already.
func (s standing) says(form programme.Form, given programme.Answers) bool {
	if s.place == nil {
		return maps.EqualFunc(given, s.answer.Answers, slices.Equal)
	}
	stands := programme.Answers{}
	if s.place.State == programme.PlaceConfirmed {
		stands["place"] = []string{programme.PlaceConfirm}
	}
	place, _ := form.Section(programme.SectionPlace)
	needs, _ := form.Section(programme.SectionNeeds)
	if s.answered {
		stands = replaced(s.answer.Answers, needs, nil)
	}
	told, known := replaced(given, place, nil), s.needs
	if s.online {
		asked := form.Online()
		told, known = asked.Clean(told, programme.SectionNeeds), asked.Clean(known, programme.SectionNeeds)
	}
	return maps.EqualFunc(replaced(given, needs, nil), stands, slices.Equal) &&
		(s.frozen && len(told) == 0 || maps.EqualFunc(told, known, slices.Equal))
}

// afterAnswer puts before what is wrong that the form was answered before, where it comes from an older page.
func (s standing) afterAnswer(faults []programme.Fault) ([]programme.Fault, int) {
	if !s.late {
		return faults, http.StatusUnprocessableEntity
	}
	status := http.StatusUnprocessableEntity
	if len(faults) == 0 {
		status = http.StatusConflict
	}
	already := programme.Fault{Text: "You had answered already. Look at what you have typed and save it if it is right"}
	return append([]programme.Fault{already}, faults...), status
}
