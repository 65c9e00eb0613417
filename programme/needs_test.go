package programme_test

import (
	"reflect"
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

func TestNeedsTold(t *testing.T) {
	t.Parallel()
	known := programme.Answers{"dietary": {"vegan"}, "access_needs": {"A hearing loop"}, "arrival": {"train"}, "room_night_before": {"yes"}}
	for _, c := range []struct {
		about       string
		known, told programme.Answers
		want        programme.Answers
		wrong       string
	}{
		{"one thing", known, programme.Answers{"arrival": {"car"}},
			programme.Answers{"dietary": {"vegan"}, "access_needs": {"A hearing loop"}, "arrival": {"car"}, "room_night_before": {"yes"}}, ""},
		{"an allergy", known, programme.Answers{"dietary": {"vegan", "other"}, "dietary_other": {"no celery"}},
			programme.Answers{"dietary": {"vegan", "other"}, "dietary_other": {"no celery"}, "access_needs": {"A hearing loop"}, "arrival": {"train"}, "room_night_before": {"yes"}}, ""},
		{"taken away", known, programme.Answers{"access_needs": {""}}, programme.Answers{"dietary": {"vegan"}, "arrival": {"train"}, "room_night_before": {"yes"}}, ""},
		{"nobody knew any", nil, programme.Answers{"dietary": {"none"}}, nil, "arrival"},
		{"all at once", nil, known, known, ""},
		{"the place", known, programme.Answers{"place": {"cannot"}}, nil, "place"},
		{"no such answer", known, programme.Answers{"dietary": {"stones"}}, nil, "dietary"},
		{"nothing", known, nil, nil, ""},
	} {
		got, faults := programme.NeedsTold(c.known, c.told)
		switch {
		case c.want != nil && (len(faults) > 0 || !reflect.DeepEqual(got, c.want)):
			t.Errorf("%s: %v, %v", c.about, got, faults)
		case c.want == nil && (len(faults) == 0 || faults[0].Field != c.wrong):
			t.Errorf("%s: %v", c.about, faults)
		}
	}
	if known["arrival"][0] != "train" || len(known) != 4 {
		t.Errorf("what was known has changed: %v", known)
	}
}
