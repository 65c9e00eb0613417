package records

import (
	"errors"
	"slices"
	"strings"
	"testing"
	"time"

	"fairlead/programme"
)

// crash lets so much real time pass that a claim counts as abandoned.
func (b *bundle) crash() { b.clock.set(b.clock.Now().Add(grip + time.Second)) }

func TestARepeatAfterACrashIsTheSameMail(t *testing.T) {
	onBoth(t, func(t *testing.T, b *bundle) {
		_, survey, _ := b.twoAsks(t)
		mail := survey.Mails[0]
		first := b.claim(t, mail)
		// At the same moment nobody else gets it.
		if again := b.claim(t, mail); again.Outcome != programme.ClaimReplanned || !again.At.After(b.clock.Now()) {
			t.Fatalf("at once: %+v", again)
		}
		// The worker died before the attempt: nothing can have got out.
		b.crash()
		second := b.claim(t, mail)
		if second.Outcome != programme.ClaimSend || second.Job.Repeat || second.Job.Prepared != nil {
			t.Fatalf("before the attempt: %+v", second)
		}
		must(t, b.BeginAttempt(b.ctx, mail.Key, rendered(*second.Job)))
		// It died inside the attempt: the very same mail is repeated.
		b.crash()
		third := b.claim(t, mail)
		if third.Outcome != programme.ClaimSend || !third.Job.Repeat || third.Job.Prepared == nil {
			t.Fatalf("inside the attempt: %+v", third)
		}
		if *third.Job.Prepared != rendered(*second.Job) || third.Job.MessageID != first.Job.MessageID || !third.Job.Date.Equal(first.Job.Date) {
			t.Errorf("prepared %+v, %s, %v", third.Job.Prepared, third.Job.MessageID, third.Job.Date)
		}
		if !slices.Equal(third.Job.Keys, first.Job.Keys) {
			t.Errorf("keys %q, first %q", third.Job.Keys, first.Job.Keys)
		}
		for i, item := range third.Job.Items {
			if item.Link.Reveal() != first.Job.Items[i].Link.Reveal() {
				t.Errorf("item %d has another link", i)
			}
		}
		must(t, b.BeginAttempt(b.ctx, mail.Key, *third.Job.Prepared))
		b.finish(t, mail.Key, programme.MailSent, false)
		b.finish(t, mail.Key, programme.MailSent, false)
		if m := b.message(t, mail.Key); m.State != programme.MessageSent || m.Attempts != 2 || !m.MayRepeat {
			t.Errorf("line %+v", m)
		}
		// What was kept of the links is gone, and the ledger shows the mail without them.
		if n := b.count(t, "SELECT COUNT(*) FROM messages WHERE token_enc IS NOT NULL"); n != 0 {
			t.Errorf("%d lines still hold tokens", n)
		}
		if m := b.message(t, mail.Key); strings.Contains(m.Text, "{{") || !strings.Contains(m.Text, "…/l/••••") || m.Subject == "" {
			t.Errorf("shown %q", m.Text)
		}
		if err := b.BeginAttempt(b.ctx, mail.Key, *third.Job.Prepared); !errors.Is(err, programme.ErrConflict) {
			t.Errorf("an attempt after the end: %v", err)
		}
	})
}

func TestATemporaryFailureIsTriedAgain(t *testing.T) {
	onBoth(t, func(t *testing.T, b *bundle) {
		ref := b.enrol(t, 1)[0]
		b.goTo("2026-11-23 06:00")
		plan := b.openStage(t, ref, "onboarding")
		job := b.begin(t, plan.Mails[0])
		b.finish(t, job.Key, programme.MailTemporary, false)
		again := b.claim(t, plan.Mails[0])
		if again.Outcome != programme.ClaimSend || again.Job.Repeat || again.Job.Prepared == nil || again.Job.MessageID != job.MessageID {
			t.Fatalf("again: %+v", again)
		}
		must(t, b.BeginAttempt(b.ctx, job.Key, *again.Job.Prepared))
		b.finish(t, job.Key, programme.MailSent, false)
		j := b.journeyOf(t, ref)
		if m := b.message(t, job.Key); m.State != programme.MessageSent || m.Attempts != 2 || m.MayRepeat || j.Attention != "" {
			t.Errorf("line %+v", m)
		}
		// Later mails refer to the journey's first.
		if next := b.begin(t, plan.Mails[1]); next.References != job.MessageID {
			t.Errorf("references %q, first mail %q", next.References, job.MessageID)
		}
	})
}

func TestAnAnswerBetweenTwoAttemptsEndsTheSending(t *testing.T) {
	onBoth(t, func(t *testing.T, b *bundle) {
		ref, survey1, alumni1 := b.twoAsks(t)
		job := b.begin(t, survey1.Mails[0])
		b.finish(t, job.Key, programme.MailTemporary, false)
		b.submit(t, survey1.Ask, survey("3"))
		if m := b.message(t, job.Key); m.State != programme.MessageNotSent || m.Reason != programme.NotSentAnswered {
			t.Errorf("the answered one: %+v", m)
		}
		// What the mail carried goes in another, the same day, promised to the journey.
		carried := b.message(t, alumni1.Mails[0].Key)
		if carried.State != programme.MessagePlanned {
			t.Fatalf("carried: %+v", carried)
		}
		if n := len(b.outboxOf(t, programme.JourneyID(spring, ref), "mail")); n != 2 { // with the year's dates
			t.Errorf("%d promises", n)
		}
		other := b.send(t, programme.PlannedMail{Key: carried.Key, At: carried.At})
		if other.MessageID == job.MessageID || slices.Contains(other.Keys, job.Key) {
			t.Errorf("the other mail: %+v", other)
		}
		// The other way round: the line that leads goes on, without what was answered.
		b.sound(t)
	})
}

func TestAnAnswerToWhatAMailCarriesIsTakenOut(t *testing.T) {
	onBoth(t, func(t *testing.T, b *bundle) {
		_, survey1, alumni1 := b.twoAsks(t)
		job := b.begin(t, survey1.Mails[0])
		b.finish(t, job.Key, programme.MailTemporary, false)
		b.submit(t, alumni1.Ask, alumni())
		again := b.claim(t, survey1.Mails[0])
		if again.Outcome != programme.ClaimSend || again.Job.Prepared != nil || slices.Contains(again.Job.Keys, alumni1.Mails[0].Key) ||
			again.Job.MessageID != job.MessageID {
			t.Errorf("again: %+v", again)
		}
		if m := b.message(t, alumni1.Mails[0].Key); m.State != programme.MessageNotSent || m.Reason != programme.NotSentAnswered {
			t.Errorf("taken out: %+v", m)
		}
	})
}

func TestAPermanentRefusal(t *testing.T) {
	onBoth(t, func(t *testing.T, b *bundle) {
		ref, survey1, alumni1 := b.twoAsks(t)
		job := b.begin(t, survey1.Mails[0])
		b.finish(t, job.Key, programme.MailPermanent, true)
		b.finish(t, job.Key, programme.MailPermanent, true)
		if m := b.message(t, job.Key); m.State != programme.MessageFailed || m.Reason != "refused" || m.ServerReply != "550 q1" {
			t.Errorf("line %+v", m)
		}
		if m := b.message(t, alumni1.Mails[0].Key); m.State != programme.MessagePlanned || m.MergedInto != "" {
			t.Errorf("carried %+v", m)
		}
		j := b.journeyOf(t, ref)
		if j.Person.Suppressed != "refused" || b.stageOf(t, ref, "closing-survey").Attention != "mail_refused" {
			t.Errorf("journey %+v", j)
		}
		if tasks := b.openTasks(t, ref); !slices.Equal(tasks, []string{"closing-survey mail_refused"}) {
			t.Errorf("tasks %v", tasks)
		}
		// Nothing more goes to the address: what asks is parked, a confirmation is let go.
		if claim := b.claim(t, alumni1.Mails[1]); claim.Outcome != programme.ClaimParked || b.stageOf(t, ref, "alumni").Attention != "mail_refused" {
			t.Errorf("alumni: %+v", claim)
		}
		// An answer clears what was parked.
		b.submit(t, survey1.Ask, survey("2"))
		if attention := b.stageOf(t, ref, "closing-survey").Attention; attention != "" {
			t.Errorf("after the answer: %s", attention)
		}
		reply := b.closed(t, ref, "closing-survey").Mails[0]
		if claim := b.claim(t, reply); claim.Outcome != programme.ClaimNotSent || claim.Reason != programme.NotSentSuppressed {
			t.Errorf("confirmation: %+v", claim)
		}
	})
}

func TestAnAmbiguousEnd(t *testing.T) {
	onBoth(t, func(t *testing.T, b *bundle) {
		ref, survey1, alumni1 := b.twoAsks(t)
		job := b.begin(t, survey1.Mails[0])
		b.finish(t, job.Key, programme.MailAmbiguous, false)
		again := b.claim(t, survey1.Mails[0])
		if !again.Job.Repeat || again.Job.Prepared == nil || again.Job.MessageID != job.MessageID {
			t.Fatalf("again: %+v", again)
		}
		// One of its two asks is answered meanwhile: the same mail is repeated for the other's sake.
		b.submit(t, alumni1.Ask, alumni())
		if again := b.claim(t, survey1.Mails[0]); again.Outcome != programme.ClaimSend || !slices.Equal(again.Job.Keys, job.Keys) {
			t.Errorf("one answered: %+v", again)
		}
		must(t, b.BeginAttempt(b.ctx, job.Key, *again.Job.Prepared))
		b.finish(t, job.Key, programme.MailAmbiguous, true)
		m := b.message(t, job.Key)
		if m.State != programme.MessagePerhapsSent || !m.MayRepeat {
			t.Errorf("line %+v", m)
		}
		if tasks := b.openTasks(t, ref); !slices.Equal(tasks, []string{"closing-survey mail_perhaps_sent"}) {
			t.Errorf("tasks %v", tasks)
		}
		if carried := b.message(t, alumni1.Mails[0].Key); carried.State != programme.MessageMerged {
			t.Errorf("carried %+v", carried) // under another mail its key would have two Message-IDs
		}
		if claim := b.claim(t, survey1.Mails[0]); claim.Outcome != programme.ClaimSent {
			t.Errorf("afterwards: %+v", claim)
		}
	})
}

func TestACrashInsideAnAttemptForWhatWasAnsweredIsNotRepeated(t *testing.T) {
	onBoth(t, func(t *testing.T, b *bundle) {
		ref := b.enrol(t, 1)[0]
		b.goTo("2026-11-23 06:00")
		plan := b.openStage(t, ref, "onboarding")
		b.send(t, plan.Mails[0])
		b.begin(t, plan.Mails[1])
		b.submit(t, plan.Ask, onboarding())
		b.crash()
		if claim := b.claim(t, plan.Mails[1]); claim.Outcome != programme.ClaimSent || b.message(t, plan.Mails[1].Key).State != programme.MessagePerhapsSent {
			t.Errorf("claim %+v, %+v", claim, b.message(t, plan.Mails[1].Key))
		}
	})
}

func TestAMailThatNeverGotThrough(t *testing.T) {
	onBoth(t, func(t *testing.T, b *bundle) {
		ref := b.enrol(t, 1)[0]
		b.goTo("2026-11-23 06:00")
		plan := b.openStage(t, ref, "onboarding")
		job := b.begin(t, plan.Mails[0])
		b.finish(t, job.Key, programme.MailTemporary, true)
		j := b.journeyOf(t, ref)
		if m := b.message(t, job.Key); m.State != programme.MessageFailed || m.Reason != "undelivered" || j.Person.Suppressed != "" {
			t.Errorf("line %+v", m)
		}
		if b.stageOf(t, ref, "onboarding").Attention != "mail_undelivered" || !slices.Equal(b.openTasks(t, ref), []string{"onboarding mail_undelivered"}) {
			t.Errorf("attention %q, tasks %v", b.stageOf(t, ref, "onboarding").Attention, b.openTasks(t, ref))
		}
	})
}

func TestAMailThatCannotBeWrittenSuppressesNobody(t *testing.T) {
	onBoth(t, func(t *testing.T, b *bundle) {
		ref := b.enrol(t, 1)[0]
		b.goTo("2026-11-23 06:00")
		plan := b.openStage(t, ref, "onboarding")
		claim := b.claim(t, plan.Mails[0])
		b.finish(t, claim.Job.Key, programme.MailPermanent, true)
		if m := b.message(t, claim.Job.Key); m.State != programme.MessageFailed || m.Reason != "unfit" {
			t.Errorf("line %+v", m)
		}
		if j := b.journeyOf(t, ref); j.Person.Suppressed != "" || b.stageOf(t, ref, "onboarding").Attention != "mail_unfit" {
			t.Errorf("journey %+v", j)
		}
	})
}

func TestSetAttention(t *testing.T) {
	onBoth(t, func(t *testing.T, b *bundle) {
		ref := b.enrol(t, 1)[0]
		now := b.goTo("2026-11-23 06:00")
		b.openStage(t, ref, "onboarding")
		set := func(stage, code string) { t.Helper(); must(t, b.SetAttention(b.ctx, ref, stage, code, now)) }
		set("onboarding", "activity_failed")
		set("onboarding", "activity_failed")
		set("alumni", "activity_failed") // not open: nothing can be parked there
		set("", "activity_failed")
		if b.stageOf(t, ref, "onboarding").Attention != "activity_failed" || b.stageOf(t, ref, "alumni").Attention != "" ||
			b.journeyOf(t, ref).Attention != "activity_failed" {
			t.Errorf("journey %+v", b.journeyOf(t, ref))
		}
		set("onboarding", "")
		set("", "")
		if j := b.journeyOf(t, ref); j.Attention != "" || b.stageOf(t, ref, "onboarding").Attention != "" {
			t.Errorf("freed: %+v", j)
		}
	})
}

// The workflows hear of a refusal and of what freed it after the records have dealt with both, perhaps after the next one.
func TestLateNewsOfAParkedMailChangesNoMark(t *testing.T) {
	onBoth(t, func(t *testing.T, b *bundle) {
		ref := b.enrol(t, 1)[0]
		now := b.goTo("2026-11-23 06:00")
		plan := b.openStage(t, ref, "onboarding")
		set := func(code string) { t.Helper(); must(t, b.SetAttention(b.ctx, ref, "onboarding", code, now)) }
		set("mail_refused")
		if got := b.stageOf(t, ref, "onboarding").Attention; got != "" {
			t.Errorf("news of a mail that was freed since marked %q", got)
		}
		job := b.begin(t, plan.Mails[0])
		b.finish(t, job.Key, programme.MailPermanent, true)
		for _, code := range []string{"", "activity_failed", "mail_undelivered"} {
			set(code)
			if got := b.stageOf(t, ref, "onboarding").Attention; got != "mail_refused" {
				t.Errorf("news %q of what was before made of the mark %q", code, got)
			}
		}
	})
}

func TestAChangeOfAddressBetweenTwoAttempts(t *testing.T) {
	onBoth(t, func(t *testing.T, b *bundle) {
		refs := b.enrol(t, 2)
		b.goTo("2026-11-23 12:00")
		change := func(ref, address string) {
			b.ordered(t, programme.Command{Name: programme.CmdChangeEmail, Ref: ref, Email: address})
		}
		// A confirmation is between two attempts: it goes on to the new address.
		b.submit(t, b.openStage(t, refs[0], "onboarding").Ask, onboarding())
		reply := b.closed(t, refs[0], "onboarding").Mails[0]
		job := b.begin(t, reply)
		b.finish(t, job.Key, programme.MailTemporary, false)
		change(refs[0], "new0@service.example")
		again := b.claim(t, reply)
		if again.Outcome != programme.ClaimSend || again.Job.To.Email != "new0@service.example" || again.Job.Prepared != nil || again.Job.MessageID != job.MessageID {
			t.Errorf("again: %+v", again)
		}
		// A request is inside an attempt that the old address refuses: the new one is not to blame.
		b.goTo("2026-11-24 06:00")
		request := b.openStage(t, refs[1], "onboarding").Mails[0]
		job = b.begin(t, request)
		change(refs[1], "new1@service.example")
		b.finish(t, job.Key, programme.MailPermanent, true)
		if j := b.journeyOf(t, refs[1]); j.Person.Suppressed != "" || b.stageOf(t, refs[1], "onboarding").Attention != "" {
			t.Errorf("journey %+v", j)
		}
		if m := b.message(t, job.Key); m.State != programme.MessageNotSent || m.Reason != programme.NotSentReplaced {
			t.Errorf("line %+v", m)
		}
	})
}
