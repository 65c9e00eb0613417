package forms_test

import (
	"flag"
	"fmt"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"os"
	"slices"
	"strings"
	"testing"
	"time"

	"fairlead/api"
	"fairlead/programme"

	"github.com/gin-gonic/gin"
	"github.com/prometheus/client_golang/prometheus"
)

var update = flag.Bool("update", false, "write the golden files anew")

// opens says who has business at which address, and how the year stands in which it shows something.
var opens = []struct {
	path string // several, parted by spaces
	who  string
	when func(b *bundle)
}{
	{"/ /l/:token /new-link /new-link/sent /unsubscribe/:token /unsubscribe/:token/again /apply/:cohort /apply/:cohort/sent /privacy /accessibility /cookies /formats /calendar/:file", "everybody", nil},
	{"/application/:ref /application/:ref/withdraw", "leader", func(b *bundle) { b.opensDoor(); b.applies() }},
	{"/year/:ref", "leader assistant", nil},
	{"/year/:ref/certificate", "leader", func(b *bundle) {
		b.open("alumni").State, b.records.journey.State = programme.StageDone, programme.Completed
	}},
	{"/year/:ref/assistant /year/:ref/assistant/done", "assistant", nil},
	{"/year/:ref/consents /year/:ref/consents/:purpose /year/:ref/consents/:purpose/agree", "leader", (*bundle).agreed},
	{"/report/:ref", "leader", (*bundle).agreed},
	{"/year/:ref/coach", "leader", (*bundle).bookable},
	{"/year/:ref/details /year/:ref/details/:section /year/:ref/leave", "leader", nil},
	{"/year/:ref/:stage/date.ics", "leader", func(b *bundle) { b.open("residential-1"); b.withPlace(programme.PlaceConfirmed) }},
	{"/coach/:coach /coach/:coach/slots /coach/:coach/slots/remove /coach/:coach/agreed /coach/:coach/cancel /coach/:coach/log", "coach", (*bundle).bookable},
	{"/coach/:coach/leaders/:ref/report", "coach", func(b *bundle) { b.agreed(); b.bookable() }},
	{"/year/:ref/:stage", "leader", func(b *bundle) { b.open("closing-survey") }},
	{"/year/:ref/:stage/:section", "leader", func(b *bundle) { b.open("onboarding") }},
}

// agreed is a report that the coach may see.
func (b *bundle) agreed() {
	b.asksQuestionnaire()
	b.records.report = &programme.Report{Instrument: "ipip-50", Version: "1", At: b.records.now}
	b.records.consents = []programme.Consent{{Purpose: programme.ConsentPsychometrics, Given: true}, {Purpose: programme.ConsentCoachReport, Given: true}}
}

// addressed fills an address in.
func addressed(path, of, coach string) string {
	stage := "closing-survey"
	switch {
	case strings.Contains(path, ":section"):
		stage = "onboarding"
	case strings.HasSuffix(path, ".ics"):
		stage = "residential-1"
	}
	return strings.NewReplacer(":ref", of, ":coach", coach, ":cohort", "2027-spring", ":token", strings.Repeat("x", 43), ":purpose", "coach_report", ":file", "feed-secret.ics", ":stage", stage, ":section", "profile").Replace(path)
}

// routes are those that the pages hang into a router: HEAD is served wherever GET is.
func (b *bundle) routes() []gin.RouteInfo {
	engine := gin.New()
	b.forms.Register(engine)
	return slices.DeleteFunc(engine.Routes(), func(r gin.RouteInfo) bool { return r.Method == http.MethodHead })
}

// TestRoutes holds the list of pages with who has business there: whoever changes it says so in the golden file.
func TestRoutes(t *testing.T) {
	t.Parallel()
	who := map[string]string{}
	for _, one := range opens {
		for _, path := range strings.Fields(one.path) {
			who[path] = one.who
		}
	}
	var list []string
	for _, r := range setup(t).routes() {
		if who[r.Path] == "" {
			t.Errorf("nobody says who has business at %s", r.Path)
		}
		list = append(list, fmt.Sprintf("%s %s: %s\n", r.Method, r.Path, who[r.Path]))
	}
	slices.SortStableFunc(list, func(a, b string) int { return strings.Compare(a[strings.Index(a, "/"):], b[strings.Index(b, "/"):]) })
	const golden = "testdata/routes.golden"
	if *update {
		if err := os.WriteFile(golden, []byte(strings.Join(list, "")), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(golden)
	if err != nil || strings.Join(list, "") != string(want) {
		t.Errorf("%v: the routes are\n%s", err, strings.Join(list, ""))
	}
}

// TestEveryPageByEverybody tries every page of somebody as everybody, with what is their own and with what is another's: what
// is not theirs looks like what does not exist, and nothing of it is changed.
func TestEveryPageByEverybody(t *testing.T) {
	t.Parallel()
	for _, one := range opens {
		for _, path := range strings.Fields(one.path) {
			if one.who == "everybody" {
				continue
			}
			for _, r := range setup(t).routes() {
				if r.Path != path {
					continue
				}
				t.Run(r.Method+" "+path, func(t *testing.T) {
					t.Parallel()
					visitors := map[string]func(*bundle) *browser{"nobody": (*bundle).stranger, "leader": (*bundle).leader,
						"assistant": func(b *bundle) *browser { return b.assistant(programme.AssistantNeeds) },
						"coach":     func(b *bundle) *browser { return b.come("coach", "person-coach") },
						"forgotten": func(b *bundle) *browser {
							b.assistant(programme.AssistantNothing)
							return b.come("assistant", assistant.ID)
						},
						"another leader": func(b *bundle) *browser { return b.come("participant", "person-another") }}
					for name, comes := range visitors {
						b := setup(t)
						if one.when != nil {
							one.when(b)
						}
						who, own, nowhere := comes(b), addressed(path, ref, "C-222222"), addressed(path, "P-AAAAAA", "C-333333")
						if strings.Contains(own, "/sent") || strings.HasSuffix(own, "/done") {
							b.records.answers[ref+"/assistant/1"] = programme.Submission{ID: "submission-0001-abcd"}
						}
						ask := func(address string) *answer {
							if r.Method == http.MethodPost {
								return who.post(address, fields("ref", "P-7F3K2Q", "stage", "coaching-1", "slot", "one", "log", "held"))
							}
							return who.do(r.Method, address, nil)
						}
						there, elsewhere := ask(own), ask(nowhere)
						may := slices.Contains(strings.Fields(one.who), name)
						served := slices.Contains([]int{200, 303, 409, 422}, there.Code)
						refused := http.StatusNotFound
						if name == "nobody" {
							refused = http.StatusForbidden
						}
						switch {
						case may && !served || !may && there.Code != refused:
							t.Errorf("%s at their own: %d\n%s", name, there.Code, words(there.body))
						case elsewhere.Code != refused:
							t.Errorf("%s at another's: %d", name, elsewhere.Code)
						case !may && strings.NewReplacer("P-AAAAAA", ref, "C-333333", "C-222222").Replace(elsewhere.body) != there.body:
							t.Errorf("%s can tell what there is from what there is not", name)
						case !may && b.records.writes+b.records.submits+len(b.records.logged)+len(b.records.series)+b.records.asks > 0:
							t.Errorf("%s changed something", name)
						}
					}
				})
			}
		}
	}
}

// TestFormsOfOtherSites: every address that takes a form refuses one that another site's page sent, but the one to which mail
// programs post for their reader (RFC 8058).
func TestFormsOfOtherSites(t *testing.T) {
	t.Parallel()
	b := setup(t)
	b.open("onboarding")
	log := slog.New(slog.DiscardHandler)
	edge, err := api.New(api.Options{Parts: []api.Part{b.forms}, Health: api.NewHealth(log, func() time.Time { return b.records.now }), Registry: prometheus.NewRegistry(), PublicURL: "https://leaders.example", Log: log, Now: func() time.Time { return b.records.now }})
	if err != nil {
		t.Fatal(err)
	}
	for _, headers := range [][2]string{{"Sec-Fetch-Site", "cross-site"}, {"Sec-Fetch-Site", "same-site"}, {"Origin", "https://elsewhere.example"}, {"Origin", "null"}} {
		for _, r := range b.routes() {
			if r.Method != http.MethodPost {
				continue
			}
			request := httptest.NewRequest(http.MethodPost, "https://leaders.example"+addressed(r.Path, ref, "C-222222"), strings.NewReader("email=a@b.example"))
			request.Header.Set("Content-Type", "application/x-www-form-urlencoded")
			request.Header.Set(headers[0], headers[1])
			for _, who := range []*browser{b.leader(), b.assistant(programme.AssistantNeeds), b.come("coach", "person-coach")} {
				request.AddCookie(who.cookie)
			}
			recorder := httptest.NewRecorder()
			edge.ServeHTTP(recorder, request)
			if through := r.Path == "/unsubscribe/:token"; through == (recorder.Code == http.StatusForbidden) {
				t.Errorf("%s with %v: %d", r.Path, headers, recorder.Code)
			}
		}
	}
	if b.records.writes > 0 || len(b.records.asked) > 0 {
		t.Error("something was changed")
	}
}

// TestVisitsThatEndInTheMiddle: whoever sends a form after their visit has ended gets it back with all that was typed, opens
// the link again in another tab, and sends it as it was.
func TestVisitsThatEndInTheMiddle(t *testing.T) {
	t.Parallel()
	const own = "Two lines\nof <b>my own</b>, and a “name”: Ольга 山田"
	for _, one := range opens {
		for _, path := range strings.Fields(one.path) {
			for _, r := range setup(t).routes() {
				if r.Path != path || r.Method != http.MethodPost || one.who == "everybody" {
					continue
				}
				b := setup(t)
				address := addressed(path, ref, "C-222222")
				typed := fields("note", own, "answer", "accept", "several", "one", "several", "two", "empty", "")
				back := b.stranger().post(address, typed).is(403, "Please open your link again", "what you typed is kept on this page", "Two lines of <b>my own</b>")
				if got := values(back.body); fmt.Sprint(got) != fmt.Sprint(map[string][]string(typed)) {
					t.Errorf("%s hands back %q", path, got)
				}
				if !strings.Contains(back.body, `action="`+address+`"`) {
					t.Errorf("%s leads elsewhere", path)
				}
			}
		}
	}
	b := setup(t)
	b.open("onboarding")
	back := b.stranger().post(onboarding+"/coaching", fields("coach_background", "either", "coach_where", "online"))
	b.leader().post(onboarding+"/coaching", values(back.body)).leads(onboarding)
	if kept := b.records.drafts[ref+"/onboarding/1"]["coaching"].Answers.Get("coach_where"); kept != "online" {
		t.Errorf("kept %q", kept)
	}
}
