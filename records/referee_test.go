package records

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"fairlead/programme"
)

// A year as the tests of the referee play it: one cohort of 1 March 2027, its people, and what they would say.

const spring = "2027-spring"

// goTo sets the clock to a moment by London's clocks and returns it.
func (b *bundle) goTo(text string) time.Time {
	at := london(text)
	b.clock.set(at)
	return at
}

// invite launches a cohort by invitation and returns its references in the order of the spreadsheet.
func (b *bundle) invite(t *testing.T, places, n int) []string {
	t.Helper()
	return b.launchCohort(t, testCohort(spring, programme.RouteInvitation, places), people(n))
}

// enrol launches a cohort of people chosen already.
func (b *bundle) enrol(t *testing.T, n int) []string {
	t.Helper()
	return b.launchCohort(t, testCohort(spring, programme.RouteConfirmed, n+2), people(n))
}

func (b *bundle) launchCohort(t *testing.T, c programme.Cohort, rows []programme.Participant) []string {
	t.Helper()
	must(t, b.CreateCohort(b.ctx, c))
	report, err := b.ImportParticipants(b.ctx, c.Name, rows, false, "staff:test")
	must(t, err)
	_, err = b.Launch(b.ctx, c.Name, "staff:test", b.Now(b.ctx))
	must(t, err)
	var refs []string
	for _, row := range report.Rows {
		refs = append(refs, row.Ref)
	}
	return refs
}

// open opens a stage now.
func (b *bundle) openStage(t *testing.T, ref, stage string) programme.AskPlan {
	t.Helper()
	plan, err := b.OpenStage(b.ctx, spring, ref, stage, b.Now(b.ctx))
	must(t, err)
	return plan
}

// claim claims a mail at its moment, to which the clock goes.
func (b *bundle) claim(t *testing.T, mail programme.PlannedMail) programme.Claim {
	t.Helper()
	if mail.At.After(b.clock.Now()) {
		b.clock.set(mail.At)
	}
	claim, err := b.Claim(b.ctx, mail.Key, mail.At, b.clock.Now())
	must(t, err)
	return claim
}

// begin claims a mail and begins the attempt to send it.
func (b *bundle) begin(t *testing.T, mail programme.PlannedMail) programme.MailJob {
	t.Helper()
	claim := b.claim(t, mail)
	if claim.Outcome != programme.ClaimSend {
		t.Fatalf("%s: %s %s, want send", mail.Key, claim.Outcome, claim.Reason)
	}
	must(t, b.BeginAttempt(b.ctx, claim.Job.Key, rendered(*claim.Job)))
	return *claim.Job
}

// send sends a mail as the worker does.
func (b *bundle) send(t *testing.T, mail programme.PlannedMail) programme.MailJob {
	t.Helper()
	job := b.begin(t, mail)
	b.finish(t, job.Key, programme.MailSent, false)
	return job
}

func (b *bundle) finish(t *testing.T, key string, class programme.MailClass, gaveUp bool) {
	t.Helper()
	code := map[programme.MailClass]int{programme.MailSent: 250, programme.MailTemporary: 451, programme.MailPermanent: 550}[class]
	must(t, b.FinishAttempt(b.ctx, key, programme.MailAttempt{Class: class, Code: code, QueueID: "q1", At: b.clock.Now(), GaveUp: gaveUp}))
}

// rendered is a mail as the writer would write it.
func rendered(job programme.MailJob) programme.Rendered {
	body := ""
	for _, item := range job.Items {
		body += item.Title + " {{link:" + item.Key + "}}\n"
	}
	return programme.Rendered{Subject: "About " + job.Ref, Text: body, HTML: "<p>" + body + "</p>", Calendar: "BEGIN:VCALENDAR " + job.Key, Version: "1"}
}

// submit answers an ask now.
func (b *bundle) submit(t *testing.T, ask string, answers programme.Answers) programme.SubmitResult {
	t.Helper()
	result, err := b.Submit(b.ctx, programme.Submission{Ask: ask, Answers: answers, At: b.Now(b.ctx)})
	must(t, err)
	return result
}

// answered opens, answers and closes a stage now.
func (b *bundle) answered(t *testing.T, ref, stage string, answers programme.Answers) programme.StageEnd {
	t.Helper()
	b.submit(t, b.openStage(t, ref, stage).Ask, answers)
	return b.closed(t, ref, stage)
}

func (b *bundle) closed(t *testing.T, ref, stage string) programme.StageEnd {
	t.Helper()
	end, err := b.CloseStage(b.ctx, ref, stage, b.Now(b.ctx))
	must(t, err)
	return end
}

// order records a command and applies it now. Every test that gives orders checks the audit log by the way: one line where
// something changed, else none.
func (b *bundle) order(c programme.Command) (programme.Effect, error) {
	before, unread := b.audited(c)
	effect, err := b.give(c)
	after, _ := b.audited(c)
	want := before
	if err == nil && effect.Changed {
		want++
	}
	if unread == nil && after != want {
		return effect, fmt.Errorf("%s left %d lines in the audit log, want %d", c.Name, after-before, want-before)
	}
	return effect, err
}

// give records a command and applies it, beside whatever others do.
func (b *bundle) give(c programme.Command) (programme.Effect, error) {
	if c.ID == "" {
		c.ID = "cmd-" + randomHex(6)
	}
	if c.Reason == "" {
		c.Reason = "leader_asked"
	}
	c.Actor = "staff:kim"
	if err := b.RecordCommand(b.ctx, c); err != nil {
		return programme.Effect{}, err
	}
	return b.Apply(b.ctx, c.Ref, c.ID, b.Now(b.ctx), programme.Order{ID: c.ID, Name: c.Name})
}

// audited counts the lines of the audit log about an order of this kind for this journey.
func (b *bundle) audited(c programme.Command) (n int64, err error) {
	err = b.db.Model(&auditRow{}).Where("subject = ? AND action = ? AND actor = ?", c.Ref, string(c.Name), "staff:kim").Count(&n).Error
	return n, err
}

func (b *bundle) ordered(t *testing.T, c programme.Command) programme.Effect {
	t.Helper()
	effect, err := b.order(c)
	if err != nil {
		t.Fatalf("%s: %v", c.Name, err)
	}
	return effect
}

func (b *bundle) journeyOf(t *testing.T, ref string) programme.Journey {
	t.Helper()
	j, err := b.Journey(b.ctx, ref)
	must(t, err)
	return j
}

func (b *bundle) stageOf(t *testing.T, ref, stage string) programme.Stage {
	t.Helper()
	for _, s := range b.journeyOf(t, ref).Stages {
		if s.Name == stage {
			return s
		}
	}
	t.Fatalf("%s has no stage %s", ref, stage)
	return programme.Stage{}
}

// message is one line of the ledger.
func (b *bundle) message(t *testing.T, key string) programme.Message {
	t.Helper()
	m, err := b.Message(b.ctx, key)
	must(t, err)
	return m
}

// ledger is a journey's ledger in short: "message rung-or-row state reason", one a line, in order.
func (b *bundle) ledger(t *testing.T, ref string) []string {
	t.Helper()
	list, next, err := b.Messages(b.ctx, ref, "", 200)
	must(t, err)
	if next != "" {
		t.Fatal("the ledger has a second page")
	}
	var lines []string
	for _, m := range list {
		last := m.Key[strings.LastIndex(m.Key, "/")+1:]
		lines = append(lines, strings.TrimSpace(strings.Join([]string{m.Message, last, m.At.In(programme.London).Format("2006-01-02 15:04"), string(m.State), m.Reason}, " ")))
	}
	return lines
}

// lines finds the lines of the ledger that begin so.
func (b *bundle) lines(t *testing.T, ref, message string) []programme.Message {
	t.Helper()
	list, _, err := b.Messages(b.ctx, ref, "", 200)
	must(t, err)
	var found []programme.Message
	for _, m := range list {
		if m.Message == message {
			found = append(found, m)
		}
	}
	return found
}

// outboxOf are the promised signals to a workflow.
func (b *bundle) outboxOf(t *testing.T, workflow, signal string) []programme.OutboxRow {
	t.Helper()
	rows, err := b.PendingOutbox(b.ctx, b.clock.Now().Add(time.Hour), 1000)
	must(t, err)
	var found []programme.OutboxRow
	for _, row := range rows {
		if row.WorkflowID == workflow && row.Signal == signal {
			found = append(found, row)
		}
	}
	return found
}

func (b *bundle) count(t *testing.T, sql string, args ...any) int {
	t.Helper()
	var n int
	must(t, b.db.Raw(sql, args...).Scan(&n).Error)
	return n
}

func (b *bundle) openTasks(t *testing.T, ref string) []string {
	t.Helper()
	list, _, err := b.Tasks(b.ctx, programme.TaskFilter{Ref: ref, Open: true}, 0, 100)
	must(t, err)
	var codes []string
	for _, task := range list {
		codes = append(codes, strings.TrimSpace(task.Stage+" "+task.Code))
	}
	return codes
}

func accept() programme.Answers { return programme.Answers{"answer": {"accept"}} }

func decline() programme.Answers {
	return programme.Answers{"answer": {"decline"}, "decline_reason": {"time"}}
}

// survey answers every question of the questionnaires with the same number.
func survey(number string) programme.Answers {
	q, _ := programme.QuestionnaireNamed(programme.Closing)
	answers := programme.Answers{}
	for _, name := range q.QuestionNames() {
		answers[name] = []string{number}
	}
	return answers
}

// onboarding is a whole onboarding form of the leader with this number.
func onboarding() programme.Answers {
	answers := survey("4")
	for name, value := range map[string]string{"title": "Dr", "given_name": "Helen", "family_name": "Nguyen", "job_title": "Chief Constable",
		"organisation": "Avon and Somerset Police", "sector": "Police Service", "region": "South West", "role_started": "2026-05",
		"phone": "020 7946 0123", "has_assistant": "yes", "assistant_name": "Sam Field", "assistant_email": "sam.field@police.example",
		"assistant_may": "dates_and_needs", "privacy_read": "yes", "consent_psychometrics": "yes", "consent_coach_report": "no",
		"dietary": "vegan", "access_needs": "step-free access", "arrival": "train", "room_night_before": "yes",
		"coach_background": "either", "coach_where": "online", "age_band": "45_54", "gender": "woman"} {
		answers[name] = []string{value}
	}
	return answers
}

func alumni() programme.Answers {
	return programme.Answers{"certificate_name": {"Dr Helen Nguyen"}, "directory": {"yes"}, "show": {"name", "sector"},
		"interests": {"national", "research"}, "news": {"no"}}
}
