package console

import (
	"fmt"
	"net/http"
	"strings"
	"testing"

	"fairlead/programme"
)

func TestHome(t *testing.T) {
	t.Parallel()
	b := setup(t)
	page := b.page("/console", http.StatusOK, "<h1>Home</h1>", `<a href="/console/operations">2 parked</a>`, "No open task is yours.",
		"12 open, 2 of them overdue", `?stage=residential-1&amp;waiting_on=staff&amp;overdue=true#journeys">2<`, `?stage=alumni&amp;waiting_on=participant#journeys">9<`,
		"Mon 1 Feb 2027, 17:00", "ann@centre.example", "Today, Fri 12 Feb 2027", "Tomorrow, Sat 13 Feb 2027", "No mail is planned.",
		`<a href="/console/cohorts/2027-spring/ledger?message=onboarding-reminder&amp;state=planned&amp;to=2027-02-12">Onboarding reminder`, "<td>14</td><td>12</td>")
	if strings.Index(page, "Residential 1") > strings.Index(page, "Alumni") {
		t.Error("what is overdue does not come first")
	}
	owned := b.page("/console?owner="+personKey("ann@centre.example"), http.StatusOK, "9 open, 0 of them overdue", `selected>ann@centre.example`)
	silent(t, "one owner", owned, "<th scope=\"row\">Residential 1")
	silent(t, "the address", owned, "owner=ann")
	b.page("/console?cohort=2026-spring", http.StatusOK, "9 open", `value="2026-spring" selected`)
	b.page("/console?cohort=2026-spring&owner="+personKey("team@centre.example"), http.StatusOK, "Nothing waits that passes this filter.")
	for _, wrong := range []string{"cohort=x", "owner=x", "after=3", "after=99"} {
		b.page("/console?"+wrong, http.StatusNotFound)
	}
	b.page("/console?after=x", http.StatusUnprocessableEntity)

	b.store.tasks[0].Owner = "jo"
	b.page("/console", http.StatusOK, "12: Overdue")
	b.page("/console/tasks?whose=mine", http.StatusOK, "12: Overdue", `value="mine" selected`)
	b.store.tasks[0].Owner, b.store.tasks[0].Deputy = "somebody", "jo"
	b.page("/console/tasks?whose=mine", http.StatusOK, "12: Overdue")
	b.store.tasks[0].Deputy = ""
	b.page("/console/tasks?whose=mine", http.StatusOK, "No open task is yours.")
	for n := range 60 {
		b.store.waits = append(b.store.waits, programme.Wait{Cohort: cohort, Stage: fmt.Sprintf("stage-%02d", n), On: programme.OwnerCoach, Staff: "team@centre.example", Open: 1})
		b.store.tasks = append(b.store.tasks, programme.Task{ID: int64(100 + n), Cohort: cohort, Code: "lapsed", Owner: "jo"})
	}
	b.page("/console?cohort=2027-spring", http.StatusOK, `href="/console?after=25&amp;cohort=2027-spring#waits" rel="next"`, "All your open tasks")
	b.page("/console?cohort=2027-spring&after=50", http.StatusOK, "Stage 58", `rel="prev"`)
	b.page("/console/tasks?whose=mine", http.StatusOK, "whose=mine\" rel=\"next\"")
	b.store.waits, b.store.outgoing, b.store.parked, b.store.tasks = nil, nil, nil, nil
	silent(t, "empty", b.page("/console", http.StatusOK, "Nobody waits on anybody.", "No mail is planned."), "parked")
	b.as(ops).page("/console", http.StatusOK, "<h1>Home</h1>")
}

func TestOperations(t *testing.T) {
	t.Parallel()
	b := setup(t)
	b.page("/console/operations", http.StatusOK, `<a href="/console/journeys/P-7F3K2Q">P-7F3K2Q</a>`, "Mail refused", "Find the right address and order correct", `href="http://runbooks.example/parked-mail-refused"`,
		"Tue 2 Feb 2027, 17:00", "The journey itself", "Limits that have passed: 1 or more", "Answers and orders on their way: 1",
		`href="http://temporal.example/namespaces/default/workflows/journey%2F2027-spring%2FP-7F3K2Q%2Fclosing-survey"`, "<li>launch-1</li>",
		`<a href="http://temporal.example/namespaces/default/workflows?query=Attention&amp;savedQuery=Parked">Parked</a>`)
	b.page("/console/operations?after=bad", http.StatusUnprocessableEntity)
	for n := range 70 {
		b.store.parked = append(b.store.parked, programme.Parked{Cohort: cohort, Ref: fmt.Sprintf("P-ZZZZ%02d", n), Code: "new_code"})
	}
	b.page("/console/operations", http.StatusOK, "after=P-ZZZZ47%2F", "See the journey in the Temporal UI.")
	b.page("/console/operations?after=P-ZZZZ47%2F", http.StatusOK, "P-ZZZZ69", `rel="prev"`)
	b.store.parked, b.store.late = nil, nil
	b.page("/console/operations", http.StatusOK, "Nothing is parked.", "Nothing is late.")
	b.page("/console/operations?after=P-ZZZZ47%2F", http.StatusOK, "There is no more.")
	silent(t, "ops", b.as(ops).page("/console/operations", http.StatusOK), mark)
}

func TestLedger(t *testing.T) {
	t.Parallel()
	b := setup(t)
	address := ledgerPath(cohort)
	b.page(address, http.StatusOK, "<h1>Mails of 2027-spring</h1>", "Not sent: too close", "carried by another mail", `<a href="/console/journeys/P-7F3K2Q">P-7F3K2Q</a>`)
	b.page(address+"?message=onboarding&state=sent&reason=answered&ref=p-7f3k2q&from=2027-02-01&to=2027-02-11", http.StatusOK, `value="2027-02-11"`, `value="sent" selected`, "Clear the filters")
	want := programme.LedgerFilter{Cohort: cohort, Message: "onboarding", State: programme.MessageSent, Reason: "answered", Ref: ref,
		From: programme.Date{Year: 2027, Month: 2, Day: 1}.At(0, 0), To: programme.Date{Year: 2027, Month: 2, Day: 12}.At(0, 0)}
	if b.store.ledger != want {
		t.Errorf("asked for %+v", b.store.ledger)
	}
	for _, wrong := range []string{"message=x", "state=x", "reason=x", "ref=x", "from=x", "to=2027-02-30"} {
		b.page(address+"?"+wrong, http.StatusUnprocessableEntity, "<title>Error: ", "There is a problem", `aria-invalid="true"`)
	}
	b.page(address+"?after=bad", http.StatusUnprocessableEntity)
	b.page(address+"?state=failed", http.StatusOK, "No mail passes these filters.")
	b.page(address+"?reason=venue_missing", http.StatusOK, "Venue missing</option>") // what waits for staff is found, too
	if b.store.ledger.Reason != programme.WaitsForVenue {
		t.Errorf("asked for %+v", b.store.ledger)
	}
	b.page("/console/cohorts/1999-autumn/ledger", http.StatusNotFound)
	for n := range 120 {
		b.store.messages = append(b.store.messages, programme.Message{Key: fmt.Sprintf("z/%s/-/survey/%03d", ref, n), Ref: ref, State: programme.MessageSent})
	}
	b.store.messages = append(b.store.messages, programme.Message{Key: "z0/-/-/tasks-waiting/1", Message: "tasks-waiting", State: programme.MessageSent})
	page := b.page(address+"?state=sent", http.StatusOK, `rel="next"`)
	if !strings.Contains(page, "after=z%2FP-7F3K2Q%2F-%2Fsurvey%2F047&amp;state=sent") {
		t.Errorf("the next page loses the filter:\n%s", page)
	}
	b.page(address+"?after=z/"+ref+"/-/survey/099&state=sent", http.StatusOK, `rel="prev"`, "<td>Tasks waiting</td><td>None</td>")
	b.store.messages = nil
	b.page(address, http.StatusOK, "No mail was sent or planned.")
	silent(t, "ops", b.as(ops).page(address, http.StatusOK), mark)
}
