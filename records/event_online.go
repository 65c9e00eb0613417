package records

import (
	"maps"

	"fairlead/programme"
)

// asksOnline reports whether the form of an event asks a leader who takes part online, as the sittings are at this moment.
func (t *turn) asksOnline(stage string) (bool, error) {
	rows, err := placesOf(t.tx, []string{t.j.Ref})
	if err != nil {
		return false, err
	}
	var places []programme.Place
	for name, row := range rows[t.j.Ref] {
		places = append(places, programme.Place{Stage: name, State: row.state(), Sitting: t.cohort.Sittings[name]})
	}
	return t.year.AsksOnline(stage, places), nil
}

// asAsked is the form of an ask with the questions that make sense where the event takes place.
func (t *turn) asAsked(ask askRow, form programme.Form) (programme.Form, error) {
	if programme.Kind(ask.Kind) != programme.KindEvent {
		return form, nil
	}
	online, err := t.asksOnline(ask.Stage)
	if online {
		form = form.Online()
	}
	return form, err
}

// needsAt keeps the needs of an answer about a place. Online it asks for one of them alone: the others stay as they are known,
// and a leader who leaves it empty needs nothing there any more. What was not asked, because a venue has its list, stays.
func (an *answering) needsAt(given programme.Answers) error {
	online, err := an.asksOnline(an.ask.Stage)
	if err != nil {
		return err
	}
	section, _ := an.form.Section(programme.SectionNeeds)
	whole := len(section.Fields) > 1 // else, at a venue, it asked for no more because of the answer about the place
	if an.given.By == actorAssistant || !online && (whole || len(given) == 0) {
		return an.keepNeeds(given, an.given.By)
	}
	known, err := an.needs()
	if err != nil {
		return err
	}
	if len(given) == 0 {
		venues, err := an.frozen()
		if err != nil || an.given.By != actorParticipant || len(venues) > 0 && programme.NeedsKnown(known) {
			return err
		}
	}
	needs := maps.Clone(known)
	delete(needs, programme.NeedAccess)
	maps.Copy(needs, given)
	return an.changeNeeds(needs, an.given.By)
}
