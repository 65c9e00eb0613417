package console

import (
	"net/http"
	"net/url"
	"testing"

	"fairlead/programme"
)

// The task of compulsory days that have lapsed says that finishing it is the decision on them, and wants its reason.
func TestATaskThatDecides(t *testing.T) {
	t.Parallel()
	b := setup(t)
	b.store.tasks = append(b.store.tasks, programme.Task{ID: 20, Cohort: cohort, Ref: ref, Stage: "coaching-6", Code: "lapsed", Decides: true})
	page := b.page("/console/tasks/20", http.StatusOK, "This counts as the decision on Coaching 6", "reopen the stage", "What was decided, and why", "history of the journey")
	silent(t, "a decision", page, "What was done")
	answer := b.do(http.MethodPost, "/console/tasks/20/done", url.Values{"note": {" "}})
	if answer.StatusCode != http.StatusUnprocessableEntity {
		t.Errorf("decided without a word: %d", answer.StatusCode)
	}
	says(t, "refused", answer.page, "Say in a few words what was decided, and why", "This counts as the decision")
	silent(t, "another task", b.page("/console/tasks/12", http.StatusOK), "counts as the decision")
}

// A task names its leader to those who may see names, wherever it stands, and calls its stage as the blueprint does.
func TestATaskNamesItsLeaderAndItsStage(t *testing.T) {
	t.Parallel()
	for _, address := range []string{"/console", "/console/tasks", "/console/tasks/20"} {
		b := setup(t)
		b.store.tasks = []programme.Task{{ID: 20, Cohort: cohort, Ref: ref, Leader: mark + "leader", Stage: "closing-survey", Code: "lapsed", Owner: "jo", Decides: true},
			{ID: 21, Cohort: "2026-spring", Stage: "left-over", Code: "set_venue", Owner: "jo"}}
		b.store.waits = []programme.Wait{{Cohort: cohort, Stage: "closing-survey", On: programme.OwnerStaff, Staff: "jo", Open: 3, Overdue: 2, Since: at("2027-02-01")}}
		b.blueprint.Stages[1].Title = "Your view at the end"
		page := b.page(address, http.StatusOK, `<a href="/console/journeys/`+ref+`">`+ref+`</a>`, mark+"leader", "Your view at the end")
		silent(t, address, page, "Closing survey")
		page = b.as(ops).page(address, http.StatusOK, "Your view at the end")
		silent(t, address, page, mark, "Closing survey")
	}
	b := setup(t)
	b.store.tasks = []programme.Task{{ID: 21, Cohort: "2026-spring", Stage: "left-over", Code: "set_venue", Owner: "jo"}}
	for _, address := range []string{"/console", "/console/tasks", "/console/tasks/21"} { // a cohort or a stage that is not known
		b.page(address, http.StatusOK, "Left over")
	}
}

// The register of a date is one task, which counts who is still to be noted and leads to the list.
func TestATaskAboutARegister(t *testing.T) {
	t.Parallel()
	b := setup(t)
	b.store.tasks = append(b.store.tasks, programme.Task{ID: 21, Cohort: cohort, Stage: "residential-1", Code: "register", Sitting: "a", Expected: 33, Left: 3})
	b.page("/console/tasks", http.StatusOK, "21: Register of sitting a, 3 of 33 still to be noted")
	page := b.page("/console/tasks/21", http.StatusOK, "3 of 33 still to be noted", `href="`+registerAddress+`"`, "done by itself when everybody on the register is noted")
	silent(t, "a register", page, "counts as the decision")
	says(t, "ops", b.as("ops").page("/console/tasks/21", http.StatusOK), "<dt>Sitting</dt>", ">a</a>")
}
