package main

import (
	"encoding/json"
	"fmt"
	"net/http"
	"os"
	"os/exec"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"fairlead/demo/sink"
)

// town is a running system with the post office its mail goes to: a sink in this process, whose troubles a test can
// switch on.
type town struct {
	*system
	sink  *sink.Sink
	pools *pools
}

// with are the fields of a request's body.
type with = map[string]any

// startTown starts a sink and a system that sends to it; both end with the test.
func startTown(t *testing.T, trouble sink.Trouble, args ...string) *town {
	t.Helper()
	office, err := sink.Start(sink.Options{Dir: t.TempDir(), Now: realNow, Trouble: trouble})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = office.Close() })
	args = append([]string{"--smtp-url", "smtp://" + office.Addr(), "--head-of-centre", "head@centre.example", "--log-level", "warn"}, args...)
	return &town{system: startSystem(t, systemOptions{args: args}), sink: office, pools: &pools{free: map[string][]string{}}}
}

// in is the same town for a part of the test: what fails there fails that part.
func (w *town) in(t *testing.T) *town {
	part := *w.system
	part.t = t
	return &town{&part, w.sink, w.pools}
}

// story is one part of a test.
type story struct {
	name string
	tell func(w *town)
}

// together tells stories side by side, however few processors there are: they mostly wait for the programme's clock.
func (w *town) together(t *testing.T, stories []story) {
	t.Helper()
	var all sync.WaitGroup
	for _, s := range stories {
		all.Go(func() { t.Run(s.name, func(t *testing.T) { s.tell(w.in(t)) }) })
	}
	all.Wait()
}

// decode reads JSON that has to be sound.
func decode[T any](t *testing.T, text []byte) T {
	t.Helper()
	var out T
	if err := json.Unmarshal(text, &out); err != nil {
		t.Fatalf("%v in %s", err, text)
	}
	return out
}

// cohort makes a cohort; fields are added to its body.
func (w *town) cohort(name, blueprint, route, startsOn string, places int, clock with) {
	w.t.Helper()
	w.must(http.MethodPost, "/cohorts", with{"name": name, "blueprint": blueprint, "route": route, "starts_on": startsOn,
		"places": places, "owner": "owner@centre.example", "clock": clock}, nil)
}

// change gives a cohort's stages dates of their own.
func (w *town) change(cohort string, overrides with) {
	w.t.Helper()
	var now struct{ Version int64 }
	w.must(http.MethodGet, "/cohorts/"+cohort, nil, &now)
	status, answer := w.call(http.MethodPatch, "/cohorts/"+cohort, with{"overrides": overrides}, "If-Match", fmt.Sprintf(`"%d"`, now.Version))
	if status != http.StatusOK {
		w.t.Fatalf("change %s: %d %s", cohort, status, answer)
	}
}

// join imports n people whose addresses begin with the cohort's name.
func (w *town) join(cohort string, n int) {
	w.t.Helper()
	w.must(http.MethodPost, "/cohorts/"+cohort+"/participants", people(n, cohort+"-%d@leaders.example"), nil)
}

// launch has every journey of the cohort started; it does not wait for them.
func (w *town) launch(cohort string) {
	w.t.Helper()
	w.must(http.MethodPost, "/cohorts/"+cohort+"/launch", with{}, nil)
}

// eventually waits as a system does, but looks less often: many stories wait at the same time.
func (w *town) eventually(what string, within time.Duration, holds func() bool) {
	w.t.Helper()
	looked := time.Time{}
	w.system.eventually(what, within, func() bool {
		if now := realNow(); now.Sub(looked) >= 100*time.Millisecond {
			looked = now
			return holds()
		}
		return false
	})
}

// now is programme time.
func (w *town) now() time.Time {
	w.t.Helper()
	var list struct{ Items []struct{ Now time.Time } }
	w.must(http.MethodGet, "/cohorts?limit=1", nil, &list)
	return list.Items[0].Now
}

// until waits for a programme moment, written as it is in London.
func (w *town) until(moment string) {
	w.t.Helper()
	at, err := time.ParseInLocation("2006-01-02 15:04", moment, london)
	if err != nil {
		w.t.Fatal(err)
	}
	w.eventually(moment, 90*time.Second, func() bool { return !w.now().Before(at) })
}

var london = func() *time.Location {
	l, err := time.LoadLocation("Europe/London")
	if err != nil {
		panic(err)
	}
	return l
}()

// journeyDoc is a journey as REST shows it.
type journeyDoc struct {
	Ref, Cohort, State, Continues, Attention string
	Person                                   struct {
		Title, Email, Suppressed string
		GivenName                string `json:"given_name"`
		FamilyName               string `json:"family_name"`
	}
	Role      struct{ Organisation string }
	Assistant *struct{ Name, Email string }
	Stages    []stageDoc
}

// stageDoc is one of its stages.
type stageDoc struct {
	Name, State, Attention, Outcome string
	WaitingOn                       string `json:"waiting_on"`
	Round                           int
	Overdue                         bool
	Due, Limit                      time.Time
}

func (j journeyDoc) stage(name string) stageDoc {
	for _, s := range j.Stages {
		if s.Name == name {
			return s
		}
	}
	return stageDoc{}
}

func (w *town) journey(ref string) journeyDoc {
	w.t.Helper()
	var j journeyDoc
	w.must(http.MethodGet, "/journeys/"+ref, nil, &j)
	return j
}

// refs are the journeys of a cohort in a state (empty: all), by reference.
func (w *town) refs(cohort, state string) []journeyDoc {
	w.t.Helper()
	var list struct{ Items []journeyDoc }
	w.must(http.MethodGet, "/journeys?limit=200&cohort="+cohort+"&state="+state, nil, &list)
	return list.Items
}

// of is the journey of somebody in a cohort, by the number in the address.
func (w *town) of(cohort string, n int) journeyDoc {
	w.t.Helper()
	address := fmt.Sprintf(cohort+"-%d@leaders.example", n)
	for _, j := range w.refs(cohort, "") {
		if j.Person.Email == address {
			return j
		}
	}
	w.t.Fatalf("nobody in %s has the number %d", cohort, n)
	return journeyDoc{}
}

// line is a line of the ledger.
type line struct {
	Key, Stage, Message, Rule, To, State, Reason string
	At                                           time.Time
	MessageID                                    string `json:"message_id"`
	ServerReply                                  string `json:"server_reply"`
	Attempts                                     int
	MayRepeat                                    bool `json:"may_repeat"`
}

// ledger is every mail of a journey, sent, planned and not sent.
func (w *town) ledger(ref string) []line {
	w.t.Helper()
	var list struct{ Items []line }
	w.must(http.MethodGet, "/journeys/"+ref+"/messages?limit=200", nil, &list)
	return list.Items
}

// ahead are the lines of one message that are still planned.
func (w *town) ahead(ref, message string) []line {
	w.t.Helper()
	return slices.DeleteFunc(w.ledger(ref), func(l line) bool { return l.Message != message || l.State != "planned" })
}

// became checks what has become of lines of the ledger that were planned for later than now.
func (w *town) became(lines []line, ref, fate string) {
	w.t.Helper()
	passed := w.now()
	lines = slices.DeleteFunc(lines, func(l line) bool { return !l.At.After(passed) })
	if len(lines) == 0 {
		w.t.Errorf("%s: nothing was planned", ref)
	}
	now := w.ledger(ref)
	for _, was := range lines {
		i := slices.IndexFunc(now, func(l line) bool { return l.Key == was.Key })
		if i < 0 || now[i].State+" "+now[i].Reason != fate {
			w.t.Errorf("%s was planned and is not %q now: %+v", was.Key, fate, now)
		}
	}
}

// fates are the lines of one message as "state reason", in the order of their planned moments.
func (w *town) fates(ref, message string) []string {
	w.t.Helper()
	var list []string
	for _, l := range w.ledger(ref) {
		if l.Message == message {
			list = append(list, strings.TrimSpace(l.State+" "+l.Reason))
		}
	}
	return list
}

// moveDoc is a line of a journey's history.
type moveDoc struct {
	Stage, From, To, What, Actor, Reason, Note string
	At                                         time.Time
}

func (w *town) history(ref string) []moveDoc {
	w.t.Helper()
	var list struct{ Items []moveDoc }
	w.must(http.MethodGet, "/journeys/"+ref+"/history?limit=200", nil, &list)
	return list.Items
}

// ordered are the moves that staff made with a command.
func (w *town) ordered(ref, command string) []moveDoc {
	w.t.Helper()
	return slices.DeleteFunc(w.history(ref), func(m moveDoc) bool { return m.What != command || !strings.HasPrefix(m.Actor, "staff:") })
}

// tasks are the codes of what waits on staff for a journey.
func (w *town) tasks(ref string) []string {
	w.t.Helper()
	var list struct{ Items []struct{ Code string } }
	w.must(http.MethodGet, "/tasks?limit=200&ref="+ref, nil, &list)
	var codes []string
	for _, task := range list.Items {
		codes = append(codes, task.Code)
	}
	return codes
}

// effect is the answer to a command that was carried out.
type effect struct {
	Changed bool
	State   string
	Into    string
	Journey journeyDoc
}

// problem is a refusal.
type problem struct {
	Type, Title, Detail, State string
	Status                     int
	Errors                     []fault
}

// fault is one thing that has to be put right.
type fault struct {
	Detail, Pointer, Parameter, Column string
	Row                                int
}

// give orders a command, with a reason unless the fields name another.
func (w *town) give(ref, command string, fields with, headers ...string) (int, []byte) {
	w.t.Helper()
	body := with{"reason": "other", "note": "as agreed"}
	for name, value := range fields {
		body[name] = value
	}
	status, answer := w.call(http.MethodPost, "/journeys/"+ref+"/"+command, body, headers...)
	for tries := 0; status == http.StatusServiceUnavailable && tries < 5; tries++ {
		// A busy machine took too long to accept it: as the answer says, nothing happened and it may be sent again.
		status, answer = w.call(http.MethodPost, "/journeys/"+ref+"/"+command, body, headers...)
	}
	return status, answer
}

// order gives a command that has to be carried out.
func (w *town) order(ref, command string, fields with) effect {
	w.t.Helper()
	status, answer := w.finished(w.give(ref, command, fields))
	if status != http.StatusOK {
		w.t.Fatalf("%s of %s: %d %s", command, ref, status, answer)
	}
	return decode[effect](w.t, answer)
}

// finished waits for a command that a busy machine has accepted and not finished, and gives the answer it would have had.
func (w *town) finished(status int, answer []byte) (int, []byte) {
	w.t.Helper()
	if status != http.StatusAccepted {
		return status, answer
	}
	pending := decode[struct{ Operation struct{ ID, Ref string } }](w.t, answer).Operation
	w.eventually("the command is carried out", 60*time.Second, func() bool {
		var op struct{ State string }
		w.must(http.MethodGet, "/operations/"+pending.ID, nil, &op)
		return op.State == "done"
	})
	j := w.journey(pending.Ref)
	answer, err := json.Marshal(with{"changed": true, "state": j.State, "journey": j})
	if err != nil {
		w.t.Fatal(err)
	}
	return http.StatusOK, answer
}

// agrees runs the doctor: connections, the records against themselves, and records against workflows.
func (w *town) agrees() {
	w.t.Helper()
	run, err := w.run()
	if err != nil {
		w.t.Fatal(err)
	}
	said := ""
	defer func() {
		if w.t.Failed() {
			w.t.Log(said)
		}
	}()
	w.eventually("the doctor finds nothing", 30*time.Second, func() bool { // what was ordered last may still be under way
		doctor := exec.Command("bin/fairlead", "doctor", "--data", w.data, "--smtp-url", "smtp://"+w.sink.Addr())
		doctor.Env = append(os.Environ(), "TEMPORAL_ADDRESS="+run.Temporal.Address)
		out, err := doctor.CombinedOutput()
		said = string(out)
		return err == nil
	})
}

// pools hand out journeys nobody has touched.
type pools struct {
	mu   sync.Mutex
	free map[string][]string
}

// take is a journey of the cohort that no other part of the test uses.
func (w *town) take(cohort string) string { w.t.Helper(); return w.takeOf(cohort, "") }

// takeOf is one in a state.
func (w *town) takeOf(cohort, state string) string {
	w.t.Helper()
	w.pools.mu.Lock()
	defer w.pools.mu.Unlock()
	left, known := w.pools.free[cohort+state]
	if !known {
		for _, j := range w.refs(cohort, state) {
			left = append(left, j.Ref)
		}
	}
	if len(left) == 0 {
		w.t.Fatalf("%s has no more people %s", cohort, state)
	}
	w.pools.free[cohort+state] = left[1:]
	return left[0]
}
