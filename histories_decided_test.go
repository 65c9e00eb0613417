//go:build record

package main

import (
	"fmt"
	"net/http"
	"testing"

	"fairlead/programme"
)

// decidingOn is staff finishing the task of a stage that has lapsed, which is the decision on its days.
func (l *leader) decidingOn(stage string) func() error {
	return func() error {
		var open struct {
			Items []struct {
				ID          int64
				Stage, Code string
			}
		}
		l.s.must(http.MethodGet, "/tasks?ref="+l.ref, nil, &open)
		for _, task := range open.Items {
			if task.Stage == stage && task.Code == "lapsed" {
				l.s.must(http.MethodPost, fmt.Sprintf("/tasks/%d/done", task.ID), object{"note": "Held elsewhere."}, nil)
				return nil
			}
		}
		return fmt.Errorf("no task of %s: %+v", stage, open.Items)
	}
}

// TestRecordHistoriesOfDecisions records a year whose compulsory sessions lapse: the network opens once staff have decided on
// them, long after its date.
func TestRecordHistoriesOfDecisions(t *testing.T) {
	r := startRecording(t)
	s := r.s
	var made createdCohort
	s.must(http.MethodPost, "/cohorts", object{"name": "decided", "blueprint": "coached", "starts_on": "2027-03-01", "route": "confirmed", "owner": "owner@centre.example",
		"places": 1, "clock": object{"day": "600ms", "start": "2027-01-11T04:00:00Z"}}, &made)
	r.clock = made.clock()
	leader := s.importLeaders(t, "decided", r.box.Dir(), people(1, "decided%d@mailbox.example"), []string{"decided0@mailbox.example"})[0]
	s.must(http.MethodPost, "/cohorts/decided/coaches", coachSheet(1), nil)
	s.must(http.MethodPost, "/cohorts/decided/launch", nil, nil)
	s.must(http.MethodPost, "/cohorts/decided/match", nil, nil)
	err := steps(leader.awaiting("coaching-1", "lapsed"), leader.decidingOn("coaching-1"), leader.awaiting("coaching-3", "lapsed"), leader.awaiting("coaching-5", "lapsed"),
		leader.awaiting("coaching-6", "lapsed"), leader.awaiting("closing-survey", "lapsed"), r.passing(30), leader.decidingOn("coaching-6"),
		leader.awaiting("alumni", "open"), leader.reaching("completed"))
	if err != nil {
		t.Fatal(err)
	}
	r.write(t, programme.JourneyID("decided", leader.ref), "Journey-decided")
}
