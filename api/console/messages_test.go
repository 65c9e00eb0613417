package console

import (
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"fairlead/email"
	"fairlead/programme"
)

// Every message can be read before anything goes; the opening paragraph is the cohort's where staff wrote one.
func TestMessagesOfACohort(t *testing.T) {
	t.Parallel()
	y := withRecords(t)
	y.created()
	list := y.page(messagesPath(cohort), http.StatusOK, "The programme team", "Fixed: it says what was just done", `href="/console/cohorts/2027-spring/set-up/messages/invitation"`)
	if n := strings.Count(list, "<th scope=\"row\">"); n != len(email.Messages()) {
		t.Errorf("%d messages are listed, of %d", n, len(email.Messages()))
	}
	for _, message := range email.Messages() { // asked for beside the pages that are tried in a browser, where two of them are enough
		request := httptest.NewRequest(http.MethodGet, messagesPath(cohort)+"/"+message, nil)
		request.AddCookie(&http.Cookie{Name: "fairlead_staff", Value: y.cookie})
		shown := httptest.NewRecorder()
		y.handler.ServeHTTP(shown, request)
		page := shown.Body.String()
		if says(t, message, page, "How it reads", "<pre>", "Private links are masked"); strings.Contains(page, "/l/") && !strings.Contains(page, "/l/•") {
			t.Errorf("%s shows a link", message)
		}
	}
	y.page(messagesPath(cohort)+"/nothing", http.StatusNotFound)
	y.page(messagesPath("1999-autumn"), http.StatusNotFound)

	at := messagesPath(cohort) + "/invitation"
	form := with(y.form(y.page(at, http.StatusOK, "Opening paragraph")), "opening", "")
	seen := y.post(at, with(form, "opening", "We *would* like you to [come](https://centre.example).", "do", "preview"), http.StatusOK, "We *would* like you to", "https://centre.example")
	if before, _ := y.records.Cohort(t.Context(), cohort); len(before.Openings) > 0 {
		t.Errorf("a preview saved %v", before.Openings)
	}
	if got := y.form(seen.page).Get("version"); got != form.Get("version") {
		t.Errorf("the preview is of version %s, not %s", got, form.Get("version"))
	}
	y.post(at, with(form, "opening", strings.Repeat("é", programme.LongestOpening+1)), http.StatusUnprocessableEntity, `href="#opening"`, "at most 2000 characters")
	y.to(y.post(at, with(form, "opening", "Do come."), http.StatusSeeOther), at+"?did=saved")
	y.page(at+"?did=saved", http.StatusOK, "Saved.", "<pre>", "Do come.")
	y.post(at, with(form, "opening", "Please come."), http.StatusConflict, "It now says: <strong>Do come.</strong>", "Please come.")
	y.page(messagesPath(cohort), http.StatusOK, "This cohort’s own")
	y.page(setupPath(cohort), http.StatusOK, "1 own paragraph")
	again := y.form(y.page(at, http.StatusOK))
	y.to(y.post(at, with(again, "opening", ""), http.StatusSeeOther), at+"?did=saved")
	if kept, _ := y.records.Cohort(t.Context(), cohort); len(kept.Openings) > 0 {
		t.Errorf("kept %v", kept.Openings)
	}
	y.page(messagesPath(cohort)+"/"+programme.MsgTeamMessage, http.StatusOK, "Staff write this message each time", "The lodge has no parking")
	fixed := messagesPath(cohort) + "/onboarding-done"
	y.page(fixed, http.StatusOK, "is the same for everybody")
	y.post(fixed, with(form, "opening", "x"), http.StatusNotFound)
}

// Whatever a cohort may write an opening paragraph for, the mail begins with it.
func TestOwnOpeningsAreMessages(t *testing.T) {
	t.Parallel()
	for _, message := range programme.OwnOpenings() {
		job := email.Sample(message)
		job.Items[0].Opening = "Quite our own words."
		if mail, err := email.Compose(job, "http://console.example"); err != nil || !strings.Contains(mail.Text, "Quite our own words.") || !strings.Contains(mail.HTML, "Quite our own words.") {
			t.Errorf("%s: %v", message, err)
		}
	}
}
