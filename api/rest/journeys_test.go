package rest

import (
	"encoding/base64"
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	"fairlead/api"
	"fairlead/programme"
)

func TestShowJourney(t *testing.T) {
	t.Parallel()
	b := setup(t)
	got := b.as(coordinator, "GET", "/journeys/"+ref, "").want(http.StatusOK)
	var j journey
	got.into(&j)
	if j.Person.Email != marker+"@example.org" || j.Role.JobTitle != marker || j.Assistant.Name != marker || j.Assistant.May != "dates" || j.Version != 4 {
		t.Errorf("%s", got.body)
	}
	if j.Links.Console != "/console/journeys/"+ref || j.Links.Temporal != "http://127.0.0.1:8233/namespaces/default/workflows/journey%2F2027-spring%2F"+ref {
		t.Errorf("%+v", j.Links)
	}
	open := j.Stages[1]
	if open.TemporalURL != j.Links.Temporal+"%2Fonboarding" || open.WaitingOn != "participant" || open.Due == nil || open.Title != "Getting ready" {
		t.Errorf("%+v", open)
	}
	if j.Stages[2].TemporalURL != "" || j.Stages[2].Due != nil {
		t.Errorf("%+v", j.Stages[2])
	}
	seen := b.as(ops, "GET", "/journeys/"+ref, "").want(http.StatusOK)
	if strings.Contains(seen.body, marker) {
		t.Errorf("ops sees %s", seen.body)
	}
	j = journey{}
	seen.into(&j)
	if j.Assistant == nil || j.Role.Sector != "Education" || len(j.Stages) != 5 || j.Stages[1].TemporalURL == "" {
		t.Errorf("ops sees too little: %s", seen.body)
	}
}

func TestListJourneys(t *testing.T) {
	t.Parallel()
	b := setup(t)
	for _, other := range []string{"P-222222", "P-333333", "P-444444"} {
		j := enrolled()
		j.Ref = other
		b.store.journeys[other] = j
	}
	b.as(coordinator, "GET", "/journeys?cohort=2027-spring&state=enrolled&stage=onboarding&waiting_on=participant&overdue=false&q=Ng", "").want(http.StatusOK)
	f := b.store.filter
	if f.Cohort != "2027-spring" || f.State != programme.Enrolled || f.Stage != "onboarding" || f.WaitingOn != programme.OwnerParticipant || *f.Overdue || f.Query != "Ng" {
		t.Errorf("%+v", f)
	}

	var refs []string
	path := "/journeys?limit=2&cohort=2027-spring"
	for pages := 1; ; pages++ {
		got := b.as(ops, "GET", path, "").want(http.StatusOK)
		var page list[journey]
		got.into(&page)
		for _, j := range page.Items {
			refs = append(refs, j.Ref)
		}
		if strings.Contains(got.body, marker) {
			t.Error("ops sees names in the list")
		}
		if page.Next == nil {
			if got.header.Get("Link") != "" || pages != 2 || !strings.Contains(got.body, `"next":null`) {
				t.Errorf("page %d, Link %q", pages, got.header.Get("Link"))
			}
			break
		}
		link, found := strings.CutSuffix(got.header.Get("Link"), `>; rel="next"`)
		link, both := strings.CutPrefix(link, "<"+Base)
		if !found || !both {
			t.Fatalf("Link %q", got.header.Get("Link"))
		}
		if address, err := url.Parse(link); err != nil || address.Query().Get("cursor") != *page.Next || address.Query().Get("cohort") != "2027-spring" {
			t.Fatalf("Link %q", link)
		}
		path = link
	}
	if strings.Join(refs, " ") != "P-222222 P-333333 P-444444 P-7F3K2Q" {
		t.Errorf("%v", refs)
	}

	for place, query := range map[string]string{"?limit": "limit=201", "?cursor": "cursor=%25%25", "?state": "state=" + marker, "?waiting_on": "waiting_on=" + marker, "?overdue": "overdue=" + marker, "?colour": "colour=1"} {
		b.as(coordinator, "GET", "/journeys?"+query, "").want(http.StatusUnprocessableEntity).kind(api.InvalidInput).pointsAt(place)
	}
	b.as(coordinator, "GET", "/journeys?limit=0", "").want(http.StatusUnprocessableEntity)
	b.as(coordinator, "GET", "/journeys?limit=many", "").want(http.StatusUnprocessableEntity)
	b.as(ops, "GET", "/journeys?q="+marker, "").want(http.StatusForbidden).kind(api.NotAllowed)
}

func TestLedgerAndHistory(t *testing.T) {
	t.Parallel()
	b := setup(t)
	var lines list[LedgerLine]
	b.as(coordinator, "GET", "/journeys/"+ref+"/messages", "").want(http.StatusOK).into(&lines)
	if len(lines.Items) != 1 || lines.Items[0].Subject == "" || lines.Items[0].Rule != programme.RuleScheduled {
		t.Fatalf("%+v", lines.Items)
	}
	path := "/journeys/" + ref + "/messages/" + lines.Items[0].ID
	var mail mailBody
	b.as(coordinator, "GET", path, "").want(http.StatusOK).into(&mail)
	if mail.Text != "Dear "+marker || mail.HTML == "" || mail.Key != lines.Items[0].Key {
		t.Errorf("%+v", mail)
	}
	foreign := base64.RawURLEncoding.EncodeToString([]byte(b.store.messages[1].Key))
	b.as(admin, "GET", "/journeys/"+ref+"/messages/"+foreign, "").want(http.StatusNotFound)
	b.as(admin, "GET", "/journeys/"+ref+"/messages/%25", "").want(http.StatusNotFound)
	b.as(admin, "GET", "/journeys/"+ref+"/messages/"+base64.RawURLEncoding.EncodeToString([]byte("no/such/key")), "").want(http.StatusNotFound)

	var moves list[move]
	b.as(coordinator, "GET", "/journeys/"+ref+"/history?limit=1", "").want(http.StatusOK).into(&moves)
	if len(moves.Items) != 1 || moves.Next == nil {
		t.Fatalf("%+v", moves)
	}
	b.as(coordinator, "GET", "/journeys/"+ref+"/history?limit=1&cursor="+*moves.Next, "").want(http.StatusOK).into(&moves)
	if moves.Items[0].ID != 2 || moves.Items[0].Note != marker {
		t.Errorf("%+v", moves.Items)
	}
	b.as(coordinator, "GET", "/journeys/"+ref+"/history?cursor=bm8", "").want(http.StatusUnprocessableEntity).pointsAt("?cursor")
	for _, at := range []string{"/journeys/" + ref + "/messages", path, "/journeys/" + ref + "/history", "/tasks?open=false"} {
		if got := b.as(ops, "GET", at, "").want(http.StatusOK); strings.Contains(got.body, marker) {
			t.Errorf("ops sees at %s: %s", at, got.body)
		}
	}
}

func TestTasksAndOperations(t *testing.T) {
	t.Parallel()
	b := setup(t)
	var tasks list[task]
	b.as(coordinator, "GET", "/tasks", "").want(http.StatusOK).into(&tasks)
	if len(tasks.Items) != 1 || tasks.Items[0].Code != "overdue" || tasks.Items[0].Note != marker {
		t.Errorf("%+v", tasks.Items)
	}
	b.as(coordinator, "GET", "/tasks?open=false&ref="+ref, "").want(http.StatusOK).into(&tasks)
	if len(tasks.Items) != 2 {
		t.Errorf("%+v", tasks.Items)
	}
	b.as(coordinator, "POST", "/tasks/5/done", `{"note":"rang them"}`).want(http.StatusOK)
	b.as(coordinator, "POST", "/tasks/5/done", "").want(http.StatusOK)
	if got := b.store.tasks[0]; got.DoneBy != "staff:desk-coordinator" || got.Note != "rang them" || !got.Done.Equal(time.Date(2026, 11, 16, 10, 0, 0, 0, time.UTC)) {
		t.Errorf("%+v", got)
	}
	b.store.tasks = append(b.store.tasks, programme.Task{ID: 7, Cohort: "2027-spring", Stage: "residential-1", Code: "register", Sitting: "a", Expected: 33, Left: 3},
		programme.Task{ID: 8, Cohort: "2027-spring", Ref: ref, Stage: "coaching-6", Code: "lapsed", Decides: true})
	b.as(coordinator, "GET", "/tasks", "").want(http.StatusOK).into(&tasks)
	if len(tasks.Items) != 2 || tasks.Items[0].Sitting != "a" || tasks.Items[0].Expected != 33 || tasks.Items[0].Left != 3 || !tasks.Items[1].Decides {
		t.Errorf("%+v", tasks.Items)
	}
	b.as(coordinator, "POST", "/tasks/8/done", "").want(http.StatusUnprocessableEntity).pointsAt("#/note")
	b.as(coordinator, "POST", "/tasks/8/done", `{"note":"agreed with the employer"}`).want(http.StatusOK)
	b.as(coordinator, "POST", "/tasks/"+marker+"/done", "").want(http.StatusUnprocessableEntity).pointsAt("?id")
	var op operation
	b.as(ops, "GET", "/operations/op-9", "").want(http.StatusOK).into(&op)
	if op.Done != 40 || op.Finished != nil || op.State != "running" {
		t.Errorf("%+v", op)
	}
}
