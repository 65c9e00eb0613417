package records

import (
	"fairlead/programme"
)

// takeEffect lets an answer change what the programme knows.
func (an *answering) takeEffect() error {
	switch programme.Kind(an.ask.Kind) {
	case programme.KindOnboarding:
		if err := an.onboarding(); err != nil {
			return err
		}
	case programme.KindSelection:
		if an.ask.Form == programme.FormApplication {
			if err := an.takeProfile(an.given.Answers); err != nil {
				return err
			}
		}
	case programme.KindPsychometrics:
		if err := an.psychometrics(); err != nil {
			return err
		}
	case programme.KindAlumni:
		if err := an.alumni(); err != nil {
			return err
		}
	case programme.KindEvent:
		if err := an.eventPlace(); err != nil {
			return err
		}
	}
	survey, equality := an.apart()
	if err := an.saveSurvey(survey); err != nil {
		return err
	}
	return an.countEquality(equality)
}

// kept are the answers that stay with the person.
func (an *answering) kept() programme.Answers {
	answers := programme.Answers{}
	for _, section := range an.form.Sections {
		if !section.Kept() {
			continue
		}
		for name, values := range an.form.Clean(an.given.Answers, section.Name) {
			answers[name] = values
		}
	}
	return answers
}

// apart are the answers that are kept apart from the person: to a questionnaire, and to equality questions.
func (an *answering) apart() (survey, equality programme.Answers) {
	survey, equality = programme.Answers{}, programme.Answers{}
	for _, section := range an.form.Sections {
		into := survey
		switch {
		case section.Apart:
			into = equality
		case !section.Survey:
			continue
		}
		for name, values := range an.form.Clean(an.given.Answers, section.Name) {
			into[name] = values
		}
	}
	return survey, equality
}

// section are the cleaned answers of one section.
func (an *answering) section(name string) programme.Answers {
	return an.form.Clean(an.given.Answers, name)
}
