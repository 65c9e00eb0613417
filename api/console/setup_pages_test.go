package console

import (
	"bytes"
	"encoding/base64"
	"fmt"
	"io"
	"log/slog"
	"mime/multipart"
	"net/http"
	"net/http/httptest"
	"net/url"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"testing"
	"time"

	"fairlead/api"
	"fairlead/api/rest"
	"fairlead/email"
	"fairlead/programme"
	"fairlead/records"

	"github.com/prometheus/client_golang/prometheus"
)

// year is the console over real records and the rules of the REST API.
type year struct {
	*bundle
	records *records.Store
}

// withRecords signs a coordinator in at a console whose records are empty.
func withRecords(t *testing.T) *year {
	t.Helper()
	dir := t.TempDir()
	store, err := records.Open(t.Context(), "sqlite:"+filepath.Join(dir, "records.db"), "sqlite:"+filepath.Join(dir, "keys.db"), realNow, records.Options{
		HeadOfCentre: "head@centre.example", PrivacyNotice: "2026-01", Blueprints: programme.BlueprintNamed, Calendar: programme.EnglandAndWales()})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = store.Close() })
	if err := store.Migrate(t.Context()); err != nil {
		t.Fatal(err)
	}
	y := &year{bundle: &bundle{t: t, allow: true, log: &strings.Builder{}}, records: store}
	log := slog.New(slog.NewTextHandler(y.log, nil))
	calls := rest.New(rest.Options{Store: store, Blueprints: programme.Blueprints, Calendar: programme.EnglandAndWales(), HeadOfCentre: "head@centre.example", Now: realNow, Log: log})
	compose := func(job programme.MailJob) (programme.Rendered, error) {
		mail, err := email.Compose(job, "http://console.example")
		return email.Mask(mail), err
	}
	allow := func(string) (bool, time.Duration) { return true, 0 }
	pages := New(Options{Store: store, Orders: calls, Setup: calls, Calendar: programme.EnglandAndWales(), AllBlueprints: programme.Blueprints, Compose: compose,
		Messages: email.Messages(), Sample: email.Sample, PublicURL: "http://console.example", Log: log, Now: realNow, Blueprints: programme.BlueprintNamed, Allow: allow})
	y.handler, err = api.New(api.Options{Parts: []api.Part{pages}, Health: api.NewHealth(log, realNow), Registry: prometheus.NewRegistry(), PublicURL: "http://console.example",
		BodyCaps: BodyCaps(), Log: log, Now: realNow})
	if err != nil {
		t.Fatal(err)
	}
	if _, err := store.AddStaff(t.Context(), "jo@centre.example", string(coordinator), "test", "for the test"); err != nil {
		t.Fatal(err)
	}
	session, _, err := store.SignInStaff(t.Context(), "jo@centre.example", "a browser")
	if err != nil {
		t.Fatal(err)
	}
	y.cookie = session.Reveal()
	return y
}

// post sends a form; it must come back with the status and say the texts.
func (y *year) post(address string, form url.Values, status int, texts ...string) got {
	y.t.Helper()
	answer := y.do(http.MethodPost, address, form)
	if answer.StatusCode != status {
		y.t.Fatalf("%s: %d, not %d\n%s", address, answer.StatusCode, status, answer.page)
	}
	says(y.t, address, answer.page, texts...)
	return answer
}

// to fails the test unless an answer leads to an address.
func (y *year) to(answer got, address string) {
	y.t.Helper()
	if at := answer.Header.Get("Location"); at != address {
		y.t.Errorf("it leads to %q, not %q", at, address)
	}
}

// form is a page's form as a browser would send it, with the first submit button that is not asked for left out.
func (y *year) form(page string) url.Values {
	y.t.Helper()
	form := url.Values{}
	for _, tag := range regexp.MustCompile(`<input [^>]*>`).FindAllString(page, -1) {
		name, value, kind := inTag(tag, "name"), inTag(tag, "value"), inTag(tag, "type")
		if (kind == "checkbox" || kind == "radio") && !strings.Contains(tag, " checked") || kind == "file" || name == "" {
			continue
		}
		form.Add(name, value)
	}
	for _, found := range regexp.MustCompile(`(?s)<select [^>]*name="([^"]+)".*?</select>`).FindAllStringSubmatch(page, -1) {
		form.Set(found[1], "")
		if chosen := regexp.MustCompile(`<option value="([^"]*)" selected>`).FindStringSubmatch(found[0]); chosen != nil {
			form.Set(found[1], chosen[1])
		}
	}
	return form
}

func inTag(tag, name string) string {
	found := regexp.MustCompile(` ` + name + `="([^"]*)"`).FindStringSubmatch(tag)
	if found == nil {
		return ""
	}
	return strings.NewReplacer("&#43;", "+", "&amp;", "&", "&#34;", `"`, "&#39;", "'", "&lt;", "<", "&gt;", ">").Replace(found[1])
}

func with(form url.Values, pairs ...string) url.Values {
	changed := url.Values{}
	for name, values := range form {
		changed[name] = append([]string{}, values...)
	}
	for i := 0; i < len(pairs); i += 2 {
		changed.Set(pairs[i], pairs[i+1])
	}
	return changed
}

var wantedCohort = url.Values{"step": {"check"}, "blueprint": {"flagship"}, "name": {cohort}, "starts_on": {"2027-09-06"}, "places": {"100"}, "route": {"confirmed"},
	"owner": {"owner@centre.example"}}

// created makes the cohort through the pages.
func (y *year) created(pairs ...string) {
	y.t.Helper()
	y.to(y.post(newCohortPath, with(wantedCohort, append([]string{"step", "create"}, pairs...)...), http.StatusSeeOther), setupPath(cohort)+"?did=created")
}

// signed signs every warning of the year off.
func (y *year) signed() {
	y.t.Helper()
	form := url.Values{"reason": {"Looked at with the team"}}
	for _, found := range regexp.MustCompile(`name="warning" value="([^"]*)"`).FindAllStringSubmatch(y.page(yearPath(cohort), http.StatusOK), -1) {
		form.Add("warning", inTag(` value="`+found[1]+`"`, "value"))
	}
	if len(form["warning"]) == 0 {
		y.t.Fatal("the year has no warnings")
	}
	y.to(y.post(yearPath(cohort), form, http.StatusSeeOther), yearPath(cohort)+"?did=signed")
}

// upload sends a spreadsheet as a browser does.
func (y *year) upload(address, sheet string) got {
	y.t.Helper()
	var body bytes.Buffer
	w := multipart.NewWriter(&body)
	part, _ := w.CreateFormFile("file", "people.csv")
	_, _ = io.WriteString(part, sheet)
	_ = w.Close()
	request := httptest.NewRequest(http.MethodPost, address, &body)
	request.Header.Set("Content-Type", w.FormDataContentType())
	request.AddCookie(&http.Cookie{Name: "fairlead_staff", Value: y.cookie})
	recorder := httptest.NewRecorder()
	y.handler.ServeHTTP(recorder, request)
	answer := got{recorder.Result(), recorder.Body.String()}
	if answer.StatusCode != http.StatusSeeOther {
		seen.Saw("POST "+address, answer.page, answer.Header.Get("Content-Security-Policy"))
		checkPage(y.t, "POST "+address, answer.page)
	}
	return answer
}

// leaders is a spreadsheet of n leaders.
func leaders(n int) string {
	var sheet strings.Builder
	sheet.WriteString("title,given_name,family_name,email,job_title,organisation,sector,region,role_started,assistant_name,assistant_email,group\n")
	for i := range n {
		_, _ = fmt.Fprintf(&sheet, ",Given%d,Family%d,leader%d@service.example,Chief Executive,Service %d,Healthcare,London,2026-05,,,%s\n", i, i, i, i, []string{"North", "South"}[i%2])
	}
	return sheet.String()
}

// imported takes leaders in through the pages.
func (y *year) imported(n int) {
	y.t.Helper()
	preview := y.upload(peopleImportPath(cohort), leaders(n))
	y.to(y.post(peopleImportPath(cohort), with(y.form(preview.page), "step", "import"), http.StatusSeeOther),
		fmt.Sprintf("%s?new=%d&changed=0&unchanged=0", peopleImportPath(cohort), n))
}

func TestNewCohort(t *testing.T) {
	t.Parallel()
	y := withRecords(t)
	y.page("/console/cohorts", http.StatusOK, "There is no cohort yet", `href="/console/cohorts/new"`)
	y.page(newCohortPath, http.StatusOK, "Flagship programme", "Monday of residential 1", `value="jo@centre.example"`)
	y.post(newCohortPath, with(wantedCohort, "name", "2027 Spring", "starts_on", "2027-03-02", "places", "x", "route", "", "blueprint", ""), http.StatusUnprocessableEntity,
		"<title>Error: ", `value="2027 Spring"`, `value="2027-03-02"`, `href="#name"`, "Write a Monday", "Write how many places", "Choose how leaders come in", "There is no such blueprint")
	y.post(newCohortPath, with(wantedCohort, "starts_on", "2026-03-02"), http.StatusUnprocessableEntity, "The start is past")
	checked := y.post(newCohortPath, wantedCohort, http.StatusOK, "Check the cohort", "Mon 6 Sep 2027", "Flagship programme", "Warning", "First date")
	if _, err := y.records.Cohort(t.Context(), cohort); err == nil {
		t.Fatal("the check created the cohort")
	}
	y.post(newCohortPath, with(y.form(checked.page), "step", "change"), http.StatusOK, `value="2027-09-06"`, `value="flagship" checked`)
	for range 2 { // a double click
		y.to(y.post(newCohortPath, with(y.form(checked.page), "step", "create"), http.StatusSeeOther), setupPath(cohort)+"?did=created")
	}
	made, err := y.records.Cohort(t.Context(), cohort)
	if err != nil || made.Places != 100 || made.Owner != "owner@centre.example" || made.Route != programme.RouteConfirmed {
		t.Errorf("%+v, %v", made, err)
	}
	y.post(newCohortPath, with(wantedCohort, "places", "99"), http.StatusUnprocessableEntity, "There is a cohort of this name already")
	y.page(setupPath(cohort)+"?did=created", http.StatusOK, "The cohort exists", "warnings to sign off", "Nobody yet", "without a venue", "0 coaches for 0 leaders", "Cannot start yet", "No deputy yet")
	y.page("/console/cohorts/"+cohort, http.StatusOK, setupPath(cohort))
}

func TestTheYearAsACalendar(t *testing.T) {
	t.Parallel()
	y := withRecords(t)
	y.created()
	page := y.page(yearPath(cohort), http.StatusOK, "September 2027", "Residential 1", "Needs frozen", "Takes place", "Sun 5 Sep 2027, 16:00 to Fri 10 Sep 2027, 13:00", "Sign off warnings", "in August")
	silent(t, "calendar", page, "Last joining day", "Your invitation") // nobody is invited to a confirmed cohort
	y.post(yearPath(cohort), url.Values{"reason": {"x"}}, http.StatusUnprocessableEntity, "nothing to sign off")
	warning := inTag(regexp.MustCompile(`<input [^>]*name="warning"[^>]*>`).FindString(page), "value")
	y.post(yearPath(cohort), url.Values{"warning": {warning}}, http.StatusUnprocessableEntity, `href="#reason"`, " checked")
	y.post(yearPath(cohort), url.Values{"warning": {"made up"}, "reason": {"x"}}, http.StatusUnprocessableEntity, "The dates have changed")
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
	answer := y.post(at, with(form, "ladder", "8"), http.StatusConflict, "Somebody changed this cohort", `value="8"`, "It now says: <strong>10, 5</strong>", "It now says: <strong>sue@centre.example</strong>")
	y.to(y.post(at, with(y.form(answer.page), "owner", "sue@centre.example"), http.StatusSeeOther), yearPath(cohort)+"?did=saved")
	kept, _ = y.records.Cohort(t.Context(), cohort)
	if own := kept.Overrides["closing-survey"]; fmt.Sprint(own.Ladder) != "[8]" || own.Owner != "sue@centre.example" {
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
	y.to(y.post(at, with(y.form(y.page(at, http.StatusOK)), "do", "remove"), http.StatusSeeOther), sittingsPath(cohort)+"?did=removed")
	y.page(at, http.StatusNotFound)
	y.page(sittingsPath(cohort)+"/onboarding", http.StatusNotFound)
}

func TestPeopleAreImported(t *testing.T) {
	t.Parallel()
	y := withRecords(t)
	y.created("places", "150")
	at := peopleImportPath(cohort)
	y.page(at, http.StatusOK, "role_started", `type="file"`)
	y.post(at, url.Values{}, http.StatusUnprocessableEntity, "Choose a spreadsheet")
	if answer := y.upload(at, strings.ReplaceAll(leaders(3), "Healthcare", "Circus")); answer.StatusCode != http.StatusUnprocessableEntity {
		t.Errorf("%d", answer.StatusCode)
	} else {
		says(t, at, answer.page, "The file was refused whole: 3 things have to be put right", "sector", `<th scope="row">4</th>`)
		silent(t, at, answer.page, "Circus")
	}
	preview := y.upload(at, leaders(150))
	if preview.StatusCode != http.StatusOK {
		t.Fatalf("%d\n%s", preview.StatusCode, preview.page)
	}
	says(t, at, preview.page, "What this file would do", "<dt>New</dt><dd>150</dd>", "Given0 Family0, Service 0", "Page 2")
	form := y.form(preview.page)
	says(t, at, y.post(at, with(form, "page", "2"), http.StatusOK).page, "Given100 Family100")
	if answer := y.upload(at, leaders(151)); answer.StatusCode != http.StatusUnprocessableEntity {
		t.Errorf("%d", answer.StatusCode)
	} else {
		says(t, at, answer.page, "150 places, and with this file it would have 151 people", "The file")
	}
	preview = y.upload(at, leaders(3))
	form = y.form(preview.page)
	if counts, _ := y.records.CohortCounts(t.Context(), cohort); people(counts) != 0 {
		t.Fatal("the preview wrote something")
	}
	for i := range 2 { // a double click
		want := "?new=3&changed=0&unchanged=0"
		if i > 0 {
			want = "?new=0&changed=0&unchanged=3"
		}
		y.to(y.post(at, with(form, "step", "import"), http.StatusSeeOther), at+want)
	}
	y.page(at+"?new=3&changed=0&unchanged=0", http.StatusOK, "Imported: 3 new, 0 changed, 0 unchanged.")
	changed := strings.ReplaceAll(leaders(3), "Chief Executive,Service 1", "Chair,Service 1")
	preview = y.upload(at, changed)
	says(t, at, preview.page, "<dt>Changed</dt><dd>1</dd>", "<dt>Unchanged</dt><dd>2</dd>", `href="/console/journeys/P-`)
	late := y.form(preview.page)
	preview = y.upload(at, strings.ReplaceAll(leaders(3), "Chief Executive,Service 2", "Chair,Service 2"))
	y.post(at, with(y.form(preview.page), "step", "import"), http.StatusSeeOther)
	y.post(at, with(late, "step", "import"), http.StatusConflict, "Somebody changed the cohort after you saw the preview", "<dt>Changed</dt><dd>2</dd>")
	for _, sheet := range []string{"not base64", base64.StdEncoding.EncodeToString([]byte("no gzip"))} {
		y.post(at, url.Values{"step": {"import"}, "sheet": {sheet}, "hash": {"x"}}, http.StatusUnprocessableEntity, "Choose a spreadsheet")
	}
	if strings.Contains(y.log.String(), "Given") {
		t.Error("the log has a name")
	}
}

// TestAnImportOutlivesASession: the file that was chosen comes back with the form, and is not shown as if it had been typed.
func TestAnImportOutlivesASession(t *testing.T) {
	t.Parallel()
	y := withRecords(t)
	y.created()
	form := with(y.form(y.upload(peopleImportPath(cohort), leaders(2)).page), "step", "import")
	cookie := y.cookie
	y.cookie = ""
	answer := y.post(peopleImportPath(cohort), form, http.StatusUnauthorized, "You have been signed out", `name="sheet"`)
	silent(t, "signed out", answer.page, "<dt>Sheet</dt>")
	y.cookie = cookie
	y.to(y.post(peopleImportPath(cohort), y.form(answer.page), http.StatusSeeOther), peopleImportPath(cohort)+"?new=2&changed=0&unchanged=0")
}

func TestCoachesAreImported(t *testing.T) {
	t.Parallel()
	y := withRecords(t)
	y.created()
	at := coachesImportPath(cohort)
	const sheet = "name,email,region,background_sector,accreditation,capacity,offers_online\nAbena Darko,abena@coaches.example,North East,Healthcare,EMCC,7,no\n"
	y.page(at, http.StatusOK, "background_sector")
	preview := y.upload(at, sheet)
	says(t, at, preview.page, "Abena Darko", "New")
	answer := y.post(at, with(y.form(preview.page), "step", "import"), http.StatusSeeOther)
	if !strings.HasPrefix(answer.Header.Get("Location"), at+"?new=") {
		t.Errorf("to %q", answer.Header.Get("Location"))
	}
	list, err := y.records.Coaches(t.Context(), cohort)
	if err != nil || len(list) == 0 {
		t.Errorf("%+v, %v", list, err)
	}
	if answer := y.upload(at, strings.Replace(sheet, ",no\n", ",perhaps\n", 1)); answer.StatusCode != http.StatusUnprocessableEntity {
		t.Errorf("%d", answer.StatusCode)
	}
}

func TestLaunch(t *testing.T) {
	t.Parallel()
	y := withRecords(t)
	y.created()
	at := launchPath(cohort)
	y.page(at, http.StatusOK, "Before it can be launched", "to be signed off", "import the people first")
	y.post(at, url.Values{"name": {cohort}}, http.StatusUnprocessableEntity, "There is a problem", "to be signed off")
	y.signed()
	y.imported(3)
	y.page(setupPath(cohort), http.StatusOK, "Ready", "3 leaders")
	form := y.form(y.page(at, http.StatusOK, "Type the cohort"))
	y.post(at, with(form, "name", "2027-Spring"), http.StatusUnprocessableEntity, "exactly as it stands here", `value="2027-Spring"`)
	first := y.post(at, with(form, "name", cohort), http.StatusSeeOther).Header.Get("Location")
	y.page(first, http.StatusOK, "0 of 3 are done.", `max="3" value="0"`, "You can close this page", `<meta http-equiv="refresh"`, "progress.js")
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
	would := y.post(sitting+"/reschedule", with(move, "starts_at", "2028-01-17T08:00", "ends_at", "2028-01-19T16:00"), http.StatusOK, "3 leaders have a place here", "Given0", "Mon 17 Jan 2028")
	y.post(sitting+"/reschedule", with(y.form(would.page), "step", "change"), http.StatusOK, `value="2028-01-17T08:00"`)
	var done string
	for range 2 { // a double click
		done = y.post(sitting+"/reschedule", with(y.form(would.page), "step", "confirm"), http.StatusSeeOther).Header.Get("Location")
	}
	y.page(done, http.StatusOK, "Changed sitting of "+cohort, "0 of 3 are done.")
	y.page(sitting, http.StatusOK)
	y.page(sittingsPath(cohort), http.StatusOK, "Mon 17 Jan 2028")
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

func TestEveryMailOfAYear(t *testing.T) {
	t.Parallel()
	y := withRecords(t)
	y.created("route", "invitation", "starts_on", "2028-03-06")
	page := y.page(mailsPath(cohort), http.StatusOK, "scheduled mails, and never more than", "Invitation reminder", "while it is unanswered", "Event tomorrow", "to those who came to “Residential 1”",
		"when the invitation is accepted", "on the working day before the session", "Assistant", "to those who agreed to it")
	links := regexp.MustCompile(`href="(mails/preview\?[^"]*)"`).FindAllStringSubmatch(page, -1)
	if len(links) < 60 {
		t.Fatalf("%d mails", len(links))
	}
	prompt := regexp.MustCompile(`gets <strong>(\d+)</strong>`).FindStringSubmatch(page)
	if n, err := strconv.Atoi(prompt[1]); err != nil || n < 15 || n > 30 {
		t.Errorf("a prompt leader gets %s scheduled mails", prompt[1])
	}
	for _, link := range links {
		mail := y.page(setupPath(cohort)+"/"+inTag(` href="`+link[1]+`"`, "href"), http.StatusOK, "Mail as it would read", "As it would go out", "Sample")
		silent(t, link[1], mail, "{{link", "<no value>")
	}
	y.page(mailsPath(cohort)+"/preview?on=2028-03-06", http.StatusNotFound)
	y.page(mailsPath(cohort)+"/preview?message=survey-done&stage=nothing", http.StatusNotFound)
}

// TestMailsOfAGroup: each group reads the dates of its own sittings.
func TestMailsOfAGroup(t *testing.T) {
	t.Parallel()
	y := withRecords(t)
	y.created()
	add := sittingsPath(cohort) + "/residential-2"
	form := y.form(y.page(add, http.StatusOK))
	y.post(add, with(form, "name", "b", "group", "South", "capacity", "50", "starts_at", "2028-01-24T08:00", "ends_at", "2028-01-26T16:00"), http.StatusSeeOther)
	y.page(mailsPath(cohort), http.StatusOK, `<option value="South">`, "All others", "Year dates")
	south := y.page(mailsPath(cohort)+"?group=South", http.StatusOK, `<option value="South" selected>`, "Fri 21 Jan 2028", "group=South")
	silent(t, "South", south, "Fri 7 Jan 2028")
}
