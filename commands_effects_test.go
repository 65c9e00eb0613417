package main

import (
	"net/http"
	"slices"
	"strings"
	"time"
)

// commandStories tell what each command does, each to people of its own.
var commandStories = []story{
	{"hold, resume and skip what was missed", func(w *town) { holdAndResume(w, "skip") }},
	{"hold, resume and send what was missed", func(w *town) { holdAndResume(w, "send") }},
	{"hold over an opening", holdOverAnOpening},
	{"extend", extendBeforeDue},
	{"extend what is overdue", extendOverdue},
	{"change-email", changeEmail},
	{"withdraw", withdrawAndRefill},
	{"defer", deferToAnotherCohort},
	{"skip", skipToTheEnd},
	{"reopen", reopenPrefilled},
	{"resend", resendFresh},
	{"answer-for", answerForByTelephone},
	{"change-details", changeDetails},
	{"repeats", repeatedOrders},
	{"many at once, from the console", manyAtOnce},
}

const survey = "closing-survey"

// holdAndResume holds a leader over both reminders of a survey: silence, then dates moved by the length of the hold.
func holdAndResume(w *town, missed string) {
	t, ref := w.t, w.take("survey")
	address := w.journey(ref).Person.Email
	request := w.letter(address, "survey", 1)
	link := w.door(request, "survey")
	due, reminders := w.journey(ref).stage(survey).Due, w.ahead(ref, "survey-reminder")

	if e := w.order(ref, "hold", with{"reason": "illness", "note": "back in a week"}); e.State != "on_hold" {
		t.Fatalf("after hold: %s", e.State)
	}
	seen := len(w.sink.List(address))
	w.became(reminders, ref, "not_sent held")
	if p := w.browser().get(link); p.status != http.StatusConflict || !strings.Contains(heading(p.text), "paused") {
		t.Errorf("the link while held: %d %s", p.status, heading(p.text))
	}
	w.until("2026-09-22 09:00") // Thursday 17 and Monday 21, the days of the reminders, have passed
	if n := len(w.sink.List(address)); n != seen {
		t.Errorf("%d mails came during the hold", n-seen)
	}
	w.order(ref, "resume", with{"reason": "leader_asked", "missed": missed})

	hold, resume := w.ordered(ref, "hold"), w.ordered(ref, "resume")
	if len(hold) != 1 || len(resume) != 1 || hold[0].Reason != "illness" || hold[0].Note != "back in a week" || hold[0].Actor != "staff:token" ||
		hold[0].From != "enrolled" || hold[0].To != "on_hold" || resume[0].To != "enrolled" {
		t.Fatalf("history: %+v %+v", hold, resume)
	}
	now := w.journey(ref).stage(survey)
	if want := deadline(due.Add(resume[0].At.Sub(hold[0].At))); !now.Due.Equal(want) {
		t.Errorf("held from %s to %s: due %s became %s, want %s", hold[0].At, resume[0].At, due, now.Due, want)
	}
	if !now.Limit.After(now.Due) {
		t.Errorf("due %s, limit %s", now.Due, now.Limit)
	}
	var ahead []string
	for _, l := range w.ledger(ref) {
		if l.Message == "survey-reminder" && l.State == "planned" && l.At.After(resume[0].At.Add(24*time.Hour)) {
			ahead = append(ahead, l.At.In(london).Format(time.DateOnly))
		}
	}
	if want := []string{workday(now.Due, -7), workday(now.Due, -3)}; !slices.Equal(ahead, want) {
		t.Errorf("due %s: reminders planned on %q, want %q", now.Due, ahead, want)
	}
	if missed == "send" {
		again := w.letter(address, "survey-reminder", 1)
		w.browser().open(w.door(again, "survey"))
		if !strings.Contains(again.text, now.Due.In(london).Format("Monday 2 January 2006")) {
			t.Errorf("the reminder after the hold does not name the new date:\n%s", again.text)
		}
		seen++
	}
	w.until("2026-09-24 08:00")
	if n := len(w.sink.List(address)); n != seen {
		t.Errorf("%d mails after the hold, want %d", n, seen)
	}
}

// holdOverAnOpening holds a leader before a stage opens: it opens, and what was to be sent goes, when the journey resumes.
func holdOverAnOpening(w *town) {
	t, ref := w.t, w.take("later")
	address := w.journey(ref).Person.Email
	w.order(ref, "hold", with{"reason": "leave"})
	seen := len(w.sink.List(address))
	w.until("2026-09-16 12:00") // onboarding would have opened on Monday 14
	if s := w.journey(ref).stage("onboarding"); s.State != "not_open" || len(w.sink.List(address)) != seen {
		t.Errorf("during the hold: %s, %d mails", s.State, len(w.sink.List(address))-seen)
	}
	if e := w.order(ref, "resume", nil); e.State != "enrolled" {
		t.Errorf("resumed: %s", e.State)
	}
	w.stageIn(ref, "onboarding", "open")
	w.letter(address, "onboarding", 1)
	w.letter(address, "year-dates", 1)
	for _, m := range w.sink.List(address) {
		if day, err := time.Parse(time.RFC3339, m.Date); err != nil || m.Rule == "scheduled" && day.In(london).Hour() != 9 {
			t.Errorf("%q is of %s: %v", m.Keys, m.Date, err)
		}
	}
}

// deadline is 17:00 London of the first working day on which that is not before the moment. September has no holidays.
func deadline(moment time.Time) time.Time {
	day := moment.In(london)
	at := time.Date(day.Year(), day.Month(), day.Day(), 17, 0, 0, 0, london)
	for at.Before(moment) || at.Weekday() == time.Saturday || at.Weekday() == time.Sunday {
		at = at.AddDate(0, 0, 1)
	}
	return at
}

// workday is the date so many days after a moment, or the last working day before it.
func workday(moment time.Time, days int) string {
	day := moment.In(london).AddDate(0, 0, days)
	for day.Weekday() == time.Saturday || day.Weekday() == time.Sunday {
		day = day.AddDate(0, 0, -1)
	}
	return day.Format(time.DateOnly)
}

// extendBeforeDue moves a due date: the leader is told at once, the ladder follows, the old one stays silent.
func extendBeforeDue(w *town) {
	t, ref := w.t, w.take("survey")
	address := w.journey(ref).Person.Email
	link := w.door(w.letter(address, "survey", 1), "survey")
	fields := with{"stage": survey, "until": "2026-09-29", "reason": "leader_asked"}
	reminders := w.ahead(ref, "survey-reminder")
	got := w.order(ref, "extend", fields).Journey.stage(survey)
	if want := time.Date(2026, 9, 29, 16, 0, 0, 0, time.UTC); !got.Due.Equal(want) || !got.Limit.After(want) {
		t.Errorf("due %s, limit %s", got.Due, got.Limit)
	}
	w.became(reminders, ref, "not_sent replanned")
	news := w.letter(address, "date-changed", 1)
	if !strings.Contains(news.text, "Tuesday 29 September 2026 at 5pm") || news.Rule != "staff" {
		t.Errorf("%s mail:\n%s", news.Rule, news.text)
	}
	w.browser().open(w.door(news, "survey"))
	w.replaced(link)
	if e := w.order(ref, "extend", fields); e.Changed {
		t.Error("the same date again has an effect")
	}
	for until, why := range map[string]string{"2026-10-03": "no working day", "2026-09-28": "earlier", "2026-09-01": "past", "soon": "no date"} {
		if status, answer := w.give(ref, "extend", with{"stage": survey, "until": until}); status != http.StatusUnprocessableEntity {
			t.Errorf("%s: %d %s", why, status, answer)
		}
	}
	reminder := w.letter(address, "survey-reminder", 1) // Thursday 17 and Monday 21 stay silent
	if !strings.HasPrefix(reminder.Date, "2026-09-22T09:") || !strings.Contains(reminder.text, "29 September 2026") {
		t.Errorf("the first reminder is of %s:\n%s", reminder.Date, reminder.text)
	}
}

// extendOverdue gives somebody who is late another date: the wait is theirs again and the task is gone.
func extendOverdue(w *town) {
	t, ref := w.t, w.take("late")
	w.letter(w.journey(ref).Person.Email, "onboarding", 1)
	w.eventually("onboarding is overdue", 60*time.Second, func() bool { return w.journey(ref).stage("onboarding").Overdue })
	if s, tasks := w.journey(ref).stage("onboarding"), w.tasks(ref); s.WaitingOn != "staff" || !slices.Contains(tasks, "overdue") {
		t.Fatalf("overdue: waits on %s, tasks %q", s.WaitingOn, tasks)
	}
	e := w.order(ref, "extend", with{"stage": "onboarding", "until": "2026-10-08"})
	if s := e.Journey.stage("onboarding"); s.Overdue || s.WaitingOn != "participant" || s.Due.In(london).Format(time.DateOnly) != "2026-10-08" {
		t.Errorf("extended: %+v", s)
	}
	if tasks := w.tasks(ref); slices.Contains(tasks, "overdue") {
		t.Errorf("tasks %q", tasks)
	}
	w.letter(w.journey(ref).Person.Email, "date-changed", 1)
}

// changeEmail makes another address count in one step: links and visits of the old one are dead, one mail to the new one
// lists what is open.
func changeEmail(w *town) {
	t, ref := w.t, w.take("year")
	old, fresh := w.journey(ref).Person.Email, "moved."+strings.ToLower(ref)+"@leaders.example"
	request := w.letter(old, "onboarding", 1)
	link := w.door(request, "get ready")
	visitor := w.browser()
	visitor.open(link)

	if e := w.order(ref, "change-email", with{"email": fresh, "reason": "role_change"}); !e.Changed || e.Journey.Person.Email != fresh {
		t.Fatalf("%+v", e)
	}
	seen := len(w.sink.List(old))
	for _, l := range request.links {
		if p := w.browser().get(l); p.status != http.StatusGone || !strings.Contains(heading(p.text), "newer link") {
			t.Errorf("an old link: %d %s", p.status, heading(p.text))
		}
	}
	if p := visitor.get("/year/" + ref + "/onboarding"); p.status != http.StatusForbidden {
		t.Errorf("the visit that began by the old link: %d %s", p.status, heading(p.text))
	}
	news := w.letter(fresh, "email-changed", 1)
	w.browser().open(w.door(news, "get ready"))
	if e := w.order(ref, "change-email", with{"email": fresh}); e.Changed {
		t.Error("the same address again has an effect")
	}
	taken := w.journey(w.take("year")).Person.Email
	for _, bad := range []string{strings.ToUpper(taken), "nobody", "a@b", "Helen <helen@leaders.example>", ""} {
		if status, answer := w.give(ref, "change-email", with{"email": bad}); status != http.StatusUnprocessableEntity || strings.Contains(string(answer), "leaders.example") {
			t.Errorf("%q: %d %s", bad, status, answer)
		}
	}
	w.letter(fresh, "email-changed", 1)
	if n := len(w.sink.List(old)); n != seen || len(w.ordered(ref, "change-email")) != 1 {
		t.Errorf("%d mails to the old address, %d moves", n-seen, len(w.ordered(ref, "change-email")))
	}
}

// withdrawAndRefill ends a journey: its mails stop, its links die, its place goes to the next of the reserve.
func withdrawAndRefill(w *town) {
	t := w.t
	first := w.refs("scarce", "invited")
	if len(first) != 1 {
		t.Fatalf("%d are invited to one place", len(first))
	}
	ref, address := first[0].Ref, first[0].Person.Email
	link := w.door(w.letter(address, "invitation", 1), "invitation")
	reminders := w.ahead(ref, "invitation-reminder")
	if e := w.order(ref, "withdraw", with{"reason": "employer_asked", "note": "needed at home"}); e.State != "withdrawn" {
		t.Fatalf("%+v", e)
	}
	w.became(reminders, ref, "not_sent withdrawn")
	if p := w.browser().get(link); p.status != http.StatusGone {
		t.Errorf("the link: %d %s", p.status, heading(p.text))
	}
	w.letter(address, "withdrawn", 1)
	seen := len(w.sink.List(address))
	w.eventually("the place is given to the next", 30*time.Second, func() bool { return len(w.refs("scarce", "invited")) == 1 })
	next := w.refs("scarce", "invited")[0]
	w.letter(next.Person.Email, "invitation", 1)
	var c struct {
		PlacesHeld int `json:"places_held"`
	}
	w.must(http.MethodGet, "/cohorts/scarce", nil, &c)
	if c.PlacesHeld != 1 || len(w.refs("scarce", "reserve")) != 1 {
		t.Errorf("%d places held, %d in reserve", c.PlacesHeld, len(w.refs("scarce", "reserve")))
	}
	if m := w.ordered(ref, "withdraw"); len(m) == 0 || m[0].Reason != "employer_asked" || m[0].Note != "needed at home" {
		t.Errorf("history: %+v", m)
	}
	w.until("2026-09-18 12:00") // both reminders would have gone
	if n := len(w.sink.List(address)); n != seen {
		t.Errorf("%d mails after the farewell", n-seen)
	}
}

// deferToAnotherCohort lets somebody go on elsewhere: a new reference, a place there, the answers with it.
func deferToAnotherCohort(w *town) {
	t, ref := w.t, w.take("year")
	address := w.journey(ref).Person.Email
	w.opened(ref)
	w.order(ref, "answer-for", with{"stage": "onboarding", "answers": told("Deferred Director"), "given_by": "Helen", "how": "letter"})
	w.stageIn(ref, "onboarding", "done")
	var held struct {
		PlacesHeld int `json:"places_held"`
	}
	w.must(http.MethodGet, "/cohorts/year", nil, &held)
	e := w.order(ref, "defer", with{"cohort": "into", "reason": "leave"})
	if e.State != "deferred" {
		t.Fatalf("%+v", e)
	}
	var next journeyDoc
	for _, j := range w.refs("into", "") {
		if j.Continues == ref {
			next = j
		}
	}
	if next.State != "enrolled" || next.Ref == ref || next.Person.Email != address || next.stage("selection").State != "skipped" ||
		(e.Into != "" && e.Into != next.Ref) {
		t.Fatalf("the new journey: %+v, into %q", next, e.Into)
	}
	if news := w.letter(address, "deferred", 1); !strings.Contains(news.text, "into") {
		t.Errorf("the mail does not name the cohort:\n%s", news.text)
	}
	request := w.letterWith(address, next.Ref+"/onboarding/onboarding/")
	visitor := w.browser()
	visitor.open(w.door(request, "get ready"))
	if p := visitor.get("/year/" + next.Ref + "/onboarding/profile"); !strings.Contains(p.text, "Deferred Director") {
		t.Errorf("the answers did not come along: %d %s", p.status, p.text)
	}
	w.stageIn(next.Ref, "onboarding", "open")
	if status, _ := w.give(ref, "hold", nil); status != http.StatusConflict {
		t.Errorf("hold of the old reference: %d", status)
	}
}

// skipToTheEnd leaves out every stage: reminders stop with the reason, the form is gone, the last skip ends the journey.
func skipToTheEnd(w *town) {
	t, ref := w.t, w.take("year")
	request := w.letter(w.journey(ref).Person.Email, "onboarding", 1)
	link := w.door(request, "get ready")
	w.order(ref, "skip", with{"stage": survey})
	reminders := w.ahead(ref, "onboarding-reminder")
	e := w.order(ref, "skip", with{"stage": "onboarding", "reason": "operational_demand"})
	if s := e.Journey.stage("onboarding"); s.State != "skipped" || e.State != "enrolled" {
		t.Errorf("%s, %+v", e.State, s)
	}
	w.became(reminders, ref, "not_sent skipped")
	if p := w.browser().get(link); p.status != http.StatusGone {
		t.Errorf("the link: %d %s", p.status, heading(p.text))
	}
	if e := w.order(ref, "skip", with{"stage": "alumni"}); e.State != "completed" {
		t.Errorf("after the last stage: %s", e.State)
	}
}
