package forms

import (
	"errors"
	"net/http"

	"fairlead/programme"

	"github.com/gin-gonic/gin"
)

// stagePages are the pages of one kind of stage.
type stagePages struct {
	show func(*Forms, *gin.Context, *visitor, programme.Stage, standing) error // the form, open and unanswered
	send func(*Forms, *gin.Context, *visitor, programme.Stage, standing) error // its POST
	// done fills in what the page after the answer says.
	done func(*Forms, *visitor, programme.Stage, standing, *donePage)
	// sends is the form that send takes whole, empty where its sections have addresses of their own.
	sends string
	// showSection and sendSection serve addresses beneath the form; nil where it has none but the common ones.
	showSection func(*Forms, *gin.Context, *visitor, programme.Stage, standing, string) error
	sendSection func(*Forms, *gin.Context, *visitor, programme.Stage, standing, string) error
}

// pagesFor finds the pages of a stage as the visitor's cohort runs it.
func pagesFor(v *visitor, stage programme.Stage) (stagePages, bool) {
	if v.isApplication(stage) {
		return applicationPages, true
	}
	return pagesOf(stage.Kind)
}

// pagesOf finds the pages of a kind; the kinds without pages of their own do not exist here.
func pagesOf(kind programme.Kind) (stagePages, bool) {
	switch kind {
	case programme.KindSelection:
		return stagePages{show: (*Forms).showInvitation, send: (*Forms).sendInvitation, sends: programme.FormInvitation, done: (*Forms).doneInvitation}, true
	case programme.KindOnboarding:
		return stagePages{show: (*Forms).showOnboarding, send: nothingToSend, done: (*Forms).doneOnboarding,
			showSection: (*Forms).showOnboardingSection, sendSection: (*Forms).sendOnboardingSection}, true
	case programme.KindEvent:
		return stagePages{show: (*Forms).showEvent, send: (*Forms).sendEvent, sends: programme.FormEventPlace, done: (*Forms).doneEvent,
			showSection: changeWith((*Forms).showEvent), sendSection: changeWith((*Forms).sendEvent)}, true
	case programme.KindPsychometrics:
		return stagePages{show: (*Forms).showQuestionnaire, send: nothingToSend, done: (*Forms).doneQuestionnaire,
			showSection: (*Forms).showQuestionnairePage, sendSection: (*Forms).sendQuestionnairePage}, true
	case programme.KindSurvey:
		return stagePages{show: (*Forms).showSurvey, send: (*Forms).sendSurvey, done: (*Forms).doneSurvey,
			showSection: changeWith((*Forms).showSurvey), sendSection: changeWith((*Forms).sendSurvey)}, true
	case programme.KindAlumni:
		return stagePages{show: (*Forms).showAlumni, send: (*Forms).sendAlumni, sends: programme.FormAlumni, done: (*Forms).doneAlumni,
			showSection: changeWith((*Forms).showAlumni), sendSection: changeWith((*Forms).sendAlumni)}, true
	}
	return stagePages{}, false
}

func nothingToSend(*Forms, *gin.Context, *visitor, programme.Stage, standing) error {
	return errNoSuchForm
}

// changeWith serves …/change with the stage's own form.
func changeWith(page func(*Forms, *gin.Context, *visitor, programme.Stage, standing) error) func(*Forms, *gin.Context, *visitor, programme.Stage, standing, string) error {
	return func(f *Forms, c *gin.Context, v *visitor, stage programme.Stage, s standing, section string) error {
		if section != "change" || !s.answered && !s.settled {
			return programme.ErrNotFound
		}
		if !s.changeable {
			return f.unchangeable(v, stage, s, c.Request.Method == http.MethodPost)
		}
		return page(f, c, v, stage, s)
	}
}

// stagePage finds everything a request to a stage's address needs.
func (f *Forms) stagePage(c *gin.Context) (*visitor, programme.Stage, stagePages, standing, error) {
	v, err := f.leader(c)
	if err != nil {
		return nil, programme.Stage{}, stagePages{}, standing{}, err
	}
	stage, err := v.stage(c)
	if err != nil {
		return nil, programme.Stage{}, stagePages{}, standing{}, err
	}
	pages, known := pagesFor(v, stage)
	if !known {
		return nil, programme.Stage{}, stagePages{}, standing{}, programme.ErrNotFound
	}
	s, err := f.stand(c.Request.Context(), v, stage)
	return v, stage, pages, s, err
}

// showStage is GET /year/{ref}/{stage}: the form, or the answer once there is one.
func (f *Forms) showStage(c *gin.Context) error {
	if v, stage, is, err := f.coachingVisit(c); err != nil || is {
		if err != nil {
			return err
		}
		return f.showCoaching(c, v, stage)
	} else if f.eventForAssistant(v, stage) {
		return f.showAssistantEvent(c, stage)
	}
	v, stage, pages, s, err := f.stagePage(c)
	switch {
	case err != nil:
		return err
	case s.answered, s.settled:
		return seeOther(c, v.path(stage, "done"))
	case s.refusal != nil:
		return s.refusal
	}
	return pages.show(f, c, v, stage, s)
}

// sendStage is its POST. One that says after the answer what the answer says finds it: a double click is one answer.
func (f *Forms) sendStage(c *gin.Context) error {
	if v, stage, is, err := f.coachingVisit(c); err != nil || is {
		if err != nil {
			return err
		}
		return f.sendCoaching(c, v, stage)
	} else if f.eventForAssistant(v, stage) {
		return f.sendAssistantEvent(c, stage)
	}
	v, stage, pages, s, err := f.stagePage(c)
	switch {
	case err != nil:
		return err
	case s.answered, s.settled:
		return f.sendAgain(c, v, stage, pages, s)
	case s.refusal != nil:
		return s.refusal
	}
	if err = pages.send(f, c, v, stage, s); !errors.Is(err, errAnsweredFirst) {
		return err
	}
	if v, stage, pages, s, err = f.stagePage(c); err != nil {
		return err
	}
	return f.sendAgain(c, v, stage, pages, s)
}

// showSection is GET /year/{ref}/{stage}/{section}.
func (f *Forms) showSection(c *gin.Context) error {
	v, stage, pages, s, err := f.stagePage(c)
	if err != nil {
		return err
	}
	section := c.Param("section")
	switch {
	case section == "done" && (s.answered || s.settled):
		return f.showDone(c, v, stage, pages, s)
	case section == "done":
		return seeOther(c, v.path(stage))
	case pages.showSection == nil:
		return programme.ErrNotFound
	case s.refusal != nil:
		return s.refusal
	}
	return pages.showSection(f, c, v, stage, s, section)
}

// sendSection is its POST.
func (f *Forms) sendSection(c *gin.Context) error {
	if v, stage, is, err := f.coachingVisit(c); err != nil || is {
		switch {
		case err != nil:
			return err
		case c.Param("section") != "cancel":
			return errNoSuchForm
		}
		return f.cancelCoaching(c, v, stage)
	}
	v, stage, pages, s, err := f.stagePage(c)
	switch {
	case err != nil:
		return err
	case pages.sendSection == nil:
		return errNoSuchForm
	case s.refusal != nil:
		return s.refusal
	}
	err = pages.sendSection(f, c, v, stage, s, c.Param("section"))
	if errors.Is(err, programme.ErrFormClosed) && v.isApplication(stage) { // its deadline passed in this very moment
		return f.closed(v, stage)
	}
	return err
}
