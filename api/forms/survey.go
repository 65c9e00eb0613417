package forms

import (
	"net/http"

	"fairlead/programme"

	"github.com/gin-gonic/gin"
)

// surveyPage is a questionnaire on one page: scales in groups, each question a fieldset.
type surveyPage struct {
	frame
	When   []string
	Intro  string
	Again  bool // answered before: the new answers take the place of the old
	Groups []scaleGroup
	Action string
}

// scaleGroup is a run of questions from one source.
type scaleGroup struct {
	Title     string
	Intro     string
	Source    string
	Licence   string
	Local     bool
	Questions []question
}

// scaleGroups sorts the questions of a section into the groups of its questionnaire.
func scaleGroups(q programme.Questionnaire, section programme.Section, answers programme.Answers, faults []programme.Fault) []scaleGroup {
	shown := questions(section, answers, faults)
	groups := make([]scaleGroup, len(q.Groups))
	for i, g := range q.Groups {
		groups[i] = scaleGroup{Title: g.Title, Intro: g.Intro, Source: g.Source, Licence: g.Licence, Local: g.Local, Questions: shown[:len(g.Questions)]}
		shown = shown[len(g.Questions):]
	}
	return groups
}

func (f *Forms) survey(c *gin.Context, v *visitor, stage programme.Stage, s standing, answers programme.Answers, faults []programme.Fault, status int) error {
	form, err := f.formFor(v, stage)
	if err != nil {
		return err
	}
	questionnaire, err := programme.QuestionnaireNamed(form.Name)
	if err != nil {
		return err
	}
	page := &surveyPage{frame: f.frame(v, stage.Title), When: dueWords(stage, v.now), Intro: questionnaire.Intro, Again: s.answered,
		Groups: scaleGroups(questionnaire, form.Sections[0], answers, faults), Action: v.path(stage)}
	if s.answered {
		page.Action = v.path(stage, "change")
	}
	page.faulty(faults)
	return f.render(c, status, "survey.html", page)
}

func (f *Forms) showSurvey(c *gin.Context, v *visitor, stage programme.Stage, s standing) error {
	return f.survey(c, v, stage, s, nil, nil, http.StatusOK)
}

func (f *Forms) sendSurvey(c *gin.Context, v *visitor, stage programme.Stage, s standing) error {
	form, err := f.formFor(v, stage)
	if err != nil {
		return err
	}
	given, err := posted(c)
	if err != nil {
		return err
	}
	faults, status := form.Check(given, ""), http.StatusUnprocessableEntity
	if len(faults) == 0 {
		err := f.submit(c, v, stage, s, form.Name, form.Clean(given, ""))
		if err == nil {
			return seeOther(c, v.path(stage, "done"))
		}
		if faults, status, err = f.notKept(c, err); err != nil {
			return err
		}
	}
	return f.survey(c, v, stage, s, given, faults, status)
}

// doneSurvey shows no answers: they are kept apart from the person from the moment they arrive.
func (f *Forms) doneSurvey(v *visitor, stage programme.Stage, s standing, page *donePage) {
	page.Title, page.Panel = "Your answers have arrived", "Thank you"
	page.Next = []string{page.mailed(v), "Your answers are kept under a research pseudonym. They are looked at together with those of others, never for fewer than ten people."}
	card := summaryCard{Title: stage.Title, Note: "Answered. Your answers are kept apart from your name, so we cannot show them here."}
	if s.changeable {
		card.Change = &way{Text: "Answer again", Href: v.path(stage, "change"), Hidden: stage.Title}
		page.Until = "You can answer again until " + moment(stage.Limit) + "; the new answers take the place of these."
	}
	page.Cards = []summaryCard{card}
}
