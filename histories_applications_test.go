//go:build record

package main

import (
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"sync"
	"testing"

	"fairlead/demo/sink"
	"fairlead/programme"
)

// applying is the cohort of the stories about applications.
const applying = "applying"

// apply enters the address on the open page, follows the link in the mail and begins the application, or goes on with
// it. It waits for the page where the door is not open yet.
func (l *leader) apply(code string) error {
	before := len(l.verifying())
	err := until(l.email+" enters the address", patience, func() bool {
		status, _, err := l.send(http.MethodPost, l.s.url+"/apply/"+applying, url.Values{"email": {l.email}, "code": {code}})
		return err == nil && status == http.StatusSeeOther
	})
	if err != nil {
		return err
	}
	if err := until(l.email+" is sent the link", patience, func() bool { return len(l.verifying()) > before }); err != nil {
		return err
	}
	mails := l.verifying()
	raw, err := sink.Raw(l.box, mails[len(mails)-1].ID)
	if err != nil {
		return err
	}
	status, to, err := l.send(http.MethodPost, linkInMail.FindString(textOfMail(raw)), url.Values{})
	ref, found := strings.CutPrefix(to, "/application/")
	if err != nil || status != http.StatusSeeOther || !found {
		return fmt.Errorf("%s begins an application: %d %s %v", l.email, status, to, err)
	}
	l.ref = ref
	return nil
}

// verifying are the mails with a link to begin with.
func (l *leader) verifying() []sink.Mail {
	mails, _ := sink.Index(l.box) // a line that is just being written shows the next time
	return slices.DeleteFunc(mails, func(m sink.Mail) bool {
		return !strings.EqualFold(m.To, l.email) || !slices.ContainsFunc(m.Keys, func(key string) bool { return strings.Contains(key, "/apply-verify/") })
	})
}

// sends fills in all sections and sends the application.
func (l *leader) sends() error {
	for _, section := range []formSection{
		{"about", url.Values{"given_name": {"Given"}, "family_name": {"Family"}}},
		{"role", url.Values{"job_title": {"Chief Executive"}, "role_started": {"2026-01"}}},
		{"organisation", url.Values{"organisation": {"Organisation"}, "sector": {"Healthcare"}, "region": {"London"}}},
		{"why", url.Values{"why": {"To learn from others."}}},
		{"challenge", url.Values{"challenge": {"Working together."}}},
		{"monitoring", url.Values{"age_band": {"45_54"}}},
	} {
		if err := l.fill("selection/"+section.name, section.values); err != nil {
			return err
		}
	}
	return l.fill("selection/check", url.Values{})
}

// takesBack withdraws the application.
func (l *leader) takesBack() error {
	status, _, err := l.send(http.MethodPost, l.s.url+"/application/"+l.ref+"/withdraw", url.Values{})
	if err == nil && status != http.StatusSeeOther {
		err = fmt.Errorf("%s withdraws the application: %d", l.ref, status)
	}
	return err
}

func (l *leader) deciding(decision string) func() error {
	return func() error {
		return steps(l.reaching("under_review"), l.insisting(programme.CmdDecide, object{"decision": decision, "reason": "other"}))
	}
}

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
	begin := func(l *leader) func() error { return func() error { return l.apply("") } }
	// Who waits longest moves up: they apply one after the other.
	for _, name := range names {
		l := people[name]
		must(play(name, begin(l)))
		if name != "never sends" && name != "sends it late" {
			must(play(name, l.sends))
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
		"gets a place":  people["gets a place"].deciding("offer"),
		"declines":      people["declines"].deciding("offer"),
		"moves up":      people["moves up"].deciding("waitlist"),
		"waits in vain": people["waits in vain"].deciding("waitlist"),
		"is rejected":   people["is rejected"].deciding("reject"),
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
			return steps(func() error { return late.apply(issued.Code) }, late.sends, late.deciding("reject"))
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
