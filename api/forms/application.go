package forms

import (
	"net/http"

	"fairlead/programme"

	"github.com/gin-gonic/gin"
)

// applicationPage is the applicant's own page: how the application stands, what was sent, and the ways on.
type applicationPage struct {
	frame
	Name      string
	Standing  string // in a few words
	Words     []string
	Reference string
	On        *way // to the form or the offer, nil where nothing is asked
	Cards     []summaryCard
	Withdraw  string // address of the page to take it back, or empty
}

// takeBackPage asks once more before an application is taken back.
type takeBackPage struct {
	frame
	Action string
}

// applicant reports whether the visitor has applied and has no place yet: then there is no year to look at.
func (v *visitor) applicant() bool {
	stage, selects := v.selecting()
	return selects && v.cohort.Route == programme.RouteApplication && stage.Outcome != "accepted" && stage.State != programme.StageSkipped
}

// selecting is the stage in which people are chosen.
func (v *visitor) selecting() (programme.Stage, bool) {
	for _, stage := range v.journey.Stages {
		if stage.Kind == programme.KindSelection {
			return stage, true
		}
	}
	return programme.Stage{}, false
}

// isApplication reports whether a stage's pages are those of an application, and not of an invitation or an offer.
func (v *visitor) isApplication(stage programme.Stage) bool {
	return v.cohort.Route == programme.RouteApplication && stage.Kind == programme.KindSelection && stage.Part != programme.PartOffer
}

// home is the page from which everything of the visitor can be reached.
func (v *visitor) home() string {
	if v.applicant() {
		return "/application/" + v.ref
	}
	return "/year/" + v.ref
}

// applicationPages are the pages of the application form: a list of sections, as onboarding has it.
var applicationPages = stagePages{show: (*Forms).showOnboarding, send: nothingToSend, done: (*Forms).doneApplication,
	showSection: (*Forms).showOnboardingSection, sendSection: (*Forms).sendOnboardingSection}

func (f *Forms) showApplication(c *gin.Context) error {
	v, err := f.leader(c)
	if err != nil {
		return err
	}
	if !v.applicant() {
		return seeOther(c, v.home())
	}
	stage, _ := v.selecting()
	known, err := f.Store.Applicant(c.Request.Context(), v.ref)
	if err != nil {
		return err
	}
	page := &applicationPage{frame: f.frame(v, "Your application"), Name: v.journey.Person.Name, Reference: known.Reference}
	page.Year = ""
	page.stand(v, stage, known)
	if !known.Submitted.IsZero() {
		s, err := f.stand(c.Request.Context(), v, stage)
		if err != nil {
			return err
		}
		form, err := programme.FormNamed(programme.FormApplication)
		if err != nil {
			return err
		}
		s.answer.Answers = known.Answers
		s.changeable = s.changeable && v.isApplication(stage)
		for _, section := range form.Sections {
			page.Cards = append(page.Cards, f.sentCard(v, stage, s, section))
		}
	}
	return f.render(c, http.StatusOK, "application.html", page)
}

// stand says how the application stands. What was decided and not told yet is not to be seen here.
func (page *applicationPage) stand(v *visitor, stage programme.Stage, known programme.Applicant) {
	state := v.journey.State
	withdrawable := false
	switch state {
	case programme.OnHold:
		page.Standing, page.Words = "Paused", []string{"Your application is paused. Nothing is asked of you until it goes on."}
		withdrawable = true
	case programme.Applying:
		page.Standing, withdrawable = "Not sent yet", true
		page.Words = []string{"You can send it until " + moment(known.Deadline) + ". That is a firm date."}
		page.On = &way{Text: "Continue my application", Href: v.path(stage)}
	case programme.Submitted:
		page.Standing, withdrawable = "Sent", true
		page.Words = []string{"You can change what you sent until " + moment(known.Deadline) + ". After that we read every application."}
	case programme.UnderReview:
		page.Standing, withdrawable = "Being read", true
		page.Words = []string{"Applications have closed and we are reading them. Whatever we decide, we tell you by email. There is nothing for you to do."}
	case programme.Waitlisted:
		page.Standing, withdrawable = "On the waiting list", true
		page.Words = []string{"When a place comes free, it goes to whoever applied first. Places can come free until " + day(stage.Limit) + "."}
	case programme.Offered:
		page.Standing = "A place is offered to you"
		page.Words = dueWords(stage, v.now)
		page.On = &way{Text: "See my offer", Href: v.path(stage)}
	default:
		page.Standing, page.Words = "Ended", []string{v.endWords()}
		if state == programme.Lapsed && stage.Part == "" {
			page.On = &way{Text: "Enter a late code", Href: "/apply/" + v.cohort.Name}
		}
	}
	if withdrawable {
		page.Withdraw = "/application/" + v.ref + "/withdraw"
	}
}

func (f *Forms) showWithdraw(c *gin.Context) error {
	v, err := f.withdrawing(c)
	if err != nil {
		return err
	}
	page := &takeBackPage{frame: f.frame(v, "Withdraw your application"), Action: "/application/" + v.ref + "/withdraw"}
	page.Back = &way{Text: "Back to your application", Href: v.home()}
	return f.render(c, http.StatusOK, "withdraw.html", page)
}

// withdrawing finds whoever may take an application back; the others are led to where they stand.
func (f *Forms) withdrawing(c *gin.Context) (*visitor, error) {
	v, err := f.leader(c)
	if err != nil {
		return nil, err
	}
	if !v.applicant() {
		return nil, programme.ErrNotFound
	}
	return v, nil
}

func (f *Forms) sendWithdraw(c *gin.Context) error {
	v, err := f.withdrawing(c)
	if err != nil {
		return err
	}
	outbox, err := f.Store.WithdrawApplication(c.Request.Context(), v.ref, v.now)
	if err != nil {
		return err
	}
	f.deliver(c.Request.Context(), outbox)
	return seeOther(c, v.home())
}

// doneApplication is the page right after an application was sent.
func (f *Forms) doneApplication(v *visitor, stage programme.Stage, s standing, page *donePage) {
	page.Title, page.Panel = "Your application is sent", "We have your application"
	page.Next = []string{mailed(v), "After the deadline we read every application. Whatever we decide, we tell you by email; there is nothing for you to do until then."}
	page.Until = ""
	if s.changeable {
		page.Until = "You can change what you sent until " + moment(s.until) + "."
	}
	form, _ := programme.FormNamed(programme.FormApplication)
	for _, section := range form.Sections {
		page.Cards = append(page.Cards, f.sentCard(v, stage, s, section))
	}
}
