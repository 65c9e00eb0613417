package forms

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"net/http"

	"fairlead/programme"

	"github.com/gin-gonic/gin"
)

// questionnairePage is the way into the questionnaire: what it is, how far one has come, and the way on. One that a
// supplier of the centre's holds has the supplier's address alone.
type questionnairePage struct {
	frame
	When     []string
	Supplier string
	Items    int
	Tasks    []task
	Onward   way
	Consents string
}

// itemsPage is one page of statements.
type itemsPage struct {
	frame
	First     bool
	Questions []question
	Limit     string
	Action    string
}

// questionnaireCheckPage is the last look before the answers are sent and scored.
type questionnaireCheckPage struct {
	frame
	Answered int
	Items    int
	Unscored []string // scales without a score, with how many of their statements are left out
	StandIn  bool     // a scale has one statement left out
	Tasks    []task
	Action   string
}

// questionnaire is the form of a stage with the instrument behind it and what was saved of it.
type questionnaire struct {
	instrument programme.Instrument
	form       programme.Form
	drafts     map[string]programme.Draft
	answers    programme.Answers // all that was saved
}

func (f *Forms) questionnaire(ctx context.Context, v *visitor, stage programme.Stage, s standing) (q questionnaire, err error) {
	if q.form, err = f.formFor(v, stage); err != nil || q.form.Name == programme.FormSupplier {
		return q, err
	}
	if q.instrument, err = programme.InstrumentNamed(q.form.Name); err != nil {
		return q, err
	}
	q.drafts, err = f.Store.Drafts(ctx, s.ask)
	q.answers = programme.Answers{}
	for _, page := range q.form.Sections {
		maps.Copy(q.answers, q.form.Clean(q.drafts[page.Name].Answers, page.Name))
	}
	return q, err
}

// tasks lists the pages with how much of each is answered. Only what was saved with “Continue” counts.
func (q questionnaire) tasks(path func(rest ...string) string) (list []task) {
	for _, page := range q.form.Sections {
		line := task{ID: "status-" + page.Name, Title: page.Title, Href: path(page.Name), Status: notYetStarted}
		if draft, begun := q.drafts[page.Name]; begun {
			line.Status = fmt.Sprintf("%d of %d answered", q.instrument.Answered(draft.Answers), len(page.Fields))
		}
		list = append(list, line)
	}
	return list
}

// onward is the first page that was not finished, else the last look.
func (q questionnaire) onward(path func(rest ...string) string) way {
	for n, page := range q.form.Sections {
		draft, begun := q.drafts[page.Name]
		switch {
		case draft.Complete:
		case n == 0 && !begun:
			return way{Text: "Start", Href: path(page.Name)}
		default:
			return way{Text: "Go on with " + lower(page.Title), Href: path(page.Name)}
		}
	}
	return way{Text: checkAndSend, Href: path("check")}
}

func (f *Forms) showQuestionnaire(c *gin.Context, v *visitor, stage programme.Stage, s standing) error {
	q, err := f.questionnaire(c.Request.Context(), v, stage, s)
	if err != nil {
		return err
	}
	page := &questionnairePage{frame: f.frame(v, q.form.Title), When: dueWords(stage, v.now), Consents: consentsOf(v)}
	if q.form.Name == programme.FormSupplier {
		blueprint, err := f.Blueprints(v.cohort.Blueprint)
		if err != nil {
			return err
		}
		own, _ := blueprint.Stage(stage.Name)
		page.Supplier = own.Supplier
		return f.render(c, http.StatusOK, "psychometrics.html", page)
	}
	at := func(rest ...string) string { return v.path(stage, rest...) }
	page.Items, page.Tasks, page.Onward = len(q.instrument.Items), q.tasks(at), q.onward(at)
	return f.render(c, http.StatusOK, "psychometrics.html", page)
}

// showQuestionnairePage serves everything beneath the way in.
func (f *Forms) showQuestionnairePage(c *gin.Context, v *visitor, stage programme.Stage, s standing, name string) error {
	if s.answered {
		return seeOther(c, v.path(stage, "done"))
	}
	q, err := f.questionnaire(c.Request.Context(), v, stage, s)
	if err != nil {
		return err
	}
	page, known := q.form.Section(name)
	switch {
	case known:
		return f.items(c, v, stage, q, page, q.answers, nil, http.StatusOK)
	case name == "check" && len(q.form.Sections) > 0:
		return f.checkQuestionnaire(c, v, stage, q, nil, http.StatusOK)
	case name == "saved" && len(q.form.Sections) > 0:
		return f.showSaved(c, v, stage)
	}
	return programme.ErrNotFound
}

// sendQuestionnairePage takes one page of answers, or sends them all.
func (f *Forms) sendQuestionnairePage(c *gin.Context, v *visitor, stage programme.Stage, s standing, name string) error {
	if s.answered {
		return seeOther(c, v.path(stage, "done"))
	}
	q, err := f.questionnaire(c.Request.Context(), v, stage, s)
	if err != nil {
		return err
	}
	page, known := q.form.Section(name)
	switch {
	case known:
		return f.sendItems(c, v, stage, s, q, page)
	case name == "check" && len(q.form.Sections) > 0:
		return f.sendQuestionnaire(c, v, stage, s, q)
	}
	return programme.ErrNotFound
}

func (f *Forms) items(c *gin.Context, v *visitor, stage programme.Stage, q questionnaire, page programme.Section, answers programme.Answers, faults []programme.Fault, status int) error {
	shown := &itemsPage{frame: f.frame(v, q.form.Title+", "+lower(page.Title)), First: page.Name == q.form.Sections[0].Name,
		Questions: questions(page, answers, faults), Limit: moment(stage.Limit), Action: v.path(stage, page.Name)}
	shown.Back = &way{Text: "Back to the pages", Href: v.path(stage)}
	if c.Query("from") == "check" {
		shown.Action += "?" + fromCheck
		shown.Back = &way{Text: "Back to the last look", Href: v.path(stage, "check")}
	}
	shown.faulty(faults)
	return f.render(c, status, "psychometrics_page.html", shown)
}

// sendItems saves a page of answers as it is: what is left blank is left out, until somebody comes back to it.
func (f *Forms) sendItems(c *gin.Context, v *visitor, stage programme.Stage, s standing, q questionnaire, page programme.Section) error {
	typed, err := posted(c)
	if err != nil {
		return err
	}
	later := typed.Get("action") == saveLater
	faults, status := q.form.Check(typed, page.Name), http.StatusUnprocessableEntity
	if len(faults) == 0 {
		answers := q.form.Clean(typed, page.Name)
		complete := !later || q.instrument.Answered(answers) == len(page.Fields) // a page that has every answer is not come back to
		err := f.Store.SaveDraft(c.Request.Context(), s.ask, page.Name, answers, complete, v.now)
		if err == nil {
			return seeOther(c, afterItems(c, v, stage, q.form, page, later))
		}
		if faults, status, err = f.notKept(c, err); err != nil {
			return err
		}
	}
	return f.items(c, v, stage, q, page, typed, faults, status)
}

// afterItems is where “Continue” leads: to the next page, after the last to the last look.
func afterItems(c *gin.Context, v *visitor, stage programme.Stage, form programme.Form, page programme.Section, later bool) string {
	if later {
		return v.path(stage, "saved")
	}
	for n, section := range form.Sections[:len(form.Sections)-1] {
		if section.Name == page.Name && c.Query("from") != "check" {
			return v.path(stage, form.Sections[n+1].Name)
		}
	}
	return v.path(stage, "check")
}

func (f *Forms) checkQuestionnaire(c *gin.Context, v *visitor, stage programme.Stage, q questionnaire, faults []programme.Fault, status int) error {
	page := &questionnaireCheckPage{frame: f.frame(v, "Check before you send"), Answered: q.instrument.Answered(q.answers),
		Items: len(q.instrument.Items), Action: v.path(stage, "check"), Tasks: q.tasks(func(rest ...string) string { return v.path(stage, rest...) + "?" + fromCheck })}
	page.Back = &way{Text: "Back to the pages", Href: v.path(stage)}
	for _, score := range q.instrument.Score(q.answers) {
		missing := itemsOf(q.instrument, score.Scale) - score.Answered
		switch {
		case !score.Scored:
			page.Unscored = append(page.Unscored, fmt.Sprintf("%s: %d statements left out", q.instrument.Scale(score.Scale).Title, missing))
		case missing > 0:
			page.StandIn = true
		}
	}
	page.faulty(faults)
	return f.render(c, status, "psychometrics_check.html", page)
}

func itemsOf(in programme.Instrument, scale string) (n int) {
	for _, item := range in.Items {
		if item.Scale == scale {
			n++
		}
	}
	return n
}

// sendQuestionnaire sends what was saved. A questionnaire without a single answer says nothing and is not taken.
func (f *Forms) sendQuestionnaire(c *gin.Context, v *visitor, stage programme.Stage, s standing, q questionnaire) error {
	if q.instrument.Answered(q.answers) == 0 {
		// An answer that arrives takes the drafts away: another press of the button may just have sent them.
		s, err := f.stand(c.Request.Context(), v, stage)
		if err != nil {
			return err
		}
		if s.answered {
			return seeOther(c, v.path(stage, "done"))
		}
		return f.checkQuestionnaire(c, v, stage, q, []programme.Fault{{Text: "Answer at least one statement before you send"}}, http.StatusUnprocessableEntity)
	}
	err := f.submit(c, v, stage, s, q.form.Name, q.answers)
	if err == nil {
		return seeOther(c, v.path(stage, "done"))
	}
	if errors.Is(err, errAnsweredFirst) {
		if s, err = f.stand(c.Request.Context(), v, stage); err != nil {
			return err
		}
		return f.unchangeable(v, stage, s, true)
	}
	faults, status, err := f.notKept(c, err)
	if err != nil {
		return err
	}
	return f.checkQuestionnaire(c, v, stage, q, faults, status)
}

// doneQuestionnaire shows no answers: they are in the report, which has a page of its own.
func (f *Forms) doneQuestionnaire(v *visitor, stage programme.Stage, s standing, page *donePage) {
	form, err := f.formFor(v, stage)
	if err == nil && form.Name == programme.FormSupplier {
		page.Title, page.Panel, page.Until = "Your questionnaire is done", "Thank you", ""
		page.Next = []string{"Our supplier has told us that you have taken the questionnaire. We do not have your answers: the supplier shows you what they say."}
		return
	}
	if !s.report {
		page.Title, page.Panel, page.Until = "Your report was deleted", "You have withdrawn your consent", ""
		page.Next = []string{"Your answers and your report are deleted. There is nothing you need to do."}
		return
	}
	page.Title, page.Panel = "Your report is ready", "Your answers have arrived"
	page.Next = []string{page.mailed(v), "Nobody on the programme team can see your answers or your report."}
	page.Until = "Your answers cannot be changed any more, because your report is made from them."
	page.Cards = []summaryCard{{Title: "Your report", Note: "What your answers say on each scale, as a picture and in words.",
		Change: &way{Text: "See your report", Href: reportOf(v)}}}
}
