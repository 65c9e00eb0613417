package forms

import (
	"errors"
	"net/http"

	"fairlead/programme"

	"github.com/gin-gonic/gin"
)

// yearPage is "Your year": what is asked now, what comes, what is done.
type yearPage struct {
	frame
	Name        string
	Banner      string // how the journey stands where it does not simply run
	Now         []yearLine
	Comes       []yearLine
	Done        []yearLine
	Feed        string // address of the private calendar feed, empty before there is a place
	Certificate string // its page, empty before the programme is complete
}

// yearLine is one stage as the leader sees it.
type yearLine struct {
	Title string
	Text  string
	Way   *way
}

func (f *Forms) showYear(c *gin.Context) error {
	v, err := f.visitor(c)
	if err != nil {
		return err
	}
	if v.part == partAssistant {
		return seeOther(c, "/year/"+v.ref+"/assistant")
	}
	page := &yearPage{frame: f.frame(v, "Your year"), Name: v.journey.Person.Name, Banner: endWords(v.journey.State)}
	page.Year = ""
	blueprint, err := f.Blueprints(v.cohort.Blueprint)
	if err != nil {
		return err
	}
	for _, stage := range v.journey.Stages {
		if err := f.addStage(c, page, v, blueprint, stage); err != nil {
			return err
		}
	}
	switch v.journey.State {
	case programme.Completed:
		page.Certificate = "/year/" + v.ref + "/certificate"
		fallthrough
	case programme.Enrolled, programme.OnHold:
		token, err := f.Store.FeedToken(c.Request.Context(), v.ref)
		if err != nil && !errors.Is(err, programme.ErrNotFound) {
			return err
		}
		if !token.IsZero() {
			page.Feed = f.PublicURL + "/calendar/" + token.Reveal() + ".ics"
		}
	}
	return f.render(c, http.StatusOK, "year.html", page)
}

// addStage puts a stage under its heading. A stage that nobody will open any more is left out.
func (f *Forms) addStage(c *gin.Context, page *yearPage, v *visitor, blueprint programme.Blueprint, stage programme.Stage) error {
	line := yearLine{Title: stage.Title}
	if stage.Kind == programme.KindCoaching && stage.State == programme.StageOpen && !v.journey.State.Ended() {
		return f.coachingLine(c, page, v, stage)
	}
	switch {
	case stage.State == programme.StageNotOpen && (v.journey.State.Ended() || stage.Kind == programme.KindSelection):
		return nil
	case stage.State == programme.StageNotOpen:
		line.Text = comesWords(v, blueprint, stage)
		page.Comes = append(page.Comes, line)
		return nil
	case stage.State != programme.StageOpen:
		line.Text = endedWords(stage)
		if _, hasPage := pagesOf(stage.Kind); hasPage && stage.State == programme.StageDone {
			line.Way = &way{Text: "See your answer", Href: v.path(stage, "done"), Hidden: "to " + stage.Title}
		}
		page.Done = append(page.Done, line)
		return nil
	}
	s, err := f.stand(c.Request.Context(), v, stage)
	switch {
	case err != nil:
		return err
	case s.answered:
		line.Text = "You answered on " + day(s.answer.At) + "."
		line.Way = &way{Text: "See your answer", Href: v.path(stage, "done"), Hidden: "to " + stage.Title}
		page.Done = append(page.Done, line)
	case s.refusal == nil:
		for _, words := range dueWords(stage, v.now) {
			line.Text = words
		}
		line.Way = &way{Text: "Answer", Href: v.path(stage), Hidden: stage.Title}
		page.Now = append(page.Now, line)
	}
	return nil
}

// comesWords say when something to come will be.
func comesWords(v *visitor, blueprint programme.Blueprint, stage programme.Stage) string {
	if from, to, err := blueprint.EventTimes(v.cohort, stage.Name); err == nil {
		return span(from, to) + "."
	}
	if v.journey.State == programme.OnHold || stage.OpensAt.IsZero() {
		return "We will write to you when it opens."
	}
	text := "Opens on " + day(later(stage.OpensAt, v.now)) + "."
	if stage.Due.After(v.now) {
		text += " We will ask for your answer by " + moment(stage.Due) + "."
	}
	return text
}

// endedWords say how a stage ended.
func endedWords(stage programme.Stage) string {
	on := ""
	if !stage.ClosedAt.IsZero() {
		on = " on " + day(stage.ClosedAt)
	}
	switch stage.State {
	case programme.StageDone:
		return "Done" + on + "."
	case programme.StageLapsed:
		return "Closed without an answer" + on + "."
	case programme.StageSkipped:
		return "Settled by the programme team" + on + "."
	}
	return "Not needed any more" + on + "."
}
