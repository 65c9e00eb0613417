package records

import (
	"errors"
	"strings"
	"testing"

	"fairlead/programme"
)

// Once a date is cancelled its event has room for fewer than the cohort has places. That keeps staff neither from setting what
// other dates lack, nor from finding room bit by bit, nor from admitting somebody.
func TestDatesAreSetAfterOneWasCancelled(t *testing.T) {
	onBoth(t, func(t *testing.T, b *bundle) {
		two := func() map[string][]programme.Sitting {
			return map[string][]programme.Sitting{"residential-2": {date("a", "A", "2027-07-05 08:00", "2027-07-07 16:00", 4), date("b", "B", "2027-07-12 08:00", "2027-07-14 16:00", 4)}}
		}
		b.atEvents(t, 8, 2, two())
		b.goTo("2027-05-10 11:00")
		b.reschedules(t, programme.Reschedule{Stage: "residential-2", Sitting: "b", Cancel: true})
		list, err := b.Sittings(b.ctx, spring)
		must(t, err)
		third := map[string][]programme.Sitting{}
		for _, sitting := range list {
			if sitting.Stage == "residential-3" {
				sitting.Sessions = []programme.Session{{Starts: sitting.Starts, Title: "Welcome back"}}
				third[sitting.Stage] = append(third[sitting.Stage], sitting)
			}
		}
		if err := b.setDates(t, third); err != nil {
			t.Errorf("another event: %v", err)
		}
		wanted := two()
		wanted["residential-2"] = append(wanted["residential-2"], date("c", "B", "2027-07-19 08:00", "2027-07-21 16:00", 2))
		if err := b.setDates(t, wanted); err != nil {
			t.Errorf("a third date: %v", err)
		}
		wanted["residential-2"][0].Capacity, wanted["residential-2"][2].Capacity = 2, 1
		var invalid *programme.Invalid
		if err := b.setDates(t, wanted); !errors.As(err, &invalid) || !strings.Contains(err.Error(), "room for 7") {
			t.Errorf("less room than there ever was: %v", err)
		}
		wanted = two()
		wanted["residential-2"] = append(wanted["residential-2"], date("d", "B", "2027-04-19 08:00", "2027-04-21 16:00", 2))
		if err := b.setDates(t, wanted); !errors.As(err, &invalid) || !strings.Contains(err.Error(), "in the past") {
			t.Errorf("a date that has passed: %v", err)
		}
		must(t, ignore(b.Launch(b.ctx, spring, "staff:ada", b.Now(b.ctx))))
		b.sound(t)
	})
}

// An event that moves keeps its hours by London's clocks, also where the clocks change between its days.
func TestAnEventMovesOverAChangeOfTheClocks(t *testing.T) {
	onBoth(t, func(t *testing.T, b *bundle) {
		dates := map[string][]programme.Sitting{"residential-2": {date("main", "", "2027-07-05 08:00", "2027-07-07 16:00", 4)}}
		dates["residential-2"][0].Sessions = []programme.Session{{Starts: london("2027-07-05 09:00"), Title: "First"}, {Starts: london("2027-07-07 11:00"), Title: "Last"}}
		b.atEvents(t, 4, 1, dates)
		for _, to := range []string{"2027-10-30", "2027-11-15", "2027-10-30", "2027-07-12"} {
			b.reschedules(t, programme.Reschedule{Stage: "residential-2", Starts: london(to + " 08:00")})
			sitting, _, err := b.Sitting(b.ctx, spring, "residential-2", "main")
			must(t, err)
			day, err := programme.ParseDate(to)
			must(t, err)
			if !sitting.Ends.Equal(day.AddDays(2).At(16, 0)) || !sitting.Sessions[0].Starts.Equal(day.At(9, 0)) || !sitting.Sessions[1].Starts.Equal(day.AddDays(2).At(11, 0)) {
				t.Errorf("from %s it lasts until %s, with %v", to, sitting.Ends.In(programme.London), sitting.Sessions)
			}
		}
		b.sound(t)
	})
}
