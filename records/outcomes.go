package records

import (
	"context"
	"maps"
	"slices"

	"fairlead/programme"

	"gorm.io/gorm"
)

// Outcomes sets what a cohort answered before the year against what it answered at its end and in the surveys after it,
// and works out what it said of its events. It reads answers under their
// pseudonyms alone; whose they are stays in the store of keys. A cohort that is not known has none.
func (s *Store) Outcomes(ctx context.Context, cohort string) (programme.Outcomes, error) {
	db := s.read(ctx)
	c, year, err := s.yearOf(db, cohort)
	if err != nil && !isMissing(err) {
		return programme.Outcomes{}, edge(err)
	}
	counting, err := s.counting(db, c, year)
	if err != nil {
		return programme.Outcomes{}, edge(err)
	}
	following := year.FollowingSurveys()
	surveys := []string{programme.Baseline, programme.Closing}
	for _, survey := range following {
		surveys = append(surveys, survey.SurveyName())
	}
	var rows []surveyAnswerRow
	if err := db.Where("cohort = ? AND survey IN ?", cohort, surveys).Find(&rows).Error; err != nil {
		return programme.Outcomes{}, edge(err)
	}
	answers := make([]programme.ResearchAnswer, len(rows))
	for i, row := range rows {
		answers[i] = programme.ResearchAnswer{Pseudonym: row.Pseudonym, Survey: row.Survey, Question: row.Question, Answer: row.Answer, Month: row.Month}
	}
	return programme.OutcomesOf(answers, counting, following...), nil
}

// counting says which answers of a cohort can be counted now.
func (s *Store) counting(db *gorm.DB, c programme.Cohort, year programme.Blueprint) (programme.Counting, error) {
	counting := programme.Counting{At: s.Now(db.Statement.Context)}
	if c.Name == "" {
		return counting, nil
	}
	known, err := s.sittings(db, c, year)
	if err != nil {
		return counting, err
	}
	counting.Closes, err = year.SurveyCloses(c, slices.Concat(slices.Collect(maps.Values(known))...), s.opts.Calendar)
	return counting, err
}
