package main

import (
	"fmt"
	"net/http"
	"slices"
	"strings"
	"testing"
	"time"

	"fairlead/internal/browsertest"
	"fairlead/programme"
)

// withAndWithoutScripts tells a story in a browser twice.
func withAndWithoutScripts(t *testing.T, width int64, story func(t *testing.T, v *browsertest.Visitor)) {
	t.Parallel()
	for name, scripts := range map[string]bool{"with scripts": true, "without scripts": false} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			story(t, browsertest.Visit(t, width, scripts))
		})
	}
}

// follows goes by a link of a mail to a page that says a text and has this button, and presses it.
func (r *rehearsal) follows(v *browsertest.Visitor, mail letter, text, button string) {
	r.t.Helper()
	for _, link := range slices.Compact(slices.Clone(mail.links)) {
		v.Open(link)
		if page := v.Text(); strings.Contains(page, text) && strings.Contains(page, button) {
			v.Press(button)
			return
		}
	}
	r.t.Fatalf("no link of the mail leads to %q and %q:\n%s", text, button, mail.text)
}

// TestALeadersYearInABrowser: a leader does everything the year asks by the links of the mails that come, on a phone.
func TestALeadersYearInABrowser(t *testing.T) {
	withAndWithoutScripts(t, 320, func(t *testing.T, v *browsertest.Visitor) {
		r := rehearse(t)
		r.cohort("year", "flagship", "invitation", "2027-03-01", 2, nil)
		r.join("year", 2)
		r.must(http.MethodPost, "/cohorts/year/coaches", oneCoach, nil)
		r.launch("year")
		l := &yearLeader{rehearsal: r, v: v, email: "year-0@leaders.example", ref: r.of("year", 0).Ref}
		l.takesThePlace()
		l.declines("year-1@leaders.example")
		l.getsReady()
		l.takesTheQuestionnaire()
		l.meetsTheCoach()
		l.confirmsAResidential()
		l.endsTheYear()
	})
}

const oneCoach = "name,email,region,background_sector,accreditation,capacity,offers_online\nAbena Darko,coach@coaches.example,London,Education,,4,yes\n"

// yearLeader is the leader of a rehearsed year, at a browser.
type yearLeader struct {
	*rehearsal
	v     *browsertest.Visitor
	email string
	ref   string
}

// asked waits for the mail with a message about a stage, and goes by its link to the page with this text and button.
func (l *yearLeader) asked(stage, message, text, button string) {
	l.t.Helper()
	l.follows(l.v, l.comes(l.email, stage+"/"+message+"/"), text, button)
}

// takesThePlace answers the invitation by keys alone.
func (l *yearLeader) takesThePlace() {
	l.v.Open(l.door(l.comes(l.email, "selection/"+programme.MsgInvitation+"/"), "invitation"))
	l.v.TabTo(".govuk-skip-link")
	l.v.Type(browsertest.Enter) // past the header
	l.v.TabTo("main button")
	l.v.Enter()
	l.v.Says("a place on the leadership programme is held for you", "Residential 1 (compulsory)")
	l.v.TabTo("main form button")
	l.v.Enter()
	l.v.Says("There is a problem")
	l.v.Awaits(".govuk-error-summary:focus")
	l.v.TabTo(`.govuk-error-summary a`)
	l.v.Type(browsertest.Enter)
	l.v.Awaits(`input[name="answer"]:focus`)
	l.v.Type(browsertest.Space) // Yes, I accept my place
	l.v.TabTo("main form button")
	l.v.Enter()
	l.v.Says("Your place is confirmed", "Your reference")
	l.letter(l.email, programme.MsgInvitationAccepted, 1)
}

// declines is somebody else, who does not take the place.
func (l *yearLeader) declines(email string) {
	l.follows(l.v, l.comes(email, "selection/"+programme.MsgInvitation+"/"), "Your invitation", "See my invitation")
	const asked = `document.querySelector('[name="decline_reason"]').checkVisibility()`
	if browsertest.Ask[bool](l.v, asked) {
		l.t.Error("who has not answered yet is asked why they decline")
	}
	l.v.Choose("answer", "decline")
	if !browsertest.Ask[bool](l.v, asked) {
		l.t.Error("who declines is not asked why")
	}
	l.v.Choose("decline_reason", "other")
	l.v.Press("Send my answer")
	l.v.Says("You have declined your place")
	l.letter(email, programme.MsgInvitationDeclined, 1)
}

func (l *yearLeader) getsReady() {
	l.asked("onboarding", programme.MsgOnboarding, "Get ready", "Go to my sections")
	l.v.Says("0 of 7 sections completed")
	l.v.Press("You and your role")
	l.v.Write("role_started", "13 2026")
	l.v.Press("Continue")
	l.v.Says("Error: Enter the month and year you started in this role")
	l.v.Write("role_started", "September 2026")
	l.v.Press("Save and come back later")
	l.v.Says("You can close this page now")
	l.asked("onboarding", programme.MsgOnboarding, "Get ready", "Go to my sections")
	for _, section := range []struct {
		title string
		fill  func()
	}{
		{"You and your role", func() {}},
		{"Your assistant", func() { l.v.Choose("has_assistant", "no") }},
		{"Your information and your consent", func() {
			l.v.Choose("privacy_read", "yes")
			l.v.Choose("consent_psychometrics", "yes")
			l.v.Choose("consent_coach_report", "yes")
		}},
		{"Your places", func() { l.v.Choose("places", "confirm") }},
		{"What you need when we meet", func() {
			l.v.Choose("dietary", "vegetarian")
			l.v.Choose("arrival", "train")
			l.v.Choose("room_night_before", "yes")
		}},
		{"Your coach", func() {
			l.v.Choose("coach_background", "either")
			l.v.Choose("coach_where", "online")
		}},
		{"Equality questions", func() { l.v.Choose("age_band", "45_54") }},
		{"How things are before the year", l.scales},
	} {
		l.v.Press(section.title)
		section.fill()
		l.v.Press("Continue")
	}
	l.v.Says("7 of 7 sections completed")
	l.v.Press("Check your answers and send")
	l.v.Says("Vegetarian")
	l.v.Press("Send my answers")
	l.v.Says("You are ready for the programme")
}

// scales answers every scale that is asked.
func (l *yearLeader) scales() {
	l.t.Helper()
	for _, name := range browsertest.Ask[[]string](l.v, `[...new Set([...document.querySelectorAll("main input[type=radio]")].map(one => one.name))]`) {
		l.v.Choose(name, "4")
	}
}

func (l *yearLeader) takesTheQuestionnaire() {
	l.asked("psychometrics", programme.MsgPsychometrics, "questionnaire", "Go to the questionnaire")
	l.v.Press("Start")
	page := func(n int, button string) {
		for item := 10*n - 9; item <= 10*n; item++ {
			l.v.Choose(fmt.Sprint("item-", item), fmt.Sprint(1+item%5))
		}
		l.v.Press(button)
	}
	page(1, "Continue")
	l.v.Says("page 2 of 5")
	page(2, "Save and come back later")
	l.tomorrow()
	l.asked("psychometrics", programme.MsgPsychometrics, "questionnaire", "Go to the questionnaire") // another day, by the same link
	l.v.Press("Go on with page 3 of 5")
	for n := 3; n <= 5; n++ {
		page(n, "Continue")
	}
	l.v.Says("50 of 50 statements answered")
	l.v.Press("Send my answers")
	l.follows(l.v, l.letter(l.email, programme.MsgPsychometricsDone, 1), "Your report", "See my report")
	l.v.Says("Extraversion", "Conscientiousness")
}

// slots are times the coach has published, from a day on.
func (l *yearLeader) slots(first programme.Date) []programme.Slot {
	l.t.Helper()
	coaches, err := l.records.Coaches(l.t.Context(), "year")
	if err != nil {
		l.t.Fatal(err)
	}
	slots, err := l.records.PublishSlots(l.t.Context(), "year", coaches[0].Ref, programme.SlotSeries{First: first.At(10, 0), Count: 3, EveryDays: 1, Minutes: 60, Online: true}, "coach", l.now())
	if err != nil {
		l.t.Fatal(err)
	}
	return slots
}

func (l *yearLeader) meetsTheCoach() {
	l.must(http.MethodPost, "/cohorts/year/match", nil, nil)
	l.asked("coaching-1", programme.MsgCoaching, "First coaching session", "Go to the session")
	slots := l.slots(programme.DateOf(l.now()).AddDays(9)) // after the day of the opening event
	l.asked("coaching-1", programme.MsgCoaching, "First coaching session", "Go to the session")
	l.v.Says("With Abena Darko")
	l.v.Choose("slot", slots[0].ID)
	l.v.Press("Book this time")
	l.v.Says("Booked: ")
	l.letter(l.email, programme.MsgCoachingBooked, 1)
	l.v.Choose("slot", slots[1].ID)
	l.v.Press("Move to this time")
	l.letter(l.email, programme.MsgCoachingMoved, 1)
	l.v.Press("Cancel this session")
	l.letter(l.email, programme.MsgCoachingCancelled, 1)
	l.v.Silent("Booked: ")
	l.v.Choose("slot", slots[2].ID)
	l.v.Press("Book this time")
	l.v.Says("Booked: ")
	l.held("coaching-1", slots[2])
}

// held lets the day of a session come, and the coach log it.
func (l *yearLeader) held(stage string, slot programme.Slot) {
	l.t.Helper()
	l.comesThe(slot.Starts.Format(time.DateOnly))
	if _, err := l.records.LogSession(l.t.Context(), programme.SessionOrder{Ref: l.ref, Stage: stage, Slot: slot.ID, By: "coach", At: l.now()}, programme.SlotHeld); err != nil {
		l.t.Fatal(err)
	}
}

// attends lets an event pass, and notes on its register that the leader came.
func (l *yearLeader) attends(stage string) {
	l.t.Helper()
	places, err := l.records.Places(l.t.Context(), l.ref)
	if err != nil {
		l.t.Fatal(err)
	}
	i := slices.IndexFunc(places, func(p programme.Place) bool { return p.Stage == stage })
	l.comesThe(places[i].Sitting.Ends.AddDate(0, 0, 1).Format(time.DateOnly))
	results, err := l.records.RecordAttendances(l.t.Context(), "year", stage, places[i].Sitting.Name, []programme.AttendanceMark{{Ref: l.ref, Status: programme.Attended}}, "staff:jo")
	if err != nil || len(results) != 1 || !results[0].Changed {
		l.t.Fatalf("%s: %+v, %v", stage, results, err)
	}
}

func (l *yearLeader) confirmsAResidential() {
	l.attends("opening-event")
	l.attends("residential-1")
	l.asked("residential-1-survey", programme.MsgSurvey, "residential 1", "Go to the questions")
	l.scales()
	l.v.Press("Send my answers")
	l.letter(l.email, programme.MsgSurveyDone, 1)

	l.asked("residential-2", programme.MsgEventPlace, "Residential 2", "Answer now")
	l.v.Says("Residential 2", "5 July 2027")
	l.v.Choose("place", "confirm")
	l.v.Press("Send my answer")
	l.v.Says("Your reference", "Vegetarian")
	l.letter(l.email, programme.MsgEventConfirmed, 3)
	l.v.Press("See your year")
	l.v.Says("What we ask of you now", "Residential 2", "Your report on the questionnaire")
	l.attends("residential-2")
}

func (l *yearLeader) endsTheYear() {
	l.asked("residential-3", programme.MsgEventPlace, "Residential 3", "Answer now")
	l.v.Says("Residential 3", "Confirmed with the same answer", "Closing event")
	l.v.Choose("place", "confirm")
	l.v.Press("Send my answer")
	l.attends("residential-3")

	l.comes(l.email, "coaching-6/"+programme.MsgCoaching+"/")
	slots := l.slots(programme.DateOf(l.now()).AddDays(7))
	l.asked("coaching-6", programme.MsgCoaching, "Closing coaching session", "Go to the session")
	l.v.Choose("slot", slots[0].ID)
	l.v.Press("Book this time")
	l.held("coaching-6", slots[0])

	l.asked("closing-survey", programme.MsgSurvey, "Closing survey", "Go to the questions")
	l.scales()
	l.v.Press("Send my answers")
	l.attends("closing-event")
	l.asked("alumni", programme.MsgAlumni, "Your certificate", "Go to the form")
	l.v.Write("certificate_name", "Helen <b> Nguyen")
	l.v.Choose("directory", "yes")
	l.v.Choose("show", "name", "sector")
	l.v.Press("Show what others would see")
	l.v.Says("What other members would see", "Healthcare")
	l.v.Choose("interests", "national")
	l.v.Choose("news", "no")
	l.v.Press("Send my answers")
	l.v.Says("Your reference")
	l.eventually("the journey is complete", time.Minute, func() bool { return l.journey(l.ref).State == "completed" })
	l.follows(l.v, l.letter(l.email, programme.MsgAlumniWelcome, 1), "Your year", "See my year")
	l.v.Press("Your certificate")
	l.v.Says("Helen <b> Nguyen")
}
