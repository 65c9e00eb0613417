package cast

import "testing"

// A company of any size can be played: nobody gets in from the waiting list where no place comes free, those who get in
// applied before those who wait in vain, and there is a place for each offer.
func TestACompanyThatApplies(t *testing.T) {
	t.Parallel()
	for n := 1; n <= 100; n++ {
		company := applying(n)
		if len(company) != n {
			t.Fatalf("%d of %d have a character", len(company), n)
		}
		freed, moved := 0, 0
		var people []*person
		for _, c := range company {
			switch c.name {
			case turnsDown, keepsQuiet:
				freed++
			case getsIn:
				moved++
			}
			people = append(people, &person{character: c})
			if (c.decision() == "") != (c.name == unfinished || c.name == takesBack) {
				t.Errorf("%s is decided as %q", c.name, c.decision())
			}
		}
		if moved > freed {
			t.Errorf("of %d, %d move up to %d places", n, moved, freed)
		}
		if offers(people) == 0 {
			t.Errorf("%d have no place", n)
		}
	}
	if len(applying(16)) != 16 || offersOf(applying(16)) != 8 {
		t.Errorf("sixteen have %d places", offersOf(applying(16)))
	}
	for _, c := range applicants() {
		found := false
		for _, other := range applying(16) {
			found = found || other.name == c.name
		}
		if !found {
			t.Errorf("nobody of sixteen is %q", c.name)
		}
	}
}

func offersOf(company []character) int {
	people := make([]*person, len(company))
	for i, c := range company {
		people[i] = &person{character: c}
	}
	return offers(people)
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
