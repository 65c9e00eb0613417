package cast

import (
	"bytes"
	"encoding/csv"
	"slices"
	"testing"
	"time"
)

func TestEveryoneHasRoomAtEveryEvent(t *testing.T) {
	t.Parallel()
	for participants := 1; participants <= 120; participants++ {
		n := shares(participants)
		y, err := newYear(Options{StartsOn: "2027-03-01", Blueprint: "residentials"})
		if err != nil {
			t.Fatal(err)
		}
		room := map[string]int{}
		for _, s := range sittingsOf(y, n.places+n.late) {
			if room[s.Stage] += s.Capacity; s.Capacity < 1 || !s.Starts.Before(s.Ends) {
				t.Errorf("%d leaders: %+v", participants, s)
			}
		}
		for _, stage := range events {
			if room[stage] < n.places+n.late {
				t.Errorf("%s has room for %d, the cohort has %d places", stage, room[stage], n.places+n.late)
			}
		}
	}
}

func TestAYearWithEventsHasItsOwnCharactersAndGroups(t *testing.T) {
	t.Parallel()
	o := Options{StartsOn: "2027-03-01", Blueprint: "residentials", Participants: 24, Spreadsheet: sheet(t)}
	y, err := newYear(o)
	if err != nil {
		t.Fatal(err)
	}
	people, err := company(o, y)
	if err != nil {
		t.Fatal(err)
	}
	met := map[string]bool{}
	for _, one := range people {
		met[one.character.name] = true
	}
	for _, name := range []string{prompt, misses, elsewhere, unable, fickle, held, assisted, withdrawn, absent, deferred, mover} {
		if !met[name] {
			t.Errorf("nobody %s", name)
		}
	}
	rows, err := csv.NewReader(bytes.NewReader(bytes.TrimPrefix(spreadsheet(people), []byte("\xef\xbb\xbf")))).ReadAll()
	if err != nil || rows[0][len(rows[0])-1] != "group" || rows[1][len(rows[0])-1] == "" {
		t.Errorf("the spreadsheet names no group: %v %v", rows[0], err)
	}
	o.Blueprint = ""
	if y, err = newYear(o); err != nil {
		t.Fatal(err)
	}
	if people, err = company(o, y); err != nil {
		t.Fatal(err)
	}
	rows, err = csv.NewReader(bytes.NewReader(bytes.TrimPrefix(spreadsheet(people), []byte("\xef\xbb\xbf")))).ReadAll()
	if err != nil || slices.Contains(rows[0], "group") || len(sittingsOf(y, 24)) > 0 ||
		slices.ContainsFunc(people, func(one *person) bool { return one.character.name == misses }) {
		t.Errorf("a year without events has them: %v %v", rows[0], err)
	}
}

func TestAPlaceIsAskedForAgain(t *testing.T) {
	t.Parallel()
	p := &play{agenda: newAgenda(), o: Options{Now: time.Now}}
	one := &person{ref: "P-1", asks: map[string]*ask{}, seen: map[string]bool{}, luck: draw(1, 1), mood: draw(1, 2), character: named(prompt), events: true}
	p.gets(one, letter{messageID: "m0", keys: []key{{"P-1", residential2, "event-place", 1}}})
	p.gets(one, letter{messageID: "m1", keys: []key{{"P-1", residential2, "event-moved", 0}}})
	p.gets(one, letter{messageID: "m2", keys: []key{{"P-1", residential2, "event-moved", 0}}, again: true})
	if len(one.asks) != 1 {
		t.Errorf("news that asks for nothing, or for what is still open, made %d asks", len(one.asks))
	}
	one.asks["P-1/"+residential2+"/1"].answered = true
	p.gets(one, letter{messageID: "m3", keys: []key{{"P-1", residential2, "event-moved", 0}}, again: true})
	if one.asks["P-1/"+residential2+"/2"] == nil {
		t.Error("a confirmation that is void was not asked for again")
	}
	p.gets(one, letter{messageID: "m4", keys: []key{{"P-1", "coaching-3", "coaching", 1}}})
	one.asks["P-1/coaching-3/1"].answered = true
	p.gets(one, letter{messageID: "m5", keys: []key{{"P-1", "coaching-3", "coaching-cancelled", 0}}}) // for good
	p.gets(one, letter{messageID: "m6", keys: []key{{"P-1", "coaching-3", "coaching-cancelled", 0}}, again: true})
	if again := one.asks["P-1/coaching-3/2"]; again == nil || again.mails != 1 || !again.planned {
		t.Errorf("another time was not asked for once: %+v", again)
	}
}
