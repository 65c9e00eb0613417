package main

import (
	"net/http"
	"slices"
	"strconv"
	"sync"
	"time"
)

// edgeStories are orders that meet each other, a hold, or a cohort that was not launched yet.
var edgeStories = []story{
	{"an answer during a hold", answerWhileHeld},
	{"deferred into a draft, and held there", heldBeforeTheLaunch},
	{"twenty of one order at once", twentyAtOnce},
	{"hold and withdraw at once", holdAgainstWithdraw},
	{"a task done by hand", taskByHand},
}

// answerWhileHeld takes an invitation's answer by telephone while the journey is on hold: the place counts at once, the
// year begins when the journey resumes.
func answerWhileHeld(w *town) {
	t, ref := w.t, takenOpen("asked")(w)
	address := w.journey(ref).Person.Email
	w.letter(address, "invitation", 1)
	w.order(ref, "hold", with{"reason": "leave"})
	w.order(ref, "answer-for", fieldsOf("answer-for", "selection", ref))
	w.stageIn(ref, "selection", "done")
	if j := w.journey(ref); j.State != "on_hold" {
		t.Errorf("answered during the hold: %s", j.State)
	}
	w.letter(address, "answer-recorded", 1)
	if n := w.count(address, "year-dates") + w.count(address, "onboarding"); n != 0 {
		t.Errorf("%d mails of the year during the hold", n)
	}
	if e := w.order(ref, "resume", nil); e.State != "enrolled" {
		t.Errorf("resumed: %s", e.State)
	}
	w.stageIn(ref, "onboarding", "open")
	w.letter(address, "year-dates", 1)
	w.letter(address, "onboarding", 1)
}

// heldBeforeTheLaunch defers a leader into a cohort that runs later, and holds the new journey over that cohort's launch.
func heldBeforeTheLaunch(w *town) {
	t, ref := w.t, w.take("later")
	address := w.journey(ref).Person.Email
	w.opened(ref)
	w.letter(address, "onboarding", 1)
	reminders := w.ahead(ref, "onboarding-reminder")
	w.order(ref, "defer", with{"cohort": "next", "reason": "leave"})
	w.became(reminders, ref, "not_sent deferred")
	next := w.refs("next", "enrolled")
	if len(next) != 1 || next[0].Continues != ref {
		t.Fatalf("in the next cohort: %+v", next)
	}
	w.order(next[0].Ref, "hold", nil)
	w.launch("next")
	w.letter(w.of("next", 0).Person.Email, "onboarding", 1) // the cohort runs
	if s := w.journey(next[0].Ref).stage("onboarding"); s.State != "not_open" {
		t.Errorf("launched during the hold: %+v", s)
	}
	w.order(next[0].Ref, "resume", nil)
	w.stageIn(next[0].Ref, "onboarding", "open")
	w.letter(address, "onboarding", 2)
	w.order(next[0].Ref, "withdraw", nil)
}

// twentyAtOnce gives one order twenty times in the same moment: one has the effect, the others find that it holds.
func twentyAtOnce(w *town) {
	ref := takenOpen("later")(w)
	for _, command := range []string{"hold", "resume", "withdraw"} {
		var all sync.WaitGroup
		var mu sync.Mutex
		changed, refused := 0, []string{}
		for range 20 {
			all.Go(func() {
				status, answer := w.give(ref, command, nil)
				mu.Lock()
				defer mu.Unlock()
				if status != http.StatusOK && status != http.StatusAccepted {
					refused = append(refused, string(answer))
				} else if status == http.StatusAccepted || decode[effect](w.t, answer).Changed {
					changed++
				}
			})
		}
		all.Wait()
		if len(refused) > 0 || changed == 0 {
			w.t.Errorf("%s: %d had an effect, %d were refused: %q", command, changed, len(refused), refused)
		}
		moves := slices.DeleteFunc(w.ordered(ref, command), func(m moveDoc) bool { return m.Stage != "" })
		if len(moves) != 1 {
			w.t.Errorf("%s: %d moves", command, len(moves))
		}
	}
	if n := len(w.fates(ref, "withdrawn")); n != 1 {
		w.t.Errorf("%d farewells", n)
	}
}

// holdAgainstWithdraw gives two orders that exclude each other: whichever comes first, the journey ends withdrawn and
// nothing of it runs on.
func holdAgainstWithdraw(w *town) {
	ref := takenOpen("later")(w)
	var all sync.WaitGroup
	for _, command := range []string{"hold", "withdraw"} {
		all.Go(func() { w.finished(w.give(ref, command, nil)) })
	}
	all.Wait()
	j := w.journey(ref)
	if j.State != "withdrawn" || slices.ContainsFunc(j.Stages, func(s stageDoc) bool { return s.State == "open" }) {
		w.t.Errorf("%+v", j)
	}
	for _, l := range w.ledger(ref) {
		if l.State == "planned" && l.Message != "withdrawn" {
			w.t.Errorf("still planned: %+v", l)
		}
	}
}

// taskByHand says of a task that it is done, twice: the second time changes nothing.
func taskByHand(w *town) {
	t, ref := w.t, w.take("late")
	w.eventually("a task waits", 60*time.Second, func() bool { return slices.Contains(w.tasks(ref), "overdue") })
	var list struct {
		Items []struct {
			ID          int64
			Code, Owner string
			Note        string
			DoneBy      string `json:"done_by"`
		}
	}
	w.must(http.MethodGet, "/tasks?ref="+ref, nil, &list)
	task := list.Items[0]
	if task.Code != "overdue" || task.Owner != "owner@centre.example" {
		t.Errorf("%+v", task)
	}
	path := "/tasks/" + strconv.FormatInt(task.ID, 10) + "/done"
	w.must(http.MethodPost, path, with{"note": "she will answer tomorrow"}, nil)
	w.must(http.MethodPost, path, with{"note": "something else"}, nil)
	if codes := w.tasks(ref); len(codes) != 0 {
		t.Errorf("open tasks %q", codes)
	}
	w.must(http.MethodGet, "/tasks?open=false&ref="+ref, nil, &list)
	if done := list.Items[0]; done.Note != "she will answer tomorrow" || done.DoneBy != "staff:token" {
		t.Errorf("%+v", done)
	}
	if s := w.journey(ref).stage("onboarding"); s.State != "open" || s.WaitingOn != "staff" {
		t.Errorf("a task is not the stage: %+v", s)
	}
}
