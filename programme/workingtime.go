package programme

import (
	"crypto/sha256"
	"encoding/binary"
	"time"
)

// When mail goes, in London's wall-clock hours, whatever the season.
const (
	sendingHour   = 9  // scheduled mail goes from 09:00 to 09:59
	staffFrom     = 8  // what staff trigger goes at once from 08:00 …
	staffUntil    = 18 // … until 18:00
	openingHour   = 6  // stages open
	deadlineHour  = 17 // dues, limits and the like
	defaultNotice = 10 // working days from due to limit unless the blueprint says otherwise
)

// Calendar knows the working days of the centre: Monday to Friday without bank holidays, and nothing from 24 December
// to 1 January. The zero Calendar knows no bank holidays. A Calendar is never changed and may be shared.
type Calendar struct{ closed map[Date]bool }

// Working reports whether people work on the day.
func (c Calendar) Working(d Date) bool {
	if day := d.Weekday(); day == time.Saturday || day == time.Sunday {
		return false
	}
	return !christmas(d) && !c.closed[d]
}

func christmas(d Date) bool {
	return d.Month == time.December && d.Day >= 24 || d.Month == time.January && d.Day == 1
}

// Forward is the day itself if it is a working day and not blocked, else the next that is. blocked may be nil; it must
// leave some day free.
func (c Calendar) Forward(d Date, blocked func(Date) bool) Date { return c.roll(d, 1, blocked) }

// Back is the day itself if it is a working day and not blocked, else the last one before that is.
func (c Calendar) Back(d Date, blocked func(Date) bool) Date { return c.roll(d, -1, blocked) }

func (c Calendar) roll(d Date, step int, blocked func(Date) bool) Date {
	for !c.free(d, blocked) {
		d = d.AddDays(step)
	}
	return d
}

func (c Calendar) free(d Date, blocked func(Date) bool) bool {
	return c.Working(d) && (blocked == nil || !blocked(d))
}

// Add is the n-th working day after d, which is itself not counted; negative n counts back, and 0 is d as it stands.
// Blocked days are not counted.
func (c Calendar) Add(d Date, n int, blocked func(Date) bool) Date {
	step := 1
	if n < 0 {
		step, n = -1, -n
	}
	for ; n > 0; n-- {
		d = c.roll(d.AddDays(step), step, blocked)
	}
	return d
}

// WorkingDaysBetween counts the whole working days that lie between two moments, from clock time to clock time in
// London: Friday 10:00 to Monday 10:00 is one, to Monday 09:59 none. Days nobody works take no time. It is 0 where to
// is not later.
func (c Calendar) WorkingDaysBetween(from, to time.Time) int {
	if !from.Before(to) {
		return 0
	}
	first, last := DateOf(from), DateOf(to)
	worked := time.Duration(0)
	for d := first; d != last; d = d.AddDays(1) {
		if c.Working(d) {
			worked += 24 * time.Hour
		}
	}
	worked += c.workedOn(last, to) - c.workedOn(first, from)
	return max(0, int(worked/(24*time.Hour)))
}

// workedOn is how much of a day is over at a moment of it, by the wall clock; nothing of a day nobody works.
func (c Calendar) workedOn(d Date, moment time.Time) time.Duration {
	if !c.Working(d) {
		return 0
	}
	hour, minute, second := moment.In(London).Clock()
	return time.Duration(hour)*time.Hour + time.Duration(minute)*time.Minute + time.Duration(second)*time.Second +
		time.Duration(moment.Nanosecond())
}

// Minute is the person's minute past 09:00 London, 0 to 59, from the hash of the opaque id.
func Minute(personID string) int {
	sum := sha256.Sum256([]byte(personID))
	return int(binary.BigEndian.Uint64(sum[:8]) % 60)
}

// PersonalMoment is the person's moment on a day, in UTC. Whether the day is a working day is the caller's to know.
func PersonalMoment(d Date, minute int) time.Time { return d.At(sendingHour, minute) }

// NextPersonal is the first personal moment at or after a moment, on a working day that is not blocked.
func (c Calendar) NextPersonal(at time.Time, minute int, blocked func(Date) bool) time.Time {
	d := c.Forward(DateOf(at), blocked)
	if moment := PersonalMoment(d, minute); !moment.Before(at) {
		return moment
	}
	return PersonalMoment(c.Add(d, 1, blocked), minute)
}

// StaffMoment is when a mail goes that staff trigger now: at once between 08:00 and 18:00 on working days, else at the
// next personal moment.
func (c Calendar) StaffMoment(now time.Time, minute int) time.Time {
	d := DateOf(now)
	if c.Working(d) && !now.Before(d.At(staffFrom, 0)) && now.Before(d.At(staffUntil, 0)) {
		return now.UTC()
	}
	return c.NextPersonal(now, minute, nil)
}
