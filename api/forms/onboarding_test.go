package forms_test

import (
	"net/url"
	"strings"
	"testing"

	"fairlead/programme"
)

const onboarding = "/year/P-7F3K2Q/onboarding"

// sectionAnswers are sound answers to each section, in the order of the form.
func sectionAnswers() []struct {
	section string
	fields  url.Values
} {
	return []struct {
		section string
		fields  url.Values
	}{
		{"profile", fields("given_name", " Helen ", "family_name", "O’Nguyen", "job_title", "Chief Executive", "organisation", "Wirral Council",
			"sector", "Local Government", "region", "North West", "role_started", "May 2024")},
		{"assistant", fields("has_assistant", "yes", "assistant_name", "Pat Lee", "assistant_email", "pat.lee@wirral.example", "assistant_may", "dates")},
		{"privacy", fields("privacy_read", "yes", "consent_psychometrics", "yes", "consent_coach_report", "no")},
		{"needs", fields("dietary", "vegan", "dietary", "nut_free", "access_needs", "Step-free\r\naccess", "arrival", "train", "room_night_before", "no")},
		{"coaching", fields("coach_background", "either", "coach_where", "online")},
		{"monitoring", fields("gender", "woman", "age_band", "prefer_not_to_say")},
		{"survey", surveyAnswers()},
	}
}

func getReady(t *testing.T) (*bundle, *browser) {
	b := setup(t)
	b.open("onboarding")
	return b, b.leader()
}

func (br *browser) fillIn(except ...string) {
	br.t.Helper()
	for _, s := range sectionAnswers() {
		if len(except) > 0 && s.section == except[0] {
			continue
		}
		br.post(onboarding+"/"+s.section, s.fields).leads(onboarding)
	}
}

func TestOnboardingTaskList(t *testing.T) {
	t.Parallel()
	_, me := getReady(t)
	page := me.get(onboarding).is(200, "0 of 6 sections completed", "You and your role Not yet started", "Equality questions Optional Not yet started",
		"Check your answers and send Cannot start yet").not(onboarding + "/check")
	if n := strings.Count(page.body, `href="`+onboarding+"/"); n != 7 {
		t.Errorf("%d sections", n)
	}
	me.post(onboarding+"/coaching", fields("coach_background", "either", "coach_where", "online")).leads(onboarding)
	me.post(onboarding+"/needs", fields("dietary", "vegan", "action", "later")).leads(onboarding + "/saved")
	me.get(onboarding).is(200, "1 of 6 sections completed", "Your coach Completed", "What you need when we meet In progress")
	me.get(onboarding+"/saved").is(200, "helen.nguyen@wirral.example", "It works until Wednesday 6 January 2027 at 5pm")
}

func TestOnboardingComesBackLater(t *testing.T) {
	t.Parallel()
	b, me := getReady(t)
	me.post(onboarding+"/needs", fields("dietary", "vegan", "access_needs", "A quiet room", "action", "later")).leads(onboarding + "/saved")
	back := b.leader() // another day, another browser
	held := values(back.get(onboarding + "/needs").is(200).body)
	if held["dietary"][0] != "vegan" || held["access_needs"][0] != "A quiet room" {
		t.Errorf("came back to %v", held)
	}
	// What is there must be sound all the same.
	me.post(onboarding+"/needs", fields("dietary", "sawdust", "action", "later")).is(422, "Choose one of the answers shown for “Diet”")
	// Continue wants the whole section, and a refusal changes nothing that was saved.
	me.post(onboarding+"/needs", fields("dietary", "halal")).is(422, "Choose how you expect to arrive")
	if draft := b.records.drafts["P-7F3K2Q/onboarding/1"]["needs"]; draft.Complete || draft.Answers.Get("dietary") != "vegan" {
		t.Errorf("the draft is %+v", draft)
	}
}

func TestOnboardingBeginsWithWhatIsKnown(t *testing.T) {
	t.Parallel()
	b, me := getReady(t)
	held := values(me.get(onboarding + "/profile").is(200).body)
	for name, want := range map[string]string{"title": "Dr", "family_name": "O’Nguyen", "sector": "Local Government", "role_started": "May 2024"} {
		if len(held[name]) != 1 || held[name][0] != want {
			t.Errorf("%s begins with %v", name, held[name])
		}
	}
	someone := assistant
	b.records.journey.Assistant = &someone
	held = values(me.get(onboarding + "/assistant").is(200).body)
	if held["assistant_name"][0] != "Pat Lee" || held["has_assistant"][0] != "yes" || held["assistant_may"] != nil {
		t.Errorf("the assistant begins with %v", held)
	}
}

func TestOnboardingSectionsSayWhatTheyMust(t *testing.T) {
	t.Parallel()
	_, me := getReady(t)
	me.get(onboarding+"/privacy").is(200, "privacy notice, version 2026-09", "Do you agree to take the personality questionnaire?",
		"May your coach see your report?", "Answer this only if you chose “Yes, I agree” for “Do you agree to take the personality questionnaire?”.").not(" checked")
	me.get(onboarding+"/monitoring").is(200, "kept apart from everything that names you", "cannot be changed later", "All of these are optional")
	me.get(onboarding+"/needs").is(200, "We delete it 30 days after your last event", "Prefer not to say")
	me.get(onboarding+"/survey").is(200, "Open Government Licence v3.0", "Local questions.", "How things are before the year")
	me.get(onboarding+"/salary").is(404, "Page not found")
	me.post(onboarding+"/salary", nil).is(404)
	me.post(onboarding, nil).is(405, "There is nothing to send here")
}

func TestOnboardingCheckAndSend(t *testing.T) {
	t.Parallel()
	b, me := getReady(t)
	me.fillIn("monitoring")
	me.get(onboarding).is(200, "6 of 6 sections completed", "Equality questions Optional Not yet started")
	page := me.get(onboarding+"/check").is(200, "Nothing has been sent yet.", "Change your coach", "cannot be changed")
	for key, want := range map[string]string{"In this role since": "May 2024", "Diet": "Vegan, Nut free", "Title": "Not provided",
		"Coach may see your report": "No, only I may see it", "Your assistant may": "See and confirm your dates"} {
		if got := row(page.body, key); got != want {
			t.Errorf("%s reads %q, want %q", key, got, want)
		}
	}
	page.not("completely satisfied")
	// A change on the way returns to the check.
	me.get(onboarding + "/coaching?from=check").is(200).not("action=\"" + onboarding + "/coaching\"")
	me.post(onboarding+"/coaching?from=check", fields("coach_background", "same_sector", "coach_where", "online")).leads(onboarding + "/check")

	me.post(onboarding+"/check", nil).leads(onboarding + "/done")
	sent := b.records.answers["P-7F3K2Q/onboarding/1"]
	if sent.Form != "onboarding" || sent.Answers.Get("coach_background") != "same_sector" || sent.Answers.Get("role_started") != "2024-05" ||
		sent.Answers.Get("given_name") != "Helen" || sent.Answers.Get("happy") != "10" || sent.Answers["gender"] != nil || sent.Answers["action"] != nil {
		t.Errorf("sent %+v", sent)
	}
	me.post(onboarding+"/check", nil).leads(onboarding + "/done")
	me.get(onboarding).leads(onboarding + "/done")
	me.get(onboarding + "/check").leads(onboarding + "/done")
	if b.records.submits != 1 || len(b.workflows.delivered) != 1 {
		t.Errorf("%d answers", b.records.submits)
	}
}

// Who was asked the equality questions in the application, or in an earlier round of this form, does not see them again.
func TestEqualityQuestionsAreAskedOnce(t *testing.T) {
	t.Parallel()
	for name, asked := range map[string]func(j *programme.Journey){
		"in the application": func(j *programme.Journey) { j.EqualityAsked = programme.FormApplication },
		"a round before": func(j *programme.Journey) {
			j.EqualityAsked = programme.FormOnboarding
			for i := range j.Stages {
				if j.Stages[i].Name == "onboarding" {
					j.Stages[i].Round = 2
				}
			}
		},
	} {
		b, me := getReady(t)
		asked(&b.records.journey)
		page := me.get(onboarding).is(200, "0 of 6 sections completed").not("Equality questions")
		if n := strings.Count(page.body, `href="`+onboarding+"/"); n != 6 {
			t.Errorf("%s: %d sections", name, n)
		}
		me.get(onboarding + "/monitoring").is(404)
		me.post(onboarding+"/monitoring", fields("gender", "woman")).is(404)
		me.fillIn("monitoring")
		me.get(onboarding+"/check").is(200, "Check your answers").not("Equality questions")
		me.post(onboarding+"/check", nil).leads(onboarding + "/done")
		me.get(onboarding+"/done").is(200, "You are ready").not("Equality questions")
	}
}

func TestOnboardingIsSentOnlyWhole(t *testing.T) {
	t.Parallel()
	b, me := getReady(t)
	me.fillIn("survey")
	me.post(onboarding+"/survey", fields("happy", "3", "action", "later")).leads(onboarding + "/saved")
	me.get(onboarding+"/check").is(200, "In progress")
	page := me.post(onboarding+"/check", nil).is(422, "Error: Check your answers", "Complete the section “How things are before the year”")
	if !strings.Contains(page.body, `href="#section-survey"`) || b.records.submits != 0 {
		t.Error("the fault leads nowhere, or the form was sent")
	}
	// A draft that says it is complete and is not, as after a change of the form.
	b.records.drafts["P-7F3K2Q/onboarding/1"]["survey"] = programme.Draft{Complete: true}
	me.post(onboarding+"/check", nil).is(422, "Complete the section “How things are before the year”")
	// An optional section that was begun and left is asked for, too: nobody knows whether it was meant.
	me.post(onboarding+"/survey", surveyAnswers()).leads(onboarding)
	b.records.drafts["P-7F3K2Q/onboarding/1"]["monitoring"] = programme.Draft{Answers: programme.Answers{"gender": {"gone"}}, Complete: true}
	me.post(onboarding+"/check", nil).is(422, "Complete the section “Equality questions”")
}

func TestOnboardingAnswersAndChange(t *testing.T) {
	t.Parallel()
	b, me := getReady(t)
	me.fillIn()
	me.post(onboarding+"/check", nil).leads(onboarding + "/done")
	// The records keep these apart, so they do not come back.
	sent := b.records.answers["P-7F3K2Q/onboarding/1"]
	for _, s := range sectionAnswers() {
		for name := range s.fields {
			if s.section == "survey" || s.section == "monitoring" {
				delete(sent.Answers, name)
			}
		}
	}
	me.get(onboarding+"/done").is(200, "You are ready for the programme", "Your reference 0001ABCD", "Change you and your role",
		"We cannot show or change these answers.").not(onboarding+"/monitoring", onboarding+"/survey")

	me.get(onboarding+"/coaching").is(200, "You have sent this already.", "Save my change").not("come back later")
	me.post(onboarding+"/coaching", fields("coach_background", "either")).is(422, "Choose where you would like to meet your coach")
	me.post(onboarding+"/coaching", fields("coach_background", "either", "coach_where", "online")).leads(onboarding + "/done")
	if b.records.submits != 1 {
		t.Error("a change that changes nothing was an answer")
	}
	// A consent is withdrawn on a page of its own, which says what follows.
	me.get(onboarding + "/privacy").leads("/year/P-7F3K2Q/consents")
	me.post(onboarding+"/privacy", fields("privacy_read", "yes", "consent_psychometrics", "no")).leads("/year/P-7F3K2Q/consents")
	me.post(onboarding+"/coaching", fields("coach_background", "same_sector", "coach_where", "online")).leads(onboarding + "/done")
	changed := b.records.answers["P-7F3K2Q/onboarding/1"]
	if !changed.Change || changed.Answers.Get("coach_background") != "same_sector" || changed.Answers.Get("consent_psychometrics") != "yes" || changed.Answers.Get("family_name") != "O’Nguyen" {
		t.Errorf("changed to %+v", changed)
	}
	me.get(onboarding+"/done").is(200, "Your change is saved")

	me.get(onboarding+"/monitoring").is(410, "These answers cannot be changed")
	me.post(onboarding+"/survey", surveyAnswers()).is(410, "These answers cannot be changed")
	b.records.now = at("2027-01-06")
	me.get(onboarding+"/coaching").is(410, "Your answer can no longer be changed. We have it as you sent it.").not("you gave no consent")
	me.get(onboarding+"/done").is(200, "can no longer be changed").not(">Change<")
	if b.records.submits != 2 {
		t.Errorf("%d answers", b.records.submits)
	}
}

func TestOnboardingRefuses(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		section, field, value string
		says                  string
	}{
		{"profile", "given_name", "", "Enter your given name"},
		{"profile", "sector", "Secret Service", "Choose one of the answers shown for “Sector”"},
		{"profile", "role_started", "soon", "Enter the month and year you started in this role, for example 9 2026"},
		{"profile", "role_started", "1 2028", "Enter a month no later than December 2027"}, // a year ahead of today
		{"profile", "phone", "call me", "Enter a telephone number"},
		{"assistant", "assistant_email", "pat", "Enter an email address in the right form"},
		{"assistant", "assistant_email", " Helen.Nguyen@wirral.example", "Enter your assistant’s own email address, not yours"},
		{"assistant", "assistant_may", "everything", "Choose one of the answers shown for “Your assistant may”"},
		{"privacy", "privacy_read", "", "Tick the box to say that you have read the privacy notice"},
		{"privacy", "consent_psychometrics", "", "Select yes if you agree to take the personality questionnaire"},
		{"needs", "dietary", "none", "Choose “I eat everything” alone"},
		{"coaching", "coach_where", "", "Choose where you would like to meet your coach"},
		{"monitoring", "gender", "made-up", "Choose one of the answers shown for “Gender”"},
		{"survey", "happy", "11", "Choose one of the answers shown for"},
	} {
		b, me := getReady(t)
		for _, s := range sectionAnswers() {
			if s.section != c.section {
				continue
			}
			form := s.fields
			if c.field == "dietary" {
				form.Add(c.field, c.value)
			} else {
				form.Set(c.field, c.value)
			}
			page := me.post(onboarding+"/"+c.section, form).is(422, "Error: ", "There is a problem", c.says)
			if !strings.Contains(page.body, `href="#`+c.field+`"`) {
				t.Errorf("%s.%s: the summary does not lead to the field", c.section, c.field)
			}
		}
		if b.records.writes != 0 {
			t.Errorf("%s.%s: something was written", c.section, c.field)
		}
	}
}

func TestOnboardingKeepsWhatWasTypedWhenRecordsAreAway(t *testing.T) {
	t.Parallel()
	b, me := getReady(t)
	b.records.fail = programme.ErrUnavailable
	page := me.post(onboarding+"/coaching", fields("coach_background", "either", "coach_where", "online", "coach_wishes", "Somebody patient")).is(503, "Your answers were not saved")
	if values(page.body)["coach_wishes"][0] != "Somebody patient" {
		t.Error("what was typed is lost")
	}
}

func TestOnboardingOpenedAgainBeginsWithTheAnswersBefore(t *testing.T) {
	t.Parallel()
	b, me := getReady(t)
	b.records.answers["P-7F3K2Q/onboarding/1"] = programme.Submission{ID: "before", Answers: programme.Answers{"coach_where": {"online"}}}
	b.open("onboarding").Round = 2
	if held := values(me.get(onboarding + "/coaching").is(200).body); len(held["coach_where"]) != 1 {
		t.Errorf("began with %v", held)
	}
}

func TestOnboardingClosed(t *testing.T) {
	t.Parallel()
	b, me := getReady(t)
	b.open("onboarding").State = programme.StageLapsed
	me.get(onboarding).is(410, "Getting ready has closed", "You keep your place.")
	me.post(onboarding+"/coaching", nil).is(410)
	me.post(onboarding+"/check", nil).is(410)
}
