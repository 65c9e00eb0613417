package forms_test

import (
	"fmt"
	"net/url"
	"slices"
	"strings"
	"testing"

	"fairlead/programme"
)

const questionnaire = "/year/P-7F3K2Q/psychometrics"

// withQuestionnaire is a leader whose questionnaire is open, who agreed to it and to showing the report to the coach.
func withQuestionnaire(t *testing.T) (*bundle, *browser) {
	t.Helper()
	b := setup(t)
	b.asksQuestionnaire()
	return b, b.leader()
}

// asksQuestionnaire gives the year a questionnaire to which the leader agreed.
func (b *bundle) asksQuestionnaire() {
	b.records.journey.Stages = slices.Insert(b.records.journey.Stages, 2, programme.Stage{Name: "psychometrics", Kind: programme.KindPsychometrics,
		Title: "Psychometric questionnaire", Position: 2, State: programme.StageNotOpen, OpensAt: at("2027-01-11"), Due: at("2027-01-28"), Limit: at("2027-02-11")})
	b.records.consents = []programme.Consent{{Purpose: programme.ConsentPsychometrics, Given: true}, {Purpose: programme.ConsentCoachReport, Given: true}}
	b.open("psychometrics")
}

// items answers the statements from one number to another with the same step.
func items(from, to int, step string) url.Values {
	answers := url.Values{}
	for n := from; n <= to; n++ {
		answers.Set(fmt.Sprintf("item-%d", n), step)
	}
	return answers
}

func TestQuestionnairePageByPage(t *testing.T) {
	t.Parallel()
	b, me := withQuestionnaire(t)
	me.get(questionnaire).is(200, "50 short statements on 5 pages", "Start", "Page 1 of 5 Not yet started", "For development, not for selection",
		"withdraw your consent")
	page := me.get(questionnaire+"/page-1").is(200, "Personality questionnaire, page 1 of 5", "Am the life of the party", "Leave this one out").not("Get chores done", " checked")
	if n := strings.Count(page.body, "<fieldset"); n != 10 {
		t.Errorf("%d statements", n)
	}
	if n := strings.Count(page.body, `type="radio"`); n != 60 {
		t.Errorf("%d answers", n)
	}
	me.post(questionnaire+"/page-1", items(1, 10, "4")).leads(questionnaire + "/page-2")
	me.post(questionnaire+"/page-2", items(11, 13, "2")).leads(questionnaire + "/page-3")

	// On another device the leader goes on where the first one stopped.
	elsewhere := b.leader()
	elsewhere.get(questionnaire).is(200, "Go on with page 3 of 5", "Page 1 of 5 10 of 10 answered", "Page 2 of 5 3 of 10 answered", "Page 3 of 5 Not yet started")
	unfinished := items(21, 25, "1")
	unfinished.Set("action", "later")
	elsewhere.post(questionnaire+"/page-3", unfinished).leads(questionnaire + "/saved")
	elsewhere.get(questionnaire+"/saved").is(200, "You can close this page now.")
	elsewhere.get(questionnaire).is(200, "Go on with page 3 of 5", "Page 3 of 5 5 of 10 answered")
	if got := values(elsewhere.get(questionnaire + "/page-3").body)["item-21"]; len(got) != 1 || got[0] != "1" {
		t.Errorf("the answer came back as %v", got)
	}
	whole := items(21, 30, "1")
	whole.Set("action", "later")
	elsewhere.post(questionnaire+"/page-3", whole).leads(questionnaire + "/saved")
	elsewhere.get(questionnaire).is(200, "Go on with page 4 of 5", "Page 3 of 5 10 of 10 answered") // nothing is left to do on page 3
	elsewhere.post(questionnaire+"/page-3", items(21, 30, "1")).leads(questionnaire + "/page-4")
	elsewhere.post(questionnaire+"/page-4", nil).leads(questionnaire + "/page-5")
	elsewhere.post(questionnaire+"/page-5", items(41, 50, "5")).leads(questionnaire + "/check")
	elsewhere.get(questionnaire).is(200, "Check your answers and send")

	me.get(questionnaire+"/check").is(200, "33 of 50 statements answered.", "These scales will have no score", "Extraversion: 3 statements left out", "Page 4 of 5 0 of 10 answered").
		not("mean of its others")
	me.get(questionnaire+"/page-4?from=check").is(200, "Back to the last look")
	me.post(questionnaire+"/page-4?from=check", items(31, 40, "3")).leads(questionnaire + "/check")
	missing := items(11, 19, "2")
	missing.Set("item-20", programme.SkipAnswer)
	me.post(questionnaire+"/page-2?from=check", missing).leads(questionnaire + "/check")
	me.get(questionnaire+"/check").is(200, "49 of 50 statements answered.", "mean of its others").not("no score")

	me.post(questionnaire+"/check", nil).leads(questionnaire + "/done")
	sent := b.records.answers["P-7F3K2Q/psychometrics/1"]
	if sent.Form != "ipip-50" || len(sent.Answers) != 50 || sent.Answers.Get("item-20") != "skip" || sent.Answers.Get("item-47") != "5" || sent.Change {
		t.Errorf("sent %+v", sent)
	}
	// The records keep the answers apart; the page after knows only that they came.
	sent.Answers = programme.Answers{}
	b.records.answers["P-7F3K2Q/psychometrics/1"] = sent
	b.records.report = &programme.Report{Instrument: "ipip-50", Version: "1", At: b.records.now}
	me.get(questionnaire+"/done").is(200, "Your report is ready", "See your report", "cannot be changed any more").not(`name="item-`, `id="item-`, questionnaire+"/change")
	b.records.private = "helen@home.example"
	me.get(questionnaire+"/done").is(200, "a confirmation to the address you gave us for this.").not("helen.nguyen@wirral.example", "home.example")
	for _, path := range []string{"", "/page-1", "/check", "/saved"} {
		me.get(questionnaire + path).leads(questionnaire + "/done")
	}
	me.post(questionnaire+"/page-1", items(1, 10, "1")).leads(questionnaire + "/done")
	me.post(questionnaire+"/check", nil).leads(questionnaire + "/done") // the second click
	if b.records.submits != 1 {
		t.Errorf("%d answers", b.records.submits)
	}
	me.get(questionnaire + "/change").leads(questionnaire + "/done")
}

func TestQuestionnaireRefuses(t *testing.T) {
	t.Parallel()
	b, me := withQuestionnaire(t)
	wrong := items(1, 9, "4")
	wrong.Set("item-10", "6")
	page := me.post(questionnaire+"/page-1", wrong).is(422, "Error: Personality questionnaire, page 1 of 5", "Choose one of the answers shown for “Have difficulty understanding abstract ideas”")
	if got := values(page.body)["item-1"]; len(got) != 1 || got[0] != "4" || b.records.writes != 0 {
		t.Errorf("the good answer came back as %v, %d writes", got, b.records.writes)
	}
	me.post(questionnaire+"/check", nil).is(422, "Answer at least one statement before you send")
	if b.records.submits != 0 {
		t.Error("nothing was answered, and it was sent")
	}
	me.get(questionnaire + "/page-6").is(404)
	me.post(questionnaire+"/page-6", nil).is(404)
	me.post(questionnaire, nil).is(405)
	b.assistant(programme.AssistantNeeds).get(questionnaire).is(404)
	b.stranger().get(questionnaire + "/page-1").is(403)
	b.records.fail = programme.ErrUnavailable
	me.post(questionnaire+"/page-1", items(1, 10, "4")).is(503, "Your answers were not saved")
}

func TestQuestionnaireThatIsNotAsked(t *testing.T) {
	t.Parallel()
	b, me := withQuestionnaire(t)
	stage := &b.records.journey.Stages[2]
	stage.State = programme.StageLapsed
	me.get(questionnaire).is(410, "This questionnaire has closed", "Your place is not affected")
	stage.State, stage.Outcome, stage.Round = programme.StageSkipped, programme.OutcomeConsentRefused, 0
	me.get(questionnaire).is(410, "This questionnaire is not asked of you", "You do not agree to it")
	me.get("/year/P-7F3K2Q").is(200, "Not asked, because you do not agree to it.").not("/report/")
	stage.State, stage.Outcome = programme.StageDone, "continued"
	me.get(questionnaire).is(410, "You have taken this questionnaire already")
}

func TestASuppliersQuestionnaire(t *testing.T) {
	t.Parallel()
	b, me := withQuestionnaire(t)
	b.records.cohort.Blueprint = "supplier"
	page := me.get(questionnaire).is(200, "held by our supplier", "Go to the questionnaire")
	if !strings.Contains(page.body, `href="https://tests.example/leaders"`) || strings.Contains(page.body, "<form") {
		t.Error("the page does not lead to the supplier alone")
	}
	for _, path := range []string{"/page-1", "/check", "/saved"} {
		me.get(questionnaire + path).is(404)
		me.post(questionnaire+path, nil).is(404)
	}
	b.records.answers["P-7F3K2Q/psychometrics/1"] = programme.Submission{ID: "submission-0001-abcd", Ask: "P-7F3K2Q/psychometrics/1"}
	me.get(questionnaire+"/done").is(200, "Your questionnaire is done", "the supplier shows you").not("/report/")
}
