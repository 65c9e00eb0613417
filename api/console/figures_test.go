package console

import (
	"encoding/csv"
	"net/http"
	"strings"
	"testing"

	"fairlead/programme"

	"github.com/google/go-cmp/cmp"
)

const (
	figuresAddress    = "/console/cohorts/" + cohort + "/figures"
	attendanceAddress = "/console/cohorts/" + cohort + "/attendance.csv"
)

func TestFigures(t *testing.T) {
	t.Parallel()
	b := setup(t)
	b.page("/console/cohorts/"+cohort, http.StatusOK, `href="`+figuresAddress+`"`)
	page := b.page(figuresAddress, http.StatusOK, "<dt>Asked</dt><dd>120</dd>", "<dt>Took up a place</dt><dd>90 (75%)</dd>", "<dt>Completed</dt><dd>45 (50%)</dd>", "<dt>Going on</dt><dd>42</dd>",
		`<th scope="row">Residential 1</th><td>82</td><td>3</td><td>2</td><td>1</td><td>2</td><td>94%</td>`, `<th scope="row">Opening event</th><td>0</td><td>0</td><td>0</td><td>88</td><td>0</td><td></td>`,
		"<td>12</td><td>4.00 ± 0.00</td><td>5.00 ± 0.85</td><td>1.00 ± 0.85</td>", "<td>fewer than 10</td><td></td>", "<td>Local</td>",
		"<h2>Survey six months on</h2>", "Answered by 12.", "<td>12</td><td>4.00 ± 0.00</td><td>7.00 ± 0.00</td><td>3.00 ± 0.00</td>",
		"<h2>Survey on residential 1</h2>", `<th scope="row">I learned something that changes how I lead.</th><td>1 to 5</td><td>Local</td><td>12</td><td>4.00 ± 0.00</td></tr>`,
		`href="`+figuresAddress+`.csv"`, `href="`+attendanceAddress+`"`)
	silent(t, "figures", page, mark, "Survey twelve months on", "Survey on residential 2")
	silent(t, "for ops", b.as(ops).page(figuresAddress, http.StatusOK, "Residential 1"), attendanceAddress)
	for _, address := range []string{"/console/cohorts/1999-x/figures", "/console/cohorts/1999-x/figures.csv", "/console/cohorts/%2e%2e/figures"} {
		if answer := b.get(address); answer.StatusCode != http.StatusNotFound {
			t.Errorf("%s: %d", address, answer.StatusCode)
		}
	}
}

// A cohort of which nothing is known yet shows noughts and no shares, and no table of events it does not have.
func TestFiguresOfANewCohort(t *testing.T) {
	t.Parallel()
	b := setup(t)
	b.store.figures = programme.Figures{Cohort: cohort, Places: 100, Outcomes: programme.OutcomesOf(nil, programme.Counting{})}
	page := b.page(figuresAddress, http.StatusOK, "<dt>Took up a place</dt><dd>0</dd>", "<dt>Answered before the year</dt><dd>fewer than 10</dd>")
	silent(t, "new", page, "%", "Attendance", "NaN")
}

func (b *bundle) spreadsheet(address string) [][]string {
	b.t.Helper()
	answer := b.get(address)
	if answer.StatusCode != http.StatusOK || answer.Header.Get("Content-Type") != "text/csv; charset=utf-8" || answer.Header.Get("Cache-Control") != "no-store" ||
		!strings.HasPrefix(answer.Header.Get("Content-Disposition"), "attachment; ") {
		b.t.Errorf("%s: %d %v", address, answer.StatusCode, answer.Header)
	}
	lines, err := csv.NewReader(strings.NewReader(strings.TrimPrefix(answer.page, "\ufeff"))).ReadAll()
	if err != nil {
		b.t.Fatal(err)
	}
	return lines
}

func TestFiguresAsASpreadsheet(t *testing.T) {
	t.Parallel()
	b := setup(t)
	lines := b.spreadsheet(figuresAddress + ".csv")
	for _, want := range [][]string{{"what", "detail", "number", "before", "after", "change"}, {"Take-up", "Took up a place", "90 (75%)", "", "", ""},
		{"Attendance", "Residential 1: absent", "3", "", "", ""}, {"Attendance", "Residential 1: costs recovered", "2", "", "", ""}, {"Before and after", "Overall, how happy did you feel yesterday?", "12", "4.00 ± 0.00", "5.00 ± 0.85", "1.00 ± 0.85"},
		{"Survey on residential 1", "Answered", "12", "", "", ""}, {"Survey on residential 1", "I learned something that changes how I lead.", "12", "", "4.00 ± 0.00", ""},
		{"Survey six months on", "Answered", "12", "", "", ""}, {"Survey six months on", "Overall, how happy did you feel yesterday?", "12", "4.00 ± 0.00", "7.00 ± 0.00", "3.00 ± 0.00"}} {
		found := false
		for _, line := range lines {
			found = found || cmp.Equal(line, want)
		}
		if !found {
			t.Errorf("no line %q in %q", want, lines)
		}
	}
}

func TestAttendanceAsASpreadsheet(t *testing.T) {
	t.Parallel()
	b := setup(t)
	lines := b.spreadsheet(attendanceAddress)
	if len(lines) != 1+1+attendanceAtOnce {
		t.Errorf("%d lines", len(lines))
	}
	want := [][]string{{"reference", "name", "organisation", "journey", "Opening event", "Residential 1"},
		{"P-000000", mark + "name", "'=" + mark + "org", "Completed", "Attended", "Place given back"},
		{"P-000001", mark + "name", "'=" + mark + "org", "Completed", "Attended", "Absent, costs recovered from the employer"}}
	if diff := cmp.Diff(want, lines[:3]); diff != "" {
		t.Errorf("the spreadsheet differs (-want +got):\n%s", diff)
	}
	silent(t, "for ops", b.as(ops).page(attendanceAddress, http.StatusForbidden), mark)
}
