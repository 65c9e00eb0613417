package records

import (
	"context"

	"fairlead/programme"
)

// Outcomes sets what a cohort answered before the year against what it answered after it. It reads answers under their
// pseudonyms alone; whose they are stays in the store of keys. A cohort that is not known has none.
func (s *Store) Outcomes(ctx context.Context, cohort string) (programme.Outcomes, error) {
	var rows []surveyAnswerRow
	err := s.read(ctx).Where("cohort = ? AND survey IN ?", cohort, []string{programme.Baseline, programme.Closing}).Find(&rows).Error
	if err != nil {
		return programme.Outcomes{}, edge(err)
	}
	answers := make([]programme.ResearchAnswer, len(rows))
	for i, row := range rows {
		answers[i] = programme.ResearchAnswer{Pseudonym: row.Pseudonym, Survey: row.Survey, Question: row.Question, Answer: row.Answer}
	}
	return programme.OutcomesOf(answers), nil
}
