package programme

import (
	"encoding/json"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
)

// begin has everything that is written in lines.
type begin struct {
	Clock    Clock        `json:"clock"`
	Stages   []StageStart `json:"stages"`
	Openings []Opening    `json:"openings"`

	Mails []PlannedMail `json:"mails"`
}

func TestWhatHistoriesRepeatIsInLines(t *testing.T) {
	t.Parallel()
	at, due := time.Date(2027, 3, 30, 5, 0, 0, 0, time.UTC), time.Date(2027, 4, 22, 16, 0, 0, 7_000_000, time.UTC)
	whole := begin{
		Clock:    Clock{Day: 300 * time.Millisecond, Start: at, Began: due},
		Stages:   []StageStart{{Name: "residential-1", Kind: KindEvent, State: StageDone}, {Name: "alumni", Kind: KindAlumni}},
		Openings: []Opening{{Stage: "coaching-2", Kind: KindCoaching, At: at, Due: due}, {Stage: "alumni", At: at, Due: due, Round: 2}},
		Mails:    []PlannedMail{{Key: "c/P-AAAAAA/-/year-dates/1.1.0", At: due}},
	}
	text, err := json.Marshal(whole)
	want := `{"clock":"300ms 2027-03-30T05:00:00Z 2027-04-22T16:00:00.007Z","stages":["residential-1 event done","alumni alumni"],` +
		`"openings":["coaching-2 coaching 2027-03-30T05:00:00Z 2027-04-22T16:00:00.007Z","alumni - 2027-03-30T05:00:00Z 2027-04-22T16:00:00.007Z 2"],"mails":["c/P-AAAAAA/-/year-dates/1.1.0 2027-04-22T16:00:00.007Z"]}`
	if err != nil || string(text) != want {
		t.Errorf("%s, %v", text, err)
	}
	objects := `{"clock":{"day":300000000,"start":"2027-03-30T05:00:00Z","began":"2027-04-22T16:00:00.007Z"},` +
		`"stages":[{"name":"residential-1","kind":"event","state":"done"},{"name":"alumni","kind":"alumni"}],` +
		`"openings":[{"stage":"coaching-2","kind":"coaching","at":"2027-03-30T05:00:00Z","due":"2027-04-22T16:00:00.007Z"},` +
		`{"stage":"alumni","at":"2027-03-30T05:00:00Z","due":"2027-04-22T16:00:00.007Z","round":2}],"mails":[{"key":"c/P-AAAAAA/-/year-dates/1.1.0","at":"2027-04-22T16:00:00.007Z"}]}`
	for _, written := range []string{want, objects} {
		var read begin
		if err := json.Unmarshal([]byte(written), &read); err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(whole, read); diff != "" {
			t.Error(diff)
		}
	}
	for _, real := range []string{`{"clock":""}`, `{"clock":{}}`, `{"clock":{"start":"0001-01-01T00:00:00Z","began":"0001-01-01T00:00:00Z"}}`, `{}`} {
		var read begin
		if err := json.Unmarshal([]byte(real), &read); err != nil || read.Clock.Fast() || !read.Clock.Start.IsZero() {
			t.Errorf("%s: %+v, %v", real, read.Clock, err)
		}
	}
	for _, broken := range []string{`{"clock":7}`, `{"clock":"1s"}`, `{"clock":"1s then then"}`, `{"openings":["one two"]}`, `{"openings":["one two three four"]}`, `{"stages":[7]}`, `{"mails":["one"]}`} {
		if err := json.Unmarshal([]byte(broken), &begin{}); err == nil {
			t.Errorf("%s is read", broken)
		}
	}
}
