package verdict

import (
	"encoding/json"
	"slices"
	"strings"
	"testing"
	"time"
)

func TestAGoodYearIsOK(t *testing.T) {
	t.Parallel()
	r := Judge(good().in)
	if r.Verdict != "ok" || len(r.Faults) > 0 {
		t.Fatalf("%s: %+v", r.Verdict, r.Faults)
	}
	if r.Participants != 7 || r.Ended["completed"] != 3 || r.Ended["declined"] != 1 || r.Ended["lapsed"] != 1 || r.Ended["withdrawn"] != 1 ||
		r.Ended["not_needed"] != 1 || r.MailsNotSent != 2 || r.FormsAnswered != 8 || r.Parked != 0 || r.DuplicateMails != 0 || r.RepeatedMails != 0 {
		t.Errorf("counted %+v", r)
	}
	if r.MailsSent != len(good().in.Mails) {
		t.Errorf("%d mails of %d", r.MailsSent, len(good().in.Mails))
	}
}

// find is the mail that carries a key.
func (b *builder) find(key string) *Mail {
	for i := range b.in.Mails {
		if slices.Contains(b.in.Mails[i].Keys, key) {
			return &b.in.Mails[i]
		}
	}
	panic("no mail carries " + key)
}

func (b *builder) lose(key string) {
	b.in.Mails = slices.DeleteFunc(b.in.Mails, func(m Mail) bool { return slices.Contains(m.Keys, key) })
	b.in.Records.Messages = slices.DeleteFunc(b.in.Records.Messages, func(m Message) bool { return m.Key == key })
}

func (b *builder) of(ref string) *Journey {
	for i := range b.in.Records.Journeys {
		if b.in.Records.Journeys[i].Ref == ref {
			return &b.in.Records.Journeys[i]
		}
	}
	panic("no journey " + ref)
}

func (b *builder) did(ref, act string) *Act {
	for i := range b.in.Acts {
		if b.in.Acts[i].Ref == ref && b.in.Acts[i].Act == act {
			return &b.in.Acts[i]
		}
	}
	panic("nobody did " + act)
}

// repeated makes the mail to P-6 that replaces every link come at two moments.
func (b *builder) repeated(first, again time.Time) {
	mail := b.find("c/P-6/-/email-changed/cmd6")
	mail.Received = first
	second := *mail
	second.Received = again
	b.in.Mails = append(b.in.Mails, second)
}

// A mail whose sender was killed has arrived, and has replaced nothing before it has come again.
func TestALinkOpensUntilTheNewerMailCountsAsSent(t *testing.T) {
	t.Parallel()
	b := good()
	a := b.did("P-6", ActOldLink)
	a.Status, a.Confirmed = 200, false
	b.repeated(a.Sent.Add(-10*time.Millisecond), a.Sent.Add(time.Second))
	if r := Judge(b.in); r.Verdict != "ok" {
		t.Errorf("%+v", r.Faults)
	}
}

func TestEveryPlantedFaultIsFound(t *testing.T) {
	t.Parallel()
	tests := []struct {
		name  string
		check string
		plant func(*builder)
	}{
		{"a message nobody knows", "unknown-message", func(b *builder) { b.mail("P-1", "-", "newsletter", "1.1.0", scheduled, at("2027-02-02", "09:10")) }},
		{"a mail without a key", "unknown-message", func(b *builder) { b.find("c/P-1/-/year-dates/1.1.0").Keys = nil }},
		{"a key that is none", "unknown-message", func(b *builder) { b.find("c/P-1/-/year-dates/1.1.0").Keys[0] = "year-dates" }},
		{"a mail without a Message-ID", "unknown-message", func(b *builder) { b.find("c/P-1/-/year-dates/1.1.0").MessageID = "" }},
		{"a mail without a date", "unknown-message", func(b *builder) { b.find("c/P-1/-/year-dates/1.1.0").Date = time.Time{} }},
		{"a reminder that pretends to be a reply", "rule", func(b *builder) { b.find("c/P-3/selection/invitation-reminder/1.1.1").Rule = reply }},
		{"a request under the rule staff without a command", "rule", func(b *builder) { b.find("c/P-1/closing-survey/survey/1.1.0").Rule = staff }},
		{"a mail without a rule", "rule", func(b *builder) { b.find("c/P-1/closing-survey/survey/1.1.0").Rule = "" }},
		{"a staff mail that nobody ordered", "rule", func(b *builder) { b.mail("P-1", "-", "withdrawn", "x", staff, at("2027-04-21", "11:00")) }},
		{"a questionnaire for somebody who did not agree", "consent", func(b *builder) {
			b.in.Expected.People[0].NoQuestionnaire = true
			b.mail("P-1", "psychometrics", "psychometrics", "1.1.0", scheduled, at("2027-01-12", "09:10"))
		}},
		{"a report for somebody who did not agree", "consent", func(b *builder) {
			b.in.Expected.People[0].NoQuestionnaire = true
			b.mail("P-1", "psychometrics", "psychometrics-done", "x", reply, at("2027-01-12", "19:10"))
		}},
		{"a reminder after the consent was withdrawn", "consent", func(b *builder) {
			b.mail("P-1", "psychometrics", "psychometrics", "1.1.0", scheduled, at("2027-01-12", "09:10"))
			b.act(1, ActWithdrawConsent, "psychometrics", 1, "", at("2027-01-12", "20:00"))
			b.mail("P-1", "psychometrics", "psychometrics-reminder", "1.1.1", scheduled, at("2027-01-21", "09:10"))
		}},
		{"a scheduled mail at 20:00", "working-time", func(b *builder) { b.find("c/P-1/-/year-dates/1.1.0").Date = at("2026-09-10", "20:00") }},
		{"a scheduled mail at 10:00", "working-time", func(b *builder) { b.find("c/P-1/-/year-dates/1.1.0").Date = at("2026-09-10", "10:00") }},
		{"a scheduled mail at 08:59", "working-time", func(b *builder) { b.find("c/P-1/-/year-dates/1.1.0").Date = at("2026-09-10", "08:59") }},
		{"a scheduled mail on a Saturday", "working-time", func(b *builder) { b.find("c/P-1/-/year-dates/1.1.0").Date = at("2026-09-12", "09:10") }},
		{"a scheduled mail on a bank holiday", "working-time", func(b *builder) {
			b.mail("P-3", "-", "year-dates", "1.1.0", scheduled, at("2027-05-03", "09:10"))
		}},
		{"a scheduled mail between Christmas and New Year", "working-time", func(b *builder) {
			b.mail("P-3", "-", "year-dates", "1.1.0", scheduled, at("2026-12-29", "09:10"))
		}},
		{"09:10 by a clock that was not changed", "working-time", func(b *builder) {
			b.find("c/P-1/closing-survey/survey/1.1.0").Date = time.Date(2027, 10, 25, 9, 10, 0, 0, time.UTC) // 10:10 in London
		}},
		{"a year whose holidays nobody knows", "working-time", func(b *builder) { b.find("c/P-1/-/year-dates/1.1.0").Date = at("2099-09-10", "09:10") }},
		{"a staff mail at night", "working-time", func(b *builder) { b.find("c/P-4/-/withdrawn/cmd4").Date = at("2027-04-20", "18:30") }},
		{"a second Message-ID for one key", "two-message-ids", func(b *builder) {
			copied := *b.find("c/P-1/closing-survey/survey/1.1.0")
			copied.MessageID = "other@f"
			b.in.Mails = append(b.in.Mails, copied)
		}},
		{"a reminder after the answer", "after-answer", func(b *builder) {
			b.mail("P-1", "selection", "invitation-reminder", "1.1.1", scheduled, at("2026-09-11", "09:10"))
		}},
		{"a reminder after an answer by telephone", "after-answer", func(b *builder) {
			b.did("P-1", ActAnswer).Act = ActAnswerFor
			b.mail("P-1", "-", "answer-recorded", "c1", staff, at("2026-09-10", "08:30"))
			b.mail("P-1", "selection", "invitation-reminder", "1.1.1", scheduled, at("2026-09-11", "09:10"))
		}},
		{"two scheduled mails on one day", "two-a-day", func(b *builder) {
			b.mail("P-1", "closing-survey", "survey-reminder", "1.1.1", scheduled, at("2027-10-25", "09:12"))
		}},
		{"two scheduled mails on one day to two addresses of a person", "two-a-day", func(b *builder) {
			b.mail("P-6", "closing-survey", "survey-reminder", "1.1.1", scheduled, at("2027-10-25", "09:52")).To = "new6@x.example"
		}},
		{"a mail during a hold", "held", func(b *builder) {
			b.mail("P-5", "closing-survey", "survey", "1.1.0", scheduled, at("2027-02-10", "09:10"))
		}},
		{"a mail to the address before", "old-address", func(b *builder) { b.find("c/P-6/closing-survey/survey-done/s6").To = "leader6@x.example" }},
		{"a mail to somebody else", "wrong-person", func(b *builder) { b.find("c/P-1/closing-survey/survey/1.1.0").To = "leader2@x.example" }},
		{"an assistant's mail to the leader", "wrong-person", func(b *builder) {
			b.find("c/P-3/selection/invitation-assistant/1.1.2").To = "leader3@x.example"
		}},
		{"a mail about nobody of the cast", "wrong-person", func(b *builder) {
			b.mail("P-99", "selection", "invitation", "1.1.0", scheduled, at("2026-09-08", "09:10"))
		}},
		{"a survey at the office, where a private address was given", "wrong-person", func(b *builder) { b.in.Expected.People[0].Private = "home1@x.example" }},
		{"a reminder of another thing at the private address", "wrong-person", func(b *builder) {
			b.in.Expected.People[0].Private = "home1@x.example"
			for i := range b.in.Mails {
				if key, ok := ParseKey(b.in.Mails[i].Keys[0]); ok && key.Ref == "P-1" && key.Message != "invitation" {
					b.in.Mails[i].To = "home1@x.example"
				}
			}
		}},
		{"an old link that opens", "dead-link", func(b *builder) {
			a := b.did("P-6", ActOldLink)
			a.Status, a.Confirmed = 200, false
		}},
		{"an old link that opens after a repeated mail was there twice", "dead-link", func(b *builder) {
			a := b.did("P-6", ActOldLink)
			a.Status, a.Confirmed = 200, false
			b.repeated(a.Sent.Add(-20*time.Millisecond), a.Sent.Add(-10*time.Millisecond))
		}},
		{"an invitation that was never sent", "missing-mail", func(b *builder) { b.lose("c/P-3/selection/invitation/1.1.0") }},
		{"a request that was never sent", "missing-mail", func(b *builder) { b.lose("c/P-1/closing-survey/survey/1.1.0") }},
		{"the year's dates were never sent", "missing-mail", func(b *builder) { b.lose("c/P-5/-/year-dates/1.1.0") }},
		{"a second round that was never requested", "missing-mail", func(b *builder) { b.of("P-1").Stages[1].Round = 2 }},
		{"an assistant who was never welcomed", "missing-mail", func(b *builder) { b.in.Expected.People[0].AssistantWelcome = true }},
		{"a mail to somebody who was not needed", "missing-mail", func(b *builder) {
			b.mail("P-7", "selection", "invitation", "1.1.0", scheduled, at("2026-09-08", "09:10"))
		}},
		{"an answer that was never confirmed by mail", "missing-reply", func(b *builder) { b.lose("c/P-1/closing-survey/survey-done/srowP-1") }},
		{"a withdrawal the leader never heard of", "missing-reply", func(b *builder) { b.lose("c/P-4/-/withdrawn/cmd4") }},
		{"a change of answer that was not confirmed", "missing-reply", func(b *builder) {
			b.act(1, ActChange, "closing-survey", 1, "", at("2027-10-28", "10:00"))
		}},
		{"a reply found weeks later", "late-reply", func(b *builder) {
			m := b.find("c/P-1/closing-survey/survey-done/srowP-1")
			m.Received = m.Received.Add(20 * time.Second)
		}},
		{"an answer the records do not have", "lost-answer", func(b *builder) { b.of("P-1").Stages[1].State = "lapsed" }},
		{"an answer of which the records keep nothing", "lost-answer", func(b *builder) { b.of("P-1").Stages[1].Answered = "" }},
		{"an answer to a journey the records do not have", "lost-answer", func(b *builder) { b.of("P-1").Ref = "P-0" }},
		{"a refusal the records took for an acceptance", "lost-answer", func(b *builder) { b.of("P-2").State = "completed" }},
		{"a telephone number that was lost", "lost-answer", func(b *builder) { b.of("P-5").Person.Phone = "" }},
		{"a time that two people have", "coaching", func(b *builder) { b.books(1, "slot"); b.books(5, "slot") }},
		{"a session that was moved in silence", "coaching", func(b *builder) {
			b.books(1, "slot")
			b.act(1, ActMove, "coaching-1", 1, "", at("2027-02-03", "10:00"))
		}},
		{"a session that was cancelled in silence", "coaching", func(b *builder) {
			b.books(1, "slot")
			b.act(1, ActCancel, "coaching-1", 1, "", at("2027-02-03", "10:00"))
		}},
		{"a session that was held and is not done", "coaching", func(b *builder) {
			b.books(1, "slot")
			b.act(1, ActLog, "coaching-1", 0, "held", at("2027-02-12", "10:00"))
			b.of("P-1").stage("coaching-1").State = "lapsed"
		}},
		{"a booking that was never confirmed by mail", "missing-reply", func(b *builder) { b.books(1, "slot"); b.lose("c/P-1/coaching-1/coaching-booked/bP-1") }},
		{"a log request to somebody who is no coach", "wrong-person", func(b *builder) {
			b.mail("P-1", "coaching-1", "coaching-log", "1.2.1", scheduled, at("2027-02-11", "09:10"))
		}},
		{"a journey that ended too early", "end", func(b *builder) { b.of("P-1").State = "withdrawn" }},
		{"a journey that has not ended", "end", func(b *builder) { b.of("P-5").State = "enrolled" }},
		{"a journey nobody knows", "end", func(b *builder) { b.in.Expected.People[2].Ref = "P-33" }},
		{"a person without a reference", "end", func(b *builder) { b.in.Expected.People[6].Ref = "" }},
		{"a completed journey with a stage to come", "stage-end", func(b *builder) { b.of("P-6").Stages[1].State = "not_open" }},
		{"a stage that lapsed although it was answered in time", "stage-end", func(b *builder) { b.of("P-5").Stages[1].State = "lapsed" }},
		{"a form that closed before its limit excuses nobody", "stage-end", func(b *builder) {
			b.of("P-5").Stages[1].State = "lapsed"
			b.act(5, ActAnswer, "closing-survey", 1, "", at("2027-11-20", "10:00")).Status = 410
		}},
		{"a place that was freed and not given on", "places", func(b *builder) { b.in.Expected.Places = 6 }},
		{"more people than places", "places", func(b *builder) { b.in.Expected.Places = 2 }},
		{"a mail the records say was sent", "ledger", func(b *builder) {
			b.in.Records.Messages = append(b.in.Records.Messages, Message{Key: "c/P-1/closing-survey/survey-reminder/1.1.1", State: "sent"})
		}},
		{"a merged mail that no mail carries", "ledger", func(b *builder) {
			b.in.Records.Messages = append(b.in.Records.Messages, Message{Key: "c/P-1/closing-survey/survey-reminder/1.1.1", State: "merged"})
		}},
		{"a mail the records say was not sent", "ledger", func(b *builder) {
			for i := range b.in.Records.Messages {
				if b.in.Records.Messages[i].Key == "c/P-3/selection/invitation-reminder/1.1.1" {
					b.in.Records.Messages[i].State = "not_sent"
				}
			}
		}},
		{"a mail the records do not know", "ledger", func(b *builder) {
			b.in.Records.Messages = slices.DeleteFunc(b.in.Records.Messages, func(m Message) bool { return m.Key == "c/P-1/-/year-dates/1.1.0" })
		}},
		{"another Message-ID in the records", "ledger", func(b *builder) { b.in.Records.Messages[0].MessageID = "<other@f>" }},
		{"a mail still planned for a journey that has ended", "unsettled", func(b *builder) {
			b.in.Records.Messages = append(b.in.Records.Messages, Message{Key: "c/P-4/closing-survey/survey/1.1.0", State: "planned"})
		}},
		{"something parked", "parked", func(b *builder) { b.of("P-1").Stages[1].Attention = "mail_refused" }},
		{"a workflow that failed", "workflow", func(b *builder) { b.in.Histories[0].Status = "Failed" }},
		{"a workflow that was terminated", "workflow", func(b *builder) { b.in.Histories[0].Status = "WORKFLOW_EXECUTION_STATUS_TERMINATED" }},
		{"a workflow that still runs", "workflow", func(b *builder) { b.in.Histories[0].Status = "Running" }},
		{"a journey without a workflow", "workflow", func(b *builder) { b.in.Histories = b.in.Histories[1:] }},
		{"somebody of the cast gave up", "cast", func(b *builder) { b.did("P-1", ActAnswer).Problem = "the page keeps complaining" }},
	}
	planted := map[string]bool{}
	for _, test := range tests {
		planted[test.check] = true
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			b := good()
			test.plant(b)
			r := Judge(b.in)
			if r.Verdict != "red" || !slices.ContainsFunc(r.Faults, func(f Fault) bool { return f.Check == test.check && f.Text != "" }) {
				t.Errorf("%s, and %s is not among %+v", r.Verdict, test.check, r.Faults)
			}
		})
	}
	for _, test := range slices.Concat(plantedApplications, plantedExits) {
		planted[test.check] = true
	}
	for _, test := range slices.Concat(eventFaults(), pairFaults) {
		planted[test.check] = true
	}
	for _, name := range Checks() {
		if !planted[name] {
			t.Errorf("no test plants a fault for the check %s", name)
		}
	}
}

func TestWhatOnlyLooksWrongIsOK(t *testing.T) {
	t.Parallel()
	tests := []struct {
		name  string
		allow func(*builder)
	}{
		{"a further copy of one mail", func(b *builder) {
			copied := *b.find("c/P-1/closing-survey/survey/1.1.0")
			copied.Received = copied.Received.Add(time.Second)
			b.in.Mails = append(b.in.Mails, copied)
		}},
		{"a questionnaire withdrawn between its request and its reminder", func(b *builder) {
			b.mail("P-1", "psychometrics", "psychometrics", "1.1.0", scheduled, at("2027-01-12", "09:10"))
			b.act(1, ActWithdrawConsent, "psychometrics", 1, "", at("2027-01-12", "20:00"))
		}},
		{"a merged mail", func(b *builder) {
			m := b.find("c/P-1/closing-survey/survey/1.1.0")
			m.Keys = append(m.Keys, "c/P-1/-/year-dates/1.2.0")
			b.in.Records.Messages = append(b.in.Records.Messages, Message{Key: "c/P-1/-/year-dates/1.2.0", State: "merged"})
		}},
		{"a reminder claimed before the answer and received after it", func(b *builder) {
			m := b.mail("P-1", "selection", "invitation-reminder", "1.1.1", scheduled, at("2026-09-09", "09:10"))
			m.Received = b.did("P-1", ActAnswer).Answered.Add(time.Second)
		}},
		{"a request sent again by staff", func(b *builder) {
			a := b.act(1, "resend", "", 0, "", at("2027-10-25", "14:00"))
			a.Message = "survey"
			b.mail("P-1", "closing-survey", "survey", "1.1.0.1", staff, at("2027-10-25", "14:00"))
		}},
		{"a staff mail that waited for the morning", func(b *builder) {
			m := b.find("c/P-4/-/withdrawn/cmd4")
			m.Rule, m.Date = scheduled, at("2027-04-21", "09:10")
		}},
		{"a second round with a request of its own", func(b *builder) {
			b.act(1, "reopen", "closing-survey", 1, "", at("2027-10-28", "10:00"))
			b.mail("P-1", "closing-survey", "survey", "2.1.0", scheduled, at("2027-10-29", "09:10"))
			b.act(1, ActAnswer, "closing-survey", 2, "", at("2027-10-30", "10:00"))
			b.mail("P-1", "closing-survey", "survey-done", "again", reply, at("2027-10-30", "10:00"))
			b.of("P-1").Stages[1].Round = 2
		}},
		{"an alert at night", func(b *builder) {
			m := b.mail("P-1", "-", "tasks-waiting", "1.1.0", alert, at("2027-10-30", "22:00"))
			m.Keys[0], m.To = "c/-/-/tasks-waiting/7", "head@centre.example"
			b.in.Records.Messages = b.in.Records.Messages[:len(b.in.Records.Messages)-1]
		}},
		{"a mail dated before the hold and received in it", func(b *builder) {
			m := b.mail("P-5", "-", "year-dates", "1.2.0", scheduled, at("2027-02-01", "09:10"))
			m.Received = b.did("P-5", "hold").Answered.Add(time.Second)
		}},
		{"somebody whom the machine kept until the limit had passed", func(b *builder) {
			b.of("P-1").Stages[1].State = "lapsed"
			a := b.did("P-1", ActAnswer)
			for i := range b.in.Acts {
				if b.in.Acts[i].Ref == "P-1" && b.in.Acts[i].Stage == "closing-survey" {
					a = &b.in.Acts[i]
				}
			}
			a.Status, a.Confirmed, a.Problem, a.Done = 410, false, "the form has closed", at("2027-11-26", "10:00")
			b.lose("c/P-1/closing-survey/survey-done/srowP-1")
		}},
		{"a perhaps sent mail that arrived", func(b *builder) { b.in.Records.Messages[0].State = "perhaps_sent" }},
		{"no histories at all", func(b *builder) { b.in.Histories = nil }},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			b := good()
			test.allow(b)
			if r := Judge(b.in); r.Verdict != "ok" {
				t.Errorf("%+v", r.Faults)
			}
		})
	}
}

func TestEveryMessageUnderEveryRule(t *testing.T) {
	t.Parallel()
	// Written out once more: what a message may not do is what matters.
	scheduledOnly := strings.Fields("invitation invitation-reminder invitation-assistant onboarding onboarding-reminder assistant-welcome psychometrics psychometrics-reminder survey survey-reminder alumni alumni-reminder event-place event-place-reminder event-joining event-tomorrow application-reminder offer-reminder coaching coaching-reminder coaching-tomorrow coaching-log coach-leaders selector-assigned selector-reminder")
	replyOnly := strings.Fields("invitation-accepted invitation-declined onboarding-done psychometrics-done survey-done alumni-welcome answer-changed new-link event-confirmed apply-verify application-received application-withdrawn")
	byStaff := strings.Fields("date-changed deferred email-changed answer-recorded offer application-waitlisted application-rejected application-not-needed")
	want := map[string]string{"coaching-over": reply + " " + staff, "tasks-waiting": alert, "absence-alert": alert, "event-moved": staff + " " + urgent + " " + scheduled,
		"year-dates": reply + " " + scheduled, "withdrawn": staff + " " + scheduled + " " + reply, "coach-changed": reply + " " + staff,
		"event-cancelled": staff + " " + urgent + " " + reply + " " + scheduled}
	for _, m := range strings.Fields("coaching-booked coaching-moved coaching-cancelled coach-booking") {
		want[m] = reply + " " + staff + " " + urgent
	}
	for _, m := range scheduledOnly {
		want[m] = scheduled
	}
	for _, m := range replyOnly {
		want[m] = reply
	}
	for _, m := range byStaff {
		want[m] = staff + " " + scheduled
	}
	if len(want) != len(messages) {
		t.Errorf("%d messages are known, %d expected", len(messages), len(want))
	}
	for name, rules := range want {
		if got := strings.Join(messages[name].rules, " "); got != rules {
			t.Errorf("%s may go under %q, not %q", name, got, rules)
		}
	}
}

func TestLineIsTheJSONOfTheIssue(t *testing.T) {
	t.Parallel()
	r := Judge(good().in)
	text, err := json.Marshal(r.Line(61.04))
	if err != nil {
		t.Fatal(err)
	}
	want := `{"participants":7,"ended":{"completed":3,"declined":1,"lapsed":1,"withdrawn":1,"deferred":0,"not_needed":1},` +
		`"mails_sent":29,"mails_not_sent":2,"duplicate_mails":0,"repeated_mails":0,"forms_answered":8,"parked":0,"verdict":"ok","faults":[],"seconds":61}`
	if string(text) != want {
		t.Errorf("printed\n%s\nnot\n%s", text, want)
	}
	r.Faults = []Fault{{Check: "held", Text: "It went.", Key: "k"}}
	if text, _ := json.Marshal(r.Line(1)); !strings.Contains(string(text), `"faults":[{"check":"held","text":"It went.","key":"k"}]`) {
		t.Errorf("faults are printed as %s", text)
	}
}
