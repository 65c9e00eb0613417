package programme

import (
	"testing"
	"time"

	"pgregory.net/rapid"
)

func drawClock(t *rapid.T) Clock {
	return Clock{
		Day:   time.Duration(rapid.IntRange(200, 60_000).Draw(t, "day ms")) * time.Millisecond,
		Start: drawMoment(t),
		Began: time.Date(2031, 5, 6, 7, 8, 9, 123456789, time.UTC).Add(time.Duration(rapid.Int64Range(0, 1e15).Draw(t, "began"))),
	}
}

// There and back: a programme moment comes at its real moment, to the millisecond, a year and a half on.
func TestFastClockThereAndBack(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		c := drawClock(t)
		moment := c.Start.Add(time.Duration(rapid.Int64Range(-100, 550*24*3600).Draw(t, "second")) * time.Second)
		back := c.Programme(c.Real(moment))
		if off := back.Sub(moment); off < -time.Millisecond || off > time.Millisecond {
			t.Fatalf("%v came back as %v", moment, back)
		}
		if back.Location() != time.UTC || back != back.Truncate(time.Millisecond) {
			t.Fatalf("%v is not in UTC and whole milliseconds", back)
		}
		later := moment.Add(time.Duration(rapid.IntRange(0, 100_000).Draw(t, "later")) * time.Second)
		if c.Real(later).Before(c.Real(moment)) || c.Programme(c.Real(later)).Before(back) {
			t.Fatalf("%v comes before %v", later, moment)
		}
	})
}

func TestClocks(t *testing.T) {
	t.Parallel()
	at := london(t, "2027-06-01 09:30")
	var realClock Clock
	if realClock.Fast() || !realClock.Programme(at).Equal(at) || !realClock.Real(at).Equal(at) {
		t.Error("the zero clock is the real one")
	}
	fast := Clock{Day: 1500 * time.Millisecond, Start: at, Began: at.AddDate(4, 0, 0)}
	if got := fast.Programme(fast.Began.Add(3 * time.Second)); !got.Equal(at.Add(48 * time.Hour)) {
		t.Errorf("two days later it is %v", got)
	}
	for _, c := range []struct {
		clock  Clock
		late   time.Duration
		missed bool
	}{
		{realClock, 2 * time.Minute, false}, {realClock, 2*time.Minute + time.Second, true}, {realClock, -time.Hour, false},
		{fast, 15 * time.Second, false}, {fast, 15*time.Second + time.Millisecond, true},
	} {
		real := c.clock.Real(at).Add(c.late)
		if c.clock.Missed(at, real) != c.missed {
			t.Errorf("%v late on a clock of %v: missed is not %v", c.late, c.clock.Day, c.missed)
		}
	}
	// On a fast clock an act is judged by its plan, on the real one by the time that it is.
	if got := fast.At(at, fast.Real(at).Add(time.Second)); !got.Equal(at) {
		t.Errorf("judged at %v", got)
	}
	if got := fast.At(at, fast.Real(at).Add(time.Minute)); got.Equal(at) {
		t.Error("a missed act is judged by its plan")
	}
	if got := realClock.At(at, at.Add(time.Second)); !got.Equal(at.Add(time.Second)) {
		t.Errorf("judged at %v", got)
	}
}

func TestDates(t *testing.T) {
	t.Parallel()
	d := day(t, "2027-03-28") // the clocks go forward
	if got := d.At(9, 0).Format(time.RFC3339); got != "2027-03-28T08:00:00Z" {
		t.Error(got)
	}
	if got := day(t, "2027-03-27").At(9, 0).Format(time.RFC3339); got != "2027-03-27T09:00:00Z" {
		t.Error(got)
	}
	if d.AddDays(3).String() != "2027-03-31" || d.AddDays(-28).String() != "2027-02-28" || d.Weekday() != time.Sunday {
		t.Error("days are miscounted")
	}
	if d.DaysTo(day(t, "2027-11-01")) != 218 || d.DaysTo(day(t, "2027-03-27")) != -1 {
		t.Error("the days between are miscounted over the clock changes")
	}
	if got := DateOf(time.Date(2027, 6, 1, 23, 30, 0, 0, time.UTC)); got.String() != "2027-06-02" {
		t.Errorf("late in the evening of UTC it is %v in London", got)
	}
	for _, bad := range []string{"", "2027-02-29", "01/03/2027", "2027-3-1"} {
		if _, err := ParseDate(bad); err == nil {
			t.Errorf("%q passes for a date", bad)
		}
	}
	var zero, read Date
	text, _ := zero.MarshalText()
	if string(text) != "" || read.UnmarshalText(text) != nil || !read.IsZero() {
		t.Error("no day does not survive")
	}
}
