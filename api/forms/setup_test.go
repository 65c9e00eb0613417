package forms_test

import (
	"io"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"
	"time"

	"fairlead/api/assets"
	"fairlead/api/forms"
	"fairlead/programme"

	"github.com/gin-gonic/gin"
)

const ref = "P-7F3K2Q"

func init() { gin.SetMode(gin.TestMode) }

// bundle is a set of pages with everything behind them.
type bundle struct {
	t         *testing.T
	records   *records
	workflows *workflows
	forms     *forms.Forms
	handler   http.Handler
	allow     bool
	// placedWith is the stage whose form confirms the place at residential 1; empty: its own.
	placedWith string
	log        *strings.Builder
}

var leader = programme.Person{ID: "person-leader", Title: "Dr", GivenName: "Helen", FamilyName: "O’Nguyen", Name: "Dr Helen O’Nguyen",
	Email: "helen.nguyen@wirral.example", Phone: "020 7946 0123"}

var assistant = programme.Person{ID: "person-assistant", Name: "Pat Lee", Email: "pat.lee@wirral.example"}

func at(date string) time.Time {
	d, err := programme.ParseDate(date)
	if err != nil {
		panic(err)
	}
	return d.At(17, 0)
}

// setup is a leader of a cohort that starts on 1 March 2027, today being 10 December 2026, with every stage closed to
// come: each test opens what it is about.
func setup(t *testing.T) *bundle {
	t.Helper()
	b := &bundle{t: t, allow: true, workflows: &workflows{}, log: &strings.Builder{}}
	stage := func(n int, name, title string, kind programme.Kind, opens, due, limit string) programme.Stage {
		return programme.Stage{Name: name, Kind: kind, Title: title, Position: n, State: programme.StageNotOpen, OpensAt: at(opens), Due: at(due), Limit: at(limit)}
	}
	b.records = &records{
		now: at("2026-12-10"),
		cohort: programme.Cohort{Name: "2027-spring", Blueprint: "year", StartsOn: programme.Date{Year: 2027, Month: 3, Day: 1},
			Contact: "team@centre.example", Signatory: "Jo Director"},
		journey: programme.Journey{Ref: ref, Cohort: "2027-spring", State: programme.Enrolled, Person: leader,
			Role: programme.Role{JobTitle: "Chief Executive", Organisation: "Wirral Council", Sector: "Local Government", Region: "North West", RoleStarted: "2024-05"},
			Stages: []programme.Stage{
				stage(0, "selection", "Your invitation", programme.KindSelection, "2026-09-07", "2026-12-18", "2026-12-18"),
				stage(1, "onboarding", "Getting ready", programme.KindOnboarding, "2026-11-23", "2026-12-17", "2027-01-06"),
				stage(3, "residential-1", "Residential 1", programme.KindEvent, "2027-01-04", "2027-02-01", "2027-02-08"),
				stage(4, "closing-survey", "Closing survey", programme.KindSurvey, "2027-10-25", "2027-11-11", "2027-11-25"),
				stage(5, "alumni", "Joining the network", programme.KindAlumni, "2027-11-15", "2027-12-09", "2027-12-23"),
			}},
		coach: &programme.Coach{Ref: "C-222222", Name: "Abena Darko", Email: "abena.darko@coaches.example", Background: "Healthcare", Region: "North East"},
		links: map[string]programme.Link{}, dead: map[string]error{}, visits: map[string]visit{},
		drafts: map[string]map[string]programme.Draft{}, answers: map[string]programme.Submission{},
	}
	b.forms = forms.New(forms.Options{Store: b.records, Notify: b.workflows, Calendar: diary{}, Blueprints: b.blueprint,
		PublicURL: "https://leaders.example/", PrivacyNotice: "2026-09", Contact: "centre@centre.example",
		AllowNewLink: func(string) (bool, time.Duration) { return b.allow, 7 * time.Second },
		AllowApply:   func(string) (bool, time.Duration) { return b.allow, 7 * time.Second },

		AllowUnsubscribe: func(string) (bool, time.Duration) { return b.allow, 7 * time.Second }})
	engine := gin.New()
	engine.ContextWithFallback, engine.HandleMethodNotAllowed = true, true
	engine.Use(func(c *gin.Context) {
		c.Next()
		if err := c.Errors.Last(); err != nil {
			b.log.WriteString(err.Error())
		}
	})
	b.forms.Register(engine)
	engine.GET(assets.Pattern, gin.WrapF(assets.Serve))
	b.handler = engine
	return b
}

func (b *bundle) blueprint(name string) (programme.Blueprint, error) {
	if name == "supplier" {
		return programme.Blueprint{Name: name, Stages: []programme.BlueprintStage{{Name: "psychometrics", Kind: programme.KindPsychometrics,
			Supplier: "https://tests.example/leaders"}}}, nil
	}
	if name != "year" {
		return programme.Blueprint{}, programme.ErrNotFound
	}
	return programme.Blueprint{Name: "year", Title: "Flagship programme", Summary: "A year of learning.", Stages: []programme.BlueprintStage{
		{Name: "selection", Kind: programme.KindSelection, Application: &programme.Application{Opens: -39, Closes: -34, Decided: -26, Released: -25}},
		{Name: "onboarding", Kind: programme.KindOnboarding, Survey: "baseline"},
		{Name: "psychometrics", Kind: programme.KindPsychometrics, Instrument: "ipip-50", After: "onboarding"},
		{Name: "coaching-1", Kind: programme.KindCoaching},
		{Name: "residential-1", Title: "Residential 1", Kind: programme.KindEvent, Compulsory: true, Event: &programme.Event{Starts: "sunday-eve 16:00", Ends: "friday 13:00", Residential: true, PlaceWith: b.placedWith}},
		{Name: "residential-1-survey", Kind: programme.KindSurvey, Survey: programme.Residential, Follows: "residential-1"},
		{Name: "closing-event", Kind: programme.KindEvent, Event: &programme.Event{Starts: "tuesday 09:30", Ends: "tuesday 16:30", Week: 36, PlaceWith: "residential-1"}},
		{Name: "closing-survey", Kind: programme.KindSurvey, Survey: "closing"}, {Name: "alumni", Kind: programme.KindAlumni},
		{Name: "survey-6-months", Kind: programme.KindSurvey, Survey: "closing", Follows: "closing-event", MonthsAfter: 6},
	}}, nil
}

// open opens a stage's first round and moves today to the day before it is due.
func (b *bundle) open(name string) *programme.Stage {
	for i := range b.records.journey.Stages {
		stage := &b.records.journey.Stages[i]
		if stage.Name == name {
			stage.State, stage.Round = programme.StageOpen, 1
			b.records.now = stage.Due.Add(-24 * time.Hour)
			return stage
		}
	}
	b.t.Fatal("no stage ", name)
	return nil
}

// link makes a private link.
func (b *bundle) link(purpose programme.LinkPurpose, stage, person string) programme.Token {
	token := programme.NewToken()
	b.records.links[token.Hash()] = programme.Link{Purpose: purpose, Cohort: "2027-spring", Ref: ref, Stage: stage, PersonID: person}
	return token
}

// browser is somebody's browser, which keeps its cookie.
type browser struct {
	*bundle
	cookie *http.Cookie
}

// leader and assistant are browsers that came by a private link.
func (b *bundle) leader() *browser { return b.come("participant", leader.ID) }

func (b *bundle) assistant(may programme.AssistantMay) *browser {
	someone := assistant
	b.records.journey.Assistant, b.records.journey.AssistantMay = &someone, may
	return b.come("assistant", assistant.ID)
}

func (b *bundle) stranger() *browser { return &browser{bundle: b} }

func (b *bundle) come(part, person string) *browser {
	token := programme.NewToken()
	b.records.mu.Lock()
	defer b.records.mu.Unlock()
	b.records.visits[token.Hash()] = visit{part, person}
	return &browser{bundle: b, cookie: &http.Cookie{Name: "__Host-fairlead_visit", Value: token.Reveal()}}
}

// answer is what came back.
type answer struct {
	*httptest.ResponseRecorder
	t    *testing.T
	body string
}

func (br *browser) do(method, path string, form url.Values) *answer {
	br.t.Helper()
	var body io.Reader
	if form != nil {
		body = strings.NewReader(form.Encode())
	}
	request := httptest.NewRequest(method, path, body)
	if form != nil {
		request.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	}
	return br.send(request)
}

func (br *browser) send(request *http.Request) *answer {
	br.t.Helper()
	if br.cookie != nil {
		request.AddCookie(br.cookie)
	}
	recorder := httptest.NewRecorder()
	br.handler.ServeHTTP(recorder, request)
	a := &answer{ResponseRecorder: recorder, t: br.t, body: recorder.Body.String()}
	if strings.HasPrefix(a.Header().Get("Content-Type"), "text/html") && a.body != "" && a.Code != http.StatusSeeOther {
		checkPage(br.t, request.Method+" "+request.URL.Path, a.body)
		checkWhose(br.t, request.URL.Path, a)
		seen.Saw(request.Method+" "+request.URL.Path, a.body, "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; form-action 'self'")
	}
	return a
}

func (br *browser) get(path string) *answer {
	br.t.Helper()
	return br.do(http.MethodGet, path, nil)
}

func (br *browser) post(path string, form url.Values) *answer {
	br.t.Helper()
	if form == nil {
		form = url.Values{}
	}
	return br.do(http.MethodPost, path, form)
}

// is checks the status and that the page says each of the texts.
func (a *answer) is(status int, texts ...string) *answer {
	a.t.Helper()
	if a.Code != status {
		a.t.Fatalf("status is %d, want %d\n%s", a.Code, status, words(a.body))
	}
	said := words(a.body)
	for _, text := range texts {
		if !strings.Contains(said, text) {
			a.t.Errorf("the page does not say %q:\n%s", text, said)
		}
	}
	return a
}

// not checks that the page does not hold a text at all, markup included.
func (a *answer) not(texts ...string) *answer {
	a.t.Helper()
	for _, text := range texts {
		if strings.Contains(a.body, text) {
			a.t.Errorf("the page holds %q", text)
		}
	}
	return a
}

// leads checks a redirect after POST.
func (a *answer) leads(path string) *answer {
	a.t.Helper()
	if a.Code != http.StatusSeeOther || a.Header().Get("Location") != path {
		a.t.Fatalf("status %d to %q, want 303 to %q\n%s", a.Code, a.Header().Get("Location"), path, words(a.body))
	}
	return a
}

func fields(pairs ...string) url.Values {
	values := url.Values{}
	for i := 0; i < len(pairs); i += 2 {
		values.Add(pairs[i], pairs[i+1])
	}
	return values
}
