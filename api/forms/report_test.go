package forms_test

import (
	"strings"
	"testing"

	"fairlead/programme"
)

const report = "/report/P-7F3K2Q"

// reported is a leader whose report is there: one scale without a score, one with a statement left out.
func reported(t *testing.T) (*bundle, *browser) {
	t.Helper()
	b, me := withQuestionnaire(t)
	b.records.journey.Stages[2].State = programme.StageDone
	b.records.answers["P-7F3K2Q/psychometrics/1"] = programme.Submission{ID: "submission-0001-abcd", Ask: "P-7F3K2Q/psychometrics/1", At: b.records.now}
	b.records.report = &programme.Report{Instrument: "ipip-50", Version: "1", At: b.records.now, Scores: []programme.ScaleScore{
		{Scale: "extraversion", Sum: 10, Scored: true, Answered: 10}, {Scale: "agreeableness", Sum: 50, Scored: true, Answered: 10},
		{Scale: "conscientiousness", Answered: 8}, {Scale: "emotional-stability", Sum: 30, Scored: true, Answered: 9},
		{Scale: "intellect", Sum: 42, Scored: true, Answered: 10}}}
	return b, me
}

func TestReport(t *testing.T) {
	t.Parallel()
	b, me := reported(t)
	page := me.get(report).is(200, "Your report", "For development, not for selection.", "on Wednesday 27 January 2027", "compares you with nobody",
		"You and your coach, Abena Darko, can see this report, because you agreed to that.", "Extraversion 10 Agreeableness 50", "Conscientiousness not scored, 8 of 10 answered", "Emotional stability 30, 9 of 10 answered",
		"“Not scored” means", "the mean of its other nine stands in", "How much you seek company", "public domain",
		"On a scale from 10 to 50: Extraversion 10, Agreeableness 50, Conscientiousness not scored, Emotional stability 30, Intellect 42.").
		not("percentile", "average")
	for _, want := range []string{`role="img" aria-labelledby="picture-title picture-words"`, `<title id="picture-title">`, `<desc id="picture-words">`,
		`width="0" height="14"`, `width="320" height="14"`, `width="160" height="14"`, `width="256" height="14"`, `<th scope="row">Intellect</th>`} {
		if !strings.Contains(page.body, want) {
			t.Errorf("the page lacks %s", want)
		}
	}
	if n := strings.Count(page.body, `class="bar"`); n != 4 {
		t.Errorf("%d bars of four scores", n)
	}
	me.get("/year/P-7F3K2Q").is(200, "Your report on the questionnaire", "See your report", "Your consents").not(questionnaire + "/done")
	coach := b.records.coach
	b.records.coach = nil
	me.get(report).is(200, "Only you can see this report now.", "you have no coach at the moment")
	b.records.coach, b.records.consents[1].Given = coach, false
	me.get(report).is(200, "Only you can see this report.").not("Abena")

	// Nobody else comes near it.
	b.assistant(programme.AssistantNeeds).get(report).is(404).not("Extraversion")
	b.stranger().get(report).is(403).not("Extraversion")
	b.leader().get("/report/P-AAAAAA").is(404).not("Extraversion")
	b.records.report = nil
	me.get(report).is(404, "There is no report")
}

// The mail leads to the report by a link of its own, which says nothing of it at its door.
func TestTheLinkToTheReport(t *testing.T) {
	t.Parallel()
	b, _ := reported(t)
	link := "/l/" + b.link(programme.LinkReport, "", leader.ID).Reveal()
	someone := b.stranger()
	someone.get(link).is(200, "Your report", "See my report").not("Extraversion", leader.Name)
	someone.post(link, nil).leads(report)
}

func TestConsentsWithdrawn(t *testing.T) {
	t.Parallel()
	const consents = "/year/P-7F3K2Q/consents"
	b, me := reported(t)
	me.get(consents).is(200, "Personality questionnaire You agree to take it.", "The coach you have may see your report.", "Withdraw")

	me.get(consents+"/coach_report").is(200, "Withdraw your consent", "Your coach sees nothing of your report from that moment. You keep it.",
		"We cannot take back what your coach has read, printed or saved.")
	me.post(consents+"/coach_report", nil).leads(consents)
	me.get(consents).is(200, "You took this back on "+b.records.now.Format("Monday 2 January 2006")+". Your coach can open your report no more", "Let Abena Darko see my report").not("Withdraw your consent: your coach")
	me.post(consents+"/coach_report/agree", nil).leads(consents)
	me.get(consents).is(200, "The coach you have may see your report.").not("/agree")
	me.post(consents+"/coach_report", nil).leads(consents)
	me.post(consents+"/psychometrics/agree", nil).is(404)
	if b.records.report == nil {
		t.Error("the report was deleted")
	}
	me.get(consents + "/coach_report").leads(consents)

	me.get(consents+"/psychometrics").is(200, "We delete your report and your answers at once. Nobody can bring them back")
	if b.records.writes != 3 {
		t.Errorf("looking withdrew something: %d writes", b.records.writes)
	}
	me.post(consents+"/psychometrics", nil).leads(consents)
	me.post(consents+"/psychometrics", nil).leads(consents) // the second click
	me.get(consents).is(200, "What you had answered and your report are deleted").not("Withdraw<")
	if b.records.writes != 4 || !strings.Contains(strings.Join(b.workflows.delivered, " "), "outbox-psychometrics") {
		t.Errorf("%d writes, told %v", b.records.writes, b.workflows.delivered)
	}
	me.get(report).is(404)
	me.get(questionnaire+"/done").is(200, "Your report was deleted").not(report)
	me.get("/year/P-7F3K2Q").is(200, "Your consents").not(report)

	me.get(consents + "/photographs").is(404)
	me.post(consents+"/photographs", nil).is(404)
	b.assistant(programme.AssistantNeeds).get(consents).is(404)
	b.assistant(programme.AssistantNeeds).post(consents+"/psychometrics", nil).is(404)
	b.stranger().post(consents+"/psychometrics", nil).is(403)
}

// Before the answer there is nothing to delete but what was saved on the way.
func TestConsentWithdrawnBeforeTheAnswer(t *testing.T) {
	t.Parallel()
	b, me := withQuestionnaire(t)
	me.get("/year/P-7F3K2Q/consents/psychometrics").is(200, "We do not ask you to take the questionnaire any more")
	b.records.consents = nil
	me.get("/year/P-7F3K2Q/consents").is(200, "We have not asked you for any consent yet.")
	me.get("/year/P-7F3K2Q").is(200).not("/consents")
}

// The coach whom the leader lets see the report finds it on their page; to everybody else, and as soon as the leader takes
// it back, the address leads nowhere.
func TestTheReportForTheCoach(t *testing.T) {
	t.Parallel()
	const shared = coaches + "/leaders/P-7F3K2Q/report"
	b, me := reported(t)
	coach := b.come("coach", "person-coach")
	page := coach.get(coaches).is(200, "Open the report of Dr Helen O’Nguyen")
	if !strings.Contains(page.body, `href="`+shared+`"`) {
		t.Error("the coach's page does not lead to the report")
	}
	coach.get(shared).is(200, "The report of Dr Helen O’Nguyen", "Dr Helen O’Nguyen answered on Wednesday 27 January 2027", "compares them with nobody",
		"Extraversion 10 Agreeableness 50", "can withdraw that at any time", "Back to your leaders", "“You” is Dr Helen O’Nguyen.").
		not("Your consents", "Your scores", "Print", "Your year")
	nowhere := coach.get(coaches+"/leaders/P-AAAAAA/report").is(404, "Page not found")

	b.leader().get(shared).is(404).not("Extraversion")
	b.assistant(programme.AssistantNeeds).get(shared).is(404).not("Extraversion")
	b.stranger().get(shared).is(403).not("Extraversion")
	coach.get(strings.Replace(shared, "C-222222", "C-333333", 1)).is(404).not("Extraversion")
	coach.get(report).is(404)
	coach.post(shared, nil).is(405)

	me.post("/year/P-7F3K2Q/consents/coach_report", nil)
	if got := coach.get(shared).is(404).body; got != nowhere.body {
		t.Errorf("the page hints at a report that is not shown:\n%s", got)
	}
	coach.get(coaches).is(200, "You may not see the report of Dr Helen O’Nguyen any more. Please destroy every copy").not("Open the report")
	b.records.consents[1], b.records.report = programme.Consent{Purpose: programme.ConsentCoachReport, Given: true}, nil
	if got := coach.get(shared).is(404).body; got != nowhere.body {
		t.Errorf("the page hints at a report that is not there:\n%s", got)
	}
}
