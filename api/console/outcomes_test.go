package console

import (
	"net/http"
	"testing"

	"fairlead/programme"
)

// TestResearcher: whoever studies the answers sees which cohorts there are and what was answered, and nothing of anybody.
func TestResearcher(t *testing.T) {
	t.Parallel()
	b := setup(t).as(researcher)
	start := b.page(home, http.StatusOK, "Answers to the surveys", `href="`+outcomesPath(cohort)+`"`, ">Answers</a>", "Your sessions")
	silent(t, "the start", start, mark, ">Tasks<", ">Cohorts<", "/operations", "Who waits on whom", "Overdue")
	page := b.page(outcomesPath(cohort), http.StatusOK, "Answered before the year", "12", "Overall, how happy did you feel yesterday?", `<circle class="after"`, "Survey six months on", "fewer than 10")
	silent(t, "the answers", page, mark, "Take-up", "Withdrew", "Attendance", cohortPath(cohort)+`"`)
	b.page("/console/cohorts/1999-autumn/outcomes", http.StatusNotFound)
	b.page(home+"?after=x%20y", http.StatusUnprocessableEntity)
	sheet := b.get(outcomesPath(cohort) + ".csv")
	says(t, "the spreadsheet", sheet.page, "what,detail,number,before,after,change", "Questionnaires,Answered before the year,12", "Survey six months on,Answered,12")
	silent(t, "the spreadsheet", sheet.page, "Take-up", mark)
	if sheet.StatusCode != http.StatusOK {
		t.Error(sheet.StatusCode)
	}
	b.page(figuresPath(cohort), http.StatusForbidden)
	says(t, "a coordinator", b.as(coordinator).page(outcomesPath(cohort), http.StatusOK), "Cohort "+cohort)
}

// TestResearchersListIsPaged: the list of cohorts goes on.
func TestResearchersListIsPaged(t *testing.T) {
	t.Parallel()
	b := setup(t).as(researcher)
	b.store.cohorts = nil
	b.page(home, http.StatusOK, "There is no cohort yet.")
	for n := range cohortsAPage + 1 {
		b.store.cohorts = append(b.store.cohorts, programme.Cohort{Name: "2028-" + string(rune('a'+n/26)) + string(rune('a'+n%26))})
	}
	says(t, "the first page", b.page(home, http.StatusOK), "2028-aa", "Next")
	b.page(home+"?after=2028-zz", http.StatusOK, "There are no more cohorts.")
}
