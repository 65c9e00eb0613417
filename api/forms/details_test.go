package forms_test

import (
	"errors"
	"maps"
	"regexp"
	"strings"
	"testing"

	"fairlead/programme"
)

const ownDetails = year + "/details"

var seenField = regexp.MustCompile(`name="seen" value="([^"]*)"`)

// keeps demands that a field of the page still holds what was typed.
func (a *answer) keeps(typed string) *answer {
	a.t.Helper()
	if !strings.Contains(a.Body.String(), `value="`+typed+`"`) {
		a.t.Errorf("the page lost %q", typed)
	}
	return a
}

// profileForm is what the page of the profile is sent with.
func profileForm(page *answer, title string) map[string][]string {
	return fields("seen", seenField.FindStringSubmatch(page.Body.String())[1], "title", "Dr", "given_name", "Helen", "family_name", "O’Nguyen",
		"job_title", title, "organisation", "Wirral Council", "sector", "Local Government", "region", "North West", "role_started", "2024-05",
		"phone", "020 7946 0123", "private_email", "helen@home.example")
}

func TestOwnDetails(t *testing.T) {
	t.Parallel()
	b := setup(t)
	me := b.leader()
	me.get(year).is(200, "What is yours to change Your details, and what your assistant may do Leave the programme", "Your coach Abena Darko")
	me.get(ownDetails).is(200, "Job titleChief Executive", "Has an assistantNo", "We write to helen.nguyen@wirral.example.")
	form := profileForm(me.get(ownDetails+"/profile").is(200, "You and your role", "Save"), "Permanent Secretary")
	ahead := maps.Clone(form)
	ahead["role_started"] = []string{"January 2028"}
	me.post(ownDetails+"/profile", ahead).is(422, "There is a problem", "Enter a month no later than December 2027").keeps("January 2028")
	me.post(ownDetails+"/profile", form).leads(ownDetails + "?done=profile")
	me.post(ownDetails+"/profile", form).leads(ownDetails + "?done=profile") // the second click
	me.get(ownDetails+"?done=profile").is(200, "Your details are changed.", "Job titlePermanent Secretary", "Private email addresshelen@home.example")
	if d := b.records.details; d.AssistantEmail != nil || *d.Phone != "020 7946 0123" || b.records.writes != 1 {
		t.Errorf("changed %+v, %d writes", d, b.records.writes)
	}
	if !strings.Contains(strings.Join(b.workflows.delivered, " "), "outbox-details") {
		t.Errorf("told %v", b.workflows.delivered)
	}

	seen := seenField.FindStringSubmatch(me.get(ownDetails+"/assistant").is(200, "What may your assistant do here?", "never see your answers").Body.String())[1]
	me.post(ownDetails+"/assistant", fields("seen", seen, "has_assistant", "yes", "assistant_name", "Pat Lee", "assistant_email", "HELEN.nguyen@wirral.example",
		"assistant_may", "dates")).is(422, "There is a problem", "Enter your assistant’s own email address, not yours").keeps("Pat Lee")
	me.post(ownDetails+"/assistant", fields("seen", seen, "has_assistant", "yes", "assistant_name", "Pat Lee", "assistant_email", "pat.lee@wirral.example",
		"assistant_may", "dates")).leads(ownDetails + "?done=assistant")
	if d := b.records.details; d.JobTitle != nil || *d.AssistantName != "Pat Lee" || *d.AssistantMay != "dates" {
		t.Errorf("changed %+v", d)
	}
	seen = seenField.FindStringSubmatch(me.get(ownDetails + "/assistant").Body.String())[1]
	me.post(ownDetails+"/assistant", fields("seen", seen, "has_assistant", "no")).leads(ownDetails + "?done=assistant")
	if d := b.records.details; d.AssistantEmail == nil || *d.AssistantEmail != "" {
		t.Errorf("changed %+v", d)
	}
	me.get(ownDetails + "/privacy").is(404)
	b.assistant(programme.AssistantNeeds).get(ownDetails).is(404)
	b.stranger().get(ownDetails).is(403)
	b.records.journey.State = programme.Withdrawn
	me.get(ownDetails).is(404)
}

// While onboarding asks, or its answer may be changed, the details have their one place there.
func TestOwnDetailsWhileOnboardingAsks(t *testing.T) {
	t.Parallel()
	b := setup(t)
	b.open("onboarding")
	me := b.leader()
	me.get(ownDetails).is(200, "Change")
	me.get(ownDetails + "/profile").leads(onboarding + "/profile")
}

// What somebody else changed while the page was open is shown, and what was typed is kept.
func TestOwnDetailsChangedMeanwhile(t *testing.T) {
	t.Parallel()
	for name, meanwhile := range map[string]func(*records){
		"before the button":  func(r *records) { r.journey.Role.JobTitle = "Director General" },
		"beneath the button": func(r *records) { r.overtaken = true },
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			b := setup(t)
			me := b.leader()
			form := profileForm(me.get(ownDetails+"/profile"), "Permanent Secretary")
			meanwhile(b.records)
			again := me.post(ownDetails+"/profile", form).is(409, "Something here was changed since you opened this page.", "As it stands now",
				b.records.journey.Role.JobTitle, "What you typed").keeps("Permanent Secretary")
			b.records.overtaken = false
			me.post(ownDetails+"/profile", profileForm(again, "Permanent Secretary")).leads(ownDetails + "?done=profile")
		})
	}
}

// Of two clicks at one time the second finds what the first has saved.
func TestOwnDetailsSavedTwiceAtOnce(t *testing.T) {
	t.Parallel()
	b := setup(t)
	me := b.leader()
	form := profileForm(me.get(ownDetails+"/profile"), "Permanent Secretary")
	form["private_email"] = nil
	b.records.overtakes = func(r *records) { r.journey.Role.JobTitle = "Permanent Secretary" }
	me.post(ownDetails+"/profile", form).leads(ownDetails + "?done=profile")
	if b.records.writes != 0 {
		t.Errorf("%d writes", b.records.writes)
	}
}

func TestOwnDetailsWhenTheRecordsAreDown(t *testing.T) {
	t.Parallel()
	b := setup(t)
	me := b.leader()
	form := profileForm(me.get(ownDetails+"/profile"), "Permanent Secretary")
	b.records.fail = errors.New("disk on fire")
	me.post(ownDetails+"/profile", form).is(503, "Your answers were not saved").not("fire").keeps("Permanent Secretary")
	me.post(year+"/leave", fields("note", "I take another post.")).is(503, "Your answers were not saved", "I take another post.").not("fire")
}

func TestLeaving(t *testing.T) {
	t.Parallel()
	b := setup(t)
	me := b.leader()
	const leave = year + "/leave"
	me.get(leave).is(200, "Leave the programme", "You cannot take it back here.", "Is there anything you want to tell us? (optional)")
	me.post(leave, fields("note", strings.Repeat("x", 1001))).is(422, "Write 1,000 characters or fewer", "xxx")
	if b.records.writes != 0 {
		t.Error("a look has ended a year")
	}
	me.post(leave, fields("note", " I take another post. ")).leads(leave)
	me.post(leave, fields("note", "")).leads(leave) // the second click
	if b.records.left != "I take another post." || b.records.writes != 1 {
		t.Errorf("left with %q, %d writes", b.records.left, b.records.writes)
	}
	me.get(leave).is(200, "You have left the programme", "Your reference P-7F3K2Q", "What happens next")
	me.get(year).is(200, "You no longer take part in this year’s programme.").not("Leave the programme", "Your coach")
	b.assistant(programme.AssistantNeeds).get(leave).is(404)
	b.assistant(programme.AssistantNeeds).post(leave, fields("note", "")).is(404)
	b.stranger().post(leave, fields("note", "")).is(403)

	other := setup(t)
	other.records.journey.State = programme.Completed
	other.leader().get(leave).is(404)
	other.leader().get(year).is(200, "Your details").not("Leave the programme")
}

// One date goes into any diary by itself.
func TestADateForTheDiary(t *testing.T) {
	t.Parallel()
	b := setup(t)
	b.withPlace(programme.PlaceConfirmed)
	me := b.leader()
	me.get(year).is(200, "Add to your diary")
	if a := me.get(year+"/residential-1/date.ics").is(200, "X-STAGE:residential-1"); a.Header().Get("Content-Type") != "text/calendar; charset=utf-8" {
		t.Errorf("type %q", a.Header().Get("Content-Type"))
	}
	me.get(year + "/onboarding/date.ics").is(404)
	b.assistant(programme.AssistantNeeds).get(year + "/residential-1/date.ics").is(404)
	b.stranger().get(year + "/residential-1/date.ics").is(403)
}
