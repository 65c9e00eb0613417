package forms_test

import (
	"strings"
	"testing"

	"fairlead/programme"
)

const assistantPage = "/year/P-7F3K2Q/assistant"

func TestAssistantSeesDatesAndNothingElse(t *testing.T) {
	t.Parallel()
	b := setup(t)
	b.open("onboarding")
	b.leader().fillIn()
	b.leader().post(onboarding+"/check", nil)
	pat := b.assistant(programme.AssistantDates)
	pat.get(assistantPage).is(200, "Dates for Dr Helen O’Nguyen", "Residential 1 Sunday 28 February 2027 at 4pm to Friday 5 March 2027 at 1pm, Windsor",
		"Joining the network by Thursday 9 December 2027 at 5pm", "These dates are in the diary").not("Step-free", "dietary", "Wirral", "feed-secret", "Your year", "questionnaire", "survey")
	pat.get(year).leads(assistantPage)
	for _, path := range []string{onboarding, onboarding + "/needs", onboarding + "/done", selection, closing, alumni, year + "/certificate"} {
		pat.get(path).is(404, "Page not found")
		pat.post(path, nil)
	}
	b.leader().get(assistantPage).is(404)
}

// TestAssistantOfSeveralLeaders: one page has the dates of all who allow it.
func TestAssistantOfSeveralLeaders(t *testing.T) {
	t.Parallel()
	b := setup(t)
	pat := b.assistant(programme.AssistantNeeds)
	pat.get(assistantPage).is(200).not("other leaders")
	dates, _ := b.records.Dates(t.Context(), ref)
	b.records.assisted = []programme.Assisted{{Ref: "P-222222", Leader: "Kim Ade", May: programme.AssistantNeeds, Dates: dates}, {Ref: ref, Leader: leader.Name}}
	page := pat.get(assistantPage).is(200, "The other leaders you work with", "Kim Ade", "Confirm the dates and arrange for Kim Ade")
	if n := strings.Count(page.body, "<strong>Residential 1</strong>"); n != 2 {
		t.Errorf("the residential of %d leaders", n)
	}
	page.not(`href="/year/P-7F3K2Q/assistant"`, "questionnaire", "survey")
}

func TestAssistantConfirms(t *testing.T) {
	t.Parallel()
	b := setup(t)
	pat := b.assistant(programme.AssistantDates)
	pat.get(assistantPage + "/done").leads(assistantPage)
	pat.post(assistantPage, nil).is(422, "Error: ", "Tick the box when the dates are in the diary")
	pat.post(assistantPage, fields("confirm_dates", "yes", "dietary", "vegan", "arrival", "car")).is(409, "does not let you arrange them now")
	pat.post(assistantPage, fields("confirm_dates", "yes")).leads(assistantPage + "/done")
	sent := b.records.answers["P-7F3K2Q/assistant/1"]
	if sent.By != "assistant" || sent.Form != "assistant" || sent.Stage != "" || len(sent.Answers) != 1 || sent.Answers.Get("confirm_dates") != "yes" {
		t.Errorf("sent %+v", sent)
	}
	pat.get(assistantPage+"/done").is(200, "We have noted this for Dr Helen O’Nguyen", "Your reference 0001ABCD", "When a date changes, we write to the leader you work with, and your page shows the new date at once.").not("Diet")
	pat.get(assistantPage).is(200, "You confirmed the dates on Thursday 10 December 2026.")
	pat.post(assistantPage, fields("confirm_dates", "yes")).leads(assistantPage + "/done")
	if b.records.submits != 1 {
		t.Error("confirming twice was two answers")
	}
}

func TestAssistantArranges(t *testing.T) {
	t.Parallel()
	b := setup(t)
	pat := b.assistant(programme.AssistantNeeds)
	pat.get(assistantPage).is(200, "What does the leader eat?", "Access needs are for Dr Helen O’Nguyen alone to tell us.").not("access_needs")
	pat.post(assistantPage, fields("confirm_dates", "yes")).leads(assistantPage + "/done")
	pat.post(assistantPage, fields("confirm_dates", "yes", "arrival", "car")).is(422, "Choose at least one answer about diet", "Select yes if a room is needed the night before")
	pat.post(assistantPage, fields("confirm_dates", "yes", "dietary", "other", "dietary_other", "No beetroot", "arrival", "car", "room_night_before", "yes", "access_needs", "x")).leads(assistantPage + "/done")
	sent := b.records.answers["P-7F3K2Q/assistant/1"]
	if !sent.Change || sent.Answers.Get("dietary_other") != "No beetroot" || sent.Answers["access_needs"] != nil {
		t.Errorf("sent %+v", sent)
	}
	page := pat.get(assistantPage + "/done").is(200)
	if row(page.body, "Diet") != "Something else" || row(page.body, "Room the night before") != "Yes" {
		t.Errorf("summed up as\n%s", words(page.body))
	}
	if held := values(pat.get(assistantPage).body); held["dietary_other"][0] != "No beetroot" {
		t.Errorf("came back to %v", held)
	}
}

func TestAssistantWhoIsNoneAnyMore(t *testing.T) {
	t.Parallel()
	b := setup(t)
	pat := b.assistant(programme.AssistantNeeds)
	b.records.journey.State = programme.Withdrawn
	pat.get(assistantPage).is(410, "These dates are no longer needed")
	pat.post(assistantPage, fields("confirm_dates", "yes")).is(410)
	b.records.journey.State = programme.Enrolled
	b.records.journey.AssistantMay = programme.AssistantNothing
	pat.get(assistantPage).is(404)
	b.records.journey.AssistantMay = programme.AssistantDates
	b.records.journey.Assistant.ID = "person-after"
	pat.post(assistantPage, fields("confirm_dates", "yes")).is(404)
	if b.records.writes != 0 {
		t.Error("something was written")
	}
}
