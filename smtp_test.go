package main

import (
	"net/http"
	"slices"
	"strings"
	"testing"
	"time"

	"fairlead/demo/sink"
)

// The clock of these stories: a day takes a second, and it is noon of Sunday 6 September 2026.
var smtpClock = with{"day": "1s", "start": "2026-09-06T11:00:00Z"}

// TestMailThroughTrouble lets the relay refuse, hang and drop. Each mail ends in its class where staff see it, nobody
// gets two mails of one key, and answers and dates go on meanwhile.
func TestMailThroughTrouble(t *testing.T) {
	needBinaries(t)
	w := startTown(t, sink.Trouble{DropAfterData: 1, Keep: true}, "--minimum-notice", "1")
	t.Run("dropped after DATA", func(t *testing.T) { droppedAfterData(w.in(t)) })
	t.Run("hanging after DATA", func(t *testing.T) { hangingAfterData(w.in(t)) })
	t.Run("451 for a while", func(t *testing.T) { busyForAWhile(w.in(t)) })
	t.Run("550 for an address", func(t *testing.T) { refusedAddresses(w.in(t)) })
	t.Run("records and workflows agree", func(t *testing.T) { w.in(t).agrees() })
}

// TestMailGivenUp lets the relay fail for longer than mails are tried.
func TestMailGivenUp(t *testing.T) {
	needBinaries(t)
	w := startTown(t, sink.Trouble{Keep: true}, "--mail-give-up", "4s")
	t.Run("nobody knows whether it came", func(t *testing.T) { perhapsSent(w.in(t)) })
	t.Run("it never got through", func(t *testing.T) { undelivered(w.in(t)) })
}

// invite launches a cohort of invited people, who are reminded when these stories are over: no newer mail replaces a link.
func (w *town) invite(cohort string, n int) {
	w.t.Helper()
	w.cohort(cohort, "essentials", "invitation", "2027-03-01", n, smtpClock)
	w.change(cohort, with{"selection": with{"due_week": -18, "ladder": []int{30}}})
	w.join(cohort, n)
	w.launch(cohort)
}

// attempts are how the sink saw every DATA of a message to an address end.
func (w *town) attempts(address, message string) (outcomes, messageIDs []string) {
	w.t.Helper()
	all, err := sink.DataLog(w.sink.Dir())
	if err != nil {
		w.t.Fatal(err)
	}
	for _, d := range all {
		if d.To == address && about(sink.Mail{Keys: d.Keys}, message) {
			outcomes = append(outcomes, d.Outcome)
			if !slices.Contains(messageIDs, d.MessageID) {
				messageIDs = append(messageIDs, d.MessageID)
			}
		}
	}
	return outcomes, messageIDs
}

// fate waits until the one line of a message has come into a state, and returns it.
func (w *town) fate(ref, message string, states ...string) line {
	w.t.Helper()
	var found line
	w.eventually(message+" of "+ref+" is "+strings.Join(states, " or "), 60*time.Second, func() bool {
		for _, l := range w.ledger(ref) {
			if l.Message == message && slices.Contains(states, l.State) {
				found = l
				return true
			}
		}
		return false
	})
	return found
}

// droppedAfterData: the connection dies after the final dot, so the sender cannot know. It sends the same mail again.
func droppedAfterData(w *town) {
	w.invite("dropped", 1)
	j := w.of("dropped", 0)
	w.letter(j.Person.Email, "invitation", 2)
	outcomes, ids := w.attempts(j.Person.Email, "invitation")
	if !slices.Equal(outcomes, []string{sink.DataDropped, sink.DataAccepted}) || len(ids) != 1 {
		w.t.Errorf("%q under %q", outcomes, ids)
	}
	if l := w.fate(j.Ref, "invitation", "sent"); !l.MayRepeat || l.Attempts != 2 || strings.Trim(l.MessageID, "<>") != ids[0] {
		w.t.Errorf("the ledger: %+v", l)
	}
	copies := w.sink.List(j.Person.Email)
	one, _ := w.sink.Raw(copies[0].ID)
	two, _ := w.sink.Raw(copies[1].ID)
	if first, second := w.read(copies[0]), w.read(copies[1]); first.text != second.text || first.Date != second.Date || string(one) == "" {
		w.t.Errorf("the copies differ:\n%s\n%s", one, two)
	}
	w.browser().open(w.door(w.read(copies[0]), "invitation"))
}

// hangingAfterData: no answer after the final dot. Again the same mail, unless it was answered meanwhile.
func hangingAfterData(w *town) {
	w.sink.Hang(2)
	w.invite("hung", 2)
	waits, answers := w.of("hung", 0), w.of("hung", 1)
	w.eventually("the mail of who answers hangs", 30*time.Second, func() bool {
		outcomes, _ := w.attempts(answers.Person.Email, "invitation")
		return len(outcomes) > 0
	})
	w.order(answers.Ref, "answer-for", fieldsOf("answer-for", "selection", answers.Ref))
	w.eventually("the answer counts while the mail hangs", 30*time.Second, func() bool { return w.journey(answers.Ref).State == "enrolled" })

	w.letter(waits.Person.Email, "invitation", 2)
	outcomes, ids := w.attempts(waits.Person.Email, "invitation")
	if !slices.Equal(outcomes, []string{sink.DataHung, sink.DataAccepted}) || len(ids) != 1 {
		w.t.Errorf("%q under %q", outcomes, ids)
	}
	if l := w.fate(waits.Ref, "invitation", "sent"); !l.MayRepeat || l.Attempts != 2 {
		w.t.Errorf("the ledger: %+v", l)
	}
	w.fate(answers.Ref, "invitation", "perhaps_sent")
	if n := w.count(answers.Person.Email, "invitation"); n != 1 {
		w.t.Errorf("%d copies to who had answered", n)
	}
}

// busyForAWhile: everything is refused for now. Mails are tried again until they come, once; who answers meanwhile gets
// none, and due dates pass as they do.
func busyForAWhile(w *town) {
	w.sink.Busy(true)
	defer w.sink.Busy(false)
	w.cohort("busy", "essentials", "confirmed", "2026-12-14", 3, nil)
	w.change("busy", with{"onboarding": with{"due_week": -14}})
	w.join("busy", 3)
	w.launch("busy")
	answers, late, waits := w.of("busy", 0), w.of("busy", 1), w.of("busy", 2)
	for _, j := range []journeyDoc{answers, late, waits} {
		w.eventually("a mail to "+j.Ref+" is being tried", 30*time.Second, func() bool {
			return slices.ContainsFunc(w.ledger(j.Ref), func(l line) bool {
				return l.State == "sending" && l.Attempts >= 2 && strings.HasPrefix(l.ServerReply, "451")
			})
		})
	}
	w.order(answers.Ref, "answer-for", fieldsOf("answer-for", "onboarding", answers.Ref))
	w.stageIn(answers.Ref, "onboarding", "done")
	w.eventually("the due date passes", 60*time.Second, func() bool { return w.journey(late.Ref).stage("onboarding").Overdue })
	if tasks := w.tasks(late.Ref); !slices.Contains(tasks, "overdue") {
		w.t.Errorf("tasks %q", tasks)
	}
	if s := w.journey(late.Ref).stage("onboarding"); s.Attention != "" {
		w.t.Errorf("a mail that is being tried parks nothing: %s", s.Attention)
	}
	if n := len(w.sink.List(waits.Person.Email)); n != 0 {
		w.t.Errorf("%d mails came while the relay was busy", n)
	}
	w.sink.Busy(false)
	for _, j := range []journeyDoc{late, waits} {
		w.letter(j.Person.Email, "onboarding", 1)
		l := w.fate(j.Ref, "onboarding", "sent", "merged")
		if outcomes, _ := w.attempts(j.Person.Email, "onboarding"); l.MayRepeat || slices.ContainsFunc(outcomes, func(o string) bool { return o != sink.DataAccepted }) {
			w.t.Errorf("%+v, %q", l, outcomes)
		}
	}
	w.letter(answers.Person.Email, "year-dates", 1)
	if got := w.fates(answers.Ref, "onboarding"); !slices.Equal(got, []string{"not_sent answered"}) || w.count(answers.Person.Email, "onboarding") != 0 {
		w.t.Errorf("who answered: %q and %d mails", got, w.count(answers.Person.Email, "onboarding"))
	}
	seen := map[string]int{}
	for _, m := range w.sink.List("") {
		for _, key := range m.Keys {
			if seen[key]++; strings.HasPrefix(key, "busy/") && seen[key] > 1 {
				w.t.Errorf("%s came %d times", key, seen[key])
			}
		}
	}
}

// refusedAddresses: 550 for some. The sending is parked with a task; answers, dates and orders go on, others get theirs.
func refusedAddresses(w *town) {
	w.cohort("refused", "essentials", "confirmed", "2026-12-14", 9, nil)
	w.change("refused", with{"onboarding": with{"due_week": -14}})
	w.join("refused", 6)
	var people []journeyDoc
	for n := range 6 {
		people = append(people, w.of("refused", n))
		if n > 0 {
			w.sink.Refuse(people[n].Person.Email)
		}
	}
	w.launch("refused")
	w.letter(people[0].Person.Email, "onboarding", 1) // the others' trouble is not theirs
	for _, j := range people[1:] {
		w.parked(j.Ref, "mail_refused")
		if now := w.journey(j.Ref); now.State != "enrolled" || now.Person.Suppressed == "" {
			w.t.Errorf("%+v", now)
		}
	}
	var c struct{ Counts struct{ Parked int } }
	w.must(http.MethodGet, "/cohorts/refused", nil, &c)
	if c.Counts.Parked != 5 {
		w.t.Errorf("%d parked", c.Counts.Parked)
	}
	w.together(w.t, []story{
		{"retry", func(w *town) { retryRefused(w, people[1]) }},
		{"correct", func(w *town) { correctRefused(w, people[2]) }},
		{"answer", func(w *town) { answerRefused(w, people[3]) }},
		{"due", func(w *town) { dueRefused(w, people[4]) }},
		{"change-email", func(w *town) { moveRefused(w, people[5]) }},
	})
}

// parked waits until something of the journey waits for staff for this reason: it stands at the stage or journey, as a
// task and in the ledger.
func (w *town) parked(ref, code string) {
	w.t.Helper()
	w.eventually(ref+" is parked: "+code, 30*time.Second, func() bool {
		j := w.journey(ref)
		shown := j.Attention == code || slices.ContainsFunc(j.Stages, func(s stageDoc) bool { return s.Attention == code })
		return shown && slices.Contains(w.tasks(ref), code)
	})
	if !slices.ContainsFunc(w.ledger(ref), func(l line) bool { return l.State == "failed" && l.ServerReply != "" }) {
		w.t.Errorf("%s: the ledger shows no failure: %+v", ref, w.ledger(ref))
	}
}

// free waits until nothing of the journey is parked any more.
func (w *town) free(ref string) {
	w.t.Helper()
	w.eventually(ref+" is free", 30*time.Second, func() bool {
		j := w.journey(ref)
		return j.Attention == "" && j.Person.Suppressed == "" && !slices.Contains(w.tasks(ref), "mail_refused") &&
			!slices.ContainsFunc(j.Stages, func(s stageDoc) bool { return s.Attention != "" })
	})
}

// stuck names what of a journey is parked: a stage, or nothing for the journey itself.
func (w *town) stuck(ref string) with {
	w.t.Helper()
	for _, s := range w.journey(ref).Stages {
		if s.Attention != "" {
			return with{"stage": s.Name, "reason": "technical"}
		}
	}
	return with{"reason": "technical"}
}

func retryRefused(w *town, j journeyDoc) {
	w.order(j.Ref, "retry", w.stuck(j.Ref)) // still refused: it parks again
	w.parked(j.Ref, "mail_refused")
	w.sink.Allow(j.Person.Email)
	w.order(j.Ref, "retry", w.stuck(j.Ref))
	w.browser().open(w.door(w.letter(j.Person.Email, "onboarding", 1), "get ready"))
	w.free(j.Ref)
	if n := len(w.ordered(j.Ref, "retry")); n < 2 {
		w.t.Errorf("%d retries in the history", n)
	}
	if status, answer := w.give(j.Ref, "retry", with{"stage": "onboarding"}); status != http.StatusConflict {
		w.t.Errorf("nothing is parked any more: %d %s", status, answer)
	}
}

func correctRefused(w *town, j journeyDoc) {
	for _, bad := range []string{"", "nobody", w.of("refused", 0).Person.Email} {
		fields := w.stuck(j.Ref)
		fields["email"] = bad
		if status, answer := w.give(j.Ref, "correct", fields); status != http.StatusUnprocessableEntity {
			w.t.Errorf("correct to %q: %d %s", bad, status, answer)
		}
	}
	fields := w.stuck(j.Ref)
	fields["email"] = "right@leaders.example"
	if e := w.order(j.Ref, "correct", fields); e.Journey.Person.Email != "right@leaders.example" {
		w.t.Errorf("%+v", e.Journey.Person)
	}
	w.browser().open(w.door(w.letter("right@leaders.example", "onboarding", 1), "get ready"))
	w.letter("right@leaders.example", "year-dates", 1)
	w.free(j.Ref)
	if n := len(w.sink.List(j.Person.Email)); n != 0 {
		w.t.Errorf("%d mails to the wrong address", n)
	}
}

func answerRefused(w *town, j journeyDoc) {
	w.order(j.Ref, "answer-for", fieldsOf("answer-for", "onboarding", j.Ref))
	w.stageIn(j.Ref, "onboarding", "done")
	if s := w.journey(j.Ref).stage("onboarding"); s.Attention != "" {
		w.t.Errorf("answered and still parked: %+v", s)
	}
}

func dueRefused(w *town, j journeyDoc) {
	w.eventually("the due date passes", 30*time.Second, func() bool { return w.journey(j.Ref).stage("onboarding").Overdue })
	if tasks := w.tasks(j.Ref); !slices.Contains(tasks, "overdue") || !slices.Contains(tasks, "mail_refused") {
		w.t.Errorf("tasks %q", tasks)
	}
	if e := w.order(j.Ref, "skip", with{"stage": "onboarding"}); e.Journey.stage("onboarding").State != "skipped" {
		w.t.Errorf("%+v", e.Journey.stage("onboarding"))
	}
}

func moveRefused(w *town, j journeyDoc) {
	w.order(j.Ref, "change-email", with{"email": "moved@leaders.example", "reason": "role_change"})
	w.browser().open(w.door(w.letter("moved@leaders.example", "email-changed", 1), "get ready"))
	w.free(j.Ref)
}

// perhapsSent: the relay takes every copy and never answers. In the end it counts as perhaps sent, and staff get a task.
func perhapsSent(w *town) {
	w.sink.Hang(100)
	w.invite("silent", 1)
	j := w.of("silent", 0)
	l := w.fate(j.Ref, "invitation", "perhaps_sent")
	w.sink.Hang(0)
	outcomes, ids := w.attempts(j.Person.Email, "invitation")
	if len(outcomes) < 2 || len(ids) != 1 || !l.MayRepeat || l.Attempts != len(outcomes) {
		w.t.Errorf("%q under %q, the ledger: %+v", outcomes, ids, l)
	}
	if tasks := w.tasks(j.Ref); !slices.Contains(tasks, "mail_perhaps_sent") {
		w.t.Errorf("tasks %q", tasks)
	}
	w.browser().open(w.door(w.read(w.sink.List(j.Person.Email)[0]), "invitation")) // if it came, its link works
	w.order(j.Ref, "resend", with{"message": "invitation"})
	if again := w.letter(j.Person.Email, "invitation", len(outcomes)+1); again.MessageID == ids[0] {
		w.t.Error("what staff send again is another mail")
	}
	if s := w.journey(j.Ref).stage("selection"); s.Attention != "" {
		w.t.Errorf("a mail that perhaps came is a task, and parks nothing: %s", s.Attention)
	}
}

// undelivered: the relay refuses for now for too long. The sending is parked; once the relay is back a retry brings it.
func undelivered(w *town) {
	w.sink.Busy(true)
	defer w.sink.Busy(false)
	w.invite("stuck", 1)
	j := w.of("stuck", 0)
	w.parked(j.Ref, "mail_undelivered")
	if l := w.fate(j.Ref, "invitation", "failed"); l.Reason != "undelivered" || l.Attempts < 2 || !strings.HasPrefix(l.ServerReply, "451") {
		w.t.Errorf("the ledger: %+v", l)
	}
	if now := w.journey(j.Ref); now.State != "invited" || now.Person.Suppressed != "" {
		w.t.Errorf("%+v", now)
	}
	w.sink.Busy(false)
	w.order(j.Ref, "retry", w.stuck(j.Ref))
	w.browser().open(w.door(w.letter(j.Person.Email, "invitation", 1), "invitation"))
	w.free(j.Ref)
	if tasks := w.tasks(j.Ref); slices.Contains(tasks, "mail_undelivered") {
		w.t.Errorf("tasks %q", tasks)
	}
}
