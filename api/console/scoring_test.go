package console

import (
	"net/http"
	"net/http/httptest"
	"net/url"
	"slices"
	"strings"
	"testing"

	"fairlead/programme"
)

const sheetAddress = "/console/scoring/" + ref

// inHand is somebody with one application to score.
func inHand(t *testing.T) *bundle {
	b := reading(t)
	return b.as(selector)
}

func (b *bundle) post(address string, pairs ...string) got {
	b.t.Helper()
	form := url.Values{}
	for i := 0; i < len(pairs); i += 2 {
		form.Add(pairs[i], pairs[i+1])
	}
	return b.do(http.MethodPost, address, form)
}

// goes asserts where a POST ends.
func goes(t *testing.T, answer got, to string) {
	t.Helper()
	if answer.StatusCode != http.StatusSeeOther || answer.Header.Get("Location") != to {
		t.Errorf("%d to %q, not to %q\n%s", answer.StatusCode, answer.Header.Get("Location"), to, answer.page)
	}
}

// refuses asserts that a POST shows its page again, with what is wrong and what was typed.
func refuses(t *testing.T, answer got, status int, texts ...string) {
	t.Helper()
	if answer.StatusCode != status {
		t.Errorf("%d, not %d", answer.StatusCode, status)
	}
	says(t, "the refusal", answer.page, append(texts, "<title>Error: ", "There is a problem")...)
}

// A selector sees what is theirs, and of nothing else whether it is there.
func TestSelectorSeesTheirOwn(t *testing.T) {
	t.Parallel()
	b := inHand(t)
	page := b.page(home, http.StatusOK, "<h1>Your applications</h1>", "1 left, the first due first", `<a href="/console/scoring/P-7F3K2Q">P-7F3K2Q</a>`, mark+"organisation", "Fri 19 Feb 2027, 17:00",
		">Your applications</a></li>", "Your sessions")
	silent(t, home, page, "Tasks</a>", "/console/cohorts", "People and access", "Scored</h2>", "Late</strong>")
	sheet := b.page(sheetAddress, http.StatusOK, mark+"why", mark+"challenge", "Go on scoring", "declare a conflict")
	silent(t, sheetAddress, sheet, mark+"never", "Equality", mark+"phone", mark+"mail", mark+"theirnote", "ruth@centre.example", "Table of scores")
	for _, address := range []string{"/console/scoring/" + gone, "/console/scoring/x", "/console/scoring/" + gone + "/scores", "/console/scoring/" + gone + "/check", "/console/scoring/" + gone + "/conflict"} {
		silent(t, address, b.page(address, http.StatusNotFound, "Nothing of that name or reference is known here."), mark)
	}
	for _, address := range []string{"/scores", "/check", "/conflict"} {
		if answer := b.post("/console/scoring/"+gone+address, "version", "3", "role", "1"); answer.StatusCode != http.StatusNotFound {
			t.Errorf("%s of somebody else's: %d", address, answer.StatusCode)
		}
	}
	session := programme.TokenFrom(b.cookie)
	b.store.sessions[session.Hash()] = member{"somebody@else.example", selector}
	b.page(home, http.StatusOK, "Nothing is left.")
	b.page(sheetAddress, http.StatusNotFound)
	b.store.sessions[session.Hash()] = member{"jo", selector}
	b.store.now = at("2027-02-19")
	b.page(home, http.StatusOK, "Late</strong>")
	if strings.Contains(b.log.String(), mark) {
		t.Error("the log has a name")
	}
}

// Scores are saved on the way, checked and sent once; then they are final and the others' are shown.
func TestScoringPages(t *testing.T) {
	t.Parallel()
	b := inHand(t)
	b.store.scoring.own.Scores = programme.Answers{}
	b.page(sheetAddress, http.StatusOK, "Score this application")
	b.page(sheetAddress+"/scores", http.StatusOK, "How much does the applicant lead", "3: Sits at the top table", mark+"challenge", "Note on “The role” (optional)", `name="version" value="3"`)
	if answer := b.get(sheetAddress + "/check"); answer.Header.Get("Location") != sheetAddress+"/scores" {
		t.Errorf("nothing to check: %d", answer.StatusCode)
	}
	refuses(t, b.post(sheetAddress+"/scores", "version", "3", "role", "3", "role_note", mark+"draft"), http.StatusUnprocessableEntity, `<a href="#why">Choose the points for “Why they apply”</a>`,
		`<a href="#challenge">`, `id="role-3" name="role" value="3" checked`, mark+"draft</textarea>", `value="4"`)
	goes(t, b.post(sheetAddress+"/scores", "version", "4", "role", "3", "then", "later"), home)
	refuses(t, b.post(sheetAddress+"/scores", "version", "3", "role", "4", "why_note", "from the other tab"), http.StatusConflict, "perhaps in another tab", "from the other tab</textarea>",
		`id="role-4" name="role" value="4" checked`, `value="5"`)
	refuses(t, b.post(sheetAddress+"/scores", "version", "5", "role", "9", "why_note", strings.Repeat("x", 1001)), http.StatusUnprocessableEntity, "Choose one of the answers shown", "1,000 characters or fewer")
	goes(t, b.post(sheetAddress+"/scores", "version", "5", "role", "3", "why", "4", "challenge", "5", "challenge_note", mark+"<b>bold</b>"), sheetAddress+"/check")
	b.page(sheetAddress+"/check", http.StatusOK, "5: A challenge that needs other organisations, with", mark+"&lt;b&gt;bold", `value="6"`, "Send the scores")
	refuses(t, b.post(sheetAddress+"/check", "version", "5"), http.StatusConflict, "Check them as they stand now", `value="6"`)
	for range 2 { // pressed twice
		if answer := b.post(sheetAddress+"/check", "version", "6"); answer.StatusCode != http.StatusSeeOther || !strings.HasPrefix(answer.Header.Get("Location"), sheetAddress) {
			t.Errorf("%d %s", answer.StatusCode, answer.page)
		}
	}
	if !slices.Equal(b.store.scoring.did, []string{"scored P-7F3K2Q jo"}) {
		t.Error(b.store.scoring.did)
	}
	page := b.page(sheetAddress+"?sent=yes", http.StatusOK, "Your scores are in.", "ruth@centre.example", mark+"theirnote", "<td>12</td>", "<td>10.0 of 15</td>", "<td>8 to 12</td>")
	silent(t, sheetAddress, page, "Open again", "declare a conflict", "Score this application")
	b.page(home, http.StatusOK, "1 scored and still under review", "Nothing is left.")
	for _, step := range []string{"/scores", "/check", "/conflict"} {
		if answer := b.get(sheetAddress + step); answer.Header.Get("Location") != sheetAddress {
			t.Errorf("%s leads to %q", step, answer.Header.Get("Location"))
		}
		if answer := b.post(sheetAddress+step, "version", "6", "role", "1"); answer.Header.Get("Location") != sheetAddress {
			t.Errorf("%s sent leads to %d %q", step, answer.StatusCode, answer.Header.Get("Location"))
		}
	}
	if b.store.scoring.own.Scores.Get("role") != "3" {
		t.Error("final scores were changed")
	}
}

// A conflict is declared once, also where it is sent twice; then the application is out of sight.
func TestDeclaringAConflict(t *testing.T) {
	t.Parallel()
	b := inHand(t)
	b.page(sheetAddress+"/conflict", http.StatusOK, "What it is (optional)", "goes to somebody else")
	refuses(t, b.post(sheetAddress+"/conflict", "note", strings.Repeat("é", 1001)), http.StatusUnprocessableEntity, "at most 1,000", `<a href="#note">`, "é</textarea>")
	for range 2 {
		goes(t, b.post(sheetAddress+"/conflict", "note", " my deputy "), home+"?conflict=declared")
	}
	if !slices.Equal(b.store.scoring.did, []string{"conflict P-7F3K2Q my deputy"}) {
		t.Error(b.store.scoring.did)
	}
	b.page(home+"?conflict=declared", http.StatusOK, "Your conflict is noted.", "Nothing is left.")
	b.page(sheetAddress, http.StatusNotFound)
}

// A session that ends in the middle of the form keeps what was typed, and another site's form changes nothing.
func TestScoringOfSomebodySignedOut(t *testing.T) {
	t.Parallel()
	b := inHand(t)
	was := b.cookie
	b.cookie = ""
	answer := b.post(sheetAddress+"/scores", "version", "3", "role", "2", "role_note", "Long thoughts.\nOn two lines.")
	if answer.StatusCode != http.StatusUnauthorized {
		t.Errorf("%d", answer.StatusCode)
	}
	says(t, "signed out", answer.page, "You have been signed out", `action="/console/scoring/P-7F3K2Q/scores"`, `name="role" value="2"`, "Long thoughts.\nOn two lines.", `name="version" value="3"`)
	if b.cookie = was; b.store.scoring.own.Version != 3 {
		t.Error("something was saved")
	}
	b.page("/console/signed-in", http.StatusOK, "You are signed in again")
	goes(t, b.post(sheetAddress+"/scores", "version", "3", "role", "2", "role_note", "Long thoughts.\nOn two lines.", "then", "later"), home)
	b.store.scoring.own.Version = 3
	for _, step := range []string{"/scores", "/check", "/conflict"} {
		if status := b.foreign(sheetAddress + step); status != http.StatusForbidden {
			t.Errorf("%s from another site: %d", step, status)
		}
	}
	for _, address := range []string{"/console/cohorts/" + cohort + "/assign", "/console/selectors/" + staffID, reopenPath(ref, secondID)} {
		if status := b.as(coordinator).foreign(address); status != http.StatusForbidden {
			t.Errorf("%s from another site: %d", address, status)
		}
	}
	if len(b.store.scoring.did) > 0 {
		t.Error(b.store.scoring.did)
	}
}

// Staff see a preview before they assign, how far it is, and who cannot have enough.
func TestAssigningPages(t *testing.T) {
	t.Parallel()
	b := reading(t)
	b.page("/console/cohorts/"+cohort+"/applications", http.StatusOK, `<a href="/console/cohorts/2027-spring/scoring">Selectors and scores</a>`)
	address := "/console/cohorts/" + cohort + "/scoring"
	b.page(address, http.StatusOK, "1 of 2", "Thu 11 Feb 2027, 17:00", "jo@centre.example", "No organisation</strong>", `value="2" selected`, "Nobody has it", mark+"organisation")
	b.store.scoring.late = true
	b.page(address, http.StatusOK, "Late</strong>")
	preview := "/console/cohorts/" + cohort + "/assign"
	shown := b.form(b.page(preview+"?each=3", http.StatusOK, "1 of 2", "1 of the applicant’s organisation, 1 declared a conflict; there are no more selectors", "Not known: nothing is assigned", "<td>3</td><td>5</td>", `name="each" value="3"`))
	if len(b.store.scoring.did) > 0 {
		t.Error("the preview assigned")
	}
	b.page(preview+"?each=9", http.StatusUnprocessableEntity)
	b.page(preview+"?each=x", http.StatusUnprocessableEntity)
	goes(t, b.do(http.MethodPost, preview, shown), address+"?assigned=2")
	goes(t, b.do(http.MethodPost, preview, shown), address+"?assigned=0") // a second click
	if !slices.Equal(b.store.scoring.did, []string{"assign 2027-spring 3 staff:jo"}) {
		t.Error(b.store.scoring.did)
	}
	b.page(address+"?assigned=2", http.StatusOK, "Each of them gets one mail.")
	b.page(address+"?assigned=1", http.StatusOK, "1 application was given")
	b.page(address+"?assigned=0", http.StatusOK, "Nothing lacked")
	b.page(preview, http.StatusOK, "Nothing would change.")
	b.store.scoring.selectors, b.store.scoring.short, b.store.journeys[0].State = nil, nil, programme.Enrolled
	b.page(address, http.StatusOK, "No application is under review.", "Nobody has the role selector yet")
	b.page(preview, http.StatusOK, "Nobody has the role selector yet")
	b.page("/console/selectors", http.StatusOK, "Nobody has the role selector yet.")
	b.page("/console/cohorts/1999-autumn/scoring", http.StatusNotFound)
	b.page("/console/cohorts/1999-autumn/assign", http.StatusNotFound)
}

func TestOrganisationsOfSelectors(t *testing.T) {
	t.Parallel()
	b := reading(t)
	b.page("/console/selectors", http.StatusOK, "The Centre", "Not known: nothing is assigned")
	address := "/console/selectors/" + staffID
	b.page(address, http.StatusOK, `value="The Centre"`, "Organisations of jo@centre.example")
	refuses(t, b.post(address, "organisations", " ; ", "reason", "asked"), http.StatusUnprocessableEntity, "Enter the organisation the selector belongs to", `value="asked"`)
	refuses(t, b.post(address, "organisations", "Kent Police"), http.StatusUnprocessableEntity, `value="Kent Police"`, `href="#reason"`)
	goes(t, b.post(address, "organisations", "Kent Police; Leeds Council", "reason", "asked"), "/console/selectors?saved=yes")
	if !slices.Equal(b.store.scoring.did, []string{"organisations " + staffID + " [Kent Police Leeds Council] staff:jo asked"}) {
		t.Error(b.store.scoring.did)
	}
	b.page("/console/selectors?saved=yes", http.StatusOK, "The organisations are saved.")
	b.page("/console/selectors/0000000000000000", http.StatusNotFound)
}

// Beside the decision stand the scores with how far they lie apart; staff open them again with a reason.
func TestScoresBesideTheDecision(t *testing.T) {
	t.Parallel()
	b := reading(t)
	address := "/console/applications/" + ref
	page := b.page(address, http.StatusOK, "<h2 id=\"scores\">Scores</h2>", "ruth@centre.example", mark+"theirnote", "<td>8</td>", "<td>8 to 8</td>", `href="`+reopenPath(ref, secondID)+`"`, "Record the decision")
	silent(t, address, page, mark+"ownnote", reopenPath(ref, scorerID)+`"`) // not in yet
	b.page(reopenPath(ref, secondID), http.StatusOK, "ruth@centre.example", "They get a mail.")
	refuses(t, b.post(reopenPath(ref, secondID), "note", "the wrong one"), http.StatusUnprocessableEntity, "Choose a reason", "the wrong one</textarea>")
	goes(t, b.post(reopenPath(ref, secondID), "reason", "other", "note", "the wrong one"), address+"#scores")
	if !slices.Equal(b.store.scoring.did, []string{"reopen P-7F3K2Q " + secondID + " other the wrong one staff:jo"}) {
		t.Error(b.store.scoring.did)
	}
	b.store.refuse = &programme.Illegal{What: "scores-reopened", State: "rejected", Why: "Scores change nothing once the application is not under review any more."}
	refuses(t, b.post(reopenPath(ref, secondID), "reason", "other"), http.StatusUnprocessableEntity, "Not possible: rejected.")
	b.store.refuse = nil
	for _, wrong := range []string{reopenPath(gone, secondID), reopenPath(ref, strings.Repeat("0", 32)), reopenPath(ref, "x")} {
		b.page(wrong, http.StatusNotFound)
	}
	b.store.journeys[0].State = programme.Rejected
	silent(t, address, b.page(address, http.StatusOK, mark+"theirnote"), "Open again", "Record the decision")
}

// foreign sends a form as another site's page would have the browser do.
func (b *bundle) foreign(address string) int {
	b.t.Helper()
	request := httptest.NewRequest(http.MethodPost, address, strings.NewReader("version=3&role=1&note=x&each=1&organisations=x&reason=other"))
	request.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	request.Header.Set("Sec-Fetch-Site", "cross-site")
	request.AddCookie(&http.Cookie{Name: "fairlead_staff", Value: b.cookie})
	recorder := httptest.NewRecorder()
	b.handler.ServeHTTP(recorder, request)
	return recorder.Code
}
