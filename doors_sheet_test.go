package main

import (
	"net/http"
	"slices"
	"strings"
	"unicode/utf16"
)

const (
	sheetColumns = "title,given_name,family_name,email,job_title,organisation,sector,region,role_started,assistant_name,assistant_email\n"
	sheetLeader  = "Dr,Helen,Nguyen,helen@uni.example,Vice-Chancellor,Uni,Education,South West,2025-01,,\n"
)

// spreadsheets imports what people send: every fault is named with row, column and reason and nothing is imported; what
// is sound is imported once, and a corrected row updates its person.
func spreadsheets(w *town) {
	w.cohort("sheets", "essentials", "invitation", "2027-03-01", 100, nil)
	const path = "/cohorts/sheets/participants"
	put := func(old, replacement string) string {
		return sheetColumns + strings.Replace(sheetLeader, old, replacement, 1)
	}
	var wide strings.Builder
	for _, unit := range utf16.Encode([]rune("\ufeff" + sheetColumns + sheetLeader)) {
		wide.WriteString(string([]byte{byte(unit), byte(unit >> 8)}))
	}
	for name, c := range map[string]struct {
		file   string
		row    int
		column string
		word   string
	}{
		"missing column":         {strings.ReplaceAll(strings.Replace(sheetColumns, ",region", "", 1)+sheetLeader, "South West,", ""), 1, "region", "missing"},
		"unknown column":         {strings.Replace(sheetColumns, "region", "county", 1) + sheetLeader, 1, "county", "no column"},
		"address that is none":   {put("helen@uni.example", "helen at uni"), 2, "email", "no e-mail address"},
		"no address":             {put("helen@uni.example", ""), 2, "email", "Give"},
		"one address twice":      {sheetColumns + sheetLeader + strings.Replace(sheetLeader, "helen@uni", "HELEN@Uni", 1), 3, "email", "row 2"},
		"unknown sector":         {put("Education", "Space Force"), 2, "sector", "no such sector"},
		"unknown region":         {put("South West", "Atlantis"), 2, "region", "no such region"},
		"month that is none":     {put("2025-01", "2025-13"), 2, "role_started", "no month"},
		"formula":                {put("Uni,", "=HYPERLINK(1),"), 2, "organisation", "formula"},
		"formula with at":        {put("Nguyen", "@SUM(A1)"), 2, "family_name", "formula"},
		"line break in a name":   {put("Nguyen", "\"Ngu\nyen\""), 2, "family_name", "line break"},
		"line break in address":  {put("helen@uni.example", "\"helen@uni.example\r\nBcc: x@y.example\""), 2, "email", "line break"},
		"bad quoting":            {put("Nguyen", `Ngu"yen`), 2, "family_name", "quotation marks"},
		"quotation never ends":   {put("Nguyen", `"Nguyen`), 2, "family_name", "quotation marks"},
		"row too short":          {sheetColumns + "Dr,Helen\n", 2, "", "2 cells"},
		"row too long":           {sheetColumns + strings.TrimSpace(sheetLeader) + ",,more\n", 2, "", "13 cells"},
		"NUL":                    {put("Nguyen", "Ngu\x00yen"), 2, "family_name", "control"},
		"UTF-16":                 {wide.String(), 0, "", "UTF-16"},
		"no rows":                {sheetColumns, 0, "", "no rows"},
		"nothing":                {" \n", 1, "", "names of the columns"},
		"over 10,000 rows":       {sheetColumns + strings.Repeat(sheetLeader, 10_001), 10_002, "", "10,000"},
		"a spreadsheet's format": {"PK\x03\x04 and so on", 0, "", "format"},
	} {
		p := w.refused(http.StatusUnprocessableEntity, http.MethodPost, path, c.file)
		if !slices.ContainsFunc(p.Errors, func(e fault) bool {
			return e.Row == c.row && e.Column == c.column && strings.Contains(e.Detail, c.word)
		}) {
			w.t.Errorf("%s: %+v, want row %d, column %q, %q", name, p.Errors, c.row, c.column, c.word)
		}
		for _, e := range p.Errors {
			if strings.Contains(e.Detail, "Nguyen") || strings.Contains(e.Detail, "uni.example") {
				w.t.Errorf("%s: the answer repeats what was sent: %s", name, e.Detail)
			}
		}
	}
	for file, status := range map[string]int{sheetColumns + strings.Repeat(" ", 10<<20): http.StatusRequestEntityTooLarge, "": http.StatusBadRequest} {
		if got, answer := w.call(http.MethodPost, path, file); got != status {
			w.t.Errorf("%d bytes: %d %s", len(file), got, answer)
		}
	}
	if got, _ := w.call(http.MethodPost, path, sheetColumns+sheetLeader, "Content-Type", "application/vnd.ms-excel"); got != http.StatusUnsupportedMediaType {
		w.t.Errorf("a type that is not ours: %d", got)
	}
	// Many faults come at once.
	if p := w.refused(http.StatusUnprocessableEntity, http.MethodPost, path, sheetColumns+"Dr,,,nobody,,,Navy,Mars,2025-00,,\nDr,A\n"+sheetLeader); len(p.Errors) != 8 {
		w.t.Errorf("%d faults: %+v", len(p.Errors), p.Errors)
	}
	if n := len(w.refs("sheets", "")); n != 0 {
		w.t.Fatalf("%d people came out of files that were refused", n)
	}
	importGood(w, path)
}

// importReport is what an import did.
type importReport struct {
	New, Changed, Unchanged int
	Rows                    []struct{ Ref, Result string }
}

func importGood(w *town, path string) {
	file := "\ufeff" + strings.ReplaceAll("email,region,sector,title,given_name,family_name,job_title,organisation,role_started,assistant_name,assistant_email\n"+
		"zoe@trust.example, North West ,HEALTHCARE,Dame,Zoë-Máire,O'Brien McDonald-van der Berg,\"Chair, Trust\",\"The \"\"Trust\"\"\nof York\",2024-05,,\n"+
		"olga@trust.example,London,Education,,Ольга,山田,Rector,Uni,2025-01,Pat Lee,pat@trust.example\n", "\n", "\r\n")
	send := func(query, sheet string) importReport {
		var report importReport
		w.must(http.MethodPost, path+query, sheet, &report)
		return report
	}
	if r := send("?dry_run=true", file); r.New != 2 || len(w.refs("sheets", "")) != 0 {
		w.t.Errorf("dry run: %+v", r)
	}
	first := send("", file)
	if first.New != 2 || len(first.Rows) != 2 {
		t := w.t
		t.Fatalf("%+v", first)
	}
	before := w.refs("sheets", "")
	if r := send("", file); r.Unchanged != 2 || r.New != 0 || r.Changed != 0 {
		w.t.Errorf("the same again: %+v", r)
	}
	zoe := w.journey(first.Rows[0].Ref)
	if zoe.Person.FamilyName != "O'Brien McDonald-van der Berg" || zoe.Role.Organisation != "The \"Trust\"\nof York" {
		w.t.Errorf("%+v %+v", zoe.Person, zoe.Role)
	}
	// A row is its person by the address, whatever its case, and by the reference.
	if r := send("", strings.ReplaceAll(strings.ReplaceAll(file, "zoe@trust", "ZOE@Trust"), "of York", "of Hull")); r.Changed != 1 || r.Unchanged != 1 || r.Rows[0].Ref != zoe.Ref {
		w.t.Errorf("a corrected row: %+v", r)
	}
	byRef := "ref," + sheetColumns + zoe.Ref + ",Dame,Zoe,Brien,zoe.brien@trust.example,Chair,Trust,Healthcare,London,2024-05,,\n"
	if r := send("", byRef); r.Changed != 1 || r.Rows[0].Ref != zoe.Ref {
		w.t.Errorf("by the reference: %+v", r)
	}
	if now := w.journey(zoe.Ref); now.Person.Email != "zoe.brien@trust.example" || now.Person.FamilyName != "Brien" || len(w.refs("sheets", "")) != len(before) {
		w.t.Errorf("%+v", now.Person)
	}
	// The same rows as JSON are judged alike.
	status, answer := w.call(http.MethodPost, path, []with{{"email": "x", "colour": "blue"}})
	if p := decode[problem](w.t, answer); status != http.StatusUnprocessableEntity || !slices.ContainsFunc(p.Errors, func(e fault) bool { return e.Pointer == "#/0/email" || e.Pointer == "#" }) {
		w.t.Errorf("JSON: %d %s", status, answer)
	}
}
