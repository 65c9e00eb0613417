package programme

import "time"

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
