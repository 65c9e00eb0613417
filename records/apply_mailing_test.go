package records

import (
	"errors"
	"strings"
	"testing"
	"time"

	"fairlead/programme"
)

func TestResend(t *testing.T) {
	onBoth(t, func(t *testing.T, b *bundle) {
		ref := b.enrol(t, 1)[0]
		b.goTo("2026-11-23 06:00")
		plan := b.openStage(t, ref, "onboarding")
		resend := func(message string) (programme.Effect, error) {
			return b.order(programme.Command{Name: programme.CmdResend, Ref: ref, Message: message})
		}
		var invalid *programme.Invalid
		if _, err := resend(programme.MsgOnboarding); !errors.As(err, &invalid) {
			t.Errorf("never sent: %v", err)
		}
		first := b.send(t, plan.Mails[0])
		now := b.goTo("2026-11-24 12:00")
		effect, err := resend(programme.MsgOnboarding)
		must(t, err)
		again := effect.Plans[0].Mails[0]
		if again.Key != first.Key+".1" || !again.At.Equal(now) || b.message(t, again.Key).Rule != programme.RuleStaff {
			t.Fatalf("mails %+v", effect.Plans[0].Mails)
		}
		second := b.send(t, again)
		if second.MessageID == first.MessageID || second.Items[0].Link == first.Items[0].Link || !second.Items[0].Due.Equal(plan.Due) {
			t.Errorf("job %+v", second)
		}
		if _, err := b.Redeem(b.ctx, first.Items[0].Link, now); !errors.Is(err, programme.ErrLinkReplaced) {
			t.Errorf("the older link: %v", err)
		}
		// Once more, of the copy, by its key: the count goes on.
		effect, err = resend(again.Key)
		must(t, err)
		if key := effect.Plans[0].Mails[0].Key; key != first.Key+".2" {
			t.Errorf("key %s", key)
		}
		b.submit(t, plan.Ask, onboarding())
		if _, err := resend(programme.MsgOnboarding); !errors.As(err, &invalid) || !strings.Contains(err.Error(), "closed") {
			t.Errorf("of an answered ask: %v", err)
		}
		// A mail without an ask goes through the journey.
		effect, err = resend(programme.MsgYearDates)
		if err != nil || len(effect.Mails) != 1 || !strings.HasSuffix(effect.Mails[0].Key, "/year-dates/1.1.0.1") {
			t.Errorf("the year's dates: %+v, %v", effect, err)
		}
		if _, err := resend("no-such-message"); !errors.As(err, &invalid) {
			t.Errorf("unknown: %v", err)
		}
	})
}

func TestAnswerFor(t *testing.T) {
	onBoth(t, func(t *testing.T, b *bundle) {
		ref := b.playOnboarding(t, 1)[0]
		now := b.goTo("2026-11-24 18:30")
		c := programme.Command{Name: programme.CmdAnswerFor, Ref: ref, Stage: "onboarding", Answers: givenFor(), GivenBy: "Helen Nguyen",
			How: "telephone", Reason: "telephone"}
		var invalid *programme.Invalid
		for _, spoil := range []func(c *programme.Command){
			func(c *programme.Command) { c.GivenBy = " " },
			func(c *programme.Command) { c.How = "telepathy" },
			func(c *programme.Command) { c.Answers = programme.Answers{"given_name": {"Helen"}} },
			func(c *programme.Command) { c.Answers = onboarding() }, // the questionnaire is the leader's alone
		} {
			bad := c
			spoil(&bad)
			if _, err := b.order(bad); !errors.As(err, &invalid) {
				t.Errorf("spoilt: %v", err)
			}
		}
		effect := b.ordered(t, c)
		if effect.Answered != "onboarding" || len(effect.Mails) > 0 {
			t.Errorf("effect %+v", effect)
		}
		given, err := b.Answers(b.ctx, programme.AskID(ref, "onboarding", 1))
		if err != nil || given.By != "staff:kim" || given.GivenBy != "Helen Nguyen" || given.How != "telephone" || !given.At.Equal(now) {
			t.Errorf("submission %+v, %v", given, err)
		}
		b.saidBy(t, ref, "onboarding", "Given by Helen Nguyen, by telephone.")
		if j := b.journeyOf(t, ref); j.Person.Name != "Dr Helen Nguyen" {
			t.Errorf("journey %+v", j)
		}
		end := b.closed(t, ref, "onboarding")
		recorded := b.lines(t, ref, programme.MsgAnswerRecorded)
		if len(recorded) != 1 || recorded[0].Rule != programme.RuleStaff || programme.DateOf(recorded[0].At).String() != "2026-11-25" ||
			len(b.lines(t, ref, programme.MsgOnboardingDone)) != 0 || len(end.Mails) != 2 {
			t.Errorf("mails %+v, end %+v", recorded, end)
		}
		if item := b.send(t, programme.PlannedMail{Key: recorded[0].Key, At: recorded[0].At}).Items[0]; item.Ref != programme.Reference(given.ID) {
			t.Errorf("it quotes %s", item.Ref)
		}
		b.sound(t)
	})
}

func TestAnswerForASurveyIsNotPossible(t *testing.T) {
	onBoth(t, func(t *testing.T, b *bundle) {
		ref := b.enrol(t, 1)[0]
		b.goTo("2027-10-25 12:00")
		b.openStage(t, ref, "closing-survey")
		_, err := b.order(programme.Command{Name: programme.CmdAnswerFor, Ref: ref, Stage: "closing-survey", Answers: survey("4"),
			GivenBy: "Helen Nguyen", How: "letter"})
		var invalid *programme.Invalid
		if !errors.As(err, &invalid) {
			t.Error(err)
		}
	})
}

func TestCommandsAreRecordedAbandonedAndPending(t *testing.T) {
	onBoth(t, func(t *testing.T, b *bundle) {
		ref := b.playOnboarding(t, 1)[0]
		email, day := "new@service.example", programme.Date{Year: 2027, Month: 1, Day: 20}
		job := "Chief Executive"
		c := programme.Command{ID: "cmd-a", Name: programme.CmdExtend, Ref: ref, Stage: "onboarding", Reason: "illness", Note: "her own words",
			Actor: "staff:kim", Until: day, Email: email, GivenBy: "Helen", How: "letter", Answers: accept(), Details: programme.Details{JobTitle: &job}}
		must(t, b.RecordCommand(b.ctx, c))
		if err := b.RecordCommand(b.ctx, c); !errors.Is(err, programme.ErrConflict) {
			t.Errorf("recorded twice: %v", err)
		}
		kept, err := b.Command(b.ctx, "cmd-a")
		must(t, err)
		if kept.Note != c.Note || kept.Email != email || kept.Until != day || kept.GivenBy != "Helen" || *kept.Details.JobTitle != job ||
			kept.Answers.Get("answer") != "accept" || kept.Cohort != spring || kept.State != programme.CommandRecorded || kept.At.IsZero() {
			t.Errorf("kept %+v", kept)
		}
		if n := b.count(t, "SELECT COUNT(*) FROM commands WHERE codes LIKE '%service.example%' OR codes LIKE '%words%'"); n != 0 {
			t.Error("something personal lies in clear")
		}
		pending := func() []programme.Command {
			list, err := b.PendingCommands(b.ctx, b.clock.Now().Add(-time.Second), 10)
			must(t, err)
			return list
		}
		if len(pending()) != 0 {
			t.Error("pending at once")
		}
		b.clock.set(b.clock.Now().Add(20 * time.Second))
		if list := pending(); len(list) != 1 || list[0].ID != "cmd-a" || list[0].Until != day || list[0].Note != "" {
			t.Errorf("pending %+v", list)
		}
		if given, err := b.AbandonCommand(b.ctx, "cmd-a"); err != nil || !given {
			t.Errorf("abandoned %t, %v", given, err)
		}
		var illegal *programme.Illegal
		if _, err := b.Apply(b.ctx, ref, "cmd-a", b.clock.Now(), programme.Order{ID: "cmd-a", Name: programme.CmdExtend}); !errors.As(err, &illegal) {
			t.Errorf("applied after it was given up: %v", err)
		}
		if given, err := b.AbandonCommand(b.ctx, "cmd-a"); err != nil || given || len(pending()) != 0 {
			t.Errorf("abandoned twice %t, %v", given, err)
		}
		c.ID, c.Reason = "cmd-b", "because"
		var invalid *programme.Invalid
		if err := b.RecordCommand(b.ctx, c); !errors.As(err, &invalid) {
			t.Errorf("without a reason of the list: %v", err)
		}
		if _, err := b.Command(b.ctx, "cmd-b"); !errors.Is(err, programme.ErrNotFound) {
			t.Errorf("unknown: %v", err)
		}
	})
}

func TestAnOrderFromTheTemporalUIGetsARow(t *testing.T) {
	onBoth(t, func(t *testing.T, b *bundle) {
		ref := b.playOnboarding(t, 1)[0]
		order := programme.Order{Name: programme.CmdHold, Reason: "technical"}
		effect, err := b.Apply(b.ctx, ref, "update-1", b.clock.Now(), order)
		if err != nil || effect.State != programme.OnHold {
			t.Fatalf("effect %+v, %v", effect, err)
		}
		row, err := b.Command(b.ctx, "update-1")
		if err != nil || row.Actor != "temporal-ui" || row.State != programme.CommandApplied || row.Reason != "technical" {
			t.Errorf("row %+v, %v", row, err)
		}
		// A refused one is kept too.
		extend := programme.Order{Name: programme.CmdExtend, Stage: "onboarding", Reason: "technical"}
		var illegal *programme.Illegal
		for range 2 {
			if _, err := b.Apply(b.ctx, ref, "update-2", b.clock.Now(), extend); !errors.As(err, &illegal) {
				t.Errorf("on hold: %v", err)
			}
		}
		if row, err := b.Command(b.ctx, "update-2"); err != nil || row.State != programme.CommandRefused {
			t.Errorf("row %+v, %v", row, err)
		}
		if _, err := b.Apply(b.ctx, "P-XXXXXX", "update-3", b.clock.Now(), order); !errors.Is(err, programme.ErrNotFound) {
			t.Errorf("nobody's journey: %v", err)
		}
	})
}
