package programme_test

import (
	"reflect"
	"slices"
	"strings"
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
		online      bool
	}{
		{"one thing", known, programme.Answers{"arrival": {"car"}},
			programme.Answers{"dietary": {"vegan"}, "access_needs": {"A hearing loop"}, "arrival": {"car"}, "room_night_before": {"yes"}}, "", false},
		{"an allergy", known, programme.Answers{"dietary": {"vegan", "other"}, "dietary_other": {"no celery"}},
			programme.Answers{"dietary": {"vegan", "other"}, "dietary_other": {"no celery"}, "access_needs": {"A hearing loop"}, "arrival": {"train"}, "room_night_before": {"yes"}}, "", false},
		{"taken away", known, programme.Answers{"access_needs": {""}}, programme.Answers{"dietary": {"vegan"}, "arrival": {"train"}, "room_night_before": {"yes"}}, "", false},
		{"nobody knew any", nil, programme.Answers{"dietary": {"none"}}, nil, "arrival", false},
		{"all at once", nil, known, known, "", false},
		{"the place", known, programme.Answers{"place": {"cannot"}}, nil, "place", false},
		{"no such answer", known, programme.Answers{"dietary": {"stones"}}, nil, "dietary", false},
		{"nothing", known, nil, nil, "", false},
		{"what there is online", known, programme.Answers{"access_needs": {"Captions"}},
			programme.Answers{"dietary": {"vegan"}, "access_needs": {"Captions"}, "arrival": {"train"}, "room_night_before": {"yes"}}, "", true},
		{"the first thing known, online", nil, programme.Answers{"access_needs": {"Captions"}}, programme.Answers{"access_needs": {"Captions"}}, "", true},
		{"travel to an event online", known, programme.Answers{"arrival": {"car"}}, nil, "arrival", true},
	} {
		got, faults := programme.NeedsTold(c.known, c.told, c.online)
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

// An event held online asks for nothing that somebody eats, sleeps or travels with, and an assistant for nothing at all.
func TestWhatAnEventAsksOnline(t *testing.T) {
	t.Parallel()
	form, err := programme.FormNamed(programme.FormEventPlace)
	if err != nil {
		t.Fatal(err)
	}
	needs, _ := form.Online().Section(programme.SectionNeeds)
	if len(needs.Fields) != 1 || needs.Fields[0].Name != programme.NeedAccess || !strings.Contains(needs.Fields[0].Hint, "captions") || strings.Contains(needs.Intro, "venue") {
		t.Errorf("online it asks %+v", needs)
	}
	if place, _ := form.Online().Section(programme.SectionPlace); len(place.Fields) != 2 {
		t.Errorf("the place: %+v", place)
	}
	if again, _ := form.Section(programme.SectionNeeds); len(again.Fields) != 5 || strings.Contains(again.Fields[2].Hint, "captions") {
		t.Errorf("at a venue it asks %+v", again)
	}
	if form = programme.EventPlaceForAssistant(programme.AssistantNeeds).Online(); len(form.Sections) != 1 {
		t.Errorf("an assistant is asked %+v", form.Sections)
	}
}

// One form confirms residential 3 and the closing event: it asks for travel as long as one of them is at a venue.
func TestWhereAFormAsks(t *testing.T) {
	t.Parallel()
	year, err := programme.BlueprintNamed("flagship")
	if err != nil {
		t.Fatal(err)
	}
	at := func(stage string, state programme.PlaceState, online bool) programme.Place {
		return programme.Place{Stage: stage, State: state, Sitting: programme.Sitting{Online: online}}
	}
	for _, c := range []struct {
		about  string
		places []programme.Place
		online bool
	}{
		{"no place", nil, false},
		{"at a venue", []programme.Place{at("residential-3", programme.PlaceHeld, false)}, false},
		{"online", []programme.Place{at("residential-1", programme.PlaceHeld, false), at("residential-3", programme.PlaceConfirmed, true)}, true},
		{"both online", []programme.Place{at("residential-3", programme.PlaceHeld, true), at("closing-event", programme.PlaceHeld, true)}, true},
		{"the other at a venue", []programme.Place{at("residential-3", programme.PlaceHeld, true), at("closing-event", programme.PlaceHeld, false)}, false},
		{"the other given up", []programme.Place{at("residential-3", programme.PlaceHeld, true), at("closing-event", programme.PlaceReleased, false)}, true},
		{"the other alone online", []programme.Place{at("residential-3", programme.PlaceHeld, false), at("closing-event", programme.PlaceHeld, true)}, false},
	} {
		if year.AsksOnline("residential-3", c.places) != c.online {
			t.Errorf("%s: not %v", c.about, c.online)
		}
	}
}
