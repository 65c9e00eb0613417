package console

import (
	"net/http"
	"net/url"
	"strings"
	"testing"

	"fairlead/programme"
)

func TestLaunch(t *testing.T) {
	t.Parallel()
	y := withRecords(t)
	y.created()
	at := launchPath(cohort)
	y.page(at, http.StatusOK, "Before it can be launched", "to be signed off", "import the people first")
	y.post(at, url.Values{"name": {cohort}, "version": {"1"}}, http.StatusUnprocessableEntity, "There is a problem", "to be signed off")
	y.signed()
	y.imported(3)
	y.page(setupPath(cohort), http.StatusOK, "Ready", "3 leaders")
	form := y.form(y.page(at, http.StatusOK, "Type the cohort"))
	y.post(at, with(form, "name", "2027-Spring"), http.StatusUnprocessableEntity, "exactly as it stands here", `value="2027-Spring"`)
	before := settingsPath(cohort)
	y.post(before, with(y.form(y.page(before, http.StatusOK)), "deputy", "sue@centre.example"), http.StatusSeeOther)
	changed := y.post(at, with(form, "name", cohort), http.StatusConflict, "Somebody changed this cohort after you opened this page", `value="`+cohort+`"`)
	form = y.form(changed.page)
	first := y.post(at, with(form, "name", cohort), http.StatusSeeOther).Header.Get("Location")
	y.page(first, http.StatusOK, "0 of 3 are done.", `max="3" value="0"`, "You can close this page", "See how far it is now", "progress.js")
	y.to(y.post(at, with(form, "name", cohort), http.StatusSeeOther), first) // a double click
	y.page(setupPath(cohort), http.StatusOK, "Launched ", first, "Launch: 0 of 3 done")
	y.to(y.post(at, with(y.form(y.page(at, http.StatusOK, "nobody twice")), "name", cohort), http.StatusSeeOther), first)
	op := strings.TrimPrefix(first, cohortPath(cohort)+"/operations/")
	page, err := y.records.LaunchPage(t.Context(), op, 100)
	if err != nil || len(page) != 3 {
		t.Fatalf("%d, %v", len(page), err)
	}
	if err := y.records.ConfirmStarts(t.Context(), op, []string{page[0].Ref, page[1].Ref}); err != nil {
		t.Fatal(err)
	}
	y.page(first, http.StatusOK, "2 of 3 are done.")
	if err := y.records.ConfirmStarts(t.Context(), op, []string{page[2].Ref}); err != nil {
		t.Fatal(err)
	}
	silent(t, first, y.page(first, http.StatusOK, "3 of 3 were done.", "It is finished"), "progress.js", "refresh")
	y.page(operationPath("other", op), http.StatusNotFound)
	y.page(operationPath(cohort, "op-0"), http.StatusNotFound)

	// Leaders have their places now: what their calendars show moves by a reschedule.
	sitting := sittingsPath(cohort) + "/residential-2/main"
	y.page(sitting, http.StatusOK, "changes by a reschedule", sitting+"/reschedule")
	move := y.form(y.page(sitting+"/reschedule", http.StatusOK))
	y.post(sitting+"/reschedule", move, http.StatusUnprocessableEntity, "Choose a reason")
	move.Set("reason", programme.ReasonCodes()[0])
	y.post(sitting+"/reschedule", with(move, "starts_at", "2020-01-01T10:00", "ends_at", "2020-01-02T10:00"), http.StatusUnprocessableEntity, "past")
	// Another day of the start alone: the end follows, and the event is as long as it was.
	y.post(sitting+"/reschedule", with(move, "starts_at", "2028-01-17T08:00"), http.StatusOK, "Mon 17 Jan 2028", "Wed 19 Jan 2028")
	would := y.post(sitting+"/reschedule", with(move, "starts_at", "2028-01-17T08:00", "ends_at", "2028-01-19T16:00"), http.StatusOK, "3 leaders have a place here", "Given0", "Mon 17 Jan 2028")
	y.post(sitting+"/reschedule", with(y.form(would.page), "step", "change"), http.StatusOK, `value="2028-01-17T08:00"`)
	var done string
	for range 2 { // a double click
		done = y.post(sitting+"/reschedule", with(y.form(would.page), "step", "confirm"), http.StatusSeeOther).Header.Get("Location")
	}
	y.page(done, http.StatusOK, "Changed sitting of "+cohort, "0 of 3 are done.")
	y.page(sitting, http.StatusOK)
	y.page(sittingsPath(cohort), http.StatusOK, "Mon 17 Jan 2028")

	// A date of a stage changes for those for whom it is open, and staff see for whom, and what it does to each, before it does.
	stage := stagePath(cohort, "closing-survey")
	dates := y.form(y.page(stage, http.StatusOK, "You see what changes before it does"))
	y.post(stage, with(dates, "due_week", "30"), http.StatusUnprocessableEntity, "wrong order")
	would = y.post(stage, with(dates, "due_week", "37", "ladder", "5"), http.StatusOK, "Thu 18 May 2028, 17:00", "Thu 25 May 2028, 17:00", "It concerns 3 leaders",
		"Given0", "Not open; opens Tue 2 May 2028, 06:00; due Thu 18 May 2028, 17:00", "Not open; opens Tue 2 May 2028, 06:00; due Thu 25 May 2028, 17:00")
	if n := strings.Count(would.page, "Not open; "); n != 6 {
		t.Errorf("%d lines of leaders before and after", n)
	}
	y.post(stage, with(y.form(would.page), "step", "change"), http.StatusOK, `value="37" selected`)
	if kept, _ := y.records.Cohort(t.Context(), cohort); kept.Overrides != nil {
		t.Error("the preview changed it")
	}
	y.to(y.post(stage, with(y.form(would.page), "step", "confirm"), http.StatusSeeOther), yearPath(cohort)+"?did=saved")
	y.post(stage, with(dates, "due_week", "38"), http.StatusConflict, "Somebody changed this cohort", "Thu 25 May 2028")
	y.page(setupPath(cohort), http.StatusOK, "Changed dates: 0 of 3 done")
}

func TestALaunchByApplicationStartsNobody(t *testing.T) {
	t.Parallel()
	y := withRecords(t)
	y.created("route", "application", "starts_on", "2028-03-06")
	y.signed()
	form := y.form(y.page(launchPath(cohort), http.StatusOK))
	answer := y.post(launchPath(cohort), with(form, "name", cohort), http.StatusSeeOther)
	y.page(answer.Header.Get("Location"), http.StatusOK, "There was nobody to start")
}
