package programme

import (
	"maps"
	"slices"
	"time"
)

// ResearchMonth is all that research knows of when an answer was given: the London month, as 2027-11.
func ResearchMonth(at time.Time) string { return at.In(London).Format("2006-01") }

// Counting says which answers can be counted at a moment: while single ones came to be counted one after the other, whoever
// looked before and after would know what each said.
type Counting struct {
	At     time.Time
	Closes map[string]time.Time // by survey: when the last of the cohort can answer it by its dates
}

// SurveyCloses is, by survey, when the last of a cohort can answer it by the dates of their year; of one who is late for it
// nothing is known here.
func (b Blueprint) SurveyCloses(c Cohort, sittings []Sitting, cal Calendar) (map[string]time.Time, error) {
	dates, err := b.YearDates(c, sittings, cal)
	if err != nil {
		return nil, err
	}
	closes := map[string]time.Time{}
	for _, date := range dates {
		if stage, _ := b.Stage(date.Stage); stage.Kind == KindSurvey {
			closes[stage.SurveyName()] = later(closes[stage.SurveyName()], date.At)
		}
	}
	return closes, nil
}

// counted are those who gave a number both times and whose month has come, month by month and never fewer than SmallestGroup
// more.
func (c *comparisons) counted(survey string, after map[string]given) map[string]bool {
	both, months := map[string]bool{}, map[string][]string{}
	closes, now := "", ResearchMonth(c.counting.At)
	if end := c.counting.Closes[survey]; !end.IsZero() {
		closes = ResearchMonth(end)
	}
	for person, was := range c.before {
		if is, gave := after[person]; gave {
			month := max(was.month, is.month, closes)
			months[month] = append(months[month], person)
		}
	}
	var waiting []string
	for _, month := range slices.Sorted(maps.Keys(months)) {
		if month >= now {
			break
		}
		if waiting = append(waiting, months[month]...); len(waiting) < SmallestGroup {
			continue
		}
		for _, person := range waiting {
			both[person] = true
		}
		waiting = nil
	}
	return both
}
