package cast

import (
	"bufio"
	"encoding/json"
	"net/http/httptest"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"
)

func sheet(t *testing.T) []byte {
	t.Helper()
	content, err := os.ReadFile("../cohort-2027.csv")
	if err != nil {
		t.Fatal(err)
	}
	return content
}

func TestACompanyPlaysAYear(t *testing.T) {
	if testing.Short() {
		t.Skip("SKIPPED: a year takes half a minute")
	}
	t.Parallel()
	mail := t.TempDir()
	f := newFake(t, mail)
	server := httptest.NewServer(f.handler())
	defer server.Close()
	fakeHost.Store(strings.TrimPrefix(server.URL, "http://"))
	done := make(chan struct{})
	var living sync.WaitGroup
	living.Go(func() { f.live(done) })
	defer func() { close(done); living.Wait() }()

	dir, shown := t.TempDir(), 0
	o := Options{API: server.URL, Token: "staff-token", MailDir: mail, Dir: dir, Spreadsheet: sheet(t), Participants: 40, Seed: 3,
		Day: 60 * time.Millisecond, StartsOn: "2027-03-01", Refused: true, Blueprint: "questionnaire", Now: time.Now, Progress: func(Progress) { shown++ }}
	result, err := Run(t.Context(), o)
	f.mu.Lock()
	defer f.mu.Unlock()
	if err != nil {
		t.Fatal(err)
	}
	for _, problem := range result.Problems {
		t.Error(problem)
	}
	ends := map[string]int{}
	for _, p := range result.Expected.People {
		if j := f.journeys[p.Ref]; j == nil || j.state != p.End {
			t.Errorf("person %d, %s, should have ended %s: %+v", p.Number, p.Character, p.End, j)
			continue
		} else if p.Phone != "" && j.phone != p.Phone && j.phone != "" {
			t.Errorf("person %d typed %s, the form got %s", p.Number, p.Phone, j.phone)
		}
		for name, end := range p.Stages {
			if got := f.journeys[p.Ref].stage(name).state; got != end {
				t.Errorf("person %d, %s: %s should be %s, is %s", p.Number, p.Character, name, end, got)
			}
		}
		ends[p.End]++
	}
	for _, end := range []string{"completed", "declined", "lapsed", "withdrawn", "deferred", "not_needed"} {
		if ends[end] == 0 {
			t.Errorf("nobody ended %s: %v", end, ends)
		}
	}
	for _, command := range []string{"hold", "resume", "defer", "extend", "skip", "reopen", "resend", "answer-for", "change-email",
		"change-details", "retry", "correct"} {
		if f.commands[command] == 0 {
			t.Errorf("nobody used %s: %v", command, f.commands)
		}
	}
	if f.left == 0 {
		t.Error("nobody left by the page of their own")
	}
	if result.Expected.Places != f.places || shown == 0 || !f.launched["2028-spring"] || len(f.complaint) == 0 {
		t.Errorf("places %d and %d, shown %d times, launched %v", result.Expected.Places, f.places, shown, f.launched)
	}
	for _, p := range result.Expected.People {
		if j := f.journeys[p.Ref]; p.NoQuestionnaire && j.stage(psychometrics).round > 0 {
			t.Errorf("person %d was asked for the questionnaire without agreeing to it", p.Number)
		}
	}
	if f.withdrawn == 0 {
		t.Error("nobody withdrew a consent")
	}
	judgeLog(t, dir, result)
}

// judgeLog looks at what the log says of the year.
func judgeLog(t *testing.T, dir string, result Result) {
	t.Helper()
	content, err := os.ReadFile(filepath.Join(dir, LogFile))
	if err != nil {
		t.Fatal(err)
	}
	acts := map[string]int{}
	failures, lines := 0, 0
	for lineReader := bufio.NewScanner(strings.NewReader(string(content))); lineReader.Scan(); lines++ {
		var a Act
		if err := json.Unmarshal(lineReader.Bytes(), &a); err != nil {
			t.Fatal(err)
		}
		if strings.Contains(lineReader.Text(), "@") {
			t.Fatalf("the log holds an address: %s", lineReader.Text())
		}
		if a.Failure != "" || a.Status == 503 {
			failures++
		}
		if a.Confirmed {
			acts[a.Act]++
		}
		if strings.HasPrefix(a.Path, "/l/") && a.Path != "/l/••••" {
			t.Fatalf("the log holds a secret: %s", a.Path)
		}
		if !a.Sent.IsZero() && a.Answered.Before(a.Sent) || a.Done.Before(a.At) {
			t.Errorf("answered before it was sent: %+v", a)
		}
	}
	for _, act := range []string{"answer", "change", "assistant", "old-link", "feed", "new-link", "section", "press", "report", "withdraw-consent"} {
		if acts[act] == 0 {
			t.Errorf("nobody was seen to %s: %v", act, acts)
		}
	}
	if failures == 0 || lines != result.Acts {
		t.Errorf("%d lines of %d acts, %d tried again", lines, result.Acts, failures)
	}
	var people Expected
	if content, err = os.ReadFile(filepath.Join(dir, PeopleFile)); err == nil {
		err = json.Unmarshal(content, &people)
	}
	if err != nil || len(people.People) != len(result.Expected.People) || people.LastJoining.IsZero() {
		t.Errorf("the people's file: %v, %d people", err, len(people.People))
	}
}

func TestEveryEndAndEveryCharacterIsCast(t *testing.T) {
	t.Parallel()
	for participants, missing := range map[int][]string{100: nil, 24: {reconsider, forgetful}} {
		o := Options{Participants: participants, Seed: 5, StartsOn: "2027-03-01", Spreadsheet: sheet(t), Refused: true}
		y, err := newYear(o)
		if err != nil {
			t.Fatal(err)
		}
		people, err := company(o, y)
		if err != nil || len(people) != participants {
			t.Fatalf("%d people, %v", len(people), err)
		}
		had := map[string]int{}
		for _, one := range people {
			had[one.character.name]++
		}
		for _, c := range characters() {
			if had[c.name] == 0 && !slices.Contains(missing, c.name) {
				t.Errorf("of %d nobody %s: %v", participants, c.name, had)
			}
		}
		if had[refused] != 1 {
			t.Errorf("%d people have a misspelt address", had[refused])
		}
		n := shares(participants)
		if leaving := had[declines] + had[silent] + had[withdrawn] + had[deferred]; n.reserve+n.late <= leaving-n.late {
			t.Logf("of %d, %d may leave and %d wait", participants, leaving, n.reserve)
		}
		if address, err := RefusedAddress(o); err != nil || !strings.HasPrefix(address, "misspelt.") {
			t.Errorf("the refused address is %q, %v", address, err)
		}
	}
	for participants := 1; participants <= 130; participants++ {
		n := shares(participants)
		if n.places < 1 || n.reserve < 0 || n.places+n.reserve+n.late != participants {
			t.Errorf("%d: %+v", participants, n)
		}
		people, err := company(Options{Participants: participants, Seed: 1, Spreadsheet: sheet(t)}, year{})
		if err != nil {
			t.Fatal(err)
		}
		addresses := map[string]bool{}
		for _, one := range people {
			addresses[one.emails[0]] = true
		}
		if len(addresses) != participants {
			t.Errorf("%d people have %d addresses", participants, len(addresses))
		}
	}
}

func TestTheSameSeedDrawsTheSamePeople(t *testing.T) {
	t.Parallel()
	cast := func(seed uint64) (names []string) {
		people, err := company(Options{Participants: 50, Seed: seed, Spreadsheet: sheet(t)}, year{})
		if err != nil {
			t.Fatal(err)
		}
		for _, one := range people {
			names = append(names, one.character.name)
		}
		return names
	}
	if !slices.Equal(cast(1), cast(1)) || slices.Equal(cast(1), cast(2)) {
		t.Error("the seed decides, and nothing else")
	}
}
