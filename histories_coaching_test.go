//go:build record

package main

import (
	"fmt"
	"net/http"
	"net/url"
	"strings"
	"sync"
	"testing"

	"fairlead/programme"
)

// sessionStory is one leader's first coaching session in the recording.
type sessionStory struct {
	name   string // of the history
	play   func(r *recording, l *leader) error
	second string // name of the history of the second session, or empty
}

// telephoned notes what staff were told of a session.
func telephoned(l *leader, answers object) func() error {
	return l.doing("answer-for", object{"stage": "coaching-1", "answers": answers, "given_by": "A Leader", "how": "telephone", "reason": "telephone"})
}

// agreeing notes a time so many days from now.
func (r *recording) agreeing(l *leader, days int) func() error {
	return func() error {
		at := r.clock.Programme(realNow()).In(programme.London).AddDate(0, 0, days)
		return telephoned(l, object{"session": "booked", "starts": at.Format("2006-01-02") + " 10:00", "where": "online"})()
	}
}

// following opens the link to the session; the visit then lasts for all that is done on its page.
func following(l *leader) func() error { return func() error { return l.follow("coaching-1") } }

// onThePage books a time on the leader's own page, so many days from now.
func (r *recording) onThePage(l *leader, days int) func() error {
	return func() error {
		at := r.clock.Programme(realNow()).In(programme.London).AddDate(0, 0, days)
		return l.fill("coaching-1", url.Values{"slot": {"own"}, "starts": {at.Format("2006-01-02") + "T11:00"}, "where": {"in_person"}})
	}
}

// sessionStories are the main paths of a coaching session.
func sessionStories() []sessionStory {
	held := object{"session": "held"}
	return []sessionStory{
		{"CoachingSession-booked-moved-held", func(r *recording, l *leader) error {
			return steps(l.awaiting("coaching-1", "open"), following(l), r.onThePage(l, 25), r.passing(2), r.onThePage(l, 32), r.passing(36), telephoned(l, held),
				l.awaiting("coaching-1", "done"))
		}, "CoachingSession-optional-lapsed"},
		{"CoachingSession-never-booked", func(r *recording, l *leader) error { return l.stageIs("coaching-1", "lapsed") }, ""},
		{"CoachingSession-not-attended-booked-again", func(r *recording, l *leader) error {
			return steps(l.awaiting("coaching-1", "open"), r.agreeing(l, 5), r.passing(8), telephoned(l, object{"session": "did_not_attend"}), r.passing(2),
				r.agreeing(l, 5), r.passing(8), telephoned(l, held), l.awaiting("coaching-1", "done"))
		}, ""},
		{"CoachingSession-cancelled-skipped", func(r *recording, l *leader) error {
			return steps(l.awaiting("coaching-1", "open"), following(l), r.onThePage(l, 25), func() error { return l.fill("coaching-1/cancel", url.Values{}) }, r.passing(5),
				l.doing("skip", object{"stage": "coaching-1"}), l.awaiting("coaching-1", "skipped"))
		}, ""},
		{"CoachingSession-never-logged", func(r *recording, l *leader) error {
			return steps(l.awaiting("coaching-1", "open"), r.agreeing(l, 6), l.awaiting("coaching-1", "overdue"), l.awaiting("coaching-1", "lapsed"))
		}, ""},
		{"CoachingSession-held-by-a-hold", func(r *recording, l *leader) error {
			return steps(l.awaiting("coaching-1", "open"), r.agreeing(l, 8), l.doing("hold", object{"reason": "illness"}), r.passing(12), l.doing("resume", object{}),
				r.passing(2), r.agreeing(l, 5), l.doing("change-coach", object{}), r.passing(2), r.agreeing(l, 5), r.passing(8), telephoned(l, held),
				l.awaiting("coaching-1", "done"))
		}, ""},
	}
}

// TestRecordHistoriesOfCoaching records the paths of a coaching session, in a year of its own that begins with onboarding.
func TestRecordHistoriesOfCoaching(t *testing.T) {
	r := startRecording(t)
	s, box := r.s, r.box
	stories := sessionStories()
	emails := make([]string, len(stories))
	for i := range emails {
		emails[i] = fmt.Sprintf("coached%d@mailbox.example", i)
	}
	var made createdCohort
	s.must(http.MethodPost, "/cohorts", object{"name": "coached", "blueprint": "coached", "starts_on": "2027-03-01", "route": "confirmed", "owner": "owner@centre.example",
		"places": len(stories), "clock": object{"day": "600ms", "start": "2027-01-11T04:00:00Z"}}, &made)
	r.clock = made.clock()
	leaders := s.importLeaders(t, "coached", box.Dir(), people(len(stories), "coached%d@mailbox.example"), emails)
	s.must(http.MethodPost, "/cohorts/coached/coaches", coachSheet(len(stories)), nil)
	s.must(http.MethodPost, "/cohorts/coached/launch", nil, nil)
	s.must(http.MethodPost, "/cohorts/coached/match", nil, nil)
	var wait sync.WaitGroup
	for i, story := range stories {
		wait.Go(func() {
			err := story.play(r, leaders[i])
			if err == nil && story.second != "" {
				err = leaders[i].stageIs("coaching-2", "lapsed")
			}
			if err != nil {
				t.Errorf("%s: %v", story.name, err)
			}
		})
	}
	wait.Wait()
	if t.Failed() {
		return
	}
	for i, story := range stories {
		r.write(t, programme.StageID("coached", leaders[i].ref, "coaching-1"), story.name)
		if story.second != "" {
			r.write(t, programme.StageID("coached", leaders[i].ref, "coaching-2"), story.second)
		}
	}
}

// coachSheet is a spreadsheet of n coaches.
func coachSheet(n int) string {
	var b strings.Builder
	b.WriteString("name,email,region,background_sector,accreditation,capacity,offers_online\n")
	for i := range n {
		fmt.Fprintf(&b, "Coach %d,coach%d@coaches.example,London,Education,,4,yes\n", i, i)
	}
	return b.String()
}
