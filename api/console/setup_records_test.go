package console

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"log/slog"
	"mime/multipart"
	"net/http"
	"net/http/httptest"
	"net/url"
	"path/filepath"
	"regexp"
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
	t.Cleanup(func() { // whatever a test did by page, the audit log names who did it
		log, _, err := store.AuditLog(context.WithoutCancel(t.Context()), programme.AuditFilter{}, 0, 500)
		if err != nil {
			t.Error(err)
		}
		for _, e := range log {
			if e.Actor == "" {
				t.Errorf("the audit log does not say who did it: %+v", e)
			}
		}
	})
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
func (b *bundle) form(page string) url.Values {
	b.t.Helper()
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

// compose writes a mail as the program does.
func compose(job programme.MailJob) (programme.Rendered, error) {
	mail, err := email.Compose(job, "http://console.example")
	return email.Mask(mail), err
}
