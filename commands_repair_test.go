package main

import (
	"net/http"
	"strconv"
	"strings"
	"syscall"
	"time"
)

// reopenPrefilled asks again for what was answered: another round, a fresh request, the old answers in the form.
func reopenPrefilled(w *town) {
	t, ref := w.t, onboarded(w, "year")
	address := w.journey(ref).Person.Email
	s := w.order(ref, "reopen", with{"stage": "onboarding", "reason": "new_information"}).Journey.stage("onboarding")
	if s.State != "open" || s.Round != 2 {
		t.Errorf("%+v", s)
	}
	request := w.letterWith(address, "/onboarding/onboarding/2.1.0") // of the second round
	visitor := w.browser()
	visitor.open(w.door(request, "get ready"))
	p := visitor.get("/year/" + ref + "/onboarding/profile")
	if p.status != http.StatusOK || !strings.Contains(p.text, "Chief Executive") || !strings.Contains(p.text, "Wirral Council") {
		t.Errorf("the form is not filled in: %d %s", p.status, p.text)
	}
}

// resendFresh sends a message once more, as a new mail whose link takes the place of the older one.
func resendFresh(w *town) {
	t, ref := w.t, w.take("survey")
	address := w.journey(ref).Person.Email
	request := w.letter(address, "survey", 1)
	link := w.door(request, "survey")
	w.order(ref, "resend", with{"message": "survey", "reason": "leader_asked"})
	again := w.letter(address, "survey", 2)
	if again.Keys[0] != request.Keys[0]+".1" || again.MessageID == request.MessageID || w.door(again, "survey") == link {
		t.Errorf("%q %s after %q %s", again.Keys, again.MessageID, request.Keys, request.MessageID)
	}
	w.replaced(link)
	w.order(ref, "resend", with{"message": request.Keys[0]}) // by its key, too
	third := w.letter(address, "survey", 3)
	visitor := w.browser()
	page := visitor.open(w.door(third, "survey"))
	if done := visitor.post(page.path, skipped()); done.status != http.StatusOK {
		t.Fatalf("the answer: %d %s", done.status, heading(done.text))
	}
	w.letter(address, "survey-done", 1)
	for _, message := range []string{"survey", "survey-reminder", "nothing"} {
		if status, answer := w.give(ref, "resend", with{"message": message}); status != http.StatusUnprocessableEntity {
			t.Errorf("resend %s after the answer: %d %s", message, status, answer)
		}
	}
}

// answerForByTelephone records what a leader said: the ladder stops, the mail confirms it, the history says who and how.
func answerForByTelephone(w *town) {
	t, ref := w.t, w.take("asked")
	address := w.journey(ref).Person.Email
	w.letter(address, "invitation", 1)
	fields := with{"stage": "selection", "answers": with{"answer": "accept"}, "given_by": "her private office", "how": "telephone", "reason": "telephone", "note": "called at noon"}
	for _, missing := range []string{"given_by", "how", "answers"} {
		short := with{"reason": "telephone"}
		for name, value := range fields {
			if name != missing {
				short[name] = value
			}
		}
		if status, answer := w.give(ref, "answer-for", short); status != http.StatusUnprocessableEntity {
			t.Errorf("without %s: %d %s", missing, status, answer)
		}
	}
	for field, value := range map[string]string{"answer": "perhaps", "colour": "blue"} {
		wrong := with{"stage": "selection", "answers": with{"answer": "accept", field: value}, "given_by": "she", "how": "letter"}
		status, answer := w.give(ref, "answer-for", wrong)
		if p := decode[problem](t, answer); status != http.StatusUnprocessableEntity || p.Errors[0].Pointer != "#/answers/"+field {
			t.Errorf("%s=%s: %d %s", field, value, status, answer)
		}
	}
	reminders := w.ahead(ref, "invitation-reminder")
	w.order(ref, "answer-for", fields)
	w.eventually("the place is accepted", 30*time.Second, func() bool { return w.journey(ref).State == "enrolled" })
	if s := w.journey(ref).stage("selection"); s.State != "done" || s.Outcome != "accepted" {
		t.Errorf("%+v", s)
	}
	w.became(reminders, ref, "not_sent answered")
	w.letter(address, "answer-recorded", 1)
	var staffs []moveDoc
	for _, m := range w.staffMoves(ref) {
		if m.Stage == "selection" {
			staffs = append(staffs, m)
		}
	}
	if len(staffs) == 0 || staffs[0].Reason != "telephone" || staffs[0].Note != "Given by her private office, by telephone. called at noon" {
		t.Errorf("history: %+v", w.history(ref))
	}
}

// changeDetails corrects a name, a post and an assistant, and is found under the new words.
func changeDetails(w *town) {
	t, ref := w.t, w.take("year")
	details := with{"title": "Dame", "family_name": "Zeta-Öström", "organisation": "Zyzzyva Trust", "assistant_name": "Pat Lee",
		"assistant_email": "pat." + strings.ToLower(ref) + "@leaders.example", "assistant_may": "dates"}
	j := w.order(ref, "change-details", with{"details": details, "reason": "role_change"}).Journey
	if j.Person.Title != "Dame" || j.Role.Organisation != "Zyzzyva Trust" || j.Assistant == nil || j.Assistant.Name != "Pat Lee" {
		t.Errorf("%+v %+v %+v", j.Person, j.Role, j.Assistant)
	}
	var found struct{ Items []journeyDoc }
	w.must(http.MethodGet, "/journeys?q=zyzz%20Öström", nil, &found)
	if len(found.Items) != 1 || found.Items[0].Ref != ref {
		t.Errorf("found %+v", found.Items)
	}
	if w.order(ref, "change-details", with{"details": details}).Changed {
		t.Error("the same again has an effect")
	}
	for field, value := range map[string]string{"family_name": "", "sector": "Space Force", "role_started": "soon", "assistant_email": "pat", "assistant_may": "all"} {
		status, answer := w.give(ref, "change-details", with{"details": with{field: value}})
		if p := decode[problem](t, answer); status != http.StatusUnprocessableEntity || len(p.Errors) == 0 || !strings.Contains(p.Errors[0].Pointer, field) {
			t.Errorf("%s=%q: %d %s", field, value, status, answer)
		}
	}
	if j := w.order(ref, "change-details", with{"details": with{"assistant_name": "", "assistant_email": ""}}).Journey; j.Assistant != nil {
		t.Errorf("the assistant is still there: %+v", j.Assistant)
	}
}

// repeatedOrders sends the same POST again: without a key it changes nothing, with an Idempotency-Key the answer is the
// same to the byte, even when the state has moved on.
func repeatedOrders(w *town) {
	t, ref := w.t, takenOpen("year")(w)
	key := []string{"Idempotency-Key", "hold-" + ref}
	status, first := w.give(ref, "hold", nil, key...)
	if status != http.StatusOK {
		t.Fatalf("%d %s", status, first)
	}
	if e := w.order(ref, "hold", nil); e.Changed || e.State != "on_hold" {
		t.Errorf("hold again: %+v", e)
	}
	w.order(ref, "resume", nil)
	if status, again := w.give(ref, "hold", nil, key...); status != http.StatusOK || string(again) != string(first) {
		t.Errorf("the key again: %d\n%s\n%s", status, again, first)
	}
	if state := w.journey(ref).State; state != "enrolled" || len(w.ordered(ref, "hold")) != 1 {
		t.Errorf("%s, %d holds", state, len(w.ordered(ref, "hold")))
	}
	if status, answer := w.give(ref, "hold", with{"reason": "leave"}, key...); status != http.StatusUnprocessableEntity || !strings.Contains(string(answer), "idempotency-key-reused") {
		t.Errorf("the key with another body: %d %s", status, answer)
	}
	for body, status := range map[string]int{`{}`: 422, `{"reason":"because"}`: 422, `{"reason":"other","colour":"blue"}`: 422, `{"reason":`: 400, `[]`: 422, ``: 400} {
		if got, answer := w.call(http.MethodPost, "/journeys/"+ref+"/hold", body, "Content-Type", "application/json"); got != status {
			t.Errorf("%s: %d %s, want %d", body, got, answer, status)
		}
	}
	if status, _ := w.give("P-222222", "hold", nil); status != http.StatusNotFound {
		t.Errorf("an unknown reference: %d", status)
	}
}

// withoutWorker stops the worker in its tracks: an order answers 503 and never takes effect, also not when it is back.
func withoutWorker(w *town) {
	t, ref := w.t, w.take("year")
	run, err := w.run()
	if err != nil {
		t.Fatal(err)
	}
	goOn := func() { _ = syscall.Kill(run.Worker.PID, syscall.SIGCONT) }
	defer goOn()
	w.eventually("the worker stands still outside a transaction", time.Minute, func() bool {
		if !w.writable() { // it is still busy with what waited while it stood still
			return false
		}
		if err := syscall.Kill(run.Worker.PID, syscall.SIGSTOP); err != nil {
			t.Fatal(err)
		}
		if w.writable() {
			return true
		}
		goOn()
		return false
	})
	// What needs nobody's consent is answered all the same.
	if status, answer := w.give(ref, "resume", nil); status != http.StatusOK {
		t.Errorf("what holds already: %d %s", status, answer)
	}
	if status, _ := w.give(ref, "extend", with{"stage": survey, "until": "2027-12-01"}); status != http.StatusConflict {
		t.Errorf("what is illegal: %d", status)
	}
	request, _ := http.NewRequest(http.MethodPost, w.url+"/api/v1/journeys/"+ref+"/withdraw", strings.NewReader(`{"reason":"other"}`))
	request.Header.Set("Authorization", "Bearer "+w.token)
	request.Header.Set("Content-Type", "application/json")
	request.Header.Set("Idempotency-Key", "withdraw-"+ref)
	response, err := http.DefaultClient.Do(request)
	if err != nil {
		t.Fatal(err)
	}
	_ = response.Body.Close()
	if response.StatusCode != http.StatusServiceUnavailable || response.Header.Get("Retry-After") == "" {
		t.Fatalf("while no worker runs: %d, Retry-After %q", response.StatusCode, response.Header.Get("Retry-After"))
	}
	goOn()
	// An order that is accepted now comes after the one that was given up, so that one had every chance.
	if e := w.order(ref, "hold", nil); e.State != "on_hold" {
		t.Fatalf("afterwards: %+v", e)
	}
	w.order(ref, "resume", nil)
	if j := w.journey(ref); j.State != "enrolled" || len(w.ordered(ref, "withdraw")) != 0 {
		t.Errorf("the order that was answered 503 took effect: %s", j.State)
	}
	if status, answer := w.give(ref, "withdraw", nil, "Idempotency-Key", "withdraw-"+ref); status != http.StatusOK {
		t.Errorf("the same key, once it can be carried out: %d %s", status, answer)
	}
}

// writable reports whether the records can be written now: a process that stands still may hold SQLite's only lock.
func (w *town) writable() bool {
	quick := http.Client{Timeout: 2 * time.Second}
	request, _ := http.NewRequest(http.MethodPost, w.url+"/api/v1/cohorts/draft/participants?dry_run=true", strings.NewReader(people(1, "x%d@leaders.example")))
	request.Header.Set("Authorization", "Bearer "+w.token)
	request.Header.Set("Content-Type", "text/csv")
	request.Header.Set("Idempotency-Key", "writable-"+strconv.FormatInt(realNow().UnixNano(), 10)) // kept, so it writes
	response, err := quick.Do(request)
	if err != nil {
		return false
	}
	_ = response.Body.Close()
	return response.StatusCode == http.StatusOK
}
