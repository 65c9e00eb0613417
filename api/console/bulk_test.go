package console

import (
	"fmt"
	"maps"
	"net/http"
	"net/url"
	"regexp"
	"strings"
	"testing"

	"fairlead/programme"
)

const bulkAddress = "/console/cohorts/" + cohort + "/bulk"

// many puts 60 leaders more into the cohort, the last of them on hold.
func (b *bundle) many() {
	stages := b.store.journeys[0].Stages
	for n := range 60 {
		b.store.journeys = append(b.store.journeys, programme.Journey{Ref: fmt.Sprintf("P-Y%05d", n), Cohort: cohort, State: programme.Enrolled, Stages: stages,
			Person: programme.Person{Name: fmt.Sprintf("%s %d", mark, n)}})
	}
	b.store.journeys[len(b.store.journeys)-1].State = programme.OnHold
	b.store.preview = programme.Preview{Changed: true, From: programme.Enrolled, To: programme.Enrolled, Mails: []programme.MailChange{{Message: "onboarding", To: "participant", At: at("2027-02-15")}}}
}

// sendsMany answers a bulk order's question as its page does.
func (b *bundle) sendsMany(name programme.CommandName, query, step string, change url.Values) got {
	b.t.Helper()
	form := url.Values{"step": {step}, "order": {givenOrder}, "shown": {"abc"}, "reason": {"no_answer"}, "note": {"Before the break"}}
	switch name {
	case programme.CmdExtend:
		form["stage"], form["until"] = []string{"onboarding"}, []string{"2027-03-18"}
	case programme.CmdWrite:
		form["subject"], form["text"] = []string{"Parking"}, []string{"Please come by train."}
	case programme.CmdResend, programme.CmdSkip:
		form["stage"] = []string{"onboarding"}
	case programme.CmdResume:
		form["missed"] = []string{"skip"}
	}
	maps.Copy(form, change)
	return b.do(http.MethodPost, bulkAddress+"/"+string(name)+query, form)
}

var shownField = regexp.MustCompile(`name="shown" value="([0-9a-f]+)"`)

// TestBulk: count, list and preview, then the second click, which carries what was seen.
func TestBulk(t *testing.T) {
	t.Parallel()
	for _, name := range programme.BulkCommands() {
		t.Run(string(name), func(t *testing.T) {
			t.Parallel()
			b := setup(t)
			b.many()
			b.page(bulkAddress+"?state=enrolled&search=5A51", http.StatusOK, "state “enrolled”, the words “ZQ”", `href="`+bulkAddress+"/"+string(name)+`?search=5A51&amp;state=enrolled"`)
			b.page(bulkAddress+"/"+string(name), http.StatusOK, "All journeys of the cohort", `name="reason"`, ">Continue<")
			answer := b.sendsMany(name, "", "check", url.Values{"reason": {""}})
			says(t, "without a reason", answer.page, "<title>Error: ", "Choose a reason", "Before the break")
			answer = b.sendsMany(name, "", "check", nil)
			says(t, "the check", answer.page, "62<", "Further ones", "Before the break", bulkTitles[name]+": ")
			if answer.StatusCode != http.StatusOK || strings.Count(answer.page, `<tr><th scope="row"><a href="/console/journeys/`) != 50 {
				t.Errorf("%d with %d lines", answer.StatusCode, strings.Count(answer.page, `<tr><th scope="row"><a href="/console/journeys/`))
			}
			further := b.sendsMany(name, "", "check", url.Values{"from": {"50"}}).page
			says(t, "further", further, "P-Y00059", "Earlier ones")
			if shown := shownField.FindStringSubmatch(answer.page); shown == nil || shownField.FindStringSubmatch(further)[1] != shown[1] {
				t.Errorf("another page of the list is another set: %v", shown)
			}
			says(t, "changed again", b.sendsMany(name, "", "change", nil).page, "Before the break", ">Continue<")
			if len(b.store.bulk) > 0 {
				t.Fatal("ordered before the second click")
			}
			for range 2 {
				answer = b.sendsMany(name, "?state=enrolled&search=5A51", "give", nil)
				if answer.StatusCode != http.StatusSeeOther || answer.Header.Get("Location") != operationPath(cohort, givenOrder) {
					t.Fatalf("%d to %q", answer.StatusCode, answer.Header.Get("Location"))
				}
			}
			order := b.store.bulk[givenOrder]
			if order.Shown != "abc" || order.Filter.State != programme.Enrolled || order.Filter.Query != "ZQ" || order.Filter.Cohort != cohort || order.Command.Name != name ||
				order.Command.Reason != "no_answer" || order.Command.Note != "Before the break" || order.Command.Actor != "staff:jo" {
				t.Errorf("%+v", order)
			}
		})
	}
}

// TestBulkSaysWhom: of each journey the list says what becomes of the order, and one is shown in full.
func TestBulkSaysWhom(t *testing.T) {
	t.Parallel()
	b := setup(t)
	b.many()
	b.store.journeys = b.store.journeys[len(b.store.journeys)-3:]
	page := b.sendsMany(programme.CmdHold, "", "check", nil).page
	says(t, "hold", page, "<dt>Will be done for</dt><dd>2</dd>", "<dt>Is so already for</dt><dd>1</dd>", "It is so already", "one of them, P-Y00057", "Will go<", "Hold: 2 journeys")
	page = b.sendsMany(programme.CmdExtend, "", "check", nil).page
	says(t, "extend", page, "<dt>Not possible for</dt><dd>1</dd>", "Resume the journey first", "Extend: 2 journeys")
	b.store.refuse = programme.Refuse("until", "Name a working day.")
	answer := b.sendsMany(programme.CmdExtend, "", "check", nil)
	says(t, "a day that will not do", answer.page, `href="#until">Name a working day.`, `value="2027-03-18"`)
	b.store.refuse = nil
	b.store.journeys = b.store.journeys[2:]
	silent(t, "nobody", b.sendsMany(programme.CmdHold, "", "check", nil).page, `value="give"`)
	b.store.journeys = nil
	says(t, "nobody at all", b.sendsMany(programme.CmdHold, "", "check", nil).page, "No journey passes these filters.")
	for n := range programme.MostAtOnce + 1 {
		b.store.journeys = append(b.store.journeys, programme.Journey{Ref: fmt.Sprintf("P-%06d", n), Cohort: cohort, State: programme.Enrolled})
	}
	says(t, "too many", b.sendsMany(programme.CmdHold, "", "check", nil).page, "<title>Error: ", "Narrow the filters")
}

// TestBulkRefused: where others pass the filters by now, nothing is ordered and the list is shown anew.
func TestBulkRefused(t *testing.T) {
	t.Parallel()
	b := setup(t)
	b.many()
	for step, want := range map[string]int{"give": http.StatusConflict} {
		b.store.refuse = programme.ErrConflict
		answer := b.sendsMany(programme.CmdResume, "", step, nil)
		b.store.refuse = nil
		if answer.StatusCode != want && answer.StatusCode != http.StatusUnprocessableEntity {
			t.Errorf("%d", answer.StatusCode)
		}
		says(t, "others", answer.page, "<title>Error: ", "Before the break")
	}
	if answer := b.sendsMany(programme.CmdHold, "", "give", url.Values{"order": {"x"}}); answer.StatusCode != http.StatusBadRequest {
		t.Errorf("an order of no page: %d", answer.StatusCode)
	}
	b.page(bulkAddress+"/hold?search=zz", http.StatusNotFound)
	b.page(bulkAddress+"/hold?state=zz", http.StatusUnprocessableEntity)
	b.page("/console/cohorts/1999-autumn/bulk/hold", http.StatusNotFound)
	b.page("/console/cohorts/"+cohort+"/bulk/withdraw", http.StatusNotFound)
}

// TestOperation: progress that can be left, and a result for each journey.
func TestOperation(t *testing.T) {
	t.Parallel()
	b := setup(t)
	b.store.operation = programme.Operation{ID: givenOrder, Kind: "bulk", Cohort: cohort, State: "running", Total: 60, Done: 20, Failed: 3, Refused: 2, Created: at("2027-02-12")}
	for n, line := range []programme.BulkLine{{State: programme.CommandApplied, Changed: true}, {State: programme.CommandApplied}, {State: programme.CommandRecorded}, {State: programme.CommandRefused, Why: "The journey has ended."},
		{State: programme.CommandAbandoned, Why: "Another order came first."}} {
		line.Ref, line.Name = fmt.Sprintf("P-Y%05d", n), mark+"name"
		b.store.lines = append(b.store.lines, line)
	}
	address := operationPath(cohort, givenOrder)
	b.page(address, http.StatusOK, "20 of 60 are done. 2 were not possible. 1 failed.", "<dt>Not possible</dt><dd>2</dd>", "<dt>Failed</dt><dd>1</dd>", `max="60" value="20"`, "You can close this page", ">Done<", "It was so already", "Waits for its turn", ">Not possible: The journey has ended.", ">Failed: Another order came first.", mark+"name")
	silent(t, "ops", b.as(ops).page(address, http.StatusOK, "P-Y00000"), mark)
	for n := range 60 {
		b.store.lines = append(b.store.lines, programme.BulkLine{Ref: fmt.Sprintf("P-Z%05d", n), State: programme.CommandApplied})
	}
	b.store.operation.State, b.store.operation.Done, b.store.operation.Failed = "done", 59, 1
	b.store.operation.Refused = 1
	silent(t, "none failed", b.page(address, http.StatusOK, "59 of 60 were done. 1 was not possible.<"), "failed", "Failed</dt>")
	b.page(address, http.StatusOK, "59 of 60 were done.", `rel="next"`, "after=P-Z00044")
	b.page(address+"?after=P-Z00044", http.StatusOK, "P-Z00059", `rel="prev"`)
	for _, wrong := range []string{operationPath(cohort, "zzzzzzzz"), operationPath("other", givenOrder), address + "?after=x"} {
		b.page(wrong, http.StatusNotFound)
	}
}
