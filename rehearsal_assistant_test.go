package main

import (
	"fmt"
	"maps"
	"net/http"
	"net/url"
	"strings"
	"testing"

	"fairlead/internal/browsertest"
	"fairlead/programme"
)

// getsReady answers the onboarding form of a leader by the link of the mail; more are sections with answers of their own.
func (r *rehearsal) getsReady(email, ref string, more map[string]url.Values) {
	r.t.Helper()
	visitor := r.browser()
	visitor.open(r.door(r.comes(email, "onboarding/"+programme.MsgOnboarding+"/"), "get ready"))
	r.fillOnboarding(visitor, "/year/"+ref+"/onboarding/")
	sections := map[string]url.Values{"profile": {"given_name": {"Leader"}, "family_name": {ref}, "job_title": {"Chief Executive"}, "organisation": {"Wirral Council"},
		"sector": {"Local Government"}, "region": {"North West"}, "role_started": {"2025-03"}}}
	maps.Copy(sections, more)
	for section, values := range sections {
		if p := visitor.post("/year/"+ref+"/onboarding/"+section, values); p.status != http.StatusOK {
			r.t.Fatalf("%s: %d %s", section, p.status, heading(p.text))
		}
	}
	if p := visitor.post("/year/"+ref+"/onboarding/check", url.Values{}); p.status != http.StatusOK || heading(p.text) == "Check your answers" {
		r.t.Fatalf("onboarding of %s: %d %s", ref, p.status, p.text)
	}
}

// TestAnAssistantInABrowser: an assistant of three leaders has the dates of the two who allow it on one page, confirms them, says
// how one of them travels, sleeps and eats, confirms a place, books a session, and comes to nothing else.
func TestAnAssistantInABrowser(t *testing.T) {
	withAndWithoutScripts(t, 1280, func(t *testing.T, v *browsertest.Visitor) {
		const pat = "pat@leaders.example"
		r := rehearse(t)
		r.cohort("year", "flagship", "confirmed", "2027-03-01", 3, nil)
		r.join("year", 3)
		r.must(http.MethodPost, "/cohorts/year/coaches", oneCoach, nil)
		r.launch("year")
		var refs []string
		for i, may := range []string{"dates_and_needs", "dates", "nothing"} {
			j := r.of("year", i)
			refs = append(refs, j.Ref)
			r.getsReady(j.Person.Email, j.Ref, map[string]url.Values{"places": {"places": {programme.PlaceConfirm}},
				"assistant": {"has_assistant": {"yes"}, "assistant_name": {"Pat Lee"}, "assistant_email": {pat}, "assistant_may": {may}}})
		}
		names := []string{r.named(refs[0]), r.named(refs[1]), r.named(refs[2])}

		// Each leader's mail has a link of its own; any of them opens the page with the dates of all who allow it.
		r.follows(v, r.comes(pat, refs[1]+"/onboarding/"+programme.MsgAssistantWelcome+"/"), "Dates for the leader you work with", "See the dates")
		v.Open(r.url + "/year/" + refs[1] + "/assistant")
		v.Says("Dates for "+names[1], "The other leaders you work with", names[0])
		v.Silent(names[2], refs[2], "What does the leader eat?")
		if n := browsertest.Ask[int](v, `[...document.querySelectorAll("main li strong")].filter(one => one.textContent === "Residential 1").length`); n != 2 {
			t.Errorf("the page has the residential of %d leaders", n)
		}
		v.Press("Send")
		v.Says("There is a problem", "Tick the box when the dates are in the diary")
		v.Choose("confirm_dates", "yes")
		v.Press("Send")
		v.Says("We have noted this for "+names[1], "Your reference")

		v.Press("change what you sent")
		v.Says("You confirmed the dates on")
		v.Press("Confirm the dates and arrange for " + names[0])
		v.Says("Dates for "+names[0], "What does the leader eat?", names[1])
		v.Choose("confirm_dates", "yes")
		v.Choose("dietary", "vegan")
		v.Choose("arrival", "car")
		v.Choose("room_night_before", "no")
		v.Press("Send")
		v.Says("We have noted this for "+names[0], "Vegan")

		r.confirmsAndBooks(v, pat, refs[0])
		for _, path := range elsewhere(refs[0], refs[2]) {
			v.Open(r.url + path)
			if v.Status == http.StatusOK && v.Address() != r.url+"/year/"+refs[0]+"/assistant" && !strings.HasPrefix(v.Address(), r.url+"/console/sign-in") {
				t.Errorf("%s opens %s for an assistant:\n%s", path, v.Address(), v.Text())
			}
		}
	})
}

// named is the name of a journey's leader.
func (r *rehearsal) named(ref string) string {
	r.t.Helper()
	j, err := r.records.Journey(r.t.Context(), ref)
	if err != nil {
		r.t.Fatal(err)
	}
	return j.Person.Name
}

// confirmsAndBooks is the assistant months later: the place at a residential is confirmed, and a coaching session booked and moved.
func (r *rehearsal) confirmsAndBooks(v *browsertest.Visitor, pat, ref string) {
	r.t.Helper()
	r.must(http.MethodPost, "/cohorts/year/match", nil, nil)
	r.comesThe("2027-05-12")
	coaches, err := r.records.Coaches(r.t.Context(), "year")
	if err != nil {
		r.t.Fatal(err)
	}
	slots, err := r.records.PublishSlots(r.t.Context(), "year", coaches[0].Ref, programme.SlotSeries{First: programme.DateOf(r.now()).AddDays(5).At(10, 0), Count: 2,
		EveryDays: 1, Minutes: 60, Online: true}, "coach", r.now())
	if err != nil {
		r.t.Fatal(err)
	}
	v.Open(r.url + "/new-link") // the visit of last autumn is long over
	v.Write("email", pat)
	v.Press("Send me a new link")
	r.follows(v, r.comes(pat, "/"+programme.MsgNewLink+"/"), "Dates for the leader you work with", "See the dates")
	v.Open(r.url + "/year/" + ref + "/assistant")
	v.Press("Confirm the place: Residential 2")
	v.Choose("place", programme.PlaceConfirm)
	v.Press("Send")
	v.Says("Residential 2")
	v.Open(r.url + "/year/" + ref + "/assistant")
	v.Press("Book or move: Third coaching session")
	v.Choose("slot", slots[0].ID)
	v.Press("Book this time")
	v.Says("Booked: ")
	v.Choose("slot", slots[1].ID)
	v.Press("Move to this time")
	v.Says("Booked: ")
}

// elsewhere are the pages of a journey that an assistant has no business with.
func elsewhere(ref, stranger string) (paths []string) {
	for _, page := range []string{"", "/onboarding", "/onboarding/profile", "/onboarding/needs", "/onboarding/done", "/psychometrics", "/psychometrics/page-1",
		"/residential-1-survey", "/closing-survey", "/alumni", "/consents", "/certificate", "/coach"} {
		paths = append(paths, fmt.Sprintf("/year/%s%s", ref, page))
	}
	return append(paths, "/report/"+ref, "/application/"+ref, "/year/"+stranger, "/year/"+stranger+"/assistant", "/year/P-222222/assistant", "/console")
}
