package forms_test

import (
	"net/url"
	"strings"
	"testing"
)

const alumni = "/year/P-7F3K2Q/alumni"

func alumniAnswers() url.Values {
	return fields("certificate_name", "Helen O’Nguyen QPM", "directory", "yes", "show", "name", "show", "sector", "interests", "regional", "news", "no")
}

func TestAlumniKnowsTheName(t *testing.T) {
	t.Parallel()
	b := setup(t)
	b.open("alumni")
	page := b.leader().get(alumni).is(200, "Your certificate and the network", "Organisation Wirral Council", "Every one of these mails can be switched off").not(" checked")
	if got := values(page.body)["certificate_name"][0]; got != "Dr Helen O’Nguyen" {
		t.Errorf("the certificate begins with %q", got)
	}
}

// The preview shows exactly what was ticked, and saves nothing.
func TestAlumniPreview(t *testing.T) {
	t.Parallel()
	b := setup(t)
	b.open("alumni")
	form := alumniAnswers()
	form.Set("action", "preview")
	page := b.leader().post(alumni, form).is(200, "What other members would see", "Nothing has been saved yet.")
	if row(page.body, "Name") != "Dr Helen O’Nguyen" || row(page.body, "Sector") != "Local Government" || row(page.body, "Email address") != "" || row(page.body, "Organisation") != "" {
		t.Errorf("the preview shows the wrong fields:\n%s", words(page.body))
	}
	if got := values(page.body)["certificate_name"][0]; got != "Helen O’Nguyen QPM" {
		t.Errorf("what was typed came back as %q", got)
	}
	form.Set("directory", "no")
	b.leader().post(alumni, form).is(200, "Nothing. You would not be in the directory.")
	if b.records.writes != 0 {
		t.Error("the preview wrote something")
	}
}

func TestAlumniSentAndChanged(t *testing.T) {
	t.Parallel()
	b := setup(t)
	b.open("alumni")
	me := b.leader()
	me.post(alumni, alumniAnswers()).leads(alumni + "/done")
	page := me.get(alumni+"/done").is(200, "Welcome to the network", "You can change your answer here until Thursday 23 December 2027 at 5pm.")
	if row(page.body, "Shown in the directory") != "Name, Sector" || row(page.body, "News by email") != "No" {
		t.Errorf("summed up as\n%s", words(page.body))
	}
	change := me.get(alumni+"/change").is(200, "You have sent this already.")
	form := url.Values(values(change.body))
	if form.Get("certificate_name") != "Helen O’Nguyen QPM" || len(form["show"]) != 2 || form.Get("news") != "no" {
		t.Errorf("the change begins with %v", form)
	}
	me.post(alumni+"/change", form).leads(alumni + "/done")
	if b.records.submits != 1 {
		t.Error("the same answer again was an answer")
	}
	form.Set("directory", "no")
	if typed := values(me.post(alumni, form).is(409, "You had answered already.").body); typed["directory"][0] != "no" || b.records.submits != 1 {
		t.Errorf("an older page brings back %v, %d answers", typed, b.records.submits)
	}
	me.post(alumni+"/change", form).leads(alumni + "/done")
	sent := b.records.answers["P-7F3K2Q/alumni/1"]
	if !sent.Change || len(sent.Answers["show"]) != 0 || sent.Answers.Get("directory") != "no" {
		t.Errorf("changed to %+v", sent)
	}
}

func TestAlumniRefuses(t *testing.T) {
	t.Parallel()
	b := setup(t)
	b.open("alumni")
	page := b.leader().post(alumni, fields("certificate_name", " ", "directory", "yes", "show", "salary", "interests", "mentoring")).is(422,
		"Enter the name for your certificate", "Choose one of the answers shown for “Shown in the directory”", "Select yes if we may send you the network’s news by email")
	if got := values(page.body)["interests"]; len(got) != 1 || got[0] != "mentoring" {
		t.Errorf("interests came back as %v", got)
	}
	b.leader().post(alumni, fields("certificate_name", strings.Repeat("é", 101), "directory", "no", "news", "no")).is(422, "Name on your certificate must be 100 characters or fewer")
	if b.records.writes != 0 {
		t.Error("something was written")
	}
}
