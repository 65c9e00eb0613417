package forms

import (
	"net/http"

	"fairlead/programme"

	"github.com/gin-gonic/gin"
)

// donePage is what people see after they answered, and whenever they come back: the reference, what happens next, and
// their answer with the way to change it while that is allowed. Each stage fills it in its own words.
type donePage struct {
	frame
	Panel     string // the short sentence in the panel; Title where empty
	Reference string
	Next      []string
	Event     *eventCard  // the event it is about, or nil
	Others    []eventCard // the events that the same answer confirmed
	Cards     []summaryCard
	private   bool   // the confirmation goes to the leader's private address
	Until     string // until when it may be changed, or why it may not
}

func (f *Forms) showDone(c *gin.Context, v *visitor, stage programme.Stage, pages stagePages, s standing) error {
	page := &donePage{frame: f.frame(v, stage.Title)}
	if s.answered {
		page.Reference = programme.Reference(s.answer.ID)
	}
	if stage.Kind == programme.KindSurvey || stage.Kind == programme.KindPsychometrics {
		private, err := f.Store.PrivateAddress(c.Request.Context(), v.ref)
		if err != nil {
			return err
		}
		page.private = private != ""
	}
	switch {
	case s.changeable && !s.until.IsZero():
		page.Until = "You can change your answer here until " + moment(s.until) + "."
	case stage.Kind.Changeable():
		page.Until = "Your answer can no longer be changed here. If something has changed, please write to us."
	}
	pages.done(f, v, stage, s, page)
	if s.answer.Change && s.answer.By != partAssistant {
		page.Panel = "Your change is saved"
	}
	if page.Panel == "" {
		page.Panel = page.Title
	}
	return f.render(c, http.StatusOK, "done.html", page)
}

// mailed is the sentence about the confirmation of a survey or the questionnaire, which may go to the private address; that is
// never shown.
func (page *donePage) mailed(v *visitor) string {
	if page.private {
		return "We are sending a confirmation to the address you gave us for this."
	}
	return mailed(v)
}

// mailed is the sentence about the confirmation that goes by mail.
func mailed(v *visitor) string {
	return "We are sending a confirmation to " + v.journey.Person.Email + "."
}
