package forms_test

import (
	"fmt"
	"net/http"
	"strings"
	"testing"

	"fairlead/programme"
)

func TestLinkShowsWhatIsAskedAndOneButton(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		purpose            programme.LinkPurpose
		stage, says, leads string
	}{
		{programme.LinkAsk, "selection", "Please answer by Friday 18 December 2026 at 5pm.", "/year/P-7F3K2Q/selection"},
		{programme.LinkAsk, "onboarding", "Please answer by Thursday 17 December 2026 at 5pm.", "/year/P-7F3K2Q/onboarding"},
		{programme.LinkAsk, "closing-survey", "Eleven questions on one page", "/year/P-7F3K2Q/closing-survey"},
		{programme.LinkAsk, "alumni", "The name on your certificate", "/year/P-7F3K2Q/alumni"},
		{programme.LinkAssistant, "", "You look after the diary of a leader", "/year/P-7F3K2Q/assistant"},
		{programme.LinkYear, "", "What is asked of you now", "/year/P-7F3K2Q"},
	} {
		t.Run(string(c.purpose)+c.stage, func(t *testing.T) {
			t.Parallel()
			b := setup(t)
			b.assistant(programme.AssistantDates)
			if c.stage != "" {
				b.open(c.stage)
			}
			person := leader.ID
			if c.purpose == programme.LinkAssistant {
				person = assistant.ID
			}
			address := "/l/" + b.link(c.purpose, c.stage, person).Reveal()
			page := b.stranger().get(address).is(200, c.says)
			page.not("Nguyen", "Wirral", `<nav`)
			if n := strings.Count(page.body, "<button"); n != 1 {
				t.Errorf("%d buttons", n)
			}
			if !strings.Contains(page.body, `<form method="post" action="`+address+`">`) {
				t.Error("the button does not post to the link itself")
			}
			b.stranger().post(address, nil).leads(c.leads)
		})
	}
}

// A survey on a residential has fewer questions than the others: its door and the invitation say so.
func TestASurveyThatLooksBackIsShort(t *testing.T) {
	t.Parallel()
	b := setup(t)
	b.records.journey.Stages = append(b.records.journey.Stages, programme.Stage{Name: "residential-1-survey", Kind: programme.KindSurvey,
		Title: "Survey on residential 1", State: programme.StageNotOpen, Due: at("2027-03-25"), Limit: at("2027-04-08")})
	b.open("selection")
	b.leader().get(selection).is(200, "Survey on residential 1 by Thursday 25 March 2027: about two minutes")
	b.open("residential-1-survey")
	b.stranger().get("/l/"+b.link(programme.LinkAsk, "residential-1-survey", leader.ID).Reveal()).is(200, "Six questions on one page, about two minutes.").not("Eleven")
}

// A mail scanner opens every link many times, with GET and with HEAD, and some send the form of no page at all.
func TestScannerHasNoEffect(t *testing.T) {
	t.Parallel()
	b := setup(t)
	b.open("onboarding")
	address := "/l/" + b.link(programme.LinkAsk, "onboarding", leader.ID).Reveal()
	for range 20 {
		for _, method := range []string{http.MethodGet, http.MethodHead} {
			a := b.stranger().do(method, address, nil).is(200)
			if a.Header().Get("Set-Cookie") != "" {
				t.Fatal("a cookie before the button was pressed")
			}
			if method == http.MethodHead && a.body != "" {
				t.Fatal("HEAD has a body")
			}
		}
	}
	if b.records.writes != 0 || len(b.workflows.delivered) != 0 {
		t.Errorf("%d writes", b.records.writes)
	}
	b.stranger().post(address, nil).leads("/year/P-7F3K2Q/onboarding")
}

func TestButtonGivesACookieOfItsOwn(t *testing.T) {
	t.Parallel()
	b := setup(t)
	b.open("onboarding")
	token := b.link(programme.LinkAsk, "onboarding", leader.ID)
	a := b.stranger().post("/l/"+token.Reveal(), nil).leads("/year/P-7F3K2Q/onboarding")
	cookie, err := http.ParseSetCookie(a.Header().Get("Set-Cookie"))
	if err != nil {
		t.Fatal(err)
	}
	if cookie.Name != "__Host-fairlead_visit" || !cookie.Secure || !cookie.HttpOnly || cookie.SameSite != http.SameSiteLaxMode || cookie.Path != "/" || cookie.Domain != "" {
		t.Errorf("cookie %v", cookie)
	}
	if cookie.Value == token.Reveal() || len(cookie.Value) != 43 {
		t.Error("the cookie is the link's own token")
	}
	(&browser{b, cookie}).get("/year/P-7F3K2Q/onboarding").is(200, "Get ready for the programme")
	again, _ := http.ParseSetCookie(b.stranger().post("/l/"+token.Reveal(), nil).Header().Get("Set-Cookie"))
	if again.Value == cookie.Value {
		t.Error("two visits share a cookie")
	}
}

// Each way in which a link can be no use has an explanation of its own and the way to a new one, for GET and POST alike.
func TestLinksThatAreNoneExplainThemselves(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		name   string
		make   func(b *bundle) string
		status int
		says   string
	}{
		{"forged", func(*bundle) string { return "../../etc" }, 404, ""},
		{"cut short", func(b *bundle) string { return b.link(programme.LinkAsk, "onboarding", leader.ID).Reveal()[:30] }, 404, "This address is not complete"},
		{"changed", func(*bundle) string { return strings.Repeat("!", 43) }, 404, "This address is not complete"},
		{"unknown", func(*bundle) string { return programme.NewToken().Reveal() }, 404, "We do not know this link"},
		{"feed", func(b *bundle) string { return b.link(programme.LinkFeed, "", leader.ID).Reveal() }, 404, "We do not know this link"},
		{"expired", func(b *bundle) string { return b.deadLink(programme.ErrLinkExpired) }, 410, "This link has expired"},
		{"replaced", func(b *bundle) string { return b.deadLink(programme.ErrLinkReplaced) }, 410, "There is a newer link"},
		{"not open yet", func(b *bundle) string { return b.link(programme.LinkAsk, "onboarding", leader.ID).Reveal() }, 404, "Getting ready is not open yet"},
		{"after the limit", func(b *bundle) string {
			b.records.now = b.open("onboarding").Limit
			return b.link(programme.LinkAsk, "onboarding", leader.ID).Reveal()
		}, 410, "Getting ready has closed It was open until Wednesday 6 January 2027 at 5pm."},
		{"skipped", func(b *bundle) string {
			b.open("onboarding").State = programme.StageSkipped
			return b.link(programme.LinkAsk, "onboarding", leader.ID).Reveal()
		}, 410, "The programme team has settled this without it."},
		{"withdrawn", func(b *bundle) string {
			b.open("onboarding")
			b.records.journey.State = programme.Withdrawn
			return b.link(programme.LinkAsk, "onboarding", leader.ID).Reveal()
		}, 410, "You no longer take part in this year’s programme."},
		{"on hold", func(b *bundle) string {
			b.open("onboarding")
			b.records.journey.State = programme.OnHold
			return b.link(programme.LinkAsk, "onboarding", leader.ID).Reveal()
		}, 409, "Your year is paused"},
		{"assistant not allowed any more", func(b *bundle) string {
			b.assistant(programme.AssistantNothing)
			return b.link(programme.LinkAssistant, "", assistant.ID).Reveal()
		}, 410, "This link has expired"},
		{"another assistant", func(b *bundle) string {
			b.assistant(programme.AssistantDates)
			return b.link(programme.LinkAssistant, "", "person-before").Reveal()
		}, 410, "This link has expired"},
		{"unavailable", func(b *bundle) string {
			b.records.failRead = programme.ErrUnavailable
			return b.link(programme.LinkAsk, "onboarding", leader.ID).Reveal()
		}, 503, "Sorry, we cannot show this page just now"},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			b := setup(t)
			address := "/l/" + c.make(b)
			for _, method := range []string{http.MethodGet, http.MethodPost} {
				a := b.stranger().do(method, address, fields()).is(c.status, c.says)
				if c.says != "" && c.status != 503 && !strings.Contains(a.body, `href="/new-link">Send me a new link`) {
					t.Error("no way to a new link")
				}
				if a.Header().Get("Set-Cookie") != "" {
					t.Error("a cookie all the same")
				}
				a.not("Nguyen")
			}
			if b.records.writes > 0 {
				t.Error("something was written")
			}
		})
	}
}

func (b *bundle) deadLink(err error) string {
	token := programme.NewToken()
	b.records.dead[token.Hash()] = fmt.Errorf("redeem: %w", err)
	return token.Reveal()
}

func TestAnsweredLinkShowsTheAnswer(t *testing.T) {
	t.Parallel()
	b := setup(t)
	b.open("alumni")
	b.leader().post("/year/P-7F3K2Q/alumni", alumniAnswers()).leads("/year/P-7F3K2Q/alumni/done")
	address := "/l/" + b.link(programme.LinkAsk, "alumni", leader.ID).Reveal()
	b.stranger().get(address).is(200, "You have answered. Thank you.", "You can change your answer until Thursday 23 December 2027 at 5pm.", "See my answer")
}

func TestOverdueLinkSaysThatItIsStillWelcome(t *testing.T) {
	t.Parallel()
	b := setup(t)
	b.records.now = b.open("onboarding").Due.AddDate(0, 0, 2)
	address := "/l/" + b.link(programme.LinkAsk, "onboarding", leader.ID).Reveal()
	b.stranger().get(address).is(200, "This was due on Thursday 17 December 2026 at 5pm. You can still answer until Wednesday 6 January 2027 at 5pm.")
}

func TestPlainHTTPHasAPlainCookie(t *testing.T) {
	t.Parallel()
	b := setup(t)
	b.forms.PublicURL = "http://127.0.0.1:8080"
	b.open("onboarding")
	a := b.stranger().post("/l/"+b.link(programme.LinkAsk, "onboarding", leader.ID).Reveal(), nil)
	if cookie, err := http.ParseSetCookie(a.Header().Get("Set-Cookie")); err != nil || cookie.Name != "fairlead_visit" || cookie.Secure {
		t.Errorf("cookie %v, %v", cookie, err)
	}
}

// Whatever a link is for, opening it any number of times uses nothing up, changes nothing and lets nobody in.
func TestScannersOfEveryLink(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		purpose       programme.LinkPurpose
		stage, person string
		when          func(b *bundle)
		address       string // where it is no private link's
	}{
		{programme.LinkAsk, "selection", leader.ID, func(b *bundle) { b.open("selection") }, ""},
		{programme.LinkAsk, "residential-1", leader.ID, func(b *bundle) { b.open("residential-1"); b.withPlace(programme.PlaceHeld) }, ""},
		{programme.LinkAsk, "psychometrics", leader.ID, (*bundle).asksQuestionnaire, ""},
		{programme.LinkAsk, "coaching-1", leader.ID, (*bundle).bookable, ""},
		{programme.LinkAsk, "closing-survey", leader.ID, func(b *bundle) { b.open("closing-survey") }, ""},
		{programme.LinkAsk, "alumni", leader.ID, func(b *bundle) { b.open("alumni") }, ""},
		{programme.LinkYear, "", leader.ID, nil, ""},
		{programme.LinkReport, "", leader.ID, (*bundle).agreed, ""},
		{programme.LinkAssistant, "", assistant.ID, func(b *bundle) { b.assistant(programme.AssistantDates) }, ""},
		{programme.LinkCoach, "", "person-coach", nil, ""},
		{programme.LinkApplication, "", leader.ID, (*bundle).opensDoor, ""},
		{programme.LinkUnsubscribe, "", leader.ID, nil, "/unsubscribe/"},
		{programme.LinkFeed, "", leader.ID, nil, "/calendar/" + feedSecret + ".ics"},
	} {
		t.Run(string(c.purpose)+c.stage, func(t *testing.T) {
			t.Parallel()
			b := setup(t)
			if c.when != nil {
				c.when(b)
			}
			token := b.link(c.purpose, c.stage, c.person)
			if c.purpose == programme.LinkCoach {
				b.records.links[token.Hash()] = programme.Link{Purpose: c.purpose, Cohort: "2027-spring", Ref: "C-222222", PersonID: c.person}
			}
			address := "/l/" + token.Reveal()
			switch {
			case strings.HasSuffix(c.address, "/"):
				address = c.address + token.Reveal()
			case c.address != "":
				address = c.address
			}
			for range 20 {
				for _, method := range []string{http.MethodGet, http.MethodHead, http.MethodGet} {
					a := b.stranger().do(method, address, nil).is(200)
					if a.Header().Get("Set-Cookie") != "" || strings.Contains(a.body, "http-equiv=\"refresh\"") {
						t.Fatal("it lets in without a press of the button")
					}
				}
			}
			if b.records.writes+len(b.workflows.delivered)+len(b.records.asked) > 0 || b.records.off {
				t.Errorf("%d writes", b.records.writes)
			}
			if c.purpose == programme.LinkFeed {
				return
			}
			if a := b.stranger().post(address, nil); a.Code != http.StatusSeeOther && a.Code != http.StatusOK {
				t.Errorf("it is used up: %d", a.Code)
			}
		})
	}
}
