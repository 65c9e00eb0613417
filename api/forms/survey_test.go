package forms_test

import (
	"net/url"
	"strings"
	"testing"

	"fairlead/programme"
)

const closing = "/year/P-7F3K2Q/closing-survey"

func surveyAnswers() url.Values {
	return fields("satisfied", "7", "worthwhile", "8", "happy", "10", "anxious", "skip", "adaptive", "4", "connected", "5", "questioning", "3",
		"purposeful", "5", "ethical", "skip", "across_organisations", "2", "productivity", "1")
}

func TestSurveyAsksInGroups(t *testing.T) {
	t.Parallel()
	b := setup(t)
	b.open("closing-survey")
	page := b.leader().get(closing).is(200, "Closing survey", "Overall, how satisfied are you with your life nowadays?",
		"licensed under the Open Government Licence v3.0", "Local questions.", "Prefer not to say", "research pseudonym").not(" checked")
	if n := strings.Count(page.body, "<fieldset"); n != 11 {
		t.Errorf("%d questions", n)
	}
	if n := strings.Count(page.body, `type="radio"`); n != 4*12+7*6 {
		t.Errorf("%d steps", n)
	}
}

func TestSurveySent(t *testing.T) {
	t.Parallel()
	b := setup(t)
	b.open("closing-survey")
	me := b.leader()
	me.post(closing, surveyAnswers()).leads(closing + "/done")
	sent := b.records.answers["P-7F3K2Q/closing-survey/1"]
	if sent.Form != "closing" || sent.Answers.Get("anxious") != "skip" || len(sent.Answers) != 11 {
		t.Errorf("sent %+v", sent)
	}
	me.get(closing+"/done").is(200, "Your answers have arrived", "we cannot show them here", "a confirmation to helen.nguyen@wirral.example").not(`value="7"`)
	b.records.private = "helen@home.example"
	me.get(closing+"/done").is(200, "We are sending a confirmation to the address you gave us for this.").not("helen.nguyen@wirral.example", "home.example")

	me.get(closing+"/change").is(200, "What you send now takes their place.").not(" checked")
	again := surveyAnswers()
	again.Set("happy", "0")
	me.post(closing+"/change", again).leads(closing + "/done")
	if sent = b.records.answers["P-7F3K2Q/closing-survey/1"]; !sent.Change || sent.Answers.Get("happy") != "0" {
		t.Errorf("changed %+v", sent)
	}
	me.get(closing+"/done").is(200, "Your change is saved")
	b.records.now = at("2027-11-25")
	me.get(closing+"/done").is(200, "can no longer be changed").not(closing + "/change")
	me.get(closing+"/change").is(410, "Your answer can no longer be changed. We have it as you sent it.").not("not answering")
	me.post(closing+"/change", surveyAnswers()).is(410)
	me.post(closing, surveyAnswers()).is(410, "What you have just sent has changed nothing.")
	if b.records.submits != 2 {
		t.Errorf("%d answers", b.records.submits)
	}
}

// A survey's answers cannot be shown again, so what an older page sends takes their place, as it does from the page that changes them.
func TestSurveySentFromAnOlderPage(t *testing.T) {
	t.Parallel()
	b := setup(t)
	b.open("closing-survey")
	me := b.leader()
	for range 2 {
		me.post(closing, surveyAnswers()).leads(closing + "/done")
	}
	if b.records.submits != 1 {
		t.Errorf("%d answers of a double click", b.records.submits)
	}
	other := surveyAnswers()
	other.Set("happy", "0")
	me.post(closing, other).leads(closing + "/done")
	if sent := b.records.answers["P-7F3K2Q/closing-survey/1"]; !sent.Change || sent.Answers.Get("happy") != "0" {
		t.Errorf("changed %+v", sent)
	}
	me.get(closing+"/done").is(200, "Your change is saved")
}

func TestSurveyRefuses(t *testing.T) {
	t.Parallel()
	b := setup(t)
	b.open("closing-survey")
	page := b.leader().post(closing, fields("happy", "3", "satisfied", "11")).is(422, "Error: Closing survey",
		"Choose one of the answers shown for “Overall, how satisfied are you with your life nowadays?”",
		"Choose a number for “When circumstances changed, I changed how I lead.”, or “Prefer not to say”")
	if got := values(page.body)["happy"]; len(got) != 1 || got[0] != "3" {
		t.Errorf("the good answer came back as %v", got)
	}
	if n := strings.Count(page.body, `class="govuk-error-message"`); n != 10 || b.records.writes != 0 {
		t.Errorf("%d faults, %d writes", n, b.records.writes)
	}
}

func TestSurveyClosed(t *testing.T) {
	t.Parallel()
	b := setup(t)
	stage := b.open("closing-survey")
	stage.State = programme.StageLapsed
	b.leader().get(closing).is(410, "This survey has closed", "no effect on your place")
	b.leader().post(closing, surveyAnswers()).is(410)
}
