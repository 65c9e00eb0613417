package forms_test

import (
	"net/url"
	"slices"
	"strings"
	"testing"
	"time"

	"fairlead/programme"
)

const (
	apply = "/apply/2027-spring"
	mine  = "/application/P-7F3K2Q"
)

// openDoor is a cohort to which people apply, in the middle of its weeks.
func openDoor(t *testing.T) *bundle {
	b := setup(t)
	b.opensDoor()
	return b
}

// opensDoor lets people apply for the cohort.
func (b *bundle) opensDoor() {
	b.records.cohort.Route, b.records.cohort.Launched = programme.RouteApplication, at("2026-05-01")
	b.records.now = at("2026-06-20")
	stage := &b.records.journey.Stages[0]
	stage.Title, stage.Due, stage.Limit = "Your application", at("2026-07-09"), at("2026-07-09")
	b.records.journey.State = programme.Reserve
}

// applicant is somebody whose application has begun.
func applicant(t *testing.T) (*bundle, *browser) {
	b := openDoor(t)
	b.applies()
	return b, b.leader()
}

// applies begins an application.
func (b *bundle) applies() {
	b.records.journey.State = programme.Applying
	b.records.journey.Stages[0].State, b.records.journey.Stages[0].Round = programme.StageOpen, 1
}

func TestApplyPageThroughTheYear(t *testing.T) {
	t.Parallel()
	b := openDoor(t)
	anyone := b.stranger()
	for _, c := range []struct {
		now  time.Time
		says []string
		not  string
	}{
		{at("2026-05-20"), []string{"Applications are not open yet", "You can apply from Monday 1 June 2026 at 6am until Thursday 9 July 2026 at 5pm."}, "<form"},
		{at("2026-06-01"), []string{"Apply for the leadership programme", "A year of learning.", "You can apply until Thursday 9 July 2026 at 5pm. That is a firm date.", "Email address"}, "Late code"},
		{at("2026-07-09").Add(-time.Millisecond), []string{"Email address"}, "Late code"},
		{at("2026-07-09"), []string{"Applications have closed", "Applications were open until Thursday 9 July 2026 at 5pm.", "Late code"}, "You can apply until"},
	} {
		b.records.now = c.now
		anyone.get(apply).is(200, c.says...).not(c.not)
	}
	b.records.cohort.Launched = time.Time{}
	b.records.now = at("2026-06-02")
	anyone.get(apply).is(200, "Applications are not open yet", "Please come back in a few days.").not("<form")
	anyone.get("/apply/nowhere").is(404)
	b.records.cohort.Route = programme.RouteInvitation
	anyone.get(apply).is(404)
}

// Whether an address is known is not to be seen from outside.
func TestApplyingWithAnAddress(t *testing.T) {
	t.Parallel()
	b := openDoor(t)
	anyone := b.stranger()
	anyone.post(apply, fields("email", "")).is(422, "Error: ", "Enter your email address")
	for _, wrong := range []string{"amara", "amara@obi", "Amara <amara@obi.example>"} {
		page := anyone.post(apply, fields("email", wrong)).is(422, "Enter an email address in the right form")
		if values(page.body)["email"][0] != wrong {
			t.Errorf("%q was lost", wrong)
		}
	}
	var pages []string
	for _, email := range []string{"amara@obi.example", leader.Email} {
		anyone.post(apply, fields("email", email)).leads(apply + "/sent")
		pages = append(pages, anyone.get(apply+"/sent").is(200, "Look in your mail").body)
	}
	b.forms.Wait()
	if pages[0] != pages[1] || len(b.records.asked) != 2 || !slices.Contains(b.workflows.delivered, "outbox-verify") {
		t.Errorf("asked %v, delivered %v", b.records.asked, b.workflows.delivered)
	}
	b.allow = false
	if page := anyone.post(apply, fields("email", "amara@obi.example")).is(429, "Please wait a little"); page.Header().Get("Retry-After") != "7" {
		t.Error(page.Header())
	}
}

func TestLateCodeOpensTheDoor(t *testing.T) {
	t.Parallel()
	b := openDoor(t)
	b.records.now = at("2026-07-10")
	anyone := b.stranger()
	anyone.post(apply, fields("email", "amara@obi.example")).is(422, "Enter your late code")
	page := anyone.post(apply, fields("email", "amara@obi.example", "code", "WRONG")).is(422, "We do not know this code.")
	if values(page.body)["code"][0] != "WRONG" {
		t.Error("the code was lost")
	}
	anyone.post(apply, fields("email", "amara@obi.example", "code", " K7M2QX9PRT ")).leads(apply + "/sent")
	if !slices.Equal(b.records.asked, []string{"2027-spring amara@obi.example K7M2QX9PRT"}) {
		t.Error(b.records.asked)
	}
	// The deadline passes between the page and its POST.
	b.records.now, b.records.fail = at("2026-07-08"), programme.ErrFormClosed
	anyone.post(apply, fields("email", "amara@obi.example")).is(410)
}

// Looking at the link has no effect; its button begins the application and lets the browser in.
func TestLinkBeginsTheApplication(t *testing.T) {
	t.Parallel()
	b := openDoor(t)
	token := programme.NewToken()
	b.records.links[token.Hash()] = programme.Link{Purpose: programme.LinkApplication, Cohort: "2027-spring", PersonID: leader.ID, Expires: at("2026-07-09")}
	someone := b.stranger()
	for range 3 {
		someone.get("/l/"+token.Reveal()).is(200, "you confirm that the address", "until Thursday 9 July 2026 at 5pm", "Go to my application").not("Helen")
	}
	if b.records.writes != 0 {
		t.Error("looking changed something")
	}
	came := someone.post("/l/"+token.Reveal(), fields())
	came.leads(mine)
	if len(came.Result().Cookies()) != 1 || b.records.writes != 1 || !slices.Contains(b.workflows.delivered, "outbox-begin") {
		t.Errorf("%v, %d writes, delivered %v", came.Result().Cookies(), b.records.writes, b.workflows.delivered)
	}
	b.records.fail = programme.ErrFormClosed
	someone.post("/l/"+token.Reveal(), fields()).is(410, "Applications have closed", "Enter a late code").holds(`href="/apply/2027-spring"`)
}

// One second late: refused, with the words and what to do.
func TestApplicationTooLate(t *testing.T) {
	t.Parallel()
	b, me := applicant(t)
	for _, section := range []string{"about", "role", "organisation", "why", "challenge"} {
		_ = b.records.SaveDraft(t.Context(), ref+"/selection/1", section, application(section), true, b.records.now)
	}
	me.get(selection+"/check").is(200, "Check your answers", "Homes for key workers.")
	b.records.now = at("2026-07-09")
	says := []string{"Applications have closed", "Yours could be sent until Thursday 9 July 2026 at 5pm.", "to the second", "late code", "Enter a late code"}
	me.post(selection+"/check", fields()).is(410, says...)
	b.records.now, b.records.fail = at("2026-07-09").Add(-time.Millisecond), programme.ErrFormClosed // the records' clock is a millisecond on
	me.post(selection+"/check", fields()).is(410, says...)
	b.records.fail = nil
	b.records.journey.State, b.records.journey.Stages[0].State = programme.Lapsed, programme.StageLapsed
	b.records.now = at("2026-07-11")
	me.get(selection).is(410, says...)
	me.get(mine).is(200, "Ended", "Your application was not sent before the deadline.", "Enter a late code").not("Withdraw my application")
	if b.records.submits != 0 {
		t.Error("something was sent")
	}
}

func application(section string) programme.Answers {
	form, _ := programme.FormNamed(programme.FormApplication)
	all := programme.Answers{"given_name": {"Amara"}, "family_name": {"Obi"}, "job_title": {"Chief Executive"}, "role_started": {"2025-04"},
		"organisation": {"Northern Housing"}, "sector": {"Housing Association"}, "region": {"North West"}, "why": {"To lead across services."},
		"challenge": {"Homes for key workers."}}
	return form.Clean(all, section)
}

func TestApplicationFromTheFirstSectionToTheOffer(t *testing.T) {
	t.Parallel()
	b, me := applicant(t)
	me.get("/year/P-7F3K2Q").leads(mine)
	me.get(mine).is(200, "Not sent yet", "You can send it until Thursday 9 July 2026 at 5pm.", "Continue my application", "Withdraw my application").holds(`href="` + selection + `"`).not("Your year")
	me.get(selection).is(200, "Apply for the leadership programme", "0 of 5 sections completed", "About you", "Equality questions", "Your application").not("Your year")
	me.get(selection+"/about").is(200, "Given name").holds(`value="Helen"`).not("Organisation")
	me.post(selection+"/about", fields("given_name", "Amara", "family_name", "")).is(422, "Enter your family name")
	for _, section := range []string{"about", "role", "organisation", "why", "challenge"} {
		me.post(selection+"/"+section, url.Values(application(section))).leads(selection)
	}
	me.get(selection).is(200, "5 of 5 sections completed")
	me.post(selection+"/check", fields()).leads(selection + "/done")
	me.post(selection+"/check", fields()).leads(selection + "/done") // a double click
	if b.records.submits != 1 {
		t.Errorf("%d submissions", b.records.submits)
	}
	b.records.journey.State, b.records.journey.Stages[0].Part = programme.Submitted, programme.PartReview
	b.records.journey.Stages[0].Limit = at("2027-01-28")
	me.get(selection+"/done").is(200, "Your application is sent", "Your reference 0001ABCD", "You can change what you sent until Thursday 9 July 2026 at 5pm.", "See your application")
	me.get(mine).is(200, "Sent", "You can change what you sent until", "To lead across services.").holds(`href="` + selection + `/why"`).not("reject")
	me.post(selection+"/why", fields("why", "Better words.")).leads(selection + "/done")
	if got := b.records.answers[ref+"/selection/1"]; !got.Change || got.Answers.Get("why") != "Better words." || got.Answers.Get("family_name") != "Obi" {
		t.Errorf("%+v", got)
	}
	// Nothing of a decision is to be seen before it is released.
	b.records.journey.State, b.records.now = programme.UnderReview, at("2026-08-01")
	b.records.journey.Stages[0].Due = at("2026-09-03")
	me.get(mine).is(200, "Being read", "Better words.").not("reject", "Change")
	me.post(selection+"/why", fields("why", "Too late.")).is(410, "Applications have closed", "We have yours as you sent it.").not("does not count")
	b.records.journey.State = programme.Waitlisted
	me.get(mine).is(200, "On the waiting list", "until Thursday 28 January 2027")
	b.records.journey.State = programme.Offered
	stage := &b.records.journey.Stages[0]
	stage.Part, stage.Due, stage.Limit, b.records.now = programme.PartOffer, at("2026-09-22"), at("2026-09-22"), at("2026-09-10")
	me.get(mine).is(200, "A place is offered to you", "Please answer by Tuesday 22 September 2026 at 5pm.", "See my offer").not("Withdraw")
	me.get(selection).is(200, "Your offer of a place on the programme")
	me.post(selection, fields("answer", "accept")).leads(selection + "/done")
	if got := b.records.answers[ref+"/selection/1/offer"]; got.Form != programme.FormOffer || got.Answers.Get("answer") != programme.Accept {
		t.Errorf("%+v", got)
	}
	b.records.journey.State, stage.State, stage.Outcome = programme.Enrolled, programme.StageDone, "accepted"
	me.get(selection+"/done").is(200, "Your place is confirmed", "See your year")
	me.get(mine).leads("/year/P-7F3K2Q")
}

func TestWithdrawingAnApplication(t *testing.T) {
	t.Parallel()
	b, me := applicant(t)
	me.get(mine+"/withdraw").is(200, "Withdraw your application", "you cannot apply again for this year")
	if b.records.writes != 0 {
		t.Error("looking changed something")
	}
	me.post(mine+"/withdraw", fields()).leads(mine)
	me.get(mine).is(200, "Ended", "Your application is withdrawn.").not("Withdraw my application")
	if !slices.Contains(b.workflows.delivered, "outbox-withdrawn") {
		t.Error(b.workflows.delivered)
	}
	b.records.fail = &programme.Illegal{What: "withdraw", State: "offered", Why: "x"}
	me.post(mine+"/withdraw", fields()).is(409, "This cannot be done any more")
	b.stranger().get(mine).is(403)
	b.records.cohort.Route = programme.RouteInvitation
	me.get(mine + "/withdraw").is(404)
}

// holds looks into the page's own text.
func (a *answer) holds(part string) *answer {
	a.t.Helper()
	if !strings.Contains(a.body, part) {
		a.t.Errorf("the page does not hold %s", part)
	}
	return a
}
