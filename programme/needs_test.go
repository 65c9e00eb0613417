package programme_test

import (
	"slices"
	"testing"
	"time"

	"fairlead/programme"
)

func TestNeedsUntil(t *testing.T) {
	t.Parallel()
	event := time.Date(2027, 11, 9, 16, 30, 0, 0, time.UTC)
	now := time.Date(2027, 4, 2, 10, 0, 0, 0, time.UTC)
	for _, c := range []struct {
		state programme.JourneyState
		last  time.Time
		want  time.Time
	}{
		{programme.Enrolled, event, time.Date(2027, 12, 9, 16, 30, 0, 0, time.UTC)},
		{programme.Completed, event, time.Date(2027, 12, 9, 16, 30, 0, 0, time.UTC)},
		{programme.Withdrawn, event, time.Date(2027, 12, 9, 16, 30, 0, 0, time.UTC)},
		{programme.Withdrawn, time.Time{}, now},
		{programme.Completed, time.Time{}, now},
		{programme.Enrolled, time.Time{}, time.Time{}},
		{programme.OnHold, time.Time{}, time.Time{}},
	} {
		if got := programme.NeedsUntil(c.state, c.last, now); !got.Equal(c.want) {
			t.Errorf("%s, last event %s: until %s, want %s", c.state, c.last, got, c.want)
		}
	}
}

// Whichever form asks for needs, what it asks is known as one.
func TestNeedFieldsAreThoseOfAllForms(t *testing.T) {
	t.Parallel()
	for _, name := range allForms {
		section, asks := formNamed(t, name).Section(programme.SectionNeeds)
		for _, field := range section.Fields {
			if !asks || !slices.Contains(programme.NeedFields(), field.Name) {
				t.Errorf("%s asks %s", name, field.Name)
			}
		}
	}
}
