package records

import (
	"fairlead/programme"

	"gorm.io/gorm/clause"
)

// equalityCountRow is how many people of a cohort gave one answer to an equality question. Nothing leads from it to them.
type equalityCountRow struct {
	Cohort   string `gorm:"primaryKey"`
	Question string `gorm:"primaryKey"`
	Answer   string `gorm:"primaryKey"`
	N        int
}

func (equalityCountRow) TableName() string { return "equality_counts" }

// countEquality counts the answers to the equality questions of a form, once in a journey: who was asked before, also in
// another form, is not counted again, whatever they said then. What staff write down for somebody asks nobody.
//
// All counts of the cohort are written anew each time, in one statement over rows that exist from the first answer on, so
// that neither the order of the rows nor their last change says which of them a person added to.
func (an *answering) countEquality(answers programme.Answers) error {
	asked, apart := apartSection(an.form)
	if !apart || an.j.EqualityAsked != "" || an.given.By != actorParticipant {
		return nil
	}
	an.j.EqualityAsked = an.form.Name
	if err := an.tx.Model(&journeyRow{}).Where("ref = ?", an.j.Ref).Update("equality_asked", an.form.Name).Error; err != nil {
		return err
	}
	if len(answers) == 0 {
		return nil
	}
	var rows []equalityCountRow
	for _, question := range asked.Fields {
		for _, option := range question.Options {
			rows = append(rows, equalityCountRow{Cohort: an.j.Cohort, Question: question.Name, Answer: option.Value})
		}
	}
	if err := an.tx.Clauses(clause.OnConflict{DoNothing: true}).Create(&rows).Error; err != nil {
		return err
	}
	var given []string
	for question, values := range answers {
		for _, value := range values {
			given = append(given, question+"="+value)
		}
	}
	return an.tx.Exec("UPDATE equality_counts SET n = n + CASE WHEN question || '=' || answer IN ? THEN 1 ELSE 0 END WHERE cohort = ?", given, an.j.Cohort).Error
}

// apartSection is the section of a form whose answers are kept apart from the person.
func apartSection(form programme.Form) (programme.Section, bool) {
	for _, section := range form.Sections {
		if section.Apart {
			return section, true
		}
	}
	return programme.Section{}, false
}
