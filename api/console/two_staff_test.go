package console

import (
	"fmt"
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	"fairlead/programme"
)

// meeting is what becomes of two staff who have the same page open.
type meeting struct {
	roles   role                // who they are; empty: coordinators
	address string              // of the page and of its form
	post    string              // where the form goes, if elsewhere
	typed   []string            // names and values that the second types
	before  func(b *bundle)     // how things stand
	first   func(b *bundle)     // what the first does meanwhile
	told    string              // what the second is told
	kept    []string            // what the second typed, as the page says it
	undone  func(b *bundle) any // what must be as the first left it
}

// meetings are the pages on which one thing can be changed from two places at once.
var meetings = map[string]meeting{
	"/console/applications/:ref/decision": {address: applicationPath(ref), post: applicationPath(ref) + "/decision", typed: []string{"decision", "reject", "reason", "other", "note", "read it twice"},
		before: func(b *bundle) { b.store.journeys[0].State = programme.UnderReview },
		first: func(b *bundle) {
			b.store.decision, b.store.journeys[0].Version = programme.DecideOffer, 5
		},
		told: "Somebody decided on this application", kept: []string{"read it twice</textarea>", `value="reject" selected`, `name="version" value="5"`, "Offer, recorded"},
		undone: func(b *bundle) any { return len(b.store.ordered) }},
	"/console/cohorts/:cohort/release": {address: cohortPath(cohort) + "/release", typed: []string{"reason", "other", "note", "the panel met"},
		first: func(b *bundle) {
			b.store.releasable = []programme.Released{{Ref: ref, Decision: programme.DecideReject, Message: programme.MsgOffer}, {Ref: other, Decision: programme.DecideOffer, Message: programme.MsgOffer}}
		},
		told: "after you saw the preview", kept: []string{"the panel met</textarea>", `value="other" selected`, other}, undone: func(b *bundle) any { return len(b.store.ordered) }},
	"/console/cohorts/:cohort/match": {address: matchPath(cohort), first: func(b *bundle) { b.store.match.Pairs[0].Coach = "C-333333" },
		told: "the pairs are others", kept: []string{"<td>C-333333</td>"}, undone: func(b *bundle) any { return len(b.store.ordered) }},
	"/console/cohorts/:cohort/assign": {address: cohortPath(cohort) + "/assign?each=3", post: cohortPath(cohort) + "/assign", first: func(b *bundle) { b.store.scoring.add = 5 },
		told: "have changed since you opened this page", kept: []string{`name="each" value="3"`, "<dd>5</dd>"}, undone: func(b *bundle) any { return len(b.store.scoring.did) }},
	"/console/selectors/:staff": {address: selectorsPath + "/" + staffID, typed: []string{"organisations", "Kent Police", "reason", "she moved"},
		first: func(b *bundle) {
			b.store.scoring.selectors[0].Organisations, b.store.refuse = []string{"Leeds Council"}, programme.ErrConflict
		},
		told: "Somebody changed this in the meantime", kept: []string{`value="Kent Police"`, `value="she moved"`, "<dd>Leeds Council</dd>", `name="was" value="Leeds Council"`},
		undone: func(b *bundle) any { return len(b.store.scoring.did) }},
	"/console/tasks/:task/done": {address: taskPath(12), post: taskPath(12) + "/done", typed: []string{"note", "She called me herself"},
		first: func(b *bundle) {
			_ = b.store.FinishTask(b.t.Context(), 12, "staff:kim", "Wrote to her", b.store.now)
		},
		told: "finished before, by kim", kept: []string{"She called me herself</textarea>", `action="` + notesPath(ref) + `"`, "Add it as a note", "Wrote to her"},
		undone: func(b *bundle) any { return b.store.tasks[0].DoneBy + b.store.tasks[0].Note }},
	"/console/people/staff/:staff/role": {roles: admin, address: staffPath(staffID) + "/role", typed: []string{"role", "ops", "reason", "she moved"},
		first: func(b *bundle) { b.store.people.staff[0].Role, b.store.refuse = "selector", programme.ErrConflict },
		told:  "Somebody changed this in the meantime", kept: []string{`value="ops" selected`, `value="she moved"`, `name="was" value="selector"`},
		undone: func(b *bundle) any { return b.store.people.staff[0].Role }},
	"/console/scoring/:ref/scores": {roles: selector, address: sheetPath(ref) + "/scores", typed: []string{"role", "5", "role_note", "quite strong"},
		before: func(b *bundle) { b.store.journeys[0].State = programme.UnderReview },
		first:  func(b *bundle) { b.store.scoring.own.Version++ },
		told:   "You have saved other scores since you opened this page", kept: []string{"quite strong</textarea>", `name="version" value="4"`},
		undone: func(b *bundle) any { return b.store.scoring.own.Scores.Get("role") }},
	"/console/scoring/:ref/check": {roles: selector, address: sheetPath(ref) + "/check",
		before: func(b *bundle) { b.store.journeys[0].State = programme.UnderReview },
		first:  func(b *bundle) { b.store.scoring.own.Version++ },
		told:   "have changed since you opened this page", undone: func(b *bundle) any { return b.store.scoring.own.State }},
	registerPattern: {address: registerAddress, typed: []string{other, "attended"},
		first: func(b *bundle) {
			b.store.events.register.Rows[1].Status, b.store.events.by = programme.Absent, map[string]string{other: "staff:kim"}
		},
		told: "was noted meanwhile by kim", kept: []string{"You had ticked attended"}, undone: func(b *bundle) any { return b.store.events.register.Rows[1].Status }},
}

const registerPattern = "/console/cohorts/:cohort/events/:stage/:sitting/register"

// alone are the forms on which nothing of two is lost: they add, or do what both wanted, or are shown elsewhere to tell the
// second.
var alone = map[string]string{
	"/console/cohorts/:cohort/filter": "changes nothing", newCohortPath: "the name is the first's: TestNewCohort",
	"/console/cohorts/:cohort/set-up/dates":                               "signing a warning off twice is signing it off",
	"/console/cohorts/:cohort/set-up/dates/:stage":                        "TestDatesOfAStage",
	"/console/cohorts/:cohort/set-up/settings":                            "TestTwoChangeACohort",
	"/console/cohorts/:cohort/set-up/sittings/:stage":                     "TestTwoChangeACohort",
	"/console/cohorts/:cohort/set-up/sittings/:stage/:sitting":            "TestTwoChangeACohort",
	"/console/cohorts/:cohort/set-up/sittings/:stage/:sitting/reschedule": "TestTwoMoveASitting",
	"/console/cohorts/:cohort/set-up/people":                              "TestPeopleAreImported: what it would do now is shown anew",
	"/console/cohorts/:cohort/set-up/coaches":                             "as people",
	"/console/cohorts/:cohort/set-up/messages/:message":                   "TestMessagesOfACohort",
	"/console/cohorts/:cohort/set-up/launch":                              "TestLaunch",
	"/console/applications/:ref/reopen/:selector":                         "opening what is open changes nothing",
	"/console/cohorts/:cohort/late-codes":                                 "adds",
	"/console/cohorts/:cohort/coaches/:coach/times":                       "adds",
	"/console/cohorts/:cohort/coaches/:coach/times/:slot/remove":          "both wanted it; refused where it is booked",
	"/console/cohorts/:cohort/coaches/:coach/leave":                       "both wanted it",
	"/console/journeys/:ref/notes":                                        "adds",
	"/console/scoring/:ref/conflict":                                      "a selector's own",
	"/console/sessions/:session/end":                                      "one's own", "/console/sessions/end-others": "one's own",
	"/console/people/add":                       "another role is refused by the records",
	"/console/people/staff/:staff/remove":       "both wanted it",
	"/console/people/staff/:staff/end-sessions": "both wanted it", "/console/people/sessions/:session/end": "both wanted it",
	"/console/people/tokens/make": "adds", "/console/people/tokens/end/:id": "both wanted it", "/console/people/audit.csv": "changes nothing",
}

// TestTwoStaff: whoever changes what somebody else has changed since they opened the page is told, sees what stands now, and
// keeps what they typed.
func TestTwoStaff(t *testing.T) {
	t.Parallel()
	for route, one := range meetings {
		t.Run(strings.ReplaceAll(route, "/", " "), func(t *testing.T) {
			t.Parallel()
			b := setup(t)
			if one.roles != "" {
				b.as(one.roles)
			}
			b.store.cohorts[0].Route = programme.RouteApplication
			if one.before != nil {
				one.before(b)
			}
			form := b.form(b.page(one.address, http.StatusOK))
			one.first(b)
			before := fmt.Sprint(one.undone(b))
			answer := b.do(http.MethodPost, or(one.post, one.address), with(form, one.typed...))
			if answer.StatusCode != http.StatusConflict && answer.StatusCode != http.StatusUnprocessableEntity {
				t.Fatalf("%d to %q", answer.StatusCode, answer.Header.Get("Location"))
			}
			says(t, route, answer.page, append(one.kept, one.told, "<title>Error: ")...)
			if after := fmt.Sprint(one.undone(b)); after != before {
				t.Errorf("%s became %s", before, after)
			}
		})
	}
	for _, name := range programme.Commands() {
		t.Run(string(name), func(t *testing.T) {
			t.Parallel()
			b := setup(t)
			b.ready(name)
			b.store.journeys[0].Version = 9
			b.store.refuse = &programme.Illegal{State: programme.StateChanged}
			for _, step := range []string{"check", "give"} {
				answer := b.sends(name, step, url.Values{"note": {"long thoughts"}})
				if answer.StatusCode != http.StatusConflict {
					t.Errorf("%d", answer.StatusCode)
				}
				says(t, string(name), answer.page, "changed this journey after you opened the page", "long thoughts</textarea>", `name="version" value="9"`, `value="illness" selected`)
			}
			if len(b.store.given) > 0 {
				t.Error("it was given")
			}
		})
	}
	for _, route := range (&Console{}).routes() { // so that no form is forgotten
		_, meets := meetings[route.path]
		order := strings.HasPrefix(route.path, "/console/journeys/:ref/") || strings.HasPrefix(route.path, "/console/cohorts/:cohort/bulk/") // above, and TestBulkRefused
		if route.method == http.MethodPost && route.open == nil && !meets && !order && alone[route.path] == "" {
			t.Errorf("nothing says what becomes of two staff at %s", route.path)
		}
	}
}

// The second of two clicks is no second person: it finds done what the first did, and is not told of a conflict.
func TestTwoChangeACohort(t *testing.T) {
	t.Parallel()
	y := withRecords(t)
	y.created()
	changed := func(address, to string, typed ...string) url.Values {
		t.Helper()
		form := y.form(y.page(address, http.StatusOK))
		for range 2 {
			y.to(y.post(address, with(form, typed...), http.StatusSeeOther), to)
		}
		return form
	}
	settings := settingsPath(cohort)
	form := changed(settings, settings+"?did=saved", "places", "90", "signatory", "Jo Director", "contact", "team@centre.example")
	for name, value := range map[string]string{"signatory": "Kim Head", "contact": "kim@centre.example", "owner": "kim@centre.example", "deputy": "al@centre.example", "places": "95"} {
		answer := y.post(settings, with(form, name, value), http.StatusConflict, "Somebody changed this cohort", `value="`+value+`"`, "Jo Director")
		if strings.Contains(answer.page, "It now says") != (name == "signatory" || name == "contact" || name == "places" || name == "owner" || name == "deputy") {
			t.Errorf("%s: the page does not show both", name)
		}
	}
	changed(stagePath(cohort, "closing-survey"), yearPath(cohort)+"?did=saved", "ladder", "9, 2")
	changed(messagesPath(cohort)+"/invitation", messagesPath(cohort)+"/invitation?did=saved", "opening", "Do come.")
	add, list := sittingsPath(cohort)+"/residential-1", sittingsPath(cohort)
	form = changed(add, list+"?did=saved", "name", "b", "capacity", "50", "starts_at", "2027-09-12T16:00", "ends_at", "2027-09-17T13:00", "venue", "Elm House")
	y.post(add, with(form, "name", "b", "capacity", "40", "starts_at", "2027-09-12T16:00", "ends_at", "2027-09-17T13:00", "venue", "Oak House"), http.StatusConflict, "Oak House")
	changed(add+"/b", list+"?did=saved", "capacity", "60")
	check := y.form(y.post(add+"/b", with(nil, "do", "remove"), http.StatusOK).page)
	for range 2 {
		y.to(y.post(add+"/b", with(check, "step", "confirm"), http.StatusSeeOther), list+"?did=removed")
	}
	log, _, err := y.records.AuditLog(t.Context(), programme.AuditFilter{Action: programme.AuditCohortChanged}, 0, 50)
	if err != nil || len(log) != 6 {
		t.Errorf("%v: %d changes were noted, not 6", err, len(log))
	}
}

// Two who move one sitting: the second is told at each step. One who changes the dates of a sitting that has since been moved
// is sent to move it.
func TestTwoMoveASitting(t *testing.T) {
	t.Parallel()
	y := withRecords(t)
	y.created()
	sitting := sittingsPath(cohort) + "/residential-1/main"
	at := sitting + "/reschedule"
	dates, early := y.form(y.page(sitting, http.StatusOK)), y.form(y.page(at, http.StatusOK))
	move := func(form url.Values, day string) url.Values {
		return with(form, "starts_at", "2027-09-"+day+"T16:00", "ends_at", "2027-09-"+day+"T20:00", "reason", "programme_change", "note", "the house is full")
	}
	shown := y.form(y.post(at, move(early, "12"), http.StatusOK, "What would change").page)
	first := y.form(y.post(at, move(y.form(y.page(at, http.StatusOK)), "19"), http.StatusOK, "What would change").page)
	done := y.post(at, with(first, "step", "confirm"), http.StatusSeeOther)
	y.to(y.post(at, with(first, "step", "confirm"), http.StatusSeeOther), done.Header.Get("Location")) // a second click
	for name, form := range map[string]url.Values{"before the preview": move(early, "12"), "after it": with(shown, "step", "confirm")} {
		answer := y.post(at, form, http.StatusConflict, "Somebody moved or cancelled this sitting", `value="2027-09-12T16:00"`, "It now says: <strong>2027-09-19T16:00", "the house is full</textarea>", `value="programme_change" selected`)
		silent(t, name, answer.page, "It now says: <strong>Choose", "It now says: <strong>nothing")
	}
	y.post(sitting, with(dates, "starts_at", "2027-09-26T16:00", "ends_at", "2027-10-01T13:00"), http.StatusUnprocessableEntity, "You wrote that it starts 2027-09-26T16:00", "Move, cancel or put online")
	list, err := y.records.Sittings(t.Context(), cohort)
	for _, one := range list {
		if one.Stage == "residential-1" && clockTime(one.Starts) != "2027-09-19T16:00" {
			t.Errorf("it starts %s", clockTime(one.Starts))
		}
	}
	if err != nil || len(list) == 0 {
		t.Error(err)
	}
}

// A code is issued once, however often its form is sent: by a double click, or by a refresh of the page that showed it.
func TestALateCodeIsIssuedOnce(t *testing.T) {
	t.Parallel()
	b := reading(t)
	address := cohortPath(cohort) + "/late-codes"
	form := with(b.form(b.page(address, http.StatusOK)), "expires_on", programme.DateOf(b.store.now.Add(48*time.Hour)).String(), "note", "for Dr X")
	says(t, "issued", b.do(http.MethodPost, address, form).page, "K7M2QX9PRT")
	again := b.do(http.MethodPost, address, form)
	silent(t, "again", again.page, "K7M2QX9PRT")
	if says(t, "again", again.page, "issued when you first pressed the button", "for Dr X</textarea>"); again.StatusCode != http.StatusConflict || len(b.store.codes) != 1 {
		t.Errorf("%d: %d codes", again.StatusCode, len(b.store.codes))
	}
	if next := b.form(again.page).Get("id"); next == form.Get("id") {
		t.Error("the next code would be the same again")
	}
}

// Who presses the button twice is told that the decisions are out, not that somebody changed them.
func TestReleasingTwice(t *testing.T) {
	t.Parallel()
	b := reading(t)
	address := cohortPath(cohort) + "/release"
	form := with(b.form(b.page(address, http.StatusOK)), "reason", "other")
	goes(t, b.do(http.MethodPost, address, form), address+"?released=1")
	b.store.releasable = []programme.Released{} // they are told
	goes(t, b.do(http.MethodPost, address, form), address+"?released=before")
	b.page(address+"?released=before", http.StatusOK, "The decisions were released before")
	if len(b.store.ordered) != 1 {
		t.Error(b.store.ordered)
	}
}
