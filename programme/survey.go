package programme

import (
	"fmt"
	"strconv"
)

// The questionnaires that ship. Baseline and closing ask the same, before the year and after it; the third looks back on
// one residential.
const (
	Baseline    = "baseline"
	Closing     = "closing"
	Residential = "residential"
)

// Questionnaire is a set of scales as data: what is asked, in whose words, under which licence.
type Questionnaire struct {
	Name    string // Baseline, Closing or Residential
	Version string // of the wording; it changes whenever a word of a question does
	Title   string
	Intro   string
	Groups  []QuestionGroup
}

// QuestionGroup is a run of questions on one scale from one source.
type QuestionGroup struct {
	Title     string
	Intro     string
	Source    string // attribution printed beneath the questions
	Licence   string // empty for local questions, which are the centre's own
	Local     bool   // the centre's own wording, compared with nobody else's
	From, To  int    // the ends of the scale
	Questions []Question
}

// Question is one item: its name in answers, its words, and the words at the ends of its scale.
type Question struct {
	Name string
	Text string
	Low  string
	High string
}

// QuestionnaireNamed finds a questionnaire; an unknown name is ErrNotFound.
func QuestionnaireNamed(name string) (Questionnaire, error) {
	q := Questionnaire{Name: name, Version: "1", Groups: []QuestionGroup{wellbeing(), leadership()},
		Intro: "About five minutes. Answer what you can; there are no right or wrong answers. Your answers are kept under a research pseudonym, apart from your name. Nobody on the programme team can look them up, and no result is shown for fewer than ten people."}
	switch name {
	case Baseline:
		q.Title = "How things are before the year"
	case Closing:
		q.Title = "How things are after the year"
	case Residential:
		q.Title, q.Groups = "Looking back on the residential", []QuestionGroup{lookingBack()}
		q.Intro = "About two minutes. Answer what you can; there are no right or wrong answers. Your answers are kept under a research pseudonym, apart from your name. Nobody on the programme team can look them up, and no result is shown for fewer than ten people."
	default:
		return Questionnaire{}, fmt.Errorf("questionnaire %q: %w", name, ErrNotFound)
	}
	return q, nil
}

// wellbeing are the four personal well-being questions of the Office for National Statistics, worded as published.
func wellbeing() QuestionGroup {
	return QuestionGroup{
		Title:   "Your well-being",
		Intro:   "For each of these questions please give an answer on a scale of 0 to 10, where 0 is “not at all” and 10 is “completely”.",
		Source:  "Source: Office for National Statistics, personal well-being questions (ONS4), licensed under the Open Government Licence v3.0.",
		Licence: "https://www.nationalarchives.gov.uk/doc/open-government-licence/version/3/",
		From:    0, To: 10,
		Questions: []Question{
			{"satisfied", "Overall, how satisfied are you with your life nowadays?", "not at all satisfied", "completely satisfied"},
			{"worthwhile", "Overall, to what extent do you feel that the things you do in your life are worthwhile?", "not at all worthwhile", "completely worthwhile"},
			{"happy", "Overall, how happy did you feel yesterday?", "not at all happy", "completely happy"},
			{"anxious", "On a scale where 0 is “not at all anxious” and 10 is “completely anxious”, overall, how anxious did you feel yesterday?", "not at all anxious", "completely anxious"},
		},
	}
}

// leadership are the programme's own questions on its five qualities, on working across organisations and productivity.
func leadership() QuestionGroup {
	agree := func(name, text string) Question { return Question{name, text, "strongly disagree", "strongly agree"} }
	return QuestionGroup{
		Title:  "Your leadership and your organisation",
		Intro:  "How far do you agree, thinking of the last three months? 1 is “strongly disagree” and 5 is “strongly agree”.",
		Source: "Local questions, written for this programme. They are not part of a published instrument.",
		Local:  true,
		From:   1, To: 5,
		Questions: []Question{
			agree("adaptive", "When circumstances changed, I changed how I lead."),
			agree("connected", "I drew on people well beyond my own organisation before I decided."),
			agree("questioning", "I tested my own assumptions and invited others to challenge them."),
			agree("purposeful", "I kept what we are here to do for the public in front of the people I lead."),
			agree("ethical", "I did what I judged to be right, also when it was harder."),
			agree("across_organisations", "My organisation worked well with other public services on problems that none of us can solve alone."),
			agree("productivity", "My organisation achieved more for the public with the means it has."),
		},
	}
}

// lookingBack are the programme's own questions on one residential.
func lookingBack() QuestionGroup {
	agree := func(name, text string) Question { return Question{name, text, "strongly disagree", "strongly agree"} }
	return QuestionGroup{
		Title:  "The residential",
		Intro:  "How far do you agree? 1 is “strongly disagree” and 5 is “strongly agree”.",
		Source: "Local questions, written for this programme. They are not part of a published instrument.",
		Local:  true,
		From:   1, To: 5,
		Questions: []Question{
			agree("worth_the_time", "The residential was worth the time away from my organisation."),
			agree("learned", "I learned something that changes how I lead."),
			agree("will_use", "I know what I will do differently, and when."),
			agree("met_others", "I met people I will turn to when a problem crosses our organisations."),
			agree("sessions", "The sessions and their speakers were right for leaders at my level."),
			agree("arrangements", "Venue, travel and arrangements worked for me."),
		},
	}
}

// SurveyName is the name under which the answers to a survey stage are kept: its questionnaire's, or for one that counts
// from an event the stage's own, because a year has several.
func (s BlueprintStage) SurveyName() string {
	if s.Follows != "" {
		return s.Name
	}
	return FormOf(s)
}

// LooksBack reports whether a stage is a survey that asks about one residential, in fewer questions than the others.
func (s BlueprintStage) LooksBack() bool { return s.Kind == KindSurvey && FormOf(s) == Residential }

// form is the questionnaire as a form of one section: one scale per question, each with "prefer not to say".
func (q Questionnaire) form() Form {
	section := Section{Name: "answers", Title: q.Title, Intro: q.Intro, Survey: true}
	for _, group := range q.Groups {
		for _, question := range group.Questions {
			section.Fields = append(section.Fields, Field{Name: question.Name, Kind: FieldScale, Label: question.Text, Required: true,
				Local: group.Local, Options: question.options(group),
				Missing: "Choose a number for “" + question.Text + "”, or “Prefer not to say”"})
		}
	}
	return Form{Name: q.Name, Title: q.Title, Sections: []Section{section}}
}

// options are the steps of the scale with words at its ends, then the way out.
func (q Question) options(group QuestionGroup) []Option {
	var options []Option
	for step := group.From; step <= group.To; step++ {
		label := strconv.Itoa(step)
		switch step {
		case group.From:
			label += ", " + q.Low
		case group.To:
			label += ", " + q.High
		}
		options = append(options, Option{Value: strconv.Itoa(step), Label: label})
	}
	return append(options, Option{Value: SkipAnswer, Label: "Prefer not to say"})
}

// QuestionNames are the names of all questions of a questionnaire, in order.
func (q Questionnaire) QuestionNames() []string {
	var names []string
	for _, group := range q.Groups {
		for _, question := range group.Questions {
			names = append(names, question.Name)
		}
	}
	return names
}
