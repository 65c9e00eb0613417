//go:build record

package main

import (
	"fmt"
	"net/http"
	"net/url"
	"sync"
	"testing"

	"fairlead/programme"
)

// applying is the cohort of the stories about applications.
const applying = "applying"

// TestRecordHistoriesOfApplications plays the paths of applications and writes their histories down.
func TestRecordHistoriesOfApplications(t *testing.T) {
	r := startRecording(t)
	s, box := r.s, r.box
	var made createdCohort
	s.must(http.MethodPost, "/cohorts", object{"name": applying, "blueprint": "essentials", "starts_on": "2027-03-01", "route": "application", "owner": "owner@centre.example",
		"places": 2, "clock": object{"day": "400ms", "start": "2026-06-01T04:00:00Z"}}, &made)
	r.clock = made.clock()
	s.must(http.MethodPost, "/cohorts/"+applying+"/launch", nil, nil)

	names := []string{"gets a place", "declines", "moves up", "waits in vain", "is rejected", "never sends", "takes it back", "sends it late"}
	people := map[string]*leader{}
	for i, name := range names {
		people[name] = newLeader(s, box.Dir(), fmt.Sprintf("applicant%d@mailbox.example", i), "")
	}
	play := func(name string, all ...func() error) error {
		if err := steps(all...); err != nil {
			return fmt.Errorf("%s: %w", name, err)
		}
		return nil
	}
	must := func(err error) {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
	}
	begin := func(l *leader) func() error { return func() error { return l.applies(applying, "") } }
	// Who waits longest moves up: they apply one after the other.
	for _, name := range names {
		l := people[name]
		must(play(name, begin(l)))
		if name != "never sends" && name != "sends it late" {
			must(play(name, l.sending(nil)))
		}
	}
	late := people["sends it late"]
	var wait sync.WaitGroup
	together := func(stories map[string]func() error) {
		t.Helper()
		for name, story := range stories {
			wait.Add(1)
			go func() {
				defer wait.Done()
				if err := play(name, story); err != nil {
					t.Error(err)
				}
			}()
		}
		wait.Wait()
		if t.Failed() {
			t.FailNow()
		}
	}
	together(map[string]func() error{
		"gets a place":  people["gets a place"].deciding("offer", object{}),
		"declines":      people["declines"].deciding("offer", object{}),
		"moves up":      people["moves up"].deciding("waitlist", object{}),
		"waits in vain": people["waits in vain"].deciding("waitlist", object{}),
		"is rejected":   people["is rejected"].deciding("reject", object{}),
		"never sends":   people["never sends"].reaching("lapsed"),
		"takes it back": func() error {
			return steps(people["takes it back"].reaching("under_review"), people["takes it back"].takesBack, people["takes it back"].reaching("withdrawn"))
		},
		"sends it late": func() error {
			if err := late.reaches("lapsed"); err != nil {
				return err
			}
			var issued struct{ Code string }
			s.must(http.MethodPost, "/cohorts/"+applying+"/late-codes", object{"expires_on": "2026-08-13"}, &issued)
			return steps(func() error { return late.applies(applying, issued.Code) }, late.sending(nil), late.deciding("reject", object{}))
		},
	})
	s.must(http.MethodPost, "/cohorts/"+applying+"/release", object{"reason": "other"}, nil)
	accepts, declines := people["gets a place"], people["declines"]
	together(map[string]func() error{
		"gets a place": func() error {
			return steps(accepts.reaching("offered"), accepts.answering("selection"), accepts.reaching("enrolled"))
		},
		"declines": func() error {
			return steps(declines.reaching("offered"), func() error {
				return declines.answer("selection", url.Values{"answer": {"decline"}, "decline_reason": {"time"}})
			}, declines.reaching("declined"))
		},
		"moves up": func() error {
			return steps(people["moves up"].reaching("offered"), people["moves up"].answering("selection"), people["moves up"].reaching("enrolled"))
		},
		"is rejected":   people["is rejected"].reaching("rejected"),
		"sends it late": late.reaching("rejected"),
		"waits in vain": people["waits in vain"].reaching("not_needed"),
	})
	for _, name := range []string{"gets a place", "moves up"} {
		must(play(name, people[name].doing("withdraw", object{}), people[name].reaching("withdrawn")))
	}
	must(r.days(3)) // the last workflows end
	for name, file := range map[string]string{"gets a place": "offered", "declines": "offer-declined", "moves up": "waitlisted-offered",
		"waits in vain": "not-needed", "is rejected": "rejected", "never sends": "application-lapsed", "takes it back": "application-withdrawn"} {
		l := people[name]
		r.write(t, programme.JourneyID(applying, l.ref), "Journey-"+file)
		r.write(t, programme.StageID(applying, l.ref, "selection"), "Selection-"+file)
	}
	r.write(t, programme.JourneyID(applying, late.ref), "Journey-begun-again")
	r.write(t, programme.CohortID(applying), "Cohort-applications")
}
