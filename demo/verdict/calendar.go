package verdict

import (
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

// bankHolidays are those of England and Wales as announced or settled by statute, where they fall outside the days
// around Christmas, on which nothing is sent anyway.
var bankHolidays = map[int][]string{
	2025: {"04-18", "04-21", "05-05", "05-26", "08-25"},
	2026: {"04-03", "04-06", "05-04", "05-25", "08-31"},
	2027: {"03-26", "03-29", "05-03", "05-31", "08-30"},
	2028: {"01-03", "04-14", "04-17", "05-01", "05-29", "08-28"},
	2029: {"03-30", "04-02", "05-07", "05-28", "08-27"},
	2030: {"04-19", "04-22", "05-06", "05-27", "08-26"},
	2031: {"04-11", "04-14", "05-05", "05-26", "08-25"},
}

// working reports whether people work in London on the day of a moment, and whether the year's holidays are known.
func working(moment time.Time) (works, known bool) {
	local := moment.In(london)
	holidays, known := bankHolidays[local.Year()]
	if day := local.Weekday(); day == time.Saturday || day == time.Sunday {
		return false, known
	}
	date := local.Format("01-02")
	if date >= "12-24" || date == "01-01" {
		return false, known
	}
	for _, h := range holidays {
		if h == date {
			return false, known
		}
	}
	return true, known
}

// workingTime: scheduled mail goes from 09:00 to before 10:00 London on a working day, mail that staff trigger from
// 08:00 to 18:00, both by the Date header.
func (j *judge) workingTime() {
	for _, m := range j.in.Mails {
		if m.Date.IsZero() || (m.Rule != scheduled && m.Rule != staff) {
			continue
		}
		local := m.Date.In(london)
		minutes := local.Hour()*60 + local.Minute()
		from, to := 9*60, 10*60
		if m.Rule == staff {
			from, to = 8*60, 18*60+1
		}
		works, known := working(m.Date)
		when := local.Format("Monday 2 January 2006 15:04")
		switch {
		case !known:
			j.fault(m.key(), "The verdict knows no holidays of %d.", local.Year())
		case !works:
			j.fault(m.key(), "A mail under the rule %s is dated %s, which is no working day.", m.Rule, when)
		case minutes < from || minutes >= to:
			j.fault(m.key(), "A mail under the rule %s is dated %s, outside its hours.", m.Rule, when)
		}
	}
}

// key is the first key of a mail, for faults.
func (m Mail) key() string {
	if len(m.Keys) == 0 {
		return ""
	}
	return m.Keys[0]
}

// twoADay: one scheduled mail a person and London day, whatever addresses the person has had.
func (j *judge) twoADay() {
	first := map[string]Mail{}
	for _, m := range j.in.Mails {
		if m.Rule != scheduled || m.Date.IsZero() {
			continue
		}
		day := j.personOf(m.To) + " " + m.Date.In(london).Format("2006-01-02")
		if earlier, had := first[day]; !had {
			first[day] = m
		} else if earlier.MessageID != m.MessageID {
			j.fault(m.key(), "A second scheduled mail went to one person on %s, the first was %s.",
				m.Date.In(london).Format("Monday 2 January 2006"), earlier.key())
		}
	}
}
