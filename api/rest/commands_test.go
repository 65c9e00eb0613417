package rest

import (
	"context"
	"fmt"
	"net/http"
	"strings"
	"testing"

	"fairlead/api"
	"fairlead/programme"
)

// happy is a sound body of every command, for the enrolled journey.
var happy = map[string]string{
	"hold":     `{"reason":"illness","note":"` + marker + `"}`,
	"resume":   `{"reason":"illness"}`,
	"withdraw": `{"reason":"role_change"}`,
	"defer":    `{"reason":"leave","cohort":"2028-spring"}`,
	"extend":   `{"reason":"leader_asked","stage":"onboarding","until":"2027-01-14"}`,
	"skip":     `{"reason":"programme_change","stage":"alumni"}`,
	"reopen":   `{"reason":"mistake","stage":"closing-survey"}`,
	"resend":   `{"reason":"leader_asked","message":"onboarding"}`, "write": `{"reason":"new_information","subject":"` + marker + `","text":"` + marker + `"}`,
	"answer-for":        `{"reason":"telephone","stage":"alumni","answers":{"certificate_name":"` + marker + `","directory":"no","news":["yes"]},"given_by":"` + marker + `","how":"telephone"}`,
	"change-email":      `{"reason":"new_information","email":"` + marker + `@example.com"}`,
	"change-details":    `{"reason":"role_change","details":{"job_title":"` + marker + `","role_started":"9/2026"}}`,
	"record-attendance": `{"reason":"new_information","note":"` + marker + `","stage":"residential-1","status":"absent"}`,
	"change-sitting":    `{"reason":"leader_asked","stage":"residential-1","sitting":"b"}`,
	"retry":             `{"reason":"technical","stage":"onboarding"}`,
	"correct":           `{"reason":"mistake","stage":"onboarding","email":"` + marker + `@example.com"}`,
	"record-decision":   `{"reason":"other","decision":"waitlist","note":"` + marker + `"}`,
	"change-coach":      `{"reason":"leader_asked","coach":"C-222222"}`,
}

// ready puts the journey into a state in which the command is legal and changes something.
func (b *bundle) ready(command string) {
	j := enrolled()
	switch programme.CommandName(command) {
	case programme.CmdDecide:
		j.State = programme.UnderReview
	case programme.CmdResume:
		j.State, j.HeldState = programme.OnHold, programme.Enrolled
	case programme.CmdReopen:
		j.Stages[2].State = programme.StageLapsed
	case programme.CmdAnswerFor:
		j.Stages[3].State = programme.StageOpen
	case programme.CmdChangeCoach:
		j.Stages = append(j.Stages, programme.Stage{Name: "coaching-1", Kind: programme.KindCoaching, State: programme.StageNotOpen})
	case programme.CmdRetry, programme.CmdCorrect:
		j.Stages[1].Attention = "mail_refused"
	}
	b.store.journeys[ref] = j
}

func TestCommandsAreAllServed(t *testing.T) {
	t.Parallel()
	for _, c := range programme.Commands() {
		if happy[string(c)] == "" {
			t.Errorf("%s has no test", c)
		}
	}
}

func TestEveryCommand(t *testing.T) {
	t.Parallel()
	for command, body := range happy {
		t.Run(command, func(t *testing.T) {
			t.Parallel()
			path := "/journeys/" + ref + "/" + command

			t.Run("is carried out by the running journey", func(t *testing.T) {
				b := setup(t)
				b.ready(command)
				b.journeys.effect = programme.Effect{Changed: true, Into: "P-NEW234"}
				var got orderResult
				b.as(coordinator, "POST", path, body).want(http.StatusOK).into(&got)
				if !got.Changed || got.Into != "P-NEW234" || got.Journey.Ref != ref || got.State != got.Journey.State {
					t.Errorf("%+v", got)
				}
				if len(b.journeys.ordered) != 1 || len(b.store.commands) != 1 {
					t.Fatalf("%d ordered, %d rows", len(b.journeys.ordered), len(b.store.commands))
				}
				c := b.journeys.ordered[0]
				if row, ok := b.store.commands[c.ID]; !ok || row.Actor != "staff:desk-coordinator" || row.Reason == "" || string(row.Name) != command ||
					row.Cohort != "2027-spring" || row.Ref != ref || row.At.IsZero() || row.State != programme.CommandRecorded {
					t.Errorf("the row is not whole: %+v", row)
				}
				if strings.Contains(b.log.String(), marker) {
					t.Error("the log holds a personal value")
				}
			})

			t.Run("is carried out by the records where nothing runs", func(t *testing.T) {
				b := setup(t)
				b.ready(command)
				b.journeys.err = programme.ErrNotFound
				b.store.effect = programme.Effect{Changed: true}
				var got orderResult
				b.as(coordinator, "POST", path, body).want(http.StatusOK).into(&got)
				if !got.Changed {
					t.Error("nothing changed")
				}
				if noted := b.store.noted; (noted > 0) != (command == string(programme.CmdRecordAttendance)) {
					t.Errorf("noted by the records %d times", noted)
				}
				for _, row := range b.store.commands {
					if row.State != programme.CommandApplied {
						t.Errorf("the row is %s", row.State)
					}
				}
			})

			t.Run("is refused by the journey", func(t *testing.T) {
				b := setup(t)
				b.ready(command)
				b.journeys.err = &programme.Illegal{What: command, State: "withdrawn", Why: "It ended just now."}
				got := b.as(coordinator, "POST", path, body).want(http.StatusConflict).kind(api.NotLegalNow)
				if got.problem().State != "withdrawn" {
					t.Errorf("the state is %q", got.problem().State)
				}
				b.abandoned()
			})

			t.Run("is illegal in the state", func(t *testing.T) {
				b := setup(t)
				j := enrolled()
				j.State = programme.Declined
				switch programme.CommandName(command) {
				case programme.CmdChangeEmail, programme.CmdChangeDetails: // legal always
					b.journeys.err = &programme.Illegal{What: command, State: "declined", Why: "Tested."}
					b.store.applyErr = b.journeys.err
				case programme.CmdResend: // legal at the end, not on hold
					j.State = programme.OnHold
				}
				b.store.journeys[ref] = j
				got := b.as(coordinator, "POST", path, body).want(http.StatusConflict).kind(api.NotLegalNow).problem()
				if got.State == "" || !strings.Contains(got.Detail, got.State) {
					t.Errorf("the refusal does not name the state: %+v", got)
				}
				if len(b.journeys.ordered) != 0 {
					t.Error("an illegal command was sent on")
				}
			})

			t.Run("needs a known reason", func(t *testing.T) {
				b := setup(t)
				b.ready(command)
				var reasonless map[string]any
				(&answer{t: t, body: body}).into(&reasonless)
				delete(reasonless, "reason")
				b.as(coordinator, "POST", path, text(reasonless)).want(http.StatusUnprocessableEntity).kind(api.InvalidInput).pointsAt("#/reason")
				reasonless["reason"] = marker
				b.as(coordinator, "POST", path, text(reasonless)).want(http.StatusUnprocessableEntity).pointsAt("#/reason")
				reasonless["reason"], reasonless["extra"] = "other", marker
				b.as(coordinator, "POST", path, text(reasonless)).want(http.StatusUnprocessableEntity).pointsAt("#/extra")
				b.as(coordinator, "POST", path, "").want(http.StatusBadRequest).kind(api.BadRequest)
				b.as(coordinator, "POST", path, "{"+marker).want(http.StatusBadRequest).kind(api.BadRequest)
				b.as(coordinator, "POST", path, body, "Content-Type", "text/plain").want(http.StatusUnsupportedMediaType)
				b.as(coordinator, "POST", path, body, "Accept", "text/html").want(http.StatusNotAcceptable)
				if len(b.store.commands) != 0 {
					t.Error("a refused order left a row")
				}
			})

			t.Run("meets nobody who accepts it", func(t *testing.T) {
				b := setup(t)
				b.ready(command)
				for _, err := range []error{programme.ErrUnavailable, fmt.Errorf("waiting: %w", context.DeadlineExceeded)} {
					b.journeys.err = err
					got := b.as(coordinator, "POST", path, body).want(http.StatusServiceUnavailable).kind(api.Unavailable)
					if got.header.Get("Retry-After") == "" {
						t.Error("no Retry-After")
					}
					b.abandoned()
				}
			})

			t.Run("takes effect while the caller gives up", func(t *testing.T) {
				b := setup(t)
				b.ready(command)
				b.journeys.err = programme.ErrUnavailable
				b.store.applied = func(c *programme.Command) {
					c.State, c.Outcome = programme.CommandApplied, &programme.Effect{Changed: true}
				}
				var got orderResult
				b.as(coordinator, "POST", path, body).want(http.StatusOK).into(&got)
				if !got.Changed {
					t.Error("the effect is denied")
				}
			})

			t.Run("is accepted and not finished", func(t *testing.T) {
				b := setup(t)
				b.ready(command)
				b.journeys.err = programme.ErrPending
				var got orderPending
				a := b.as(coordinator, "POST", path, body).want(http.StatusAccepted)
				a.into(&got)
				if got.Operation.Kind != "command" || got.Operation.State != "running" || got.Operation.Ref != ref {
					t.Errorf("%+v", got)
				}
				watch := strings.TrimPrefix(a.header.Get("Location"), Base)
				var op operation
				b.as(ops, "GET", watch, "").want(http.StatusOK).into(&op)
				if op.State != "running" {
					t.Errorf("the operation is %s", op.State)
				}
				c := b.store.commands[op.ID]
				c.State = programme.CommandApplied
				b.store.commands[op.ID] = c
				b.as(ops, "GET", watch, "").want(http.StatusOK).into(&op)
				if op.State != "done" || op.Done != 1 {
					t.Errorf("the operation is %+v", op)
				}
			})
		})
	}
}

// abandoned checks that no command can take effect any more.
func (b *bundle) abandoned() {
	b.t.Helper()
	for _, c := range b.store.commands {
		if c.State != programme.CommandAbandoned {
			b.t.Errorf("a refused command is %s", c.State)
		}
	}
}

func TestWhatHoldsAlready(t *testing.T) {
	t.Parallel()
	for command, state := range map[string]programme.JourneyState{
		"hold": programme.OnHold, "withdraw": programme.Withdrawn, "resume": programme.Enrolled, "defer": programme.Deferred,
	} {
		b := setup(t)
		j := enrolled()
		j.State = state
		b.store.journeys[ref] = j
		var got orderResult
		b.as(coordinator, "POST", "/journeys/"+ref+"/"+command, happy[command]).want(http.StatusOK).into(&got)
		if got.Changed || got.State != state {
			t.Errorf("%s: %+v", command, got)
		}
		if len(b.store.commands) != 0 || len(b.journeys.ordered) != 0 {
			t.Errorf("%s was given although it held", command)
		}
	}
}

// Two members of staff give an order in the same moment: a withdrawal ends the journey and with it the other order, whose
// effect then holds, or which is illegal by now.
func TestOrdersThatAreOvertaken(t *testing.T) {
	t.Parallel()
	for command, status := range map[string]int{"withdraw": http.StatusOK, "hold": http.StatusConflict} {
		b := setup(t)
		b.journeys.err = programme.ErrUnavailable
		b.journeys.during = func(programme.Command) {
			j := enrolled()
			j.State = programme.Withdrawn
			b.store.mu.Lock()
			defer b.store.mu.Unlock()
			b.store.journeys[ref] = j
		}
		got := b.as(coordinator, "POST", "/journeys/"+ref+"/"+command, happy[command]).want(status)
		if !strings.Contains(got.body, `"state":"withdrawn"`) || strings.Contains(got.body, `"changed":true`) {
			t.Errorf("%s: %s", command, got.body)
		}
		b.abandoned()
	}
}

func TestJourneysThatDoNotRunAreLeftToTheRecords(t *testing.T) {
	t.Parallel()
	b := setup(t)
	j := enrolled()
	j.State, j.Started = programme.Reserve, false
	b.store.journeys[ref] = j
	b.store.effect = programme.Effect{Changed: true}
	b.as(coordinator, "POST", "/journeys/"+ref+"/withdraw", happy["withdraw"]).want(http.StatusOK)
	b.store.applyErr = programme.ErrFull
	b.as(coordinator, "POST", "/journeys/"+ref+"/defer", happy["defer"]).want(http.StatusConflict).kind(api.NoPlaceLeft)
	if len(b.journeys.ordered) != 0 {
		t.Error("an order went to a workflow that does not exist")
	}
}

func TestAbandonThatFailsIsNo503(t *testing.T) {
	t.Parallel()
	b := setup(t)
	b.journeys.err = programme.ErrUnavailable
	b.store.abandonErr = fmt.Errorf("%w: the database went away", programme.ErrUnavailable)
	b.as(coordinator, "POST", "/journeys/"+ref+"/hold", happy["hold"]).want(http.StatusInternalServerError)
}

// A client that goes away while its command is with the workflow must not leave it undecided.
func TestClientGoesAway(t *testing.T) {
	t.Parallel()
	b := setup(t)
	ctx, leave := context.WithCancel(t.Context())
	decided, gone := make(chan struct{}), make(chan struct{})
	b.journeys.err = programme.ErrUnavailable
	b.journeys.during = func(programme.Command) { leave(); <-gone }
	b.store.applied = func(*programme.Command) { close(decided) }
	request, err := http.NewRequestWithContext(ctx, "POST", b.url+Base+"/journeys/"+ref+"/hold", strings.NewReader(happy["hold"]))
	if err != nil {
		t.Fatal(err)
	}
	request.Header.Set("Authorization", "Bearer token-admin")
	request.Header.Set("Content-Type", "application/json")
	_, err = http.DefaultClient.Do(request)
	if close(gone); err == nil {
		t.Fatal("the client stayed")
	}
	<-decided
	b.store.mu.Lock()
	defer b.store.mu.Unlock()
	if len(b.store.commands) != 1 {
		t.Error("no row was written")
	}
}

func TestOpsFreesAndSeesNobody(t *testing.T) {
	t.Parallel()
	b := setup(t)
	b.ready("retry")
	b.journeys.effect = programme.Effect{Changed: true}
	if got := b.as(ops, "POST", "/journeys/"+ref+"/retry", happy["retry"]).want(http.StatusOK); strings.Contains(got.body, marker) {
		t.Errorf("ops sees %s", got.body)
	}
	if got := b.as(ops, "POST", "/journeys/"+ref+"/skip", happy["skip"]).want(http.StatusOK); strings.Contains(got.body, marker) {
		t.Errorf("ops sees %s", got.body)
	}
}

func TestCommandBodies(t *testing.T) {
	t.Parallel()
	cases := []struct{ command, body, at string }{
		{"extend", `{"reason":"other","stage":"onboarding","until":"soon"}`, "#/until"},
		{"extend", `{"reason":"other","stage":"onboarding","until":"2026-11-16"}`, "#/until"},
		{"extend", `{"reason":"other","stage":"no-such","until":"2027-01-14"}`, "#/stage"},
		{"extend", `{"reason":"other","until":"2027-01-14"}`, "#/stage"},
		{"defer", `{"reason":"other","cohort":"no-such"}`, "#/cohort"},
		{"defer", `{"reason":"other","cohort":"2027-spring"}`, "#/cohort"},
		{"resume", `{"reason":"other","missed":"` + marker + `"}`, "#/missed"},
		{"skip", `{"reason":"other","stage":5}`, "#/stage"},
		{"answer-for", `{"reason":"telephone","stage":"closing-survey","answers":{},"given_by":"x","how":"telephone"}`, "#/stage"},
		{"answer-for", `{"reason":"telephone","stage":"alumni","answers":{"` + marker + `@x.org":"1"},"given_by":"x","how":"telephone"}`, "#/answers"},
		{"answer-for", `{"reason":"telephone","stage":"alumni","answers":{"directory":"` + marker + `"},"given_by":"x","how":"telephone"}`, "#/answers/directory"},
		{"answer-for", `{"reason":"telephone","stage":"alumni","answers":{"directory":7},"given_by":"x","how":"telephone"}`, "#/answers/directory"},
		{"answer-for", `{"reason":"telephone","stage":"residential-1","answers":{"place":"cannot"},"given_by":"x","how":"telephone"}`, "#/answers/place"},
		{"answer-for", `{"reason":"telephone","stage":"residential-1","answers":{"dietary":"stones","arrival":"car"},"given_by":"x","how":"telephone"}`, "#/answers/dietary"},
		{"answer-for", `{"reason":"telephone","stage":"residential-1","answers":{"` + marker + `@x.org":"1"},"given_by":"x","how":"telephone"}`, "#/answers"},
		{"answer-for", `{"reason":"telephone","stage":"residential-1","answers":{},"given_by":"x","how":"telephone"}`, "#/answers"},
		{"answer-for", `{"reason":"telephone","stage":"alumni","answers":{},"given_by":" ","how":"telephone"}`, "#/given_by"},
		{"answer-for", `{"reason":"telephone","stage":"alumni","answers":{},"given_by":"x","how":"` + marker + `"}`, "#/how"},
		{"change-email", `{"reason":"other","email":"` + marker + `"}`, "#/email"},
		{"change-email", `{"reason":"other","email":"` + marker + ` <a@example.org>"}`, "#/email"},
		{"change-email", `{"reason":"other","email":"` + marker + `@localhost"}`, "#/email"},
		{"correct", `{"reason":"other","stage":"onboarding","email":"` + marker + `"}`, "#/email"},
		{"change-details", `{"reason":"other","details":{}}`, "#/details"},
		{"change-details", `{"reason":"other","details":{"sector":"` + marker + `"}}`, "#/details/sector"},
		{"change-details", `{"reason":"other","details":{"family_name":" "}}`, "#/details/family_name"},
		{"change-details", `{"reason":"other","details":{"role_started":"` + marker + `"}}`, "#/details/role_started"},
		{"change-details", `{"reason":"other","details":{"assistant_email":"` + marker + `"}}`, "#/details/assistant_email"},
		{"hold", `{"reason":"other","note":"` + strings.Repeat(marker, 400) + `"}`, "#/note"},
	}
	for _, c := range cases {
		b := setup(t)
		b.ready(c.command)
		b.as(coordinator, "POST", "/journeys/"+ref+"/"+c.command, c.body).want(http.StatusUnprocessableEntity).kind(api.InvalidInput).pointsAt(c.at)
		if len(b.store.commands) != 0 {
			t.Errorf("%s left a row", c.body)
		}
	}
}

func TestCommandsArriveTidy(t *testing.T) {
	t.Parallel()
	b := setup(t)
	b.as(coordinator, "POST", "/journeys/"+ref+"/change-details", `{"reason":"role_change","details":{"job_title":"  Chief   Constable ","role_started":"9/2026","title":"","assistant_email":""}}`).want(http.StatusOK)
	d := b.journeys.ordered[0].Details
	if *d.JobTitle != "Chief Constable" || *d.RoleStarted != "2026-09" || *d.Title != "" || *d.AssistantEmail != "" || d.Phone != nil {
		t.Errorf("%+v", d)
	}
	b.ready("answer-for")
	b.as(coordinator, "POST", "/journeys/"+ref+"/answer-for", happy["answer-for"]).want(http.StatusOK)
	c := b.journeys.ordered[1]
	if c.Answers.Get("directory") != "no" || c.Answers.Get("news") != "yes" || c.How != "telephone" || c.GivenBy != marker {
		t.Errorf("%+v", c)
	}
	b.as(coordinator, "POST", "/journeys/"+ref+"/answer-for", `{"reason":"telephone","stage":"residential-1","answers":{"dietary_other":"no celery"},"given_by":"x","how":"telephone"}`).want(http.StatusOK)
	if c := b.journeys.ordered[2]; c.Stage != "residential-1" || c.Answers.Get("dietary_other") != "no celery" {
		t.Errorf("%+v", c)
	}
	b.ready("resume")
	b.as(coordinator, "POST", "/journeys/"+ref+"/resume", `{"reason":"illness"}`).want(http.StatusOK)
	if got := b.journeys.ordered[3].Missed; got != "skip" {
		t.Errorf("missed reminders are %q by default", got)
	}
}
