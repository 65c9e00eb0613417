package programme

import "time"

// Clock relates real time to programme time. Fairlead thinks in programme time: due dates, ladders and mail dates are
// programme moments. On the real clock both are the same; on a fast clock (demo and tests) one programme day takes Day
// of real time. A data folder has one clock, so all its cohorts agree on "now".
//
// The zero Clock is the real clock.
type Clock struct {
	Day   time.Duration `json:"day,omitempty"`  // real duration of one programme day; 0 means the real clock
	Start time.Time     `json:"start,omitzero"` // programme moment (UTC) at which the fast clock began
	Began time.Time     `json:"began,omitzero"` // real moment (UTC) at which it began
}

// Fast reports whether programme time runs at its own pace.
func (c Clock) Fast() bool { return c.Day > 0 }

// Programme turns a real moment into the programme moment, in UTC, whole milliseconds.
func (c Clock) Programme(real time.Time) time.Time {
	if !c.Fast() {
		return real.UTC()
	}
	elapsed := float64(real.Sub(c.Began)) * float64(24*time.Hour) / float64(c.Day)
	return c.Start.Add(time.Duration(elapsed)).UTC().Truncate(time.Millisecond)
}

// Real turns a programme moment into the real moment at which it comes, in UTC.
func (c Clock) Real(moment time.Time) time.Time {
	if !c.Fast() {
		return moment.UTC()
	}
	elapsed := float64(moment.Sub(c.Start)) * float64(c.Day) / float64(24*time.Hour)
	return c.Began.Add(time.Duration(elapsed)).UTC()
}

// Missed reports whether an act planned for the programme moment at counts as missed when it fires at the real moment
// real: more than two real minutes late, or fifteen real seconds on a fast clock. Anything less is a busy machine, and
// the act is judged by when it was planned.
func (c Clock) Missed(at, real time.Time) bool {
	allowed := 2 * time.Minute
	if c.Fast() {
		allowed = 15 * time.Second
	}
	return real.Sub(c.Real(at)) > allowed
}

// At is the moment the rules take as "now" for an act planned for at: on a fast clock the plan itself (unless missed),
// on the real clock the real moment, which is never before the plan.
func (c Clock) At(at, real time.Time) time.Time {
	if c.Fast() && !c.Missed(at, real) && !at.IsZero() {
		return at.UTC()
	}
	return c.Programme(real)
}
