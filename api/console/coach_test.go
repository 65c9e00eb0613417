package console

import (
	"net/http"
	"net/url"
	"slices"
	"strings"
	"testing"

	"fairlead/programme"
)

func TestMatching(t *testing.T) {
	t.Parallel()
	b := setup(t)
	address := matchPath(cohort)
	shown := b.form(b.page(address, http.StatusOK, `<a href="/console/journeys/P-ZZZZZZ">P-ZZZZZZ</a></th><td>C-222222</td><td>same region, then 2 of 4 places taken`,
		"Match these 1", "Nobody for these", "every coach who could has no place left"))
	for range 2 { // a repeat finds nobody
		if answer := b.do(http.MethodPost, address, shown); answer.StatusCode != http.StatusSeeOther || answer.Header.Get("Location") != address+"?did=matched" {
			t.Errorf("%d to %q", answer.StatusCode, answer.Header.Get("Location"))
		}
	}
	if !slices.Contains(b.store.ordered, "match 2027-spring staff:jo") {
		t.Error(b.store.ordered)
	}
	b.page(address+"?did=matched", http.StatusOK, "Matched. Leaders and coaches are told.", "who can have a coach has one")
	for range 70 {
		b.store.match.Pairs = append(b.store.match.Pairs, programme.Pair{Ref: other, Coach: "C-222222"})
	}
	b.page(address, http.StatusOK, "Match these 70", `href="`+address+`?after=50" rel="next"`)
	b.page(address+"?after=50", http.StatusOK, `rel="prev"`)
	b.page(address+"?after=71", http.StatusUnprocessableEntity)
	b.page(address+"?after=x", http.StatusUnprocessableEntity)
	b.page(matchPath("A"), http.StatusNotFound)
}

func TestCoachOfACohort(t *testing.T) {
	t.Parallel()
	b := setup(t)
	address := coachPath(cohort, "C-222222")
	b.page(address, http.StatusOK, "<h1>Coach "+mark+"coach</h1>", mark+"coach@example.org", "1 of 4", `<a href="/console/journeys/P-7F3K2Q">P-7F3K2Q</a>: same region`,
		"Mon 1 Mar 2027, 17:00 to 18:00", `href="`+address+`/times/s0/remove"`, "<td>Booked</td>", "Online", "Coaching 1")
	silent(t, "who has left", b.page(coachPath(cohort, "C-333333"), http.StatusOK, "Has left", "Nobody yet"), "/leave", "Publish times")
	for _, none := range []string{coachPath(cohort, "C-999999"), coachPath(cohort, "x"), coachPath("A", "C-222222"), coachPath(cohort, "C-999999") + "/leave", address + "/times/%20/remove"} {
		b.page(none, http.StatusNotFound)
	}
	for range 70 {
		b.store.slots = append(b.store.slots, programme.Slot{ID: "more", Starts: at("2027-04-01"), Minutes: 60})
	}
	b.page(address, http.StatusOK, `href="`+address+`?after=50" rel="next"`)
	b.page(address+"?after=50", http.StatusOK, `rel="prev"`)
	b.page(address+"?after=90", http.StatusUnprocessableEntity)
	for range 15 {
		b.store.pairs = append(b.store.pairs, programme.Pair{Ref: other, Coach: "C-222222"})
	}
	b.page(coachesPath(cohort), http.StatusOK, "and 4 more")
	b.store.slots = nil
	b.page(address, http.StatusOK, "No times are published.")
	b.as(ops).page(address, http.StatusForbidden)
}

func TestTimesOfACoach(t *testing.T) {
	t.Parallel()
	b := setup(t)
	address := coachPath(cohort, "C-222222")
	b.page(address+"/times", http.StatusOK, "The first time", `value="60"`)
	form := url.Values{"first": {"2027-04-06 10:00"}, "count": {"3"}, "every_days": {"7"}, "minutes": {"60"}, "where": {"online"}}
	answer := b.do(http.MethodPost, address+"/times", form)
	if answer.StatusCode != http.StatusSeeOther || answer.Header.Get("Location") != address+"?did=published" || len(b.store.slots) != 5 || !b.store.slots[4].Online {
		t.Errorf("%d to %q, %+v", answer.StatusCode, answer.Header.Get("Location"), b.store.slots)
	}
	b.page(address+"?did=published", http.StatusOK, "The times are published", "Tue 20 Apr 2027, 10:00 to 11:00")
	for _, wrong := range []url.Values{{"first": {"soon"}, "count": {"x"}, "every_days": {""}, "minutes": {"60"}, "where": {"person"}},
		{"first": {"2027-01-06 10:00"}, "count": {"51"}, "every_days": {"7"}, "minutes": {"5"}, "where": {"person"}}} {
		answer := b.do(http.MethodPost, address+"/times", wrong)
		says(t, "refused", answer.page, "<title>Error: ", `id="first-error"`, `id="count-error"`, `value="`+wrong.Get("first")+`"`)
		if answer.StatusCode != http.StatusUnprocessableEntity || len(b.store.slots) != 5 {
			t.Errorf("%d, %d times", answer.StatusCode, len(b.store.slots))
		}
	}

	b.page(address+"/times/s0/remove", http.StatusOK, "Mon 1 Mar 2027, 17:00 to 18:00", "Take it back")
	for range 2 { // a repeat changes nothing
		if answer := b.do(http.MethodPost, address+"/times/s0/remove", url.Values{}); answer.StatusCode != http.StatusSeeOther || len(b.store.slots) != 4 {
			t.Errorf("%d, %d times", answer.StatusCode, len(b.store.slots))
		}
	}
	booked := b.do(http.MethodPost, address+"/times/s1/remove", url.Values{})
	if says(t, "booked", booked.page, "Somebody has booked this time."); booked.StatusCode != http.StatusConflict || len(b.store.slots) != 4 {
		t.Errorf("%d, %d times", booked.StatusCode, len(b.store.slots))
	}
}

func TestCoachLeavesACohort(t *testing.T) {
	t.Parallel()
	b := setup(t)
	address := coachPath(cohort, "C-222222") + "/leave"
	b.page(address, http.StatusOK, "Leaders they have: 1.", `<a href="/console/journeys/P-7F3K2Q">P-7F3K2Q</a>`, "govuk-button--warning")
	if len(b.store.ordered) > 0 {
		t.Error("looking at it did it")
	}
	for _, reason := range []string{"", "because"} {
		answer := b.do(http.MethodPost, address, url.Values{"reason": {reason}, "note": {"until the spring"}})
		if answer.StatusCode != http.StatusUnprocessableEntity || len(b.store.ordered) > 0 {
			t.Errorf("with the reason %q: %d, %v", reason, answer.StatusCode, b.store.ordered)
		}
		says(t, "without a reason", answer.page, "Choose a reason", `href="#reason"`, `id="reason-error"`, "until the spring</textarea>")
	}
	long := b.do(http.MethodPost, address, url.Values{"reason": {"illness"}, "note": {strings.Repeat("x", longestNote+1)}})
	if says(t, "a long note", long.page, "Write at most 2,000 characters", `value="illness" selected`); long.StatusCode != http.StatusUnprocessableEntity || len(b.store.ordered) > 0 {
		t.Errorf("%d, %v", long.StatusCode, b.store.ordered)
	}
	answer := b.do(http.MethodPost, address, url.Values{"reason": {"illness"}, "note": {" until the spring "}})
	if answer.StatusCode != http.StatusSeeOther || !slices.Contains(b.store.ordered, "leave 2027-spring C-222222 illness until the spring staff:jo") {
		t.Errorf("%d, %v", answer.StatusCode, b.store.ordered)
	}
	b.page(coachPath(cohort, "C-222222")+"?did=left", http.StatusOK, "They have left.")
}
