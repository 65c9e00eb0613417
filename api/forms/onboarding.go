package forms

import (
	"net/http"

	"fairlead/programme"

	"github.com/gin-gonic/gin"
)

// onboardingPage is the task list: seven sections in any order, each saved as it goes.
type onboardingPage struct {
	frame
	When      []string
	Tasks     []task
	Completed int // of the sections that must be complete
	Needed    int
	Sending   []task // the last line, a list of its own
}

// task is one line of the list. Href is empty where it cannot be started yet.
type task struct {
	ID     string // of its status, which describes its link
	Title  string
	Href   string
	Status string
	Hint   string
}

// Colour is the colour of the tag that shows the status; what is completed or cannot be done has none.
func (t task) Colour() string {
	switch t.Status {
	case notYetStarted:
		return "blue"
	case inProgress:
		return "teal"
	}
	return ""
}

// The states of a section, as people read them.
const (
	notYetStarted   = "Not yet started"
	inProgress      = "In progress"
	completed       = "Completed"
	cannotStartYet  = "Cannot start yet"
	checkAndSend    = "Check your answers and send"
	optionalSection = "Optional"
)

func statusOf(draft programme.Draft, begun bool) string {
	switch {
	case !begun:
		return notYetStarted
	case draft.Complete:
		return completed
	}
	return inProgress
}

func (f *Forms) showOnboarding(c *gin.Context, v *visitor, stage programme.Stage, s standing) error {
	form, err := f.formFor(v, stage)
	if err != nil {
		return err
	}
	drafts, err := f.Store.Drafts(c.Request.Context(), s.ask)
	if err != nil {
		return err
	}
	page := &onboardingPage{frame: f.frame(v, form.Title), When: dueWords(stage, v.now)}
	for _, section := range form.Sections {
		draft, begun := drafts[section.Name]
		line := task{ID: "status-" + section.Name, Title: section.Title, Href: v.path(stage, section.Name), Status: statusOf(draft, begun)}
		if section.Optional {
			line.Hint = optionalSection
		} else {
			page.Needed++
			if draft.Complete {
				page.Completed++
			}
		}
		page.Tasks = append(page.Tasks, line)
	}
	send := task{ID: "status-check", Title: checkAndSend, Status: cannotStartYet}
	if page.Completed == page.Needed {
		send.Href, send.Status = v.path(stage, "check"), notYetStarted
	}
	page.Sending = []task{send}
	return f.render(c, http.StatusOK, "onboarding.html", page)
}

// showOnboardingSection serves everything beneath the task list.
func (f *Forms) showOnboardingSection(c *gin.Context, v *visitor, stage programme.Stage, s standing, name string) error {
	switch {
	case name == programme.SectionPrivacy && s.answered:
		return seeOther(c, consentsOf(v))
	case name == "check" && s.answered, name == "saved" && s.answered:
		return seeOther(c, v.path(stage, "done"))
	case name == "check":
		return f.showCheck(c, v, stage, s)
	case name == "saved":
		return f.showSaved(c, v, stage)
	}
	return f.showSectionForm(c, v, stage, s, name)
}

// sendOnboardingSection takes one section, or the whole form.
func (f *Forms) sendOnboardingSection(c *gin.Context, v *visitor, stage programme.Stage, s standing, name string) error {
	switch {
	case name == programme.SectionPrivacy && s.answered:
		return seeOther(c, consentsOf(v))
	case name == "check" && s.answered:
		return seeOther(c, v.path(stage, "done"))
	case name == "check":
		return f.sendCheck(c, v, stage, s)
	}
	return f.sendSectionForm(c, v, stage, s, name)
}

// savedPage tells somebody who stops half-way how to come back.
type savedPage struct {
	frame
	Email string
	Until string
	List  string
}

func (f *Forms) showSaved(c *gin.Context, v *visitor, stage programme.Stage) error {
	return f.render(c, http.StatusOK, "onboarding_saved.html", &savedPage{frame: f.frame(v, "Your section is saved"),
		Email: v.journey.Person.Email, Until: moment(stage.Limit), List: v.path(stage)})
}

// doneOnboarding shows what was sent, with the way to change what may be changed.
func (f *Forms) doneOnboarding(v *visitor, stage programme.Stage, s standing, page *donePage) {
	form, _ := f.formFor(v, stage) // it was there when it was answered
	page.Title, page.Panel = "You are ready for the programme", "Your answers have arrived"
	page.Next = []string{mailed(v)}
	if v.journey.AssistantMay != programme.AssistantNothing && v.journey.Assistant != nil {
		page.Next = append(page.Next, "Your assistant gets a mail with a link of their own.")
	}
	page.Next = append(page.Next, "There is nothing else to do now. We write to you when the next thing comes.")
	for _, section := range form.Sections {
		page.Cards = append(page.Cards, f.sentCard(v, stage, s, section))
	}
}

func (f *Forms) sentCard(v *visitor, stage programme.Stage, s standing, section programme.Section) summaryCard {
	card := summaryCard{Title: section.Title}
	switch {
	case section.Apart:
		card.Note = "Kept apart from everything that names you. We cannot show or change these answers."
		return card
	case section.Name == programme.SectionPrivacy: // what was said here may have been withdrawn since
		card.Note, card.Change = "What you agree to, and how to withdraw it, has a page of its own.", &way{Text: "See your consents", Href: consentsOf(v)}
		return card
	case section.Survey:
		card.Note = "Kept apart from your name, under a research pseudonym. We cannot show these answers here."
		return card
	}
	card.Rows = rows(section, s.answer.Answers)
	if s.changeable {
		card.Change = &way{Text: "Change", Href: v.path(stage, section.Name), Hidden: lower(section.Title)}
	}
	return card
}
