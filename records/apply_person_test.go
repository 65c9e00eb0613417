package records

import (
	"errors"
	"slices"
	"testing"

	"fairlead/programme"
)

func TestChangeEmail(t *testing.T) {
	onBoth(t, func(t *testing.T, b *bundle) {
		refs := b.enrol(t, 2)
		b.goTo("2027-11-15 06:00")
		first := b.openStage(t, refs[0], "alumni")
		link := b.send(t, first.Mails[0]).Items[0].Link
		b.openStage(t, refs[0], "closing-survey")
		now := b.goTo("2027-11-15 14:00")
		change := func(address string) (programme.Effect, error) {
			return b.order(programme.Command{Name: programme.CmdChangeEmail, Ref: refs[0], Email: address})
		}
		var invalid *programme.Invalid
		for _, bad := range []string{"", "no address", "Helen <h@service.example>", "h@nodot", "LEADER1@service.example"} {
			if _, err := change(bad); !errors.As(err, &invalid) {
				t.Errorf("%q: %v", bad, err)
			}
		}
		if effect, err := change("leader0@service.example"); err != nil || effect.Changed {
			t.Errorf("the same address: %+v, %v", effect, err)
		}
		effect, err := change("Helen.New@Service.example")
		must(t, err)
		if len(effect.Mails) != 1 || !effect.Mails[0].At.Equal(now) || len(effect.Freed) > 0 {
			t.Fatalf("effect %+v", effect)
		}
		if _, err := b.Redeem(b.ctx, link, now); !errors.Is(err, programme.ErrLinkReplaced) {
			t.Errorf("the old link: %v", err)
		}
		job := b.send(t, effect.Mails[0])
		item := job.Items[0]
		if job.To.Email != "Helen.New@Service.example" || item.Message != programme.MsgEmailChanged || len(item.Open) != 2 {
			t.Fatalf("job %+v", job)
		}
		for _, open := range item.Open {
			if _, err := b.Redeem(b.ctx, open.Link, now); err != nil {
				t.Errorf("%s: %v", open.Stage, err)
			}
		}
		if found, _, err := b.Journeys(b.ctx, programme.JourneyFilter{Query: "helen.new"}, "", 5); err != nil || len(found) != 1 {
			t.Errorf("found %d, %v", len(found), err)
		}
		// Somebody who was never written to gets no mail.
		b.ordered(t, programme.Command{Name: programme.CmdChangeEmail, Ref: refs[1], Email: "other@service.example"})
		if n := len(b.lines(t, refs[1], programme.MsgEmailChanged)); n != 0 {
			t.Error("a mail to somebody never written to")
		}
	})
}

func TestChangeEmailFreesWhatTheOldAddressRefused(t *testing.T) {
	onBoth(t, func(t *testing.T, b *bundle) {
		ref, survey, alumni := b.twoAsks(t)
		job := b.begin(t, survey.Mails[0])
		b.finish(t, job.Key, programme.MailPermanent, true)
		b.claim(t, alumni.Mails[0]) // parked as well
		b.goTo("2027-11-16 14:00")
		effect := b.ordered(t, programme.Command{Name: programme.CmdChangeEmail, Ref: ref, Email: "works@service.example"})
		if !slices.Contains(effect.Freed, "closing-survey") || !slices.Contains(effect.Freed, "alumni") || len(effect.Plans) != 2 {
			t.Errorf("effect %+v", effect)
		}
		// What asked for something is replaced by the mail about the change; the year's dates still go, each in their own.
		if m := b.message(t, alumni.Mails[0].Key); m.State != programme.MessageNotSent || m.Reason != programme.NotSentReplaced {
			t.Errorf("parked line %+v", m)
		}
		if len(effect.Mails) != 2 {
			t.Fatalf("mails %+v", effect.Mails)
		}
		j := b.journeyOf(t, ref)
		if j.Person.Suppressed != "" || len(b.openTasks(t, ref)) > 0 || b.stageOf(t, ref, "alumni").Attention != "" {
			t.Errorf("journey %+v, tasks %v", j, b.openTasks(t, ref))
		}
		for _, mail := range effect.Mails {
			b.send(t, mail)
		}
		b.send(t, alumni.Mails[1])
	})
}

func TestChangeDetails(t *testing.T) {
	onBoth(t, func(t *testing.T, b *bundle) {
		ref := b.playOnboarding(t, 1)[0]
		change := func(d programme.Details) (programme.Effect, error) {
			return b.order(programme.Command{Name: programme.CmdChangeDetails, Ref: ref, Details: d})
		}
		text := func(s string) *string { return &s }
		var invalid *programme.Invalid
		for _, bad := range []programme.Details{{Sector: text("Fire")}, {Region: text("Mars")}, {RoleStarted: text("May 2026")}, {RoleStarted: text("2099-01")},
			{GivenName: text(" ")}, {AssistantMay: text("everything")}, {AssistantEmail: text("nonsense"), AssistantName: text("Sam")},
			{AssistantEmail: text("leader0@service.example"), AssistantName: text("Me")}, {JobTitle: text("two\nlines")}} {
			if _, err := change(bad); !errors.As(err, &invalid) {
				t.Errorf("%+v: %v", bad, err)
			}
		}
		if effect, err := change(programme.Details{Sector: text("Healthcare")}); err != nil || effect.Changed {
			t.Errorf("nothing new: %+v, %v", effect, err)
		}
		effect, err := change(programme.Details{FamilyName: text("Nguyen"), JobTitle: text("Chief Officer"), Sector: text("Education"),
			RoleStarted: text("2026-09"), AssistantName: text("Alex Reed"), AssistantEmail: text("alex@service.example"), AssistantMay: text("dates")})
		must(t, err)
		j := b.journeyOf(t, ref)
		if j.Person.Name != "Given0 Nguyen" || j.Role.JobTitle != "Chief Officer" || j.Role.Sector != "Education" || j.Role.Organisation != "Service 0" ||
			j.Assistant.Name != "Alex Reed" || j.AssistantMay != programme.AssistantDates || len(effect.Mails) > 0 {
			t.Errorf("journey %+v, effect %+v", j, effect)
		}
		// Named after onboarding, an assistant is welcomed by the journey.
		answers := onboarding()
		answers["has_assistant"] = []string{"no"}
		for _, name := range []string{"assistant_name", "assistant_email", "assistant_may"} {
			delete(answers, name)
		}
		b.answered(t, ref, "onboarding", answers)
		if j := b.journeyOf(t, ref); j.Assistant != nil {
			t.Errorf("still an assistant: %+v", j.Assistant)
		}
		effect, err = change(programme.Details{AssistantEmail: text("alex@service.example"), AssistantMay: text("dates_and_needs")})
		if err != nil || len(effect.Mails) != 1 {
			t.Fatalf("effect %+v, %v", effect, err)
		}
		if job := b.send(t, effect.Mails[0]); job.To.Name != "Alex Reed" || job.Items[0].Link.IsZero() {
			t.Errorf("welcome %+v", job)
		}
		if effect, err := change(programme.Details{AssistantEmail: text("")}); err != nil || !effect.Changed || b.journeyOf(t, ref).Assistant != nil {
			t.Errorf("taken away: %+v, %v", effect, err)
		}
	})
}

func TestRetryAndCorrect(t *testing.T) {
	onBoth(t, func(t *testing.T, b *bundle) {
		ref, survey, alumni := b.twoAsks(t)
		job := b.begin(t, survey.Mails[0])
		b.finish(t, job.Key, programme.MailPermanent, true)
		b.claim(t, alumni.Mails[0])
		now := b.goTo("2027-11-16 14:00")
		effect := b.ordered(t, programme.Command{Name: programme.CmdRetry, Ref: ref, Stage: "closing-survey", Reason: "technical"})
		if !slices.Contains(effect.Freed, "closing-survey") || !slices.Contains(effect.Freed, "alumni") || len(effect.Plans) != 2 {
			t.Fatalf("effect %+v", effect)
		}
		for _, plan := range effect.Plans {
			if !plan.Mails[0].At.Equal(now) || plan.Attention != "" {
				t.Errorf("plan %+v", plan)
			}
		}
		// The same key, and so the same Message-ID, goes again with a new link; staff triggered it, at any hour of the day.
		again := b.begin(t, programme.PlannedMail{Key: job.Key, At: now})
		if again.MessageID != job.MessageID || again.Rule != programme.RuleStaff || again.Items[0].Link == job.Items[0].Link || again.Prepared != nil {
			t.Errorf("again %+v", again)
		}
		b.finish(t, again.Key, programme.MailPermanent, true)
		if b.stageOf(t, ref, "closing-survey").Attention != "mail_refused" || len(b.openTasks(t, ref)) != 1 {
			t.Errorf("refused again: tasks %v", b.openTasks(t, ref))
		}
		// The right address: what waits goes there.
		var invalid *programme.Invalid
		if _, err := b.order(programme.Command{Name: programme.CmdCorrect, Ref: ref, Stage: "closing-survey", Email: "wrong"}); !errors.As(err, &invalid) {
			t.Errorf("no address: %v", err)
		}
		effect = b.ordered(t, programme.Command{Name: programme.CmdCorrect, Ref: ref, Stage: "closing-survey", Email: "right@service.example"})
		last := b.send(t, programme.PlannedMail{Key: job.Key, At: effect.Plans[0].Mails[0].At})
		if last.To.Email != "right@service.example" || last.MessageID != job.MessageID {
			t.Errorf("corrected: %+v", last)
		}
		if j := b.journeyOf(t, ref); j.Person.Suppressed != "" || len(b.openTasks(t, ref)) > 0 {
			t.Errorf("journey %+v, tasks %v", j, b.openTasks(t, ref))
		}
		if _, err := b.Redeem(b.ctx, last.Items[0].Link, now); err != nil {
			t.Errorf("the link: %v", err)
		}
	})
}

func TestCorrectOfAnAssistantsAddress(t *testing.T) {
	onBoth(t, func(t *testing.T, b *bundle) {
		ref := b.enrol(t, 1)[0]
		b.goTo("2026-11-23 12:00")
		end := b.answered(t, ref, "onboarding", onboarding())
		job := b.begin(t, end.Mails[1])
		b.finish(t, job.Key, programme.MailPermanent, true)
		if b.journeyOf(t, ref).Attention != "mail_refused" { // its stage has ended
			t.Fatalf("journey %+v", b.journeyOf(t, ref))
		}
		b.goTo("2026-11-25 12:00")
		effect := b.ordered(t, programme.Command{Name: programme.CmdCorrect, Ref: ref, Email: "sam@police.example"})
		j := b.journeyOf(t, ref)
		if !slices.Equal(effect.Freed, []string{""}) || len(effect.Mails) != 1 || j.Assistant.Email != "sam@police.example" ||
			j.Person.Email != "leader0@service.example" || j.Attention != "" {
			t.Fatalf("effect %+v, journey %+v", effect, j)
		}
		if job := b.send(t, effect.Mails[0]); job.To.Email != "sam@police.example" {
			t.Errorf("job %+v", job)
		}
	})
}

func TestRetryOfSomethingElseThanMail(t *testing.T) {
	onBoth(t, func(t *testing.T, b *bundle) {
		ref := b.playOnboarding(t, 1)[0]
		must(t, b.SetAttention(b.ctx, ref, "onboarding", "stage_lost", b.clock.Now()))
		effect := b.ordered(t, programme.Command{Name: programme.CmdRetry, Ref: ref, Stage: "onboarding"})
		if !slices.Equal(effect.Freed, []string{"onboarding"}) || len(effect.Plans) != 1 || b.stageOf(t, ref, "onboarding").Attention != "" {
			t.Errorf("effect %+v", effect)
		}
	})
}
