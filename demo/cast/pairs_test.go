package cast

import (
	"fmt"
	"slices"
	"strings"
	"testing"
)

// In every company there is somebody with each story of a coach, by whichever way they come in; those who ask for another
// coach have a report to share, and some of them share it.
func TestEveryCompanyHasItsStoriesOfCoaches(t *testing.T) {
	t.Parallel()
	for _, route := range []string{byInvitation, byApplication} {
		for _, participants := range []int{16, 24, 40, 100} {
			t.Run(fmt.Sprint(route, participants), func(t *testing.T) {
				t.Parallel()
				o := Options{StartsOn: "2027-03-01", Blueprint: "flagship", Route: route, Participants: participants, Spreadsheet: sheet(t)}
				y, err := newYear(o)
				if err != nil {
					t.Fatal(err)
				}
				people, err := company(o, y)
				if err != nil {
					t.Fatal(err)
				}
				told, shares := map[string]bool{}, false
				for _, one := range people {
					story := one.withCoach()
					told[story] = true
					if story == asksForAnother {
						shares = shares || one.number%3 == 1
						if one.mind() != agrees {
							t.Errorf("person %d asks for another coach and has no report to share", one.number)
						}
					}
				}
				for _, story := range []string{chosenFor, asksForAnother, joins} {
					if !told[story] {
						t.Errorf("nobody %s", story)
					}
				}
				if !shares {
					t.Error("nobody shares a report with the new coach")
				}
			})
		}
	}
}

// The coaches' spreadsheet names an organisation for each, to which a leader of theirs may change.
func TestEveryCoachHasAnOrganisation(t *testing.T) {
	t.Parallel()
	p := &play{o: Options{Coaches: []byte("\ufeffname,email,capacity\nA,a@coaches.example,4\nB,b@coaches.example,7\n")}}
	got, err := p.withOrganisations()
	if err != nil {
		t.Fatal(err)
	}
	want := "name,email,capacity,organisations\nA,a@coaches.example,4,Staff College 1\nB,b@coaches.example,7,Staff College 2\n"
	if strings.ReplaceAll(string(got), "\r", "") != want {
		t.Errorf("%q", got)
	}
	if !slices.Equal(p.bench, []Coach{{Email: "a@coaches.example", Organisation: "Staff College 1", Capacity: 4}, {Email: "b@coaches.example", Organisation: "Staff College 2", Capacity: 7}}) {
		t.Errorf("%+v", p.bench)
	}
}

// Of the first residential the dates of two groups are fuller than their groups, and all dates together have room for everybody.
func TestDatesAreTight(t *testing.T) {
	t.Parallel()
	y, err := newYear(Options{StartsOn: "2027-03-01", Blueprint: "flagship"})
	if err != nil {
		t.Fatal(err)
	}
	for _, places := range []int{8, 12, 50, 76} {
		room := map[string]int{}
		for _, s := range sittingsOf(y, places) {
			if room[s.Stage] += s.Capacity; s.Stage == residential1 && s.Name != "c" && s.Capacity >= (places+2)/3 {
				t.Errorf("%d places: a group always finds room at %s", places, s.Name)
			}
		}
		for stage, n := range room {
			if n < places {
				t.Errorf("%d places: %s has room for %d", places, stage, n)
			}
		}
	}
}
