package forms_test

import (
	"errors"
	"strings"
	"testing"
	"time"

	"fairlead/programme"
)

const year = "/year/P-7F3K2Q"

func TestYear(t *testing.T) {
	t.Parallel()
	b := setup(t)
	me := b.leader()
	done := b.open("selection")
	done.State, done.ClosedAt = programme.StageDone, at("2026-09-10")
	b.open("onboarding")
	me.get(year).is(200, "Dr Helen O’Nguyen", "What we ask of you now Getting ready Please answer by Thursday 17 December 2026 at 5pm. Answer Getting ready",
		"What comes Residential 1 We are looking for a date for you, and will write to you.",
		"Closing survey Opens on Monday 25 October 2027. We will ask for your answer by Thursday 11 November 2027 at 5pm.",
		"What is done Your invitation Done on Thursday 10 September 2026. See your answer",
		"https://leaders.example/calendar/feed-secret.ics").not("certificate")

	b.records.journey.Stages[3].OpensAt = b.records.now.Add(-time.Hour) // it waits for something
	me.get(year).is(200, "Closing survey We will write to you when it opens.")
	me.get(closing).is(404, "is not open yet", "We will write to you when it opens.").not("It opens on")

	me.fillIn()
	me.post(onboarding+"/check", nil)
	me.get(year).is(200, "What we ask of you now Nothing at the moment.", "Getting ready You answered on Wednesday 16 December 2026.")
}

// An event at which nobody has given the leader a place has no date for them, whatever the blueprint plans.
func TestAnEventWithoutAPlaceOnTheYear(t *testing.T) {
	t.Parallel()
	b := setup(t)
	me := b.leader()
	b.open("residential-1")
	me.get(year).is(200, "What comes", "Residential 1 We are looking for a date for you, and will write to you.").not("28 February 2027")
	b.records.dates = []programme.DateLine{{Stage: "residential-1", Title: "Residential 1"}}
	b.assistant(programme.AssistantDates).get(assistantPage).is(200, "Residential 1 date to follow").not("0001")
	b.records.journey.State = programme.Invited
	me.get(year).is(200, "Residential 1 You get the date with your place.").not("28 February 2027")
}

func TestYearInOtherStates(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		state      programme.JourneyState
		says, lack string
	}{
		{programme.Invited, "What we ask of you now", "calendar/"},
		{programme.OnHold, "Your year is paused.", "Opens on"},
		{programme.Withdrawn, "You no longer take part in this year’s programme.", "What comes"},
		{programme.Deferred, "You go on in another year’s programme.", "What comes"},
		{programme.Declined, "You have declined your place.", "calendar/"},
		{programme.Completed, "Your certificate", "What comes"},
	} {
		b := setup(t)
		b.open("onboarding")
		b.records.journey.State = c.state
		b.leader().get(year).is(200, c.says).not(c.lack)
	}
}

// When the year is over, a survey that comes after it is still to come; it changes neither the banner nor the certificate.
func TestYearShowsTheSurveysAfterIt(t *testing.T) {
	t.Parallel()
	b := setup(t)
	me := b.leader()
	j := &b.records.journey
	for i := range j.Stages {
		j.Stages[i].State, j.Stages[i].Round, j.Stages[i].ClosedAt = programme.StageDone, 1, at("2027-12-09")
	}
	j.Stages = append(j.Stages, programme.Stage{Name: "survey-6-months", Kind: programme.KindSurvey, Title: "Survey six months on", Later: true,
		State: programme.StageNotOpen, OpensAt: at("2028-05-09"), Due: at("2028-05-23"), Limit: at("2028-06-07")})
	b.records.now = at("2027-12-10")
	j.State = programme.Completed
	me.get(year).is(200, "You have completed the programme.", "What comes Survey six months on Opens on Tuesday 9 May 2028. We will ask for your answer by Tuesday 23 May 2028 at 5pm.")
	survey := b.open("survey-6-months") // today is the day before it is due
	me.get(year).is(200, "You have completed the programme.", "What we ask of you now Survey six months on Please answer by Tuesday 23 May 2028 at 5pm. Answer Survey six months on").not("What comes")
	me.get(year+"/survey-6-months").is(200, "Survey six months on", "Overall, how satisfied are you with your life nowadays?")
	me.post(year+"/survey-6-months", surveyAnswers()).leads(year + "/survey-6-months/done")
	me.get(year+"/survey-6-months/done").is(200, "Your answers have arrived")
	survey.State, survey.ClosedAt = programme.StageDone, at("2028-05-10")
	me.get(year).is(200, "What is done", "Survey six months on Done on Wednesday 10 May 2028.")
	me.get(year+"/certificate").is(200, "March 2027 to Thursday 9 December 2027")
	survey.State, survey.Round = programme.StageNotOpen, 0
	j.State = programme.Withdrawn
	me.get(year).is(200).not("Survey six months on")
}

func TestYearSaysHowStagesEnded(t *testing.T) {
	t.Parallel()
	b := setup(t)
	for i, state := range []programme.StageState{programme.StageDone, programme.StageLapsed, programme.StageSkipped, programme.StageCancelled} {
		b.records.journey.Stages[i].State, b.records.journey.Stages[i].Round = state, 1
		b.records.journey.Stages[i].ClosedAt = at("2026-12-01")
	}
	b.leader().get(year).is(200, "Getting ready Closed without an answer on Tuesday 1 December 2026.", "Residential 1 Settled by the programme team on",
		"Closing survey Not needed any more on")
}

func TestForeignAndUnknownJourneysLookAlike(t *testing.T) {
	t.Parallel()
	b := setup(t)
	b.open("onboarding")
	other := b.leader().get("/year/P-AAAAAA").is(404, "Page not found")
	for _, path := range []string{"/year/P-AAAAAA/onboarding", "/year/P-AAAAAA/certificate", "/year/P-AAAAAA/assistant", year + "/nothing", year + "/residential-1",
		year + "/onboarding/nothing", year + "/alumni/nothing"} {
		if got := b.leader().get(path); got.Code != 404 && got.Code != 403 {
			t.Errorf("%s answers %d", path, got.Code)
		}
	}
	// The same page as for a journey that is somebody else's.
	b.records.journey.Person.ID = "somebody-else"
	if own := b.leader().get(year).is(404); own.body != other.body {
		t.Error("the two pages differ")
	}
}

func TestVisitThatIsOverExplainsItself(t *testing.T) {
	t.Parallel()
	b := setup(t)
	b.open("onboarding")
	me := b.leader()
	me.post(onboarding+"/coaching", fields("coach_background", "either", "coach_where", "online")).leads(onboarding)
	b.records.visits = map[string]visit{} // the address changed, or the night passed
	for _, who := range []*browser{me, b.stranger()} {
		who.get(year).is(403, "Please open your link again", "Every section you saved with “Continue” is still there", "Send me a new link")
		who.post(onboarding+"/coaching", fields("coach_background", "same_sector", "coach_where", "online")).is(403, "Please open your link again")
		who.get("/year/P-AAAAAA").is(403, "Please open your link again")
	}
	if got := b.records.drafts["P-7F3K2Q/onboarding/1"]["coaching"].Answers.Get("coach_background"); got != "either" {
		t.Errorf("the draft is %q", got)
	}
}

func TestReadingFails(t *testing.T) {
	t.Parallel()
	b := setup(t)
	b.records.failRead = programme.ErrUnavailable
	a := b.leader().get(year).is(503, "Sorry, we cannot show this page just now")
	if a.Header().Get("Retry-After") != "30" {
		t.Errorf("Retry-After %q", a.Header().Get("Retry-After"))
	}
	b.records.failRead = errors.New("disk on fire")
	b.leader().get(year).is(500, "Sorry, something went wrong").not("disk on fire")
	if b.log.String() == "" {
		t.Error("nothing for the log")
	}
}

func TestPersonalPagesAreKeptNowhere(t *testing.T) {
	t.Parallel()
	b := setup(t)
	h := b.leader().get(year).Header()
	if h.Get("Cache-Control") != "no-store" || h.Get("Referrer-Policy") != "no-referrer" || h.Get("X-Robots-Tag") == "" || h.Get("Set-Cookie") != "" {
		t.Errorf("headers %v", h)
	}
}

func TestCertificate(t *testing.T) {
	t.Parallel()
	b := setup(t)
	me := b.leader()
	me.get(year+"/certificate").is(404, "Your certificate is not ready yet")
	last := b.open("alumni")
	last.State, last.ClosedAt = programme.StageLapsed, at("2027-12-23")
	b.records.journey.State = programme.Completed
	me.get(year+"/certificate").is(200, "This is to certify that Dr Helen O’Nguyen has completed the Flagship programme March 2027 to Thursday 23 December 2027 Jo Director")
	b.records.answers["P-7F3K2Q/alumni/1"] = programme.Submission{Answers: programme.Answers{"certificate_name": {"Helen <O’Nguyen> QPM"}}}
	me.get(year+"/certificate").is(200, "This is to certify that Helen <O’Nguyen> QPM has completed").not("<O’Nguyen>")
	b.assistant(programme.AssistantNeeds).get(year + "/certificate").is(404)
}

// noNumber are ways to answer for which no page gives a number or a postal address.
var noNumber = []string{"telephone", "by letter", "or letter"}

func TestPagesForEverybody(t *testing.T) {
	t.Parallel()
	b := setup(t)
	front := b.stranger().get("/").is(200, "open from the link in our mails")
	if !strings.Contains(front.body, `<a href="/new-link">`) || !strings.Contains(front.body, `<a href="/console">`) {
		t.Error("the front page leads nowhere")
	}
	b.stranger().get("/privacy").is(200, "Privacy notice", "Version 2026-09", "fewer than ten people", "centre@centre.example")
	b.stranger().get("/accessibility").is(200, "version 2.2, level AA", "not been audited", "centre@centre.example").not(noNumber...)
	b.stranger().get("/cookies").is(200, "__Host-fairlead_visit", "at most 12 hours", "answer without these pages").not(noNumber...)
	b.stranger().get("/formats").is(200, "Write to us at centre@centre.example and say how we can reach you. We then take your answers").not(noNumber...)
	foot := b.stranger().get("/new-link").is(200)
	for _, page := range []string{"/accessibility", "/formats", "/cookies", "/privacy", "/new-link"} {
		if !strings.Contains(foot.body, `href="`+page+`"`) {
			t.Errorf("the foot of the page does not lead to %s", page)
		}
	}
}

func TestFeed(t *testing.T) {
	t.Parallel()
	b := setup(t)
	a := b.stranger().get("/calendar/" + feedSecret + ".ics").is(200)
	if a.Header().Get("Content-Type") != "text/calendar; charset=utf-8" || a.body != "BEGIN:VCALENDAR\r\nX-REF:P-7F3K2Q\r\nEND:VCALENDAR\r\n" {
		t.Errorf("%v\n%s", a.Header(), a.body)
	}
	b.stranger().do("HEAD", "/calendar/"+feedSecret+".ics", nil).is(200)
	for _, path := range []string{"/calendar/forged.ics", "/calendar/" + feedSecret, "/calendar/.ics"} {
		b.stranger().get(path).is(404, "Page not found")
	}
}

// A coaching session to come is booked, not answered.
func TestASessionToComeOnTheYear(t *testing.T) {
	t.Parallel()
	b := setup(t)
	b.records.journey.Stages = append(b.records.journey.Stages, programme.Stage{Name: "coaching-1", Kind: programme.KindCoaching,
		Title: "First coaching session", State: programme.StageNotOpen, OpensAt: at("2027-01-11"), Due: at("2027-02-12")})
	b.leader().get(year).is(200, "First coaching session Opens on Monday 11 January 2027. We will ask you to book a time by Friday 12 February 2027 at 5pm.")
}
