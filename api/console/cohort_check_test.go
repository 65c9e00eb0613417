package console

import (
	"fmt"
	"net/http"
	"slices"
	"strings"
	"testing"

	"fairlead/programme"
)

// launched launches the cohort through the pages.
func (y *year) launched() {
	y.t.Helper()
	y.post(launchPath(cohort), with(y.form(y.page(launchPath(cohort), http.StatusOK)), "name", cohort), http.StatusSeeOther)
}

// sittingsOf are an event's sittings, as the records have them.
func (y *year) sittingsOf(stage string) []programme.Sitting {
	y.t.Helper()
	list, err := y.records.Sittings(y.t.Context(), cohort)
	if err != nil {
		y.t.Fatal(err)
	}
	return slices.DeleteFunc(list, func(s programme.Sitting) bool { return s.Stage != stage })
}

// Before a sitting is removed staff see what that does; of a cohort that runs they say why.
func TestASittingIsRemovedInTwoSteps(t *testing.T) {
	t.Parallel()
	y := withRecords(t)
	y.created()
	list, add := sittingsPath(cohort), sittingsPath(cohort)+"/residential-2"
	at := add + "/c"
	adds := func() {
		y.to(y.post(add, with(y.form(y.page(add, http.StatusOK)), "name", "c", "capacity", "10", "group", "South", "starts_at", "2028-02-14T16:00", "ends_at", "2028-02-18T13:00"),
			http.StatusSeeOther), list+"?did=saved")
	}
	adds()
	if main := y.page(add+"/main", http.StatusOK, "cannot be removed: without it, Residential 2 has room for 10, but the cohort has 100 places."); strings.Contains(main, "Remove this sitting") {
		t.Error("main can be removed")
	}
	silent(t, at, y.page(at, http.StatusOK, "Remove this sitting"), "cannot be removed")
	check := y.post(at, with(nil, "do", "remove"), http.StatusOK, "Remove Residential 2, sitting c?", "Mon 14 Feb 2028, 16:00", "Nobody has or had a place here", "No mail goes",
		"Residential 2 then has room for 100", "No sitting of the group South is left")
	silent(t, "the check of a draft", check.page, `name="reason"`)
	y.post(at, with(y.form(check.page), "step", "change"), http.StatusOK, "Remove this sitting", `value="10"`)
	y.to(y.post(at, with(y.form(check.page), "step", "confirm"), http.StatusSeeOther), list+"?did=removed")
	y.to(y.post(at, with(y.form(check.page), "step", "confirm"), http.StatusSeeOther), list+"?did=removed") // a double click
	if n := len(y.sittingsOf("residential-2")); n != 1 {
		t.Fatalf("%d sittings", n)
	}

	y.signed()
	y.imported(3)
	y.launched()
	adds()
	check = y.post(at, with(nil, "do", "remove"), http.StatusOK, "Remove Residential 2, sitting c?", `name="reason"`)
	y.post(at, with(y.form(check.page), "step", "confirm"), http.StatusUnprocessableEntity, "Choose a reason", `href="#reason"`, "Nobody has or had a place here")
	reason := programme.ReasonCodes()[0]
	y.post(settingsPath(cohort), with(y.form(y.page(settingsPath(cohort), http.StatusOK)), "deputy", "sue@centre.example"), http.StatusSeeOther)
	check = y.post(at, with(y.form(check.page), "step", "confirm", "reason", reason), http.StatusConflict, "Somebody changed this cohort", `value="`+reason+`" selected`)
	if n := len(y.sittingsOf("residential-2")); n != 2 {
		t.Fatalf("%d sittings", n)
	}
	y.to(y.post(at, with(y.form(check.page), "step", "confirm"), http.StatusSeeOther), list+"?did=removed")
	log, _, err := y.records.AuditLog(t.Context(), programme.AuditFilter{Action: programme.AuditCohortChanged}, 0, 1)
	if err != nil || len(log) != 1 || log[0].Reason != reason || !strings.Contains(log[0].Detail, "residential-2/c removed") {
		t.Errorf("%+v, %v", log, err)
	}
}

// What it does to remove a sitting is looked at for a page that shows it, and not once more as it is done.
func TestWhatARemovalDoesIsLookedAtOnce(t *testing.T) {
	t.Parallel()
	b := setup(t)
	i := slices.IndexFunc(b.store.events.sittings, func(s programme.Sitting) bool { return s.Stage == "residential-1" && s.Name == "a" })
	one := &b.store.events.sittings[i]
	one.Taken, one.Sequence, one.Known = 0, 0, false
	k := &b.store.cohorts[0]
	k.Places, k.Launched = 10, b.store.now
	at := sittingsPath(cohort) + "/residential-1/a"
	form := with(b.form(b.do(http.MethodPost, at, with(b.form(b.page(at, http.StatusOK)), "do", "remove")).page), "step", "confirm")
	for _, row := range []struct {
		version, reason string
		status, looked  int
	}{{form.Get("version"), programme.ReasonCodes()[0], http.StatusSeeOther, 0}, {form.Get("version"), "", http.StatusUnprocessableEntity, 1},
		{"99", programme.ReasonCodes()[0], http.StatusConflict, 1}} {
		b.store.looked = 0
		got := b.do(http.MethodPost, at, with(form, "version", row.version, "reason", row.reason))
		if got.StatusCode != row.status || b.store.looked != row.looked {
			t.Errorf("version %q, reason %q: %d, looked at %d times", row.version, row.reason, got.StatusCode, b.store.looked)
		}
	}
}

// A sitting that somebody had and gave up is offered to be moved, and neither its dates nor to be removed.
func TestAGivenUpSittingStays(t *testing.T) {
	t.Parallel()
	b := setup(t)
	i := slices.IndexFunc(b.store.events.sittings, func(s programme.Sitting) bool { return s.Stage == "residential-1" && s.Name == "a" })
	one := &b.store.events.sittings[i]
	one.Taken, one.Sequence, one.Known = 0, 0, true
	at := sittingsPath(cohort) + "/residential-1/a"
	page := b.page(at, http.StatusOK, "Leaders were told of this date, although nobody holds a place here now", "cannot be removed: leaders were told of this date", "Move, cancel or put online")
	silent(t, at, page, "Remove this sitting", `name="starts_at"`, `name="night_before"`)
	one.State = programme.SittingCancelled
	page = b.page(at, http.StatusOK, "This sitting is cancelled and does not come back", "cannot be removed")
	silent(t, "cancelled", page, "Move, cancel or put online", "Remove this sitting")
	one.State, one.Taken = programme.SittingPlanned, 3
	b.page(at, http.StatusOK, "Leaders hold places here", "cannot be removed: leaders hold places here", "Move, cancel or put online")
	b.store.now = one.Starts.AddDate(0, 0, -14)
	b.page(at+"/reschedule", http.StatusOK, "Needs were frozen on ", "Settle it with the venue")
	b.store.now = one.Starts
	silent(t, "begun", b.page(at, http.StatusOK, "It has begun, so it does not move any more", "cannot be removed"), "Move, cancel or put online")
}

// The night before a sitting that leaders have places at is changed as its times are: staff see whom it concerns first.
func TestTheNightBeforeIsChanged(t *testing.T) {
	t.Parallel()
	y := withRecords(t)
	y.created()
	y.signed()
	y.imported(3)
	y.launched()
	sitting := sittingsPath(cohort) + "/residential-2/main"
	y.page(sitting, http.StatusOK, "the night before")
	at := sitting + "/reschedule"
	form := y.form(y.page(at, http.StatusOK, "Rooms are booked for the night before", "It can be changed until needs are frozen, on "))
	form.Set("reason", programme.ReasonCodes()[0])
	form.Del("night_before")
	would := y.post(at, form, http.StatusOK, "3 leaders have a place here", "<dt>Night before now</dt><dd>Rooms are booked</dd>", "<dt>Night before then</dt><dd>No rooms are booked</dd>")
	y.post(at, with(y.form(would.page), "step", "confirm"), http.StatusSeeOther)
	if main := y.sittingsOf("residential-2")[0]; main.Night {
		t.Errorf("it is %+v", main)
	}
}

// More places of a cohort that runs show how many of whom they invite before they do, and are refused where an event has no
// room for them.
func TestMorePlacesAreShownFirst(t *testing.T) {
	t.Parallel()
	y := withRecords(t)
	y.created("route", "invitation", "places", "2", "starts_on", "2028-03-06")
	y.signed()
	y.imported(5)
	y.launched()
	at := settingsPath(cohort)
	form := y.form(y.page(at, http.StatusOK))
	check := y.post(at, with(form, "places", "4", "deputy", "sue@centre.example"), http.StatusOK, "What would change", "<td>2</td><td>4</td>", "sue@centre.example",
		"2 more leaders are invited from the reserve of 3, in its order")
	if kept, _ := y.records.Cohort(t.Context(), cohort); kept.Places != 2 || kept.PlacesHeld != 2 {
		t.Errorf("the preview changed it: %+v", kept)
	}
	y.post(at, with(y.form(check.page), "step", "change"), http.StatusOK, `value="4"`, `value="sue@centre.example"`)
	stale := with(y.form(check.page), "step", "confirm", "filled", "1") // another count was shown
	y.post(at, stale, http.StatusConflict, "Others wait for a place now than when you looked", "2 more leaders are invited")
	for range 2 { // a double click
		y.to(y.post(at, with(y.form(check.page), "step", "confirm"), http.StatusSeeOther), at+"?did=saved")
	}
	y.post(at, with(form, "places", "9"), http.StatusConflict, "It now says: <strong>4</strong>", `value="9"`)
	form = y.form(y.page(at, http.StatusOK, `value="4"`))
	y.post(at, with(form, "places", "3"), http.StatusOK, "Nobody loses a place")
	y.post(at, with(form, "places", "1"), http.StatusUnprocessableEntity, "2 places are held already")

	sitting := sittingsPath(cohort) + "/residential-2/main"
	y.post(sitting, with(y.form(y.page(sitting, http.StatusOK)), "venue", "Elm House"), http.StatusSeeOther)
	form = y.form(y.page(at, http.StatusOK, sittingsPath(cohort)))
	for _, step := range []string{"", "confirm"} {
		y.post(at, with(form, "places", "6", "step", step, "filled", "3"), http.StatusUnprocessableEntity, "Residential 2 has room for 4, but the cohort has 6 places. Make room there first.", `href="#places"`)
	}
	y.post(sitting, with(y.form(y.page(sitting, http.StatusOK)), "capacity", "6"), http.StatusSeeOther)
	check = y.post(at, with(y.form(y.page(at, http.StatusOK)), "places", "6"), http.StatusOK, "3 more leaders are invited from the reserve of 3, in its order")
	y.to(y.post(at, with(y.form(check.page), "step", "confirm"), http.StatusSeeOther), at+"?did=saved")
}

// What more places do is told in words, whoever waits for one.
func TestWhomMorePlacesGoTo(t *testing.T) {
	t.Parallel()
	for i, one := range []struct {
		route   programme.Route
		effects programme.CohortEffects
		late    bool
		says    string
	}{
		{programme.RouteInvitation, programme.CohortEffects{Filled: 1, Waiting: 7}, false, "1 more leader is invited from the reserve of 7, in its order"},
		{programme.RouteInvitation, programme.CohortEffects{}, false, "Nobody is in the reserve"},
		{programme.RouteInvitation, programme.CohortEffects{Waiting: 7}, true, "too late to invite any of the 7 in the reserve"},
		{programme.RouteApplication, programme.CohortEffects{Filled: 2, Waiting: 2}, false, "2 more leaders are offered a place from the waiting list of 2, in its order"},
		{programme.RouteApplication, programme.CohortEffects{}, false, "Nobody is on the waiting list"},
		{programme.RouteApplication, programme.CohortEffects{Waiting: 7}, false, "kept for offers that are recorded and not released yet"},
		{programme.RouteApplication, programme.CohortEffects{Waiting: 7}, true, "too late to make an offer to any of the 7 on the waiting list"},
		{programme.RouteConfirmed, programme.CohortEffects{Waiting: 3}, false, "launch again"},
	} {
		b := setup(t)
		k := &b.store.cohorts[0]
		k.Route, k.Launched, b.store.effects = one.route, b.store.now, one.effects
		b.store.now = k.StartsOn.AddDays(-200).At(9, 0)
		if one.late {
			b.store.now = k.StartsOn.At(9, 0)
		}
		form := with(b.form(b.page(settingsPath(cohort), http.StatusOK)), "places", fmt.Sprint(k.Places+5))
		says(t, fmt.Sprint(i), b.do(http.MethodPost, settingsPath(cohort), form).page, one.says)
	}
}
