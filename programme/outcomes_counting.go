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

// counted are those of a survey whose month has come, month by month and never fewer than SmallestGroup more. in is the month
// from which on each can be counted.
func (c Counting) counted(survey string, in map[string]string) map[string]bool {
	counted, months := map[string]bool{}, map[string][]string{}
	closes, now := "", ResearchMonth(c.At)
	if end := c.Closes[survey]; !end.IsZero() {
		closes = ResearchMonth(end)
	}
	for person, month := range in {
		month = max(month, closes)
		months[month] = append(months[month], person)
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
			counted[person] = true
		}
		waiting = nil
	}
	return counted
}
