//go:build record

package main

import (
	"fmt"
	"net/http"
	"strings"
	"sync"
	"testing"
	"time"

	"fairlead/programme"
)

// gatherings is the cohort whose events are recorded.
const gatherings = "gatherings"

// eventParts are the main paths of an event, each in a sitting of its own for residential 2 where one is named.
func eventParts() []part {
	confirm := object{"place": "confirm"}
	return []part{
		{"comes", func(r *recording, l *leader) error {
			return steps(l.ready, l.attends("opening-event"), l.attends("residential-1"), l.places("residential-2", confirm), l.attends("residential-2"),
				l.places("residential-3", confirm), l.attends("residential-3"), l.attends("closing-event"), l.reaching("completed"))
		}, map[string]string{"": "Journey-events-completed", "opening-event": "Event-placed-with-onboarding", "residential-2": "Event-confirmed-attended",
			"closing-event": "Event-placed-with-another", "residential-1-survey": "Survey-after-an-event"}},
		{"misses", func(r *recording, l *leader) error {
			return steps(l.notes("opening-event", "excused"), r.until(2027, 3, 1), l.doing("record-attendance", object{"stage": "residential-1", "status": "absent"}),
				l.insisting("change-sitting", object{"stage": "residential-1", "sitting": "b"}), l.attends("residential-1"), l.doing("withdraw", object{}))
		}, map[string]string{"opening-event": "Event-excused", "residential-1": "Event-kept-absent-caught-up"}},
		{"moved", func(r *recording, l *leader) error {
			return steps(l.ready, l.places("residential-2", confirm), l.waitsOn("residential-2", programme.OwnerCalendar),
				r.reschedule(object{"sitting": "c", "starts_at": "2027-07-19T07:00:00Z"}),
				l.waitsOn("residential-2", programme.OwnerParticipant), l.places("residential-2", confirm), l.attends("residential-2"), l.doing("withdraw", object{}))
		}, map[string]string{"residential-2": "Event-moved-confirmed-again"}},
		{"held", func(r *recording, l *leader) error {
			return steps(l.ready, l.places("residential-2", confirm), l.waitsOn("residential-2", programme.OwnerCalendar), r.until(2027, 6, 30),
				l.doing("hold", object{}), r.until(2027, 7, 12), l.doing("resume", object{}), l.waitsOn("residential-2", programme.OwnerStaff),
				l.doing("skip", object{"stage": "residential-2"}), l.awaiting("residential-2", "skipped"), l.doing("withdraw", object{}))
		}, map[string]string{"residential-2": "Event-in-a-hold-skipped"}},
		{"another date", func(r *recording, l *leader) error {
			return steps(l.ready, l.places("residential-2", object{"place": "another", "sitting": "b"}), l.attends("residential-2"), l.doing("withdraw", object{}))
		}, map[string]string{"residential-2": "Event-another-date"}},
		{"cancelled", func(r *recording, l *leader) error {
			return steps(l.ready, l.places("residential-2", confirm), l.waitsOn("residential-2", programme.OwnerCalendar), r.reschedule(object{"sitting": "g", "cancel": true}),
				l.waitsOn("residential-2", programme.OwnerStaff), l.doing("change-sitting", object{"stage": "residential-2", "sitting": "b"}),
				l.attends("residential-2"), l.doing("withdraw", object{}))
		}, map[string]string{"residential-2": "Event-cancelled-another-date"}},
		{"leaves", func(r *recording, l *leader) error {
			return steps(l.ready, l.awaiting("residential-2", "open"), r.passing(2), l.doing("withdraw", object{}), l.reaching("withdrawn"))
		}, map[string]string{"residential-2": "Event-withdrawn"}},
	}
}

// ready answers the onboarding form for the leader, with the places in it.
func (l *leader) ready() error {
	return steps(l.awaiting("onboarding", "open"), l.insisting("answer-for", object{"stage": "onboarding", "given_by": "the leader", "how": "telephone", "answers": object{
		"title": "", "given_name": "Given", "family_name": "Family", "job_title": "Chief Executive", "organisation": "Organisation", "sector": "Healthcare",
		"region": "London", "role_started": "2026-01", "has_assistant": "no", "privacy_read": "yes", "consent_psychometrics": "no", "places": "confirm",
		"dietary": "none", "arrival": "train", "room_night_before": "no", "coach_background": "either", "coach_where": "either"}}), l.awaiting("onboarding", "done"))
}

// places answers for the leader whether the place at an event is taken.
func (l *leader) places(stage string, answers object) func() error {
	return func() error {
		return steps(l.awaiting(stage, "open"), l.insisting("answer-for", object{"stage": stage, "given_by": "the leader", "how": "telephone", "answers": answers}))
	}
}

// waitsOn waits until a stage waits on somebody.
func (l *leader) waitsOn(stage string, owner programme.Owner) func() error {
	return func() error {
		return until(fmt.Sprint(stage, " of ", l.ref, " waits on ", owner), patience, func() bool {
			seen, err := l.s.journey(l.ref)
			if err != nil {
				return false
			}
			for _, s := range seen.Stages {
				if s.Name == stage && s.WaitingOn == string(owner) {
					return true
				}
			}
			return false
		})
	}
}

// notes notes on the register what became of a leader, once the event is over.
func (l *leader) notes(stage, status string) func() error {
	return func() error {
		return steps(l.waitsOn(stage, programme.OwnerStaff), l.insisting("record-attendance", object{"stage": stage, "status": status}))
	}
}

// attends waits for an event to be over and says that the leader came.
func (l *leader) attends(stage string) func() error {
	return func() error {
		return steps(l.waitsOn(stage, programme.OwnerCalendar), l.notes(stage, "attended"), l.awaiting(stage, "done"))
	}
}

// until waits for ten in the morning of a day of the programme.
func (r *recording) until(year, month, day int) func() error {
	moment := programme.Date{Year: year, Month: time.Month(month), Day: day}.At(10, 0)
	return func() error {
		return until("the programme is at "+moment.String(), patience, func() bool { return !r.clock.Programme(realNow()).Before(moment) })
	}
}

// reschedule changes one date of residential 2.
func (r *recording) reschedule(change object) func() error {
	return func() error {
		change["stage"], change["reason"] = "residential-2", "programme_change"
		status, answer, err := r.s.try(http.MethodPost, "/cohorts/"+gatherings+"/reschedule", change)
		if err == nil && status != http.StatusAccepted {
			err = fmt.Errorf("reschedule: %d %s", status, answer)
		}
		return err
	}
}

// TestRecordHistoriesOfEvents plays the paths of an event in a year of its own. Recorded by: make
// histories.
func TestRecordHistoriesOfEvents(t *testing.T) {
	r := startRecording(t)
	s := r.s
	all := eventParts()
	var made createdCohort
	s.must(http.MethodPost, "/cohorts", object{"name": gatherings, "blueprint": "residentials", "starts_on": "2027-03-01", "route": "confirmed",
		"owner": "owner@centre.example", "places": 12, "clock": object{"day": "400ms", "start": "2026-11-16T04:00:00Z"}}, &made)
	r.clock = made.clock()
	sitting := func(name, group string, starts, ends time.Time) object {
		return object{"name": name, "group": group, "starts_at": starts, "ends_at": ends, "capacity": 12, "venue": "Elm House"}
	}
	july := func(from int) (time.Time, time.Time) {
		return programme.Date{Year: 2027, Month: 7, Day: from}.At(8, 0), programme.Date{Year: 2027, Month: 7, Day: from + 2}.At(16, 0)
	}
	first, firstEnds := july(5)
	later, laterEnds := july(26)
	march := programme.Date{Year: 2027, Month: 2, Day: 28}
	err := r.s.patch(gatherings, object{"sittings": object{
		"residential-1": []object{sitting("a", "", march.At(16, 0), march.AddDays(5).At(13, 0)), sitting("b", "nobody", march.AddDays(21).At(16, 0), march.AddDays(26).At(13, 0))},
		"residential-2": []object{sitting("a", "", first, firstEnds), sitting("b", "nobody", later, laterEnds), sitting("c", "moved", first, firstEnds),
			sitting("g", "cancelled", first, firstEnds)}}})
	if err != nil {
		t.Fatal(err)
	}
	emails := make([]string, len(all))
	rows := strings.SplitAfter(people(len(all), "gathered%d@mailbox.example"), "\n")
	spreadsheet := strings.TrimSuffix(rows[0], "\n") + ",group\n"
	for i, one := range all {
		emails[i] = fmt.Sprintf("gathered%d@mailbox.example", i)
		spreadsheet += strings.TrimSuffix(rows[i+1], "\n") + "," + one.name + "\n"
	}
	leaders := r.s.importLeaders(t, gatherings, r.box.Dir(), spreadsheet, emails)
	r.s.must(http.MethodPost, "/cohorts/"+gatherings+"/launch", nil, nil)
	var wait sync.WaitGroup
	for i, one := range all {
		wait.Add(1)
		go func() {
			defer wait.Done()
			if err := one.play(r, leaders[i]); err != nil {
				t.Errorf("%s: %v", one.name, err)
			}
		}()
	}
	wait.Wait()
	if t.Failed() {
		return
	}
	for i, one := range all {
		for stage, name := range one.records {
			id := programme.JourneyID(gatherings, leaders[i].ref)
			if stage != "" {
				id = programme.StageID(gatherings, leaders[i].ref, stage)
			}
			r.write(t, id, name)
		}
	}
	r.write(t, programme.CohortID(gatherings), "Cohort-rescheduled")
}
