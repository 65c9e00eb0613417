package forms

import (
	"cmp"
	"maps"
	"net/http"
	"slices"
	"strings"

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

// checkedSecond takes a form of sections that came in the instant of another answer: the first section that differs comes back as
// a change to look at, and says what else was typed.
func (f *Forms) checkedSecond(c *gin.Context, form programme.Form, typed programme.Answers) error {
	v, err := f.leader(c) // anew: the answer may have moved the journey
	if err != nil {
		return err
	}
	stage, err := v.stage(c)
	if err != nil {
		return err
	}
	s, err := f.stand(c.Request.Context(), v, stage)
	switch {
	case err != nil:
		return err
	case !s.changeable:
		return f.unchangeable(v, stage, s, true)
	}
	s.late = true
	faults, status := s.afterAnswer(nil)
	var first *programme.Section
	for _, section := range form.Sections {
		differs := !maps.EqualFunc(form.Clean(typed, section.Name), form.Clean(s.answer.Answers, section.Name), slices.Equal)
		switch {
		case !section.Kept(), section.Name == programme.SectionPrivacy, !differs:
		case first == nil:
			first = &section
		default:
			faults = append(faults, programme.Fault{Text: "“" + section.Title + "” differs, too. There you had typed “" + inWords(section, typed, s.answer.Answers) + "”"})
		}
	}
	if first == nil {
		e := f.refuse(v, status, "You had answered already", "What you have just sent has changed nothing.",
			"What you agree to has a page of its own, and what is kept apart from your name stays as you sent it first.")
		var page *explanation
		if asError(e, &page) {
			page.page.Ways = append([]way{{Text: "See your answer", Href: v.path(stage, "done")}, {Text: "See your consents", Href: consentsOf(v)}}, page.page.Ways...)
		}
		return e
	}
	return f.section(c, v, stage, s, *first, typed, faults, status)
}

// inWords says in a line what is typed in a section and stands otherwise.
func inWords(section programme.Section, typed, stands programme.Answers) string {
	var said []string
	before := rows(section, stands)
	for _, row := range rows(section, typed) {
		if !slices.ContainsFunc(before, func(b summaryRow) bool { return b.Key == row.Key && slices.Equal(b.Values, row.Values) }) {
			said = append(said, row.Key+": "+cmp.Or(strings.Join(row.Values, ", "), "nothing"))
		}
	}
	return cmp.Or(strings.Join(said, "; "), "nothing")
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
