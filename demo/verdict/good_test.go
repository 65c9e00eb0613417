package verdict

import (
	"fmt"
	"time"
)

// A small year that went well: seven people, everything in its place. Each test breaks one thing of it.

var clock = Clock{Day: time.Second, Start: time.Date(2026, 9, 7, 5, 0, 0, 0, time.UTC), Began: time.Date(2026, 11, 2, 12, 0, 0, 0, time.UTC)}

// real turns a programme moment into the real one.
func real(at time.Time) time.Time {
	return clock.Began.Add(time.Duration(float64(at.Sub(clock.Start)) / float64(24*time.Hour) * float64(clock.Day)))
}

// at is a moment in London.
func at(date, hour string) time.Time {
	t, err := time.ParseInLocation("2006-01-02 15:04", date+" "+hour, london)
	if err != nil {
		panic(err)
	}
	return t
}

type builder struct{ in Input }

func (b *builder) person(n int, character, end string) *Person {
	p := Person{Number: n, Ref: fmt.Sprintf("P-%d", n), Character: character, End: end, Emails: []string{fmt.Sprintf("leader%d@x.example", n)},
		Assistants: []string{fmt.Sprintf("office%d@x.example", n)}}
	b.in.Expected.People = append(b.in.Expected.People, p)
	return &b.in.Expected.People[len(b.in.Expected.People)-1]
}

// mail is a mail that arrived a little after its date, with its line in the ledger.
func (b *builder) mail(ref, stage, message, last, rule string, date time.Time) *Mail {
	to := "leader" + ref[2:] + "@x.example"
	if messages[message].to == "assistant" {
		to = "office" + ref[2:] + "@x.example"
	}
	key := "c/" + ref + "/" + stage + "/" + message + "/" + last
	id := fmt.Sprintf("%06d", len(b.in.Mails)+1)
	b.in.Mails = append(b.in.Mails, Mail{ID: id, Received: real(date).Add(10 * time.Millisecond), To: to, Date: date, MessageID: id + "@f",
		Keys: []string{key}, Rule: rule})
	b.in.Records.Messages = append(b.in.Records.Messages, Message{Key: key, State: "sent", MessageID: "<" + id + "@f>"})
	return &b.in.Mails[len(b.in.Mails)-1]
}

// act is something that was confirmed within a few milliseconds.
func (b *builder) act(n int, what, stage string, round int, answer string, date time.Time) *Act {
	sent := real(date)
	b.in.Acts = append(b.in.Acts, Act{Sent: sent, Answered: sent.Add(3 * time.Millisecond), At: date, Done: date.Add(5 * time.Minute),
		Person: n, Ref: fmt.Sprintf("P-%d", n), Act: what, Stage: stage, Round: round, Answer: answer, Status: 200, Confirmed: true})
	return &b.in.Acts[len(b.in.Acts)-1]
}

func (b *builder) journey(n int, state string, stages ...Stage) *Journey {
	ref := fmt.Sprintf("P-%d", n)
	b.in.Records.Journeys = append(b.in.Records.Journeys, Journey{Ref: ref, Cohort: "c", State: state, Stages: stages})
	if state != "not_needed" {
		b.in.Histories = append(b.in.Histories, History{WorkflowID: "journey/c/" + ref, Type: "Journey", Status: "Completed", Events: 50, Bytes: 9000})
	}
	return &b.in.Records.Journeys[len(b.in.Records.Journeys)-1]
}

func chosen(state, outcome string) Stage {
	return Stage{Name: "selection", Kind: "selection", State: state, Round: 1, Outcome: outcome, Due: "2026-09-21T16:00:00Z",
		Limit: "2026-09-21T16:00:00Z", Answered: kept(state)}
}

func closing(state string) Stage {
	round := 1
	if state == "cancelled" {
		round = 0
	}
	return Stage{Name: "closing-survey", Kind: "survey", State: state, Round: round, Due: "2027-11-11T17:00:00Z",
		Limit: "2027-11-25T17:00:00Z", Answered: kept(state)}
}

// kept is when the records say that they got the answer of a stage, where they have one.
func kept(state string) string {
	if state != "done" {
		return ""
	}
	return "2026-09-09T19:00:00Z"
}

// accepts is somebody who was invited on a Tuesday of September and accepted.
func (b *builder) accepts(n, day int) {
	ref, date := fmt.Sprintf("P-%d", n), func(more int) string { return fmt.Sprintf("2026-09-%02d", day+more) }
	b.mail(ref, "selection", "invitation", "1.1.0", scheduled, at(date(0), "09:10"))
	b.act(n, ActAnswer, "selection", 1, "accept", at(date(1), "20:00"))
	b.mail(ref, "selection", "invitation-accepted", "row"+ref, reply, at(date(1), "20:00"))
	b.mail(ref, "-", "year-dates", "1.1.0", scheduled, at(date(2), "09:10"))
}

// surveyed is somebody who was asked for the closing survey and answered.
func (b *builder) surveyed(n int) {
	ref := fmt.Sprintf("P-%d", n)
	b.mail(ref, "closing-survey", "survey", "1.1.0", scheduled, at("2027-10-25", "09:10"))
	b.act(n, ActAnswer, "closing-survey", 1, "", at("2027-10-26", "10:00"))
	b.mail(ref, "closing-survey", "survey-done", "srow"+ref, reply, at("2027-10-26", "10:00"))
}

// afterwards is a mail about a survey after the year, which its reader can turn off.
func (b *builder) afterwards(ref, stage, message, last string, date time.Time) {
	m := b.mail(ref, stage, message, last, scheduled, date)
	m.Exit, m.OneClick = "<https://f.example/unsubscribe/aB3-_aB3-_aB3-_aB3-_aB3>", "List-Unsubscribe=One-Click"
}

// later is a survey after the year that nobody answered.
func later(name string) Stage { return Stage{Name: name, Kind: "survey", State: "lapsed", Round: 1} }

func good() *builder {
	b := &builder{in: Input{Clock: clock, Expected: Expected{Cohort: "c", Places: 5, LastJoining: at("2027-01-28", "17:00")}}}
	b.person(1, "prompt", "completed").Stages = map[string]string{"selection": "done", "closing-survey": "done"}
	b.accepts(1, 8)
	b.surveyed(1)
	b.afterwards("P-1", "survey-6-months", "survey", "1.1.0", at("2028-05-09", "09:10"))
	b.act(1, ActUnsubscribe, "", 0, "", at("2028-05-09", "12:00"))
	b.journey(1, "completed", chosen("done", "accepted"), closing("done"), later("survey-6-months"), later("survey-12-months"))

	b.person(2, "declines", "declined")
	b.mail("P-2", "selection", "invitation", "1.1.0", scheduled, at("2026-09-08", "09:20"))
	b.act(2, ActAnswer, "selection", 1, "decline", at("2027-01-26", "08:00"))
	b.mail("P-2", "selection", "invitation-declined", "r2", reply, at("2027-01-26", "08:00"))
	b.journey(2, "declined", chosen("done", "declined"), closing("cancelled"))

	b.person(3, "never answers", "lapsed")
	b.mail("P-3", "selection", "invitation", "1.1.0", scheduled, at("2026-09-08", "09:30"))
	b.mail("P-3", "selection", "invitation-reminder", "1.1.1", scheduled, at("2026-09-11", "09:30"))
	b.mail("P-3", "selection", "invitation-reminder", "1.1.2", scheduled, at("2026-09-17", "09:30"))
	b.mail("P-3", "selection", "invitation-assistant", "1.1.2", scheduled, at("2026-09-17", "09:40"))
	b.journey(3, "lapsed", chosen("lapsed", "lapsed"), closing("cancelled"))

	b.person(4, "withdraws half-way", "withdrawn")
	b.accepts(4, 8)
	b.act(4, "withdraw", "", 0, "", at("2027-04-20", "11:00"))
	b.mail("P-4", "-", "withdrawn", "cmd4", staff, at("2027-04-20", "11:00"))
	b.journey(4, "withdrawn", chosen("done", "accepted"), closing("cancelled"))

	held := b.person(5, "is held six weeks", "completed")
	held.Stages, held.Phone = map[string]string{"closing-survey": "done"}, "020 7946 0005"
	b.accepts(5, 8)
	b.act(5, "hold", "", 0, "", at("2027-02-01", "12:00"))
	b.act(5, "resume", "", 0, "", at("2027-03-15", "12:00"))
	b.surveyed(5)
	b.afterwards("P-5", "survey-12-months", "survey", "1.1.0", at("2028-11-09", "09:10"))
	b.afterwards("P-5", "survey-12-months", "survey-reminder", "1.1.1", at("2028-11-16", "09:10"))
	b.journey(5, "completed", chosen("done", "accepted"), closing("done"), later("survey-12-months")).Person.Phone = "0207 946 0005"

	mover := b.person(6, "changes address", "completed")
	mover.Emails = append(mover.Emails, "new6@x.example")
	b.accepts(6, 22) // the place of P-3
	b.mail("P-6", "closing-survey", "survey", "1.1.0", scheduled, at("2027-10-25", "09:50"))
	b.act(6, "change-email", "", 0, "", at("2027-10-26", "11:00"))
	b.mail("P-6", "-", "email-changed", "cmd6", staff, at("2027-10-26", "11:00")).To = "new6@x.example"
	b.act(6, ActOldLink, "", 0, "", at("2027-10-26", "15:00")).Status = 410
	b.act(6, ActAnswer, "closing-survey", 1, "", at("2027-10-27", "10:00"))
	b.mail("P-6", "closing-survey", "survey-done", "s6", reply, at("2027-10-27", "10:00")).To = "new6@x.example"
	b.journey(6, "completed", chosen("done", "accepted"), closing("done"))

	b.person(7, "prompt", "not_needed")
	b.journey(7, "not_needed", Stage{Name: "selection", Kind: "selection", State: "cancelled"}, closing("cancelled"))

	b.in.Histories = append(b.in.Histories,
		History{WorkflowID: "cohort/c", Type: "Cohort", Status: "Running", Events: 90, Bytes: 20000},
		History{WorkflowID: "journey/c/P-1/closing-survey", Type: "Survey", Status: "COMPLETED", Events: 40, Bytes: 7000},
		History{WorkflowID: "journey/next/P-9", Type: "Journey", Status: "WORKFLOW_EXECUTION_STATUS_RUNNING", Events: 9, Bytes: 900})
	b.in.Records.Messages = append(b.in.Records.Messages, Message{Key: "c/P-1/selection/invitation-reminder/1.1.2", State: "not_sent", Reason: "answered"},
		Message{Key: "c/P-1/survey-12-months/survey/1.1.0", State: "not_sent", Reason: "unsubscribed"})
	return b
}

// books is somebody who was asked for a coaching session, booked it and had it.
func (b *builder) books(n int, slot string) *Act {
	ref := fmt.Sprintf("P-%d", n)
	b.mail(ref, "coaching-1", "coaching", "1.1.0", scheduled, at("2027-01-25", "09:10"))
	a := b.act(n, ActAnswer, "coaching-1", 1, "book", at("2027-01-26", "10:00"))
	a.Slot = slot
	b.mail(ref, "coaching-1", "coaching-booked", "b"+ref, reply, at("2027-01-26", "10:00"))
	journey := b.of(ref)
	journey.Stages = append(journey.Stages, Stage{Name: "coaching-1", Kind: "coaching", State: "done", Round: 1})
	return &b.in.Acts[len(b.in.Acts)-1]
}
