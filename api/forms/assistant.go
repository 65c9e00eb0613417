package forms

import (
	"context"
	"errors"
	"net/http"

	"fairlead/programme"

	"github.com/gin-gonic/gin"
)

// assistantPage is all an assistant sees: the leader's dates, the confirmation, the ways to confirm each event's place and to
// book sessions, and the arrangements where the leader allowed it. No answer, report or survey of the leader is on it.
type assistantPage struct {
	frame
	Leader    string
	Dates     []dated
	Others    []assisted // whose diary this assistant keeps as well
	Confirmed string     // when the dates were confirmed last, or empty
	Sessions  []way      // coaching sessions to book or move
	Events    []way      // events whose place can be confirmed or changed
	Tick      question
	Needs     []question   // empty where the leader did not allow it, and while a venue has its list
	Frozen    bool         // a venue has its list of needs: they cannot be changed now
	NotTaken  []summaryRow // of what was just sent
	Action    string
}

// assisted is another leader of the same assistant.
type assisted struct {
	Name  string
	Dates []dated
	Way   way // to the page where these dates are confirmed
}

// assistantDonePage confirms what the assistant sent.
type assistantDonePage struct {
	frame
	Panel     string
	Reference string
	Rows      []summaryRow
	Again     string
}

// assistantVisit finds the assistant and what they sent before, if anything.
func (f *Forms) assistantVisit(c *gin.Context) (*visitor, programme.Submission, bool, error) {
	v, err := f.visitor(c)
	switch {
	case err != nil:
		return nil, programme.Submission{}, false, err
	case v.part != partAssistant:
		return nil, programme.Submission{}, false, errAnotherLink
	case v.journey.State != programme.Enrolled && v.journey.State != programme.OnHold:
		page := explainPage{frame: f.frame(v, "These dates are no longer needed"),
			Paragraphs: []string{"The leader you work with is not on the programme now, so there is nothing to keep free or to arrange.",
				"If you have put dates of the programme into the diary, please take them out."}}
		if c.Request.Method == http.MethodPost {
			page.Paragraphs = append([]string{"What you have just sent was not taken."}, page.Paragraphs...)
		}
		return nil, programme.Submission{}, false, &explanation{status: http.StatusGone, page: page}
	}
	last, err := f.Store.Answers(c.Request.Context(), programme.AssistantAsk(v.ref))
	if errors.Is(err, programme.ErrNotFound) {
		return v, programme.Submission{}, false, nil
	}
	return v, last, err == nil, err
}

func (f *Forms) assistantPage(ctx context.Context, v *visitor, last programme.Submission, sent bool, answers programme.Answers, faults []programme.Fault) (*assistantPage, error) {
	lines, err := f.Store.Dates(ctx, v.ref)
	if err != nil {
		return nil, err
	}
	form, err := programme.FormNamed(programme.FormAssistant)
	if err != nil {
		return nil, err
	}
	page := &assistantPage{frame: f.frame(v, "Dates for "+v.journey.Person.Name), Leader: v.journey.Person.Name,
		Tick: questions(form.Sections[0], answers, faults)[0], Action: "/year/" + v.ref + "/assistant"}
	page.Dates = asDated(lines)
	if page.Others, err = f.assistedBesides(ctx, v); err != nil {
		return nil, err
	}
	for _, stage := range v.journey.Stages {
		if stage.Kind == programme.KindCoaching && stage.State == programme.StageOpen {
			page.Sessions = append(page.Sessions, way{Text: "Book or move: " + stage.Title, Href: v.path(stage)})
		}
	}
	if page.Events, err = f.assistantEvents(ctx, v); err != nil {
		return nil, err
	}
	if sent && last.Answers.Get("confirm_dates") == programme.Yes {
		page.Confirmed = day(last.At)
	}
	if v.journey.AssistantMay == programme.AssistantNeeds {
		if _, page.Frozen, err = f.Store.Needs(ctx, v.ref); err != nil {
			return nil, err
		}
		if !page.Frozen {
			page.Needs = revealing(questions(form.Sections[1], answers, faults))
		}
	}
	page.faulty(faults)
	return page, nil
}

// asDated are the dates of a leader's year as an assistant reads them.
func asDated(lines []programme.DateLine) (dates []dated) {
	for _, line := range programme.DatesForAssistant(lines) {
		d := dated{Title: line.Title, When: span(line.From, line.To), Note: line.Where}
		switch {
		case line.From.IsZero():
			d.When = "date to follow"
		case !line.To.After(line.From):
			d.When = "by " + moment(line.From)
			if line.Book {
				d.When = "book a time " + d.When
			}
		}
		dates = append(dates, d)
	}
	return dates
}

// assistedBesides are the other leaders whose diary the visitor keeps, each with the dates, so that one page has them all.
func (f *Forms) assistedBesides(ctx context.Context, v *visitor) (others []assisted, err error) {
	known, err := f.Store.Assisted(ctx, v.journey.Assistant.ID)
	for _, one := range known {
		if one.Ref == v.ref {
			continue
		}
		way := way{Text: "Confirm the dates of " + one.Leader, Href: "/year/" + one.Ref + "/assistant"}
		if one.May == programme.AssistantNeeds {
			way.Text = "Confirm the dates and arrange for " + one.Leader
		}
		others = append(others, assisted{Name: one.Leader, Dates: asDated(one.Dates), Way: way})
	}
	return others, err
}

// showAssistant begins with what the assistant sent before; what the leader told us is not shown.
func (f *Forms) showAssistant(c *gin.Context) error {
	v, last, sent, err := f.assistantVisit(c)
	if err != nil {
		return err
	}
	page, err := f.assistantPage(c.Request.Context(), v, last, sent, last.Answers, nil)
	if err != nil {
		return err
	}
	return f.render(c, http.StatusOK, "assistant.html", page)
}

func (f *Forms) sendAssistant(c *gin.Context) error {
	v, last, sent, err := f.assistantVisit(c)
	if err != nil {
		return err
	}
	form, err := programme.FormNamed(programme.FormAssistant)
	if err != nil {
		return err
	}
	_, frozen, err := f.Store.Needs(c.Request.Context(), v.ref)
	if err != nil {
		return err
	}
	if frozen || v.journey.AssistantMay != programme.AssistantNeeds {
		form.Sections = form.Sections[:1]
	}
	typed, err := posted(c)
	if err != nil {
		return err
	}
	notTaken, late := travelNotTaken(v, frozen, false, typed, last.Answers)
	faults, status := form.Check(typed, ""), http.StatusUnprocessableEntity
	if len(faults) == 0 && len(late) > 0 {
		status = http.StatusConflict
	}
	if faults = append(late, faults...); len(faults) == 0 {
		s := standing{ask: programme.AssistantAsk(v.ref), answered: sent, answer: last}
		err := f.submitAs(c, v, partAssistant, "", s, form.Name, form.Clean(typed, ""))
		if err == nil {
			return seeOther(c, "/year/"+v.ref+"/assistant/done")
		}
		if errors.Is(err, programme.ErrFormClosed) { // the leader took them off in this very moment
			return errNoLongerTheirs
		}
		if faults, status, err = f.notKept(c, err); err != nil {
			return err
		}
	}
	page, err := f.assistantPage(c.Request.Context(), v, last, sent, typed, faults)
	if err != nil {
		return err
	}
	page.NotTaken = notTaken
	return f.render(c, status, "assistant.html", page)
}

func (f *Forms) showAssistantDone(c *gin.Context) error {
	v, last, sent, err := f.assistantVisit(c)
	switch {
	case err != nil:
		return err
	case !sent:
		return seeOther(c, "/year/"+v.ref+"/assistant")
	}
	form, err := programme.FormNamed(programme.FormAssistant)
	if err != nil {
		return err
	}
	page := &assistantDonePage{frame: f.frame(v, "Thank you"), Reference: programme.Reference(last.ID), Panel: "We have noted this for " + v.journey.Person.Name,
		Again: "/year/" + v.ref + "/assistant"}
	for _, section := range form.Sections {
		if !section.Optional || len(form.Clean(last.Answers, section.Name)) > 0 {
			page.Rows = append(page.Rows, rows(section, last.Answers)...)
		}
	}
	return f.render(c, http.StatusOK, "assistant_done.html", page)
}
