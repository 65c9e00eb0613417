package cast

import (
	"fmt"
	"math/rand/v2"
	"strconv"
	"strings"
	"time"
	_ "time/tzdata" // London's clocks, whatever the machine holds
)

var london = func() *time.Location {
	zone, err := time.LoadLocation("Europe/London")
	if err != nil {
		panic(err) // impossible: the zone data is embedded
	}
	return zone
}()

// Clock is the programme's clock as REST shows it: one programme day takes Day of real time, from the moment Start, which
// was at the real moment Began.
type Clock struct {
	Day   time.Duration
	Start time.Time
	Began time.Time
}

// Programme turns a real moment into the programme moment, UTC.
func (c Clock) Programme(real time.Time) time.Time {
	if c.Day <= 0 {
		return real.UTC()
	}
	elapsed := float64(real.Sub(c.Began)) * float64(24*time.Hour) / float64(c.Day)
	return c.Start.Add(time.Duration(elapsed)).UTC().Truncate(time.Millisecond)
}

// weeks are the weeks of a blueprint that staff plan by, counted from the cohort's start; of pairs both ends count.
type weeks struct {
	clock       int    // the clock begins; the invitations go out in this week or later
	lastJoining int    // until its Thursday, 17:00, freed places are filled again
	lateJoining int    // the second spreadsheet comes: onboarding is open already
	over        int    // everything has ended before
	leaveEarly  [2]int // people withdraw while places are still filled again
	leaveLate   [2]int // people withdraw in mid-year
	postpone    [2]int // people are deferred
	hold        int    // people are held in mid-year, when nothing is asked
	holdDays    int    // how long a hold lasts
	promote     int    // people change post
	opens       int    // applications open
	closes      int    // until its Thursday, 17:00, they can be sent
	decided     int    // decisions are recorded before its Thursday
	released    int    // and told
	skip        int    // the closing survey is left out before it opens
	questions   bool   // there is a questionnaire
	events      bool   // there are events, with groups and dates
	coached     bool   // there are coaches, and sessions to book
	move        int    // people get another address, once events are in their diaries
}

var essentials = weeks{clock: -25, lastJoining: -5, lateJoining: -13, over: 52, leaveEarly: [2]int{-12, -8},
	leaveLate: [2]int{6, 14}, postpone: [2]int{-12, -8}, hold: 10, holdDays: 42, promote: 20, skip: 30, opens: -39, closes: -34, decided: -26, released: -25}

var residentials = weeks{clock: -25, lastJoining: -5, lateJoining: -13, over: 56, leaveEarly: [2]int{-9, -8}, leaveLate: [2]int{15, 16},
	postpone: [2]int{-9, -8}, hold: 16, holdDays: 28, promote: 20, skip: 30, opens: -39, closes: -34, decided: -26, released: -25, events: true, move: -6}

// calendars are the blueprints that the cast can play.
var calendars = map[string]weeks{
	"essentials":    essentials,
	"questionnaire": func() weeks { y := essentials; y.questions = true; return y }(),
	"coached":       func() weeks { y := essentials; y.coached = true; return y }(),
	"residentials":  residentials,
	"flagship":      func() weeks { y := residentials; y.questions, y.coached, y.over = true, true, 100; return y }(), // with surveys a year after its end
}

// year is the calendar that staff have in mind.
type year struct {
	weeks
	cohort, next string    // names of the cohort, and of the one that takes those who are deferred
	startsOn     time.Time // Monday 00:00 London
	nextStartsOn time.Time
	begins       time.Time // programme moment at which the clock begins
	joinBy       time.Time // until then freed places are filled again
	ends         time.Time // everybody's year has ended long before
}

func newYear(o Options) (year, error) {
	monday, err := time.ParseInLocation("2006-01-02", o.StartsOn, london)
	if err != nil || monday.Weekday() != time.Monday {
		return year{}, fmt.Errorf("the year starts on a Monday, written 2027-03-01, not on %q", o.StartsOn)
	}
	if o.Blueprint == "" {
		o.Blueprint = "essentials"
	}
	calendar, known := calendars[o.Blueprint]
	if !known {
		return year{}, fmt.Errorf("the cast cannot play the blueprint %q", o.Blueprint)
	}
	y := year{weeks: calendar, cohort: o.Cohort, startsOn: monday, nextStartsOn: monday.AddDate(0, 0, 52*7)}
	if y.cohort == "" {
		y.cohort = name(monday)
	}
	y.next = strings.ReplaceAll(y.cohort, strconv.Itoa(monday.Year()), strconv.Itoa(y.nextStartsOn.Year()))
	if y.next == y.cohort {
		y.next += "-next"
	}
	y.begins = y.week(y.clock, time.Monday, 6, 0)
	if o.Route == byApplication {
		y.begins = y.week(y.opens, time.Monday, 6, 0)
	}
	y.joinBy = y.week(y.lastJoining, time.Thursday, 17, 0)
	y.ends = y.week(y.over, time.Monday, 6, 0)
	return y, nil
}

// name is what a cohort that starts on a day is called.
func name(startsOn time.Time) string {
	seasons := []string{"winter", "spring", "summer", "autumn"}
	return fmt.Sprintf("%d-%s", startsOn.Year(), seasons[int(startsOn.Month())%12/3])
}

// week is a moment in a week of the year, in UTC.
func (y year) week(n int, day time.Weekday, hour, minute int) time.Time {
	d := y.startsOn.AddDate(0, 0, 7*n+(int(day)+6)%7)
	return time.Date(d.Year(), d.Month(), d.Day(), hour, minute, 0, 0, london).UTC()
}

// workday reports whether people are at their desks; the cast needs no holidays beyond Christmas.
func workday(t time.Time) bool {
	local := t.In(london)
	date := local.Format("01-02")
	return local.Weekday() != time.Saturday && local.Weekday() != time.Sunday && date < "12-24" && date > "01-02"
}

// later is a moment so many working days after from, at an hour at which people do such things; within the same day it
// is some hours later.
func later(luck *rand.Rand, from time.Time, days int) time.Time {
	if days <= 0 {
		return from.Add(time.Hour + time.Duration(luck.Int64N(int64(6*time.Hour))))
	}
	local := from.In(london)
	for days > 0 {
		local = local.AddDate(0, 0, 1)
		if workday(local) {
			days--
		}
	}
	minutes := 7*60 + 30 + luck.IntN(13*60)
	return time.Date(local.Year(), local.Month(), local.Day(), minutes/60, minutes%60, 0, 0, london).UTC()
}

// office brings a moment to office hours of a working day: staff are there then, though sometimes they stay late.
func office(luck *rand.Rand, t time.Time) time.Time {
	local := t.In(london)
	for !workday(local) {
		local = local.AddDate(0, 0, 1)
	}
	minutes := 9*60 + luck.IntN(8*60)
	if luck.IntN(8) == 0 {
		minutes = 18*60 + 30 + luck.IntN(120)
	}
	return time.Date(local.Year(), local.Month(), local.Day(), minutes/60, minutes%60, 0, 0, london).UTC()
}

// between is a number from a to b, both included.
func between(luck *rand.Rand, a, b int) int {
	if b <= a {
		return a
	}
	return a + luck.IntN(b-a+1)
}
