package programme

import (
	"fmt"
	"strings"
	"time"
)

// clockDay is a weekday with a time as blueprints write it: "tuesday 09:30"; "sunday-eve 16:00" is the Sunday before
// the Monday of the week.
type clockDay struct {
	offset       int // days from the Monday of the week
	hour, minute int
}

var weekdayOffsets = map[string]int{"saturday-eve": -2, "sunday-eve": -1, "monday": 0, "tuesday": 1, "wednesday": 2,
	"thursday": 3, "friday": 4, "saturday": 5, "sunday": 6}

func parseClockDay(text string) (clockDay, error) {
	day, clock, _ := strings.Cut(strings.ToLower(strings.TrimSpace(text)), " ")
	offset, known := weekdayOffsets[day]
	at, err := time.Parse("15:04", clock)
	if !known || err != nil {
		return clockDay{}, fmt.Errorf("%q is no weekday with a time, write it as “tuesday 09:30”, or “sunday-eve 16:00” for the Sunday before", text)
	}
	return clockDay{offset, at.Hour(), at.Minute()}, nil
}

func (d clockDay) on(monday Date) time.Time { return monday.AddDays(d.offset).At(d.hour, d.minute) }

// EventTimes is when an event of the cohort starts and ends, in UTC, as the blueprint has it. A stage that is no event
// is ErrNotFound.
func (b Blueprint) EventTimes(c Cohort, stage string) (from, to time.Time, err error) {
	s, found := b.Stage(stage)
	if !found || s.Event == nil {
		return time.Time{}, time.Time{}, fmt.Errorf("event %q of blueprint %q: %w", stage, b.Name, ErrNotFound)
	}
	starts, err := parseClockDay(s.Event.Starts)
	if err != nil {
		return time.Time{}, time.Time{}, err
	}
	ends, err := parseClockDay(s.Event.Ends)
	if err != nil {
		return time.Time{}, time.Time{}, err
	}
	monday := weekOf(c, s.Event.Week)
	return starts.on(monday), ends.on(monday), nil
}

// ResidentialDays tells which days a leader of the cohort spends on residentials as the blueprint has them, the day of
// arrival and the night before included. No request, reminder or deadline falls on one.
func (b Blueprint) ResidentialDays(c Cohort) func(Date) bool {
	days := map[Date]bool{}
	for _, s := range b.Stages {
		if s.Event == nil || !s.Event.Residential {
			continue
		}
		from, to, err := b.EventTimes(c, s.Name)
		if err != nil {
			continue // Check names it
		}
		first := DateOf(from)
		if s.Event.Night {
			first = first.AddDays(-1)
		}
		for d := first; !DateOf(to).Before(d); d = d.AddDays(1) {
			days[d] = true
		}
	}
	return func(d Date) bool { return days[d] }
}

// eventAnchor is the day from which days before an event count: a residential's Monday, the day itself for others.
func eventAnchor(c Cohort, e Event, from time.Time) Date {
	if e.Residential {
		return weekOf(c, e.Week)
	}
	return DateOf(from)
}

// weekOf is the Monday of a week of the cohort's year.
func weekOf(c Cohort, week int) Date { return c.StartsOn.AddDays(7 * week) }
