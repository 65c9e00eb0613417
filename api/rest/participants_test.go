package rest

import (
	"net/http"
	"os"
	"strings"
	"testing"

	"fairlead/api"
	"fairlead/programme"
)

const columns = "title,given_name,family_name,email,job_title,organisation,sector,region,role_started,assistant_name,assistant_email\n"

func TestImport(t *testing.T) {
	t.Parallel()
	sheet, err := os.ReadFile("../../testdata/cohort-2027.csv")
	if os.IsNotExist(err) {
		sheet = []byte(columns + ",Zoë,O'Neill-Łuksza,zoe@example.org,Chief Executive,\"Trust, North\",Healthcare,North East,2026-09,,\n")
	} else if err != nil {
		t.Fatal(err)
	}
	b := setup(t)
	path := "/cohorts/2027-spring/participants"
	var out struct {
		DryRun bool `json:"dry_run"`
		programme.ImportReport
	}
	b.as(coordinator, "POST", path+"?dry_run=true", string(sheet), "Content-Type", "text/csv").want(http.StatusOK).into(&out)
	if !out.DryRun || !b.store.dryRun || len(b.store.imported) != 0 || out.New == 0 || out.Rows[0].Row != 2 {
		t.Errorf("%+v", out)
	}
	b.as(coordinator, "POST", path, string(sheet), "Content-Type", "text/csv; charset=utf-8").want(http.StatusOK).into(&out)
	if out.DryRun || len(b.store.imported) != out.New {
		t.Errorf("%+v", out)
	}
	b.as(coordinator, "POST", path, `[{"given_name":"Zoë","family_name":"Ng","email":"ng@example.org","job_title":"Chief","organisation":"Trust","sector":"Healthcare",
		"region":"London","role_started":"2026-09","assistant_name":"","assistant_email":null,"priority":1},
		{"given_name":"A","family_name":"\"B\", C","email":"b@example.org","job_title":"Chief","organisation":"Trust","sector":"Healthcare","region":"London",
		"role_started":"2026-09","assistant_name":"","assistant_email":"","title":"Dr"}]`).want(http.StatusOK).into(&out)
	last := b.store.imported[len(b.store.imported)-2:]
	if last[0].GivenName != "Zoë" || last[0].Priority != 1 || last[1].FamilyName != `"B", C` || last[1].Title != "Dr" {
		t.Errorf("%+v", last)
	}
}

func TestImportsThatAreRefused(t *testing.T) {
	t.Parallel()
	b := setup(t)
	path := "/cohorts/2027-spring/participants"
	sheet := func(body string) *answer {
		return b.as(coordinator, "POST", path, body, "Content-Type", "text/csv").want(http.StatusUnprocessableEntity).kind(api.InvalidInput)
	}
	got := sheet(columns +
		",Ann,Lee," + marker + ",Chief,Trust,Healthcare,London,2026-09,,\n" +
		",Bob,Lee,bob@example.org,Chief,Trust," + marker + ",London,2026-13,,\n" +
		",Cat,Lee,cat@example.org,=1+1,Trust,Healthcare,London,2026-09,,\n").problem()
	seen := map[string]bool{}
	for _, e := range got.Errors {
		if e.Detail == "" || e.Row == 0 || e.Pointer != "" {
			t.Errorf("%+v", e)
		}
		seen[string(rune('0'+e.Row))+e.Column] = true
	}
	for _, want := range []string{"2email", "3sector", "3role_started", "4job_title"} {
		if !seen[want] {
			t.Errorf("no fault at %s in %v", want, seen)
		}
	}
	sheet(columns)
	sheet("a,b\n1,2\n")
	sheet("\xff\xfea\x00b\x00")
	b.store.importErr = &programme.Invalid{Faults: []programme.Fault{{Row: 2, Column: "ref", Text: "No such reference."}}}
	if got := sheet(columns + ",Ann,Lee,ann@example.org,Chief,Trust,Healthcare,London,2026-09,,\n").problem(); got.Errors[0].Row != 2 {
		t.Errorf("%+v", got)
	}

	b.as(coordinator, "POST", path, `[{"given_name":"A","email":"`+marker+`"}]`).want(http.StatusUnprocessableEntity)
	b.as(coordinator, "POST", path, `[{"given_name":["`+marker+`"]}]`).want(http.StatusUnprocessableEntity).pointsAt("#/0/given_name")
	b.as(coordinator, "POST", path, `{"given_name":"`+marker+`"}`).want(http.StatusBadRequest).kind(api.BadRequest)
	b.as(coordinator, "POST", path, `[{}] [{}]`).want(http.StatusBadRequest)
	b.as(coordinator, "POST", path, "x", "Content-Type", "application/vnd.ms-excel").want(http.StatusUnsupportedMediaType).kind(api.UnsupportedMedia)
	b.as(coordinator, "POST", path, strings.Repeat("x", maxSpreadsheet+1), "Content-Type", "text/csv").want(http.StatusRequestEntityTooLarge).kind(api.TooLarge)
	b.as(coordinator, "POST", "/cohorts", strings.Repeat(" ", api.DefaultBodyCap+1)).want(http.StatusRequestEntityTooLarge).kind(api.TooLarge)
	if len(b.store.imported) != 0 {
		t.Error("a refused sheet was imported")
	}
}
