package forms

import (
	"context"
	"errors"
	"net/http"
	"slices"
	"time"

	"fairlead/programme"

	"github.com/gin-gonic/gin"
)

// assistantEventPage is one event for the assistant: when and where, how the place stands, and the form as long as it can be
// confirmed or changed. Nothing the leader told us is on it.
type assistantEventPage struct {
	frame
	When    []string
	Leader  string
	Event   eventCard
	Others  []eventCard
	Mine    string // when the assistant answered, or empty
	Open    bool
	Place   question
	Offered bool
	Needs   []question // empty where the leader did not allow it, and while a venue has its list
	Action  string
	Seen    string // which answer stands
	// Unchanged is why what was just sent has changed nothing, or empty; NotTaken is what could not be taken of it.
	Unchanged string
	NotTaken  []summaryRow
}

// eventForAssistant reports whether an address is an event's and its visitor the assistant.
func (f *Forms) eventForAssistant(v *visitor, stage programme.Stage) bool {
	return v.part == partAssistant && stage.Kind == programme.KindEvent
}

// mayAnswer reports whether the assistant can say something about the place: as long as the leader could, and not where the
// leader said that no date will do.
func (s standing) mayAnswer() bool {
	if s.place == nil || s.place.Cannot || !s.place.State.Live() || s.place.Sitting.State == programme.SittingCancelled {
		return false
	}
	if s.answered || s.settled {
		return s.changeable
	}
	return s.refusal == nil
}

// assistantEvents are the ways to the events at which there is something to confirm or to change.
func (f *Forms) assistantEvents(ctx context.Context, v *visitor) (ways []way, err error) {
	for _, stage := range v.journey.Stages {
		if stage.Kind != programme.KindEvent || stage.Round == 0 {
			continue
		}
		s, err := f.stand(ctx, v, stage)
		if err != nil {
			return nil, err
		}
		if !s.mayAnswer() {
			continue
		}
		text := "Confirm the place: "
		if s.place.State == programme.PlaceConfirmed {
			text = "See or change the place: "
		}
		ways = append(ways, way{Text: text + stage.Title, Href: v.path(stage)})
	}
	return ways, nil
}

// assistantEvent finds the assistant and how the place stands.
func (f *Forms) assistantEvent(c *gin.Context, stage programme.Stage) (*visitor, standing, error) {
	v, _, _, err := f.assistantVisit(c)
	if err != nil {
		return nil, standing{}, err
	}
	s, err := f.stand(c.Request.Context(), v, stage)
	if err == nil && (s.place == nil || stage.Round == 0) {
		err = programme.ErrNotFound
	}
	return v, s, err
}

// assistantForm is what the assistant may say now.
func assistantEventForm(v *visitor, s standing) programme.Form {
	form := s.asks(programme.EventPlaceForAssistant(v.journey.AssistantMay))
	if s.frozen {
		form.Sections = form.Sections[:1] // what can no longer be changed is not even read
	}
	return form
}

// assistantEventPage is the page without a form.
func (f *Forms) assistantEventPage(v *visitor, stage programme.Stage, s standing) *assistantEventPage {
	page := &assistantEventPage{frame: f.frame(v, stage.Title+" of "+v.journey.Person.Name), Leader: v.journey.Person.Name,
		Event: f.assistantCard(v, stage, s.place), Action: v.path(stage), Seen: s.seen()}
	page.Back = &way{Text: "Dates and arrangements", Href: "/year/" + v.ref + "/assistant"}
	page.Event.Title = "" // the page has it
	if s.answered && s.answer.By == partAssistant {
		page.Mine = day(s.answer.At)
	}
	return page
}

func (f *Forms) eventOfAssistant(c *gin.Context, v *visitor, stage programme.Stage, s standing, answers programme.Answers, notTaken []summaryRow, faults []programme.Fault, status int) error {
	page := f.assistantEventPage(v, stage, s)
	page.NotTaken = notTaken
	if page.Open = s.mayAnswer(); page.Open {
		offered, err := f.otherDates(c.Request.Context(), v, stage)
		if err != nil {
			return err
		}
		if !s.answered && !s.settled {
			page.When = dueWords(stage, v.now)
		}
		for i := range s.others {
			page.Others = append(page.Others, f.assistantCard(v, programme.Stage{Title: s.others[i].Title}, &s.others[i]))
		}
		form := assistantEventForm(v, s)
		q := questions(offering(form.Sections[0], offered), answers, faults)
		page.Place, page.Offered = revealing(q)[0], len(offered) > 0
		if len(form.Sections) > 1 {
			page.Needs = revealing(questions(form.Sections[1], answers, faults))
		}
		for i := range faults {
			if faults[i].Field == "sitting" && len(offered) == 0 { // no field is left at which the fault could stand
				faults[i].Field = "place"
			}
		}
	}
	page.faulty(faults)
	return f.render(c, status, "assistant_event.html", page)
}

// assistantCard is an event without what concerns the leader alone.
func (f *Forms) assistantCard(v *visitor, stage programme.Stage, place *programme.Place) eventCard {
	card := f.eventCard(v, stage, place)
	card.State, card.Note, card.Join, card.Sessions = assistantPlaceWords(*place, v.now), "", "", nil
	return card
}

// assistantPlaceWords say how a place stands; whether the leader came, or cannot, is not the assistant's to know.
func assistantPlaceWords(p programme.Place, now time.Time) string {
	switch {
	case p.Sitting.State == programme.SittingCancelled:
		return "This date does not take place."
	case !now.Before(p.Sitting.Starts):
		return "This event has begun or is over."
	case p.Cannot, !p.State.Live():
		return "The programme team is in touch about the place."
	case p.State == programme.PlaceConfirmed:
		return "The place is confirmed."
	}
	return "A place is held. It is not confirmed yet."
}

func (f *Forms) showAssistantEvent(c *gin.Context, stage programme.Stage) error {
	v, s, err := f.assistantEvent(c, stage)
	if err != nil {
		return err
	}
	return f.eventOfAssistant(c, v, stage, s, nil, nil, nil, http.StatusOK)
}

// sendAssistantEvent takes the assistant's answer, whole or not at all. One that cannot be taken any more finds how the place stands, and why.
func (f *Forms) sendAssistantEvent(c *gin.Context, stage programme.Stage) error {
	v, s, err := f.assistantEvent(c, stage)
	if err != nil {
		return err
	}
	typed, err := posted(c)
	if err != nil {
		return err
	}
	form := assistantEventForm(v, s)
	given := form.Clean(typed, "")
	notTaken, late := travelNotTaken(v, s.frozen, s.online, typed, s.answer.Answers)
	if !s.mayAnswer() {
		if len(notTaken) == 0 && s.stands(form, given) {
			return seeOther(c, v.path(stage))
		}
		return f.eventNotTaken(c, v, stage, s, typed)
	}
	offered, err := f.otherDates(c.Request.Context(), v, stage)
	if err != nil {
		return err
	}
	faults, status := append(form.Check(typed, ""), gone(given, offered)...), http.StatusUnprocessableEntity
	switch overtaken := s.overtaken(typed); {
	case overtaken && len(late) == 0 && s.stands(form, given):
		return seeOther(c, v.path(stage))
	case overtaken:
		late = append(answeredMeanwhile, late...)
	}
	if len(faults) == 0 && len(late) > 0 {
		status = http.StatusConflict
	}
	if faults = append(late, faults...); len(faults) == 0 {
		err := f.submitAs(c, v, partAssistant, stage.Name, s, programme.FormEventPlace, given)
		switch {
		case err == nil:
			return seeOther(c, v.path(stage))
		case errors.Is(err, programme.ErrFormClosed):
			if v, s, err = f.assistantEvent(c, stage); err != nil {
				return err
			}
			return f.eventNotTaken(c, v, stage, s, typed)
		case errors.Is(err, errAnsweredFirst): // in the instant of this one
			if v, s, err = f.assistantEvent(c, stage); err != nil {
				return err
			}
			switch {
			case s.stands(form, given):
				return seeOther(c, v.path(stage))
			case !s.mayAnswer():
				return f.eventNotTaken(c, v, stage, s, typed)
			}
			return f.eventOfAssistant(c, v, stage, s, typed, notTaken, answeredMeanwhile, http.StatusConflict)
		}
		if faults, status, err = f.notKept(c, err); err != nil {
			return err
		}
	}
	return f.eventOfAssistant(c, v, stage, s, typed, notTaken, faults, status)
}

// offering is the section of a place with the dates that can be asked for; without any it asks for none.
func offering(section programme.Section, offered []programme.Option) programme.Section {
	section.Fields = slices.Clone(section.Fields)
	for i, field := range section.Fields {
		switch {
		case field.Name == "sitting":
			section.Fields[i].Kind, section.Fields[i].Options = programme.FieldRadios, offered
		case field.Name == "place" && len(offered) == 0:
			section.Fields[i].Options = slices.DeleteFunc(slices.Clone(field.Options), func(o programme.Option) bool { return o.Value == programme.PlaceAnother })
		}
	}
	return section
}
