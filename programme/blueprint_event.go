package programme

import (
	"fmt"
	"strconv"
	"strings"
)

// event judges the dates and distances of an event.
func (k *checker) event(s BlueprintStage) {
	e := *s.Event
	for _, setting := range []string{"opens", "due", "due_after", "due_weeks_after", "limit"} {
		if _, set := s.lines[setting]; set {
			k.add(s, setting, "an event opens and is due by its own date: take “%s” out.", setting)
		}
	}
	k.week(s, "event.week", &e.Week)
	starts, err := parseClockDay(e.Starts)
	if err != nil {
		k.add(s, "event.starts", "%s.", err)
	}
	ends, err2 := parseClockDay(e.Ends)
	if err2 != nil {
		k.add(s, "event.ends", "%s.", err2)
	}
	if err == nil && err2 == nil && !starts.before(ends) {
		k.add(s, "event.ends", "wrong order: it ends before it starts.")
	}
	if _, err := parseDays(e.Days); err != nil {
		k.add(s, "event.days", "%s.", err)
	}
	for _, distance := range []struct {
		setting string
		n, most int
	}{{"asked", e.Asked, 52}, {"confirm", e.Confirm, 366}, {"freeze", e.Freeze, 366}, {"joining", e.Joining, 366},
		{"capacity", e.Capacity, 100_000}} {
		if distance.n < 0 || distance.n > distance.most {
			k.add(s, "event."+distance.setting, "%s is a number from 0 to %d.", distance.setting, distance.most)
		}
	}
	if 7*e.Asked < e.Confirm {
		k.add(s, "event.asked", "wrong order: the place is asked for %d weeks before, which is after it is to be confirmed.", e.Asked)
	}
	if e.Freeze > e.Confirm {
		k.add(s, "event.freeze", "wrong order: needs are frozen before the place is to be confirmed.")
	}
	if e.Joining > e.Confirm {
		k.add(s, "event.joining", "wrong order: joining instructions go out before the place is to be confirmed.")
	}
}

// events: nobody can be at two events on one day.
func (k *checker) events() {
	type span struct {
		stage    BlueprintStage
		from, to int
	}
	var spans []span
	for i, s := range k.b.Stages {
		if s.Event == nil || k.unsound[i] {
			continue
		}
		starts, err := parseClockDay(s.Event.Starts)
		ends, err2 := parseClockDay(s.Event.Ends)
		if err != nil || err2 != nil {
			continue
		}
		now := span{s, 7*s.Event.Week + starts.offset, 7*s.Event.Week + ends.offset}
		for _, other := range spans {
			if now.from <= other.to && other.from <= now.to {
				k.add(s, "event.week", "a leader cannot be here and at %s%s on one day.", k.called(other.stage), inLine(other.stage))
			}
		}
		spans = append(spans, now)
	}
}

func (d clockDay) before(other clockDay) bool {
	if d.offset != other.offset {
		return d.offset < other.offset
	}
	return d.hour*60+d.minute < other.hour*60+other.minute
}

var dayFractions = map[string]float64{"¼": .25, "½": .5, "¾": .75}

// parseDays reads a number of days as people write it: "5½", "3", "¼"; empty is none.
func parseDays(text string) (float64, error) {
	whole, fraction := text, 0.0
	for sign, value := range dayFractions {
		if rest, found := strings.CutSuffix(text, sign); found {
			whole, fraction = rest, value
		}
	}
	if whole == "" {
		return fraction, nil
	}
	n, err := strconv.Atoi(whole)
	if err != nil || n < 0 || n > 366 {
		return 0, fmt.Errorf("“%s” is no number of days, write it as 3 or 5½", text)
	}
	return float64(n) + fraction, nil
}

// HasDays reports whether compulsory days of the year are the stage's: each has to be attended or decided upon before the
// year is over. A survey never has any, nor has what only prepares for them.
func (s BlueprintStage) HasDays() bool {
	return s.Compulsory && (s.Kind == KindEvent || s.Kind == KindPsychometrics || s.Kind == KindCoaching)
}

// CompulsoryDays is how many days of a year a leader must attend.
func (b Blueprint) CompulsoryDays() float64 {
	total := 0.0
	for _, s := range b.Stages {
		if !s.Compulsory {
			continue
		}
		days, _ := parseDays(s.Days) // faults names what is none
		if s.Event != nil {
			days, _ = parseDays(s.Event.Days)
		}
		total += days
	}
	return total
}
