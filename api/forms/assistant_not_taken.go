package forms

import (
	"maps"
	"net/http"
	"slices"

	"fairlead/programme"

	"github.com/gin-gonic/gin"
)

// What an assistant sends and cannot be taken is shown to them with the reason, never dropped without a word: other people,
// and the calendar, go on while their form is open.

// seenField holds which answer to an event stood when the assistant's page was opened, so that nobody's later one is changed unseen.
const seenField = "seen"

func (s standing) seen() string {
	if !s.answered {
		return "none"
	}
	return programme.Reference(s.answer.ID)
}

// stands reports whether what an assistant sends in their form is what stands already: a second click, or somebody was quicker,
// with needs besides or without.
func (s standing) stands(form programme.Form, given programme.Answers) bool {
	confirms := len(given) == 1 && given.Get("place") == programme.PlaceConfirm && s.place.State == programme.PlaceConfirmed
	return confirms || s.answered && (maps.EqualFunc(given, s.answer.Answers, slices.Equal) ||
		maps.EqualFunc(given, form.Clean(s.answer.Answers, programme.SectionPlace), slices.Equal))
}

// overtaken reports whether somebody answered after the page was opened.
func (s standing) overtaken(typed programme.Answers) bool {
	seen := typed.Get(seenField)
	return seen != "" && seen != s.seen()
}

var answeredMeanwhile = []programme.Fault{{Text: "This was answered after you opened the page. Look at how the place stands now, and send again if what you chose is right"}}

// travelSection is what an assistant may be allowed to arrange.
func travelSection() programme.Section {
	return programme.EventPlaceForAssistant(programme.AssistantNeeds).Sections[1]
}

// travelNotTaken is what an assistant typed about travel, room and diet that is not theirs to say now, or that nobody needs online, with the reason; what
// they had sent before is nothing new.
func travelNotTaken(v *visitor, frozen, online bool, typed, before programme.Answers) (rest []summaryRow, faults []programme.Fault) {
	allowed := v.journey.AssistantMay == programme.AssistantNeeds
	section := travelSection()
	form := programme.Form{Sections: []programme.Section{section}}
	given := form.Clean(typed, section.Name)
	if allowed && !frozen && !online || len(given) == 0 || maps.EqualFunc(given, form.Clean(before, section.Name), slices.Equal) {
		return nil, nil
	}
	text := "What you typed about travel, room and diet is not taken: the venue has its list. Write to us if something has changed. Send again to send the rest"
	switch {
	case !allowed:
		text = "What you typed about travel, room and diet is not taken: " + v.journey.Person.Name + " does not let you arrange them now. Send again to send the rest"
	case online:
		text = "What you typed about travel, room and diet is not taken. It is held online now: nothing is needed for travel, room and diet. Send again to send the rest"
	}
	return rows(section, given), []programme.Fault{{Text: text}}
}

// eventNotTaken is the page of an event after an answer that came too late, with what was sent.
func (f *Forms) eventNotTaken(c *gin.Context, v *visitor, stage programme.Stage, s standing, typed programme.Answers) error {
	offered, err := f.otherDates(c.Request.Context(), v, stage)
	if err != nil {
		return err
	}
	page := f.assistantEventPage(v, stage, s)
	page.Unchanged = "What you have just sent was not taken. " + whyNotTaken(v, stage, s)
	form := programme.EventPlaceForAssistant(programme.AssistantNeeds)
	form.Sections[0] = offering(form.Sections[0], offered)
	form.Sections[0].Fields[0].Short = "The place"
	for _, section := range form.Sections {
		if given := (programme.Form{Sections: []programme.Section{section}}).Clean(typed, section.Name); len(given) > 0 {
			page.NotTaken = append(page.NotTaken, rows(section, given)...)
		}
	}
	return f.render(c, http.StatusConflict, "assistant_event.html", page)
}

// whyNotTaken says why an assistant can say nothing of a place now, and nothing of what the leader told us.
func whyNotTaken(v *visitor, stage programme.Stage, s standing) string {
	p := s.place
	switch {
	case p.Sitting.State == programme.SittingCancelled, !v.now.Before(p.Sitting.Starts), p.Cannot, !p.State.Live():
		return assistantPlaceWords(*p, v.now)
	case v.journey.State == programme.OnHold:
	case (s.answered || s.settled) && !v.now.Before(p.Freeze):
		return "The place could be changed until " + moment(p.Freeze) + "."
	case !s.answered && !s.settled && !stage.Limit.IsZero() && !v.now.Before(stage.Limit):
		return "It could be answered until " + moment(stage.Limit) + "."
	}
	return "Nothing can be answered or changed here at the moment."
}
