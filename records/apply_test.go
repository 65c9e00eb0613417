package records

import (
	"errors"
	"fmt"
	"reflect"
	"strings"
	"testing"

	"fairlead/programme"
)

// situation brings n journeys into one state in which orders are tried, and names the stage that the state is about. The
// clock then stands in working hours.
type situation struct {
	name, stage string
	play        func(t *testing.T, b *bundle, n int) []string
	// order fills in what an order says otherwise here than elsewhere, nil: nothing.
	order func(c *programme.Command)
}

var situations = []situation{
	{name: "reserve", stage: "selection", play: func(t *testing.T, b *bundle, n int) []string {
		refs := b.invite(t, 1, n+1)
		b.goTo("2026-09-08 12:00")
		return refs[1:]
	}},
	{name: "invited", stage: "selection", play: func(t *testing.T, b *bundle, n int) []string { return b.playInvited(t, n) }},
	{name: "enrolled", stage: "onboarding", play: func(t *testing.T, b *bundle, n int) []string { return b.playOnboarding(t, n) }},
	{name: "on_hold", stage: "onboarding", play: func(t *testing.T, b *bundle, n int) []string {
		refs := b.playOnboarding(t, n)
		for _, ref := range refs {
			b.ordered(t, programme.Command{Name: programme.CmdHold, Ref: ref})
		}
		b.goTo("2026-12-01 12:00")
		return refs
	}},
	{name: "overdue", stage: "onboarding", play: func(t *testing.T, b *bundle, n int) []string {
		refs := b.playOnboarding(t, n)
		for _, ref := range refs {
			plan := b.openStage(t, ref, "onboarding")
			b.clock.set(plan.Grace)
			_, err := b.Overdue(b.ctx, plan.Ask, plan.Plan, plan.Grace)
			must(t, err)
		}
		b.goTo("2026-12-18 12:00")
		return refs
	}},
	{name: "parked", stage: "onboarding", play: func(t *testing.T, b *bundle, n int) []string {
		refs := b.enrol(t, n)
		for _, ref := range refs {
			b.goTo("2026-11-23 06:00")
			job := b.begin(t, b.openStage(t, ref, "onboarding").Mails[0])
			b.finish(t, job.Key, programme.MailPermanent, true)
		}
		b.goTo("2026-11-24 12:00")
		return refs
	}},
	{name: "done", stage: "onboarding", play: func(t *testing.T, b *bundle, n int) []string {
		refs := b.playOnboarding(t, n)
		for _, ref := range refs {
			b.answered(t, ref, "onboarding", onboarding())
		}
		return refs
	}},
	{name: "stage lapsed", stage: "onboarding", play: func(t *testing.T, b *bundle, n int) []string {
		refs := b.playOnboarding(t, n)
		for _, ref := range refs {
			b.lapsed(t, b.openStage(t, ref, "onboarding"))
		}
		b.goTo("2027-01-12 12:00")
		return refs
	}},
	{name: "completed", stage: "onboarding", play: func(t *testing.T, b *bundle, n int) []string {
		refs := b.playOnboarding(t, n)
		for _, ref := range refs {
			b.answered(t, ref, "onboarding", onboarding())
			for _, stage := range []string{"closing-survey", "alumni"} {
				b.ordered(t, programme.Command{Name: programme.CmdSkip, Ref: ref, Stage: stage})
			}
		}
		return refs
	}},
	{name: "declined", stage: "selection", play: func(t *testing.T, b *bundle, n int) []string {
		refs := b.playInvited(t, n)
		for _, ref := range refs {
			b.answered(t, ref, "selection", decline())
		}
		return refs
	}},
	{name: "lapsed", stage: "selection", play: func(t *testing.T, b *bundle, n int) []string {
		refs := b.playInvited(t, n)
		for _, ref := range refs {
			b.lapsed(t, b.openStage(t, ref, "selection"))
		}
		return refs
	}},
	{name: "withdrawn", stage: "onboarding", play: func(t *testing.T, b *bundle, n int) []string {
		refs := b.playOnboarding(t, n)
		for _, ref := range refs {
			b.ordered(t, programme.Command{Name: programme.CmdWithdraw, Ref: ref})
		}
		return refs
	}},
	{name: "deferred", stage: "onboarding", play: func(t *testing.T, b *bundle, n int) []string {
		refs := b.playOnboarding(t, n)
		for _, ref := range refs {
			b.ordered(t, programme.Command{Name: programme.CmdDefer, Ref: ref, Into: autumn})
		}
		return refs
	}},
	{name: "applying", stage: "selection", play: func(t *testing.T, b *bundle, n int) []string {
		b.opened(t, n)
		refs := make([]string, n)
		for i := range refs {
			refs[i] = b.begun(t, i)
		}
		b.goTo("2026-06-02 12:00")
		return refs
	}, order: func(c *programme.Command) {
		if c.Name == programme.CmdAnswerFor {
			c.Answers = application()
			delete(c.Answers, "age_band")
			delete(c.Answers, "gender")
		}
	}},
	{name: "submitted", stage: "selection", play: func(t *testing.T, b *bundle, n int) []string {
		b.opened(t, n)
		refs := b.applied(t, n)
		b.goTo("2026-06-02 12:00")
		return refs
	}},
	{name: "under_review", stage: "selection", play: func(t *testing.T, b *bundle, n int) []string {
		b.opened(t, n)
		refs := b.reviewed(t, n)
		b.goTo("2026-07-13 12:00")
		return refs
	}},
	{name: "waitlisted", stage: "selection", play: func(t *testing.T, b *bundle, n int) []string { return b.offers(t, 1, n+1)[1:] }},
	{name: "offered", stage: "selection", play: func(t *testing.T, b *bundle, n int) []string {
		refs := b.offers(t, n, n)
		for _, ref := range refs {
			b.send(t, b.openStage(t, ref, "selection").Mails[0])
		}
		return refs
	}, order: func(c *programme.Command) {
		if c.Name == programme.CmdResend {
			c.Message = programme.MsgOffer
		}
	}},
	{name: "undecided", stage: "coaching-1", play: func(t *testing.T, b *bundle, n int) []string {
		refs, _ := b.coached(t, n, coaches(2, n))
		for _, ref := range refs {
			b.goTo("2027-01-25 06:00")
			b.lapsed(t, b.openStage(t, ref, "coaching-1"))
		}
		b.goTo("2027-03-30 12:00")
		return refs
	}},
}

// playInvited are leaders whose invitations have gone.
func (b *bundle) playInvited(t *testing.T, n int) []string {
	refs := b.invite(t, n, n)
	for _, ref := range refs {
		b.goTo("2026-09-07 06:00")
		b.send(t, b.openStage(t, ref, "selection").Mails[0])
	}
	b.goTo("2026-09-08 12:00")
	return refs
}

// playOnboarding are leaders whose onboarding has been asked for.
func (b *bundle) playOnboarding(t *testing.T, n int) []string {
	refs := b.enrol(t, n)
	for _, ref := range refs {
		b.goTo("2026-11-23 06:00")
		b.send(t, b.openStage(t, ref, "onboarding").Mails[0])
	}
	b.goTo("2026-11-24 12:00")
	return refs
}

// lapsed goes to a plan's limit and has its ask lapse.
func (b *bundle) lapsed(t *testing.T, plan programme.AskPlan) {
	t.Helper()
	b.clock.set(plan.Limit)
	_, lapsed, err := b.Lapse(b.ctx, plan.Ask, plan.Plan, plan.Limit)
	must(t, err)
	if !lapsed {
		t.Fatalf("%s did not lapse", plan.Ask)
	}
}

const autumn = "2027-autumn"

// autumn creates the other cohort.
func (b *bundle) autumn(t *testing.T, places int) {
	t.Helper()
	c := testCohort(autumn, programme.RouteConfirmed, places)
	c.StartsOn = programme.Date{Year: 2027, Month: 9, Day: 6}
	must(t, b.CreateCohort(b.ctx, c))
}

// verdicts say what becomes of an order in a situation: ok, no (*Illegal), bad (*Invalid) or same (nothing changes).
var verdicts = map[programme.CommandName]string{
	//                          reserve invited enrolled on_hold overdue parked done lapsed | completed declined lapsed withdrawn deferred | applying submitted under_review waitlisted offered | undecided
	programme.CmdDecide:           "no      no      no       no      no      no     no   no       no        no       no     no        no         no       no        ok           no         no      no",
	programme.CmdHold:             "no      ok      ok       same    ok      ok     ok   ok       no        no       no     no        no         ok       ok        ok           ok         ok      ok",
	programme.CmdResume:           "no      same    same     ok      same    same   same same     no        no       no     no        no         same     same      same         same       same      same",
	programme.CmdWithdraw:         "ok      ok      ok       ok      ok      ok     ok   ok       no        no       no     same      no         ok       ok        ok           ok         ok      ok",
	programme.CmdDefer:            "ok      ok      ok       ok      ok      ok     ok   ok       no        no       no     no        same         no       ok        ok           ok         ok      ok",
	programme.CmdExtend:           "no      ok      ok       no      ok      ok     no   no       no        no       no     no        no         no       no        no           no         ok      no",
	programme.CmdSkip:             "no      no      ok       ok      ok      ok     no   no       no        no       no     no        no         no       no        no           no         no      ok",
	programme.CmdReopen:           "no      same    same     same    same    same   ok   ok       no        no       no     no        no         same     same      same         same       same      ok",
	programme.CmdResend:           "no      ok      ok       no      ok      bad    bad  bad      bad       bad      bad    bad       bad         bad      bad       bad          bad        ok      bad",
	programme.CmdWrite:            "no      ok      ok       no      ok      ok     ok   ok       no        no       no     no        no         ok       ok        ok           ok         ok      ok",
	programme.CmdAnswerFor:        "no      ok      ok       ok      ok      ok     no   no       no        no       no     no        no         ok       no        no           no         ok      no",
	programme.CmdChangeCoach:      "no      no      no       no      no      no     no   no       no        no       no     no        no         no       no        no           no         no      ok",
	programme.CmdChangeEmail:      "ok      ok      ok       ok      ok      ok     ok   ok       ok        ok       ok     ok        ok         ok       ok        ok           ok         ok      ok",
	programme.CmdChangeDetails:    "ok      ok      ok       ok      ok      ok     ok   ok       ok        ok       ok     ok        ok         ok       ok        ok           ok         ok      ok",
	programme.CmdRecordAttendance: "bad  bad     bad      bad     bad     bad    bad  bad     no        no       no     no        no         bad      bad       bad          bad        bad      bad", // of an event alone
	programme.CmdChangeSitting:    "bad  bad     bad      bad     bad     bad    bad  bad     no        no       no     no        no         bad      bad       bad          bad        bad      bad",
	programme.CmdRetry:            "no      no      no       no      no      ok     no   no       no        no       no     no        no         no       no        no           no         no      no",
	programme.CmdCorrect:          "no      no      no       no      no      ok     no   no       no        no       no     no        no         no       no        no           no         no      no",
}

// orderFor is an order that is sound in itself.
func orderFor(name programme.CommandName, ref, stage string) programme.Command {
	c := programme.Command{ID: "cmd-" + string(name), Name: name, Ref: ref, Reason: "leader_asked", Note: "as she said"}
	job := "Chief Executive and Treasurer"
	switch name {
	case programme.CmdDecide:
		c.Decision = programme.DecideWaitlist
	case programme.CmdExtend:
		c.Stage, c.Until = stage, programme.Date{Year: 2027, Month: 1, Day: 20}
		if stage == "selection" {
			c.Until = programme.Date{Year: 2026, Month: 10, Day: 6}
		}
	case programme.CmdSkip, programme.CmdReopen, programme.CmdRetry:
		c.Stage = stage
	case programme.CmdRecordAttendance:
		c.Stage, c.Status = stage, string(programme.Attended)
	case programme.CmdChangeSitting:
		c.Stage, c.Sitting = stage, programme.MainSitting
	case programme.CmdCorrect, programme.CmdChangeEmail:
		c.Email = string(name) + "@service.example"
		if name == programme.CmdCorrect {
			c.Stage = stage
		}
	case programme.CmdDefer:
		c.Into = autumn
	case programme.CmdResend:
		c.Message = programme.MsgOnboarding
		if stage == "selection" {
			c.Message = programme.MsgInvitation
		}
	case programme.CmdWrite:
		c.Subject, c.Text = "Parking at the lodge", "Please come by train."
	case programme.CmdAnswerFor:
		c.Stage, c.GivenBy, c.How, c.Answers = stage, "Helen Nguyen", "telephone", accept()
		if stage == "onboarding" {
			c.Answers = givenFor()
		}
	case programme.CmdChangeDetails:
		c.Details = programme.Details{JobTitle: &job}
	}
	return c
}

// givenFor are the answers to onboarding that staff may take down.
func givenFor() programme.Answers {
	form, _ := programme.FormNamed(programme.FormOnboarding)
	answers := programme.Answers{}
	for _, section := range form.Sections {
		if !section.Kept() {
			continue
		}
		for name, values := range form.Clean(onboarding(), section.Name) {
			answers[name] = values
		}
	}
	return answers
}

func TestEveryOrderInEveryState(t *testing.T) {
	for i, situation := range situations {
		t.Run(situation.name, func(t *testing.T) {
			onBoth(t, func(t *testing.T, b *bundle) {
				b.autumn(t, 30)
				refs := situation.play(t, b, len(programme.Commands()))
				for k, name := range programme.Commands() {
					t.Run(string(name), func(t *testing.T) {
						c := orderFor(name, refs[k], situation.stage)
						if situation.order != nil {
							situation.order(&c)
						}
						b.tryOrder(t, c, strings.Fields(verdicts[name])[i])
					})
				}
			})
		})
	}
}

func (b *bundle) tryOrder(t *testing.T, c programme.Command, want string) {
	before := b.wholeRecords(t)
	effect, err := b.order(c)
	var illegal *programme.Illegal
	var invalid *programme.Invalid
	got := "same"
	switch {
	case errors.As(err, &illegal):
		got = "no"
	case errors.As(err, &invalid):
		got = "bad"
	case err != nil:
		t.Fatal(err)
	case effect.Changed:
		got = "ok"
	}
	if got != want {
		t.Fatalf("%s (%v), want %s", got, err, want)
	}
	after := b.wholeRecords(t)
	row, failure := b.Command(b.ctx, c.ID)
	must(t, failure)
	if want != "ok" {
		if diff := difference(before, after); diff != "" {
			t.Errorf("it changed something: %s", diff)
		}
	} else {
		moves, _, err := b.Moves(b.ctx, c.Ref, 0, 200)
		must(t, err)
		found := false
		for _, move := range moves {
			found = found || move.Actor == "staff:kim" && move.Reason == "leader_asked" && strings.HasSuffix(move.Note, "as she said")
		}
		if !found || row.Outcome == nil || !reflect.DeepEqual(*row.Outcome, effect) {
			t.Errorf("moves %+v, outcome %+v", moves, row.Outcome)
		}
	}
	wantState := programme.CommandApplied
	if want == "no" || want == "bad" {
		wantState = programme.CommandRefused
	}
	if row.State != wantState || row.Note != "as she said" {
		t.Errorf("command %+v", row)
	}
	// The same row again has no further effect and says the same.
	again, errAgain := b.Apply(b.ctx, c.Ref, c.ID, b.Now(b.ctx), programme.Order{ID: c.ID, Name: c.Name})
	if fmt.Sprint(errAgain) != fmt.Sprint(err) || !reflect.DeepEqual(again, effect) && err == nil {
		t.Errorf("a repeat: %+v, %v; first %+v, %v", again, errAgain, effect, err)
	}
	if diff := difference(after, b.wholeRecords(t)); diff != "" {
		t.Errorf("a repeat changed something: %s", diff)
	}
	if want == "ok" && c.Name == programme.CmdReopen {
		b.openStage(t, c.Ref, c.Stage) // until its workflow has opened it, a reopened stage has no ask
	}
	b.sound(t)
}

// wholeRecords is what the records hold, table by table, without the commands themselves.
func (b *bundle) wholeRecords(t *testing.T) map[string]string {
	t.Helper()
	all := map[string]string{}
	for _, table := range []string{"cohorts", "people", "journeys", "stages", "asks", "messages", "links", "submissions", "drafts", "consents",
		"needs", "decisions", "late_codes", "survey_answers", "psychometric_answers", "psychometric_scores", "outbox", "moves", "tasks", "operations"} {
		var rows []map[string]any
		must(t, b.db.Table(table).Order("1, 2").Find(&rows).Error)
		all[table] = fmt.Sprint(rows)
	}
	return all
}

func difference(a, b map[string]string) string {
	for table, rows := range a {
		if b[table] != rows {
			return table + "\nbefore " + rows + "\nafter " + b[table]
		}
	}
	return ""
}
