package cast

import (
	"encoding/json"
	"fmt"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"testing"
	"time"
)

// Staff read the whole list of their tasks, and decide on what has lapsed: leaders are asked again once, and whoever is on hold,
// or has lapsed again, is decided upon. A lapsed stage without compulsory days is left alone.
func TestStaffDecideOnWhatHasLapsed(t *testing.T) {
	t.Parallel()
	var called []string
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Content-Type", "application/json")
		if r.Method == http.MethodGet {
			page := map[string]any{"items": []task{{ID: 1, Ref: "P-1", Code: "overdue"}}, "next": "after-1"}
			if r.URL.Query().Get("cursor") == "after-1" {
				page = map[string]any{"items": []task{{ID: 2, Ref: "P-1", Stage: "coaching-6", Code: "lapsed", Decides: true}}, "next": nil}
			}
			_ = json.NewEncoder(w).Encode(page)
			return
		}
		called = append(called, strings.TrimPrefix(r.URL.Path, base))
		fmt.Fprint(w, `{}`)
	}))
	defer server.Close()
	p, err := newPlay(Options{API: server.URL, Token: "t", Dir: t.TempDir(), Spreadsheet: sheet(t), Participants: 3, Day: time.Second, StartsOn: "2027-03-01",
		Blueprint: "coached", Now: time.Now})
	if err != nil {
		t.Fatal(err)
	}
	defer p.log.close()
	tasks, err := p.staff.tasks(t.Context(), "cohort=2027-spring")
	if err != nil || len(tasks) != 2 || !tasks[1].Decides {
		t.Fatalf("tasks %+v, %v", tasks, err)
	}
	reopen, skip, done := "/journeys/P-1/reopen", "/journeys/P-1/skip", "/tasks/2/done"
	for name, c := range map[string]struct {
		number int
		held   bool
		times  int
		want   []string
		end    string
	}{
		"asked again, then left out":      {2, false, 2, []string{reopen, skip}, "skipped"},
		"asked again, then as it is":      {1, false, 2, []string{reopen, done}, "lapsed"},
		"as it is at once":                {3, false, 1, []string{done}, "lapsed"},
		"on hold nobody can be asked":     {1, true, 1, []string{done}, "lapsed"},
		"on hold, and left out":           {2, true, 1, []string{skip}, "skipped"},
		"asked again, and that is enough": {1, false, 1, []string{reopen}, ""},
	} {
		called = nil
		one := &person{number: c.number, ref: "P-1", held: c.held, ends: map[string]string{}, askedAgain: map[string]bool{}}
		for range c.times {
			p.decideDays(t.Context(), one, tasks[1])
		}
		if !slices.Equal(called, c.want) || one.ends["coaching-6"] != c.end {
			t.Errorf("%s: staff did %v, and expect %q", name, called, one.ends["coaching-6"])
		}
	}
	called = nil
	p.decideDays(t.Context(), &person{number: 1, ref: "P-1", askedAgain: map[string]bool{}}, task{ID: 3, Ref: "P-1", Stage: onboarding, Code: "lapsed"})
	if len(called) > 0 {
		t.Errorf("staff did %v about a stage without compulsory days", called)
	}
}
