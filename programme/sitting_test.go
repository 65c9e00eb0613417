package programme

import (
	"strings"
	"testing"
	"time"
)

// at is a moment by London's clocks.
func at(t *testing.T, text string) time.Time {
	t.Helper()
	moment, err := time.ParseInLocation("2006-01-02 15:04", text, London)
	if err != nil {
		t.Fatal(err)
	}
	return moment.UTC()
}

// own is a leader's own residential.
func own(t *testing.T, stage, starts, ends string) map[string]Sitting {
	return map[string]Sitting{stage: {Stage: stage, Name: "b", Starts: at(t, starts), Ends: at(t, ends), Capacity: 33, State: SittingPlanned}}
}

func TestTheBlueprintsOwnSittingsChangeNoDate(t *testing.T) {
	t.Parallel()
	for _, name := range []string{"flagship", "residentials"} {
		b, c := blueprint(t, name), cohort2027(t)
		sittings := map[string]Sitting{}
		for _, s := range b.Stages {
			if s.Event != nil {
				sitting, err := b.PlannedSitting(c, s.Name)
				if err != nil {
					t.Fatal(err)
				}
				if sitting.Name != MainSitting || sitting.Capacity != c.Places || sitting.Room() != c.Places {
					t.Errorf("%+v", sitting)
				}
				sittings[s.Name] = sitting
			}
		}
		one := c.With(sittings)
		for _, s := range b.Stages {
			planned, err := b.Terms(c, s.Name, EnglandAndWales(), b.ResidentialDays(c))
			personal, err2 := b.Terms(one, s.Name, EnglandAndWales(), b.ResidentialDays(one))
			if err != nil || err2 != nil || planned != personal {
				t.Errorf("%s %s: %v, with sittings %v", name, s.Name, planned, personal)
			}
		}
	}
}

func TestDatesFollowTheLeadersOwnSitting(t *testing.T) {
	t.Parallel()
	b, c := blueprint(t, "flagship"), cohort2027(t)
	// Three weeks later than the cohort's: Sunday 21 March to Friday 26 March, which is Good Friday.
	c = c.With(own(t, "residential-1", "2027-03-21 16:00", "2027-03-26 13:00"))
	away := b.ResidentialDays(c)
	for text, want := range map[string]bool{"2027-02-28": false, "2027-03-20": false, "2027-03-21": true, "2027-03-26": true} {
		if away(day(t, text)) != want {
			t.Errorf("%s on a residential is not %v", text, want)
		}
	}
	terms, err := b.Terms(c, "residential-1", EnglandAndWales(), away)
	if err != nil || spoken(terms.Opens) != "Mon 25 Jan 2027 06:00" || spoken(terms.Due) != "Mon 22 Feb 2027 17:00" ||
		spoken(terms.Limit) != "Mon 8 Mar 2027 17:00" {
		t.Errorf("%v, %v", terms, err)
	}
	event, err := b.EventTerms(c, "residential-1", EnglandAndWales(), away)
	if err != nil || spoken(event.Freeze) != "Mon 1 Mar 2027 17:00" || event.Joining.String() != "2027-03-08" || event.Eve.String() != "2027-03-19" ||
		spoken(event.Limit) != "Mon 12 Apr 2027 17:00" { // ten working days after Good Friday, Easter Monday not counted
		t.Errorf("%+v, %v", event, err)
	}
	survey, err := b.Terms(c, "residential-1-survey", EnglandAndWales(), away)
	if err != nil || spoken(survey.Opens) != "Wed 31 Mar 2027 06:00" {
		t.Errorf("%v, %v", survey, err)
	}
	online, err := b.EventTerms(c, "opening-event", EnglandAndWales(), away)
	if err != nil || !online.Joining.IsZero() || online.Eve.String() != "2027-02-01" {
		t.Errorf("%+v, %v", online, err)
	}
}

func TestACancelledOrOnlineResidentialKeepsNobodyAway(t *testing.T) {
	t.Parallel()
	b, c := blueprint(t, "flagship"), cohort2027(t)
	mine := own(t, "residential-1", "2027-03-21 16:00", "2027-03-26 13:00")
	sitting := mine["residential-1"]
	for _, change := range []func(*Sitting){func(s *Sitting) { s.Online = true }, func(s *Sitting) { s.State = SittingCancelled }} {
		changed := sitting
		change(&changed)
		if b.ResidentialDays(c.With(map[string]Sitting{"residential-1": changed}))(day(t, "2027-03-22")) {
			t.Errorf("away for %+v", changed)
		}
	}
}

func TestCheckSittings(t *testing.T) {
	t.Parallel()
	b, c := blueprint(t, "flagship"), cohort2027(t)
	now := at(t, "2026-09-01 12:00")
	good := func() Sitting {
		return Sitting{Name: "a", Starts: at(t, "2027-02-28 16:00"), Ends: at(t, "2027-03-05 13:00"), Capacity: c.Places, State: SittingPlanned}
	}
	judge := func(sittings map[string][]Sitting) string {
		var faults []string
		for _, f := range CheckSittings(b, c, sittings, map[string]bool{"residential-1": true}, now) {
			faults = append(faults, f.Field+": "+f.Text)
		}
		return strings.Join(faults, "; ")
	}
	if got := judge(map[string][]Sitting{"residential-1": {good()}}); got != "" {
		t.Errorf("nothing is wrong, but %s", got)
	}
	for _, c := range []struct {
		wrong string
		spoil func(*Sitting)
	}{
		{"/sittings/residential-1/0/ends_at", func(s *Sitting) { s.Ends = s.Starts }},
		{"/sittings/residential-1/0/ends_at", func(s *Sitting) { s.Ends = s.Starts.AddDate(0, 1, 0) }},
		{"/sittings/residential-1/0/starts_at", func(s *Sitting) { s.Starts, s.Ends = now.Add(-time.Hour), now }},
		{"/sittings/residential-1/0/minimum", func(s *Sitting) { s.Minimum = s.Capacity + 1 }},
		{"/sittings/residential-1: ", func(s *Sitting) { s.Capacity-- }},
		{"/sittings/residential-1/0/capacity", func(s *Sitting) { s.Capacity = 0 }},
		{"/sittings/residential-1/0/name", func(s *Sitting) { s.Name = "Group A" }},
		{"/sittings/residential-1/0/join_url", func(s *Sitting) { s.JoinURL = "javascript:alert(1)" }},
		{"/sittings/residential-1/0/venue", func(s *Sitting) { s.Venue = "one\ntwo" }},
		{"/sittings/residential-1/0/sessions/0/starts_at", func(s *Sitting) { s.Sessions = []Session{{Starts: s.Ends, Title: "Robotics"}} }},
		{"/sittings/residential-1/0/sessions/0/title", func(s *Sitting) { s.Sessions = []Session{{Starts: s.Starts}} }},
		{"/sittings/residential-1/0/sessions/0/materials", func(s *Sitting) {
			s.Sessions = []Session{{Starts: s.Starts, Title: "Robotics", Materials: "ftp://files"}}
		}},
	} {
		one := good()
		c.spoil(&one)
		if got := judge(map[string][]Sitting{"residential-1": {one}}); !strings.HasPrefix(got, c.wrong) {
			t.Errorf("%+v: %q, want %s", one, got, c.wrong)
		}
	}
	if got := judge(map[string][]Sitting{"onboarding": {good()}}); !strings.Contains(got, "no event") {
		t.Errorf("onboarding: %s", got)
	}
}

// Two dates clash where one leader has to be at both: those of one group, and those that are alone.
func TestNobodyIsAtTwoEventsOnOneDay(t *testing.T) {
	t.Parallel()
	b, c := blueprint(t, "flagship"), cohort2027(t)
	on := func(group, starts string) Sitting {
		from := at(t, starts)
		return Sitting{Name: "s" + strings.ToLower(group), Group: group, Starts: from, Ends: from.Add(50 * time.Hour), Capacity: c.Places, State: SittingPlanned}
	}
	for _, row := range []struct {
		name          string
		first, second []Sitting
		clashes       bool
	}{
		{"one group", []Sitting{on("A", "2027-03-01 09:00"), on("B", "2027-04-01 09:00")}, []Sitting{on("A", "2027-03-03 09:00"), on("B", "2027-05-01 09:00")}, true},
		{"two groups", []Sitting{on("A", "2027-03-01 09:00"), on("B", "2027-04-01 09:00")}, []Sitting{on("A", "2027-04-01 09:00"), on("B", "2027-03-01 09:00")}, false},
		{"one date for all", []Sitting{on("A", "2027-03-01 09:00"), on("B", "2027-04-01 09:00")}, []Sitting{on("", "2027-04-02 09:00")}, true},
		{"alone both", []Sitting{on("", "2027-03-01 09:00")}, []Sitting{on("", "2027-03-03 09:00")}, true},
		{"a day after", []Sitting{on("", "2027-03-01 09:00")}, []Sitting{on("", "2027-03-04 09:00")}, false},
	} {
		faults := CheckSittings(b, c, map[string][]Sitting{"residential-1": row.first, "residential-2": row.second}, nil, time.Time{})
		if (len(faults) > 0) != row.clashes {
			t.Errorf("%s: %v", row.name, faults)
		}
	}
}

func TestChooseSitting(t *testing.T) {
	t.Parallel()
	sittings := []Sitting{{Name: "a", Group: "A", Capacity: 10, Taken: 9}, {Name: "b", Group: "B", Capacity: 10}, {Name: "c", Capacity: 10, Taken: 8}, {Name: "d", Capacity: 10, Taken: 5}}
	for group, want := range map[string]string{"A": "a", "b": "b", "": "d", "X": "d"} {
		if got, ok := ChooseSitting(sittings, group); !ok || got.Name != want {
			t.Errorf("group %q gets %q, want %q", group, got.Name, want)
		}
	}
	sittings[0].Taken = 10
	if got, _ := ChooseSitting(sittings, "A"); got.Name != "d" {
		t.Errorf("a full group's leader gets %q", got.Name)
	}
	for i := range sittings {
		sittings[i].Taken = sittings[i].Capacity
	}
	if got, ok := ChooseSitting(sittings, "A"); ok {
		t.Errorf("nothing is free, but %q", got.Name)
	}
}

func TestRoomiestGroup(t *testing.T) {
	sitting := func(group string, capacity, taken int) Sitting {
		return Sitting{Group: group, Capacity: capacity, Taken: taken, State: SittingPlanned}
	}
	for name, c := range map[string]struct {
		sittings map[string][]Sitting
		offered  map[string]int
		want     string
	}{
		"no groups":                    {sittings: map[string][]Sitting{"one": {sitting("", 9, 0)}}},
		"most room":                    {sittings: map[string][]Sitting{"one": {sitting("A", 9, 5), sitting("B", 9, 4)}}, want: "B"},
		"the first of the same":        {sittings: map[string][]Sitting{"one": {sitting("B", 9, 4), sitting("A", 9, 4)}}, want: "A"},
		"offers count":                 {sittings: map[string][]Sitting{"one": {sitting("A", 9, 4), sitting("B", 9, 4)}}, offered: map[string]int{"A": 1}, want: "B"},
		"the event with least room":    {sittings: map[string][]Sitting{"one": {sitting("A", 9, 0), sitting("B", 5, 0)}, "two": {sitting("A", 3, 0), sitting("B", 5, 0)}}, want: "B"},
		"two dates of one group":       {sittings: map[string][]Sitting{"one": {sitting("A", 3, 0), sitting("A", 3, 0), sitting("B", 5, 0)}}, want: "A"},
		"nowhere any room":             {sittings: map[string][]Sitting{"one": {sitting("A", 3, 3), sitting("B", 5, 4)}}, offered: map[string]int{"B": 1}},
		"a cancelled date has no room": {sittings: map[string][]Sitting{"one": {{Group: "A", Capacity: 9, State: SittingCancelled}, sitting("B", 1, 0)}}, want: "B"},
	} {
		t.Run(name, func(t *testing.T) {
			if got := RoomiestGroup(c.sittings, c.offered); got != c.want {
				t.Errorf("%q, want %q", got, c.want)
			}
		})
	}
}
