package records

import (
	"context"

	"fairlead/programme"
)

// Outcomes sets what a cohort answered before the year against what it answered at its end and in the surveys after it. It reads answers under their
// pseudonyms alone; whose they are stays in the store of keys. A cohort that is not known has none.
func (s *Store) Outcomes(ctx context.Context, cohort string) (programme.Outcomes, error) {
	db := s.read(ctx)
	_, year, err := s.yearOf(db, cohort)
	if err != nil && !isMissing(err) {
		return programme.Outcomes{}, edge(err)
	}
	later := year.LaterSurveys()
	surveys := []string{programme.Baseline, programme.Closing}
	for _, survey := range later {
		surveys = append(surveys, survey.SurveyName())
	}
	var rows []surveyAnswerRow
	if err := db.Where("cohort = ? AND survey IN ?", cohort, surveys).Find(&rows).Error; err != nil {
		return programme.Outcomes{}, edge(err)
	}
	answers := make([]programme.ResearchAnswer, len(rows))
	for i, row := range rows {
		answers[i] = programme.ResearchAnswer{Pseudonym: row.Pseudonym, Survey: row.Survey, Question: row.Question, Answer: row.Answer}
	}
	return programme.OutcomesOf(answers, later...), nil
}
