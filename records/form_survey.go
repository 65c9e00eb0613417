package records

import (
	"context"
	"errors"

	"fairlead/programme"

	"gorm.io/gorm"
	"gorm.io/gorm/clause"
)

// surveyAnswerRow is one answer to a questionnaire, under a research pseudonym: whose it is only the store of keys knows.
// Months and no days, so that it cannot be found by when it was given.
type surveyAnswerRow struct {
	Pseudonym string `gorm:"primaryKey"`
	Cohort    string
	Survey    string `gorm:"primaryKey"`
	Question  string `gorm:"primaryKey"`
	Answer    string
	Month     string
}

func (surveyAnswerRow) TableName() string { return "survey_answers" }

// surveyName is the questionnaire that this form asks.
func (an *answering) surveyName() string {
	if programme.Kind(an.ask.Kind) == programme.KindSurvey {
		stage, _ := an.year.Stage(an.ask.Stage)
		return stage.SurveyName()
	}
	return programme.Baseline
}

// saveSurvey writes the answers to a questionnaire; one given before is replaced.
func (an *answering) saveSurvey(answers programme.Answers) error {
	if len(answers) == 0 {
		return nil
	}
	pseudonym, err := an.s.Pseudonym(an.ctx, an.j.Ref)
	if err != nil {
		return err
	}
	var rows []surveyAnswerRow
	for question := range answers {
		rows = append(rows, surveyAnswerRow{Pseudonym: pseudonym, Cohort: an.j.Cohort, Survey: an.surveyName(), Question: question,
			Answer: answers.Get(question), Month: an.month()})
	}
	return insertMany(an.tx.Clauses(clause.OnConflict{Columns: []clause.Column{{Name: "pseudonym"}, {Name: "survey"}, {Name: "question"}},
		DoUpdates: clause.AssignmentColumns([]string{"answer", "month"})}), rows)
}

// month is the London month of the answer.
func (t *turn) month() string { return programme.ResearchMonth(t.now) }

// surveyAnswers are the answers that a participation has given to a questionnaire: none that can be found once its pseudonym
// was destroyed, and looking makes no new one.
func (s *Store) surveyAnswers(ctx context.Context, tx *gorm.DB, ref, survey string) (programme.Answers, error) {
	pseudonym, err := s.pseudonymKept(ctx, ref)
	if errors.Is(err, programme.ErrNotFound) {
		return programme.Answers{}, nil
	}
	if err != nil {
		return nil, err
	}
	var rows []surveyAnswerRow
	if err := tx.Where("pseudonym = ? AND survey = ?", pseudonym, survey).Find(&rows).Error; err != nil {
		return nil, err
	}
	answers := programme.Answers{}
	for _, row := range rows {
		answers[row.Question] = []string{row.Answer}
	}
	return answers, nil
}
