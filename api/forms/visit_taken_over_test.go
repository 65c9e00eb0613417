package forms_test

import (
	"fmt"
	"net/url"
	"strings"
	"testing"

	"fairlead/programme"
)

// handedBack are the fields of a form that was handed back, by the page that was opened before.
func handedBack(t *testing.T, back *answer) url.Values {
	t.Helper()
	held := url.Values(values(back.body))
	if held.Get("whose") == "" {
		t.Error("the page does not say to whom it was handed")
	}
	return held
}

// Two assistants, or two leaders, share a computer: a form that is open for one of them when the other presses the button of
// their own link is recorded for nobody, comes back in words, and is sent once the first has opened their link again.
func TestAnotherLinkTakesTheVisitOver(t *testing.T) {
	t.Parallel()
	b := setup(t)
	b.open("onboarding")
	mine := b.leader()
	typed := url.Values(values(mine.get(onboarding + "/coaching").is(200).body))
	typed.Set("coach_background", "either")
	typed.Set("coach_where", "online")
	typed.Set("coach_wishes", "Two lines\nof <b>my own</b>")
	other := b.come("participant", "person-another")
	back := other.post(onboarding+"/coaching", typed).is(404, "Please open your own link again", "this browser has since been used with another link",
		"Nothing was recorded", "what you typed is kept on this page", "Two lines of <b>my own</b>").not("Your year")
	if fmt.Sprint(handedBack(t, back)) != fmt.Sprint(typed) {
		t.Errorf("handed back %v of %v", handedBack(t, back), typed)
	}
	other.post(onboarding+"/coaching", handedBack(t, back)).is(404, "another link") // as long as the other is there
	if b.records.writes != 0 {
		t.Fatal("something was recorded for the other")
	}
	b.leader().post(onboarding+"/coaching", handedBack(t, back)) // a new visit of the first
	if draft := b.records.drafts[ref+"/onboarding/1"]["coaching"]; draft.Answers.Get("coach_where") != "online" {
		t.Errorf("kept %+v", draft)
	}
	invented := other.post(strings.Replace(onboarding, ref, "P-AAAAAA", 1)+"/coaching", typed).is(404)
	if strings.ReplaceAll(invented.body, "P-AAAAAA", ref) != back.body {
		t.Error("what there is can be told from what there is not")
	}
	other.post(onboarding+"/coaching", nil).is(404, "Please open your own link again", "this browser has since been used with another link").not("kept on this page")
	other.get(onboarding+"/coaching").is(404, "Page not found", "used another link in this browser")
}

// The leader and the assistant of one journey share a browser: both have business at the event's address, and neither's answer
// is taken for the other's.
func TestLeaderAndAssistantShareABrowser(t *testing.T) {
	t.Parallel()
	b := setup(t)
	b.open("residential-1")
	b.withPlace(programme.PlaceHeld)
	pat, helen := b.assistant(programme.AssistantNeeds), b.leader()
	filled := func(br *browser, more ...string) url.Values {
		form := url.Values(values(br.get(residential).is(200).body))
		for i := 0; i < len(more); i += 2 {
			form.Set(more[i], more[i+1])
		}
		return form
	}
	leaders := filled(helen, "place", "cannot", "access_needs", "My own words about steps")
	assistants := filled(pat, "place", "confirm", "arrival", "car", "dietary", "vegan", "room_night_before", "yes")
	pat.post(residential, leaders).is(404, "another link", "My own words about steps")
	helen.post(residential, assistants).is(404, "another link")
	other := programme.Person{ID: "person-next", Name: "Sam Roe", Email: "sam.roe@wirral.example"}
	b.records.journey.Assistant = &other
	sam := b.come("assistant", other.ID)
	sam.post(residential, assistants).is(404, "another link")
	sam.post(assistantPage, fields("confirm_dates", "yes", "whose", assistants.Get("whose"))).is(404, "another link")
	if b.records.submits != 0 {
		t.Fatalf("recorded %+v", b.records.answers)
	}
	helen.post(residential, leaders).leads(residential + "/done")
	if b.records.answers[ref+"/residential-1/1"].By != "participant" {
		t.Error("the leader's own answer was not taken")
	}
}

// An assistant whom the leader has taken off while the form was open is told so: opening the link again would not help.
func TestAssistantWhoIsNoMore(t *testing.T) {
	t.Parallel()
	b := setup(t)
	pat := b.assistant(programme.AssistantNeeds)
	typed := url.Values(values(pat.get(assistantPage).is(200).body))
	typed.Set("confirm_dates", "yes")
	typed.Set("dietary_other", "No nuts at all")
	b.records.journey.AssistantMay = programme.AssistantNothing
	told := pat.post(assistantPage, typed).is(404, "This is no longer with you", "Nothing was recorded", "ask the leader", "No nuts at all").not("Dr Helen", "Send it again")
	if nowhere := pat.post(strings.Replace(assistantPage, ref, "P-AAAAAA", 1), typed); nowhere.body != told.body {
		t.Error("what there is can be told from what there is not")
	}
	pat.post(assistantPage, fields("confirm_dates", "yes")).is(404, "another link") // a forged form is told what everybody is told
	if b.records.writes != 0 {
		t.Error("something was recorded")
	}
}

// Coaches have pages of their own, and share computers too.
func TestCoachesShareABrowser(t *testing.T) {
	t.Parallel()
	b := setup(t)
	b.bookable()
	typed := url.Values(values(b.come("coach", "person-coach").get("/coach/C-222222").is(200).body))
	typed.Set("first", "2027-02-01T10:00")
	b.come("coach", "person-another").post("/coach/C-222222/slots", typed).is(404, "another link")
	b.leader().post("/coach/C-222222/slots", typed).is(404, "another link")
	if len(b.records.series) != 0 {
		t.Error("times were published for the other")
	}
}
