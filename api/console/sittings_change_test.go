package console

import (
	"net/http"
	"strings"
	"testing"

	"fairlead/programme"
)

func TestSittingsAreSetUp(t *testing.T) {
	t.Parallel()
	y := withRecords(t)
	y.created()
	y.page(sittingsPath(cohort), http.StatusOK, "Residential 1", "As the blueprint has it", "Not set yet", "Add a sitting")
	add := sittingsPath(cohort) + "/residential-1"
	form := y.form(y.page(add, http.StatusOK, `value="2027-09-05T16:00"`))
	y.post(add, with(form, "name", "B", "capacity", "", "starts_at", "soon"), http.StatusUnprocessableEntity, `href="#capacity"`, `href="#starts_at"`, `value="soon"`)
	y.post(add, with(form, "name", "B", "capacity", "50", "minimum", "60", "sessions-1-title", "Robots", "sessions-1-starts_at", "2027-09-01T09:00"), http.StatusUnprocessableEntity,
		`href="#name"`, `href="#minimum"`, `href="#sessions-1-starts_at"`)
	y.to(y.post(add, with(form, "name", "b", "capacity", "50", "group", "South", "venue", "Elm House", "starts_at", "2027-09-12T16:00", "ends_at", "2027-09-17T13:00",
		"sessions-1-title", "Robots", "sessions-1-starts_at", "2027-09-13T09:00", "sessions-1-speaker", "Ada Field"), http.StatusSeeOther), sittingsPath(cohort)+"?did=saved")
	y.page(sittingsPath(cohort)+"?did=saved", http.StatusOK, "Elm House", "South", "50, 0 taken", "Sun 12 Sep 2027, 16:00")
	at := add + "/b"
	form = y.form(y.page(at, http.StatusOK, `value="Elm House"`, `value="Robots"`, "Remove this sitting"))
	y.to(y.post(at, with(form, "capacity", "60"), http.StatusSeeOther), sittingsPath(cohort)+"?did=saved")
	y.post(at, with(form, "capacity", "70"), http.StatusConflict, "It now says: <strong>60</strong>", `value="70"`)
	list, err := y.records.Sittings(t.Context(), cohort)
	if err != nil {
		t.Fatal(err)
	}
	for _, one := range list {
		if one.Name == "b" && (one.Capacity != 60 || one.Sessions[0].Speaker != "Ada Field" || clockTime(one.Starts) != "2027-09-12T16:00") {
			t.Errorf("%+v", one)
		}
	}
	y.page(yearPath(cohort), http.StatusOK, "South", "Sun 12 Sep 2027, 16:00")
	main := y.form(y.page(add+"/main", http.StatusOK))
	y.post(add+"/main", with(main, "do", "remove"), http.StatusUnprocessableEntity, "has room for 60, but the cohort has 100 places")
	check := y.form(y.post(at, with(nil, "do", "remove"), http.StatusOK, "Remove Residential 1, sitting b?").page)
	y.to(y.post(at, with(check, "step", "confirm"), http.StatusSeeOther), sittingsPath(cohort)+"?did=removed")
	y.page(at, http.StatusNotFound)
	y.page(sittingsPath(cohort)+"/onboarding", http.StatusNotFound)
}

// A sitting of which no leader knows moves and goes although leaders have places at another of the same event.
func TestAnEmptySittingBesideATakenOne(t *testing.T) {
	t.Parallel()
	y := withRecords(t)
	y.created()
	y.signed()
	y.imported(3)
	y.post(launchPath(cohort), with(y.form(y.page(launchPath(cohort), http.StatusOK)), "name", cohort), http.StatusSeeOther)
	list, add := sittingsPath(cohort), sittingsPath(cohort)+"/residential-2"
	y.to(y.post(add, with(y.form(y.page(add, http.StatusOK)), "name", "c", "capacity", "10", "starts_at", "2028-02-14T16:00", "ends_at", "2028-02-18T13:00",
		"night_before", "on"), http.StatusSeeOther), list+"?did=saved")
	at := add + "/c"
	form := y.form(y.page(at, http.StatusOK, "Rooms are booked for the night before", "Remove this sitting"))
	y.to(y.post(at, with(form, "starts_at", "2028-02-21T16:00", "ends_at", "2028-02-25T13:00"), http.StatusSeeOther), list+"?did=saved")
	form = y.form(y.page(at, http.StatusOK, `value="2028-02-21T16:00"`))
	form.Del("night_before")
	y.to(y.post(at, form, http.StatusSeeOther), list+"?did=saved")
	kept, _, err := y.records.Sitting(t.Context(), cohort, "residential-2", "c")
	if err != nil || kept.Night || clockTime(kept.Starts) != "2028-02-21T16:00" {
		t.Errorf("it is %+v, %v", kept, err)
	}
	y.post(at, with(y.form(y.page(at, http.StatusOK)), "starts_at", "2020-02-21T16:00", "ends_at", "2020-02-25T13:00"), http.StatusUnprocessableEntity, "start in the past")
	check := y.form(y.post(at, with(nil, "do", "remove"), http.StatusOK, "Remove Residential 2, sitting c?").page)
	y.to(y.post(at, with(check, "step", "confirm", "reason", programme.ReasonCodes()[0]), http.StatusSeeOther), list+"?did=removed")
	y.page(at, http.StatusNotFound)
	if main := y.page(add+"/main", http.StatusOK, "Leaders hold places here"); strings.Contains(main, "Remove this sitting") {
		t.Error("main can be removed")
	}
}
