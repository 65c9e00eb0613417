package forms

import (
	"net/http"

	"fairlead/programme"
)

// The pages for somebody whose link is good but whose form is not to be had. Each says why, in the words of its stage.

func (f *Forms) refuse(v *visitor, status int, title string, paragraphs ...string) error {
	return &explanation{status: status, page: explainPage{frame: f.frame(v, title), Paragraphs: paragraphs, Ways: []way{yearOf(v)}}}
}

func yearOf(v *visitor) way { return way{Text: "See your year", Href: "/year/" + v.ref} }

// notOpenYet is for a stage whose time has not come.
func (f *Forms) notOpenYet(v *visitor, stage programme.Stage) error {
	text := "There is nothing to do yet. We will write to you when it opens."
	if !stage.OpensAt.IsZero() {
		text = "It opens on " + day(stage.OpensAt) + ". We will write to you then; there is nothing to do before."
	}
	return f.refuse(v, http.StatusNotFound, stage.Title+" is not open yet", text)
}

// onHold is for a leader whose year is paused.
func (f *Forms) onHold(v *visitor) error {
	return f.refuse(v, http.StatusConflict, "Your year is paused",
		"While it is paused nothing is asked of you and no date passes. When it goes on, your dates move with it and we write to you.",
		"What you have saved is kept. If you want to go on earlier, please write to us.")
}

// journeyOver is for somebody who no longer takes part.
func (f *Forms) journeyOver(v *visitor) error {
	return f.refuse(v, http.StatusGone, "This form is no longer needed", endWords(v.journey.State),
		"There is nothing you need to do. If you think this is wrong, please write to us.")
}

// closed is for a form whose time is over, or that staff have settled.
func (f *Forms) closed(v *visitor, stage programme.Stage) error {
	switch stage.State {
	case programme.StageSkipped, programme.StageCancelled:
		if stage.Outcome == programme.OutcomeConsentRefused {
			return f.refuse(v, http.StatusGone, "This questionnaire is not asked of you", "You do not agree to it, so there is nothing you need to do. Your place is not affected.")
		}
		return f.refuse(v, http.StatusGone, "This form is no longer needed",
			"The programme team has settled this without it. There is nothing you need to do.")
	}
	until := ""
	if !stage.Limit.IsZero() {
		until = "It was open until " + moment(stage.Limit) + ". "
	}
	switch stage.Kind {
	case programme.KindSelection:
		return f.refuse(v, http.StatusGone, "Your invitation has closed", until+"The place that was held for you goes to another leader.",
			"If you would still like to take part, please write to us: a place may come free, this year or next.")
	case programme.KindOnboarding:
		return f.refuse(v, http.StatusGone, "Getting ready has closed", until+"You keep your place.",
			"Where you gave no consent, we take it that you do not agree. The programme team will be in touch about what is missing, or you can write to us.")
	case programme.KindEvent:
		return f.refuse(v, http.StatusGone, "This form has closed", until+"Your place is kept.",
			"If you will not be there, or something else has changed, please write to us.")
	case programme.KindPsychometrics:
		if stage.State == programme.StageDone { // taken in the year before
			return f.refuse(v, http.StatusGone, "You have taken this questionnaire already", "Your report is on the page of your year.")
		}
		return f.refuse(v, http.StatusGone, "This questionnaire has closed", until+"Your place is not affected. If you still want to take it, please write to us.")
	case programme.KindSurvey:
		return f.refuse(v, http.StatusGone, "This survey has closed", until+"Thank you all the same: not answering has no effect on your place or your certificate.")
	case programme.KindAlumni:
		return f.refuse(v, http.StatusGone, "This form has closed", until+"You are not in the members’ directory, because you did not say that you want to be.",
			"Your certificate waits for you on the page of your year. To join the directory, please write to us.")
	}
	return f.refuse(v, http.StatusGone, "This form has closed", until+"If you still want to answer, please write to us.")
}

// endWords say how a journey stands in a sentence to the leader; empty while it runs.
func endWords(state programme.JourneyState) string {
	switch state {
	case programme.OnHold:
		return "Your year is paused. Nothing is asked of you until it goes on."
	case programme.Completed:
		return "You have completed the programme. Congratulations."
	case programme.Declined:
		return "You have declined your place."
	case programme.Rejected:
		return "You were not offered a place this time."
	case programme.Lapsed:
		return "Your invitation closed before we had your answer."
	case programme.Withdrawn:
		return "You no longer take part in this year’s programme."
	case programme.Deferred:
		return "You go on in another year’s programme. Its mails carry their own links."
	case programme.NotNeeded:
		return "No place came free this year."
	}
	return ""
}
