package forms

import (
	"net/http"
	"time"

	"fairlead/programme"
)

// The pages for somebody whose link is good but whose form is not to be had. Each says why, in the words of its stage.

func (f *Forms) refuse(v *visitor, status int, title string, paragraphs ...string) error {
	return &explanation{status: status, page: explainPage{frame: f.frame(v, title), Paragraphs: paragraphs, Ways: []way{yearOf(v)}}}
}

func yearOf(v *visitor) way {
	if v.applicant() {
		return way{Text: "See your application", Href: v.home()}
	}
	return way{Text: "See your year", Href: v.home()}
}

// notOpenYet is for a stage whose time has not come.
func (f *Forms) notOpenYet(v *visitor, stage programme.Stage) error {
	text := "There is nothing to do yet. We will write to you when it opens."
	if opensLater(stage, v.now) {
		text = "It opens on " + day(stage.OpensAt) + ". We will write to you then; there is nothing to do before."
	}
	return f.refuse(v, http.StatusNotFound, stage.Title+" is not open yet", text)
}

// opensLater reports whether the day on which a stage opens is known: one that has passed is waiting for something else.
func opensLater(stage programme.Stage, now time.Time) bool { return stage.OpensAt.After(now) }

// onHold is for a leader whose year is paused.
func (f *Forms) onHold(v *visitor) error {
	return f.refuse(v, http.StatusConflict, "Your year is paused",
		"While it is paused nothing is asked of you and no date passes. When it goes on, your dates move with it and we write to you.",
		"What you have saved is kept. If you want to go on earlier, please write to us.")
}

// journeyOver is for somebody who no longer takes part.
func (f *Forms) journeyOver(v *visitor) error {
	return f.refuse(v, http.StatusGone, "This form is no longer needed", v.endWords(),
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
	if v.isApplication(stage) && stage.Part == programme.PartReview {
		return f.refuse(v, http.StatusGone, "Applications have closed", "We have yours as you sent it. It could be changed until the deadline, which has passed.",
			"If something important has changed, please write to us.")
	}
	if v.isApplication(stage) {
		e := f.refuse(v, http.StatusGone, "Applications have closed", "Yours could be sent until "+moment(stage.Limit)+". It was not, so it does not count. The deadline is kept to the second.",
			"If something kept you from sending it, please write to us. We can give you a personal late code that opens the form once more; what you have saved is kept.")
		var page *explanation
		if asError(e, &page) {
			page.page.Ways = append(page.page.Ways, way{Text: "Enter a late code", Href: "/apply/" + v.cohort.Name})
		}
		return e
	}
	switch stage.Kind {
	case programme.KindSelection:
		if stage.Part == programme.PartOffer {
			return f.refuse(v, http.StatusGone, "Your offer has closed", until+"The place that was held for you goes to somebody on our waiting list.",
				"If you would still like to take part, please write to us: a place may come free, this year or next.")
		}
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

// unchangeable is for an answer that can be changed no more; sent says that the person has just tried to.
func (f *Forms) unchangeable(v *visitor, stage programme.Stage, s standing, sent bool) error {
	var e error
	switch {
	case v.journey.State == programme.OnHold:
		e = f.onHold(v)
	case !s.answered, v.isApplication(stage), stage.State == programme.StageSkipped, stage.State == programme.StageCancelled:
		e = f.closed(v, stage)
	default:
		title := "You have answered this"
		if sent {
			title = "You had answered already"
		}
		e = f.refuse(v, http.StatusGone, title, "Your answer can no longer be changed. We have it as you sent it.",
			"If something has changed, please write to us.")
	}
	var page *explanation
	if asError(e, &page) {
		if sent {
			page.page.Paragraphs = append([]string{"What you have just sent has changed nothing."}, page.page.Paragraphs...)
		}
		if s.answered {
			page.page.Ways = append([]way{{Text: "See your answer", Href: v.path(stage, "done")}}, page.page.Ways...)
		}
	}
	return e
}

// endWords say how the visitor's journey stands where it does not simply run.
func (v *visitor) endWords() string {
	stage, _ := v.selecting()
	if v.applicant() {
		switch state := v.journey.State; {
		case state == programme.Lapsed && stage.Part == "":
			return "Your application was not sent before the deadline."
		case state == programme.Lapsed:
			return "Your offer closed before we had your answer."
		case state == programme.Withdrawn:
			return "Your application is withdrawn."
		case state == programme.NotNeeded:
			return "No place came free this year. You are welcome to apply again for a later one."
		case state == programme.Rejected:
			return "We could not offer you a place this time. You are welcome to apply again for a later year."
		}
	}
	return endWords(v.journey.State)
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
