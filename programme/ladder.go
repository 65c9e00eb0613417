package programme

import (
	"cmp"
	"slices"
	"time"
)

// Rung is one mail of a ladder with its fate at planning: Dropped is empty, or the reason it will not go.
type Rung struct {
	Number    int // 0 is the request
	At        time.Time
	Dropped   string // "", too_close, same_day
	Assistant bool   // the assistant gets a mail of their own with this rung
}

// PlanLadder plans request and reminders of one ask, in the order of their numbers. request is the moment at which rung 0 goes; reminders go
// at the person's minute: those before due on the last working day at or before theirs, those after the request so many
// working days later, none on a blocked day. Rungs keep their numbers whatever becomes of the others.
//
// Dropped as too close are rungs within one working day of the request (or before it) and rungs not before due; of two
// on one day the later stays. Rungs earlier than from are left out: they are gone.
func PlanLadder(cal Calendar, minute int, ladder Ladder, request, due, from time.Time, blocked func(Date) bool) []Rung {
	requestDay, dueDay := DateOf(request), DateOf(due)
	days := ladderDays(cal, ladder, requestDay, dueDay, blocked)
	tooClose := cal.Add(requestDay, 1, blocked)
	rungs := []Rung{{At: request.UTC()}}
	for i, d := range days {
		rung := Rung{Number: i + 1, At: PersonalMoment(d, minute), Assistant: ladder.Assistant == i+1}
		if !tooClose.Before(d) || !rung.At.Before(due) {
			rung.Dropped = NotSentTooClose
		}
		rungs = append(rungs, rung)
	}
	for i := range rungs[:len(rungs)-1] {
		rung, next := &rungs[i], rungs[i+1]
		if i > 0 && rung.Dropped == "" && next.Dropped == "" && rung.At.Equal(next.At) {
			rung.Dropped = NotSentSameDay
		}
	}
	return slices.DeleteFunc(rungs, func(r Rung) bool { return r.At.Before(from) })
}

// ladderDays are the days of the reminders in order, rolled to working days. A day so far after the request that it
// lies past due is not looked for: the day after due stands for it.
func ladderDays(cal Calendar, ladder Ladder, requestDay, dueDay Date, blocked func(Date) bool) []Date {
	var days []Date
	for _, n := range ladder.Before {
		days = append(days, cal.Back(dueDay.AddDays(-n), blocked))
	}
	for _, n := range ladder.After {
		d := requestDay
		for ; n > 0 && !dueDay.Before(d); n-- {
			d = cal.Add(d, 1, blocked)
		}
		days = append(days, d)
	}
	slices.SortStableFunc(days, func(a, b Date) int { return cmp.Compare(a.String(), b.String()) })
	return days
}
