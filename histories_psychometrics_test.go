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

// questioned are leaders of a year with a questionnaire; each plays one path of it.
func questioned() []part {
	agrees := func(l *leader, yes string) func() error {
		return func() error {
			return l.answer("onboarding", url.Values{"consent_psychometrics": {yes}})
		}
	}
	rest := func(l *leader) func() error {
		return inTurn(l.answering("closing-survey", "alumni"), l.reaching("completed"))
	}
	return []part{
		{"looks", func(r *recording, l *leader) error {
			return steps(agrees(l, "yes"), l.answering("psychometrics"), rest(l))
		}, map[string]string{"": "Journey-questionnaire", "psychometrics": "Psychometrics-answered"}},
		{"does not agree", func(r *recording, l *leader) error {
			return steps(agrees(l, "no"), l.awaiting("psychometrics", "skipped"), rest(l))
		}, map[string]string{"": "Journey-consent-refused"}},
		{"agrees no more", func(r *recording, l *leader) error {
			return steps(agrees(l, "yes"), func() error { return l.asked("psychometrics") }, r.passing(2), l.withdrawing("psychometrics"),
				l.awaiting("psychometrics", "skipped"), rest(l))
		}, map[string]string{"": "Journey-consent-withdrawn", "psychometrics": "Psychometrics-consent-withdrawn"}},
		{"agrees no more before it opens", func(r *recording, l *leader) error {
			return steps(agrees(l, "yes"), l.awaiting("onboarding", "done"), l.withdrawing("psychometrics"), l.awaiting("psychometrics", "skipped"), rest(l))
		}, map[string]string{"": "Journey-consent-withdrawn-early"}},
		{"never looks", func(r *recording, l *leader) error {
			return steps(agrees(l, "yes"), l.awaiting("psychometrics", "overdue"), l.awaiting("psychometrics", "lapsed"))
		}, map[string]string{"psychometrics": "Psychometrics-lapsed"}},
		{"looks later", func(r *recording, l *leader) error {
			return steps(agrees(l, "yes"), func() error { return l.asked("psychometrics") }, r.passing(3), l.doing("hold", object{"reason": "illness"}),
				r.passing(20), l.doing("resume", object{"missed": "skip"}), l.answering("psychometrics"), l.awaiting("psychometrics", "done"))
		}, map[string]string{"psychometrics": "Psychometrics-held-resumed"}},
	}
}

// inTurn is steps as one step.
func inTurn(all ...func() error) func() error { return func() error { return steps(all...) } }

// withdrawing takes a consent back on the leader's own page.
func (l *leader) withdrawing(purpose string) func() error {
	return func() error {
		status, to, err := l.send(http.MethodPost, l.s.url+"/year/"+l.ref+"/consents/"+purpose, url.Values{})
		if err == nil && (status != http.StatusSeeOther || to != "/year/"+l.ref+"/consents") {
			err = fmt.Errorf("%s withdraws a consent: %d %s", l.ref, status, to)
		}
		return err
	}
}

// launchQuestioned launches n leaders of a year with a questionnaire.
func (r *recording) launchQuestioned(t *testing.T, n int) []*leader {
	emails := make([]string, n)
	for i := range emails {
		emails[i] = fmt.Sprintf("questioned%d@mailbox.example", i)
	}
	r.s.must(http.MethodPost, "/cohorts", object{"name": "questioned", "blueprint": "questionnaire", "starts_on": "2027-03-01", "route": "confirmed",
		"owner": "owner@centre.example", "places": n}, nil)
	leaders := r.s.importLeaders(t, "questioned", r.box.Dir(), people(n, "questioned%d@mailbox.example"), emails)
	r.s.must(http.MethodPost, "/cohorts/questioned/launch", nil, nil)
	return leaders
}

// playAll has every leader play their part at once.
func (r *recording) playAll(t *testing.T, wait *sync.WaitGroup, all []part, leaders []*leader) {
	for i, one := range all {
		wait.Go(func() {
			if err := one.play(r, leaders[i]); err != nil {
				t.Errorf("%s: %v", one.name, err)
			}
		})
	}
}

// writeAll writes down what was recorded of the parts of a cohort.
func (r *recording) writeAll(t *testing.T, cohort string, all []part, leaders []*leader) {
	for i, one := range all {
		for stage, name := range one.records {
			id := programme.JourneyID(cohort, leaders[i].ref)
			if stage != "" {
				id = programme.StageID(cohort, leaders[i].ref, stage)
			}
			r.write(t, id, name)
		}
	}
}
