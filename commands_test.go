package main

import (
	"fmt"
	"net/http"
	"slices"
	"strings"
	"testing"
	"time"

	"fairlead/demo/sink"
)

// The clock of these stories: a day takes two seconds, and it is noon of Sunday 6 September 2026.
var commandsClock = with{"day": "2s", "start": "2026-09-06T11:00:00Z"}

// commandCohorts are the cohorts of these stories.
var commandCohorts = []struct {
	name, blueprint, route, startsOn string
	places, people                   int
	overrides                        with
}{
	// The last joining day is Thursday 10: whoever has not answered then has lapsed, the reserve is not needed.
	{"last", "essentials", "invitation", "10-12", 4, 8, nil},
	// One survey that opens on Monday 7 and is due on Thursday 24, with reminders on Thursday 17 and Monday 21.
	{"survey", "single-survey", "confirmed", "09-07", 60, 16, nil},
	// A year whose onboarding opens on Monday 7 and is due on Thursday 1 October.
	{"year", "essentials", "confirmed", "12-14", 60, 12, nil},
	// The same a week later, for the table.
	{"later", "essentials", "confirmed", "12-21", 60, 34, nil},
	// Onboarding is due on Thursday 10: its limit is Thursday 24.
	{"late", "essentials", "confirmed", "12-14", 10, 6, with{"onboarding": with{"due_week": -14}}},
	// People who are invited, with answers due on Thursday 15 October, and room for more.
	{"asked", "essentials", "invitation", "12-14", 40, 20, with{"selection": with{"due_week": -9, "ladder": []int{15, 20}}}},
	// One place, two in reserve; reminders on Tuesday 15 and Thursday 17.
	{"scarce", "essentials", "invitation", "12-14", 1, 3, with{"selection": with{"ladder": []int{6, 8}}}},
	{"into", "essentials", "confirmed", "12-14", 60, 1, nil},
	{"full", "essentials", "confirmed", "12-14", 1, 1, nil},
	{"many", "single-survey", "confirmed", "09-07", 60, 6, nil},
	// Launched by a story.
	{"next", "essentials", "confirmed", "12-14", 60, 1, nil},
	{"draft", "essentials", "invitation", "12-14", 40, 8, nil},
}

// TestStaffCommands is every command of staff, from outside, against the running program: the stories of what each does
// side by side, then a table of command × stage × state.
func TestStaffCommands(t *testing.T) {
	needBinaries(t)
	w := startTown(t, sink.Trouble{})
	for _, c := range commandCohorts {
		w.cohort(c.name, c.blueprint, c.route, "2026-"+c.startsOn, c.places, commandsClock)
		if c.overrides != nil {
			w.change(c.name, c.overrides)
		}
		w.join(c.name, c.people)
		if c.name != "draft" && c.name != "next" {
			w.launch(c.name)
		}
	}
	began := realNow()
	w.together(t, append(slices.Concat(commandStories, edgeStories), story{"the table", theTable}))
	t.Logf("the stories took %s", realNow().Sub(began).Round(time.Second))
	t.Run("while no worker runs", func(t *testing.T) { withoutWorker(w.in(t)) })
	t.Run("records and workflows agree", func(t *testing.T) { w.in(t).agrees() })
}

// situation is one state of a journey and what becomes of each order there: the state afterwards where it is carried out,
// "same" where its effect holds already, or status and state or place of a refusal.
type situation struct {
	name   string
	fresh  func(w *town) string
	orders string
}

// theTable gives every command in every state a journey and its stages can be in. What is refused changes nothing.
func theTable(w *town) {
	var stories []story
	for _, s := range situations {
		stories = append(stories, story{s.name, s.check})
	}
	w.together(w.t, stories)
}

func (s situation) check(w *town) {
	untouched := s.fresh(w)
	before := len(w.staffMoves(untouched))
	for row := range strings.Lines(s.orders) {
		order, want, found := strings.Cut(strings.TrimSpace(row), ": ")
		if !found {
			continue
		}
		ref := untouched
		carriedOut := want[0] != '4' && want != "same"
		if carriedOut {
			ref = s.fresh(w)
		}
		if got := w.outcome(ref, order); got != want {
			w.t.Errorf("%s, %s: %s, want %s", s.name, order, got, want)
		}
		if carriedOut && !repeats[strings.Fields(order)[0]] {
			if got := w.outcome(ref, order); got != "same" {
				w.t.Errorf("%s, %s again: %s", s.name, order, got)
			}
		}
	}
	if after := len(w.staffMoves(untouched)); after != before {
		w.t.Errorf("%s: refusals and repeats left %d moves", s.name, after-before)
	}
}

// repeats are the commands that have an effect each time, or are refused the second time.
var repeats = map[string]bool{"resend": true, "answer-for": true}

func (w *town) staffMoves(ref string) []moveDoc {
	var moves []moveDoc
	for _, m := range w.history(ref) {
		if strings.HasPrefix(m.Actor, "staff:") && m.What != "launch" {
			moves = append(moves, m)
		}
	}
	return moves
}

// outcome gives an order ("extend onboarding") and says in a word how it ended.
func (w *town) outcome(ref, order string) string {
	w.t.Helper()
	command, argument, _ := strings.Cut(order, " ")
	status, answer := w.finished(w.give(ref, command, fieldsOf(command, argument, ref)))
	if status == http.StatusOK {
		e := decode[effect](w.t, answer)
		switch {
		case !e.Changed:
			return "same"
		case command == "answer-for":
			return "answered" // what follows is the stage's to do
		}
		return e.State
	}
	p := decode[problem](w.t, answer)
	what := p.State
	if p.Type == "" || p.Title == "" || p.Detail == "" {
		w.t.Errorf("%s: no explanation in %s", order, answer)
	}
	if len(p.Errors) > 0 {
		what = strings.TrimPrefix(p.Errors[0].Pointer, "#/")
	}
	return fmt.Sprintf("%d %s", status, what)
}

// fieldsOf are the fields of an order beyond reason and note.
func fieldsOf(command, argument, ref string) with {
	switch command {
	case "extend":
		return with{"stage": argument, "until": "2026-11-12"}
	case "skip", "reopen", "retry":
		return with{"stage": argument}
	case "correct":
		return with{"stage": argument, "email": strings.ToLower(ref) + "@correct.example"}
	case "answer-for":
		answers := with{"answer": "accept"}
		switch argument {
		case "onboarding":
			answers = told("Chief Executive")
		case "alumni":
			answers = with{"certificate_name": "Helen Nguyen", "directory": "no", "news": "no"}
		}
		return with{"stage": argument, "answers": answers, "given_by": "Helen Nguyen", "how": "telephone"}
	case "resend":
		return with{"message": argument}
	case "defer":
		return with{"cohort": argument}
	case "change-email":
		return with{"email": strings.ToLower(ref) + "@new.example"}
	case "change-details":
		return with{"details": with{"job_title": "Chair of " + ref}}
	}
	return nil
}
