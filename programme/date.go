package programme

import (
	"fmt"
	"time"
	_ "time/tzdata" // every binary knows Europe/London, whatever the machine holds
)

// London is where the programme's clocks hang: every wall-clock rule means this zone.
var London = mustLoad("Europe/London")

func mustLoad(name string) *time.Location {
	zone, err := time.LoadLocation(name)
	if err != nil {
		panic(err) // impossible: the zone data is embedded
	}
	return zone
}

// Date is a day in London, without a time. The zero Date is no day.
type Date struct {
	Year  int
	Month time.Month
	Day   int
}

// DateOf is the London day of a moment.
func DateOf(moment time.Time) Date {
	y, m, d := moment.In(London).Date()
	return Date{y, m, d}
}

// ParseDate reads YYYY-MM-DD; anything else is an error.
func ParseDate(text string) (Date, error) {
	t, err := time.Parse("2006-01-02", text)
	if err != nil {
		return Date{}, fmt.Errorf("%q is no date, write it as 2027-03-01", text)
	}
	return Date{t.Year(), t.Month(), t.Day()}, nil
}

// At is the moment (UTC) at which London's clocks show the hour and minute on this day.
func (d Date) At(hour, minute int) time.Time {
	return time.Date(d.Year, d.Month, d.Day, hour, minute, 0, 0, London).UTC()
}

// MovedAlong is a moment (UTC) that moves as another moves from one to another, by London's clocks: what was an hour later on the next
// day still is, also where the clocks change between.
func MovedAlong(moment, from, to time.Time) time.Time {
	clock := func(t time.Time) time.Time { // what London's clocks show, as if they never changed
		t = t.In(London)
		return time.Date(t.Year(), t.Month(), t.Day(), t.Hour(), t.Minute(), t.Second(), t.Nanosecond(), time.UTC)
	}
	shown := clock(moment).Add(clock(to).Sub(clock(from)))
	return time.Date(shown.Year(), shown.Month(), shown.Day(), shown.Hour(), shown.Minute(), shown.Second(), shown.Nanosecond(), London).UTC()
}

// AddDays is the day n days later, or earlier where n is negative.
func (d Date) AddDays(n int) Date {
	t := time.Date(d.Year, d.Month, d.Day+n, 0, 0, 0, 0, time.UTC)
	return Date{t.Year(), t.Month(), t.Day()}
}

// AddMonths is the same day n calendar months later; in a month without that day, its last.
func (d Date) AddMonths(n int) Date {
	last := time.Date(d.Year, d.Month+time.Month(n)+1, 0, 0, 0, 0, 0, time.UTC)
	return Date{last.Year(), last.Month(), min(d.Day, last.Day())}
}

// Weekday is the day of the week.
func (d Date) Weekday() time.Weekday {
	return time.Date(d.Year, d.Month, d.Day, 0, 0, 0, 0, time.UTC).Weekday()
}

// Before reports whether d comes earlier than other.
func (d Date) Before(other Date) bool { return d.String() < other.String() }

// DaysTo is the number of days from d to other, negative where other is earlier.
func (d Date) DaysTo(other Date) int {
	a := time.Date(d.Year, d.Month, d.Day, 0, 0, 0, 0, time.UTC)
	b := time.Date(other.Year, other.Month, other.Day, 0, 0, 0, 0, time.UTC)
	return int(b.Sub(a) / (24 * time.Hour))
}

// IsZero reports whether there is no day.
func (d Date) IsZero() bool { return d == Date{} }

// String is the day as YYYY-MM-DD, which also sorts; the zero Date is "".
func (d Date) String() string {
	if d.IsZero() {
		return ""
	}
	return fmt.Sprintf("%04d-%02d-%02d", d.Year, int(d.Month), d.Day)
}

// MarshalText writes YYYY-MM-DD, for JSON and YAML.
func (d Date) MarshalText() ([]byte, error) { return []byte(d.String()), nil }

// UnmarshalText reads YYYY-MM-DD; empty text is the zero Date.
func (d *Date) UnmarshalText(text []byte) error {
	if len(text) == 0 {
		*d = Date{}
		return nil
	}
	parsed, err := ParseDate(string(text))
	*d = parsed
	return err
}
