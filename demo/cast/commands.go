package cast

import (
	"context"
	"encoding/json"
	"net/http"
	"slices"
	"strings"
	"time"
)

// order gives a command to somebody's journey and reports whether it took effect. What is refused for good is a problem,
// except with a status that the caller expects.
func (p *play) order(ctx context.Context, one *person, a *ask, command string, body map[string]any, expected ...int) (Act, bool) {
	act := Act{Person: one.number, Ref: one.ref, Act: command}
	if a != nil {
		act.Stage, act.Round, act.Sitting = a.stage, a.round, a.sitting
	}
	act.Message, _ = body["message"].(string)
	act.Missed, _ = body["missed"].(string)
	if command == "record-attendance" {
		act.Answer, _ = body["status"].(string)
		act.Costs, _ = body["costs"].(string)
	}
	act.Coach, _ = body["coach"].(string)
	if command == "answer-for" && act.Stage == selection {
		act.Answer = "accept"
	}
	path := base + "/journeys/" + one.ref + "/" + command
	got, err := p.staff.do(ctx, act, call{method: http.MethodPost, path: path, body: body}, func(a *Act, got answered) {
		a.Into = into(got)
		if got.status >= 300 && got.status != http.StatusConflict && !slices.Contains(expected, got.status) {
			a.Problem = refusal(got)
		}
		act = *a
	})
	switch {
	case err != nil:
		return act, false
	case got.status == http.StatusAccepted:
		return p.await(ctx, act, got)
	case got.status == http.StatusConflict:
		return p.settled(ctx, one, act, got, slices.Contains(expected, got.status))
	}
	return act, got.status < 300
}

// settled looks at a journey whose command was refused: where an earlier try got through and only its answer was lost,
// the command has taken effect. Else the refusal is a problem, unless it was expected.
func (p *play) settled(ctx context.Context, one *person, act Act, refused answered, expected bool) (Act, bool) {
	j, err := p.staff.journey(ctx, one.ref)
	if err != nil {
		return act, false
	}
	switch act.Act {
	case "answer-for":
		act.Confirmed = j.stage(act.Stage) == "done"
	case "withdraw":
		act.Confirmed = j.State == "withdrawn"
	case "defer":
		act.Confirmed = j.State == "deferred"
	}
	if !act.Confirmed && !expected {
		act.Problem = refusal(refused)
	}
	if act.Confirmed || act.Problem != "" {
		p.note(act)
	}
	return act, act.Confirmed
}

// into is the reference that a deferral made.
func into(got answered) string {
	var body struct {
		Into string `json:"into"`
	}
	_ = json.Unmarshal(got.body, &body) // what is no answer of a command has none
	return body.Into
}

// await watches an operation until it is done.
func (p *play) await(ctx context.Context, act Act, got answered) (Act, bool) {
	if !strings.HasPrefix(got.location, "/") {
		act.Status, act.Problem = got.status, "accepted, and nothing says where to look"
		p.note(act)
		return act, false
	}
	for giveUp := p.o.Now().Add(p.o.Patience); p.o.Now().Before(giveUp); {
		if pause(ctx, 300*time.Millisecond) != nil {
			return act, false
		}
		state := ""
		_, err := p.staff.do(ctx, act, call{method: http.MethodGet, path: got.location}, func(a *Act, got answered) {
			var op struct {
				State string `json:"state"`
			}
			_ = json.Unmarshal(got.body, &op) // what is no operation has no state
			state = op.State
			a.Confirmed = state == "done"
			if state == "failed" {
				a.Problem = "the operation failed"
			}
			act = *a
		})
		if err != nil || state == "failed" {
			return act, false
		}
		if state == "done" {
			return act, true
		}
	}
	act.Status, act.Problem = got.status, "accepted, and never done"
	p.note(act)
	return act, false
}

func because(reason, note string, more map[string]any) map[string]any {
	body := map[string]any{"reason": reason, "note": note}
	for k, v := range more {
		body[k] = v
	}
	return body
}

// hold stops a leader's year, and plans its going on six weeks later.
func (p *play) hold(ctx context.Context, one *person) {
	if _, ok := p.order(ctx, one, nil, "hold", because("illness", "Her office rang: she will be away for six weeks.", nil)); !ok {
		return
	}
	one.mu.Lock()
	one.held = true
	one.mu.Unlock()
	p.plan(one, office(one.luck, p.now().AddDate(0, 0, p.year.holdDays)), func(ctx context.Context) { p.resume(ctx, one) })
}

func (p *play) resume(ctx context.Context, one *person) {
	missed := "skip"
	if one.variant%4 >= 2 || (one.variant == 0 && p.o.Seed%2 == 1) {
		missed = "send"
	}
	if _, ok := p.order(ctx, one, nil, "resume", because("leader_asked", "Back at work, and keen to go on.", map[string]any{"missed": missed})); !ok {
		return
	}
	one.mu.Lock()
	defer one.mu.Unlock()
	one.held = false
	for _, a := range one.asks {
		if !a.answered && a.ref == one.ref {
			p.answerAt(one, a, later(one.luck, p.now(), between(one.luck, 1, 3)))
		}
	}
}

// withdraw ends a year half-way: every other one leaves by the page of their own, where a visit opens it, for the others staff do.
func (p *play) withdraw(ctx context.Context, one *person) {
	if one.variant%2 == 0 {
		page := Act{Person: one.number, Ref: one.ref, Act: "page"}
		shown, err := one.browser.visit(ctx, page, http.MethodGet, p.o.API+"/year/"+one.ref+"/leave", nil, nil)
		if err == nil && shown.status == http.StatusOK {
			quit := Act{Person: one.number, Ref: one.ref, Act: "withdraw"}
			if _, ok := p.send(ctx, one.browser, quit, shown, filling{}, led); ok {
				one.leave("withdrawn")
			}
			return
		}
	}
	if _, ok := p.order(ctx, one, nil, "withdraw", because("role_change", "Moves abroad in the new year.", nil)); ok {
		one.leave("withdrawn")
	}
}

// postpone defers a leader into the next cohort. The first to be deferred is there before that cohort is launched.
func (p *play) postpone(ctx context.Context, one *person) {
	act, ok := p.order(ctx, one, nil, "defer", because("operational_demand", "A public inquiry takes the spring.", map[string]any{"cohort": p.year.next}))
	if !ok {
		return
	}
	one.leave("deferred")
	if act.Into == "" {
		act.Into = p.staff.continuation(ctx, p.year.next, one.ref)
		p.note(act)
	}
	p.mu.Lock()
	p.byRef[act.Into] = one
	p.mu.Unlock()
	if one.variant == 0 {
		_ = p.launch(ctx, p.year.next) // a failure is said in the log
	}
}

func (one *person) leave(how string) {
	one.mu.Lock()
	one.gone = how
	one.mu.Unlock()
}

// move gives a leader another address.
func (p *play) move(ctx context.Context, one *person) {
	p.readdress(one, "new."+one.row.email, func(email string) bool {
		_, ok := p.order(ctx, one, nil, "change-email", because("leader_asked", "", map[string]any{"email": email}))
		return ok
	})
}

// readdress makes the new mailbox the person's before the command, for its mail may come at once.
func (p *play) readdress(one *person, email string, order func(string) bool) {
	p.mu.Lock()
	p.byAddress[strings.ToLower(email)] = one
	p.mu.Unlock()
	if order(email) {
		one.mu.Lock()
		one.emails = append(one.emails, email)
		one.mu.Unlock()
	}
}

// answerFor is staff taking down an answer by telephone.
func (p *play) answerFor(ctx context.Context, one *person, a *ask) {
	if one.idle(a) {
		return
	}
	answers := map[string][]string{"answer": {"accept"}}
	if a.stage == onboarding {
		answers = one.dictated()
	}
	if _, ok := p.order(ctx, one, a, "answer-for", because("telephone", "", map[string]any{"stage": a.stage, "answers": answers,
		"given_by": "The leader, on the telephone", "how": "telephone"})); !ok {
		return
	}
	one.mu.Lock()
	defer one.mu.Unlock()
	a.answered = true
	if a.stage == onboarding {
		one.helperSent = one.helper.may != "" && one.helper.may != "nothing"
	} else {
		one.accepted = true
	}
}

// extend gives a leader a week more than the mail says, or the next day that the programme takes.
func (p *play) extend(ctx context.Context, one *person, a *ask) {
	due := a.due
	if due.IsZero() {
		due = a.first.AddDate(0, 0, 14)
	}
	until := due.In(london).AddDate(0, 0, 7)
	for range 8 {
		for !workday(until) {
			until = until.AddDate(0, 0, 1)
		}
		act, ok := p.order(ctx, one, a, "extend", because("leader_asked", "", map[string]any{"stage": a.stage, "until": until.Format("2006-01-02")}),
			http.StatusUnprocessableEntity)
		if ok || act.Status != http.StatusUnprocessableEntity {
			return
		}
		until = until.AddDate(0, 0, 1) // a bank holiday
	}
	act := one.act("extend", a)
	act.Problem = "no day would do"
	p.note(act)
}

// skip leaves a stage out for somebody.
func (p *play) skip(ctx context.Context, one *person, stage string) {
	if _, ok := p.order(ctx, one, &ask{stage: stage}, "skip", because("role_change", "New in post: no survey, please.", map[string]any{"stage": stage})); !ok {
		return
	}
	one.mu.Lock()
	defer one.mu.Unlock()
	one.ends[stage] = "skipped"
	for _, a := range one.asks {
		if a.stage == stage && a.ref == one.ref {
			a.answered = true
		}
	}
}

// reopen asks for something again that was answered by mistake.
func (p *play) reopen(ctx context.Context, one *person, a *ask) {
	p.order(ctx, one, a, "reopen", because("mistake", "Filled in by a colleague.", map[string]any{"stage": a.stage}))
}

// resend sends a mail again that somebody lost.
func (p *play) resend(ctx context.Context, one *person, a *ask) {
	p.order(ctx, one, a, "resend", because("leader_asked", "", map[string]any{"message": a.stage}))
}

// promote takes down a new post.
func (p *play) promote(ctx context.Context, one *person) {
	organisation := one.row.organisation + " (new)"
	if _, ok := p.order(ctx, one, nil, "change-details", because("new_information", "",
		map[string]any{"details": map[string]any{"job_title": "Permanent Secretary", "organisation": organisation}})); ok {
		one.mu.Lock()
		one.moved = organisation
		one.mu.Unlock()
	}
}
