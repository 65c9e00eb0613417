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

// EventTimes is when an event of the cohort starts and ends, in UTC: the leader's own sitting, or else as the blueprint has
// it. A stage that is no event is ErrNotFound.
func (b Blueprint) EventTimes(c Cohort, stage string) (from, to time.Time, err error) {
	s, found := b.Stage(stage)
	if !found || s.Event == nil {
		return time.Time{}, time.Time{}, fmt.Errorf("event %q of blueprint %q: %w", stage, b.Name, ErrNotFound)
	}
	if own, known := c.Sittings[stage]; known {
		return own.Starts, own.Ends, nil
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

// ResidentialDays tells which days a leader of the cohort spends on residentials, the day of arrival and the night before
// included. No request, reminder or deadline falls on one.
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
		night := s.Event.Night
		if own, known := c.Sittings[s.Name]; known {
			if own.Online || own.State == SittingCancelled {
				continue // nobody sleeps there
			}
			night = own.Night
		}
		first := DateOf(from)
		if night {
			first = first.AddDays(-1)
		}
		for d := first; !DateOf(to).Before(d); d = d.AddDays(1) {
			days[d] = true
		}
	}
	return func(d Date) bool { return days[d] }
}

// EventDuring is the title of an event at which a leader of the cohort is at some time from one moment to another, or empty. An event
// that ends as the time begins, or begins as it ends, leaves it free.
func (b Blueprint) EventDuring(c Cohort, starts, ends time.Time) string {
	for _, s := range b.Stages {
		if s.Event == nil || c.Sittings[s.Name].State == SittingCancelled {
			continue
		}
		from, to, err := b.EventTimes(c, s.Name)
		if err == nil && starts.Before(to) && from.Before(ends) { // Check names an error
			return s.Title
		}
	}
	return ""
}

// eventAnchor is the day from which days before an event count: a residential's Monday, the day itself for others.
func eventAnchor(c Cohort, s BlueprintStage, from time.Time) Date {
	if s.Event.Residential {
		return eventMonday(c, s, from)
	}
	return DateOf(from)
}

// eventMonday is the Monday of an event's week. A residential that begins on the eve of a Monday belongs to its week.
func eventMonday(c Cohort, s BlueprintStage, from time.Time) Date {
	if _, own := c.Sittings[s.Name]; !own {
		return weekOf(c, s.Event.Week)
	}
	day := DateOf(from)
	switch weekday := day.Weekday(); {
	case weekday == time.Saturday && s.Event.Residential:
		return day.AddDays(2)
	case weekday == time.Sunday && s.Event.Residential:
		return day.AddDays(1)
	default:
		return day.AddDays(-((int(weekday) + 6) % 7))
	}
}

// EventTerms are the moments of one leader's event around which its mails and its register are planned.
type EventTerms struct {
	Starts  time.Time
	Ends    time.Time
	Freeze  time.Time // until when needs can be changed: hard
	Joining Date      // the day of the joining instructions; zero: none
	Eve     Date      // the last working day before
	Limit   time.Time // until when the register is to be taken
	Where   time.Time // by when staff are to have set where it takes place
}

// whereBefore is how many days before the first mail that tells how to join staff are asked for what is missing.
const whereBefore = 7

// registerWithin is how many working days after an event the register is to be taken at the latest.
const registerWithin = 10

// EventTerms works out the moments of an event of the cohort; blocked are the leader's residential days. A stage that is
// no event is ErrNotFound.
func (b Blueprint) EventTerms(c Cohort, stage string, cal Calendar, blocked func(Date) bool) (EventTerms, error) {
	from, to, err := b.EventTimes(c, stage)
	if err != nil {
		return EventTerms{}, err
	}
	s, _ := b.Stage(stage)
	anchor := eventAnchor(c, s, from)
	terms := EventTerms{Starts: from.UTC(), Ends: to.UTC(), Eve: cal.Back(DateOf(from).AddDays(-1), blocked),
		Freeze: cal.Back(anchor.AddDays(-max(1, s.Event.Freeze)), blocked).At(deadlineHour, 0),
		Limit:  cal.Add(DateOf(to), registerWithin, blocked).At(deadlineHour, 0)}
	if s.Event.Joining > 0 {
		terms.Joining = cal.Back(anchor.AddDays(-s.Event.Joining), blocked)
	}
	if terms.Where = terms.Freeze; s.Event.Freeze == 0 {
		first := terms.Eve
		if !terms.Joining.IsZero() {
			first = terms.Joining
		}
		terms.Where = cal.Back(first.AddDays(-whereBefore), blocked).At(deadlineHour, 0)
	}
	return terms, nil
}

// weekOf is the Monday of a week of the cohort's year.
func weekOf(c Cohort, week int) Date { return c.StartsOn.AddDays(7 * week) }
