package programme

import "slices"

// The answers to whether a place at an event is taken.
const (
	PlaceConfirm = "confirm"
	PlaceAnother = "another"
	PlaceCannot  = "cannot"
)

// SectionPlace asks whether the place at one event is taken; SectionPlaces stands in another form and asks it of several
// events at once.
const (
	SectionPlace  = "place"
	SectionPlaces = "places"
)

// PlacesNotAll is the answer that some of several dates will not do: then each event asks for itself.
const PlacesNotAll = "not_all"

// eventPlaceForm asks a leader to confirm the place at an event, and what the leader needs there. Which other sittings
// there are only the records know: the answer names one.
func eventPlaceForm() Form {
	needs := needsSection()
	needs.Optional = true
	return Form{Name: FormEventPlace, Title: "Your place", Sections: []Section{
		{Name: SectionPlace, Title: "Your place", Fields: []Field{
			{Name: "place", Kind: FieldRadios, Label: "Will you be there?", Short: "Your place", Required: true,
				Missing: "Select whether you will be there",
				Options: []Option{
					{Value: PlaceConfirm, Label: "Yes, I will be there"},
					{Value: PlaceAnother, Label: "I ask for another date", Hint: "Only dates that still have room are offered."},
					{Value: PlaceCannot, Label: "None of the dates will do", Hint: "The programme team gets in touch with you."},
				}},
			{Name: "sitting", Kind: FieldText, Label: "Which date would suit you?", Short: "The other date", Required: true, Max: 40,
				When: &When{Field: "place", Value: PlaceAnother}, Missing: "Choose the date that would suit you"},
		}},
		needs,
	}}
}

// EventPlaceForAssistant is the same form for an assistant, who confirms the date or asks for another and, where the leader
// allows it, says how the leader travels, sleeps and eats. That no date will do is the leader's to say, and so are access
// needs.
func EventPlaceForAssistant(may AssistantMay) Form {
	form := eventPlaceForm()
	place := form.Sections[0].Fields[0]
	place.Label, place.Missing = "Will the leader be there?", "Select whether the leader will be there"
	place.Options = []Option{{Value: PlaceConfirm, Label: "Yes, the leader will be there"}, {Value: PlaceAnother, Label: "We ask for another date", Hint: place.Options[1].Hint}}
	form.Sections[0].Fields[0] = place
	form.Sections[0].Fields[1].Label = "Which date would suit the leader?"
	if form.Sections[1].Fields = assistantTravel(); may != AssistantNeeds {
		form.Sections = form.Sections[:1]
	}
	return form
}

// Online is the form as it is asked where the leader takes part online: nobody eats, sleeps or arrives there, so of the needs
// it asks only what the leader needs to take part.
func (f Form) Online() Form {
	f.Sections = slices.Clone(f.Sections)
	for i, section := range f.Sections {
		if section.Name != SectionNeeds {
			continue
		}
		section.Title, section.Intro = "What you need to take part", "Seen by the few staff who arrange the events. We delete it 30 days after your last event."
		section.Fields = slices.DeleteFunc(slices.Clone(section.Fields), func(field Field) bool { return field.Name != NeedAccess })
		for n := range section.Fields {
			section.Fields[n].Hint = "For example captions, a sign language interpreter, slides in advance, longer breaks"
		}
		f.Sections[i] = section
	}
	f.Sections = slices.DeleteFunc(f.Sections, func(s Section) bool { return len(s.Fields) == 0 })
	return f
}

// Judged is the form of a place at an event as an answer to it is judged. Who can come on none of the dates completes no needs, and
// who asks for another date need not complete those told for an event online: of both it takes only what it asks online.
func (f Form) Judged(answers Answers) Form {
	if _, asked := f.Section(SectionNeeds); !asked {
		return f
	}
	place, needs := f.Clean(answers, SectionPlace).Get("place"), f.Clean(answers, SectionNeeds)
	cannot := place == PlaceCannot && len(f.Check(answers, SectionNeeds)) > 0
	if cannot || place == PlaceAnother && len(needs) == 1 && needs.Get(NeedAccess) != "" {
		return f.Online()
	}
	return f
}

// AsksOnline reports whether a leader with these places takes part online in every event whose place the form of a stage
// confirms.
func (b Blueprint) AsksOnline(stage string, places []Place) bool {
	online := false
	for _, place := range places {
		with, _ := b.Stage(place.Stage)
		switch {
		case place.Stage == stage:
			online = place.Sitting.Online
		case with.Event != nil && with.Event.PlaceWith == stage && place.State.Live() && !place.Sitting.Online:
			return false
		}
	}
	return online
}

// placesSection confirms the places at the first events within the onboarding form.
func placesSection() Section {
	return Section{Name: SectionPlaces, Title: "Your places",
		Intro: "We hold a place for you at the first events of the year. Please look at the dates and tell us whether you will be there.",
		Fields: []Field{
			{Name: "places", Kind: FieldRadios, Label: "Can you be there on these dates?", Short: "Your places", Required: true,
				Missing: "Select whether you can be there on these dates",
				Options: []Option{
					{Value: PlaceConfirm, Label: "Yes, I will be there on all of them"},
					{Value: PlacesNotAll, Label: "I cannot be there on all of them", Hint: "We ask you about each of them, and offer other dates where there are any."},
				}},
		}}
}

// onboardingWithPlaces is the onboarding form of a year whose first events are confirmed in it.
func onboardingWithPlaces() Form {
	form := onboardingForm()
	form.Name = FormOnboardingPlaces
	var sections []Section
	for _, section := range form.Sections {
		if section.Name == SectionNeeds {
			sections = append(sections, placesSection())
		}
		sections = append(sections, section)
	}
	form.Sections = sections
	return form
}

// FormOf is the name of the form that a stage of this year asks with, or empty where its kind has none yet.
func (b Blueprint) FormOf(stage BlueprintStage) string {
	form := FormOf(stage)
	if form == FormOnboarding && len(b.PlacedWith(stage.Name)) > 0 {
		return FormOnboardingPlaces
	}
	return form
}

// PlacedWith are the events whose places the form of a stage confirms besides its own, in order.
func (b Blueprint) PlacedWith(stage string) []BlueprintStage {
	var events []BlueprintStage
	for _, s := range b.Stages {
		if s.Event != nil && s.Event.PlaceWith == stage {
			events = append(events, s)
		}
	}
	return events
}

// ListsDates reports whether a message lists dates of the year: all of them, or those it asks about besides its own.
func ListsDates(message string) bool {
	switch message {
	case MsgInvitation, MsgInvitationAssistant, MsgYearDates, MsgAssistantWelcome, MsgOffer, MsgOnboarding, MsgEventPlace, MsgEventPlaceReminder:
		return true
	}
	return false
}

// DatesIn are those of a leader's dates that a message about a stage lists. A form that confirms places lists the other events whose
// places the same form confirms; a mail to an assistant what the diary needs.
func (b Blueprint) DatesIn(message, stage string, lines []DateLine) (listed []DateLine) {
	switch message {
	case MsgAssistantWelcome, MsgInvitationAssistant:
		return DatesForAssistant(lines)
	case MsgOnboarding, MsgEventPlace, MsgEventPlaceReminder:
	default:
		return lines
	}
	for _, line := range lines {
		if s, known := b.Stage(line.Stage); known && s.Event != nil && s.Event.PlaceWith == stage {
			listed = append(listed, line)
		}
	}
	return listed
}
