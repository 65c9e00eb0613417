package console

import (
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"strings"
	"testing"

	"fairlead/programme"
)

func TestCohorts(t *testing.T) {
	t.Parallel()
	b := setup(t)
	b.page("/console/cohorts", http.StatusOK, "Fri 12 Feb 2027, 17:00", `<a href="/console/cohorts/2027-spring">`, `?state=enrolled#journeys">Enrolled: 80</a>`,
		`?overdue=true#journeys">5<`, "<dt>Parked</dt><dd>4</dd>", `/console/tasks?cohort=2027-spring">1<`, "81 of 100", "A short year", "Mon 1 Mar 2027")
	for n := range 12 {
		b.store.cohorts = append(b.store.cohorts, programme.Cohort{Name: fmt.Sprintf("2028-%02d", n), Blueprint: "lost", StartsOn: programme.Date{Year: 2028, Month: 3, Day: 6}})
	}
	b.page("/console/cohorts", http.StatusOK, `href="/console/cohorts?after=2028-08"`, "Not yet", "Nobody was imported yet")
	b.page("/console/cohorts?after=2028-08", http.StatusOK, "2028-11", `rel="prev"`)
	b.page("/console/cohorts?after=2029", http.StatusOK, "There are no more cohorts")
	b.page("/console/cohorts?after=%27", http.StatusUnprocessableEntity)
	b.store.cohorts = nil
	b.page("/console/cohorts", http.StatusOK, "There is no cohort yet")
}

func TestCohort(t *testing.T) {
	t.Parallel()
	b := setup(t)
	address := "/console/cohorts/" + cohort
	b.page(address, http.StatusOK, `<h1>Cohort 2027-spring</h1>`, "612 sent, 44 not sent", `?stage=onboarding#journeys">33<`, "Left over", `rowspan="2"`,
		`<a href="/console/journeys/P-7F3K2Q">P-7F3K2Q</a>`, mark+"name", mark+"organisation", "Staff", "Thu 11 Feb 2027, 17:00", "Overdue</strong>", "Mail refused", "Reserve")
	sent := b.do(http.MethodPost, address+"/filter", url.Values{"q": {" zq "}, "state": {"enrolled"}, "stage": {"onboarding"}, "waiting_on": {"staff"}, "overdue": {"false"}, "columns": usualColumns})
	if to := sent.Header.Get("Location"); sent.StatusCode != http.StatusSeeOther || to != address+"?overdue=false&search=7A71&stage=onboarding&state=enrolled&waiting_on=staff#journeys" {
		t.Fatalf("%d to %q", sent.StatusCode, to)
	}
	filtered := b.page(strings.TrimSuffix(sent.Header.Get("Location"), "#journeys"), http.StatusOK, `value="zq"`, `value="enrolled" selected`, "Clear the filters", "bulk?overdue=false&amp;search=7A71&amp;stage=onboarding", "journeys.csv?overdue=false&amp;search=7A71")
	silent(t, "addresses", filtered, "search=zq", "q=zq")
	want := programme.JourneyFilter{Cohort: cohort, State: "enrolled", Stage: "onboarding", WaitingOn: "staff", Query: "zq"}
	overdue := b.store.filter.Overdue
	if b.store.filter.Overdue = nil; b.store.filter != want || overdue == nil || *overdue {
		t.Errorf("asked for %+v", b.store.filter)
	}
	b.page(address+"?state=completed", http.StatusOK, "No journey passes these filters.")
	for _, wrong := range []string{"state=x", "stage=%00", "waiting_on=x", "overdue=1", "after=x", "sort=x", "search=" + strings.Repeat("61", 101)} {
		b.page(address+"?"+wrong, http.StatusUnprocessableEntity, "<title>Error: ", "There is a problem")
	}
	if answer := b.do(http.MethodPost, address+"/filter", url.Values{"q": {strings.Repeat("Ж", 100)}}); answer.StatusCode != http.StatusSeeOther {
		t.Errorf("100 letters of two bytes: %d", answer.StatusCode)
	}
	answer := b.do(http.MethodPost, address+"/filter", url.Values{"q": {strings.Repeat("a", 101)}, "state": {"enrolled"}})
	says(t, "too long", answer.page, "<title>Error: ", "at most 100", `value="enrolled" selected`)
	for _, few := range []string{"a", "a b", "Ж", "é Ж"} {
		says(t, few, b.do(http.MethodPost, address+"/filter", url.Values{"q": {few}}).page, "<title>Error: ")
	}
	if answer := b.do(http.MethodPost, address+"/filter", url.Values{"q": {"a " + mark}}); answer.StatusCode != http.StatusSeeOther { // a letter beside a word
		t.Errorf("a letter beside a word: %d", answer.StatusCode)
	}
	b.page(address+"?search=zz", http.StatusNotFound)
	page := b.page(address+"?columns=sector,due&sort=organisation", http.StatusOK, `<th scope="col">Sector</th><th scope="col">Due</th></tr>`, "<td rowspan=\"2\">Education</td>", `value="organisation" selected`)
	silent(t, "columns", page, `<th scope="col">Name`)
	if b.store.filter.Sort != programme.SortOrganisation {
		t.Errorf("sorted by %q", b.store.filter.Sort)
	}
	for _, sort := range []programme.JourneySort{programme.SortName, programme.SortOrganisation, programme.SortDue, programme.SortState} {
		as, status := b.as(ops), http.StatusOK
		if sort == programme.SortName || sort == programme.SortOrganisation { // an order would tell of what they do not see
			status = http.StatusUnprocessableEntity
			silent(t, "for ops", as.page(address, http.StatusOK), `value="`+string(sort)+`"`)
		}
		as.page(address+"?sort="+string(sort), status)
		b.as(coordinator).page(address+"?sort="+string(sort), http.StatusOK, `value="`+string(sort)+`" selected`)
	}
	b.as(coordinator)
	for n := range 60 {
		b.store.journeys = append(b.store.journeys, programme.Journey{Ref: fmt.Sprintf("P-ZZZZ%02d", n), Cohort: cohort, State: programme.Enrolled})
	}
	page = b.page(address+"?state=enrolled", http.StatusOK, `rel="next"`)
	if !strings.Contains(page, "after=P-ZZZZ48&amp;state=enrolled#journeys") {
		t.Errorf("the next page loses the filter:\n%s", page)
	}
	b.page(address+"?after=P-ZZZZ48&state=enrolled", http.StatusOK, "P-ZZZZ59", `rel="prev"`)
	b.store.journeys, b.store.counts = nil, map[string]programme.CohortCounts{}
	b.page(address, http.StatusOK, "This cohort has no journeys yet")
	b.page(address+"?after=P-ZZZZZZ", http.StatusOK, "There are no more journeys")
}

// TestJourneysOfAGroup: a residential group can be chosen among those the cohort has, and all that the list leads to keeps it.
func TestJourneysOfAGroup(t *testing.T) {
	t.Parallel()
	b := setup(t)
	b.store.journeys[1].Group = "East"
	address := cohortPath(cohort)
	b.page(address, http.StatusOK, `<select class="govuk-select" id="group" name="group">`+"\n"+`<option value="">Any</option>`+"\n"+`<option value="East">East</option>`+"\n"+`<option value="North">North</option>`)
	sent := b.do(http.MethodPost, address+"/filter", url.Values{"group": {"North"}, "stage": {"onboarding"}, "columns": usualColumns})
	if to := sent.Header.Get("Location"); to != address+"?group=North&stage=onboarding#journeys" {
		t.Fatalf("%d to %q", sent.StatusCode, to)
	}
	page := b.page(address+"?group=North", http.StatusOK, `value="North" selected`, "Clear the filters", "bulk?group=North", "journeys.csv?group=North")
	if b.store.filter.Group != "North" {
		t.Errorf("asked for %+v", b.store.filter)
	}
	silent(t, "one group", page, `value="East" selected`)
	b.page(bulkAddress+"?group=North", http.StatusOK, "group “North”", `/bulk/resend?group=North"`)
	says(t, "the check", b.sendsMany(programme.CmdResend, "?group=North", "check", nil).page, "group “North”")
	if b.store.filter.Group != "North" {
		t.Errorf("an order asked for %+v", b.store.filter)
	}
	b.page(address+"?group=South", http.StatusUnprocessableEntity, "<title>Error: ", "Choose an entry of the list")
	b.store.journeys[0].Group, b.store.journeys[1].Group = "", ""
	silent(t, "no groups", b.page(address, http.StatusOK), `id="group"`)
	b.page(address+"?group=North", http.StatusUnprocessableEntity, "<title>Error: ", `id="group"`)
}

// TestJourneysAsASpreadsheet: what passes the filter, whole, with the columns that were chosen, and a note of who took it.
func TestJourneysAsASpreadsheet(t *testing.T) {
	t.Parallel()
	b := setup(t)
	b.store.journeys[0].Role.Organisation = "=1+1"
	for n := range 300 {
		b.store.journeys = append(b.store.journeys, programme.Journey{Ref: fmt.Sprintf("P-Y%05d", n), Cohort: cohort, State: programme.Enrolled})
	}
	address := "/console/cohorts/" + cohort + "/journeys.csv"
	sheet := b.get(address + "?state=enrolled")
	lines := strings.Split(strings.TrimSpace(sheet.page), "\r\n")
	if sheet.StatusCode != http.StatusOK || len(lines) != 1+2+300 || !strings.HasPrefix(lines[0], "\ufeffReference,Name,Organisation,State,Open stage") ||
		!strings.Contains(lines[1], "'=1+1,Enrolled,Onboarding") || !strings.Contains(lines[2], "Closing survey") {
		t.Errorf("%d: %d lines\n%s", sheet.StatusCode, len(lines), strings.Join(lines[:min(4, len(lines))], "\n"))
	}
	if sheet = b.get(address + "?columns=group&state=reserve"); !strings.Contains(sheet.page, "Reference,Group\r\n"+other+",\r\n") {
		t.Errorf("%q", sheet.page)
	}
	b.page(address+"?state=x", http.StatusUnprocessableEntity)
	says(t, "the log", b.as(admin).page(auditPath, http.StatusOK), "Journeys exported")
}

func TestCoaches(t *testing.T) {
	t.Parallel()
	b := setup(t)
	address := "/console/cohorts/" + cohort + "/coaches"
	b.page(address, http.StatusOK, "<h1>Coaches of 2027-spring</h1>", "C-222222", mark+"coach", "1 of 4", "in person or online",
		`<a href="/console/journeys/P-7F3K2Q">P-7F3K2Q</a>: same region, then 1 of 4 places taken`, "Has left</strong>", "Nobody yet", `<a href="/console/cohorts/2027-spring/match">`, `<a href="/console/cohorts/2027-spring/coaches/C-222222">C-222222</a>`)
	silent(t, address, b.as(ops).page(address, http.StatusOK, "C-222222"), mark)
	b.page("/console/cohorts/1999-autumn/coaches", http.StatusNotFound)
	b.store.coaches = nil
	b.page(address, http.StatusOK, "This cohort has no coaches yet")
}

func TestJourney(t *testing.T) {
	t.Parallel()
	b := setup(t)
	address := "/console/journeys/" + ref
	page := b.page(address, http.StatusOK, "<h1>Journey P-7F3K2Q</h1>", "<dd>Enrolled</dd>", mark+"name", mark+"mail@example.org", mark+"job", mark+"assistant@example.org",
		"Dates", `href="http://temporal.example/namespaces/default/workflows/journey%2F2027-spring%2FP-7F3K2Q"`,
		`workflows/journey%2F2027-spring%2FP-7F3K2Q%2Fonboarding"`, "Open, round 2", "Thu 25 Feb 2027, 17:00", "Overdue</strong>", "Mail refused", "Accepted",
		"Not sent: too close", "carried by another mail", "a copy is possible", `href="`+strings.ReplaceAll(messagePath(sent), "&", "&amp;")+`"`,
		"On hold to Enrolled", "staff:jo", "Illness", mark+"note", mark+"tasknote", `href="/console/tasks/12"`, `href="/console/journeys/P-222222"`,
		"Places at events", `<a href="`+sittingAddress+`">Sitting a`, "Cumberland Lodge", "<td>Confirmed</td>", `href="/console/journeys/P-7F3K2Q/withdraw"`, `href="/console/journeys/P-7F3K2Q/defer"`)
	silent(t, address, page, "/resume", "P-7F3K2Q%2Falumni", mark+"subject", mark+"id")

	for name, stages := range map[programme.CommandName]string{programme.CmdExtend: "onboarding closing-survey", programme.CmdAnswerFor: "onboarding",
		programme.CmdSkip: "onboarding closing-survey alumni", programme.CmdRetry: "closing-survey", programme.CmdHold: ""} {
		var named []string
		for _, stage := range b.store.journeys[0].Stages {
			if strings.Contains(page, `href="`+orderPath(ref, name, stage.Name)+`"`) {
				named = append(named, stage.Name)
			}
		}
		if got := strings.Join(named, " "); got != stages {
			t.Errorf("%s may name %q, not %q", name, got, stages)
		}
	}

	b.store.journeys[0].State, b.store.journeys[0].HeldState, b.store.journeys[0].HeldFrom = programme.OnHold, programme.Enrolled, at("2027-02-01")
	b.store.journeys[0].Attention = "mail_refused"
	held := b.page(address, http.StatusOK, "<dd>On hold</dd>", "Mon 1 Feb 2027, 17:00", "Returns to", "/resume", "/correct")
	silent(t, address, held, "/hold", "/extend", "/resend")
	b.page(address+"?mails=bad", http.StatusUnprocessableEntity)
	b.page(address+"?history=x", http.StatusUnprocessableEntity)
	b.page(address+"?history=2", http.StatusOK, "There are no more moves", `rel="prev"`)
	moves := b.store.moves
	b.store.moves = []programme.Move{{Ref: ref, ID: 9, Stage: "onboarding", From: "enrolled", To: "enrolled", What: "resend"}}
	silent(t, "a move that moved nothing", b.page(address, http.StatusOK, "<td>Onboarding</td><td></td><td>"+word("resend")+"</td>"), "Enrolled to Enrolled")
	b.store.moves = moves
	for n := range 120 {
		b.store.messages = append(b.store.messages, programme.Message{Ref: ref, Key: fmt.Sprintf("z/%s/-/survey/%03d", ref, n)})
		b.store.moves = append(b.store.moves, programme.Move{Ref: ref, ID: int64(10 + n), What: "hold"})
		b.store.tasks = append(b.store.tasks, programme.Task{Ref: ref, ID: int64(100 + n), Cohort: cohort})
	}
	b.page(address, http.StatusOK, `aria-label="Pages of mails"`, `aria-label="Pages of history"`, "history=107#history", "All open tasks of this cohort")
	b.page("/console/journeys/"+other, http.StatusOK, "None is known.", "This journey has no stages.", "Nothing waits on staff.", "Nothing has happened yet.")
	b.store.messages = nil
	b.page("/console/journeys/"+other, http.StatusOK, "No mail was sent or planned.")
	b.store.journeys[1].State = programme.NotNeeded
	b.as(ops).page("/console/journeys/"+other, http.StatusOK, "Nothing, as the journey stands and in your role.")
}

func TestMessage(t *testing.T) {
	t.Parallel()
	b := setup(t)
	answer := b.get(messagePath(sent))
	says(t, "mail", answer.page, mark+"subject", "…/l/••••", ` sandbox srcdoc="&lt;p style=`, "Fri 15 Jan 2027, 17:00", "250 Q1", "an attempt ended without an answer", "Journey P-7F3K2Q")
	if policy := answer.Header.Get("Content-Security-Policy"); !strings.Contains(policy, "default-src 'none'") || !strings.Contains(policy, "style-src 'self' 'unsafe-inline'") || strings.Contains(policy, "script") {
		t.Errorf("the policy is %q", policy)
	}
	again := `href="/console/journeys/P-7F3K2Q/resend?message=`
	says(t, "the mail", answer.page, again, "Send it again")
	silent(t, "a mail to come", b.page(messagePath(coming), http.StatusOK), again)
	silent(t, "the mail for ops", b.as(ops).page(messagePath(sent), http.StatusOK), again)
	b.as(coordinator)
	b.page(messagePath(merged), http.StatusOK, "Another mail of the same day carried this one", `href="`+messagePath(sent)+`"`)
	b.page(messagePath(unsent), http.StatusOK, "This mail was not sent", "Too close")
	b.page(messagePath(coming), http.StatusOK, "has not been written yet")
	b.store.messages[1].Text, b.store.messages[1].HTML = "", ""
	b.page(messagePath(sent), http.StatusOK, "There is no text")
}

func TestTasks(t *testing.T) {
	t.Parallel()
	b := setup(t)
	page := b.page("/console/tasks", http.StatusOK, "12: Overdue", `href="/console/journeys/P-7F3K2Q"`, "team@centre.example, deputy deputy", "Thu 11 Feb 2027, 17:00", mark+"tasknote", "Not yet")
	silent(t, "tasks", page, mark+"donenote")
	b.store.tasks = append(b.store.tasks, programme.Task{ID: 14, Cohort: cohort, Stage: "residential-2", Sitting: "a", Code: "set_venue", Opened: b.store.tasks[0].Opened})
	b.page("/console/tasks", http.StatusOK, "14: Set venue of sitting a")
	b.page("/console/tasks/14", http.StatusOK, "Task 14: set venue of sitting a", `href="/console/cohorts/2027-spring/events/residential-2/a"`)
	b.store.tasks = b.store.tasks[:len(b.store.tasks)-1]
	b.page("/console/tasks?cohort=2027-spring", http.StatusOK, "12: Overdue", `value="2027-spring" selected`)
	b.page("/console/tasks?cohort=x", http.StatusUnprocessableEntity, "<title>Error: ", "Choose a cohort of the list")
	b.page("/console/tasks?after=x", http.StatusUnprocessableEntity)
	b.page("/console/tasks?done=<b>", http.StatusOK)

	b.page("/console/tasks/12", http.StatusOK, "What was done", `action="/console/tasks/12/done"`)
	for note, words := range map[string]string{" \n": "Say in a few words", strings.Repeat("é", 2001): "at most 2,000"} {
		answer := b.do(http.MethodPost, "/console/tasks/12/done", url.Values{"note": {note}})
		if answer.StatusCode != http.StatusUnprocessableEntity {
			t.Errorf("%d", answer.StatusCode)
		}
		says(t, "note", answer.page, "<title>Error: ", words)
	}
	if !b.store.tasks[0].Done.IsZero() {
		t.Fatal("a refused note finished the task")
	}
	for range 2 { // a repeat changes nothing
		answer := b.do(http.MethodPost, "/console/tasks/12/done", url.Values{"note": {"Spoke to her\x00 office"}})
		if answer.StatusCode != http.StatusSeeOther || answer.Header.Get("Location") != "/console/tasks?cohort=2027-spring&done=12" {
			t.Errorf("%d to %q", answer.StatusCode, answer.Header.Get("Location"))
		}
	}
	if done := b.store.tasks[0]; done.DoneBy != "staff:jo" || done.Note != "Spoke to her office" || !done.Done.Equal(b.store.now) {
		t.Errorf("finished as %+v", done)
	}
	b.page("/console/tasks?cohort=2027-spring&done=12", http.StatusOK, "Task 12 is done.", "Nothing waits on staff.")
	silent(t, "done", b.page("/console/tasks/12", http.StatusOK, "Done by", "staff:jo"), "Mark as done")
	for n := range 70 {
		b.store.tasks = append(b.store.tasks, programme.Task{ID: int64(100 + n), Cohort: cohort, Code: "lapsed"})
	}
	b.page("/console/tasks?cohort=2027-spring", http.StatusOK, "after=149&amp;cohort=2027-spring", "None")
	b.page("/console/tasks?after=149", http.StatusOK, "169: Lapsed", `rel="prev"`)
	b.page("/console/tasks?after=500", http.StatusOK, "There are no more open tasks")
}

// TestCost: a page asks the records equally often however much there is.
func TestCost(t *testing.T) {
	t.Parallel()
	few, many := setup(t), setup(t)
	for n := range 1000 {
		many.store.journeys = append(many.store.journeys, programme.Journey{Ref: fmt.Sprintf("P-Y%05d", n), Cohort: cohort, Stages: many.store.journeys[0].Stages})
		many.store.messages = append(many.store.messages, programme.Message{Ref: ref, Key: fmt.Sprintf("z/%s/-/survey/%04d", ref, n)})
		many.store.moves = append(many.store.moves, programme.Move{Ref: ref, ID: int64(10 + n)})
		many.store.tasks = append(many.store.tasks, programme.Task{Ref: ref, ID: int64(100 + n), Cohort: cohort, Owner: "jo"})
		many.store.pairs = append(many.store.pairs, programme.Pair{Ref: ref, Coach: "C-333333"})
		many.store.slots = append(many.store.slots, programme.Slot{ID: fmt.Sprint("m", n), Starts: at("2027-03-01")})
		many.store.match.Pairs = append(many.store.match.Pairs, programme.Pair{Ref: ref, Coach: "C-333333"})
		many.store.waits = append(many.store.waits, many.store.waits[0])
		many.store.parked = append(many.store.parked, programme.Parked{Ref: fmt.Sprintf("P-Z%05d", n), Cohort: cohort})
	}
	for _, address := range []string{"/console", "/console/cohorts", "/console/operations", ledgerPath(cohort), matchPath(cohort), coachPath(cohort, "C-222222"), "/console/cohorts/" + cohort, "/console/cohorts/" + cohort + "/coaches", "/console/journeys/" + ref, messagePath(sent), "/console/tasks", "/console/tasks/12",
		eventsAddress, sittingAddress, registerAddress, packAddress} {
		few.store.asked, many.store.asked = 0, 0
		few.page(address, http.StatusOK)
		many.page(address, http.StatusOK)
		if few.store.asked != many.store.asked || few.store.asked > 6 {
			t.Errorf("%s asks %d times, and %d where there is more", address, few.store.asked, many.store.asked)
		}
	}
}

// TestOpenTasksOfACohort: each cohort says how many of its tasks are open, however many others there are.
func TestOpenTasksOfACohort(t *testing.T) {
	t.Parallel()
	b := setup(t)
	second := b.store.cohorts[0]
	second.Name = "2028-spring"
	b.store.cohorts, b.store.tasks = append(b.store.cohorts, second), nil
	for n := range 1234 {
		b.store.tasks = append(b.store.tasks, programme.Task{ID: int64(100 + n), Cohort: cohort, Owner: "jo"})
	}
	b.store.tasks = append(b.store.tasks, programme.Task{ID: 5000, Cohort: second.Name, Owner: "jo"}, programme.Task{ID: 5001, Cohort: second.Name, Done: at("2027-01-11")})
	for name, want := range map[string]string{cohort: "1234", second.Name: "1"} {
		for _, address := range []string{cohortsPath, cohortPath(name)} {
			b.page(address, http.StatusOK, `<a href="`+tasksPath+`?cohort=`+name+`">`+want+`<span class="govuk-visually-hidden"> tasks open in `+name)
		}
	}
}

// TestBroken: when the records fail, the page says so and tells nothing of the fault.
func TestBroken(t *testing.T) {
	t.Parallel()
	b := setup(t)
	for err, status := range map[error]int{errors.New("secret detail"): http.StatusInternalServerError, programme.ErrUnavailable: http.StatusServiceUnavailable} {
		b.store.broken = err
		for _, address := range []string{"/console", "/console/cohorts", "/console/operations", ledgerPath(cohort), matchPath(cohort), coachPath(cohort, "C-222222"), "/console/cohorts/" + cohort, "/console/cohorts/" + cohort + "/coaches", "/console/journeys/" + ref, messagePath(sent), "/console/tasks", "/console/tasks/12",
			eventsAddress, sittingAddress, registerAddress, packAddress, packAddress + ".csv"} {
			silent(t, address, b.page(address, status, "quote <code>urn:fairlead:request:"), "secret", mark)
		}
	}
}
