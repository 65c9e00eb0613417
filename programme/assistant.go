package programme

import "slices"

// AssistantAsk is the id under which an assistant's answers for one journey are kept. It is no ask with a date: the
// page is open as long as the journey runs and the leader allows it.
func AssistantAsk(ref string) string { return AskID(ref, FormAssistant, 1) }

// Assisted is a leader as the assistant knows them who keeps the diary: the name, the dates, and what the leader allows.
type Assisted struct {
	Ref    string
	Leader string
	May    AssistantMay
	Dates  []DateLine
}

// DatesForAssistant are those of a leader's dates that whoever keeps the diary needs. The questionnaire and the surveys are the
// leader's own affair: nobody else is to see whether they are asked.
func DatesForAssistant(lines []DateLine) []DateLine {
	return slices.DeleteFunc(slices.Clone(lines), func(line DateLine) bool {
		return line.Kind == KindPsychometrics || line.Kind == KindSurvey
	})
}

// assistantForm is what an assistant may do: confirm that the dates are in the diary and, where the leader allowed it,
// say how the leader travels, sleeps and eats. Access needs are the leader's own to tell.
func assistantForm() Form {
	return Form{Name: FormAssistant, Title: "Dates and arrangements", Sections: []Section{
		{Name: "dates", Title: "Dates", Fields: []Field{
			{Name: "confirm_dates", Kind: FieldTick, Label: "The dates", Required: true,
				Missing: "Tick the box when the dates are in the diary",
				Options: []Option{{Value: Yes, Label: "These dates are in the diary"}}},
		}},
		{Name: SectionNeeds, Title: "Travel, room and diet", Optional: true, Fields: assistantTravel()},
	}}
}

// assistantTravel are the travel questions, asked about somebody else.
func assistantTravel() []Field {
	fields := travelFields()
	labels := map[string]string{
		"dietary": "What does the leader eat?", "arrival": "How is the leader expected to arrive?",
		"room_night_before": "Does the leader need a room the night before?",
	}
	for i := range fields {
		if label := labels[fields[i].Name]; label != "" {
			fields[i].Label = label
		}
		if fields[i].Name == "dietary" {
			fields[i].Options = append([]Option{}, fields[i].Options...)
			fields[i].Options[0].Label = "Everything"
		}
		if fields[i].Name == "room_night_before" {
			fields[i].Missing = "Select yes if a room is needed the night before"
		}
	}
	return fields
}
