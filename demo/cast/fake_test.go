package cast

import (
	"encoding/json"
	"fmt"
	"net/http"
	"os"
	"path/filepath"
	"slices"
	"sort"
	"strings"
	"sync"
	"testing"
	"time"
)

// fake is a programme of a few hundred lines that behaves towards people as the contract says: it asks, reminds, lapses,
// fills places and obeys commands. It shares nothing with Fairlead. Its dates are generous, so that a slow machine makes
// nobody late.
type fake struct {
	t   *testing.T
	dir string // mail

	mu        sync.Mutex
	clock     Clock
	startsOn  time.Time
	places    int
	version   int
	launched  map[string]bool
	journeys  map[string]*fakeJourney
	links     map[string]fakeLink
	visits    map[string]string // cookie: reference and part
	tasks     map[string]string // reference: stage
	requests  int
	mails     int
	commands  map[string]int
	keys      map[string][]byte // Idempotency-Key: answer
	orders    int
	withdrawn int             // consents
	left      int             // by the page of their own
	complaint map[string]bool // who was already told that something is missing
}

type fakeJourney struct {
	ref, cohort, given, email, assistant, state, heldState, continues, phone, job string
	number, priority                                                              int
	may                                                                           string
	heldFrom                                                                      time.Time
	dates                                                                         bool // the year's dates went out
	agrees, report                                                                bool // to the questionnaire; it was answered
	stages                                                                        []*fakeStage
}

type fakeStage struct {
	name, kind, state string
	round, sent       int
	opens, due, limit time.Time
	rungs             []time.Time
	sections          map[string]bool
}

type fakeLink struct {
	ref, stage, part string // part: ask, year, assistant
	round            int
}

// The weeks of the fake's year.
var fakeYear = []struct {
	name, kind  string
	opens, days int
}{{selection, "selection", -25, 20}, {onboarding, "onboarding", -14, 24}, {psychometrics, "psychometrics", -7, 20}, {survey, "survey", 34, 17}, {alumni, "alumni", 37, 24}}

func newFake(t *testing.T, dir string) *fake {
	return &fake{t: t, dir: dir, launched: map[string]bool{}, journeys: map[string]*fakeJourney{}, links: map[string]fakeLink{},
		visits: map[string]string{}, tasks: map[string]string{}, commands: map[string]int{}, keys: map[string][]byte{}, complaint: map[string]bool{}}
}

func (f *fake) now() time.Time { return f.clock.Programme(time.Now()) }

func (f *fake) all() []*fakeJourney {
	var all []*fakeJourney
	for _, j := range f.journeys {
		all = append(all, j)
	}
	sort.Slice(all, func(a, b int) bool {
		x, y := all[a], all[b]
		if (x.priority > 0) != (y.priority > 0) {
			return x.priority > 0
		}
		if x.priority != y.priority {
			return x.priority < y.priority
		}
		return x.number < y.number
	})
	return all
}

func (f *fake) add(cohort, given, email, assistant string, priority int) *fakeJourney {
	n := len(f.journeys) + 1
	j := &fakeJourney{ref: fmt.Sprintf("P-%05d", n), cohort: cohort, given: given, email: email, assistant: assistant, state: "reserve", number: n, priority: priority}
	start := f.startsOn
	if cohort != "2027-spring" {
		start = start.AddDate(0, 0, 52*7)
	}
	for _, y := range fakeYear {
		opens := time.Date(start.Year(), start.Month(), start.Day()+7*y.opens, 6, 0, 0, 0, london).UTC()
		j.stages = append(j.stages, &fakeStage{name: y.name, kind: y.kind, state: "not_open", opens: opens, due: opens.AddDate(0, 0, y.days)})
	}
	f.journeys[j.ref] = j
	return j
}

func (j *fakeJourney) stage(name string) *fakeStage {
	for _, s := range j.stages {
		if s.name == name {
			return s
		}
	}
	return nil
}

func (j *fakeJourney) ended() bool {
	return slices.Contains([]string{"completed", "declined", "lapsed", "withdrawn", "deferred", "not_needed"}, j.state)
}

// live lets time pass until the test is over.
func (f *fake) live(done <-chan struct{}) {
	ticker := time.NewTicker(3 * time.Millisecond)
	defer ticker.Stop()
	for {
		select {
		case <-done:
			return
		case <-ticker.C:
			f.mu.Lock()
			f.step()
			f.mu.Unlock()
		}
	}
}

func (f *fake) step() {
	if f.clock.Day == 0 {
		return
	}
	now := f.now()
	lastJoining := f.startsOn.AddDate(0, 0, -7*5+3)
	held := 0
	for _, j := range f.all() {
		if j.cohort == "2027-spring" && slices.Contains([]string{"invited", "enrolled", "on_hold", "completed"}, j.state) {
			held++
		}
	}
	for _, j := range f.all() {
		if !f.launched[j.cohort] {
			continue
		}
		if j.state == "reserve" && j.cohort == "2027-spring" {
			if now.After(lastJoining) {
				j.state = "not_needed"
			} else if held < f.places {
				j.state, held = "invited", held+1
			}
		}
		if !j.ended() && j.state != "reserve" && j.state != "on_hold" {
			f.go1(j, now)
		}
	}
}

// go1 is one journey's turn.
func (f *fake) go1(j *fakeJourney, now time.Time) {
	merged := []string{}
	if j.state == "enrolled" && !j.dates {
		j.dates = true
		merged = append(merged, j.key("-", "year-dates", "1.1.0"))
	}
	left := 0
	for _, s := range j.stages {
		if s.kind == "psychometrics" && s.state == "not_open" {
			switch before := j.stage(onboarding).state; {
			case before == "not_open" || before == "open":
				left++
				continue
			case before != "done" || !j.agrees:
				s.state = "skipped"
			}
		}
		if s.state == "not_open" && !now.Before(s.opens) && (s.kind == "selection" || j.state == "enrolled") {
			f.open(j, s, now)
			merged = append(merged, f.asking(j, s))
		}
		for s.state == "open" && s.sent < len(s.rungs) && !now.Before(s.rungs[s.sent]) {
			s.sent++
			f.mail(j, j.email, []string{f.asking(j, s)}, s)
		}
		if s.state == "open" && now.After(s.limit) {
			if s.state = "lapsed"; s.kind == "selection" {
				j.state = "lapsed"
			}
		}
		if s.state == "open" || s.state == "not_open" {
			left++
		}
	}
	if len(merged) > 0 {
		f.mail(j, j.email, merged, nil)
	}
	if left == 0 && j.state == "enrolled" {
		j.state = "completed"
	}
}

func (f *fake) open(j *fakeJourney, s *fakeStage, now time.Time) {
	s.state, s.round, s.sent, s.sections = "open", s.round+1, 0, map[string]bool{}
	if s.due.Before(now.AddDate(0, 0, 10)) {
		s.due = now.AddDate(0, 0, 10)
	}
	s.limit = s.due.AddDate(0, 0, 30)
	s.rungs = []time.Time{now.AddDate(0, 0, 3), now.AddDate(0, 0, 5)}
}

func (j *fakeJourney) key(stage, message, last string) string {
	return j.cohort + "/" + j.ref + "/" + stage + "/" + message + "/" + last
}

// asking is the key of the stage's next request or reminder.
func (f *fake) asking(j *fakeJourney, s *fakeStage) string {
	message := map[string]string{"selection": "invitation"}[s.kind]
	if message == "" {
		message = s.kind
	}
	if s.sent > 0 {
		message += "-reminder"
	}
	return j.key(s.name, message, fmt.Sprintf("%d.1.%d", s.round, s.sent))
}

// mail writes a mail into the sink's folder, with a link for every key that has a stage, and one for the year else.
func (f *fake) mail(j *fakeJourney, to string, keys []string, s *fakeStage) {
	if strings.HasPrefix(to, "misspelt.") {
		f.tasks[j.ref] = selection
		return
	}
	f.mails++
	id := fmt.Sprintf("%06d", f.mails)
	var text strings.Builder
	fmt.Fprintf(&text, "Dear %s,\r\n", j.given)
	for _, key := range keys {
		part := strings.Split(key, "/")
		stage := j.stage(part[2])
		switch {
		case part[3] == "year-dates":
			fmt.Fprintf(&text, "Your calendar:\r\n%s/calendar/%s.ics\r\n%s", "http://HOST", f.token(j, fakeLink{j.ref, "", "feed", 0}), "")
		case part[3] == "assistant-welcome":
			fmt.Fprintf(&text, "See the dates:\r\nhttp://HOST/l/%s\r\n", f.token(j, fakeLink{j.ref, "", "assistant", 0}))
		case part[3] == "email-changed" || part[3] == "new-link":
			for _, open := range j.stages {
				if open.state == "open" {
					fmt.Fprintf(&text, "%s:\r\nhttp://HOST/l/%s\r\n", open.name, f.token(j, fakeLink{j.ref, open.name, "ask", open.round}))
				}
			}
		case part[3] == "psychometrics-done":
			fmt.Fprintf(&text, "Your report:\r\nhttp://HOST/l/%s\r\n", f.token(j, fakeLink{j.ref, "", "report", 0}))
		case part[3] == "alumni-welcome":
			fmt.Fprintf(&text, "Your year:\r\nhttp://HOST/l/%s\r\n", f.token(j, fakeLink{j.ref, "", "year", 0}))
		case stage != nil:
			fmt.Fprintf(&text, "Please answer by %s at 5pm.\r\nhttp://HOST/l/%s\r\n", stage.due.In(london).Format("Monday 2 January 2006"),
				f.token(j, fakeLink{j.ref, stage.name, "ask", stage.round}))
		}
	}
	raw := fmt.Sprintf("To: %s\r\nDate: %s\r\nMessage-ID: <%s@fake>\r\nX-Fairlead-Key: %s\r\nSubject: s\r\n\r\n%s", to,
		f.now().Format(time.RFC1123Z), id, strings.Join(keys, ", "), strings.ReplaceAll(text.String(), "HOST", f.host()))
	line, _ := json.Marshal(map[string]any{"id": id, "to": to, "message_id": id + "@fake", "keys": keys})
	if err := os.WriteFile(filepath.Join(f.dir, id+".eml"), []byte(raw), 0o600); err != nil {
		f.t.Error(err)
	}
	index, err := os.OpenFile(filepath.Join(f.dir, "index.jsonl"), os.O_APPEND|os.O_CREATE|os.O_WRONLY, 0o600)
	if err != nil {
		f.t.Error(err)
		return
	}
	_, _ = index.Write(append(line, '\n'))
	_ = index.Close()
}

// token is a new link; older ones to the same door die.
func (f *fake) token(j *fakeJourney, to fakeLink) string {
	for token, old := range f.links {
		if old == to && to.part == "ask" {
			f.links[token] = fakeLink{part: "dead"}
		}
	}
	token := fmt.Sprintf("t%d-%s", len(f.links), j.ref)
	f.links[token] = to
	return token
}

// host is filled in by the server's handler, which knows its own address.
func (f *fake) host() string { return fakeHost.Load().(string) }

func (f *fake) fail(w http.ResponseWriter, status int, detail string) {
	w.Header().Set("Content-Type", "application/problem+json")
	w.WriteHeader(status)
	_ = json.NewEncoder(w).Encode(map[string]any{"title": "Refused", "detail": detail})
}
