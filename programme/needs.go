package programme

import (
	"maps"
	"slices"
	"time"
)

// needsKept is how many days after a leader's last event the programme keeps what the leader needs there.
const needsKept = 30

// NeedsUntil is when what a leader needs at events is deleted: thirty days after the end of the last event, also for who has
// left; now, where a journey has ended without one. It is zero as long as a journey goes on and no event is known.
func NeedsUntil(state JourneyState, lastEvent, now time.Time) time.Time {
	switch {
	case !lastEvent.IsZero():
		return lastEvent.AddDate(0, 0, needsKept)
	case state.Ended():
		return now
	}
	return time.Time{}
}

// NeedFields are the fields of all forms that tell what a leader needs.
func NeedFields() []string {
	var names []string
	for _, field := range needsSection().Fields {
		names = append(names, field.Name)
	}
	return names
}

// NeedsKnown reports whether a leader has told what an event at a venue asks for. Who has only been asked what they need online
// has not.
func NeedsKnown(needs Answers) bool { return len(needs["dietary"]) > 0 }

// NeedsTold puts what staff were told of a leader's needs into what is known of them: a field that is not named stays as it
// is, one told as empty goes. Where the leader takes part online, diet, travel and room stay as they are known. It returns all
// needs as they are then, and what is wrong with them.
func NeedsTold(known, told Answers, online bool) (Answers, []Fault) {
	var faults []Fault
	for _, name := range slices.Sorted(maps.Keys(told)) {
		switch {
		case !slices.Contains(NeedFields(), name):
			faults = append(faults, Fault{Field: name, Text: "The place is settled: give what the leader needs alone. Another date is given by change-sitting."})
		case online && name != NeedAccess:
			faults = append(faults, Fault{Field: name, Text: "It is held online: diet, travel and room are told with an event at a venue."})
		}
	}
	if len(told) == 0 {
		faults = append(faults, Fault{Text: "Give what the leader needs."})
	}
	all := maps.Clone(known)
	if all == nil {
		all = Answers{}
	}
	maps.Copy(all, told)
	form := eventPlaceForm()
	all = form.Clean(all, SectionNeeds)
	if online {
		form = form.Online()
	}
	needs, _ := form.Section(SectionNeeds)
	needs.Optional = false
	return all, append(faults, needs.check(all, false)...)
}
