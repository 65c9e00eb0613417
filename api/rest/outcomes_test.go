package rest

import (
	"fmt"
	"net/http"
	"testing"

	"fairlead/programme"
)

func TestOutcomes(t *testing.T) {
	t.Parallel()
	b := setup(t)
	for person := range 12 {
		for survey, step := range map[string]int{programme.Baseline: 4, programme.Closing: 4 + person%3} {
			b.store.answers = append(b.store.answers, programme.ResearchAnswer{Pseudonym: fmt.Sprint(person), Survey: survey, Question: "happy", Answer: fmt.Sprint(step)})
		}
	}
	var shown outcomes
	b.as(researcher, "GET", "/cohorts/2027-spring/outcomes", "").want(http.StatusOK).into(&shown)
	if shown.SuppressedBelow != 10 || *shown.Answered.Baseline != 12 || len(shown.Measures) != 11 {
		t.Errorf("%+v", shown)
	}
	for _, m := range shown.Measures {
		if m.Name != "happy" {
			if m.N != nil || m.Before != nil || m.Change != nil {
				t.Errorf("nobody answered %s: %+v", m.Name, m)
			}
			continue
		}
		// Four each of 0, 1 and 2: mean 1, squares 8, SD √(8/11) = 0.85.
		if *m.N != 12 || *m.Before != (spread{Mean: 4}) || *m.After != (spread{Mean: 5, SD: 0.85}) || *m.Change != (spread{Mean: 1, SD: 0.85}) {
			t.Errorf("%+v %+v %+v", m, m.After, m.Change)
		}
	}
	if len(shown.Later) != 2 || shown.Later[0].Survey != "survey-6-months" || shown.Later[0].Answered != nil || len(shown.Later[0].Measures) != 11 || shown.Later[0].Measures[2].N != nil {
		t.Errorf("nobody was asked after the year: %+v", shown.Later)
	}
	for person := range 12 {
		b.store.answers = append(b.store.answers, programme.ResearchAnswer{Pseudonym: fmt.Sprint(person), Survey: "survey-6-months", Question: "happy", Answer: "7"})
	}
	var later outcomes
	b.as(researcher, "GET", "/cohorts/2027-spring/outcomes", "").want(http.StatusOK).into(&later)
	if six := later.Later[0]; *six.Answered != 12 || six.Title != "Survey six months on" || six.Measures[2].Name != "happy" || *six.Measures[2].N != 12 ||
		*six.Measures[2].Before != (spread{Mean: 4}) || *six.Measures[2].After != (spread{Mean: 7}) || *six.Measures[2].Change != (spread{Mean: 3}) {
		t.Errorf("%+v", six)
	}
	if r := later.Feedback; len(r) != 3 || r[0].Survey != "residential-1-survey" || r[0].Answered != nil || len(r[0].Measures) != 6 || r[0].Measures[1].N != nil || r[0].Measures[1].Answer != nil {
		t.Errorf("nobody looked back on an event: %+v", r)
	}
	for person := range 10 {
		b.store.answers = append(b.store.answers, programme.ResearchAnswer{Pseudonym: fmt.Sprint(person), Survey: "residential-1-survey", Question: "learned", Answer: "4"})
	}
	var back outcomes
	b.as(researcher, "GET", "/cohorts/2027-spring/outcomes", "").want(http.StatusOK).into(&back)
	if r := back.Feedback[0]; r.Title != "Survey on residential 1" || *r.Answered != 10 || r.Measures[1].Name != "learned" || *r.Measures[1].N != 10 || *r.Measures[1].Answer != (spread{Mean: 4}) {
		t.Errorf("%+v", r)
	}
	b.as(coordinator, "GET", "/cohorts/2029-spring/outcomes", "").want(http.StatusNotFound)
	b.as(ops, "GET", "/cohorts/2027-spring/outcomes", "").want(http.StatusForbidden)
	b.store.answers = b.store.answers[:18] // nine people
	var few outcomes
	b.as(admin, "GET", "/cohorts/2027-spring/outcomes", "").want(http.StatusOK).into(&few)
	if few.Answered.Baseline != nil || few.Measures[2].N != nil {
		t.Errorf("of nine people: %+v", few)
	}
}
