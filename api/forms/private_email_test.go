package forms_test

import (
	"testing"

	"fairlead/programme"
)

// The private address is a field of the leader's own form alone: given, changed and emptied there, shown to nobody else.
func TestPrivateAddress(t *testing.T) {
	t.Parallel()
	b, me := getReady(t)
	profile := sectionAnswers()[0].fields
	with := func(address string) { profile.Set("private_email", address) }
	me.get(onboarding+"/profile").is(200, "Private email address for your report and surveys (optional)", "and nothing else does")
	with("helen at home")
	page := me.post(onboarding+"/profile", profile).is(422, "Error: ", "Enter an email address in the right form")
	if got := values(page.body)["private_email"]; len(got) != 1 || got[0] != "helen at home" {
		t.Errorf("what was typed is lost: %v", got)
	}
	with("helen@home.example")
	me.fillIn("profile")
	me.post(onboarding+"/profile", profile).leads(onboarding)
	me.get(onboarding+"/check").is(200, "Private email addresshelen@home.example")
	me.post(onboarding+"/check", nil).leads(onboarding + "/done")
	kept := func() string { return b.records.answers["P-7F3K2Q/onboarding/1"].Answers.Get("private_email") }
	if kept() != "helen@home.example" {
		t.Errorf("sent %q", kept())
	}
	me.get(onboarding+"/done").is(200, "helen@home.example")
	assistant := b.assistant(programme.AssistantNeeds)
	for _, path := range []string{assistantPage, onboarding + "/done", onboarding + "/profile", "/year/P-7F3K2Q"} {
		assistant.get(path).not("home.example")
	}
	with("")
	me.post(onboarding+"/profile", profile).leads(onboarding + "/done")
	if kept() != "" {
		t.Errorf("emptied, and kept %q", kept())
	}
	me.get(onboarding + "/done").not("home.example")
}
