package console

import (
	"fmt"
	"net/http"
	"net/url"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"

	"fairlead/programme"
)

// reading is a cohort to which people apply, with one application under review.
func reading(t *testing.T) *bundle {
	b := setup(t)
	b.store.cohorts[0].Route = programme.RouteApplication
	b.store.journeys[0].State = programme.UnderReview
	return b
}

func TestApplications(t *testing.T) {
	t.Parallel()
	b := reading(t)
	b.page("/console/cohorts/"+cohort, http.StatusOK, `<a href="/console/cohorts/2027-spring/applications">Read, decide and release</a>`)
	silent(t, "the cohort for ops", b.as(ops).page("/console/cohorts/"+cohort, http.StatusOK), "Read, decide and release")
	b.as(coordinator)
	address := "/console/cohorts/" + cohort + "/applications"
	b.page(address, http.StatusOK, "Applications for 2027-spring", `<a href="/console/applications/P-7F3K2Q">P-7F3K2Q</a>`, mark+"name", "Under review", "Preview and release decisions",
		`<a href="http://console.example/apply/2027-spring">`)
	b.page(address+"?state=under_review", http.StatusOK, `value="under_review" selected`, "Clear the filter")
	if b.store.filter.State != programme.UnderReview {
		t.Errorf("asked for %+v", b.store.filter)
	}
	b.page(address+"?state=rejected", http.StatusOK, "No application is in this state.")
	for _, wrong := range []string{"?state=lost", "?after=%27"} {
		b.page(address+wrong, http.StatusNotFound)
	}
	for n := range 60 {
		b.store.journeys = append(b.store.journeys, programme.Journey{Ref: "P-ZZZZ" + string(rune('A'+n/26)) + string(rune('A'+n%26)), Cohort: cohort, State: programme.UnderReview})
	}
	b.page(address+"?state=under_review", http.StatusOK, "state=under_review", `rel="next"`)
}

// The waiting list stands in the order in which places go to it.
func TestWaitingList(t *testing.T) {
	t.Parallel()
	b := reading(t)
	b.store.journeys[0].State = programme.Waitlisted
	b.store.journeys = append(b.store.journeys, programme.Journey{Ref: "P-ZZZZZZ", Cohort: cohort, State: programme.Waitlisted})
	address := "/console/cohorts/" + cohort + "/applications"
	b.page(address, http.StatusOK, `<a href="`+address+`?state=waitlisted">Waiting list</a>`)
	page := b.page(address+"?state=waitlisted", http.StatusOK, "The waiting list: a free place goes to whoever applied first", "Who is on hold is passed over")
	first, second := strings.Index(page, `<td>1</td><th scope="row"><a href="/console/applications/P-ZZZZZZ">`), strings.Index(page, `<td>2</td><th scope="row"><a href="/console/applications/`+ref+`">`)
	if first < 0 || second < first {
		t.Errorf("at %d and %d: %s", first, second, page)
	}
	silent(t, "all applications", b.page(address, http.StatusOK), `<th scope="col">Place</th>`)
}

// A decision is recorded through the journey, quietly; what is wrong is said with what was typed.
func TestDeciding(t *testing.T) {
	t.Parallel()
	b := reading(t)
	address := "/console/applications/" + ref
	page := b.page(address, http.StatusOK, mark+"why", mark+"challenge", "Record the decision", "Can be changed until")
	silent(t, address, page, mark+"never", "Equality")
	post := func(pairs ...string) got {
		form := url.Values{"version": {strconv.FormatInt(b.store.journeys[0].Version, 10)}}
		for i := 0; i < len(pairs); i += 2 {
			form.Set(pairs[i], pairs[i+1])
		}
		return b.do(http.MethodPost, address+"/decision", form)
	}
	if answer := post("note", "read twice"); answer.StatusCode != 422 {
		t.Error(answer.StatusCode)
	} else {
		says(t, "without a decision", answer.page, "Choose the decision", "Choose a reason", "read twice")
	}
	if answer := post("decision", "waitlist", "reason", "other", "note", " read twice "); answer.Header.Get("Location") != address+"?recorded=yes" {
		t.Errorf("%d %s", answer.StatusCode, answer.page)
	}
	if !slices.Equal(b.store.ordered, []string{"record-decision P-7F3K2Q waitlist other read twice staff:jo"}) {
		t.Error(b.store.ordered)
	}
	b.store.decision = programme.DecideWaitlist
	b.page(address+"?recorded=yes", http.StatusOK, "The decision is recorded.", "nobody was told", `value="waitlist" selected`)
	b.store.refuse = &programme.Illegal{What: "record-decision", State: "on_hold", Why: "A decision is recorded while the application is under review."}
	if answer := post("decision", "offer", "reason", "other"); answer.StatusCode != 422 || !strings.Contains(answer.page, "Not possible: on hold.") {
		t.Errorf("%d %s", answer.StatusCode, answer.page)
	}
	b.store.refuse, b.store.journeys[0].State = nil, programme.Withdrawn
	if answer := post("decision", "offer", "reason", "other"); answer.StatusCode != http.StatusConflict || !strings.Contains(answer.page, "the application is withdrawn") {
		t.Errorf("%d %s", answer.StatusCode, answer.page)
	}
	b.page("/console/applications/P-000000", http.StatusNotFound)
}

// Of two who decide on one application the second is told, and nothing is overwritten unseen; a second click is no second.
func TestDecidingOnWhatHasChanged(t *testing.T) {
	t.Parallel()
	b := reading(t)
	address := "/console/applications/" + ref
	seen := b.store.journeys[0].Version
	says(t, address, b.page(address, http.StatusOK), fmt.Sprintf(`name="version" value="%d"`, seen))
	form := url.Values{"decision": {"offer"}, "reason": {"other"}, "note": {"read twice"}, "version": {strconv.FormatInt(seen, 10)}}
	b.store.journeys[0].Version, b.store.decision = seen+1, programme.DecideReject
	if answer := b.do(http.MethodPost, address+"/decision", form); answer.StatusCode != http.StatusConflict || len(b.store.ordered) > 0 {
		t.Errorf("%d, %q", answer.StatusCode, b.store.ordered)
	} else {
		says(t, "the second", answer.page, "Somebody decided on this application", "Reject, recorded", `value="offer" selected`, "read twice", fmt.Sprintf(`name="version" value="%d"`, seen+1))
	}
	b.store.decision = programme.DecideOffer
	recorded := programme.Move{ID: 2, Ref: ref, What: "record-decision: offer", Actor: "staff:jo", Reason: "other", Note: "read twice"}
	moves := b.store.moves
	for name, first := range map[string]func(m *programme.Move){
		"another’s":           func(m *programme.Move) { m.Actor = "staff:kim" },
		"of another reason":   func(m *programme.Move) { m.Reason = "new_information" },
		"of another note":     func(m *programme.Move) { m.Note = "first note" },
		"no longer the last":  func(m *programme.Move) { m.What = "record-decision: reject" },
		"of something else":   func(m *programme.Move) { m.What = "hold" },
		"of another decision": func(m *programme.Move) { m.What = "record-decision: waitlist" },
	} {
		other := recorded
		first(&other)
		b.store.moves = append(slices.Clone(moves), other)
		if name == "no longer the last" {
			b.store.moves = append(slices.Clone(moves), recorded, other)
		}
		if answer := b.do(http.MethodPost, address+"/decision", form); answer.StatusCode != http.StatusConflict || len(b.store.ordered) > 0 {
			t.Errorf("a decision %s: %d to %q", name, answer.StatusCode, answer.Header.Get("Location"))
		} else {
			says(t, name, answer.page, "Somebody decided on this application", "Offer, recorded", "read twice</textarea>")
		}
	}
	b.store.moves = append(slices.Clone(moves), recorded, programme.Move{ID: 3, Ref: ref, What: "hold", Actor: "staff:kim"})
	if answer := b.do(http.MethodPost, address+"/decision", form); answer.Header.Get("Location") != address+"?recorded=yes" || len(b.store.ordered) > 0 {
		t.Errorf("a second click: %d, %q", answer.StatusCode, b.store.ordered)
	}
	form.Del("version")
	if answer := b.do(http.MethodPost, address+"/decision", form); answer.StatusCode != http.StatusBadRequest {
		t.Errorf("without the page: %d", answer.StatusCode)
	}
}

// shownBy is what a preview of a release stands for.
var shownBy = regexp.MustCompile(`name="seen" value="([0-9a-f]+)"`)

// Looking at the preview tells nobody; the button does, and says so.
func TestReleasing(t *testing.T) {
	t.Parallel()
	b := reading(t)
	address := "/console/cohorts/" + cohort + "/release"
	page := b.page(address, http.StatusOK, "1 decision is recorded and not told yet, 1 of them offers. 3 places are free.", mark+"name", "Release the decision")
	seen := shownBy.FindStringSubmatch(page)[1]
	if answer := b.do(http.MethodPost, address, url.Values{"seen": {seen}, "note": {"the panel met"}}); answer.StatusCode != 422 || !strings.Contains(answer.page, "Choose a reason") || !strings.Contains(answer.page, "the panel met") {
		t.Errorf("%d %s", answer.StatusCode, answer.page)
	}
	if len(b.store.ordered) > 0 {
		t.Fatal("somebody was told")
	}
	if answer := b.do(http.MethodPost, address, url.Values{"seen": {seen}, "reason": {"other"}, "note": {"the panel met"}}); answer.Header.Get("Location") != address+"?released=1" {
		t.Errorf("%d %s", answer.StatusCode, answer.page)
	}
	if !slices.Equal(b.store.ordered, []string{cohort + " other the panel met staff:jo"}) {
		t.Error(b.store.ordered)
	}
	b.page(address+"?released=1", http.StatusOK, "1 decision is being told now.")
	b.store.refuse = &programme.Illegal{What: "release", State: "2 places are free", Why: "There are 3 offers to release."}
	b.page(address, http.StatusOK, "Not possible: 2 places are free. There are 3 offers to release.")
}

// What was recorded after the preview is told to nobody: the button tells what its page showed.
func TestReleasingWhatWasNotShown(t *testing.T) {
	t.Parallel()
	b := reading(t)
	address := "/console/cohorts/" + cohort + "/release"
	form := url.Values{"seen": {shownBy.FindStringSubmatch(b.page(address, http.StatusOK))[1]}, "reason": {"other"}}
	for name, now := range map[string][]programme.Released{
		"another decision":    {{Ref: ref, Decision: programme.DecideReject}},
		"another application": {{Ref: ref, Decision: programme.DecideOffer}, {Ref: "P-000000", Decision: programme.DecideReject}},
	} {
		b.store.releasable = now
		answer := b.do(http.MethodPost, address, form)
		if answer.StatusCode != http.StatusConflict || len(b.store.ordered) > 0 {
			t.Errorf("%s: %d, %q", name, answer.StatusCode, b.store.ordered)
		}
		says(t, name, answer.page, "after you saw the preview", "Reject", `value="other" selected`)
	}
	if answer := b.do(http.MethodPost, address, url.Values{"reason": {"other"}}); answer.StatusCode != http.StatusBadRequest {
		t.Errorf("without the page: %d", answer.StatusCode)
	}
}

// One decision can be told alone, from the page on which it was recorded.
func TestReleasingOne(t *testing.T) {
	t.Parallel()
	b := reading(t)
	address := "/console/cohorts/" + cohort + "/release"
	silent(t, "before a decision", b.page("/console/applications/"+ref, http.StatusOK), "?ref="+ref)
	b.store.decision = programme.DecideOffer
	b.page("/console/applications/"+ref, http.StatusOK, `<a href="`+address+"?ref="+ref+`">`)
	page := b.page(address+"?ref="+ref, http.StatusOK, "Release the decision on "+ref, `name="ref" value="`+ref+`"`)
	form := url.Values{"seen": {shownBy.FindStringSubmatch(page)[1]}, "ref": {ref}, "reason": {"other"}}
	if answer := b.do(http.MethodPost, address, form); answer.StatusCode != http.StatusSeeOther || !slices.Equal(b.store.ordered, []string{cohort + " other  staff:jo " + ref}) {
		t.Errorf("%d %q", answer.StatusCode, b.store.ordered)
	}
	b.page(address+"?ref=%27", http.StatusNotFound)
}

func TestLateCodes(t *testing.T) {
	t.Parallel()
	b := reading(t)
	address := "/console/cohorts/" + cohort + "/late-codes"
	form := b.form(b.page(address, http.StatusOK, "No code was issued yet."))
	for _, wrong := range []string{"soon", "2027-01-01"} {
		if answer := b.do(http.MethodPost, address, with(form, "expires_on", wrong, "note", "for Dr X")); answer.StatusCode != 422 ||
			!strings.Contains(answer.page, `value="`+wrong+`"`) || !strings.Contains(answer.page, "for Dr X") {
			t.Errorf("%d %s", answer.StatusCode, answer.page)
		}
	}
	issued := b.do(http.MethodPost, address, with(form, "expires_on", "2027-02-20", "note", "for Dr X"))
	if issued.StatusCode != http.StatusOK || !strings.Contains(issued.page, "K7M2QX9PRT") {
		t.Errorf("%d %s", issued.StatusCode, issued.page)
	}
	silent(t, "afterwards", b.page(address, http.StatusOK, "for Dr X", "staff:jo", "Not yet"), "K7M2QX9PRT")
	b.page(address+"?after=x'", http.StatusNotFound)
}
