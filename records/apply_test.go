package records

import (
	"errors"
	"fmt"
	"reflect"
	"strings"
	"testing"

	"fairlead/programme"
)

// played is a journey brought into a state, with the stage that the state is about.
type played struct {
	ref, stage string
}

// situations bring a journey into the states in which orders are tried. The clock then stands in working hours.
var situations = []struct {
	name string
	play func(t *testing.T, b *bundle) played
}{
	{"reserve", func(t *testing.T, b *bundle) played {
		refs := b.invite(t, 1, 2)
		b.goTo("2026-09-08 12:00")
		return played{refs[1], "selection"}
	}},
	{"invited", func(t *testing.T, b *bundle) played { return b.playInvited(t) }},
	{"enrolled", func(t *testing.T, b *bundle) played { return b.playOnboarding(t) }},
	{"on_hold", func(t *testing.T, b *bundle) played {
		p := b.playOnboarding(t)
		b.ordered(t, programme.Command{Name: programme.CmdHold, Ref: p.ref})
		b.goTo("2026-12-01 12:00")
		return p
	}},
	{"overdue", func(t *testing.T, b *bundle) played {
		p := b.playOnboarding(t)
		plan := b.openStage(t, p.ref, p.stage)
		b.clock.set(plan.Grace)
		_, err := b.Overdue(b.ctx, plan.Ask, plan.Plan, plan.Grace)
		must(t, err)
		b.goTo("2026-12-18 12:00")
		return p
	}},
	{"parked", func(t *testing.T, b *bundle) played {
		ref := b.enrol(t, 1)[0]
		b.goTo("2026-11-23 06:00")
		job := b.begin(t, b.openStage(t, ref, "onboarding").Mails[0])
		b.finish(t, job.Key, programme.MailPermanent, true)
		b.goTo("2026-11-24 12:00")
		return played{ref, "onboarding"}
	}},
	{"done", func(t *testing.T, b *bundle) played {
		p := b.playOnboarding(t)
		b.answered(t, p.ref, p.stage, onboarding())
		return p
	}},
	{"stage lapsed", func(t *testing.T, b *bundle) played {
		p := b.playOnboarding(t)
		plan := b.openStage(t, p.ref, p.stage)
		b.clock.set(plan.Limit)
		_, _, err := b.Lapse(b.ctx, plan.Ask, plan.Plan, plan.Limit)
		must(t, err)
		b.goTo("2027-01-11 12:00")
		return p
	}},
	{"completed", func(t *testing.T, b *bundle) played {
		p := b.playOnboarding(t)
		b.answered(t, p.ref, p.stage, onboarding())
		for _, stage := range []string{"closing-survey", "alumni"} {
			b.ordered(t, programme.Command{Name: programme.CmdSkip, Ref: p.ref, Stage: stage})
		}
		return p
	}},
	{"declined", func(t *testing.T, b *bundle) played {
		p := b.playInvited(t)
		b.answered(t, p.ref, p.stage, decline())
		return p
	}},
	{"lapsed", func(t *testing.T, b *bundle) played {
		p := b.playInvited(t)
		plan := b.openStage(t, p.ref, p.stage)
		b.clock.set(plan.Limit)
		_, _, err := b.Lapse(b.ctx, plan.Ask, plan.Plan, plan.Limit)
		must(t, err)
		return p
	}},
	{"withdrawn", func(t *testing.T, b *bundle) played {
		p := b.playOnboarding(t)
		b.ordered(t, programme.Command{Name: programme.CmdWithdraw, Ref: p.ref})
		return p
	}},
	{"deferred", func(t *testing.T, b *bundle) played {
		p := b.playOnboarding(t)
		b.autumn(t, 5)
		b.ordered(t, programme.Command{Name: programme.CmdDefer, Ref: p.ref, Into: autumn})
		return p
	}},
}

// playInvited is a leader whose invitation has gone.
func (b *bundle) playInvited(t *testing.T) played {
	ref := b.invite(t, 1, 1)[0]
	b.goTo("2026-09-07 06:00")
	b.send(t, b.openStage(t, ref, "selection").Mails[0])
	b.goTo("2026-09-08 12:00")
	return played{ref, "selection"}
}

// playOnboarding is a leader whose onboarding has been asked for.
func (b *bundle) playOnboarding(t *testing.T) played {
	ref := b.enrol(t, 1)[0]
	b.goTo("2026-11-23 06:00")
	b.send(t, b.openStage(t, ref, "onboarding").Mails[0])
	b.goTo("2026-11-24 12:00")
	return played{ref, "onboarding"}
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
	//                          reserve invited enrolled on_hold overdue parked done lapsed | completed declined lapsed withdrawn deferred
	programme.CmdHold:          "no      ok      ok       same    ok      ok     ok   ok       no        no       no     no        no",
	programme.CmdResume:        "no      same    same     ok      same    same   same same     no        no       no     no        no",
	programme.CmdWithdraw:      "ok      ok      ok       ok      ok      ok     ok   ok       no        no       no     same      no",
	programme.CmdDefer:         "ok      ok      ok       ok      ok      ok     ok   ok       no        no       no     no        same",
	programme.CmdExtend:        "no      ok      ok       no      ok      ok     no   no       no        no       no     no        no",
	programme.CmdSkip:          "no      no      ok       ok      ok      ok     no   no       no        no       no     no        no",
	programme.CmdReopen:        "no      same    same     same    same    same   ok   ok       no        no       no     no        no",
	programme.CmdResend:        "no      ok      ok       no      ok      bad    bad  bad      bad       bad      bad    bad       bad",
	programme.CmdAnswerFor:     "no      ok      ok       ok      ok      ok     no   no       no        no       no     no        no",
	programme.CmdChangeEmail:   "ok      ok      ok       ok      ok      ok     ok   ok       ok        ok       ok     ok        ok",
	programme.CmdChangeDetails: "ok      ok      ok       ok      ok      ok     ok   ok       ok        ok       ok     ok        ok",
	programme.CmdRetry:         "no      no      no       no      no      ok     no   no       no        no       no     no        no",
	programme.CmdCorrect:       "no      no      no       no      no      ok     no   no       no        no       no     no        no",
}

// orderFor is an order that is sound in itself.
func orderFor(name programme.CommandName, p played) programme.Command {
	c := programme.Command{ID: "cmd-1", Name: name, Ref: p.ref, Reason: "leader_asked", Note: "as she said"}
	job := "Chief Executive and Treasurer"
	switch name {
	case programme.CmdExtend:
		c.Stage, c.Until = p.stage, programme.Date{Year: 2027, Month: 1, Day: 20}
		if p.stage == "selection" {
			c.Until = programme.Date{Year: 2026, Month: 10, Day: 6}
		}
	case programme.CmdSkip, programme.CmdReopen, programme.CmdRetry:
		c.Stage = p.stage
	case programme.CmdCorrect, programme.CmdChangeEmail:
		c.Email = "new.address@service.example"
		if name == programme.CmdCorrect {
			c.Stage = p.stage
		}
	case programme.CmdDefer:
		c.Into = autumn
	case programme.CmdResend:
		c.Message = programme.MsgOnboarding
		if p.stage == "selection" {
			c.Message = programme.MsgInvitation
		}
	case programme.CmdAnswerFor:
		c.Stage, c.GivenBy, c.How, c.Answers = p.stage, "Helen Nguyen", "telephone", accept()
		if p.stage == "onboarding" {
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
		if section.Survey || section.Apart {
			continue
		}
		for name, values := range form.Clean(onboarding(), section.Name) {
			answers[name] = values
		}
	}
	return answers
}

func TestEveryOrderInEveryState(t *testing.T) {
	for _, name := range programme.Commands() {
		wanted := strings.Fields(verdicts[name])
		for i, situation := range situations {
			t.Run(string(name)+" when "+situation.name, func(t *testing.T) {
				onBoth(t, func(t *testing.T, b *bundle) { b.tryOrder(t, orderFor(name, situation.play(t, b)), wanted[i]) })
			})
		}
	}
}

func (b *bundle) tryOrder(t *testing.T, c programme.Command, want string) {
	if c.Name == programme.CmdDefer {
		if _, err := b.Cohort(b.ctx, autumn); errors.Is(err, programme.ErrNotFound) {
			b.autumn(t, 5)
		}
	}
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
			found = found || move.Actor == "staff:kim" && move.Reason == "leader_asked" && move.Note == "as she said"
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
	if c.Name != programme.CmdReopen { // until its workflow opens it, a reopened stage has no ask
		b.sound(t)
	}
}

// wholeRecords is what the records hold, table by table, without the commands themselves.
func (b *bundle) wholeRecords(t *testing.T) map[string]string {
	t.Helper()
	all := map[string]string{}
	for _, table := range []string{"cohorts", "people", "journeys", "stages", "asks", "messages", "links", "submissions", "drafts", "consents",
		"needs", "survey_answers", "outbox", "moves", "tasks", "operations"} {
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
