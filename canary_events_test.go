package main

import (
	"errors"
	"fmt"
	"maps"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"sync"
	"testing"

	"fairlead/demo/sink"
	"fairlead/programme"
)

// gathered is the cohort of the canary's guests: chosen people in a year with events, coaching and a questionnaire.
const gathered = "canary-gathered"

// gather plays the months around the first residential for two marked guests and their marked coaches.
func (y *canaryYear) gather(t *testing.T) {
	t.Helper()
	y.s.must(http.MethodPost, "/cohorts", object{"name": gathered, "blueprint": "flagship", "starts_on": "2027-06-07", "route": "confirmed",
		"owner": "owner@centre.example", "places": 2}, nil)
	sheet, emails := canarySheet(20, 2)
	guests := y.s.importLeaders(t, gathered, y.box.Dir(), sheet, emails)
	for _, l := range guests {
		y.walking(l)
	}
	y.s.must(http.MethodPost, "/cohorts/"+gathered+"/coaches", "name,email,region,background_sector,accreditation,capacity,offers_online\n"+
		"Zqcoach One,zqcoachmail1@zqcoachdomain.example,London,Education,,4,yes\nZqcoach Two,zqcoachmail2@zqcoachdomain.example,London,Healthcare,,4,yes\n", nil)
	y.s.must(http.MethodPost, "/cohorts/"+gathered+"/launch", nil, nil)
	var wait sync.WaitGroup
	for i, act := range []func(*leader) error{y.comes, y.misses} {
		wait.Go(func() {
			if err := act(guests[i]); err != nil {
				t.Errorf("guest %d: %v", i, err)
			}
		})
	}
	wait.Wait()
}

// enters answers the onboarding form with everything that can be personal in it.
func (y *canaryYear) enters(l *leader) error {
	answers := canaryAnswers("zqassistmail20@zqassistdomain.example")
	answers["private_email"], answers["consent_coach_report"] = []string{"zqprivate@zqprivatedomain.example"}, []string{"yes"}
	return steps(func() error { return l.follow("onboarding") },
		func() error { return l.fill("onboarding/places", url.Values{"places": {"confirm"}}) },
		func() error { return l.answer("onboarding", answers) })
}

// comes is a guest who does everything there is until the first residential is over.
func (y *canaryYear) comes(l *leader) error {
	private := y.walking(newLeader(y.s, y.box.Dir(), "zqprivate@zqprivatedomain.example", l.ref))
	coach, page := y.walking(newLeader(y.s, y.box.Dir(), "", l.ref)), ""
	noted := func(stage, status string) func() error {
		return l.noted(stage, status, object{"note": "Zqnote: on the list"})
	}
	return steps(func() error { return y.enters(l) }, l.awaiting("psychometrics", "open"), private.answering("psychometrics"),
		func() error { return private.got(programme.MsgPsychometricsDone) },
		l.awaiting("coaching-1", "open"), func() error { return l.follow("coaching-1") },
		func() error {
			return l.fill("coaching-1", url.Values{"slot": {"own"}, "starts": {"2027-05-27T11:00"}, "where": {"online"}})
		},
		func() (err error) { page, err = coach.opensCoachPage(); return err },
		func() error { return coach.reads(page + "/leaders/" + l.ref + "/report") },
		noted("opening-event", "attended"),
		func() error { return coach.logs(page, "coaching-1") }, l.awaiting("coaching-1", "done"),
		l.insisting(programme.CmdChangeCoach, object{"note": "Zqnote: somebody else"}),
		noted("residential-1", "attended"), l.awaiting("residential-1", "done"),
		func() error { return y.moves("residential-2", "2027-10-18T07:00:00Z") },
		l.insisting(programme.CmdWithdraw, object{"note": "Zqnote: leaves"}), l.reaching("withdrawn"))
}

// misses is a guest who does not come, and for whom staff decide.
func (y *canaryYear) misses(l *leader) error {
	return steps(l.insisting(programme.CmdHold, object{"note": "Zqnote: is away"}), l.insisting(programme.CmdResume, object{"note": "Zqnote: is back"}),
		l.noted("residential-1", "absent", object{"costs": "recovered", "note": "Zqnote: nobody knows why"}),
		l.insisting(programme.CmdSkip, object{"stage": "residential-1", "note": "Zqnote: no date is left"}), l.awaiting("residential-1", "skipped"),
		l.insisting(programme.CmdWithdraw, object{"note": "Zqnote"}), l.reaching("withdrawn"))
}

// noted waits until an event has begun and notes on its register what became of the leader.
func (l *leader) noted(stage, status string, more object) func() error {
	return func() error {
		body := object{"stage": stage, "status": status}
		maps.Copy(body, more)
		var last error
		err := until("the register takes "+stage, patience, func() bool { last = l.order(programme.CmdRecordAttendance, body); return last == nil })
		return errors.Join(err, last)
	}
}

// moves gives an event another date.
func (y *canaryYear) moves(stage, starts string) error {
	status, answer, err := y.s.try(http.MethodPost, "/cohorts/"+gathered+"/reschedule",
		object{"stage": stage, "starts_at": starts, "reason": "operational_demand", "note": "Zqnote: the hall is flooded"})
	if err == nil && status != http.StatusAccepted {
		err = fmt.Errorf("reschedule: %d %s", status, answer)
	}
	return err
}

// opensCoachPage is a leader's coach who follows the link of the mail about a booking; it returns the page's address.
func (l *leader) opensCoachPage() (page string, err error) {
	err = until("the coach's link opens", patience, func() bool {
		mails, _ := sink.Index(l.box) // a line that is just being written shows the next time
		for _, m := range slices.Backward(mails) {
			about := func(key string) bool {
				return strings.Contains(key, "/"+l.ref+"/") && strings.Contains(key, "/"+programme.MsgCoachBooking+"/")
			}
			if !slices.ContainsFunc(m.Keys, about) {
				continue
			}
			raw, err := sink.Raw(l.box, m.ID)
			if err != nil {
				return false
			}
			_, to, err := l.send(http.MethodPost, linkInMail.FindString(textOfMail(raw)), url.Values{})
			page = to
			return err == nil && strings.HasPrefix(to, "/coach/")
		}
		return false
	})
	return page, err
}

// reads waits until a page can be seen.
func (l *leader) reads(path string) error {
	return until(path+" opens", patience, func() bool {
		status, _, err := l.send(http.MethodGet, l.s.url+path, nil)
		return err == nil && status == http.StatusOK
	})
}

// logs is a coach who says that a session was held, once it is over.
func (l *leader) logs(page, stage string) error {
	return until("the session is logged", patience, func() bool {
		status, to, err := l.send(http.MethodPost, l.s.url+page+"/log", url.Values{"ref": {l.ref}, "stage": {stage}, "log": {"held"}})
		return err == nil && status == http.StatusSeeOther && strings.HasPrefix(to, page)
	})
}
