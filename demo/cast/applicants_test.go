package cast

import (
	"slices"
	"testing"
	"time"
)

// A company of any size can be played: as many get in from the waiting list as places come free, those who get in applied
// before those who wait in vain, there is a place for each offer, and whoever gets one has a character for the year.
func TestACompanyThatApplies(t *testing.T) {
	t.Parallel()
	for _, blueprint := range []string{"essentials", "flagship"} {
		for n := 1; n <= 100; n++ {
			o := Options{Participants: n, Seed: 1, Blueprint: blueprint, Route: byApplication, StartsOn: "2027-03-01", Spreadsheet: sheet(t)}
			y, err := newYear(o)
			if err != nil {
				t.Fatal(err)
			}
			people, err := company(o, y)
			if err != nil || len(people) != n {
				t.Fatalf("%d of %d have a character, %v", len(people), n, err)
			}
			freed, moved, waiting := 0, 0, 0
			for _, one := range people {
				switch entry := one.entry; {
				case entry.name == turnsDown, entry.name == keepsQuiet, one.character.name == deferred,
					one.character.name == withdrawn && one.leavesEarly():
					freed++
				case entry.name == getsIn:
					moved++
					if waiting > 0 {
						t.Errorf("%s: of %d, number %d gets in after somebody who waits in vain", blueprint, n, one.number)
					}
				case entry.name == waitsInVain:
					waiting++
				}
				if one.entry.end != "completed" && one.character.name != prompt {
					t.Errorf("%s: somebody who %s has a year", blueprint, one.entry.name)
				}
				if (one.entry.decision() == "") != (one.entry.name == unfinished || one.entry.name == takesBack) {
					t.Errorf("%s is decided as %q", one.entry.name, one.entry.decision())
				}
			}
			if moved > freed || moved < freed && waiting > 0 {
				t.Errorf("%s: of %d, %d move up to %d places, %d wait in vain", blueprint, n, moved, freed, waiting)
			}
			if offers(people) == 0 {
				t.Errorf("%d have no place", n)
			}
		}
	}
	people, _ := company(Options{Participants: 16, Seed: 1, Route: byApplication, Spreadsheet: sheet(t)}, year{})
	if offers(people) != 8 {
		t.Errorf("sixteen have %d places", offers(people))
	}
	for _, c := range applicants() {
		if !slices.ContainsFunc(people, func(one *person) bool { return one.entry.name == c.name }) {
			t.Errorf("nobody of sixteen is %q", c.name)
		}
	}
}

// The year by application begins when applications open, long before the invitations.
func TestYearByApplication(t *testing.T) {
	t.Parallel()
	o := Options{StartsOn: "2027-03-01"}
	invited, err := newYear(o)
	if err != nil {
		t.Fatal(err)
	}
	o.Route = byApplication
	applied, err := newYear(o)
	if err != nil {
		t.Fatal(err)
	}
	if got := applied.begins.In(london).Format("2006-01-02 15:04"); got != "2026-06-01 06:00" || !applied.begins.Before(invited.begins) {
		t.Errorf("it begins %s", got)
	}
}

// An application is changed only once the mail that confirms it has come, however late that is, and never when the deadline is near.
func TestAnApplicationIsChangedOnceItIsConfirmed(t *testing.T) {
	t.Parallel()
	y, err := newYear(Options{StartsOn: "2027-03-01", Route: byApplication})
	if err != nil {
		t.Fatal(err)
	}
	closes := y.week(y.closes, time.Thursday, 17, 0)
	for _, test := range []struct {
		name    string
		entry   string
		message string
		at      time.Time
		want    int
	}{
		{"the mail comes soon", changes, "application-received", y.week(y.opens+1, time.Tuesday, 10, 0), 1},
		{"it comes weeks later", changes, "application-received", y.week(y.closes-1, time.Thursday, 10, 0), 1},
		{"it comes when the deadline is near", changes, "application-received", closes.AddDate(0, 0, -1), 0},
		{"it comes after the deadline", changes, "application-received", closes.AddDate(0, 0, 3), 0},
		{"another mail", changes, "application-waitlisted", y.week(y.opens+1, time.Tuesday, 10, 0), 0},
		{"somebody who is content", offered, "application-received", y.week(y.opens+1, time.Tuesday, 10, 0), 0},
	} {
		began := time.Now()
		p := &play{agenda: newAgenda(), year: y, o: Options{Now: func() time.Time { return began }}, clock: Clock{Day: time.Second, Start: test.at, Began: began}}
		one := &person{ref: "P-1", asks: map[string]*ask{}, seen: map[string]bool{}, luck: draw(1, 1), mood: draw(1, 2), entry: character{name: test.entry}, character: named(prompt)}
		for range 2 { // a copy changes nothing
			p.gets(one, letter{messageID: "m", keys: []key{{"P-1", selection, test.message, 0}}})
		}
		if p.agenda.until(test.at) != nil {
			t.Errorf("%s: changed at once", test.name)
		}
		if planned := p.agenda.until(closes); len(planned) != test.want {
			t.Errorf("%s: %d changes before the deadline, want %d", test.name, len(planned), test.want)
		} else if more := p.agenda.until(closes.AddDate(1, 0, 0)); len(more) > 0 {
			t.Errorf("%s: a change after the deadline", test.name)
		}
	}
}
