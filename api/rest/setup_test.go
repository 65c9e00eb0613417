package rest

import (
	"bytes"
	"encoding/json"
	"flag"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"os"
	"strings"
	"sync"
	"testing"
	"time"

	"fairlead/api"
	"fairlead/programme"

	"github.com/prometheus/client_golang/prometheus"
)

var update = flag.Bool("update", false, "write the golden files anew")

// What stands in every personal field of the fixtures: no refusal, log line or answer to ops may hold any of it.
const marker = "Marqueur"

const ref = "P-7F3K2Q"

type bundle struct {
	t        *testing.T
	store    *fakeStore
	journeys *fakeJourneys
	log      *lines
	url      string
	options  Options
}

// lines is a log that several goroutines write.
type lines struct {
	mu   sync.Mutex
	text bytes.Buffer
}

func (l *lines) Write(p []byte) (int, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.text.Write(p)
}

func (l *lines) String() string {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.text.String()
}

// setup serves the whole edge with one cohort and one enrolled journey, over real HTTP. change may alter the options.
func setup(t *testing.T, change ...func(*Options)) *bundle {
	t.Helper()
	real := time.Date(2026, 11, 16, 10, 0, 0, 0, time.UTC) // a Monday
	now := func() time.Time { return real }
	store := &fakeStore{now: now, tokens: map[string]string{}, cohorts: map[string]programme.Cohort{}, journeys: map[string]programme.Journey{},
		commands: map[string]programme.Command{}, operations: map[string]programme.Operation{}, kept: map[string]*keptRequest{}}
	for _, r := range roles() {
		store.tokens[programme.TokenFrom("token-"+string(r)).Hash()] = string(r)
	}
	store.cohorts["2027-spring"] = programme.Cohort{Name: "2027-spring", Blueprint: "essentials", StartsOn: programme.Date{Year: 2027, Month: 3, Day: 1},
		Route: programme.RouteInvitation, Places: 30, PlacesHeld: 12, Owner: "owner@centre.example", Version: 3}
	store.cohorts["2028-spring"] = programme.Cohort{Name: "2028-spring", Blueprint: "essentials", StartsOn: programme.Date{Year: 2028, Month: 2, Day: 28},
		Route: programme.RouteInvitation, Places: 30, Owner: "owner@centre.example", Version: 1}
	store.journeys[ref] = enrolled()
	store.messages = []programme.Message{{Key: "2027-spring/" + ref + "/onboarding/onboarding/1.1.0", Ref: ref, Stage: "onboarding", Message: "onboarding",
		Rule: programme.RuleScheduled, State: programme.MessageSent, Subject: marker + ", get ready", Text: "Dear " + marker, HTML: "<p>" + marker},
		{Key: "2027-spring/P-XXXXXX/onboarding/onboarding/1.1.0", Ref: "P-XXXXXX", Subject: marker}}
	store.moves = []programme.Move{{ID: 1, Ref: ref, From: "reserve", To: "invited", What: "launch", Actor: "staff:desk"},
		{ID: 2, Ref: ref, From: "invited", To: "enrolled", What: "form-submitted", Actor: "participant", Note: marker}}
	store.tasks = []programme.Task{{ID: 5, Cohort: "2027-spring", Ref: ref, Stage: "onboarding", Code: "overdue", Owner: "owner@centre.example", Note: marker},
		{ID: 6, Cohort: "2027-spring", Ref: ref, Code: "lapsed", Done: real, DoneBy: "staff:desk"}}
	store.operations["op-9"] = programme.Operation{ID: "op-9", Kind: "launch", Cohort: "2027-spring", State: "running", Total: 100, Done: 40, Created: real}

	b := &bundle{t: t, store: store, journeys: &fakeJourneys{}, log: &lines{}}
	store.runs = b.journeys
	log := slog.New(slog.NewJSONHandler(b.log, nil))
	b.options = Options{Store: store, Journeys: b.journeys, Blueprints: programme.Blueprints, Calendar: programme.EnglandAndWales(),
		TemporalUI: "http://127.0.0.1:8233", Namespace: "default", Now: now, Log: log}
	for _, c := range change {
		c(&b.options)
	}
	handler, err := api.New(api.Options{Parts: []api.Part{New(b.options)}, Health: api.NewHealth(log, now), Registry: prometheus.NewRegistry(),
		BodyCaps: BodyCaps(), Log: log, Now: now})
	if err != nil {
		t.Fatal(err)
	}
	server := httptest.NewServer(handler)
	t.Cleanup(server.Close)
	b.url = server.URL
	return b
}

// enrolled is somebody in the middle of onboarding, with a marker in every personal field.
func enrolled() programme.Journey {
	due := programme.Date{Year: 2026, Month: 12, Day: 17}.At(17, 0)
	return programme.Journey{Ref: ref, Cohort: "2027-spring", State: programme.Enrolled, Started: true, Version: 4,
		Person:    programme.Person{ID: "p1", Title: marker, GivenName: marker, FamilyName: marker, Name: marker, Email: marker + "@example.org", Phone: marker},
		Role:      programme.Role{JobTitle: marker, Organisation: marker, Sector: "Education", Region: "London", RoleStarted: "2026-09"},
		Assistant: &programme.Person{ID: "p2", Name: marker, Email: marker + "2@example.org", Phone: marker}, AssistantMay: programme.AssistantDates,
		Stages: []programme.Stage{
			{Name: "selection", Kind: programme.KindSelection, Title: "Your invitation", State: programme.StageDone, Round: 1, Outcome: "accepted"},
			{Name: "onboarding", Kind: programme.KindOnboarding, Title: "Getting ready", State: programme.StageOpen, Round: 1,
				WaitingOn: programme.OwnerParticipant, Since: due.AddDate(0, 0, -20), OpensAt: due.AddDate(0, 0, -20), Due: due, Limit: due.AddDate(0, 0, 14)},
			{Name: "closing-survey", Kind: programme.KindSurvey, Title: "Closing survey", State: programme.StageNotOpen},
			{Name: "alumni", Kind: programme.KindAlumni, Title: "Joining the network", State: programme.StageNotOpen},
			{Name: "residential-1", Kind: programme.KindEvent, Title: "Residential 1", State: programme.StageOpen, Round: 1, Part: programme.PartAttendance,
				WaitingOn: programme.OwnerCalendar, Since: due.AddDate(0, 0, -20), OpensAt: due.AddDate(0, 0, -20), Due: due.AddDate(0, 3, 0), Limit: due.AddDate(0, 4, 0)},
		}}
}

type answer struct {
	t      *testing.T
	status int
	header http.Header
	body   string
}

// as sends a request with a role's token; headers come in pairs.
func (b *bundle) as(r role, method, path, body string, headers ...string) *answer {
	b.t.Helper()
	request, err := http.NewRequestWithContext(b.t.Context(), method, b.url+Base+path, strings.NewReader(body))
	if err != nil {
		b.t.Fatal(err)
	}
	if r != "" {
		request.Header.Set("Authorization", "Bearer token-"+string(r))
	}
	if body != "" {
		request.Header.Set("Content-Type", "application/json")
	}
	for i := 0; i+1 < len(headers); i += 2 {
		request.Header.Set(headers[i], headers[i+1])
	}
	return b.send(request)
}

func (b *bundle) send(request *http.Request) *answer {
	b.t.Helper()
	response, err := http.DefaultClient.Do(request)
	if err != nil {
		b.t.Fatal(err)
	}
	defer response.Body.Close()
	text, err := io.ReadAll(response.Body)
	if err != nil {
		b.t.Fatal(err)
	}
	return &answer{b.t, response.StatusCode, response.Header, string(text)}
}

// want fails the test unless the status is the wanted one; a refusal must be a sound problem document without a personal
// value.
func (a *answer) want(status int) *answer {
	a.t.Helper()
	if a.status != status {
		a.t.Fatalf("got %d, wanted %d: %s", a.status, status, a.body)
	}
	if status >= 400 {
		if got := a.header.Get("Content-Type"); got != "application/problem+json" {
			a.t.Errorf("a refusal of type %q", got)
		}
		if strings.Contains(a.body, marker) {
			a.t.Errorf("a refusal holds a personal value: %s", a.body)
		}
		var p api.Problem
		a.into(&p)
		if p.Status != status || p.Title == "" || !strings.HasPrefix(p.Type, "/problems/") || !strings.HasPrefix(p.Instance, "urn:fairlead:request:") {
			a.t.Errorf("not a whole problem document: %s", a.body)
		}
	}
	return a
}

// kind fails the test unless the refusal is of the kind.
func (a *answer) kind(kind api.ProblemKind) *answer {
	a.t.Helper()
	if got := a.problem().Kind(); got != kind {
		a.t.Errorf("a problem of the kind %q, wanted %q: %s", got, kind, a.body)
	}
	return a
}

func (a *answer) problem() *api.Problem {
	a.t.Helper()
	var p api.Problem
	a.into(&p)
	return &p
}

// pointsAt fails the test unless the refusal has a fault at the place: a pointer, or "?name" for a parameter.
func (a *answer) pointsAt(place string) *answer {
	a.t.Helper()
	for _, e := range a.problem().Errors {
		if e.Pointer == place || "?"+e.Parameter == place {
			if e.Detail == "" {
				a.t.Errorf("a fault at %s without a word", place)
			}
			return a
		}
	}
	a.t.Errorf("no fault at %s: %s", place, a.body)
	return a
}

func (a *answer) into(v any) {
	a.t.Helper()
	if err := json.Unmarshal([]byte(a.body), v); err != nil {
		a.t.Fatalf("%v in %s", err, a.body)
	}
}

// golden compares with a file of testdata, or writes it with -update.
func golden(t *testing.T, name, got string) {
	t.Helper()
	path := "testdata/" + name
	if *update {
		if err := os.WriteFile(path, []byte(got), 0o644); err != nil {
			t.Fatal(err)
		}
		return
	}
	want, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	if got != string(want) {
		t.Errorf("%s differs; look at the change and run with -update:\n%s", path, got)
	}
}
