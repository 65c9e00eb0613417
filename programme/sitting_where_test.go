package programme

import (
	"slices"
	"strings"
	"testing"
)

func TestWhatASittingLacks(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		name string
		s    Sitting
		want Lack
	}{
		{"online with its link", Sitting{Online: true, JoinURL: "https://meet.example.org/a"}, LackNothing},
		{"online without", Sitting{Online: true, Venue: "Elm House"}, LackLink},
		{"at a venue", Sitting{Venue: "Elm House"}, LackNothing},
		{"nowhere", Sitting{JoinURL: "https://meet.example.org/a", Address: "1 College Lane"}, LackVenue},
	} {
		if got := c.s.Lacks(); got != c.want {
			t.Errorf("%s lacks %q, want %q", c.name, got, c.want)
		}
	}
}

// The check before the launch names every date that leaders could not find, and none besides.
func TestTheCheckWarnsOfDatesNobodyCanFind(t *testing.T) {
	t.Parallel()
	b, c := blueprint(t, "flagship"), cohort2027(t)
	sittings := map[string][]Sitting{}
	for _, s := range b.Stages {
		if s.Event == nil {
			continue
		}
		planned, err := b.PlannedSitting(c, s.Name)
		if err != nil {
			t.Fatal(err)
		}
		found := planned
		found.Name, found.Venue, found.JoinURL = "found", "Elm House", "https://meet.example.org/a"
		off := planned
		off.Name, off.State = "off", SittingCancelled
		sittings[s.Name] = []Sitting{found, off}
		if s.Name == "opening-event" || s.Name == "residential-2" {
			sittings[s.Name] = append(sittings[s.Name], planned)
		}
	}
	got := SittingWarnings(b, sittings)
	if len(got) != 2 {
		t.Fatalf("warned of %v", got)
	}
	for i, want := range []struct{ field, says string }{{"/sittings/opening-event/2/join_url", "joining link"}, {"/sittings/residential-2/2/venue", "venue"}} {
		stage, _ := b.Stage(strings.Split(want.field, "/")[2])
		if got[i].Field != want.field || !strings.Contains(got[i].Text, want.says) || !strings.Contains(got[i].Text, stage.Title) ||
			!strings.Contains(got[i].Text, "“main”") || !strings.Contains(got[i].Text, "Monday") && !strings.Contains(got[i].Text, "Tuesday") {
			t.Errorf("warned %+v, want %+v", got[i], want)
		}
	}
}

// Staff are asked for the venue when needs are frozen or, where none are, a week before the first mail that tells it.
func TestStaffAreAskedForTheVenueBeforeAnybodyIsTold(t *testing.T) {
	t.Parallel()
	b, c := blueprint(t, "flagship"), cohort2027(t)
	at := func(freeze, joining int) EventTerms {
		own := b
		own.Stages = slices.Clone(b.Stages)
		i := slices.IndexFunc(own.Stages, func(s BlueprintStage) bool { return s.Name == "closing-event" })
		event := *own.Stages[i].Event
		event.Freeze, event.Joining = freeze, joining
		own.Stages[i].Event = &event
		terms, err := own.EventTerms(c, "closing-event", EnglandAndWales(), nil)
		if err != nil {
			t.Fatal(err)
		}
		return terms
	}
	if terms := at(21, 0); terms.Where != terms.Freeze {
		t.Errorf("asked on %s, needs are frozen on %s", terms.Where, terms.Freeze)
	}
	for joining, first := range map[int]func(EventTerms) Date{0: func(e EventTerms) Date { return e.Eve }, 14: func(e EventTerms) Date { return e.Joining }} {
		terms := at(0, joining)
		if want := EnglandAndWales().Back(first(terms).AddDays(-7), nil); DateOf(terms.Where) != want {
			t.Errorf("asked on %s, want %s", DateOf(terms.Where), want)
		}
	}
}
