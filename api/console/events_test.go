package console

import (
	"encoding/csv"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"testing"

	"fairlead/api/assets"
	"fairlead/programme"

	"github.com/google/go-cmp/cmp"
)

const (
	eventsAddress   = "/console/cohorts/" + cohort + "/events"
	sittingAddress  = eventsAddress + "/residential-1/a"
	registerAddress = sittingAddress + "/register"
	packAddress     = sittingAddress + "/venue-pack"
)

func TestEvents(t *testing.T) {
	t.Parallel()
	b := setup(t)
	b.page("/console/cohorts/"+cohort, http.StatusOK, `href="`+eventsAddress+`"`)
	page := b.page(eventsAddress, http.StatusOK, "<h2>Opening event</h2>", "<h2>Residential 1</h2>", `<a href="`+sittingAddress+`">Sitting a</a>`, "3 of 34 <strong", "Fewer than 20",
		"34 of 34 <strong", ">Full", "Cancelled</strong>", "Sun 28 Feb 2027, 16:00 to Fri 5 Mar 2027, 13:00", "Cumberland Lodge", "<td>online</td>", `href="`+registerAddress+`"`)
	silent(t, "events", page, "/c/register")
	b.page(sittingAddress, http.StatusOK, "Residential 1, sitting a", "Windsor", "2 times", "What AI and robotics change", `href="https://example.org/ai"`, mark+"first",
		"None of the dates will do", "<dt>Confirmed</dt><dd>1</dd>", `href="`+packAddress+`"`)
	silent(t, "sitting", b.page(sittingAddress, http.StatusOK), "javascript")
	b.store.events.places[0].Cannot, b.store.events.places[1].Cannot = false, false
	b.store.events.places[0].CatchUp, b.store.events.places[0].Costs, b.store.events.places[1].Costs = true, programme.CostsRecovered, programme.CostsWaived
	b.page(sittingAddress, http.StatusOK, "Catch-up, costs recovered from the employer", "Costs waived")
	b.store.events.places = nil
	b.page(sittingAddress, http.StatusOK, "Nobody has a place here yet.")
	b.store.events.sittings = nil
	b.page(eventsAddress, http.StatusOK, "has no events")
	for _, address := range []string{sittingAddress, eventsAddress + "/x/y", eventsAddress + "/residential-1/%2e%2e", "/console/cohorts/1999-x/events", registerAddress + "x"} {
		if answer := b.get(address); answer.StatusCode != http.StatusNotFound {
			t.Errorf("%s: %d", address, answer.StatusCode)
		}
	}
}

// From its page a sitting is changed or moved, unless it is cancelled or over.
func TestASittingLeadsToItsChange(t *testing.T) {
	t.Parallel()
	b := setup(t)
	change := sittingsPath(cohort) + "/residential-1/a"
	links := []string{`<a href="` + change + `">Change this sitting</a>`, `<a href="` + change + `/reschedule">Move, cancel or put online</a>`}
	b.page(sittingAddress, http.StatusOK, links...)
	silent(t, "ops", b.as(ops).page(sittingAddress, http.StatusOK), links...)
	b.as(coordinator)
	i := slices.IndexFunc(b.store.events.sittings, func(s programme.Sitting) bool { return s.Stage == "residential-1" && s.Name == "a" })
	one := &b.store.events.sittings[i]
	was := one.State
	one.State = programme.SittingCancelled
	silent(t, "cancelled", b.page(sittingAddress, http.StatusOK), links...)
	one.State = was
	one.Starts, one.Ends = one.Starts.AddDate(-9, 0, 0), one.Ends.AddDate(-9, 0, 0)
	silent(t, "over", b.page(sittingAddress, http.StatusOK, registerAddress), links...)
}

// TestEventsForOps: references and states; no name, no register, no need.
func TestEventsForOps(t *testing.T) {
	t.Parallel()
	b := setup(t).as(ops)
	for _, address := range []string{eventsAddress, sittingAddress} {
		silent(t, address, b.page(address, http.StatusOK, "Cumberland Lodge"), mark, "/register", "venue-pack")
	}
	for _, address := range []string{packAddress, packAddress + ".csv", registerAddress} {
		silent(t, address, b.page(address, http.StatusForbidden), mark, "Vegan")
	}
	if answer := b.as(researcher).get(packAddress); answer.StatusCode != http.StatusForbidden {
		t.Errorf("a researcher got %d", answer.StatusCode)
	}
}

func TestVenuePack(t *testing.T) {
	t.Parallel()
	b := setup(t)
	page := b.page(packAddress, http.StatusOK, "Venue pack: Residential 1", "<dt>Expected</dt><dd>3</dd>", "Mon 8 Feb 2027, 17:00", `<th scope="row">Vegan</th><td>2</td>`, `<th scope="row">Halal</th><td>0</td>`,
		"=no beetroot", "Step-free access", "Dr "+mark+"first</th><td>Yes</td>", mark+"second</th><td>No</td>")
	silent(t, "pack", page, ref, mark+"org")
	answer := b.get(packAddress + ".csv")
	if answer.Header.Get("Content-Type") != "text/csv; charset=utf-8" || answer.Header.Get("Cache-Control") != "no-store" ||
		answer.Header.Get("Content-Disposition") != `attachment; filename="venue-pack-2027-spring-residential-1-a.csv"` {
		t.Errorf("the headers are %v", answer.Header)
	}
	lines, err := csv.NewReader(strings.NewReader(strings.TrimPrefix(answer.page, "\ufeff"))).ReadAll()
	if err != nil {
		t.Fatal(err)
	}
	want := [][]string{{"what", "detail", "number"},
		{"Event", "When: Sun 28 Feb 2027, 16:00 to Fri 5 Mar 2027, 13:00", ""}, {"Event", "Where: Cumberland Lodge, The Great Park, Windsor", ""},
		{"Event", "Expected: 3", ""}, {"Event", "May still come, not counted here: 2", ""}, {"Event", "Of these, without a word about needs: 1", ""}, {"Event", "As it stood on: Mon 8 Feb 2027, 17:00", ""},
		{"Diet", "Vegan", "2"}, {"Diet", "Halal", "0"}, {"Arrival", "By train", "2"},
		{"Diet, in words", "'=no beetroot", ""}, {"Diet, in words", `Nothing "raw", please`, ""}, {"Access", "Step-free access\nto every room", ""},
		{"Room, and the night before", "Dr " + mark + "first", ""}, {"Room", mark + "second", ""}}
	if diff := cmp.Diff(want, lines); diff != "" {
		t.Errorf("the spreadsheet differs (-want +got):\n%s", diff)
	}
	for err, status := range map[error]int{programme.ErrGone: http.StatusGone,
		&programme.Illegal{What: "the venue pack", State: "open", Why: "Needs are frozen on Monday 8 February 2027."}: http.StatusConflict} {
		b.store.events.packErr = err
		for _, address := range []string{packAddress, packAddress + ".csv"} {
			silent(t, address, b.page(address, status), "Vegan", mark)
		}
	}
	b.store.events.packErr = programme.ErrGone
	b.page(packAddress, http.StatusGone, "The venue pack is deleted", `href="`+sittingAddress+`"`)
	if opening := b.page(eventsAddress+"/opening-event/"+programme.MainSitting, http.StatusOK, "Take the register"); strings.Contains(opening, "venue-pack") {
		t.Error("an event held online shows a venue pack")
	}
	b.store.events.packErr = &programme.Illegal{Why: "They are frozen on Monday."}
	b.page(packAddress, http.StatusConflict, "There is no venue pack", "They are frozen on Monday.")
}

func TestRegister(t *testing.T) {
	t.Parallel()
	b := setup(t)
	answer := b.get(registerAddress)
	says(t, "register", answer.page, "Register: Residential 1", "1 of 3 noted.", mark+"first", `id="`+ref+`" name="`+ref+`" value="attended" checked`, `value="absent"`, `value="excused"`, "On hold",
		`<script src="`+assets.URL("register.js")+`" defer></script>`)
	if policy := answer.Header.Get("Content-Security-Policy"); policy != registerPolicy || strings.Contains(policy, "unsafe") {
		t.Errorf("the policy is %q", policy)
	}
	form := url.Values{ref: {"attended"}, other: {"absent"}, "P-OTHERS": {"absent"}, "x": {"y"}}
	for n, to := range []string{"?saved=1", "?saved=0"} { // a repeat changes nothing
		answer := b.do(http.MethodPost, registerAddress, form)
		if answer.StatusCode != http.StatusSeeOther || answer.Header.Get("Location") != registerAddress+to || len(b.store.events.noted) != 1 {
			t.Errorf("%d: %d to %q, noted %v", n, answer.StatusCode, answer.Header.Get("Location"), b.store.events.noted)
		}
	}
	if b.store.events.noted[0] != (programme.AttendanceMark{Ref: other, Status: programme.Absent}) || b.store.events.notedBy != "staff:jo" {
		t.Errorf("noted %v by %s", b.store.events.noted, b.store.events.notedBy)
	}
	b.page(registerAddress+"?saved=1", http.StatusOK, "1 change is saved.", "2 of 3 noted.")
	b.page(registerAddress+"?saved=0", http.StatusOK, "Nothing had changed.")
	silent(t, "saved", b.page(registerAddress+"?saved=%3Cb%3E", http.StatusOK), "are saved")
}

// Without scripts the form carries what it showed: an old page changes no mark that somebody else made since, and what it
// showed ticked is no mark.
func TestRegisterOfAnOldPage(t *testing.T) {
	t.Parallel()
	b := setup(t)
	says(t, "register", b.get(registerAddress).page, `name="shown-`+ref+`" value="attended"`, `name="shown-`+other+`" value=""`)
	form := url.Values{ref: {"attended"}, "shown-" + ref: {"attended"}, other: {"absent"}, "shown-" + other: {""}, "P-222222": {"excused"}, "shown-P-222222": {""}}
	b.store.events.register.Rows[0].Status, b.store.events.register.Rows[1].Status = programme.Absent, programme.Excused
	b.store.events.by = map[string]string{ref: "staff:ann", other: "staff:ann"}
	for range 2 { // sent twice it says the same
		answer := b.do(http.MethodPost, registerAddress, form)
		says(t, "old page", answer.page, "<title>Error: ", mark+"second: excused was noted meanwhile by ann. You had ticked absent: choose which holds",
			`href="#`+other+`"`, "Keep “excused”", "Change to “absent”", `name="shown-`+other+`" value="excused"`)
		silent(t, "old page", answer.page, mark+"first: ")
		if answer.StatusCode != http.StatusUnprocessableEntity || len(b.store.events.noted) != 1 || b.store.events.noted[0].Ref != "P-222222" {
			t.Errorf("%d, noted %v", answer.StatusCode, b.store.events.noted)
		}
	}
	answer := b.do(http.MethodPost, registerAddress, url.Values{other: {"absent"}, "shown-" + other: {"excused"}})
	if answer.StatusCode != http.StatusSeeOther || b.store.events.register.Rows[1].Status != programme.Absent || b.store.events.register.Rows[0].Status != programme.Absent {
		t.Errorf("%d, the register says %v", answer.StatusCode, b.store.events.register.Rows)
	}
	if answer := b.do(http.MethodPost, registerAddress, url.Values{other: {"absent"}, "shown-" + other: {"late"}}); answer.StatusCode != http.StatusUnprocessableEntity {
		t.Errorf("a field that was tampered with: %d", answer.StatusCode)
	}
}

func TestRegisterRefuses(t *testing.T) {
	t.Parallel()
	b := setup(t)
	answer := b.do(http.MethodPost, registerAddress, url.Values{})
	says(t, "empty", answer.page, "<title>Error: ", "Tick at least one leader", `href="#`+ref+`"`)
	answer = b.do(http.MethodPost, registerAddress, url.Values{ref: {"late"}, other: {"absent"}})
	says(t, "unknown", answer.page, "Choose attended, absent or excused for "+mark+"first", `name="`+other+`" value="absent" checked`)
	if answer.StatusCode != http.StatusUnprocessableEntity || len(b.store.events.noted) > 0 {
		t.Errorf("%d, noted %v", answer.StatusCode, b.store.events.noted)
	}
	b.store.events.refuse = map[string]string{other: "She has moved to sitting b."}
	answer = b.do(http.MethodPost, registerAddress, url.Values{other: {"absent"}, "P-222222": {"excused"}})
	says(t, "refused", answer.page, "<title>Error: ", "She has moved to sitting b.", `href="#`+other+`"`, "2 of 3 noted.")
	if answer.StatusCode != http.StatusUnprocessableEntity || answer.Header.Get("Content-Security-Policy") != registerPolicy || len(b.store.events.noted) != 1 {
		t.Errorf("%d, noted %v", answer.StatusCode, b.store.events.noted)
	}
	b.store.events.register.Open = false
	page := b.page(registerAddress, http.StatusOK, "Until then only “excused” can be noted.", `id="`+other+`" name="`+other+`" value="excused"`)
	silent(t, "early", page, `value="absent"`)
	b.store.events.register.Rows = nil
	b.page(registerAddress, http.StatusOK, "Nobody has a place here.")
	script := b.as("").get(assets.URL("register.js"))
	if script.StatusCode != http.StatusOK || script.Header.Get("Content-Type") != "text/javascript; charset=utf-8" || !strings.Contains(script.page, "localStorage") {
		t.Errorf("the script: %d %v", script.StatusCode, script.Header)
	}
}
