package main

import (
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	"fairlead/demo/sink"
)

// TestOnTheRealClock is the program as it runs in earnest: programme time is real time, so scheduled mail waits for a
// morning that no test sees, while what somebody just did is answered at once, at whatever hour this runs, and whichever
// of its processes was just killed.
func TestOnTheRealClock(t *testing.T) {
	needBinaries(t)
	w := startTown(t, sink.Trouble{}, "--fast-clock=false")
	monday := realNow().In(london).AddDate(0, 0, 7*20)
	for monday.Weekday() != time.Monday {
		monday = monday.AddDate(0, 0, 1)
	}
	cohort := with{"name": "real", "blueprint": "essentials", "route": "invitation", "starts_on": monday.Format(time.DateOnly), "places": 2,
		"owner": "owner@centre.example", "clock": with{"day": "1s", "start": "2026-09-06T11:00:00Z"}}
	if status, answer := w.call(http.MethodPost, "/cohorts", cohort); status/100 != 4 || !strings.Contains(string(answer), "clock") {
		t.Errorf("a fast clock where none is allowed: %d %s", status, answer)
	}
	delete(cohort, "clock")
	w.must(http.MethodPost, "/cohorts", cohort, nil)
	w.join("real", 2)
	w.launch("real")
	if off := realNow().Sub(w.now()).Abs(); off > time.Minute {
		t.Errorf("programme time is %s from real time", off)
	}

	leader, other := w.of("real", 0), w.of("real", 1)
	w.eventually("both invitations are planned", 30*time.Second, func() bool {
		return len(w.ledger(leader.Ref)) > 0 && len(w.ledger(other.Ref)) > 0
	})
	w.inMornings(leader.Ref)

	visitor := w.browser()
	visitor.post("/new-link", url.Values{"email": {leader.Person.Email}})
	fresh := w.letter(leader.Person.Email, "new-link", 1)
	w.datedNow(fresh)
	form := visitor.open(fresh.links[0])
	w.kill("temporal") // nobody who answers notices
	w.kill("worker")
	done := visitor.post(form.path, url.Values{"answer": {"accept"}})
	if done.status != http.StatusOK {
		t.Fatalf("accepted: %d %s", done.status, heading(done.text))
	}
	w.datedNow(w.letter(leader.Person.Email, "invitation-accepted", 1))
	w.eventually("she has her place", 30*time.Second, func() bool { return w.journey(leader.Ref).State == "enrolled" })
	for _, l := range w.ledger(leader.Ref) {
		if l.Stage == "selection" && l.State == "planned" {
			t.Errorf("answered, and %s is still planned", l.Key)
		}
	}
	if s := w.journey(leader.Ref).stage("onboarding"); s.State != "not_open" {
		t.Errorf("onboarding, weeks away, is %+v", s)
	}

	w.order(other.Ref, "hold", with{"reason": "illness"})
	w.kill("api")
	w.order(other.Ref, "resume", with{"missed": "skip"})
	w.inMornings(other.Ref)
	w.order(other.Ref, "withdraw", nil)
	for _, l := range w.ledger(other.Ref) {
		if l.State == "planned" && l.Rule == "scheduled" {
			t.Errorf("withdrawn, and %s is still planned", l.Key)
		}
	}
	w.agrees()
}

// inMornings checks that the scheduled mails that a journey still gets are planned for mornings in London, no two on one.
func (w *town) inMornings(ref string) {
	w.t.Helper()
	planned, days := 0, map[string]bool{}
	for _, l := range w.ledger(ref) {
		if l.State != "planned" || l.Rule != "scheduled" {
			continue
		}
		planned++
		at := l.At.In(london)
		day := at.Format(time.DateOnly)
		if at.Hour() != 9 || at.Weekday() == time.Saturday || at.Weekday() == time.Sunday || days[day] {
			w.t.Errorf("%s is planned for %s", l.Key, at.Format("Mon 2 Jan 15:04"))
		}
		days[day] = true
	}
	if planned == 0 {
		w.t.Errorf("%s: nothing is planned", ref)
	}
}

// datedNow checks that a mail says it was written in the last minutes.
func (w *town) datedNow(m letter) {
	w.t.Helper()
	at, err := time.Parse(time.RFC3339, m.Date)
	if err != nil || realNow().Sub(at).Abs() > 5*time.Minute {
		w.t.Errorf("the mail is dated %q, %v", m.Date, err)
	}
}
