package main

import (
	"maps"
	"net/http"
	"net/url"
	"regexp"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"fairlead/demo/sink"
)

// The clock of these stories: a day takes a second, and it is noon of Sunday 6 September 2026.
var doorsClock = with{"day": "1s", "start": "2026-09-06T11:00:00Z"}

// TestDoors is what people, programs and strangers may do at the doors of the running program: bad input gets a clear
// answer and changes nothing.
func TestDoors(t *testing.T) {
	needBinaries(t)
	w := startTown(t, sink.Trouble{})
	// One survey that opens on Monday 7, is due on Thursday 10 and closes on Thursday 24.
	w.cohort("gate", "single-survey", "confirmed", "2026-09-07", 9, doorsClock)
	w.change("gate", with{"closing-survey": with{"due_week": 0}})
	w.join("gate", 5)
	w.launch("gate")
	// A year whose forms all open on Monday 7.
	w.cohort("forms", "essentials", "confirmed", "2026-12-14", 9, nil)
	w.change("forms", with{"closing-survey": with{"opens_week": -14, "due_week": -11}, "alumni": with{"opens_week": -14, "due_week": -11}})
	w.join("forms", 2)
	w.launch("forms")
	w.cohort("guests", "essentials", "invitation", "2026-12-14", 3, nil)
	w.change("guests", with{"selection": with{"due_week": -9, "ladder": []int{15}}}) // no reminder replaces a link here
	w.join("guests", 3)
	w.launch("guests")
	w.together(t, append([]story{
		{"cohorts that cannot be", badCohorts},
		{"launches that cannot be", badLaunches},
		{"a form after its limit", afterTheLimit},
		{"links that open nothing", deadLinks},
		{"fifty at once", fiftyAtOnce},
		{"scanners", scanners},
	}, doorStories...))
	t.Run("records and workflows agree", func(t *testing.T) { w.in(t).agrees() })
}

// refused makes a call that has to be refused with a problem document that names every one of the places.
func (w *town) refused(status int, method, path string, body any, places ...string) problem {
	w.t.Helper()
	got, answer := w.call(method, path, body)
	p := decode[problem](w.t, answer)
	if got != status || p.Status != status || p.Title == "" || p.Type == "" {
		w.t.Errorf("%s %s %v: %d %s, want %d", method, path, body, got, answer, status)
	}
	for _, place := range places {
		if !slices.ContainsFunc(p.Errors, func(e fault) bool { return e.Pointer == place && e.Detail != "" }) {
			w.t.Errorf("%s %s %v: nothing about %s in %s", method, path, body, place, answer)
		}
	}
	return p
}

func (w *town) cohortNames() []string {
	w.t.Helper()
	var list struct{ Items []struct{ Name string } }
	w.must(http.MethodGet, "/cohorts?limit=200", nil, &list)
	var names []string
	for _, c := range list.Items {
		names = append(names, c.Name)
	}
	return names
}

func badCohorts(w *town) {
	good := with{"name": "never", "blueprint": "essentials", "route": "invitation", "starts_on": "2027-03-01", "places": 10, "owner": "owner@centre.example"}
	for _, c := range []struct {
		status int
		change with
		places []string
	}{
		{422, with{"blueprint": "grand-tour"}, []string{"#/blueprint"}},
		{422, with{"blueprint": ""}, []string{"#/blueprint"}},
		{422, with{"starts_on": "2027-03-02"}, []string{"#/starts_on"}}, // a Tuesday
		{422, with{"starts_on": "2026-08-31"}, []string{"#/starts_on"}}, // past on the cohort's clock
		{422, with{"starts_on": "1 March"}, []string{"#/starts_on"}},
		{422, with{"route": "lottery"}, []string{"#/route"}},
		{422, with{"places": 0}, []string{"#/places"}},
		{422, with{"places": "many"}, []string{"#/places"}},
		{422, with{"name": "Spring 2027"}, []string{"#/name"}},
		{422, with{"owner": "the team"}, []string{"#/owner"}},
		{422, with{"contact": "x\r\nBcc: y@z.example"}, []string{"#/contact"}},
		{422, with{"colour": "blue"}, []string{"#/colour"}},
		{422, with{"clock": with{"day": "fast", "start": "soon"}}, []string{"#/clock/start"}},
		{422, with{"name": "A b", "blueprint": "x", "starts_on": "2027-03-02", "owner": "me"}, []string{"#/name", "#/blueprint", "#/starts_on", "#/owner"}},
		{409, with{"clock": with{"day": "2s", "start": "2026-09-06T11:00:00Z"}}, nil}, // a data folder has one clock
		{409, with{"name": "gate"}, nil}, // another of that name is there
	} {
		body := maps.Clone(good)
		maps.Copy(body, c.change)
		w.refused(c.status, http.MethodPost, "/cohorts", body, c.places...)
	}
	if names := w.cohortNames(); slices.Contains(names, "never") {
		w.t.Errorf("a refused cohort is there: %q", names)
	}
}

func badLaunches(w *town) {
	w.cohort("nobody", "essentials", "invitation", "2027-03-01", 5, nil)
	p := w.refused(422, http.MethodPost, "/cohorts/nobody/launch", with{})
	if !strings.Contains(p.Errors[0].Detail, "import the participants") {
		w.t.Errorf("an empty cohort: %+v", p)
	}

	w.cohort("crowd", "essentials", "confirmed", "2027-03-01", 2, nil)
	w.refused(422, http.MethodPost, "/cohorts/crowd/participants", people(3, "crowd-%d@leaders.example"))
	if n := len(w.refs("crowd", "")); n != 0 {
		w.t.Errorf("%d of a crowd that was refused are there", n)
	}
	w.join("crowd", 2)
	w.refused(422, http.MethodPost, "/cohorts/crowd/participants", people(1, "crowd-too-%d@leaders.example"))
	if status, answer := w.call(http.MethodPatch, "/cohorts/crowd", with{"places": 1}, "If-Match", "*"); status == http.StatusOK {
		w.refused(409, http.MethodPost, "/cohorts/crowd/launch", with{}) // no place is left for the second
	} else if status != http.StatusUnprocessableEntity && status != http.StatusConflict {
		w.t.Errorf("fewer places than people: %d %s", status, answer)
	}

	for _, cohort := range []string{"nobody", "crowd"} {
		var c struct{ State string }
		w.must(http.MethodGet, "/cohorts/"+cohort, nil, &c)
		if c.State != "draft" || len(w.refs(cohort, "")) != len(w.refs(cohort, "reserve")) {
			w.t.Errorf("%s is %s after a refusal", cohort, c.State)
		}
	}
	w.refused(404, http.MethodPost, "/cohorts/elsewhere/launch", with{})
	var again struct{ Started int }
	w.must(http.MethodPost, "/cohorts/gate/launch", with{}, &again)
	if again.Started != 0 {
		w.t.Errorf("a second launch started %d", again.Started)
	}
}

// afterTheLimit sends a form that was open on the screen when it closed.
func afterTheLimit(w *town) {
	j := w.of("gate", 0)
	link := w.door(w.letter(j.Person.Email, "survey", 1), "survey")
	visitor := w.browser()
	form := visitor.open(link)
	w.stageIn(j.Ref, survey, "lapsed")
	before := w.journey(j.Ref)
	for name, p := range map[string]page{"the form": visitor.post(form.path, skipped()), "its page": visitor.get(form.path),
		"the link": w.browser().get(link), "its button": w.browser().post(link, url.Values{})} {
		if p.status != http.StatusGone || heading(p.text) == "" || !strings.Contains(p.text, "mailto:") && !strings.Contains(p.text, "/new-link") {
			w.t.Errorf("%s after the limit: %d %s", name, p.status, p.text)
		}
	}
	if after := w.journey(j.Ref); after.State != before.State || after.stage(survey).State != "lapsed" {
		w.t.Errorf("%+v became %+v", before, after)
	}
	w.refused(409, http.MethodPost, "/journeys/"+j.Ref+"/answer-for", with{"stage": survey, "answers": with{}, "given_by": "she", "how": "letter", "reason": "letter"})
}

// deadLinks are forged, cut short, replaced, or belong to a journey that has ended.
func deadLinks(w *town) {
	forged, left := w.of("gate", 1), w.of("gate", 2)
	link := w.door(w.letter(forged.Person.Email, "survey", 1), "survey")
	token := link[strings.LastIndex(link, "/")+1:]
	flipped := strings.Map(func(r rune) rune {
		switch {
		case r >= 'a' && r <= 'z':
			return r - 'a' + 'A'
		case r >= 'A' && r <= 'Z':
			return r - 'A' + 'a'
		}
		return r
	}, token)
	for name, path := range map[string]string{"forged": "/l/" + flipped, "cut short": "/l/" + token[:20], "too long": "/l/" + token + token,
		"a word": "/l/hello", "no token": "/l/", "a feed": "/calendar/" + token + ".ics", "somebody's year": "/year/" + forged.Ref + "/" + survey,
		"nobody's year": "/year/P-222222"} {
		p := w.browser().get(path)
		if p.status != http.StatusNotFound && p.status != http.StatusForbidden || heading(p.text) == "" && name != "a feed" || p.header.Get("Set-Cookie") != "" {
			w.t.Errorf("%s: %d %s", name, p.status, heading(p.text))
		}
	}
	// A visit opens what its link was for, and nobody else's pages.
	visitor := w.browser()
	visitor.open(link)
	if p := visitor.get("/year/" + left.Ref + "/" + survey); p.status != http.StatusForbidden && p.status != http.StatusNotFound {
		w.t.Errorf("somebody else's form: %d", p.status)
	}

	stale := w.door(w.letter(left.Person.Email, "survey", 1), "survey")
	w.order(left.Ref, "resend", with{"message": "survey"})
	fresh := w.door(w.letter(left.Person.Email, "survey", 2), "survey")
	w.replaced(stale)
	if p := w.browser().post(stale, url.Values{}); p.status != http.StatusGone {
		w.t.Errorf("the button of a replaced link: %d %s", p.status, heading(p.text))
	}
	visitor = w.browser()
	form := visitor.open(fresh)
	w.order(left.Ref, "withdraw", nil)
	for name, p := range map[string]page{"the link": w.browser().get(fresh), "the form": visitor.post(form.path, skipped())} {
		if p.status != http.StatusGone || heading(p.text) == "" {
			w.t.Errorf("%s of somebody withdrawn: %d %s", name, p.status, heading(p.text))
		}
	}
	if n := w.count(left.Person.Email, "survey-done"); n != 0 {
		w.t.Errorf("%d confirmations of an answer that was refused", n)
	}
}

// fiftyAtOnce sends each form fifty times in the same moment: one answer, one confirmation.
func fiftyAtOnce(w *town) {
	guest, leader := w.of("guests", 0), w.of("forms", 0)
	visitor := w.browser()
	form := visitor.open(w.door(w.letter(guest.Person.Email, "invitation", 1), "invitation"))
	w.fifty(visitor, guest.Ref, "selection", "invitation-accepted", form.path, url.Values{"answer": {"accept"}})

	request := w.letter(leader.Person.Email, "onboarding", 1)
	visitor = w.browser()
	visitor.open(w.door(request, "get ready"))
	year := "/year/" + leader.Ref
	w.fillOnboarding(visitor, year+"/onboarding/")
	w.fifty(visitor, leader.Ref, "onboarding", "onboarding-done", year+"/onboarding/check", url.Values{})
	visitor.open(w.door(w.letter(leader.Person.Email, "survey", 1), "survey"))
	w.fifty(visitor, leader.Ref, survey, "survey-done", year+"/"+survey, skipped())
	visitor.open(w.door(w.letter(leader.Person.Email, "alumni", 1), "certificate"))
	w.fifty(visitor, leader.Ref, "alumni", "alumni-welcome", year+"/alumni", url.Values{"certificate_name": {"Helen Nguyen"}, "directory": {"no"}, "news": {"no"}})
	w.eventually("the year is complete", 30*time.Second, func() bool { return w.journey(leader.Ref).State == "completed" })
}

func (w *town) fillOnboarding(visitor *browser, base string) {
	w.t.Helper()
	all := skipped()
	for name, value := range told("Chief Executive") {
		switch v := value.(type) {
		case string:
			all[name] = []string{v}
		case []string:
			all[name] = v
		}
	}
	for _, section := range []string{"profile", "assistant", "privacy", "needs", "coaching", "monitoring", "survey"} {
		if p := visitor.post(base+section, all); p.status != http.StatusOK || strings.Contains(p.text, "Error: ") {
			w.t.Fatalf("section %s: %d %s", section, p.status, p.text)
		}
	}
}

func (w *town) fifty(visitor *browser, ref, stage, confirmation, path string, values url.Values) {
	w.t.Helper()
	client := *visitor.client
	client.CheckRedirect = func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }
	var mu sync.Mutex
	statuses := map[int]int{}
	var all sync.WaitGroup
	gate := make(chan struct{})
	for range 50 {
		all.Go(func() {
			<-gate
			response, err := client.PostForm(w.url+path, values)
			status := 0
			if err == nil {
				status = response.StatusCode
				_ = response.Body.Close()
			}
			mu.Lock()
			statuses[status]++
			mu.Unlock()
		})
	}
	close(gate)
	all.Wait()
	if statuses[http.StatusSeeOther] != 50 {
		w.t.Errorf("%s: %v", stage, statuses)
	}
	answers := 0
	for _, m := range w.history(ref) {
		if m.Stage == stage && m.What == "form-submitted" {
			answers++
		}
	}
	if answers != 1 || len(w.fates(ref, confirmation)) != 1 {
		w.t.Errorf("%s: %d answers, confirmations %q", stage, answers, w.fates(ref, confirmation))
	}
	w.letter(w.journey(ref).Person.Email, confirmation, 1)
}

var webAddress = regexp.MustCompile(`https?://[^\s<>"]+[^\s<>".,;:!?)]`)

// scanners open every address of every mail many times, as mail filters do: no cookie, no effect, and the links still work.
func scanners(w *town) {
	leader, guest := w.of("gate", 3), w.of("guests", 1)
	w.letter(leader.Person.Email, "survey", 1)
	w.letter(guest.Person.Email, "invitation", 1)
	w.letter(w.of("forms", 1).Person.Email, "year-dates", 1)
	looked := 0
	for _, who := range []journeyDoc{leader, guest, w.of("forms", 1)} {
		before := w.acts(who.Ref)
		for _, m := range w.sink.List(who.Person.Email) {
			for _, address := range webAddress.FindAllString(w.read(m).text, -1) {
				for i := range 20 {
					p := w.browser().send([]string{http.MethodGet, http.MethodHead}[i%2], address, nil)
					if p.status != http.StatusOK && p.status != http.StatusGone || p.header.Get("Set-Cookie") != "" {
						w.t.Errorf("%q looked at: %d, cookie %q", m.Keys, p.status, p.header.Get("Set-Cookie"))
					}
					looked++
				}
			}
		}
		if after := w.acts(who.Ref); after != before {
			w.t.Errorf("%s: %d acts became %d", who.Ref, before, after)
		}
	}
	if looked < 100 {
		w.t.Errorf("only %d looks", looked)
	}
	w.browser().open(w.door(w.letter(leader.Person.Email, "survey", 1), "survey"))
	w.browser().open(w.door(w.letter(guest.Person.Email, "invitation", 1), "invitation"))
}

// acts counts what anybody but the programme has done to a journey.
func (w *town) acts(ref string) int {
	w.t.Helper()
	n := 0
	for _, m := range w.history(ref) {
		if m.Actor != "programme" {
			n++
		}
	}
	return n
}
