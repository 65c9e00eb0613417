package console

import (
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"
	"time"

	"fairlead/api"
	"fairlead/email"
	"fairlead/programme"

	"github.com/prometheus/client_golang/prometheus"
)

const (
	ref    = "P-7F3K2Q"
	other  = "P-ZZZZZZ"
	cohort = "2027-spring"
	sent   = cohort + "/" + ref + "/onboarding/onboarding/1.1.0"
	merged = cohort + "/" + ref + "/closing-survey/survey/1.1.0"
	unsent = cohort + "/" + ref + "/onboarding/onboarding-reminder/1.1.1"
	coming = cohort + "/" + ref + "/onboarding/onboarding-reminder/1.1.2"
	others = cohort + "/" + other + "/onboarding/onboarding/1.1.0"
)

// Every personal value begins with this, so that a page without any is easily told.
const mark = "Zq"

func realNow() time.Time { return time.Date(2026, 11, 21, 12, 0, 0, 0, time.UTC) }

func at(date string) time.Time {
	d, err := programme.ParseDate(date)
	if err != nil {
		panic(err)
	}
	return d.At(17, 0)
}

// bundle is the console behind the edge, with everything behind it.
type bundle struct {
	t       *testing.T
	store   *fakeStore
	handler http.Handler
	allow   bool
	log     *strings.Builder
	cookie  string // session that requests carry

	blueprint programme.Blueprint // of the cohort
}

func setup(t *testing.T) *bundle { return setupAt(t, "http://console.example") }

// setupAt is a cohort with a journey in the middle of its year: one stage done, one open and overdue, one parked, one to
// come; a mail in every state; a move; a task.
func setupAt(t *testing.T, publicURL string) *bundle {
	t.Helper()
	return setupWith(t, publicURL, Organisation{})
}

func setupWith(t *testing.T, publicURL string, provider Organisation) *bundle {
	t.Helper()
	b := &bundle{t: t, allow: true, log: &strings.Builder{}}
	person := programme.Person{ID: mark + "id", Title: "Dr", GivenName: mark + "given", FamilyName: mark + "family", Name: "Dr " + mark + "name",
		Email: mark + "mail@example.org", Phone: mark + "phone", Suppressed: "refused"}
	assistant := programme.Person{Name: mark + "assistant", Email: mark + "assistant@example.org", Phone: mark + "assistantphone"}
	stage := func(n int, name, title string, kind programme.Kind, state programme.StageState) programme.Stage {
		return programme.Stage{Name: name, Title: title, Kind: kind, Position: n, State: state, Round: 1, OpensAt: at("2026-11-23"), Due: at("2027-02-11"), Limit: at("2027-02-25")}
	}
	stages := []programme.Stage{
		stage(0, "selection", "Selection", programme.KindSelection, programme.StageDone),
		stage(1, "onboarding", "Onboarding", programme.KindOnboarding, programme.StageOpen),
		stage(2, "closing-survey", "Closing survey", programme.KindSurvey, programme.StageOpen),
		stage(3, "alumni", "Alumni", programme.KindAlumni, programme.StageNotOpen)}
	stages[0].Outcome = "accepted"
	stages[1].WaitingOn, stages[1].Since, stages[1].Overdue, stages[1].Round = programme.OwnerStaff, at("2027-02-11"), true, 2
	stages[2].WaitingOn, stages[2].Attention = programme.OwnerParticipant, "mail_refused"
	stages[3].Round = 0
	journey := programme.Journey{Ref: ref, Cohort: cohort, State: programme.Enrolled, Continues: "P-222222", Priority: 7, Group: "North", Started: true, Version: 4,
		Person: person, Assistant: &assistant, AssistantMay: programme.AssistantDates, Stages: stages,
		Role: programme.Role{JobTitle: mark + "job", Organisation: mark + "organisation", Sector: "Education", Region: "London", RoleStarted: "2024-05"}}
	message := func(key, name string, state programme.MessageState) programme.Message {
		return programme.Message{Key: key, Cohort: cohort, Ref: ref, Stage: strings.Split(key, "/")[2], Message: name, Rule: programme.RuleScheduled, At: at("2027-01-14"),
			State: state, To: "participant", MessageID: "<abc@fairlead.invalid>", TemplateVersion: "v1"}
	}
	mails := []programme.Message{message(merged, "survey", programme.MessageMerged), message(sent, "onboarding", programme.MessageSent),
		message(unsent, "onboarding-reminder", programme.MessageNotSent), message(coming, "onboarding-reminder", programme.MessagePlanned), message(others, "onboarding", programme.MessageSent)}
	mails[0].MergedInto = sent
	mails[1].Sent, mails[1].Attempts, mails[1].ServerReply, mails[1].MayRepeat = at("2027-01-15"), 2, "250 Q1", true
	mails[1].Subject, mails[1].Text, mails[1].HTML = mark+"subject", "Dear "+mark+"name,\n…/l/••••", `<p style="color:red">Dear `+mark+`name "quoted"</p>`
	mails[2].Reason = programme.NotSentTooClose
	mails[4].Ref, mails[4].Text = other, mark+"theirs"
	b.blueprint = shortYear()
	b.store = &fakeStore{now: at("2027-02-12"),
		cohorts: []programme.Cohort{{Name: cohort, Blueprint: "year", StartsOn: programme.Date{Year: 2027, Month: 3, Day: 1}, Route: programme.RouteInvitation,
			Places: 100, PlacesHeld: 81, Owner: "team@centre.example", Launched: at("2026-09-07")}},
		counts: map[string]programme.CohortCounts{cohort: {ByState: map[programme.JourneyState]int{programme.Enrolled: 80, programme.OnHold: 1},
			ByStage: map[string]map[programme.StageState]int{"onboarding": {programme.StageOpen: 33, programme.StageDone: 48}, "left-over": {programme.StageDone: 2}},
			Overdue: 5, Parked: 4, OnHold: 1, Mails: map[programme.MessageState]int{programme.MessageSent: 612, programme.MessageNotSent: 44}}},
		journeys: []programme.Journey{journey, {Ref: other, Cohort: cohort, State: programme.Reserve}},
		messages: mails,
		moves: []programme.Move{{ID: 1, Cohort: cohort, Ref: ref, Stage: "onboarding", From: "open", To: "overdue", What: "due", Actor: "programme", At: at("2027-02-11")},
			{ID: 2, Cohort: cohort, Ref: ref, From: "on_hold", To: "enrolled", What: "resume", Actor: "staff:jo", Reason: "illness", Note: mark + "note", At: at("2027-02-12")}},
		tasks: []programme.Task{{ID: 12, Cohort: cohort, Ref: ref, Leader: mark + "taskleader", Stage: "onboarding", Code: "overdue", Owner: "team@centre.example", Deputy: "deputy", Opened: at("2027-02-11"), Note: mark + "tasknote"},
			{ID: 13, Cohort: cohort, Code: "old", Done: at("2027-01-11"), DoneBy: "staff:jo", Note: mark + "donenote"}},
		scoring: someScoring(), events: residentialEvents(), figures: yearsFigures(), attendance: yearsAttendance(),
		coaches: []programme.Coach{{Ref: "C-222222", Name: mark + "coach", Email: mark + "coach@example.org", Background: "Healthcare", Region: "Wales",
			Capacity: 4, Load: 1, OffersOnline: true}, {Ref: "C-333333", Name: mark + "former", Region: "Wales", Capacity: 2, Left: true}},
		waits: []programme.Wait{{Cohort: cohort, Stage: "residential-1", On: programme.OwnerStaff, Staff: "team@centre.example", Open: 3, Overdue: 2, Since: at("2027-02-01")},
			{Cohort: "2026-spring", Stage: "alumni", On: programme.OwnerParticipant, Staff: "ann@centre.example", Open: 9, Since: at("2027-02-08")}},
		outgoing: []programme.Outgoing{{Cohort: cohort, Message: "onboarding-reminder", Lines: 14, People: 12}},
		parked:   []programme.Parked{{Cohort: cohort, Ref: ref, Stage: "closing-survey", Code: "mail_refused", Since: at("2027-02-02")}, {Cohort: cohort, Ref: other, Code: "stage_lost"}},
		late: []programme.Late{{What: programme.LateLimit, Count: 2, Refs: []string{ref}}, {What: programme.LateSignal, Count: 1, Refs: []string{"journey/2027-spring/P-7F3K2Q"}},
			{What: programme.LateOperation, Count: 1, Refs: []string{"launch-1"}}},
		pairs: []programme.Pair{{Ref: ref, Coach: "C-222222", Reasons: []string{programme.ReasonSameRegion, "load_1_of_4"}}},
		match: programme.MatchReport{Pairs: []programme.Pair{{Ref: other, Coach: "C-222222", Reasons: []string{programme.ReasonSameRegion, "load_2_of_4"}}},
			Unmatched: []programme.Unmatched{{Ref: "P-333333", Why: programme.CoachesFull}}},
		slots: []programme.Slot{{ID: "s0", Coach: "C-222222", Starts: at("2027-03-01"), Minutes: 60, State: programme.SlotFree},
			{ID: "s1", Coach: "C-222222", Starts: at("2027-03-08"), Minutes: 60, Online: true, State: programme.SlotBooked, Ref: ref, Stage: "coaching-1"}},
		tokens: map[string]member{}, signIns: map[string]signIn{}, sessions: map[string]member{}, people: somePeople()}
	log := slog.New(slog.NewTextHandler(b.log, nil))
	pages := New(Options{Store: b.store, Orders: b.store, Setup: b.store, Calendar: programme.EnglandAndWales(), AllBlueprints: programme.Blueprints,
		Compose:    compose,
		TemporalUI: "http://temporal.example/", Namespace: "default", PublicURL: publicURL, Log: log, Now: realNow, Organisation: provider, AllowOrganisation: func(string) (bool, time.Duration) { return b.allow, 7 * time.Second },
		RunbookURL: "http://runbooks.example/", Messages: []string{"onboarding", "onboarding-done", "onboarding-reminder", "survey"},
		Sample: email.Sample,
		Views:  []View{{"Parked", "http://temporal.example/namespaces/default/workflows?query=Attention&savedQuery=Parked"}},
		Blueprints: func(name string) (programme.Blueprint, error) {
			if name != "year" {
				return programme.Blueprint{}, programme.ErrNotFound
			}
			return b.blueprint, nil
		},
		Allow: func(string) (bool, time.Duration) { return b.allow, 7 * time.Second }})
	handler, err := api.New(api.Options{Parts: []api.Part{pages}, Health: api.NewHealth(log, realNow), Registry: prometheus.NewRegistry(), PublicURL: publicURL, Log: log, Now: realNow})
	if err != nil {
		t.Fatal(err)
	}
	b.handler = handler
	b.as(coordinator)
	return b
}

// shortYear has a stage of each kind that pages show in a way of their own.
func shortYear() programme.Blueprint {
	week := func(n int) *int { return &n }
	event := func(week int) *programme.Event {
		return &programme.Event{Starts: "monday 08:00", Ends: "wednesday 16:00", Week: week, Asked: 8, Confirm: 28, Freeze: 21, Joining: 14, Days: "3"}
	}
	return programme.Blueprint{Name: "year", Title: "A short year", JoinUntil: -5, Stages: []programme.BlueprintStage{
		{Name: "onboarding", Title: "Onboarding", Kind: programme.KindOnboarding, OpensWeek: -14, DueWeek: week(-11), AtLimit: "task"},
		{Name: "closing-survey", Title: "Closing survey", Kind: programme.KindSurvey, Survey: "closing", OpensWeek: -12, DueWeek: week(-10), AtLimit: "lapse"},
		{Name: "opening-event", Title: "Opening event", Kind: programme.KindEvent, Event: event(-4), AtLimit: "keep"},
		{Name: "residential-1", Title: "Residential 1", Kind: programme.KindEvent, Event: event(0), AtLimit: "keep"}}}
}

// as signs in with a role; "" signs out.
func (b *bundle) as(r role) *bundle {
	b.cookie = ""
	if r != "" {
		session := programme.NewToken()
		b.store.sessions[session.Hash()] = member{"jo", r}
		b.cookie = session.Reveal()
	}
	return b
}

// got is an answer with its page.
type got struct {
	*http.Response
	page string
}

func (b *bundle) do(method, address string, form url.Values) got {
	b.t.Helper()
	var body io.Reader
	if form != nil {
		body = strings.NewReader(form.Encode())
	}
	request := httptest.NewRequest(method, address, body)
	if form != nil {
		request.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	}
	if b.cookie != "" {
		request.AddCookie(&http.Cookie{Name: "fairlead_staff", Value: b.cookie})
	}
	recorder := httptest.NewRecorder()
	b.handler.ServeHTTP(recorder, request)
	answer := got{recorder.Result(), recorder.Body.String()}
	if strings.HasPrefix(answer.Header.Get("Content-Type"), "text/html") && method != http.MethodHead && answer.page != "" && answer.StatusCode != http.StatusSeeOther {
		seen.Saw(method+" "+address, answer.page, answer.Header.Get("Content-Security-Policy"))
		checkPage(b.t, method+" "+address, answer.page)
	}
	return answer
}

func (b *bundle) get(address string) got { b.t.Helper(); return b.do(http.MethodGet, address, nil) }

// page gets a page that must come with the status and say the texts.
func (b *bundle) page(address string, status int, texts ...string) string {
	b.t.Helper()
	answer := b.get(address)
	if answer.StatusCode != status {
		b.t.Errorf("%s: %d, not %d\n%s", address, answer.StatusCode, status, answer.page)
	}
	says(b.t, address, answer.page, texts...)
	return answer.page
}

func says(t *testing.T, where, page string, texts ...string) {
	t.Helper()
	for _, text := range texts {
		if !strings.Contains(page, text) {
			t.Errorf("%s does not say %q:\n%s", where, text, page)
		}
	}
}

func silent(t *testing.T, where, page string, texts ...string) {
	t.Helper()
	for _, text := range texts {
		if strings.Contains(page, text) {
			t.Errorf("%s says %q:\n%s", where, text, page)
		}
	}
}
