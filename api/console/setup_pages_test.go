package console

import (
	"fmt"
	"net/http"
	"net/url"
	"regexp"
	"strings"
	"testing"

	"fairlead/programme"
)

func TestNewCohort(t *testing.T) {
	t.Parallel()
	y := withRecords(t)
	y.page("/console/cohorts", http.StatusOK, "There is no cohort yet", `href="/console/cohorts/new"`)
	y.page(newCohortPath, http.StatusOK, "Flagship programme", "Monday of residential 1", `value="jo@centre.example"`)
	y.post(newCohortPath, with(wantedCohort, "name", "2027 Spring", "starts_on", "2027-03-02", "places", "x", "route", "", "blueprint", ""), http.StatusUnprocessableEntity,
		"<title>Error: ", `value="2027 Spring"`, `value="2027-03-02"`, `href="#name"`, "Write a Monday", "Write how many places", "Choose how leaders come in", "There is no such blueprint")
	y.post(newCohortPath, with(wantedCohort, "starts_on", "2026-03-02"), http.StatusUnprocessableEntity, "The start is past")
	y.post(newCohortPath, with(wantedCohort, "blueprint", "coached", "route", "application"), http.StatusUnprocessableEntity, `href="#route"`, "no dates for applications")
	checked := y.post(newCohortPath, wantedCohort, http.StatusOK, "Check the cohort", "Mon 6 Sep 2027", "Flagship programme", "Warning", "First date")
	if _, err := y.records.Cohort(t.Context(), cohort); err == nil {
		t.Fatal("the check created the cohort")
	}
	y.post(newCohortPath, with(y.form(checked.page), "step", "change"), http.StatusOK, `value="2027-09-06"`, `value="flagship" checked`)
	for range 2 { // a double click
		y.to(y.post(newCohortPath, with(y.form(checked.page), "step", "create"), http.StatusSeeOther), setupPath(cohort)+"?did=created")
	}
	log, _, err := y.records.AuditLog(t.Context(), programme.AuditFilter{Action: programme.AuditCohortCreated}, 0, 10)
	if err != nil || len(log) != 1 || log[0].Subject != cohort {
		t.Errorf("the audit log has %+v, %v", log, err)
	}
	made, err := y.records.Cohort(t.Context(), cohort)
	if err != nil || made.Places != 100 || made.Owner != "owner@centre.example" || made.Route != programme.RouteConfirmed {
		t.Errorf("%+v, %v", made, err)
	}
	y.post(newCohortPath, with(wantedCohort, "places", "99"), http.StatusUnprocessableEntity, "There is a cohort of this name already")
	y.page(setupPath(cohort)+"?did=created", http.StatusOK, "The cohort exists", "warnings to sign off", "Nobody yet", "without a venue", "0 coaches for 0 leaders", "Cannot start yet", "Not all on the list of staff")
	y.page("/console/cohorts/"+cohort, http.StatusOK, setupPath(cohort))
}

func TestTheYearAsACalendar(t *testing.T) {
	t.Parallel()
	y := withRecords(t)
	y.created()
	page := y.page(yearPath(cohort), http.StatusOK, "September 2027", "Residential 1", "Needs frozen", "Takes place", "Sun 5 Sep 2027, 16:00 to Fri 10 Sep 2027, 13:00", "Sign off warnings", "in August")
	silent(t, "calendar", page, "Last joining day", "Your invitation") // nobody is invited to a confirmed cohort
	says(t, "calendar", page, "Stage “Getting ready”: it opens on", `>Stage “Psychometric questionnaire”: it is due on Thursday 5 August 2027, in August.</label>`)
	silent(t, "calendar", page, ">Stage “psychometrics”")
	y.post(yearPath(cohort), url.Values{"reason": {"x"}}, http.StatusUnprocessableEntity, "nothing to sign off")
	warning := inTag(regexp.MustCompile(`<input [^>]*name="warning"[^>]*>`).FindString(page), "value")
	y.post(yearPath(cohort), url.Values{"warning": {warning}}, http.StatusUnprocessableEntity, `href="#reason"`, " checked")
	y.post(yearPath(cohort), url.Values{"warning": {"made up"}, "reason": {"x"}}, http.StatusUnprocessableEntity, "The dates have changed")
	y.page(yearPath(cohort), http.StatusOK, "Opening event, date “main” on Tuesday 10 August 2027: no joining link is set yet.")
	y.signed()
	silent(t, "signed", y.page(yearPath(cohort)+"?did=signed", http.StatusOK, "Signed off", "by jo@centre.example", "Looked at with the team"), "Sign off warnings")
	signed, err := y.records.SignedWarnings(t.Context(), cohort)
	if err != nil || len(signed) < 2 || signed[0].By != "staff:jo@centre.example" || signed[0].Reason != "Looked at with the team" {
		t.Errorf("%+v, %v", signed, err)
	}
	log, _, err := y.records.AuditLog(t.Context(), programme.AuditFilter{Action: programme.AuditWarningSigned}, 0, 1)
	if err != nil || len(log) != 1 || log[0].Subject != cohort {
		t.Errorf("the audit log has %+v, %v", log, err)
	}
	y.page(yearPath("nowhere"), http.StatusNotFound)
}

func TestDatesOfAStage(t *testing.T) {
	t.Parallel()
	y := withRecords(t)
	y.created()
	at := stagePath(cohort, "closing-survey")
	page := y.page(at, http.StatusOK, "As the blueprint has it: Tue 2 May 2028", "week 34", "7, 3")
	form := y.form(page)
	y.post(at, with(form, "opens_week", "x", "ladder", "a week"), http.StatusUnprocessableEntity, "Choose a date of the list", "numbers of days", `value="a week"`)
	y.post(at, with(form, "due_week", "30", "owner", "nobody"), http.StatusUnprocessableEntity, "Write one mail address", `value="30" selected`, `value="nobody"`)
	y.post(at, with(form, "due_week", "30"), http.StatusUnprocessableEntity, "wrong order")
	y.to(y.post(at, with(form, "opens_week", "33", "due_week", "37", "limit_week", "40", "ladder", "10, 5", "owner", "sue@centre.example"), http.StatusSeeOther), yearPath(cohort)+"?did=saved")
	kept, err := y.records.Cohort(t.Context(), cohort)
	own := kept.Overrides["closing-survey"]
	if err != nil || *own.OpensWeek != 33 || *own.DueWeek != 37 || *own.LimitWeek != 40 || fmt.Sprint(own.Ladder) != "[10 5]" || own.Owner != "sue@centre.example" {
		t.Errorf("%+v, %v", own, err)
	}
	y.page(at, http.StatusOK, `value="33" selected`, `value="10, 5"`)
	year, _ := programme.BlueprintNamed("flagship")
	terms, err := year.Terms(kept, "closing-survey", programme.EnglandAndWales(), nil)
	if err != nil || programme.DateOf(terms.Limit).String() != "2028-06-15" {
		t.Errorf("its limit is %s, %v", terms.Limit, err)
	}

	// Somebody else had the page open since before: nothing is lost, and both values are shown.
	answer := y.post(at, with(form, "ladder", "8"), http.StatusConflict, "Somebody changed this cohort", `value="8"`, "It now says: <strong>10, 5</strong>", `value="33" selected`, `value="sue@centre.example"`)
	silent(t, at, answer.page, "It now says: <strong>sue") // nobody else wrote an owner
	y.to(y.post(at, y.form(answer.page), http.StatusSeeOther), yearPath(cohort)+"?did=saved")
	kept, _ = y.records.Cohort(t.Context(), cohort)
	if own := kept.Overrides["closing-survey"]; fmt.Sprint(own.Ladder) != "[8]" || *own.OpensWeek != 33 || own.Owner != "sue@centre.example" {
		t.Errorf("%+v", own)
	}
	y.to(y.post(at, with(form, "version", fmt.Sprint(kept.Version), "opens_week", "", "due_week", "", "limit_week", "", "ladder", "", "owner", ""), http.StatusSeeOther), yearPath(cohort)+"?did=saved")
	if kept, _ = y.records.Cohort(t.Context(), cohort); kept.Overrides != nil {
		t.Errorf("still %+v", kept.Overrides)
	}
	y.page(stagePath(cohort, "residential-2"), http.StatusOK, "those of its sittings")
	y.page(stagePath(cohort, "residential-1-survey"), http.StatusOK, "the event it looks back on")
	y.page(stagePath(cohort, "nothing"), http.StatusNotFound)
}

// TestRemindersAreTurnedOffAndOn: none is a choice of its own, apart from what the blueprint has. The calendar, the list of mails
// and the check before a change show it.
func TestRemindersAreTurnedOffAndOn(t *testing.T) {
	t.Parallel()
	y := withRecords(t)
	y.created()
	at := stagePath(cohort, "closing-survey")
	said := "are turned off in this cohort"
	usual := y.page(mailsPath(cohort), http.StatusOK, "Survey reminder")
	silent(t, "mails", usual, said)
	silent(t, "calendar", y.page(yearPath(cohort), http.StatusOK), "no reminders")
	form := y.form(y.page(at, http.StatusOK, "Send no reminders", "what it asks still goes, once"))
	y.post(at, with(form, "no_reminders", "yes", "ladder", "5"), http.StatusUnprocessableEntity, `href="#no_reminders"`, `value="5"`, " checked")
	y.post(at, with(form, "ladder", "none"), http.StatusUnprocessableEntity, "choose to send none", `value="none"`)
	y.to(y.post(at, with(form, "no_reminders", "yes"), http.StatusSeeOther), yearPath(cohort)+"?did=saved")
	kept, err := y.records.Cohort(t.Context(), cohort)
	if own := kept.Overrides["closing-survey"]; err != nil || !own.NoReminders {
		t.Fatalf("%+v, %v", own, err)
	}
	y.page(yearPath(cohort), http.StatusOK, "Opens, no reminders")
	mails := y.page(mailsPath(cohort), http.StatusOK, said, `href="`+at+`"`)
	if before, after := strings.Count(usual, "Survey reminder"), strings.Count(mails, "Survey reminder"); after != before-2 {
		t.Errorf("%d reminders of surveys are listed, where there were %d", after, before)
	}

	y.signed()
	y.imported(3)
	y.post(launchPath(cohort), with(y.form(y.page(launchPath(cohort), http.StatusOK)), "name", cohort), http.StatusSeeOther)
	form = y.form(y.page(at, http.StatusOK, " checked"))
	silent(t, "another setting alone", y.post(at, with(form, "owner", "sue@centre.example"), http.StatusOK, "sue@centre.example").page, "<th scope=\"row\">Reminders</th>")
	form.Del("no_reminders")
	would := y.post(at, form, http.StatusOK, "<th scope=\"row\">Reminders</th><td>None</td><td>7, 3</td>")
	y.to(y.post(at, with(y.form(would.page), "step", "confirm"), http.StatusSeeOther), yearPath(cohort)+"?did=saved")
	if kept, _ = y.records.Cohort(t.Context(), cohort); kept.Overrides != nil {
		t.Errorf("still %+v", kept.Overrides)
	}
	form = y.form(y.page(at, http.StatusOK))
	would = y.post(at, with(form, "no_reminders", "yes"), http.StatusOK, "<th scope=\"row\">Reminders</th><td>7, 3</td><td>None</td>")
	y.to(y.post(at, with(y.form(would.page), "step", "confirm"), http.StatusSeeOther), yearPath(cohort)+"?did=saved")
	if kept, _ = y.records.Cohort(t.Context(), cohort); !kept.Overrides["closing-survey"].NoReminders {
		t.Errorf("it is %+v", kept.Overrides)
	}
}

func TestDatesOfASelectionByApplication(t *testing.T) {
	t.Parallel()
	y := withRecords(t)
	y.created("route", "application")
	at := stagePath(cohort, "selection")
	form := y.form(y.page(at, http.StatusOK, "Applications close"))
	y.to(y.post(at, with(form, "due_week", "-33"), http.StatusSeeOther), yearPath(cohort)+"?did=saved")
	y.page(yearPath(cohort), http.StatusOK, "Decisions released", "Last joining day")
	y.page(setupPath(cohort), http.StatusOK, "Leaders apply on the cohort", "Not needed")
}

func TestSettings(t *testing.T) {
	t.Parallel()
	y := withRecords(t)
	y.created()
	at := settingsPath(cohort)
	form := y.form(y.page(at, http.StatusOK, `value="100"`))
	y.post(at, with(form, "places", "many"), http.StatusUnprocessableEntity, `href="#places"`, `value="many"`)
	y.post(at, with(form, "owner", "nobody", "contact", "a b"), http.StatusUnprocessableEntity, `href="#owner"`, `href="#contact"`, `value="nobody"`)
	y.to(y.post(at, with(form, "places", "90", "deputy", "sue@centre.example", "signatory", "Miriam Okafor"), http.StatusSeeOther), at+"?did=saved")
	y.page(at+"?did=saved", http.StatusOK, "Saved.", `value="90"`, `value="Miriam Okafor"`)
	y.post(at, with(form, "places", "95"), http.StatusConflict, "It now says: <strong>90</strong>", `value="95"`)
	kept, _ := y.records.Cohort(t.Context(), cohort)
	if kept.Places != 90 || kept.Deputy != "sue@centre.example" {
		t.Errorf("%+v", kept)
	}
}

// TestOwnersWhoAreNoStaffAreSaid: on every page that names them, from the check of a new cohort on. Nobody is refused: owners hear
// by mail, too, and may be added to the list later.
func TestOwnersWhoAreNoStaffAreSaid(t *testing.T) {
	t.Parallel()
	y := withRecords(t)
	const owner, deputy, stages = "The owner is not on the list of staff", "The deputy is not on the list of staff", "The owner of “Closing survey” is not on the list of staff"
	y.post(newCohortPath, wantedCohort, http.StatusOK, owner)
	silent(t, newCohortPath, y.post(newCohortPath, with(wantedCohort, "owner", "Jo@centre.example"), http.StatusOK).page, "list of staff")
	y.created("owner", "Jo@centre.example")
	for _, at := range []string{settingsPath(cohort), yearPath(cohort), setupPath(cohort)} {
		silent(t, at, y.page(at, http.StatusOK), "list of staff")
	}
	y.page(setupPath(cohort), http.StatusOK, "No deputy yet")
	at := settingsPath(cohort)
	y.to(y.post(at, with(y.form(y.page(at, http.StatusOK)), "owner", "zoe@centre.example", "deputy", "sue@centre.example"), http.StatusSeeOther), at+"?did=saved")
	y.page(at+"?did=saved", http.StatusOK, "Saved.", ">Warning</strong> "+owner, deputy)
	y.page(setupPath(cohort), http.StatusOK, "Not all on the list of staff")
	stage := stagePath(cohort, "closing-survey")
	silent(t, stage, y.page(stage, http.StatusOK), "list of staff") // it names nobody of its own
	y.to(y.post(stage, with(y.form(y.page(stage, http.StatusOK)), "owner", "zoe@centre.example"), http.StatusSeeOther), yearPath(cohort)+"?did=saved")
	y.page(yearPath(cohort), http.StatusOK, owner, stages)
	silent(t, stage, y.page(stage, http.StatusOK, stages), owner)
	y.page(at, http.StatusOK, stages)

	// It is nothing to sign off: the list of staff mends it.
	y.signed()
	y.page(yearPath(cohort), http.StatusOK, stages)
	for _, address := range []string{"zoe@centre.example", "sue@centre.example"} {
		if _, err := y.records.AddStaff(t.Context(), address, string(coordinator), "test", "for the test"); err != nil {
			t.Fatal(err)
		}
	}
	for _, at := range []string{at, yearPath(cohort), stage, setupPath(cohort)} {
		silent(t, at, y.page(at, http.StatusOK), "list of staff")
	}
}
