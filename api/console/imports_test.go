package console

import (
	"encoding/base64"
	"net/http"
	"net/url"
	"strings"
	"testing"
)

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
	markup := "<b onclick=x>" + strings.Repeat("W", 80)
	says(t, at, y.upload(at, strings.ReplaceAll(leaders(1), "Given0", markup)).page, "&lt;b onclick=x&gt;WWW")
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
	_, err = y.records.CoachLeaves(t.Context(), cohort, list[len(list)-1].Ref, "other", "", "staff:ada@centre.example")
	if err != nil {
		t.Fatal(err)
	}
	says(t, at, y.upload(at, sheet).page, "Abena Darko", "Comes back", list[len(list)-1].Ref)
	if answer := y.upload(at, strings.Replace(sheet, ",no\n", ",perhaps\n", 1)); answer.StatusCode != http.StatusUnprocessableEntity {
		t.Errorf("%d", answer.StatusCode)
	}
}
